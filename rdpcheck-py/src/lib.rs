//! Python interface of rdpcheck: the extension module under the package `rdpcheck`.
//!
//! It checks, and hands reports over as JSON; the typed classes are Python and read that JSON. No protocol and no
//! judgement is here.

mod checker;
mod codes;
mod error;
mod explain;
mod options;
mod report;
mod runtime;

use pyo3::pymodule;

#[pymodule(gil_used = false)]
mod _rdpcheck {
    #[pymodule_export]
    use super::checker::CoreChecker;
    #[pymodule_export]
    use super::codes::{json_schema, list_all_codes, list_all_schemas};
    #[pymodule_export]
    use super::error::panic_on_purpose;
    #[pymodule_export]
    use super::explain::{describe, explain, find_codes, says};
    #[pymodule_export]
    use super::options::parse_client_error;
    #[pymodule_export]
    use super::report::CoreReport;
    #[pymodule_export]
    use super::runtime::RunningCheck;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name that Python programs look for")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
