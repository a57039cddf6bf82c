//! The server's first flight and its certificate, and the client's hello, for every capture that has them.

use std::net::SocketAddr;

use rdpcheck_core::evidence::SelfSigned;
use rdpcheck_core::wire::certificate;
use rdpcheck_core::wire::negotiation::{Framing, frame};
use rdpcheck_core::wire::tls::End::{ChangeCipherSpec, NotTls, ServerHelloDone};
use rdpcheck_core::wire::tls::{
    ClientHello, ClientProfile, End, FlightReader, Foreign, KeyExchange, ServerFlight, TLS_1_0, TLS_1_2,
};
use time::OffsetDateTime;
use time::macros::datetime;
use tls_parser::{
    TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_client_hello_extensions, parse_tls_plaintext,
};

use crate::capture::{conversations, datagrams, read};

/// What is known of a host's certificate. All of them have RSA keys of 2,048 bits.
struct Host {
    common_name: &'static str,
    issuer_common_name: &'static str,
    dns_name: Option<&'static str>,
    self_signed: SelfSigned,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    signature: &'static str,
    sha1: &'static str,
}

const SESSION_HOST: Host = Host {
    common_name: "IT-HELP-TEST.ad.it-help.ninja",
    issuer_common_name: "IT-HELP-DC",
    dns_name: Some("IT-HELP-TEST.ad.it-help.ninja"),
    self_signed: SelfSigned::No,
    not_before: datetime!(2024-04-02 23:54:10 UTC),
    not_after: datetime!(2026-04-02 23:54:10 UTC),
    signature: "sha256-rsa",
    sha1: "8f525c89c284a1ca5d42e36ddb2758028feb7dbf",
};

const GATEWAY: Host = Host {
    common_name: "IT-HELP-GW.ad.it-help.ninja",
    issuer_common_name: "IT-HELP-DC",
    dns_name: Some("IT-HELP-GW.ad.it-help.ninja"),
    self_signed: SelfSigned::No,
    not_before: datetime!(2024-03-27 15:06:51 UTC),
    not_after: datetime!(2026-03-27 15:06:51 UTC),
    signature: "sha256-rsa",
    sha1: "43eab6262f4dc14f88ae19f204b0a625aad719a7",
};

const SERVER_2008_R2: Host = Host {
    common_name: "WIN2K8R2.awakecoding.ath.cx",
    issuer_common_name: "WIN2K8R2.awakecoding.ath.cx",
    dns_name: None,
    self_signed: SelfSigned::Yes,
    not_before: datetime!(2011-02-12 21:37:35 UTC),
    not_after: datetime!(2021-02-12 00:00 UTC),
    signature: "sha1-rsa",
    sha1: "00abbc7a0dca04571cb2ab4bb0dc652775f9e20c",
};

const OFFICE_PC: Host = Host {
    common_name: "OFFICE-WIN10-VM",
    issuer_common_name: "OFFICE-WIN10-VM",
    dns_name: None,
    self_signed: SelfSigned::Yes,
    not_before: datetime!(2019-03-19 10:47:11 UTC),
    not_after: datetime!(2019-09-18 10:47:11 UTC),
    signature: "sha256-rsa",
    sha1: "9ed2c4b491d40cd02ef1d87106f902ff6fc9f93d",
};

const WINDOWS_7_VM: Host = Host {
    common_name: "IE11Win7",
    issuer_common_name: "IE11Win7",
    dns_name: None,
    self_signed: SelfSigned::Yes,
    not_before: datetime!(2017-08-22 01:23:08 UTC),
    not_after: datetime!(2018-02-21 01:23:08 UTC),
    signature: "sha1-rsa",
    sha1: "1fc762a729d3a34fb01bfe730a016308ad5b4144",
};

/// What is known of a flight.
struct Flight {
    version: u16,
    suite: u16,
    key_exchange: Option<KeyExchange>,
    end: End,
    host: Option<&'static Host>,
}

/// `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384` over this group.
const fn tls_1_2(group: u16, host: &'static Host) -> Flight {
    Flight {
        version: TLS_1_2,
        suite: 0xc030,
        key_exchange: Some(KeyExchange::Ecdhe { group }),
        end: ServerHelloDone,
        host: Some(host),
    }
}

/// `TLS_RSA_WITH_AES_128_CBC_SHA`.
const fn tls_1_0(host: &'static Host) -> Flight {
    Flight { version: TLS_1_0, suite: 0x002f, key_exchange: None, end: ServerHelloDone, host: Some(host) }
}

const RESUMED: Flight =
    Flight { version: TLS_1_2, suite: 0xc030, key_exchange: None, end: ChangeCipherSpec, host: None };

const SECP256R1: u16 = 23;
const SECP384R1: u16 = 24;

/// A capture and the flights in it, in the order of its connections.
const ROWS: &[(&str, &[Flight])] = &[
    ("awakecoding-rdp-nla-ntlm-rejected1.pcapng", &[tls_1_2(SECP384R1, &SESSION_HOST)]),
    ("awakecoding-rdp-nla-kerberos-auth1.pcapng", &[tls_1_2(SECP384R1, &SESSION_HOST)]),
    ("awakecoding-rdp-nla-smartcard-auth1.pcapng", &[tls_1_2(SECP384R1, &SESSION_HOST)]),
    ("awakecoding-rdp-no-nla-accepted1.pcapng", &[tls_1_2(SECP384R1, &SESSION_HOST)]),
    ("awakecoding-rdp-restricted-admin-accepted1.pcapng", &[tls_1_2(SECP384R1, &SESSION_HOST)]),
    ("awakecoding-rdp-rdg-diff-creds-kerberos-password.pcapng", &[tls_1_2(SECP384R1, &GATEWAY)]),
    (
        "awakecoding-rdp-rdg-no-kdc-proxy-ntlm-downgrade-success.pcapng",
        &[tls_1_2(SECP384R1, &GATEWAY), RESUMED, tls_1_2(SECP384R1, &GATEWAY)],
    ),
    (
        "awakecoding-rdp-rdg-same-creds-kerberos-password-success1.pcapng",
        &[tls_1_2(SECP384R1, &GATEWAY), tls_1_2(SECP384R1, &GATEWAY)],
    ),
    ("awakecoding-rdp-rdg-same-creds-kerberos-smartcard-success2.pcapng", &[tls_1_2(SECP384R1, &GATEWAY)]),
    ("zeek-rdp-to-ssl.pcap", &[tls_1_0(&SERVER_2008_R2), tls_1_0(&SERVER_2008_R2)]),
    ("ndpi-rdp.pcap", &[tls_1_2(SECP256R1, &OFFICE_PC)]),
    ("jovair-rdp-ie11win7.pcap", &[tls_1_0(&WINDOWS_7_VM)]),
];

#[test]
fn flights_are_read() {
    for (name, expected) in ROWS {
        let Some(capture) = read(name) else { continue };
        let streams = tls_streams(&capture);
        assert_eq!(streams.len(), expected.len(), "{name}");
        for (stream, expected) in streams.iter().zip(*expected) {
            let flight = read_flight(&stream.from_server, usize::MAX);
            assert_eq!((flight.end, flight.alert), (Some(expected.end), None), "{name}");
            assert_eq!(flight.key_exchange, expected.key_exchange, "{name}");
            assert!(!flight.certificate_requested, "{name}");
            assert_eq!(flight.certificates.len(), usize::from(expected.host.is_some()), "{name}");
            let hello = flight.hello.as_ref().unwrap();
            assert_eq!((hello.version, hello.suite), (expected.version, expected.suite), "{name}");
            assert_eq!((hello.compression, hello.session_id_length), (0, 32), "{name}");
            assert_eq!(hello.record_version, expected.version, "{name}");
            assert_eq!(hello.extended_master_secret, expected.version == TLS_1_2, "{name}");
            if let Some(host) = expected.host {
                check_certificate(&flight.certificates[0], host);
            }
            for length in [1, 7, 1460] {
                assert_eq!(
                    read_flight(&stream.from_server, length),
                    flight,
                    "{name} in segments of {length}"
                );
            }
        }
    }
}

fn check_certificate(der: &[u8], host: &Host) {
    let read = certificate::read(der, &[], host.common_name, host.not_before).unwrap();
    assert_eq!(read.subject, format!("CN={}", host.common_name));
    assert!(read.issuer.ends_with(&format!("CN={}", host.issuer_common_name)), "{}", read.issuer);
    assert_eq!(read.common_names, [host.common_name]);
    assert_eq!(read.dns_names, host.dns_name.into_iter().collect::<Vec<_>>());
    assert!(read.name_match.found);
    assert_eq!(read.self_signed, host.self_signed);
    assert_eq!((read.not_before, read.not_after), (host.not_before, host.not_after));
    assert_eq!((read.key.algorithm.as_str(), read.key.bits), ("rsa", Some(2048)));
    assert_eq!(read.signature_algorithm, host.signature);
    assert_eq!(read.sha1, host.sha1);
}

#[test]
fn remote_desktop_in_the_clear_is_no_tls() {
    for name in [
        "awakecoding-rdp-no-tls-accepted1.pcapng",
        "zeek-rdp-proprietary-encryption.pcap",
        "suricata-verify-RDP-003.pcap",
    ] {
        let Some(capture) = read(name) else { continue };
        let clear: Vec<_> = conversations(&capture)
            .iter()
            .filter(|conversation| conversation.server.port() == 3389)
            .map(|conversation| read_flight(after_confirm(&conversation.from_server), usize::MAX))
            .filter(|flight| !flight.first_bytes.is_empty())
            .map(|flight| (flight.end, flight.foreign()))
            .collect();
        assert_eq!(clear, [(Some(NotTls), Some(Foreign::Tpkt))], "{name}");
    }
}

#[test]
fn a_request_for_a_client_certificate_and_a_chain_are_read() {
    let Some(capture) = read("otrf-schtask_create.pcapng") else { return };
    let client: SocketAddr = "172.18.39.5:56586".parse().unwrap();
    let conversations = conversations(&capture);
    let stream = conversations.iter().find(|conversation| conversation.client == client).unwrap();
    let flight = read_flight(&stream.from_server, usize::MAX);
    assert_eq!(flight.end, Some(ServerHelloDone));
    assert!(flight.certificate_requested);
    assert_eq!(flight.certificates.iter().map(Vec::len).collect::<Vec<_>>(), [2206, 1464]);
    // CertificateStatus, which the server announces in its hello, lies between the certificates and the key exchange.
    assert_eq!(flight.hello.unwrap().extensions, [5, 23, 0xff01]);
    assert_eq!(flight.key_exchange, Some(KeyExchange::Ecdhe { group: SECP384R1 }));
}

#[test]
fn profiles_offer_what_such_clients_were_captured_to_offer() {
    for (name, code) in [
        ("awakecoding-rdp-nla-kerberos-auth1.pcapng", "windows-11-22h2"),
        ("awakecoding-rdp-no-nla-accepted1.pcapng", "windows-11-22h2"),
        ("zeek-rdp-to-ssl.pcap", "windows-7"),
    ] {
        let Some(capture) = read(name) else { continue };
        for stream in tls_streams(&capture) {
            assert_eq!(offer(&stream.from_client), of_profile(code), "{name}");
        }
    }
    // Inside RDPEUDP, whose header comes before the record.
    let Some(capture) = read("zeek-rdpeudp-handshake-success.pcap") else { return };
    let captured = datagrams(&capture).iter().find_map(|datagram| {
        let start = datagram.payload.windows(3).position(|bytes| bytes == [22, 3, 3])?;
        Some(offer(&datagram.payload[start..]))
    });
    // It offers TLS 1.2, and older versions without naming them, as every hello without supported_versions does.
    assert_eq!(captured.unwrap(), of_profile("windows-10-1607"));
}

/// What of a hello is compared with a profile.
#[derive(Debug, Default, PartialEq, Eq)]
struct Offer {
    legacy_version: u16,
    versions: Vec<u16>,
    suites: Vec<u16>,
    groups: Vec<u16>,
    schemes: Vec<u16>,
}

fn of_profile(code: &str) -> Offer {
    offer(&ClientHello::of_profile(ClientProfile::of(code).unwrap(), [0; 32]).encode())
}

fn offer(stream: &[u8]) -> Offer {
    let (_, record) = parse_tls_plaintext(stream).unwrap();
    let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello)), ..] = &record.msg[..] else {
        panic!("{:?}", record.msg)
    };
    let mut offer = Offer {
        legacy_version: hello.version.0,
        suites: hello.ciphers.iter().map(|suite| suite.0).collect(),
        ..Offer::default()
    };
    let (_, extensions) = parse_tls_client_hello_extensions(hello.ext.unwrap_or_default()).unwrap();
    for extension in extensions {
        match extension {
            TlsExtension::SupportedVersions(versions) => {
                offer.versions = versions.iter().map(|version| version.0).collect();
            }
            TlsExtension::EllipticCurves(groups) => {
                offer.groups = groups.iter().map(|group| group.0).collect()
            }
            TlsExtension::SignatureAlgorithms(schemes) => offer.schemes = schemes,
            _ => {}
        }
    }
    offer
}

struct TlsStream {
    from_client: Vec<u8>,
    from_server: Vec<u8>,
}

/// The TLS of each connection to 3389 that selected it, and of each to 443.
fn tls_streams(capture: &[u8]) -> Vec<TlsStream> {
    conversations(capture)
        .into_iter()
        .filter(|conversation| [443, 3389].contains(&conversation.server.port()))
        .map(|conversation| TlsStream {
            from_client: after_confirm(&conversation.from_client).to_vec(),
            from_server: after_confirm(&conversation.from_server).to_vec(),
        })
        .filter(|stream| !stream.from_server.is_empty())
        .collect()
}

/// What comes after the connection request or confirm, where the stream begins with one.
fn after_confirm(stream: &[u8]) -> &[u8] {
    match frame(stream) {
        Framing::Complete(length) => &stream[length..],
        _ => stream,
    }
}

fn read_flight(stream: &[u8], segment: usize) -> ServerFlight {
    let mut reader = FlightReader::new();
    for segment in stream.chunks(segment) {
        reader.push(segment);
    }
    reader.into_flight()
}
