//! The facts of an X.509 certificate (RFC 5280).

use std::net::IpAddr;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, KeyUsage};
use x509_parser::objects::{oid_registry, oid2sn};
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{SubjectPublicKeyInfo, X509Name};

use super::text::tame;
use crate::evidence::{
    Certificate, ChainCertificate, KeyAlgorithm, NameMatch, RecordedChain, SelfSigned, Trust,
};

/// How many certificates after the first are recorded.
const LONGEST_CHAIN: usize = 10;
/// How many names or usages of one kind are recorded.
const MOST_NAMES: usize = 100;

/// Reads the host's own certificate.
///
/// # Errors
///
/// What is wrong with the bytes.
pub fn read(
    der: &[u8],
    chain: &[&[u8]],
    looked_for: &str,
    now: OffsetDateTime,
) -> Result<Certificate, String> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|error| tame(&error.to_string()))?;
    let mut dns_names = Vec::new();
    let mut ip_addresses = Vec::new();
    if let Ok(Some(names)) = parsed.subject_alternative_name() {
        for name in &names.value.general_names {
            match name {
                GeneralName::DNSName(name) => dns_names.push(tame(name)),
                GeneralName::IPAddress(bytes) => ip_addresses.extend(address(bytes)),
                _ => {}
            }
        }
    }
    let common_names: Vec<String> = parsed
        .subject()
        .iter_common_name()
        .take(MOST_NAMES)
        .map(|name| tame(name.as_str().unwrap_or_default()))
        .collect();
    let name_match = match_name(looked_for, &dns_names, &ip_addresses, &common_names);
    // All of them are looked through and the first are recorded.
    dns_names.truncate(MOST_NAMES);
    ip_addresses.truncate(MOST_NAMES);
    let extended_key_usage = parsed.extended_key_usage().ok().flatten().map(|usage| {
        let usage = usage.value;
        let known = [
            (usage.any, "any"),
            (usage.server_auth, "server-auth"),
            (usage.client_auth, "client-auth"),
            (usage.code_signing, "code-signing"),
            (usage.email_protection, "email-protection"),
            (usage.time_stamping, "time-stamping"),
            (usage.ocsp_signing, "ocsp-signing"),
        ];
        let known = known.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned());
        let others = usage.other.iter().take(MOST_NAMES).map(|oid| match oid.to_id_string().as_str() {
            REMOTE_DESKTOP_AUTHENTICATION => "remote-desktop-authentication".to_owned(),
            other => other.to_owned(),
        });
        known.chain(others).collect()
    });
    Ok(Certificate {
        subject: name_text(parsed.subject()),
        issuer: name_text(parsed.issuer()),
        common_names,
        serial: serial(parsed.raw_serial()),
        x509_version: parsed.version().0.saturating_add(1),
        not_before: parsed.validity().not_before.to_datetime(),
        not_after: parsed.validity().not_after.to_datetime(),
        read_at: now,
        dns_names,
        ip_addresses,
        key: key(parsed.public_key()),
        signature_algorithm: oid_text(&parsed.signature_algorithm.algorithm),
        self_signed: self_signed(&parsed),
        certificate_authority: parsed.is_ca(),
        key_usage: parsed.key_usage().ok().flatten().map(|usage| key_usages(usage.value)),
        extended_key_usage,
        sha1: hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref()),
        sha256: sha256_hex(der),
        name_match,
        chain: read_chain(chain),
        trust: Trust::NotChecked { reason: "nobody has asked".to_owned() },
    })
}

/// A serial number without the zero byte that DER puts before a number whose first bit is set.
fn serial(bytes: &[u8]) -> String {
    let significant: Vec<u8> = bytes.iter().skip_while(|byte| **byte == 0).take(32).copied().collect();
    if significant.is_empty() { "00".to_owned() } else { hex(&significant) }
}

/// The extended key usage that Windows prefers for Remote Desktop.
const REMOTE_DESKTOP_AUTHENTICATION: &str = "1.3.6.1.4.1.311.54.1.2";

fn read_chain(chain: &[&[u8]]) -> RecordedChain {
    let certificates: Vec<ChainCertificate> = chain
        .iter()
        .take(LONGEST_CHAIN)
        .filter_map(|der| {
            let (_, parsed) = X509Certificate::from_der(der).ok()?;
            Some(ChainCertificate {
                subject: name_text(parsed.subject()),
                issuer: name_text(parsed.issuer()),
                sha256: sha256_hex(der),
            })
        })
        .collect();
    RecordedChain { left_out: chain.len().saturating_sub(certificates.len()), certificates }
}

fn self_signed(parsed: &X509Certificate<'_>) -> SelfSigned {
    use x509_parser::error::X509Error;
    if parsed.subject().as_raw() != parsed.issuer().as_raw() {
        return SelfSigned::No;
    }
    match parsed.verify_signature(None) {
        Ok(()) => SelfSigned::Yes,
        // ring refuses keys below 2048 bits by the same error as a wrong signature.
        Err(X509Error::SignatureVerificationError)
            if key(parsed.public_key()).bits.is_some_and(|bits| bits >= 2048) =>
        {
            SelfSigned::No
        }
        Err(_) => SelfSigned::NotVerifiable,
    }
}

/// SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// The kind and length of a public key.
#[must_use]
pub fn key(info: &SubjectPublicKeyInfo<'_>) -> KeyAlgorithm {
    let oid = info.algorithm.algorithm.to_id_string();
    match info.parsed() {
        Ok(PublicKey::RSA(key)) => {
            KeyAlgorithm { algorithm: "rsa".to_owned(), bits: significant_bits(key.modulus) }
        }
        Ok(PublicKey::EC(_)) => KeyAlgorithm { algorithm: "ec".to_owned(), bits: curve_bits(info) },
        _ if oid == "1.3.101.112" => KeyAlgorithm { algorithm: "ed25519".to_owned(), bits: Some(256) },
        _ => KeyAlgorithm { algorithm: oid, bits: None },
    }
}

/// The length of a named curve (RFC 5480 section 2.1.1.1); `None` for others.
fn curve_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    let curve = info.algorithm.parameters.as_ref()?.as_oid().ok()?;
    Some(match curve.to_id_string().as_str() {
        "1.2.840.10045.3.1.1" => 192,
        "1.3.132.0.33" => 224,
        "1.2.840.10045.3.1.7" => 256,
        "1.3.132.0.34" => 384,
        "1.3.132.0.35" => 521,
        _ => return None,
    })
}

fn significant_bits(modulus: &[u8]) -> Option<u32> {
    let leading = modulus.iter().position(|&byte| byte != 0)?;
    let (first, rest) = modulus.get(leading..)?.split_first()?;
    let rest = u32::try_from(rest.len()).ok()?.checked_mul(8)?;
    rest.checked_add(8_u32.saturating_sub(first.leading_zeros()))
}

fn key_usages(usage: &KeyUsage) -> Vec<String> {
    [
        (usage.digital_signature(), "digital-signature"),
        (usage.non_repudiation(), "non-repudiation"),
        (usage.key_encipherment(), "key-encipherment"),
        (usage.data_encipherment(), "data-encipherment"),
        (usage.key_agreement(), "key-agreement"),
        (usage.key_cert_sign(), "certificate-signing"),
        (usage.crl_sign(), "crl-signing"),
        (usage.encipher_only(), "encipher-only"),
        (usage.decipher_only(), "decipher-only"),
    ]
    .into_iter()
    .filter(|(set, _)| *set)
    .map(|(_, name)| name.to_owned())
    .collect()
}

fn name_text(name: &X509Name<'_>) -> String {
    tame(&name.to_string())
}

fn oid_text(oid: &Oid<'_>) -> String {
    match oid.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => "md5-rsa".to_owned(),
        "1.2.840.113549.1.1.5" => "sha1-rsa".to_owned(),
        "1.2.840.113549.1.1.10" => "rsa-pss".to_owned(),
        "1.2.840.113549.1.1.11" => "sha256-rsa".to_owned(),
        "1.2.840.113549.1.1.12" => "sha384-rsa".to_owned(),
        "1.2.840.113549.1.1.13" => "sha512-rsa".to_owned(),
        "1.2.840.10045.4.1" => "sha1-ecdsa".to_owned(),
        "1.2.840.10045.4.3.2" => "sha256-ecdsa".to_owned(),
        "1.2.840.10045.4.3.3" => "sha384-ecdsa".to_owned(),
        "1.2.840.10045.4.3.4" => "sha512-ecdsa".to_owned(),
        "1.3.101.112" => "ed25519".to_owned(),
        other => oid2sn(oid, oid_registry()).map_or_else(|_| other.to_owned(), str::to_owned),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 6125 section 6.4: names without regard to case, a wildcard for the whole leftmost label; section 6.4.4: the
/// common name only where there is no DNS name.
fn match_name(looked_for: &str, dns: &[String], addresses: &[IpAddr], common: &[String]) -> NameMatch {
    let plain = looked_for.split('%').next().unwrap_or(looked_for);
    if let Ok(ip) = plain.parse::<IpAddr>() {
        let found = addresses.contains(&ip) || (dns.is_empty() && common.iter().any(|name| name == plain));
        return NameMatch { looked_for: looked_for.to_owned(), is_address: true, found };
    }
    let candidates = if dns.is_empty() { common } else { dns };
    let found = candidates.iter().any(|candidate| name_fits(looked_for, candidate));
    NameMatch { looked_for: looked_for.to_owned(), is_address: false, found }
}

fn name_fits(looked_for: &str, candidate: &str) -> bool {
    let looked_for = looked_for.trim_end_matches('.');
    let candidate = candidate.trim_end_matches('.');
    if let Some(parent) = candidate.strip_prefix("*.") {
        let under = looked_for.split_once('.').map(|(_, under)| under);
        return parent.contains('.') && under.is_some_and(|under| under.eq_ignore_ascii_case(parent));
    }
    looked_for.eq_ignore_ascii_case(candidate)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair};

    use super::*;

    fn now() -> OffsetDateTime {
        time::macros::datetime!(2026-01-01 00:00 UTC)
    }

    #[test]
    fn facts_are_those_that_were_put_in() {
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(vec!["host.example".to_owned(), "192.0.2.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "HOST\u{1b}[0m");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = time::macros::datetime!(2025-12-01 00:00 UTC);
        params.not_after = time::macros::datetime!(2026-06-01 00:00 UTC);
        let certificate = params.self_signed(&key).unwrap();
        let read = read(certificate.der(), &[certificate.der()], "HOST.example", now()).unwrap();
        assert_eq!(read.dns_names, ["host.example"]);
        assert_eq!(read.ip_addresses, ["192.0.2.1".parse::<IpAddr>().unwrap()]);
        assert!(read.name_match.found);
        assert_eq!(read.self_signed, SelfSigned::Yes);
        assert_eq!((read.key.algorithm.as_str(), read.key.bits), ("ec", Some(256)));
        assert_eq!(read.signature_algorithm, "sha256-ecdsa");
        assert_eq!(read.extended_key_usage.unwrap(), ["server-auth"]);
        assert_eq!(read.not_after, params.not_after);
        assert_eq!(read.x509_version, 3);
        assert!(!read.subject.contains('\u{1b}'));
        assert_eq!(read.chain.certificates.len(), 1);
    }

    #[test]
    fn names_match_as_rfc_6125_says() {
        let dns = |name: &str| vec![name.to_owned()];
        for (looked_for, dns_names, common, found) in [
            ("host", vec![], dns("HOST"), true),
            ("host", dns("other"), dns("host"), false),
            ("a.example.com", dns("*.example.com"), vec![], true),
            ("a.b.example.com", dns("*.example.com"), vec![], false),
            ("example.com", dns("*.example.com"), vec![], false),
            ("a.com", dns("*.com"), vec![], false),
            ("host.example.", dns("host.example"), vec![], true),
            ("192.0.2.1", dns("192.0.2.1"), vec![], false),
            ("192.0.2.1", vec![], dns("192.0.2.1"), true),
        ] {
            assert_eq!(
                match_name(looked_for, &dns_names, &[], &common).found,
                found,
                "{looked_for} {dns_names:?}"
            );
        }
        assert!(match_name("fe80::1%eth0", &[], &["fe80::1".parse().unwrap()], &[]).found);
    }

    #[test]
    fn serials_are_numbers() {
        assert_eq!(serial(&[0, 0x9d, 0xbc]), "9dbc");
        assert_eq!(serial(&[0x01, 0]), "0100");
        assert_eq!(serial(&[0]), "00");
    }

    #[test]
    fn rsa_lengths_count_significant_bits() {
        assert_eq!(significant_bits(&[0, 0x80, 0, 0]), Some(24));
        assert_eq!(significant_bits(&[1, 0]), Some(9));
        assert_eq!(significant_bits(&[]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(change in 0usize..400, value in any::<u8>(), cut in 0usize..500) {
            let key = KeyPair::from_pem(TEST_KEY).unwrap();
            let certificate = CertificateParams::new(vec!["host.example".to_owned()]).unwrap().self_signed(&key).unwrap();
            let mut der = certificate.der().to_vec();
            if let Some(byte) = der.get_mut(change) { *byte = value; }
            der.truncate(cut);
            let _read = read(&der, &[&der], "host", now());
        }
    }

    /// Made for this test and used nowhere else.
    const TEST_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----
";
}
