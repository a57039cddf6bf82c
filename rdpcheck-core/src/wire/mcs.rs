//! The MCS Connect-Initial and Connect-Response (MS-RDPBCGR 2.2.1.3, 2.2.1.4; T.125): what a server tells about itself
//! before anybody logs on.
//!
//! The request is written by `ironrdp-pdu`. The answer is read here, because that library's decoder takes a refusal
//! (`result`) for a success and refuses what is lawful or common in the [server data](super::gcc).

use ironrdp_core::{ReadCursor, encode_vec};
use ironrdp_pdu::mcs::ConnectInitial;
use ironrdp_pdu::x224::{X224, X224Data};

use super::ber;
use super::gcc::{self, ServerData};
use super::negotiation::{Framing, frame_within};
use crate::evidence::SecurityProtocol;

/// The longest answer that is read: what a TPKT can hold.
pub const LONGEST: usize = 0xffff;

/// The flag of `RDP_NEG_RSP` by which a server takes more client data than that of RDP 5 (MS-RDPBCGR 2.2.1.2.1).
const EXTENDED_CLIENT_DATA_SUPPORTED: u8 = 0x01;

/// The bytes of a Connect-Initial after the server has selected `selected` with these `flags` of `RDP_NEG_RSP` (0 without
/// negotiation data).
///
/// The message channel and multitransport blocks are sent only to a server whose flags allow them, as the specification
/// demands (MS-RDPBCGR 2.2.1.3.7, 2.2.1.3.8); without them, it says nothing about UDP.
#[must_use]
pub fn connect_initial(selected: SecurityProtocol, flags: u8) -> Vec<u8> {
    let blocks = gcc::client_blocks(selected, flags & EXTENDED_CLIENT_DATA_SUPPORTED != 0);
    ConnectInitial::with_gcc_blocks(blocks)
        .ok()
        .and_then(|initial| encode_vec(&initial).ok())
        .and_then(|data| encode_vec(&X224(X224Data { data: data.into() })).ok())
        .unwrap_or_default()
}

/// Frames the answer, which is longer than a connection confirm may be.
#[must_use]
pub fn frame(bytes: &[u8]) -> Framing {
    frame_within(bytes, LONGEST)
}

/// Why there is no [`ServerData`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum McsProblem {
    /// An MCS Disconnect Provider Ultimatum (T.125 section 11.15).
    #[error("an MCS disconnect ({})", disconnect_reason_name(*.reason).unwrap_or("unknown reason"))]
    Disconnected {
        /// `reason`; see [`disconnect_reason_name`].
        reason: u8,
    },
    /// A lawful packet of another kind.
    #[error("a packet that is no MCS Connect-Response")]
    Foreign,
    /// A Connect-Response that does not add up.
    #[error("a malformed MCS Connect-Response: {0}")]
    Malformed(&'static str),
    /// No TPKT.
    #[error("bytes that are no TPKT")]
    NotTpkt,
    /// A Connect-Response that refuses.
    #[error("an MCS refusal ({})", result_name(*.result).unwrap_or("unknown result"))]
    Refused {
        /// `result`; see [`result_name`].
        result: u8,
    },
}

/// Reads a whole TPKT as the answer to [`connect_initial`].
///
/// # Errors
///
/// What came instead.
pub fn connect_response(packet: &[u8]) -> Result<ServerData, McsProblem> {
    let packet = match frame(packet) {
        Framing::Complete(length) => packet.get(..length).unwrap_or(packet),
        Framing::Incomplete(_) => return Err(McsProblem::Malformed("fewer bytes than announced")),
        Framing::NotTpkt => return Err(McsProblem::NotTpkt),
    };
    // TPKT, then an X.224 data TPDU (X.224 section 13.7): length indicator, code, end of transmission.
    let [_, _, _, _, 2, 0xf0, _, data @ ..] = packet else {
        return Err(McsProblem::Foreign);
    };
    match *data {
        // ALIGNED PER: six bits choose from DomainMCSPDU (8 is disconnectProviderUltimatum), three are the reason.
        [first, second, ..] if first >> 2 == 8 => {
            Err(McsProblem::Disconnected { reason: ((first & 0x03) << 1) | (second >> 7) })
        }
        // BER: [APPLICATION 102].
        [0x7f, 0x66, ref rest @ ..] => read_connect_response(rest),
        _ => Err(McsProblem::Foreign),
    }
}

/// The name of a `Reason` (T.125 section 7).
#[must_use]
pub fn disconnect_reason_name(reason: u8) -> Option<&'static str> {
    Some(match reason {
        0 => "rn-domain-disconnected",
        1 => "rn-provider-initiated",
        2 => "rn-token-purged",
        3 => "rn-user-requested",
        4 => "rn-channel-purged",
        _ => return None,
    })
}

/// The name of a `Result` (T.125 section 7).
#[must_use]
pub fn result_name(result: u8) -> Option<&'static str> {
    Some(match result {
        0 => "rt-successful",
        1 => "rt-domain-merging",
        2 => "rt-domain-not-hierarchical",
        3 => "rt-no-such-channel",
        4 => "rt-no-such-domain",
        5 => "rt-no-such-user",
        6 => "rt-not-admitted",
        7 => "rt-other-user-id",
        8 => "rt-parameters-unacceptable",
        9 => "rt-token-not-available",
        10 => "rt-token-not-possessed",
        11 => "rt-too-many-channels",
        12 => "rt-too-many-tokens",
        13 => "rt-too-many-users",
        14 => "rt-unspecified-failure",
        15 => "rt-user-rejected",
        _ => return None,
    })
}

/// What follows the tag of a Connect-Response: a length, `result`, `calledConnectId`, `domainParameters`, `userData`.
fn read_connect_response(bytes: &[u8]) -> Result<ServerData, McsProblem> {
    const CUT_SHORT: McsProblem = McsProblem::Malformed("cut short");
    let mut source = ReadCursor::new(bytes);
    let body = ber::contents(&mut source).ok_or(CUT_SHORT)?;
    let mut body = ReadCursor::new(body);
    let result = match ber::value(&mut body, ber::ENUMERATED).ok_or(CUT_SHORT)? {
        [result] => *result,
        _ => return Err(McsProblem::Malformed("a result of more or less than one byte")),
    };
    if result != 0 {
        return Err(McsProblem::Refused { result });
    }
    let user_data = ber::value(&mut body, ber::INTEGER)
        .and_then(|_| ber::value(&mut body, ber::SEQUENCE))
        .and_then(|_| ber::value(&mut body, ber::OCTET_STRING))
        .ok_or(CUT_SHORT)?;
    gcc::server_data(conference_user_data(user_data)?).map_err(McsProblem::Malformed)
}

/// The server data in a GCC `ConferenceCreateResponse`: what follows the key `McDn` and a length.
fn conference_user_data(bytes: &[u8]) -> Result<&[u8], McsProblem> {
    /// The H.221 key of a server, with its length less four (MS-RDPBCGR 4.1.4).
    const KEY: [u8; 5] = *b"\0McDn";
    let at = bytes
        .windows(KEY.len())
        .position(|window| window == KEY)
        .and_then(|at| at.checked_add(KEY.len()))
        .ok_or(McsProblem::Malformed("no server data"))?;
    let mut rest = ReadCursor::new(bytes.get(at..).unwrap_or_default());
    // PER: one byte, or two with the highest bit set. Servers fill the number in by hand and get it wrong; the octet string
    // around it says the same.
    let first = rest.try_read_u8().map_err(|_| McsProblem::Malformed("no server data"))?;
    if first & 0x80 != 0 {
        let _low = rest.try_read_u8().map_err(|_| McsProblem::Malformed("no server data"))?;
    }
    Ok(rest.remaining())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "a test may fail")]

    use ironrdp_core::decode;
    use proptest::prelude::*;

    use super::*;

    const CORE: [u8; 16] = [1, 0x0c, 16, 0, 0x0f, 0, 8, 0, 3, 0, 0, 0, 6, 0, 0, 0];
    const NO_SECURITY: [u8; 12] = [2, 0x0c, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    fn ber(tag: &[u8], contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
        [tag, &[0x82], &length, contents].concat()
    }

    /// A whole answer with these blocks, as Windows frames it.
    fn answer(result: u8, blocks: &[&[u8]]) -> Vec<u8> {
        let mut conference = vec![0, 5, 0, 0x14, 0x7c, 0, 1, 0x2a, 0x14, 0x76, 0x0a, 1, 1, 0, 1, 0xc0, 0];
        conference.extend(b"McDn");
        let blocks = blocks.concat();
        conference.extend((u16::try_from(blocks.len()).unwrap() | 0x8000).to_be_bytes());
        conference.extend(blocks);
        let parameters =
            [2, 1, 0x22, 2, 1, 3, 2, 1, 0, 2, 1, 1, 2, 1, 0, 2, 1, 1, 2, 3, 0, 0xff, 0xf8, 2, 1, 2];
        let mut body = vec![0x0a, 1, result, 2, 1, 0];
        body.extend(ber(&[0x30], &parameters));
        body.extend(ber(&[4], &conference));
        packet(&ber(&[0x7f, 0x66], &body))
    }

    fn packet(data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 7).unwrap().to_be_bytes();
        [&[3, 0], &length[..], &[2, 0xf0, 0x80], data].concat()
    }

    #[test]
    fn the_request_says_what_it_should() {
        for flags in [0, 0x1f] {
            let bytes = connect_initial(SecurityProtocol::HYBRID_EX, flags);
            assert_eq!(frame(&bytes), Framing::Complete(bytes.len()));
            let X224(data) = decode::<X224<X224Data<'_>>>(&bytes).unwrap();
            let initial = decode::<ConnectInitial>(&data.data).unwrap();
            let blocks = initial.conference_create_request.into_gcc_blocks();
            assert_eq!(blocks.core.client_name, "rdpcheck");
            assert_eq!(blocks.core.optional_data.server_selected_protocol.unwrap().bits(), 8);
            assert_eq!(blocks.security.encryption_methods.bits(), 0x1b);
            assert_eq!(blocks.network.unwrap().channels.len(), 1);
            assert_eq!(blocks.message_channel.is_some(), flags == 0x1f);
            let transports = blocks.multi_transport_channel.map(|block| block.flags.bits());
            assert_eq!(transports, (flags == 0x1f).then_some(0x305));
        }
    }

    #[test]
    fn lengths_that_are_wrong_by_hand_do_no_harm() {
        let mut bytes = answer(0, &[&CORE, &NO_SECURITY]);
        let at = bytes.windows(4).position(|window| window == b"McDn").unwrap();
        bytes[at + 5] = bytes[at + 5].wrapping_add(40);
        assert_eq!(connect_response(&bytes).unwrap().early_capability_flags, Some(6));
        bytes.extend(b"the next packet");
        assert!(connect_response(&bytes).is_ok());
    }

    #[test]
    fn what_comes_instead_is_told_apart() {
        let problem = |bytes: &[u8]| connect_response(bytes).unwrap_err();
        assert_eq!(problem(&[3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80]), McsProblem::Disconnected { reason: 3 });
        assert_eq!(
            McsProblem::Disconnected { reason: 3 }.to_string(),
            "an MCS disconnect (rn-user-requested)"
        );
        assert_eq!(problem(&[3, 0, 0, 9, 2, 0xf0, 0x80, 0x20, 0x80]), McsProblem::Disconnected { reason: 1 });
        assert_eq!(problem(&answer(8, &[])), McsProblem::Refused { result: 8 });
        assert_eq!(
            McsProblem::Refused { result: 8 }.to_string(),
            "an MCS refusal (rt-parameters-unacceptable)"
        );
        assert_eq!(problem(b"SSH-2.0-OpenSSH_9.6\r\n"), McsProblem::NotTpkt);
        assert_eq!(problem(&[3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0]), McsProblem::Foreign);
        assert_eq!(problem(&[3, 0, 0, 7, 2, 0xf0, 0x80]), McsProblem::Foreign);
        assert_eq!(problem(&packet(&[0x2e, 0, 0])), McsProblem::Foreign); // an Attach User Confirm
        let whole = answer(0, &[&CORE, &NO_SECURITY]);
        assert_eq!(problem(&whole[..whole.len() - 1]), McsProblem::Malformed("fewer bytes than announced"));
        assert_eq!(problem(&answer(0, &[&CORE])), McsProblem::Malformed("no security data"));
    }

    #[test]
    fn long_answers_are_framed() {
        let long = packet(&[0; 5000]);
        assert_eq!(frame(&long[..100]), Framing::Incomplete(5007));
        assert_eq!(frame(&long), Framing::Complete(5007));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _read = connect_response(&bytes);
            let _read = connect_response(&packet(&bytes));
            let _read = connect_response(&packet(&ber(&[0x7f, 0x66], &bytes)));
            let _read = connect_response(&answer(0, &[&bytes]));
        }

        #[test]
        fn no_change_of_an_answer_panics(at in 0usize..200, value: u8, cut in 0usize..200) {
            let mut bytes = answer(0, &[&CORE, &NO_SECURITY]);
            let at = at % bytes.len();
            bytes[at] = value;
            let _read = connect_response(&bytes);
            bytes.truncate(cut);
            let _read = connect_response(&bytes);
        }

        #[test]
        fn offers_do_not_change_the_frame(bits: u32, flags: u8) {
            let bytes = connect_initial(SecurityProtocol::from_bits_retain(bits), flags);
            prop_assert_eq!(frame(&bytes), Framing::Complete(bytes.len()));
        }
    }
}
