//! The boundary that every exported function stands behind.
#![expect(unsafe_code, reason = "pointers from C are read, written and freed here and nowhere else")]

use std::any::Any;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::error::{Error, Failure};
use crate::status::Status;

#[cfg(panic = "abort")]
compile_error!("a panic must become a status at the C boundary: build with panic = \"unwind\"");

/// Runs the body of an exported function. A panic gives `absent`.
pub(crate) fn guard<R>(absent: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(absent)
}

/// Runs the body of an exported function that can fail. A panic is an internal error with the panic's text.
///
/// # Safety
///
/// `error_out` is NULL or can be written to.
pub(crate) unsafe fn guard_status(
    error_out: *mut *mut Error,
    body: impl FnOnce() -> Result<(), Failure>,
) -> Status {
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|payload| Err(Failure::new(Status::Internal, &panic_text(payload.as_ref()))));
    let Err(failure) = result else {
        return Status::Ok;
    };
    let status = failure.status();
    if !error_out.is_null() {
        let error = give(Error::from(failure));
        // SAFETY: it is not NULL, and so can be written to, as this function demands.
        unsafe { error_out.write(error) };
    }
    status
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a text");
    format!("internal error: {text}; please report this")
}

/// What `get` says of an object; `absent` for NULL.
///
/// # Safety
///
/// `object` is NULL or a live object that nobody changes during the call.
pub(crate) unsafe fn read<T, R>(object: *const T, absent: R, get: impl FnOnce(&T) -> R) -> R {
    // SAFETY: the same as this function demands.
    let object = unsafe { object.as_ref() };
    guard(None, || object.map(get)).unwrap_or(absent)
}

/// One object of a list; NULL beyond the end.
pub(crate) fn item_at<T>(items: &[T], index: usize) -> *const T {
    items.get(index).map_or(ptr::null(), ptr::from_ref)
}

/// An object for the caller to free.
pub(crate) fn give<T>(object: T) -> *mut T {
    Box::into_raw(Box::new(object))
}

/// Frees an object; NULL is nothing.
///
/// # Safety
///
/// `object` is NULL or came from [`give`] and is not used again.
pub(crate) unsafe fn free<T>(object: *mut T) {
    guard((), || {
        if !object.is_null() {
            // SAFETY: it came from a box and is not used again, as this function demands.
            drop(unsafe { Box::from_raw(object) });
        }
    });
}

/// The text of an argument.
///
/// # Safety
///
/// `text` is NULL or ends in NUL and lives as long as `'a`.
pub(crate) unsafe fn text<'a>(text: *const c_char, argument: &str) -> Result<&'a str, Failure> {
    if text.is_null() {
        return Err(null_pointer(argument));
    }
    // SAFETY: it is not NULL, and so ends in NUL, as this function demands.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|error| {
        Failure::new(
            Status::InvalidUtf8,
            &format!("{argument} is not UTF-8: byte {} does not fit", error.valid_up_to()),
        )
    })
}

/// An out parameter that was found not to be NULL.
pub(crate) struct Out<T>(*mut *mut T);

impl<T> Out<T> {
    pub(crate) fn new(out: *mut *mut T, argument: &str) -> Result<Self, Failure> {
        if out.is_null() {
            return Err(null_pointer(argument));
        }
        Ok(Self(out))
    }

    /// Hands an object to the caller.
    ///
    /// # Safety
    ///
    /// The pointer can be written to.
    pub(crate) unsafe fn give(self, object: T) {
        let object = give(object);
        // SAFETY: it can be written to, as this function demands.
        unsafe { self.0.write(object) };
    }
}

fn null_pointer(argument: &str) -> Failure {
    Failure::new(Status::NullPointer, &format!("{argument} is NULL"))
}

#[cfg(test)]
mod tests;
