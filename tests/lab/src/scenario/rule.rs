use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, list, pace};
use crate::{First, Request};

/// One `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    #[serde(default)]
    pub(crate) when: When,
    pub(crate) accept: Option<Accept>,
    pub(crate) greeting: Option<Answer>,
    pub(crate) reply: Option<Answer>,
    pub(crate) negotiate: Option<Negotiate>,
    pub(crate) tls: Option<Tls>,
    pub(crate) credssp: Option<Credssp>,
    pub(crate) mcs: Option<Mcs>,
}

impl Rule {
    /// Whether the rule can be played before the client has sent anything.
    pub(crate) fn acts_at_once(&self) -> bool {
        (self.accept.is_some() || self.greeting.is_some()) && !self.when.looks_at_bytes()
    }

    pub(crate) fn matches(&self, first: First, request: Option<&Request>) -> bool {
        let first_matches = match &self.when.first {
            Some(wanted) => wanted.contains(&first),
            None => self.negotiate.is_none() || first == First::X224,
        };
        first_matches && self.when.offer_matches(request)
    }

    pub(super) fn says_something(&self) -> bool {
        self.accept.is_some()
            || self.greeting.is_some()
            || self.reply.is_some()
            || self.negotiate.is_some()
            || self.tls.is_some()
    }

    pub(super) fn certificate_names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.tls.iter().filter_map(|tls| Some(("tls.certificate", tls.certificate.as_deref()?)))
    }
}

/// The connections that a rule is for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    #[serde(default, deserialize_with = "list")]
    connection: Option<Vec<u64>>,
    #[serde(default, deserialize_with = "list")]
    offer: Option<Vec<Offer>>,
    offers: Option<u32>,
    lacks: Option<u32>,
    #[serde(default, deserialize_with = "list")]
    first: Option<Vec<First>>,
}

impl When {
    pub(crate) fn connection_matches(&self, number: u64) -> bool {
        self.connection.as_ref().is_none_or(|wanted| wanted.contains(&number))
    }

    pub(crate) fn wants_silence(&self) -> bool {
        self.first.as_ref().is_some_and(|wanted| wanted.contains(&First::Nothing))
    }

    fn looks_at_bytes(&self) -> bool {
        self.first.is_some() || self.looks_at_offer()
    }

    fn looks_at_offer(&self) -> bool {
        self.offer.is_some() || self.offers.is_some() || self.lacks.is_some()
    }

    fn offer_matches(&self, request: Option<&Request>) -> bool {
        let Some(request) = request else {
            return !self.looks_at_offer();
        };
        let exact = request.protocols.map_or(Offer::None(NoOffer::None), Offer::Exactly);
        let bits = request.protocols.unwrap_or(0);
        self.offer.as_ref().is_none_or(|wanted| wanted.contains(&exact))
            && self.offers.is_none_or(|mask| bits & mask == mask)
            && self.lacks.is_none_or(|mask| bits & mask == 0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a number or \"none\"")]
enum Offer {
    Exactly(u32),
    None(NoOffer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NoOffer {
    None,
}

/// What is done at accept, without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Accept {
    Close,
    Echo,
    Flood,
    Hold,
    Reset,
}

/// How the host ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Finish {
    Close,
    Reset,
    Silent,
}

/// Bytes to be sent as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Say(pub(crate) Vec<u8>);

/// When and in which pieces something is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) delay_ms: u64,
    pub(crate) chunk: Option<usize>,
    pub(crate) pause_ms: u64,
}

/// `greeting` and `reply`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawAnswer")]
pub(crate) struct Answer {
    pub(crate) say: Say,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    text: Option<String>,
    hex: Option<Hex>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawAnswer> for Answer {
    type Error = String;

    fn try_from(raw: RawAnswer) -> Result<Self, String> {
        let pace = pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?;
        let say = bytes(raw.text, raw.hex)?;
        if say.is_none() && raw.end.is_none() {
            return Err("needs `text`, `hex` or `end`".to_owned());
        }
        Ok(Self { say: say.unwrap_or(Say(Vec::new())), pace, end: raw.end })
    }
}

/// The answer to the X.224 Connection Request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawNegotiate")]
pub(crate) struct Negotiate {
    pub(crate) confirm: Option<Confirm>,
    pub(crate) after: Vec<u8>,
    pub(crate) go_on: bool,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirm {
    Fail { code: u32 },
    Raw(Say),
    Select { protocol: u32, flags: u8 },
    WithoutData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNegotiate {
    select: Option<u32>,
    flags: Option<u8>,
    fail: Option<u32>,
    confirm_without_data: Option<bool>,
    text: Option<String>,
    hex: Option<Hex>,
    after_hex: Option<Hex>,
    go_on: Option<bool>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawNegotiate> for Negotiate {
    type Error = String;

    fn try_from(raw: RawNegotiate) -> Result<Self, String> {
        if raw.flags.is_some() && raw.select.is_none() {
            return Err("`flags` needs `select`".to_owned());
        }
        let flags = raw.flags.unwrap_or(0);
        let confirm = at_most_one(vec![
            ("select", raw.select.map(|protocol| Confirm::Select { protocol, flags })),
            ("fail", raw.fail.map(|code| Confirm::Fail { code })),
            (
                "confirm_without_data",
                raw.confirm_without_data.is_some_and(|yes| yes).then_some(Confirm::WithoutData),
            ),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(Confirm::Raw)),
        ])?;
        if confirm.is_none() && raw.end.is_none() {
            return Err(
                "needs one of `select`, `fail`, `confirm_without_data`, `text`, `hex`, `end`".to_owned()
            );
        }
        Ok(Self {
            confirm,
            after: raw.after_hex.map_or_else(Vec::new, |hex| hex.0),
            go_on: raw.go_on.unwrap_or(false),
            pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?,
            end: raw.end,
        })
    }
}

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

/// The answer to the client's TSRequest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "RawCredssp")]
pub(crate) struct Credssp {
    pub(crate) action: CredsspAction,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CredsspAction {
    Challenge(Challenge),
    Error {
        version: u8,
        code: u32,
    },
    /// Nothing is said; the end tells what happens.
    Nothing,
    Raw(Say),
}

impl Default for CredsspAction {
    fn default() -> Self {
        Self::Challenge(Challenge::default())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) version: u8,
    pub(crate) computer: String,
    pub(crate) domain: Option<String>,
    pub(crate) dns_computer: Option<String>,
    pub(crate) dns_domain: Option<String>,
    pub(crate) os: (u8, u8, u16),
    pub(crate) time_offset_seconds: Option<i64>,
}

impl Default for Challenge {
    fn default() -> Self {
        Self {
            version: 6,
            computer: "WIN-LAB".to_owned(),
            domain: None,
            dns_computer: None,
            dns_domain: None,
            os: (10, 0, 20348),
            time_offset_seconds: Some(0),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCredssp {
    version: Option<u8>,
    computer: Option<String>,
    domain: Option<String>,
    dns_computer: Option<String>,
    dns_domain: Option<String>,
    os: Option<String>,
    time_offset_seconds: Option<i64>,
    timestamp: Option<bool>,
    error_code: Option<u32>,
    text: Option<String>,
    hex: Option<Hex>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawCredssp> for Credssp {
    type Error = String;

    fn try_from(raw: RawCredssp) -> Result<Self, String> {
        let challenge_key = [
            ("computer", raw.computer.is_some()),
            ("domain", raw.domain.is_some()),
            ("dns_computer", raw.dns_computer.is_some()),
            ("dns_domain", raw.dns_domain.is_some()),
            ("os", raw.os.is_some()),
            ("time_offset_seconds", raw.time_offset_seconds.is_some()),
            ("timestamp", raw.timestamp.is_some()),
            ("version", raw.version.is_some() && raw.error_code.is_none()),
        ]
        .into_iter()
        .find_map(|(key, given)| given.then_some(key));
        if raw.timestamp == Some(false) && raw.time_offset_seconds.is_some() {
            return Err("`timestamp = false` and `time_offset_seconds` exclude each other".to_owned());
        }
        let defaults = Challenge::default();
        let version = raw.version.unwrap_or(defaults.version);
        let challenge = Challenge {
            version,
            computer: raw.computer.unwrap_or(defaults.computer),
            domain: raw.domain,
            dns_computer: raw.dns_computer,
            dns_domain: raw.dns_domain,
            os: raw.os.map_or(Ok(defaults.os), |text| os_version(&text))?,
            time_offset_seconds: raw.timestamp.unwrap_or(true).then(|| raw.time_offset_seconds.unwrap_or(0)),
        };
        let action = at_most_one(vec![
            (challenge_key.unwrap_or("version"), challenge_key.map(|_| CredsspAction::Challenge(challenge))),
            ("error_code", raw.error_code.map(|code| CredsspAction::Error { version, code })),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(CredsspAction::Raw)),
        ])?;
        let action = match action {
            Some(action) => action,
            None if raw.end.is_some() => CredsspAction::Nothing,
            None => CredsspAction::default(),
        };
        Ok(Self { action, pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?, end: raw.end })
    }
}

fn os_version(text: &str) -> Result<(u8, u8, u16), String> {
    let parse = || {
        let mut parts = text.split('.');
        let version = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(version)
    };
    parse().ok_or_else(|| format!("`os` is MAJOR.MINOR.BUILD, not `{text}`"))
}

/// The answer to an MCS Connect-Initial.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawMcs")]
pub(crate) struct Mcs {
    pub(crate) action: McsAction,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum McsAction {
    /// Nothing is said; the end tells what happens.
    Nothing,
    Raw(Say),
    Response {
        version: u32,
        encryption_method: u32,
        encryption_level: u32,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMcs {
    version: Option<u32>,
    encryption_method: Option<u32>,
    encryption_level: Option<u32>,
    text: Option<String>,
    hex: Option<Hex>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawMcs> for Mcs {
    type Error = String;

    fn try_from(raw: RawMcs) -> Result<Self, String> {
        let response_key = [
            ("version", raw.version.is_some()),
            ("encryption_method", raw.encryption_method.is_some()),
            ("encryption_level", raw.encryption_level.is_some()),
        ]
        .into_iter()
        .find_map(|(key, given)| given.then_some(key));
        let response = McsAction::Response {
            version: raw.version.unwrap_or(0x0008_0004),
            encryption_method: raw.encryption_method.unwrap_or(0),
            encryption_level: raw.encryption_level.unwrap_or(0),
        };
        let action = at_most_one(vec![
            (response_key.unwrap_or("version"), response_key.map(|_| response.clone())),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(McsAction::Raw)),
        ])?;
        let action = match action {
            Some(action) => action,
            None if raw.end.is_some() => McsAction::Nothing,
            None => response,
        };
        Ok(Self { action, pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?, end: raw.end })
    }
}
