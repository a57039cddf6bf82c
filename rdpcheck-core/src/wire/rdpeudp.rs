//! The opening of the UDP side channel: `SYN` and `SYN+ACK` datagrams (MS-RDPEUDP 2.2.1 to 2.2.3, 3.1.5.1). Numbers are
//! big-endian.

use ironrdp_core::ReadCursor;

/// Bytes of a `SYN` or `SYN+ACK` datagram: both are filled up with zeros to the greatest MTU (MS-RDPEUDP 4.1.1, 4.1.2).
pub const SYN_LENGTH: usize = 1232;

/// `uUdpVer`: retransmits after 500 ms at the earliest (MS-RDPEUDP 2.2.2.9). What an endpoint speaks that names no version.
pub const VERSION_1: u16 = 0x0001;
/// `uUdpVer`: retransmits after 300 ms at the earliest.
pub const VERSION_2: u16 = 0x0002;
/// `uUdpVer`: data goes as in MS-RDPEUDP2. The `SYN` must carry the hash of a cookie that the server gave within a session,
/// so a probe without a session cannot ask for it.
pub const VERSION_3: u16 = 0x0101;

/// The allowed range of both MTUs, in bytes (MS-RDPEUDP 2.2.2.5).
const MTU: std::ops::RangeInclusive<u16> = 1132..=1232;
/// What Windows clients announce, in datagrams.
const RECEIVE_WINDOW: u16 = 64;
/// `uSynExFlags`: `uUdpVer` counts.
const VERSION_INFO_VALID: u16 = 0x0001;

bitflags::bitflags! {
    /// `uFlags` of `RDPUDP_FEC_HEADER` (MS-RDPEUDP 2.2.2.1).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Flags: u16 {
        /// `RDPUDP_FLAG_SYN`.
        const SYN = 0x0001;
        /// `RDPUDP_FLAG_FIN`.
        const FIN = 0x0002;
        /// `RDPUDP_FLAG_ACK`.
        const ACK = 0x0004;
        /// `RDPUDP_FLAG_DATA`.
        const DATA = 0x0008;
        /// `RDPUDP_FLAG_FEC`.
        const FEC = 0x0010;
        /// `RDPUDP_FLAG_CN`: congestion was noticed.
        const CN = 0x0020;
        /// `RDPUDP_FLAG_CWR`.
        const CWR = 0x0040;
        /// `RDPUDP_FLAG_SACK_OPTION`.
        const SACK_OPTION = 0x0080;
        /// `RDPUDP_FLAG_ACK_OF_ACKS`.
        const ACK_OF_ACKS = 0x0100;
        /// `RDPUDP_FLAG_SYNLOSSY`: lost datagrams are not sent again.
        const SYNLOSSY = 0x0200;
        /// `RDPUDP_FLAG_ACKDELAYED`.
        const ACKDELAYED = 0x0400;
        /// `RDPUDP_FLAG_CORRELATION_ID`: an `RDPUDP_CORRELATION_ID_PAYLOAD` follows.
        const CORRELATION_ID = 0x0800;
        /// `RDPUDP_FLAG_SYNEX`: an `RDPUDP_SYNDATAEX_PAYLOAD` follows.
        const SYNEX = 0x1000;
    }
}

/// What a client sends first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the fields of a datagram")]
pub struct Syn {
    /// `snInitialSequenceNumber`: random.
    pub initial_sequence_number: u32,
    /// `uCorrelationId`, as in `RDP_NEG_CORRELATION_INFO`; a first byte of 0 or 0xF4 and any byte of 0x0D are not allowed
    /// (MS-RDPEUDP 3.1.5.1.1).
    pub correlation_id: Option<[u8; 16]>,
    /// The highest `uUdpVer` that is offered; without it, a server takes [`VERSION_1`].
    pub version: Option<u16>,
}

impl Syn {
    /// The datagram, [`SYN_LENGTH`] bytes long. For [`VERSION_3`], the cookie's hash is zeros.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut flags = Flags::SYN;
        flags.set(Flags::CORRELATION_ID, self.correlation_id.is_some());
        flags.set(Flags::SYNEX, self.version.is_some());
        let mut datagram = Vec::with_capacity(SYN_LENGTH);
        datagram.extend(u32::MAX.to_be_bytes()); // snSourceAck
        datagram.extend(RECEIVE_WINDOW.to_be_bytes()); // uReceiveWindowSize
        datagram.extend(flags.bits().to_be_bytes()); // uFlags
        datagram.extend(self.initial_sequence_number.to_be_bytes()); // snInitialSequenceNumber
        datagram.extend(MTU.end().to_be_bytes()); // uUpStreamMtu
        datagram.extend(MTU.end().to_be_bytes()); // uDownStreamMtu
        if let Some(id) = self.correlation_id {
            datagram.extend(id); // uCorrelationId
            datagram.extend([0; 16]); // uReserved
        }
        if let Some(version) = self.version {
            datagram.extend(VERSION_INFO_VALID.to_be_bytes()); // uSynExFlags
            datagram.extend(version.to_be_bytes()); // uUdpVer
        }
        datagram.resize(SYN_LENGTH, 0);
        datagram
    }
}

/// A server's answer to a [`Syn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SynAck {
    /// `uReceiveWindowSize`, in datagrams.
    pub receive_window: u16,
    /// `uFlags`.
    pub flags: Flags,
    /// `snInitialSequenceNumber`.
    pub initial_sequence_number: u32,
    /// `uUpStreamMtu`, in bytes.
    pub upstream_mtu: u16,
    /// `uDownStreamMtu`, in bytes.
    pub downstream_mtu: u16,
    /// `uUdpVer`; without it, both speak [`VERSION_1`].
    pub version: Option<u16>,
}

/// Why a datagram is no answer to a [`Syn`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SynAckProblem {
    /// An MTU out of the allowed range.
    #[error("an MTU of {upstream} and {downstream} bytes, which is not from 1132 to 1232")]
    ImpossibleMtu {
        /// `uUpStreamMtu`, in bytes.
        upstream: u16,
        /// `uDownStreamMtu`, in bytes.
        downstream: u16,
    },
    /// The flags are not those of a `SYN+ACK`: another kind of datagram, or another protocol.
    #[error("no SYN+ACK (flags 0x{flags:04x})")]
    NotSynAck {
        /// What stands where `uFlags` would be.
        flags: u16,
    },
    /// It acknowledges a `SYN` with another sequence number.
    #[error("an acknowledgement of another sequence number (0x{acknowledged:08x})")]
    OtherSequence {
        /// `snSourceAck`.
        acknowledged: u32,
    },
    /// It ends before its fields do.
    #[error("a datagram of {length} bytes, which is too short")]
    TooShort {
        /// Bytes of the datagram.
        length: usize,
    },
}

/// Reads a datagram as the answer to `syn`.
///
/// # Errors
///
/// What came instead.
pub fn syn_ack(datagram: &[u8], syn: &Syn) -> Result<SynAck, SynAckProblem> {
    let too_short = |_| SynAckProblem::TooShort { length: datagram.len() };
    let mut source = ReadCursor::new(datagram);
    let acknowledged = source.try_read_u32_be().map_err(too_short)?;
    let receive_window = source.try_read_u16_be().map_err(too_short)?;
    let bits = source.try_read_u16_be().map_err(too_short)?;
    let flags = match Flags::from_bits(bits) {
        Some(flags) if is_syn_ack(flags) => flags,
        _ => return Err(SynAckProblem::NotSynAck { flags: bits }),
    };
    let initial_sequence_number = source.try_read_u32_be().map_err(too_short)?;
    let upstream = source.try_read_u16_be().map_err(too_short)?;
    let downstream = source.try_read_u16_be().map_err(too_short)?;
    if acknowledged != syn.initial_sequence_number {
        return Err(SynAckProblem::OtherSequence { acknowledged });
    }
    if !MTU.contains(&upstream) || !MTU.contains(&downstream) {
        return Err(SynAckProblem::ImpossibleMtu { upstream, downstream });
    }
    if flags.contains(Flags::CORRELATION_ID) {
        for _ in 0..8 {
            source.try_read_u32_be().map_err(too_short)?;
        }
    }
    let mut version = None;
    if flags.contains(Flags::SYNEX) {
        let options = source.try_read_u16_be().map_err(too_short)?;
        let number = source.try_read_u16_be().map_err(too_short)?;
        version = (options & VERSION_INFO_VALID != 0).then_some(number);
    }
    Ok(SynAck {
        receive_window,
        flags,
        initial_sequence_number,
        upstream_mtu: upstream,
        downstream_mtu: downstream,
        version,
    })
}

fn is_syn_ack(flags: Flags) -> bool {
    const NOT_YET: Flags = Flags::FIN.union(Flags::DATA).union(Flags::FEC);
    flags.contains(Flags::SYN | Flags::ACK) && !flags.intersects(NOT_YET)
}

/// The name of a `uUdpVer` (MS-RDPEUDP 2.2.2.9).
#[must_use]
pub fn version_name(version: u16) -> Option<&'static str> {
    Some(match version {
        VERSION_1 => "RDP-UDP version 1",
        VERSION_2 => "RDP-UDP version 2",
        VERSION_3 => "RDP-UDP2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SYN: Syn =
        Syn { initial_sequence_number: 0x0102_0304, correlation_id: None, version: Some(VERSION_2) };

    fn answer(flags: u16, upstream: u16, tail: &[u8]) -> Vec<u8> {
        let mut datagram = vec![1, 2, 3, 4, 0, 64];
        datagram.extend(flags.to_be_bytes());
        datagram.extend([0, 0, 0, 9]);
        datagram.extend(upstream.to_be_bytes());
        datagram.extend(1200_u16.to_be_bytes());
        datagram.extend(tail);
        datagram
    }

    #[test]
    fn a_syn_is_what_the_specification_shows() {
        let datagram = SYN.encode();
        let head = [
            0xff, 0xff, 0xff, 0xff, 0, 64, 0x10, 0x01, // RDPUDP_FEC_HEADER
            1, 2, 3, 4, 0x04, 0xd0, 0x04, 0xd0, // RDPUDP_SYNDATA_PAYLOAD
            0, 1, 0, 2, // RDPUDP_SYNDATAEX_PAYLOAD
        ];
        assert_eq!(datagram.len(), SYN_LENGTH);
        assert!(datagram.starts_with(&head) && datagram[head.len()..].iter().all(|byte| *byte == 0));
        let bare = Syn { version: None, ..SYN }.encode();
        assert_eq!(bare[6..8], [0, 1]);
        assert!(bare[16..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_syn_ack_is_read() {
        let read = syn_ack(&answer(0x1005, 1132, &[0, 1, 1, 1]), &SYN).unwrap();
        assert_eq!(read.flags, Flags::SYN | Flags::ACK | Flags::SYNEX);
        assert_eq!((read.receive_window, read.initial_sequence_number), (64, 9));
        assert_eq!((read.upstream_mtu, read.downstream_mtu), (1132, 1200));
        assert_eq!(read.version.and_then(version_name), Some("RDP-UDP2"));
        assert_eq!(syn_ack(&answer(0x0005, 1232, &[]), &SYN).unwrap().version, None);
        assert_eq!(syn_ack(&answer(0x1005, 1232, &[0, 0, 0, 2]), &SYN).unwrap().version, None);
        let mut with_id = vec![7; 16];
        with_id.extend([0; 16]);
        with_id.extend([0, 1, 0, 2]);
        assert_eq!(syn_ack(&answer(0x1805, 1232, &with_id), &SYN).unwrap().version, Some(VERSION_2));
    }

    #[test]
    fn everything_else_is_told_apart() {
        let problem = |bytes: &[u8]| syn_ack(bytes, &SYN).unwrap_err();
        assert_eq!(problem(&SYN.encode()), SynAckProblem::NotSynAck { flags: 0x1001 }); // an echo
        assert_eq!(problem(&answer(0x0004, 1232, &[])), SynAckProblem::NotSynAck { flags: 4 });
        assert_eq!(problem(&answer(0x000d, 1232, &[])), SynAckProblem::NotSynAck { flags: 0x0d });
        assert_eq!(problem(&answer(0x8005, 1232, &[])), SynAckProblem::NotSynAck { flags: 0x8005 });
        assert_eq!(
            problem(&answer(0x0005, 1500, &[])),
            SynAckProblem::ImpossibleMtu { upstream: 1500, downstream: 1200 }
        );
        assert_eq!(problem(&answer(0x1005, 1232, &[0, 1, 0])), SynAckProblem::TooShort { length: 19 });
        assert_eq!(problem(&[]), SynAckProblem::TooShort { length: 0 });
        let other = Syn { initial_sequence_number: 5, ..SYN };
        assert_eq!(
            syn_ack(&answer(0x0005, 1232, &[]), &other),
            Err(SynAckProblem::OtherSequence { acknowledged: 0x0102_0304 })
        );
        assert_eq!(
            SynAckProblem::OtherSequence { acknowledged: 1 }.to_string(),
            "an acknowledgement of another sequence number (0x00000001)"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), cut in 0usize..60) {
            let _read = syn_ack(&bytes, &SYN);
            let mut tail = answer(0x1805, 1232, &bytes);
            tail.truncate(cut);
            let _read = syn_ack(&tail, &SYN);
        }

        #[test]
        fn a_syn_has_one_length(number: u32, id: Option<[u8; 16]>, version: Option<u16>) {
            let syn = Syn { initial_sequence_number: number, correlation_id: id, version };
            prop_assert_eq!(syn.encode().len(), SYN_LENGTH);
        }
    }
}
