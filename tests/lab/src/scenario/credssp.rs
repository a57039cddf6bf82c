use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, pace};
use super::{Finish, Pace, Say};

/// The answer to the client's TSRequest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "RawCredssp")]
pub(crate) struct Credssp {
    pub(crate) action: CredsspAction,
    /// Whether the version in the answer is at most the client's.
    pub(crate) lower_version: bool,
    pub(crate) lowest_version: Option<LowestVersion>,
    pub(crate) bare_ntlm: Option<TokenRefusal>,
    pub(crate) spnego: Spnego,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

/// The version below which clients are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LowestVersion {
    pub(crate) version: u32,
    pub(crate) otherwise: TokenRefusal,
}

/// What the host makes of SPNEGO.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Spnego {
    pub(crate) mechanisms: Vec<Mechanism>,
    pub(crate) state: Option<NegState>,
    pub(crate) otherwise: TokenRefusal,
}

impl Default for Spnego {
    fn default() -> Self {
        Self { mechanisms: vec![Mechanism::Ntlm], state: None, otherwise: TokenRefusal::Reject }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mechanism {
    Kerberos,
    Ntlm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NegState {
    AcceptIncomplete,
    RequestMic,
}

/// How a token is refused: `error 0xCODE`, a rejection in SPNEGO, or an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum TokenRefusal {
    End(Finish),
    Error(u32),
    Reject,
}

impl TryFrom<String> for TokenRefusal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "close" => Ok(Self::End(Finish::Close)),
            "reset" => Ok(Self::End(Finish::Reset)),
            "silent" => Ok(Self::End(Finish::Silent)),
            "reject" => Ok(Self::Reject),
            other => other
                .strip_prefix("error 0x")
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .map(Self::Error)
                .ok_or_else(|| {
                    format!("`{other}` is none of `error 0xNUMBER`, `reject`, `close`, `reset`, `silent`")
                }),
        }
    }
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
    version_reply: Option<VersionReply>,
    lowest_version: Option<LowestVersion>,
    bare_ntlm: Option<TokenRefusal>,
    spnego: Option<Spnego>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum VersionReply {
    Lower,
    Own,
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
            ("version_reply", raw.version_reply.is_some()),
            ("lowest_version", raw.lowest_version.is_some()),
            ("bare_ntlm", raw.bare_ntlm.is_some()),
            ("spnego", raw.spnego.is_some()),
            ("version", raw.version.is_some() && raw.error_code.is_none()),
        ]
        .into_iter()
        .find_map(|(key, given)| given.then_some(key));
        if raw.timestamp == Some(false) && raw.time_offset_seconds.is_some() {
            return Err("`timestamp = false` and `time_offset_seconds` exclude each other".to_owned());
        }
        if raw.bare_ntlm == Some(TokenRefusal::Reject) {
            return Err("`reject` is of SPNEGO, `bare_ntlm` cannot be refused so".to_owned());
        }
        if raw.lowest_version.is_some_and(|lowest| lowest.otherwise == TokenRefusal::Reject) {
            return Err("`reject` is of SPNEGO, a version cannot be refused so".to_owned());
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
        Ok(Self {
            action,
            lower_version: raw.version_reply == Some(VersionReply::Lower),
            lowest_version: raw.lowest_version,
            bare_ntlm: raw.bare_ntlm,
            spnego: raw.spnego.unwrap_or_default(),
            pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?,
            end: raw.end,
        })
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
