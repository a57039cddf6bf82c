//! ClientHello messages of SSL 3.0 to TLS 1.3.

use super::profiles::ClientProfile;
use super::suite::Suite;
use super::{SSL_3_0, TLS_1_0, TLS_1_2, TLS_1_3};

/// `X25519MLKEM768` (draft-ietf-tls-ecdhe-mlkem section 4).
pub const X25519_ML_KEM_768: u16 = 0x11ec;
/// `x25519` (RFC 8446 section 4.2.7).
pub const X25519: u16 = 0x001d;

/// The groups that [`ClientHello::version`] offers: x25519, P-256, P-384, P-521.
pub const USUAL_GROUPS: &[u16] = &[X25519, 0x0017, 0x0018, 0x0019];

/// The signature schemes that [`ClientHello::version`] offers: whatever a server may have, SHA-1 and DSA included.
pub const ALL_SCHEMES: &[u16] = &[
    0x0804, 0x0805, 0x0806, // rsa_pss_rsae with SHA-256, SHA-384, SHA-512
    0x0401, 0x0501, 0x0601, // rsa_pkcs1 with the same
    0x0403, 0x0503, 0x0603, // ecdsa with the same
    0x0807, 0x0808, // ed25519, ed448
    0x0809, 0x080a, 0x080b, // rsa_pss_pss with SHA-256, SHA-384, SHA-512
    0x0402, 0x0202, // dsa with SHA-256, SHA-1
    0x0201, 0x0203, // rsa_pkcs1 and ecdsa with SHA-1
];

/// A ClientHello (RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2), built and changed field by field.
///
/// Lists that are longer than TLS can express are cut when they are encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientHello {
    /// The version of the record. TLS 1.0 is what servers of all ages take (RFC 8446 section 5.1).
    pub record_version: u16,
    /// `legacy_version`; the offered version where `supported_versions` is not sent. SSL 3.0 sends no extensions.
    pub legacy_version: u16,
    /// `random`.
    pub random: [u8; 32],
    /// `legacy_session_id`, up to 32 bytes.
    pub session_id: Vec<u8>,
    /// `cipher_suites`, the best first.
    pub suites: Vec<u16>,
    /// `legacy_compression_methods`: 0 for none.
    pub compression: Vec<u8>,
    /// The host name of `server_name`.
    pub server_name: Option<String>,
    /// `supported_versions`.
    pub supported_versions: Option<Vec<u16>>,
    /// `supported_groups`, sent unless empty. With it and a version below 1.3 goes `ec_point_formats` (RFC 8422 section 5.1.2).
    pub groups: Vec<u16>,
    /// `signature_algorithms`, sent unless empty.
    pub signature_schemes: Vec<u16>,
    /// `key_share`. An empty list asks the server for a HelloRetryRequest (RFC 8446 section 4.2.8).
    pub key_shares: Option<Vec<(u16, Vec<u8>)>>,
    /// `extended_master_secret` (RFC 7627).
    pub extended_master_secret: bool,
    /// `renegotiation_info`, empty (RFC 5746).
    pub renegotiation_info: bool,
    /// The length in bytes of the whole record to which the `padding` extension fills up (RFC 7685), 16,389 at most. Up to
    /// four bytes more where less than an extension is missing. Some old load balancers hang on handshakes of 256 to 511
    /// bytes (section 4 there), as a hello with many suites is without a padding.
    pub padded_length: Option<usize>,
}

impl ClientHello {
    /// A hello that offers this version and nothing else, with these suites.
    ///
    /// For TLS 1.3 it carries an x25519 key share that, like the session identifier, is derived from `random`.
    #[must_use]
    pub fn version(version: u16, suites: &[u16], random: [u8; 32]) -> Self {
        Self::offering(&[version], suites, USUAL_GROUPS, ALL_SCHEMES, random)
    }

    /// A hello as this client sends it, with key shares for its groups derived from `random`.
    #[must_use]
    pub fn of_profile(profile: &ClientProfile, random: [u8; 32]) -> Self {
        Self::offering(profile.versions, profile.suites, profile.groups, profile.signature_schemes, random)
    }

    /// A hello for TLS 1.3 and 1.2 that is longer than a segment of 1,400 bytes because of a key share for
    /// [`X25519_ML_KEM_768`], as clients with hybrid key exchange send it (OpenSSL 3.5, rustls, browsers).
    #[must_use]
    pub fn large(random: [u8; 32]) -> Self {
        const SUITES: &[u16] = &[
            0x1302, 0x1301, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0xc014, 0xc013, 0x009d,
            0x009c,
        ];
        const GROUPS: &[u16] = &[X25519_ML_KEM_768, X25519, 0x0017, 0x0018];
        Self::offering(&[TLS_1_3, TLS_1_2], SUITES, GROUPS, ALL_SCHEMES, random)
    }

    fn offering(versions: &[u16], suites: &[u16], groups: &[u16], schemes: &[u16], random: [u8; 32]) -> Self {
        let highest = versions.iter().copied().max().unwrap_or(TLS_1_2);
        let lowest = versions.iter().copied().min().unwrap_or(TLS_1_2);
        let with_extensions = highest > SSL_3_0;
        let mut noise = Noise::new(random);
        let (session_id, key_shares) = if highest >= TLS_1_3 {
            // A session identifier that names none, for the sake of middleboxes (RFC 8446 section D.4).
            (noise.bytes(32), Some(key_shares(groups, &mut noise)))
        } else {
            (Vec::new(), None)
        };
        Self {
            record_version: highest.min(TLS_1_0),
            legacy_version: highest.min(TLS_1_2),
            random,
            session_id,
            suites: suites.to_vec(),
            compression: vec![0],
            server_name: None,
            supported_versions: (highest >= TLS_1_3).then(|| versions.to_vec()),
            groups: if with_extensions { groups.to_vec() } else { Vec::new() },
            // Not to be sent by who offers no TLS 1.2 (RFC 5246 section 7.4.1.4.1).
            signature_schemes: if highest >= TLS_1_2 { schemes.to_vec() } else { Vec::new() },
            key_shares,
            extended_master_secret: with_extensions && lowest <= TLS_1_2,
            renegotiation_info: with_extensions && lowest <= TLS_1_2,
            padded_length: None,
        }
    }

    /// Sends this host name.
    #[must_use]
    pub fn with_server_name(mut self, name: &str) -> Self {
        self.server_name = Some(name.to_owned());
        self
    }

    /// Sends no key share, so that a server with TLS 1.3 names its choice in a HelloRetryRequest.
    #[must_use]
    pub fn without_key_shares(mut self) -> Self {
        self.key_shares = self.key_shares.map(|_| Vec::new());
        self
    }

    /// Fills the record up to this many bytes.
    #[must_use]
    pub fn padded_to(mut self, length: usize) -> Self {
        self.padded_length = Some(length);
        self
    }

    /// The TLS records of the hello; one, unless it is longer than 16,384 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut extensions = self.extensions();
        if let Some(wanted) = self.padded_length.filter(|_| self.legacy_version > SSL_3_0) {
            let unpadded = RECORD_HEADER.saturating_add(self.handshake(&extensions).len());
            let missing = wanted.min(RECORD_HEADER.saturating_add(LONGEST_RECORD)).saturating_sub(unpadded);
            if missing > 0 {
                // Type and length of the extension; before the first one stands the length of all.
                let header = if extensions.is_empty() { 6 } else { 4 };
                extension(&mut extensions, 21, &vec![0; missing.saturating_sub(header)]);
            }
        }
        let mut records = Vec::new();
        for fragment in self.handshake(&extensions).chunks(LONGEST_RECORD) {
            records.push(22); // handshake
            records.extend(self.record_version.to_be_bytes());
            records.extend(vector16(fragment));
        }
        records
    }

    fn handshake(&self, extensions: &[u8]) -> Vec<u8> {
        let mut body = self.legacy_version.to_be_bytes().to_vec();
        body.extend(self.random);
        body.extend(vector8(&self.session_id));
        body.extend(vector16(&numbers(&self.suites)));
        body.extend(vector8(&self.compression));
        if self.legacy_version > SSL_3_0 && !extensions.is_empty() {
            body.extend(vector16(extensions));
        }
        let [_, length @ ..] = u32::try_from(body.len()).unwrap_or_default().to_be_bytes();
        let mut message = vec![1]; // client_hello
        message.extend(length);
        message.extend(body);
        message
    }

    fn extensions(&self) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(name) = &self.server_name {
            let host_name = [&[0][..], &vector16(name.as_bytes())].concat();
            extension(&mut all, 0, &vector16(&host_name));
        }
        if !self.groups.is_empty() {
            extension(&mut all, 10, &vector16(&numbers(&self.groups)));
            let versions = self.supported_versions.as_deref().unwrap_or_default();
            if versions.is_empty() || versions.iter().any(|&version| version < TLS_1_3) {
                extension(&mut all, 11, &vector8(&[0])); // ec_point_formats: uncompressed
            }
        }
        if !self.signature_schemes.is_empty() {
            extension(&mut all, 13, &vector16(&numbers(&self.signature_schemes)));
        }
        if self.extended_master_secret {
            extension(&mut all, 23, &[]);
        }
        if let Some(versions) = &self.supported_versions {
            extension(&mut all, 43, &vector8(&numbers(versions)));
        }
        if let Some(shares) = &self.key_shares {
            let shares: Vec<u8> = shares
                .iter()
                .flat_map(|(group, key)| [&group.to_be_bytes()[..], &vector16(key)].concat())
                .collect();
            extension(&mut all, 51, &vector16(&shares));
        }
        if self.renegotiation_info {
            extension(&mut all, 0xff01, &vector8(&[]));
        }
        all
    }
}

/// The suites among these that a hello for `version` may carry: none of TLS 1.3 in an older hello and the other way round,
/// and none that came with a later version.
#[must_use]
pub fn suites_for(version: u16, suites: &[u16]) -> Vec<u16> {
    let fits = |suite: &Suite| match suite.lowest_version {
        TLS_1_3 => version == TLS_1_3,
        lowest => lowest <= version && version < TLS_1_3,
    };
    // Export suites and DES are gone from TLS 1.2 on paper (RFC 5246 appendix A.5), not from servers.
    suites.iter().copied().filter(|&number| Suite::of(number).is_some_and(|suite| fits(&suite))).collect()
}

const RECORD_HEADER: usize = 1 /* type */ + 2 /* version */ + 2 /* length */;
/// RFC 8446 section 5.1.
const LONGEST_RECORD: usize = 1 << 14;

/// Key shares as clients send them: for x25519 and the hybrid of it, nothing for groups that are offered besides.
fn key_shares(groups: &[u16], noise: &mut Noise) -> Vec<(u16, Vec<u8>)> {
    groups
        .iter()
        .filter_map(|&group| match group {
            // Any 32 bytes are a public key (RFC 7748 section 5).
            X25519 => Some((group, noise.bytes(32))),
            X25519_ML_KEM_768 => Some((group, [ml_kem_768_key(noise), noise.bytes(32)].concat())),
            _ => None,
        })
        .collect()
}

/// What passes the checks that FIPS 203 section 7.2 asks of an ML-KEM-768 encapsulation key: 768 coefficients of 12 bits, each
/// below the modulus, and the 32 bytes of rho. There is no decapsulation key to it.
fn ml_kem_768_key(noise: &mut Noise) -> Vec<u8> {
    let mut key = Vec::with_capacity(1184);
    for _pair in 0..384 {
        let [[low, high], [low_of_second, high_of_second]] =
            [noise.coefficient().to_le_bytes(), noise.coefficient().to_le_bytes()];
        // ByteEncode with d = 12 (FIPS 203 algorithm 5): the lowest bit comes first.
        key.extend([low, high | (low_of_second << 4), (low_of_second >> 4) | (high_of_second << 4)]);
    }
    key.extend(noise.bytes(32));
    key
}

/// A stream of bytes that look random and follow from a seed: `SplitMix64` (Steele, Lea, Flood 2014). Not for secrets.
struct Noise(u64);

impl Noise {
    fn new(seed: [u8; 32]) -> Self {
        let words =
            seed.chunks(8).map(|word| word.iter().fold(0_u64, |sum, &byte| (sum << 8) | u64::from(byte)));
        Self(words.fold(0, |state, word| Self(state ^ word).next()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.next().to_le_bytes()).flatten().take(count).collect()
    }

    /// A number below the modulus of ML-KEM (FIPS 203 section 2.4).
    fn coefficient(&mut self) -> u16 {
        u16::try_from(self.next() % 3329).unwrap_or_default()
    }
}

fn extension(extensions: &mut Vec<u8>, number: u16, data: &[u8]) {
    extensions.extend(number.to_be_bytes());
    extensions.extend(vector16(data));
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    // As many as fit a vector, so that none is cut in two.
    numbers.iter().take(0x7fff).flat_map(|number| number.to_be_bytes()).collect()
}

fn vector8(data: &[u8]) -> Vec<u8> {
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    let data = data.iter().take(usize::from(length));
    std::iter::once(&length).chain(data).copied().collect()
}

fn vector16(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let data = data.iter().take(usize::from(length));
    length.to_be_bytes().iter().chain(data).copied().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tls_parser::{
        TlsClientHelloContents, TlsExtension, TlsMessage, TlsMessageHandshake,
        parse_tls_client_hello_extensions, parse_tls_plaintext,
    };

    use super::*;
    use crate::wire::tls::{PROFILES, TLS_1_1};

    /// Reads a hello of one record with another parser, and its extensions.
    fn read(bytes: &[u8], check: impl FnOnce(&TlsClientHelloContents<'_>, &[TlsExtension<'_>], u16)) {
        let (rest, record) = parse_tls_plaintext(bytes).unwrap();
        assert!(rest.is_empty());
        let [TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello))] = &record.msg[..] else {
            panic!("{:?}", record.msg)
        };
        let (rest, extensions) = parse_tls_client_hello_extensions(hello.ext.unwrap_or_default()).unwrap();
        assert!(rest.is_empty(), "every extension is read");
        check(hello, &extensions, record.hdr.version.0);
    }

    #[test]
    fn another_parser_reads_every_field() {
        let suites = [0xc02f, 0x002f, 0x1301];
        for version in [TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3] {
            let sent = ClientHello::version(version, &suites, [7; 32]).with_server_name("host.example");
            read(&sent.encode(), |hello, extensions, record_version| {
                assert_eq!(record_version, TLS_1_0);
                assert_eq!(hello.version.0, version.min(TLS_1_2));
                assert_eq!(hello.random, [7; 32]);
                assert_eq!(hello.session_id.unwrap_or_default(), sent.session_id);
                assert_eq!(hello.ciphers.iter().map(|suite| suite.0).collect::<Vec<_>>(), suites);
                assert_eq!(hello.comp.iter().map(|method| method.0).collect::<Vec<_>>(), [0]);
                let mut found = Vec::new();
                for extension in extensions {
                    match extension {
                        TlsExtension::SNI(names) => {
                            assert_eq!(names.len(), 1);
                            assert_eq!(names[0].1, b"host.example");
                            found.push("name");
                        }
                        TlsExtension::EllipticCurves(groups) => {
                            assert_eq!(groups.iter().map(|group| group.0).collect::<Vec<_>>(), USUAL_GROUPS);
                            found.push("groups");
                        }
                        TlsExtension::EcPointFormats(formats) => {
                            assert_eq!(*formats, [0]);
                            found.push("formats");
                        }
                        TlsExtension::SignatureAlgorithms(schemes) => {
                            assert_eq!(schemes, ALL_SCHEMES);
                            found.push("schemes");
                        }
                        TlsExtension::ExtendedMasterSecret => found.push("secret"),
                        TlsExtension::SupportedVersions(versions) => {
                            assert_eq!(
                                versions.iter().map(|version| version.0).collect::<Vec<_>>(),
                                [TLS_1_3]
                            );
                            found.push("versions");
                        }
                        TlsExtension::KeyShare(shares) => {
                            // client_shares, one of x25519 with 32 bytes
                            assert_eq!(shares[..6], [0, 36, 0, 29, 0, 32]);
                            assert_eq!(shares.len(), 38);
                            found.push("shares");
                        }
                        TlsExtension::RenegotiationInfo(data) => {
                            assert!(data.is_empty());
                            found.push("renegotiation");
                        }
                        other => panic!("{other:?}"),
                    }
                }
                let expected: &[&str] = match version {
                    TLS_1_3 => &["name", "groups", "schemes", "versions", "shares"],
                    TLS_1_2 => &["name", "groups", "formats", "schemes", "secret", "renegotiation"],
                    _ => &["name", "groups", "formats", "secret", "renegotiation"],
                };
                assert_eq!(found, expected);
            });
        }
    }

    #[test]
    fn ssl_3_has_no_extensions() {
        let sent = ClientHello::version(SSL_3_0, &[0x0005], [1; 32]).with_server_name("host").padded_to(300);
        let bytes = sent.encode();
        assert_eq!(bytes[..11], [22, 3, 0, 0, 45, 1, 0, 0, 41, 3, 0]);
        assert_eq!(bytes[43..], [0, 0, 2, 0, 5, 1, 0]);
    }

    #[test]
    fn an_empty_key_share_is_sent() {
        let sent = ClientHello::version(TLS_1_3, &[0x1301], [1; 32]).without_key_shares();
        read(&sent.encode(), |_, extensions, _| {
            assert!(extensions.contains(&TlsExtension::KeyShare(&[0, 0])));
        });
    }

    #[test]
    fn the_large_hello_carries_a_lawful_hybrid_key() {
        let bytes = ClientHello::large([9; 32]).encode();
        assert!((1400..1600).contains(&bytes.len()), "{}", bytes.len());
        let sent = ClientHello::large([9; 32]);
        let shares = sent.key_shares.unwrap();
        assert_eq!(shares.iter().map(|(group, _)| *group).collect::<Vec<_>>(), [X25519_ML_KEM_768, X25519]);
        let key = &shares[0].1;
        assert_eq!(key.len(), 1184 + 32);
        let coefficients = key[..1152].chunks(3).flat_map(|bytes| {
            let [first, second, third] = [bytes[0], bytes[1], bytes[2]].map(u16::from);
            [first | (second & 0xf) << 8, second >> 4 | third << 4]
        });
        let coefficients: Vec<u16> = coefficients.collect();
        assert_eq!(coefficients.len(), 768);
        assert!(coefficients.iter().all(|&coefficient| coefficient < 3329));
        assert!(coefficients.iter().any(|&coefficient| coefficient > 3000), "the whole range is used");
        assert_ne!(ClientHello::large([8; 32]).key_shares.unwrap()[0].1, *key, "it follows from the seed");
    }

    #[test]
    fn padding_fills_to_the_byte() {
        let plain = ClientHello::version(TLS_1_2, &[0xc02f], [0; 32]);
        let unpadded = plain.encode().len();
        for length in [unpadded + 4, 512, 1460, 16_389] {
            assert_eq!(plain.clone().padded_to(length).encode().len(), length);
        }
        for length in [0, unpadded] {
            assert_eq!(plain.clone().padded_to(length).encode().len(), unpadded);
        }
        assert_eq!(plain.clone().padded_to(unpadded + 1).encode().len(), unpadded + 4);
        assert_eq!(plain.clone().padded_to(100_000).encode().len(), 16_389, "one record is the most");
        read(&plain.padded_to(600).encode(), |_, extensions, _| {
            let Some(TlsExtension::Padding(zeros)) = extensions.last() else { panic!("{extensions:?}") };
            assert!(zeros.iter().all(|&byte| byte == 0));
        });
    }

    #[test]
    fn padding_may_be_the_only_extension() {
        let mut bare = ClientHello::version(TLS_1_0, &[0x002f], [0; 32]);
        (bare.groups, bare.extended_master_secret, bare.renegotiation_info) = (Vec::new(), false, false);
        assert_eq!(bare.encode().len(), 5 + 4 + 2 + 32 + 1 + 4 + 2, "no extensions at all");
        assert_eq!(bare.padded_to(200).encode().len(), 200);
    }

    #[test]
    fn a_long_hello_takes_several_records() {
        let suites: Vec<u16> = (0..10_000).collect();
        let bytes = ClientHello::version(TLS_1_2, &suites, [0; 32]).encode();
        let (first, second) = bytes.split_at(5 + 16_384);
        assert_eq!(first[..6], [22, 3, 1, 0x40, 0, 1]);
        let length = usize::from(u16::from_be_bytes([second[3], second[4]]));
        assert_eq!((&second[..3], second.len()), (&[22, 3, 1][..], 5 + length));
        let message = [&first[5..], &second[5..]].concat();
        let announced = u32::from_be_bytes([0, message[1], message[2], message[3]]);
        assert_eq!(message.len(), 4 + usize::try_from(announced).unwrap());
    }

    #[test]
    fn profiles_send_what_they_say() {
        for profile in PROFILES {
            read(&ClientHello::of_profile(profile, [3; 32]).encode(), |hello, extensions, _| {
                let sent: Vec<u16> = hello.ciphers.iter().map(|suite| suite.0).collect();
                assert_eq!(sent, profile.suites, "{}", profile.code);
                let versions = extensions.iter().find_map(|extension| match extension {
                    TlsExtension::SupportedVersions(versions) => Some(versions.iter().map(|v| v.0).collect()),
                    _ => None,
                });
                let expected = profile.versions.contains(&TLS_1_3).then(|| profile.versions.to_vec());
                assert_eq!(versions, expected, "{}", profile.code);
            });
        }
    }

    #[test]
    fn suites_go_with_their_versions() {
        let all = [0x1301, 0xc02f, 0xc013, 0x002f, 0x0005, 0x00ff];
        assert_eq!(suites_for(TLS_1_3, &all), [0x1301]);
        assert_eq!(suites_for(TLS_1_2, &all), [0xc02f, 0xc013, 0x002f, 0x0005]);
        assert_eq!(suites_for(TLS_1_0, &all), [0xc013, 0x002f, 0x0005]);
        assert_eq!(suites_for(SSL_3_0, &all), [0x002f, 0x0005]);
    }

    proptest! {
        #[test]
        fn no_fields_panic(
            random in any::<[u8; 32]>(),
            lists in proptest::collection::vec(proptest::collection::vec(any::<u16>(), 0..300), 4),
            padded_length in proptest::option::of(any::<usize>()),
            legacy_version in any::<u16>(),
        ) {
            let mut hello = ClientHello::of_profile(&PROFILES[0], random);
            hello.legacy_version = legacy_version;
            hello.supported_versions = Some(lists[0].clone());
            hello.suites = lists[1].clone();
            hello.groups = lists[2].clone();
            hello.signature_schemes = lists[3].clone();
            hello.padded_length = padded_length;
            prop_assert!(hello.encode().len() <= 16_389);
        }
    }
}
