//! What each variant does on the wire, seen without the library.

use rdpcheck_real_servers::{CertificateFacts, Server};

use super::hello::{TLS12, TLS13, client_hello, hello_with};
use super::raw::{Raw, ServerHello, first_certificate};

/// What a client offers that speaks TLS and both forms of CredSSP.
const EVERYTHING: Option<u8> = Some(0x0b);
const TLS: Option<u8> = Some(1);
const CREDSSP: Option<u8> = Some(2);
const NOTHING: Option<u8> = None;

/// xrdp's MCS Disconnect Provider Ultimatum, in the clear whatever was agreed.
const ULTIMATUM: [u8; 9] = [3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80];

/// TLS alert `protocol_version`, fatal, as OpenSSL frames it for a TLS 1.2 client.
const ALERT_PROTOCOL_VERSION: [u8; 7] = [21, 3, 3, 0, 2, 2, 70];

/// TLS alert `handshake_failure`, fatal.
const ALERT_HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

pub(crate) fn xrdp_negotiates(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
    assert_eq!(confirm(server, CREDSSP), response(0x1234, 1, 0), "it falls back to standard RDP security");
    presents_its_certificate(server);
}

pub(crate) fn xrdp_insists_on_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
    assert_eq!(confirm(server, CREDSSP), failure(0x1234, 1));
    let mut raw = Raw::connect(server.address());
    assert_eq!(raw.offer(NOTHING), [3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0]);
    assert_eq!(raw.rest(), ULTIMATUM, "the confirm alone is no proof of standard RDP security");
    presents_its_certificate(server);
    speaks(server, TLS13, TLS13);
    speaks(server, TLS12, TLS12);
}

pub(crate) fn xrdp_never_selects_tls(server: &Server) {
    for offer in [EVERYTHING, TLS, CREDSSP] {
        assert_eq!(confirm(server, offer), response(0x1234, 1, 0));
    }
}

pub(crate) fn speaks_tls12_only(server: &Server) {
    let suites = server.tls().unwrap().suites().unwrap();
    assert_eq!(suites, [0xc030], "the cipher string names one suite");
    for newest in [TLS13, TLS12] {
        assert_eq!(speaks(server, newest, TLS12).suite, 0xc030);
    }
    presents_its_certificate(server);
}

pub(crate) fn speaks_tls10_only(server: &Server) {
    speaks_old(server, 0x0301, 0xc014);
}

pub(crate) fn speaks_tls11_only(server: &Server) {
    speaks_old(server, 0x0302, 0x002f);
}

/// Answers a client of TLS 1.2 with an older version and this suite, which is its only one.
fn speaks_old(server: &Server, version: u16, suite: u16) {
    assert_eq!(server.tls().unwrap().suites().unwrap(), [suite]);
    let messages = agree(server).handshake(&hello_with(TLS12, EVERY_SUITE, 0), 2);
    assert_eq!(ServerHello::read(&messages[0].1), ServerHello { version, suite });
    refuses(server, &client_hello(TLS12, 0));
}

/// Answers with TLS 1.2 and this suite, and nobody who does not offer it.
pub(crate) fn speaks_tls12_with(server: &Server, suite: u16) {
    let messages = agree(server).handshake(&hello_with(TLS12, EVERY_SUITE, 0), 2);
    assert_eq!(ServerHello::read(&messages[0].1), ServerHello { version: TLS12, suite });
    let others: Vec<u16> = EVERY_SUITE.iter().copied().filter(|other| *other != suite).collect();
    refuses(server, &hello_with(TLS12, &others, 0));
}

/// Ends the connection with a fatal alert at most.
fn refuses(server: &Server, hello: &[u8]) {
    let mut raw = agree(server);
    raw.send(hello);
    let answer = raw.rest();
    assert!(answer.is_empty() || answer.starts_with(&[21, 3]), "{answer:02x?}");
}

/// Suites of Windows clients, new and old.
const EVERY_SUITE: &[u16] = &[
    0xc030, 0xc02f, 0xc028, 0xc027, 0xc014, 0xc013, 0x009f, 0x009e, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035,
    0x002f, 0x0039, 0x0033, 0x000a,
];

pub(crate) fn speaks_tls13_only(server: &Server) {
    speaks(server, TLS13, TLS13);
    let mut raw = agree(server);
    raw.send(&client_hello(TLS12, 0));
    assert_eq!(raw.rest(), [&ALERT_PROTOCOL_VERSION[..], &ULTIMATUM].concat());
}

pub(crate) fn presents_expired(server: &Server) {
    let facts = presents_its_certificate(server);
    assert_eq!(facts.not_before, "2020-01-01 00:00:00Z");
    assert_eq!(facts.not_after, "2020-07-01 00:00:00Z");
}

pub(crate) fn presents_wrong_name(server: &Server) {
    let facts = presents_its_certificate(server);
    assert_eq!(facts.subject, "CN=other.example");
    assert_eq!(facts.subject_alternative_names, ["DNS:other.example"]);
}

pub(crate) fn presents_sha1(server: &Server) {
    assert_eq!(presents_its_certificate(server).signature_algorithm, "sha1WithRSAEncryption");
}

pub(crate) fn presents_rsa1024(server: &Server) {
    assert_eq!(presents_its_certificate(server).key_bits, 1024);
}

pub(crate) fn ends_tls_in_the_clear(server: &Server) {
    for newest in [TLS13, TLS12] {
        let mut raw = agree(server);
        raw.send(&client_hello(newest, 0));
        assert_eq!(raw.rest(), ULTIMATUM);
    }
}

pub(crate) fn has_no_certificate(server: &Server) {
    let mut raw = Raw::connect(server.address());
    assert_eq!(raw.offer(EVERYTHING), failure(0x1234, 3));
    assert_eq!(raw.rest(), ULTIMATUM);
    assert!(server.log_text().contains("Permission denied"), "the reason is its own: {}", server.log_text());
}

pub(crate) fn shadow_speaks_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0, 3, 1));
    assert_eq!(confirm(server, CREDSSP), failure(0, 1));
    assert_eq!(confirm(server, NOTHING), failure(0, 1), "it answers what was not asked");
    let facts = presents_its_certificate(server);
    assert_eq!(facts.subject, facts.issuer);
}

pub(crate) fn shadow_insists_on_nla(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0, 3, 2));
    assert_eq!(confirm(server, TLS), failure(0, 5));
    presents_its_certificate(server);
}

pub(crate) fn shadow_refuses_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), failure(0, 2));
    assert_eq!(confirm(server, NOTHING), response(0, 3, 0));
}

pub(crate) fn shadow_alerts(server: &Server) {
    let mut raw = agree(server);
    raw.send(&client_hello(TLS13, 0));
    assert_eq!(raw.rest(), ALERT_HANDSHAKE_FAILURE);
}

pub(crate) fn shadow_ends_silently(server: &Server) {
    let mut raw = agree(server);
    raw.send(&client_hello(TLS13, 0));
    assert!(raw.rest().is_empty(), "not even an alert");
}

pub(crate) fn greets_as_ssh(server: &Server) {
    assert_eq!(Raw::connect(server.address()).take(8), b"SSH-2.0-");
}

pub(crate) fn answers_http(server: &Server) {
    let mut raw = Raw::connect(server.address());
    raw.send(b"GET / HTTP/1.0\r\n\r\n");
    assert!(raw.rest().starts_with(b"HTTP/1.0 200 "));
}

pub(crate) fn speaks_tls_first(server: &Server) {
    let messages = Raw::connect(server.address()).handshake(&client_hello(TLS12, 0), 11);
    assert_eq!(first_certificate(&messages[1].1), server.certificate().unwrap().der().unwrap());
}

pub(crate) fn runs_until_dropped(server: &Server) {
    assert!(server.is_running());
    // A connection that is still open has a process of its own, which has to go as well.
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
}

/// The Connection Confirm for `offer`, on a connection of its own.
fn confirm(server: &Server, offer: Option<u8>) -> Vec<u8> {
    Raw::connect(server.address()).offer(offer)
}

/// A connection on which TLS or CredSSP was agreed.
pub(crate) fn agree(server: &Server) -> Raw {
    let mut raw = Raw::connect(server.address());
    let confirm = raw.offer(EVERYTHING);
    assert_eq!((confirm[11], confirm.len()), (2, 19), "{confirm:02x?}");
    assert_ne!(confirm[15], 0, "{confirm:02x?}");
    raw
}

/// Checks which TLS version answers a client that speaks nothing newer than `newest`.
fn speaks(server: &Server, newest: u16, expected: u16) -> ServerHello {
    let messages = agree(server).handshake(&client_hello(newest, 0), 2);
    let hello = ServerHello::read(&messages[0].1);
    assert_eq!(hello.version, expected);
    hello
}

/// Checks that the certificate on the wire is the server's file, and gives what that file holds.
fn presents_its_certificate(server: &Server) -> CertificateFacts {
    let messages = agree(server).handshake(&client_hello(TLS12, 0), 11);
    let file = server.certificate().unwrap();
    assert_eq!(first_certificate(&messages[1].1), file.der().unwrap());
    file.facts().unwrap()
}

/// An `RDP_NEG_RSP`.
fn response(source: u16, flags: u8, selected: u8) -> Vec<u8> {
    let [high, low] = source.to_be_bytes();
    vec![3, 0, 0, 19, 14, 0xd0, 0, 0, high, low, 0, 2, flags, 8, 0, selected, 0, 0, 0]
}

/// An `RDP_NEG_FAILURE`.
fn failure(source: u16, code: u8) -> Vec<u8> {
    let [high, low] = source.to_be_bytes();
    vec![3, 0, 0, 19, 14, 0xd0, 0, 0, high, low, 0, 3, 0, 8, 0, code, 0, 0, 0]
}
