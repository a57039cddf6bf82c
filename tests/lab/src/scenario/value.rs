use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::{Pace, Say};

/// One value or a list of them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a value or a list of values")]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Some(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(value) => vec![value],
        OneOrMany::Many(values) => values,
    }))
}

/// Bytes written as hexadecimal digits, with spaces where it helps the reader.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hex(pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).map(Self).ok_or_else(|| D::Error::custom("expected pairs of hexadecimal digits"))
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<Vec<u8>>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

/// `text` or `hex`, not both.
pub(super) fn bytes(text: Option<String>, hex: Option<Hex>) -> Result<Option<Say>, String> {
    match (text, hex) {
        (Some(_), Some(_)) => Err("`text` and `hex` exclude each other".to_owned()),
        (Some(text), None) => Ok(Some(Say(text.into_bytes()))),
        (None, Some(hex)) => Ok(Some(Say(hex.0))),
        (None, None) => Ok(None),
    }
}

pub(super) fn pace(
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
) -> Result<Pace, String> {
    if write_chunk == Some(0) {
        return Err("`write_chunk` must be at least 1".to_owned());
    }
    Ok(Pace { delay_ms: delay_ms.unwrap_or(0), chunk: write_chunk, pause_ms: pause_ms.unwrap_or(1) })
}

/// The one thing that is said, or an error that names the keys that exclude each other.
pub(super) fn at_most_one<T>(candidates: Vec<(&str, Option<T>)>) -> Result<Option<T>, String> {
    let mut found = None;
    for (key, candidate) in candidates {
        let Some(candidate) = candidate else { continue };
        if let Some((other, _)) = found {
            return Err(format!("`{other}` and `{key}` exclude each other"));
        }
        found = Some((key, candidate));
    }
    Ok(found.map(|(_, candidate)| candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_ignores_spaces_and_refuses_odd_digits() {
        assert_eq!(decode("03 00\n00 09 02f0"), Some(vec![3, 0, 0, 9, 2, 0xf0]));
        assert_eq!(decode("030"), None);
        assert_eq!(decode("0x03"), None);
    }
}
