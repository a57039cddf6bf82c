//! From Python's arguments to targets and options of the core.

use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDelta, PyDict, PyFloat, PyInt, PyString, PyTuple};
use rdpcheck_core::{AddressFamily, CheckOptions, ClientError, Depth, Error, Target};

use crate::error::raise;

const CLIENT_ERROR: &str = "CODE or CODE/EXTENDED, decimal or 0x hexadecimal, each 0 to 4294967295";

/// Options by the names of their setters; `None` leaves an option at its default.
pub(crate) fn read(py: Python<'_>, given: &Bound<'_, PyDict>) -> PyResult<CheckOptions> {
    let mut options = CheckOptions::default();
    for (name, value) in given {
        if value.is_none() {
            continue;
        }
        let name: String = name.extract()?;
        options = set(py, options, &name, &value)?;
    }
    Ok(options)
}

fn set(
    py: Python<'_>,
    options: CheckOptions,
    name: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<CheckOptions> {
    let invalid = |error| raise(py, error);
    Ok(match name {
        "depth" => options.depth(Depth::from_code(&text(name, value)?).map_err(invalid)?),
        "address_family" => {
            options.address_family(AddressFamily::from_code(&text(name, value)?).map_err(invalid)?)
        }
        "client_error" => options.client_error(client_error(py, value)?),
        "server_name" => options.server_name(text(name, value)?),
        "probe_name" => options.probe_name(text(name, value)?.parse().map_err(invalid)?),
        "wake_on_lan" => options.wake_on_lan(text(name, value)?.parse().map_err(invalid)?),
        "expiry_threshold_days" => {
            options.expiry_threshold_days(number(py, "expiry_threshold_days", value, "0 to 3650 days")?)
        }
        _ => options.limit_seconds(name, seconds(name, value)?).map_err(invalid)?,
    })
}

/// A target and, beside it, a port.
pub(crate) fn target(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    port: Option<&Bound<'_, PyAny>>,
) -> PyResult<Target> {
    let target: Target = text("target", given)?.parse().map_err(|error| raise(py, error))?;
    let Some(port) = port else {
        return Ok(target);
    };
    let allowed = "1 to 65535";
    let port = number(py, "port", port, allowed)?;
    match u16::try_from(port) {
        Ok(port) if port > 0 => target.with_port(port).map_err(|error| raise(py, error)),
        _ => Err(out_of_range(py, "port", port.to_string(), allowed)),
    }
}

/// A client's error code as text, number, or pair of code and extended code.
pub(crate) fn client_error(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<ClientError> {
    let number = |value: &Bound<'_, PyAny>| number(py, "client_error", value, CLIENT_ERROR);
    if value.is_instance_of::<PyString>() {
        return text("client_error", value)?.parse().map_err(|error| raise(py, error));
    }
    let Ok(pair) = value.cast::<PyTuple>() else {
        return number(value).map(|code| ClientError::new(code, None));
    };
    match pair.len() {
        1 | 2 => {
            let extended = pair.get_item(1).ok().filter(|extended| !extended.is_none());
            let extended = extended.map(|extended| number(&extended)).transpose()?;
            Ok(ClientError::new(number(&pair.get_item(0)?)?, extended))
        }
        _ => Err(out_of_range(py, "client_error", pair.repr()?.to_string(), CLIENT_ERROR)),
    }
}

/// Reads `CODE` or `CODE/EXTENDED`, and the code in what people paste.
#[pyfunction]
pub(crate) fn parse_client_error(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<(u32, Option<u32>)> {
    client_error(py, text).map(|shown| (shown.code, shown.extended))
}

/// An unsigned number; an error names the option, the value and the range.
pub(crate) fn number(
    py: Python<'_>,
    option: &'static str,
    value: &Bound<'_, PyAny>,
    allowed: &'static str,
) -> PyResult<u32> {
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        return Err(wrong_type(option, "int", value));
    }
    value.extract().map_err(|error: PyErr| {
        if error.is_instance_of::<PyOverflowError>(py) {
            // A number of more than 4300 digits has no text.
            let shown = value.str().map_or_else(|_| "a huge number".to_owned(), |text| text.to_string());
            out_of_range(py, option, shown, allowed)
        } else {
            error
        }
    })
}

fn seconds(option: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if value.is_instance_of::<PyDelta>() {
        return value.call_method0("total_seconds")?.extract();
    }
    let is_number = value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>();
    if value.is_instance_of::<PyBool>() || !is_number {
        return Err(wrong_type(option, "a number of seconds or datetime.timedelta", value));
    }
    match value.extract() {
        Err(error) if PyErr::is_instance_of::<PyOverflowError>(&error, value.py()) => Ok(f64::INFINITY),
        result => result,
    }
}

/// Text; what is not Unicode in it (arguments of a command may carry such bytes) is replaced, and refused later.
pub(crate) fn text(option: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyString>() {
        Ok(text) => Ok(text.to_string_lossy().into_owned()),
        Err(_) => Err(wrong_type(option, "str", value)),
    }
}

fn wrong_type(option: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let class = value.get_type().name().map_or_else(|_| "another".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{option} must be {wanted}, not {class}"))
}

fn out_of_range(py: Python<'_>, option: &'static str, value: String, allowed: &'static str) -> PyErr {
    let error = Error::InvalidOptions { option, value, allowed };
    raise(py, error)
}
