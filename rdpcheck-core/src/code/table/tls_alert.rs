use super::Table;
use crate::code::Entry;
use crate::diagnose::Cause::{
    self, CertificateExpired, CertificateUntrusted, ClientCertificateRequired, NoCommonCipherSuite,
    NoCommonTlsVersion,
};
use crate::evidence::Stage;

/// `windows` is what Schannel makes of it: learn.microsoft.com, "Schannel Error Codes for TLS and SSL Alerts".
const fn row(
    number: u32,
    symbol: &'static str,
    windows: Option<u32>,
    causes: &'static [Cause],
    meaning: &'static str,
) -> Entry {
    Entry::new(Table::TlsAlert, number, symbol, meaning).at(Stage::Tls).in_windows(windows).causes_are(causes)
}

const ILLEGAL_MESSAGE: Option<u32> = Some(0x8009_0326);
const CERT_UNKNOWN: Option<u32> = Some(0x8009_0327);
const DECRYPT_FAILURE: Option<u32> = Some(0x8009_0330);

pub(super) static ENTRIES: &[Entry] = &[
    row(0, "close_notify", None, &[], "The sender will send nothing more, which is the ordinary end."),
    row(10, "unexpected_message", ILLEGAL_MESSAGE, &[], "A message came that does not belong there."),
    row(20, "bad_record_mac", Some(0x8009_030F), &[], "A record was changed on the way, or the keys differ."),
    row(21, "decryption_failed", DECRYPT_FAILURE, &[], "A record could not be decrypted."),
    row(22, "record_overflow", None, &[], "A record is longer than allowed."),
    row(30, "decompression_failure", None, &[], "A record could not be decompressed."),
    row(
        40,
        "handshake_failure",
        ILLEGAL_MESSAGE,
        &[NoCommonCipherSuite, NoCommonTlsVersion],
        "The sender found nothing acceptable in what was offered.",
    ),
    row(41, "no_certificate", None, &[ClientCertificateRequired], "The sender has no certificate (SSL 3.0)."),
    row(
        42,
        "bad_certificate",
        CERT_UNKNOWN,
        &[],
        "The certificate is damaged or its signature does not hold.",
    ),
    row(
        43,
        "unsupported_certificate",
        CERT_UNKNOWN,
        &[],
        "The certificate is of a kind that is not supported.",
    ),
    row(44, "certificate_revoked", Some(0x8009_2010), &[], "The certificate was withdrawn by its issuer."),
    row(
        45,
        "certificate_expired",
        Some(0x8009_0328),
        &[CertificateExpired],
        "The time of the certificate is over.",
    ),
    row(46, "certificate_unknown", CERT_UNKNOWN, &[], "The certificate was not accepted for another reason."),
    row(47, "illegal_parameter", None, &[], "A field of the handshake has a value that is not allowed."),
    row(
        48,
        "unknown_ca",
        Some(0x8009_0325),
        &[CertificateUntrusted],
        "The certificate's chain ends in no authority that the sender trusts.",
    ),
    row(
        49,
        "access_denied",
        Some(0x8009_030C),
        &[],
        "The certificate is valid and its holder is not let in.",
    ),
    row(50, "decode_error", None, &[], "A message could not be read."),
    row(51, "decrypt_error", DECRYPT_FAILURE, &[], "A signature or a key exchange did not hold."),
    row(60, "export_restriction", None, &[], "The key breaks the export rules of old times."),
    row(
        70,
        "protocol_version",
        Some(0x8009_0302),
        &[NoCommonTlsVersion],
        "The sender does not take the TLS version that was offered.",
    ),
    row(
        71,
        "insufficient_security",
        Some(0x8009_0331),
        &[NoCommonCipherSuite],
        "What was offered is weaker than the sender demands.",
    ),
    row(
        80,
        "internal_error",
        Some(0x8009_0304),
        &[],
        "The sender met an error that has nothing to do with the peer.",
    ),
    row(86, "inappropriate_fallback", None, &[], "The client tried an older version than both can speak."),
    row(
        90,
        "user_canceled",
        Some(0x8009_0333),
        &[],
        "The handshake was given up for a reason outside the protocol.",
    ),
    row(100, "no_renegotiation", None, &[], "The sender does not negotiate again."),
    row(109, "missing_extension", None, &[], "The hello lacks an extension that is needed."),
    row(
        110,
        "unsupported_extension",
        ILLEGAL_MESSAGE,
        &[],
        "The answer has an extension that was not asked for.",
    ),
    row(111, "certificate_unobtainable", None, &[], "The certificate could not be fetched from its address."),
    row(112, "unrecognized_name", None, &[], "The sender serves no host of the name that was asked for."),
    row(
        113,
        "bad_certificate_status_response",
        None,
        &[],
        "The proof that the certificate is not revoked is not valid.",
    ),
    row(114, "bad_certificate_hash_value", None, &[], "A certificate does not match the hash given with it."),
    row(
        115,
        "unknown_psk_identity",
        ILLEGAL_MESSAGE,
        &[],
        "No key is known for the identity that was given.",
    ),
    row(
        116,
        "certificate_required",
        None,
        &[ClientCertificateRequired],
        "The sender wants a certificate of the client and got none.",
    ),
    row(120, "no_application_protocol", Some(0x8009_0367), &[], "No application protocol is common to both."),
];
