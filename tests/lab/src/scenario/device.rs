use serde::Deserialize;

use super::Finish;

/// A device on the path that looks for one protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    stage: Stage,
    #[serde(default, rename = "match")]
    sight: Sight,
    pub(crate) action: DeviceAction,
}

impl Device {
    /// Whether the device acts on what a stage began with and has arrived in so many segments.
    pub(crate) fn acts_on(&self, input: &[u8], segments: usize) -> bool {
        let sees = match self.sight {
            Sight::FirstSegment => segments == 1,
            Sight::Stream => true,
        };
        sees && match self.stage {
            Stage::X224 => matches!(input, [0x03, 0x00, ..]),
            Stage::Tls => matches!(input, [0x16, 0x03, _, ..]),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    Tls,
    X224,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Sight {
    #[default]
    FirstSegment,
    Stream,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeviceAction {
    Close,
    Reset,
    Swallow,
}

/// What a ClientHello must not exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawHelloLimit")]
pub(crate) struct HelloLimit {
    bytes: Option<usize>,
    segments: Option<usize>,
    pub(crate) end: Finish,
}

impl HelloLimit {
    pub(crate) fn is_exceeded(&self, bytes: usize, segments: usize) -> bool {
        self.bytes.is_some_and(|most| bytes > most) || self.segments.is_some_and(|most| segments > most)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHelloLimit {
    bytes: Option<usize>,
    segments: Option<usize>,
    end: Finish,
}

impl TryFrom<RawHelloLimit> for HelloLimit {
    type Error = String;

    fn try_from(raw: RawHelloLimit) -> Result<Self, String> {
        if raw.bytes.is_none() && raw.segments.is_none() {
            return Err("`hello_limit` needs `bytes` or `segments`".to_owned());
        }
        Ok(Self { bytes: raw.bytes, segments: raw.segments, end: raw.end })
    }
}
