//! The tables of numbers: one file for each, with every number's symbol, meaning, source, stage and causes.

mod disconnect;
mod error_info;
mod extended;
mod fatal_error;
mod gateway;
mod logon_error;
mod negotiation_failure;
mod ntstatus;
mod shown;
mod sspi;
mod tls_alert;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Entry;

/// A table of numbers. The same number means different things in different tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Table {
    /// The error codes that Microsoft documents: `IMsTscAxEvents::OnDisconnected`.
    Disconnect,
    /// Error codes that clients show and that page leaves out.
    Shown,
    /// Error codes about a Remote Desktop gateway, 0x3000001 and above.
    Gateway,
    /// Extended error codes: `ExtendedDisconnectReasonCode`.
    Extended,
    /// What a server says on the wire before it disconnects: the Set Error Info PDU.
    ErrorInfo,
    /// `IMsTscAxEvents::OnLogonError`; signed numbers.
    LogonError,
    /// `IMsTscAxEvents::OnFatalError`.
    FatalError,
    /// `failureCode` of an `RDP_NEG_FAILURE`.
    NegotiationFailure,
    /// NTSTATUS in `errorCode` of CredSSP.
    Ntstatus,
    /// Codes of the Windows security providers, as in logs and in events of Schannel.
    Sspi,
    /// TLS alerts.
    TlsAlert,
}

impl Table {
    /// Every table; those of a client's error code first.
    pub const ALL: &'static [Self] = &[
        Self::Disconnect,
        Self::Shown,
        Self::Gateway,
        Self::Extended,
        Self::ErrorInfo,
        Self::LogonError,
        Self::FatalError,
        Self::NegotiationFailure,
        Self::Ntstatus,
        Self::Sspi,
        Self::TlsAlert,
    ];

    /// The tables in which a client's error code is looked up, in this order.
    pub const OF_ERROR_CODES: &'static [Self] = &[Self::Disconnect, Self::Shown, Self::Gateway];

    /// The tables in which a client's extended error code is looked up, in this order: what a server said on the wire is
    /// passed through.
    pub const OF_EXTENDED_CODES: &'static [Self] = &[Self::Extended, Self::ErrorInfo];

    /// Stable kebab-case code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Disconnect => "disconnect",
            Self::Shown => "shown",
            Self::Gateway => "gateway",
            Self::Extended => "extended",
            Self::ErrorInfo => "error-info",
            Self::LogonError => "logon-error",
            Self::FatalError => "fatal-error",
            Self::NegotiationFailure => "negotiation-failure",
            Self::Ntstatus => "ntstatus",
            Self::Sspi => "sspi",
            Self::TlsAlert => "tls-alert",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Disconnect => "error code",
            Self::Shown => "error code that clients show without documentation",
            Self::Gateway => "error code of the gateway",
            Self::Extended => "extended error code",
            Self::ErrorInfo => "error info sent by the server",
            Self::LogonError => "logon error",
            Self::FatalError => "fatal error of the client control",
            Self::NegotiationFailure => "failure code of the negotiation",
            Self::Ntstatus => "NTSTATUS of CredSSP",
            Self::Sspi => "code of the security provider",
            Self::TlsAlert => "TLS alert",
        }
    }

    /// Where the table comes from; an entry may have another source.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::Disconnect => "learn.microsoft.com: IMsTscAxEvents::OnDisconnected",
            Self::Shown | Self::Gateway => {
                "output of IMsRdpClient5::GetErrorDescription, rackerlabs/rackspace-how-to"
            }
            Self::Extended => "learn.microsoft.com: ExtendedDisconnectReasonCode",
            Self::ErrorInfo => "MS-RDPBCGR 2.2.5.1.1",
            Self::LogonError => "learn.microsoft.com: IMsTscAxEvents::OnLogonError",
            Self::FatalError => "learn.microsoft.com: IMsTscAxEvents::OnFatalError",
            Self::NegotiationFailure => "MS-RDPBCGR 2.2.1.2.2",
            Self::Ntstatus => "MS-CSSP 2.2.1, MS-ERREF 2.3",
            Self::Sspi => "winerror.h of the Windows SDK",
            Self::TlsAlert => "RFC 8446 section 6, with RFC 5246 and RFC 6066",
        }
    }

    /// Whether its numbers are signed.
    #[must_use]
    pub fn is_signed(self) -> bool {
        self == Self::LogonError
    }

    /// Its entries, by number (signed tables: by their bits).
    #[must_use]
    pub fn entries(self) -> &'static [Entry] {
        match self {
            Self::Disconnect => disconnect::ENTRIES,
            Self::Shown => shown::ENTRIES,
            Self::Gateway => gateway::ENTRIES,
            Self::Extended => extended::ENTRIES,
            Self::ErrorInfo => error_info::ENTRIES,
            Self::LogonError => logon_error::ENTRIES,
            Self::FatalError => fatal_error::ENTRIES,
            Self::NegotiationFailure => negotiation_failure::ENTRIES,
            Self::Ntstatus => ntstatus::ENTRIES,
            Self::Sspi => sspi::ENTRIES,
            Self::TlsAlert => tls_alert::ENTRIES,
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
