use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{OsError, PeerBytes};
use crate::code::{ntstatus_name, tls_alert_name};

/// How the peer, the path or a policy stopped a stage, with the facts around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StageFailure {
    /// How it failed.
    #[serde(flatten)]
    pub kind: FailureKind,
    /// What was being done.
    pub operation: Operation,
    /// The address that was talked to; null before there is one.
    pub address: Option<SocketAddr>,
    /// From the last thing that was sent to the failure, in seconds.
    #[serde(rename = "elapsed_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub elapsed: Duration,
    /// Round-trip time of this connection, in seconds; null before it stands.
    #[serde(rename = "round_trip_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub round_trip: Option<Duration>,
    /// Bytes sent on this connection.
    pub bytes_sent: u64,
    /// Bytes received on this connection.
    pub bytes_received: u64,
    /// Bytes sent that the peer's TCP has not acknowledged; null where the system does not tell.
    pub bytes_unacknowledged: Option<u64>,
    /// The operating system's error; null when there is none.
    pub os_error: Option<OsError>,
    /// The first bytes of what was received in this stage; null when nothing was.
    pub first_bytes: Option<PeerBytes>,
}

/// What was being done when a stage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Operation {
    /// Opening the TCP connection.
    Connect,
    /// Waiting for an answer.
    Receive,
    /// Looking up the name.
    Resolve,
    /// Sending.
    Send,
}

/// How a stage failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "how", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureKind {
    /// The peer closed the connection in order (FIN).
    Closed,
    /// The peer answered CredSSP with an error (MS-CSSP 2.2.1, `errorCode`).
    CredsspError {
        /// NTSTATUS.
        code: u32,
        /// Its name; null when it is not a known one.
        name: Option<String>,
    },
    /// The name has no address, or the resolver failed.
    Dns {
        /// Which of the two.
        problem: DnsProblem,
    },
    /// `RDP_NEG_FAILURE` (MS-RDPBCGR 2.2.1.2.2).
    NegotiationRejected {
        /// `failureCode`.
        code: u32,
        /// Its name; null when it is not a known one.
        name: Option<String>,
    },
    /// The peer sent what the protocol does not allow here.
    ProtocolViolation {
        /// What was due.
        expected: String,
        /// What came.
        got: String,
    },
    /// Something answered the SYN with a reset, or an ICMP port unreachable.
    Refused,
    /// The connection was reset (RST).
    Reset,
    /// Nothing came in time.
    TimedOut {
        /// Whether the peer's TCP acknowledged what was sent.
        request: Acknowledgement,
    },
    /// The peer sent a TLS alert.
    TlsAlert {
        /// `AlertDescription`.
        description: u8,
        /// Its name; null when it is not a known one.
        name: Option<String>,
        /// Whether the peer had asked for a client certificate before.
        client_certificate_requested: bool,
    },
    /// Our TLS library ended the handshake.
    TlsRejectedByUs {
        /// What it could not accept.
        rejection: TlsRejection,
        /// The library's words.
        detail: String,
    },
    /// No route, or a router or this machine says that the host cannot be reached.
    Unreachable {
        /// Who says so, as far as it can be known.
        by: ByWhom,
    },
}

/// Whether the peer's TCP acknowledged what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Acknowledgement {
    /// Everything was acknowledged: it arrived and nobody answered.
    Acknowledged,
    /// This system does not tell.
    NotObservable,
    /// Something was not acknowledged: it did not arrive, or the acknowledgement did not.
    Unacknowledged,
}

/// What our TLS library could not accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TlsRejection {
    /// The handshake is not signed by the key of the certificate.
    BadSignature,
    /// The peer chose something that the library does not have.
    Unsupported,
    /// The peer broke the protocol.
    Violation,
}

/// Why there is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DnsProblem {
    /// The name exists and has no address.
    NoAddress,
    /// The name does not exist, or has no address: the system's resolver does not say which.
    NoSuchName,
    /// The name has addresses, but none of the family that the check was limited to.
    OtherFamilyOnly,
    /// The resolver failed for good.
    ResolverFailed,
    /// The resolver gave no answer for now (a DNS server fails or is not reached).
    TemporaryFailure,
    /// The resolver did not answer within the limit.
    TimedOut,
}

/// Who says that the host cannot be reached, as far as the error tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ByWhom {
    /// No answer to ARP or neighbour discovery, a router's word, or an administrative prohibition: one error for all.
    HostUnreachable,
    /// A policy of this machine (a local firewall).
    LocalPolicy,
    /// This machine has no route, or a router says that the network cannot be reached.
    NetworkUnreachable,
}

impl FailureKind {
    /// Stable code of this kind of failure.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::CredsspError { .. } => "credssp-error",
            Self::Dns { .. } => "dns",
            Self::NegotiationRejected { .. } => "negotiation-rejected",
            Self::ProtocolViolation { .. } => "protocol-violation",
            Self::Refused => "refused",
            Self::Reset => "reset",
            Self::TimedOut { request: Acknowledgement::Acknowledged } => "silent-acknowledged",
            Self::TimedOut { request: Acknowledgement::Unacknowledged } => "silent-unacknowledged",
            Self::TimedOut { request: Acknowledgement::NotObservable } => "timed-out",
            Self::TlsAlert { .. } => "tls-alert",
            Self::TlsRejectedByUs { .. } => "tls-rejected-by-us",
            Self::Unreachable { .. } => "unreachable",
        }
    }

    /// The alert with this number.
    #[must_use]
    pub fn tls_alert(description: u8, client_certificate_requested: bool) -> Self {
        let name = tls_alert_name(description).map(str::to_owned);
        Self::TlsAlert { description, name, client_certificate_requested }
    }

    /// The CredSSP error with this number.
    #[must_use]
    pub fn credssp_error(code: u32) -> Self {
        Self::CredsspError { code, name: ntstatus_name(code).map(str::to_owned) }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named =
            |name: &Option<String>| name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
        match self {
            Self::Closed => f.write_str("closed by the peer"),
            Self::CredsspError { code, name } => write!(f, "CredSSP error 0x{code:08X}{}", named(name)),
            Self::Dns { problem } => f.write_str(match problem {
                DnsProblem::NoAddress => "the name has no address",
                DnsProblem::OtherFamilyOnly => "the name has no address of the wanted family",
                DnsProblem::NoSuchName => "the name does not exist or has no address",
                DnsProblem::ResolverFailed => "the resolver failed",
                DnsProblem::TemporaryFailure => "the resolver failed for now",
                DnsProblem::TimedOut => "the resolver did not answer in time",
            }),
            Self::NegotiationRejected { code, name } => {
                write!(f, "negotiation failure {code}{}", named(name))
            }
            Self::ProtocolViolation { expected, got } => write!(f, "{got} where {expected} was due"),
            Self::Refused => f.write_str("refused"),
            Self::Reset => f.write_str("reset"),
            Self::TimedOut { request } => f.write_str(match request {
                Acknowledgement::Acknowledged => "no answer, though everything sent was acknowledged",
                Acknowledgement::NotObservable => "no answer",
                Acknowledgement::Unacknowledged => "no answer, and what was sent was not acknowledged",
            }),
            Self::TlsAlert { description, name, .. } => write!(f, "TLS alert {description}{}", named(name)),
            Self::TlsRejectedByUs { detail, .. } => {
                write!(f, "our TLS library ended the handshake: {detail}")
            }
            Self::Unreachable { by } => f.write_str(match by {
                ByWhom::HostUnreachable => "host unreachable",
                ByWhom::LocalPolicy => "refused by a policy of this machine",
                ByWhom::NetworkUnreachable => "network unreachable",
            }),
        }
    }
}

/// How one TCP connection attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// Given up because another address answered first, or at the limit of the stage before it began.
    Abandoned,
    /// The connection stands.
    Connected,
    /// Refused.
    Refused,
    /// Reset while connecting.
    Reset,
    /// No answer within the limit.
    TimedOut,
    /// Unreachable.
    Unreachable,
}
