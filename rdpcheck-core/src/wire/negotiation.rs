//! The X.224 connection request and confirm with RDP negotiation data (MS-RDPBCGR 2.2.1.1, 2.2.1.2).

use ironrdp_core::{decode, encode_vec};
use ironrdp_pdu::nego::{ConnectionConfirm, ConnectionRequest, RequestFlags};
use ironrdp_pdu::x224::X224;

use crate::evidence::{FailureKind, SecurityProtocol};

/// The longest confirm that is read. A lawful one has 11 or 19 bytes.
pub const LONGEST_CONFIRM: usize = 512;

/// The MCS Disconnect Provider Ultimatum by which a server ends a connection (T.125, in TPKT and X.224 data).
pub const DISCONNECT_ULTIMATUM: [u8; 7] = [0x03, 0x00, 0x00, 0x09, 0x02, 0xf0, 0x80];

/// A connection request without negotiation data, as clients before RDP 5.2 send it.
const REQUEST_WITHOUT_DATA: [u8; 11] = [
    0x03, 0x00, 0x00, 0x0b, // TPKT: version, reserved, length
    0x06, 0xe0, // X.224: length indicator, connection request
    0x00, 0x00, 0x00, 0x00, 0x00, // DST-REF, SRC-REF, class 0
];

/// The bytes of a connection request that offers these protocols, or that carries no negotiation data.
#[must_use]
pub fn request(offered: Option<SecurityProtocol>) -> Vec<u8> {
    let Some(offered) = offered else {
        return REQUEST_WITHOUT_DATA.to_vec();
    };
    let request = X224(ConnectionRequest {
        nego_data: None,
        flags: RequestFlags::empty(),
        protocol: ironrdp_pdu::nego::SecurityProtocol::from_bits_retain(offered.bits()),
        correlation_info: None,
    });
    encode_vec(&request).unwrap_or_else(|_| REQUEST_WITHOUT_DATA.to_vec())
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

/// Frames a TPKT (RFC 1006 section 6).
#[must_use]
pub fn frame(bytes: &[u8]) -> Framing {
    match *bytes {
        [] => Framing::Incomplete(4),
        [3] | [3, _] | [3, _, _] => Framing::Incomplete(4),
        [3, _, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([high, low]));
            if !(7..=LONGEST_CONFIRM).contains(&length) {
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
        assert_eq!(request(None), REQUEST_WITHOUT_DATA);
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
