//! The bytes of a `ClientHello`, made without the library under test.

/// TLS version numbers on the wire.
pub(crate) const TLS12: u16 = 0x0303;
pub(crate) const TLS13: u16 = 0x0304;

/// A `ClientHello` that offers nothing above `newest` and suites for TLS 1.2 with RSA certificates.
///
/// `padding` bytes of RFC 7685 make it larger.
pub(crate) fn client_hello(newest: u16, padding: usize) -> Vec<u8> {
    hello_with(newest, &[0xc030, 0xc02f], padding)
}

/// The same with suites of choice below TLS 1.3.
pub(crate) fn hello_with(newest: u16, suites: &[u16], padding: usize) -> Vec<u8> {
    let mut suites: Vec<u8> = suites.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    let mut extensions = Vec::new();
    extensions.extend(extension(10, &[0, 4, 0, 0x1d, 0, 0x17])); // supported_groups: x25519, secp256r1
    extensions.extend(extension(11, &[1, 0])); // ec_point_formats: uncompressed
    extensions.extend(extension(13, &[0, 8, 4, 1, 8, 4, 5, 1, 2, 1])); // signature_algorithms: RSA
    if newest == TLS13 {
        suites.splice(..0, [0x13, 0x02, 0x13, 0x01]);
        extensions.extend(extension(43, &[4, 3, 4, 3, 3])); // supported_versions: 1.3, 1.2
        let share = [&[0, 36, 0, 0x1d, 0, 32][..], &[9; 32]].concat();
        extensions.extend(extension(51, &share)); // key_share: some point of x25519
    }
    if padding > 0 {
        extensions.extend(extension(21, &vec![0; padding]));
    }
    let body = [
        &[3, 3][..], // legacy_version
        &[0x5a; 32], // random
        &[0],        // legacy_session_id
        &prefixed(&suites),
        &[1, 0], // compression_methods: none
        &prefixed(&extensions),
    ]
    .concat();
    let message = [&[1, 0][..], &prefixed(&body)].concat();
    [&[22, 3, 1][..], &prefixed(&message)].concat()
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &prefixed(content)].concat()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}
