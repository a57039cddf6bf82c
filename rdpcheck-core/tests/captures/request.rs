//! Connection requests as Windows clients send them, and answers that are none.

use rdpcheck_core::evidence::{FailureKind, SecurityProtocol};
use rdpcheck_core::wire::negotiation::{CookieName, Framing, confirm, frame, request_with_cookie};

use crate::capture::{Conversation, conversations, read};

/// The capture, the name in the cookie, and what the last connection to it offers.
const ROWS: [(&str, Option<&str>, Option<u32>); 6] = [
    ("awakecoding-rdp-no-nla-rejected1.pcapng", Some("Administr"), Some(1)),
    ("awakecoding-rdp-nla-ntlm-rejected1.pcapng", Some(r"IT-HELP\A"), Some(1)),
    ("awakecoding-rdp-no-tls-accepted1.pcapng", Some("Administr"), Some(0)),
    ("zeek-rdp-proprietary-encryption.pcap", Some(r"FTBCO\A70"), Some(0)),
    ("suricata-verify-RDP-003.pcap", Some("A70067"), None),
    ("ndpi-rdp.pcap", None, Some(0x0b)),
];

#[test]
fn a_request_is_that_of_a_windows_client() {
    for (name, cookie, offered) in ROWS {
        let Some(capture) = read(name) else { continue };
        let sent = last_connection(&capture).from_client;
        let Framing::Complete(length) = frame(&sent) else { panic!("{name}: no TPKT") };
        let cookie: Option<CookieName> = cookie.map(|cookie| cookie.parse().unwrap());
        let offered = offered.map(SecurityProtocol::from_bits_retain);
        assert_eq!(request_with_cookie(offered, cookie.as_ref()), sent[..length], "{name}");
    }
}

#[test]
fn a_confirm_of_a_wrong_length_is_said_to_be_one() {
    let Some(capture) = read("zeek-rdp-invalid-length.pcap") else { return };
    let answer = last_connection(&capture).from_server;
    let violation = FailureKind::ProtocolViolation {
        expected: "an X.224 connection confirm".to_owned(),
        got: "negotiation data of length 0".to_owned(),
    };
    assert_eq!(confirm(&answer, Some(SecurityProtocol::USUAL_OFFER)), Err(violation));
}

/// The last connection to the port of Remote Desktop.
pub(crate) fn last_connection(capture: &[u8]) -> Conversation {
    conversations(capture).into_iter().rfind(|conversation| conversation.server.port() == 3389).unwrap()
}
