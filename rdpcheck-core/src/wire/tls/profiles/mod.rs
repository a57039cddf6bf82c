//! What real clients offer. A client more is a row more in [`PROFILES`].
//!
//! Windows takes versions and suites from the Schannel documentation (Microsoft, Win32, "Cipher Suites in TLS/SSL (Schannel
//! SSP)" with a page for each version, "Protocols in TLS/SSL (Schannel SSP)", "TLS Elliptic Curves in Windows 10 version
//! 1607 and later"); suites that a program must ask for by name (NULL, PSK) and SSL 2.0 are left out. SSL 3.0 is left
//! out as well: Remote Desktop speaks TLS (MS-RDPBCGR 2.2.1.1.1, `PROTOCOL_SSL`). Its signature schemes are the defaults of the
//! registry (`Cryptography\Configuration\Local\SSL\00010003`), in that order. "Measured" rows agree with what such a client
//! was captured to send. Server editions are there as clients: a Windows Server is often where somebody connects from.

mod suites;
mod survey;

use super::hello::{X25519, X25519_ML_KEM_768};
use super::{TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3};

pub use survey::{
    SURVEY_GROUPS, SURVEY_SUITES_12, SURVEY_SUITES_13, SURVEY_VERSIONS, survey_groups, survey_suites,
};

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
    /// Where this is from, and what to know about it.
    pub source: &'static str,
}

impl ClientProfile {
    /// The profile of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.code == code)
    }
}

/// What Windows clients in use offer below TLS 1.3, strong first: the list of Windows 10 22H2, which Windows 11 has as well.
pub const BROAD_SUITES: &[u16] = suites::WINDOWS_10_22H2;

/// Every profile, Windows from old to new, then the others.
pub const PROFILES: &[ClientProfile] = &[
    ClientProfile {
        code: "windows-7",
        name: "Windows 7",
        versions: TO_TLS_1_0,
        suites: suites::WINDOWS_7,
        groups: NIST_CURVES,
        signature_schemes: &[],
        source: "measured in 2011; Remote Desktop speaks TLS 1.0 only without KB3080079",
    },
    ClientProfile {
        code: "windows-7-updated",
        name: "Windows 7 with KB3080079",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 7 (with update 3042058); SHA-512 since KB2973337",
    },
    ClientProfile {
        code: "windows-server-2008-r2",
        name: "Windows Server 2008 R2",
        versions: TO_TLS_1_0,
        suites: suites::WINDOWS_7,
        groups: NIST_CURVES,
        signature_schemes: &[],
        source: "as Windows 7, with which it shares Schannel; with KB3080079 as windows-7-updated",
    },
    ClientProfile {
        code: "windows-8.1",
        name: "Windows 8.1",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 8.1 (with update 2919355)",
    },
    ClientProfile {
        code: "windows-server-2012-r2",
        name: "Windows Server 2012 R2",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 8.1, which is for both",
    },
    ClientProfile {
        code: "windows-10-1507",
        name: "Windows 10 version 1507",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_1507,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1507",
    },
    ClientProfile {
        code: "windows-10-1607",
        name: "Windows 10 version 1607",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_1607,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1607; measured",
    },
    ClientProfile {
        code: "windows-server-2016",
        name: "Windows Server 2016",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_1607,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1607, which is for both",
    },
    ClientProfile {
        code: "windows-10-1809",
        name: "Windows 10 version 1809",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_1809,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1809",
    },
    ClientProfile {
        code: "windows-server-2019",
        name: "Windows Server 2019",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_1809,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1809, which is for both",
    },
    ClientProfile {
        code: "windows-10-22h2",
        name: "Windows 10 version 22H2",
        versions: TO_TLS_1_2,
        suites: suites::WINDOWS_10_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 10 v22H2; TLS 1.3 is not supported there",
    },
    ClientProfile {
        code: "windows-server-2022",
        name: "Windows Server 2022",
        versions: TO_TLS_1_3,
        suites: suites::WINDOWS_SERVER_2022,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows Server 2022",
    },
    ClientProfile {
        code: "windows-11-22h2",
        name: "Windows 11 version 22H2",
        versions: TO_TLS_1_3,
        suites: suites::WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 11 v22H2 and later; measured with mstsc",
    },
    ClientProfile {
        code: "windows-11-24h2",
        name: "Windows 11 version 24H2",
        versions: TO_TLS_1_3,
        suites: suites::WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 11 v22H2 and later; TLS 1.0 and 1.1 are still on by default",
    },
    ClientProfile {
        code: "windows-server-2025",
        name: "Windows Server 2025",
        versions: TO_TLS_1_3,
        suites: suites::WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows Server 2025 and later",
    },
    ClientProfile {
        code: "freerdp-2",
        name: "FreeRDP 2 with OpenSSL 3.0 (Debian 12)",
        versions: TO_TLS_1_3,
        suites: suites::OPENSSL_3,
        groups: OPENSSL_GROUPS,
        signature_schemes: OPENSSL_SCHEMES,
        source: "FreeRDP's tls_prepare: OpenSSL's defaults from TLS 1.0 at security level 1, measured with OpenSSL 3.0.22; \
                 TLS 1.0 and 1.1 succeed with RSA key exchange only, because SHA-1 signatures are refused",
    },
    ClientProfile {
        code: "freerdp-3",
        name: "FreeRDP 3 with OpenSSL 3.5 (Debian 13)",
        versions: &[TLS_1_3, TLS_1_2],
        suites: suites::OPENSSL_3,
        groups: OPENSSL_3_5_GROUPS,
        signature_schemes: OPENSSL_3_5_SCHEMES,
        source: "as FreeRDP 2, measured with OpenSSL 3.5.2, which has no TLS below 1.2 at security level 1",
    },
    ClientProfile {
        code: "rustls",
        name: "rustls with ring, as IronRDP and rdpcheck use it",
        versions: &[TLS_1_3, TLS_1_2],
        suites: suites::RUSTLS_RING,
        groups: &[X25519, SECP256R1, SECP384R1],
        signature_schemes: RUSTLS_SCHEMES,
        source: "rustls 0.23, crypto::ring",
    },
    ClientProfile {
        code: "strict-modern",
        name: "A client hardened to TLS 1.2 with forward secrecy and authenticated encryption",
        versions: &[TLS_1_3, TLS_1_2],
        suites: suites::STRICT_MODERN,
        groups: &[X25519, SECP256R1, SECP384R1],
        signature_schemes: RUSTLS_SCHEMES,
        source: "RFC 9325 sections 3.1.1 and 4.2",
    },
];

const TO_TLS_1_0: &[u16] = &[TLS_1_0];
const TO_TLS_1_2: &[u16] = &[TLS_1_2, TLS_1_1, TLS_1_0];
const TO_TLS_1_3: &[u16] = &[TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0];

const SECP256R1: u16 = 0x0017;
const SECP384R1: u16 = 0x0018;
const SECP521R1: u16 = 0x0019;
const X448: u16 = 0x001e;
const FFDHE2048: u16 = 0x0100;
const FFDHE3072: u16 = 0x0101;

/// Before Windows 10 version 1607 the suites name their curves: P-256 and P-384.
const NIST_CURVES: &[u16] = &[SECP256R1, SECP384R1];
const SCHANNEL_GROUPS: &[u16] = &[X25519, SECP256R1, SECP384R1];
const OPENSSL_GROUPS: &[u16] =
    &[X25519, SECP256R1, X448, SECP521R1, SECP384R1, FFDHE2048, FFDHE3072, 0x0102, 0x0103, 0x0104];
const OPENSSL_3_5_GROUPS: &[u16] =
    &[X25519_ML_KEM_768, X25519, SECP256R1, X448, SECP384R1, SECP521R1, FFDHE2048, FFDHE3072];

/// `00010003` on Windows Server 2016.
const SCHANNEL_SCHEMES: &[u16] = &[
    0x0401, 0x0501, 0x0201, // RSA with SHA-256, SHA-384, SHA-1
    0x0403, 0x0503, 0x0203, // ECDSA with the same
    0x0202, // DSA with SHA-1
    0x0601, 0x0603, // RSA and ECDSA with SHA-512
];

/// `00010003` on Windows Server 2022; the same was captured from Windows 11 22H2.
const SCHANNEL_SCHEMES_WITH_PSS: &[u16] =
    &[0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603];

/// OpenSSL 3.0 at security level 1: no SHA-1, but SHA-224.
const OPENSSL_SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, // ECDSA with SHA-256, SHA-384, SHA-512
    0x0807, 0x0808, // Ed25519, Ed448
    0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, // RSA-PSS, of both key types
    0x0401, 0x0501, 0x0601, // RSA
    0x0303, 0x0301, 0x0302, // ECDSA, RSA, DSA with SHA-224
    0x0402, 0x0502, 0x0602, // DSA
];

/// OpenSSL 3.5 at security level 1: ML-DSA and the Brainpool curves besides.
const OPENSSL_3_5_SCHEMES: &[u16] = &[
    0x0905, 0x0906, 0x0904, // ML-DSA
    0x0403, 0x0503, 0x0603, // ECDSA with SHA-256, SHA-384, SHA-512
    0x0807, 0x0808, // Ed25519, Ed448
    0x081a, 0x081b, 0x081c, // ECDSA over Brainpool curves
    0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, // RSA-PSS, of both key types
    0x0401, 0x0501, 0x0601, // RSA
    0x0303, 0x0301, 0x0302, // ECDSA, RSA, DSA with SHA-224
    0x0402, 0x0502, 0x0602, // DSA
];

const RUSTLS_SCHEMES: &[u16] = &[0x0503, 0x0403, 0x0807, 0x0806, 0x0805, 0x0804, 0x0601, 0x0501, 0x0401];

#[cfg(test)]
mod tests {
    use super::super::hello::suites_for;
    use super::super::names::{group_name, scheme_name, version_name};
    use super::super::suite::{Authentication, Encryption, Exchange, Suite};
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
