//! What is known of codes and causes, without any host.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rdpcheck_core::code::find;
use rdpcheck_core::{Cause, Error};

use crate::error::{guarded, raise};
use crate::options::{client_error, text};

/// JSON on one line, and the same for a person.
pub(crate) type Written = (String, String);

/// What a client's codes mean.
#[pyfunction]
pub(crate) fn explain(py: Python<'_>, shown: &Bound<'_, PyAny>) -> PyResult<Written> {
    let shown = client_error(py, shown)?;
    py.detach(|| {
        guarded(|| {
            let explanation = rdpcheck_core::explain(shown.code, shown.extended);
            Ok((explanation.to_json(), explanation.to_text()))
        })
    })
    .map_err(|error| raise(py, error))
}

/// Searches every table of codes; JSON.
#[pyfunction]
pub(crate) fn find_codes(py: Python<'_>, wanted: &Bound<'_, PyAny>) -> PyResult<String> {
    let wanted = text("text", wanted)?;
    py.detach(|| {
        guarded(|| {
            serde_json::to_string(&find(&wanted)).map_err(|error| Error::Bug { what: error.to_string() })
        })
    })
    .map_err(|error| raise(py, error))
}

/// Everything that is known of a cause.
#[pyfunction]
pub(crate) fn describe(py: Python<'_>, code: &str) -> PyResult<Written> {
    let cause = cause(code)?;
    py.detach(|| {
        guarded(|| {
            let description = cause.describe();
            Ok((description.to_json(), description.to_text()))
        })
    })
    .map_err(|error| raise(py, error))
}

/// What a cause is, in one clause.
#[pyfunction]
pub(crate) fn says(code: &str) -> PyResult<&'static str> {
    cause(code).map(Cause::says)
}

fn cause(code: &str) -> PyResult<Cause> {
    code.parse().map_err(PyValueError::new_err::<String>)
}
