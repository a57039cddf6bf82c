//! `docs/clients.md`: the profiles of clients for people.

use rdpcheck_core::wire::tls::profiles::{CertificatePolicy, ClientProfile, PROFILES};
use rdpcheck_core::wire::tls::{Suite, names};

const HEAD: &str = "\
<!-- Generated from the client profiles by `cargo xtask generate`; do not edit. -->

# Clients

A report's `clients` says for each of these how far it comes with the host as it was measured.
Settings that an administrator or a user may change are taken as they are by default.

*Offers* is what its first request asks for; *alone* says whether it goes on with Standard RDP Security where the host takes nothing else.
*CredSSP* is the highest version that it speaks, and the lowest that a host may speak for it to go on.
*Certificate* is what it does with one that does not prove the host: it asks its user, refuses, or accepts it without a word.

| client | name | TLS | offers | alone | CredSSP | certificate |
| --- | --- | --- | --- | --- | --- | --- |
";

const ADDING: &str = "\
## How to add one

A client more is a row more in `PROFILES` in `rdpcheck-core/src/wire/tls/profiles/data.rs`.
Take versions, suites, groups and signature schemes from a capture of its ClientHello or from its maker's documentation, and the security protocols from its X.224 request; say in `source` and `rdp_source` which.
What neither says is not guessed: leave the client out, or say in its row what was assumed.
A row that differs little from another begins with its base (`..UPDATED`).
Then run `cargo xtask generate`, and read what changes in the tables of `rdpcheck-core/src/diagnose/clients/tests.rs`.
The clients of macOS, iOS and Android are not there, because no capture or documentation of what they offer was found.
";

/// The whole page.
pub(super) fn page() -> String {
    let rows: String = PROFILES.iter().map(row).collect();
    let entries: String = PROFILES.iter().map(entry).collect();
    format!("{HEAD}{rows}{entries}\n{ADDING}")
}

fn row(profile: &ClientProfile) -> String {
    let versions: Vec<String> = profile
        .versions
        .iter()
        .map(|&version| known(names::version_name(version), version).trim_start_matches("TLS ").to_owned())
        .collect();
    let credssp = if profile.offers.uses_credssp() {
        format!("{}, host from {}", profile.credssp.highest, profile.credssp.lowest)
    } else {
        "none".to_owned()
    };
    format!(
        "| `{}` | {} | {} | {} | {} | {credssp} | {} |\n",
        profile.code,
        profile.name,
        versions.join(", "),
        profile.offers.names().join(", "),
        if profile.standard_rdp_security { "goes on" } else { "stops" },
        profile.certificates.code(),
    )
}

fn entry(profile: &ClientProfile) -> String {
    let mut bounds = Vec::new();
    if profile.least_rsa_bits > 0 {
        bounds.push(format!("RSA keys below {} bits", profile.least_rsa_bits));
    }
    if profile.least_dh_bits > 0 {
        bounds.push(format!("Diffie-Hellman primes below {} bits", profile.least_dh_bits));
    }
    if !profile.sha1_signatures && profile.versions.iter().any(|&version| version < 0x0303) {
        bounds.push("ephemeral key exchange in TLS 1.0 and 1.1, which is signed with SHA-1".to_owned());
    }
    if profile.certificates == CertificatePolicy::Refuses {
        bounds.push("certificates that are out of their dates, of another name or use, weakly signed, or of an issuer that it does not trust".to_owned());
    }
    let bounds = if bounds.is_empty() { "nothing else".to_owned() } else { bounds.join("; ") };
    let suites = |number: u16| known(Suite::of(number).map(|suite| suite.name), number);
    let entra = if profile.entra_id { "when it is told to (`enablerdsaadauth:i:1`)" } else { "not known to" };
    let schemes = match profile.signature_schemes {
        [] => "as its TLS version prescribes".to_owned(),
        schemes => list(schemes, |scheme| known(names::scheme_name(scheme), scheme)),
    };
    format!(
        "\n## `{}`\n\n{}.\n\n* Suites: {}\n* Groups: {}\n* Signature schemes: {schemes}\n* Refuses besides: {bounds}\n* Entra ID sign-in: {entra}\n* Source of its TLS: {}\n* Source of the rest: {}\n",
        profile.code,
        profile.name,
        list(profile.suites, suites),
        list(profile.groups, |group| known(names::group_name(group), group)),
        profile.source,
        profile.rdp_source,
    )
}

fn list(numbers: &[u16], name: impl Fn(u16) -> String) -> String {
    let names: Vec<String> = numbers.iter().map(|&number| format!("`{}`", name(number))).collect();
    names.join(", ")
}

fn known(name: Option<&str>, number: u16) -> String {
    name.map_or_else(|| format!("0x{number:04x}"), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_is_there_once_with_its_sources() {
        let page = page();
        for profile in PROFILES {
            assert_eq!(page.matches(&format!("| `{}` |", profile.code)).count(), 1, "{}", profile.code);
            assert_eq!(page.matches(&format!("## `{}`\n", profile.code)).count(), 1, "{}", profile.code);
            assert!(page.contains(profile.source) && page.contains(profile.rdp_source), "{}", profile.code);
        }
        assert!(page.is_ascii());
    }
}
