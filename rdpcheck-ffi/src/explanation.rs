//! What error codes mean, without any host.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::code::find;
use rdpcheck_core::{Cause, ClientError as CoreError, Explanation as Core, explain};

use crate::cause;
use crate::client_error::ClientError;
use crate::error::Error;
use crate::guard::{Out, free, give, guard, guard_status, read, text};
use crate::status::Status;
use crate::string::{OwnedString, Str, Text};

/// What the error codes of a client mean, and what they do not say. Owned by the caller. What is certain, what is not, the
/// stages, the claims that do not hold, and what to do next are in its JSON and its text.
#[derive(Debug)]
pub struct Explanation {
    core: Core,
    shown: ClientError,
    title: Text,
    meaning: Text,
    extended_meaning: Text,
    causes: Vec<Cause>,
}

impl From<CoreError> for Explanation {
    fn from(shown: CoreError) -> Self {
        let core = explain(shown.code, shown.extended);
        Self {
            shown: core.shown.into(),
            title: Text::new(&core.title),
            meaning: Text::new(&core.code.meaning),
            extended_meaning: Text::optional(core.extended.as_ref().map(|code| code.meaning.as_str())),
            causes: core.causes.iter().map(|explained| explained.cause).collect(),
            core,
        }
    }
}

/// Says what an error code with its extended error code means. No host is asked. To be freed with
/// `rdpcheck_explanation_free`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn rdpcheck_explain(code: u32, extended: u32) -> *mut Explanation {
    guard(ptr::null_mut(), || give(CoreError::new(code, Some(extended)).into()))
}

/// As `rdpcheck_explain`, where the extended error code is not known.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn rdpcheck_explain_code(code: u32) -> *mut Explanation {
    guard(ptr::null_mut(), || give(CoreError::new(code, None).into()))
}

/// As `rdpcheck_explain`, for the codes in a text, which is read as by `rdpcheck_client_error_parse`. On success,
/// `*explanation_out` is to be freed with `rdpcheck_explanation_free`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_explain_text(
    shown: *const c_char,
    explanation_out: *mut *mut Explanation,
    error_out: *mut *mut Error,
) -> Status {
    let body = || {
        let out = Out::new(explanation_out, "explanation_out")?;
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let shown: CoreError = unsafe { text(shown, "shown") }?.parse()?;
        // SAFETY: the pointer is not NULL, and the caller lets it be written to.
        unsafe { out.give(shown.into()) };
        Ok(())
    };
    // SAFETY: the caller passes NULL or a pointer that can be written to.
    unsafe { guard_status(error_out, body) }
}

/// Frees an explanation and everything that belongs to it. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_free(explanation: *mut Explanation) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(explanation) };
}

/// The codes that are explained, which a text gives only after it was read; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_shown(explanation: *const Explanation) -> *const ClientError {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, ptr::null(), |explanation| ptr::from_ref(&explanation.shown)) }
}

/// Whether there is an authoritative text about each code that was given; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_is_known(explanation: *const Explanation) -> bool {
    let known = |explanation: &Explanation| {
        let mut codes = std::iter::once(&explanation.core.code).chain(&explanation.core.extended);
        codes.all(|code| code.table.is_some())
    };
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, false, known) }
}

/// What it comes to, in one clause.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_title(explanation: *const Explanation) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, Str::EMPTY, |explanation| explanation.title.view()) }
}

/// What the error code means, or that no authoritative text is known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_meaning(explanation: *const Explanation) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, Str::EMPTY, |explanation| explanation.meaning.view()) }
}

/// What the extended error code means, or that no authoritative text is known; "" when none was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_extended_meaning(explanation: *const Explanation) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, Str::EMPTY, |explanation| explanation.extended_meaning.view()) }
}

/// How many causes the codes can come from.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_cause_count(explanation: *const Explanation) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, 0, |explanation| explanation.causes.len()) }
}

/// The code of a cause that the codes can come from, the best founded first; NULL beyond the end. It lives as long as the
/// library is loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_explanation_cause_at(
    explanation: *const Explanation,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, ptr::null(), |explanation| cause::code_at(&explanation.causes, index)) }
}

/// The explanation as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_explanation_json(
    explanation: *const Explanation,
    pretty: bool,
) -> *mut OwnedString {
    let json = |explanation: &Explanation| {
        let core = &explanation.core;
        OwnedString::give(&if pretty { core.to_json_pretty() } else { core.to_json() })
    };
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(explanation, ptr::null_mut(), json) }
}

/// The explanation for a person, on one screen, to be freed with `rdpcheck_string_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_explanation_text(explanation: *const Explanation) -> *mut OwnedString {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(explanation, ptr::null_mut(), |explanation| OwnedString::give(&explanation.core.to_text()))
    }
}

/// Searches every table of codes, as JSON, on one line or indented, to be freed with `rdpcheck_string_free`: for a number,
/// decimal or hexadecimal with `0x`, else for a symbol in any case, else for what has all the words. `entries` of the JSON
/// is empty when nothing is found. The same number means different things in different tables: each entry names its own.
/// NULL for NULL and for a text that is not UTF-8.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_code_find(wanted: *const c_char, pretty: bool) -> *mut OwnedString {
    guard(ptr::null_mut(), || {
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let Ok(wanted) = (unsafe { text(wanted, "wanted") }) else {
            return ptr::null_mut();
        };
        let found = find(wanted);
        let json = if pretty { serde_json::to_string_pretty(&found) } else { serde_json::to_string(&found) };
        // Every key is a string and no value can fail to be written.
        OwnedString::give(&json.unwrap_or_default())
    })
}
