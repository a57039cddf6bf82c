//! What each behaviour of a scenario looks like to a plain client.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a helper that panics fails its test"
)]

mod credssp;
mod device;
mod first_flight;
mod mcs;
mod rules;
mod udp;

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdpcheck_lab::{ConnectionLog, End, First, LabHost, Progress, Scenario};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, DigitallySignedStruct, ProtocolVersion,
    SignatureScheme, StreamOwned,
};

const PATIENCE: Duration = Duration::from_secs(10);

const HEALTHY: &str = "negotiate = { select = 8, flags = 0x1F }";

/// A TSRequest of version 6 with a token that only begins like NTLM.
const TS_REQUEST: [u8; 26] = [
    0x30, 0x18, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa1, 0x11, 0x30, 0x0f, 0x30, 0x0d, 0xa0, 0x0b, 0x04, 0x09,
    b'N', b'T', b'L', b'M', b'S', b'S', b'P', 0x00, 0x01,
];

fn host(rules: &str) -> LabHost {
    let text = format!("title = \"test\"\n{rules}");
    LabHost::start(&text.parse().unwrap()).unwrap()
}

fn rule(rule: &str) -> LabHost {
    host(&format!("[[rule]]\n{rule}"))
}

fn connect(host: &LabHost) -> TcpStream {
    let stream = TcpStream::connect(host.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn request(protocols: u32) -> Vec<u8> {
    let mut packet = vec![0x03, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 0x01, 0, 8, 0];
    packet.extend(protocols.to_le_bytes());
    packet
}

/// Sends a request and reads one TPKT.
fn negotiate(stream: &mut TcpStream, protocols: u32) -> Vec<u8> {
    stream.write_all(&request(protocols)).unwrap();
    tpkt(stream)
}

fn tpkt(stream: &mut impl io::Read) -> Vec<u8> {
    let mut packet = vec![0; 4];
    stream.read_exact(&mut packet).unwrap();
    packet.resize(usize::from(u16::from_be_bytes([packet[2], packet[3]])), 0);
    stream.read_exact(&mut packet[4..]).unwrap();
    packet
}

fn selected(protocol: u8, flags: u8) -> Vec<u8> {
    vec![0x03, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 0x02, flags, 8, 0, protocol, 0, 0, 0]
}

fn is_quiet(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let error = stream.read(&mut [0]).unwrap_err();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn is_reset(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

fn is_closed(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0]).is_ok_and(|count| count == 0)
}

fn only(host: &LabHost) -> ConnectionLog {
    let mut log = host.settled_log(PATIENCE);
    assert_eq!(log.len(), 1);
    log.remove(0)
}

/// Takes any certificate, and checks signatures only where the algorithm is known.
#[derive(Debug)]
struct AnyCertificate {
    check_signatures: bool,
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if !self.check_signatures {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

type TlsStream = StreamOwned<ClientConnection, TcpStream>;

fn client(stream: TcpStream, check_signatures: bool) -> TlsStream {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate { check_signatures }))
        .with_no_client_auth();
    let name = ServerName::try_from("lab.test").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

fn handshake(stream: TcpStream) -> Result<TlsStream, io::Error> {
    handshake_with(client(stream, true))
}

fn handshake_with(mut tls: TlsStream) -> Result<TlsStream, io::Error> {
    while tls.conn.is_handshaking() {
        tls.conn.complete_io(&mut tls.sock)?;
    }
    Ok(tls)
}

fn tls_error(error: &io::Error) -> rustls::Error {
    error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap().clone()
}

/// Negotiates, and goes as far as TLS stands.
fn secure(host: &LabHost) -> Result<TlsStream, io::Error> {
    let mut stream = connect(host);
    negotiate(&mut stream, 11);
    handshake(stream)
}

fn say_goodbye(mut tls: TlsStream) {
    tls.conn.send_close_notify();
    tls.conn.complete_io(&mut tls.sock).unwrap();
}

/// A ClientHello as the TLS library makes it.
fn hello() -> Vec<u8> {
    let mut bytes = Vec::new();
    client(TcpStream::connect(rule("accept = \"hold\"").address()).unwrap(), true)
        .conn
        .write_tls(&mut bytes)
        .unwrap();
    bytes
}

#[test]
fn healthy_host_goes_as_far_as_the_challenge() {
    let host = rule(HEALTHY);
    let mut stream = connect(&host);
    assert_eq!(negotiate(&mut stream, 11), selected(8, 0x1f));
    let mut tls = handshake(stream).unwrap();
    assert_eq!(tls.conn.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    tls.write_all(&TS_REQUEST).unwrap();
    let mut answer = [0; 64];
    tls.read_exact(&mut answer).unwrap();
    assert!(answer.windows(12).any(|at| at == b"NTLMSSP\0\x02\0\0\0"));
    say_goodbye(tls);
    let entry = only(&host);
    assert_eq!(entry.number, 1);
    assert_eq!(entry.rule, Some(1));
    assert_eq!(entry.first, First::X224);
    assert_eq!(entry.request.unwrap().protocols, Some(11));
    assert_eq!(entry.hello.unwrap().server_name.as_deref(), Some("lab.test"));
    assert_eq!(entry.credssp_version, Some(6));
    assert_eq!(entry.progress, Progress::Answered);
    assert_eq!(entry.end, End::ClientFinished);
    assert!(entry.close_notify);
}

#[test]
fn certificate_is_the_one_described() {
    for (certificate, length) in [
        ("key = \"ecdsa-p256\"", 200..500),
        ("key = \"ed25519\"", 150..450),
        ("issuer = \"Lab CA\"", 600..900),
    ] {
        let host = host(&format!(
            "[[rule]]\n{HEALTHY}\ntls = {{ certificate = \"own\" }}\n[certificate.own]\nsubject = \"own.test\"\n{certificate}"
        ));
        let tls = secure(&host).unwrap();
        let der = tls.conn.peer_certificates().unwrap()[0].to_vec();
        assert!(length.contains(&der.len()), "{certificate}: {}", der.len());
        assert!(der.windows(8).any(|at| at == b"own.test"));
        assert_eq!(der.windows(6).any(|at| at == b"Lab CA"), certificate.contains("Lab CA"));
    }
}

#[test]
fn rules_are_chosen_by_what_is_offered() {
    let host = host(
        "[[rule]]\nwhen = { offer = [\"none\", 0] }\nnegotiate = { confirm_without_data = true }\n\
         [[rule]]\nwhen = { offers = 2 }\nnegotiate = { select = 2 }\n\
         [[rule]]\nwhen = { lacks = 2, offers = 1 }\nnegotiate = { fail = 5 }\n",
    );
    let answer = |request: &[u8]| {
        let mut stream = connect(&host);
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        if request.len() < 19 || request[15] != 8 {
            answer = tpkt(&mut stream);
        } else {
            stream.read_to_end(&mut answer).unwrap();
        }
        answer
    };
    let without_data = [0x03, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0];
    assert_eq!(answer(&[0x03, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0]), without_data);
    assert_eq!(answer(&request(0)), without_data);
    assert_eq!(answer(&request(3)), selected(2, 0));
    assert_eq!(answer(&request(1))[11..], [0x03, 0, 8, 0, 5, 0, 0, 0]);
    assert_eq!(answer(&request(8)), []);
    let rules: Vec<_> = host.log().iter().map(|entry| entry.rule).collect();
    assert_eq!(rules, [Some(1), Some(1), Some(2), Some(3), None]);
}

#[test]
fn rules_are_chosen_by_connection() {
    let host = host(&format!(
        "[[rule]]\nwhen = {{ connection = 1 }}\naccept = \"reset\"\n\
         [[rule]]\nwhen = {{ connection = [3, 4] }}\nnegotiate = {{ fail = 3 }}\n[[rule]]\n{HEALTHY}"
    ));
    assert!(is_reset(&mut connect(&host)));
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    assert_eq!(negotiate(&mut connect(&host), 11)[11], 0x03);
    assert_eq!(negotiate(&mut connect(&host), 11)[11], 0x03);
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    assert_eq!(host.connections(), 5);
}

#[test]
fn keys_for_the_one_who_checks() {
    let scenario: Scenario = "title = 't'\n[check]\nprobe_name = 'lab'\nwake = 'aa:bb:cc:dd:ee:ff'\n\
         [[rule]]\naccept = 'close'\n[expect]\nheadline = 'unknown'\nat_most_at_once = 2"
        .parse()
        .unwrap();
    assert_eq!(scenario.check().probe_name.as_deref(), Some("lab"));
    assert_eq!(scenario.check().wake.as_deref(), Some("aa:bb:cc:dd:ee:ff"));
    assert_eq!(scenario.expectation().unwrap().at_most_at_once, Some(2));
}

#[test]
fn failure_is_followed_by_the_end_unless_it_goes_on() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { fail = 2 }\n\
         [[rule]]\nnegotiate = { fail = 2, go_on = true }",
    );
    let mut stream = connect(&host);
    assert_eq!(negotiate(&mut stream, 11)[11..], [0x03, 0, 8, 0, 2, 0, 0, 0]);
    assert!(is_closed(&mut stream));
    secure(&host).unwrap();
    drop(stream);
    let ends: Vec<_> = host.settled_log(PATIENCE).iter().map(|entry| entry.end).collect();
    assert_eq!(ends, [End::HostFinished, End::ClientFinished]);
}

#[test]
fn ends_before_the_confirm() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { end = \"close\" }\n\
         [[rule]]\nwhen = { connection = 2 }\nnegotiate = { end = \"reset\" }\n\
         [[rule]]\nnegotiate = { end = \"silent\" }",
    );
    for check in [is_closed, is_reset, is_quiet] {
        let mut stream = connect(&host);
        stream.write_all(&request(11)).unwrap();
        assert!(check(&mut stream));
    }
    let log = host.settled_log(PATIENCE);
    assert_eq!(
        log.iter().map(|entry| entry.end).collect::<Vec<_>>(),
        [End::HostFinished, End::HostReset, End::ClientFinished]
    );
    assert!(log.iter().all(|entry| entry.progress == Progress::FirstBytes && entry.bytes_received == 19));
}

#[test]
fn ends_at_accept() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\naccept = \"close\"\n\
         [[rule]]\nwhen = { connection = 2 }\naccept = \"reset\"\n\
         [[rule]]\naccept = \"hold\"",
    );
    for check in [is_closed, is_reset, is_quiet] {
        assert!(check(&mut connect(&host)));
    }
    let ends: Vec<_> = host.settled_log(PATIENCE).iter().map(|entry| entry.end).collect();
    assert_eq!(ends, [End::HostFinished, End::HostReset, End::ClientFinished]);
}

#[test]
fn client_that_resets_is_told_from_one_that_closes() {
    let host = rule("negotiate = { end = \"silent\" }");
    for reset in [true, false] {
        let stream = connect(&host);
        if reset {
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
    }
    let ends: Vec<_> = host.settled_log(PATIENCE).iter().map(|entry| entry.end).collect();
    assert_eq!(ends, [End::ClientReset, End::ClientFinished]);
}

#[test]
fn greeting_comes_first_and_reply_after_the_client_spoke() {
    let host =
        rule("greeting = { text = \"SSH-2.0-lab\\r\\n\" }\nreply = { text = \"no\\n\", end = \"close\" }");
    let mut stream = connect(&host);
    let mut banner = [0; 13];
    stream.read_exact(&mut banner).unwrap();
    assert_eq!(&banner, b"SSH-2.0-lab\r\n");
    assert!(is_quiet(&mut stream));
    stream.write_all(&request(11)).unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "no\n");
}

#[test]
fn rules_are_chosen_by_the_first_bytes() {
    let host = host(
        "[host]\nquiet_ms = 50\n\
         [[rule]]\nwhen = { first = \"http\" }\nreply = { text = \"HTTP/1.0 200 OK\\r\\n\\r\\n\", end = \"close\" }\n\
         [[rule]]\nwhen = { first = \"nothing\" }\nreply = { text = \"late\", end = \"close\" }\n\
         [[rule]]\nwhen = { first = \"tls\" }\ntls = { versions = [\"1.2\"] }\n\
         [[rule]]\nwhen = { first = \"other\" }\nreply = { hex = \"00\", end = \"close\" }\n",
    );
    let exchange = |bytes: &[u8]| {
        let mut stream = connect(&host);
        stream.write_all(bytes).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(exchange(b"GET / HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK\r\n\r\n");
    assert_eq!(exchange(b""), "late");
    assert_eq!(exchange(b"\xff"), "\0");
    assert_eq!(exchange(&request(11)), "");
    assert_eq!(handshake(connect(&host)).unwrap().conn.protocol_version(), Some(ProtocolVersion::TLSv1_2));
    let first: Vec<_> = host.log().iter().map(|entry| entry.first).collect();
    assert_eq!(first, [First::Http, First::Nothing, First::Other, First::X224, First::Tls]);
}

#[test]
fn echo_and_flood() {
    let host = host("[[rule]]\nwhen = { connection = 1 }\naccept = \"echo\"\n[[rule]]\naccept = \"flood\"");
    let mut stream = connect(&host);
    assert_eq!(negotiate(&mut stream, 11), request(11));
    let mut stream = connect(&host);
    let mut garbage = vec![0; 100_000];
    stream.read_exact(&mut garbage).unwrap();
    assert!(garbage.iter().all(|byte| *byte == 0xa5));
}

#[test]
fn bytes_after_the_confirm_and_bytes_instead() {
    let ultimatum = [0x03, 0, 0, 9, 0x02, 0xf0, 0x80, 0x21, 0x80];
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { confirm_without_data = true, after_hex = \"03 00 00 09 02 f0 80 21 80\", end = \"close\" }\n\
         [[rule]]\nnegotiate = { hex = \"030000 0902f0802180\" }",
    );
    let mut stream = connect(&host);
    assert_eq!(negotiate(&mut stream, 11).len(), 11);
    assert_eq!(tpkt(&mut stream), ultimatum);
    let mut stream = connect(&host);
    assert_eq!(negotiate(&mut stream, 11), ultimatum);
    assert!(is_quiet(&mut stream));
}

#[test]
fn delay_and_chunks() {
    let host = rule(
        "negotiate = { select = 1, delay_ms = 100, write_chunk = 1, pause_ms = 5 }\ntls = { write_chunk = 100 }",
    );
    let mut stream = connect(&host);
    let begin = Instant::now();
    stream.write_all(&request(11)).unwrap();
    let mut pieces = 0;
    let mut confirm = Vec::new();
    while confirm.len() < 19 {
        let mut buffer = [0; 19];
        let count = stream.read(&mut buffer).unwrap();
        confirm.extend_from_slice(&buffer[..count]);
        pieces += 1;
    }
    // The pauses are a lower bound; how many pieces the client sees is up to its scheduler.
    assert!(begin.elapsed() >= Duration::from_millis(100 + 18 * 5));
    assert!(pieces > 1);
    assert_eq!(confirm, selected(1, 0));
    say_goodbye(handshake(stream).unwrap());
    assert_eq!(only(&host).progress, Progress::TlsComplete);
}

#[test]
fn tls_versions_suites_and_groups() {
    let version = |tls: &str| {
        let host = rule(&format!("{HEALTHY}\ntls = {tls}"));
        let tls = secure(&host).unwrap();
        (
            tls.conn.protocol_version().unwrap(),
            u16::from(tls.conn.negotiated_cipher_suite().unwrap().suite()),
            u16::from(tls.conn.negotiated_key_exchange_group().unwrap().name()),
        )
    };
    assert_eq!(
        version("{ versions = [\"1.2\"], suites = [0xC030] }"),
        (ProtocolVersion::TLSv1_2, 0xc030, 29)
    );
    assert_eq!(version("{ versions = [\"1.3\"], groups = [\"secp384r1\"] }").2, 24);
}

#[test]
fn tls_alert_and_ends() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { select = 1 }\ntls = { alert = 70 }\n\
         [[rule]]\nwhen = { connection = 2 }\nnegotiate = { select = 1 }\ntls = { end = \"close\" }\n\
         [[rule]]\nwhen = { connection = 3 }\nnegotiate = { select = 1 }\ntls = { end = \"reset\" }\n\
         [[rule]]\nnegotiate = { select = 1 }\ntls = { text = \"HTTP/1.1 400 Bad Request\\r\\n\\r\\n\", end = \"close\" }",
    );
    let error = secure(&host).unwrap_err();
    assert_eq!(tls_error(&error), rustls::Error::AlertReceived(AlertDescription::ProtocolVersion));
    assert_eq!(secure(&host).unwrap_err().kind(), ErrorKind::UnexpectedEof);
    assert_eq!(secure(&host).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(matches!(tls_error(&secure(&host).unwrap_err()), rustls::Error::InvalidMessage(_)));
    let log = host.settled_log(PATIENCE);
    assert!(log.iter().all(|entry| entry.progress == Progress::TlsHello));
    assert_eq!(log[2].end, End::HostReset);
}

#[test]
fn signature_by_another_key_is_wrong() {
    for kind in ["rsa-2048", "ecdsa-p256"] {
        let host = host(&format!(
            "[[rule]]\n{HEALTHY}\ntls = {{ key = \"other\", certificate = \"c\" }}\n[certificate.c]\nkey = \"{kind}\""
        ));
        let error = tls_error(&secure(&host).unwrap_err());
        assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{error:?}");
    }
}

#[test]
fn weak_certificates_are_served() {
    for file in ["sha1.pem", "md5.pem"] {
        let host = host(&format!(
            "[[rule]]\n{HEALTHY}\ntls = {{ certificate = \"c\" }}\n[certificate.c]\nfile = \"{file}\""
        ));
        secure(&host).unwrap();
    }
    let host = host(&format!(
        "[[rule]]\n{HEALTHY}\ntls = {{ versions = [\"1.2\"], certificate = \"c\" }}\n[certificate.c]\nfile = \"short-key.pem\""
    ));
    let mut stream = connect(&host);
    negotiate(&mut stream, 11);
    handshake_with(client(stream, false)).unwrap();
}

#[test]
fn client_certificate_is_asked_for() {
    let host = rule(&format!("{HEALTHY}\ntls = {{ client_certificate = true, versions = [\"1.3\"] }}"));
    let mut tls = secure(&host).unwrap();
    let error = tls.read(&mut [0]).unwrap_err();
    assert_eq!(tls_error(&error), rustls::Error::AlertReceived(AlertDescription::CertificateRequired));
}

#[test]
fn long_hellos_are_cut_off() {
    let length = hello().len() - 5;
    let host = host(&format!(
        "[[rule]]\nwhen = {{ connection = 1 }}\n{HEALTHY}\ntls = {{ hello_limit = {{ bytes = {}, end = \"reset\" }} }}\n\
         [[rule]]\n{HEALTHY}\ntls = {{ hello_limit = {{ bytes = {length}, end = \"reset\" }} }}",
        length - 1
    ));
    assert_eq!(secure(&host).unwrap_err().kind(), ErrorKind::ConnectionReset);
    secure(&host).unwrap();
    assert_eq!(host.log()[0].hello.as_ref().unwrap().length, length);
}

/// Sends one byte, then the rest once the host must have read it.
fn write_split(stream: &mut TcpStream, bytes: &[u8]) {
    stream.set_nodelay(true).unwrap();
    stream.write_all(&bytes[..1]).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    stream.write_all(&bytes[1..]).unwrap();
}

#[test]
fn legacy_flight_is_that_of_an_old_server() {
    let host = rule(
        "negotiate = { select = 1 }\ntls = { hello = { versions = [\"1.0\"], suites = [0xC014], otherwise = \"alert 40\" } }",
    );
    let error = secure(&host).unwrap_err();
    assert_eq!(tls_error(&error), rustls::Error::AlertReceived(AlertDescription::HandshakeFailure));

    // client_version 1.2, no session id, suites 0xC014 and 0x002F, no compression, no extensions.
    let mut message = vec![0x01, 0, 0, 43, 0x03, 0x03];
    message.extend([0x11; 32]);
    message.extend([0x00, 0x00, 0x04, 0xc0, 0x14, 0x00, 0x2f, 0x01, 0x00]);
    let mut stream = connect(&host);
    negotiate(&mut stream, 11);
    // In two records, as some clients do to get through.
    for part in message.chunks(20) {
        let length = u8::try_from(part.len()).unwrap();
        stream.write_all(&[0x16, 0x03, 0x01, 0x00, length]).unwrap();
        stream.write_all(part).unwrap();
    }
    let mut header = [0; 5];
    stream.read_exact(&mut header).unwrap();
    assert_eq!(header[..3], [0x16, 0x03, 0x01]);
    let mut flight = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
    stream.read_exact(&mut flight).unwrap();
    let mut kinds = Vec::new();
    let mut rest = flight.as_slice();
    while let [kind, a, b, c, after @ ..] = rest {
        kinds.push(*kind);
        rest = &after[usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap()..];
    }
    assert_eq!(kinds, [2, 11, 12, 14]);
    assert_eq!(flight[4..6], [0x03, 0x01]);
    assert_eq!(flight[39..41], [0xc0, 0x14]);
    assert!(is_quiet(&mut stream));
}

#[test]
fn credssp_says_what_it_is_told() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { select = 2 }\ncredssp = { error_code = 0xC000006D, version = 3 }\n\
         [[rule]]\nwhen = { connection = 2 }\nnegotiate = { select = 2 }\ncredssp = { hex = \"30 84 7F FF FF FF\" }\n\
         [[rule]]\nwhen = { connection = 3 }\nnegotiate = { select = 2 }\ncredssp = { end = \"close\" }\n\
         [[rule]]\nnegotiate = { select = 2 }\ncredssp = { end = \"reset\" }\n",
    );
    let ask = || {
        let mut tls = secure(&host).unwrap();
        tls.write_all(&TS_REQUEST).unwrap();
        tls
    };
    let mut answer = [0; 15];
    ask().read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x30, 13, 0xa0, 3, 2, 1, 3, 0xa4, 6, 2, 4, 0xc0, 0, 0, 0x6d]);
    let mut answer = [0; 6];
    ask().read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]);
    assert_eq!(ask().read(&mut [0]).unwrap(), 0);
    assert_eq!(ask().read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn mcs_is_answered_in_clear_and_under_tls() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { select = 0 }\nmcs = { encryption_method = 2, encryption_level = 2 }\n\
         [[rule]]\nnegotiate = { select = 1 }\nmcs = { version = 0x8000C }",
    );
    let initial = [0x03, 0, 0, 12, 0x02, 0xf0, 0x80, 0x7f, 0x65, 0x02, 0, 0];
    let mut stream = connect(&host);
    negotiate(&mut stream, 0);
    stream.write_all(&initial).unwrap();
    let response = tpkt(&mut stream);
    assert_eq!(response[4..9], [0x02, 0xf0, 0x80, 0x7f, 0x66]);
    assert!(response.windows(8).any(|at| at == [0x01, 0x0c, 0x0c, 0, 4, 0, 8, 0]));
    let mut tls = secure(&host).unwrap();
    tls.write_all(&initial).unwrap();
    assert!(tpkt(&mut tls).windows(8).any(|at| at == [0x01, 0x0c, 0x0c, 0, 0x0c, 0, 8, 0]));
}

#[test]
fn closed_port_refuses() {
    let host = host("[host]\nlisten = \"closed\"");
    assert_eq!(TcpStream::connect(host.address()).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert_eq!(host.connections(), 0);
}

#[test]
#[cfg(target_os = "linux")]
fn full_backlog_drops() {
    let host = host("[host]\nlisten = \"backlog-full\"");
    for _ in 0..2 {
        let error = TcpStream::connect_timeout(&host.address(), Duration::from_millis(300)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}

#[test]
fn ipv6_loopback() {
    let host = host(&format!("[host]\naddress = \"::1\"\n[[rule]]\n{HEALTHY}"));
    assert!(host.address().is_ipv6());
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
}

#[test]
fn many_clients_at_once() {
    let host = rule(HEALTHY);
    let mut streams: Vec<_> = (0..50).map(|_| connect(&host)).collect();
    for stream in &mut streams {
        stream.write_all(&request(11)).unwrap();
    }
    for mut stream in streams.into_iter().rev() {
        assert_eq!(tpkt(&mut stream), selected(8, 0x1f));
    }
    assert_eq!(host.connections(), 50);
}

#[test]
fn hosts_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<LabHost>();
    shared::<Scenario>();
}

#[test]
fn dropping_the_host_is_prompt() {
    let host = host("[[rule]]\nwhen = { connection = 1 }\naccept = \"hold\"\n[[rule]]\naccept = \"flood\"");
    let _held = connect(&host);
    let mut flooded = connect(&host);
    flooded.read_exact(&mut [0; 10]).unwrap();
    let begin = Instant::now();
    drop(host);
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[test]
fn errors_name_the_key() {
    let error = |text: &str| text.parse::<Scenario>().unwrap_err().to_string();
    let with_rule = |rule: &str| error(&format!("title = \"t\"\n[[rule]]\n{rule}"));
    for (message, part) in [
        (error("titel = 'x'"), "titel"),
        (error("title = 'x'\n[check]\ndeadline = 3"), "deadline"),
        (error("title = 'x'\n[host]\nlisten = 'half'"), "half"),
        (error("title = 'x'\n[expect]\nheadline = 'fine'"), "fine"),
        (with_rule("accept = 'explode'"), "explode"),
        (with_rule("negotiate = { selct = 1 }"), "selct"),
        (with_rule("negotiate = { select = 1, fail = 2 }"), "`select` and `fail`"),
        (with_rule("negotiate = { delay_ms = 5 }"), "needs one of `select`"),
        (with_rule("negotiate = { hex = '0' }"), "hexadecimal"),
        (with_rule("tls = { versions = ['1.0'] }"), "`hello`"),
        (with_rule("tls = { hello = { versions = ['2.0'], suites = [] } }"), "2.0"),
        (with_rule("tls = { hello = { versions = ['1.0'], suites = [0xFF01] } }"), "0xff01"),
        (with_rule("tls = { hello = { versions = ['1.0'], suites = [], groups = [1] } }"), "0x0001"),
        (with_rule("tls = { hello = { versions = ['1.0'], suites = [], dhe_bits = 7 } }"), "`dhe_bits`"),
        (with_rule("tls = { alert = 40, key = 'own' }"), "`key` and `alert`"),
        (with_rule("tls = { hello_limit = { end = 'reset' } }"), "`bytes` or `segments`"),
        (with_rule("accept = 'close'\n[device]\nstage = 'mcs'\naction = 'reset'"), "mcs"),
        (with_rule("tls = { certificate = 'missing' }"), "`missing`"),
        (with_rule("credssp = { version = 6 }"), "rule 1 needs one of"),
        (with_rule("accept = 'close'\ncredssp = { bare_ntlm = 'reject' }"), "`bare_ntlm`"),
        (with_rule("accept = 'close'\ncredssp = { bare_ntlm = 'error 9' }"), "error 0xNUMBER"),
        (
            with_rule("accept = 'close'\ncredssp = { error_code = 1, spnego = {} }"),
            "`spnego` and `error_code`",
        ),
        (with_rule("accept = 'close'\nmcs = { certificate_bits = 100 }"), "`certificate_bits`"),
        (with_rule("negotiate = { select = 2 }\ncredssp = { os = '10' }"), "MAJOR.MINOR.BUILD"),
        (with_rule("when = { every = 0 }\naccept = 'close'"), "every = 0"),
        (with_rule("when = { offer = 'all' }\naccept = 'close'"), "offer = 'all'"),
        (error("title = 'x'"), "needs a `rule`"),
        (error("title = 'x'\n[host]\nlisten = 'closed'\n[udp]\nanswer = 'silent'"), "`[udp]`"),
        (with_rule("accept = 'close'\n[udp]\nanswer = 'silent'\nversion = 2"), "`version`"),
        (with_rule("accept = 'close'\n[udp]\ndelay_ms = 2"), "needs one of `answer`"),
    ] {
        assert!(message.contains(part), "{message}");
    }
}
