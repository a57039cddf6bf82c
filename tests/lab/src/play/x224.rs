//! X.224 Connection Request and Confirm in TPKT ([MS-RDPBCGR] 2.2.1.1 and 2.2.1.2).
//!
//! [MS-RDPBCGR]: https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr/

use crate::Request;
use crate::scenario::Confirm;

/// TPKT header, length indicator and the fixed part of a Connection Request.
const FIXED_LENGTH: usize = 4 // TPKT
    + 1 // LI
    + 1 // CR CDT
    + 2 // DST-REF
    + 2 // SRC-REF
    + 1; // CLASS OPTION

/// The length that a TPKT header states, once it is there; never less than the header.
pub(super) fn tpkt_length(input: &[u8]) -> Option<usize> {
    match input {
        [_, _, high, low, ..] => Some(usize::from(u16::from_be_bytes([*high, *low])).max(4)),
        _ => None,
    }
}

/// Reads a Connection Request; `None` if it is something else.
pub(super) fn request(packet: &[u8], segments: usize) -> Option<Request> {
    if packet.get(5)? & 0xf0 != 0xe0 {
        return None;
    }
    let mut variable = packet.get(FIXED_LENGTH..)?;
    let mut cookie = None;
    if let Some(end) = variable.windows(2).position(|pair| pair == b"\r\n")
        && variable.starts_with(b"Cookie: ")
    {
        let (line, rest) = variable.split_at(end);
        cookie = Some(String::from_utf8_lossy(line).into_owned());
        variable = rest.get(2..)?;
    }
    let protocols = match variable {
        [0x01, _flags, 0x08, 0x00, a, b, c, d, ..] => Some(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => None,
    };
    Some(Request { protocols, cookie, segments })
}

pub(super) fn confirm(confirm: &Confirm) -> Vec<u8> {
    let data = match confirm {
        Confirm::Raw(say) => return say.0.clone(),
        Confirm::WithoutData => Vec::new(),
        Confirm::Select { protocol, flags } => negotiation(0x02, *flags, *protocol),
        Confirm::Fail { code } => negotiation(0x03, 0, *code),
    };
    let length = u8::try_from(data.len()).unwrap_or(0);
    let mut packet = vec![
        0x03,
        0x00,
        0x00,
        11 + length, // TPKT length
        6 + length,  // LI
        0xd0,        // CC CDT
        0x00,
        0x00, // DST-REF
        0x12,
        0x34, // SRC-REF, as Windows sends it
        0x00, // CLASS OPTION
    ];
    packet.extend_from_slice(&data);
    packet
}

/// `RDP_NEG_RSP` or `RDP_NEG_FAILURE`.
fn negotiation(kind: u8, flags: u8, value: u32) -> Vec<u8> {
    let mut data = vec![kind, flags, 0x08, 0x00];
    data.extend_from_slice(&value.to_le_bytes());
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_with_cookie_and_offer() {
        let mut packet = vec![0x03, 0, 0, 0, 0, 0xe0, 0, 0, 0, 0, 0];
        packet.extend_from_slice(b"Cookie: mstshash=lab\r\n");
        packet.extend_from_slice(&[0x01, 0, 8, 0, 0x0b, 0, 0, 0]);
        let request = request(&packet, 1).unwrap();
        assert_eq!(request.protocols, Some(11));
        assert_eq!(request.cookie.as_deref(), Some("Cookie: mstshash=lab"));
    }

    #[test]
    fn request_without_offer() {
        let packet = [0x03, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0];
        assert_eq!(request(&packet, 1).unwrap().protocols, None);
        assert_eq!(request(&[0x03, 0, 0, 11, 6, 0xf0, 0, 0, 0, 0, 0], 1), None);
        assert_eq!(request(&[0x03, 0, 0, 4], 1), None);
    }

    #[test]
    fn confirms_are_as_long_as_they_say() {
        for sent in
            [Confirm::WithoutData, Confirm::Select { protocol: 8, flags: 0x1f }, Confirm::Fail { code: 5 }]
        {
            let packet = confirm(&sent);
            assert_eq!(tpkt_length(&packet), Some(packet.len()));
            assert_eq!(usize::from(packet[4]), packet.len() - 5);
        }
    }
}
