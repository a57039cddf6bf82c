use serde::Deserialize;
use tls_parser::TlsCipherSuite;

use super::value::{Hex, at_most_one, bytes, pace};
use super::{Finish, HelloLimit, Pace, Say};

/// The answer to the ClientHello.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "RawTls")]
pub(crate) struct Tls {
    pub(crate) action: TlsAction,
    pub(crate) certificate: Option<String>,
    pub(crate) hello_limit: Option<HelloLimit>,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TlsAction {
    Alert(u8),
    Hello(FirstFlight),
    /// Nothing is said; the end tells what happens.
    Nothing,
    Raw(Say),
    Serve(Serve),
}

impl Default for TlsAction {
    fn default() -> Self {
        Self::Serve(Serve::default())
    }
}

/// A handshake by the TLS library.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Serve {
    pub(crate) versions: Option<Vec<TlsVersion>>,
    pub(crate) suites: Option<Vec<u16>>,
    pub(crate) groups: Option<Vec<Group>>,
    pub(crate) other_key: bool,
    pub(crate) client_certificate: bool,
}

/// A first flight made by hand, for versions and suites that the TLS library lacks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawFirstFlight")]
pub(crate) struct FirstFlight {
    pub(crate) versions: Vec<TlsVersion>,
    pub(crate) suites: Vec<u16>,
    pub(crate) order: Order,
    pub(crate) groups: Vec<u16>,
    pub(crate) dhe_bits: u16,
    pub(crate) compression: u8,
    pub(crate) secure_renegotiation: bool,
    pub(crate) complete: bool,
    pub(crate) wrong_version: Refusal,
    pub(crate) wrong_suite: Refusal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFirstFlight {
    versions: Vec<TlsVersion>,
    suites: Vec<u16>,
    order: Option<Order>,
    groups: Option<Vec<u16>>,
    dhe_bits: Option<u16>,
    compression: Option<u8>,
    secure_renegotiation: Option<bool>,
    complete: Option<bool>,
    otherwise: Option<Refusal>,
    wrong_version: Option<Refusal>,
    wrong_suite: Option<Refusal>,
}

impl TryFrom<RawFirstFlight> for FirstFlight {
    type Error = String;

    fn try_from(raw: RawFirstFlight) -> Result<Self, String> {
        if let Some(unknown) = raw.suites.iter().find(|id| TlsCipherSuite::from_id(**id).is_none()) {
            return Err(format!("`suites` has {unknown:#06x}, which is not known"));
        }
        // What Windows has on by default.
        let groups = raw.groups.unwrap_or_else(|| vec![0x001d, 0x0017, 0x0018]);
        if let Some(unknown) = groups.iter().find(|group| share_length(**group).is_none()) {
            return Err(format!("`groups` has {unknown:#06x}, which is not known"));
        }
        let dhe_bits = raw.dhe_bits.unwrap_or(2048);
        if dhe_bits < 512 || !dhe_bits.is_multiple_of(8) {
            return Err("`dhe_bits` is a multiple of 8 and at least 512".to_owned());
        }
        let otherwise = raw.otherwise.unwrap_or(Refusal::End(Finish::Reset));
        Ok(Self {
            versions: raw.versions,
            suites: raw.suites,
            order: raw.order.unwrap_or(Order::Server),
            groups,
            dhe_bits,
            compression: raw.compression.unwrap_or(0),
            secure_renegotiation: raw.secure_renegotiation.unwrap_or(true),
            complete: raw.complete.unwrap_or(false),
            wrong_version: raw.wrong_version.unwrap_or(otherwise),
            wrong_suite: raw.wrong_suite.unwrap_or(otherwise),
        })
    }
}

/// Bytes of a server's key share in a group (RFC 8446, 4.2.8; RFC 7748; RFC 7919; X25519MLKEM768 in
/// draft-ietf-tls-ecdhe-mlkem).
pub(crate) fn share_length(group: u16) -> Option<usize> {
    match group {
        0x0017 => Some(65),  // secp256r1
        0x0018 => Some(97),  // secp384r1
        0x0019 => Some(133), // secp521r1
        0x001d => Some(32),  // x25519
        0x001e => Some(56),  // x448
        0x0100 => Some(256), // ffdhe2048
        0x0101 => Some(384), // ffdhe3072
        0x0102 => Some(512), // ffdhe4096
        0x11ec => Some(1088 /* ML-KEM-768 */ + 32 /* X25519 */),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Order {
    Client,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) enum TlsVersion {
    #[serde(rename = "ssl-3.0")]
    Ssl30,
    #[serde(rename = "1.0")]
    V10,
    #[serde(rename = "1.1")]
    V11,
    #[serde(rename = "1.2")]
    V12,
    #[serde(rename = "1.3")]
    V13,
}

impl TlsVersion {
    /// The version as it is written on the wire.
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::Ssl30 => 0x0300,
            Self::V10 => 0x0301,
            Self::V11 => 0x0302,
            Self::V12 => 0x0303,
            Self::V13 => 0x0304,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    X25519,
    Secp256r1,
    Secp384r1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum KeyChoice {
    Other,
    Own,
}

/// How a hello that does not fit is refused: `alert N` or an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Refusal {
    Alert(u8),
    End(Finish),
}

impl TryFrom<String> for Refusal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "close" => Ok(Self::End(Finish::Close)),
            "reset" => Ok(Self::End(Finish::Reset)),
            "silent" => Ok(Self::End(Finish::Silent)),
            other => other
                .strip_prefix("alert ")
                .and_then(|number| number.parse().ok())
                .map(Self::Alert)
                .ok_or_else(|| format!("`{other}` is none of `alert NUMBER`, `close`, `reset`, `silent`")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTls {
    versions: Option<Vec<TlsVersion>>,
    suites: Option<Vec<u16>>,
    groups: Option<Vec<Group>>,
    key: Option<KeyChoice>,
    client_certificate: Option<bool>,
    certificate: Option<String>,
    hello_limit: Option<HelloLimit>,
    alert: Option<u8>,
    text: Option<String>,
    hex: Option<Hex>,
    hello: Option<FirstFlight>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawTls> for Tls {
    type Error = String;

    fn try_from(raw: RawTls) -> Result<Self, String> {
        if raw.versions.iter().flatten().any(|version| *version < TlsVersion::V12) {
            return Err("`versions` knows 1.2 and 1.3, use `hello` for older ones".to_owned());
        }
        let handshake_key = [
            ("versions", raw.versions.is_some()),
            ("suites", raw.suites.is_some()),
            ("groups", raw.groups.is_some()),
            ("key", raw.key.is_some()),
            ("client_certificate", raw.client_certificate.is_some()),
        ]
        .into_iter()
        .find_map(|(key, given)| given.then_some(key));
        let serve = Serve {
            versions: raw.versions,
            suites: raw.suites,
            groups: raw.groups,
            other_key: raw.key == Some(KeyChoice::Other),
            client_certificate: raw.client_certificate.unwrap_or(false),
        };
        let action = at_most_one(vec![
            (handshake_key.unwrap_or("versions"), handshake_key.map(|_| TlsAction::Serve(serve))),
            ("alert", raw.alert.map(TlsAction::Alert)),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(TlsAction::Raw)),
            ("hello", raw.hello.map(TlsAction::Hello)),
        ])?;
        let action = match action {
            Some(action) => action,
            None if raw.end.is_some() && raw.certificate.is_none() => TlsAction::Nothing,
            None => TlsAction::default(),
        };
        Ok(Self {
            action,
            certificate: raw.certificate,
            hello_limit: raw.hello_limit,
            pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?,
            end: raw.end,
        })
    }
}
