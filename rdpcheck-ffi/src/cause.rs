//! The catalogue of causes.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::{CStr, c_char};
use std::ptr;

use rdpcheck_core::Cause;

use crate::guard::{guard, text};
use crate::stage::Stage;
use crate::string::{Codes, OwnedString};

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

/// What a cause is, in one clause; "" for a code that this version does not know. It lives as long as the library is
/// loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_cause_says(cause: *const c_char) -> *const c_char {
    static SAYS: Codes<{ Cause::ALL.len() }, 256> = Codes::new();
    guard(c"".as_ptr(), || {
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let cause = unsafe { known(cause) };
        SAYS.find(Cause::ALL, Cause::says, |other| Some(other) == cause)
    })
}

/// The stage at which a cause stops a connection; `RDPCHECK_STAGE_NONE` for what is no matter of one stage, and for a code
/// that this version does not know.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_cause_stage(cause: *const c_char) -> Stage {
    guard(Stage::None, || {
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        unsafe { known(cause) }.and_then(Cause::stage).map_or(Stage::None, Stage::from)
    })
}

/// Everything that is known of a cause as JSON, on one line or indented, to be freed with `rdpcheck_string_free`: what is
/// seen, what it does not prove, the rules, the remedies, what is not offered, the sources. NULL for a code that this version
/// does not know.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_cause_json(cause: *const c_char, pretty: bool) -> *mut OwnedString {
    let json = |cause: Cause| {
        let known = cause.describe();
        OwnedString::give(&if pretty { known.to_json_pretty() } else { known.to_json() })
    };
    // SAFETY: the caller passes NULL or a text that ends in NUL.
    guard(ptr::null_mut(), || unsafe { known(cause) }.map_or(ptr::null_mut(), json))
}

/// The same for a person, to be freed with `rdpcheck_string_free`. NULL for a code that this version does not know.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_cause_text(cause: *const c_char) -> *mut OwnedString {
    let text = |cause: Cause| OwnedString::give(&cause.describe().to_text());
    // SAFETY: the caller passes NULL or a text that ends in NUL.
    guard(ptr::null_mut(), || unsafe { known(cause) }.map_or(ptr::null_mut(), text))
}

/// The cause with this code.
///
/// # Safety
///
/// `code` is NULL or ends in NUL.
unsafe fn known(code: *const c_char) -> Option<Cause> {
    // SAFETY: the same as this function demands.
    unsafe { text(code, "cause") }.ok()?.parse().ok()
}

pub(crate) fn code(cause: Cause) -> *const c_char {
    CODES.find(Cause::ALL, Cause::code, |other| other == cause)
}

/// The code of one cause of a list; NULL beyond the end.
pub(crate) fn code_at(causes: &[Cause], index: usize) -> *const c_char {
    causes.get(index).map_or(ptr::null(), |&cause| code(cause))
}
