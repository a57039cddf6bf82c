//! Errors of the core as exceptions of `rdpcheck.exceptions`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::IntoPyObjectExt as _;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};
use rdpcheck_core::Error;

/// The exception for an error.
pub(crate) fn raise(py: Python<'_>, error: Error) -> PyErr {
    exception(py, error).unwrap_or_else(|failure| failure)
}

fn exception(py: Python<'_>, error: Error) -> PyResult<PyErr> {
    // The classes are Python because a class of a stable-ABI module cannot extend Exception.
    static INVALID_OPTIONS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static INVALID_TARGET: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static INVALID_REPORT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static RESOURCE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    static INTERNAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();

    let message = error.to_string();
    let (class, name, arguments) = match error {
        Error::InvalidOptions { option, value, allowed } => (
            &INVALID_OPTIONS,
            "InvalidOptionsError",
            (message, option, value, allowed).into_bound_py_any(py)?,
        ),
        Error::InvalidTarget { value, problem, allowed } => {
            (&INVALID_TARGET, "InvalidTargetError", (message, value, problem, allowed).into_bound_py_any(py)?)
        }
        Error::InvalidReport { problem } => {
            (&INVALID_REPORT, "InvalidReportError", (message, problem).into_bound_py_any(py)?)
        }
        Error::Resource { operation, source } => (
            &RESOURCE,
            "ResourceError",
            (message, operation, source.raw_os_error(), source.to_string()).into_bound_py_any(py)?,
        ),
        _ => (&INTERNAL, "InternalError", (message,).into_bound_py_any(py)?),
    };
    let class = class.import(py, "rdpcheck.exceptions", name)?;
    let arguments = arguments.cast_into::<PyTuple>()?;
    Ok(PyErr::from_value(class.call1(arguments)?))
}

/// Does this work; a panic in it is an error like any other.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(bug(&*payload)))
}

/// The error for a panic.
pub(crate) fn bug(payload: &(dyn Any + Send)) -> Error {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    Error::Bug { what: text.unwrap_or("a panic without words").to_owned() }
}

/// Panics, so that tests can see what becomes of a panic.
#[pyfunction]
#[pyo3(name = "_panic")]
#[expect(clippy::panic, reason = "this is what it is for")]
pub(crate) fn panic_on_purpose(py: Python<'_>, text: &str) -> PyResult<()> {
    py.detach(|| guarded(|| panic!("{text}"))).map_err(|error| raise(py, error))
}
