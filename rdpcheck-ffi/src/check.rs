//! The check.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;

use rdpcheck_core::{Target, blocking};

use crate::error::Error;
use crate::guard::{Out, guard_status, text};
use crate::options::Options;
use crate::report::Report;
use crate::status::Status;

/// Checks a host and blocks until it is done, at the latest at the deadline of the options. May be called on many
/// threads at once.
///
/// `target` is `host`, `host:port`, an IPv4 address with or without `:port`, an IPv6 address, or `[IPv6]:port`; the port
/// is 3389 where none is given. `options` may be NULL for defaults.
///
/// A host that refuses, resets or stays silent is no error: the call returns `RDPCHECK_STATUS_OK` and the report says what
/// is wrong. Then `*report_out` is a report, to be freed with `rdpcheck_report_free`. Otherwise nothing is written to
/// `report_out`, and if `error_out` is not NULL, `*error_out` is an error, to be freed with `rdpcheck_error_free`.
///
/// No credentials are sent and nothing on the host is changed.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_check(
    target: *const c_char,
    options: *const Options,
    report_out: *mut *mut Report,
    error_out: *mut *mut Error,
) -> Status {
    let body = || {
        let out = Out::new(report_out, "report_out")?;
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let target: Target = unsafe { text(target, "target") }?.parse()?;
        // SAFETY: the caller passes NULL or a struct of the size that it says it has.
        let options = unsafe { Options::from_caller(options) }?;
        // SAFETY: the texts of the options are NULL or end in NUL.
        let checker = blocking::Checker::new(unsafe { options.interpret() }?)?;
        // SAFETY: the caller passes NULL or an object that lives until the call returns.
        let report = match unsafe { options.cancel.as_ref() } {
            None => checker.check(&target),
            Some(cancel) => checker.check_until(&target, || cancel.is_requested()),
        }?;
        // SAFETY: the pointer is not NULL, and the caller lets it be written to.
        unsafe { out.give(Report::new(report)) };
        Ok(())
    };
    // SAFETY: the caller passes NULL or a pointer that can be written to.
    unsafe { guard_status(error_out, body) }
}
