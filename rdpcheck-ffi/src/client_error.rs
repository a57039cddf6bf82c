//! What a client shows.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::ClientError as Core;

use crate::error::Error;
use crate::guard::{Out, free, give, guard, guard_status, read, text};
use crate::status::Status;
use crate::string::{Str, Text};

/// What a Windows client shows: an error code and mostly an extended error code. Belongs to the report or the explanation
/// that it was asked of; the caller owns only what it made itself, by `rdpcheck_client_error_new` and its like.
#[derive(Debug)]
pub struct ClientError {
    core: Core,
    text: Text,
}

impl From<Core> for ClientError {
    fn from(core: Core) -> Self {
        Self { core, text: Text::new(&core.to_string()) }
    }
}

impl ClientError {
    pub(crate) fn core(&self) -> Core {
        self.core
    }
}

/// An error code with its extended error code, to be freed with `rdpcheck_client_error_free`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn rdpcheck_client_error_new(code: u32, extended: u32) -> *mut ClientError {
    guard(ptr::null_mut(), || give(Core::new(code, Some(extended)).into()))
}

/// As `rdpcheck_client_error_new`, where the extended error code is not known.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn rdpcheck_client_error_new_code(code: u32) -> *mut ClientError {
    guard(ptr::null_mut(), || give(Core::new(code, None).into()))
}

/// Reads `CODE` or `CODE/EXTENDED`, each decimal or hexadecimal with `0x`, and what people paste: the client's dialog in
/// any layout and most languages, its event 1026, log lines with the name of a code. At most 64 KiB.
///
/// On success, `*client_error_out` is to be freed with `rdpcheck_client_error_free`. `RDPCHECK_STATUS_INVALID_OPTIONS` when
/// there is no code in the text, or when there are two different ones, which the error then names.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_client_error_parse(
    shown: *const c_char,
    client_error_out: *mut *mut ClientError,
    error_out: *mut *mut Error,
) -> Status {
    let body = || {
        let out = Out::new(client_error_out, "client_error_out")?;
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let shown: Core = unsafe { text(shown, "shown") }?.parse()?;
        // SAFETY: the pointer is not NULL, and the caller lets it be written to.
        unsafe { out.give(shown.into()) };
        Ok(())
    };
    // SAFETY: the caller passes NULL or a pointer that can be written to.
    unsafe { guard_status(error_out, body) }
}

/// Frees what `rdpcheck_client_error_new`, `rdpcheck_client_error_new_code` or `rdpcheck_client_error_parse` made, and
/// nothing else. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_free(client_error: *mut ClientError) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(client_error) };
}

/// The error code, for instance 0x904; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_code(client_error: *const ClientError) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, 0, |shown| shown.core.code) }
}

/// Whether the extended error code is known; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_has_extended(client_error: *const ClientError) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, false, |shown| shown.core.extended.is_some()) }
}

/// The extended error code, for instance 0x7; 0 where it is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_extended(client_error: *const ClientError) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, 0, |shown| shown.core.extended.unwrap_or(0)) }
}

/// Both as people write them: "0x904/0x7", or "0x204" where the extended code is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_text(client_error: *const ClientError) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, Str::EMPTY, |shown| shown.text.view()) }
}
