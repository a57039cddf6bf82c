use super::super::Cause;
use super::super::board::Board;
use super::super::finding::Verdict::{self, Confirmed, Likely, Possible};
use super::super::view::View;
use crate::evidence::{
    Answer, FailureKind, FollowUp, PeerBytes, Probe, SecurityProtocol, Service, Stage, StageFailure,
};
use crate::wire::greeting::identify;
use crate::wire::negotiation::request;

const NEGOTIATE: &str = "/stages/negotiate";

/// The causes that end a connection between TCP and the X.224 answer.
pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if view.evidence.stages.connect.facts().is_none() {
        return;
    }
    if view.speaks_rdp() {
        board.rule_out(&[Cause::NotRdp], "The peer answers X.224 requests.", NEGOTIATE);
        if view.first_attempt().is_none() {
            board.rule_out(
                &[
                    Cause::ForwarderWithoutBackend,
                    Cause::ListenerHung,
                    Cause::MiddleboxResetsRdp,
                    Cause::MiddleboxDropsRdp,
                    Cause::MiddleboxDropsData,
                ],
                "The X.224 request was answered.",
                NEGOTIATE,
            );
        }
    }
    let Some(failure) = view.failed_at(Stage::Negotiate) else {
        return;
    };
    explain(view, failure, board);
    let begun = failure.first_bytes.as_ref().is_some_and(|bytes| bytes.as_slice().starts_with(&[3, 0]));
    if !view.speaks_rdp() && !begun {
        board
            .set(
                Cause::WrongPort,
                Possible,
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
                .set(
                    Cause::UnstablePath,
                    Possible,
                    "The connection stood and was lost before the X.224 answer.",
                )
                .seen(NEGOTIATE, failure.kind.to_string());
        }
    }
}

/// The request is answered when it comes in two segments, and not when it comes in one: something on the path looks at
/// segments, which no host does.
fn recognised_when_whole(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    let Some(split) = view.follow_ups(Probe::SplitRequest).find(|split| split.answer.is_some()) else {
        return false;
    };
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    let (cause, does) =
        if silent { (Cause::MiddleboxDropsRdp, "swallowed") } else { (Cause::MiddleboxResetsRdp, "cut off") };
    let whole_fails = |again: &FollowUp| {
        again.probe == Probe::Repeat
            && again.stage == Stage::Negotiate
            && again.failure.as_ref().is_some_and(|other| other.kind.code() == failure.kind.code())
    };
    let split_passes = |split: &FollowUp| split.probe == Probe::SplitRequest && split.answer.is_some();
    let lost_anyway = silent && view.loses_much();
    let verdict =
        if !lost_anyway && view.take_turns(split_passes, whole_fails) { Confirmed } else { Possible };
    let entry = board.set(
        cause,
        verdict,
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
    if verdict != Confirmed {
        entry.not_proved("that it was not chance: so few tries could come out like this");
        for other in [Cause::UnstablePath, Cause::ConnectionLimit] {
            board
                .set(other, Possible, "Some requests are answered and others not.")
                .seen(NEGOTIATE, failure.kind.to_string());
        }
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
    let verdict = match &failure.kind {
        _ if !completed => Confirmed,
        // Silence may be slowness.
        FailureKind::TimedOut { .. } => Possible,
        _ => Likely,
    };
    let entry = board.set(
        Cause::NotRdp,
        verdict,
        format!("Another service answers on this port: {}.", service.name()),
    );
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
        let entry = board.set(
            Cause::NotRdp,
            if again { Confirmed } else { Likely },
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
        .set(
            Cause::NotRdp,
            Likely,
            "What answers on this port does not speak Remote Desktop; which service it is could not be told.",
        )
        .seen(NEGOTIATE, failure.kind.to_string());
}

fn ended(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.first_bytes.is_some() {
        for cause in [Cause::ForwarderWithoutBackend, Cause::ConnectionLimit] {
            board
                .set(cause, Possible, "The answer began and the connection was closed before its end.")
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
            .set(Cause::ForwarderWithoutBackend, Possible, "A forwarder would close as well.")
            .seen(NEGOTIATE, seen.clone());
    } else if let Some(closed) = closes_unasked {
        let verdict = if repeated { Likely } else { Possible };
        board
            .set(
                Cause::ForwarderWithoutBackend,
                verdict,
                "The connection is accepted and closed whether or not anything is sent, as a proxy, bastion or port mapper does that cannot reach the host.",
            )
            .seen(NEGOTIATE, seen.clone())
            .seen(&view.place(closed), "a connection on which nothing was sent was closed too")
            .not_proved("that there is a forwarder: a host that is full closes as well");
        board
            .set(Cause::NotRdp, Possible, "A service that takes nobody from here closes as well.")
            .seen(NEGOTIATE, seen.clone());
    } else {
        board
            .set(
                Cause::NotRdp,
                Possible,
                "The connection is closed at the X.224 request, as a service does that does not understand it; none could be got to speak.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .set(
                Cause::ForwarderWithoutBackend,
                Possible,
                "A proxy, bastion or port mapper that cannot reach the host closes as well.",
            )
            .seen(NEGOTIATE, seen.clone());
    }
    board
        .set(
            Cause::ConnectionLimit,
            Possible,
            "A host or protector that has had enough connections closes as well.",
        )
        .seen(NEGOTIATE, seen);
    board.rule_out(&[Cause::ListenerHung], "The peer answers, if by closing.", NEGOTIATE);
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
        let verdict = if view.faster_than_the_host(failure) { Likely } else { Possible };
        board
            .set(
                Cause::MiddleboxResetsRdp,
                verdict,
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
            .set(
                Cause::ForwarderWithoutBackend,
                Possible,
                "The connection is accepted and reset, as a proxy or port mapper does that cannot reach the host.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .set(
                Cause::ConnectionLimit,
                Possible,
                "A host or protector that has had enough connections resets them.",
            )
            .seen(NEGOTIATE, seen.clone());
        board
            .set(
                Cause::NotRdp,
                Possible,
                "A service that does not understand the request may reset; none could be got to speak.",
            )
            .seen(NEGOTIATE, seen.clone());
    }
    board
        .set(
            Cause::MiddleboxResetsRdp,
            Possible,
            "A device on the path may reset what looks like Remote Desktop.",
        )
        .seen(NEGOTIATE, seen);
    board.rule_out(&[Cause::ListenerHung], "The peer or the path answers, if by a reset.", NEGOTIATE);
}

/// The host's TCP never acknowledged the request. Does it acknowledge anything?
fn unacknowledged(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    const OTHERS: &[Probe] = &[Probe::Http, Probe::DirectTls];
    const ALIKE: &[Probe] = &[Probe::Repeat, Probe::SplitRequest, Probe::WithCookie];
    let lost = |follow_up: &FollowUp| follow_up.failure.as_ref().is_some_and(View::unacknowledged);
    let connected = |follow_up: &FollowUp| follow_up.stage > Stage::Connect;
    let (others, others_lost) = (view.count(OTHERS, connected), view.count(OTHERS, lost));
    let (alike, alike_lost) = (view.count(ALIKE, connected), view.count(ALIKE, lost));
    let sure = !view.hardly_waited() && alike > 0 && alike == alike_lost;
    let seen = failure.kind.to_string();
    if others > 0 && others_lost == others {
        let certain = sure && others + alike >= 3;
        let entry = board.set(
            Cause::MiddleboxDropsData,
            if certain { Likely } else { Possible },
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
            .set(
                Cause::ListenerHung,
                Possible,
                "A host whose service no longer takes connections lets TCP connect and drops what follows while its queue is full.",
            )
            .seen(NEGOTIATE, failure.kind.to_string());
    } else if others > others_lost {
        let entry = board.set(
            Cause::MiddleboxDropsRdp,
            if sure { Likely } else { Possible },
            "The X.224 request is never acknowledged, and other content on the same port is: something on the path swallows what looks like Remote Desktop.",
        );
        entry.seen(NEGOTIATE, seen);
        for follow_up in view.evidence.follow_ups.iter().filter(|follow_up| OTHERS.contains(&follow_up.probe))
        {
            let how = if lost(follow_up) { "not acknowledged" } else { "acknowledged" };
            entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
        }
    }
}

fn silent(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let seen = format!("{} for {:.1} s", failure.kind, failure.elapsed.as_secs_f64());
    if View::unacknowledged(failure) {
        unacknowledged(view, failure, board);
        board
            .set(Cause::UnstablePath, Possible, "TCP connected, and then the request was never acknowledged: the path broke, or drops what looks like Remote Desktop.")
            .seen(NEGOTIATE, seen.clone());
        board
            .set(Cause::PacketLoss, Possible, "The request was sent again and again and never acknowledged.")
            .seen(NEGOTIATE, seen);
        return;
    }
    if failure.first_bytes.is_some() {
        for cause in [Cause::SlowPath, Cause::ListenerHung] {
            board
                .set(cause, Possible, "The answer began and did not come to its end in time.")
                .seen(NEGOTIATE, seen.clone());
        }
        return;
    }
    if board.verdict(Cause::NotRdp) == Some(Confirmed) {
        let causes = [Cause::ListenerHung, Cause::ForwarderWithoutBackend];
        board.rule_out(&causes, "Another service owns the port.", NEGOTIATE);
        return;
    }
    // What completes TLS without X.224 may be another service.
    let sure = view.same_repeats() > 0 && !view.hardly_waited() && board.verdict(Cause::NotRdp).is_none();
    board
        .set(
            Cause::ListenerHung,
            if sure { Likely } else { Possible },
            format!("TCP accepts and acknowledges the request, and no answer came within {:.1} s: the service hangs or is very slow, or a device accepts on its behalf.", failure.elapsed.as_secs_f64()),
        )
        .seen(NEGOTIATE, seen.clone())
        .not_proved("that the Remote Desktop service itself accepted: a forwarder without its host behaves the same");
    board
        .set(
            Cause::ForwarderWithoutBackend,
            Possible,
            "A forwarder that waits for a host it cannot reach stays silent as well.",
        )
        .seen(NEGOTIATE, seen.clone());
    board
        .set(
            Cause::NotRdp,
            Possible,
            "A service that waits for something else stays silent as well; none could be got to speak.",
        )
        .seen(NEGOTIATE, seen);
}
