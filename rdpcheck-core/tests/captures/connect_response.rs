//! MCS Connect-Initial and Connect-Response, for every capture without TLS.

use rdpcheck_core::wire::gcc::{
    self, CertificateKind, core_version_name, encryption_level_name, encryption_method_name,
};
use rdpcheck_core::wire::mcs::{connect_response, frame};
use rdpcheck_core::wire::negotiation::Framing;

use crate::capture::read;
use crate::request::last_connection;

/// What the servers tell: core version, encryption method, encryption level, key bits, message channel, multitransport.
type Row = (&'static str, [&'static str; 3], u32, Option<u16>, Option<u32>);

const ROWS: [Row; 3] = [
    // Windows Server 2022
    (
        "awakecoding-rdp-no-tls-accepted1.pcapng",
        ["10.9", "128-bit RC4", "client-compatible"],
        2048,
        Some(1008),
        Some(0),
    ),
    // Windows Server 2003
    ("zeek-rdp-proprietary-encryption.pcap", ["5.0 to 8.1", "128-bit RC4", "high"], 512, None, None),
    ("suricata-verify-RDP-003.pcap", ["5.0 to 8.1", "56-bit RC4", "client-compatible"], 512, None, None),
];

#[test]
fn servers_without_tls_say_how_they_encrypt() {
    for (name, expected, key_bits, message_channel, multitransport_flags) in ROWS {
        let Some(capture) = read(name) else { continue };
        let conversation = last_connection(&capture);
        let data = connect_response(second_packet(&conversation.from_server)).unwrap();
        let names = [
            core_version_name(data.core_version),
            encryption_method_name(data.encryption_method),
            encryption_level_name(data.encryption_level),
        ];
        assert_eq!(names, expected.map(Some), "{name}");
        assert_eq!(data.server_random_length, 32, "{name}");
        let certificate = data.certificate.unwrap();
        assert_eq!((certificate.kind, certificate.key_bits), (CertificateKind::Proprietary, Some(key_bits)));
        assert_eq!(data.io_channel, Some(1003), "{name}");
        assert_eq!(
            (data.message_channel, data.multitransport_flags),
            (message_channel, multitransport_flags)
        );
        assert_eq!(multitransport_flags.map(gcc::transport_names), multitransport_flags.map(|_| vec![]));
    }
}

/// The packet after the one that ends the negotiation.
fn second_packet(stream: &[u8]) -> &[u8] {
    let Framing::Complete(first) = frame(stream) else { panic!("no TPKT") };
    let rest = &stream[first..];
    let Framing::Complete(second) = frame(rest) else { panic!("no second TPKT") };
    &rest[..second]
}
