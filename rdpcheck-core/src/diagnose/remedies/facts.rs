//! What commands are parameterised with. Text of a peer or of a target gets no further than the checks in this file.

use std::net::IpAddr;

use crate::diagnose::Product;
use crate::diagnose::rules::certificate::is_windows_own;
use crate::diagnose::view::View;
use crate::evidence::{Answer, Neighbour};
use crate::wire::tls::TLS_1_2;

/// The port that the built-in firewall rules of Windows are for.
const DEFAULT_PORT: u16 = 3389;
/// Windows 8 and Server 2012, the first with the `NetSecurity` and `NetAdapter` modules of PowerShell.
const WINDOWS_8: (u16, u16) = (6, 2);

/// The facts at hand, each in a form that is safe in any shell.
#[derive(Clone, Debug)]
pub(in crate::diagnose) struct Facts {
    pub(super) product: Product,
    pub(super) port: Option<u16>,
    /// A DNS name or an address.
    pub(super) host: Option<String>,
    /// SHA-1 of the certificate as Windows prints it: forty digits in capitals.
    pub(super) thumbprint: Option<String>,
    /// Six pairs of hexadecimal digits with colons between.
    pub(super) mac: Option<String>,
    /// Major and minor version of Windows as the host claims.
    version: Option<(u16, u16)>,
    /// The version of CredSSP that the host speaks.
    credssp: Option<u32>,
    maker: CertificateMaker,
    /// The newest TLS version that the host was seen to accept.
    pub(super) newest_tls: Option<u16>,
}

/// Who made the certificate that the host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CertificateMaker {
    Windows,
    SomebodyElse,
    NotSeen,
}

impl Facts {
    /// No facts: what remains open in a command is a word in capitals.
    pub(super) const NONE: Self = Self {
        product: Product::Unknown,
        port: None,
        host: None,
        thumbprint: None,
        mac: None,
        version: None,
        credssp: None,
        maker: CertificateMaker::NotSeen,
        newest_tls: None,
    };

    pub(in crate::diagnose) fn new(view: &View<'_>) -> Self {
        let stages = &view.evidence.stages;
        let certificate = stages.certificate.facts();
        let address = stages
            .connect
            .facts()
            .map(|facts| facts.address)
            .or_else(|| view.evidence.connect_attempts.first().map(|attempt| attempt.address));
        // What clients use: the name that was looked for in the certificate, or sent, or else the address.
        let named = certificate
            .map(|facts| facts.name_match.looked_for.as_str())
            .or_else(|| stages.tls.facts().and_then(|facts| facts.server_name_sent.as_deref()))
            .and_then(host);
        let mac = view.evidence.follow_ups.iter().find_map(|follow_up| match &follow_up.answer {
            Some(Answer::Neighbour(Neighbour::Resolved { mac: found } | Neighbour::Stale { mac: found })) => {
                mac(found)
            }
            Some(Answer::Wake(wake)) => mac(&wake.mac),
            _ => None,
        });
        let credssp = stages.credssp.facts();
        Self {
            product: view.product,
            port: address.map(|address| address.port()),
            host: named.or_else(|| address.map(|address| address.ip().to_string())),
            thumbprint: certificate.and_then(|facts| thumbprint(&facts.sha1)),
            mac,
            version: credssp
                .and_then(|facts| facts.challenge.as_ref())
                .and_then(|challenge| challenge.claimed_os_version.as_deref())
                .and_then(version),
            credssp: credssp.map(|facts| facts.version),
            maker: match certificate {
                None => CertificateMaker::NotSeen,
                Some(facts) if is_windows_own(facts) => CertificateMaker::Windows,
                Some(_) => CertificateMaker::SomebodyElse,
            },
            newest_tls: stages
                .tls_support
                .facts()
                .into_iter()
                .flat_map(|support| support.accepted().map(|accepted| accepted.version.value))
                .chain(stages.tls.facts().map(|session| session.version.value))
                .max(),
        }
    }

    pub(super) fn any(&self) -> bool {
        true
    }

    /// Whether the built-in firewall rules of Windows may cover the port.
    pub(super) fn default_port(&self) -> bool {
        self.port.is_none_or(|port| port == DEFAULT_PORT)
    }

    pub(super) fn other_port(&self) -> bool {
        self.port.is_some_and(|port| port != DEFAULT_PORT)
    }

    pub(super) fn before_windows_8(&self) -> bool {
        self.version.is_some_and(|version| version < WINDOWS_8)
    }

    pub(super) fn windows_8_or_later(&self) -> bool {
        !self.before_windows_8()
    }

    pub(super) fn default_port_before_windows_8(&self) -> bool {
        self.default_port() && self.before_windows_8()
    }

    pub(super) fn default_port_since_windows_8(&self) -> bool {
        self.default_port() && self.windows_8_or_later()
    }

    pub(super) fn other_port_before_windows_8(&self) -> bool {
        self.other_port() && self.before_windows_8()
    }

    pub(super) fn other_port_since_windows_8(&self) -> bool {
        self.other_port() && self.windows_8_or_later()
    }

    /// Whether the certificate may be the one that Windows makes itself.
    pub(super) fn windows_certificate(&self) -> bool {
        self.maker != CertificateMaker::SomebodyElse
    }

    pub(super) fn other_certificate(&self) -> bool {
        self.maker != CertificateMaker::Windows
    }

    /// Whether the host may lack the update for CVE-2018-0886: versions 5 and 6 came with it (MS-CSSP 2.2.1).
    /// Whether the host may speak TLS 1.2 or later.
    pub(super) fn may_have_tls12(&self) -> bool {
        self.newest_tls.is_none_or(|version| version >= TLS_1_2)
    }

    /// Whether nothing newer than TLS 1.1 was accepted, or nobody looked.
    pub(super) fn may_lack_tls12(&self) -> bool {
        self.newest_tls.is_none_or(|version| version < TLS_1_2)
    }

    pub(super) fn windows_8_with_tls12(&self) -> bool {
        self.windows_8_or_later() && self.may_have_tls12()
    }

    pub(super) fn may_lack_credssp_update(&self) -> bool {
        self.credssp.is_none_or(|version| version < 5)
    }

    /// Whether a name for the host is at hand, and not only an address.
    pub(super) fn host_is_address(&self) -> bool {
        self.host.as_ref().is_none_or(|host| host.parse::<IpAddr>().is_ok())
    }
}

/// A DNS name (RFC 1123, and the underscore that Windows allows) or an address, as given.
fn host(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    (text.len() <= 253 && text.split('.').all(label)).then(|| text.to_owned())
}

fn thumbprint(text: &str) -> Option<String> {
    hexadecimal(text, 40).then(|| text.to_ascii_uppercase())
}

fn mac(text: &str) -> Option<String> {
    let text = text.replace('-', ":").to_ascii_lowercase();
    let pairs: Vec<&str> = text.split(':').collect();
    (pairs.len() == 6 && pairs.iter().all(|pair| hexadecimal(pair, 2))).then_some(text)
}

fn hexadecimal(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn version(text: &str) -> Option<(u16, u16)> {
    let mut numbers = text.split('.').map(|number| number.parse::<u16>().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_in_every_shell_passes() {
        for good in ["host", "host.example.com", "10.0.0.1", "fe80::1", "xn--mnchen-3ya.example", "SQL_01"] {
            assert_eq!(host(good).as_deref(), Some(good));
        }
        let long = "a".repeat(64);
        let longer = vec!["abcdefghij"; 24].join(".");
        for bad in [
            "",
            "-v",
            "a b",
            "a;b",
            "a..b",
            "a.-b",
            "$(id)",
            "`id`",
            "%PATH%",
            "a\"b",
            "a'b",
            "a\nb",
            "a&b",
            "a|b",
            "h\u{043e}st",
            "{port}",
            "fe80::1%eth0",
            "a/b",
            "a\\b",
            &long,
            &longer,
        ] {
            assert_eq!(host(bad), None, "{bad:?}");
        }
        let digits = "0123456789abcdef0123456789abcdef01234567";
        assert_eq!(thumbprint(digits), Some(digits.to_uppercase()));
        assert_eq!(thumbprint("0123"), None);
        assert_eq!(thumbprint("g123456789abcdef0123456789abcdef01234567"), None);
        assert_eq!(mac("AA-bb-cc-dd-ee-01").as_deref(), Some("aa:bb:cc:dd:ee:01"));
        assert_eq!(mac("aa:bb:cc:dd:ee"), None);
        assert_eq!(mac("aa:bb:cc:dd:ee:f;"), None);
        assert_eq!(version("6.1.7601"), Some((6, 1)));
        assert_eq!(version("six.1"), None);
    }
}
