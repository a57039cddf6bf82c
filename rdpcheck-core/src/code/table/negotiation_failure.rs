use super::Table;
use crate::code::Entry;
use crate::diagnose::Cause::{
    self, ClientCertificateRequired, EntraIdRequired, HostHasNoCertificate, NegotiationViolation,
    NlaRequired, SecurityLayerRdpOnly, TlsRequired,
};
use crate::evidence::Stage;

const fn row(number: u32, symbol: &'static str, causes: &'static [Cause], meaning: &'static str) -> Entry {
    Entry::new(Table::NegotiationFailure, number, symbol, meaning).at(Stage::Negotiate).causes_are(causes)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(
        1,
        "SSL_REQUIRED_BY_SERVER",
        &[TlsRequired],
        "The host wants TLS and the client offered nothing that the host takes.",
    ),
    row(
        2,
        "SSL_NOT_ALLOWED_BY_SERVER",
        &[SecurityLayerRdpOnly],
        "The host allows only Standard RDP Security.",
    ),
    row(3, "SSL_CERT_NOT_ON_SERVER", &[HostHasNoCertificate], "The host has no valid certificate for TLS."),
    row(
        4,
        "INCONSISTENT_FLAGS",
        &[NegotiationViolation],
        "The security protocols asked for do not fit what is in force.",
    ),
    row(5, "HYBRID_REQUIRED_BY_SERVER", &[NlaRequired], "The host insists on network level authentication."),
    row(
        6,
        "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
        &[ClientCertificateRequired],
        "The host wants TLS with a certificate of the client.",
    ),
    row(7, "ENTRA_AUTH_REQUIRED_BY_SERVER", &[EntraIdRequired], "The host takes only Entra ID sign-in."),
];
