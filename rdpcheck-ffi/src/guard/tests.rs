use super::*;
use crate::error::{rdpcheck_error_code, rdpcheck_error_free, rdpcheck_error_message};

fn message_of(body: impl FnOnce() -> Result<(), Failure>) -> String {
    let mut error = ptr::null_mut();
    // SAFETY: the pointer is to a local variable.
    let status = unsafe { guard_status(&raw mut error, body) };
    assert_eq!(status, Status::Internal);
    // SAFETY: the object was made by the call above.
    assert_eq!(unsafe { rdpcheck_error_code(error) }, Status::Internal);
    // SAFETY: as above.
    let message = unsafe { rdpcheck_error_message(error) };
    // SAFETY: the text lives until the object is freed.
    let text = unsafe { CStr::from_ptr(message.data) }.to_str().unwrap().to_owned();
    // SAFETY: it is freed once.
    unsafe { rdpcheck_error_free(error) };
    text
}

#[test]
fn a_panic_becomes_internal_with_its_text() {
    assert_eq!(message_of(|| panic!("plain")), "internal error: plain; please report this");
    assert_eq!(message_of(|| panic!("number {}", 7)), "internal error: number 7; please report this");
    assert_eq!(
        message_of(|| std::panic::panic_any(7)),
        "internal error: a panic without a text; please report this"
    );
}

#[test]
fn a_panic_without_error_out_is_a_status_alone() {
    // SAFETY: NULL is allowed.
    let status = unsafe { guard_status(ptr::null_mut(), || panic!("nobody listens")) };
    assert_eq!(status, Status::Internal);
}

#[test]
fn a_panic_in_an_accessor_gives_what_is_absent() {
    assert_eq!(guard(5, || panic!("no")), 5);
    // SAFETY: the object is a local variable.
    assert_eq!(unsafe { read(ptr::from_ref(&0_u8), 7, |_| panic!("no")) }, 7);
}
