//! The first flight of a server, made by hand: for versions and suites that the TLS library lacks.
//!
//! SSL 3.0 is RFC 6101, TLS 1.0 to 1.2 are RFC 2246, 4346 and 5246, 1.3 is RFC 8446; elliptic curves are
//! RFC 8422, `renegotiation_info` is RFC 5746.

use ring::agreement::{Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, X25519};
use ring::rand::{SecureRandom as _, SystemRandom};
use tls_parser::{TlsCipherAu, TlsCipherKx, TlsCipherMac, TlsCipherSuite};

use crate::Hello;
use crate::scenario::{FirstFlight, Group, Order, Serve, TlsVersion, share_length};

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;

const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// The random of a ServerHello that is a HelloRetryRequest (RFC 8446, 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What host and client agree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    version: TlsVersion,
    suite: u16,
    /// The group of an ephemeral key exchange over a curve, and of TLS 1.3.
    group: Option<u16>,
    /// The client supports the group and has sent no share of it.
    pub(super) retry: bool,
}

/// Why they agree on nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// A hello of TLS 1.3 lacks what RFC 8446, 9.2 demands.
    MissingExtension,
    /// No common suite, or none for which there is a common group.
    Suite,
    Version,
}

impl Choice {
    pub(super) fn new(host: &FirstFlight, client: &Hello, rsa: bool) -> Result<Self, Mismatch> {
        let version = common_version(host, client).ok_or(Mismatch::Version)?;
        if version == TlsVersion::V13
            && (client.groups.is_none() || client.key_shares.is_none() || client.signature_schemes.is_empty())
        {
            return Err(Mismatch::MissingExtension);
        }
        let fits = |suite: &u16| Self::with_suite(host, client, rsa, version, *suite);
        match host.order {
            Order::Client => client.suites.iter().filter(|suite| host.suites.contains(suite)).find_map(fits),
            Order::Server => host.suites.iter().filter(|suite| client.suites.contains(suite)).find_map(fits),
        }
        .ok_or(Mismatch::Suite)
    }

    fn with_suite(
        host: &FirstFlight,
        client: &Hello,
        rsa: bool,
        version: TlsVersion,
        suite: u16,
    ) -> Option<Self> {
        let known = TlsCipherSuite::from_id(suite)?;
        let choice = Self { version, suite, group: None, retry: false };
        if version == TlsVersion::V13 {
            return if known.kx == TlsCipherKx::Tls13 { choice.with_share(host, client) } else { None };
        }
        let since_1_2 = matches!(
            known.mac,
            TlsCipherMac::Aead
                | TlsCipherMac::HmacSha256
                | TlsCipherMac::HmacSha384
                | TlsCipherMac::HmacSha512
        );
        let has_key = match known.au {
            TlsCipherAu::Rsa => rsa,
            TlsCipherAu::Ecdsa => !rsa,
            TlsCipherAu::Null => true,
            _ => false,
        };
        if known.kx == TlsCipherKx::Tls13 || since_1_2 && version != TlsVersion::V12 || !has_key {
            return None;
        }
        if !matches!(known.kx, TlsCipherKx::Ecdh | TlsCipherKx::Ecdhe) {
            return Some(choice);
        }
        if version == TlsVersion::Ssl30 {
            return None;
        }
        // A client that names no groups leaves the choice to the host.
        let usable = |group: &&u16| {
            is_curve(**group) && client.groups.as_ref().is_none_or(|groups| groups.contains(group))
        };
        let group = *host.groups.iter().find(usable)?;
        Some(Self { group: Some(group), ..choice })
    }

    /// The first group that the client has sent a share of, or else the first that it supports.
    fn with_share(self, host: &FirstFlight, client: &Hello) -> Option<Self> {
        let supported = client.groups.as_deref().unwrap_or_default();
        let shares = client.key_shares.as_deref().unwrap_or_default();
        let common = || host.groups.iter().copied().filter(|group| supported.contains(group));
        let shared = common().find(|group| shares.contains(group));
        let group = shared.or_else(|| common().next())?;
        Some(Self { group: Some(group), retry: shared.is_none(), ..self })
    }

    /// The same choice for the TLS library, where it may have it.
    pub(super) fn served(&self) -> Option<Serve> {
        let group = match self.group? {
            0x0017 => Group::Secp256r1,
            0x0018 => Group::Secp384r1,
            0x001d => Group::X25519,
            _ => return None,
        };
        let library = rustls::crypto::ring::ALL_CIPHER_SUITES;
        let has_suite = library.iter().any(|suite| u16::from(suite.suite()) == self.suite);
        (has_suite && self.version >= TlsVersion::V12).then(|| Serve {
            versions: Some(vec![self.version]),
            suites: Some(vec![self.suite]),
            groups: Some(vec![group]),
            ..Serve::default()
        })
    }

    /// ServerHello to `ServerHelloDone` in one record; in TLS 1.3 a HelloRetryRequest, or a ServerHello with
    /// records behind it that nobody can decrypt.
    pub(super) fn flight(&self, host: &FirstFlight, client: &Hello, certificate: &[u8]) -> Option<Vec<u8>> {
        let mut messages = Vec::new();
        message(&mut messages, SERVER_HELLO, &self.server_hello(host, client)?);
        if self.version == TlsVersion::V13 {
            let mut records = record(0x16, 0x0303, &messages);
            if !self.retry {
                if !client.session_id.is_empty() {
                    records.extend(record(0x14, 0x0303, &[1]));
                }
                records.extend(record(0x17, 0x0303, &random(certificate.len() + 400)));
            }
            return Some(records);
        }

        let suite = TlsCipherSuite::from_id(self.suite)?;
        let anonymous = suite.au == TlsCipherAu::Null;
        if !anonymous {
            let mut one = Vec::new();
            vector24(&mut one, certificate);
            let mut list = Vec::new();
            vector24(&mut list, &one);
            message(&mut messages, CERTIFICATE, &list);
        }
        let params = match suite.kx {
            TlsCipherKx::Ecdhe => Some(curve_params(self.group?)?),
            TlsCipherKx::Ecdh if anonymous => Some(curve_params(self.group?)?),
            TlsCipherKx::Dhe => Some(field_params(host.dhe_bits)),
            TlsCipherKx::Dh if anonymous => Some(field_params(host.dhe_bits)),
            _ => None,
        };
        if let Some(mut body) = params {
            if !anonymous {
                match (self.version, suite.au) {
                    (TlsVersion::V12, TlsCipherAu::Ecdsa) => body.extend([0x04, 0x03]), // SHA-256
                    (TlsVersion::V12, _) => body.extend([0x04, 0x01]),                  // SHA-256 with RSA
                    _ => {}
                }
                vector16(&mut body, &random(256));
            }
            message(&mut messages, SERVER_KEY_EXCHANGE, &body);
        }
        message(&mut messages, SERVER_HELLO_DONE, &[]);
        Some(record(0x16, self.version.number(), &messages))
    }

    fn server_hello(&self, host: &FirstFlight, client: &Hello) -> Option<Vec<u8>> {
        let tls13 = self.version == TlsVersion::V13;
        let mut body = if tls13 { TlsVersion::V12 } else { self.version }.number().to_be_bytes().to_vec();
        if self.retry {
            body.extend(RETRY_RANDOM);
        } else {
            body.extend(server_random(host, self.version));
        }
        let session_id: &[u8] = if tls13 { &client.session_id } else { &[] };
        body.push(u8::try_from(session_id.len()).ok()?);
        body.extend(session_id);
        body.extend(self.suite.to_be_bytes());
        let compressed = !tls13 && client.compression.contains(&host.compression);
        body.push(if compressed { host.compression } else { 0 });

        let mut extensions = Vec::new();
        if tls13 {
            extension(&mut extensions, SUPPORTED_VERSIONS, &self.version.number().to_be_bytes());
            let group = self.group?;
            let mut share = group.to_be_bytes().to_vec();
            if !self.retry {
                vector16(&mut share, &public_key(group)?);
            }
            extension(&mut extensions, KEY_SHARE, &share);
        } else if host.secure_renegotiation && client.secure_renegotiation {
            extension(&mut extensions, RENEGOTIATION_INFO, &[0]);
        }
        if !extensions.is_empty() {
            vector16(&mut body, &extensions);
        }
        Some(body)
    }
}

/// The highest version that both know. A host that knows TLS 1.3 goes by `supported_versions`, an older one
/// by `client_version`.
fn common_version(host: &FirstFlight, client: &Hello) -> Option<TlsVersion> {
    let named = host.versions.contains(&TlsVersion::V13) && !client.supported_versions.is_empty();
    let known = |version: &TlsVersion| {
        if named {
            client.supported_versions.contains(&version.number())
        } else {
            *version != TlsVersion::V13 && version.number() <= client.version
        }
    };
    host.versions.iter().copied().filter(known).max()
}

/// A host that knows a higher version than was agreed on says so in the last bytes (RFC 8446, 4.1.3).
fn server_random(host: &FirstFlight, agreed: TlsVersion) -> Vec<u8> {
    let mut bytes = random(24);
    match host.versions.iter().max() {
        Some(TlsVersion::V13) if agreed == TlsVersion::V12 => bytes.extend(b"DOWNGRD\x01"),
        Some(TlsVersion::V12 | TlsVersion::V13) if agreed < TlsVersion::V12 => bytes.extend(b"DOWNGRD\x00"),
        _ => bytes.extend(random(8)),
    }
    bytes
}

/// Groups that TLS 1.2 and older use as curves.
fn is_curve(group: u16) -> bool {
    matches!(group, 0x0017..=0x0019 | 0x001d | 0x001e)
}

fn curve_params(group: u16) -> Option<Vec<u8>> {
    let public = public_key(group)?;
    let mut params = vec![0x03]; // named curve
    params.extend(group.to_be_bytes());
    params.push(u8::try_from(public.len()).ok()?);
    params.extend(public);
    Some(params)
}

fn field_params(bits: u16) -> Vec<u8> {
    let length = usize::from(bits / 8);
    let mut prime = random(length);
    if let [first, .., last] = prime.as_mut_slice() {
        *first |= 0x80;
        *last |= 0x01;
    }
    let mut params = Vec::new();
    vector16(&mut params, &prime);
    vector16(&mut params, &[2]);
    vector16(&mut params, &random(length.saturating_sub(1)));
    params
}

/// A true public key where ring knows the group, otherwise random bytes of its length.
fn public_key(group: u16) -> Option<Vec<u8>> {
    let generate = |algorithm: &'static Algorithm| {
        let key = EphemeralPrivateKey::generate(algorithm, &SystemRandom::new()).ok()?;
        Some(key.compute_public_key().ok()?.as_ref().to_vec())
    };
    match group {
        0x0017 => generate(&ECDH_P256),
        0x0018 => generate(&ECDH_P384),
        0x001d => generate(&X25519),
        other => share_length(other).map(random),
    }
}

pub(super) fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    // A system without randomness still gets a flight that parses.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        bytes.fill(0x5a);
    }
    bytes
}

fn record(kind: u8, version: u16, content: &[u8]) -> Vec<u8> {
    let mut record = vec![kind];
    record.extend(version.to_be_bytes());
    vector16(&mut record, content);
    record
}

fn message(out: &mut Vec<u8>, kind: u8, body: &[u8]) {
    out.push(kind);
    vector24(out, body);
}

fn extension(out: &mut Vec<u8>, kind: u16, body: &[u8]) {
    out.extend(kind.to_be_bytes());
    vector16(out, body);
}

fn vector16(out: &mut Vec<u8>, body: &[u8]) {
    out.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend_from_slice(body);
}

fn vector24(out: &mut Vec<u8>, body: &[u8]) {
    let [_, length @ ..] = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.extend(length);
    out.extend_from_slice(body);
}
