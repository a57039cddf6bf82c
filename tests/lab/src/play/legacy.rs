//! The first flight of a server whose versions or cipher suites the TLS library lacks.

use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::Hello;
use crate::scenario::{Legacy, TlsVersion};

const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;

/// ServerHello to `ServerHelloDone` in one record, or `None` if the hello does not fit.
pub(super) fn flight(legacy: &Legacy, hello: &Hello, certificate: &[u8]) -> Option<Vec<u8>> {
    let version = wire_version(legacy.version);
    if hello.version < version {
        return None;
    }
    let suite = *legacy.suites.iter().find(|suite| hello.suites.contains(suite))?;

    let mut messages = Vec::new();
    let mut body = version.to_be_bytes().to_vec();
    body.extend(random(32));
    body.push(0); // session id
    body.extend(suite.to_be_bytes());
    body.push(0); // compression
    message(&mut messages, SERVER_HELLO, &body);

    let mut one = Vec::new();
    vector24(&mut one, certificate);
    let mut list = Vec::new();
    vector24(&mut list, &one);
    message(&mut messages, CERTIFICATE, &list);

    if let Some(params) = key_exchange_params(suite) {
        let mut body = params;
        if legacy.version == TlsVersion::V12 {
            body.extend([0x04, 0x01]); // SHA-256 with RSA
        }
        vector16(&mut body, &random(256));
        message(&mut messages, SERVER_KEY_EXCHANGE, &body);
    }
    message(&mut messages, SERVER_HELLO_DONE, &[]);

    let mut record = vec![0x16];
    record.extend(version.to_be_bytes());
    vector16(&mut record, &messages);
    Some(record)
}

/// The parameters of an ephemeral key exchange, where the suite has one.
fn key_exchange_params(suite: u16) -> Option<Vec<u8>> {
    match suite {
        // ECDHE
        0xc006..=0xc00a
        | 0xc010..=0xc014
        | 0xc023
        | 0xc024
        | 0xc027
        | 0xc028
        | 0xc02b
        | 0xc02c
        | 0xc02f
        | 0xc030 => {
            let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).ok()?;
            let public = key.compute_public_key().ok()?;
            let mut params = vec![0x03, 0x00, 0x17]; // named curve secp256r1
            params.push(u8::try_from(public.as_ref().len()).ok()?);
            params.extend_from_slice(public.as_ref());
            Some(params)
        }
        // DHE
        0x0016 | 0x0033 | 0x0039 | 0x0067 | 0x006b | 0x009e | 0x009f => {
            let mut prime = random(256);
            if let [first, .., last] = prime.as_mut_slice() {
                *first |= 0x80;
                *last |= 0x01;
            }
            let mut params = Vec::new();
            vector16(&mut params, &prime);
            vector16(&mut params, &[2]);
            vector16(&mut params, &random(255));
            Some(params)
        }
        _ => None,
    }
}

fn wire_version(version: TlsVersion) -> u16 {
    match version {
        TlsVersion::V10 => 0x0301,
        TlsVersion::V11 => 0x0302,
        TlsVersion::V12 | TlsVersion::V13 => 0x0303,
    }
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    // A system without randomness still gets a flight that parses.
    if SystemRandom::new().fill(&mut bytes).is_err() {
        bytes.fill(0x5a);
    }
    bytes
}

fn message(out: &mut Vec<u8>, kind: u8, body: &[u8]) {
    out.push(kind);
    vector24(out, body);
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
