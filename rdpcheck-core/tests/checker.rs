//! The checker against scripted hosts: what it does to them, and that it ends.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::time::{Duration, Instant};

use rdpcheck_core::{
    Cause, CheckOptions, Checker, ClientError, Depth, Error, Headline, Report, Target, Verdict, blocking,
};
use rdpcheck_lab::{End, LabHost, Scenario};

fn host(rules: &str) -> LabHost {
    let scenario: Scenario = format!("title = \"a test\"\n{rules}").parse().unwrap();
    LabHost::start(&scenario).unwrap()
}

fn healthy() -> LabHost {
    host(
        "[[rule]]\nwhen = { offers = 8 }\nnegotiate = { select = 8, flags = 0x1F }\n\n[[rule]]\nnegotiate = { fail = 5 }",
    )
}

fn target(host: &LabHost) -> Target {
    host.address().to_string().parse().unwrap()
}

fn check(host: &LabHost, options: CheckOptions) -> Report {
    blocking::check(&target(host), options).unwrap()
}

/// A check must end at its deadline; half a second is for a machine under load.
fn within(limit: Duration, work: impl FnOnce() -> Report) -> Report {
    let begun = Instant::now();
    let report = work();
    let took = begun.elapsed();
    assert!(took < limit + Duration::from_millis(500), "took {took:?}, the limit is {limit:?}");
    report
}

#[test]
fn a_healthy_host_sees_one_connection_that_ends_politely() {
    let host = healthy();
    let report = check(&host, CheckOptions::default());
    assert_eq!((report.headline, report.connections), (Headline::Healthy, 1));
    assert!(report.follow_ups.is_empty());
    let log = host.settled_log(Duration::from_secs(5));
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].request.as_ref().and_then(|request| request.protocols), Some(0x0b));
    assert_eq!(log[0].credssp_version, Some(6));
    assert!(log[0].close_notify, "TLS is closed in order");
    assert_eq!(log[0].end, End::ClientFinished, "TCP is closed in order");
}

#[test]
fn depth_deep_asks_whether_nla_is_required() {
    let host = healthy();
    let report = check(&host, CheckOptions::default().depth(Depth::Deep));
    assert_eq!(report.headline, Headline::Healthy);
    assert!(
        (2..=60).contains(&report.connections) && report.connections_at_once <= 2,
        "{}",
        report.connections
    );
    let negotiation = serde_json::to_value(&report).unwrap();
    assert_eq!(negotiation["stages"]["negotiate"]["facts"]["network_level_authentication"], "required");
    let finding = report.finding(Cause::NlaRequired).unwrap();
    assert_eq!(finding.verdict, Verdict::Possible, "required NLA is normal");
}

#[test]
fn the_text_says_what_was_looked_for_only_when_it_was() {
    let host = healthy();
    let looked = "was looked for and not found";
    assert!(!check(&host, CheckOptions::default()).to_text().contains(looked));
    let report = check(&host, CheckOptions::default().client_error(ClientError::SOCKET_CLOSED));
    let clean = [Cause::PacketLoss, Cause::UnstablePath]
        .into_iter()
        .all(|cause| report.finding(cause).unwrap().verdict == Verdict::RuledOut);
    // On a busy machine, segments are sent again even on loopback.
    assert_eq!(report.to_text().contains(looked), clean, "{}", report.to_text());
    assert!(report.stages.path.facts().is_some());
}

#[test]
fn every_report_speaks_of_every_cause_once() {
    let report = check(&healthy(), CheckOptions::default());
    let mut causes: Vec<Cause> = report.findings.iter().map(|finding| finding.cause).collect();
    causes.sort();
    assert_eq!(causes, Cause::ALL);
    for finding in &report.findings {
        let open = finding.verdict.is_open();
        let unsettled = !matches!(finding.verdict, Verdict::Confirmed | Verdict::RuledOut);
        assert!(!finding.message.is_empty());
        assert_eq!(
            open,
            open && !finding.evidence.is_empty(),
            "{}: an open verdict rests on something",
            finding.cause
        );
        assert_eq!(finding.settle_by.is_empty(), !unsettled, "{}", finding.cause);
    }
}

#[test]
fn evidence_references_point_into_the_report() {
    for rules in [
        "[[rule]]\nnegotiate = { select = 8, flags = 0x1F }",
        "[[rule]]\nnegotiate = { fail = 2 }",
        "[[rule]]\nwhen = { first = \"x224\" }\nnegotiate = { end = \"reset\" }",
        "[[rule]]\nnegotiate = { select = 1 }\ntls = { end = \"close\" }",
        "[[rule]]\ngreeting = { text = \"SSH-2.0-x\\r\\n\" }",
    ] {
        let report = check(&host(rules), CheckOptions::default());
        let json = serde_json::to_value(&report).unwrap();
        for reference in report.findings.iter().flat_map(|finding| &finding.evidence) {
            assert!(json.pointer(&reference.at).is_some_and(|value| !value.is_null()), "{}", reference.at);
        }
    }
}

#[test]
fn a_report_survives_json() {
    let report = check(&healthy(), CheckOptions::default().client_error(ClientError::SOCKET_CLOSED));
    assert_eq!(Report::from_json(&report.to_json()).unwrap(), report);
    assert_eq!(Report::from_json(&report.to_json_pretty()).unwrap(), report);
    let other = report.to_json().replace("\"schema_version\":1", "\"schema_version\":2");
    assert_eq!(Report::from_json(&other).unwrap_err().code(), "invalid-report");
    assert!(Report::from_json("{}").is_err());
}

#[test]
fn the_deadline_ends_whatever_the_host_does() {
    let limit = Duration::from_millis(700);
    for rules in [
        "[[rule]]\naccept = \"hold\"",
        "[[rule]]\naccept = \"flood\"",
        "[[rule]]\nnegotiate = { select = 8, write_chunk = 1, pause_ms = 200 }",
        "[[rule]]\nnegotiate = { select = 8 }\ntls = { end = \"silent\" }",
        "[[rule]]\nnegotiate = { select = 8 }\ncredssp = { end = \"silent\" }",
    ] {
        let host = host(rules);
        let report = within(limit, || check(&host, CheckOptions::default().deadline(limit)));
        assert_ne!(report.headline, Headline::Healthy, "{rules}");
        let sure = |finding: &&rdpcheck_core::Finding| finding.verdict == Verdict::Confirmed;
        let confirmed: Vec<_> = report.findings.iter().filter(sure).map(|finding| finding.cause).collect();
        assert_eq!(confirmed, [], "{rules}: nothing is sure after so short a time");
    }
}

#[test]
fn a_check_can_be_stopped() {
    let host = host("[[rule]]\naccept = \"hold\"");
    let checker = blocking::Checker::new(CheckOptions::default()).unwrap();
    let begun = Instant::now();
    let stopped = checker.check_until(&target(&host), || begun.elapsed() > Duration::from_millis(200));
    assert_eq!(stopped.unwrap_err(), Error::Cancelled);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn budgets_hold() {
    let host = host("[[rule]]\naccept = \"close\"");
    let report = check(&host, CheckOptions::default().depth(Depth::Quick));
    assert_eq!(report.connections, 3);
    assert_eq!(serde_json::to_value(report.follow_ups_ended).unwrap(), "budget-spent");
    assert_eq!(host.connections(), 3);
}

#[test]
fn a_shown_code_ranks_equals() {
    let host = host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { end = \"reset\" }\n\n[[rule]]\nnegotiate = { select = 8 }",
    );
    let first = |options| check(&host, options).findings[0].cause;
    assert_eq!(first(CheckOptions::default()), Cause::UnstablePath);
    let host = self::host(
        "[[rule]]\nwhen = { connection = 1 }\nnegotiate = { end = \"reset\" }\n\n[[rule]]\nnegotiate = { select = 8 }",
    );
    let report = check(&host, CheckOptions::default().client_error(ClientError::SOCKET_CLOSED));
    assert_eq!(report.findings[0].cause, Cause::ConnectionLimit, "0x904/0x7 is not what a lost path shows");
}

#[test]
fn detection_needs_no_client_error() {
    let closed = check(
        &host("[[rule]]\nnegotiate = { select = 1 }\ntls = { end = \"reset\" }"),
        CheckOptions::default(),
    );
    assert!(closed.detects(0x904, Some(7)) && closed.detects(0x904, None));
    assert!(!closed.detects(0x904, Some(0)) && !closed.detects(0x204, None));
    assert!(!check(&healthy(), CheckOptions::default()).detects(0x904, Some(7)));
    let refused = host("[host]\nlisten = \"closed\"\n\n[[rule]]\nnegotiate = { select = 8 }");
    let refused = check(&refused, CheckOptions::default());
    assert!(refused.detects(0x204, None) && !refused.detects(0x904, Some(7)));
}

#[test]
fn options_are_checked_before_anything_is_sent() {
    let error = Checker::new(CheckOptions::default().tls_timeout(Duration::ZERO)).unwrap_err();
    assert_eq!(error.to_string(), "invalid tls_timeout: 0 s; allowed: 0.01 to 600 seconds");
    let error = blocking::Checker::new(CheckOptions::default().server_name("a b")).unwrap_err();
    assert_eq!(error.to_string(), "invalid server_name: \"a b\"; allowed: a host name without a port");
}

#[test]
fn names_that_do_not_exist_are_data() {
    let report = blocking::check(&"no-such-host.invalid".parse().unwrap(), CheckOptions::default()).unwrap();
    assert_eq!(report.headline, Headline::Unreachable);
    assert_eq!(report.findings[0].cause, Cause::NameNotResolved);
    assert!(report.detects(0x104, None));
}

#[cfg(target_os = "linux")]
#[test]
fn an_address_without_a_route_is_data() {
    // No packet leaves: Linux refuses to open a TCP connection to the broadcast address.
    let report = blocking::check(&"255.255.255.255".parse().unwrap(), CheckOptions::default()).unwrap();
    assert_eq!(report.headline, Headline::Unreachable);
    assert_eq!(
        (report.findings[0].cause, report.findings[0].verdict),
        (Cause::NetworkUnreachable, Verdict::Confirmed)
    );
}

#[test]
fn many_checks_run_at_once() {
    let host = healthy();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let checker = Checker::new(CheckOptions::default()).unwrap();
        let target = target(&host);
        let mut checks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (checker, target) = (checker.clone(), target.clone());
            checks.spawn(async move { checker.check(&target).await });
        }
        while let Some(report) = checks.join_next().await {
            assert_eq!(report.unwrap().unwrap().headline, Headline::Healthy);
        }
    });
}

#[test]
fn types_can_be_sent_and_shared() {
    fn fits<T: Send + Sync + 'static>() {}
    fits::<Checker>();
    fits::<blocking::Checker>();
    fits::<Report>();
    fits::<Error>();
    fits::<Target>();
}

#[test]
fn an_address_of_another_family_is_a_wrong_option() {
    use rdpcheck_core::AddressFamily;
    let options = CheckOptions::default().address_family(AddressFamily::Ipv6);
    let error = blocking::check(&"127.0.0.1".parse().unwrap(), options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid address_family: ipv6 for 127.0.0.1; allowed: any, or the family of the address that is given"
    );
}

#[test]
fn a_slow_host_is_not_blamed_for_short_limits() {
    let slow = || host("[[rule]]\nnegotiate = { select = 8, flags = 0x1F, delay_ms = 1200 }");
    for options in [
        CheckOptions::default().negotiate_timeout(Duration::from_millis(500)),
        CheckOptions::default().deadline(Duration::from_millis(900)),
    ] {
        let report = check(&slow(), options);
        let fair = matches!(report.headline, Headline::Healthy | Headline::Unknown);
        assert!(fair, "{}", report.to_text());
    }
}

#[test]
fn every_connection_is_accounted_for() {
    // The answer comes while a follow-up is under way beside the main connection.
    let slow = host(
        "[[rule]]\nwhen = { first = \"x224\" }\nnegotiate = { select = 8, flags = 0x1F, delay_ms = 1800 }\n\n[[rule]]\naccept = \"hold\"",
    );
    let report = check(&slow, CheckOptions::default());
    assert_eq!(report.headline, Headline::Healthy, "{}", report.to_text());
    let listed = 1 + report.follow_ups.len();
    assert!(listed > 1 && usize::try_from(report.connections).unwrap() == listed, "{}", report.to_json());
}
