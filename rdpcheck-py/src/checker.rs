//! Checks, blocking and in the background.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use rdpcheck_core::{CheckOptions, Checker, blocking};

use crate::error::{guarded, raise};
use crate::options;
use crate::report::CoreReport;
use crate::runtime::{self, RunningCheck};

/// The checker under a `rdpcheck.Checker`.
#[derive(Debug)]
#[pyclass(frozen, module = "rdpcheck._rdpcheck")]
pub(crate) struct CoreChecker {
    checker: Checker,
    blocking: blocking::Checker,
}

#[pymethods]
impl CoreChecker {
    #[new]
    #[pyo3(signature = (**options))]
    fn new(py: Python<'_>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let options = match options {
            Some(options) => options::read(py, options)?,
            None => CheckOptions::default(),
        };
        let invalid = |error| raise(py, error);
        Ok(Self {
            checker: Checker::new(options.clone()).map_err(invalid)?,
            blocking: blocking::Checker::new(options).map_err(invalid)?,
        })
    }

    /// Checks a host and blocks until that is done or a signal handler raises.
    fn check(
        &self,
        py: Python<'_>,
        target: &Bound<'_, PyAny>,
        port: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<CoreReport> {
        let target = options::target(py, target, port)?;
        let mut raised = None;
        let result = py.detach(|| {
            guarded(|| {
                self.blocking.check_until(&target, || match Python::try_attach(|py| py.check_signals()) {
                    Some(Ok(())) => false,
                    Some(Err(error)) => {
                        raised = Some(error);
                        true
                    }
                    // The interpreter is going away, and with it whoever waits.
                    None => true,
                })
            })
        });
        match (raised, result) {
            (Some(error), _) => Err(error),
            (None, Ok(report)) => Ok(report.into()),
            (None, Err(error)) => Err(raise(py, error)),
        }
    }

    /// Begins a check; `done(report, None)` or `done(None, exception)` is called on another thread when it ends, and
    /// never when it is cancelled.
    fn start(
        &self,
        py: Python<'_>,
        target: &Bound<'_, PyAny>,
        port: Option<&Bound<'_, PyAny>>,
        done: Py<PyAny>,
    ) -> PyResult<RunningCheck> {
        let target = options::target(py, target, port)?;
        runtime::start(py, self.checker.clone(), target, done)
    }
}
