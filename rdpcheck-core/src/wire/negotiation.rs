//! The X.224 connection request and confirm with RDP negotiation data (MS-RDPBCGR 2.2.1.1, 2.2.1.2).

use std::fmt;
use std::str::FromStr;

use ironrdp_core::{decode, encode_vec};
use ironrdp_pdu::nego::{ConnectionConfirm, ConnectionRequest, NegoRequestData, RequestFlags};
use ironrdp_pdu::x224::X224;

use crate::Error;
use crate::evidence::{FailureKind, SecurityProtocol};

/// The longest confirm that is read. A lawful one has 11 or 19 bytes.
pub const LONGEST_CONFIRM: usize = 512;

/// The MCS Disconnect Provider Ultimatum by which a server ends a connection (T.125, in TPKT and X.224 data).
pub const DISCONNECT_ULTIMATUM: [u8; 7] = [0x03, 0x00, 0x00, 0x09, 0x02, 0xf0, 0x80];

/// The name in `Cookie: mstshash=NAME`, by which load balancers keep a user on one server; servers ignore it
/// (MS-RDPBCGR 2.2.1.1, 3.3.5.3.1).
///
/// Windows clients send the first nine characters of the user name, with its domain (`DOMAIN\user`) where one was typed
/// (MS-RDPBCGR 3.2.5.3.1, product behaviour).
///
/// ```
/// let name: rdpcheck_core::wire::negotiation::CookieName = "alice".parse()?;
/// assert_eq!(name.as_str(), "alice");
/// # Ok::<(), rdpcheck_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CookieName(String);

impl CookieName {
    /// The most characters that are taken.
    pub const LONGEST: usize = 64;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CookieName {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::InvalidOptions`] for what a load balancer could not find the end of.
    fn from_str(given: &str) -> Result<Self, Error> {
        let fits = (1..=Self::LONGEST).contains(&given.len())
            && given.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
        if fits {
            Ok(Self(given.to_owned()))
        } else {
            Err(Error::InvalidOptions {
                option: "probe_name",
                value: super::text::tame(given),
                allowed: "1 to 64 printable ASCII characters but space and semicolon",
            })
        }
    }
}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The bytes of a connection request that offers these protocols, or that carries no negotiation data, as clients before
/// RDP 5.2 send it.
#[must_use]
pub fn request(offered: Option<SecurityProtocol>) -> Vec<u8> {
    request_with_cookie(offered, None)
}

/// As [`request`], with a cookie before the negotiation data.
#[must_use]
pub fn request_with_cookie(offered: Option<SecurityProtocol>, cookie: Option<&CookieName>) -> Vec<u8> {
    let Some(offered) = offered else {
        return request_without_data(cookie);
    };
    let request = X224(ConnectionRequest {
        nego_data: cookie.map(|name| NegoRequestData::cookie(name.0.clone())),
        flags: RequestFlags::empty(),
        protocol: ironrdp_pdu::nego::SecurityProtocol::from_bits_retain(offered.bits()),
        correlation_info: None,
    });
    encode_vec(&request).unwrap_or_else(|_| request_without_data(cookie))
}

/// `ironrdp-pdu` cannot leave out the negotiation data.
fn request_without_data(cookie: Option<&CookieName>) -> Vec<u8> {
    let cookie = cookie.map(|name| format!("Cookie: mstshash={name}\r\n")).unwrap_or_default();
    // At most 64 characters and what is around them: the length fits into one byte.
    let length = u8::try_from(cookie.len()).unwrap_or_default();
    let mut bytes = vec![
        0x03,
        0x00,
        0x00,
        length.saturating_add(11), // TPKT: version, reserved, length
        length.saturating_add(6),
        0xe0, // X.224: length indicator, connection request
        0x00,
        0x00,
        0x00,
        0x00,
        0x00, // DST-REF, SRC-REF, class 0
    ];
    bytes.extend(cookie.bytes());
    bytes
}

/// What the bytes received so far are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "bytes are one of these three")]
pub enum Framing {
    /// The beginning of a TPKT; at least this many bytes are needed in all.
    Incomplete(usize),
    /// A TPKT of this length.
    Complete(usize),
    /// No TPKT.
    NotTpkt,
}

/// Frames a connection confirm.
#[must_use]
pub fn frame(bytes: &[u8]) -> Framing {
    frame_within(bytes, LONGEST_CONFIRM)
}

/// Frames a TPKT (RFC 1006 section 6) of at most this length.
#[must_use]
pub fn frame_within(bytes: &[u8], longest: usize) -> Framing {
    match *bytes {
        [] => Framing::Incomplete(4),
        [3] | [3, _] | [3, _, _] => Framing::Incomplete(4),
        [3, _, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([high, low]));
            if !(7..=longest).contains(&length) {
                Framing::NotTpkt
            } else if bytes.len() < length {
                Framing::Incomplete(length)
            } else {
                Framing::Complete(length)
            }
        }
        _ => Framing::NotTpkt,
    }
}

/// A lawful confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirm {
    /// `SRC-REF`.
    pub source_reference: u16,
    /// `RDP_NEG_RSP`; `None` without negotiation data.
    pub response: Option<Response>,
}

/// `RDP_NEG_RSP`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// `flags`.
    pub flags: u8,
    /// `selectedProtocol`.
    pub selected: SecurityProtocol,
}

/// Reads a whole TPKT as the answer to a request that offered `offered`.
///
/// # Errors
///
/// [`FailureKind::NegotiationRejected`] for `RDP_NEG_FAILURE`, [`FailureKind::ProtocolViolation`] for what is no lawful answer.
pub fn confirm(bytes: &[u8], offered: Option<SecurityProtocol>) -> Result<Confirm, FailureKind> {
    const EXPECTED: &str = "an X.224 connection confirm";
    let violation = |got: String| Err(FailureKind::ProtocolViolation { expected: EXPECTED.to_owned(), got });
    if bytes.starts_with(&DISCONNECT_ULTIMATUM) {
        return violation("an MCS disconnect".to_owned());
    }
    // The decoder takes a length on trust (MS-RDPBCGR 2.2.1.2.1: "MUST be set to 0x0008").
    if let Some([2 | 3, _, low, high]) = bytes.get(11..15) {
        let length = u16::from_le_bytes([*low, *high]);
        if length != 8 {
            return violation(format!("negotiation data of length {length}"));
        }
    }
    let confirm = match decode::<X224<ConnectionConfirm>>(bytes) {
        Ok(X224(confirm)) => confirm,
        Err(error) => {
            return violation(format!(
                "a malformed or foreign packet ({})",
                super::text::tame(&error.to_string())
            ));
        }
    };
    // Length indicator 6 is the header alone: no negotiation data (X.224 section 13.4).
    let has_data = bytes.get(4).is_some_and(|&length| length > 6);
    let source_reference = match bytes.get(8..10) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => 0,
    };
    match confirm {
        ConnectionConfirm::Failure { code } => {
            let code = u32::from(code);
            Err(FailureKind::NegotiationRejected { code, name: failure_name(code).map(str::to_owned) })
        }
        ConnectionConfirm::Response { .. } if !has_data => Ok(Confirm { source_reference, response: None }),
        ConnectionConfirm::Response { flags, protocol } => {
            let selected = SecurityProtocol::from_bits_retain(protocol.bits());
            if selected.bits().count_ones() > 1 {
                return violation(format!("a choice of several protocols at once ({selected})"));
            }
            if !offered.unwrap_or(SecurityProtocol::empty()).contains(selected) {
                return violation(format!("a choice of what was not offered ({selected})"));
            }
            Ok(Confirm { source_reference, response: Some(Response { flags: flags.bits(), selected }) })
        }
    }
}

/// The name of a `failureCode` (MS-RDPBCGR 2.2.1.2.2; 7 from the protocol's later revisions).
#[must_use]
pub fn failure_name(code: u32) -> Option<&'static str> {
    Some(match code {
        1 => "SSL_REQUIRED_BY_SERVER",
        2 => "SSL_NOT_ALLOWED_BY_SERVER",
        3 => "SSL_CERT_NOT_ON_SERVER",
        4 => "INCONSISTENT_FLAGS",
        5 => "HYBRID_REQUIRED_BY_SERVER",
        6 => "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
        7 => "ENTRA_AUTH_REQUIRED_BY_SERVER",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USUAL: Option<SecurityProtocol> = Some(SecurityProtocol::USUAL_OFFER);

    fn response(kind: u8, flags: u8, value: u32) -> Vec<u8> {
        let mut bytes = vec![3, 0, 0, 0x13, 0x0e, 0xd0, 0, 0, 0x12, 0x34, 0, kind, flags, 8, 0];
        bytes.extend(value.to_le_bytes());
        bytes
    }

    #[test]
    fn requests_are_what_the_specification_shows() {
        assert_eq!(request(USUAL), [3, 0, 0, 0x13, 0x0e, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0x0b, 0, 0, 0]);
        assert_eq!(request(None), [3, 0, 0, 0x0b, 6, 0xe0, 0, 0, 0, 0, 0]);
    }

    /// MS-RDPBCGR 4.1.1, and the same without negotiation data.
    #[test]
    fn a_cookie_comes_before_the_negotiation_data() {
        let name: CookieName = "eltons".parse().unwrap();
        let mut expected = vec![3, 0, 0, 0x2c, 0x27, 0xe0, 0, 0, 0, 0, 0];
        expected.extend(b"Cookie: mstshash=eltons\r\n");
        expected.extend([1, 0, 8, 0, 0, 0, 0, 0]);
        assert_eq!(request_with_cookie(Some(SecurityProtocol::empty()), Some(&name)), expected);
        expected.truncate(36);
        expected[3] = 36;
        expected[4] = 31;
        assert_eq!(request_with_cookie(None, Some(&name)), expected);
    }

    #[test]
    fn names_of_cookies_have_an_end() {
        for name in ["a", "Administr", r"FTBCO\A70", "user@host.example", &"x".repeat(64)] {
            let read: CookieName = name.parse().unwrap();
            assert_eq!(read.to_string(), name);
            for offered in [None, USUAL] {
                let bytes = request_with_cookie(offered, Some(&read));
                assert_eq!(frame_within(&bytes, 256), Framing::Complete(bytes.len()));
                assert_eq!(usize::from(bytes[4]) + 5, bytes.len());
            }
        }
        for name in ["", "a b", "a;b", "a\r\nb", "M\u{fc}ller", &"x".repeat(65)] {
            let error = name.parse::<CookieName>().unwrap_err();
            assert!(
                error
                    .to_string()
                    .ends_with("; allowed: 1 to 64 printable ASCII characters but space and semicolon")
            );
        }
        assert_eq!(
            "a\rb".parse::<CookieName>().unwrap_err().to_string(),
            "invalid probe_name: a\\u{d}b; allowed: 1 to 64 printable ASCII characters but space and semicolon"
        );
    }

    #[test]
    fn a_confirm_is_read() {
        let read = confirm(&response(2, 0x1f, 8), USUAL).unwrap();
        assert_eq!(read.source_reference, 0x1234);
        let response_read = read.response.unwrap();
        assert_eq!((response_read.flags, response_read.selected), (0x1f, SecurityProtocol::HYBRID_EX));
        let bare = [3, 0, 0, 0x0b, 6, 0xd0, 0, 0, 0x12, 0x34, 0];
        assert_eq!(confirm(&bare, USUAL).unwrap().response, None);
        assert_eq!(
            confirm(&response(2, 0, 0), USUAL).unwrap().response.unwrap().selected,
            SecurityProtocol::empty()
        );
    }

    #[test]
    fn failures_keep_their_number() {
        for code in [1, 2, 3, 4, 5, 6, 7, 8, u32::MAX] {
            let failure = confirm(&response(3, 0, code), USUAL).unwrap_err();
            assert!(matches!(failure, FailureKind::NegotiationRejected { code: read, .. } if read == code));
        }
    }

    #[test]
    fn unlawful_choices_are_violations() {
        for (selected, offered) in
            [(0x10, USUAL), (0x0b, USUAL), (0x8000_0000, USUAL), (2, Some(SecurityProtocol::SSL)), (1, None)]
        {
            let failure = confirm(&response(2, 0, selected), offered).unwrap_err();
            assert_eq!(failure.code(), "protocol-violation", "{selected:x}");
        }
        for bytes in [
            &[3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80][..],
            &[3, 0, 0, 0x13, 0x0e, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 3, 0, 0, 1, 0, 0, 0], // length 0 in RDP_NEG_RSP
            &[3, 0, 0, 7, 0xff, 0xd0, 0],
        ] {
            assert_eq!(confirm(bytes, USUAL).unwrap_err().code(), "protocol-violation", "{bytes:?}");
        }
    }

    #[test]
    fn framing_waits_for_what_is_announced() {
        assert_eq!(frame(&[]), Framing::Incomplete(4));
        assert_eq!(frame(&[3, 0, 0]), Framing::Incomplete(4));
        assert_eq!(frame(&[3, 0, 0, 19, 1]), Framing::Incomplete(19));
        assert_eq!(frame(&response(2, 0, 1)), Framing::Complete(19));
        for bytes in [&b"S"[..], b"HTTP/1.1", &[3, 0, 0, 6], &[3, 0, 0xff, 0xff]] {
            assert_eq!(frame(bytes), Framing::NotTpkt);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), mask in any::<u32>()) {
            let _framing = frame(&bytes);
            let _read = confirm(&bytes, Some(SecurityProtocol::from_bits_retain(mask)));
            let mut framed = vec![3, 0, 0, 19, 14, 0xd0];
            framed.extend(&bytes);
            let _read = confirm(&framed, None);
        }
    }
}
