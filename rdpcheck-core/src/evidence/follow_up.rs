use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    CredSsp, Negotiation, NumberedName, PeerBytes, SecurityProtocol, Stage, StageFailure, TlsSession,
};
use crate::diagnose::Cause;

/// A further connection that was made to tell open causes apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FollowUp {
    /// What was done.
    pub probe: Probe,
    /// What was offered in the X.224 request; null when none was sent or it carried no negotiation data.
    pub offered: Option<SecurityProtocol>,
    /// The causes that it was to tell apart.
    pub asked_for: Vec<Cause>,
    /// When it was begun, in seconds after the check began.
    #[serde(rename = "started_after_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub started_after: Duration,
    /// How long it took, in seconds.
    #[serde(rename = "elapsed_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub elapsed: Duration,
    /// The stage at which it ended.
    pub stage: Stage,
    /// What came of it; null when it failed, or was given up because the main connection was answered.
    pub answer: Option<Answer>,
    /// How it failed; null when it was answered or given up.
    pub failure: Option<StageFailure>,
}

/// What a follow-up does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Probe {
    /// A TCP connection and nothing more.
    Connect,
    /// The first try of the main probe, when a later one came further and took its place.
    FirstAttempt,
    /// The main probe once more, as far as it goes.
    Repeat,
    /// An X.224 request that offers no CredSSP.
    OfferSsl,
    /// An X.224 request that offers CredSSP only.
    OfferHybrid,
    /// An X.224 request without negotiation data, as the oldest clients send it.
    OfferNone,
    /// TLS 1.2 only.
    Tls12Only,
    /// A ClientHello with the versions and suites of current Windows clients, TLS 1.0 and CBC included; only the answer
    /// is read.
    BroadHello,
    /// The same with the suites of older Windows clients besides (finite-field Diffie-Hellman, 3DES).
    OldHello,
    /// A connection that waits for the service to speak first.
    Greeting,
    /// A TLS ClientHello without X.224 before it.
    DirectTls,
    /// An HTTP request line.
    Http,
}

impl Probe {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Connect,
        Self::FirstAttempt,
        Self::Repeat,
        Self::OfferSsl,
        Self::OfferHybrid,
        Self::OfferNone,
        Self::Tls12Only,
        Self::BroadHello,
        Self::OldHello,
        Self::Greeting,
        Self::DirectTls,
        Self::Http,
    ];

    /// Stable code of this kind, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::FirstAttempt => "first-attempt",
            Self::Repeat => "repeat",
            Self::OfferSsl => "offer-ssl",
            Self::OfferHybrid => "offer-hybrid",
            Self::OfferNone => "offer-none",
            Self::Tls12Only => "tls12-only",
            Self::BroadHello => "broad-hello",
            Self::OldHello => "old-hello",
            Self::Greeting => "greeting",
            Self::DirectTls => "direct-tls",
            Self::Http => "http",
        }
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What came of a follow-up that was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// The TCP connection stood.
    Connected,
    /// CredSSP was answered.
    CredSsp(CredSsp),
    /// The host chose a security protocol.
    Negotiated(Negotiation),
    /// TLS was completed.
    Tls(TlsSession),
    /// A ServerHello came; the handshake was not carried on.
    ServerHello {
        /// The version that it chose.
        version: NumberedName,
        /// The suite that it chose.
        cipher_suite: NumberedName,
    },
    /// Another service spoke.
    Spoke {
        /// Which, if it could be told.
        service: Option<Service>,
        /// Its words.
        bytes: PeerBytes,
    },
}

/// A service that is not Remote Desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Service {
    /// Whatever is sent comes back.
    Echo,
    /// FTP (RFC 959).
    Ftp,
    /// HTTP (RFC 9112).
    Http,
    /// IMAP (RFC 9051).
    Imap,
    /// `MySQL` or `MariaDB`.
    MySql,
    /// POP3 (RFC 1939).
    Pop3,
    /// `PostgreSQL`.
    PostgreSql,
    /// Redis.
    Redis,
    /// SMTP (RFC 5321).
    Smtp,
    /// SSH (RFC 4253).
    Ssh,
    /// Telnet (RFC 854).
    Telnet,
    /// A service that begins with TLS.
    TlsFirst,
    /// VNC (RFC 6143).
    Vnc,
}

impl Service {
    /// The service's usual name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Ftp => "FTP",
            Self::Http => "HTTP",
            Self::Imap => "IMAP",
            Self::MySql => "MySQL",
            Self::Pop3 => "POP3",
            Self::PostgreSql => "PostgreSQL",
            Self::Redis => "Redis",
            Self::Smtp => "SMTP",
            Self::Ssh => "SSH",
            Self::Telnet => "Telnet",
            Self::TlsFirst => "a service that begins with TLS (HTTPS and others)",
            Self::Vnc => "VNC",
        }
    }
}
