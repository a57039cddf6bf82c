use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, pace};
use super::{Finish, Pace, Say};

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
    Legacy(Legacy),
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
#[serde(deny_unknown_fields)]
pub(crate) struct Legacy {
    pub(crate) version: TlsVersion,
    pub(crate) suites: Vec<u16>,
    pub(crate) otherwise: Refusal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HelloLimit {
    pub(crate) bytes: usize,
    pub(crate) end: Finish,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum TlsVersion {
    #[serde(rename = "1.0")]
    V10,
    #[serde(rename = "1.1")]
    V11,
    #[serde(rename = "1.2")]
    V12,
    #[serde(rename = "1.3")]
    V13,
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
    legacy: Option<Legacy>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawTls> for Tls {
    type Error = String;

    fn try_from(raw: RawTls) -> Result<Self, String> {
        if let Some(old) =
            raw.versions.iter().flatten().find(|v| matches!(v, TlsVersion::V10 | TlsVersion::V11))
        {
            return Err(format!("`versions` knows 1.2 and 1.3, use `legacy` for {old:?}"));
        }
        if raw.legacy.as_ref().is_some_and(|legacy| legacy.version == TlsVersion::V13) {
            return Err("`legacy` knows 1.0, 1.1 and 1.2".to_owned());
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
            ("legacy", raw.legacy.map(TlsAction::Legacy)),
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
