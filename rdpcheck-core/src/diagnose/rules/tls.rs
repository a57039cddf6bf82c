use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict::{self, Confirmed, Likely, NotObservable, Possible};
use super::super::view::View;
use super::survey;
use crate::evidence::{
    Answer, FailureKind, FollowUp, KeyProof, NumberedName, Operation, PeerBytes, Probe, Stage, StageFailure,
    TlsRejection,
};

const TLS: &str = "/stages/tls";
/// What an answer to a hand-made ClientHello leaves open.
const REST_UNSEEN: &str = "that the rest of the connection works: only the first answer was read, not the certificate, and not CredSSP";
const FAILURE: &str = "/stages/tls/failure";

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(session) = view.evidence.stages.tls.facts() {
        let version = session.version.name.as_deref().unwrap_or("TLS");
        board.rule_out(
            &[
                Cause::HostHasNoCertificate,
                Cause::NoCommonTlsVersion,
                Cause::NoCommonCipherSuite,
                Cause::TlsServiceHung,
                Cause::MiddleboxResetsTls,
                Cause::MiddleboxDropsTls,
                Cause::TlsDisabledOnHost,
            ],
            &format!("A {version} handshake is complete."),
            TLS,
        );
        match &session.key_proof {
            KeyProof::Proved { .. } => {
                board.rule_out(
                    &[Cause::ListenerKeyUnusable],
                    "The host proved that it holds the certificate's key.",
                    TLS,
                );
            }
            KeyProof::NotVerifiable { reason } => {
                let message = format!(
                    "The handshake is complete, but its signature could not be verified here: {reason}."
                );
                board.unseen(&[Cause::ListenerKeyUnusable], &message);
            }
        }
        if session.client_certificate_requested {
            board
                .set(
                    Cause::ClientCertificateRequired,
                    Possible,
                    "The host asks for a client certificate, and goes on without one.",
                )
                .weighs(Weight::Informs)
                .seen(TLS, "a CertificateRequest");
        } else {
            board.rule_out(
                &[Cause::ClientCertificateRequired],
                "The handshake is complete without a client certificate.",
                TLS,
            );
        }
        large_hello(view, board);
        if let Some(support) = view.evidence.stages.tls_support.facts() {
            survey::legacy(view, support, board);
            survey::other_clients(view, board);
        }
        board.unseen(
            &[Cause::LegacyTlsEnabled],
            "Which older versions the host accepts besides was not asked.",
        );
        board.unseen(&[Cause::LargeHelloDropped], "Only a ClientHello that fits one segment was sent.");
        return;
    }
    let Some(failure) = view.failed_at(Stage::Tls) else {
        return;
    };
    if view.completes_tls12() {
        return only_older_hellos(view, failure, board);
    }
    if let FailureKind::TlsRejectedByUs { rejection: rejection @ TlsRejection::BadSignature, .. } =
        &failure.kind
    {
        return rejected_by_us(view, failure, *rejection, board);
    }
    if let FailureKind::TlsAlert { description, client_certificate_requested: true, .. } = &failure.kind {
        return alert(view, failure, *description, true, board);
    }
    if seen_by_segments(view, failure, board) || repaired_by_small_segments(view, failure, board) {
        return;
    }
    if let Some(support) =
        view.evidence.stages.tls_support.facts().filter(|support| support.accepted().next().is_some())
    {
        return survey::explains(view, failure, support, board);
    }
    let broad = view.follow_ups(Probe::BroadHello).find_map(|follow_up| match &follow_up.answer {
        Some(Answer::ServerHello { version, cipher_suite }) => Some((follow_up, version, cipher_suite)),
        _ => None,
    });
    let old = view.follow_ups(Probe::OldHello).find_map(|follow_up| match &follow_up.answer {
        Some(Answer::ServerHello { version, cipher_suite }) => Some((follow_up, version, cipher_suite)),
        _ => None,
    });
    if let Some((follow_up, version, suite)) = broad.or(old) {
        return old_host(view, failure, follow_up, version, suite, board);
    }
    match &failure.kind {
        FailureKind::Reset | FailureKind::Closed => ended(view, failure, board),
        FailureKind::TlsAlert { description, .. } => alert(view, failure, *description, false, board),
        FailureKind::ProtocolViolation { .. } => plain(view, failure, board),
        FailureKind::TimedOut { .. } => silent(view, failure, board),
        FailureKind::TlsRejectedByUs { rejection, .. } => rejected_by_us(view, failure, *rejection, board),
        _ => {
            board
                .set(Cause::UnstablePath, Possible, "The connection was lost during the TLS handshake.")
                .seen(FAILURE, failure.kind.to_string());
        }
    }
}

/// Clients that offer X25519MLKEM768 send a ClientHello of two segments; does one come through?
fn large_hello(view: &View<'_>, board: &mut Board) {
    const CAUSES: &[Cause] = &[Cause::LargeHelloDropped, Cause::PathMtuBlackHole];
    let tries: Vec<&FollowUp> =
        view.follow_ups(Probe::LargeHello).filter(|large| large.stage == Stage::Tls).collect();
    let cut_off = |follow_up: &FollowUp| {
        follow_up.failure.as_ref().is_some_and(|failure| {
            matches!(failure.kind, FailureKind::TimedOut { .. } | FailureKind::Reset | FailureKind::Closed)
        })
    };
    let Some(first) = tries.first() else {
        return;
    };
    let control_fails = view.follow_ups(Probe::BroadHello).any(|small| small.failure.is_some());
    if control_fails {
        return; // then it is not the size
    }
    if !tries.iter().all(|large| cut_off(large)) {
        let passed = tries.iter().find(|large| !cut_off(large)).unwrap_or(first);
        board.rule_out(CAUSES, "A ClientHello of 1,800 bytes is answered.", &view.place(passed));
        return;
    }
    let repeated = tries.len() > 1;
    let small = view.follow_ups(Probe::LargeHelloSmallSegments).find(|small| small.stage == Stage::Tls);
    let passes_small = small.is_some_and(|small| !cut_off(small));
    let silent = tries.iter().all(|large| {
        large.failure.as_ref().is_some_and(|failure| matches!(failure.kind, FailureKind::TimedOut { .. }))
    });
    // Big packets that are no hello: does the path mind the size, or somebody the hello?
    let plain = view.follow_ups(Probe::LargePlainData).find(|plain| plain.stage == Stage::Tls);
    let plain_lost = plain.is_some_and(|plain| plain.failure.as_ref().is_some_and(View::unacknowledged));
    let plain_passes = plain.is_some_and(|plain| !plain.failure.as_ref().is_some_and(View::unacknowledged));
    let (cause, message) = if passes_small && silent && !plain_passes {
        (
            Cause::PathMtuBlackHole,
            "A ClientHello of 1,800 bytes vanishes in full segments and arrives in small ones: big packets do not pass towards the host, and nothing says so.",
        )
    } else {
        (
            Cause::LargeHelloDropped,
            "A ClientHello of 1,800 bytes, as clients with X25519MLKEM768 send it, is lost or cut off, and a small one is answered. Windows' own client sends small ones by default.",
        )
    };
    // After it failed, a small one passed, and then it failed again.
    let large_fails =
        |large: &FollowUp| large.probe == Probe::LargeHello && large.stage == Stage::Tls && cut_off(large);
    let small_passes = |small: &FollowUp| {
        small.probe == Probe::BroadHello && matches!(small.answer, Some(Answer::ServerHello { .. }))
    };
    let turns = {
        let mut rest = view.evidence.follow_ups.iter();
        rest.any(large_fails) && rest.any(small_passes) && rest.any(large_fails)
    };
    let controls = match cause {
        Cause::PathMtuBlackHole => plain_lost,
        _ => small.is_some() && plain.is_some(),
    };
    let (sure, lost_anyway) = (repeated && turns && controls, view.loses_much());
    let entry = board.set(cause, if sure && !lost_anyway { Confirmed } else { Possible }, message);
    // Not sure, it is a host that was slow or unwell for a moment.
    entry.weighs(if sure && !lost_anyway { Weight::Degrades } else { Weight::Informs });
    entry.seen(TLS, "a small ClientHello is answered");
    for follow_up in tries.iter().copied().chain(small).chain(plain) {
        let how = follow_up
            .failure
            .as_ref()
            .map_or_else(|| "answered".to_owned(), |failure| failure.kind.to_string());
        entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
    }
}

/// The same hello is answered when it comes in two segments, and not when it comes in one: something on the path looks at
/// segments, which no host does.
fn seen_by_segments(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    let Some(split) = view
        .follow_ups(Probe::SplitHello)
        .find(|split| matches!(split.answer, Some(Answer::ServerHello { .. })))
    else {
        return false;
    };
    if view.answers_hello(Probe::BroadHello) || view.answers_hello(Probe::OldHello) {
        return false; // it was the hello's contents, not its segments
    }
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    let cause = if silent { Cause::MiddleboxDropsTls } else { Cause::MiddleboxResetsTls };
    let whole_fails = |whole: &FollowUp| {
        matches!(whole.probe, Probe::BroadHello | Probe::Repeat)
            && whole.stage == Stage::Tls
            && whole.failure.is_some()
    };
    let split_passes = |split: &FollowUp| split.probe == Probe::SplitHello && split.answer.is_some();
    let same_hello = view.count(&[Probe::BroadHello], whole_fails) > 0;
    let turns = view.take_turns(split_passes, whole_fails);
    let verdict = match (turns, same_hello) {
        _ if silent && view.loses_much() => Possible,
        (true, true) => Confirmed,
        _ => Possible,
    };
    let does = if silent { "swallowed" } else { "cut off" };
    let entry = board.set(
        cause,
        verdict,
        format!("The ClientHello is {does} when it comes in one segment and answered when it comes in two: a device on the path looks for it."),
    );
    entry.seen(FAILURE, failure.kind.to_string());
    list_tries(view, entry);
    entry.seen(&view.place(split), "split-hello: a ServerHello");
    if verdict != Confirmed {
        entry.not_proved("that it was not chance: so few tries could come out like this");
    }
    board.rule_out(
        &[
            Cause::ListenerKeyUnusable,
            Cause::TlsServiceHung,
            Cause::TlsDisabledOnHost,
            Cause::NoCommonTlsVersion,
            Cause::NoCommonCipherSuite,
        ],
        "The host answers a ClientHello that the path lets through.",
        &view.place(split),
    );
    true
}

/// Silence with full segments, and a handshake with small ones.
fn repaired_by_small_segments(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    if !matches!(failure.kind, FailureKind::TimedOut { .. }) {
        return false;
    }
    let Some(small) = view
        .follow_ups(Probe::SmallSegments)
        .find(|small| small.answer.is_some() && small.stage >= Stage::Tls)
    else {
        return false;
    };
    let stalls = |again: &FollowUp| {
        again.probe == Probe::Repeat
            && again.stage == Stage::Tls
            && again
                .failure
                .as_ref()
                .is_some_and(|failure| matches!(failure.kind, FailureKind::TimedOut { .. }))
    };
    let repairs = |small: &FollowUp| {
        small.probe == Probe::SmallSegments && small.answer.is_some() && small.stage >= Stage::Tls
    };
    let verdict = if view.take_turns(repairs, stalls) && !view.loses_much() { Confirmed } else { Possible };
    let entry = board.set(
        Cause::PathMtuBlackHole,
        verdict,
        "The handshake stalls with full-sized packets and is completed with small ones (segments of 512 bytes): big packets vanish on the path, and nothing says so.",
    );
    entry.seen(FAILURE, failure.kind.to_string());
    list_tries(view, entry);
    entry.seen(&view.place(small), "small-segments: the handshake is complete");
    board.rule_out(
        &[
            Cause::TlsServiceHung,
            Cause::MiddleboxDropsTls,
            Cause::ListenerKeyUnusable,
            Cause::TlsDisabledOnHost,
        ],
        "The handshake is completed with small packets.",
        &view.place(small),
    );
    true
}

/// Every further try at a handshake, with how it failed.
fn tries<'a>(view: &View<'a>) -> Vec<(&'a FollowUp, &'a StageFailure)> {
    view.evidence
        .follow_ups
        .iter()
        .filter(|follow_up| {
            // What a host does to bytes that are no hello says nothing of its TLS.
            follow_up.stage == Stage::Tls && !matches!(follow_up.probe, Probe::DirectTls | Probe::PlainData)
        })
        .filter_map(|follow_up| follow_up.failure.as_ref().map(|failure| (follow_up, failure)))
        .collect()
}

/// Whether every hello that was tried, the broad one among them, failed in one of these ways.
fn every_hello(view: &View<'_>, ways: impl Fn(&FailureKind) -> bool) -> bool {
    let tries = tries(view);
    let broad = tries.iter().any(|(follow_up, _)| follow_up.probe == Probe::BroadHello);
    broad && tries.len() >= 2 && tries.iter().all(|(_, failure)| ways(&failure.kind))
}

fn list_tries(view: &View<'_>, entry: &mut super::super::board::Entry) {
    for (follow_up, failure) in tries(view) {
        entry.seen(&view.place(follow_up), format!("{}: {}", follow_up.probe, failure.kind));
    }
}

/// The peer chose TLS and ended the connection before any ClientHello was sent.
fn ended_unasked(failure: &StageFailure, board: &mut Board) {
    for (cause, message) in [
        (
            Cause::ListenerKeyUnusable,
            "The host chooses TLS and ends the connection before a ClientHello is sent: it may have found that it cannot set up TLS.",
        ),
        (
            Cause::ForwarderWithoutBackend,
            "A proxy that answers X.224 itself and cannot reach the host may end the connection like this.",
        ),
        (
            Cause::ConnectionLimit,
            "A host or protector that has had enough may end connections at this point.",
        ),
    ] {
        board.set(cause, Possible, message).seen(FAILURE, format!("{} before the ClientHello", failure.kind));
    }
}

/// TLS 1.2 alone is completed, and a ClientHello that offers TLS 1.3 besides is not.
fn only_older_hellos(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    board.rule_out(
        &[
            Cause::ListenerKeyUnusable,
            Cause::NoCommonCipherSuite,
            Cause::TlsDisabledOnHost,
            Cause::TlsServiceHung,
        ],
        "A handshake with TLS 1.2 alone is complete.",
        FAILURE,
    );
    for (cause, message) in [
        (
            Cause::MiddleboxResetsTls,
            "A handshake with TLS 1.2 alone is complete, and one that offers TLS 1.3 besides is not: something minds the newer hello.",
        ),
        (
            Cause::NoCommonTlsVersion,
            "A handshake with TLS 1.2 alone is complete, and one that offers TLS 1.3 besides is not: the host does not bear the offer.",
        ),
    ] {
        let entry = board.set(cause, Possible, message);
        entry.weighs(Weight::Degrades).seen(FAILURE, failure.kind.to_string());
        for follow_up in view.follow_ups(Probe::Tls12Only) {
            entry.seen(&view.place(follow_up), "tls12-only: complete");
        }
    }
}

fn ended(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.operation == Operation::Send {
        return ended_unasked(failure, board);
    }
    let every = every_hello(view, |kind| matches!(kind, FailureKind::Reset | FailureKind::Closed));
    // How quickly it came says nothing here: a host that finds out right after its confirm that it cannot go on resets
    // before our hello is there.
    let (key, device) = (if every { Likely } else { Possible }, Possible);
    let entry = board.set(
        Cause::ListenerKeyUnusable,
        key,
        "The host chooses TLS and ends the connection at the ClientHello, whatever it offers: it cannot use its certificate's key (access, a missing key, key and certificate that differ).",
    );
    entry.seen(FAILURE, failure.kind.to_string());
    list_tries(view, entry);
    entry.not_proved("that the host did it: a device on the path that minds TLS on this port looks the same. Schannel event 36870 on the host proves it");
    device_resets(failure, device, board);
    for (cause, message) in [
        (
            Cause::TlsDisabledOnHost,
            "A host on which every TLS version is switched off ends every handshake as well.",
        ),
        (
            Cause::NoCommonCipherSuite,
            "Windows ends a handshake without common suites by a reset; the suites of Windows 7 to 11 were offered.",
        ),
        (
            Cause::NoCommonTlsVersion,
            "Windows ends a handshake without a common version by a reset; TLS 1.0 to 1.3 were offered.",
        ),
        (
            Cause::ConnectionLimit,
            "A host or protector that has had enough may end connections at this point.",
        ),
        (
            Cause::ForwarderWithoutBackend,
            "A proxy that chooses the host by the name in the ClientHello ends what carries no name, or one it does not know.",
        ),
    ] {
        board.set(cause, Possible, message).seen(FAILURE, failure.kind.to_string());
    }
}

fn device_resets(failure: &StageFailure, verdict: Verdict, board: &mut Board) {
    board
        .set(
            Cause::MiddleboxResetsTls,
            verdict,
            "A device on the path that minds TLS on this port ends connections like this.",
        )
        .seen(FAILURE, failure.kind.to_string());
}

fn alert(
    view: &View<'_>,
    failure: &StageFailure,
    description: u8,
    certificate_requested: bool,
    board: &mut Board,
) {
    let every = every_hello(view, |kind| {
        matches!(kind, FailureKind::TlsAlert { .. } | FailureKind::Reset | FailureKind::Closed)
    });
    let seen = failure.kind.to_string();
    let set = |board: &mut Board, cause, verdict, message: &str| {
        let entry = board.set(cause, verdict, message);
        entry.seen(FAILURE, seen.clone());
        list_tries(view, entry);
    };
    match description {
        116 => set(
            board,
            Cause::ClientCertificateRequired,
            Confirmed,
            "The host ends the handshake because there is no client certificate.",
        ),
        41 | 42 => {
            set(
                board,
                Cause::ClientCertificateRequired,
                Likely,
                "The host ends the handshake over a certificate of the client.",
            );
        }
        _ if certificate_requested => {
            set(
                board,
                Cause::ClientCertificateRequired,
                Likely,
                "The host asks for a client certificate, gets none and ends the handshake.",
            );
        }
        70 => set(
            board,
            Cause::NoCommonTlsVersion,
            Likely,
            "The host refuses every TLS version that was offered (1.0 to 1.3).",
        ),
        71 => set(
            board,
            Cause::NoCommonCipherSuite,
            Likely,
            "The host finds what was offered not secure enough.",
        ),
        40 if !every => {
            set(
                board,
                Cause::NoCommonCipherSuite,
                Likely,
                "The host finds nothing in common in what was offered.",
            );
        }
        _ => {}
    }
    if description == 112 {
        set(
            board,
            Cause::ForwarderWithoutBackend,
            Possible,
            "A proxy that chooses the host by the name in the ClientHello does not know this name, or got none.",
        );
        return;
    }
    if certificate_requested {
        return;
    }
    // Alert 40 stands for versions, suites, groups and unusable keys alike, 80 for nearly anything.
    let others = [
        (
            Cause::ListenerKeyUnusable,
            "A server that cannot sign with its key (key and certificate differ) ends every handshake with an alert.",
        ),
        (
            Cause::NoCommonCipherSuite,
            "A server without a common suite ends the handshake with this alert; the suites of Windows 7 to 11 were offered.",
        ),
        (
            Cause::NoCommonTlsVersion,
            "A server without a common version may end the handshake with this alert; TLS 1.0 to 1.3 were offered.",
        ),
        (
            Cause::TlsDisabledOnHost,
            "A host on which TLS is switched off may end the handshake with this alert.",
        ),
    ];
    for (cause, message) in others {
        set(board, cause, Possible, message);
    }
}

fn plain(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let head = failure.first_bytes.as_ref().map_or(&[][..], PeerBytes::as_slice);
    let repeated = view.same_repeats() > 0;
    if head.starts_with(&crate::wire::negotiation::DISCONNECT_ULTIMATUM) {
        let entry = board.set(
            Cause::ListenerKeyUnusable,
            if repeated { Confirmed } else { Likely },
            "The host chooses TLS and then sends plain RDP bytes where its ServerHello is due: it could not set up TLS with its certificate and key (unreadable, not PEM, too weak for its library, or not a pair).",
        );
        entry.seen(&format!("{FAILURE}/first_bytes"), failure.kind.to_string());
        list_tries(view, entry);
        return;
    }
    let entry = board.set(
        Cause::NegotiationViolation,
        if repeated { Likely } else { Possible },
        "The peer agrees to TLS and then sends something else: a proxy or device that speaks another protocol stands in between, or the server is broken.",
    );
    entry.seen(&format!("{FAILURE}/first_bytes"), failure.kind.to_string());
    list_tries(view, entry);
    board
        .set(Cause::ListenerKeyUnusable, Possible, "A server that cannot set up TLS may say so in plain.")
        .seen(FAILURE, failure.kind.to_string());
}

fn silent(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.first_bytes.is_some() {
        board.rule_out(&[Cause::MiddleboxDropsTls], "The ClientHello was answered, if not in full.", FAILURE);
        for cause in [Cause::PathMtuBlackHole, Cause::PacketLoss, Cause::SlowPath, Cause::TlsServiceHung] {
            board
                .set(
                    cause,
                    Possible,
                    "The host's answer to the ClientHello began and did not come to its end in time.",
                )
                .seen(FAILURE, format!("{} bytes on this connection", failure.bytes_received));
        }
        return;
    }
    let seen = format!("{} for {:.1} s", failure.kind, failure.elapsed.as_secs_f64());
    let sure = !view.hardly_waited();
    if View::unacknowledged(failure) {
        let every = sure && every_hello(view, |kind| matches!(kind, FailureKind::TimedOut { .. }));
        let plain_lost =
            view.count(&[Probe::PlainData], |plain| plain.failure.as_ref().is_some_and(View::unacknowledged));
        if plain_lost > 0 {
            let entry = board.set(
                Cause::UnstablePath,
                Possible,
                "After the X.224 exchange nothing more is acknowledged, be it TLS or not: the path breaks there, or a device cuts every connection off.",
            );
            entry.seen(FAILURE, seen.clone());
            list_tries(view, entry);
        }
        let every = every && plain_lost == 0;
        let entry = board.set(
            Cause::MiddleboxDropsTls,
            if every { Likely } else { Possible },
            "The X.224 exchange passes, and the ClientHello that follows is never acknowledged: something on the path swallows it.",
        );
        entry.seen(FAILURE, seen.clone());
        list_tries(view, entry);
        board
            .set(Cause::PathMtuBlackHole, Possible, "Bigger packets may vanish on the path.")
            .seen(FAILURE, seen.clone());
        board
            .set(
                Cause::PacketLoss,
                Possible,
                "The ClientHello was sent again and again and never acknowledged.",
            )
            .seen(FAILURE, seen.clone());
        board
            .set(Cause::UnstablePath, Possible, "The path may have broken after the X.224 exchange.")
            .seen(FAILURE, seen);
        return;
    }
    let every = sure && every_hello(view, |kind| matches!(kind, FailureKind::TimedOut { .. }));
    let entry = board.set(
        Cause::TlsServiceHung,
        if every { Likely } else { Possible },
        "The host chooses TLS, acknowledges the ClientHello and never answers it.",
    );
    entry.seen(FAILURE, seen.clone());
    list_tries(view, entry);
    entry.not_proved(
        "that the host received it: a device that takes TLS apart may acknowledge and swallow it",
    );
    board
        .set(
            Cause::MiddleboxDropsTls,
            Possible,
            "A device that takes TLS apart may acknowledge the ClientHello and swallow it.",
        )
        .seen(FAILURE, seen.clone());
    board
        .set(Cause::PathMtuBlackHole, Possible, "The host's answer may be too big for the path and vanish.")
        .seen(FAILURE, seen);
}

fn rejected_by_us(view: &View<'_>, failure: &StageFailure, rejection: TlsRejection, board: &mut Board) {
    let seen = failure.kind.to_string();
    let repeated = view.same_repeats() > 0;
    match rejection {
        TlsRejection::BadSignature => {
            let entry = board.set(
                Cause::ListenerKeyUnusable,
                if repeated { Likely } else { Possible },
                "The handshake is signed by another key than the certificate's: key and certificate of the host are not a pair. Every client gives up here.",
            );
            entry.seen(FAILURE, seen.clone());
            list_tries(view, entry);
            board
                .set(
                    Cause::TlsIntercepted,
                    Possible,
                    "Somebody in between may present the host's certificate without having its key.",
                )
                .seen(FAILURE, seen);
        }
        TlsRejection::Unsupported => {
            for cause in [Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion] {
                board
                    .set(cause, Possible, "The host chose something that the TLS library of this check does not have; other clients may.")
                    .seen(FAILURE, seen.clone());
            }
        }
        TlsRejection::Violation => {
            board
                .set(
                    Cause::NegotiationViolation,
                    if repeated { Likely } else { Possible },
                    "What the peer sends is no lawful TLS handshake.",
                )
                .seen(FAILURE, seen);
        }
    }
}

/// The library's hello fails and the broad one is answered: the host speaks only what Windows clients still speak.
fn old_host(
    view: &View<'_>,
    failure: &StageFailure,
    follow_up: &FollowUp,
    version: &NumberedName,
    suite: &NumberedName,
    board: &mut Board,
) {
    let place = view.place(follow_up);
    let version_text = version.name.clone().unwrap_or_else(|| format!("version 0x{:04x}", version.value));
    let suite_text = suite.name.clone().unwrap_or_else(|| format!("suite 0x{:04x}", suite.value));
    let seen = format!("a ServerHello with {version_text} and {suite_text}");
    board.set(
        Cause::ListenerKeyUnusable,
        NotObservable,
        "The host answers a ClientHello that suits it; whether it can use its key shows later in the handshake.",
    );
    board.rule_out(
        &[Cause::TlsServiceHung, Cause::MiddleboxDropsTls, Cause::TlsDisabledOnHost],
        "A ClientHello with older suites is answered.",
        &place,
    );
    if version.value < 0x0303 {
        board
            .set(
                Cause::NoCommonTlsVersion,
                Likely,
                format!("The host speaks {version_text} at most. Clients that want TLS 1.2 or later cannot connect; Windows clients that still allow {version_text} can."),
            )
            .weighs(Weight::Degrades)
            .seen(FAILURE, failure.kind.to_string())
            .seen(&place, seen.clone());
        board
            .set(
                Cause::LegacyTlsEnabled,
                Confirmed,
                format!("The host speaks {version_text}, which is obsolete (RFC 8996)."),
            )
            .weighs(Weight::Degrades)
            .seen(&place, seen);
        return;
    }
    let modern = matches!(suite.value, 0xc02b | 0xc02c | 0xc02f | 0xc030);
    if modern {
        for (cause, message) in [
            (
                Cause::MiddleboxResetsTls,
                "The host answers a TLS 1.2 hello and not a TLS 1.3 one with the same suites: something minds the newer hello.",
            ),
            (
                Cause::NoCommonTlsVersion,
                "The host answers a TLS 1.2 hello and not a TLS 1.3 one with the same suites.",
            ),
        ] {
            board
                .set(cause, Possible, message)
                .weighs(Weight::Degrades)
                .seen(FAILURE, failure.kind.to_string())
                .seen(&place, seen.clone());
        }
        return;
    }
    let gone = follow_up.probe == Probe::OldHello;
    let who = if gone {
        "neither strict clients nor Windows 11 22H2 and later with default settings can connect"
    } else {
        "strict clients cannot connect; Windows clients, which still offer it, can"
    };
    board
        .set(
            Cause::NoCommonCipherSuite,
            // Which other suites it has, and so which clients it stops, a survey shows.
            Likely,
            format!(
                "The host has none of the suites with elliptic curves and AEAD and chose {suite_text}: {who}."
            ),
        )
        .weighs(if gone { Weight::Blocks } else { Weight::Degrades })
        .seen(FAILURE, failure.kind.to_string())
        .seen(&place, seen)
        .not_proved(REST_UNSEEN);
    board.rule_out(&[Cause::NoCommonTlsVersion], "The host speaks TLS 1.2.", &place);
}
