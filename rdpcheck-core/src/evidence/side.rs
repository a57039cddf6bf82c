//! What the side probes found: Standard RDP Security, the TLS versions and suites of a host, the path, UDP, neighbours.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::NumberedName;

/// Whether something was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Seen {
    /// Seen, and it is so.
    Yes,
    /// Seen, and it is not so.
    No,
    /// Not seen.
    NotSeen,
}

impl From<bool> for Seen {
    fn from(so: bool) -> Self {
        if so { Self::Yes } else { Self::No }
    }
}

/// The server's answer to an MCS Connect-Initial (MS-RDPBCGR 2.2.1.4), which every server gives before a logon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StandardSecurity {
    /// Whether it was asked inside TLS, where Standard RDP Security is switched off.
    pub over_tls: bool,
    /// `version` of the server core data (2.2.1.4.2).
    pub core_version: u32,
    /// Its name; null when it is not a known one.
    pub core_version_name: Option<String>,
    /// `encryptionMethod` (2.2.1.4.3): 0 none, 1 40 bit, 2 128 bit, 8 56 bit, 16 FIPS 140-1.
    pub encryption_method: u32,
    /// Its name.
    pub encryption_method_name: String,
    /// `encryptionLevel` (2.2.1.4.3): 0 none, 1 low, 2 client compatible, 3 high, 4 FIPS.
    pub encryption_level: u32,
    /// Its name.
    pub encryption_level_name: String,
    /// Bytes of the server random; null without encryption.
    pub server_random_length: Option<usize>,
    /// `proprietary` or `x509`; null without encryption.
    pub certificate_kind: Option<String>,
    /// Length of the server's RSA key in bits; null when it is not known.
    pub key_bits: Option<u32>,
    /// `flags` of the server multitransport channel data (2.2.1.4.6); null when the server sent none.
    pub multitransport_flags: Option<u32>,
}

/// The TLS versions, suites and groups that a host accepts, each shown by its answer to a hand-made ClientHello.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TlsSupport {
    /// SSL 3.0 to TLS 1.3.
    pub versions: Vec<VersionSupport>,
    /// Key exchange groups that were accepted, in the order in which the host chose them.
    pub groups: Vec<NumberedName>,
    /// Whether every group of the survey was asked for.
    pub groups_complete: bool,
    /// Whose order of suites counts.
    pub suite_order: SuiteOrder,
    /// Whether the host knows secure renegotiation (RFC 5746). TLS 1.3 has no renegotiation.
    pub secure_renegotiation: Seen,
    /// Whether the host chose TLS compression, which leaks secrets (CRIME).
    pub compression: Seen,
    /// SHA-256 of each certificate that was seen, without repetition.
    pub certificates: Vec<String>,
    /// How many connections it took.
    pub connections: u32,
}

/// One TLS version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionSupport {
    /// The version.
    pub version: NumberedName,
    /// What the host answered.
    pub state: VersionState,
    /// How it was refused, in words; null unless it was.
    pub refusal: Option<String>,
    /// Suites that were accepted, in the order in which the host chose them.
    pub suites: Vec<SuiteSupport>,
    /// Whether every suite of the survey was asked for.
    pub suites_complete: bool,
}

/// What a host answers to a TLS version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VersionState {
    /// A ServerHello of this version.
    Accepted,
    /// Not asked, or no answer that says anything.
    NotSeen,
    /// An alert, a reset, a close, or another version.
    Refused,
}

/// A suite that a host chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SuiteSupport {
    /// The suite.
    pub suite: NumberedName,
    /// The group of its key exchange; null when it has none or it was not seen.
    pub group: Option<NumberedName>,
    /// Bits of the finite-field Diffie-Hellman prime; null when there is none.
    pub dh_bits: Option<u32>,
}

/// Whose order of suites counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SuiteOrder {
    /// The client's.
    Client,
    /// Not seen: fewer than two suites, or not asked.
    NotSeen,
    /// The server's.
    Server,
}

impl TlsSupport {
    /// What is known of this version.
    #[must_use]
    pub fn version(&self, version: u16) -> Option<&VersionSupport> {
        self.versions.iter().find(|support| support.version.value == version)
    }

    /// The accepted versions, lowest first.
    pub fn accepted(&self) -> impl Iterator<Item = &VersionSupport> {
        self.versions.iter().filter(|support| support.state == VersionState::Accepted)
    }
}

/// What the connections of this check say of the path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PathQuality {
    /// Connections that were tried for it.
    pub rounds: u32,
    /// Of them, those that did not come to stand, twice in a row, or that were lost.
    pub rounds_failed: u32,
    /// Of them, those that were refused, reset or closed at the beginning: the path let that through.
    pub rounds_turned_away: u32,
    /// Connections of the whole check with any sign of loss.
    pub connections_with_loss: u32,
    /// The shortest time that a connection took to stand, in seconds; null when none did.
    #[serde(rename = "connect_least_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub connect_least: Option<Duration>,
    /// The longest, in seconds. Linux and Windows send a SYN again after 1, 3 and 7 s.
    #[serde(rename = "connect_greatest_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub connect_greatest: Option<Duration>,
    /// Shortest round trip of any segment, in seconds; null where the system does not tell.
    #[serde(rename = "round_trip_least_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub round_trip_least: Option<Duration>,
    /// Median of the smoothed round-trip times, in seconds; null where the system does not tell.
    #[serde(rename = "round_trip_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub round_trip: Option<Duration>,
    /// Greatest mean deviation of the round-trip time, in seconds; null where the system does not tell.
    #[serde(rename = "round_trip_variation_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub round_trip_variation: Option<Duration>,
    /// What the kernel counted over the connections of the whole check, but for those on which the last bytes were never
    /// acknowledged; null where the system does not tell, see `not_observable`.
    pub segments: Option<SegmentCounts>,
    /// Why there are no counts; null when there are.
    pub not_observable: Option<String>,
}

/// Segments of TCP, counted by the kernel (`TCP_INFO`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SegmentCounts {
    /// SYN and data segments sent, those sent again among them.
    pub sent: u64,
    /// Segments sent again, less the needless ones.
    pub resent: u64,
    /// Segments sent again that the peer then had twice (D-SACK, RFC 2883): what was lost was an acknowledgement, or it
    /// came late.
    pub resent_needlessly: u64,
    /// How often the retransmission timer fired, the SYN's among them: nothing at all came back for that long. Null where
    /// the system does not tell (Linux does since 6.7).
    pub timeouts: Option<u64>,
    /// Segments received.
    pub received: u64,
    /// Segments received ahead of one that was missing.
    pub received_ahead: u64,
    /// Share of the segments sent that were lost, as `sent` and `resent` estimate it.
    pub loss: f64,
    /// Lower bound of the share (95 % interval, Clopper and Pearson).
    pub loss_low: f64,
    /// Upper bound of the share. With nothing resent this is what the sample allows at most.
    pub loss_high: f64,
}

impl SegmentCounts {
    /// Counts with the share of loss that they estimate, and its 95 % interval.
    #[must_use]
    pub fn new(sent: u64, resent: u64) -> Self {
        let (loss_low, loss_high) = interval(sent, resent);
        Self {
            sent,
            resent,
            resent_needlessly: 0,
            timeouts: None,
            received: 0,
            received_ahead: 0,
            loss: share(resent.min(sent), sent),
            loss_low,
            loss_high,
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}

/// Exact below 2^53, far above what is counted here.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "there is no lossless conversion, and none is needed"
)]
fn float(number: u64) -> f64 {
    number as f64
}

/// The interval of Clopper and Pearson (Biometrika 26, 1934): the shares for which so many or more, and so many or fewer,
/// come out with a probability of 2.5 %. Found by halving.
fn interval(trials: u64, hits: u64) -> (f64, f64) {
    let hits = hits.min(trials);
    if trials == 0 {
        return (0.0, 1.0);
    }
    let find = |inside: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if inside(middle) { low = middle } else { high = middle }
        }
        low
    };
    let low = match hits.checked_sub(1) {
        None => 0.0,
        Some(fewer) => find(&|p| 1.0 - at_most(trials, fewer, p) < 0.025),
    };
    let high = if hits == trials { 1.0 } else { find(&|p| at_most(trials, hits, p) > 0.025) };
    (low, high)
}

/// The probability of at most `hits` of `trials`, each with probability `p`.
fn at_most(trials: u64, hits: u64, p: f64) -> f64 {
    if p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return if hits >= trials { 1.0 } else { 0.0 };
    }
    // In logarithms, because the first terms of many trials are too small for a float.
    let mut term = float(trials) * (1.0 - p).ln();
    let mut sum = term.exp();
    for hit in 0..hits.min(trials) {
        term +=
            (float(trials.saturating_sub(hit)) / float(hit.saturating_add(1))).ln() + p.ln() - (1.0 - p).ln();
        sum += term.exp();
    }
    sum.min(1.0)
}

/// The host's answer to an RDP-UDP SYN (MS-RDPEUDP 2.2.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UdpAnswer {
    /// The highest protocol version that the host named; null when it named none, which means 1.
    pub version: Option<u16>,
    /// Largest datagram that the host takes, in bytes.
    pub upstream_mtu: u16,
    /// Largest datagram that the host sends, in bytes.
    pub downstream_mtu: u16,
    /// Time to live of the answer as it arrived; null where the system does not tell.
    pub ttl: Option<u8>,
}

/// What this machine's neighbour table says of an address on the same link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Neighbour {
    /// Not on this link, or nobody has asked for it.
    NotListed,
    /// This system does not tell.
    NotObservable {
        /// Why not.
        reason: String,
    },
    /// It answered a short while ago.
    Resolved {
        /// Its hardware address.
        mac: String,
    },
    /// It answered once; whether it still would is not known.
    Stale {
        /// Its hardware address.
        mac: String,
    },
    /// It was asked for and did not answer.
    Unanswered,
}

/// An ICMP message in answer to a SYN (RFC 792, RFC 4443).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IcmpMessage {
    /// `Type`.
    #[serde(rename = "type")]
    pub kind: u8,
    /// `Code`.
    pub code: u8,
    /// What it says; null when it is not a known one.
    pub name: Option<String>,
    /// Who sent it; null when the system does not tell.
    pub sender: Option<IpAddr>,
    /// Time to live as it arrived; null when the system does not tell.
    pub ttl: Option<u8>,
}

/// The name of a destination unreachable message (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1; RFC 4443
/// section 3.1).
#[must_use]
pub fn icmp_name(v6: bool, kind: u8, code: u8) -> Option<&'static str> {
    Some(match (v6, kind, code) {
        (false, 3, 0) => "network unreachable",
        (false, 3, 1) => "host unreachable",
        (false, 3, 2) => "protocol unreachable",
        (false, 3, 3) | (true, 1, 4) => "port unreachable",
        (false, 3, 4) => "fragmentation needed",
        (false, 3, 6) => "network unknown",
        (false, 3, 7) => "host unknown",
        (false, 3, 9) => "network administratively prohibited",
        (false, 3, 10) => "host administratively prohibited",
        (false, 3, 13) => "communication administratively prohibited",
        (false, 11, 0) | (true, 3, 0) => "time to live exceeded",
        (true, 1, 0) => "no route",
        (true, 1, 1) => "communication administratively prohibited",
        (true, 1, 3) => "address unreachable",
        (true, 1, 5) => "source address failed policy",
        (true, 1, 6) => "route rejected",
        (true, 2, 0) => "packet too big",
        _ => return None,
    })
}

/// How a host answered CredSSP of one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CredSspVersion {
    /// The version that was offered.
    pub offered: u32,
    /// The version that the host named; null when it did not answer.
    pub answered: Option<u32>,
    /// How it failed, in words; null when it was answered.
    pub failure: Option<String>,
}

/// A host's answer to a SPNEGO negotiation (RFC 4178 section 4.2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SpnegoAnswer {
    /// The mechanism that the host chose: `ntlm`, `kerberos`, `ms-kerberos`, `negoex`, or an object identifier; null when
    /// it named none.
    pub mechanism: Option<String>,
    /// `accept-completed`, `accept-incomplete`, `reject` or `request-mic`; null when it named none.
    pub state: Option<String>,
    /// Whether an NTLM challenge came with it.
    pub ntlm_challenge: bool,
    /// The CredSSP version that the host named.
    pub credssp_version: u32,
}

/// A Wake-on-LAN packet that was sent, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Wake {
    /// The hardware address in it.
    pub mac: String,
    /// Where it was sent.
    pub sent_to: Vec<SocketAddr>,
    /// How long it took until the host accepted a connection, in seconds; null when it did not while it was waited for.
    #[serde(rename = "answered_after_seconds", with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub answered_after: Option<Duration>,
    /// Why nothing was sent; null when it was.
    pub failure: Option<String>,
}

/// Whether the trust store of this machine takes a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Trust {
    /// It was not asked, or could not say.
    NotChecked {
        /// Why not.
        reason: String,
    },
    /// The chain ends in a trusted root.
    Trusted,
    /// The chain does not end in a trusted root.
    Untrusted {
        /// The verifier's words.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // R: binom.test(k, n)$conf.int
        for (sent, resent, low, high) in [
            (100, 0, 0.0, 0.036_216_7),
            (100, 5, 0.016_431_8, 0.112_834_9),
            (10, 10, 0.691_502_9, 1.0),
            (400, 1, 0.000_063_3, 0.013_850_4),
        ] {
            let counts = SegmentCounts::new(sent, resent);
            assert!((counts.loss_low - low).abs() < 1e-4, "{sent} {resent}: {}", counts.loss_low);
            assert!((counts.loss_high - high).abs() < 1e-4, "{sent} {resent}: {}", counts.loss_high);
        }
        assert_eq!(SegmentCounts::new(0, 0).loss_high, 1.0, "nothing sent says nothing");
        let many = SegmentCounts::new(100_000, 2_000);
        assert!(many.loss_low > 0.019 && many.loss_high < 0.021);
    }
}
