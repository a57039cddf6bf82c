//! What is checked: a host and a port, parsed without ever asking a resolver.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The TCP port that Remote Desktop listens on unless it was moved.
pub const DEFAULT_PORT: u16 = 3389;

const ALLOWED: &str = "host, host:port, IPv4[:port], IPv6 or [IPv6]:port, with port 1 to 65535";

/// A host and a port to check.
///
/// Parsing understands `host`, `host:port`, `192.0.2.1`, `192.0.2.1:port`, a bare IPv6 address, `[IPv6]`,
/// `[IPv6]:port`, IPv6 zones (`fe80::1%eth0`) and internationalised names. It never resolves.
///
/// ```
/// let target: rdpcheck_core::Target = "b\u{fc}cher.example:3390".parse()?;
/// assert_eq!(target.given(), "b\u{fc}cher.example:3390");
/// assert_eq!(target.host(), "xn--bcher-kva.example");
/// assert_eq!(target.port(), 3390);
/// # Ok::<(), rdpcheck_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target {
    given: String,
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Host {
    Address { ip: IpAddr, zone: Option<String> },
    Name(String),
}

impl Target {
    /// The text that the target was parsed from.
    #[must_use]
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The host as it is looked up: an address, or a name in its ASCII form (IDNA, UTS 46), without a final dot.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.host {
            Host::Address { ip, zone: None } => ip.to_string(),
            Host::Address { ip, zone: Some(zone) } => format!("{ip}%{zone}"),
            Host::Name(name) => name.clone(),
        }
    }

    /// The address, when the target is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match &self.host {
            Host::Address { ip, .. } => Some(*ip),
            Host::Name(_) => None,
        }
    }

    /// The zone of a link-local IPv6 address.
    #[must_use]
    pub fn zone(&self) -> Option<&str> {
        match &self.host {
            Host::Address { zone, .. } => zone.as_deref(),
            Host::Name(_) => None,
        }
    }

    /// The name, when the target is one, as it is sent in the TLS server name indication.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Address { .. } => None,
            Host::Name(name) => Some(name),
        }
    }

    /// The TCP port; 3389 unless another was given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The same target with another port.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTarget`] for port 0, and when the target's text already names another port.
    pub fn with_port(self, port: u16) -> Result<Self, Error> {
        if port == 0 {
            return Err(invalid(&self.given, "port 0 cannot be connected to"));
        }
        if self.names_a_port() && self.port != port {
            return Err(invalid(
                &self.given,
                &format!("it names port {} and port {port} is asked for as well", self.port),
            ));
        }
        Ok(Self { port, ..self })
    }

    fn names_a_port(&self) -> bool {
        split(self.given.trim()).is_ok_and(|(_, port)| port.is_some())
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        if given.len() > 512 {
            let start: String = given.chars().take(40).collect();
            return Err(invalid(&start, "longer than 512 bytes"));
        }
        let text = given.trim();
        if text.is_empty() {
            return Err(invalid(given, "empty"));
        }
        if text.contains("://") {
            return Err(invalid(given, "a URL is not understood"));
        }
        let (host, port) = split(text).map_err(|problem| invalid(given, problem))?;
        let port = match port {
            None => DEFAULT_PORT,
            Some(port) => parse_port(port).map_err(|problem| invalid(given, &problem))?,
        };
        let host = parse_host(host).map_err(|problem| invalid(given, &problem))?;
        Ok(Self { given: given.to_owned(), host, port })
    }
}

impl TryFrom<String> for Target {
    type Error = Error;

    fn try_from(given: String) -> Result<Self, Error> {
        given.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.given
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address { ip: IpAddr::V6(_), .. } => write!(f, "[{}]:{}", self.host(), self.port),
            _ => write!(f, "{}:{}", self.host(), self.port),
        }
    }
}

fn split(text: &str) -> Result<(&str, Option<&str>), &'static str> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, after) = rest.split_once(']').ok_or("the bracket is not closed")?;
        if !inside.contains(':') {
            return Err("brackets are for IPv6 addresses");
        }
        return match after.strip_prefix(':') {
            Some(port) => Ok((inside, Some(port))),
            None if after.is_empty() => Ok((inside, None)),
            None => Err("only :port may follow the closing bracket"),
        };
    }
    match text.matches(':').count() {
        0 => Ok((text, None)),
        1 => Ok(text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))),
        _ => Ok((text, None)), // a bare IPv6 address; anything else fails there
    }
}

fn parse_port(port: &str) -> Result<u16, String> {
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(number),
        _ => Err(format!("port {port:?} is not a number from 1 to 65535")),
    }
}

fn parse_host(host: &str) -> Result<Host, String> {
    if host.is_empty() {
        return Err("the host is empty".to_owned());
    }
    if host.contains(':') {
        let (address, zone) = match host.split_once('%') {
            Some((address, zone)) => (address, Some(zone)),
            None => (host, None),
        };
        let ip: Ipv6Addr = address.parse().map_err(|_| format!("{host:?} is not an IPv6 address"))?;
        if let Some(zone) = zone {
            let fits = !zone.is_empty()
                && zone.len() <= 64
                && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            if !fits {
                return Err(format!("{zone:?} is not an IPv6 zone"));
            }
        }
        return Ok(Host::Address { ip: ip.into(), zone: zone.map(str::to_owned) });
    }
    if let Ok(ip) = host.parse() {
        return Ok(Host::Address { ip, zone: None });
    }
    // Resolvers read 010.1 or 1.2.3 as addresses in ways that differ between systems.
    if host.trim_end_matches('.').rsplit('.').next().is_some_and(looks_numeric) {
        return Err(format!("{host:?} looks like an address and is not one"));
    }
    parse_name(host).map(Host::Name)
}

fn looks_numeric(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    hex.map_or_else(
        || !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()),
        |digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
    )
}

fn parse_name(host: &str) -> Result<String, String> {
    let ascii = idna::domain_to_ascii(host).map_err(|_| format!("{host:?} is not a valid name (IDNA)"))?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    if name.len() > 253 {
        return Err(format!("a name has at most 253 characters, this one {}", name.len()));
    }
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err(format!("a label of a name has 1 to 63 characters, {label:?} has {}", label.len()));
        }
        // The underscore is not a host name character of RFC 952, but Windows computers carry it.
        let fits = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !fits || label.starts_with('-') || label.ends_with('-') {
            return Err(format!("{label:?} is not a label of a host name"));
        }
    }
    Ok(name.to_owned())
}

fn invalid(value: &str, problem: &str) -> Error {
    Error::InvalidTarget { value: value.to_owned(), problem: problem.to_owned(), allowed: ALLOWED }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Target {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn understands_every_form() {
        for (text, host, port) in [
            ("server", "server", 3389),
            ("server:3390", "server", 3390),
            (" server.example. ", "server.example", 3389),
            ("MY_PC", "my_pc", 3389),
            ("192.0.2.7", "192.0.2.7", 3389),
            ("192.0.2.7:1", "192.0.2.7", 1),
            ("2001:db8::1", "2001:db8::1", 3389),
            ("[2001:db8::1]", "2001:db8::1", 3389),
            ("[2001:db8::1]:65535", "2001:db8::1", 65535),
            ("fe80::1%eth0", "fe80::1%eth0", 3389),
            ("[fe80::1%12]:3389", "fe80::1%12", 3389),
            ("b\u{fc}cher.example", "xn--bcher-kva.example", 3389),
        ] {
            let target = parse(text);
            assert_eq!((target.host().as_str(), target.port()), (host, port), "{text}");
            assert_eq!(target.given(), text);
        }
    }

    #[test]
    fn refuses_what_it_cannot_mean() {
        for text in [
            "",
            "  ",
            ":3389",
            "host:",
            "host:0",
            "host:65536",
            "host:+1",
            "host:3389x",
            "host:-1",
            "[::1",
            "[::1]x",
            "[::1]:",
            "[host]:3389",
            "[]:3389",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "0x7f.1",
            "010.1.1.1",
            "::g",
            "a b",
            "-host",
            "host-",
            "a..b",
            "rdp://host",
            "host/path",
            "user@host",
            "fe80::1%",
            "fe80::1%a b",
            "h\0st",
        ] {
            let error = text.parse::<Target>().expect_err(text);
            assert_eq!(error.code(), "invalid-target", "{text}");
        }
        assert!("x".repeat(600).parse::<Target>().is_err());
        assert!(format!("{}.example", "x".repeat(64)).parse::<Target>().is_err());
    }

    #[test]
    fn the_message_names_value_problem_and_allowed_forms() {
        let error = "host:70000".parse::<Target>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "invalid target \"host:70000\": port \"70000\" is not a number from 1 to 65535; allowed: host, host:port, \
             IPv4[:port], IPv6 or [IPv6]:port, with port 1 to 65535"
        );
    }

    #[test]
    fn a_second_port_must_agree() {
        assert_eq!(parse("host").with_port(3390).unwrap().port(), 3390);
        assert_eq!(parse("host:3390").with_port(3390).unwrap().port(), 3390);
        assert!(parse("host:3390").with_port(3391).is_err());
        assert!(parse("host").with_port(0).is_err());
        assert_eq!(parse("::1").with_port(3390).unwrap().to_string(), "[::1]:3390");
    }
}
