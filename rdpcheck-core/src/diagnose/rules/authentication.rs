use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict::{Confirmed, Likely, Possible};
use super::super::view::View;
use crate::evidence::{Answer, CredSsp, FailureKind, FollowUp, Probe, SpnegoAnswer, Stage, StageFailure};

const CREDSSP: &str = "/stages/credssp";

/// What Kerberos bears (`MaxClockSkew`, 5 minutes by default).
const KERBEROS_SKEW_SECONDS: f64 = 300.0;

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(facts) = view.evidence.stages.credssp.facts() {
        board.rule_out(&[Cause::CredsspFails], "CredSSP was answered.", CREDSSP);
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
                .set(
                    Cause::ClientCertificateRequired,
                    if *description == 116 { Confirmed } else { Likely },
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
        board.unseen(
            &[Cause::NtlmRefused],
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
        let entry = board.set(
            Cause::NtlmRefused,
            if again { Confirmed } else { Likely },
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
        board.unseen(&[Cause::CredsspOraclePolicy], "The host names a CredSSP version that does not exist.");
        return;
    }
    if facts.version >= 5 {
        board.rule_out(
            &[Cause::CredsspOraclePolicy],
            "The host has the update for CVE-2018-0886 (CredSSP version 5 or later).",
            &at,
        );
        return;
    }
    board
        .set(
            Cause::CredsspOraclePolicy,
            Likely,
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
        board.unseen(&[Cause::ClockSkew], "The host's answer carries no clock.");
        return;
    };
    let seen = format!(
        "the host's clock is {:.0} s {} ours",
        skew.abs(),
        if skew < 0.0 { "behind" } else { "ahead of" }
    );
    if skew.abs() <= KERBEROS_SKEW_SECONDS {
        board.rule_out(&[Cause::ClockSkew], "The clocks differ by less than 5 minutes.", &at);
        return;
    }
    board
        .set(
            Cause::ClockSkew,
            Confirmed,
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
            board.set(cause, Possible, message).seen(&format!("{CREDSSP}/failure"), failure.kind.to_string());
        }
    }
    let entry = board.set(
        Cause::CredsspFails,
        match (repeated, nonsense) {
            (true, true) => Confirmed,
            _ if View::unacknowledged(failure) => Possible,
            _ => Likely,
        },
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
        .set(
            Cause::ConnectionLimit,
            Possible,
            "A host that has had enough may end connections at this point.",
        )
        .seen(CREDSSP, failure.kind.to_string());
}

/// CredSSP works; the host answers our anonymous start with an error.
fn answered_with_error(code: u32, failure: &StageFailure, board: &mut Board) {
    let at = format!("{CREDSSP}/failure");
    let seen = failure.kind.to_string();
    let verdict = match code {
        0xC000_005E | 0x8009_0311 => {
            Some((Cause::NoLogonServer, "The host says that it reaches no logon server."))
        }
        0xC000_018D => {
            Some((Cause::DomainTrustBroken, "The host says that it is not trusted by its domain."))
        }
        0xC000_0133 | 0x8009_0324 => {
            Some((Cause::ClockSkew, "The host says that its clock and the domain's differ."))
        }
        _ => None,
    };
    if let Some((cause, message)) = verdict {
        board.set(cause, Likely, message).seen(&at, seen.clone());
    }
    board
        .set(
            Cause::CredsspFails,
            Possible,
            "The host answers the start of CredSSP with an error. One that forbids NTLM does so and still takes Kerberos.",
        )
        .seen(&at, seen)
        .not_proved("that a client with credentials fails");
}
