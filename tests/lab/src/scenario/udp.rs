use serde::Deserialize;

use super::Say;
use super::value::{Hex, at_most_one, bytes};

/// What answers datagrams on the number of the host's port.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawUdp")]
pub(crate) struct Udp {
    pub(crate) answer: UdpAnswer,
    pub(crate) delay_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UdpAnswer {
    Raw(Say),
    Silent,
    /// To a SYN, with this version or the client's, whichever is lower.
    SynAck {
        version: u16,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUdp {
    answer: Option<Word>,
    version: Option<u16>,
    text: Option<String>,
    hex: Option<Hex>,
    delay_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Silent,
    SynAck,
}

impl TryFrom<RawUdp> for Udp {
    type Error = String;

    fn try_from(raw: RawUdp) -> Result<Self, String> {
        if raw.version.is_some() && raw.answer != Some(Word::SynAck) {
            return Err("`version` needs `answer = \"syn-ack\"`".to_owned());
        }
        let version = raw.version.unwrap_or(2);
        let answer = at_most_one(vec![
            (
                "answer",
                raw.answer.map(|word| match word {
                    Word::Silent => UdpAnswer::Silent,
                    Word::SynAck => UdpAnswer::SynAck { version },
                }),
            ),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(UdpAnswer::Raw)),
        ])?;
        let answer = answer.ok_or("needs one of `answer`, `text`, `hex`")?;
        Ok(Self { answer, delay_ms: raw.delay_ms.unwrap_or(0) })
    }
}
