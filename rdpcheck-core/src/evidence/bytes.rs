use std::fmt;

use serde::{Deserialize, Serialize};

/// Bytes that a peer sent, as far as they were kept. In JSON printable ASCII is `{"text": ...}`, all else `{"hex": ...}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(into = "Written", try_from = "Written")]
#[cfg_attr(feature = "schema", schemars(with = "Written"))]
pub struct PeerBytes(Vec<u8>);

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Written {
    Text(String),
    Hex(String),
}

impl PeerBytes {
    /// How many bytes are kept of what a peer sends.
    pub const KEPT: usize = 128;

    /// The first [`Self::KEPT`] of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.iter().take(Self::KEPT).copied().collect())
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn is_text(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t'))
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for PeerBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_text() {
            let text: String = self.0.iter().copied().map(char::from).collect();
            return write!(f, "{:?}", text.trim_end());
        }
        f.write_str(&self.hex())
    }
}

impl From<PeerBytes> for Written {
    fn from(bytes: PeerBytes) -> Self {
        if bytes.is_text() {
            Self::Text(bytes.0.into_iter().map(char::from).collect())
        } else {
            Self::Hex(bytes.hex())
        }
    }
}

impl TryFrom<Written> for PeerBytes {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match written {
            Written::Text(text) => Ok(Self::new(text.as_bytes())),
            Written::Hex(hex) => hex
                .as_bytes()
                .chunks(2)
                .map(|pair| match *pair {
                    [high, low] => Some((digit(high)? << 4) | digit(low)?),
                    _ => None,
                })
                .collect::<Option<Vec<u8>>>()
                .map(|bytes| Self::new(&bytes))
                .ok_or("not hexadecimal"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_hex_survive_json() {
        for (bytes, json) in [
            (b"SSH-2.0-x\r\n".as_slice(), r#"{"text":"SSH-2.0-x\r\n"}"#),
            (&[3, 0, 0, 9], r#"{"hex":"03000009"}"#),
            (&[], r#"{"hex":""}"#),
            (&[0xC3, 0xA4], r#"{"hex":"c3a4"}"#),
        ] {
            let kept = PeerBytes::new(bytes);
            assert_eq!(serde_json::to_string(&kept).unwrap(), json);
            assert_eq!(serde_json::from_str::<PeerBytes>(json).unwrap(), kept);
        }
        assert!(serde_json::from_str::<PeerBytes>(r#"{"hex":"0"}"#).is_err());
        assert_eq!(PeerBytes::new(&[7; 500]).as_slice().len(), PeerBytes::KEPT);
    }
}
