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
    let newer: &[u16] = if newest == TLS13 { &[0x1302, 0x1301] } else { &[] };
    let suites = &[newer, suites].concat();
    Offer { newest, suites, groups: &[X25519, 0x17], share: true, padding }.hello()
}

const X25519: u16 = 0x1d;

/// What a `ClientHello` offers.
pub(crate) struct Offer<'a> {
    /// The newest version; TLS 1.2 besides where that is TLS 1.3.
    pub(crate) newest: u16,
    pub(crate) suites: &'a [u16],
    pub(crate) groups: &'a [u16],
    /// Whether a share of x25519 is in a hello of TLS 1.3; without one the server has to name its group.
    pub(crate) share: bool,
    /// So many bytes of RFC 7685.
    pub(crate) padding: usize,
}

impl Offer<'_> {
    pub(crate) fn hello(&self) -> Vec<u8> {
        let numbers =
            |list: &[u16]| prefixed(&list.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<_>>());
        let mut extensions = Vec::new();
        extensions.extend(extension(10, &numbers(self.groups))); // supported_groups
        extensions.extend(extension(11, &[1, 0])); // ec_point_formats: uncompressed
        extensions.extend(extension(13, &[0, 8, 4, 1, 8, 4, 5, 1, 2, 1])); // signature_algorithms: RSA
        if self.newest == TLS13 {
            extensions.extend(extension(43, &[4, 3, 4, 3, 3])); // supported_versions: 1.3, 1.2
            let share = [&X25519.to_be_bytes()[..], &prefixed(&[9; 32])].concat(); // some point
            extensions.extend(extension(51, &prefixed(if self.share { &share } else { &[] }))); // key_share
        }
        if self.padding > 0 {
            extensions.extend(extension(21, &vec![0; self.padding]));
        }
        let body = [
            &self.newest.min(TLS12).to_be_bytes()[..], // legacy_version
            &[0x5a; 32],                               // random
            &[0],                                      // legacy_session_id
            &numbers(self.suites),
            &[1, 0], // compression_methods: none
            &prefixed(&extensions),
        ]
        .concat();
        let message = [&[1, 0][..], &prefixed(&body)].concat();
        [&[22, 3, 1][..], &prefixed(&message)].concat()
    }
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &prefixed(content)].concat()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}
