//! `TSRequest` (MS-CSSP 2.2.1), as far as the first exchange goes.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Header, Reader as _, Sequence, SliceReader, Tag};

/// The longest answer that is read.
pub const LONGEST: usize = 64 * 1024;

/// The version that is sent: the highest that there is, so that the answer carries the host's own.
pub const VERSION: u32 = 6;

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct NegoToken {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    token: OctetString,
}

/// The part of a CredSSP message that a first request has.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Request {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u32,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT")]
    nego_tokens: Vec<NegoToken>,
}

/// A server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TsRequest {
    /// `version`.
    pub version: u32,
    /// The first of `negoTokens`.
    pub token: Option<Vec<u8>>,
    /// The rest of `negoTokens`. No server is known to send any.
    pub further_tokens: Vec<Vec<u8>>,
    /// Whether there is a `pubKeyAuth`.
    pub has_public_key_auth: bool,
    /// `errorCode`, an NTSTATUS; Windows also sends SSPI's codes, which are HRESULTs. See [`tells_errors`].
    pub error_code: Option<u32>,
    /// Whether there is a `clientNonce`.
    pub has_client_nonce: bool,
}

/// Whether a server of this version should say in `errorCode` why it refuses (MS-CSSP 2.2.1). The others can only close the
/// connection.
#[must_use]
pub fn tells_errors(version: u32) -> bool {
    matches!(version, 3 | 4 | 6..)
}

/// The bytes of a message with this version and token, and nothing that could authenticate anybody.
#[must_use]
pub fn encode(version: u32, token: &[u8]) -> Vec<u8> {
    let message =
        OctetString::new(token).map(|token| Request { version, nego_tokens: vec![NegoToken { token }] });
    message.and_then(|message| message.to_der()).unwrap_or_default()
}

/// How long the message is that begins with these bytes.
///
/// # Errors
///
/// What is wrong with the bytes, when they are no DER sequence of a bearable length.
pub fn length(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
    const TOO_LONG: &str = "a longer message than any server sends";
    let short = |header: usize, body: usize| match header.checked_add(body) {
        Some(total) if total <= LONGEST => Ok(Some(total)),
        _ => Err(TOO_LONG),
    };
    match *bytes {
        [] | [0x30] | [0x30, 0x81] | [0x30, 0x82] | [0x30, 0x82, _] => Ok(None),
        [0x30, body @ 0..=0x7f, ..] => short(2, usize::from(body)),
        [0x30, 0x81, body, ..] => short(3, usize::from(body)),
        [0x30, 0x82, high, low, ..] => short(4, usize::from(u16::from_be_bytes([high, low]))),
        [0x30, ..] => Err(TOO_LONG),
        _ => Err("no DER sequence"),
    }
}

/// Reads a whole message. Fields that are not known are passed over: a later revision may have more.
///
/// # Errors
///
/// What is wrong with the bytes.
pub fn decode(bytes: &[u8]) -> Result<TsRequest, String> {
    let words = |error: der::Error| error.to_string();
    let mut outer = SliceReader::new(bytes).map_err(words)?;
    let body = body_of(&mut outer, Tag::Sequence).map_err(words)?;
    if !outer.is_finished() {
        return Err("more bytes than the message".to_owned());
    }
    let mut fields = SliceReader::new(body).map_err(words)?;
    let mut read = TsRequest {
        version: 0,
        token: None,
        further_tokens: Vec::new(),
        has_public_key_auth: false,
        error_code: None,
        has_client_nonce: false,
    };
    let mut has_version = false;
    while !fields.is_finished() {
        let header = Header::decode(&mut fields).map_err(words)?;
        let value = fields.read_slice(header.length()).map_err(words)?;
        let Tag::ContextSpecific { number, .. } = header.tag() else {
            continue;
        };
        let mut value_reader = SliceReader::new(value).map_err(words)?;
        match number.value() {
            0 => {
                has_version = true;
                read.version = number_of(body_of(&mut value_reader, Tag::Integer).map_err(words)?);
            }
            1 => {
                let tokens = Vec::<NegoToken>::decode(&mut value_reader).map_err(words)?;
                let mut tokens = tokens.into_iter().map(|token| token.token.into_bytes().into());
                read.token = tokens.next();
                read.further_tokens = tokens.collect();
            }
            3 => read.has_public_key_auth = true,
            4 => read.error_code = Some(number_of(body_of(&mut value_reader, Tag::Integer).map_err(words)?)),
            5 => read.has_client_nonce = true,
            _ => {}
        }
    }
    if has_version { Ok(read) } else { Err("a message without a version".to_owned()) }
}

fn body_of<'a>(reader: &mut SliceReader<'a>, expected: Tag) -> der::Result<&'a [u8]> {
    let header = Header::decode(reader)?;
    header.tag().assert_eq(expected)?;
    reader.read_slice(header.length())
}

/// An INTEGER as a number without sign: NTSTATUS is written with and without the leading zero byte. What is too long for
/// it is the greatest number, which is how a version from the future is to be taken (MS-CSSP 3.1.5).
fn number_of(bytes: &[u8]) -> u32 {
    let significant = bytes.iter().skip_while(|byte| **byte == 0).count();
    if significant > 4 {
        return u32::MAX;
    }
    bytes.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn encoding_is_der() {
        let expected = [
            0x30, 0x11, // SEQUENCE
            0xa0, 0x03, 0x02, 0x01, 0x06, // version [0] INTEGER 6
            0xa1, 0x0a, 0x30, 0x08, 0x30, 0x06, // negoTokens [1] SEQUENCE OF SEQUENCE
            0xa0, 0x04, 0x04, 0x02, 0x61, 0x62, // negoToken [0] OCTET STRING "ab"
        ];
        assert_eq!(encode(6, b"ab"), expected);
    }

    #[test]
    fn an_answer_is_read() {
        let read = decode(&encode(5, b"NTLMSSP\0")).unwrap();
        assert_eq!(
            (read.version, read.token.as_deref(), read.error_code),
            (5, Some(&b"NTLMSSP\0"[..]), None)
        );
    }

    #[test]
    fn every_field_is_seen() {
        let bytes = [
            0x30, 0x22, // SEQUENCE
            0xa0, 0x03, 0x02, 0x01, 0x06, // version [0] INTEGER 6
            0xa1, 0x10, 0x30, 0x0e, // negoTokens [1] SEQUENCE OF
            0x30, 0x05, 0xa0, 0x03, 0x04, 0x01, 0x61, // SEQUENCE, negoToken [0] OCTET STRING "a"
            0x30, 0x05, 0xa0, 0x03, 0x04, 0x01, 0x62, // SEQUENCE, negoToken [0] OCTET STRING "b"
            0xa3, 0x04, 0x04, 0x02, 0x01, 0x02, // pubKeyAuth [3] OCTET STRING
            0xa5, 0x03, 0x04, 0x01, 0x09, // clientNonce [5] OCTET STRING
        ];
        let expected = TsRequest {
            version: 6,
            token: Some(b"a".to_vec()),
            further_tokens: vec![b"b".to_vec()],
            has_public_key_auth: true,
            error_code: None,
            has_client_nonce: true,
        };
        assert_eq!(decode(&bytes).unwrap(), expected);
    }

    #[test]
    fn versions_2_and_5_have_no_error_code() {
        let telling: Vec<u32> = (2..=7).filter(|version| tells_errors(*version)).collect();
        assert_eq!(telling, [3, 4, 6, 7]);
    }

    #[test]
    fn error_codes_of_both_encodings() {
        for bytes in [
            &[0x30, 0x0d, 0xa0, 3, 2, 1, 6, 0xa4, 6, 2, 4, 0xc0, 0, 0, 0x6d][..],
            &[0x30, 0x0e, 0xa0, 3, 2, 1, 6, 0xa4, 7, 2, 5, 0, 0xc0, 0, 0, 0x6d],
        ] {
            assert_eq!(decode(bytes).unwrap().error_code, Some(0xC000_006D));
        }
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let mut bytes = encode(6, b"NTLMSSP\0");
        bytes.extend([0xa6, 0x03, 0x04, 0x01, 0x00]); // a field [6] of a later revision
        bytes[1] += 5;
        assert_eq!(decode(&bytes).unwrap().token.as_deref(), Some(&b"NTLMSSP\0"[..]));
        let huge = [0x30, 0x09, 0xa0, 0x07, 0x02, 0x05, 0x01, 0, 0, 0, 0];
        assert_eq!(decode(&huge).unwrap().version, u32::MAX);
        assert!(decode(&[0x30, 0x00]).is_err());
    }

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(length(&[0x30, 0x82]), Ok(None));
        assert_eq!(length(&[0x30, 5]), Ok(Some(7)));
        assert_eq!(length(&[0x30, 0x82, 1, 0]), Ok(Some(260)));
        assert!(length(&[0x30, 0x82, 0xff, 0xff]).is_err());
        assert!(length(&[0x30, 0x84, 0, 0, 0, 1]).is_err());
        assert!(length(&[0x30, 0x80]).is_err());
        assert!(length(b"HTTP").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _length = length(&bytes);
            let _read = decode(&bytes);
            let mut message = vec![0x30, 0x82, 1, 0];
            message.extend(&bytes);
            let _read = decode(&message);
        }

        #[test]
        fn tokens_survive(version in 2u32..=6, token in proptest::collection::vec(any::<u8>(), 0..300)) {
            let bytes = encode(version, &token);
            prop_assert_eq!(length(&bytes), Ok(Some(bytes.len())));
            let read = decode(&bytes).unwrap();
            prop_assert_eq!((read.version, read.token), (version, Some(token)));
        }
    }
}
