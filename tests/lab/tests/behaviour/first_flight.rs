//! What a client that asks for one thing at a time learns of a host with a first flight made by hand.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use rdpcheck_lab::LabHost;
use rustls::ProtocolVersion;

use super::{connect, handshake, host, is_quiet, rule, say_goodbye, write_split};

const TLS_1_0: u16 = 0x0301;
const TLS_1_1: u16 = 0x0302;
const TLS_1_2: u16 = 0x0303;
const TLS_1_3: u16 = 0x0304;

/// A ClientHello.
#[derive(Clone)]
struct Ask {
    version: u16,
    supported_versions: Vec<u16>,
    suites: Vec<u16>,
    compression: Vec<u8>,
    groups: Option<Vec<u16>>,
    shares: Option<Vec<u16>>,
    renegotiation_info: bool,
}

impl Ask {
    fn new(version: u16, suites: &[u16]) -> Self {
        Self {
            version: version.min(TLS_1_2),
            supported_versions: Vec::new(),
            suites: suites.to_vec(),
            compression: vec![0],
            groups: None,
            shares: None,
            renegotiation_info: false,
        }
    }

    fn tls13(suites: &[u16], groups: &[u16], shares: &[u16]) -> Self {
        Self {
            supported_versions: vec![TLS_1_3],
            groups: Some(groups.to_vec()),
            shares: Some(shares.to_vec()),
            ..Self::new(TLS_1_3, suites)
        }
    }

    fn message(&self) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend([0x11; 32]);
        body.extend([4, 1, 2, 3, 4]); // session id
        body.extend(vector16(&numbers(&self.suites)));
        body.push(u8::try_from(self.compression.len()).unwrap());
        body.extend(&self.compression);
        let mut extensions = Vec::new();
        let mut extension = |kind: u16, content: Vec<u8>| {
            extensions.extend(kind.to_be_bytes());
            extensions.extend(vector16(&content));
        };
        if !self.supported_versions.is_empty() {
            let versions = numbers(&self.supported_versions);
            let mut content = vec![u8::try_from(versions.len()).unwrap()];
            content.extend(versions);
            extension(43, content);
            extension(13, vector16(&[0x08, 0x04, 0x04, 0x01]));
        }
        if let Some(groups) = &self.groups {
            extension(10, vector16(&numbers(groups)));
        }
        if let Some(shares) = &self.shares {
            let entry = |group: &u16| [group.to_be_bytes().to_vec(), vector16(&[0x22; 32])].concat();
            extension(51, vector16(&shares.iter().flat_map(entry).collect::<Vec<_>>()));
        }
        if self.renegotiation_info {
            extension(0xff01, vec![0]);
        }
        if !extensions.is_empty() {
            body.extend(vector16(&extensions));
        }
        let mut message = vec![0x01, 0];
        message.extend(vector16(&body));
        message
    }

    fn record(&self) -> Vec<u8> {
        let mut record = vec![0x16];
        record.extend(self.version.min(TLS_1_0).to_be_bytes());
        record.extend(vector16(&self.message()));
        record
    }
}

fn numbers(values: &[u16]) -> Vec<u8> {
    values.iter().copied().flat_map(u16::to_be_bytes).collect()
}

fn vector16(content: &[u8]) -> Vec<u8> {
    let mut out = u16::try_from(content.len()).unwrap().to_be_bytes().to_vec();
    out.extend(content);
    out
}

fn number(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

#[derive(Debug, PartialEq)]
enum Answer {
    /// The record's version and the description.
    Alert(u16, u8),
    Closed,
    Flight(Flight),
    Reset,
    Silent,
}

#[derive(Debug, PartialEq)]
struct Flight {
    /// Of the record, and as the ServerHello says it.
    versions: (u16, u16),
    suite: u16,
    compression: u8,
    retry: bool,
    downgraded: bool,
    session_id: Vec<u8>,
    extensions: Vec<(u16, Vec<u8>)>,
    /// Type and body of what follows the ServerHello.
    messages: Vec<(u8, Vec<u8>)>,
}

impl Flight {
    fn kinds(&self) -> Vec<u8> {
        self.messages.iter().map(|(kind, _)| *kind).collect()
    }

    fn extension(&self, wanted: u16) -> Option<&[u8]> {
        self.extensions.iter().find_map(|(kind, body)| (*kind == wanted).then_some(body.as_slice()))
    }
}

fn converse(stream: &mut TcpStream, record: &[u8]) -> Answer {
    stream.write_all(record).unwrap();
    let mut header = [0; 5];
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    match stream.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) => {
            return match error.kind() {
                ErrorKind::ConnectionReset => Answer::Reset,
                ErrorKind::UnexpectedEof => Answer::Closed,
                _ => Answer::Silent,
            };
        }
    }
    let mut content = vec![0; usize::from(number(&header[3..]))];
    stream.read_exact(&mut content).unwrap();
    if header[0] == 0x15 {
        assert_eq!(content[0], 2);
        return Answer::Alert(number(&header[1..]), content[1]);
    }
    assert_eq!(header[0], 0x16);
    let mut messages = Vec::new();
    let mut rest = content.as_slice();
    while let [kind, 0, a, b, after @ ..] = rest {
        let (body, after) = after.split_at(usize::from(u16::from_be_bytes([*a, *b])));
        messages.push((*kind, body.to_vec()));
        rest = after;
    }
    assert!(rest.is_empty());
    let (kind, hello) = messages.remove(0);
    assert_eq!(kind, 2);
    let (session_id, after) = hello[35..].split_at(usize::from(hello[34]));
    let mut extensions = Vec::new();
    let mut rest = after.get(5..).unwrap_or_default();
    if !rest.is_empty() {
        assert_eq!(usize::from(number(&after[3..])), rest.len());
    }
    while let [a, b, c, d, more @ ..] = rest {
        let (body, more) = more.split_at(usize::from(u16::from_be_bytes([*c, *d])));
        extensions.push((u16::from_be_bytes([*a, *b]), body.to_vec()));
        rest = more;
    }
    Answer::Flight(Flight {
        versions: (number(&header[1..]), number(&hello)),
        suite: number(after),
        compression: after[2],
        retry: hello[2..6] == [0xcf, 0x21, 0xad, 0x74],
        downgraded: hello[26..33] == *b"DOWNGRD",
        session_id: session_id.to_vec(),
        extensions,
        messages,
    })
}

fn answer(host: &LabHost, ask: &Ask) -> Answer {
    converse(&mut connect(host), &ask.record())
}

fn flight(host: &LabHost, ask: &Ask) -> Flight {
    match answer(host, ask) {
        Answer::Flight(flight) => flight,
        other => panic!("{other:?}"),
    }
}

/// The host's suites, learnt by taking away what it agrees on.
fn survey(host: &LabHost, ask: &Ask) -> Vec<u16> {
    let mut ask = ask.clone();
    let mut found = Vec::new();
    while let Answer::Flight(flight) = answer(host, &ask) {
        ask.suites.retain(|suite| *suite != flight.suite);
        found.push(flight.suite);
    }
    found
}

#[test]
fn versions_one_at_a_time() {
    for versions in [
        &["ssl-3.0"][..],
        &["1.0"],
        &["1.0", "1.1"],
        &["1.2"],
        &["1.2", "1.3"],
        &["ssl-3.0", "1.0", "1.1", "1.2", "1.3"],
    ] {
        let host = rule(&format!(
            "tls = {{ hello = {{ versions = {versions:?}, suites = [0x1301, 0x002F], otherwise = \"alert 70\" }} }}"
        ));
        let mut found = Vec::new();
        for (name, version) in [("ssl-3.0", 0x0300), ("1.0", TLS_1_0), ("1.1", TLS_1_1), ("1.2", TLS_1_2)] {
            match answer(&host, &Ask::new(version, &[0x002f])) {
                // Older versions are agreed on with clients that say they know newer ones.
                Answer::Flight(flight) if flight.versions.1 == version => {
                    assert_eq!(flight.versions.0, version);
                    assert_eq!(flight.kinds(), [11, 14]);
                    found.push(name);
                }
                Answer::Flight(flight) => assert!(flight.versions.1 < version),
                Answer::Alert(record, 70) => assert_eq!(record, version),
                other => panic!("{other:?}"),
            }
        }
        match answer(&host, &Ask::tls13(&[0x1301], &[29], &[29])) {
            Answer::Flight(flight) => {
                assert_eq!(flight.versions, (TLS_1_2, TLS_1_2));
                assert_eq!(flight.extension(43), Some(&TLS_1_3.to_be_bytes()[..]));
                assert_eq!(flight.session_id, [1, 2, 3, 4]);
                found.push("1.3");
            }
            other => assert!(matches!(other, Answer::Alert(_, 70)), "{other:?}"),
        }
        assert_eq!(found, versions);
    }
}

#[test]
fn suites_are_found_in_the_order_that_counts() {
    let suites = "[0xC030, 0x009F, 0xC014, 0x0035, 0x000A]";
    let offer = [0x002f, 0x000a, 0x0035, 0xc014, 0x009f, 0xc030, 0x1301];
    for (order, ordered, unordered) in [
        ("server", vec![0xc030, 0x009f, 0xc014, 0x0035, 0x000a], vec![0xc014, 0x0035, 0x000a]),
        ("client", vec![0x000a, 0x0035, 0xc014, 0x009f, 0xc030], vec![0x000a, 0x0035, 0xc014]),
    ] {
        let host = rule(&format!(
            "tls = {{ hello = {{ versions = [\"1.1\", \"1.2\"], suites = {suites}, order = \"{order}\", otherwise = \"close\" }} }}"
        ));
        assert_eq!(survey(&host, &Ask::new(TLS_1_2, &offer)), ordered);
        // TLS 1.1 has neither GCM nor SHA-256.
        assert_eq!(survey(&host, &Ask::new(TLS_1_1, &offer)), unordered);
    }
}

#[test]
fn suites_are_those_of_version_and_certificate() {
    let offer = [0xc02b, 0xc02f, 0xc00a, 0xc014, 0x0035, 0x0018, 0x1302];
    let survey_of = |key: &str, ask: Ask| {
        let host = host(&format!(
            "[[rule]]\ntls = {{ certificate = \"c\", hello = {{ versions = [\"ssl-3.0\", \"1.0\", \"1.2\", \"1.3\"], \
             suites = [0x1302, 0xC02B, 0xC02F, 0xC00A, 0xC014, 0x0035, 0x0018] }} }}\n[certificate.c]\nkey = \"{key}\""
        ));
        survey(&host, &ask)
    };
    assert_eq!(survey_of("rsa-2048", Ask::new(TLS_1_2, &offer)), [0xc02f, 0xc014, 0x0035, 0x0018]);
    assert_eq!(survey_of("ecdsa-p256", Ask::new(TLS_1_2, &offer)), [0xc02b, 0xc00a, 0x0018]);
    assert_eq!(survey_of("rsa-2048", Ask::new(TLS_1_0, &offer)), [0xc014, 0x0035, 0x0018]);
    assert_eq!(survey_of("rsa-2048", Ask::new(0x0300, &offer)), [0x0035, 0x0018]);
    assert_eq!(survey_of("rsa-2048", Ask::tls13(&offer, &[29], &[29])), [0x1302]);
}

#[test]
fn groups_one_at_a_time() {
    let host = rule(
        "tls = { hello = { versions = [\"1.2\", \"1.3\"], suites = [0x1301, 0xC02F], groups = [25, 29, 0x11EC], wrong_suite = \"alert 40\" } }",
    );
    let mut curves = Vec::new();
    let mut groups = Vec::new();
    for group in [23, 24, 25, 29, 30, 0x100, 0x11ec] {
        let ask = Ask { groups: Some(vec![group]), ..Ask::new(TLS_1_2, &[0xc02f]) };
        match answer(&host, &ask) {
            Answer::Flight(flight) => {
                assert_eq!(flight.kinds(), [11, 12, 14]);
                let exchange = &flight.messages[1].1;
                assert_eq!(exchange[0], 3);
                curves.push((number(&exchange[1..]), exchange[3]));
            }
            other => assert_eq!(other, Answer::Alert(TLS_1_2, 40)),
        }
        match answer(&host, &Ask::tls13(&[0x1301], &[group], &[group])) {
            Answer::Flight(flight) => {
                let share = flight.extension(51).unwrap();
                assert_eq!(usize::from(number(&share[2..])), share.len() - 4);
                groups.push((number(share), share.len() - 4));
            }
            other => assert_eq!(other, Answer::Alert(TLS_1_2, 40)),
        }
    }
    assert_eq!(curves, [(25, 133), (29, 32)]);
    assert_eq!(groups, [(25, 133), (29, 32), (0x11ec, 1120)]);
}

#[test]
fn host_chooses_where_a_client_names_no_groups() {
    let host = rule("tls = { hello = { versions = [\"1.0\"], suites = [0xC014], groups = [24, 23] } }");
    assert_eq!(number(&flight(&host, &Ask::new(TLS_1_0, &[0xc014])).messages[1].1[1..]), 24);
    let ask = Ask { groups: Some(vec![23, 24]), ..Ask::new(TLS_1_0, &[0xc014]) };
    assert_eq!(number(&flight(&host, &ask).messages[1].1[1..]), 24);
}

#[test]
fn retry_names_the_group_and_the_second_hello_is_answered() {
    let host = rule("tls = { hello = { versions = [\"1.3\"], suites = [0x1302], groups = [24, 29] } }");
    for shares in [&[][..], &[23]] {
        let mut stream = connect(&host);
        let ask = Ask::tls13(&[0x1301, 0x1302], &[23, 29, 24], shares);
        let Answer::Flight(retry) = converse(&mut stream, &ask.record()) else { panic!("no answer") };
        assert!(retry.retry);
        assert_eq!((retry.suite, retry.extension(51)), (0x1302, Some(&[0, 24][..])));
        let again = Ask { shares: Some(vec![24]), ..ask };
        let second = [&[0x14, 3, 3, 0, 1, 1][..], &again.record()].concat();
        let Answer::Flight(flight) = converse(&mut stream, &second) else { panic!("no answer") };
        assert!(!flight.retry);
        assert_eq!(number(flight.extension(51).unwrap()), 24);
        // The rest of the flight: a change of cipher spec, and a record that is encrypted.
        let mut rest = [0; 11];
        stream.read_exact(&mut rest).unwrap();
        assert_eq!(rest[..9], [0x14, 3, 3, 0, 1, 1, 0x17, 3, 3]);
    }
    // A share that is there saves the round trip, whatever the order.
    let flight = flight(&host, &Ask::tls13(&[0x1302], &[24, 29], &[29]));
    assert_eq!(number(flight.extension(51).unwrap()), 29);
    assert_eq!(answer(&host, &Ask::tls13(&[0x1302], &[23], &[])), Answer::Reset);

    let mut stream = connect(&host);
    let ask = Ask::tls13(&[0x1302], &[24], &[]);
    converse(&mut stream, &ask.record());
    assert_eq!(converse(&mut stream, &ask.record()), Answer::Alert(TLS_1_2, 47));
    assert_eq!(answer(&host, &Ask { groups: None, ..ask }), Answer::Alert(TLS_1_2, 109));
}

#[test]
fn refusals_for_each_reason() {
    let host = rule(
        "tls = { hello = { versions = [\"1.2\"], suites = [0x002F], wrong_version = \"alert 70\", otherwise = \"silent\" } }",
    );
    assert_eq!(answer(&host, &Ask::new(TLS_1_1, &[0x002f])), Answer::Alert(TLS_1_1, 70));
    assert_eq!(answer(&host, &Ask::new(TLS_1_2, &[0x0035])), Answer::Silent);
    for (refusal, expected) in
        [("reset", Answer::Reset), ("close", Answer::Closed), ("alert 40", Answer::Alert(TLS_1_2, 40))]
    {
        let host = rule(&format!(
            "tls = {{ hello = {{ versions = [\"1.2\"], suites = [0x002F], wrong_suite = \"{refusal}\", otherwise = \"silent\" }} }}"
        ));
        assert_eq!(answer(&host, &Ask::new(TLS_1_2, &[0x0035])), expected);
        assert_eq!(answer(&host, &Ask::new(TLS_1_1, &[0x002f])), Answer::Silent);
    }
}

#[test]
fn details_of_the_flight() {
    for (bits, length) in [(1024, 128), (2048, 256)] {
        let host = rule(&format!(
            "tls = {{ hello = {{ versions = [\"1.0\"], suites = [0x0039], dhe_bits = {bits} }} }}"
        ));
        let flight = flight(&host, &Ask::new(TLS_1_0, &[0x0039]));
        let exchange = &flight.messages[1].1;
        assert_eq!(number(exchange), length);
        assert!(exchange[2] >= 0x80);
    }

    let host = rule(
        "tls = { hello = { versions = [\"1.2\"], suites = [0x002F], compression = 1, secure_renegotiation = false } }",
    );
    let mut ask = Ask { renegotiation_info: true, ..Ask::new(TLS_1_2, &[0x002f]) };
    let plain = flight(&host, &ask);
    assert_eq!((plain.compression, plain.extensions.len(), plain.downgraded), (0, 0, false));
    ask.compression = vec![1, 0];
    assert_eq!(flight(&host, &ask).compression, 1);

    let host = rule("tls = { hello = { versions = [\"1.2\", \"1.3\"], suites = [0x1301, 0x002F] } }");
    let flight_with_info = flight(&host, &ask);
    assert_eq!(flight_with_info.extension(0xff01), Some(&[0][..]));
    assert!(flight_with_info.downgraded);
    let by_suite = flight(&host, &Ask::new(TLS_1_2, &[0x002f, 0x00ff]));
    assert_eq!(by_suite.extension(0xff01), Some(&[0][..]));
    assert!(flight(&host, &Ask::new(TLS_1_2, &[0x002f])).extensions.is_empty());
}

#[test]
fn certificate_is_that_of_the_rule() {
    let hello = "hello = { versions = [\"1.0\", \"1.2\", \"1.3\"], suites = [0x002F, 0xC02F, 0x1301], complete = true }";
    let host = host(&format!(
        "[[rule]]\nwhen = {{ connection = [1, 2] }}\ntls = {{ certificate = \"a\", {hello} }}\n\
         [[rule]]\ntls = {{ certificate = \"b\", {hello} }}\n\
         [certificate.a]\nfile = \"sha1.pem\"\n[certificate.b]\nsubject = \"other.test\"",
    ));
    let mut seen = Vec::new();
    for _ in 0..2 {
        let flight = flight(&host, &Ask::new(TLS_1_0, &[0x002f]));
        seen.push(flight.messages[0].1[6..].to_vec());
        // What the library can do is done by the library.
        let tls = handshake(connect(&host)).unwrap();
        assert_eq!(tls.conn.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(tls.conn.peer_certificates().unwrap()[0].to_vec(), *seen.last().unwrap());
        say_goodbye(tls);
    }
    assert_ne!(seen[0], seen[1]);
}

#[test]
fn library_agrees_on_what_the_scenario_says() {
    let host = rule(
        "tls = { hello = { versions = [\"1.1\", \"1.2\"], suites = [0x0035, 0xC030], groups = [24], complete = true } }",
    );
    let tls = handshake(connect(&host)).unwrap();
    assert_eq!(tls.conn.protocol_version(), Some(ProtocolVersion::TLSv1_2));
    assert_eq!(u16::from(tls.conn.negotiated_cipher_suite().unwrap().suite()), 0xc030);
    assert_eq!(u16::from(tls.conn.negotiated_key_exchange_group().unwrap().name()), 24);

    // With a HelloRetryRequest on the way.
    let host =
        rule("tls = { hello = { versions = [\"1.3\"], suites = [0x1301], groups = [24], complete = true } }");
    let tls = handshake(connect(&host)).unwrap();
    assert_eq!(tls.conn.handshake_kind(), Some(rustls::HandshakeKind::FullWithHelloRetryRequest));
    assert_eq!(u16::from(tls.conn.negotiated_cipher_suite().unwrap().suite()), 0x1301);
}

#[test]
fn hello_in_records_and_segments() {
    let host = rule("tls = { hello = { versions = [\"1.2\"], suites = [0x002F] } }");
    let mut records = Vec::new();
    for part in Ask::new(TLS_1_2, &[0x002f]).message().chunks(10) {
        records.extend([0x16, 0x03, 0x01]);
        records.extend(vector16(part));
    }
    let mut stream = connect(&host);
    write_split(&mut stream, &records[..30]);
    assert!(is_quiet(&mut stream));
    assert!(matches!(converse(&mut stream, &records[30..]), Answer::Flight(_)));
}
