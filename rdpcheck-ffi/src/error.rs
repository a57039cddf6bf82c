//! Why a call failed.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use crate::guard::{free, read};
use crate::status::Status;
use crate::string::{Str, Text};

/// Why a call failed. Owned by the caller.
#[derive(Debug)]
pub struct Error {
    status: Status,
    message: Text,
}

/// The status that the call returned; `RDPCHECK_STATUS_OK` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_error_code(error: *const Error) -> Status {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(error, Status::Ok, |error| error.status) }
}

/// What went wrong, in one clause that names the value and what is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_error_message(error: *const Error) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(error, Str::EMPTY, |error| error.message.view()) }
}

/// Frees an error. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_error_free(error: *mut Error) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(error) };
}

/// A failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    message: Text,
}

impl Failure {
    pub(crate) fn new(status: Status, message: &str) -> Self {
        Self { status, message: Text::new(message) }
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }
}

impl From<rdpcheck_core::Error> for Failure {
    fn from(error: rdpcheck_core::Error) -> Self {
        use rdpcheck_core::Error as Core;
        let status = match error {
            Core::Cancelled => Status::Cancelled,
            Core::InvalidOptions { .. } => Status::InvalidOptions,
            Core::InvalidTarget { .. } => Status::InvalidTarget,
            Core::InvalidReport { .. } => Status::InvalidReport,
            Core::Resource { .. } => Status::Resource,
            _ => Status::Internal,
        };
        Self::new(status, &error.to_string())
    }
}

impl From<Failure> for Error {
    fn from(Failure { status, message }: Failure) -> Self {
        Self { status, message }
    }
}
