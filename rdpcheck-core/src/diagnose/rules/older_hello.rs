//! A ClientHello with older suites or versions is answered where that of our library is not.

use super::super::board::{Board, Weight};
use super::super::rule::rules;
use super::super::view::View;
use super::tls::FAILURE;
use crate::diagnose::Cause;
use crate::evidence::{Answer, FollowUp, NumberedName, Probe, StageFailure};

/// What an answer to a hand-made ClientHello leaves open.
const REST_UNSEEN: &str = "that the rest of the connection works: only the first answer was read, not the certificate, and not CredSSP";

rules! {
    // Completed with TLS 1.2 alone
    COMPLETES_TLS12: Excludes [ListenerKeyUnusable, NoCommonCipherSuite, TlsDisabledOnHost, TlsServiceHung], "completes-tls12", "a handshake with TLS 1.2 alone is complete";
    MINDS_TLS13: Fits [MiddleboxResetsTls, NoCommonTlsVersion], "minds-tls13", "a handshake with TLS 1.2 alone is complete, and one that offers TLS 1.3 besides is not";
    // The first answer to an older hello
    OLDER_HELLO_ANSWERED: Excludes [TlsServiceHung, MiddleboxDropsTls, TlsDisabledOnHost], "older-hello-answered", "a ClientHello with older suites is answered";
    KEY_NOT_YET_USED: Hides [ListenerKeyUnusable], "key-not-yet-used", "an older ClientHello is answered, and the handshake is not carried on";
    OLD_VERSION_CHOSEN: Supports [NoCommonTlsVersion], "old-version-chosen", "our hello fails, and to an older one the host chooses less than TLS 1.2";
    OLD_VERSION_SPOKEN: Confirms [LegacyTlsEnabled], "old-version-spoken", "the host chooses less than TLS 1.2";
    NEW_SUITE_CHOSEN: Fits [MiddleboxResetsTls, NoCommonTlsVersion], "new-suite-chosen", "our hello fails, and an older one is answered with a suite that ours offered as well";
    OLD_SUITE_CHOSEN: Supports [NoCommonCipherSuite], "old-suite-chosen", "our hello fails, and to an older one the host chooses TLS 1.2 with a suite that ours did not offer";
    TLS12_CHOSEN: Excludes [NoCommonTlsVersion], "tls12-chosen", "the host chooses TLS 1.2, with an older suite";
}

/// TLS 1.2 alone is completed, and a ClientHello that offers TLS 1.3 besides is not.
pub(super) fn only_older_hellos(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let complete = view
        .follow_ups(Probe::Tls12Only)
        .find(|older| older.failure.is_none())
        .map_or_else(|| FAILURE.to_owned(), |older| view.place(older));
    board.apply_to_all(COMPLETES_TLS12, "A handshake with TLS 1.2 alone is complete.", &complete);
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
        let entry = board.apply_to(cause, MINDS_TLS13, message);
        entry.weighs(Weight::Degrades).seen(FAILURE, failure.kind.to_string());
        for follow_up in view.follow_ups(Probe::Tls12Only) {
            entry.seen(&view.place(follow_up), "tls12-only: complete");
        }
    }
}

/// Where the broad hello or the old one is answered: the host speaks only what Windows clients still speak.
pub(super) fn answered(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    let to = |probe| {
        view.follow_ups(probe).find_map(|follow_up| match &follow_up.answer {
            Some(Answer::ServerHello { version, cipher_suite }) => Some((follow_up, version, cipher_suite)),
            _ => None,
        })
    };
    let Some((follow_up, version, suite)) = to(Probe::BroadHello).or_else(|| to(Probe::OldHello)) else {
        return false;
    };
    old_host(view, failure, follow_up, version, suite, board);
    true
}

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
    board.hide(
        KEY_NOT_YET_USED,
        "The host answers a ClientHello that suits it; whether it can use its key shows later in the handshake.",
    );
    board.apply_to_all(OLDER_HELLO_ANSWERED, "A ClientHello with older suites is answered.", &place);
    if version.value < 0x0303 {
        board
            .apply(
                OLD_VERSION_CHOSEN,
                format!("The host speaks {version_text} at most. Clients that want TLS 1.2 or later cannot connect; Windows clients that still allow {version_text} can."),
            )
            .weighs(Weight::Degrades)
            .seen(FAILURE, failure.kind.to_string())
            .seen(&place, seen.clone());
        board
            .apply(
                OLD_VERSION_SPOKEN,
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
                .apply_to(cause, NEW_SUITE_CHOSEN, message)
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
    // Which other suites it has, and so which clients it stops, a survey shows.
    board
        .apply(
            OLD_SUITE_CHOSEN,
            format!(
                "The host has none of the suites with elliptic curves and AEAD and chose {suite_text}: {who}."
            ),
        )
        .weighs(if gone { Weight::Blocks } else { Weight::Degrades })
        .seen(FAILURE, failure.kind.to_string())
        .seen(&place, seen)
        .not_proved(REST_UNSEEN);
    board.apply_to_all(TLS12_CHOSEN, "The host speaks TLS 1.2.", &place);
}
