use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{Answer, CredSsp, FailureKind, FollowUp, Probe, SpnegoAnswer, Stage, StageFailure};

const CREDSSP: &str = "/stages/credssp";

rules! {
    // Answered
    CREDSSP_ANSWERED: Excludes [CredsspFails], "credssp-answered", "the first CredSSP message was answered";
    OLD_CREDSSP: Supports [CredsspOraclePolicy], "old-credssp", "the host speaks CredSSP version 2 to 4, as hosts do without the update for CVE-2018-0886";
    UPDATED_CREDSSP: Excludes [CredsspOraclePolicy], "updated-credssp", "the host speaks CredSSP version 5 or later";
    UNKNOWN_CREDSSP: Hides [CredsspOraclePolicy], "unknown-credssp", "the host names a CredSSP version that does not exist";
    CLOCKS_DIFFER: Confirms [ClockSkew], "clocks-differ", "the time in the NTLM challenge is more than 5 minutes from ours";
    CLOCKS_AGREE: Excludes [ClockSkew], "clocks-agree", "the time in the NTLM challenge is within 5 minutes of ours";
    NO_CLOCK: Hides [ClockSkew], "no-clock", "the host's answer carries no clock";
    NTLM_CHALLENGED: Hides [NtlmRefused], "ntlm-challenged", "the host answers NTLM with a challenge";
    KERBEROS_ONLY_AGAIN: Confirms [NtlmRefused], "kerberos-only-again", "the host ends the connection at NTLM, takes Kerberos, and ends it at NTLM again";
    KERBEROS_ONLY: Supports [NtlmRefused], "kerberos-only", "the host ends the connection at NTLM and takes Kerberos";
    // Broken off
    CERTIFICATE_DEMANDED: Confirms [ClientCertificateRequired], "certificate-demanded", "the host ends the connection with the alert that a certificate is required (116)";
    CERTIFICATE_ASKED_FOR: Supports [ClientCertificateRequired], "certificate-asked-for", "the host asks for a client certificate, gets none and ends the connection with an alert";
    CREDSSP_NONSENSE_AGAIN: Confirms [CredsspFails], "credssp-nonsense-again", "what comes in answer to CredSSP is none, twice";
    CREDSSP_BREAKS_OFF: Supports [CredsspFails], "credssp-breaks-off", "TLS stands, and the first CredSSP message is not answered, or not by CredSSP";
    CREDSSP_UNACKNOWLEDGED: Fits [CredsspFails, MiddleboxDropsData, UnstablePath, PacketLoss], "credssp-unacknowledged", "what was sent after TLS stood was never acknowledged";
    CREDSSP_ENDED: Fits [ConnectionLimit], "credssp-ended", "TLS stands, and the connection fails at CredSSP";
    CREDSSP_ENDED_BY_DOMAIN: Fits [NoLogonServer, DomainTrustBroken], "credssp-ended-by-domain", "a host that may be Windows ends the connection at CredSSP";
    // Answered with an error
    SAYS_NO_LOGON_SERVER: Supports [NoLogonServer], "says-no-logon-server", "the host answers CredSSP with the error that no logon server was reached";
    SAYS_TRUST_BROKEN: Supports [DomainTrustBroken], "says-trust-broken", "the host answers CredSSP with the error that its domain does not trust it";
    SAYS_CLOCKS_DIFFER: Supports [ClockSkew], "says-clocks-differ", "the host answers CredSSP with the error that clocks differ";
    CREDSSP_ERROR: Fits [CredsspFails], "credssp-error", "the host answers the start of CredSSP with an error";
}

/// What Kerberos bears (`MaxClockSkew`, 5 minutes by default).
const KERBEROS_SKEW_SECONDS: f64 = 300.0;

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(facts) = view.evidence.stages.credssp.facts() {
        board.apply_to_all(CREDSSP_ANSWERED, "CredSSP was answered.", CREDSSP);
        oracle(facts, board);
        clock(facts, board);
        ntlm(view, facts, board);
    }
    let Some(failure) = view.failed_at(Stage::Credssp) else {
        return;
    };
    match &failure.kind {
        FailureKind::CredsspError { code, .. } => answered_with_error(*code, failure, board),
        // With TLS 1.3 the host says only now that it will not do without a client certificate.
        FailureKind::TlsAlert { description, client_certificate_requested, .. }
            if *client_certificate_requested || matches!(description, 41 | 42 | 116) =>
        {
            board
                .apply(
                    if *description == 116 { CERTIFICATE_DEMANDED } else { CERTIFICATE_ASKED_FOR },
                    "The host asks for a client certificate, gets none and ends the connection.",
                )
                .seen(&format!("{CREDSSP}/failure"), failure.kind.to_string());
        }
        _ => fails(view, failure, board),
    }
}

/// A host that ends the connection at NTLM and answers an offer of Kerberos is not broken.
fn ntlm(view: &View<'_>, facts: &CredSsp, board: &mut Board) {
    if facts.challenge.is_some() {
        // That logons by NTLM are let in is decided later, with the password.
        board.hide(
            NTLM_CHALLENGED,
            "The host answers NTLM with a challenge; whether it then lets NTLM logons in shows only with credentials.",
        );
        return;
    }
    let kerberos = |answer: &SpnegoAnswer| {
        answer.mechanism.as_deref().is_some_and(|mechanism| mechanism.ends_with("kerberos"))
    };
    for follow_up in view.follow_ups(Probe::CredsspKerberos) {
        let Some(Answer::Spnego(answer)) = &follow_up.answer else {
            continue;
        };
        if !kerberos(answer) {
            continue;
        }
        let takes_ntlm = view.evidence.follow_ups.iter().any(|other| {
            matches!(&other.answer, Some(Answer::CredSsp(facts)) if facts.challenge.is_some())
                || matches!(&other.answer, Some(Answer::Spnego(answer)) if answer.ntlm_challenge)
        });
        if takes_ntlm {
            return; // it was refused for another reason, and not for long
        }
        // NTLM is refused again after Kerberos was taken.
        let mut later = view.evidence.follow_ups.iter().skip_while(|other| !std::ptr::eq(*other, follow_up));
        let again = later.any(|other| {
            matches!(other.probe, Probe::CredsspSpnego | Probe::Repeat)
                && other.stage == Stage::Credssp
                && other.failure.is_some()
        });
        let entry = board.apply(
            if again { KERBEROS_ONLY_AGAIN } else { KERBEROS_ONLY },
            "The host refuses NTLM and takes Kerberos: clients of its domain that use its full name connect; those that use an address, or have no domain controller in reach, do not.",
        );
        entry.weighs(Weight::Degrades).seen(&view.place(follow_up), "it chooses Kerberos");
        for other in view.evidence.follow_ups.iter().filter(|other| other.stage == Stage::Credssp) {
            if let Some(failure) = &other.failure {
                entry.seen(&view.place(other), format!("{}: {}", other.probe, failure.kind));
            }
        }
        entry.not_proved("that a Kerberos logon works");
    }
}

fn oracle(facts: &CredSsp, board: &mut Board) {
    let at = format!("{CREDSSP}/facts/version");
    let seen = format!("CredSSP version {}", facts.version);
    if facts.version < 2 {
        board.hide(UNKNOWN_CREDSSP, "The host names a CredSSP version that does not exist.");
        return;
    }
    if facts.version >= 5 {
        board.apply_to_all(
            UPDATED_CREDSSP,
            "The host has the update for CVE-2018-0886 (CredSSP version 5 or later).",
            &at,
        );
        return;
    }
    board
        .apply(
            OLD_CREDSSP,
            format!(
                "The host speaks CredSSP version {}, as hosts do without the update for CVE-2018-0886. A patched client with the \
                 default policy (Mitigated) or with Force updated clients refuses such a host with its own dialog, not with 0x904.",
                facts.version
            ),
        )
        .seen(&at, seen)
        .not_proved("which policy a client has: one that is set to Vulnerable connects");
}

fn clock(facts: &CredSsp, board: &mut Board) {
    let at = format!("{CREDSSP}/facts/clock_skew_seconds");
    let Some(skew) = facts.clock_skew_seconds else {
        board.hide(NO_CLOCK, "The host's answer carries no clock.");
        return;
    };
    let seen = format!(
        "the host's clock is {:.0} s {} ours",
        skew.abs(),
        if skew < 0.0 { "behind" } else { "ahead of" }
    );
    if skew.abs() <= KERBEROS_SKEW_SECONDS {
        board.apply_to_all(CLOCKS_AGREE, "The clocks differ by less than 5 minutes.", &at);
        return;
    }
    board
        .apply(
            CLOCKS_DIFFER,
            format!(
                "The clocks of host and client differ by {:.0} minutes; Kerberos bears 5.",
                skew.abs() / 60.0
            ),
        )
        .weighs(Weight::Degrades)
        .seen(&at, seen)
        .not_proved("whose clock is wrong: two clocks cannot tell");
}

fn fails(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let repeated = view.same_repeats() > 0 && !view.hardly_waited();
    // A host that forbids NTLM may end the connection at it and still take Kerberos.
    // Silence may be slowness, or the path.
    let nonsense = matches!(failure.kind, FailureKind::ProtocolViolation { .. });
    if View::unacknowledged(failure) {
        for (cause, message) in [
            (
                Cause::MiddleboxDropsData,
                "A device on the path may let the handshake pass and drop what follows.",
            ),
            (
                Cause::UnstablePath,
                "What was sent after TLS stood was never acknowledged: the path may have broken.",
            ),
            (Cause::PacketLoss, "What was sent after TLS stood was never acknowledged."),
        ] {
            board
                .apply_to(cause, CREDSSP_UNACKNOWLEDGED, message)
                .seen(&format!("{CREDSSP}/failure"), failure.kind.to_string());
        }
    }
    let rule = match (repeated, nonsense) {
        (true, true) => CREDSSP_NONSENSE_AGAIN,
        _ if View::unacknowledged(failure) => CREDSSP_UNACKNOWLEDGED,
        _ => CREDSSP_BREAKS_OFF,
    };
    let entry = board.apply_to(
        Cause::CredsspFails,
        rule,
        format!("TLS stands, and the first CredSSP message fails: {}.", failure.kind),
    );
    entry.seen(&format!("{CREDSSP}/failure"), failure.kind.to_string());
    for again in view.follow_ups(Probe::Repeat) {
        let seen =
            again.failure.as_ref().map_or_else(|| "answered".to_owned(), |failure| failure.kind.to_string());
        entry.seen(&view.place(again), seen);
    }
    let without: Option<&FollowUp> = view
        .follow_ups(Probe::OfferSsl)
        .find(|follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if !facts.selected.is_empty()));
    if let Some(follow_up) = without {
        entry.seen(&view.place(follow_up), "the host also takes TLS without CredSSP");
    }
    entry.not_proved(
        "that a client with Kerberos fails as well: this check begins with NTLM, which some hosts forbid",
    );
    board
        .apply(CREDSSP_ENDED, "A host that has had enough may end connections at this point.")
        .seen(CREDSSP, failure.kind.to_string());
    let ended = matches!(failure.kind, FailureKind::Closed | FailureKind::Reset);
    if ended && view.product.may_be_windows() {
        for (cause, message) in [
            (Cause::NoLogonServer, "A domain member that reaches no logon server may end connections here."),
            (Cause::DomainTrustBroken, "A host that its domain no longer trusts may end connections here."),
        ] {
            board.apply_to(cause, CREDSSP_ENDED_BY_DOMAIN, message).seen(CREDSSP, failure.kind.to_string());
        }
    }
}

/// CredSSP works; the host answers our anonymous start with an error.
fn answered_with_error(code: u32, failure: &StageFailure, board: &mut Board) {
    let at = format!("{CREDSSP}/failure");
    let seen = failure.kind.to_string();
    let named = match code {
        0xC000_005E | 0x8009_0311 => {
            Some((SAYS_NO_LOGON_SERVER, "The host says that it reaches no logon server."))
        }
        0xC000_018D => Some((SAYS_TRUST_BROKEN, "The host says that it is not trusted by its domain.")),
        0xC000_0133 | 0x8009_0324 => {
            Some((SAYS_CLOCKS_DIFFER, "The host says that its clock and the domain's differ."))
        }
        _ => None,
    };
    if let Some((rule, message)) = named {
        board.apply(rule, message).seen(&at, seen.clone());
    }
    board
        .apply(
            CREDSSP_ERROR,
            "The host answers the start of CredSSP with an error. One that forbids NTLM does so and still takes Kerberos.",
        )
        .seen(&at, seen)
        .not_proved("that a client with credentials fails");
}
