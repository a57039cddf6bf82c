//! For each kind of host the outlook of every client, so that a change is seen.

use std::fmt::Write as _;
use std::time::Duration;

use time::macros::datetime;

use super::*;
use crate::diagnose::diagnose;
use crate::evidence::{
    Acknowledgement, Aftermath, Answer, Certificate, Connection, CredSsp, CredSspVersion, Evidence, FollowUp,
    KeyAlgorithm, KeyProof, NameMatch, Negotiation, NetworkLevelAuthentication, NtlmChallenge, NumberedName,
    Operation, PeerBytes, Probe, RecordedChain, RoundTripBasis, SecurityProtocol, Seen, SelfSigned,
    StageFailure, StageRecord, StandardSecurity, SuiteOrder, SuiteSupport, TlsSession, TlsSupport, Trust,
    VersionState, VersionSupport,
};
use crate::wire::tls::{TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3};

const SSL: SecurityProtocol = SecurityProtocol::SSL;
const HYBRID: SecurityProtocol = SecurityProtocol::HYBRID;
const HYBRID_EX: SecurityProtocol = SecurityProtocol::HYBRID_EX;
const STANDARD: SecurityProtocol = SecurityProtocol::empty();

fn done<T>(facts: T) -> StageRecord<T> {
    StageRecord::ended(Ok(facts), Duration::from_millis(5))
}

fn failure(kind: FailureKind) -> StageFailure {
    StageFailure {
        kind,
        operation: Operation::Receive,
        address: Some("192.0.2.1:3389".parse().unwrap()),
        elapsed: Duration::from_secs(5),
        round_trip: Some(Duration::from_millis(1)),
        bytes_sent: 19,
        bytes_received: 0,
        bytes_unacknowledged: Some(0),
        os_error: None,
        first_bytes: None,
    }
}

fn refusal(code: u32) -> StageFailure {
    failure(FailureKind::NegotiationRejected { code, name: None })
}

fn number(value: u16) -> NumberedName {
    NumberedName { value, name: None }
}

/// TCP stands.
fn reached() -> Evidence {
    let mut evidence = Evidence::nothing(datetime!(2026-06-01 12:00 UTC));
    evidence.stages.connect = done(Connection {
        address: "192.0.2.1:3389".parse().unwrap(),
        round_trip: Duration::from_millis(1),
        round_trip_basis: RoundTripBasis::Kernel,
        segments_resent: Some(0),
    });
    evidence
}

fn negotiation(offered: Option<SecurityProtocol>, selected: SecurityProtocol) -> Negotiation {
    Negotiation {
        offered,
        selected,
        has_data: offered.is_some(),
        flags: offered.map(|_| 0x1f),
        source_reference: 0x1234,
        network_level_authentication: if selected.uses_credssp() {
            NetworkLevelAuthentication::Selected
        } else {
            NetworkLevelAuthentication::NotChosen
        },
        aftermath: if selected.uses_tls() { Aftermath::NotAwaited } else { Aftermath::Nothing },
        accepted: vec![selected],
        confirm: PeerBytes::new(&[]),
    }
}

/// The host chose this from the usual offer.
fn chose(selected: SecurityProtocol) -> Evidence {
    let mut evidence = reached();
    evidence.stages.negotiate = done(negotiation(Some(SecurityProtocol::USUAL_OFFER), selected));
    evidence
}

/// A host with TLS 1.3 and a certificate that proves it.
fn healthy() -> Evidence {
    let mut evidence = chose(HYBRID_EX);
    evidence.stages.tls = done(session(TLS_1_3, 0x1302));
    evidence.stages.certificate = done(certificate());
    evidence.stages.credssp = done(credssp(6));
    evidence
}

/// The same, surveyed: it takes every client as far as TLS, also without CredSSP.
fn open() -> Evidence {
    let mut evidence = healthy();
    let mut negotiation = negotiation(Some(SecurityProtocol::USUAL_OFFER), HYBRID_EX);
    negotiation.network_level_authentication = NetworkLevelAuthentication::Optional;
    evidence.stages.negotiate = done(negotiation);
    let suites: &[(u16, &[u16])] =
        &[(TLS_1_0, &[0x002f]), (TLS_1_2, &[0xc030, 0xc014, 0x002f]), (TLS_1_3, &[0x1302])];
    evidence.stages.tls_support = done(survey(suites, SuiteOrder::Server));
    evidence
}

fn session(version: u16, suite: u16) -> TlsSession {
    TlsSession {
        version: number(version),
        cipher_suite: number(suite),
        key_exchange_group: Some(number(0x0017)),
        key_proof: KeyProof::Proved { scheme: "RSA_PSS_SHA256".to_owned() },
        server_name_sent: None,
        client_certificate_requested: false,
        certificates_sent: 1,
    }
}

fn certificate() -> Certificate {
    Certificate {
        subject: "CN=host.example".to_owned(),
        issuer: "CN=authority".to_owned(),
        common_names: vec!["host.example".to_owned()],
        serial: "01".to_owned(),
        x509_version: 3,
        not_before: datetime!(2026-01-01 00:00 UTC),
        not_after: datetime!(2027-01-01 00:00 UTC),
        read_at: datetime!(2026-06-01 12:00 UTC),
        dns_names: vec!["host.example".to_owned()],
        ip_addresses: Vec::new(),
        key: KeyAlgorithm { algorithm: "rsa".to_owned(), bits: Some(2048) },
        signature_algorithm: "sha256-rsa".to_owned(),
        self_signed: SelfSigned::No,
        certificate_authority: false,
        key_usage: None,
        extended_key_usage: Some(vec!["server-auth".to_owned()]),
        sha1: "00".to_owned(),
        sha256: "00".to_owned(),
        name_match: NameMatch { looked_for: "host.example".to_owned(), is_address: false, found: true },
        chain: RecordedChain::default(),
        trust: Trust::Trusted,
    }
}

fn with_certificate(change: impl FnOnce(&mut Certificate)) -> Evidence {
    let mut evidence = open();
    let mut certificate = certificate();
    change(&mut certificate);
    evidence.stages.certificate = done(certificate);
    evidence
}

fn untrusted(certificate: &mut Certificate) {
    certificate.self_signed = SelfSigned::Yes;
    certificate.trust = Trust::Untrusted { reason: "no trusted certificate issued it".to_owned() };
}

fn credssp(version: u32) -> CredSsp {
    CredSsp {
        version,
        carries_client_nonce: false,
        challenge: Some(NtlmChallenge {
            flags: 0,
            target_name: None,
            claimed_os_version: None,
            netbios_computer: None,
            netbios_domain: None,
            dns_computer: None,
            dns_domain: None,
            dns_tree: None,
            timestamp: None,
            av_pairs: Vec::new(),
        }),
        clock_skew_seconds: None,
    }
}

/// A survey that found these versions with these suites and nothing else.
fn survey(accepted: &[(u16, &[u16])], order: SuiteOrder) -> TlsSupport {
    let support = |version: u16| {
        let suites = accepted.iter().find(|(accepted, _)| *accepted == version).map(|(_, suites)| *suites);
        VersionSupport {
            version: number(version),
            state: if suites.is_some() { VersionState::Accepted } else { VersionState::Refused },
            refusal: suites.is_none().then(|| "TLS alert 70 (protocol_version)".to_owned()),
            suites: suites
                .unwrap_or_default()
                .iter()
                .map(|suite| SuiteSupport { suite: number(*suite), group: None, dh_bits: None })
                .collect(),
            suites_complete: suites.is_some(),
        }
    };
    TlsSupport {
        versions: [0x0300, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3].map(support).into(),
        groups: [0x001d, 0x0017, 0x0018].map(number).into(),
        groups_complete: true,
        suite_order: order,
        secure_renegotiation: Seen::Yes,
        compression: Seen::No,
        certificates: vec!["00".to_owned()],
        connections: 9,
    }
}

/// A host whose TLS our library does not speak; the survey tells what it is.
fn old(accepted: &[(u16, &[u16])], order: SuiteOrder) -> Evidence {
    let mut evidence = chose(HYBRID);
    evidence.stages.tls = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
    evidence.stages.tls_support = done(survey(accepted, order));
    evidence
}

fn follow_up(probe: Probe, offered: Option<SecurityProtocol>, stage: Stage) -> FollowUp {
    FollowUp { offered, stage, connections: 1, ..FollowUp::begun(probe, &[], Duration::from_secs(6)) }
}

fn answered(probe: Probe, offered: Option<SecurityProtocol>, answer: Answer) -> FollowUp {
    FollowUp { answer: Some(answer), ..follow_up(probe, offered, Stage::Negotiate) }
}

fn failed(probe: Probe, offered: Option<SecurityProtocol>, stage: Stage, failure: StageFailure) -> FollowUp {
    FollowUp { failure: Some(failure), ..follow_up(probe, offered, stage) }
}

/// Refused with this code, again and again.
fn refuses(code: u32) -> Evidence {
    let mut evidence = reached();
    evidence.stages.negotiate = StageRecord::ended(Err(refusal(code)), Duration::ZERO);
    let usual = Some(SecurityProtocol::USUAL_OFFER);
    evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Negotiate, refusal(code)));
    evidence
}

fn standard_security() -> StandardSecurity {
    StandardSecurity {
        over_tls: false,
        core_version: 0x0008_0004,
        core_version_name: None,
        encryption_method: 2,
        encryption_method_name: "128-bit".to_owned(),
        encryption_level: 2,
        encryption_level_name: "client-compatible".to_owned(),
        server_random_length: Some(32),
        certificate_kind: Some("proprietary".to_owned()),
        key_bits: Some(2048),
        multitransport_flags: None,
    }
}

/// One line for each way in which clients end, with the clients in the order of the profiles; `a..b` stands for those from
/// the one to the other.
fn ways(evidence: &Evidence) -> String {
    let clients = diagnose(evidence, None).clients;
    let mut lines: Vec<(String, Vec<usize>)> = Vec::new();
    for (index, client) in clients.iter().enumerate() {
        let way = way(client);
        match lines.iter_mut().find(|(known, _)| *known == way) {
            Some((_, members)) => members.push(index),
            None => lines.push((way, vec![index])),
        }
    }
    lines.iter().fold(String::new(), |text, (way, members)| {
        let runs = members.chunk_by(|before, after| before + 1 == *after);
        let runs: Vec<String> = runs
            .map(|run| match run {
                [one] => clients[*one].client.clone(),
                [first, .., last] => format!("{}..{}", clients[*first].client, clients[*last].client),
                [] => String::new(),
            })
            .collect();
        text + way + ": " + &runs.join(" ") + "\n"
    })
}

fn way(client: &ClientOutlook) -> String {
    assert!(client.reason.ends_with('.') && client.reason.is_ascii(), "{}: {}", client.client, client.reason);
    assert_eq!(client.stage.is_some(), client.is_stopped());
    assert!(client.cause.is_none() || client.is_stopped());
    let mut way = client.outcome.code().to_owned();
    if let Some(stage) = client.stage {
        write!(way, " at {}", stage.code()).unwrap();
    }
    if let Some(cause) = client.cause {
        write!(way, " by {cause}").unwrap();
    }
    if let Some(reaches) = client.reaches.filter(|_| !client.is_stopped()) {
        write!(way, " after {}", reaches.code()).unwrap();
    }
    for warns in &client.warns {
        write!(way, " ({warns})").unwrap();
    }
    way
}

macro_rules! hosts {
    ($($name:ident: $evidence:expr => $expected:literal)+) => {
        $(#[test]
        fn $name() {
            let found = ways(&$evidence);
            let expected: Vec<&str> = $expected.trim().lines().map(str::trim).collect();
            assert_eq!(found.lines().collect::<Vec<_>>(), expected, "\n{found}");
        })+
    };
}

hosts! {
    a_host_that_never_answered_has_no_outlook: Evidence::nothing(datetime!(2026-06-01 12:00 UTC)) => ""
    a_healthy_host: healthy() => "
        unknown after negotiate: windows-7..windows-10-22h2
        connects after credssp: windows-server-2022..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    a_healthy_host_surveyed: {
        let mut evidence = healthy();
        evidence.stages.tls_support = done(survey(
            &[(TLS_1_2, &[0xc030, 0xc02f, 0xc028, 0xc014]), (TLS_1_3, &[0x1302, 0x1301])],
            SuiteOrder::Server,
        ));
        evidence
    } => "
        stops at tls by no-common-tls-version: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_1_0_only: old(&[(TLS_1_0, &[0xc014, 0xc013, 0x0035, 0x002f])], SuiteOrder::Server) => "
        connects after tls: windows-7..windows-server-2025
        stops at tls by no-common-cipher-suite: freerdp-2
        stops at tls by no-common-tls-version: freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_1_0_only_in_the_clients_order: old(&[(TLS_1_0, &[0x0035, 0xc014, 0x002f])], SuiteOrder::Client) => "
        connects after tls: windows-7..windows-server-2025
        stops at tls by no-common-cipher-suite: freerdp-2
        stops at tls by no-common-tls-version: freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_1_0_with_an_order_that_was_not_seen: old(&[(TLS_1_0, &[0xc014, 0x0035])], SuiteOrder::NotSeen) => "
        connects after tls: windows-7..windows-server-2025
        unknown after negotiate: freerdp-2
        stops at tls by no-common-tls-version: freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_1_2_cbc_only: old(&[(TLS_1_2, &[0xc028, 0xc027, 0xc014])], SuiteOrder::Server) => "
        stops at tls by no-common-tls-version: windows-7 windows-server-2008-r2
        connects after tls: windows-7-updated windows-8.1..freerdp-3
        unknown: without-nla
        stops at tls by no-common-cipher-suite: rustls..strict-modern
    "
    static_rsa_only: old(&[(TLS_1_2, &[0x009d, 0x0035])], SuiteOrder::Server) => "
        stops at tls by no-common-tls-version: windows-7 windows-server-2008-r2
        connects after tls: windows-7-updated windows-8.1..freerdp-3
        unknown: without-nla
        stops at tls by no-common-cipher-suite: rustls..strict-modern
    "
    triple_des_only: old(&[(TLS_1_0, &[0x000a]), (TLS_1_2, &[0x000a])], SuiteOrder::NotSeen) => "
        connects after tls: windows-7..windows-server-2019 windows-server-2022
        stops at tls by no-common-cipher-suite: windows-10-22h2 windows-11-22h2..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    short_primes_only: {
        let mut evidence = old(&[(TLS_1_2, &[0x0039, 0x0033])], SuiteOrder::Server);
        let mut support = survey(&[(TLS_1_2, &[0x0039, 0x0033])], SuiteOrder::Server);
        for suite in support.versions.iter_mut().flat_map(|version| &mut version.suites) {
            suite.dh_bits = Some(768);
        }
        evidence.stages.tls_support = done(support);
        evidence
    } => "
        stops at tls by no-common-tls-version: windows-7 windows-server-2008-r2
        stops at tls by no-common-cipher-suite: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_1_3_only: {
        let mut evidence = healthy();
        evidence.stages.tls_support = done(survey(&[(TLS_1_3, &[0x1302, 0x1301])], SuiteOrder::Server));
        evidence
    } => "
        stops at tls by no-common-tls-version: windows-7..windows-10-22h2
        connects after credssp: windows-server-2022..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    a_survey_that_was_cut_short: {
        let mut evidence = chose(HYBRID);
        evidence.stages.tls = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let mut support = survey(&[(TLS_1_2, &[0xc014])], SuiteOrder::NotSeen);
        for version in &mut support.versions {
            version.suites_complete = false;
            if version.version.value < TLS_1_2 {
                version.state = VersionState::NotSeen;
            }
        }
        evidence.stages.tls_support = done(support);
        evidence
    } => "
        unknown after negotiate: windows-7 windows-server-2008-r2 rustls..strict-modern
        connects after tls: windows-7-updated windows-8.1..freerdp-3
        unknown: without-nla
    "
    an_ecdsa_certificate: {
        let mut evidence =
            with_certificate(|facts| facts.key = KeyAlgorithm { algorithm: "ec".to_owned(), bits: Some(256) });
        evidence.stages.tls = done(session(TLS_1_2, 0xc02c));
        evidence.stages.tls_support = done(survey(&[(TLS_1_2, &[0xc02c, 0xc02b, 0xc00a])], SuiteOrder::Server));
        evidence
    } => "
        stops at tls by no-common-tls-version: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    an_ed25519_certificate: {
        let mut evidence = healthy();
        let mut certificate = certificate();
        certificate.key = KeyAlgorithm { algorithm: "ed25519".to_owned(), bits: Some(256) };
        evidence.stages.certificate = done(certificate);
        evidence
    } => "
        unknown after negotiate: windows-7..windows-server-2025
        connects after credssp: freerdp-2..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    an_rsa_key_of_1024_bits: with_certificate(|facts| facts.key.bits = Some(1024)) => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls
        connects after certificate: without-nla
        stops at certificate by certificate-weak: strict-modern
    "
    an_rsa_key_of_512_bits: with_certificate(|facts| facts.key.bits = Some(512)) => "
        unknown after certificate: windows-7 windows-server-2008-r2
        unknown after tls: windows-7-updated windows-8.1..windows-server-2025 without-nla
        connects after credssp: freerdp-2..freerdp-3 rustls
        stops at certificate by certificate-weak: strict-modern
    "
    a_signature_with_sha1: with_certificate(|facts| facts.signature_algorithm = "sha1-rsa".to_owned()) => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls
        connects after certificate: without-nla
        stops at certificate by certificate-weak: strict-modern
    "
    expired: with_certificate(|facts| facts.not_after = datetime!(2026-05-01 00:00 UTC)) => "
        unknown after certificate (certificate-expired): windows-7 windows-server-2008-r2
        connects after credssp (certificate-expired): windows-7-updated windows-8.1..freerdp-3
        connects after certificate (certificate-expired): without-nla
        connects after credssp: rustls
        stops at certificate by certificate-expired: strict-modern
    "
    not_yet_valid: with_certificate(|facts| facts.not_before = datetime!(2026-07-01 00:00 UTC)) => "
        unknown after certificate (certificate-not-yet-valid): windows-7 windows-server-2008-r2
        connects after credssp (certificate-not-yet-valid): windows-7-updated windows-8.1..freerdp-3
        connects after certificate (certificate-not-yet-valid): without-nla
        connects after credssp: rustls
        stops at certificate by certificate-not-yet-valid: strict-modern
    "
    for_clients_only: with_certificate(|facts| facts.extended_key_usage = Some(vec!["client-auth".to_owned()])) => "
        unknown after certificate (certificate-wrong-usage): windows-7 windows-server-2008-r2
        connects after credssp (certificate-wrong-usage): windows-7-updated windows-8.1..freerdp-3
        connects after certificate (certificate-wrong-usage): without-nla
        connects after credssp: rustls
        stops at certificate by certificate-wrong-usage: strict-modern
    "
    self_signed: with_certificate(untrusted) => "
        unknown after certificate (certificate-untrusted): windows-7 windows-server-2008-r2
        connects after credssp (certificate-untrusted): windows-7-updated windows-8.1..freerdp-3
        connects after certificate (certificate-untrusted): without-nla
        connects after credssp: rustls
        stops at certificate by certificate-untrusted: strict-modern
    "
    self_signed_and_used_by_its_address: with_certificate(|facts| {
        untrusted(facts);
        facts.name_match =
            NameMatch { looked_for: "192.0.2.1".to_owned(), is_address: true, found: false };
    }) => "
        unknown after certificate (certificate-name-mismatch) (certificate-untrusted): windows-7 windows-server-2008-r2
        connects after credssp (certificate-name-mismatch) (certificate-untrusted): windows-7-updated windows-8.1..freerdp-3
        connects after certificate (certificate-name-mismatch) (certificate-untrusted): without-nla
        connects after credssp: rustls
        stops at certificate by certificate-name-mismatch: strict-modern
    "
    trust_not_checked: {
        with_certificate(|facts| facts.trust = Trust::NotChecked { reason: "no store".to_owned() })
    } => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls
        connects after certificate: without-nla
        unknown after tls: strict-modern
    "
    rdp_layer_selected: {
        let mut evidence = chose(STANDARD);
        evidence.stages.standard_security = done(standard_security());
        evidence
    } => "
        connects after standard-security (security-layer-rdp-only): windows-7..without-nla
        stops at negotiate by security-layer-rdp-only: rustls..strict-modern
    "
    rdp_layer_refuses_tls: {
        let mut evidence = refuses(2);
        let confirmed = Answer::Negotiated(negotiation(None, STANDARD));
        evidence.follow_ups.push(answered(Probe::OfferNone, None, confirmed));
        evidence.stages.standard_security = done(standard_security());
        evidence
    } => "
        connects after standard-security (security-layer-rdp-only): windows-7..without-nla
        stops at negotiate by security-layer-rdp-only: rustls..strict-modern
    "
    rdp_layer_that_was_not_tried: refuses(2) => "
        unknown after negotiate: windows-7..without-nla
        stops at negotiate by security-layer-rdp-only: rustls..strict-modern
    "
    rdp_layer_that_ends_at_once: {
        let mut evidence = chose(STANDARD);
        let mut confirm = negotiation(Some(SecurityProtocol::USUAL_OFFER), STANDARD);
        confirm.aftermath = Aftermath::Disconnected;
        evidence.stages.negotiate = done(confirm.clone());
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(answered(Probe::Repeat, usual, Answer::Negotiated(confirm)));
        evidence
    } => "
        stops at standard-security by negotiation-violation: windows-7..without-nla
        stops at negotiate by security-layer-rdp-only: rustls..strict-modern
    "
    failure_2_and_yet_tls: {
        let mut evidence = refuses(2);
        evidence.follow_ups.push(answered(Probe::OfferSsl, Some(SSL), Answer::Negotiated(negotiation(Some(SSL), SSL))));
        evidence
    } => "
        unknown: windows-7..freerdp-3 rustls..strict-modern
        unknown after negotiate: without-nla
    "
    no_certificate_on_the_host: refuses(3) => "
        stops at negotiate by host-has-no-certificate: windows-7..strict-modern
    "
    nla_required_of_who_offers_it: refuses(5) => "
        unknown: windows-7..windows-server-2008-r2 freerdp-2..without-nla
        stops at negotiate by nla-required: windows-8.1..windows-server-2025 rustls..strict-modern
    "
    client_certificate_required: refuses(6) => "
        stops at negotiate by client-certificate-required: windows-7..strict-modern
    "
    entra_id_only: refuses(7) => "
        stops at negotiate by entra-id-required: windows-7..strict-modern
    "
    a_failure_that_nobody_knows: refuses(9) => "
        unknown: windows-7..strict-modern
    "
    nla_required: {
        let mut evidence = open();
        evidence.stages.negotiate = done(negotiation(Some(SecurityProtocol::USUAL_OFFER), HYBRID_EX));
        evidence.follow_ups.push(failed(Probe::OfferSsl, Some(SSL), Stage::Negotiate, refusal(5)));
        evidence
    } => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        stops at negotiate by nla-required: without-nla
    "
    nla_optional: {
        let mut evidence = open();
        evidence.follow_ups.push(answered(Probe::OfferSsl, Some(SSL), Answer::Negotiated(negotiation(Some(SSL), SSL))));
        evidence
    } => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    tls_without_credssp: {
        let mut evidence = open();
        evidence.stages.negotiate = done(negotiation(Some(SecurityProtocol::USUAL_OFFER), SSL));
        evidence.stages.credssp = StageRecord::skipped(crate::evidence::SkipReason::NotNegotiated);
        evidence
    } => "
        connects after certificate: windows-7..strict-modern
    "
    credssp_2: { let mut evidence = open(); evidence.stages.credssp = done(credssp(2)); evidence } => "
        connects after credssp: windows-7 windows-server-2008-r2 freerdp-2..freerdp-3 rustls
        stops at credssp by credssp-oracle-policy: windows-7-updated windows-8.1..windows-server-2025 strict-modern
        connects after certificate: without-nla
    "
    credssp_3: { let mut evidence = open(); evidence.stages.credssp = done(credssp(3)); evidence } => "
        connects after credssp: windows-7 windows-server-2008-r2 freerdp-2..freerdp-3 rustls
        stops at credssp by credssp-oracle-policy: windows-7-updated windows-8.1..windows-server-2025 strict-modern
        connects after certificate: without-nla
    "
    credssp_4: { let mut evidence = open(); evidence.stages.credssp = done(credssp(4)); evidence } => "
        connects after credssp: windows-7 windows-server-2008-r2 freerdp-2..freerdp-3 rustls
        stops at credssp by credssp-oracle-policy: windows-7-updated windows-8.1..windows-server-2025 strict-modern
        connects after certificate: without-nla
    "
    credssp_5: { let mut evidence = open(); evidence.stages.credssp = done(credssp(5)); evidence } => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    credssp_6_and_nothing_below_5: {
        let mut evidence = open();
        let tried = |offered: u32| CredSspVersion {
            offered,
            answered: (offered >= 5).then_some(6),
            failure: (offered < 5).then(|| "closed by the peer".to_owned()),
        };
        let versions = (2..=5).map(tried).collect();
        let answer = Answer::CredSspVersions { versions };
        evidence.follow_ups.push(FollowUp { answer: Some(answer), ..follow_up(Probe::CredsspVersions, None, Stage::Credssp) });
        evidence
    } => "
        stops at credssp by credssp-oracle-policy: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    credssp_6: open() => "
        unknown after certificate: windows-7 windows-server-2008-r2
        connects after credssp: windows-7-updated windows-8.1..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    credssp_without_a_challenge: {
        let mut evidence = open();
        evidence.stages.credssp = done(CredSsp { challenge: None, ..credssp(6) });
        evidence
    } => "
        unknown after certificate: windows-7..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    credssp_breaks_off: {
        let mut evidence = open();
        evidence.stages.credssp = StageRecord::ended(Err(failure(FailureKind::Closed)), Duration::ZERO);
        evidence
    } => "
        unknown after certificate: windows-7..freerdp-3 rustls..strict-modern
        connects after certificate: without-nla
    "
    credssp_wants_a_client_certificate: {
        let mut evidence = open();
        evidence.stages.credssp = StageRecord::ended(Err(failure(FailureKind::tls_alert(116, true))), Duration::ZERO);
        evidence
    } => "
        stops at tls by client-certificate-required: windows-7..strict-modern
    "
    a_reset_once: {
        let mut evidence = reached();
        evidence.stages.negotiate = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        evidence
    } => "
        unknown: windows-7..strict-modern
    "
    a_reset_each_time: {
        let mut evidence = reached();
        evidence.stages.negotiate = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        for _ in 0..3 {
            evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Negotiate, failure(FailureKind::Reset)));
        }
        evidence
    } => "
        stops at negotiate: windows-7..strict-modern
    "
    silence_each_time: {
        let silent = || failure(FailureKind::TimedOut { request: Acknowledgement::Acknowledged });
        let mut evidence = reached();
        evidence.stages.negotiate = StageRecord::ended(Err(silent()), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Negotiate, silent()));
        evidence
    } => "
        stops at negotiate by listener-hung: windows-7..strict-modern
    "
    a_device_that_resets_whole_requests: {
        let mut evidence = reached();
        evidence.stages.negotiate = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Negotiate, failure(FailureKind::Reset)));
        let chosen = Answer::Negotiated(negotiation(usual, HYBRID_EX));
        evidence.follow_ups.push(answered(Probe::SplitRequest, usual, chosen));
        evidence
    } => "
        stops at negotiate: windows-7..strict-modern
    "
    a_host_that_resets_only_the_usual_offer: {
        let mut evidence = reached();
        evidence.stages.negotiate = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Negotiate, failure(FailureKind::Reset)));
        let chosen = Answer::Negotiated(negotiation(Some(SSL), SSL));
        evidence.follow_ups.push(answered(Probe::OfferSsl, Some(SSL), chosen));
        evidence
    } => "
        unknown: windows-7..windows-server-2008-r2 freerdp-2..freerdp-3
        stops at negotiate: windows-8.1..windows-server-2025 rustls..strict-modern
        unknown after negotiate: without-nla
    "
    a_host_that_wants_a_client_certificate_in_tls_1_2: {
        let mut evidence = chose(HYBRID);
        let alert = || failure(FailureKind::tls_alert(40, true));
        evidence.stages.tls = StageRecord::ended(Err(alert()), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Tls, alert()));
        evidence
    } => "
        stops at tls by client-certificate-required: windows-7..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_is_reset_each_time: {
        let mut evidence = chose(HYBRID);
        evidence.stages.tls = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        for probe in [Probe::Repeat, Probe::BroadHello] {
            evidence.follow_ups.push(failed(probe, usual, Stage::Tls, failure(FailureKind::Reset)));
        }
        evidence
    } => "
        stops at tls by listener-key-unusable: windows-7..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
    tls_is_reset_and_nothing_else_was_tried: {
        let mut evidence = chose(HYBRID);
        evidence.stages.tls = StageRecord::ended(Err(failure(FailureKind::Reset)), Duration::ZERO);
        let usual = Some(SecurityProtocol::USUAL_OFFER);
        evidence.follow_ups.push(failed(Probe::Repeat, usual, Stage::Tls, failure(FailureKind::Reset)));
        evidence
    } => "
        unknown after negotiate: windows-7..freerdp-3 rustls..strict-modern
        unknown: without-nla
    "
}

#[test]
fn less_evidence_never_turns_a_client_round() {
    let hosts = [
        healthy(),
        open(),
        old(&[(TLS_1_0, &[0x0035])], SuiteOrder::Server),
        refuses(2),
        refuses(3),
        refuses(7),
        with_certificate(untrusted),
    ];
    for full in hosts {
        let mut without_survey = full.clone();
        without_survey.stages.tls_support = StageRecord::skipped(crate::evidence::SkipReason::NotNeeded);
        let mut without_follow_ups = full.clone();
        without_follow_ups.follow_ups.clear();
        let known = diagnose(&full, None).clients;
        for less in [without_survey, without_follow_ups] {
            for (more, less) in known.iter().zip(diagnose(&less, None).clients) {
                assert!(
                    less.outcome == Outcome::Unknown || less.outcome == more.outcome,
                    "{more:?} {less:?}"
                );
            }
        }
    }
}

#[test]
fn the_reason_says_what_is_asked_and_what_would_help() {
    let reason = |evidence: &Evidence, code: &str| {
        diagnose(evidence, None).clients.into_iter().find(|client| client.client == code).unwrap().reason
    };
    assert_eq!(
        reason(&with_certificate(untrusted), "windows-11-24h2"),
        "0x0304 with 0x1302 is common. It asks its user first: nobody that is trusted here issued the certificate."
    );
    assert!(reason(&refuses(7), "windows-11-24h2").contains("enablerdsaadauth:i:1"));
    assert!(!reason(&refuses(7), "windows-8.1").contains("enablerdsaadauth"));
}

#[test]
fn reports_of_older_versions_are_read() {
    let old = r#"{"client": "windows-7", "name": "Windows 7", "outcome": "connects", "stage": null, "cause": null, "reason": "."}"#;
    let read: ClientOutlook = serde_json::from_str(old).unwrap();
    assert_eq!((read.reaches, read.warns), (None, Vec::new()));
}
