//! Older and newer reports stay readable, and judging again changes nothing but the judgement.

use rdpcheck_core::{Cause, ClientError, Error, Report};
use serde_json::{Value, json};

use super::{STORED, judged, stored, value};

#[test]
fn every_stored_report_is_in_the_list() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let listed: Vec<&str> = STORED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(found, listed);
}

#[test]
fn older_reports_are_read() {
    for (name, headline, first) in STORED {
        let json = stored(name);
        let as_written = Report::from_json(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        for report in [&as_written, &judged(name)] {
            assert_eq!(report.headline.code(), *headline, "{name}");
            if let Some(first) = first {
                assert_eq!(report.findings[0].cause.code(), *first, "{name}");
            }
        }
    }
}

#[test]
fn nothing_of_the_check_is_lost() {
    for (name, ..) in STORED {
        let written = value(name);
        let again: Value = serde_json::from_str(&judged(name).to_json()).unwrap();
        for key in [
            "schema_version",
            "target",
            "started_at",
            "finished_at",
            "client_error",
            "connections",
            "connections_at_once",
            "depth",
            "connect_attempts",
            "follow_ups_ended",
            "expiry_threshold_days",
        ] {
            assert_eq!(again[key], written[key], "{name}: {key}");
        }
        for list in ["stages", "follow_ups"] {
            contains(&again[list], &written[list], &format!("{name}: {list}"));
        }
        assert_eq!(again["tool"]["version"], env!("CARGO_PKG_VERSION"), "{name}");
    }
}

/// Whether all that was written is still there; a later version may add keys.
fn contains(now: &Value, written: &Value, at: &str) {
    match (now, written) {
        (Value::Object(now), Value::Object(written)) => {
            for (key, value) in written {
                contains(now.get(key).unwrap_or(&Value::Null), value, &format!("{at}/{key}"));
            }
        }
        (Value::Array(now), Value::Array(written)) if now.len() == written.len() => {
            now.iter().zip(written).for_each(|(now, written)| contains(now, written, at));
        }
        (Value::Number(a), Value::Number(b)) => {
            let difference = a.as_f64().unwrap() - b.as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{at}: {a} against {b}");
        }
        _ => assert_eq!(now, written, "{at}"),
    }
}

#[test]
fn judging_again_is_stable() {
    for (name, ..) in STORED {
        let once = judged(name);
        assert_eq!(once, once.diagnosed_again(), "{name}");
        assert_eq!(once, Report::diagnose_json(&once.to_json(), None).unwrap(), "{name}");
        assert_eq!(once, Report::from_json(&once.to_json()).unwrap(), "{name}");
        let diagnosis = rdpcheck_core::diagnose::diagnose(&once.evidence(), once.client_error);
        assert_eq!((diagnosis.headline, diagnosis.findings), (once.headline, once.findings), "{name}");
    }
}

/// A report of a later version: keys and conclusions that nobody here knows.
fn of_the_future(name: &str) -> Value {
    let mut report = value(name);
    add_keys(&mut report);
    report["tool"]["version"] = json!("9.0.0");
    report["findings"][0]["cause"] = json!("cause-of-the-future");
    report["findings"][1]["verdict"] = json!("nearly");
    report["peer"]["product"] = json!("product-of-the-future");
    report["headline"] = json!("so-so");
    report["expected_client_error"] = json!("another shape");
    report["clients"] = json!([{ "client": "windows-14" }]);
    for follow_up in report["follow_ups"].as_array_mut().unwrap() {
        follow_up["asked_for"].as_array_mut().unwrap().push(json!("cause-of-the-future"));
        let changed = json!({ "cause": "cause-of-the-future", "before": "possible", "after": "nearly" });
        follow_up["changed"].as_array_mut().unwrap().push(changed);
    }
    report
}

fn add_keys(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            keys.values_mut().for_each(add_keys);
            // Bytes of a peer are one of two keys, which is a choice and not a set of keys.
            if !keys.contains_key("hex") && !keys.contains_key("text") {
                keys.insert("key_of_the_future".to_owned(), json!({ "with": ["more", 1, null] }));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(add_keys),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn reports_of_the_future_are_read() {
    for (name, ..) in STORED {
        let mut report = value(name);
        add_keys(&mut report);
        let read = Report::from_json(&report.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read, Report::from_json(&stored(name)).unwrap(), "{name}");

        let again = Report::diagnose_json(&of_the_future(name).to_string(), None)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(again, judged(name), "{name}");
    }
}

#[test]
fn findings_are_not_needed() {
    for (name, ..) in STORED {
        let mut report = value(name);
        for key in ["findings", "headline", "summary", "expected_client_error", "peer", "clients", "tool"] {
            report.as_object_mut().unwrap().remove(key).unwrap();
        }
        assert_eq!(Report::diagnose_json(&report.to_string(), None).unwrap(), judged(name), "{name}");
    }
}

#[test]
fn unknown_evidence_is_refused_by_place_and_value() {
    for (name, at, new, says) in [
        (
            "windows-nla",
            "/stages/negotiate/facts/aftermath",
            json!("x"),
            "/stages/negotiate/facts/aftermath: unknown variant `x`",
        ),
        ("windows-nla", "/follow_ups_ended", json!("tired"), "/follow_ups_ended: unknown variant `tired`"),
        ("windows-nla", "/depth", json!("bottomless"), "/depth: unknown variant `bottomless`"),
        (
            "tls-reset-always",
            "/follow_ups/1/probe",
            json!("stare"),
            "/follow_ups/1/probe: unknown variant `stare`",
        ),
        (
            "tls-reset-always",
            "/stages/tls/failure/how",
            json!("bored"),
            "/stages/tls/failure/how: unknown variant `bored`",
        ),
        (
            "tls-reset-always",
            "/stages/credssp/reason",
            json!("bored"),
            "/stages/credssp: unknown reason \"bored\" of a skipped stage",
        ),
        (
            "tls-reset-always",
            "/stages/tls/status",
            json!("asleep"),
            "/stages/tls/status: unknown variant `asleep`",
        ),
        ("windows-nla", "/connections", json!(-1), "/connections: invalid value: integer `-1`"),
        ("windows-nla", "/started_at", json!("yesterday"), "/started_at: "),
        ("windows-nla", "/duration_seconds", json!(-1), "/duration_seconds: "),
        ("windows-nla", "/stages", json!([]), "/stages is no object"),
        ("windows-nla", "/follow_ups", json!({}), "/follow_ups is no list"),
        ("windows-nla", "/schema_version", json!(2), "schema_version is 2, only 1 is understood"),
    ] {
        let mut report = value(name);
        *report.pointer_mut(at).unwrap() = new;
        let error = Report::diagnose_json(&report.to_string(), None).unwrap_err();
        let Error::InvalidReport { problem } = &error else { panic!("{error:?}") };
        assert!(problem.starts_with(says), "{problem:?} does not begin with {says:?}");
    }
    let mut report = value("windows-nla");
    report["stages"].as_object_mut().unwrap().remove("tls");
    let error = Report::diagnose_json(&report.to_string(), None).unwrap_err();
    assert_eq!(error.to_string(), "invalid report: /stages/tls is missing");
    for (json, says) in [("", "EOF"), ("[]", "the report is no object"), ("{}", "/schema_version is missing")]
    {
        let error = Report::diagnose_json(json, None).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn another_client_error_can_be_given() {
    let json = stored("tls-reset-always");
    let shown = ClientError::new(0x204, None);
    let report = Report::diagnose_json(&json, Some(shown)).unwrap();
    assert_eq!(report.client_error, Some(shown));
    let kept = Report::diagnose_json(&report.to_json(), None).unwrap();
    assert_eq!(kept, report);
    assert_eq!(judged("tls-reset-always").client_error, Some(ClientError::SOCKET_CLOSED), "as it was stored");
    assert_eq!(judged("windows-nla").client_error, None);
}

/// No stored value, however odd, does more than make the report invalid.
#[test]
fn odd_values_cannot_panic() {
    let odd = [
        Value::Null,
        json!(0),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(1.2e19),
        json!(""),
        json!("9999-12-31T23:59:59Z"),
        json!("0000-01-01T00:00:00Z"),
        json!({}),
    ];
    for name in ["deep-healthy", "tls-reset-always"] {
        let mut whole = value(name);
        whole.as_object_mut().unwrap().retain(|key, _| !["findings", "clients"].contains(&key.as_str()));
        let mut places = Vec::new();
        leaves(&whole, String::new(), &mut places);
        let mut read = 0;
        for at in &places {
            let right = whole.pointer(at).unwrap().clone();
            for wrong in &odd {
                *whole.pointer_mut(at).unwrap() = wrong.clone();
                if let Ok(report) = Report::diagnose_json(&whole.to_string(), None) {
                    read += 1;
                    assert_eq!(report.findings.len(), Cause::ALL.len());
                    assert!(!report.to_text().is_empty());
                }
            }
            *whole.pointer_mut(at).unwrap() = right;
        }
        assert!(read > places.len(), "{name}: {read} of {} were read", places.len());
    }
}

#[test]
fn a_round_trip_of_ages_is_read() {
    let mut report = value("tls-reset-always");
    let failure = &mut report["stages"]["tls"]["failure"];
    failure["how"] = json!("timed-out");
    failure["request"] = json!("acknowledged");
    failure["round_trip_seconds"] = json!(1.2e19);
    assert_eq!(Report::diagnose_json(&report.to_string(), None).unwrap().headline.code(), "unknown");
}

fn leaves(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(keys) => {
            keys.iter().for_each(|(key, value)| leaves(value, format!("{at}/{key}"), places))
        }
        // Of a long list of alike things, the first ones.
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .take(2)
                .for_each(|(index, item)| leaves(item, format!("{at}/{index}"), places));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => places.push(at),
    }
}
