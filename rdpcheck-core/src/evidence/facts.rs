use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{AttemptOutcome, IcmpMessage, OsError, PeerBytes, Trust};

/// The addresses of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Resolution {
    /// Whether the target was an address already.
    pub given_as_address: bool,
    /// The addresses in the order of the resolver (RFC 6724), the unwanted family left out.
    pub addresses: Vec<IpAddr>,
}

/// One TCP connection attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ConnectAttempt {
    /// The address.
    pub address: SocketAddr,
    /// When it was begun, in seconds after the stage began.
    #[serde(rename = "started_after_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub started_after: Duration,
    /// How long it took, in seconds.
    #[serde(rename = "elapsed_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub elapsed: Duration,
    /// How it ended.
    pub outcome: AttemptOutcome,
    /// The operating system's error; null when there is none.
    pub os_error: Option<OsError>,
    /// The ICMP message that ended it; null when there was none or the system does not tell (Linux does).
    pub icmp: Option<IcmpMessage>,
}

/// The TCP connection of the main probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Connection {
    /// The address that answered.
    pub address: SocketAddr,
    /// Round-trip time, in seconds.
    #[serde(rename = "round_trip_seconds", with = "super::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub round_trip: Duration,
    /// Where the round-trip time comes from.
    pub round_trip_basis: RoundTripBasis,
    /// Segments that had to be sent again on this connection, the SYN among them; null where the system does not tell.
    pub segments_resent: Option<u64>,
}

/// Where a round-trip time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RoundTripBasis {
    /// The time that connecting took.
    ConnectTime,
    /// The kernel's measurement of this connection (`TCP_INFO`).
    Kernel,
}

bitflags::bitflags! {
    /// Security protocols of `RDP_NEG_REQ` and `RDP_NEG_RSP` (MS-RDPBCGR 2.2.1.1.1). None is Standard RDP Security.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct SecurityProtocol: u32 {
        /// `PROTOCOL_SSL`: TLS, then the logon screen.
        const SSL = 0x01;
        /// `PROTOCOL_HYBRID`: TLS and CredSSP (network level authentication).
        const HYBRID = 0x02;
        /// `PROTOCOL_RDSTLS`.
        const RDSTLS = 0x04;
        /// `PROTOCOL_HYBRID_EX`: as `HYBRID`, with the Early User Authorization Result.
        const HYBRID_EX = 0x08;
        /// `PROTOCOL_RDSAAD`: Entra ID.
        const RDSAAD = 0x10;

        const _ = !0;
    }
}

impl SecurityProtocol {
    /// What a current Windows client offers, without what unaware servers stumble over.
    pub const USUAL_OFFER: Self = Self::SSL.union(Self::HYBRID).union(Self::HYBRID_EX);

    /// Whether this protocol begins with TLS.
    #[must_use]
    pub fn uses_tls(self) -> bool {
        self.intersects(
            Self::SSL.union(Self::HYBRID).union(Self::HYBRID_EX).union(Self::RDSTLS).union(Self::RDSAAD),
        )
    }

    /// Whether this protocol is CredSSP after TLS.
    #[must_use]
    pub fn uses_credssp(self) -> bool {
        self.intersects(Self::HYBRID.union(Self::HYBRID_EX))
    }

    /// Kebab-case names of what is in it, `rdp` for nothing, hexadecimal for unknown bits.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        if self.is_empty() {
            return vec!["rdp".to_owned()];
        }
        let known = [
            (Self::SSL, "ssl"),
            (Self::HYBRID, "hybrid"),
            (Self::RDSTLS, "rdstls"),
            (Self::HYBRID_EX, "hybrid-ex"),
            (Self::RDSAAD, "rdsaad"),
        ];
        let mut names: Vec<String> =
            known.iter().filter(|(bit, _)| self.contains(*bit)).map(|(_, name)| (*name).to_owned()).collect();
        let rest = known.iter().fold(self, |rest, (bit, _)| rest.difference(*bit));
        if !rest.is_empty() {
            names.push(format!("0x{:x}", rest.bits()));
        }
        names
    }
}

impl fmt::Display for SecurityProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join("+"))
    }
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "SecurityProtocols"))]
struct WrittenProtocol {
    /// The number on the wire.
    value: u32,
    /// The protocols in it; `rdp` is Standard RDP Security.
    names: Vec<String>,
}

impl Serialize for SecurityProtocol {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WrittenProtocol { value: self.bits(), names: self.names() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecurityProtocol {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WrittenProtocol::deserialize(deserializer).map(|written| Self::from_bits_retain(written.value))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SecurityProtocol {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        WrittenProtocol::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        WrittenProtocol::json_schema(generator)
    }
}

/// The X.224 connection confirm (MS-RDPBCGR 2.2.1.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Negotiation {
    /// What was offered; null when the request carried no negotiation data.
    pub offered: Option<SecurityProtocol>,
    /// What the host chose. A confirm without negotiation data counts as Standard RDP Security, see `has_data`.
    pub selected: SecurityProtocol,
    /// Whether the confirm carried negotiation data.
    pub has_data: bool,
    /// `flags` of `RDP_NEG_RSP`; null without negotiation data.
    pub flags: Option<u8>,
    /// `SRC-REF` of the confirm.
    pub source_reference: u16,
    /// What is known of network level authentication.
    pub network_level_authentication: NetworkLevelAuthentication,
    /// What came right after a confirm of Standard RDP Security.
    pub aftermath: Aftermath,
    /// Every protocol that the host chose in answer to any request of this check, without repetition.
    pub accepted: Vec<SecurityProtocol>,
    /// The confirm as received.
    pub confirm: PeerBytes,
}

/// What is known of network level authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NetworkLevelAuthentication {
    /// The host did not choose it though it was offered.
    NotChosen,
    /// It was not offered in this request.
    NotOffered,
    /// The host chose it, and also takes clients without it.
    Optional,
    /// The host chose it, and refuses clients without it (failure 5).
    Required,
    /// The host chose it; whether it also takes clients without it was not asked.
    Selected,
}

/// What came right after a confirm of Standard RDP Security, where a server has nothing to say before the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Aftermath {
    /// The host ended the connection: the confirm did not mean consent.
    Disconnected,
    /// Nothing came while we listened.
    Nothing,
    /// Not listened for, because TLS was chosen.
    NotAwaited,
}

/// A number of a registry and its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NumberedName {
    /// The number on the wire.
    pub value: u16,
    /// Its name; null when it is not a known one.
    pub name: Option<String>,
}

/// A completed TLS handshake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TlsSession {
    /// The protocol version.
    pub version: NumberedName,
    /// The cipher suite.
    pub cipher_suite: NumberedName,
    /// The key exchange group; null when the library does not tell.
    pub key_exchange_group: Option<NumberedName>,
    /// Whether the handshake's signature proved that the peer holds the certificate's key.
    pub key_proof: KeyProof,
    /// The server name that was sent; null when none was.
    pub server_name_sent: Option<String>,
    /// Whether the host asked for a client certificate.
    pub client_certificate_requested: bool,
    /// How many certificates the host sent.
    pub certificates_sent: usize,
}

/// Whether the handshake's signature proved that the peer holds the certificate's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum KeyProof {
    /// The library cannot verify this kind of key or signature.
    NotVerifiable {
        /// Why not.
        reason: String,
    },
    /// The signature is good.
    Proved {
        /// The signature scheme (RFC 8446 section 4.2.3).
        scheme: String,
    },
}

/// What the host's own certificate says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Certificate {
    /// Subject.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// Common names of the subject.
    pub common_names: Vec<String>,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// X.509 version, 1 to 3.
    pub x509_version: u32,
    /// Start of validity.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub not_before: OffsetDateTime,
    /// End of validity.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub not_after: OffsetDateTime,
    /// This machine's time when the certificate was read.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub read_at: OffsetDateTime,
    /// DNS names of the subject alternative name.
    pub dns_names: Vec<String>,
    /// IP addresses of the subject alternative name.
    pub ip_addresses: Vec<IpAddr>,
    /// The public key.
    pub key: KeyAlgorithm,
    /// The signature algorithm's name, or its object identifier.
    pub signature_algorithm: String,
    /// Whether the certificate is signed by its own key.
    pub self_signed: SelfSigned,
    /// Whether it may issue certificates (basic constraints).
    pub certificate_authority: bool,
    /// Key usages; null without the extension.
    pub key_usage: Option<Vec<String>>,
    /// Extended key usages, known ones by name, others by object identifier; null without the extension.
    pub extended_key_usage: Option<Vec<String>>,
    /// SHA-1 of the certificate in hexadecimal: the thumbprint that Windows shows.
    pub sha1: String,
    /// SHA-256 of the certificate in hexadecimal.
    pub sha256: String,
    /// Whether the name that was used is in the certificate.
    pub name_match: NameMatch,
    /// The certificates after the first.
    pub chain: RecordedChain,
    /// Whether this machine's trust store takes it. Self-signed certificates are normal for Remote Desktop.
    pub trust: Trust,
}

/// Whether a certificate is signed by its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SelfSigned {
    /// Issuer and subject differ, or another key signed it.
    No,
    /// Issuer and subject are the same; the signature is of a kind that cannot be verified here.
    NotVerifiable,
    /// Its own key signed it.
    Yes,
}

/// Whether the name that was used is in the certificate (RFC 6125; the common name counts where there is no DNS name).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NameMatch {
    /// The name or address that was looked for.
    pub looked_for: String,
    /// Whether it is an address, which certificates for Remote Desktop hardly ever name.
    pub is_address: bool,
    /// Whether it is there.
    pub found: bool,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KeyAlgorithm {
    /// `rsa`, `ec`, `ed25519`, or the object identifier.
    pub algorithm: String,
    /// Length in bits; null when it is not known.
    pub bits: Option<u32>,
}

/// The certificates that came with the host's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RecordedChain {
    /// In the order in which they were sent, at most 10.
    pub certificates: Vec<ChainCertificate>,
    /// How many could not be read or were left out.
    pub left_out: usize,
}

/// A certificate that came with the host's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChainCertificate {
    /// Subject.
    pub subject: String,
    /// Issuer.
    pub issuer: String,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// The host's answer to the first CredSSP message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CredSsp {
    /// The version that the host speaks (MS-CSSP 2.2.1): 2 to 4 before the update for CVE-2018-0886, 5 and 6 after it.
    pub version: u32,
    /// Whether the answer carries a `clientNonce`, which a server has no reason to send.
    pub carries_client_nonce: bool,
    /// The NTLM challenge; null when the answer carries none.
    pub challenge: Option<NtlmChallenge>,
    /// The host's clock minus ours, in seconds; null without a timestamp. Off by up to half a round trip,
    /// and by up to a second where the host's timestamp has whole seconds (FreeRDP).
    pub clock_skew_seconds: Option<f64>,
}

/// An NTLM `CHALLENGE_MESSAGE` (MS-NLMP 2.2.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NtlmChallenge {
    /// `NegotiateFlags`.
    pub flags: u32,
    /// `TargetName`; null when empty.
    pub target_name: Option<String>,
    /// The operating system's version as claimed, `major.minor.build`; null when not sent. It is no proof of Windows.
    pub claimed_os_version: Option<String>,
    /// `NetBIOS` name of the computer; null when not sent.
    pub netbios_computer: Option<String>,
    /// `NetBIOS` name of the domain; null when not sent.
    pub netbios_domain: Option<String>,
    /// DNS name of the computer; null when not sent.
    pub dns_computer: Option<String>,
    /// DNS name of the domain; null when not sent.
    pub dns_domain: Option<String>,
    /// DNS name of the forest; null when not sent.
    pub dns_tree: Option<String>,
    /// The host's clock; null when not sent.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub timestamp: Option<OffsetDateTime>,
    /// Numbers of the AV pairs in the order in which they came.
    pub av_pairs: Vec<u16>,
}
