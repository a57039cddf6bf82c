//! SPNEGO tokens (RFC 4178, MS-SPNG): the choice of an authentication mechanism that CredSSP messages carry.

use std::fmt;

use der::asn1::{ContextSpecific, ObjectIdentifier, OctetString};
use der::{Decode as _, Encode as _, Header, Reader as _, Sequence, SliceReader, Tag, TagMode, TagNumber};

/// How many mechanisms of a list are read.
const MOST_MECHANISMS: usize = 32;

/// SPNEGO itself, the mechanism of the outermost token.
const SPNEGO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.2");

/// An authentication mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mechanism(ObjectIdentifier);

impl Mechanism {
    /// Kerberos (RFC 4121).
    pub const KERBEROS: Self = Self(ObjectIdentifier::new_unwrap("1.2.840.113554.1.2.2"));
    /// Kerberos user to user (MS-SPNG 3.1.5.2).
    pub const KERBEROS_USER_TO_USER: Self = Self(ObjectIdentifier::new_unwrap("1.2.840.113554.1.2.2.3"));
    /// Kerberos as Windows 2000 misspelt it and every Windows since has offered it first (MS-SPNG 3.1.5.2, product behaviour).
    pub const MS_KERBEROS: Self = Self(ObjectIdentifier::new_unwrap("1.2.840.48018.1.2.2"));
    /// SPNEGO Extended Negotiation (MS-NEGOEX).
    pub const NEGOEX: Self = Self(ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.2.30"));
    /// NTLM (MS-NLMP).
    pub const NTLM: Self = Self(ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.2.10"));

    /// A short name.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::KERBEROS => "kerberos",
            Self::KERBEROS_USER_TO_USER => "kerberos-user-to-user",
            Self::MS_KERBEROS => "ms-kerberos",
            Self::NEGOEX => "negoex",
            Self::NTLM => "ntlm",
            _ => return None,
        })
    }
}

impl fmt::Display for Mechanism {
    /// The name, or the numbers where there is none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

/// A token of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Token {
    /// `NegTokenInit2`: the server speaks first and lists what it has.
    Init(Init),
    /// `NegTokenResp`: the answer to our list.
    Response(Response),
}

/// `NegTokenInit2` (MS-SPNG 2.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Init {
    /// `mechTypes`, the preferred one first.
    pub mechanisms: Vec<Mechanism>,
    /// `mechToken`.
    pub token: Option<Vec<u8>>,
    /// `hintName` of `negHints`; Windows says `not_defined_in_RFC4178@please_ignore`.
    pub hint: Option<String>,
}

/// `NegTokenResp` (RFC 4178 section 4.2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// `negState`; see [`state_name`].
    pub state: Option<u8>,
    /// `supportedMech`: what the server chose.
    pub mechanism: Option<Mechanism>,
    /// `responseToken`: the chosen mechanism's own bytes.
    pub token: Option<Vec<u8>>,
    /// Whether there is a `mechListMIC`.
    pub has_mic: bool,
}

/// The name of a `negState` (RFC 4178 section 4.2.2).
#[must_use]
pub fn state_name(state: u8) -> Option<&'static str> {
    Some(match state {
        0 => "accept-completed",
        1 => "accept-incomplete",
        2 => "reject",
        3 => "request-mic",
        _ => return None,
    })
}

/// `NegTokenInit` (RFC 4178 section 4.2.1) without flags and without a checksum.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct NegTokenInit {
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    mech_types: Vec<ObjectIdentifier>,
    #[asn1(context_specific = "2", tag_mode = "EXPLICIT", optional = "true")]
    mech_token: Option<OctetString>,
}

/// The bytes of a first token that offers these mechanisms, the preferred one first, with a first token of that one.
#[must_use]
pub fn init(mechanisms: &[Mechanism], token: Option<&[u8]>) -> Vec<u8> {
    encode_init(mechanisms, token).unwrap_or_default()
}

fn encode_init(mechanisms: &[Mechanism], token: Option<&[u8]>) -> der::Result<Vec<u8>> {
    let value = NegTokenInit {
        mech_types: mechanisms.iter().map(|mechanism| mechanism.0).collect(),
        mech_token: token.map(OctetString::new).transpose()?,
    };
    let choice = ContextSpecific { tag_number: TagNumber(0), tag_mode: TagMode::Explicit, value };
    // InitialContextToken (RFC 2743 section 3.1)
    let mut body = SPNEGO.to_der()?;
    body.extend(choice.to_der()?);
    let tag = Tag::Application { constructed: true, number: TagNumber(0) };
    let mut bytes = Header::new(tag, body.len().try_into()?).to_der()?;
    bytes.extend(body);
    Ok(bytes)
}

/// Reads a token of a server. Fields that are not known and bytes after the end are passed over.
///
/// # Errors
///
/// What is wrong with the bytes; a bare token of a mechanism is no SPNEGO.
pub fn decode(bytes: &[u8]) -> Result<Token, String> {
    read(bytes).map_err(|error| error.to_string())
}

fn read(bytes: &[u8]) -> der::Result<Token> {
    let mut reader = SliceReader::new(bytes)?;
    let mut header = Header::decode(&mut reader)?;
    let mut value = reader.read_slice(header.length())?;
    // Only a first token has the outermost one around it.
    if header.tag() == (Tag::Application { constructed: true, number: TagNumber(0) }) {
        let mut inner = SliceReader::new(value)?;
        let _mechanism: ObjectIdentifier = ObjectIdentifier::decode(&mut inner)?;
        header = Header::decode(&mut inner)?;
        value = inner.read_slice(header.length())?;
    }
    match header.tag() {
        Tag::ContextSpecific { number: TagNumber(0), .. } => read_init(value).map(Token::Init),
        Tag::ContextSpecific { number: TagNumber(1), .. } => read_response(value).map(Token::Response),
        other => Err(other.unexpected_error(None).into()),
    }
}

fn read_init(bytes: &[u8]) -> der::Result<Init> {
    let mut read = Init::default();
    each_field(bytes, |number, value| {
        match number {
            0 => read.mechanisms = mechanisms(value)?,
            2 => read.token = Some(contents(value, Tag::OctetString)?.to_vec()),
            3 => {
                each_field(value, |number, value| {
                    if number == 0 {
                        let name = contents(value, Tag::GeneralString)?;
                        read.hint = Some(super::text::tame(&String::from_utf8_lossy(name)));
                    }
                    Ok(())
                })?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(read)
}

fn read_response(bytes: &[u8]) -> der::Result<Response> {
    let mut read = Response::default();
    each_field(bytes, |number, value| {
        match number {
            0 => read.state = contents(value, Tag::Enumerated)?.last().copied(),
            1 => read.mechanism = Some(Mechanism(ObjectIdentifier::decode(&mut SliceReader::new(value)?)?)),
            2 => read.token = Some(contents(value, Tag::OctetString)?.to_vec()),
            3 => read.has_mic = true,
            _ => {}
        }
        Ok(())
    })?;
    Ok(read)
}

fn mechanisms(bytes: &[u8]) -> der::Result<Vec<Mechanism>> {
    let mut list = SliceReader::new(contents(bytes, Tag::Sequence)?)?;
    let mut read = Vec::new();
    while !list.is_finished() && read.len() < MOST_MECHANISMS {
        read.push(Mechanism(ObjectIdentifier::decode(&mut list)?));
    }
    Ok(read)
}

/// Calls `field` with the number and the contents of each context-specific field of a SEQUENCE.
fn each_field<'a>(
    bytes: &'a [u8],
    mut field: impl FnMut(u32, &'a [u8]) -> der::Result<()>,
) -> der::Result<()> {
    let mut fields = SliceReader::new(contents(bytes, Tag::Sequence)?)?;
    while !fields.is_finished() {
        let header = Header::decode(&mut fields)?;
        let value = fields.read_slice(header.length())?;
        if let Tag::ContextSpecific { number, .. } = header.tag() {
            field(number.value(), value)?;
        }
    }
    Ok(())
}

/// The contents of the first value, which must have this tag.
fn contents(bytes: &[u8], expected: Tag) -> der::Result<&[u8]> {
    let mut reader = SliceReader::new(bytes)?;
    let header = Header::decode(&mut reader)?;
    header.tag().assert_eq(expected)?;
    reader.read_slice(header.length())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Windows clients offer.
    const WINDOWS: [Mechanism; 4] =
        [Mechanism::MS_KERBEROS, Mechanism::KERBEROS, Mechanism::NEGOEX, Mechanism::NTLM];

    /// A Windows server's choice of NTLM with a token of two bytes.
    const RESPONSE: [u8; 27] = [
        0xa1, 0x19, 0x30, 0x17, // negTokenResp [1] SEQUENCE
        0xa0, 0x03, 0x0a, 0x01, 0x01, // negState [0] accept-incomplete
        0xa1, 0x0c, 0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a, // supportedMech [1] NTLM
        0xa2, 0x02, 0x04, 0x00, // responseToken [2], empty
    ];

    #[test]
    fn a_first_token_is_der() {
        let expected = [
            0x60, 0x23, // [APPLICATION 0]
            0x06, 0x06, 0x2b, 6, 1, 5, 5, 2, // SPNEGO
            0xa0, 0x19, 0x30, 0x17, // negTokenInit [0] SEQUENCE
            0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2,
            0x0a, // mechTypes [0]
            0xa2, 0x05, 0x04, 0x03, b'a', b'b', b'c', // mechToken [2]
        ];
        assert_eq!(init(&[Mechanism::NTLM], Some(b"abc")), expected);
    }

    #[test]
    fn a_first_token_is_read_back() {
        let Token::Init(read) = decode(&init(&WINDOWS, None)).unwrap() else { panic!("another token") };
        assert_eq!((read.mechanisms, read.token, read.hint), (WINDOWS.to_vec(), None, None));
    }

    #[test]
    fn a_response_is_read() {
        let Token::Response(read) = decode(&RESPONSE).unwrap() else { panic!("another token") };
        assert_eq!(read.state.and_then(state_name), Some("accept-incomplete"));
        assert_eq!((read.mechanism, read.token.as_deref()), (Some(Mechanism::NTLM), Some(&[][..])));
        assert!(!read.has_mic);
        let mut longer = RESPONSE.to_vec();
        longer.extend(b"what follows");
        assert_eq!(decode(&longer).unwrap(), Token::Response(read));
        let reject = [0xa1, 0x0c, 0x30, 0x0a, 0xa0, 3, 0x0a, 1, 2, 0xa3, 3, 4, 1, 0];
        let Token::Response(read) = decode(&reject).unwrap() else { panic!("another token") };
        assert_eq!((read.state.and_then(state_name), read.has_mic), (Some("reject"), true));
    }

    #[test]
    fn the_hints_of_a_server_that_speaks_first_are_read() {
        let hint = b"not_defined_in_RFC4178@please_ignore";
        let mut fields = vec![0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a];
        fields.extend([0xa3, 0x2a, 0x30, 0x28, 0xa0, 0x26, 0x1b, 0x24]);
        fields.extend(hint);
        let mut bytes = vec![0x60, 0x48, 0x06, 0x06, 0x2b, 6, 1, 5, 5, 2, 0xa0, 0x3e, 0x30, 0x3c];
        bytes.extend(fields);
        let Token::Init(read) = decode(&bytes).unwrap() else { panic!("another token") };
        assert_eq!((read.mechanisms, read.token), (vec![Mechanism::NTLM], None));
        assert_eq!(read.hint.unwrap().as_bytes(), hint);
    }

    #[test]
    fn what_is_no_spnego_is_said_so() {
        for bytes in [&b"NTLMSSP\0\x02\0\0\0"[..], &[], &[0x60, 0x02, 0x05, 0x00], &RESPONSE[..20]] {
            assert!(decode(bytes).is_err(), "{bytes:02x?}");
        }
    }

    #[test]
    fn mechanisms_have_names_or_numbers() {
        assert_eq!(Mechanism::MS_KERBEROS.to_string(), "ms-kerberos");
        assert_eq!(Mechanism(SPNEGO).to_string(), "1.3.6.1.5.5.2");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..27, value: u8) {
            let _read = decode(&bytes);
            let mut changed = RESPONSE;
            changed[at] = value;
            let _read = decode(&changed);
        }

        #[test]
        fn tokens_survive(token in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..400))) {
            let Token::Init(read) = decode(&init(&WINDOWS, token.as_deref())).unwrap() else {
                panic!("another token")
            };
            prop_assert_eq!(read.token, token);
        }
    }
}
