//! A TLS ClientHello as Windows clients send it, with what our TLS library does not have, and the answer to it.

use tls_parser::{TlsMessage, TlsMessageHandshake, parse_tls_plaintext};

/// The answer to a ClientHello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "bytes are one of these four")]
pub enum Reply {
    /// An alert with this description.
    Alert(u8),
    /// The record is not whole yet.
    Incomplete,
    /// No TLS.
    NotTls,
    /// A ServerHello.
    ServerHello {
        /// `server_version`.
        version: u16,
        /// `cipher_suite`.
        suite: u16,
    },
}

/// The suites of current Windows clients, strong first (the Schannel defaults of Windows 10 1607 to 11, TLS 1.3 left out:
/// a server that has it has been asked by the main handshake).
pub const CURRENT_SUITES: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
];

/// What older Windows clients offer besides, and Windows 11 22H2 and later does not by default.
pub const OLDER_SUITES: &[u16] = &[
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
];

/// The bytes of a ClientHello for TLS 1.2 down to 1.0 (RFC 5246 section 7.4.1.2) with these suites. `random` should be
/// that; `server_name` is an ASCII host name.
#[must_use]
pub fn client_hello(random: [u8; 32], server_name: Option<&str>, suites: &[u16]) -> Vec<u8> {
    let mut extensions = Vec::new();
    if let Some(name) = server_name {
        let name = vector16(name.as_bytes());
        extension(&mut extensions, 0, &vector16(&[&[0][..], &name].concat())); // server_name: host_name
    }
    extension(&mut extensions, 10, &vector16(&numbers(&[29, 23, 24]))); // supported_groups: x25519, P-256, P-384
    extension(&mut extensions, 11, &[1, 0]); // ec_point_formats: uncompressed
    // signature_algorithms: PSS, PKCS #1 and ECDSA with SHA-2, then SHA-1
    let schemes =
        [0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603];
    extension(&mut extensions, 13, &vector16(&numbers(&schemes)));
    extension(&mut extensions, 23, &[]); // extended_master_secret
    extension(&mut extensions, 0xff01, &[0]); // renegotiation_info

    let mut body = vec![3, 3]; // client_version: TLS 1.2
    body.extend(random);
    body.push(0); // session_id: none
    body.extend(vector16(&numbers(suites)));
    body.extend([1, 0]); // compression_methods: null
    body.extend(vector16(&extensions));

    let mut handshake = vec![1]; // client_hello
    handshake.push(0); // the length is less than 65,536
    handshake.extend(vector16(&body));
    let mut record = vec![0x16, 3, 1]; // handshake; TLS 1.0 in the record, as old servers want it
    record.extend(vector16(&handshake));
    record
}

/// Reads the first record of the answer to a ClientHello.
#[must_use]
pub fn reply(bytes: &[u8]) -> Reply {
    match bytes {
        [] | [0x15 | 0x16] | [0x15 | 0x16, 3] => return Reply::Incomplete,
        [0x15 | 0x16, 3, 0..=4, ..] => {}
        _ => return Reply::NotTls,
    }
    // The ServerHello may share its record with a long certificate of which only the beginning is here.
    if let Some(hello) = server_hello(bytes) {
        return hello;
    }
    match parse_tls_plaintext(bytes) {
        Ok((_, record)) => record
            .msg
            .iter()
            .find_map(|message| match message {
                TlsMessage::Alert(alert) => Some(Reply::Alert(alert.code.0)),
                TlsMessage::Handshake(TlsMessageHandshake::ServerHello(hello)) => {
                    Some(Reply::ServerHello { version: hello.version.0, suite: hello.cipher.0 })
                }
                _ => None,
            })
            .unwrap_or(Reply::NotTls),
        Err(tls_parser::nom::Err::Incomplete(_)) => Reply::Incomplete,
        Err(_) => Reply::NotTls,
    }
}

fn server_hello(bytes: &[u8]) -> Option<Reply> {
    let handshake = bytes.get(5..)?;
    let (&[0x16, ..], &[0x02, high, middle, low]) = (bytes, handshake.first_chunk::<4>()?) else {
        return None;
    };
    let length = usize::try_from(u32::from_be_bytes([0, high, middle, low])).ok()?;
    let body = handshake.get(4..)?.get(..length)?;
    let version = u16::from_be_bytes(*body.first_chunk::<2>()?);
    let session = usize::from(*body.get(34)?);
    let suite = body.get(session.checked_add(35)?..)?.first_chunk::<2>()?;
    Some(Reply::ServerHello { version, suite: u16::from_be_bytes(*suite) })
}

fn extension(extensions: &mut Vec<u8>, number: u16, data: &[u8]) {
    extensions.extend(number.to_be_bytes());
    extensions.extend(vector16(data));
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A vector with a two-byte length. The names and lists above stay far below its limit.
fn vector16(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut vector = length.to_be_bytes().to_vec();
    vector.extend(data.iter().take(usize::from(length)));
    vector
}

/// The name of a TLS version.
#[must_use]
pub fn version_name(version: u16) -> Option<&'static str> {
    Some(match version {
        0x0300 => "SSL 3.0",
        0x0301 => "TLS 1.0",
        0x0302 => "TLS 1.1",
        0x0303 => "TLS 1.2",
        0x0304 => "TLS 1.3",
        _ => return None,
    })
}

/// The registered name of a cipher suite.
#[must_use]
pub fn suite_name(suite: u16) -> Option<&'static str> {
    tls_parser::TlsCipherSuite::from_id(suite).map(|suite| suite.name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_parser_reads_our_hello() {
        let bytes = client_hello([7; 32], Some("host.example"), CURRENT_SUITES);
        let (rest, record) = parse_tls_plaintext(&bytes).unwrap();
        assert!(rest.is_empty());
        let TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello)) = &record.msg[0] else { panic!() };
        assert_eq!(hello.version.0, 0x0303);
        assert_eq!(hello.ciphers.iter().map(|suite| suite.0).collect::<Vec<_>>(), CURRENT_SUITES);
        let (_, extensions) = tls_parser::parse_tls_client_hello_extensions(hello.ext.unwrap()).unwrap();
        assert!(format!("{extensions:?}").contains("host.example") || extensions.len() == 6);
        assert!(bytes.len() < 400, "it fits one segment");
    }

    #[test]
    fn answers_are_told_apart() {
        let mut hello = vec![0x16, 3, 1, 0x40, 0, 2, 0, 0, 38, 3, 1];
        hello.extend([9; 32]);
        hello.extend([0, 0x00, 0x2f, 0]);
        assert_eq!(
            reply(&hello),
            Reply::ServerHello { version: 0x0301, suite: 0x002f },
            "though the record is not whole"
        );
        assert_eq!(reply(&[0x15, 3, 1, 0, 2, 2, 70]), Reply::Alert(70));
        assert_eq!(reply(&[0x15, 3, 1, 0, 2]), Reply::Incomplete);
        assert_eq!(reply(&hello[..20]), Reply::Incomplete);
        assert_eq!(reply(b"HTTP/1.1 400"), Reply::NotTls);
        assert_eq!(reply(&[3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80]), Reply::NotTls);
    }

    #[test]
    fn names_of_suites_and_versions() {
        assert_eq!(suite_name(0xc030), Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"));
        assert_eq!(suite_name(0x1301), Some("TLS_AES_128_GCM_SHA256"));
        assert_eq!(version_name(0x0301), Some("TLS 1.0"));
        assert_eq!(version_name(0x0400), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _reply = reply(&bytes);
            let mut record = vec![0x16, 3, 3, 1, 0, 2, 0];
            record.extend(&bytes);
            let _reply = reply(&record);
        }
    }
}
