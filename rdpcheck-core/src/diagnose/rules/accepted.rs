use super::super::Cause;
use super::super::board::Board;
use super::super::finding::Verdict::{self, Confirmed};
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{
    Answer, FailureKind, FollowUp, PeerBytes, Probe, SecurityProtocol, Service, Stage, StageFailure,
};
use crate::wire::greeting::identify;
use crate::wire::negotiation::request;

const NEGOTIATE: &str = "/stages/negotiate";
const PATH: &str = "/stages/path";

rules! {
    // Answered
    ANSWERS_X224: Excludes [NotRdp], "answers-x224", "the peer answers X.224 requests";
    REQUEST_ANSWERED: Excludes [ForwarderWithoutBackend, ListenerHung, MiddleboxDropsData], "request-answered", "the X.224 request was answered, and no first try had failed";
    WHOLE_REQUEST_ANSWERED: Excludes [MiddleboxResetsRdp, MiddleboxDropsRdp], "whole-request-answered", "the X.224 request was answered; where only in two segments, what came in one ended in another way than such a device ends it";
    NO_RDP_HERE: Fits [WrongPort], "no-rdp-here", "nothing that speaks Remote Desktop was found on the port";
    // Another service
    OTHER_GREETING_AGAIN: Confirms [NotRdp], "other-greeting-again", "the bytes that came are those of another service, twice";
    OTHER_GREETING: Supports [NotRdp], "other-greeting", "the bytes that came are those of another service";
    NO_TPKT: Supports [NotRdp], "no-tpkt", "the bytes that came are no TPKT, nor those of a service that is known";
    OTHER_SERVICE_SPEAKS: Confirms [NotRdp], "other-service-speaks", "another service spoke its own protocol with another probe";
    TLS_WITHOUT_X224: Supports [NotRdp], "tls-without-x224", "X.224 is ended, and TLS is completed without it";
    TLS_AFTER_SILENCE: Fits [NotRdp], "tls-after-silence", "X.224 is not answered, and TLS is completed without it";
    PORT_IS_OTHERS: Excludes [ListenerHung, ForwarderWithoutBackend], "port-is-others", "another service owns the port";
    // Whole or in parts
    CUT_OFF_WHOLE_IN_TURNS: Confirms [MiddleboxResetsRdp], "cut-off-whole-in-turns", "the X.224 request is cut off in one segment and answered in two, in turns";
    CUT_OFF_WHOLE: Fits [MiddleboxResetsRdp], "cut-off-whole", "the X.224 request was cut off in one segment and answered in two";
    SWALLOWED_WHOLE_IN_TURNS: Confirms [MiddleboxDropsRdp], "swallowed-whole-in-turns", "the X.224 request is swallowed in one segment and answered in two, in turns";
    SWALLOWED_WHOLE: Fits [MiddleboxDropsRdp], "swallowed-whole", "the X.224 request was swallowed in one segment and answered in two";
    LOST_ANYWAY: Opposes [MiddleboxDropsRdp], "lost-anyway", "the path loses so much that a request may be lost without being looked at";
    SOME_ANSWERED: Fits [UnstablePath, ConnectionLimit], "some-answered", "some requests are answered and others not";
    // Closed
    ANSWER_BEGAN_THEN_CLOSED: Fits [ForwarderWithoutBackend, ConnectionLimit], "answer-began-then-closed", "the answer began, and the connection was closed before its end";
    CLOSED_UNASKED_AGAIN: Supports [ForwarderWithoutBackend], "closed-unasked-again", "the connection is closed whether or not anything is sent, repeatedly";
    CLOSED_UNASKED: Fits [ForwarderWithoutBackend, NotRdp], "closed-unasked", "the connection is closed whether or not anything is sent";
    CLOSED_AT_REQUEST: Fits [NotRdp, ForwarderWithoutBackend, ConnectionLimit], "closed-at-request", "the connection is accepted and closed before the X.224 answer";
    ANSWERED_BY_END: Excludes [ListenerHung], "answered-by-end", "the peer or the path answers the request, if by ending the connection";
    // Reset
    OTHER_CONTENT_LIVES_TOO_FAST: Supports [MiddleboxResetsRdp], "other-content-lives-too-fast", "the connection is reset at the X.224 request, faster than the host could, and one with other content lives";
    OTHER_CONTENT_LIVES: Fits [MiddleboxResetsRdp], "other-content-lives", "the connection is reset at the X.224 request, and one with other content lives";
    RESET_AT_REQUEST: Fits [ForwarderWithoutBackend, ConnectionLimit, NotRdp, MiddleboxResetsRdp], "reset-at-request", "the connection is accepted and reset before the X.224 answer";
    // Silent
    NOTHING_ACKNOWLEDGED_EVER: Supports [MiddleboxDropsData], "nothing-acknowledged-ever", "TCP connected several times, and nothing that was sent was acknowledged, whatever it was";
    NOTHING_ACKNOWLEDGED: Fits [MiddleboxDropsData, ListenerHung], "nothing-acknowledged", "TCP connected, and neither the X.224 request nor other content was acknowledged";
    ONLY_RDP_UNACKNOWLEDGED_AGAIN: Supports [MiddleboxDropsRdp], "only-rdp-unacknowledged-again", "the X.224 request is never acknowledged, and other content on the same port is";
    ONLY_RDP_UNACKNOWLEDGED: Fits [MiddleboxDropsRdp], "only-rdp-unacknowledged", "the X.224 request was not acknowledged, and other content on the same port was";
    REQUEST_UNACKNOWLEDGED: Fits [UnstablePath, PacketLoss], "request-unacknowledged", "TCP connected, and the X.224 request was never acknowledged";
    REQUEST_SILENT_AGAIN: Supports [ListenerHung], "request-silent-again", "TCP accepts and acknowledges the X.224 request, and no answer comes, repeatedly";
    REQUEST_SILENT: Fits [ListenerHung, ForwarderWithoutBackend, NotRdp], "request-silent", "TCP accepts and acknowledges the X.224 request, and no answer comes";
    HARDLY_WAITED: Opposes [ListenerHung, MiddleboxDropsData, MiddleboxDropsRdp], "request-hardly-waited", "the X.224 answer was waited for only a short time";
    ANSWERED_ELSEWHERE: Opposes [ListenerHung], "answered-elsewhere", "another connection got an X.224 answer";
    TLS_INSTEAD: Opposes [ListenerHung], "tls-instead", "the port completes TLS without X.224, so that another service may own it";
    ANSWER_BEGAN_THEN_SILENT: Fits [SlowPath, ListenerHung], "answer-began-then-silent", "the answer began and did not come to its end in time";
    // Lost
    LOST_BEFORE_ANSWER: Fits [UnstablePath], "lost-before-answer", "the connection stood and was lost before the X.224 answer";
}

/// The causes that end a connection between TCP and the X.224 answer.
pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if view.evidence.stages.connect.facts().is_none() {
        return;
    }
    if view.speaks_rdp() {
        board.apply_to_all(ANSWERS_X224, "The peer answers X.224 requests.", NEGOTIATE);
        if view.first_attempt().is_none() {
            board.apply_to_all(REQUEST_ANSWERED, "The X.224 request was answered.", NEGOTIATE);
            let minded = minds_whole(view);
            for &cause in WHOLE_REQUEST_ANSWERED.causes.iter().filter(|cause| Some(**cause) != minded) {
                board
                    .apply_to(cause, WHOLE_REQUEST_ANSWERED, "The X.224 request was answered.")
                    .seen(NEGOTIATE, "The X.224 request was answered.");
            }
        }
    }
    let Some(failure) = view.failed_at(Stage::Negotiate) else {
        return;
    };
    explain(view, failure, board);
    let begun = failure.first_bytes.as_ref().is_some_and(|bytes| bytes.as_slice().starts_with(&[3, 0]));
    if !view.speaks_rdp() && !begun {
        board
            .apply(
                NO_RDP_HERE,
                "Nothing that speaks Remote Desktop was found on this port; it may listen on another one.",
            )
            .seen(NEGOTIATE, "no valid X.224 answer");
    }
}

fn explain(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if recognised_when_whole(view, failure, board) {
        return;
    }
    match &failure.kind {
        FailureKind::NegotiationRejected { .. } => {}
        FailureKind::ProtocolViolation { .. } => foreign(view, failure, board),
        FailureKind::Closed => {
            other_service(view, failure, board);
            ended(view, failure, board);
        }
        FailureKind::Reset => {
            other_service(view, failure, board);
            reset(view, failure, board);
        }
        FailureKind::TimedOut { .. } => {
            other_service(view, failure, board);
            silent(view, failure, board);
        }
        _ => {
            board
                .apply(LOST_BEFORE_ANSWER, "The connection stood and was lost before the X.224 answer.")
                .seen(NEGOTIATE, failure.kind.to_string());
        }
    }
}

fn split_answered<'a>(view: &View<'a>) -> Option<&'a FollowUp> {
    view.follow_ups(Probe::SplitRequest).find(|split| split.answer.is_some())
}

/// What a device does with the request in one segment, where it was answered only in two.
fn minds_whole(view: &View<'_>) -> Option<Cause> {
    let failure = view.failed_at(Stage::Negotiate).filter(|_| split_answered(view).is_some())?;
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    Some(if silent { Cause::MiddleboxDropsRdp } else { Cause::MiddleboxResetsRdp })
}

/// The request is answered when it comes in two segments, and not when it comes in one: something on the path looks at
/// segments, which no host does.
fn recognised_when_whole(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    let Some(split) = split_answered(view) else {
        return false;
    };
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    let whole_fails = |again: &FollowUp| {
        again.probe == Probe::Repeat
            && again.stage == Stage::Negotiate
            && again.failure.as_ref().is_some_and(|other| other.kind.code() == failure.kind.code())
    };
    let split_passes = |split: &FollowUp| split.probe == Probe::SplitRequest && split.answer.is_some();
    let in_turns = view.take_turns(split_passes, whole_fails);
    let (rule, does) = match (silent, in_turns) {
        (false, true) => (CUT_OFF_WHOLE_IN_TURNS, "cut off"),
        (false, false) => (CUT_OFF_WHOLE, "cut off"),
        (true, true) => (SWALLOWED_WHOLE_IN_TURNS, "swallowed"),
        (true, false) => (SWALLOWED_WHOLE, "swallowed"),
    };
    let lost_anyway = silent && view.loses_much();
    let entry = board.apply(
        rule,
        format!(
            "The X.224 request is {does} when it comes in one segment and answered when it comes in two: a device on the path looks for it."
        ),
    );
    entry.seen(NEGOTIATE, failure.kind.to_string());
    for follow_up in view.follow_ups(Probe::Repeat).chain([split]) {
        let how = follow_up
            .failure
            .as_ref()
            .map_or_else(|| "answered".to_owned(), |failure| failure.kind.to_string());
        entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
    }
    if !in_turns || lost_anyway {
        entry.not_proved("that it was not chance: so few tries could come out like this");
        for &other in SOME_ANSWERED.causes {
            board
                .apply_to(other, SOME_ANSWERED, "Some requests are answered and others not.")
                .seen(NEGOTIATE, failure.kind.to_string());
        }
    }
    if lost_anyway {
        board.apply_to_all(
            LOST_ANYWAY,
            "The path loses so much that the request may be lost by chance.",
            PATH,
        );
    }
    true
}

/// A service that another probe got to speak.
fn found<'a>(view: &View<'a>) -> Option<(&'a FollowUp, Service)> {
    view.evidence.follow_ups.iter().find_map(|follow_up| match &follow_up.answer {
        Some(Answer::Spoke { service: Some(service), .. }) => Some((follow_up, *service)),
        Some(Answer::Tls(_)) if follow_up.probe == Probe::DirectTls => Some((follow_up, Service::TlsFirst)),
        _ => None,
    })
}

fn other_service(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let Some((follow_up, service)) = found(view) else {
        return;
    };
    // Windows completes TLS without X.224 too, so that alone cannot tell a TLS service from a device that stops X.224.
    let completed = matches!(follow_up.answer, Some(Answer::Tls(_)));
    let rule = match &failure.kind {
        _ if !completed => OTHER_SERVICE_SPEAKS,
        // Silence may be slowness.
        FailureKind::TimedOut { .. } => TLS_AFTER_SILENCE,
        _ => TLS_WITHOUT_X224,
    };
    let entry = board.apply(rule, format!("Another service answers on this port: {}.", service.name()));
    entry.seen(NEGOTIATE, failure.kind.to_string()).seen(&view.place(follow_up), answer_text(follow_up));
    if completed {
        entry.not_proved("that Remote Desktop is not behind it: Windows answers TLS without X.224 as well, and a device may stop X.224");
    }
}

fn answer_text(follow_up: &FollowUp) -> String {
    match &follow_up.answer {
        Some(Answer::Spoke { bytes, .. }) => format!("{} was answered by {bytes}", follow_up.probe),
        Some(Answer::Tls(session)) => {
            let version = session.version.name.clone().unwrap_or_default();
            format!("{} completed {version}", follow_up.probe)
        }
        _ => follow_up.probe.to_string(),
    }
}

fn foreign(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let head = failure.first_bytes.as_ref().map_or(&[][..], PeerBytes::as_slice);
    if let Some(service) = identify(head, &request(Some(SecurityProtocol::USUAL_OFFER))) {
        let seen = failure.first_bytes.as_ref().map_or_else(String::new, ToString::to_string);
        let again = view.same_repeats() > 0;
        let entry = board.apply(
            if again { OTHER_GREETING_AGAIN } else { OTHER_GREETING },
            format!("Another service answers on this port: {}.", service.name()),
        );
        entry.seen(&format!("{NEGOTIATE}/failure/first_bytes"), seen);
        if !again {
            entry.not_proved(
                "that it is always this service: behind a balancer, another host may answer the next time",
            );
        }
        return;
    }
    if head.starts_with(&[3, 0]) {
        return; // a TPKT: the rules of negotiation judge it
    }
    other_service(view, failure, board);
    board
        .apply(
            NO_TPKT,
            "What answers on this port does not speak Remote Desktop; which service it is could not be told.",
        )
        .seen(NEGOTIATE, failure.kind.to_string());
}

fn ended(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.first_bytes.is_some() {
        for &cause in ANSWER_BEGAN_THEN_CLOSED.causes {
            board
                .apply_to(
                    cause,
                    ANSWER_BEGAN_THEN_CLOSED,
                    "The answer began and the connection was closed before its end.",
                )
                .seen(NEGOTIATE, failure.kind.to_string());
        }
        return;
    }
    let repeated = view.same_repeats() > 0;
    let seen = failure.kind.to_string();
    let closes_unasked = view.follow_ups(Probe::Greeting).find(|follow_up| {
        follow_up.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Closed)
    });
    if board.verdict(Cause::NotRdp).is_some_and(Verdict::is_open) {
        board
            .apply_to(Cause::ForwarderWithoutBackend, CLOSED_AT_REQUEST, "A forwarder would close as well.")
            .seen(NEGOTIATE, seen.clone());
    } else if let Some(closed) = closes_unasked {
        board
            .apply_to(
                Cause::ForwarderWithoutBackend,
                if repeated { CLOSED_UNASKED_AGAIN } else { CLOSED_UNASKED },
                "The connection is accepted and closed whether or not anything is sent, as a proxy, bastion or port mapper does that cannot reach the host.",
            )
            .seen(NEGOTIATE, seen.clone())
            .seen(&view.place(closed), "a connection on which nothing was sent was closed too")
            .not_proved("that there is a forwarder: a host that is full closes as well");
        board
            .apply_to(Cause::NotRdp, CLOSED_UNASKED, "A service that takes nobody from here closes as well.")
            .seen(NEGOTIATE, seen.clone());
    } else {
        board
            .apply_to(
                Cause::NotRdp,
                CLOSED_AT_REQUEST,
                "The connection is closed at the X.224 request, as a service does that does not understand it; none could be got to speak.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .apply_to(
                Cause::ForwarderWithoutBackend,
                CLOSED_AT_REQUEST,
                "A proxy, bastion or port mapper that cannot reach the host closes as well.",
            )
            .seen(NEGOTIATE, seen.clone());
    }
    board
        .apply_to(
            Cause::ConnectionLimit,
            CLOSED_AT_REQUEST,
            "A host or protector that has had enough connections closes as well.",
        )
        .seen(NEGOTIATE, seen);
    board.apply_to_all(ANSWERED_BY_END, "The peer answers, if by closing.", NEGOTIATE);
}

fn reset(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let seen = failure.kind.to_string();
    let lives = |follow_up: &&FollowUp| {
        let other = matches!(follow_up.probe, Probe::Http | Probe::DirectTls);
        other
            && matches!(
                follow_up.failure.as_ref().map(|failure| &failure.kind),
                Some(FailureKind::TimedOut { .. })
            )
    };
    if let Some(alive) = view.evidence.follow_ups.iter().find(lives) {
        let rule = if view.faster_than_the_host(failure) {
            OTHER_CONTENT_LIVES_TOO_FAST
        } else {
            OTHER_CONTENT_LIVES
        };
        board
            .apply(
                rule,
                "The connection is reset at the X.224 request, while one with other content lives: something minds the request itself.",
            )
            .seen(NEGOTIATE, seen.clone())
            .seen(&view.place(alive), format!("{}: not reset", alive.probe))
            .not_proved(
                "that a device on the path did it: a service that is not Remote Desktop, and a forwarder without its \
                 host, may reset as well",
            );
    }
    if board.verdict(Cause::NotRdp).is_none() {
        board
            .apply_to(
                Cause::ForwarderWithoutBackend,
                RESET_AT_REQUEST,
                "The connection is accepted and reset, as a proxy or port mapper does that cannot reach the host.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .apply_to(
                Cause::ConnectionLimit,
                RESET_AT_REQUEST,
                "A host or protector that has had enough connections resets them.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .apply_to(
                Cause::NotRdp,
                RESET_AT_REQUEST,
                "A service that does not understand the request may reset; none could be got to speak.",
            )
            .seen(NEGOTIATE, seen.clone());
    }
    board
        .apply_to(
            Cause::MiddleboxResetsRdp,
            RESET_AT_REQUEST,
            "A device on the path may reset what looks like Remote Desktop.",
        )
        .seen(NEGOTIATE, seen);
    board.apply_to_all(ANSWERED_BY_END, "The peer or the path answers, if by a reset.", NEGOTIATE);
}

/// The host's TCP never acknowledged the request. Does it acknowledge anything?
fn unacknowledged(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    const OTHERS: &[Probe] = &[Probe::Http, Probe::DirectTls];
    const ALIKE: &[Probe] = &[Probe::Repeat, Probe::SplitRequest, Probe::WithCookie];
    let lost = |follow_up: &FollowUp| follow_up.failure.as_ref().is_some_and(View::unacknowledged);
    let connected = |follow_up: &FollowUp| follow_up.stage > Stage::Connect;
    let (others, others_lost) = (view.count(OTHERS, connected), view.count(OTHERS, lost));
    let (alike, alike_lost) = (view.count(ALIKE, connected), view.count(ALIKE, lost));
    let again = alike > 0 && alike == alike_lost;
    let seen = failure.kind.to_string();
    if others > 0 && others_lost == others {
        let ever = again && others + alike >= 3;
        let entry = board.apply_to(
            Cause::MiddleboxDropsData,
            if ever { NOTHING_ACKNOWLEDGED_EVER } else { NOTHING_ACKNOWLEDGED },
            format!(
                "TCP connected {} times, and nothing that was sent after that was ever acknowledged, whatever it was: a device completes the handshake on the host's behalf, or filters one direction.",
                others + alike + 1
            ),
        );
        entry.seen(NEGOTIATE, seen);
        for follow_up in view.evidence.follow_ups.iter().filter(|follow_up| lost(follow_up)) {
            entry.seen(&view.place(follow_up), format!("{}: not acknowledged", follow_up.probe));
        }
        entry.not_proved("that it is a device: a host whose service no longer takes connections from a full queue may do the same");
        board
            .apply_to(
                Cause::ListenerHung,
                NOTHING_ACKNOWLEDGED,
                "A host whose service no longer takes connections lets TCP connect and drops what follows while its queue is full.",
            )
            .seen(NEGOTIATE, failure.kind.to_string());
        hardly_waited(view, Cause::MiddleboxDropsData, failure, board);
    } else if others > others_lost {
        let entry = board.apply(
            if again { ONLY_RDP_UNACKNOWLEDGED_AGAIN } else { ONLY_RDP_UNACKNOWLEDGED },
            "The X.224 request is never acknowledged, and other content on the same port is: something on the path swallows what looks like Remote Desktop.",
        );
        entry.seen(NEGOTIATE, seen);
        for follow_up in view.evidence.follow_ups.iter().filter(|follow_up| OTHERS.contains(&follow_up.probe))
        {
            let how = if lost(follow_up) { "not acknowledged" } else { "acknowledged" };
            entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
        }
        hardly_waited(view, Cause::MiddleboxDropsRdp, failure, board);
    }
}

/// Silence that was waited for only a short time says little of the cause.
fn hardly_waited(view: &View<'_>, cause: Cause, failure: &StageFailure, board: &mut Board) {
    if view.hardly_waited() {
        board
            .apply_to(cause, HARDLY_WAITED, "The answer was waited for only a short time.")
            .seen(NEGOTIATE, format!("waited for only {:.1} s", failure.elapsed.as_secs_f64()));
    }
}

fn silent(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let seen = format!("{} for {:.1} s", failure.kind, failure.elapsed.as_secs_f64());
    if View::unacknowledged(failure) {
        unacknowledged(view, failure, board);
        board
            .apply_to(Cause::UnstablePath, REQUEST_UNACKNOWLEDGED, "TCP connected, and then the request was never acknowledged: the path broke, or drops what looks like Remote Desktop.")
            .seen(NEGOTIATE, seen.clone());
        board
            .apply_to(
                Cause::PacketLoss,
                REQUEST_UNACKNOWLEDGED,
                "The request was sent again and again and never acknowledged.",
            )
            .seen(NEGOTIATE, seen);
        return;
    }
    if failure.first_bytes.is_some() {
        for &cause in ANSWER_BEGAN_THEN_SILENT.causes {
            board
                .apply_to(
                    cause,
                    ANSWER_BEGAN_THEN_SILENT,
                    "The answer began and did not come to its end in time.",
                )
                .seen(NEGOTIATE, seen.clone());
        }
        return;
    }
    if board.verdict(Cause::NotRdp) == Some(Confirmed) {
        board.apply_to_all(PORT_IS_OTHERS, "Another service owns the port.", NEGOTIATE);
        return;
    }
    board
        .apply_to(
            Cause::ListenerHung,
            if view.same_repeats() > 0 { REQUEST_SILENT_AGAIN } else { REQUEST_SILENT },
            format!("TCP accepts and acknowledges the request, and no answer came within {:.1} s: the service hangs or is very slow, or a device accepts on its behalf.", failure.elapsed.as_secs_f64()),
        )
        .seen(NEGOTIATE, seen.clone())
        .not_proved("that the Remote Desktop service itself accepted: a forwarder without its host behaves the same");
    hardly_waited(view, Cause::ListenerHung, failure, board);
    if view.speaks_rdp() {
        board.apply_to_all(ANSWERED_ELSEWHERE, "Another connection got an X.224 answer.", NEGOTIATE);
    }
    if let Some((follow_up, _)) = found(view) {
        board
            .apply(TLS_INSTEAD, "The port completes TLS without X.224: another service may own it.")
            .seen(&view.place(follow_up), answer_text(follow_up));
    }
    board
        .apply_to(
            Cause::ForwarderWithoutBackend,
            REQUEST_SILENT,
            "A forwarder that waits for a host it cannot reach stays silent as well.",
        )
        .seen(NEGOTIATE, seen.clone());
    board
        .apply_to(
            Cause::NotRdp,
            REQUEST_SILENT,
            "A service that waits for something else stays silent as well; none could be got to speak.",
        )
        .seen(NEGOTIATE, seen);
}
