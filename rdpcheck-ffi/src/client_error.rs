//! What a client shows.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use crate::guard::read;
use crate::string::{Str, Text};

/// What a Windows client shows: an error code and mostly an extended error code. Belongs to a report.
#[derive(Debug)]
pub struct ClientError {
    code: u32,
    extended: Option<u32>,
    text: Text,
}

impl From<rdpcheck_core::ClientError> for ClientError {
    fn from(shown: rdpcheck_core::ClientError) -> Self {
        Self { code: shown.code, extended: shown.extended, text: Text::new(&shown.to_string()) }
    }
}

/// The error code, for instance 0x904; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_code(client_error: *const ClientError) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, 0, |shown| shown.code) }
}

/// Whether the extended error code is known; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_has_extended(client_error: *const ClientError) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, false, |shown| shown.extended.is_some()) }
}

/// The extended error code, for instance 0x7; 0 where it is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_extended(client_error: *const ClientError) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, 0, |shown| shown.extended.unwrap_or(0)) }
}

/// Both as people write them: "0x904/0x7", or "0x204" where the extended code is not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_error_text(client_error: *const ClientError) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(client_error, Str::EMPTY, |shown| shown.text.view()) }
}
