//! Reports that were stored by an earlier version: read, judged again, compared.
//!
//! `tests/reports/` was written by version 0.1.0 at format version 1 and stays as it is: readers of later versions read it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod again;
mod diff;

use std::path::Path;

use rdpcheck_core::Report;
use serde_json::Value;

/// The names of the stored reports, and their headline and first cause when they were written.
const STORED: &[(&str, &str, Option<&str>)] = &[
    ("certificate-expired", "degraded", Some("certificate-expired")),
    ("credssp-version-4", "failing", Some("credssp-oracle-policy")),
    ("deep-healthy", "healthy", None),
    ("deep-tls-1-0-only", "degraded", Some("legacy-tls-enabled")),
    ("not-rdp-ssh", "not-rdp", Some("not-rdp")),
    ("resets-first-two", "degraded", Some("connection-limit")),
    ("syn-dropped", "unreachable", Some("firewall-drops")),
    ("tls-reset-always", "failing", Some("listener-key-unusable")),
    ("windows-nla", "healthy", None),
    ("xrdp-key-unusable", "failing", Some("listener-key-unusable")),
];

fn stored(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(format!("{name}.json"));
    std::fs::read_to_string(path).expect("a stored report")
}

fn value(name: &str) -> Value {
    serde_json::from_str(&stored(name)).unwrap()
}

/// A stored report as this version judges it.
fn judged(name: &str) -> Report {
    Report::diagnose_json(&stored(name), None).unwrap()
}

/// The same with keys set, each named by a JSON pointer to a place that exists.
fn edited(name: &str, changes: &[(&str, Value)]) -> Report {
    let mut report = value(name);
    for (at, new) in changes {
        *report.pointer_mut(at).unwrap_or_else(|| panic!("{name} has no {at}")) = new.clone();
    }
    Report::diagnose_json(&report.to_string(), None).unwrap()
}
