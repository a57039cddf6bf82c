//! What real clients offer, and what they do with what the host answers. The rows are in `data.rs`.

mod data;
mod survey;

pub use data::{BROAD_SUITES, PROFILES};
pub use survey::{
    SURVEY_GROUPS, SURVEY_SUITES_12, SURVEY_SUITES_13, SURVEY_VERSIONS, survey_groups, survey_suites,
};

use crate::evidence::SecurityProtocol;

/// A client and what it offers by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientProfile {
    /// The stable code, in kebab-case.
    pub code: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// The versions that it can speak, the newest first.
    pub versions: &'static [u16],
    /// The suites in the order in which it prefers them.
    pub suites: &'static [u16],
    /// The groups in that order.
    pub groups: &'static [u16],
    /// The signature schemes in that order; empty for a client that knows no TLS 1.2.
    pub signature_schemes: &'static [u16],
    /// Where its TLS is from, and what to know about it.
    pub source: &'static str,
    /// The security protocols of its first X.224 request (MS-RDPBCGR 2.2.1.1.1).
    pub offers: SecurityProtocol,
    /// Whether it goes on with Standard RDP Security where the host takes nothing else.
    pub standard_rdp_security: bool,
    /// Whether it can be told to sign in with Entra ID (`enablerdsaadauth`); it does not by default.
    pub entra_id: bool,
    /// The CredSSP versions.
    pub credssp: CredSspRange,
    /// What it does with a certificate that does not prove the host.
    pub certificates: CertificatePolicy,
    /// Whether it takes the signatures with SHA-1 by which TLS 1.0 and 1.1 prove an ephemeral key (RFC 4346 section 7.4.3).
    pub sha1_signatures: bool,
    /// The shortest RSA key of a certificate that it takes, in bits; 0 without a bound of its own.
    pub least_rsa_bits: u32,
    /// The shortest prime of finite-field Diffie-Hellman that it takes, in bits; 0 without a bound of its own.
    pub least_dh_bits: u32,
    /// Where all of this but TLS is from.
    pub rdp_source: &'static str,
}

/// CredSSP versions of a client (MS-CSSP 2.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a range has two ends")]
pub struct CredSspRange {
    /// The highest that it speaks.
    pub highest: u32,
    /// The lowest that a host may speak for it to go on, by its default policy.
    pub lowest: u32,
}

/// What a client does with a certificate that does not prove the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificatePolicy {
    /// It goes on without a word.
    Accepts,
    /// It asks its user.
    Asks,
    /// It ends the connection.
    Refuses,
}

impl CertificatePolicy {
    /// Stable code of this policy.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::Asks => "asks",
            Self::Refuses => "refuses",
        }
    }
}

impl ClientProfile {
    /// The profile of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hello::suites_for;
    use super::super::names::{group_name, scheme_name, version_name};
    use super::super::suite::{Authentication, Encryption, Exchange, Suite};
    use super::super::{TLS_1_2, TLS_1_3};
    use super::*;

    fn suites(code: &str) -> Vec<Suite> {
        let profile = ClientProfile::of(code).unwrap();
        profile.suites.iter().map(|&suite| Suite::of(suite).unwrap()).collect()
    }

    #[test]
    fn every_number_has_a_name_and_comes_once() {
        for profile in PROFILES {
            for numbers in [profile.versions, profile.suites, profile.groups, profile.signature_schemes] {
                let mut sorted = numbers.to_vec();
                sorted.sort_unstable();
                sorted.dedup();
                assert_eq!(sorted.len(), numbers.len(), "{}", profile.code);
            }
            assert!(
                profile.versions.iter().all(|&version| version_name(version).is_some()),
                "{}",
                profile.code
            );
            assert!(profile.suites.iter().all(|&suite| Suite::of(suite).is_some()), "{}", profile.code);
            assert!(profile.groups.iter().all(|&group| group_name(group).is_some()), "{}", profile.code);
            assert!(
                profile.signature_schemes.iter().all(|&scheme| scheme_name(scheme).is_some()),
                "{}",
                profile.code
            );
        }
    }

    #[test]
    fn codes_are_unique_and_kebab_case() {
        for (index, profile) in PROFILES.iter().enumerate() {
            assert!(!PROFILES[..index].iter().any(|earlier| earlier.code == profile.code));
            let allowed = |letter: char| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-.".contains(letter)
            };
            assert!(profile.code.chars().all(allowed), "{}", profile.code);
        }
    }

    #[test]
    fn versions_suites_and_schemes_go_together() {
        for profile in PROFILES {
            assert!(profile.versions.is_sorted_by(|newer, older| newer > older), "{}", profile.code);
            for &version in profile.versions {
                assert!(!suites_for(version, profile.suites).is_empty(), "{} {version:x}", profile.code);
            }
            let highest = profile.versions[0];
            for suite in profile.suites.iter().map(|&suite| Suite::of(suite).unwrap()) {
                assert!(suite.lowest_version <= highest, "{}: {}", profile.code, suite.name);
                assert!(suite.encryption != Encryption::Null && suite.exchange != Exchange::Anonymous);
            }
            assert_eq!(profile.signature_schemes.is_empty(), highest < TLS_1_2, "{}", profile.code);
            // TLS 1.3 signs with PSS, whatever key of RSA the host has (RFC 8446 section 4.2.3).
            assert!(highest < TLS_1_3 || profile.signature_schemes.contains(&0x0804), "{}", profile.code);
        }
    }

    #[test]
    fn what_tells_the_clients_apart_is_there() {
        let rsa_gcm = |suite: &Suite| {
            suite.exchange == Exchange::Ecdhe
                && suite.authentication == Authentication::Rsa
                && suite.encryption == Encryption::Aead
        };
        let with = |code: &str, test: &dyn Fn(&Suite) -> bool| suites(code).iter().any(test);
        let triple_des = |suite: &Suite| suite.encryption == Encryption::TripleDes;
        let dhe = |suite: &Suite| suite.exchange == Exchange::Dhe;
        for (code, has_rsa_gcm, has_triple_des, has_dhe) in [
            ("windows-7", false, true, true),
            ("windows-7-updated", false, true, true),
            ("windows-8.1", false, true, true),
            ("windows-10-1507", true, true, true),
            ("windows-10-1607", true, true, true),
            ("windows-10-1809", true, true, true),
            ("windows-10-22h2", true, false, false),
            ("windows-server-2022", true, true, true),
            ("windows-11-22h2", true, false, false),
            ("windows-server-2025", true, false, false),
            ("freerdp-2", true, false, true),
            ("rustls", true, false, false),
        ] {
            let found = (with(code, &rsa_gcm), with(code, &triple_des), with(code, &dhe));
            assert_eq!(found, (has_rsa_gcm, has_triple_des, has_dhe), "{code}");
        }
        let strict = suites("strict-modern");
        assert!(strict.iter().all(|suite| suite.encryption == Encryption::Aead));
        assert!(strict.iter().all(|suite| matches!(suite.exchange, Exchange::Ecdhe | Exchange::Tls13)));
    }

    #[test]
    fn lists_hold_as_many_as_the_pages() {
        for (code, count) in [
            ("windows-7-updated", 28),
            ("windows-8.1", 28),
            ("windows-10-1507", 30),
            ("windows-10-1607", 30),
            ("windows-10-1809", 21),
            ("windows-server-2022", 23),
            ("windows-11-22h2", 20),
        ] {
            assert_eq!(suites(code).len(), count, "{code}");
        }
    }

    #[cfg(feature = "probe")]
    #[test]
    fn the_profile_of_rustls_is_what_rustls_says() {
        let provider = rustls::crypto::ring::default_provider();
        let profile = ClientProfile::of("rustls").unwrap();
        let suites: Vec<u16> = provider.cipher_suites.iter().map(|suite| suite.suite().into()).collect();
        assert_eq!(suites, profile.suites);
        let groups: Vec<u16> = provider.kx_groups.iter().map(|group| group.name().into()).collect();
        assert_eq!(groups, profile.groups);
        let schemes = provider.signature_verification_algorithms.supported_schemes();
        let schemes: Vec<u16> = schemes.into_iter().map(u16::from).collect();
        assert_eq!(schemes, profile.signature_schemes);
    }
}
