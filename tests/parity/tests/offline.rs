//! What needs no host, in Python against Rust: explanations, searches, descriptions, comparisons, stored reports.
//!
//! `RDPCHECK_PYTHON` is a Python that has the package; without it this says that it is skipped.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rdpcheck_core::code::{Table, find};
use rdpcheck_core::{Cause, CheckOptions, ClientError, Report, blocking, explain};
use rdpcheck_lab::{LabHost, Scenario};

struct Python(String);

impl Python {
    fn there() -> Option<Self> {
        std::env::var("RDPCHECK_PYTHON").ok().map(Self)
    }

    /// What the interpreter prints.
    fn prints(&self, arguments: &[&str]) -> String {
        let run = Command::new(&self.0)
            .args(arguments)
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&run.stderr);
        assert!(errors.is_empty(), "{arguments:?}: {errors}");
        String::from_utf8(run.stdout).unwrap()
    }

    /// What a command of the package writes.
    fn writes(&self, arguments: &[&str]) -> String {
        self.prints(&[&["-m", "rdpcheck"], arguments].concat())
    }
}

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rdpcheck-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.into_os_string().into_string().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn checked(scenario: &str) -> Report {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../scenarios/{scenario}.toml"));
    let host = LabHost::start(&Scenario::from_file(&file).unwrap()).unwrap();
    blocking::check(&host.address().to_string().parse().unwrap(), CheckOptions::default()).unwrap()
}

/// Every pair that a cause is known by, every number of the tables of clients, and some that nobody knows.
fn pairs() -> BTreeSet<(u32, Option<u32>)> {
    let shown = Cause::ALL.iter().flat_map(|cause| cause.shows()).map(|shown| (shown.code, shown.extended));
    let codes = Table::OF_ERROR_CODES
        .iter()
        .flat_map(|table| table.entries())
        .flat_map(|entry| [(entry.number(), None), (entry.number(), Some(7))]);
    let extended = Table::OF_EXTENDED_CODES
        .iter()
        .flat_map(|table| table.entries())
        .map(|entry| (3, Some(entry.number())));
    let unknown = [(0x516, None), (u32::MAX, Some(u32::MAX)), (0, Some(0)), (0x8000_4005, None)];
    shown.chain(codes).chain(extended).chain(unknown).collect()
}

/// The lines on which two texts differ first.
fn assert_lines(theirs: &str, ours: &str) {
    for (theirs, ours) in theirs.lines().zip(ours.lines()) {
        assert!(theirs == ours, "Python: {theirs}\nRust:   {ours}");
    }
    assert_eq!(theirs.lines().count(), ours.lines().count());
}

#[test]
fn python_explains_the_same() {
    let Some(python) = Python::there() else {
        println!("SKIPPED python_explains_the_same: RDPCHECK_PYTHON is not set (cargo xtask test sets it)");
        return;
    };
    let folder = Folder::new("explain");
    let pairs = pairs();
    let list = pairs.iter().map(|(code, extended)| {
        let extended = extended.map_or_else(|| "None".to_owned(), |extended| extended.to_string());
        format!("({code}, {extended})")
    });
    let list: Vec<String> = list.collect();
    let program = format!(
        "import json, rdpcheck\n\
         for pair in [{}]:\n    \
             explanation = rdpcheck.explain(*pair)\n    \
             print(explanation.to_json())\n    \
             print(explanation.to_json(pretty=True))\n    \
             print(json.dumps(explanation.text))\n",
        list.join(", ")
    );
    let theirs = python.prints(&[&folder.file("explain.py", &program)]);
    let ours: Vec<String> = pairs
        .iter()
        .map(|&(code, extended)| {
            let explanation = explain(code, extended);
            let text = serde_json::to_string(&explanation.to_text()).unwrap();
            format!("{}\n{}\n{text}", explanation.to_json(), explanation.to_json_pretty())
        })
        .collect();
    assert_lines(&theirs, &ours.join("\n"));
}

#[test]
fn python_commands_write_the_same() {
    let Some(python) = Python::there() else {
        println!(
            "SKIPPED python_commands_write_the_same: RDPCHECK_PYTHON is not set (cargo xtask test sets it)"
        );
        return;
    };
    let shown = ClientError::SOCKET_CLOSED;
    let explanation = explain(shown.code, shown.extended);
    assert_eq!(python.writes(&["explain", "0x904", "0x7"]), explanation.to_text());
    assert_eq!(python.writes(&["explain", "--json", "2308/7"]), explanation.to_json() + "\n");
    assert_eq!(python.writes(&["explain", "--pretty", "2308", "7"]), explanation.to_json_pretty() + "\n");
    let all: Vec<String> = Cause::ALL.iter().map(|cause| cause.describe().to_json()).collect();
    assert_eq!(python.writes(&["causes", "--json"]), format!("[{}]\n", all.join(",")));
    let cause = Cause::ListenerKeyUnusable.describe();
    assert_eq!(python.writes(&["causes", "listener-key-unusable"]), cause.to_text());
    assert_eq!(
        python.writes(&["causes", "--pretty", "listener-key-unusable"]),
        cause.to_json_pretty() + "\n"
    );
    for words in ["account locked", "260", "0x516", "handshake_failure"] {
        let found = serde_json::to_string(&find(words)).unwrap();
        assert_eq!(python.writes(&["codes", "--json", words]), found + "\n", "{words}");
    }
}

#[test]
fn python_compares_the_same() {
    let Some(python) = Python::there() else {
        println!("SKIPPED python_compares_the_same: RDPCHECK_PYTHON is not set (cargo xtask test sets it)");
        return;
    };
    let folder = Folder::new("diff");
    let reports = ["tls-reset-always", "certificate-expired", "windows-nla"].map(|name| {
        let report = checked(name);
        let file = folder.file(name, &report.to_json());
        (report, file)
    });
    for (before, first) in &reports {
        assert_eq!(python.writes(&["diagnose", "--json", first]), before.diagnosed_again().to_json() + "\n");
        let heard = Report::diagnose_json(&before.to_json(), Some(ClientError::SOCKET_CLOSED)).unwrap();
        let arguments = ["diagnose", "--pretty", "--client-error", "0x904/0x7", first];
        assert_eq!(python.writes(&arguments), heard.to_json_pretty() + "\n");
        for (after, second) in &reports {
            let diff = Report::diff(before, after);
            assert_eq!(python.writes(&["diff", "--json", first, second]), diff.to_json() + "\n");
            assert_eq!(python.writes(&["diff", "--pretty", first, second]), diff.to_json_pretty() + "\n");
            assert_eq!(python.writes(&["diff", first, second]), diff.to_text());
        }
    }
}
