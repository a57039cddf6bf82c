use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    CredSsp, CredSspVersion, Negotiation, Neighbour, NumberedName, PathQuality, PeerBytes, SecurityProtocol,
    SpnegoAnswer, Stage, StageFailure, StandardSecurity, TlsSession, TlsSupport, UdpAnswer, Wake,
};
use crate::diagnose::{Cause, Verdict};

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
    /// Why it could not be made here; null when it was made.
    pub not_made: Option<String>,
    /// How many TCP connections it took.
    pub connections: u32,
    /// SHA-256 of the certificate that it saw, in hexadecimal; null when it saw none.
    pub certificate_sha256: Option<String>,
    /// The verdicts that it changed.
    pub changed: Vec<VerdictChange>,
}

impl FollowUp {
    /// A follow-up of which nothing is known yet but what it is for.
    #[must_use]
    pub fn begun(probe: Probe, asked_for: &[Cause], started_after: Duration) -> Self {
        Self {
            probe,
            offered: None,
            asked_for: asked_for.to_vec(),
            started_after,
            elapsed: Duration::ZERO,
            stage: Stage::Connect,
            answer: None,
            failure: None,
            not_made: None,
            connections: 0,
            certificate_sha256: None,
            changed: Vec::new(),
        }
    }
}

/// A verdict before and after a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VerdictChange {
    /// The cause.
    pub cause: Cause,
    /// The verdict before.
    pub before: Verdict,
    /// The verdict after.
    pub after: Verdict,
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
    /// The same with the suites of older Windows clients besides (finite-field Diffie-Hellman, 3DES, RC4).
    OldHello,
    /// A connection that waits for the service to speak first.
    Greeting,
    /// A TLS ClientHello without X.224 before it.
    DirectTls,
    /// An HTTP request line.
    Http,
    /// An X.224 request that offers Standard RDP Security only.
    OfferRdp,
    /// An X.224 request that offers TLS and CredSSP, without the Early User Authorization Result.
    OfferSslHybrid,
    /// An X.224 request that offers CredSSP with the Early User Authorization Result only.
    OfferHybridEx,
    /// An X.224 request that offers Entra ID sign-in.
    #[serde(rename = "offer-rdsaad")]
    OfferRdsAad,
    /// The main probe with an mstshash cookie in its X.224 request.
    WithCookie,
    /// The X.224 request in two segments, the first of one byte, which a device that looks at single segments does not
    /// recognise.
    SplitRequest,
    /// The broad ClientHello in two segments, the first of one byte.
    SplitHello,
    /// As many bytes as a ClientHello has, that are none, after the X.224 exchange.
    PlainData,
    /// A ClientHello of 1,800 bytes, as clients with X25519MLKEM768 send it.
    LargeHello,
    /// The same in TCP segments of at most 512 bytes.
    LargeHelloSmallSegments,
    /// As many bytes as that ClientHello has, that are none, after the X.224 exchange.
    LargePlainData,
    /// The main probe with TCP segments of at most 512 bytes in both directions.
    SmallSegments,
    /// An MCS Connect-Initial in Standard RDP Security.
    StandardSecurity,
    /// An MCS Connect-Initial inside TLS without CredSSP.
    McsOverTls,
    /// Hand-made `ClientHello`s that ask for every TLS version, suite and group, one connection each.
    TlsSupport,
    /// A first CredSSP message of each version from 2 to 5.
    CredsspVersions,
    /// A first CredSSP message in which SPNEGO offers NTLM.
    CredsspSpnego,
    /// A first CredSSP message in which SPNEGO offers Kerberos before NTLM, without a token.
    CredsspKerberos,
    /// Several connections whose segments the kernel counts; the X.224 request of each is sent byte by byte.
    Path,
    /// An RDP-UDP SYN (MS-RDPEUDP) to the same port number.
    Udp,
    /// An ICMP echo request.
    Echo,
    /// A look into the neighbour table (ARP, neighbour discovery).
    Neighbour,
    /// A TCP connection to port 3387 (Remote Desktop over WebSocket).
    #[serde(rename = "web-socket-3387")]
    WebSocket3387,
    /// A TCP connection to port 3392 (Remote Desktop over WebSocket with TLS).
    #[serde(rename = "web-socket-3392")]
    WebSocket3392,
    /// A Wake-on-LAN packet, and connections until the host answers.
    WakeOnLan,
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
        Self::OfferRdp,
        Self::OfferSslHybrid,
        Self::OfferHybridEx,
        Self::OfferRdsAad,
        Self::WithCookie,
        Self::SplitRequest,
        Self::SplitHello,
        Self::PlainData,
        Self::LargeHello,
        Self::LargeHelloSmallSegments,
        Self::LargePlainData,
        Self::SmallSegments,
        Self::StandardSecurity,
        Self::McsOverTls,
        Self::TlsSupport,
        Self::CredsspVersions,
        Self::CredsspSpnego,
        Self::CredsspKerberos,
        Self::Path,
        Self::Udp,
        Self::Echo,
        Self::Neighbour,
        Self::WebSocket3387,
        Self::WebSocket3392,
        Self::WakeOnLan,
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
            Self::OfferRdp => "offer-rdp",
            Self::OfferSslHybrid => "offer-ssl-hybrid",
            Self::OfferHybridEx => "offer-hybrid-ex",
            Self::OfferRdsAad => "offer-rdsaad",
            Self::WithCookie => "with-cookie",
            Self::SplitRequest => "split-request",
            Self::SplitHello => "split-hello",
            Self::PlainData => "plain-data",
            Self::LargeHello => "large-hello",
            Self::LargeHelloSmallSegments => "large-hello-small-segments",
            Self::LargePlainData => "large-plain-data",
            Self::SmallSegments => "small-segments",
            Self::StandardSecurity => "standard-security",
            Self::McsOverTls => "mcs-over-tls",
            Self::TlsSupport => "tls-support",
            Self::CredsspVersions => "credssp-versions",
            Self::CredsspSpnego => "credssp-spnego",
            Self::CredsspKerberos => "credssp-kerberos",
            Self::Path => "path",
            Self::Udp => "udp",
            Self::Echo => "echo",
            Self::Neighbour => "neighbour",
            Self::WebSocket3387 => "web-socket-3387",
            Self::WebSocket3392 => "web-socket-3392",
            Self::WakeOnLan => "wake-on-lan",
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
    /// The host answered an MCS Connect-Initial.
    StandardSecurity(StandardSecurity),
    /// The TLS versions, suites and groups of the host.
    TlsSupport(TlsSupport),
    /// CredSSP by version.
    CredSspVersions {
        /// Each version that was offered.
        versions: Vec<CredSspVersion>,
    },
    /// SPNEGO was answered.
    Spnego(SpnegoAnswer),
    /// What the kernel counted.
    Path(PathQuality),
    /// UDP was answered.
    Udp(UdpAnswer),
    /// An ICMP echo reply came.
    Echo {
        /// Time to live of the reply as it arrived; null where the system does not tell.
        ttl: Option<u8>,
    },
    /// What the neighbour table says.
    Neighbour(Neighbour),
    /// A Wake-on-LAN packet was sent, or could not be.
    Wake(Wake),
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
