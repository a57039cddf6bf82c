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

use behaviour::{
    answers_http, ends_tls_in_the_clear, greets_as_ssh, has_no_certificate, presents_expired,
    presents_rsa1024, presents_sha1, presents_wrong_name, runs_until_dropped, shadow_alerts,
    shadow_ends_silently, shadow_insists_on_nla, shadow_refuses_tls, shadow_speaks_tls, speaks_tls_first,
    speaks_tls10_only, speaks_tls11_only, speaks_tls12_only, speaks_tls12_with, speaks_tls13_only,
    xrdp_insists_on_tls, xrdp_negotiates, xrdp_never_selects_tls,
};
use diagnosis::Diagnosis;
use raw::Raw;
use rdpcheck_core::Cause::{
    self, CertificateExpired, CertificateNameMismatch, CertificateWeak, HostHasNoCertificate,
    LegacyTlsEnabled, ListenerKeyUnusable, NoCommonCipherSuite, NoCommonTlsVersion, SecurityLayerRdpOnly,
};
use rdpcheck_core::Headline::{self, Degraded, Failing, Healthy};
use rdpcheck_core::Verdict::{Confirmed, Likely, Possible};
use rdpcheck_core::diagnose::Product;
use rdpcheck_real_servers::CertificateKind::{Expired, Rsa1024, Sha1, WrongName};
use rdpcheck_real_servers::Files::{
    self, CertificateIsNotACertificate, KeyIsNotAKey, KeyOfAnother, Matching, UnreadableCertificate,
    UnreadableKey,
};
use rdpcheck_real_servers::SecurityLayer::{Negotiate, Rdp, Tls};
use rdpcheck_real_servers::{
    FreeRdpShadow, NotStarted, REQUIRE, Server, ShadowSecurity, TlsVersions, Xrdp, required, start_gnutls,
    start_http, start_ssh, start_tls_first,
};

mod behaviour;
mod diagnosis;
mod hello;
mod raw;
mod survey;

/// A cipher string for one suite, so that the configuration says which one is agreed.
const ONE_SUITE: &str = "ECDHE-RSA-AES256-GCM-SHA384";

/// A server, what it does on the wire, and what a check has to say of it.
struct Row {
    name: &'static str,
    start: fn() -> Result<Server, NotStarted>,
    behaves: fn(&Server),
    diagnosis: Diagnosis,
}

impl Row {
    const fn new(
        name: &'static str,
        start: fn() -> Result<Server, NotStarted>,
        behaves: fn(&Server),
        diagnosis: Diagnosis,
    ) -> Self {
        Self { name, start, behaves, diagnosis }
    }
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row::new("xrdp-negotiate", || Xrdp::new(Negotiate).start(), xrdp_negotiates, XRDP.says(Healthy)),
    Row::new("xrdp-tls", || Xrdp::new(Tls).start(), xrdp_insists_on_tls, XRDP.says(Healthy).surveyed(false)),
    Row::new("xrdp-some-suites", || Xrdp::new(Tls).ciphers("AESGCM:CHACHA20:AES256-SHA").start(), xrdp_insists_on_tls,
        XRDP.says(Healthy).surveyed(true)),
    Row::new("xrdp-rdp", || Xrdp::new(Rdp).start(), xrdp_never_selects_tls,
        XRDP.named().says(Degraded).because(&[(SecurityLayerRdpOnly, Likely)])),
    Row::new("xrdp-tls12-only", || Xrdp::new(Tls).versions(TlsVersions::Only12).ciphers(ONE_SUITE).start(), speaks_tls12_only,
        XRDP.says(Healthy)),
    Row::new("xrdp-tls10-only", || Xrdp::new(Tls).versions(TlsVersions::Only10).ciphers("ECDHE-RSA-AES256-SHA").start(), speaks_tls10_only,
        XRDP.says(Degraded).because(&[(LegacyTlsEnabled, Confirmed), (NoCommonTlsVersion, Possible)])
            .speaks("TLS 1.0", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", &[])),
    Row::new("xrdp-tls11-only", || Xrdp::new(Tls).versions(TlsVersions::Only11).ciphers("AES128-SHA").start(), speaks_tls11_only,
        XRDP.says(Degraded).because(&[(LegacyTlsEnabled, Confirmed), (NoCommonTlsVersion, Possible)])
            .speaks("TLS 1.1", "TLS_RSA_WITH_AES_128_CBC_SHA", WINDOWS_7)),
    // What Windows clients offer and rustls does not.
    Row::new("xrdp-tls12-cbc", || tls12_with("ECDHE-RSA-AES256-SHA384"), |server| speaks_tls12_with(server, 0xc028),
        XRDP.says(Degraded).because(&[(NoCommonCipherSuite, Likely)])
            .speaks("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", WINDOWS_7)),
    Row::new("xrdp-static-rsa-gcm", || tls12_with("AES128-GCM-SHA256"), |server| speaks_tls12_with(server, 0x009c),
        XRDP.says(Degraded).because(&[(NoCommonCipherSuite, Likely)])
            .speaks("TLS 1.2", "TLS_RSA_WITH_AES_128_GCM_SHA256", WINDOWS_7)),
    Row::new("xrdp-static-rsa-cbc", || tls12_with("AES256-SHA"), |server| speaks_tls12_with(server, 0x0035),
        XRDP.says(Degraded).because(&[(NoCommonCipherSuite, Likely)])
            .speaks("TLS 1.2", "TLS_RSA_WITH_AES_256_CBC_SHA", WINDOWS_7)),
    // What current Windows clients do not offer.
    Row::new("xrdp-dhe", || tls12_with("DHE-RSA-AES256-GCM-SHA384"), |server| speaks_tls12_with(server, 0x009f),
        XRDP.says(Failing).because(&[(NoCommonCipherSuite, Confirmed)])
            .speaks("TLS 1.2", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", WINDOWS_7_AND_CURRENT)),
    Row::new("gnutls-3des", || start_gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+3DES-CBC:-KX-ALL:+RSA:-MAC-ALL:+SHA1"),
        |server| speaks_tls12_with(server, 0x000a),
        NEIGHBOUR.says(Failing).because(&[(NoCommonCipherSuite, Confirmed)])
            .speaks("TLS 1.2", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", WINDOWS_7_AND_CURRENT)),
    Row::new("xrdp-tls13-only", || Xrdp::new(Tls).versions(TlsVersions::Only13).start(), speaks_tls13_only,
        XRDP.says(Healthy)),
    Row::new("xrdp-expired", || xrdp_with(Matching(Expired)), presents_expired,
        XRDP.says(Degraded).because(&[(CertificateExpired, Confirmed)])),
    Row::new("xrdp-wrong-name", || xrdp_with(Matching(WrongName)), presents_wrong_name,
        XRDP.says(Healthy).because(&[(CertificateNameMismatch, Confirmed)])),
    Row::new("xrdp-sha1", || xrdp_with(Matching(Sha1)), presents_sha1,
        XRDP.says(Degraded).because(&[(CertificateWeak, Confirmed)])),
    Row::new("xrdp-rsa1024", || xrdp_with(Matching(Rsa1024)), presents_rsa1024,
        XRDP.says(Degraded).because(&[(CertificateWeak, Confirmed)])),
    Row::new("xrdp-key-of-another", || xrdp_with(KeyOfAnother), ends_tls_in_the_clear,
        XRDP.named().says(Failing).because(&[(ListenerKeyUnusable, Confirmed)])),
    Row::new("xrdp-key-is-not-a-key", || xrdp_with(KeyIsNotAKey), ends_tls_in_the_clear,
        XRDP.named().says(Failing).because(&[(ListenerKeyUnusable, Confirmed)])),
    Row::new("xrdp-certificate-is-not-a-certificate", || xrdp_with(CertificateIsNotACertificate), ends_tls_in_the_clear,
        XRDP.named().says(Failing).because(&[(ListenerKeyUnusable, Confirmed)])),
    Row::new("xrdp-unreadable-key", || xrdp_with(UnreadableKey), has_no_certificate,
        XRDP.named().says(Failing).because(&[(HostHasNoCertificate, Confirmed)])),
    Row::new("xrdp-unreadable-certificate", || xrdp_with(UnreadableCertificate), has_no_certificate,
        XRDP.named().says(Failing).because(&[(HostHasNoCertificate, Confirmed)])),
    // From outside it looks like the setting, so both have to be named.
    Row::new("xrdp-unreadable-certificate-negotiate", || Xrdp::new(Negotiate).files(UnreadableCertificate).start(), xrdp_never_selects_tls,
        XRDP.named().says(Degraded).because(&[(SecurityLayerRdpOnly, Likely), (HostHasNoCertificate, Possible)])),
    Row::new("shadow-tls", || FreeRdpShadow::new(ShadowSecurity::Tls).start(), shadow_speaks_tls,
        FREERDP.named().says(Healthy)),
    Row::new("shadow-nla", || FreeRdpShadow::new(ShadowSecurity::Nla).start(), shadow_insists_on_nla,
        FREERDP.named().says(Healthy).requires_nla()),
    Row::new("shadow-rdp", || FreeRdpShadow::new(ShadowSecurity::Rdp).start(), shadow_refuses_tls,
        FREERDP.says(Degraded).because(&[(SecurityLayerRdpOnly, Confirmed)])),
    Row::new("shadow-expired", || shadow_with(Matching(Expired)), presents_expired,
        FREERDP.named().says(Degraded).because(&[(CertificateExpired, Confirmed)])),
    Row::new("shadow-key-of-another", || shadow_with(KeyOfAnother), shadow_alerts,
        FREERDP.named().says(Failing).because(&[(ListenerKeyUnusable, Possible)])),
    Row::new("shadow-key-is-not-a-key", || shadow_with(KeyIsNotAKey), shadow_ends_silently,
        FREERDP.named().says(Failing).because(&[(ListenerKeyUnusable, Possible)])),
    Row::new("ssh", start_ssh, greets_as_ssh, NEIGHBOUR.says(Headline::NotRdp).because(&[(Cause::NotRdp, Confirmed)])),
    Row::new("http", start_http, answers_http, NEIGHBOUR.says(Headline::NotRdp).because(&[(Cause::NotRdp, Confirmed)])),
    Row::new("tls-first", start_tls_first, speaks_tls_first, NEIGHBOUR.says(Headline::NotRdp).because(&[(Cause::NotRdp, Likely)])),
    Row::new(STOPPED, || Xrdp::new(Tls).start(), runs_until_dropped, XRDP.says(Healthy)),
];

/// Without its update for Remote Desktop it speaks TLS 1.0 alone.
const WINDOWS_7: &[&str] = &["windows-7", "windows-server-2008-r2"];
/// And those whose default suites have neither finite fields nor 3DES any more.
const WINDOWS_7_AND_CURRENT: &[&str] = &[
    "windows-7",
    "windows-server-2008-r2",
    "windows-10-22h2",
    "windows-11-22h2",
    "windows-11-24h2",
    "windows-server-2025",
];

const XRDP: Diagnosis = Diagnosis::of(Product::Xrdp);
const FREERDP: Diagnosis = Diagnosis::of(Product::Freerdp);
const NEIGHBOUR: Diagnosis = Diagnosis::of(Product::Other);

/// A server of this row is stopped by the row, which then looks whether it is.
const STOPPED: &str = "stopped";

fn xrdp_with(files: Files) -> Result<Server, NotStarted> {
    Xrdp::new(Tls).files(files).start()
}

fn tls12_with(ciphers: &'static str) -> Result<Server, NotStarted> {
    Xrdp::new(Tls).versions(TlsVersions::Only12).ciphers(ciphers).start()
}

fn shadow_with(files: Files) -> Result<Server, NotStarted> {
    FreeRdpShadow::new(ShadowSecurity::Tls).files(files).start()
}

enum Outcome {
    Passed,
    Skipped(String),
    Failed,
}

fn run(row: &Row) -> Outcome {
    let name = row.name;
    let server = match (row.start)() {
        Ok(server) => server,
        Err(NotStarted::Unavailable { name, reason }) if !required() => {
            return Outcome::Skipped(format!("{name}: {reason}"));
        }
        Err(error) => {
            println!("FAILED {name}: {error}");
            return Outcome::Failed;
        }
    };
    // After the check, which shows that it left the server as it was, and whatever came of the check: a wrong verdict on a
    // server that behaves as it should is the verdict's fault.
    let diagnosed = catch_unwind(AssertUnwindSafe(|| row.diagnosis.check(&server)));
    let behaved = catch_unwind(AssertUnwindSafe(|| (row.behaves)(&server)));
    if diagnosed.is_err() || behaved.is_err() {
        let wrong = match (diagnosed, behaved) {
            (Err(_), Ok(())) => "the diagnosis is wrong",
            (Ok(()), Err(_)) => "the server is not what it should be",
            _ => "diagnosis and server are wrong",
        };
        println!("FAILED {name} ({}): {wrong}; its log:\n{}", server.name(), server.log_text());
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
        TABLE.iter().for_each(|row| println!("{}: test", row.name));
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|row| wanted.is_empty() || wanted.iter().any(|part| row.name.contains(*part)))
        .collect();

    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = row.name;
                    let began = Instant::now();
                    let outcome = run(row);
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
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
