//! The catalogue of causes.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::{CStr, c_char};
use std::ptr;

use rdpcheck_core::Cause;

use crate::guard::guard;
use crate::string::Codes;

static CODES: Codes<{ Cause::ALL.len() }> = Codes::new();

/// How many causes this version knows. Every report holds one finding for each.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_cause_count() -> usize {
    Cause::ALL.len()
}

/// The code of a cause of the catalogue, for instance "certificate-expired"; NULL beyond the end. It lives as long as the
/// library is loaded. `RDPCHECK_CAUSE_...` are the codes that the version of this header knows.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_cause_at(index: usize) -> *const c_char {
    guard(ptr::null(), || CODES.get(Cause::ALL, Cause::code, index).map_or(ptr::null(), CStr::as_ptr))
}

pub(crate) fn code(cause: Cause) -> *const c_char {
    CODES.find(Cause::ALL, Cause::code, |other| other == cause)
}
