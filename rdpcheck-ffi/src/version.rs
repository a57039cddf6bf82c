//! Which version of the library is loaded.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::{CStr, c_char};

/// The version of the binary interface that this header describes. It changes when a program that was built with an
/// older header could misbehave; functions, options and numbers that are added do not change it.
pub const ABI_VERSION: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library, for instance "1.2.3". Compare with `RDPCHECK_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The version of the library's binary interface. A program that was built with another `RDPCHECK_ABI_VERSION` must not
/// call anything but this and `rdpcheck_version`.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_abi_version() -> u32 {
    ABI_VERSION
}
