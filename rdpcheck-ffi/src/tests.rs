//! The exported functions, called as C calls them.
//!
//! Long because every accessor is compared with the JSON here, by helpers that the tests share.
#![expect(unsafe_code, reason = "the functions under test take pointers")]
#![expect(
    clippy::multiple_unsafe_ops_per_block,
    clippy::semicolon_outside_block,
    reason = "a row of calls shares one reason why its pointers are good"
)]

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char};
use std::ptr;

use rdpcheck_lab::{LabHost, Scenario};

use crate::cancel::*;
use crate::cause::*;
use crate::check::*;
use crate::client_error::*;
use crate::client_outlook::*;
use crate::diff::*;
use crate::error::*;
use crate::explanation::*;
use crate::finding::*;
use crate::headline::*;
use crate::options::*;
use crate::remedy::*;
use crate::report::*;
use crate::stage::*;
use crate::status::*;
use crate::string::*;
use crate::verdict::*;
use crate::version::*;

const INIT: Options = Options {
    struct_size: 88,
    flags: 0,
    deadline_ms: 0,
    resolve_timeout_ms: 0,
    connect_timeout_ms: 0,
    negotiate_timeout_ms: 0,
    tls_timeout_ms: 0,
    credssp_timeout_ms: 0,
    depth: 0,
    address_family: 0,
    client_error_code: 0,
    client_error_extended: 0,
    expiry_threshold_days: 0,
    reserved: 0,
    server_name: ptr::null(),
    cancel: ptr::null(),
    probe_name: ptr::null(),
    wake_on_lan: ptr::null(),
};

/// Nothing listens here.
const NOBODY: &CStr = c"127.0.0.1:1";

fn owned(text: Str) -> String {
    // SAFETY: texts that are handed out end in NUL, and the caller of this keeps their owner alive.
    let c = unsafe { CStr::from_ptr(text.data) };
    assert_eq!(c.count_bytes(), text.len);
    c.to_str().unwrap().to_owned()
}

fn fixed(text: *const c_char) -> &'static str {
    // SAFETY: the text is of the library, which is never unloaded here.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap()
}

/// The text of an owned string, which is freed.
fn taken(string: *mut OwnedString) -> String {
    assert!(!string.is_null());
    // SAFETY: the string was just made.
    let text = owned(unsafe { rdpcheck_string_view(string) });
    // SAFETY: it is freed once.
    unsafe { rdpcheck_string_free(string) };
    text
}

fn call<T>(body: impl FnOnce(*mut *mut T, *mut *mut Error) -> Status) -> Result<*mut T, (Status, String)> {
    let mut report = ptr::null_mut();
    let mut error = ptr::null_mut();
    let status = body(&raw mut report, &raw mut error);
    if status == Status::Ok {
        assert!(!report.is_null() && error.is_null());
        return Ok(report);
    }
    assert!(report.is_null() && !error.is_null());
    // SAFETY: the error was just made.
    let (code, message) = unsafe { (rdpcheck_error_code(error), owned(rdpcheck_error_message(error))) };
    // SAFETY: it is freed once.
    unsafe { rdpcheck_error_free(error) };
    assert_eq!(code, status);
    Err((status, message))
}

fn check(target: &CStr, options: *const Options) -> Result<*mut Report, (Status, String)> {
    // SAFETY: the pointers are to what lives during the call.
    call(|report, error| unsafe { rdpcheck_check(target.as_ptr(), options, report, error) })
}

fn from_json(json: &str) -> Result<*mut Report, (Status, String)> {
    let json = CString::new(json).unwrap();
    // SAFETY: the pointers are to what lives during the call.
    call(|report, error| unsafe { rdpcheck_report_from_json(json.as_ptr(), report, error) })
}

fn refusal(options: &Options) -> (Status, String) {
    check(NOBODY, options).unwrap_err()
}

fn free(report: *mut Report) {
    // SAFETY: each test frees what it was given once.
    unsafe { rdpcheck_report_free(report) };
}

fn lab(scenario: &str) -> (LabHost, CString) {
    let scenario: Scenario = scenario.parse().unwrap();
    let host = LabHost::start(&scenario).unwrap();
    let target = CString::new(host.address().to_string()).unwrap();
    (host, target)
}

fn broken() -> (LabHost, CString) {
    lab(
        "title = \"a host that resets at the ClientHello\"\n[[rule]]\nnegotiate = { select = 1 }\ntls = { end = \"reset\" }\n",
    )
}

fn json_of(report: *const Report, pretty: bool) -> String {
    // SAFETY: the report is alive.
    taken(unsafe { rdpcheck_report_json(report, pretty) })
}

#[test]
fn bad_targets_are_named() {
    for (target, problem) in [
        (c"", "invalid target \"\": empty"),
        (c"host:70000", "port \"70000\" is not a number from 1 to 65535"),
        (c"rdp://host", "a URL is not understood"),
    ] {
        let (status, message) = check(target, ptr::null()).unwrap_err();
        assert_eq!(status, Status::InvalidTarget);
        assert!(message.contains(problem), "{message}");
        assert!(message.contains("allowed: host, host:port"), "{message}");
    }
    let (status, message) = check(c"h\xFFst", ptr::null()).unwrap_err();
    assert_eq!((status, message.as_str()), (Status::InvalidUtf8, "target is not UTF-8: byte 1 does not fit"));
}

#[test]
fn null_arguments_are_named() {
    let mut report = ptr::null_mut();
    let mut error = ptr::null_mut();
    // SAFETY: NULL is what is tested; the rest lives during the call.
    let status = unsafe { rdpcheck_check(ptr::null(), ptr::null(), &raw mut report, &raw mut error) };
    assert_eq!(status, Status::NullPointer);
    // SAFETY: the error was just made.
    assert_eq!(owned(unsafe { rdpcheck_error_message(error) }), "target is NULL");
    // SAFETY: it is freed once.
    unsafe { rdpcheck_error_free(error) };
    // SAFETY: as above.
    let status = unsafe { rdpcheck_check(NOBODY.as_ptr(), ptr::null(), ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(status, Status::NullPointer);
    // SAFETY: as above.
    let status = unsafe { rdpcheck_report_from_json(ptr::null(), &raw mut report, ptr::null_mut()) };
    assert_eq!(status, Status::NullPointer);
    // SAFETY: as above.
    unsafe {
        let (mut shown, mut explanation) = (ptr::null_mut(), ptr::null_mut());
        for status in [
            rdpcheck_report_diagnose_json(ptr::null(), ptr::null(), &raw mut report, ptr::null_mut()),
            rdpcheck_report_diagnose_json(c"{}".as_ptr(), ptr::null(), ptr::null_mut(), ptr::null_mut()),
            rdpcheck_client_error_parse(ptr::null(), &raw mut shown, ptr::null_mut()),
            rdpcheck_client_error_parse(c"0x904".as_ptr(), ptr::null_mut(), ptr::null_mut()),
            rdpcheck_explain_text(ptr::null(), &raw mut explanation, ptr::null_mut()),
            rdpcheck_explain_text(c"0x904".as_ptr(), ptr::null_mut(), ptr::null_mut()),
        ] {
            assert_eq!(status, Status::NullPointer);
        }
        assert!(shown.is_null() && explanation.is_null());
    }
    assert!(report.is_null());
}

#[test]
fn bad_options_are_named_with_their_range() {
    let name = c"192.0.2.1";
    let spaced = c"a b";
    let group = c"ff:ff:ff:ff:ff:ff";
    let not_utf8 = c"\xC3(";
    for (options, text) in [
        (Options { deadline_ms: 99, ..INIT }, "invalid deadline: 0.099 s; allowed: 0.1 to 600 seconds"),
        (
            Options { deadline_ms: u32::MAX, ..INIT },
            "invalid deadline: 4294967.295 s; allowed: 0.1 to 600 seconds",
        ),
        (Options { tls_timeout_ms: 9, ..INIT }, "invalid tls_timeout: 0.009 s; allowed: 0.01 to 600 seconds"),
        (Options { depth: 4, ..INIT }, "invalid depth: 4; allowed: an rdpcheck_depth, 0 to 3"),
        (
            Options { address_family: 9, ..INIT },
            "invalid address_family: 9; allowed: an rdpcheck_address_family, 0 to 3",
        ),
        (Options { flags: 8 | 1, ..INIT }, "invalid flags: 0x8; allowed: RDPCHECK_HAS_..., combined by |"),
        (Options { reserved: 1, ..INIT }, "invalid reserved: 1; allowed: 0"),
        (
            Options { client_error_extended: 7, ..INIT },
            "invalid client_error_extended: 7; allowed: only with client_error_code",
        ),
        (
            Options { expiry_threshold_days: 3651, ..INIT },
            "invalid expiry_threshold_days: 3651; allowed: 0 to 3650 days",
        ),
        (
            Options { server_name: name.as_ptr(), ..INIT },
            "invalid server_name: \"192.0.2.1\"; allowed: a host name without a port",
        ),
        (
            Options { probe_name: spaced.as_ptr(), ..INIT },
            "invalid probe_name: a b; allowed: 1 to 64 printable ASCII characters but space and semicolon",
        ),
        (
            Options { wake_on_lan: group.as_ptr(), ..INIT },
            "invalid wake_on_lan: ff:ff:ff:ff:ff:ff; allowed: aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff or \
             aabbccddeeff, the address of one network adapter",
        ),
    ] {
        assert_eq!(refusal(&options), (Status::InvalidOptions, text.to_owned()));
    }
    for (options, option) in [
        (Options { server_name: not_utf8.as_ptr(), ..INIT }, "server_name"),
        (Options { probe_name: not_utf8.as_ptr(), ..INIT }, "probe_name"),
        (Options { wake_on_lan: not_utf8.as_ptr(), ..INIT }, "wake_on_lan"),
    ] {
        let message = format!("{option} is not UTF-8: byte 0 does not fit");
        assert_eq!(refusal(&options), (Status::InvalidUtf8, message));
    }
}

#[test]
fn sizes_of_older_and_newer_headers() {
    #[repr(C)]
    struct Newer {
        options: Options,
        more: [u32; 2],
    }
    assert_eq!(size_of::<Options>(), 88);
    for size in [0, 3, 5, 10, 55, 57, 60, 68, 76, 84, 4097, u32::MAX] {
        let (status, message) = refusal(&Options { struct_size: size, ..INIT });
        assert_eq!(status, Status::BadStructSize, "{size}");
        assert!(message.contains(&format!("is {size};")), "{message}");
    }
    // What lies beyond the size is not looked at.
    let options = Options { struct_size: 8, deadline_ms: 1, depth: 77, ..INIT };
    free(check(NOBODY, &raw const options).unwrap());
    let options = Options { struct_size: 56, server_name: ptr::dangling(), ..INIT };
    free(check(NOBODY, &raw const options).unwrap());
    let options = Options { struct_size: 72, probe_name: ptr::dangling(), ..INIT };
    free(check(NOBODY, &raw const options).unwrap());

    let mut newer = Newer { options: Options { struct_size: 96, ..INIT }, more: [0, 0] };
    free(check(NOBODY, (&raw const newer).cast()).unwrap());
    newer.more[1] = 0x100;
    let (status, message) = check(NOBODY, (&raw const newer).cast()).unwrap_err();
    assert_eq!(status, Status::BadStructSize);
    assert!(message.contains("set something at byte 93"), "{message}");
}

#[test]
fn options_reach_the_core() {
    let (host, target) = broken();
    let name = c"pc.example";
    let probe_name = c"monitoring";
    // The host answers, so nothing is sent.
    let adapter = c"5254.00ab.cdef";
    let options = Options {
        flags: HAS_CLIENT_ERROR_EXTENDED | HAS_EXPIRY_THRESHOLD_DAYS,
        deadline_ms: 5000,
        depth: 1,
        address_family: 2,
        client_error_code: 0x904,
        server_name: name.as_ptr(),
        probe_name: probe_name.as_ptr(),
        wake_on_lan: adapter.as_ptr(),
        ..INIT
    };
    let report = check(&target, &raw const options).unwrap();
    // SAFETY: the report is alive.
    unsafe {
        assert_eq!(rdpcheck_report_depth(report), DepthCode::Quick);
        assert_eq!(rdpcheck_report_expiry_threshold_days(report), 0);
        assert_eq!(owned(rdpcheck_report_name_sent(report)), "pc.example");
        let shown = rdpcheck_report_client_error(report);
        assert_eq!(owned(rdpcheck_client_error_text(shown)), "0x904/0x0");
        assert!(rdpcheck_client_error_has_extended(shown));
        assert!(rdpcheck_report_connections(report) <= 3);
    }
    let log = host.log();
    let request = log.first().and_then(|connection| connection.request.as_ref()).unwrap();
    assert_eq!(request.cookie.as_deref(), Some("Cookie: mstshash=monitoring"));
    free(report);
}

#[test]
fn accessors_say_what_the_json_says() {
    let (host, target) = broken();
    let options = Options { client_error_code: 0x904, client_error_extended: 7, ..INIT };
    let report = check(&target, &raw const options).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json_of(report, false)).unwrap();
    let text =
        |pointer: &str| json.pointer(pointer).and_then(|value| value.as_str()).unwrap_or("").to_owned();
    let number = |pointer: &str| json.pointer(pointer).and_then(serde_json::Value::as_u64).unwrap();
    // SAFETY: the report is alive, and every pointer is of it.
    unsafe {
        assert_eq!(rdpcheck_report_headline(report), Headline::Failing);
        assert_eq!(fixed(rdpcheck_headline_code(3)), text("/headline"));
        assert_eq!(owned(rdpcheck_report_summary(report)), text("/summary"));
        assert!(rdpcheck_report_detects(report, 0x904, 7));
        assert!(!rdpcheck_report_detects(report, 0x904, 8));
        assert!(rdpcheck_report_detects_code(report, 0x904));
        assert!(!rdpcheck_report_detects_code(report, 0x204));
        assert_eq!(owned(rdpcheck_client_error_text(rdpcheck_report_client_error(report))), "0x904/0x7");
        let expected = rdpcheck_report_expected_client_error(report);
        assert_eq!(u64::from(rdpcheck_client_error_code(expected)), number("/expected_client_error/code"));
        assert_eq!(
            u64::from(rdpcheck_client_error_extended(expected)),
            number("/expected_client_error/extended")
        );
        assert_eq!(
            owned(rdpcheck_report_expected_client_error_basis(report)),
            text("/expected_client_error/basis")
        );
        assert_eq!(
            owned(rdpcheck_report_expected_client_error_reason(report)),
            text("/expected_client_error/reason")
        );
        let alternatives = json["expected_client_error"]["alternatives"].as_array().unwrap();
        assert_eq!(rdpcheck_report_alternative_client_error_count(report), alternatives.len());
        assert!(rdpcheck_report_alternative_client_error_at(report, alternatives.len()).is_null());
        assert_eq!(
            owned(rdpcheck_report_client_error_fit_outcome(report)),
            text("/client_error_fit/outcome")
        );
        assert_eq!(
            owned(rdpcheck_report_client_error_fit_message(report)),
            text("/client_error_fit/message")
        );
        assert_eq!(text("/client_error_fit/outcome"), "expected");
        assert_eq!(owned(rdpcheck_report_peer_product(report)), text("/peer/product"));
        assert_eq!(owned(rdpcheck_report_peer_basis(report)), text("/peer/basis"));
        assert_eq!(owned(rdpcheck_report_target_given(report)), text("/target/given"));
        assert_eq!(owned(rdpcheck_report_target_host(report)), text("/target/host"));
        assert_eq!(u64::from(rdpcheck_report_target_port(report)), number("/target/port"));
        assert_eq!(owned(rdpcheck_report_name_sent(report)), text("/target/name_sent"));
        assert_eq!(rdpcheck_report_address_count(report), 1);
        assert_eq!(owned(rdpcheck_report_address_at(report, 0)), text("/target/addresses/0"));
        assert_eq!(owned(rdpcheck_report_address_at(report, 1)), "");
        assert_eq!(u64::from(rdpcheck_report_connections(report)), number("/connections"));
        assert_eq!(u64::from(rdpcheck_report_connections_at_once(report)), number("/connections_at_once"));
        assert_eq!(rdpcheck_report_depth(report), DepthCode::Standard);
        assert_eq!(u64::from(rdpcheck_report_schema_version(report)), number("/schema_version"));
        assert!(rdpcheck_report_duration_seconds(report) > 0.0);
        let began = rdpcheck_report_started_at_unix_seconds(report);
        assert!(began > 1_700_000_000 && rdpcheck_report_finished_at_unix_seconds(report) >= began);
        for number in 1..=10 {
            let stage = fixed(rdpcheck_stage_code(number));
            let end = &json["stages"][stage.replace('-', "_")];
            let status = match rdpcheck_report_stage_status(report, number) {
                StageStatus::None => "none",
                StageStatus::Completed => "completed",
                StageStatus::Failed => "failed",
                StageStatus::Skipped => "skipped",
            };
            assert_eq!(status, end["status"].as_str().unwrap(), "{stage}");
            assert_eq!(owned(rdpcheck_report_stage_reason(report, number)), end["reason"].as_str().unwrap());
            let elapsed = rdpcheck_report_stage_elapsed_seconds(report, number);
            assert!((elapsed - end["elapsed_seconds"].as_f64().unwrap_or(-1.0)).abs() < 1e-5, "{stage}");
        }
        assert_eq!(rdpcheck_report_stage_status(report, 0), StageStatus::None);
        assert_eq!(rdpcheck_report_stage_status(report, 11), StageStatus::None);
        assert_eq!(json["stages"].as_object().unwrap().len(), 10);
    }
    findings_say_what_the_json_says(report, &json);
    rare_parts_of_findings(&json);
    // SAFETY: the report is alive.
    let string = unsafe { rdpcheck_report_text(report) };
    free(report);
    // SAFETY: the string does not depend on the report.
    let screen = owned(unsafe { rdpcheck_string_view(string) });
    assert!(screen.starts_with("FAILING"), "{screen}");
    // SAFETY: it is freed once.
    unsafe { rdpcheck_string_free(string) };
    drop(host);
}

/// What the findings of one host need not have.
fn rare_parts_of_findings(json: &serde_json::Value) {
    let mut json = json.clone();
    let finding = json["findings"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .find(|finding| finding["remedies"][0].is_object())
        .unwrap();
    finding["contradiction"] = "That was seen.".into();
    finding["evidence"][0]["bearing"] = "against".into();
    finding["rules"] = serde_json::json!(["one", "two"]);
    finding["not_offered"] = serde_json::json!([
        { "advice": "Turn it off.", "reason": "It is needed.", "source": "The manual." },
        { "advice": "Turn it on.", "reason": "It is on.", "source": "The other manual." },
    ]);
    finding["remedies"][0]["peer"] = "gnome-remote-desktop".into();
    finding["remedies"][0]["shell"] = "powershell".into();
    let report = from_json(&json.to_string()).unwrap();
    findings_say_what_the_json_says(report, &json);
    free(report);
}

fn findings_say_what_the_json_says(report: *const Report, json: &serde_json::Value) {
    let findings = json["findings"].as_array().unwrap();
    let or_empty = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    let (mut evidence_seen, mut remedies_seen, mut ways_seen) = (0, 0, 0);
    // SAFETY: the report is alive, and every pointer is of it.
    unsafe {
        assert_eq!(rdpcheck_report_finding_count(report), findings.len());
        assert!(rdpcheck_report_finding_at(report, findings.len()).is_null());
        for (index, expected) in findings.iter().enumerate() {
            let finding = rdpcheck_report_finding_at(report, index);
            let cause = rdpcheck_finding_cause(finding);
            assert_eq!(fixed(cause), expected["cause"].as_str().unwrap());
            assert_eq!(rdpcheck_report_finding_of(report, cause), finding);
            let verdict = rdpcheck_finding_verdict(finding);
            assert_eq!(fixed(rdpcheck_verdict_code(verdict.number())), expected["verdict"].as_str().unwrap());
            assert_eq!(rdpcheck_finding_is_open(finding), verdict.number() <= Verdict::Possible.number());
            assert_eq!(
                fixed(rdpcheck_stage_code(rdpcheck_finding_stage(finding).number())),
                or_empty(&expected["stage"])
            );
            assert_eq!(owned(rdpcheck_finding_message(finding)), or_empty(&expected["message"]));
            assert_eq!(owned(rdpcheck_finding_not_proved(finding)), or_empty(&expected["not_proved"]));
            assert_eq!(owned(rdpcheck_finding_contradiction(finding)), or_empty(&expected["contradiction"]));
            let list = expected["rules"].as_array().unwrap();
            assert_eq!(rdpcheck_finding_rule_count(finding), list.len());
            for (index, expected) in list.iter().enumerate() {
                assert_eq!(owned(rdpcheck_finding_rule_at(finding, index)), or_empty(expected));
            }
            assert_eq!(owned(rdpcheck_finding_rule_at(finding, list.len())), "");
            let list = expected["not_offered"].as_array().unwrap();
            assert_eq!(rdpcheck_finding_not_offered_count(finding), list.len());
            for (index, expected) in list.iter().enumerate() {
                let advice = rdpcheck_finding_not_offered_at(finding, index);
                assert_eq!(owned(rdpcheck_not_offered_advice(advice)), or_empty(&expected["advice"]));
                assert_eq!(owned(rdpcheck_not_offered_reason(advice)), or_empty(&expected["reason"]));
                assert_eq!(owned(rdpcheck_not_offered_source(advice)), or_empty(&expected["source"]));
            }
            assert!(rdpcheck_finding_not_offered_at(finding, list.len()).is_null());
            let list = expected["evidence"].as_array().unwrap();
            assert_eq!(rdpcheck_finding_evidence_count(finding), list.len());
            for (index, expected) in list.iter().enumerate() {
                let evidence = rdpcheck_finding_evidence_at(finding, index);
                let pointer = owned(rdpcheck_evidence_pointer(evidence));
                assert_eq!(pointer, or_empty(&expected["at"]));
                assert!(json.pointer(&pointer).is_some(), "{pointer} points to nothing");
                assert_eq!(owned(rdpcheck_evidence_seen(evidence)), or_empty(&expected["seen"]));
                assert_eq!(owned(rdpcheck_evidence_bearing(evidence)), or_empty(&expected["bearing"]));
                evidence_seen += 1;
            }
            assert!(rdpcheck_finding_evidence_at(finding, list.len()).is_null());
            let list = expected["remedies"].as_array().unwrap();
            assert_eq!(rdpcheck_finding_remedy_count(finding), list.len());
            for (index, expected) in list.iter().enumerate() {
                let remedy = rdpcheck_finding_remedy_at(finding, index);
                assert_eq!(owned(rdpcheck_remedy_code(remedy)), or_empty(&expected["code"]));
                assert_eq!(owned(rdpcheck_remedy_action(remedy)), or_empty(&expected["action"]));
                assert_eq!(owned(rdpcheck_remedy_place(remedy)), or_empty(&expected["place"]));
                assert_eq!(owned(rdpcheck_remedy_peer(remedy)), or_empty(&expected["peer"]));
                assert_eq!(owned(rdpcheck_remedy_kind(remedy)), or_empty(&expected["kind"]));
                assert_eq!(owned(rdpcheck_remedy_shell(remedy)), or_empty(&expected["shell"]));
                assert_eq!(owned(rdpcheck_remedy_command(remedy)), or_empty(&expected["command"]));
                assert_eq!(owned(rdpcheck_remedy_undo(remedy)), or_empty(&expected["undo"]));
                assert_eq!(owned(rdpcheck_remedy_no_undo(remedy)), or_empty(&expected["no_undo"]));
                assert_eq!(owned(rdpcheck_remedy_risk(remedy)), or_empty(&expected["risk"]));
                assert_eq!(owned(rdpcheck_remedy_restart(remedy)), or_empty(&expected["restart"]));
                assert_eq!(owned(rdpcheck_remedy_source(remedy)), or_empty(&expected["source"]));
                remedies_seen += 1;
            }
            assert!(rdpcheck_finding_remedy_at(finding, list.len()).is_null());
            let list = expected["settle_by"].as_array().unwrap();
            assert_eq!(rdpcheck_finding_settle_by_count(finding), list.len());
            for (index, expected) in list.iter().enumerate() {
                assert_eq!(owned(rdpcheck_finding_settle_by_at(finding, index)), or_empty(expected));
                ways_seen += 1;
            }
            assert_eq!(owned(rdpcheck_finding_settle_by_at(finding, list.len())), "");
        }
        assert!(rdpcheck_report_finding_of(report, c"no-such-cause".as_ptr()).is_null());
        assert!(rdpcheck_report_finding_of(report, c"\xFF".as_ptr()).is_null());
        assert!(rdpcheck_report_finding_of(report, ptr::null()).is_null());
    }
    assert!(evidence_seen > 0 && remedies_seen > 0 && ways_seen > 0);
}

#[test]
fn clients_are_what_the_json_says() {
    let (_host, target) = lab("title = \"TLS without CredSSP\"\n[[rule]]\nnegotiate = { select = 1 }\n");
    let report = check(&target, ptr::null()).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&json_of(report, false)).unwrap();
    compare_clients(report, &json["clients"]);
    free(report);
    // An outlook of each kind, whatever the host above is good for.
    let outlook = |outcome: &str, stage: serde_json::Value, cause: serde_json::Value| {
        let warns: &[&str] =
            if outcome == "connects" { &["certificate-untrusted", "certificate-name-mismatch"] } else { &[] };
        serde_json::json!({
            "client": format!("client-that-{outcome}"), "name": "A client", "outcome": outcome, "stage": stage,
            "cause": cause, "reaches": stage.as_str().map(|_| "tls"), "warns": warns, "reason": "So it was made."
        })
    };
    json["clients"] = serde_json::json!([
        outlook("connects", serde_json::Value::Null, serde_json::Value::Null),
        outlook("stops", "credssp".into(), "credssp-oracle-policy".into()),
        outlook("unknown", serde_json::Value::Null, serde_json::Value::Null),
    ]);
    let report = from_json(&json.to_string()).unwrap();
    compare_clients(report, &json["clients"]);
    free(report);
}

fn compare_clients(report: *const Report, expected: &serde_json::Value) {
    let expected = expected.as_array().unwrap();
    let or_empty = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    assert!(!expected.is_empty());
    // SAFETY: the report is alive, and every pointer is of it.
    unsafe {
        assert_eq!(rdpcheck_report_client_count(report), expected.len());
        assert!(rdpcheck_report_client_at(report, expected.len()).is_null());
        for (index, expected) in expected.iter().enumerate() {
            let outlook = rdpcheck_report_client_at(report, index);
            assert_eq!(owned(rdpcheck_client_outlook_client(outlook)), or_empty(&expected["client"]));
            assert_eq!(owned(rdpcheck_client_outlook_name(outlook)), or_empty(&expected["name"]));
            let outcome = rdpcheck_client_outlook_outcome(outlook).number();
            assert_eq!(fixed(rdpcheck_outcome_code(outcome)), or_empty(&expected["outcome"]));
            let stage = rdpcheck_client_outlook_stage(outlook).number();
            assert_eq!(fixed(rdpcheck_stage_code(stage)), or_empty(&expected["stage"]));
            assert_eq!(fixed(rdpcheck_client_outlook_cause(outlook)), or_empty(&expected["cause"]));
            let reaches = rdpcheck_client_outlook_reaches(outlook).number();
            assert_eq!(fixed(rdpcheck_stage_code(reaches)), or_empty(&expected["reaches"]));
            let warns = expected["warns"].as_array().unwrap();
            assert_eq!(rdpcheck_client_outlook_warns_count(outlook), warns.len());
            for (index, expected) in warns.iter().enumerate() {
                assert_eq!(fixed(rdpcheck_client_outlook_warns_at(outlook, index)), or_empty(expected));
            }
            assert!(rdpcheck_client_outlook_warns_at(outlook, warns.len()).is_null());
            assert_eq!(owned(rdpcheck_client_outlook_reason(outlook)), or_empty(&expected["reason"]));
        }
    }
}

/// A key that is new in the report needs an accessor, or a place in the list of what only the JSON holds.
#[test]
fn every_key_of_the_json_is_accounted_for() {
    let options = Options { client_error_code: 0x904, ..INIT };
    let report = check(NOBODY, &raw const options).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json_of(report, true)).unwrap();
    free(report);
    let keys = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let expect = |found: BTreeSet<String>, accessors: &[&str], json_only: &[&str]| {
        let known = accessors.iter().chain(json_only).map(|key| (*key).to_owned()).collect();
        assert_eq!(found, known);
    };
    expect(
        keys(&json),
        &[
            "schema_version",
            "target",
            "started_at",
            "finished_at",
            "duration_seconds",
            "headline",
            "summary",
            "client_error",
            "expected_client_error",
            "client_error_fit",
            "peer",
            "connections",
            "connections_at_once",
            "depth",
            "stages",
            "expiry_threshold_days",
            "findings",
            "clients",
        ],
        &["tool", "connect_attempts", "follow_ups", "follow_ups_ended"],
    );
    expect(keys(&json["target"]), &["given", "host", "port", "addresses", "name_sent"], &[]);
    expect(keys(&json["peer"]), &["product", "basis"], &[]);
    expect(
        keys(&json["expected_client_error"]),
        &["code", "extended", "basis", "reason", "alternatives"],
        &[],
    );
    expect(keys(&json["client_error_fit"]), &["outcome", "message"], &[]);
    expect(keys(&json["stages"]["connect"]), &["status", "reason", "elapsed_seconds"], &["facts", "failure"]);
    let finding =
        json["findings"].as_array().unwrap().iter().find(|finding| finding["remedies"][0].is_object());
    let finding = finding.unwrap();
    expect(
        keys(finding),
        &[
            "cause",
            "verdict",
            "stage",
            "message",
            "evidence",
            "contradiction",
            "not_proved",
            "rules",
            "remedies",
            "settle_by",
            "not_offered",
        ],
        &[],
    );
    expect(keys(&finding["evidence"][0]), &["at", "seen", "bearing"], &[]);
    expect(
        keys(&finding["remedies"][0]),
        &[
            "code", "action", "place", "peer", "kind", "shell", "command", "undo", "no_undo", "risk",
            "restart", "source",
        ],
        &[],
    );
    let (_host, target) = broken();
    let report = check(&target, ptr::null()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json_of(report, true)).unwrap();
    free(report);
    expect(
        keys(&json["clients"][0]),
        &["client", "name", "outcome", "stage", "cause", "reaches", "warns", "reason"],
        &[],
    );
    let advice =
        json["findings"].as_array().unwrap().iter().find_map(|finding| finding["not_offered"].get(0));
    expect(keys(advice.unwrap()), &["advice", "reason", "source"], &[]);
}

#[test]
fn a_nul_in_what_a_report_says_cuts_nothing_short() {
    let report = check(NOBODY, ptr::null()).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&json_of(report, false)).unwrap();
    free(report);
    json["summary"] = "before\0after".into();
    json["findings"][0]["message"] = "before\0after".into();
    let report = from_json(&json.to_string()).unwrap();
    // SAFETY: the report is alive.
    unsafe {
        assert_eq!(owned(rdpcheck_report_summary(report)), "before\\0after");
        let finding = rdpcheck_report_finding_at(report, 0);
        assert_eq!(owned(rdpcheck_finding_message(finding)), "before\\0after");
    }
    assert!(json_of(report, false).contains("before\\u0000after"));
    free(report);
}

#[test]
fn a_report_survives_its_json() {
    let report = check(NOBODY, ptr::null()).unwrap();
    let json = json_of(report, false);
    let again = from_json(&json).unwrap();
    assert_eq!(json_of(again, false), json);
    assert!(json_of(again, true).lines().count() > 100);
    free(report);
    free(again);
    for bad in ["", "{", "[]", "{\"schema_version\": 1}"] {
        let (status, message) = from_json(bad).unwrap_err();
        assert_eq!(status, Status::InvalidReport);
        assert!(message.starts_with("invalid report: "), "{message}");
    }
}

fn from_text(shown: &CStr) -> Result<*mut ClientError, (Status, String)> {
    // SAFETY: the pointers are to what lives during the call.
    call(|out, error| unsafe { rdpcheck_client_error_parse(shown.as_ptr(), out, error) })
}

#[test]
fn client_errors_are_read_made_and_freed() {
    let dialog = c"An internal error has occurred.\r\n\r\nError code: 0x4\r\nExtended error code: 0x0";
    for (text, said) in [(c"2308/7", "0x904/0x7"), (c"0x204", "0x204"), (dialog, "0x4/0x0")] {
        let shown = from_text(text).unwrap();
        // SAFETY: the object is alive, and freed once.
        unsafe {
            assert_eq!(owned(rdpcheck_client_error_text(shown)), said);
            assert_eq!(rdpcheck_client_error_has_extended(shown), said.contains('/'));
            rdpcheck_client_error_free(shown);
        }
    }
    for (shown, said) in [
        (rdpcheck_client_error_new(0x904, 7), "0x904/0x7"),
        (rdpcheck_client_error_new_code(0x204), "0x204"),
        (rdpcheck_client_error_new(u32::MAX, 0), "0xFFFFFFFF/0x0"),
    ] {
        // SAFETY: the object is alive, and freed once.
        unsafe {
            assert_eq!(owned(rdpcheck_client_error_text(shown)), said);
            rdpcheck_client_error_free(shown);
        }
    }
    for text in [c"", c"nothing of the kind", c"Error code: 0x904\nError code: 0x204"] {
        let (status, message) = from_text(text).unwrap_err();
        assert_eq!(status, Status::InvalidOptions);
        assert!(message.starts_with("invalid client_error: "), "{message}");
    }
    let (status, message) = from_text(c"0x9\xFF4").unwrap_err();
    assert_eq!((status, message.as_str()), (Status::InvalidUtf8, "shown is not UTF-8: byte 3 does not fit"));
}

#[test]
fn explanations_say_what_their_json_says() {
    let dialog = c"Error code: 0x904\nExtended error code: 0x7";
    // SAFETY: the pointers are to what lives during the call.
    let of_text = call(|out, error| unsafe { rdpcheck_explain_text(dialog.as_ptr(), out, error) }).unwrap();
    for (explanation, shown, known) in [
        (rdpcheck_explain(0x904, 7), "0x904/0x7", true),
        (rdpcheck_explain_code(0x904), "0x904", true),
        (rdpcheck_explain(0x904, 0xABCD), "0x904/0xABCD", false),
        (rdpcheck_explain_code(0xABCD_EF01), "0xABCDEF01", false),
        (of_text, "0x904/0x7", true),
    ] {
        // SAFETY: the object is alive, and freed once.
        unsafe {
            let json = taken(rdpcheck_explanation_json(explanation, false));
            assert_eq!(json.lines().count(), 1);
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            let text = |pointer: &str| json.pointer(pointer).and_then(|value| value.as_str()).unwrap_or("");
            assert_eq!(owned(rdpcheck_client_error_text(rdpcheck_explanation_shown(explanation))), shown);
            assert_eq!(rdpcheck_explanation_is_known(explanation), known, "{shown}");
            assert_eq!(owned(rdpcheck_explanation_title(explanation)), text("/title"));
            assert_eq!(owned(rdpcheck_explanation_meaning(explanation)), text("/code/meaning"));
            let extended = owned(rdpcheck_explanation_extended_meaning(explanation));
            assert_eq!(extended, text("/extended/meaning"));
            assert_eq!(extended.is_empty(), !shown.contains('/'));
            let causes = json["causes"].as_array().unwrap();
            assert_eq!(rdpcheck_explanation_cause_count(explanation), causes.len());
            for (index, expected) in causes.iter().enumerate() {
                let cause = rdpcheck_explanation_cause_at(explanation, index);
                assert_eq!(fixed(cause), expected["cause"].as_str().unwrap());
            }
            assert!(rdpcheck_explanation_cause_at(explanation, causes.len()).is_null());
            assert_eq!(causes.is_empty(), !known);
            assert!(taken(rdpcheck_explanation_json(explanation, true)).lines().count() > 10);
            assert!(taken(rdpcheck_explanation_text(explanation)).contains(text("/code/hex")));
            rdpcheck_explanation_free(explanation);
        }
    }
    for (text, status) in [(c"no code", Status::InvalidOptions), (c"\xFF", Status::InvalidUtf8)] {
        // SAFETY: the pointers are to what lives during the call.
        let refused = call(|out, error| unsafe { rdpcheck_explain_text(text.as_ptr(), out, error) });
        assert_eq!(refused.unwrap_err().0, status);
    }
}

#[test]
fn codes_are_searched() {
    let found = |wanted: &CStr, pretty| -> serde_json::Value {
        // SAFETY: the text lives during the call.
        serde_json::from_str(&taken(unsafe { rdpcheck_code_find(wanted.as_ptr(), pretty) })).unwrap()
    };
    let both = found(c"260", false);
    let tables: BTreeSet<&str> =
        both["entries"].as_array().unwrap().iter().map(|entry| entry["table"].as_str().unwrap()).collect();
    assert!(tables.len() >= 2, "{tables:?}");
    assert_eq!(found(c"0x104", true), both);
    assert_eq!(found(c"disconnectReasonDNSLookupFailed", false)["entries"][0]["number"], 260);
    let unknown = found(c"0xABCDEF01", false);
    assert_eq!(unknown["entries"].as_array().unwrap().len(), 0);
    assert_eq!(unknown["unknown"]["hex"], "0xABCDEF01");
    // SAFETY: both are allowed.
    unsafe {
        assert!(rdpcheck_code_find(ptr::null(), false).is_null());
        assert!(rdpcheck_code_find(c"\xFF".as_ptr(), false).is_null());
    }
}

fn diagnose(json: &str, client_error: *const ClientError) -> Result<*mut Report, (Status, String)> {
    let json = CString::new(json).unwrap();
    // SAFETY: the pointers are to what lives during the call.
    call(|report, error| unsafe { rdpcheck_report_diagnose_json(json.as_ptr(), client_error, report, error) })
}

#[test]
fn stored_evidence_is_judged_again() {
    let (_host, target) = broken();
    let options = Options { client_error_code: 0x904, client_error_extended: 7, ..INIT };
    let report = check(&target, &raw const options).unwrap();
    let whole = json_of(report, false);
    // SAFETY: the report is alive.
    let again = unsafe { rdpcheck_report_diagnosed_again(report) };
    assert_eq!(json_of(again, false), whole);
    free(again);
    free(report);
    // What was concluded is not read.
    let mut json: serde_json::Value = serde_json::from_str(&whole).unwrap();
    json["findings"] = "of another kind".into();
    json["headline"] = "of another kind".into();
    let again = diagnose(&json.to_string(), ptr::null()).unwrap();
    assert_eq!(json_of(again, false), whole);
    free(again);

    let shown = rdpcheck_client_error_new_code(0x204);
    let again = diagnose(&json.to_string(), shown).unwrap();
    // SAFETY: the objects are alive, and freed once. The report keeps nothing of what it was given.
    unsafe {
        rdpcheck_client_error_free(shown);
        assert_eq!(owned(rdpcheck_client_error_text(rdpcheck_report_client_error(again))), "0x204");
        assert_eq!(owned(rdpcheck_report_client_error_fit_outcome(again)), "contradicted");
        assert!(!owned(rdpcheck_report_client_error_fit_message(again)).is_empty());
    }
    free(again);

    json["stages"]["connect"]["status"] = "nonsense".into();
    let (status, message) = diagnose(&json.to_string(), ptr::null()).unwrap_err();
    assert_eq!(status, Status::InvalidReport);
    assert!(message.contains("/stages/connect"), "{message}");
    for bad in ["", "[]", "{}"] {
        assert_eq!(diagnose(bad, ptr::null()).unwrap_err().0, Status::InvalidReport, "{bad}");
    }
}

#[test]
fn comparisons_say_what_their_json_says() {
    let (_broken, target) = broken();
    let before = check(&target, ptr::null()).unwrap();
    let (_healthy, target) = lab("title = \"TLS without CredSSP\"\n[[rule]]\nnegotiate = { select = 1 }\n");
    let other = check(&target, ptr::null()).unwrap();
    // As if the first host had been repaired.
    let mut json: serde_json::Value = serde_json::from_str(&json_of(other, false)).unwrap();
    free(other);
    let first: serde_json::Value = serde_json::from_str(&json_of(before, false)).unwrap();
    json["target"] = first["target"].clone();
    let after = from_json(&json.to_string()).unwrap();
    // SAFETY: the reports are alive.
    let (repaired, broken, same) = unsafe {
        (
            rdpcheck_report_diff(before, after),
            rdpcheck_report_diff(after, before),
            rdpcheck_report_diff(before, before),
        )
    };
    // SAFETY: NULL is allowed.
    unsafe {
        assert!(rdpcheck_report_diff(before, ptr::null()).is_null());
        assert!(rdpcheck_report_diff(ptr::null(), after).is_null());
    }
    // A comparison outlives its reports.
    free(before);
    free(after);
    let fixed = compare_diff(repaired, Change::Better);
    assert!(fixed[0] > 0, "{fixed:?}");
    let turned = compare_diff(broken, Change::Worse);
    assert_eq!(turned[1], fixed[0]);
    let nothing = compare_diff(same, Change::Same);
    assert!(nothing[0] == 0 && nothing[1] == 0 && nothing[3] > 0, "{nothing:?}");
}

/// How many causes are in each list; the comparison is freed.
fn compare_diff(diff: *mut Diff, change: Change) -> [usize; 5] {
    type Count = unsafe extern "C" fn(*const Diff) -> usize;
    type At = unsafe extern "C" fn(*const Diff, usize) -> *const c_char;
    const LISTS: [(&str, Count, At); 5] = [
        ("fixed", rdpcheck_diff_fixed_count, rdpcheck_diff_fixed_at),
        ("new", rdpcheck_diff_new_count, rdpcheck_diff_new_at),
        ("changed", rdpcheck_diff_changed_count, rdpcheck_diff_changed_at),
        ("unchanged", rdpcheck_diff_unchanged_count, rdpcheck_diff_unchanged_at),
        ("not_comparable", rdpcheck_diff_not_comparable_count, rdpcheck_diff_not_comparable_at),
    ];
    // SAFETY: the comparison is alive, and freed once.
    unsafe {
        let json = taken(rdpcheck_diff_json(diff, false));
        assert_eq!(json.lines().count(), 1);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(taken(rdpcheck_diff_json(diff, true)).lines().count() > 10);
        assert_eq!(rdpcheck_diff_change(diff), change);
        assert_eq!(fixed(rdpcheck_change_code(change.number())), json["verdict"].as_str().unwrap());
        let summary = owned(rdpcheck_diff_summary(diff));
        assert_eq!(summary, json["summary"].as_str().unwrap());
        assert!(!taken(rdpcheck_diff_text(diff)).is_empty());
        let counts = LISTS.map(|(key, count, at)| {
            let list = json[key].as_array().unwrap();
            assert_eq!(count(diff), list.len(), "{key}");
            for (index, expected) in list.iter().enumerate() {
                assert_eq!(fixed(at(diff, index)), expected["cause"].as_str().unwrap(), "{key}");
            }
            assert!(at(diff, list.len()).is_null() && at(diff, usize::MAX).is_null());
            list.len()
        });
        rdpcheck_diff_free(diff);
        counts
    }
}

#[test]
fn a_panic_below_becomes_internal() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // The core refuses by a panic to block a thread that drives a runtime.
    let (status, message) = runtime.block_on(async { check(NOBODY, ptr::null()) }).unwrap_err();
    assert_eq!(status, Status::Internal);
    assert!(message.starts_with("internal error: Cannot start a runtime from within a runtime"), "{message}");
    free(check(NOBODY, ptr::null()).unwrap());
}

#[test]
fn a_check_is_cancelled_from_another_thread() {
    struct Shared(*const Cancel);
    // SAFETY: requesting is allowed on any thread at any time.
    unsafe impl Send for Shared {}

    let (host, target) = lab("title = \"silent\"\n[[rule]]\nnegotiate = { end = \"silent\" }\n");
    let cancel = rdpcheck_cancel_new();
    let options = Options { cancel, ..INIT };
    let shared = Shared(cancel);
    let asked = std::thread::spawn(move || {
        let Shared(cancel) = { shared };
        // SAFETY: the object is freed after this thread has ended.
        unsafe { rdpcheck_cancel_request(cancel) };
    });
    let began = std::time::Instant::now();
    let (status, message) = check(&target, &raw const options).unwrap_err();
    asked.join().unwrap();
    assert_eq!((status, message.as_str()), (Status::Cancelled, "the check was cancelled"));
    assert!(began.elapsed().as_secs() < 4, "the check went on until its time limit");
    // SAFETY: the object is alive, and freed once.
    unsafe {
        assert!(rdpcheck_cancel_is_requested(cancel));
        rdpcheck_cancel_free(cancel);
    }
    drop(host);
}

#[test]
fn null_is_nothing_everywhere() {
    // SAFETY: NULL is allowed in all of these.
    unsafe {
        rdpcheck_report_free(ptr::null_mut());
        rdpcheck_error_free(ptr::null_mut());
        rdpcheck_string_free(ptr::null_mut());
        rdpcheck_cancel_free(ptr::null_mut());
        rdpcheck_cancel_request(ptr::null());
        assert!(!rdpcheck_cancel_is_requested(ptr::null()));
        assert_eq!(rdpcheck_error_code(ptr::null()), Status::Ok);
        assert_eq!(owned(rdpcheck_error_message(ptr::null())), "");
        assert_eq!(owned(rdpcheck_string_view(ptr::null())), "");
        assert_eq!(rdpcheck_report_headline(ptr::null()), Headline::None);
        assert!(rdpcheck_report_json(ptr::null(), true).is_null());
        assert!(rdpcheck_report_text(ptr::null()).is_null());
        assert!(!rdpcheck_report_detects(ptr::null(), 0x904, 7));
        assert!(rdpcheck_report_finding_at(ptr::null(), 0).is_null());
        assert_eq!(rdpcheck_finding_verdict(ptr::null()), Verdict::None);
        assert_eq!(fixed(rdpcheck_finding_cause(ptr::null())), "");
        assert_eq!(rdpcheck_finding_stage(ptr::null()), Stage::None);
        assert_eq!(owned(rdpcheck_remedy_action(ptr::null())), "");
        assert_eq!(rdpcheck_client_error_code(ptr::null()), 0);
        rdpcheck_client_error_free(ptr::null_mut());
        rdpcheck_explanation_free(ptr::null_mut());
        rdpcheck_diff_free(ptr::null_mut());
        assert!(rdpcheck_report_diagnosed_again(ptr::null()).is_null());
        assert!(rdpcheck_explanation_json(ptr::null(), true).is_null());
        assert!(rdpcheck_explanation_text(ptr::null()).is_null());
        assert!(rdpcheck_explanation_shown(ptr::null()).is_null());
        assert!(!rdpcheck_explanation_is_known(ptr::null()));
        assert_eq!(rdpcheck_diff_change(ptr::null()), Change::None);
        assert!(rdpcheck_diff_json(ptr::null(), true).is_null());
        assert!(rdpcheck_diff_text(ptr::null()).is_null());
        assert!(rdpcheck_report_client_at(ptr::null(), 0).is_null());
        assert_eq!(rdpcheck_client_outlook_outcome(ptr::null()), Outcome::None);
        assert_eq!(rdpcheck_client_outlook_stage(ptr::null()), Stage::None);
        assert_eq!(fixed(rdpcheck_client_outlook_cause(ptr::null())), "");
    }
}

#[test]
fn numbers_and_codes_agree_with_the_core() {
    use rdpcheck_core::diagnose::Outcome as CoreOutcome;
    use rdpcheck_core::evidence::Stage as CoreStage;
    use rdpcheck_core::report::Change as CoreChange;
    use rdpcheck_core::{Cause, Headline as CoreHeadline, Verdict as CoreVerdict};

    for known in CoreHeadline::ALL {
        let number = Headline::from(*known).number();
        assert_eq!(fixed(rdpcheck_headline_code(number)), known.code());
    }
    for known in CoreVerdict::ALL {
        let number = Verdict::from(*known).number();
        assert_eq!(fixed(rdpcheck_verdict_code(number)), known.code());
    }
    for known in CoreStage::ALL {
        let number = Stage::from(*known).number();
        assert_eq!(fixed(rdpcheck_stage_code(number)), known.code());
    }
    for known in CoreOutcome::ALL {
        let number = Outcome::from(*known).number();
        assert_eq!(fixed(rdpcheck_outcome_code(number)), known.code());
    }
    for known in CoreChange::ALL {
        let number = Change::from(*known).number();
        assert_eq!(fixed(rdpcheck_change_code(number)), known.code());
    }
    for unknown in [0, 11, u32::MAX] {
        assert_eq!(fixed(rdpcheck_change_code(unknown)), "");
        assert_eq!(fixed(rdpcheck_headline_code(unknown)), "");
        assert_eq!(fixed(rdpcheck_verdict_code(unknown)), "");
        assert_eq!(fixed(rdpcheck_stage_code(unknown)), "");
        assert_eq!(fixed(rdpcheck_outcome_code(unknown)), "");
    }
    assert_eq!(rdpcheck_cause_count(), Cause::ALL.len());
    for (index, cause) in Cause::ALL.iter().enumerate() {
        let code = rdpcheck_cause_at(index);
        assert_eq!(fixed(code), cause.code());
        // SAFETY: the code is a text of the library.
        let (says, stage) = unsafe { (rdpcheck_cause_says(code), rdpcheck_cause_stage(code)) };
        assert_eq!(fixed(says), cause.says());
        assert_eq!(stage, cause.stage().map_or(Stage::None, Stage::from));
        // SAFETY: as above.
        unsafe {
            let known = cause.describe();
            assert_eq!(taken(rdpcheck_cause_json(code, false)), known.to_json());
            assert_eq!(taken(rdpcheck_cause_json(code, true)), known.to_json_pretty());
            assert_eq!(taken(rdpcheck_cause_text(code)), known.to_text());
        }
    }
    for unknown in [ptr::null(), c"no-such-cause".as_ptr(), c"\xFF".as_ptr(), c"".as_ptr()] {
        // SAFETY: NULL and texts that name nothing are allowed.
        let (says, stage) = unsafe { (rdpcheck_cause_says(unknown), rdpcheck_cause_stage(unknown)) };
        assert_eq!((fixed(says), stage), ("", Stage::None));
        // SAFETY: as above.
        unsafe {
            assert!(rdpcheck_cause_json(unknown, true).is_null() && rdpcheck_cause_text(unknown).is_null())
        }
    }
    assert!(rdpcheck_cause_at(Cause::ALL.len()).is_null());
    for depth in rdpcheck_core::Depth::ALL {
        assert_ne!(DepthCode::from(*depth), DepthCode::Default);
    }
    for family in rdpcheck_core::AddressFamily::ALL {
        assert_ne!(AddressFamilyCode::from(*family), AddressFamilyCode::Default);
    }
    assert_eq!(fixed(rdpcheck_status_name(14)), "RDPCHECK_STATUS_INVALID_OPTIONS");
    assert_eq!(fixed(rdpcheck_status_name(1)), "");
    assert_eq!(fixed(rdpcheck_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(rdpcheck_abi_version(), ABI_VERSION);
}

#[test]
fn objects_may_change_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Report>();
    shared::<Error>();
    shared::<OwnedString>();
    shared::<Cancel>();
    shared::<Finding>();
    shared::<Evidence>();
    shared::<Remedy>();
    shared::<ClientError>();
    shared::<ClientOutlook>();
    shared::<Diff>();
    shared::<Explanation>();
    shared::<NotOffered>();
}
