//! What a comparison says, and what it must never say.

use rdpcheck_core::report::{Change, ChangedFinding, Direction, ReportDiff};
use rdpcheck_core::{Cause, Report};
use serde_json::json;

use super::{STORED, edited, judged};

fn causes(findings: &[ChangedFinding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.cause.code()).collect()
}

fn fact<'a>(diff: &'a ReportDiff, what: &str) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let fact = diff.facts.iter().find(|fact| fact.what == what)?;
    Some((fact.before.as_deref(), fact.after.as_deref()))
}

/// A stored report as if it were a later check of the host of another one.
fn later(name: &str, host: &Report) -> Report {
    let host: serde_json::Value = serde_json::from_str(&host.to_json()).unwrap();
    let (begun, ended) = (json!("2031-01-01T00:00:00Z"), json!("2031-01-01T00:00:05Z"));
    edited(name, &[("/target", host["target"].clone()), ("/started_at", begun), ("/finished_at", ended)])
}

#[test]
fn verdicts_over_pairs_of_stored_reports() {
    for (before, after, verdict, fixed) in [
        ("tls-reset-always", "windows-nla", Change::Better, Some("listener-key-unusable")),
        ("xrdp-key-unusable", "windows-nla", Change::Better, Some("listener-key-unusable")),
        ("certificate-expired", "windows-nla", Change::Better, Some("certificate-expired")),
        ("credssp-version-4", "windows-nla", Change::Better, Some("credssp-oracle-policy")),
        ("syn-dropped", "windows-nla", Change::Better, Some("firewall-drops")),
        ("not-rdp-ssh", "windows-nla", Change::Better, Some("not-rdp")),
        ("syn-dropped", "tls-reset-always", Change::Better, Some("firewall-drops")),
        ("windows-nla", "windows-nla", Change::Same, None),
        ("tls-reset-always", "tls-reset-always", Change::Same, None),
    ] {
        let first = judged(before);
        let second = later(after, &first);
        let diff = Report::diff(&first, &second);
        assert_eq!(diff.verdict, verdict, "{before} to {after}: {}", diff.summary);
        let found = causes(&diff.fixed);
        match fixed {
            Some(cause) => assert!(found.contains(&cause), "{before} to {after}: {found:?}"),
            None => assert!(found.is_empty() && diff.new.is_empty(), "{before} to {after}: {found:?}"),
        }
        assert_eq!(diff.before.headline, first.headline);
        assert_eq!(diff.after.headline, second.headline);
    }
}

#[test]
fn what_was_not_looked_at_is_not_fixed() {
    // The certificate had expired, and now nobody gets as far as the certificate.
    let before = judged("certificate-expired");
    for after in ["syn-dropped", "not-rdp-ssh", "xrdp-key-unusable"] {
        let diff = Report::diff(&before, &later(after, &before));
        assert!(!causes(&diff.fixed).contains(&"certificate-expired"), "{after}");
        let finding =
            diff.not_comparable.iter().find(|finding| finding.cause == Cause::CertificateExpired).unwrap();
        assert_eq!(finding.direction, Direction::NotSeenAgain, "{after}");
        assert_eq!(diff.verdict, Change::Worse, "{after}");
        assert!(diff.to_text().contains("nobody looked again"), "{after}");
    }
}

#[test]
fn a_cause_that_a_report_does_not_speak_of_is_not_fixed() {
    let before = judged("certificate-expired");
    let mut json: serde_json::Value = serde_json::from_str(&later("windows-nla", &before).to_json()).unwrap();
    json["findings"].as_array_mut().unwrap().retain(|finding| finding["cause"] != "certificate-expired");
    let diff = Report::diff(&before, &Report::from_json(&json.to_string()).unwrap());
    assert!(!causes(&diff.fixed).contains(&"certificate-expired"));
    let finding =
        diff.not_comparable.iter().find(|finding| finding.cause == Cause::CertificateExpired).unwrap();
    assert_eq!((finding.after, finding.direction), (None, Direction::NotSeenAgain));
}

#[test]
fn facts_that_differ_are_named() {
    let before = judged("deep-tls-1-0-only");
    let after = later("deep-healthy", &before);
    let diff = Report::diff(&before, &after);
    let (was, is) = fact(&diff, "TLS versions that are accepted").unwrap();
    assert!(was.unwrap().contains("TLS 1.0") && is.unwrap().contains("TLS 1.3"), "{was:?} {is:?}");
    assert!(!diff.clients.is_empty());
    let sha1 = "00".repeat(20);
    let renewed = edited(
        "windows-nla",
        &[
            ("/stages/certificate/facts/sha1", json!(sha1)),
            ("/stages/certificate/facts/not_after", json!("2031-01-01T00:00:00Z")),
            ("/stages/credssp/facts/version", json!(5)),
            ("/started_at", json!("2031-01-01T00:00:00Z")),
        ],
    );
    let diff = Report::diff(&judged("windows-nla"), &renewed);
    for (what, is) in [
        ("certificate thumbprint (SHA-1)", sha1.as_str()),
        ("certificate valid until", "2031-01-01"),
        ("CredSSP version", "5"),
    ] {
        assert_eq!(fact(&diff, what).unwrap().1, Some(is), "{what}");
    }
    assert_eq!(fact(&diff, "TLS version"), None);
    let lost = Report::diff(&judged("windows-nla"), &later("syn-dropped", &judged("windows-nla")));
    assert_eq!(fact(&lost, "TLS version").unwrap(), (Some("TLS 1.3"), None), "not seen is null");
    assert_eq!(fact(&lost, "error that a Windows client would show").unwrap(), (Some("none"), Some("0x204")));
}

#[test]
fn pairs_that_can_hardly_be_compared_are_warned_of() {
    let report = judged("windows-nla");
    assert!(Report::diff(&report, &report).warnings.is_empty());
    for (at, new, code, verdict) in [
        ("/target/port", json!(3390), "different-port", Change::NotComparable),
        ("/target/host", json!("host.example"), "different-name", Change::Same),
        ("/depth", json!("deep"), "different-depth", Change::Same),
        ("/started_at", json!("2001-01-01T00:00:00Z"), "order-reversed", Change::Same),
        ("/expiry_threshold_days", json!(3), "different-threshold", Change::Same),
        ("/client_error", json!({ "code": 2308, "extended": 7 }), "different-client-error", Change::Same),
        (
            "/stages/credssp/facts/challenge/dns_computer",
            json!("other.example"),
            "different-computer",
            Change::Same,
        ),
    ] {
        let diff = Report::diff(&report, &edited("windows-nla", &[(at, new)]));
        assert!(diff.warns(code), "{at}: {:?}", diff.warnings);
        assert_eq!(diff.verdict, verdict, "{at}");
        assert!(diff.to_text().contains("not sure"), "{at}");
    }
    let moved =
        edited("windows-nla", &[("/target/host", json!("a")), ("/target/addresses", json!(["192.0.2.1"]))]);
    let diff = Report::diff(&report, &moved);
    assert!(diff.warns("different-host") && diff.verdict == Change::NotComparable);

    let mut older: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    older["tool"]["version"] = json!("0.0.9");
    assert!(
        Report::diff(&Report::from_json(&older.to_string()).unwrap(), &report).warns("different-version")
    );
}

/// One check judged by two versions: nothing was repaired.
#[test]
fn another_judgement_is_no_repair() {
    let report = judged("certificate-expired");
    let mut other: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    let findings = other["findings"].as_array_mut().unwrap();
    let finding = findings.iter_mut().find(|finding| finding["cause"] == "certificate-expired").unwrap();
    finding["verdict"] = json!("ruled-out");
    other["headline"] = json!("healthy");
    let diff = Report::diff(&report, &Report::from_json(&other.to_string()).unwrap());
    assert!(diff.warns("same-check") && diff.fixed.is_empty() && diff.verdict == Change::NotComparable);
}

#[test]
fn an_unknown_headline_is_neither_better_nor_worse() {
    let failing = judged("tls-reset-always");
    let mut unknown: serde_json::Value = serde_json::from_str(&failing.to_json()).unwrap();
    unknown["headline"] = json!("unknown");
    unknown["started_at"] = json!("2031-01-01T00:00:00Z");
    let unknown = Report::from_json(&unknown.to_string()).unwrap();
    for (before, after) in [(&failing, &unknown), (&unknown, &failing)] {
        let diff = Report::diff(before, after);
        assert!(diff.verdict == Change::NotComparable && diff.warns("could-not-tell"));
    }
}

#[test]
fn a_report_against_itself_and_the_mirror() {
    let reports: Vec<(&str, Report)> = STORED.iter().map(|(name, ..)| (*name, judged(name))).collect();
    for (a, first) in &reports {
        let itself = Report::diff(first, first);
        assert!(itself.fixed.is_empty() && itself.new.is_empty() && itself.changed.is_empty(), "{a}");
        assert!(itself.facts.is_empty() && itself.clients.is_empty() && itself.warnings.len() <= 1, "{a}");
        assert_eq!(itself.verdict, Change::Same, "{a}");
        for (b, _) in &reports {
            let second = later(b, first);
            let (there, back) = (Report::diff(first, &second), Report::diff(&second, first));
            let pair = format!("{a} and {b}");
            assert_eq!(causes(&there.fixed), causes(&back.new), "{pair}");
            assert_eq!(causes(&there.new), causes(&back.fixed), "{pair}");
            assert_eq!(causes(&there.unchanged), causes(&back.unchanged), "{pair}");
            assert_eq!(causes(&there.not_comparable), causes(&back.not_comparable), "{pair}");
            let mirrored = |list: &[ChangedFinding]| -> Vec<_> {
                list.iter().map(|finding| (finding.cause, finding.after, finding.before)).collect()
            };
            let plain: Vec<_> =
                back.changed.iter().map(|finding| (finding.cause, finding.before, finding.after)).collect();
            assert_eq!(mirrored(&there.changed), plain, "{pair}");
            let facts = |diff: &ReportDiff, turned: bool| -> Vec<_> {
                let turn = |fact: &rdpcheck_core::report::ChangedFact| {
                    let (before, after) = (fact.before.clone(), fact.after.clone());
                    if turned { (fact.at.clone(), after, before) } else { (fact.at.clone(), before, after) }
                };
                diff.facts.iter().map(turn).collect()
            };
            assert_eq!(facts(&there, true), facts(&back, false), "{pair}");
            let turned = match back.verdict {
                Change::Better => Change::Worse,
                Change::Worse => Change::Better,
                other => other,
            };
            assert_eq!(there.verdict, turned, "{pair}");
        }
    }
}

#[test]
fn the_text_fits_a_screen_and_the_json_comes_back() {
    for (a, ..) in STORED {
        for (b, ..) in STORED {
            let first = judged(a);
            let diff = Report::diff(&first, &later(b, &first));
            let text = diff.to_text();
            assert!(text.lines().count() <= 60, "{a} and {b}:\n{text}");
            assert!(text.lines().all(|line| line.chars().count() <= 140), "{a} and {b}:\n{text}");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
            assert!(text.starts_with(&diff.verdict.code().to_uppercase()));
            assert_eq!(serde_json::from_str::<ReportDiff>(&diff.to_json()).unwrap(), diff);
        }
    }
    let hostile =
        edited("windows-nla", &[("/stages/certificate/facts/subject", json!("CN=\u{1b}[31m\u{202e}x"))]);
    let text = Report::diff(&judged("windows-nla"), &hostile).to_text();
    assert!(text.contains("\\u{1b}") && !text.contains('\u{1b}') && !text.contains('\u{202e}'));
}
