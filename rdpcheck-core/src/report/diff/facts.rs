//! What was measured in both checks and differs.

use super::ChangedFact;
use crate::ClientError;
use crate::evidence::{NetworkLevelAuthentication, NumberedName};
use crate::report::Report;

/// A fact: where it is in a report, what it is, and how it is read.
type Fact = (&'static str, &'static str, fn(&Report) -> Option<String>);

/// In the order of the stages.
const FACTS: &[Fact] = &[
    ("/target/addresses", "addresses of the name", addresses),
    ("/stages/connect/facts/address", "address that answered", |report| {
        report.stages.connect.facts().map(|facts| facts.address.ip().to_string())
    }),
    ("/peer/product", "product of the peer", |report| Some(report.peer.product.code().to_owned())),
    ("/stages", "where the connection stops", stops_at),
    ("/stages/negotiate/facts/selected", "security protocol", |report| {
        report.stages.negotiate.facts().map(|facts| facts.selected.to_string())
    }),
    (
        "/stages/negotiate/facts/network_level_authentication",
        "network level authentication",
        network_level_authentication,
    ),
    ("/stages/tls/facts/version", "TLS version", |report| {
        report.stages.tls.facts().map(|facts| name(&facts.version))
    }),
    ("/stages/tls/facts/cipher_suite", "TLS cipher suite", |report| {
        report.stages.tls.facts().map(|facts| name(&facts.cipher_suite))
    }),
    ("/stages/tls_support/facts/versions", "TLS versions that are accepted", tls_versions),
    ("/stages/certificate/facts/sha1", "certificate thumbprint (SHA-1)", |report| {
        report.stages.certificate.facts().map(|facts| facts.sha1.clone())
    }),
    ("/stages/certificate/facts/subject", "certificate subject", |report| {
        report.stages.certificate.facts().map(|facts| facts.subject.clone())
    }),
    ("/stages/certificate/facts/not_before", "certificate valid from", |report| {
        report.stages.certificate.facts().map(|facts| facts.not_before.date().to_string())
    }),
    ("/stages/certificate/facts/not_after", "certificate valid until", |report| {
        report.stages.certificate.facts().map(|facts| facts.not_after.date().to_string())
    }),
    ("/stages/certificate/facts/key", "certificate key", |report| {
        report.stages.certificate.facts().map(|facts| {
            let bits = facts.key.bits.map_or_else(String::new, |bits| format!(" {bits}"));
            format!("{}{bits}", facts.key.algorithm)
        })
    }),
    ("/stages/certificate/facts/signature_algorithm", "certificate signature", |report| {
        report.stages.certificate.facts().map(|facts| facts.signature_algorithm.clone())
    }),
    ("/stages/credssp/facts/version", "CredSSP version", |report| {
        report.stages.credssp.facts().map(|facts| facts.version.to_string())
    }),
    ("/stages/credssp/facts/challenge", "name of the computer", |report| computer(report).map(str::to_owned)),
    ("/stages/credssp/facts/challenge/claimed_os_version", "claimed Windows version", |report| {
        let challenge = report.stages.credssp.facts()?.challenge.as_ref()?;
        challenge.claimed_os_version.clone()
    }),
    ("/expected_client_error", "error that a Windows client would show", |report| {
        let expected = &report.expected_client_error;
        Some(
            expected.code.map_or_else(
                || "none".to_owned(),
                |code| ClientError::new(code, expected.extended).to_string(),
            ),
        )
    }),
];

/// The facts that differ.
pub(super) fn changed(before: &Report, after: &Report) -> Vec<ChangedFact> {
    FACTS
        .iter()
        .map(|(at, what, read)| (at, what, read(before), read(after)))
        .filter(|(_, _, before, after)| before != after)
        .map(|(at, what, before, after)| ChangedFact {
            at: (*at).to_owned(),
            what: (*what).to_owned(),
            before,
            after,
        })
        .collect()
}

/// What the computer calls itself.
pub(super) fn computer(report: &Report) -> Option<&str> {
    let challenge = report.stages.credssp.facts()?.challenge.as_ref()?;
    challenge.dns_computer.as_deref().or(challenge.netbios_computer.as_deref())
}

fn addresses(report: &Report) -> Option<String> {
    let facts = report.stages.resolve.facts().filter(|facts| !facts.given_as_address)?;
    let mut addresses = facts.addresses.clone();
    // Resolvers turn the order.
    addresses.sort_unstable();
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    Some(addresses.join(", "))
}

fn stops_at(report: &Report) -> Option<String> {
    Some(report.evidence().failure().map_or_else(
        || "nowhere that the network can show".to_owned(),
        |(stage, failure)| format!("{stage}: {}", failure.kind.code()),
    ))
}

fn network_level_authentication(report: &Report) -> Option<String> {
    let words = match report.stages.negotiate.facts()?.network_level_authentication {
        NetworkLevelAuthentication::Required => "required",
        NetworkLevelAuthentication::Optional => "not required",
        NetworkLevelAuthentication::NotChosen => "not chosen",
        // What was not asked has not changed.
        NetworkLevelAuthentication::Selected | NetworkLevelAuthentication::NotOffered => return None,
    };
    Some(words.to_owned())
}

fn tls_versions(report: &Report) -> Option<String> {
    let versions: Vec<String> =
        report.stages.tls_support.facts()?.accepted().map(|version| name(&version.version)).collect();
    Some(if versions.is_empty() { "none".to_owned() } else { versions.join(", ") })
}

fn name(number: &NumberedName) -> String {
    number.name.clone().unwrap_or_else(|| format!("0x{:04x}", number.value))
}
