//! The connection confirm, for every capture that has one.

use rdpcheck_core::evidence::{FailureKind, SecurityProtocol};
use rdpcheck_core::wire::negotiation::{Framing, confirm, frame};

use crate::capture::{conversations, read};

/// What a server answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// `RDP_NEG_FAILURE` with this code.
    Failure(u32),
    /// `RDP_NEG_RSP` with these flags and this choice.
    Selected { flags: u8, protocol: SecurityProtocol },
    /// No lawful answer.
    Violation,
    /// A confirm without negotiation data.
    WithoutData,
}

use Answer::{Failure, Selected, Violation, WithoutData};

const RDP: SecurityProtocol = SecurityProtocol::empty();
const SSL: SecurityProtocol = SecurityProtocol::SSL;
const HYBRID: SecurityProtocol = SecurityProtocol::HYBRID;
const HYBRID_EX: SecurityProtocol = SecurityProtocol::HYBRID_EX;

/// A capture and, for each of its connections to 3389, what was offered and what was answered.
type Row = (&'static str, &'static [(Option<u32>, Answer)]);

const ROWS: &[Row] = &[
    ("awakecoding-rdp-no-nla-rejected1.pcapng", &[(Some(0x01), Failure(5))]),
    (
        "awakecoding-rdp-nla-ntlm-rejected1.pcapng",
        &[(Some(0x0b), Selected { flags: 0x1f, protocol: HYBRID_EX }), (Some(0x01), Failure(5))],
    ),
    (
        "awakecoding-rdp-no-tls-accepted1.pcapng",
        &[(Some(0x01), Failure(2)), (Some(0x00), Selected { flags: 0x1f, protocol: RDP })],
    ),
    (
        "zeek-rdp-proprietary-encryption.pcap",
        &[(Some(0x01), Failure(2)), (Some(0x00), Selected { flags: 0, protocol: RDP })],
    ),
    (
        "awakecoding-rdp-nla-kerberos-auth1.pcapng",
        &[(Some(0x0b), Selected { flags: 0x1f, protocol: HYBRID_EX })],
    ),
    (
        "awakecoding-rdp-nla-smartcard-auth1.pcapng",
        &[(Some(0x0b), Selected { flags: 0x1f, protocol: HYBRID_EX })],
    ),
    ("awakecoding-rdp-no-nla-accepted1.pcapng", &[(Some(0x01), Selected { flags: 0x1f, protocol: SSL })]),
    (
        "awakecoding-rdp-restricted-admin-accepted1.pcapng",
        &[(Some(0x0a), Selected { flags: 0x1f, protocol: HYBRID_EX })],
    ),
    (
        "zeek-rdp-to-ssl.pcap",
        &[
            (Some(0x03), Selected { flags: 0x01, protocol: HYBRID }),
            (Some(0x03), Selected { flags: 0x01, protocol: HYBRID }),
        ],
    ),
    ("zeek-rdp-invalid-length.pcap", &[(None, Violation)]),
    ("suricata-verify-RDP-003.pcap", &[(None, WithoutData)]),
    ("ndpi-rdp.pcap", &[(Some(0x0b), Selected { flags: 0x1f, protocol: HYBRID_EX })]),
    ("jovair-rdp-ie11win7.pcap", &[(Some(0x01), Selected { flags: 0x09, protocol: SSL })]),
];

#[test]
fn confirms_are_read() {
    for (name, expected) in ROWS {
        let Some(capture) = read(name) else { continue };
        let read: Vec<_> = conversations(&capture)
            .into_iter()
            .filter(|conversation| conversation.server.port() == 3389)
            .map(|conversation| {
                let offered = offer(&conversation.from_client);
                (offered, answer(&conversation.from_server, offered))
            })
            .collect();
        assert_eq!(read, *expected, "{name}");
    }
}

/// `requestedProtocols` of the `RDP_NEG_REQ` that ends a connection request (MS-RDPBCGR 2.2.1.1.1).
fn offer(stream: &[u8]) -> Option<u32> {
    let Framing::Complete(length) = frame(stream) else { return None };
    match stream[..length].last_chunk::<8>()? {
        [0x01, _, 0x08, 0x00, protocols @ ..] => Some(u32::from_le_bytes(*protocols)),
        _ => None,
    }
}

fn answer(stream: &[u8], offered: Option<u32>) -> Answer {
    let Framing::Complete(length) = frame(stream) else { panic!("no TPKT") };
    match confirm(&stream[..length], offered.map(SecurityProtocol::from_bits_retain)) {
        Ok(confirm) => confirm
            .response
            .map_or(WithoutData, |response| Selected { flags: response.flags, protocol: response.selected }),
        Err(FailureKind::NegotiationRejected { code, .. }) => Failure(code),
        Err(FailureKind::ProtocolViolation { .. }) => Violation,
        Err(other) => panic!("{other:?}"),
    }
}
