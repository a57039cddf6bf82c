//! A wish to stop.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::guard::{free, give, guard, read};

/// A wish to stop, for any number of checks, one after the other or at once. Owned by the caller; it must outlive the
/// checks that it was given to.
#[derive(Debug)]
pub struct Cancel(AtomicBool);

impl Cancel {
    pub(crate) fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A wish that has not been uttered. To be freed with `rdpcheck_cancel_free`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn rdpcheck_cancel_new() -> *mut Cancel {
    guard(ptr::null_mut(), || give(Cancel(AtomicBool::new(false))))
}

/// Asks every check that was given this object to stop. They return `RDPCHECK_STATUS_CANCELLED` within 0.1 s; so does a
/// check that begins later. May be called from any thread at any time, and in a signal handler. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_cancel_request(cancel: *const Cancel) {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(cancel, (), |cancel| cancel.0.store(true, Ordering::Relaxed)) };
}

/// Whether checks were asked to stop; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_cancel_is_requested(cancel: *const Cancel) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(cancel, false, Cancel::is_requested) }
}

/// Frees the object. No check that was given it may be under way. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_cancel_free(cancel: *mut Cancel) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(cancel) };
}
