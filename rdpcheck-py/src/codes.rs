//! What the Python package is compared with in its tests.

use pyo3::prelude::*;
use rdpcheck_core::code::{Found, Table};
use rdpcheck_core::diagnose::{
    Basis, Bearing, CauseDescription, Effect, FitOutcome, Outcome, RemedyKind, RemedyPlace, Shell, ShownBasis,
};
use rdpcheck_core::evidence::{Probe, SkipReason, Stage};
use rdpcheck_core::report::{Change, ReportDiff};
use rdpcheck_core::{AddressFamily, Cause, Depth, Explanation, Headline, Report, Verdict};
use schemars::schema_for;

/// Every code of the core's lists, by the name of the enum.
#[pyfunction]
pub(crate) fn list_all_codes() -> Vec<(&'static str, Vec<&'static str>)> {
    fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
        all.iter().copied().map(code).collect()
    }
    let open: Vec<Verdict> = Verdict::ALL.iter().copied().filter(|verdict| verdict.is_open()).collect();
    vec![
        ("AddressFamily", codes(AddressFamily::ALL, AddressFamily::code)),
        ("Basis", codes(Basis::ALL, Basis::code)),
        ("Bearing", codes(Bearing::ALL, Bearing::code)),
        ("Cause", codes(Cause::ALL, Cause::code)),
        ("Change", codes(Change::ALL, Change::code)),
        ("CodeTable", codes(Table::ALL, Table::code)),
        ("Depth", codes(Depth::ALL, Depth::code)),
        ("Effect", codes(Effect::ALL, Effect::code)),
        ("FitOutcome", codes(FitOutcome::ALL, FitOutcome::code)),
        ("Headline", codes(Headline::ALL, Headline::code)),
        ("OpenVerdict", codes(&open, Verdict::code)),
        ("Outcome", codes(Outcome::ALL, Outcome::code)),
        ("Probe", codes(Probe::ALL, Probe::code)),
        ("RemedyKind", codes(RemedyKind::ALL, RemedyKind::code)),
        ("RemedyPlace", codes(RemedyPlace::ALL, RemedyPlace::code)),
        ("Shell", codes(Shell::ALL, Shell::code)),
        ("ShownBasis", codes(ShownBasis::ALL, ShownBasis::code)),
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

/// The JSON Schemas of what is no part of a report, by the name of the class.
#[pyfunction]
pub(crate) fn list_all_schemas() -> Vec<(&'static str, String)> {
    let written = |schema: schemars::Schema| schema.to_value().to_string();
    vec![
        ("CauseDescription", written(schema_for!(CauseDescription))),
        ("Explanation", written(schema_for!(Explanation))),
        ("FoundCodes", written(schema_for!(Found))),
        ("ReportDiff", written(schema_for!(ReportDiff))),
    ]
}
