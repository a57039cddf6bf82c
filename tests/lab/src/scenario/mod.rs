//! Scenario files: what a host does, how it is checked, and what the check must say.
//!
//! A file is TOML. Unknown keys are errors.
//!
//! ```toml
//! title = "one sentence"
//!
//! [check]                        # how the check is called; every key may be left out
//! host = "localhost"             # instead of the host's own address
//! port = 3389                    # instead of the host's own port
//! depth = "deep"
//! client_error = "0x904/0x7"
//! server_name = "pc.example"
//! deadline_seconds = 5.0
//! probe_name = "text"            # the name in the cookie of the X.224 request
//! wake = "aa:bb:cc:dd:ee:ff"     # the hardware address that a Wake-on-LAN packet is sent to
//! limits = { connect = 1.0, negotiate = 1.0, tls = 1.0, credssp = 1.0 }
//!
//! [host]
//! address = "127.0.0.1"          # or "::1"
//! listen = "normal"              # "closed": nothing listens; "backlog-full": SYNs are dropped
//! quiet_ms = 500                 # silence after which a client counts as `first = "nothing"`
//!
//! [udp]                          # on the number of the host's port
//! answer = "syn-ack"             # or "silent", or `text` or `hex` instead of `answer`
//! version = 2
//!
//! [device]                       # on the path to the host
//! stage = "tls"                  # or "x224"
//! match = "first-segment"        # or "stream"
//! action = "reset"               # "close", "swallow"
//!
//! [[rule]]                       # the first rule that matches a connection is played
//! when = { connection = [1, 3], offer = [11, "none"], offers = 2, lacks = 8, cookie = true, first = "x224" }
//! accept = "close"               # "reset", "hold" (never reads), "echo", "flood"
//! greeting = { text = "SSH-2.0-x\r\n" }
//! reply = { text = "HTTP/1.0 400 Bad Request\r\n\r\n", end = "close" }
//! negotiate = { select = 8, flags = 0x1F }
//! tls = { versions = ["1.3"], certificate = "good" }
//! credssp = { version = 6, computer = "WIN-LAB", os = "10.0.20348" }
//! mcs = { encryption_method = 2, encryption_level = 2 }
//!
//! [certificate.good]
//! subject = "WIN-LAB"
//!
//! [expect]
//! headline = "failing"
//! first = "listener-key-unusable"
//! verdict = "likely"
//! also = { certificate-expired = "confirmed" }
//! fit = "expected"
//! connections = 1
//! at_most_at_once = 2
//! ```
//!
//! # UDP
//!
//! With `[udp]` the host listens on UDP as well. `syn-ack` answers a SYN of RDPEUDP with the lower of `version`
//! (2; 1, or 0x101 for version 3) and the client's, and nothing else; `text` or `hex` answer every datagram.
//! `delay_ms` is waited before. Without `[udp]` the port is closed.
//!
//! # A device on the path
//!
//! A `[device]` looks at the beginning of one stage, whichever rule is played: for `03 00` of an X.224
//! request, or `16 03` and one byte more of a TLS record, also where TLS comes without a negotiation. With
//! `match = "first-segment"` it looks at the first segment only, which is what one read of the socket
//! returns: a client that sends one byte and then the rest gets past it. With `stream` it puts segments
//! together. `swallow` is silence from then on, in which nothing more is read; TCP still acknowledges.
//!
//! # Which rule is played
//!
//! `connection` counts accepted connections from 1. `every = 2` matches the second, fourth, sixth and so on.
//! `within_ms` matches a connection that was accepted less
//! than so many milliseconds after the one before, `concurrent` one that makes so many or more that are open
//! at once. A rule that acts at once (`accept`, `greeting`) and has
//! no rule before it that has to see the first bytes is played as soon as the connection is accepted.
//! Otherwise the host reads the first bytes and plays the first rule that matches:
//!
//! * `first` is `x224`, `tls`, `http`, `nothing` or `other`, or a list of them. Without it a rule with
//!   `negotiate` matches `x224` only, and any other rule matches everything.
//! * `offer` is one or several exact values of `requestedProtocols`, or `"none"` for a request without
//!   `RDP_NEG_REQ`. `offers` and `lacks` are masks: all of these bits are offered, none of them is.
//! * `cookie` is `true` or `false` for a request with or without a cookie or routing token, or the name in
//!   `Cookie: mstshash=NAME`.
//!
//! A connection that no rule matches is closed.
//!
//! # What a rule says at each stage
//!
//! `greeting` and `reply` say something to clients of other protocols: `text` or `hex`, then `end`. Without
//! `end` a greeting is followed by `reply` when the client has sent something.
//!
//! `negotiate` answers the X.224 request with one of `select`, `fail`, `confirm_without_data`, `text`,
//! `hex`; `after_hex` is sent in the same segment. After `select` other than 0 comes TLS. After a failure
//! the host closes, unless it says `go_on = true`, which goes on with TLS.
//!
//! `tls` is a handshake unless it says `alert`, `text`, `hex`, or `hello`, each of which is the answer to
//! the ClientHello:
//!
//! * `versions`, `suites`, `groups`, `certificate`; `key = "other"` signs with a key that is not the
//!   certificate's; `client_certificate = true` asks for one.
//! * `hello_limit = { bytes = 1000, segments = 1, end = "reset" }` cuts off clients whose ClientHello is
//!   longer or arrives in more segments, and serves the others.
//! * `hello = { versions = ["1.0"], suites = [0x002F] }` is a host whose versions or suites the TLS library
//!   lacks. It agrees on the highest common version and on a suite, says its first flight, and then waits:
//!   ServerHello, Certificate, `ServerKeyExchange` where the suite has one, and `ServerHelloDone`; in TLS 1.3
//!   ServerHello and records that nobody can decrypt, or a HelloRetryRequest if the client has sent no share
//!   of a common group. Signatures and primes are random bytes.
//!   * `versions` are `ssl-3.0`, `1.0` to `1.3`. A host with 1.3 goes by the client's `supported_versions`,
//!     one without it knows only `client_version`.
//!   * `suites` in the host's order, which counts unless `order = "client"`. A suite is agreed on only in
//!     versions that have it and with a certificate that fits.
//!   * `groups` (29, 23, 24) by number, in the host's order; `dhe_bits` (2048); `compression` (0), where the
//!     client offers it; `secure_renegotiation = false` leaves `renegotiation_info` out.
//!   * `complete = true` leaves the handshake to the TLS library wherever it has what was agreed on.
//!   * `otherwise` (`reset`) answers hellos with nothing in common: `alert NUMBER`, or an end.
//!     `wrong_version` and `wrong_suite` take its place for one of the two reasons; a common group that is
//!     missing counts as a suite. A hello of TLS 1.3 that lacks an extension which 1.3 demands is answered
//!     with alert 109.
//!
//! `credssp` follows if `select` has a CredSSP bit: a TSRequest with an NTLM challenge (`version`,
//! `computer`, `domain`, `dns_computer`, `dns_domain`, `os`, `time_offset_seconds`, `timestamp = false`),
//! or with `error_code`, or `text` or `hex`. A host that challenges may be choosy:
//!
//! * `version_reply = "lower"` answers with the client's version where it is the lower one, instead of the
//!   host's own.
//! * `lowest_version = { version = 5, otherwise = "close" }` refuses clients of a lower version.
//! * `bare_ntlm = "error 0x80090302"` refuses tokens without SPNEGO.
//! * `spnego = { mechanisms = ["kerberos"] }` (`["ntlm"]`) picks the first mechanism of the client's list that
//!   the host has. NTLM is answered with the challenge if it heads the list with a token, Kerberos without a
//!   token: `state` is `accept-incomplete` or `request-mic`, by default what RFC 4178 wants. `otherwise`
//!   (`reject`, which is `negState` 2) answers clients without a common mechanism.
//!
//! These refusals are `error 0xCODE`, an end, or in SPNEGO `reject`; the host closes after what it says,
//! unless there is an `end`.
//!
//! `mcs` follows if `select` has none, in clear or under TLS, and answers an MCS Connect-Initial: with a
//! Connect-Response, or `text` or `hex`. Without `mcs` the host reads and says nothing. The response has the
//! channels that the client asks for, and
//!
//! * `version` and, where given, `early_capability_flags`;
//! * `encryption_method` and `encryption_level` (0); several methods stand in the host's order, and a client
//!   that offers none of them is closed. With a method other than 0 come a random and a proprietary
//!   certificate with an RSA key of `certificate_bits` (2048), whose modulus and signature are random bytes;
//! * `multitransport_flags`, to clients that say that they know multitransport.
//!
//! Everywhere `end` (`close` with FIN, `reset`, `silent`: read and say nothing) is what follows what was
//! said, or takes its place where nothing is said. `delay_ms` is waited before speaking; `write_chunk` cuts
//! what is said in segments of so many bytes, `pause_ms` (default 1) apart.
//!
//! # Certificates
//!
//! Without `certificate` a rule uses one like Windows makes for itself: CN `WIN-LAB`, RSA 2048, six months.
//! A `[certificate.NAME]` has the same defaults, and `subject`, `issuer` (self-signed without it), `dns`,
//! `ip`, `not_before_days` and `not_after_days` (from now; may be negative), `key` (`rsa-2048`,
//! `ecdsa-p256`, `ecdsa-p384`, `ed25519`), `key_usage`, `extended_key_usage`. Or `file`, one of the files
//! in `keys`: `sha1.pem`, `md5.pem`, `short-key.pem`.

mod credssp;
mod device;
mod mcs;
mod rule;
mod tls;
mod udp;
mod value;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;

pub(crate) use credssp::*;
pub(crate) use device::*;
pub(crate) use mcs::*;
pub(crate) use rule::*;
pub(crate) use tls::*;
pub(crate) use udp::*;

use crate::LabError;

/// A whole scenario file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    title: String,
    #[serde(default)]
    check: Check,
    #[serde(default)]
    pub(crate) host: Host,
    pub(crate) device: Option<Device>,
    pub(crate) udp: Option<Udp>,
    #[serde(default, rename = "rule")]
    pub(crate) rules: Vec<Rule>,
    #[serde(default, rename = "certificate")]
    pub(crate) certificates: BTreeMap<String, Certificate>,
    expect: Option<Expectation>,
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, does not parse, or is not consistent.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LabError> {
        let path = path.as_ref();
        std::fs::read_to_string(path)
            .map_err(|source| LabError::Read { path: path.to_path_buf(), source })?
            .parse()
    }

    /// What the scenario shows, in one sentence.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How the check is to be called.
    pub fn check(&self) -> &Check {
        &self.check
    }

    /// What the check must say, if the file states it.
    pub fn expectation(&self) -> Option<&Expectation> {
        self.expect.as_ref()
    }

    fn consistent(self) -> Result<Self, LabError> {
        for (index, rule) in self.rules.iter().enumerate() {
            let number = index + 1;
            if !rule.says_something() {
                return Err(LabError::Inconsistent(format!(
                    "rule {number} needs one of `accept`, `greeting`, `reply`, `negotiate`, `tls`"
                )));
            }
            for (key, name) in rule.certificate_names() {
                if !self.certificates.contains_key(name) {
                    return Err(LabError::Inconsistent(format!(
                        "rule {number}: `{key}` names certificate `{name}`, which is not defined"
                    )));
                }
            }
        }
        if self.host.listen != Listen::Normal && self.udp.is_some() {
            return Err(LabError::Inconsistent("`[udp]` needs a host that listens".to_owned()));
        }
        if self.host.listen == Listen::Normal && self.rules.is_empty() {
            return Err(LabError::Inconsistent("a host that listens needs a `rule`".to_owned()));
        }
        Ok(self)
    }
}

impl FromStr for Scenario {
    type Err = LabError;

    fn from_str(text: &str) -> Result<Self, LabError> {
        toml::from_str::<Self>(text)?.consistent()
    }
}

/// How a check is called; what is `None` is left at its default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Check {
    /// Name or address to check instead of the host's own address.
    pub host: Option<String>,
    /// Port to check instead of the host's own port.
    pub port: Option<u16>,
    /// How deep the check goes, by its name.
    pub depth: Option<String>,
    /// The code pair that a client showed, such as `0x904/0x7`.
    pub client_error: Option<String>,
    /// The name that the certificate is compared with.
    pub server_name: Option<String>,
    /// Overall deadline of the check in seconds.
    pub deadline_seconds: Option<f64>,
    /// The name in the cookie of the X.224 request.
    pub probe_name: Option<String>,
    /// The hardware address that a Wake-on-LAN packet is sent to.
    pub wake: Option<String>,
    /// Limits of single stages.
    pub limits: CheckLimits,
}

/// Limits of single stages in seconds; what is `None` is left at its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CheckLimits {
    /// Resolving the name.
    pub resolve: Option<f64>,
    /// The TCP connection.
    pub connect: Option<f64>,
    /// The X.224 negotiation.
    pub negotiate: Option<f64>,
    /// The TLS handshake.
    pub tls: Option<f64>,
    /// The CredSSP challenge.
    pub credssp: Option<f64>,
}

/// What a check must say of the host.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Expectation {
    /// The top line of the report.
    pub headline: Headline,
    /// The code of the cause that comes first.
    pub first: Option<String>,
    /// The verdict on that cause.
    pub verdict: Option<Verdict>,
    /// Verdicts on further causes, by code.
    #[serde(default)]
    pub also: BTreeMap<String, Verdict>,
    /// Whether the client's error goes with what was measured: `client_error_fit.outcome` of the report.
    pub fit: Option<String>,
    /// The name of the product that the peer must be taken for.
    pub product: Option<String>,
    /// The exact number of TCP connections that the check makes.
    pub connections: Option<usize>,
    /// The most TCP connections that the check may hold at the same time.
    pub at_most_at_once: Option<usize>,
}

/// The top line of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Headline {
    /// It works, and something is wrong that will bite.
    Degraded,
    /// TCP connects and a current client gets no session.
    Failing,
    /// A current client gets as far as the network can show.
    Healthy,
    /// Something else than RDP answers.
    NotRdp,
    /// It could not be told.
    Unknown,
    /// No TCP connection.
    Unreachable,
}

impl Headline {
    /// The word used in reports and scenario files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Healthy => "healthy",
            Self::NotRdp => "not-rdp",
            Self::Unknown => "unknown",
            Self::Unreachable => "unreachable",
        }
    }
}

/// The verdict on one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// The evidence proves it.
    Confirmed,
    /// The evidence speaks for it.
    Likely,
    /// It cannot be seen from the network.
    NotObservable,
    /// The evidence leaves it open.
    Possible,
    /// The evidence excludes it.
    RuledOut,
}

impl Verdict {
    /// The word used in reports and scenario files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "likely",
            Self::NotObservable => "not-observable",
            Self::Possible => "possible",
            Self::RuledOut => "ruled-out",
        }
    }
}

/// How the host listens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Host {
    pub(crate) address: IpAddr,
    pub(crate) listen: Listen,
    pub(crate) quiet_ms: u64,
}

impl Default for Host {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), listen: Listen::Normal, quiet_ms: 500 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Listen {
    BacklogFull,
    Closed,
    Normal,
}

/// A certificate to make or load.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Certificate {
    pub(crate) subject: String,
    pub(crate) issuer: Option<String>,
    pub(crate) dns: Vec<String>,
    pub(crate) ip: Vec<IpAddr>,
    pub(crate) not_before_days: i64,
    pub(crate) not_after_days: i64,
    pub(crate) key: KeyKind,
    pub(crate) key_usage: Option<Vec<KeyUsage>>,
    pub(crate) extended_key_usage: Vec<ExtendedKeyUsage>,
    pub(crate) file: Option<String>,
}

impl Default for Certificate {
    fn default() -> Self {
        Self {
            subject: "WIN-LAB".to_owned(),
            issuer: None,
            dns: Vec::new(),
            ip: Vec::new(),
            not_before_days: -10,
            not_after_days: 170,
            key: KeyKind::Rsa2048,
            key_usage: None,
            extended_key_usage: vec![ExtendedKeyUsage::ServerAuth],
            file: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeyKind {
    #[serde(rename = "ecdsa-p256")]
    EcdsaP256,
    #[serde(rename = "ecdsa-p384")]
    EcdsaP384,
    Ed25519,
    #[serde(rename = "rsa-2048")]
    Rsa2048,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum KeyUsage {
    CrlSign,
    DataEncipherment,
    DigitalSignature,
    KeyAgreement,
    KeyCertSign,
    KeyEncipherment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExtendedKeyUsage {
    ClientAuth,
    CodeSigning,
    RemoteDesktopAuth,
    ServerAuth,
}
