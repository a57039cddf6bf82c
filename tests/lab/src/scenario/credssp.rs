use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, pace};
use super::{Finish, Pace, Say};

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
