//! Each scenario in Rust against what is expected of it, and in C and Python against Rust.
//!
//! `RDPCHECK_BLESS=1` writes the expected reports anew, to be reviewed. `RDPCHECK_C_EXAMPLE` is the path of the compiled
//! `examples/c/check.c`, `RDPCHECK_PYTHON` a Python that has the package; without them those parts say that they are
//! skipped. `RDPCHECK_SCENARIO` plays only scenarios whose name contains it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rdpcheck_core::Report;
use rdpcheck_core::report::Change;
use rdpcheck_lab::Scenario;
use rdpcheck_parity::{Language, Played, extract, normalise, play, scenarios};
use serde_json::Value;

/// Scenarios that are played at once. Most of their time is waiting.
const AT_ONCE: usize = 8;

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Plays all scenarios and hands each report to `judge`; returns what it complains about.
fn play_all(
    language: &Language,
    judge: impl Fn(&Path, &Scenario, &Played) -> Vec<String> + Sync,
) -> BTreeMap<String, Vec<String>> {
    let wanted = std::env::var("RDPCHECK_SCENARIO").unwrap_or_default();
    let files: Vec<_> = scenarios().into_iter().filter(|path| name(path).contains(&wanted)).collect();
    assert!(!files.is_empty());
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let scenario = Scenario::from_file(path).unwrap();
                    let found = match play(&scenario, language) {
                        Ok(played) => judge(path, &scenario, &played),
                        Err(error) => vec![error],
                    };
                    if !found.is_empty() {
                        complaints.lock().unwrap().insert(name(path), found);
                    }
                }
            });
        }
    });
    complaints.into_inner().unwrap()
}

fn assert_none(complaints: &BTreeMap<String, Vec<String>>) {
    let text: Vec<String> =
        complaints.iter().map(|(name, found)| format!("{name}:\n    {}", found.join("\n    "))).collect();
    assert!(complaints.is_empty(), "{} scenarios differ\n{}", complaints.len(), text.join("\n"));
}

fn as_expected(scenario: &Scenario, Played { report, at_once, .. }: &Played) -> Vec<String> {
    let mut found = Vec::new();
    let mut expect = |what: &str, got: &Value, wanted: &str| {
        if got.as_str() != Some(wanted) {
            found.push(format!("{what} is {got}, expected {wanted}"));
        }
    };
    let expectation = scenario.expectation().expect("every scenario says what is expected");
    expect("headline", &report["headline"], expectation.headline.as_str());
    let first = &report["findings"][0];
    if let Some(cause) = &expectation.first {
        expect("first finding", &first["cause"], cause);
    }
    if let Some(verdict) = &expectation.verdict {
        expect("its verdict", &first["verdict"], verdict.as_str());
    }
    if let Some(fit) = &expectation.fit {
        expect("client error fit", &report["client_error_fit"]["outcome"], fit);
    }
    if let Some(product) = &expectation.product {
        expect("product", &report["peer"]["product"], product);
    }
    let findings = report["findings"].as_array().unwrap();
    for (cause, verdict) in &expectation.also {
        let finding = findings.iter().find(|finding| finding["cause"] == cause.as_str());
        expect(cause, finding.map_or(&Value::Null, |finding| &finding["verdict"]), verdict.as_str());
    }
    if let Some(connections) = expectation.connections
        && report["connections"] != connections
    {
        found.push(format!("{} connections, expected {connections}", report["connections"]));
    }
    if expectation.at_most_at_once.is_some_and(|most| *at_once > most) {
        found.push(format!(
            "{at_once} connections at once, expected {:?} at most",
            expectation.at_most_at_once
        ));
    }
    if report["headline"] == "healthy" {
        for finding in findings {
            let sure = finding["verdict"] == "confirmed" || finding["verdict"] == "likely";
            // What is wrong with a host and still only a prompt, or a risk and no cause of failure.
            let harmless = ["certificate-name-mismatch", "legacy-tls-enabled"];
            // What a client showed was not seen here.
            let of_client = finding["evidence"][0]["at"] == "/client_error";
            if sure && !of_client && !harmless.iter().any(|cause| finding["cause"] == *cause) {
                found.push(format!("healthy, and {} is {}", finding["cause"], finding["verdict"]));
            }
        }
    }
    found
}

/// The text of a report fits a screen, and nothing in it can reach the terminal as a command.
fn as_text(report: &Value) -> Vec<String> {
    const SCREEN: usize = 60;
    let text = match Report::from_json(&report.to_string()) {
        Ok(report) => report.to_text(),
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > SCREEN {
        found.push(format!("the text has {lines} lines"));
    }
    if text.chars().any(|character| character.is_control() && character != '\n') {
        found.push("the text has control characters".to_owned());
    }
    let headline = report["headline"].as_str().unwrap().to_uppercase();
    if !text.starts_with(&headline) {
        found.push(format!("the text does not begin with {headline}"));
    }
    found
}

/// Judging a report again changes nothing, whether it was stored in between or not.
fn as_again(report: &Value) -> Vec<String> {
    let json = report.to_string();
    let report = match Report::from_json(&json) {
        Ok(report) => report,
        Err(error) => return vec![error.to_string()],
    };
    let mut found = Vec::new();
    for (way, again) in
        [("diagnosed again", Ok(report.diagnosed_again())), ("read", Report::diagnose_json(&json, None))]
    {
        match again {
            Ok(again) if again == report => {}
            Ok(again) => {
                let value = |report: &Report| serde_json::to_value(report).unwrap();
                let differs = difference("", &value(&again), &value(&report));
                found.push(format!("{way}, it is another report: {}", differs.unwrap_or_default()));
            }
            Err(error) => found.push(format!("{way}: {error}")),
        }
    }
    let change = Report::diff(&report, &report);
    if change.verdict != Change::Same || !change.facts.is_empty() {
        found.push(format!("it differs from itself: {}", change.summary));
    }
    found
}

#[test]
fn rust_reports_what_is_expected() {
    let bless = std::env::var_os("RDPCHECK_BLESS").is_some();
    let complaints = play_all(&Language::Rust, |path, scenario, played| {
        let mut found = as_expected(scenario, played);
        let Played { report, port, .. } = played;
        found.extend(as_text(report));
        found.extend(as_again(report));
        let kept = serde_json::to_string_pretty(&extract(&normalise(report, *port))).unwrap() + "\n";
        let file = path.with_extension("json");
        if bless {
            std::fs::write(&file, &kept).unwrap();
        }
        let wanted = std::fs::read_to_string(&file).unwrap_or_default();
        if kept != wanted {
            let differs = kept.lines().zip(wanted.lines()).find(|(got, wanted)| got != wanted);
            let (got, wanted) = differs.unwrap_or(("more or fewer lines", ""));
            found.push(format!("{}: got {}, expected {}", file.display(), got.trim(), wanted.trim()));
        }
        found
    });
    assert_none(&complaints);
}

fn same_as_rust(language: &Language) {
    let complaints = play_all(language, |_, scenario, theirs| {
        let ours = match play(scenario, &Language::Rust) {
            Ok(played) => played,
            Err(error) => return vec![error],
        };
        let normal = |played: &Played| normalise(&played.report, played.port);
        difference("", &normal(theirs), &normal(&ours)).into_iter().collect()
    });
    assert_none(&complaints);
}

/// The first place at which two values differ.
fn difference(at: &str, theirs: &Value, ours: &Value) -> Option<String> {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            keys.into_iter().find_map(|key| match (a.get(key), b.get(key)) {
                (Some(a), Some(b)) => difference(&format!("{at}/{key}"), a, b),
                (theirs, _) => Some(format!(
                    "{at}/{key} is only in {}",
                    if theirs.is_some() { "theirs" } else { "Rust's" }
                )),
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(index, (a, b))| difference(&format!("{at}/{index}"), a, b))
        }
        _ if theirs == ours => None,
        _ => Some(format!("{at}: {theirs:.200} against Rust's {ours:.200}")),
    }
}

#[test]
fn c_reports_the_same() {
    match std::env::var("RDPCHECK_C_EXAMPLE") {
        Ok(program) => same_as_rust(&Language::Command(vec![program])),
        Err(_) => {
            println!("SKIPPED c_reports_the_same: RDPCHECK_C_EXAMPLE is not set (cargo xtask test sets it)")
        }
    }
}

#[test]
fn python_reports_the_same() {
    match std::env::var("RDPCHECK_PYTHON") {
        Ok(python) => same_as_rust(&Language::Command(vec![python, "-m".to_owned(), "rdpcheck".to_owned()])),
        Err(_) => {
            println!("SKIPPED python_reports_the_same: RDPCHECK_PYTHON is not set (cargo xtask test sets it)")
        }
    }
}
