//! Names of the numbers that TLS peers exchange, as IANA registers them.

use tls_parser::TlsCipherSuite;

/// The name of a TLS version.
#[must_use]
pub fn version_name(version: u16) -> Option<&'static str> {
    Some(match version {
        super::SSL_3_0 => "SSL 3.0",
        super::TLS_1_0 => "TLS 1.0",
        super::TLS_1_1 => "TLS 1.1",
        super::TLS_1_2 => "TLS 1.2",
        super::TLS_1_3 => "TLS 1.3",
        _ => return None,
    })
}

/// The name of a cipher suite (IANA "TLS Cipher Suites").
#[must_use]
pub fn suite_name(suite: u16) -> Option<&'static str> {
    TlsCipherSuite::from_id(suite).map(|suite| suite.name)
}

/// The name of a key exchange group (IANA "TLS Supported Groups"), for those that are in use.
#[must_use]
pub fn group_name(group: u16) -> Option<&'static str> {
    Some(match group {
        0x0013 => "secp192r1",
        0x0015 => "secp224r1",
        0x0016 => "secp256k1",
        0x0017 => "secp256r1",
        0x0018 => "secp384r1",
        0x0019 => "secp521r1",
        0x001a => "brainpoolP256r1",
        0x001b => "brainpoolP384r1",
        0x001c => "brainpoolP512r1",
        0x001d => "x25519",
        0x001e => "x448",
        0x001f => "brainpoolP256r1tls13",
        0x0020 => "brainpoolP384r1tls13",
        0x0021 => "brainpoolP512r1tls13",
        0x0029 => "curveSM2",
        0x0100 => "ffdhe2048",
        0x0101 => "ffdhe3072",
        0x0102 => "ffdhe4096",
        0x0103 => "ffdhe6144",
        0x0104 => "ffdhe8192",
        0x0200 => "MLKEM512",
        0x0201 => "MLKEM768",
        0x0202 => "MLKEM1024",
        0x11eb => "SecP256r1MLKEM768",
        0x11ec => "X25519MLKEM768",
        0x11ed => "SecP384r1MLKEM1024",
        0xff01 => "arbitrary_explicit_prime_curves",
        0xff02 => "arbitrary_explicit_char2_curves",
        _ => return None,
    })
}

/// The name of a signature scheme (IANA, TLS signature schemes; pairs of TLS 1.2 that have no such name are given as
/// hash and algorithm, RFC 5246 section 7.4.1.4.1).
#[must_use]
pub fn scheme_name(scheme: u16) -> Option<&'static str> {
    Some(match scheme {
        0x0101 => "rsa_md5",
        0x0201 => "rsa_pkcs1_sha1",
        0x0202 => "dsa_sha1",
        0x0203 => "ecdsa_sha1",
        0x0301 => "rsa_sha224",
        0x0302 => "dsa_sha224",
        0x0303 => "ecdsa_sha224",
        0x0401 => "rsa_pkcs1_sha256",
        0x0402 => "dsa_sha256",
        0x0403 => "ecdsa_secp256r1_sha256",
        0x0501 => "rsa_pkcs1_sha384",
        0x0502 => "dsa_sha384",
        0x0503 => "ecdsa_secp384r1_sha384",
        0x0601 => "rsa_pkcs1_sha512",
        0x0602 => "dsa_sha512",
        0x0603 => "ecdsa_secp521r1_sha512",
        0x0804 => "rsa_pss_rsae_sha256",
        0x0805 => "rsa_pss_rsae_sha384",
        0x0806 => "rsa_pss_rsae_sha512",
        0x0807 => "ed25519",
        0x0808 => "ed448",
        0x0809 => "rsa_pss_pss_sha256",
        0x080a => "rsa_pss_pss_sha384",
        0x080b => "rsa_pss_pss_sha512",
        0x081a => "ecdsa_brainpoolP256r1tls13_sha256",
        0x081b => "ecdsa_brainpoolP384r1tls13_sha384",
        0x081c => "ecdsa_brainpoolP512r1tls13_sha512",
        0x0904 => "mldsa44",
        0x0905 => "mldsa65",
        0x0906 => "mldsa87",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use tls_parser::NamedGroup;

    use super::*;

    #[test]
    fn names_are_those_of_the_registry() {
        assert_eq!(suite_name(0xc030), Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"));
        assert_eq!(suite_name(0x1303), Some("TLS_CHACHA20_POLY1305_SHA256"));
        assert_eq!(suite_name(0x0a0a), None);
        assert_eq!(version_name(0x0301), Some("TLS 1.0"));
        assert_eq!(version_name(0x0002), None);
        assert_eq!(group_name(0x11ec), Some("X25519MLKEM768"));
        assert_eq!(scheme_name(0x0806), Some("rsa_pss_rsae_sha512"));
    }

    #[test]
    fn group_numbers_are_those_of_the_parser() {
        for (group, name) in [
            (NamedGroup::Secp192r1, "secp192r1"),
            (NamedGroup::Secp256k1, "secp256k1"),
            (NamedGroup::Secp256r1, "secp256r1"),
            (NamedGroup::Secp384r1, "secp384r1"),
            (NamedGroup::Secp521r1, "secp521r1"),
            (NamedGroup::EcdhX25519, "x25519"),
            (NamedGroup::EcdhX448, "x448"),
            (NamedGroup::BrainpoolP512r1tls13, "brainpoolP512r1tls13"),
            (NamedGroup::Ffdhe2048, "ffdhe2048"),
            (NamedGroup::Ffdhe8192, "ffdhe8192"),
        ] {
            assert_eq!(group_name(group.0), Some(name));
        }
    }
}
