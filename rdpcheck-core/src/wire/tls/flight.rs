//! What a server sends in answer to a ClientHello, as far as it is in the clear.

use tls_parser::{
    TlsExtension, TlsMessageHandshake, parse_dh_params, parse_tls_extension_unknown,
    parse_tls_handshake_msg_certificate, parse_tls_handshake_server_hello,
};

use super::suite::{Exchange, Suite};
use super::{SSL_3_0, TLS_1_3};

/// How many bytes of an answer are read, record headers included.
pub const LONGEST_FLIGHT: usize = 256 * 1024;

/// How many of the first bytes are kept, whatever they are.
const FIRST_BYTES: usize = 16;

/// Whether more is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is one or the other")]
pub enum Progress {
    /// The flight has ended; see [`ServerFlight::end`].
    Complete,
    /// The flight goes on.
    Incomplete,
}

/// The server's first flight. Without an end, it is what came before the connection ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerFlight {
    /// ServerHello or HelloRetryRequest.
    pub hello: Option<ServerHello>,
    /// The certificates in DER, the server's own first (TLS 1.2 and older; later they are encrypted).
    pub certificates: Vec<Vec<u8>>,
    /// What `ServerKeyExchange` says (TLS 1.2 and older).
    pub key_exchange: Option<KeyExchange>,
    /// Whether the server asks for a certificate of the client's (TLS 1.2 and older).
    pub certificate_requested: bool,
    /// Whether `ServerHelloDone` was received.
    pub hello_done: bool,
    /// The last alert.
    pub alert: Option<Alert>,
    /// Why the flight is complete.
    pub end: Option<End>,
    /// The first bytes of the answer, up to sixteen.
    pub first_bytes: Vec<u8>,
}

/// ServerHello (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerHello {
    /// The version of the record that carried it.
    pub record_version: u16,
    /// The version chosen: in `supported_versions`, else in `legacy_version`.
    pub version: u16,
    /// `cipher_suite`.
    pub suite: u16,
    /// `compression_method`; 0 for none.
    pub compression: u8,
    /// The length of `session_id` in bytes.
    pub session_id_length: usize,
    /// Whether it is a HelloRetryRequest.
    pub retry_request: bool,
    /// The group chosen in `key_share` (TLS 1.3).
    pub group: Option<u16>,
    /// Whether it has `renegotiation_info` (RFC 5746).
    pub secure_renegotiation: bool,
    /// Whether it has `extended_master_secret` (RFC 7627).
    pub extended_master_secret: bool,
    /// The numbers of all extensions in their order.
    pub extensions: Vec<u16>,
}

/// `ServerKeyExchange` (RFC 5246 section 7.4.3, RFC 8422 section 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyExchange {
    /// Over a prime field.
    Dhe {
        /// The length of the prime in bits.
        bits: u32,
    },
    /// Over a named curve.
    Ecdhe {
        /// The named group.
        group: u16,
    },
    /// Over a curve that the server describes (deprecated by RFC 8422).
    EcdheExplicit,
    /// For a suite of another kind.
    Other,
    /// With a short RSA key, in export suites (RFC 2246 section 7.4.3).
    RsaExport {
        /// The length of the modulus in bits.
        bits: u32,
    },
}

/// An alert (RFC 8446 section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alert {
    /// `level`: 1 for a warning, 2 for the end.
    pub level: u8,
    /// `description`.
    pub description: u8,
}

/// Why a flight is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// By an alert that is no warning, or by `close_notify`.
    Alert,
    /// With `ChangeCipherSpec`, as where a session is resumed: the rest is encrypted.
    ChangeCipherSpec,
    /// With a ServerHello of TLS 1.3: the rest is encrypted.
    Encrypted,
    /// With a HelloRetryRequest.
    HelloRetryRequest,
    /// It breaks TLS; what is wrong.
    Malformed(&'static str),
    /// The first bytes are no TLS; see [`ServerFlight::foreign`].
    NotTls,
    /// With `ServerHelloDone`.
    ServerHelloDone,
    /// It is longer than [`LONGEST_FLIGHT`].
    TooLong,
}

/// What bytes that are no TLS look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// `HTTP/`.
    Http,
    /// Something else.
    Other,
    /// A record of SSL 2.0 with an error or a ServerHello.
    Ssl2,
    /// A TPKT (RFC 1006): Remote Desktop in the clear.
    Tpkt,
}

impl ServerFlight {
    /// What the bytes look like where the flight ended as [`End::NotTls`].
    #[must_use]
    pub fn foreign(&self) -> Option<Foreign> {
        if self.end != Some(End::NotTls) {
            return None;
        }
        Some(match *self.first_bytes {
            [3, 0, ..] => Foreign::Tpkt,
            [b'H', b'T', b'T', b'P', b'/', ..] => Foreign::Http,
            // Two bytes of length with the high bit set; then ERROR or SERVER-HELLO (SSL 2.0 section 2.6).
            [0x80..=0xff, _, 0 | 4, ..] => Foreign::Ssl2,
            _ => Foreign::Other,
        })
    }
}

/// Reads a server's flight from bytes in any segmentation. What it says does not depend on the segmentation.
#[derive(Clone, Debug, Default)]
pub struct FlightReader {
    flight: ServerFlight,
    received: usize,
    /// The header of the next record, as far as it is here.
    header: Vec<u8>,
    /// The record whose content is being read.
    record: Option<Record>,
    /// Handshake messages that are not whole yet.
    handshake: Vec<u8>,
    /// An alert that is not whole yet.
    alert: Vec<u8>,
    /// Whether a record was seen: from then on, what is no record breaks TLS.
    begun: bool,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    kind: u8,
    version: u16,
    /// How much of the content is still to come, in bytes.
    remaining: usize,
}

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const HEARTBEAT: u8 = 24;

impl FlightReader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes. What follows the end of the flight is not looked at.
    pub fn push(&mut self, bytes: &[u8]) -> Progress {
        let wanted = FIRST_BYTES.saturating_sub(self.flight.first_bytes.len());
        self.flight.first_bytes.extend(bytes.iter().take(wanted));
        let mut rest = bytes;
        while self.flight.end.is_none() && !rest.is_empty() {
            if self.received >= LONGEST_FLIGHT {
                self.flight.end = Some(End::TooLong);
                break;
            }
            let taken = self.take(rest);
            self.received = self.received.saturating_add(taken);
            rest = rest.get(taken..).unwrap_or_default();
        }
        if self.flight.end.is_some() { Progress::Complete } else { Progress::Incomplete }
    }

    /// What was read so far.
    #[must_use]
    pub fn flight(&self) -> &ServerFlight {
        &self.flight
    }

    /// What was read.
    #[must_use]
    pub fn into_flight(self) -> ServerFlight {
        self.flight
    }

    /// Reads a byte of a header or as much of a record's content as is here; says how many bytes that was.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let Some(mut record) = self.record else {
            self.header.extend(bytes.first());
            self.read_header();
            return 1;
        };
        let left = LONGEST_FLIGHT.saturating_sub(self.received);
        let taken = record.remaining.min(bytes.len()).min(left);
        let content = bytes.get(..taken).unwrap_or_default();
        record.remaining = record.remaining.saturating_sub(taken);
        self.record = (record.remaining > 0).then_some(record);
        if let Err(what) = self.read_content(record, content) {
            self.flight.end = Some(End::Malformed(what));
        }
        taken
    }

    fn read_header(&mut self) {
        let is_record = match *self.header {
            [] => true,
            [kind, ref version @ ..] => {
                let kinds = if self.begun { CHANGE_CIPHER_SPEC..=HEARTBEAT } else { ALERT..=HANDSHAKE };
                kinds.contains(&kind) && matches!(version, [] | [3] | [3, 0..=4, ..])
            }
        };
        if !is_record {
            let foreign = End::Malformed("what follows a record is no record");
            self.flight.end = Some(if self.begun { foreign } else { End::NotTls });
        } else if let [kind, major, minor, high, low] = *self.header {
            let remaining = usize::from(u16::from_be_bytes([high, low]));
            self.header.clear();
            self.begun = true;
            if remaining > LONGEST_RECORD {
                self.flight.end = Some(End::Malformed("a record is longer than TLS allows"));
            } else if remaining > 0 {
                self.record = Some(Record { kind, version: u16::from_be_bytes([major, minor]), remaining });
            }
        }
    }

    fn read_content(&mut self, record: Record, content: &[u8]) -> Result<(), &'static str> {
        match record.kind {
            HANDSHAKE => {
                self.handshake.extend(content);
                self.read_messages(record.version)
            }
            ALERT => {
                self.alert.extend(content);
                self.read_alerts();
                Ok(())
            }
            CHANGE_CIPHER_SPEC if self.flight.hello.is_some() => {
                self.flight.end = Some(End::ChangeCipherSpec);
                Ok(())
            }
            CHANGE_CIPHER_SPEC => Err("ChangeCipherSpec comes before ServerHello"),
            _ => Err("a record with data comes within the handshake"),
        }
    }

    fn read_alerts(&mut self) {
        while self.flight.end.is_none()
            && let [level, description, ref rest @ ..] = *self.alert
        {
            self.flight.alert = Some(Alert { level, description });
            if level != WARNING || description == CLOSE_NOTIFY {
                self.flight.end = Some(End::Alert);
            }
            self.alert = rest.to_vec();
        }
    }

    fn read_messages(&mut self, record_version: u16) -> Result<(), &'static str> {
        let messages = std::mem::take(&mut self.handshake);
        let mut rest = messages.as_slice();
        while self.flight.end.is_none()
            && let &[kind, high, middle, low, ref body @ ..] = rest
        {
            let length = usize::try_from(u32::from_be_bytes([0, high, middle, low])).unwrap_or(usize::MAX);
            if length > LONGEST_FLIGHT {
                self.flight.end = Some(End::TooLong);
            }
            let Some((body, following)) = body.split_at_checked(length) else { break };
            self.read_message(kind, body, record_version)?;
            rest = following;
        }
        // Not copied while a message grows: a peer may send it byte by byte.
        self.handshake = if rest.len() == messages.len() { messages } else { rest.to_vec() };
        Ok(())
    }

    fn read_message(&mut self, kind: u8, body: &[u8], record_version: u16) -> Result<(), &'static str> {
        match (kind, &self.flight.hello) {
            (HELLO_REQUEST, _) => {}
            (SERVER_HELLO, None) => {
                let hello = server_hello(body, record_version)?;
                if hello.retry_request {
                    self.flight.end = Some(End::HelloRetryRequest);
                } else if hello.version >= TLS_1_3 {
                    self.flight.end = Some(End::Encrypted);
                }
                self.flight.hello = Some(hello);
            }
            (SERVER_HELLO, Some(_)) => return Err("a second ServerHello"),
            (_, None) => return Err("the handshake does not begin with a ServerHello"),
            (CERTIFICATE, Some(_)) => {
                let Ok(([], TlsMessageHandshake::Certificate(message))) =
                    parse_tls_handshake_msg_certificate(body)
                else {
                    return Err("a malformed Certificate");
                };
                self.flight.certificates =
                    message.cert_chain.iter().map(|certificate| certificate.data.to_vec()).collect();
            }
            (SERVER_KEY_EXCHANGE, Some(hello)) => {
                let exchange = key_exchange(hello.suite, body).ok_or("a malformed ServerKeyExchange")?;
                self.flight.key_exchange = Some(exchange);
            }
            (CERTIFICATE_REQUEST, Some(_)) => self.flight.certificate_requested = true,
            (SERVER_HELLO_DONE, Some(_)) => {
                self.flight.hello_done = true;
                self.flight.end = Some(End::ServerHelloDone);
            }
            // CertificateStatus, NewSessionTicket and what servers may send besides.
            _ => {}
        }
        Ok(())
    }
}

const HELLO_REQUEST: u8 = 0;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const CERTIFICATE_REQUEST: u8 = 13;
const SERVER_HELLO_DONE: u8 = 14;

const WARNING: u8 = 1;
const CLOSE_NOTIFY: u8 = 0;

/// RFC 5246 section 6.2.3, the most lenient of all versions.
const LONGEST_RECORD: usize = (1 << 14) + 2048;

/// The random that marks a HelloRetryRequest (RFC 8446 section 4.1.3).
const RETRY_REQUEST: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, //
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

fn server_hello(body: &[u8], record_version: u16) -> Result<ServerHello, &'static str> {
    let (rest, read) = parse_tls_handshake_server_hello(body).map_err(|_| "a malformed ServerHello")?;
    let extensions = match (read.ext, rest) {
        (extensions, []) => extensions.unwrap_or_default(),
        // SSL 3.0 knows no extensions, but servers send renegotiation_info in it (RFC 5746 section 4.5).
        (None, [_, _, extensions @ ..]) if read.version.0 == SSL_3_0 => extensions,
        _ => return Err("a ServerHello with bytes behind it"),
    };
    let mut hello = ServerHello {
        record_version,
        version: read.version.0,
        suite: read.cipher.0,
        compression: read.compression.0,
        session_id_length: read.session_id.map_or(0, <[u8]>::len),
        retry_request: read.random == RETRY_REQUEST,
        group: None,
        secure_renegotiation: false,
        extended_master_secret: false,
        extensions: Vec::new(),
    };
    let mut rest = extensions;
    while !rest.is_empty() {
        let Ok((following, TlsExtension::Unknown(number, data))) = parse_tls_extension_unknown(rest) else {
            return Err("a malformed extension of ServerHello");
        };
        rest = following;
        hello.extensions.push(number.0);
        match (number.0, data) {
            (23, _) => hello.extended_master_secret = true,
            (43, &[high, low]) => hello.version = u16::from_be_bytes([high, low]),
            (43, _) => return Err("a malformed supported_versions"),
            (51, &[high, low, ..]) => hello.group = Some(u16::from_be_bytes([high, low])),
            (51, _) => return Err("a malformed key_share"),
            (0xff01, _) => hello.secure_renegotiation = true,
            _ => {}
        }
    }
    Ok(hello)
}

fn key_exchange(suite: u16, body: &[u8]) -> Option<KeyExchange> {
    const NAMED_CURVE: u8 = 3;
    let name = Suite::of(suite);
    let over_a_curve = name.is_some_and(|suite| suite.name.contains("_ECDH"));
    Some(match name.map(|suite| suite.exchange) {
        Some(Exchange::Ecdhe | Exchange::Anonymous) if over_a_curve => match *body {
            [NAMED_CURVE, high, low, _, ..] => KeyExchange::Ecdhe { group: u16::from_be_bytes([high, low]) },
            [1 | 2, _, ..] => KeyExchange::EcdheExplicit,
            _ => return None,
        },
        Some(Exchange::Dhe | Exchange::Anonymous) => {
            let (_, read) = parse_dh_params(body).ok()?;
            KeyExchange::Dhe { bits: bits(read.dh_p) }
        }
        Some(Exchange::Rsa) => {
            let (&length, rest) = body.split_first_chunk::<2>()?;
            KeyExchange::RsaExport { bits: bits(rest.get(..usize::from(u16::from_be_bytes(length)))?) }
        }
        _ => KeyExchange::Other,
    })
}

/// The length of a big-endian number in bits, leading zeros not counted.
fn bits(number: &[u8]) -> u32 {
    let mut significant = number.iter().skip_while(|&&byte| byte == 0);
    let first = significant.next().map_or(0, |first| u8::BITS.saturating_sub(first.leading_zeros()));
    let following = u32::try_from(significant.count()).unwrap_or(u32::MAX);
    following.saturating_mul(8).saturating_add(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::tls::{TLS_1_0, TLS_1_2};

    fn read(bytes: &[u8]) -> ServerFlight {
        let mut reader = FlightReader::new();
        reader.push(bytes);
        reader.into_flight()
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let [_, length @ ..] = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind][..], &length, body].concat()
    }

    fn record(kind: u8, version: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        [&[kind][..], &version.to_be_bytes(), &length.to_be_bytes(), content].concat()
    }

    /// The messages in records of `size` bytes.
    fn records(version: u16, messages: &[Vec<u8>], size: usize) -> Vec<u8> {
        messages.concat().chunks(size).flat_map(|content| record(HANDSHAKE, version, content)).collect()
    }

    fn hello_body(version: u16, random: [u8; 32], suite: u16, extensions: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = [&version.to_be_bytes()[..], &random, &[2, 5, 5], &suite.to_be_bytes(), &[0]].concat();
        if !extensions.is_empty() {
            let extensions: Vec<u8> = extensions
                .iter()
                .flat_map(|(number, data)| {
                    let length = u16::try_from(data.len()).unwrap();
                    [&number.to_be_bytes()[..], &length.to_be_bytes(), data].concat()
                })
                .collect();
            body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            body.extend(extensions);
        }
        body
    }

    fn certificate(certificates: &[&[u8]]) -> Vec<u8> {
        let vector24 = |data: &[u8]| [&u32::try_from(data.len()).unwrap().to_be_bytes()[1..], data].concat();
        let list: Vec<u8> = certificates.iter().flat_map(|certificate| vector24(certificate)).collect();
        message(CERTIFICATE, &vector24(&list))
    }

    fn old_flight(suite: u16, exchange: &[u8]) -> [Vec<u8>; 5] {
        [
            message(
                SERVER_HELLO,
                &hello_body(TLS_1_2, [9; 32], suite, &[(0xff01, &[0]), (23, &[]), (11, &[1, 0])]),
            ),
            certificate(&[&[1; 700], &[2; 900]]),
            message(SERVER_KEY_EXCHANGE, exchange),
            message(CERTIFICATE_REQUEST, &[1, 1, 0, 0, 0, 0]),
            message(SERVER_HELLO_DONE, &[]),
        ]
    }

    #[test]
    fn a_flight_of_tls_1_2_is_read() {
        for size in [1, 7, 100, 16_384] {
            let flight = read(&records(TLS_1_2, &old_flight(0xc02f, &[3, 0, 23, 1, 4]), size));
            assert_eq!(
                flight.hello.unwrap(),
                ServerHello {
                    record_version: TLS_1_2,
                    version: TLS_1_2,
                    suite: 0xc02f,
                    compression: 0,
                    session_id_length: 2,
                    retry_request: false,
                    group: None,
                    secure_renegotiation: true,
                    extended_master_secret: true,
                    extensions: vec![0xff01, 23, 11],
                }
            );
            assert_eq!(flight.certificates, [vec![1; 700], vec![2; 900]]);
            assert_eq!(flight.key_exchange, Some(KeyExchange::Ecdhe { group: 23 }));
            assert!(flight.certificate_requested && flight.hello_done);
            assert_eq!((flight.alert, flight.end), (None, Some(End::ServerHelloDone)));
        }
    }

    #[test]
    fn key_exchanges_are_told_apart() {
        let prime = |length: usize| {
            let length_bytes = u16::try_from(length).unwrap().to_be_bytes();
            [&length_bytes[..], &vec![0x80; length], &[0, 1, 2], &[0, 1, 9], &[0; 4]].concat()
        };
        for (suite, body, expected) in [
            (0xc02f, vec![3, 0, 29, 0], KeyExchange::Ecdhe { group: 29 }),
            (0xc018, vec![3, 0, 24, 0], KeyExchange::Ecdhe { group: 24 }),
            (0xc013, vec![1, 2, 3], KeyExchange::EcdheExplicit),
            (0x009e, prime(128), KeyExchange::Dhe { bits: 1024 }),
            (0x0034, prime(256), KeyExchange::Dhe { bits: 2048 }),
            (0x0003, vec![0, 3, 0, 0x7f, 1, 0, 1, 3], KeyExchange::RsaExport { bits: 15 }),
            (0x008c, vec![0, 0], KeyExchange::Other),
        ] {
            let flight = read(&records(TLS_1_2, &old_flight(suite, &body), 16_384));
            assert_eq!(
                (flight.key_exchange, flight.end),
                (Some(expected), Some(End::ServerHelloDone)),
                "{suite:x}"
            );
        }
        let malformed = read(&records(TLS_1_2, &old_flight(0x009e, &[1, 0, 5]), 16_384));
        assert_eq!(malformed.end, Some(End::Malformed("a malformed ServerKeyExchange")));
        assert!(malformed.hello.is_some(), "what came before is kept");
    }

    #[test]
    fn tls_1_3_ends_with_its_hello() {
        let extensions: &[(u16, &[u8])] = &[(43, &[3, 4]), (51, &[0, 29, 0, 2, 1, 1])];
        let hello = message(SERVER_HELLO, &hello_body(TLS_1_2, [9; 32], 0x1302, extensions));
        let flight = read(&[records(TLS_1_2, &[hello], 16_384), record(20, TLS_1_2, &[1])].concat());
        assert_eq!(flight.end, Some(End::Encrypted));
        let hello = flight.hello.unwrap();
        assert_eq!((hello.version, hello.suite, hello.group), (TLS_1_3, 0x1302, Some(29)));

        let extensions: &[(u16, &[u8])] = &[(43, &[3, 4]), (51, &[0x11, 0xec])];
        let retry = message(SERVER_HELLO, &hello_body(TLS_1_2, RETRY_REQUEST, 0x1301, extensions));
        let flight = read(&records(TLS_1_2, &[retry], 16_384));
        assert_eq!(flight.end, Some(End::HelloRetryRequest));
        let hello = flight.hello.unwrap();
        assert_eq!((hello.version, hello.retry_request, hello.group), (TLS_1_3, true, Some(0x11ec)));
    }

    #[test]
    fn ssl_3_may_have_extensions_behind_its_hello() {
        for extensions in [&[][..], &[(0xff01, &[0][..])]] {
            let hello = message(SERVER_HELLO, &hello_body(SSL_3_0, [9; 32], 0x0005, extensions));
            let flight = read(&records(SSL_3_0, &[hello, message(SERVER_HELLO_DONE, &[])], 16_384));
            let hello = flight.hello.unwrap();
            assert_eq!((hello.version, hello.suite), (SSL_3_0, 5));
            assert_eq!(hello.secure_renegotiation, !extensions.is_empty());
            assert_eq!(flight.end, Some(End::ServerHelloDone));
        }
    }

    #[test]
    fn only_what_is_no_warning_ends_a_flight() {
        let fatal = read(&record(ALERT, TLS_1_0, &[2, 70]));
        assert_eq!((fatal.alert, fatal.end), (Some(Alert { level: 2, description: 70 }), Some(End::Alert)));
        let halves = [record(ALERT, TLS_1_0, &[2]), record(ALERT, TLS_1_0, &[40])].concat();
        assert_eq!(
            read(&halves),
            ServerFlight {
                alert: Some(Alert { level: 2, description: 40 }),
                end: Some(End::Alert),
                first_bytes: halves,
                ..ServerFlight::default()
            }
        );

        let warning = record(ALERT, TLS_1_2, &[1, 112]);
        assert_eq!(read(&warning).end, None);
        let flight = read(&[warning, records(TLS_1_2, &old_flight(0xc02f, &[3, 0, 23, 0]), 500)].concat());
        assert_eq!(flight.alert, Some(Alert { level: 1, description: 112 }));
        assert_eq!(flight.end, Some(End::ServerHelloDone));
        assert_eq!(read(&record(ALERT, TLS_1_2, &[1, 0])).end, Some(End::Alert), "close_notify");
    }

    #[test]
    fn what_is_no_tls_is_named() {
        for (bytes, foreign) in [
            (&[3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80][..], Foreign::Tpkt),
            (b"HTTP/1.1 400 Bad Request", Foreign::Http),
            (&[0x80, 3, 0, 0, 1], Foreign::Ssl2),
            (b"SSH-2.0-OpenSSH", Foreign::Other),
            (&[22, 4, 0], Foreign::Other),
            (&[22, 3, 9], Foreign::Other),
            (&[20, 3, 3, 0, 1, 1], Foreign::Other),
        ] {
            let flight = read(bytes);
            assert_eq!((flight.end, flight.foreign()), (Some(End::NotTls), Some(foreign)), "{bytes:?}");
            assert_eq!(flight.first_bytes, bytes[..bytes.len().min(FIRST_BYTES)]);
        }
        for bytes in [&[][..], &[22], &[22, 3], &[21, 3, 1, 0]] {
            assert_eq!(read(bytes).end, None);
        }
    }

    #[test]
    fn breaches_are_named() {
        let hello = || message(SERVER_HELLO, &hello_body(TLS_1_2, [9; 32], 0xc02f, &[]));
        let in_a_record = |messages: &[Vec<u8>]| records(TLS_1_2, messages, 16_384);
        for (bytes, what) in [
            (in_a_record(&[hello(), hello()]), "a second ServerHello"),
            (in_a_record(&[certificate(&[])]), "the handshake does not begin with a ServerHello"),
            (in_a_record(&[hello(), message(CERTIFICATE, &[0, 0, 9, 1])]), "a malformed Certificate"),
            (in_a_record(&[message(SERVER_HELLO, &[3, 3])]), "a malformed ServerHello"),
            (
                in_a_record(&[message(SERVER_HELLO, &[[9, 9].as_slice(), &[0; 40]].concat())]),
                "a malformed ServerHello",
            ),
            (record(HANDSHAKE, TLS_1_2, &[0; 18_433]), "a record is longer than TLS allows"),
            (
                [record(HANDSHAKE, TLS_1_2, &hello()), b"HTTP".to_vec()].concat(),
                "what follows a record is no record",
            ),
            (
                [record(ALERT, TLS_1_2, &[1, 112]), record(20, TLS_1_2, &[1])].concat(),
                "ChangeCipherSpec comes before ServerHello",
            ),
            (
                [record(HANDSHAKE, TLS_1_2, &hello()), record(23, TLS_1_2, &[1])].concat(),
                "a record with data comes within the handshake",
            ),
        ] {
            assert_eq!(read(&bytes).end, Some(End::Malformed(what)));
        }
    }

    #[test]
    fn a_resumed_session_ends_with_change_cipher_spec() {
        let hello = message(SERVER_HELLO, &hello_body(TLS_1_2, [9; 32], 0xc02f, &[]));
        let flight = read(&[record(HANDSHAKE, TLS_1_2, &hello), record(20, TLS_1_2, &[1])].concat());
        assert_eq!(flight.end, Some(End::ChangeCipherSpec));
    }

    #[test]
    fn memory_is_bounded() {
        let mut reader = FlightReader::new();
        let hello =
            record(HANDSHAKE, TLS_1_2, &message(SERVER_HELLO, &hello_body(TLS_1_2, [9; 32], 0xc02f, &[])));
        reader.push(&hello);
        let endless = record(HANDSHAKE, TLS_1_2, &message(4, &[0; 16_000]));
        let records = (1..1000).find(|_| reader.push(&endless) == Progress::Complete).unwrap();
        assert_eq!(reader.flight().end, Some(End::TooLong));
        assert!(records * endless.len() <= LONGEST_FLIGHT + endless.len());
        assert_eq!(read(&record(HANDSHAKE, TLS_1_2, &[11, 0xff, 0, 0])).end, Some(End::TooLong));
        assert_eq!(read(&record(HANDSHAKE, TLS_1_2, &[]).repeat(60_000)).end, Some(End::TooLong));
    }

    #[test]
    fn lengths_count_significant_bits() {
        assert_eq!(bits(&[0, 0x80, 0, 0]), 24);
        assert_eq!(bits(&[1, 0]), 9);
        assert_eq!(bits(&[0]), 0);
    }

    /// Reads bytes in segments of these lengths, and the rest at once.
    fn read_in_segments(bytes: &[u8], lengths: &[usize]) -> ServerFlight {
        let mut reader = FlightReader::new();
        let mut rest = bytes;
        for &length in lengths {
            let (segment, following) = rest.split_at(length.min(rest.len()));
            reader.push(segment);
            rest = following;
        }
        reader.push(rest);
        reader.into_flight()
    }

    proptest! {
        #[test]
        fn segments_do_not_matter(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            lengths in proptest::collection::vec(0usize..40, 0..40),
            size in 1usize..2000,
            cut in 0usize..3000,
            change in proptest::option::of((0usize..2000, any::<u8>())),
        ) {
            let mut framed = record(HANDSHAKE, TLS_1_2, &message(SERVER_HELLO, &bytes));
            framed.extend(&bytes);
            let mut flight = records(TLS_1_2, &old_flight(0x009e, &[0, 2, 0x80, 1, 0, 1, 2, 0, 1, 3]), size);
            if let Some((place, value)) = change
                && let Some(byte) = flight.get_mut(place)
            {
                *byte = value;
            }
            flight.truncate(cut);
            for bytes in [bytes, framed, flight] {
                prop_assert_eq!(read_in_segments(&bytes, &lengths), read(&bytes));
            }
        }

        #[test]
        fn a_flight_of_parts_is_read_back(
            version in 0x0301_u16..=0x0303,
            suite in prop::sample::select(vec![0xc02f_u16, 0xc014, 0x002f, 0x1234]),
            session in 0_u8..=32,
            certificates in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3000), 0..5),
            extensions in proptest::collection::vec((100_u16..60_000, proptest::collection::vec(any::<u8>(), 0..50)), 0..10),
            requested in any::<bool>(),
            size in 1usize..16_384,
        ) {
            let extensions: Vec<(u16, &[u8])> = extensions.iter().map(|(n, data)| (*n, data.as_slice())).collect();
            let mut hello = hello_body(version, [1; 32], suite, &extensions);
            hello.splice(34..37, std::iter::once(session).chain(std::iter::repeat_n(7, usize::from(session))));
            let parts: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
            let mut messages = vec![message(SERVER_HELLO, &hello), certificate(&parts)];
            if requested {
                messages.push(message(CERTIFICATE_REQUEST, &[]));
            }
            messages.push(message(SERVER_HELLO_DONE, &[]));
            let flight = read(&records(version, &messages, size));
            prop_assert_eq!(flight.end, Some(End::ServerHelloDone));
            prop_assert_eq!(flight.certificates, certificates);
            prop_assert_eq!(flight.certificate_requested, requested);
            let hello = flight.hello.unwrap();
            prop_assert_eq!((hello.version, hello.suite), (version, suite));
            prop_assert_eq!(hello.session_id_length, usize::from(session));
            prop_assert_eq!(hello.extensions, extensions.iter().map(|(number, _)| *number).collect::<Vec<_>>());
        }
    }
}
