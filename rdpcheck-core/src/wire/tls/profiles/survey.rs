//! What is worth asking a server for: the suites and groups that hosts of Remote Desktop can accept (Schannel of all ages,
//! OpenSSL, `GnuTLS`, rustls), beyond what any client offers by default.

use super::super::hello::suites_for;
use super::super::{SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3};

/// The suites of TLS 1.3 (RFC 8446 appendix B.4).
pub const SURVEY_SUITES_13: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1301, // TLS_AES_128_GCM_SHA256
    0x1303, // TLS_CHACHA20_POLY1305_SHA256
    0x1304, // TLS_AES_128_CCM_SHA256
    0x1305, // TLS_AES_128_CCM_8_SHA256
];

/// The suites of TLS 1.2 and older: the good ones first, as clients order them, then what has been given up.
pub const SURVEY_SUITES_12: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0x006a, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
    0x0040, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
    0xcca9, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    0xcca8, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0xccaa, // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0x006b, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
    0x0067, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
    0xc0ac, // TLS_ECDHE_ECDSA_WITH_AES_128_CCM
    0xc0ad, // TLS_ECDHE_ECDSA_WITH_AES_256_CCM
    0xc09c, // TLS_RSA_WITH_AES_128_CCM
    0xc09d, // TLS_RSA_WITH_AES_256_CCM
    0xc09e, // TLS_DHE_RSA_WITH_AES_128_CCM
    0xc09f, // TLS_DHE_RSA_WITH_AES_256_CCM
    0xc008, // TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA
    0xc012, // TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
    0x0016, // TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA
    0x0084, // TLS_RSA_WITH_CAMELLIA_256_CBC_SHA
    0x0041, // TLS_RSA_WITH_CAMELLIA_128_CBC_SHA
    0x0088, // TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA
    0x0045, // TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA
    0xc007, // TLS_ECDHE_ECDSA_WITH_RC4_128_SHA
    0xc011, // TLS_ECDHE_RSA_WITH_RC4_128_SHA
    0x0009, // TLS_RSA_WITH_DES_CBC_SHA
    0x0015, // TLS_DHE_RSA_WITH_DES_CBC_SHA
    0x0012, // TLS_DHE_DSS_WITH_DES_CBC_SHA
    0x0062, // TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA
    0x0064, // TLS_RSA_EXPORT1024_WITH_RC4_56_SHA
    0x0063, // TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA
    0x0003, // TLS_RSA_EXPORT_WITH_RC4_40_MD5
    0x0008, // TLS_RSA_EXPORT_WITH_DES40_CBC_SHA
    0x0006, // TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5
    0xc019, // TLS_ECDH_anon_WITH_AES_256_CBC_SHA
    0xc018, // TLS_ECDH_anon_WITH_AES_128_CBC_SHA
    0x00a7, // TLS_DH_anon_WITH_AES_256_GCM_SHA384
    0x00a6, // TLS_DH_anon_WITH_AES_128_GCM_SHA256
    0x003a, // TLS_DH_anon_WITH_AES_256_CBC_SHA
    0x0034, // TLS_DH_anon_WITH_AES_128_CBC_SHA
    0x001b, // TLS_DH_anon_WITH_3DES_EDE_CBC_SHA
    0x0018, // TLS_DH_anon_WITH_RC4_128_MD5
    0xc010, // TLS_ECDHE_RSA_WITH_NULL_SHA
    0x003b, // TLS_RSA_WITH_NULL_SHA256
    0x0002, // TLS_RSA_WITH_NULL_SHA
    0x0001, // TLS_RSA_WITH_NULL_MD5
];

/// The groups of all versions, the hybrids first. [`survey_groups`] says which go with which version.
pub const SURVEY_GROUPS: &[u16] = &[
    0x11ec, // X25519MLKEM768
    0x11eb, // SecP256r1MLKEM768
    0x11ed, // SecP384r1MLKEM1024
    0x001d, // x25519
    0x0017, // secp256r1
    0x0018, // secp384r1
    0x0019, // secp521r1
    0x001e, // x448
    0x001a, // brainpoolP256r1
    0x001b, // brainpoolP384r1
    0x001c, // brainpoolP512r1
    0x001f, // brainpoolP256r1tls13
    0x0020, // brainpoolP384r1tls13
    0x0021, // brainpoolP512r1tls13
    0x0016, // secp256k1
    0x0015, // secp224r1
    0x0013, // secp192r1
    0x0100, // ffdhe2048
    0x0101, // ffdhe3072
    0x0102, // ffdhe4096
    0x0103, // ffdhe6144
    0x0104, // ffdhe8192
];

/// The versions, the newest first.
pub const SURVEY_VERSIONS: &[u16] = &[TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0, SSL_3_0];

/// The suites to ask for in this version: those of [`SURVEY_SUITES_13`] or of [`SURVEY_SUITES_12`] that it has.
#[must_use]
pub fn survey_suites(version: u16) -> Vec<u16> {
    suites_for(version, if version >= TLS_1_3 { SURVEY_SUITES_13 } else { SURVEY_SUITES_12 })
}

/// The groups to ask for in this version.
///
/// Servers refuse a hello of TLS 1.3 that has only curves which it left behind (measured with tlslite-ng), and older versions know neither hybrids nor the Brainpool numbers of RFC 8734.
#[must_use]
pub fn survey_groups(version: u16) -> Vec<u16> {
    let only_old = |group| matches!(group, 0x0013 | 0x0015 | 0x0016 | 0x001a..=0x001c);
    let only_new = |group| matches!(group, 0x001f..=0x0021 | 0x11eb..=0x11ed);
    let fits = |&group: &u16| if version >= TLS_1_3 { !only_old(group) } else { !only_new(group) };
    SURVEY_GROUPS.iter().copied().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::names::{group_name, suite_name};
    use super::super::PROFILES;
    use super::*;

    #[test]
    fn whatever_a_client_offers_is_asked_for() {
        for profile in PROFILES {
            for suite in profile.suites {
                assert!(SURVEY_SUITES_12.contains(suite) || SURVEY_SUITES_13.contains(suite), "{suite:04x}");
            }
            for group in profile.groups {
                assert!(SURVEY_GROUPS.contains(group), "{group:04x}");
            }
        }
    }

    #[test]
    fn nothing_is_asked_for_twice_or_without_a_name() {
        for (index, suite) in SURVEY_SUITES_12.iter().chain(SURVEY_SUITES_13).enumerate() {
            assert!(suite_name(*suite).is_some(), "{suite:04x}");
            assert!(!SURVEY_SUITES_12.iter().take(index).any(|earlier| earlier == suite), "{suite:04x}");
        }
        assert!(SURVEY_GROUPS.iter().all(|&group| group_name(group).is_some()));
    }

    #[test]
    fn each_version_is_asked_for_its_own() {
        assert_eq!(survey_suites(TLS_1_3), SURVEY_SUITES_13);
        assert_eq!(survey_suites(TLS_1_2), SURVEY_SUITES_12, "TLS 1.2 has every older suite");
        assert_eq!(survey_suites(TLS_1_1), survey_suites(TLS_1_0));
        let [old, oldest] = [TLS_1_0, SSL_3_0].map(survey_suites);
        assert!(old.contains(&0xc013) && !old.contains(&0xc027), "curves, but SHA-1 only");
        assert!(oldest.contains(&0x0005) && !oldest.contains(&0xc013), "no curves");
    }

    #[test]
    fn each_version_is_asked_for_its_groups() {
        let [new, old] = [TLS_1_3, TLS_1_2].map(survey_groups);
        assert!(new.contains(&0x11ec) && new.contains(&0x001f) && !new.contains(&0x001a));
        assert!(old.contains(&0x001a) && !old.contains(&0x001f) && !old.contains(&0x11ec));
        for common in [0x001d, 0x0017, 0x0018, 0x0019, 0x0100] {
            assert!(new.contains(&common) && old.contains(&common));
        }
        assert!(SURVEY_GROUPS.iter().all(|group| new.contains(group) || old.contains(group)));
    }
}
