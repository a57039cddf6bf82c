//! The opening of the UDP side channel by Windows.

use rdpcheck_core::wire::rdpeudp::{Flags, Syn, SynAckProblem, VERSION_1, VERSION_2, VERSION_3, syn_ack};

use crate::capture::{datagrams, read};

/// The capture, the version that the client offers and the one that the server takes.
const ROWS: [(&str, u16, u16); 2] = [
    // The client offers a version that no specification names.
    ("zeek-rdpeudp-handshake-success.pcap", 0x0003, VERSION_2),
    ("zeek-rdpeudp2-handshake-success.pcap", VERSION_3, VERSION_3),
];

#[test]
fn a_syn_is_that_of_a_windows_client_and_its_answer_is_read() {
    for (name, offered, taken) in ROWS {
        let Some(capture) = read(name) else { continue };
        let datagrams = datagrams(&capture);
        let [first, second, rest @ ..] = &datagrams[..] else { panic!("{name}") };
        assert_eq!(first.destination, second.source, "{name}");
        let syn = Syn {
            initial_sequence_number: u32::from_be_bytes(first.payload[8..12].try_into().unwrap()),
            correlation_id: Some(first.payload[16..32].try_into().unwrap()),
            version: Some(offered),
        };
        assert_eq!(syn.encode(), first.payload, "{name}");
        let answer = syn_ack(&second.payload, &syn).unwrap();
        assert_eq!(answer.flags, Flags::SYN | Flags::ACK | Flags::SYNEX, "{name}");
        assert_eq!(answer.version, Some(taken), "{name}");
        assert_eq!((answer.upstream_mtu, answer.downstream_mtu), (1232, 1232), "{name}");
        assert_eq!(answer.initial_sequence_number.to_be_bytes(), second.payload[8..12], "{name}");
        for datagram in rest {
            assert!(syn_ack(&datagram.payload, &syn).is_err(), "{name}");
        }
        let other = Syn { initial_sequence_number: 1, version: Some(VERSION_1), ..syn };
        assert_eq!(
            syn_ack(&second.payload, &other),
            Err(SynAckProblem::OtherSequence { acknowledged: syn.initial_sequence_number })
        );
    }
}
