//! What a client says to the host's certificate.

use super::super::Cause;
use super::super::view::View;
use super::Step;
use crate::evidence::{Certificate, FailureKind, SelfSigned, Stage, StageRecord, Trust};
use crate::wire::tls::profiles::{CertificatePolicy, ClientProfile};

/// None where the certificate was not read and the client does not insist on it. Otherwise what the client asks about.
pub(super) fn judge(profile: &ClientProfile, stage: &StageRecord<Certificate>) -> Option<Step<Vec<Cause>>> {
    let refuses = profile.certificates == CertificatePolicy::Refuses;
    let Some(facts) = stage.facts() else {
        return refuses.then(|| Step::Unknown("It verifies the certificate, which was not read.".to_owned()));
    };
    if profile.certificates == CertificatePolicy::Accepts {
        return Some(Step::Passes(Vec::new()));
    }
    let short = rsa_bits(facts).filter(|bits| *bits < profile.least_rsa_bits);
    let complaints = complaints(facts);
    if !refuses {
        return Some(short.map_or(Step::Passes(complaints), |bits| {
            Step::Unknown(format!(
                "It blocks RSA keys below {} bits, and the host's has {bits}; whether it asks or gives up is not known.",
                profile.least_rsa_bits
            ))
        }));
    }
    let first = complaints.first().copied();
    let weak = short.is_some() || weakly_signed(facts);
    Some(match first.or_else(|| weak.then_some(Cause::CertificateWeak)) {
        Some(cause) => Step::Stops(Some(cause), format!("It refuses the certificate: {}.", words(&[cause]))),
        None => match &facts.trust {
            Trust::NotChecked { reason } => Step::Unknown(format!(
                "It refuses certificates whose issuer it does not trust, and that was not checked: {reason}."
            )),
            Trust::Trusted | Trust::Untrusted { .. } => Step::Passes(Vec::new()),
        },
    })
}

/// With TLS 1.3 a host says only after the handshake that it will not do without a certificate of the client's own (alert 116,
/// RFC 8446 section 6.2), whatever would have come next.
pub(super) fn of_client(view: &View<'_>) -> Step {
    let wants = view
        .failed_at(Stage::Credssp)
        .is_some_and(|failure| matches!(failure.kind, FailureKind::TlsAlert { description: 116, .. }));
    if wants {
        return Step::Stops(
            Some(Cause::ClientCertificateRequired),
            "The host ends the connection for want of a client certificate.".to_owned(),
        );
    }
    Step::Passes(())
}

/// What keeps a certificate from proving the host, for whoever verifies it.
fn complaints(facts: &Certificate) -> Vec<Cause> {
    let usages = facts.extended_key_usage.as_deref().unwrap_or_default();
    let serves = facts.extended_key_usage.is_none()
        || usages
            .iter()
            .any(|usage| matches!(usage.as_str(), "server-auth" | "any" | "remote-desktop-authentication"));
    let untrusted = match facts.trust {
        Trust::Trusted => false,
        Trust::Untrusted { .. } => true,
        Trust::NotChecked { .. } => facts.self_signed == SelfSigned::Yes,
    };
    [
        (facts.read_at > facts.not_after, Cause::CertificateExpired),
        (facts.read_at < facts.not_before, Cause::CertificateNotYetValid),
        (!serves, Cause::CertificateWrongUsage),
        (!facts.name_match.found, Cause::CertificateNameMismatch),
        (untrusted, Cause::CertificateUntrusted),
    ]
    .into_iter()
    .filter_map(|(so, cause)| so.then_some(cause))
    .collect()
}

/// The causes as clients would say them.
pub(super) fn words(causes: &[Cause]) -> String {
    let words: Vec<&str> = causes
        .iter()
        .map(|cause| match cause {
            Cause::CertificateExpired => "the certificate has expired",
            Cause::CertificateNotYetValid => "the certificate is not valid yet",
            Cause::CertificateWrongUsage => "the certificate is not meant for a server",
            Cause::CertificateNameMismatch => "the name or address that was used is not in the certificate",
            Cause::CertificateUntrusted => "nobody that is trusted here issued the certificate",
            Cause::CertificateWeak => "the certificate's key or signature is too weak",
            other => other.says(),
        })
        .collect();
    words.join("; ")
}

fn rsa_bits(facts: &Certificate) -> Option<u32> {
    facts.key.bits.filter(|_| facts.key.algorithm == "rsa")
}

fn weakly_signed(facts: &Certificate) -> bool {
    ["md5", "sha1"].iter().any(|weak| facts.signature_algorithm.starts_with(weak))
}
