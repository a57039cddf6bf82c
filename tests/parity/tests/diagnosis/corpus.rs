//! Evidence: that of every scenario, played once, and small changes of it for what no scripted host can do.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use rdpcheck_core::diagnose::{Diagnosis, diagnose};
use rdpcheck_core::evidence::Evidence;
use rdpcheck_core::{Cause, ClientError, Finding};
use rdpcheck_lab::Scenario;
use rdpcheck_parity::{Language, play, scenarios};
use serde::Deserialize as _;
use serde_json::Value;

use crate::variants;

/// Scenarios that are played at once. Most of their time is waiting.
const AT_ONCE: usize = 8;

/// Evidence, and what is said of it.
#[derive(Clone)]
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) evidence: Evidence,
    pub(crate) shown: Option<ClientError>,
    pub(crate) diagnosis: Diagnosis,
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let probes: Vec<&str> =
            self.evidence.follow_ups.iter().map(|follow_up| follow_up.probe.code()).collect();
        write!(f, "{}, {:?}, follow-ups {probes:?}", self.name, self.shown)
    }
}

impl Set {
    pub(crate) fn new(name: String, evidence: Evidence, shown: Option<ClientError>) -> Self {
        let diagnosis = diagnose(&evidence, shown);
        Self { name, evidence, shown, diagnosis }
    }

    fn read(name: String, report: &Value) -> Self {
        // The keys of the evidence are those of a report that holds it.
        let evidence =
            Evidence::deserialize(report).unwrap_or_else(|error| panic!("{name}: evidence: {error}"));
        let shown = Option::deserialize(&report["client_error"]).unwrap();
        Self::new(name, evidence, shown)
    }

    /// The part of its report that findings point into.
    pub(crate) fn report(&self) -> Value {
        let mut report = serde_json::to_value(&self.evidence).unwrap();
        report["client_error"] = serde_json::to_value(self.shown).unwrap();
        report["peer"] = serde_json::to_value(&self.diagnosis.peer).unwrap();
        report
    }

    pub(crate) fn finding(&self, cause: Cause) -> &Finding {
        self.diagnosis.findings.iter().find(|finding| finding.cause == cause).unwrap()
    }
}

/// Every set.
pub(crate) static CORPUS: LazyLock<Vec<Set>> = LazyLock::new(|| {
    let played = play_all();
    let mut sets: Vec<Set> = played.iter().map(|(name, report)| Set::read(name.clone(), report)).collect();
    sets.extend(variants::all().into_iter().map(|variant| {
        let (_, base) = played
            .iter()
            .find(|(name, _)| name == variant.of)
            .unwrap_or_else(|| panic!("{}: no scenario {}", variant.name, variant.of));
        let mut report = base.clone();
        for (pointer, value) in variant.changes {
            change(&mut report, &pointer, value)
                .unwrap_or_else(|| panic!("{}: nothing at {pointer}", variant.name));
        }
        Set::read(variant.name.to_owned(), &report)
    }));
    sets
});

fn play_all() -> Vec<(String, Value)> {
    let files = scenarios();
    let next = AtomicUsize::new(0);
    let played = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                    let scenario = Scenario::from_file(path).unwrap();
                    let report = play(&scenario, &Language::Rust)
                        .unwrap_or_else(|error| panic!("{name}: {error}"))
                        .report;
                    played.lock().unwrap().push((name, report));
                }
            });
        }
    });
    let mut played = played.into_inner().unwrap();
    played.sort_by(|(one, _), (other, _)| one.cmp(other));
    played
}

/// Puts a value where a JSON pointer leads; `-` is a new last item of a list.
fn change(report: &mut Value, pointer: &str, value: Value) -> Option<()> {
    let (parent, key) = pointer.rsplit_once('/')?;
    match report.pointer_mut(parent)? {
        Value::Object(members) => {
            members.insert(key.to_owned(), value);
        }
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => *items.get_mut(key.parse::<usize>().ok()?)? = value,
        _ => return None,
    }
    Some(())
}
