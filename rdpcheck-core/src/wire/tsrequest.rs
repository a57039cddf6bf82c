//! `TSRequest` (MS-CSSP 2.2.1), as far as the first exchange goes.

use der::asn1::OctetString;
use der::{Decode as _, Encode as _, Reader as _, Sequence, SliceReader};

/// The longest answer that is read.
pub const LONGEST: usize = 64 * 1024;

/// The version that is sent: the highest that there is, so that the answer carries the host's own.
pub const VERSION: u32 = 6;

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct NegoToken {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    token: OctetString,
}

/// A CredSSP message.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Message {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    version: u32,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    nego_tokens: Option<Vec<NegoToken>>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    auth_data: Option<OctetString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    public_key_auth: Option<OctetString>,
    // NTSTATUS is unsigned; MS-CSSP calls it INTEGER, and servers write it both with and without the leading zero byte.
    #[asn1(context_specific = "4", tag_mode = "EXPLICIT", optional = "true")]
    error_code: Option<ErrorCode>,
    #[asn1(context_specific = "5", tag_mode = "EXPLICIT", optional = "true")]
    client_nonce: Option<OctetString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ErrorCode(u32);

impl der::FixedTag for ErrorCode {
    const TAG: der::Tag = der::Tag::Integer;
}

impl<'a> der::DecodeValue<'a> for ErrorCode {
    type Error = der::Error;

    fn decode_value<R: der::Reader<'a>>(reader: &mut R, header: der::Header) -> der::Result<Self> {
        let mut code: u32 = 0;
        let bytes = reader.read_vec(header.length())?;
        if bytes.is_empty() || bytes.len() > 5 {
            return Err(reader.error(der::Tag::Integer.length_error()));
        }
        for byte in bytes {
            code = (code << 8) | u32::from(byte);
        }
        Ok(Self(code))
    }
}

impl der::EncodeValue for ErrorCode {
    fn value_len(&self) -> der::Result<der::Length> {
        self.0.value_len()
    }

    fn encode_value(&self, writer: &mut impl der::Writer) -> der::Result<()> {
        self.0.encode_value(writer)
    }
}

/// A server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TsRequest {
    /// `version`.
    pub version: u32,
    /// The first of `negoTokens`.
    pub token: Option<Vec<u8>>,
    /// `errorCode`.
    pub error_code: Option<u32>,
    /// Whether there is a `clientNonce`.
    pub has_client_nonce: bool,
}

/// The bytes of a message with this version and token, and nothing that could authenticate anybody.
#[must_use]
pub fn encode(version: u32, token: &[u8]) -> Vec<u8> {
    let message = OctetString::new(token).map(|token| Message {
        version,
        nego_tokens: Some(vec![NegoToken { token }]),
        auth_data: None,
        public_key_auth: None,
        error_code: None,
        client_nonce: None,
    });
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

/// Reads a whole message.
///
/// # Errors
///
/// What is wrong with the bytes.
pub fn decode(bytes: &[u8]) -> Result<TsRequest, String> {
    let mut reader = SliceReader::new(bytes).map_err(|error| error.to_string())?;
    let message = Message::decode(&mut reader).map_err(|error| error.to_string())?;
    if !reader.is_finished() {
        return Err("more bytes than the message".to_owned());
    }
    Ok(TsRequest {
        version: message.version,
        token: message
            .nego_tokens
            .and_then(|tokens| tokens.into_iter().next())
            .map(|token| token.token.into_bytes().into()),
        error_code: message.error_code.map(|code| code.0),
        has_client_nonce: message.client_nonce.is_some(),
    })
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
    fn error_codes_of_both_encodings() {
        for bytes in [
            &[0x30, 0x0d, 0xa0, 3, 2, 1, 6, 0xa4, 6, 2, 4, 0xc0, 0, 0, 0x6d][..],
            &[0x30, 0x0e, 0xa0, 3, 2, 1, 6, 0xa4, 7, 2, 5, 0, 0xc0, 0, 0, 0x6d],
        ] {
            assert_eq!(decode(bytes).unwrap().error_code, Some(0xC000_006D));
        }
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
