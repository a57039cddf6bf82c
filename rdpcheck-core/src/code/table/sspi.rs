use super::Table;
use crate::code::Entry;
use crate::diagnose::Cause::{
    self, CertificateExpired, CertificateUntrusted, ClockSkew, CredentialsRejected, DomainTrustBroken,
    ListenerKeyUnusable, NoCommonCipherSuite, NoCommonTlsVersion, NoLogonServer, TlsIntercepted,
};
use crate::evidence::Stage::{self, Certificate, Credssp, Tls};

const fn row(
    number: u32,
    symbol: &'static str,
    stage: Stage,
    causes: &'static [Cause],
    meaning: &'static str,
) -> Entry {
    Entry::new(Table::Sspi, number, symbol, meaning).at(stage).causes_are(causes)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(
        0x8009_0302,
        "SEC_E_UNSUPPORTED_FUNCTION",
        Tls,
        &[NoCommonTlsVersion],
        "What was asked for is not supported; also what a TLS alert about the version becomes.",
    ),
    row(0x8009_0304, "SEC_E_INTERNAL_ERROR", Tls, &[], "The security provider met an internal error."),
    row(0x8009_0308, "SEC_E_INVALID_TOKEN", Credssp, &[], "A message of the handshake is not valid."),
    row(0x8009_030C, "SEC_E_LOGON_DENIED", Credssp, &[CredentialsRejected], "The logon was denied."),
    row(
        0x8009_030D,
        "SEC_E_UNKNOWN_CREDENTIALS",
        Tls,
        &[ListenerKeyUnusable],
        "The credentials could not be used; in Schannel event 36870 of a host: its private key could not be read.",
    ),
    row(0x8009_030E, "SEC_E_NO_CREDENTIALS", Credssp, &[], "There are no credentials to use."),
    row(
        0x8009_030F,
        "SEC_E_MESSAGE_ALTERED",
        Tls,
        &[],
        "A message was changed on the way or was not in order.",
    ),
    row(
        0x8009_0311,
        "SEC_E_NO_AUTHENTICATING_AUTHORITY",
        Credssp,
        &[NoLogonServer, DomainTrustBroken],
        "No domain controller could be reached that could authenticate the user.",
    ),
    row(
        0x8009_0322,
        "SEC_E_WRONG_PRINCIPAL",
        Credssp,
        &[DomainTrustBroken],
        "The host is not the one that its name stands for in the domain.",
    ),
    row(0x8009_0324, "SEC_E_TIME_SKEW", Credssp, &[ClockSkew], "The clocks differ too much."),
    row(
        0x8009_0325,
        "SEC_E_UNTRUSTED_ROOT",
        Certificate,
        &[CertificateUntrusted, TlsIntercepted],
        "The certificate's chain ends in a root that is not trusted.",
    ),
    row(
        0x8009_0326,
        "SEC_E_ILLEGAL_MESSAGE",
        Tls,
        &[],
        "A message of the handshake was not expected or has a bad form.",
    ),
    row(0x8009_0327, "SEC_E_CERT_UNKNOWN", Certificate, &[], "Something is wrong with the certificate."),
    row(
        0x8009_0328,
        "SEC_E_CERT_EXPIRED",
        Certificate,
        &[CertificateExpired],
        "The time of the certificate is over.",
    ),
    row(0x8009_0330, "SEC_E_DECRYPT_FAILURE", Tls, &[], "A message could not be decrypted."),
    row(
        0x8009_0331,
        "SEC_E_ALGORITHM_MISMATCH",
        Tls,
        &[NoCommonCipherSuite],
        "Client and host have no algorithm in common.",
    ),
    row(
        0x8009_0333,
        "SEC_E_UNFINISHED_CONTEXT_DELETED",
        Tls,
        &[],
        "The handshake was given up before its end.",
    ),
    row(
        0x8009_0346,
        "SEC_E_BAD_BINDINGS",
        Credssp,
        &[TlsIntercepted],
        "The credentials are bound to another TLS connection than the one that they came on.",
    ),
    row(
        0x8009_0350,
        "SEC_E_DOWNGRADE_DETECTED",
        Credssp,
        &[NoLogonServer],
        "Something pushed the parties to a weaker authentication, or no domain controller answered.",
    ),
    row(
        0x8009_035E,
        "SEC_E_DELEGATION_POLICY",
        Credssp,
        &[],
        "A policy forbids handing the credentials to this host.",
    ),
    row(
        0x8009_035F,
        "SEC_E_POLICY_NLTM_ONLY",
        Credssp,
        &[NoLogonServer, DomainTrustBroken],
        "The policy wants the host's identity proved before credentials are handed over, and only NTLM was possible.",
    ),
    row(
        0x8009_0367,
        "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
        Tls,
        &[],
        "Client and host have no application protocol in common.",
    ),
    row(0x8009_2010, "CRYPT_E_REVOKED", Certificate, &[], "The certificate has been revoked."),
];
