use super::{Table, lookup};

/// The name of a TLS alert (RFC 8446 section 6, with those of earlier versions).
#[must_use]
pub fn tls_alert_name(description: u8) -> Option<&'static str> {
    lookup(Table::TlsAlert, description.into())?.symbol()
}

/// The name of an NTSTATUS or SSPI code that CredSSP is known to carry in `errorCode` (MS-CSSP 2.2.1).
#[must_use]
pub fn ntstatus_name(code: u32) -> Option<&'static str> {
    lookup(Table::Ntstatus, code).or_else(|| lookup(Table::Sspi, code))?.symbol()
}
