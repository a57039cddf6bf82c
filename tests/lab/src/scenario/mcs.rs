use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, list, pace};
use super::{Finish, Pace, Say};

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
    Response(ConnectResponse),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConnectResponse {
    pub(crate) version: u32,
    pub(crate) early_capability_flags: Option<u32>,
    /// In the host's order.
    pub(crate) encryption_methods: Vec<u32>,
    pub(crate) encryption_level: u32,
    pub(crate) certificate_bits: u16,
    pub(crate) multitransport_flags: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMcs {
    version: Option<u32>,
    early_capability_flags: Option<u32>,
    #[serde(default, deserialize_with = "list")]
    encryption_method: Option<Vec<u32>>,
    encryption_level: Option<u32>,
    certificate_bits: Option<u16>,
    multitransport_flags: Option<u32>,
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
            ("early_capability_flags", raw.early_capability_flags.is_some()),
            ("certificate_bits", raw.certificate_bits.is_some()),
            ("multitransport_flags", raw.multitransport_flags.is_some()),
        ]
        .into_iter()
        .find_map(|(key, given)| given.then_some(key));
        let certificate_bits = raw.certificate_bits.unwrap_or(2048);
        if certificate_bits < 512 || !certificate_bits.is_multiple_of(8) {
            return Err("`certificate_bits` is a multiple of 8 and at least 512".to_owned());
        }
        let response = McsAction::Response(ConnectResponse {
            version: raw.version.unwrap_or(0x0008_0004),
            early_capability_flags: raw.early_capability_flags,
            encryption_methods: raw.encryption_method.unwrap_or_else(|| vec![0]),
            encryption_level: raw.encryption_level.unwrap_or(0),
            certificate_bits,
            multitransport_flags: raw.multitransport_flags,
        });
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
