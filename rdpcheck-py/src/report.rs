//! A report, read by the classes of the Python package through its JSON.

use pyo3::prelude::*;
use rdpcheck_core::Report;

use crate::error::{guarded, raise};
use crate::explain::Written;
use crate::options::{client_error, number};

/// The report under a `rdpcheck.Report`.
#[derive(Debug)]
#[pyclass(frozen, module = "rdpcheck._rdpcheck")]
pub(crate) struct CoreReport {
    report: Report,
}

impl From<Report> for CoreReport {
    fn from(report: Report) -> Self {
        Self { report }
    }
}

#[pymethods]
impl CoreReport {
    #[staticmethod]
    fn from_json(py: Python<'_>, json: &str) -> PyResult<Self> {
        py.detach(|| guarded(|| Report::from_json(json))).map(Self::from).map_err(|error| raise(py, error))
    }

    /// Reads the evidence of a stored report and judges it again.
    #[staticmethod]
    fn diagnose_json(py: Python<'_>, json: &str, shown: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let shown = shown.map(|shown| client_error(py, shown)).transpose()?;
        py.detach(|| guarded(|| Report::diagnose_json(json, shown)))
            .map(Self::from)
            .map_err(|error| raise(py, error))
    }

    fn diagnosed_again(&self, py: Python<'_>) -> PyResult<Self> {
        py.detach(|| guarded(|| Ok(self.report.diagnosed_again())))
            .map(Self::from)
            .map_err(|error| raise(py, error))
    }

    /// What changed from this report to a later one.
    fn diff(&self, py: Python<'_>, after: &Bound<'_, Self>) -> PyResult<Written> {
        let after = &after.get().report;
        py.detach(|| {
            guarded(|| {
                let diff = Report::diff(&self.report, after);
                Ok((diff.to_json(), diff.to_text()))
            })
        })
        .map_err(|error| raise(py, error))
    }

    #[getter]
    fn headline(&self) -> &'static str {
        self.report.headline.code()
    }

    #[getter]
    fn summary(&self) -> &str {
        &self.report.summary
    }

    fn detects(
        &self,
        py: Python<'_>,
        code: &Bound<'_, PyAny>,
        extended: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let allowed = "0 to 4294967295";
        let code = number(py, "code", code, allowed)?;
        let extended = extended.map(|extended| number(py, "extended", extended, allowed)).transpose()?;
        Ok(self.report.detects(code, extended))
    }

    fn to_json(&self, py: Python<'_>, pretty: bool) -> PyResult<String> {
        self.rendered(py, if pretty { Report::to_json_pretty } else { Report::to_json })
    }

    fn to_text(&self, py: Python<'_>) -> PyResult<String> {
        self.rendered(py, Report::to_text)
    }
}

impl CoreReport {
    fn rendered(&self, py: Python<'_>, render: fn(&Report) -> String) -> PyResult<String> {
        py.detach(|| guarded(|| Ok(render(&self.report)))).map_err(|error| raise(py, error))
    }
}
