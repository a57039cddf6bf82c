use super::super::Cause;
use super::super::board::{Board, Entry, Weight};
use super::super::rule::rules;
use super::super::view::View;
use super::{older_hello, segments, survey};
use crate::evidence::{
    FailureKind, FollowUp, KeyProof, Operation, PeerBytes, Probe, Stage, StageFailure, TlsRejection,
    TlsSession,
};

pub(super) const TLS: &str = "/stages/tls";
pub(super) const FAILURE: &str = "/stages/tls/failure";

rules! {
    // Complete
    HANDSHAKE_COMPLETE: Excludes [HostHasNoCertificate, NoCommonTlsVersion, NoCommonCipherSuite, TlsServiceHung, MiddleboxResetsTls, MiddleboxDropsTls, TlsDisabledOnHost], "handshake-complete", "the TLS handshake is complete";
    KEY_PROVED: Excludes [ListenerKeyUnusable], "key-proved", "the handshake is signed with the certificate's key";
    KEY_NOT_VERIFIED: Hides [ListenerKeyUnusable], "key-not-verified", "the handshake is complete, and its signature cannot be verified here";
    CLIENT_CERTIFICATE_ASKED: Fits [ClientCertificateRequired], "client-certificate-asked", "the host asks for a client certificate and goes on without one";
    NO_CLIENT_CERTIFICATE_ASKED: Excludes [ClientCertificateRequired], "no-client-certificate-asked", "the handshake is complete, and no client certificate was asked for";
    OLDER_VERSIONS_NOT_ASKED: Hides [LegacyTlsEnabled], "older-versions-not-asked", "the handshake is complete, and nothing else was asked of the host";
    // Ended by a reset or a close
    ENDED_UNASKED: Fits [ListenerKeyUnusable, ForwarderWithoutBackend, ConnectionLimit], "ended-unasked", "the host chooses TLS and ends the connection before a ClientHello is sent";
    ENDED_AT_EVERY_HELLO: Supports [ListenerKeyUnusable], "ended-at-every-hello", "the host chooses TLS and ends the connection at every kind of ClientHello";
    ENDED_AT_HELLO: Fits [ListenerKeyUnusable, MiddleboxResetsTls, TlsDisabledOnHost, NoCommonCipherSuite, NoCommonTlsVersion, ConnectionLimit, ForwarderWithoutBackend], "ended-at-hello", "the connection ends at the ClientHello";
    LOST_AT_HELLO: Fits [UnstablePath], "lost-at-hello", "the system says that the connection was lost during the handshake";
    // Ended by an alert
    CLIENT_CERTIFICATE_ALERT: Confirms [ClientCertificateRequired], "client-certificate-alert", "alert 116 (certificate_required) ends the handshake";
    ALERT_ABOUT_CERTIFICATE: Supports [ClientCertificateRequired], "alert-about-certificate", "alert 41 or 42 (no_certificate, bad_certificate) ends the handshake";
    ALERT_AFTER_REQUEST: Supports [ClientCertificateRequired], "alert-after-request", "the host asks for a client certificate, gets none and ends the handshake by an alert";
    VERSION_ALERT: Supports [NoCommonTlsVersion], "version-alert", "alert 70 (protocol_version) ends the handshake, and TLS 1.0 to 1.3 were offered";
    SECURITY_ALERT: Supports [NoCommonCipherSuite], "security-alert", "alert 71 (insufficient_security) ends the handshake";
    FAILURE_ALERT: Supports [NoCommonCipherSuite], "failure-alert", "alert 40 (handshake_failure) ends the handshake, and not with every hello";
    NAME_ALERT: Fits [ForwarderWithoutBackend], "name-alert", "alert 112 (unrecognized_name) ends the handshake";
    ANY_ALERT: Fits [ListenerKeyUnusable, NoCommonCipherSuite, NoCommonTlsVersion, TlsDisabledOnHost], "any-alert", "an alert ends the handshake, as it may for want of a version or suite, and where the key or TLS is of no use";
    // Answered by something else
    PLAIN_GOODBYE_AGAIN: Confirms [ListenerKeyUnusable], "plain-goodbye-again", "an MCS disconnect comes in plain where the ServerHello is due, each time";
    PLAIN_GOODBYE: Supports [ListenerKeyUnusable], "plain-goodbye", "an MCS disconnect comes in plain where the ServerHello is due";
    NO_TLS_AGAIN: Supports [NegotiationViolation], "no-tls-again", "the peer agrees to TLS and sends something else, each time";
    NO_TLS: Fits [NegotiationViolation, ListenerKeyUnusable], "no-tls", "the peer agrees to TLS and sends something else";
    // Silence
    ANSWER_BEGUN: Excludes [MiddleboxDropsTls], "answer-begun", "an answer to the ClientHello begins";
    ANSWER_STALLS: Fits [PathMtuBlackHole, PacketLoss, SlowPath, TlsServiceHung], "answer-stalls", "the answer to the ClientHello begins and does not come to its end";
    NOTHING_PASSES: Fits [UnstablePath], "nothing-passes", "after the X.224 exchange nothing is acknowledged, be it TLS or not";
    EVERY_HELLO_VANISHES: Supports [MiddleboxDropsTls], "every-hello-vanishes", "every kind of ClientHello stays unacknowledged, and plain bytes do not";
    HELLO_VANISHES: Fits [MiddleboxDropsTls, PathMtuBlackHole, PacketLoss, UnstablePath], "hello-vanishes", "the ClientHello is never acknowledged";
    EVERY_HELLO_UNANSWERED: Supports [TlsServiceHung], "every-hello-unanswered", "every kind of ClientHello is acknowledged and not answered";
    HELLO_UNANSWERED: Fits [TlsServiceHung, MiddleboxDropsTls, PathMtuBlackHole], "hello-unanswered", "the ClientHello is acknowledged and not answered";
    HARDLY_WAITED: Opposes [TlsServiceHung, MiddleboxDropsTls], "hardly-waited-for-hello", "the answer to the ClientHello was waited for too short a time for its absence to mean much";
    // Not taken by us
    SIGNED_BY_ANOTHER_KEY_AGAIN: Supports [ListenerKeyUnusable], "signed-by-another-key-again", "the handshake is signed by another key than the certificate's, each time";
    SIGNED_BY_ANOTHER_KEY: Fits [ListenerKeyUnusable, TlsIntercepted], "signed-by-another-key", "the handshake is signed by another key than the certificate's";
    NOT_IN_OUR_LIBRARY: Fits [NoCommonCipherSuite, NoCommonTlsVersion], "not-in-our-library", "the host chooses what the TLS library of this check does not have";
    UNLAWFUL_TLS_AGAIN: Supports [NegotiationViolation], "unlawful-tls-again", "what the peer sends is no lawful handshake, each time";
    UNLAWFUL_TLS: Fits [NegotiationViolation], "unlawful-tls", "what the peer sends is no lawful handshake";
}

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(session) = view.evidence.stages.tls.facts() {
        return complete(view, session, board);
    }
    let Some(failure) = view.failed_at(Stage::Tls) else {
        return;
    };
    if view.completes_tls12() {
        return older_hello::only_older_hellos(view, failure, board);
    }
    if let FailureKind::TlsRejectedByUs { rejection: rejection @ TlsRejection::BadSignature, .. } =
        &failure.kind
    {
        return rejected_by_us(view, failure, *rejection, board);
    }
    if let FailureKind::TlsAlert { description, client_certificate_requested: true, .. } = &failure.kind {
        return alert(view, failure, *description, true, board);
    }
    if segments::seen_by_segments(view, failure, board)
        || segments::repaired_by_small_segments(view, failure, board)
    {
        return;
    }
    if let Some(support) =
        view.evidence.stages.tls_support.facts().filter(|support| support.accepted().next().is_some())
    {
        return survey::explains(view, failure, support, board);
    }
    if older_hello::answered(view, failure, board) {
        return;
    }
    match &failure.kind {
        FailureKind::Reset | FailureKind::Closed => ended(view, failure, board),
        FailureKind::TlsAlert { description, .. } => alert(view, failure, *description, false, board),
        FailureKind::ProtocolViolation { .. } => plain(view, failure, board),
        FailureKind::TimedOut { .. } => silent(view, failure, board),
        FailureKind::TlsRejectedByUs { rejection, .. } => rejected_by_us(view, failure, *rejection, board),
        _ => {
            board
                .apply(LOST_AT_HELLO, "The connection was lost during the TLS handshake.")
                .seen(FAILURE, failure.kind.to_string());
        }
    }
}

fn complete(view: &View<'_>, session: &TlsSession, board: &mut Board) {
    let version = session.version.name.as_deref().unwrap_or("TLS");
    board.apply_to_all(HANDSHAKE_COMPLETE, &format!("A {version} handshake is complete."), TLS);
    match &session.key_proof {
        KeyProof::Proved { .. } => {
            board.apply_to_all(KEY_PROVED, "The host proved that it holds the certificate's key.", TLS);
        }
        KeyProof::NotVerifiable { reason } => {
            let message =
                format!("The handshake is complete, but its signature could not be verified here: {reason}.");
            board.hide(KEY_NOT_VERIFIED, &message);
        }
    }
    if session.client_certificate_requested {
        board
            .apply(
                CLIENT_CERTIFICATE_ASKED,
                "The host asks for a client certificate, and goes on without one.",
            )
            .weighs(Weight::Informs)
            .seen(TLS, "a CertificateRequest");
    } else {
        board.apply_to_all(
            NO_CLIENT_CERTIFICATE_ASKED,
            "The handshake is complete without a client certificate.",
            TLS,
        );
    }
    segments::large_hello(view, board);
    if let Some(support) = view.evidence.stages.tls_support.facts() {
        survey::legacy(view, support, board);
        survey::other_clients(view, board);
    }
    board.hide_rest(OLDER_VERSIONS_NOT_ASKED, "Which older versions the host accepts besides was not asked.");
    segments::only_small_hellos(board);
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

pub(super) fn list_tries(view: &View<'_>, entry: &mut Entry) {
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
        board
            .apply_to(cause, ENDED_UNASKED, message)
            .seen(FAILURE, format!("{} before the ClientHello", failure.kind));
    }
}

fn ended(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.operation == Operation::Send {
        return ended_unasked(failure, board);
    }
    let every = every_hello(view, |kind| matches!(kind, FailureKind::Reset | FailureKind::Closed));
    // How quickly it came says nothing here: a host that finds out right after its confirm that it cannot go on resets
    // before our hello is there.
    let entry = board.apply_to(
        Cause::ListenerKeyUnusable,
        if every { ENDED_AT_EVERY_HELLO } else { ENDED_AT_HELLO },
        "The host chooses TLS and ends the connection at the ClientHello, whatever it offers: it cannot use its certificate's key (access, a missing key, key and certificate that differ).",
    );
    entry.seen(FAILURE, failure.kind.to_string());
    list_tries(view, entry);
    entry.not_proved("that the host did it: a device on the path that minds TLS on this port looks the same. Schannel event 36870 on the host proves it");
    for (cause, message) in [
        (
            Cause::MiddleboxResetsTls,
            "A device on the path that minds TLS on this port ends connections like this.",
        ),
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
        board.apply_to(cause, ENDED_AT_HELLO, message).seen(FAILURE, failure.kind.to_string());
    }
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
    let apply = |board: &mut Board, cause, rule, message: &str| {
        let entry = board.apply_to(cause, rule, message);
        entry.seen(FAILURE, seen.clone());
        list_tries(view, entry);
    };
    let says = match description {
        116 => Some((
            Cause::ClientCertificateRequired,
            CLIENT_CERTIFICATE_ALERT,
            "The host ends the handshake because there is no client certificate.",
        )),
        41 | 42 => Some((
            Cause::ClientCertificateRequired,
            ALERT_ABOUT_CERTIFICATE,
            "The host ends the handshake over a certificate of the client.",
        )),
        _ if certificate_requested => Some((
            Cause::ClientCertificateRequired,
            ALERT_AFTER_REQUEST,
            "The host asks for a client certificate, gets none and ends the handshake.",
        )),
        70 => Some((
            Cause::NoCommonTlsVersion,
            VERSION_ALERT,
            "The host refuses every TLS version that was offered (1.0 to 1.3).",
        )),
        71 => Some((
            Cause::NoCommonCipherSuite,
            SECURITY_ALERT,
            "The host finds what was offered not secure enough.",
        )),
        40 if !every => Some((
            Cause::NoCommonCipherSuite,
            FAILURE_ALERT,
            "The host finds nothing in common in what was offered.",
        )),
        _ => None,
    };
    if let Some((cause, rule, message)) = says {
        apply(board, cause, rule, message);
    }
    if description == 112 {
        apply(
            board,
            Cause::ForwarderWithoutBackend,
            NAME_ALERT,
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
        apply(board, cause, ANY_ALERT, message);
    }
}

fn plain(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let head = failure.first_bytes.as_ref().map_or(&[][..], PeerBytes::as_slice);
    let repeated = view.same_repeats() > 0;
    if head.starts_with(&crate::wire::negotiation::DISCONNECT_ULTIMATUM) {
        let entry = board.apply(
            if repeated { PLAIN_GOODBYE_AGAIN } else { PLAIN_GOODBYE },
            "The host chooses TLS and then sends plain RDP bytes where its ServerHello is due: it could not set up TLS with its certificate and key (unreadable, not PEM, too weak for its library, or not a pair).",
        );
        entry.seen(&format!("{FAILURE}/first_bytes"), failure.kind.to_string());
        list_tries(view, entry);
        return;
    }
    let entry = board.apply_to(
        Cause::NegotiationViolation,
        if repeated { NO_TLS_AGAIN } else { NO_TLS },
        "The peer agrees to TLS and then sends something else: a proxy or device that speaks another protocol stands in between, or the server is broken.",
    );
    entry.seen(&format!("{FAILURE}/first_bytes"), failure.kind.to_string());
    list_tries(view, entry);
    board
        .apply_to(Cause::ListenerKeyUnusable, NO_TLS, "A server that cannot set up TLS may say so in plain.")
        .seen(FAILURE, failure.kind.to_string());
}

fn silent(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    if failure.first_bytes.is_some() {
        board.apply_to_all(ANSWER_BEGUN, "The ClientHello was answered, if not in full.", FAILURE);
        for &cause in ANSWER_STALLS.causes {
            board
                .apply_to(
                    cause,
                    ANSWER_STALLS,
                    "The host's answer to the ClientHello began and did not come to its end in time.",
                )
                .seen(FAILURE, format!("{} bytes on this connection", failure.bytes_received));
        }
        return;
    }
    let every = every_hello(view, |kind| matches!(kind, FailureKind::TimedOut { .. }));
    if View::unacknowledged(failure) {
        vanishes(view, failure, every, board);
    } else {
        unanswered(view, failure, every, board);
    }
}

/// How long nothing came.
fn silence(failure: &StageFailure) -> String {
    format!("{} for {:.1} s", failure.kind, failure.elapsed.as_secs_f64())
}

fn hardly_waited(view: &View<'_>, cause: Cause, failure: &StageFailure, board: &mut Board) {
    if view.hardly_waited() {
        board
            .apply_to(cause, HARDLY_WAITED, "The answer was waited for only a short time.")
            .seen(&format!("{FAILURE}/elapsed_seconds"), format!("{:.1} s", failure.elapsed.as_secs_f64()));
    }
}

fn vanishes(view: &View<'_>, failure: &StageFailure, every: bool, board: &mut Board) {
    let seen = silence(failure);
    let plain_lost =
        view.count(&[Probe::PlainData], |plain| plain.failure.as_ref().is_some_and(View::unacknowledged)) > 0;
    if plain_lost {
        let entry = board.apply(
            NOTHING_PASSES,
            "After the X.224 exchange nothing more is acknowledged, be it TLS or not: the path breaks there, or a device cuts every connection off.",
        );
        entry.seen(FAILURE, seen.clone());
        list_tries(view, entry);
    }
    let entry = board.apply_to(
        Cause::MiddleboxDropsTls,
        if every && !plain_lost { EVERY_HELLO_VANISHES } else { HELLO_VANISHES },
        "The X.224 exchange passes, and the ClientHello that follows is never acknowledged: something on the path swallows it.",
    );
    entry.seen(FAILURE, seen.clone());
    list_tries(view, entry);
    hardly_waited(view, Cause::MiddleboxDropsTls, failure, board);
    for (cause, message) in [
        (Cause::PathMtuBlackHole, "Bigger packets may vanish on the path."),
        (Cause::PacketLoss, "The ClientHello was sent again and again and never acknowledged."),
        (Cause::UnstablePath, "The path may have broken after the X.224 exchange."),
    ] {
        board.apply_to(cause, HELLO_VANISHES, message).seen(FAILURE, seen.clone());
    }
}

fn unanswered(view: &View<'_>, failure: &StageFailure, every: bool, board: &mut Board) {
    let seen = silence(failure);
    let entry = board.apply_to(
        Cause::TlsServiceHung,
        if every { EVERY_HELLO_UNANSWERED } else { HELLO_UNANSWERED },
        "The host chooses TLS, acknowledges the ClientHello and never answers it.",
    );
    entry.seen(FAILURE, seen.clone());
    list_tries(view, entry);
    entry.not_proved(
        "that the host received it: a device that takes TLS apart may acknowledge and swallow it",
    );
    hardly_waited(view, Cause::TlsServiceHung, failure, board);
    for (cause, message) in [
        (
            Cause::MiddleboxDropsTls,
            "A device that takes TLS apart may acknowledge the ClientHello and swallow it.",
        ),
        (Cause::PathMtuBlackHole, "The host's answer may be too big for the path and vanish."),
    ] {
        board.apply_to(cause, HELLO_UNANSWERED, message).seen(FAILURE, seen.clone());
    }
}

fn rejected_by_us(view: &View<'_>, failure: &StageFailure, rejection: TlsRejection, board: &mut Board) {
    let seen = failure.kind.to_string();
    let repeated = view.same_repeats() > 0;
    match rejection {
        TlsRejection::BadSignature => {
            let entry = board.apply_to(
                Cause::ListenerKeyUnusable,
                if repeated { SIGNED_BY_ANOTHER_KEY_AGAIN } else { SIGNED_BY_ANOTHER_KEY },
                "The handshake is signed by another key than the certificate's: key and certificate of the host are not a pair. Every client gives up here.",
            );
            entry.seen(FAILURE, seen.clone());
            list_tries(view, entry);
            board
                .apply_to(
                    Cause::TlsIntercepted,
                    SIGNED_BY_ANOTHER_KEY,
                    "Somebody in between may present the host's certificate without having its key.",
                )
                .seen(FAILURE, seen);
        }
        TlsRejection::Unsupported => {
            for &cause in NOT_IN_OUR_LIBRARY.causes {
                board
                    .apply_to(cause, NOT_IN_OUR_LIBRARY, "The host chose something that the TLS library of this check does not have; other clients may.")
                    .seen(FAILURE, seen.clone());
            }
        }
        TlsRejection::Violation => {
            board
                .apply(
                    if repeated { UNLAWFUL_TLS_AGAIN } else { UNLAWFUL_TLS },
                    "What the peer sends is no lawful TLS handshake.",
                )
                .seen(FAILURE, seen);
        }
    }
}
