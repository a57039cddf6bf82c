//! The table of servers, what each is checked for, and the runner.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is a test, but not libtest's"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, net::TcpStream, thread};

use raw::{Raw, ServerHello, TLS12, TLS13, client_hello, first_certificate};
use rdpcheck_real_servers::{
    CertificateFacts, CertificateKind, Files, FreeRdpShadow, NotStarted, REQUIRE, SecurityLayer, Server,
    ShadowSecurity, TlsVersions, Xrdp, required, start_http, start_ssh, start_tls_first,
};

mod raw;

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

const SUITE_C030: &str = "ECDHE-RSA-AES256-GCM-SHA384";

type Start = fn() -> Result<Server, NotStarted>;
type Check = fn(&Server);

#[rustfmt::skip]
const TABLE: &[(&str, Start, Check)] = &[
    ("xrdp-negotiate", || Xrdp::new(SecurityLayer::Negotiate).start(), xrdp_negotiates),
    ("xrdp-tls", || Xrdp::new(SecurityLayer::Tls).start(), xrdp_insists_on_tls),
    ("xrdp-rdp", || Xrdp::new(SecurityLayer::Rdp).start(), xrdp_never_selects_tls),
    ("xrdp-tls12-only", || Xrdp::new(SecurityLayer::Tls).versions(TlsVersions::Only12).ciphers(SUITE_C030).start(), speaks_tls12_only),
    ("xrdp-tls13-only", || Xrdp::new(SecurityLayer::Tls).versions(TlsVersions::Only13).start(), speaks_tls13_only),
    ("xrdp-expired", || with_files(Files::Matching(CertificateKind::Expired)), presents_expired),
    ("xrdp-wrong-name", || with_files(Files::Matching(CertificateKind::WrongName)), presents_wrong_name),
    ("xrdp-sha1", || with_files(Files::Matching(CertificateKind::Sha1)), presents_sha1),
    ("xrdp-rsa1024", || with_files(Files::Matching(CertificateKind::Rsa1024)), presents_rsa1024),
    ("xrdp-key-of-another", || with_files(Files::KeyOfAnother), ends_tls_in_the_clear),
    ("xrdp-key-is-not-a-key", || with_files(Files::KeyIsNotAKey), ends_tls_in_the_clear),
    ("xrdp-certificate-is-not-a-certificate", || with_files(Files::CertificateIsNotACertificate), ends_tls_in_the_clear),
    ("xrdp-unreadable-key", || with_files(Files::UnreadableKey), has_no_certificate),
    ("xrdp-unreadable-certificate", || with_files(Files::UnreadableCertificate), has_no_certificate),
    ("xrdp-unreadable-certificate-negotiate", || Xrdp::new(SecurityLayer::Negotiate).files(Files::UnreadableCertificate).start(), xrdp_never_selects_tls),
    ("shadow-tls", || FreeRdpShadow::new(ShadowSecurity::Tls).start(), shadow_speaks_tls),
    ("shadow-nla", || FreeRdpShadow::new(ShadowSecurity::Nla).start(), shadow_insists_on_nla),
    ("shadow-rdp", || FreeRdpShadow::new(ShadowSecurity::Rdp).start(), shadow_refuses_tls),
    ("shadow-expired", || FreeRdpShadow::new(ShadowSecurity::Tls).files(Files::Matching(CertificateKind::Expired)).start(), presents_expired),
    ("shadow-key-of-another", || FreeRdpShadow::new(ShadowSecurity::Tls).files(Files::KeyOfAnother).start(), shadow_alerts),
    ("shadow-key-is-not-a-key", || FreeRdpShadow::new(ShadowSecurity::Tls).files(Files::KeyIsNotAKey).start(), shadow_ends_silently),
    ("ssh", start_ssh, greets_as_ssh),
    ("http", start_http, answers_http),
    ("tls-first", start_tls_first, speaks_tls_first),
    ("stopped", || Xrdp::new(SecurityLayer::Tls).start(), runs_until_dropped),
];

fn with_files(files: Files) -> Result<Server, NotStarted> {
    Xrdp::new(SecurityLayer::Tls).files(files).start()
}

/// A server of this name stops when dropped; the row drops it itself and looks.
const STOPPED: &str = "stopped";

fn xrdp_negotiates(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
    assert_eq!(
        confirm(server, CREDSSP),
        response(0x1234, 1, 0),
        "it falls back to standard RDP security"
    );
    presents_its_certificate(server);
}

fn xrdp_insists_on_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
    assert_eq!(confirm(server, CREDSSP), failure(0x1234, 1));
    let mut raw = Raw::connect(server.address());
    assert_eq!(raw.offer(NOTHING), [3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0]);
    assert_eq!(
        raw.rest(),
        ULTIMATUM,
        "the confirm alone is no proof of standard RDP security"
    );
    presents_its_certificate(server);
    speaks(server, TLS13, TLS13);
    speaks(server, TLS12, TLS12);
}

fn xrdp_never_selects_tls(server: &Server) {
    for offer in [EVERYTHING, TLS, CREDSSP] {
        assert_eq!(confirm(server, offer), response(0x1234, 1, 0));
    }
}

fn speaks_tls12_only(server: &Server) {
    let suites = server.tls().unwrap().suites_tls12().unwrap();
    assert_eq!(suites, [0xc030], "the cipher string names one suite");
    for newest in [TLS13, TLS12] {
        assert_eq!(speaks(server, newest, TLS12).suite, 0xc030);
    }
    presents_its_certificate(server);
}

fn speaks_tls13_only(server: &Server) {
    speaks(server, TLS13, TLS13);
    let mut raw = agree(server);
    raw.send(&client_hello(TLS12));
    assert_eq!(raw.rest(), [&ALERT_PROTOCOL_VERSION[..], &ULTIMATUM].concat());
}

fn presents_expired(server: &Server) {
    let facts = presents_its_certificate(server);
    assert_eq!(facts.not_before, "2020-01-01 00:00:00Z");
    assert_eq!(facts.not_after, "2020-07-01 00:00:00Z");
}

fn presents_wrong_name(server: &Server) {
    let facts = presents_its_certificate(server);
    assert_eq!(facts.subject, "CN=other.example");
    assert_eq!(facts.subject_alternative_names, ["DNS:other.example"]);
}

fn presents_sha1(server: &Server) {
    assert_eq!(
        presents_its_certificate(server).signature_algorithm,
        "sha1WithRSAEncryption"
    );
}

fn presents_rsa1024(server: &Server) {
    assert_eq!(presents_its_certificate(server).key_bits, 1024);
}

fn ends_tls_in_the_clear(server: &Server) {
    for newest in [TLS13, TLS12] {
        let mut raw = agree(server);
        raw.send(&client_hello(newest));
        assert_eq!(raw.rest(), ULTIMATUM);
    }
}

fn has_no_certificate(server: &Server) {
    let mut raw = Raw::connect(server.address());
    assert_eq!(raw.offer(EVERYTHING), failure(0x1234, 3));
    assert_eq!(raw.rest(), ULTIMATUM);
    assert!(
        server.log_text().contains("Permission denied"),
        "the reason is its own: {}",
        server.log_text()
    );
}

fn shadow_speaks_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0, 3, 1));
    assert_eq!(confirm(server, CREDSSP), failure(0, 1));
    assert_eq!(
        confirm(server, NOTHING),
        failure(0, 1),
        "it answers what was not asked"
    );
    let facts = presents_its_certificate(server);
    assert_eq!(facts.subject, facts.issuer);
}

fn shadow_insists_on_nla(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), response(0, 3, 2));
    assert_eq!(confirm(server, TLS), failure(0, 5));
    presents_its_certificate(server);
}

fn shadow_refuses_tls(server: &Server) {
    assert_eq!(confirm(server, EVERYTHING), failure(0, 2));
    assert_eq!(confirm(server, NOTHING), response(0, 3, 0));
}

fn shadow_alerts(server: &Server) {
    let mut raw = agree(server);
    raw.send(&client_hello(TLS13));
    assert_eq!(raw.rest(), ALERT_HANDSHAKE_FAILURE);
}

fn shadow_ends_silently(server: &Server) {
    let mut raw = agree(server);
    raw.send(&client_hello(TLS13));
    assert_eq!(raw.rest(), []);
}

fn greets_as_ssh(server: &Server) {
    assert_eq!(Raw::connect(server.address()).take(8), b"SSH-2.0-");
}

fn answers_http(server: &Server) {
    let mut raw = Raw::connect(server.address());
    raw.send(b"GET / HTTP/1.0\r\n\r\n");
    assert!(raw.rest().starts_with(b"HTTP/1.0 200 "));
}

fn speaks_tls_first(server: &Server) {
    let messages = Raw::connect(server.address()).handshake(&client_hello(TLS12), 11);
    assert_eq!(
        first_certificate(&messages[1].1),
        server.certificate().unwrap().der().unwrap()
    );
}

fn runs_until_dropped(server: &Server) {
    assert!(server.is_running());
    // A connection that is still open has a process of its own, which has to go as well.
    assert_eq!(confirm(server, EVERYTHING), response(0x1234, 1, 1));
}

/// The Connection Confirm for `offer`, on a connection of its own.
fn confirm(server: &Server, offer: Option<u8>) -> Vec<u8> {
    Raw::connect(server.address()).offer(offer)
}

/// A connection on which TLS or CredSSP was agreed.
fn agree(server: &Server) -> Raw {
    let mut raw = Raw::connect(server.address());
    let confirm = raw.offer(EVERYTHING);
    assert_eq!((confirm[11], confirm.len()), (2, 19), "{confirm:02x?}");
    assert_ne!(confirm[15], 0, "{confirm:02x?}");
    raw
}

/// Checks which TLS version answers a client that speaks nothing newer than `newest`.
fn speaks(server: &Server, newest: u16, expected: u16) -> ServerHello {
    let messages = agree(server).handshake(&client_hello(newest), 2);
    let hello = ServerHello::read(&messages[0].1);
    assert_eq!(hello.version, expected);
    hello
}

/// Checks that the certificate on the wire is the server's file, and gives what that file holds.
fn presents_its_certificate(server: &Server) -> CertificateFacts {
    let messages = agree(server).handshake(&client_hello(TLS12), 11);
    let file = server.certificate().unwrap();
    assert_eq!(first_certificate(&messages[1].1), file.der().unwrap());
    file.facts().unwrap()
}

/// An `RDP_NEG_RSP`.
fn response(source: u16, flags: u8, selected: u8) -> Vec<u8> {
    let [high, low] = source.to_be_bytes();
    vec![
        3, 0, 0, 19, 14, 0xd0, 0, 0, high, low, 0, 2, flags, 8, 0, selected, 0, 0, 0,
    ]
}

/// An `RDP_NEG_FAILURE`.
fn failure(source: u16, code: u8) -> Vec<u8> {
    let [high, low] = source.to_be_bytes();
    vec![
        3, 0, 0, 19, 14, 0xd0, 0, 0, high, low, 0, 3, 0, 8, 0, code, 0, 0, 0,
    ]
}

enum Outcome {
    Passed,
    Skipped(String),
    Failed,
}

fn run(name: &str, start: Start, check: Check) -> Outcome {
    let server = match start() {
        Ok(server) => server,
        Err(NotStarted::Unavailable { name, reason }) if !required() => {
            return Outcome::Skipped(format!("{name}: {reason}"));
        }
        Err(error) => {
            println!("FAILED {name}: {error}");
            return Outcome::Failed;
        }
    };
    let checked = catch_unwind(AssertUnwindSafe(|| check(&server)));
    if checked.is_err() {
        println!(
            "FAILED {name} ({}); its log:\n{}",
            server.name(),
            server.log_text()
        );
        return Outcome::Failed;
    }
    let address = server.address();
    let open = (name == STOPPED).then(|| Raw::connect(address));
    drop(server);
    if let Some(mut open) = open {
        open.rest();
        if TcpStream::connect(address).is_ok() {
            println!("FAILED {name}: {address} still answers");
            return Outcome::Failed;
        }
    }
    Outcome::Passed
}

pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        TABLE.iter().for_each(|(name, ..)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<_> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|(name, ..)| wanted.is_empty() || wanted.iter().any(|part| name.contains(*part)))
        .collect();

    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((name, start, check)) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let began = Instant::now();
                    let outcome = run(name, *start, *check);
                    match &outcome {
                        Outcome::Passed => println!("ok {name} ({:.1} s)", began.elapsed().as_secs_f32()),
                        Outcome::Skipped(reason) => println!("SKIPPED {name}: {reason}"),
                        Outcome::Failed => {}
                    }
                    outcomes.lock().expect("no holder panics").push(outcome);
                }
            });
        }
    });

    let outcomes = outcomes.into_inner().expect("no holder panics");
    let count = |wanted: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| wanted(outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed));
    println!(
        "real servers: {} passed, {} skipped, {failed} failed ({REQUIRE}=1 makes skipped rows fail)",
        count(|outcome| matches!(outcome, Outcome::Passed)),
        count(|outcome| matches!(outcome, Outcome::Skipped(_))),
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
