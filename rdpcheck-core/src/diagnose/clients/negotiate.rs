//! What the host answers to the X.224 request of a client.

use super::super::Cause;
use super::super::finding::Finding;
use super::super::view::View;
use super::{Step, whoever_comes};
use crate::evidence::{
    Aftermath, Answer, FailureKind, FollowUp, Negotiation, NetworkLevelAuthentication, Probe,
    SecurityProtocol, Stage,
};
use crate::wire::tls::profiles::ClientProfile;

/// What a client and the host go on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// TLS, then CredSSP.
    CredSsp,
    /// Standard RDP Security.
    Standard,
    /// TLS, then the logon screen.
    Tls,
}

/// A host's answer to an offer.
enum Answered {
    Chose(SecurityProtocol),
    Refused(u32),
}

pub(super) fn judge(profile: &ClientProfile, view: &View<'_>, findings: &[Finding]) -> Step<Security> {
    let Some(answered) = measured(view, profile.offers).or_else(|| inferred(view, profile.offers)) else {
        let everybody = profile.offers == SecurityProtocol::USUAL_OFFER || !answers(view);
        return whoever_comes(view, Stage::Negotiate, findings)
            .filter(|_: &Step<Security>| everybody)
            .unwrap_or_else(|| {
                Step::Unknown(format!("What it offers ({}) was not offered to the host.", profile.offers))
            });
    };
    match answered {
        Answered::Chose(chosen) if chosen.uses_credssp() => Step::Passes(Security::CredSsp),
        Answered::Chose(chosen) if chosen.uses_tls() => Step::Passes(Security::Tls),
        Answered::Chose(_) => standard_only(profile, "The host chooses Standard RDP Security"),
        Answered::Refused(code) => refused(profile, view, code),
    }
}

/// Whether Standard RDP Security was seen to work.
pub(super) fn standard(view: &View<'_>) -> Step {
    let stages = &view.evidence.stages;
    if answers_standard(view) {
        return Step::Passes(());
    }
    if let Some(code) = refused_without_tls(view) {
        return Step::Stops(
            Some(Cause::SecurityLayerRdpOnly),
            format!("The host refuses TLS, and a request without TLS as well (failure {code})."),
        );
    }
    let disconnects =
        |facts: &Negotiation| facts.selected.is_empty() && facts.aftermath == Aftermath::Disconnected;
    let again = view
        .follow_ups(Probe::Repeat)
        .any(|again| matches!(&again.answer, Some(Answer::Negotiated(facts)) if disconnects(facts)));
    if stages.negotiate.facts().is_some_and(disconnects) && again {
        return Step::Stops(
            Some(Cause::NegotiationViolation),
            "The host confirms Standard RDP Security and ends the connection in the same breath.".to_owned(),
        );
    }
    Step::Unknown(
        "The host leaves only Standard RDP Security, and whether that works was not seen.".to_owned(),
    )
}

/// What the host answered to exactly this offer.
fn measured(view: &View<'_>, offer: SecurityProtocol) -> Option<Answered> {
    if let Some(facts) = view.evidence.stages.negotiate.facts()
        && facts.offered == Some(offer)
    {
        return Some(Answered::Chose(facts.selected));
    }
    if let (SecurityProtocol::USUAL_OFFER, Some(code)) = (offer, main_refusal(view)) {
        return Some(Answered::Refused(code));
    }
    as_clients_ask(view).filter(|follow_up| follow_up.offered == Some(offer)).find_map(|follow_up| {
        match (&follow_up.answer, &follow_up.failure) {
            (Some(Answer::Negotiated(facts)), _) => Some(Answered::Chose(facts.selected)),
            (None, Some(failure)) if follow_up.stage == Stage::Negotiate => {
                refusal(&failure.kind).map(Answered::Refused)
            }
            _ => None,
        }
    })
}

/// The follow-ups whose X.224 request differs from a client's in nothing but the offer.
fn as_clients_ask<'a>(view: &View<'a>) -> impl Iterator<Item = &'a FollowUp> {
    let asks = |follow_up: &&FollowUp| {
        matches!(
            follow_up.probe,
            Probe::OfferHybrid
                | Probe::OfferHybridEx
                | Probe::OfferSsl
                | Probe::OfferSslHybrid
                | Probe::Repeat
                | Probe::WithCookie
        )
    };
    view.evidence.follow_ups.iter().filter(asks)
}

/// Whether the host answers an X.224 request at all.
fn answers(view: &View<'_>) -> bool {
    as_clients_ask(view).any(|follow_up| {
        matches!(follow_up.answer, Some(Answer::Negotiated(_)))
            || follow_up.failure.as_ref().is_some_and(|failure| refusal(&failure.kind).is_some())
    })
}

/// What follows for another offer from the answer to the usual one, which has everything that any profile offers.
fn inferred(view: &View<'_>, offer: SecurityProtocol) -> Option<Answered> {
    let Some(facts) = view.evidence.stages.negotiate.facts() else {
        // These are said of the host, not of the offer (MS-RDPBCGR 2.2.1.2.2).
        return main_refusal(view).filter(|code| matches!(code, 2 | 3 | 6 | 7)).map(Answered::Refused);
    };
    if offer.contains(facts.selected) {
        return Some(Answered::Chose(facts.selected));
    }
    // CredSSP with one message more at its end.
    if facts.selected == SecurityProtocol::HYBRID_EX && offer.contains(SecurityProtocol::HYBRID) {
        return Some(Answered::Chose(SecurityProtocol::HYBRID));
    }
    if offer == SecurityProtocol::SSL {
        return match facts.network_level_authentication {
            NetworkLevelAuthentication::Optional => Some(Answered::Chose(SecurityProtocol::SSL)),
            NetworkLevelAuthentication::Required => Some(Answered::Refused(5)),
            NetworkLevelAuthentication::NotChosen
            | NetworkLevelAuthentication::NotOffered
            | NetworkLevelAuthentication::Selected => None,
        };
    }
    None
}

fn refused(profile: &ClientProfile, view: &View<'_>, code: u32) -> Step<Security> {
    let stops = |cause, reason: &str| Step::Stops(Some(cause), reason.to_owned());
    match code {
        1 => stops(Cause::TlsRequired, "The host says that TLS is required, and does not take the TLS that it offers."),
        2 if takes_tls(view) => {
            Step::Unknown("The host says that TLS is not allowed, and takes it from another offer.".to_owned())
        }
        2 => standard_only(profile, "The host says that it takes only Standard RDP Security (failure 2)"),
        3 if profile.standard_rdp_security && answers_standard(view) => Step::Unknown(
            "The host has no certificate that it can use and takes Standard RDP Security; whether the client asks for that is not known."
                .to_owned(),
        ),
        3 => stops(
            Cause::HostHasNoCertificate,
            "The host says that it has no certificate that it can use (failure 3).",
        ),
        5 => stops(
            Cause::NlaRequired,
            "The host insists on network level authentication and does not take what it offers (failure 5).",
        ),
        6 => stops(Cause::ClientCertificateRequired, "The host demands a client certificate (failure 6)."),
        7 if profile.entra_id => stops(
            Cause::EntraIdRequired,
            "The host takes only Entra ID sign-in (failure 7): it must be told to use a web account (enablerdsaadauth:i:1).",
        ),
        7 => stops(
            Cause::EntraIdRequired,
            "The host takes only Entra ID sign-in (failure 7), which it is not known to have.",
        ),
        _ => Step::Unknown(format!("The host refuses with failure {code}, which does not say what it would take.")),
    }
}

fn standard_only(profile: &ClientProfile, says: &str) -> Step<Security> {
    if profile.standard_rdp_security {
        return Step::Passes(Security::Standard);
    }
    Step::Stops(Some(Cause::SecurityLayerRdpOnly), format!("{says}, which it does not speak."))
}

fn main_refusal(view: &View<'_>) -> Option<u32> {
    view.failed_at(Stage::Negotiate).and_then(|failure| refusal(&failure.kind))
}

fn refusal(kind: &FailureKind) -> Option<u32> {
    if let FailureKind::NegotiationRejected { code, .. } = kind { Some(*code) } else { None }
}

fn takes_tls(view: &View<'_>) -> bool {
    view.evidence.follow_ups.iter().any(
        |follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls()),
    )
}

/// Whether an MCS connection in Standard RDP Security was answered.
fn answers_standard(view: &View<'_>) -> bool {
    view.evidence.stages.standard_security.facts().is_some_and(|facts| !facts.over_tls)
        || view.follow_ups(Probe::StandardSecurity).any(
            |follow_up| matches!(&follow_up.answer, Some(Answer::StandardSecurity(facts)) if !facts.over_tls),
        )
}

fn refused_without_tls(view: &View<'_>) -> Option<u32> {
    [Probe::OfferNone, Probe::OfferRdp].into_iter().flat_map(|probe| view.follow_ups(probe)).find_map(
        |follow_up| {
            let failure = follow_up.failure.as_ref().filter(|_| follow_up.stage == Stage::Negotiate)?;
            refusal(&failure.kind)
        },
    )
}
