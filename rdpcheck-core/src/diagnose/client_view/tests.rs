use std::time::Duration;

use time::macros::datetime;

use super::FitOutcome::{Contradicted, Expected, Explained, Unexplained, UnknownCode};
use super::*;
use crate::diagnose::{Diagnosis, Finding, diagnose};
use crate::evidence::{
    Acknowledgement, Connection, CredSsp, DnsProblem, Evidence, KeyProof, Negotiation,
    NetworkLevelAuthentication, NumberedName, Operation, PeerBytes, Resolution, RoundTripBasis,
    SecurityProtocol, StageFailure, StageRecord, TlsSession,
};

const SILENT: FailureKind = FailureKind::TimedOut { request: Acknowledgement::Acknowledged };

fn failure(kind: FailureKind, head: &[u8]) -> StageFailure {
    StageFailure {
        kind,
        operation: Operation::Receive,
        address: None,
        elapsed: Duration::from_secs(5),
        round_trip: None,
        bytes_sent: 1,
        bytes_received: 0,
        bytes_unacknowledged: None,
        os_error: None,
        first_bytes: (!head.is_empty()).then(|| PeerBytes::new(head)),
    }
}

/// A host that works up to this stage and fails there.
fn failing(stage: Stage, kind: FailureKind, head: &[u8]) -> Evidence {
    let mut evidence = healthy();
    let nothing = Evidence::nothing(datetime!(2026-01-01 00:00 UTC)).stages;
    let stages = &mut evidence.stages;
    stages.credssp = nothing.credssp;
    if stage <= Stage::Tls {
        stages.tls = nothing.tls;
    }
    if stage <= Stage::Negotiate {
        stages.negotiate = nothing.negotiate;
    }
    if stage <= Stage::Connect {
        stages.connect = nothing.connect;
    }
    let failure = failure(kind, head);
    match stage {
        Stage::Resolve => stages.resolve = StageRecord::ended(Err(failure), Duration::ZERO),
        Stage::Connect => stages.connect = StageRecord::ended(Err(failure), Duration::ZERO),
        Stage::Negotiate => stages.negotiate = StageRecord::ended(Err(failure), Duration::ZERO),
        Stage::Tls => stages.tls = StageRecord::ended(Err(failure), Duration::ZERO),
        _ => stages.credssp = StageRecord::ended(Err(failure), Duration::ZERO),
    }
    evidence
}

/// A Windows-like host with nothing wrong, whose clock is off by as much.
fn with_clock(skew: f64) -> Evidence {
    let mut evidence = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
    let named = |value: u16, name: &str| NumberedName { value, name: Some(name.to_owned()) };
    let stages = &mut evidence.stages;
    let resolution = Resolution { given_as_address: false, addresses: vec!["192.0.2.1".parse().unwrap()] };
    stages.resolve = StageRecord::ended(Ok(resolution), Duration::ZERO);
    let connection = Connection {
        address: "192.0.2.1:3389".parse().unwrap(),
        round_trip: Duration::from_millis(10),
        round_trip_basis: RoundTripBasis::Kernel,
        segments_resent: Some(0),
    };
    stages.connect = StageRecord::ended(Ok(connection), Duration::ZERO);
    let negotiation = Negotiation {
        offered: Some(SecurityProtocol::USUAL_OFFER),
        selected: SecurityProtocol::HYBRID_EX,
        has_data: true,
        flags: Some(0x1f),
        source_reference: 0x1234,
        network_level_authentication: NetworkLevelAuthentication::Selected,
        aftermath: Aftermath::NotAwaited,
        accepted: vec![SecurityProtocol::HYBRID_EX],
        confirm: PeerBytes::new(&[3, 0]),
    };
    stages.negotiate = StageRecord::ended(Ok(negotiation), Duration::ZERO);
    let session = TlsSession {
        version: named(0x0304, "TLS 1.3"),
        cipher_suite: named(0x1302, "TLS_AES_256_GCM_SHA384"),
        key_exchange_group: None,
        key_proof: KeyProof::Proved { scheme: "rsa_pss_rsae_sha256".to_owned() },
        server_name_sent: None,
        client_certificate_requested: false,
        certificates_sent: 1,
    };
    stages.tls = StageRecord::ended(Ok(session), Duration::ZERO);
    let credssp =
        CredSsp { version: 6, carries_client_nonce: false, challenge: None, clock_skew_seconds: Some(skew) };
    stages.credssp = StageRecord::ended(Ok(credssp), Duration::ZERO);
    evidence.connections = 1;
    evidence
}

fn healthy() -> Evidence {
    with_clock(1.0)
}

fn judged(evidence: &Evidence, shown: &str) -> Diagnosis {
    diagnose(evidence, Some(shown.parse().unwrap()))
}

fn outcome(evidence: &Evidence, shown: &str) -> FitOutcome {
    judged(evidence, shown).client_error_fit.unwrap().outcome
}

fn finding(diagnosis: &Diagnosis, cause: Cause) -> &Finding {
    diagnosis.findings.iter().find(|finding| finding.cause == cause).unwrap()
}

#[test]
fn nothing_shown_nothing_said() {
    assert_eq!(diagnose(&healthy(), None).client_error_fit, None);
}

#[test]
fn each_state_goes_with_the_codes_of_its_stage() {
    let dns = FailureKind::Dns { problem: DnsProblem::NoSuchName };
    let rejected = |code| FailureKind::NegotiationRejected { code, name: None };
    let violation = FailureKind::ProtocolViolation { expected: "X.224".to_owned(), got: "SSH".to_owned() };
    let alert = FailureKind::TlsAlert { description: 40, name: None, client_certificate_requested: false };
    let unresolved = failing(Stage::Resolve, dns, &[]);
    let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
    let unanswered = failing(Stage::Connect, SILENT, &[]);
    let closed = failing(Stage::Negotiate, FailureKind::Closed, &[]);
    let hung = failing(Stage::Negotiate, SILENT, &[]);
    let ssh = failing(Stage::Negotiate, violation, b"SSH-2.0-x\r\n");
    let wants_nla = failing(Stage::Negotiate, rejected(5), &[3, 0]);
    let no_certificate = failing(Stage::Negotiate, rejected(3), &[3, 0]);
    let tls_reset = failing(Stage::Tls, FailureKind::Reset, &[]);
    let tls_alert = failing(Stage::Tls, alert, &[]);
    let tls_silent = failing(Stage::Tls, SILENT, &[]);
    let credssp_closed = failing(Stage::Credssp, FailureKind::Closed, &[]);
    let healthy = healthy();
    for (evidence, shown, wanted) in [
        // Name not resolved: 0x104, also 0x208, 0x508, 0x604.
        (&unresolved, "0x104", Expected),
        (&unresolved, "0x208", Expected),
        (&unresolved, "0x508", Expected),
        (&unresolved, "0x604", Expected),
        (&unresolved, "0x904", Contradicted),
        (&unresolved, "0x904/0", Contradicted),
        (&unresolved, "0x204", Contradicted),
        (&unresolved, "0x807", Contradicted),
        // No TCP: 0x204, 0x108 on time-out.
        (&refused, "0x204", Expected),
        (&refused, "0x904/7", Contradicted),
        (&refused, "0x904", Contradicted),
        (&refused, "0x904/0", Contradicted),
        (&refused, "0x104", Contradicted),
        (&refused, "0x108", Contradicted),
        (&unanswered, "0x204", Expected),
        (&unanswered, "0x108", Expected),
        (&unanswered, "0x904/7", Contradicted),
        (&unanswered, "0x904/0", Explained),
        (&unanswered, "0x404", Explained),
        (&unanswered, "0x3/5", Contradicted),
        // Accepted, then closed: 0x904/7.
        (&closed, "0x904/7", Expected),
        (&closed, "0x904", Expected),
        (&closed, "0x204", Contradicted),
        (&closed, "0x807", Contradicted),
        (&closed, "0x1B07", Contradicted),
        (&ssh, "0x904/7", Expected),
        (&ssh, "0x3/0x101", Contradicted),
        (&tls_reset, "0x904/7", Expected),
        (&tls_reset, "0x904/0", Contradicted),
        (&tls_reset, "0x204", Contradicted),
        (&tls_reset, "0x104", Contradicted),
        (&tls_reset, "0x807", Contradicted),
        (&tls_reset, "0x1B07", Contradicted),
        (&tls_reset, "0x808", Contradicted),
        (&tls_reset, "0x3/9", Contradicted),
        (&tls_alert, "0x904/7", Expected),
        (&no_certificate, "0x904/7", Expected),
        // X.224 never answered: 0x704 or 0x108.
        (&hung, "0x704", Expected),
        (&hung, "0x108", Expected),
        (&hung, "0x904/7", Explained),
        (&hung, "0x204", Contradicted),
        (&tls_silent, "0x108", Expected),
        // The host needs NLA: 0xB09.
        (&wants_nla, "0xB09", Expected),
        (&wants_nla, "0xA07", Contradicted),
        // CredSSP: a client with Kerberos may come further than this check.
        (&credssp_closed, "0x904/7", Expected),
        (&credssp_closed, "0x807", Explained),
        (&credssp_closed, "0x3/5", Unexplained),
        (&credssp_closed, "0x204", Contradicted),
        // Nothing is wrong from here.
        (&healthy, "0x904/7", Unexplained),
        (&healthy, "0x904/0", Unexplained),
        (&healthy, "0x204", Unexplained),
        (&healthy, "0x104", Unexplained),
        (&healthy, "0x1B07", Unexplained),
        (&healthy, "0x3/5", Unexplained),
        (&healthy, "0x1D07", Unexplained),
        (&healthy, "0x807", Explained),
        (&healthy, "0xD07", Explained),
        (&healthy, "0x1807", Explained),
        (&healthy, "0x3/9", Explained),
        (&healthy, "0x3/8", Explained),
        (&healthy, "0xE06", Explained),
        (&healthy, "0x808", Explained),
        (&healthy, "0x3/0x104", Explained),
        // Another way in, and what no network shows.
        (&healthy, "0x300001C", Explained),
        (&refused, "0x300001C", Explained),
        (&refused, "0x10A", Explained),
        (&refused, "0x1C07", Contradicted),
        (&refused, "0x204/0x104", Expected),
        (&refused, "0x516/9", UnknownCode),
        (&healthy, "0x2", Unexplained),
        (&healthy, "0x12345", UnknownCode),
        (&tls_reset, "0x12345", UnknownCode),
    ] {
        let fit = judged(evidence, shown).client_error_fit.unwrap();
        assert_eq!(fit.outcome, wanted, "{shown}: {}", fit.message);
        assert!(fit.message.ends_with('.') && !fit.message.contains(".."), "{}", fit.message);
    }
}

#[test]
fn a_contradiction_says_what_the_state_shows() {
    let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
    let message = judged(&refused, "0x904/7").client_error_fit.unwrap().message;
    assert!(message.contains("refuses TCP; that shows as 0x204, not 0x904/0x7"), "{message}");
    assert!(message.contains("The state has changed since, or another host or port was meant"), "{message}");
}

#[test]
fn no_code_of_a_client_turns_the_headline() {
    let states = [
        healthy(),
        with_clock(3600.0),
        failing(Stage::Connect, FailureKind::Refused, &[]),
        failing(Stage::Tls, FailureKind::Reset, &[]),
        failing(Stage::Credssp, FailureKind::CredsspError { code: 0xC000_005E, name: None }, &[]),
    ];
    let codes = [
        "0x904/7",
        "0x904/0",
        "0x104",
        "0x204",
        "0x807",
        "0xA07",
        "0xB07",
        "0x808",
        "0x3/9",
        "0x3/8",
        "0x3000008",
        "0x1807",
        "0x1D07",
        "0xB09",
        "0x1B07",
        "0x907",
        "0x12345",
    ];
    for evidence in &states {
        let alone = diagnose(evidence, None);
        for shown in codes {
            let heard = judged(evidence, shown);
            assert_eq!(heard.headline, alone.headline, "{shown}");
            assert_eq!(heard.expected_client_error, alone.expected_client_error, "{shown}");
        }
    }
}

#[test]
fn what_a_code_names_is_said_on_a_host_that_works() {
    let diagnosis = judged(&healthy(), "0x808");
    assert_eq!(finding(&diagnosis, Cause::Licensing).verdict, Verdict::Confirmed);
    assert_eq!(diagnosis.findings[0].cause, Cause::Licensing);
    assert!(diagnosis.summary.contains("0x808") || diagnosis.summary.contains("names licensing"));
    let not_proved = finding(&diagnosis, Cause::Licensing).not_proved.clone().unwrap();
    assert!(not_proved.contains("this host and this time"), "{not_proved}");
    assert_eq!(finding(&diagnosis, Cause::Licensing).evidence[0].at, "/client_error");
}

#[test]
fn a_code_confirms_nothing_against_what_was_measured() {
    let diagnosis = judged(&failing(Stage::Tls, FailureKind::Reset, &[]), "0xA07");
    assert_eq!(finding(&diagnosis, Cause::CredentialsRejected).verdict, Verdict::Possible);
    assert_ne!(diagnosis.findings[0].cause, Cause::CredentialsRejected);
    let clock = judged(&healthy(), "0x1D07");
    assert_eq!(finding(&clock, Cause::ClockSkew).verdict, Verdict::Possible);
    let clock = judged(&with_clock(3600.0), "0x1D07");
    assert_eq!(finding(&clock, Cause::ClockSkew).verdict, Verdict::Confirmed);
    assert_eq!(clock.client_error_fit.unwrap().outcome, Explained);
    let name = judged(&healthy(), "0x104");
    let name = finding(&name, Cause::NameNotResolved);
    assert_eq!(name.verdict, Verdict::Likely);
    assert!(name.contradiction.is_some() && name.message.contains("resolver"), "{name:?}");
    let expired = judged(&healthy(), "0x1B07");
    assert_eq!(finding(&expired, Cause::CertificateExpired).verdict, Verdict::Possible, "it was not read");
}

#[test]
fn a_lost_session_fits_what_takes_sessions_away() {
    let diagnosis = judged(&healthy(), "0x904/0");
    for cause in [
        Cause::PacketLoss,
        Cause::UnstablePath,
        Cause::UdpTransportDrops,
        Cause::HostAsleep,
        Cause::PolicyFlapping,
    ] {
        assert_eq!(finding(&diagnosis, cause).verdict, Verdict::Possible, "{cause}");
    }
    let before = judged(&healthy(), "0x904/7");
    assert_eq!(finding(&before, Cause::UdpTransportDrops).verdict, Verdict::NotObservable, "no session yet");
}

#[test]
fn equals_are_ranked_by_a_code_that_goes_with_the_state() {
    let place = |shown, cause| {
        let hung = failing(Stage::Negotiate, SILENT, &[]);
        let findings = judged(&hung, shown).findings;
        findings.iter().position(|finding| finding.cause == cause).unwrap()
    };
    let (hung, forwarder) = (Cause::ListenerHung, Cause::ForwarderWithoutBackend);
    assert!(place("0x704", hung) < place("0x704", forwarder));
    assert!(place("0x904/7", forwarder) < place("0x904/7", hung));
    // Of a port that refuses, 0x904 says nothing: another service there would have taken the connection.
    let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
    let causes = |diagnosis: Diagnosis| -> Vec<Cause> {
        diagnosis.findings.iter().map(|finding| finding.cause).collect()
    };
    assert_eq!(causes(judged(&refused, "0x904")), causes(diagnose(&refused, None)));
}

#[test]
fn clients_that_are_stopped_by_a_clock_have_their_codes() {
    let expected = diagnose(&with_clock(3600.0), None).expected_client_error;
    assert_eq!(expected.code, None);
    assert!(expected.detects(ClientError::new(0x1D07, None)));
    assert!(!expected.detects(ClientError::SOCKET_CLOSED));
    assert_eq!(diagnose(&healthy(), None).expected_client_error.alternatives, []);
}

#[test]
fn outcomes_have_their_codes() {
    for outcome in FitOutcome::ALL {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.code());
    }
    assert_eq!(outcome(&healthy(), "0x12345").to_string(), "unknown-code");
}
