//! What the Python package is compared with in its tests.

use pyo3::prelude::*;
use rdpcheck_core::diagnose::Outcome;
use rdpcheck_core::evidence::{Probe, SkipReason, Stage};
use rdpcheck_core::{AddressFamily, Cause, Depth, Headline, Report, Verdict};

/// Every code of the core's lists, by the name of the enum.
#[pyfunction]
pub(crate) fn list_all_codes() -> Vec<(&'static str, Vec<&'static str>)> {
    fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().copied().map(code).collect()
    }
    let open: Vec<Verdict> = Verdict::ALL.iter().copied().filter(|verdict| verdict.is_open()).collect();
    vec![
        ("AddressFamily", codes(AddressFamily::ALL, AddressFamily::code)),
        ("Cause", codes(Cause::ALL, Cause::code)),
        ("Depth", codes(Depth::ALL, Depth::code)),
        ("Headline", codes(Headline::ALL, Headline::code)),
        ("OpenVerdict", codes(&open, Verdict::code)),
        ("Outcome", codes(Outcome::ALL, Outcome::code)),
        ("Probe", codes(Probe::ALL, Probe::code)),
        ("SkipReason", codes(SkipReason::ALL, SkipReason::code)),
        ("Stage", codes(Stage::ALL, Stage::code)),
        ("Verdict", codes(Verdict::ALL, Verdict::code)),
    ]
}

/// The JSON Schema of reports.
#[pyfunction]
pub(crate) fn json_schema() -> String {
    Report::json_schema()
}
