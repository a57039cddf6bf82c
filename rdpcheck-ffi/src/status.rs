//! How a call ended.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use crate::guard::guard;

/// How a call ended. Tens are families: 1x the caller, 2x this machine, 3x cancelled, 4x rdpcheck itself.
/// New numbers may be added to a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Status {
    /// The call did what it is for. That a host is broken is in the report.
    Ok = 0,
    /// An argument that must not be NULL is.
    NullPointer = 10,
    /// A text is not UTF-8.
    InvalidUtf8 = 11,
    /// `struct_size` of a struct is not a size that this version understands.
    BadStructSize = 12,
    /// The target cannot be understood.
    InvalidTarget = 13,
    /// An option is outside its range, or a text holds no error code of a client.
    InvalidOptions = 14,
    /// A stored report cannot be read.
    InvalidReport = 15,
    /// This machine lacks what the check needs: file descriptors, memory, threads.
    Resource = 20,
    /// The caller asked for the check to stop.
    Cancelled = 30,
    /// A defect of rdpcheck.
    Internal = 40,
}

impl Status {
    const ALL: &'static [Self] = &[
        Self::Ok,
        Self::NullPointer,
        Self::InvalidUtf8,
        Self::BadStructSize,
        Self::InvalidTarget,
        Self::InvalidOptions,
        Self::InvalidReport,
        Self::Resource,
        Self::Cancelled,
        Self::Internal,
    ];

    #[expect(clippy::as_conversions, reason = "the number is the discriminant")]
    pub(crate) const fn number(self) -> u32 {
        self as u32
    }
}

/// The name of a status, for instance `RDPCHECK_STATUS_INVALID_TARGET`; "" for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_status_name(status: u32) -> *const c_char {
    guard(ptr::null(), || {
        let status = Status::ALL.iter().find(|known| known.number() == status);
        let name = match status {
            None => c"",
            Some(Status::Ok) => c"RDPCHECK_STATUS_OK",
            Some(Status::NullPointer) => c"RDPCHECK_STATUS_NULL_POINTER",
            Some(Status::InvalidUtf8) => c"RDPCHECK_STATUS_INVALID_UTF8",
            Some(Status::BadStructSize) => c"RDPCHECK_STATUS_BAD_STRUCT_SIZE",
            Some(Status::InvalidTarget) => c"RDPCHECK_STATUS_INVALID_TARGET",
            Some(Status::InvalidOptions) => c"RDPCHECK_STATUS_INVALID_OPTIONS",
            Some(Status::InvalidReport) => c"RDPCHECK_STATUS_INVALID_REPORT",
            Some(Status::Resource) => c"RDPCHECK_STATUS_RESOURCE",
            Some(Status::Cancelled) => c"RDPCHECK_STATUS_CANCELLED",
            Some(Status::Internal) => c"RDPCHECK_STATUS_INTERNAL",
        };
        name.as_ptr()
    })
}
