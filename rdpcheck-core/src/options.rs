//! How a check is carried out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::code::ClientError;
use crate::wire::magic_packet::MacAddress;
use crate::wire::negotiation::CookieName;

/// The values that apply where nothing else is asked for.
pub mod defaults {
    use std::time::Duration;

    /// Deadline of the whole check at the depths `Quick` and `Standard`.
    pub const DEADLINE: Duration = Duration::from_secs(15);
    /// Deadline of the whole check at the depth `Deep`.
    pub const DEEP_DEADLINE: Duration = Duration::from_secs(60);
    /// Limit of name resolution.
    pub const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);
    /// Limit of the TCP connection, over all addresses. Long enough for the second retransmission of a SYN (3 s).
    pub const CONNECT_TIMEOUT: Duration = Duration::from_millis(4500);
    /// Limit of the X.224 answer.
    pub const NEGOTIATE_TIMEOUT: Duration = Duration::from_millis(4500);
    /// Limit of the TLS handshake.
    pub const TLS_TIMEOUT: Duration = Duration::from_secs(5);
    /// Limit of the CredSSP answer.
    pub const CREDSSP_TIMEOUT: Duration = Duration::from_secs(5);
    /// A certificate with fewer days left than this is reported.
    pub const EXPIRY_THRESHOLD_DAYS: u32 = 14;
}

/// How many connections a check may spend on explaining what it saw. A healthy host takes one at every depth but `Deep`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Depth {
    /// At most 3 connections.
    Quick,
    /// At most 12 connections.
    #[default]
    Standard,
    /// At most 60 connections, and facts that a healthy host is not asked for otherwise: whether it insists on NLA, every
    /// offer of the negotiation, TLS versions, suites and groups, `CredSSP` versions, UDP, and the quality of the path.
    Deep,
}

impl Depth {
    /// Every depth, shallow first.
    pub const ALL: &'static [Self] = &[Self::Quick, Self::Standard, Self::Deep];

    /// Stable code of this depth.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Deep => "deep",
        }
    }

    /// How many connections a check of this depth may open.
    #[must_use]
    pub fn connection_budget(self) -> u32 {
        match self {
            Self::Quick => 3,
            Self::Standard => 12,
            Self::Deep => 60,
        }
    }

    /// The depth with this code.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] for another word.
    pub fn from_code(code: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|depth| depth.code() == code).ok_or_else(|| Error::InvalidOptions {
            option: "depth",
            value: code.to_owned(),
            allowed: "quick, standard, deep",
        })
    }
}

/// Which addresses of the target are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AddressFamily {
    /// Both, raced as RFC 8305 says.
    #[default]
    Any,
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
}

impl AddressFamily {
    /// Every choice.
    pub const ALL: &'static [Self] = &[Self::Any, Self::Ipv4, Self::Ipv6];

    /// Stable code of this choice.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
        }
    }

    /// The choice with this code.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] for another word.
    pub fn from_code(code: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|family| family.code() == code).ok_or_else(|| Error::InvalidOptions {
            option: "address_family",
            value: code.to_owned(),
            allowed: "any, ipv4, ipv6",
        })
    }
}

/// How a check is carried out. Made with [`CheckOptions::default`] and the setters, checked by [`Checker::new`](crate::Checker::new).
///
/// # Defaults
///
/// | option | default | range |
/// | --- | --- | --- |
/// | `deadline` | 15 s, at `Deep` 60 s | 100 ms to 10 min |
/// | `resolve_timeout` | 5 s | 10 ms to 10 min |
/// | `connect_timeout` | 4.5 s | 10 ms to 10 min |
/// | `negotiate_timeout` | 4.5 s | 10 ms to 10 min |
/// | `tls_timeout` | 5 s | 10 ms to 10 min |
/// | `credssp_timeout` | 5 s | 10 ms to 10 min |
/// | `depth` | `Standard` | |
/// | `address_family` | `Any` | |
/// | `client_error` | none | |
/// | `server_name` | the target's name | a host name |
/// | `expiry_threshold_days` | 14 | 0 to 3650 |
/// | `probe_name` | none | 1 to 64 printable ASCII characters but space and semicolon |
/// | `wake_on_lan` | none | a hardware address |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    pub(crate) deadline: Option<Duration>,
    pub(crate) resolve_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) negotiate_timeout: Duration,
    pub(crate) tls_timeout: Duration,
    pub(crate) credssp_timeout: Duration,
    pub(crate) depth: Depth,
    pub(crate) address_family: AddressFamily,
    pub(crate) client_error: Option<ClientError>,
    pub(crate) server_name: Option<String>,
    pub(crate) expiry_threshold_days: u32,
    pub(crate) probe_name: Option<CookieName>,
    pub(crate) wake_on_lan: Option<MacAddress>,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            deadline: None,
            resolve_timeout: defaults::RESOLVE_TIMEOUT,
            connect_timeout: defaults::CONNECT_TIMEOUT,
            negotiate_timeout: defaults::NEGOTIATE_TIMEOUT,
            tls_timeout: defaults::TLS_TIMEOUT,
            credssp_timeout: defaults::CREDSSP_TIMEOUT,
            depth: Depth::default(),
            address_family: AddressFamily::default(),
            client_error: None,
            server_name: None,
            expiry_threshold_days: defaults::EXPIRY_THRESHOLD_DAYS,
            probe_name: None,
            wake_on_lan: None,
        }
    }
}

impl CheckOptions {
    /// Deadline of the whole check, follow-ups included. Default 15 s, and 60 s at the depth `Deep`; range 100 ms to
    /// 10 min. What is open at the deadline is reported as not measured.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    #[cfg(any(feature = "probe", test))]
    pub(crate) fn whole_deadline(&self) -> Duration {
        self.deadline.unwrap_or(match self.depth {
            Depth::Quick | Depth::Standard => defaults::DEADLINE,
            Depth::Deep => defaults::DEEP_DEADLINE,
        })
    }

    /// Limit of name resolution. Default 5 s, range 10 ms to 10 min.
    #[must_use]
    pub fn resolve_timeout(self, resolve_timeout: Duration) -> Self {
        Self { resolve_timeout, ..self }
    }

    /// Limit of the TCP connection, over all addresses together. Default 4.5 s, range 10 ms to 10 min.
    /// Below 3 s a host is given up after fewer than three SYN segments.
    #[must_use]
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// Limit of the answer to the X.224 connection request. Default 4.5 s, range 10 ms to 10 min.
    #[must_use]
    pub fn negotiate_timeout(self, negotiate_timeout: Duration) -> Self {
        Self { negotiate_timeout, ..self }
    }

    /// Limit of the TLS handshake. Default 5 s, range 10 ms to 10 min.
    #[must_use]
    pub fn tls_timeout(self, tls_timeout: Duration) -> Self {
        Self { tls_timeout, ..self }
    }

    /// Limit of the CredSSP answer. Default 5 s, range 10 ms to 10 min.
    #[must_use]
    pub fn credssp_timeout(self, credssp_timeout: Duration) -> Self {
        Self { credssp_timeout, ..self }
    }

    /// How many connections may be spent. Default [`Depth::Standard`].
    #[must_use]
    pub fn depth(self, depth: Depth) -> Self {
        Self { depth, ..self }
    }

    /// Which addresses are used. Default [`AddressFamily::Any`].
    #[must_use]
    pub fn address_family(self, address_family: AddressFamily) -> Self {
        Self { address_family, ..self }
    }

    /// The code that a client showed. Findings that can produce it come first among equals. Default none.
    #[must_use]
    pub fn client_error(self, client_error: ClientError) -> Self {
        Self { client_error: Some(client_error), ..self }
    }

    /// The name that is sent in the TLS server name indication and looked for in the certificate, instead of the
    /// target's own. Default: the target's name, or none for an address.
    #[must_use]
    pub fn server_name(self, server_name: impl Into<String>) -> Self {
        Self { server_name: Some(server_name.into()), ..self }
    }

    /// A certificate with fewer days left than this is reported. Default 14, range 0 to 3650.
    #[must_use]
    pub fn expiry_threshold_days(self, expiry_threshold_days: u32) -> Self {
        Self { expiry_threshold_days, ..self }
    }

    /// Names this check in the `mstshash` cookie of its X.224 requests (MS-RDPBCGR 2.2.1.1), where clients send the beginning
    /// of a user name, so that a host's log shows who asked. Default none: no cookie is sent, but for one follow-up that
    /// finds out whether a host that answers nothing wants one.
    #[must_use]
    pub fn probe_name(self, name: CookieName) -> Self {
        Self { probe_name: Some(name), ..self }
    }

    /// Sends a Wake-on-LAN packet for this hardware address when the host does not answer, by broadcast on this machine's
    /// own networks, and waits for the host until the deadline, which should be long enough for it to wake: one to two
    /// minutes. Default none: nothing is ever sent.
    #[must_use]
    pub fn wake_on_lan(self, address: MacAddress) -> Self {
        Self { wake_on_lan: Some(address), ..self }
    }

    /// Sets the limit of the whole check or of a stage by the name of its setter, in seconds, for callers that get
    /// names and numbers from elsewhere (a command line, C, Python).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] for a number that is not a length of time within the range, or an unknown name.
    pub fn limit_seconds(self, option: &str, seconds: f64) -> Result<Self, Error> {
        type Setter = fn(CheckOptions, Duration) -> CheckOptions;
        let limits: [(&'static str, Setter, Range); 6] = [
            ("deadline", Self::deadline, DEADLINE_RANGE),
            ("resolve_timeout", Self::resolve_timeout, LIMIT_RANGE),
            ("connect_timeout", Self::connect_timeout, LIMIT_RANGE),
            ("negotiate_timeout", Self::negotiate_timeout, LIMIT_RANGE),
            ("tls_timeout", Self::tls_timeout, LIMIT_RANGE),
            ("credssp_timeout", Self::credssp_timeout, LIMIT_RANGE),
        ];
        let Some((name, set, range)) = limits.into_iter().find(|(name, ..)| *name == option) else {
            return Err(Error::InvalidOptions {
                option: "limit",
                value: option.to_owned(),
                allowed: "deadline, resolve_timeout, connect_timeout, negotiate_timeout, tls_timeout, credssp_timeout",
            });
        };
        match Duration::try_from_secs_f64(seconds) {
            Ok(limit) => range.check(name, limit).map(|()| set(self, limit)),
            Err(_) => Err(Error::InvalidOptions {
                option: name,
                value: format!("{seconds} s"),
                allowed: range.words,
            }),
        }
    }

    #[cfg(any(feature = "probe", test))]
    pub(crate) fn checked(mut self) -> Result<Self, Error> {
        DEADLINE_RANGE.check("deadline", self.whole_deadline())?;
        LIMIT_RANGE.check("resolve_timeout", self.resolve_timeout)?;
        LIMIT_RANGE.check("connect_timeout", self.connect_timeout)?;
        LIMIT_RANGE.check("negotiate_timeout", self.negotiate_timeout)?;
        LIMIT_RANGE.check("tls_timeout", self.tls_timeout)?;
        LIMIT_RANGE.check("credssp_timeout", self.credssp_timeout)?;
        if self.expiry_threshold_days > 3650 {
            return Err(Error::InvalidOptions {
                option: "expiry_threshold_days",
                value: self.expiry_threshold_days.to_string(),
                allowed: "0 to 3650 days",
            });
        }
        if let Some(name) = &self.server_name {
            let parsed = name
                .parse::<crate::Target>()
                .ok()
                .filter(|target| !name.contains(':') && target.name().is_some());
            let Some(target) = parsed else {
                return Err(Error::InvalidOptions {
                    option: "server_name",
                    value: format!("{name:?}"),
                    allowed: "a host name without a port",
                });
            };
            self.server_name = Some(target.host());
        }
        Ok(self)
    }
}

struct Range {
    least: Duration,
    most: Duration,
    words: &'static str,
}

impl Range {
    fn check(&self, option: &'static str, value: Duration) -> Result<(), Error> {
        if (self.least..=self.most).contains(&value) {
            return Ok(());
        }
        Err(Error::InvalidOptions {
            option,
            value: format!("{} s", value.as_secs_f64()),
            allowed: self.words,
        })
    }
}

const DEADLINE_RANGE: Range =
    Range { least: Duration::from_millis(100), most: Duration::from_secs(600), words: "0.1 to 600 seconds" };
const LIMIT_RANGE: Range =
    Range { least: Duration::from_millis(10), most: Duration::from_secs(600), words: "0.01 to 600 seconds" };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_name_value_and_bounds() {
        let error = CheckOptions::default().deadline(Duration::ZERO).checked().unwrap_err();
        assert_eq!(error.to_string(), "invalid deadline: 0 s; allowed: 0.1 to 600 seconds");
        for seconds in [f64::NAN, f64::INFINITY, -1.0, 601.0, 0.001] {
            let error = CheckOptions::default().limit_seconds("tls_timeout", seconds).unwrap_err();
            assert_eq!(error.code(), "invalid-options", "{seconds}");
        }
        assert!(CheckOptions::default().limit_seconds("deadlines", 1.0).is_err());
        let options = CheckOptions::default().limit_seconds("connect_timeout", 0.25).unwrap();
        assert_eq!(options.connect_timeout, Duration::from_millis(250));
    }

    #[test]
    fn the_server_name_is_a_name() {
        for bad in ["", "192.0.2.1", "host:3389", "a b", "::1"] {
            let error = CheckOptions::default().server_name(bad).checked().unwrap_err();
            assert_eq!(error.code(), "invalid-options", "{bad}");
        }
        let options = CheckOptions::default().server_name("B\u{dc}CHER.example").checked().unwrap();
        assert_eq!(options.server_name.as_deref(), Some("xn--bcher-kva.example"));
    }

    #[test]
    fn words_and_codes_agree() {
        for depth in Depth::ALL {
            assert_eq!(Depth::from_code(depth.code()).unwrap(), *depth);
        }
        for family in AddressFamily::ALL {
            assert_eq!(AddressFamily::from_code(family.code()).unwrap(), *family);
        }
        assert!(Depth::from_code("deeper").is_err());
    }
}
