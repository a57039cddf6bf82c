//! The top line of a report.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Headline as Core;

use crate::guard::guard;
use crate::string::Codes;

/// The top line of a report. New numbers may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Headline {
    /// There is no report, or this version has no number for its headline.
    None = 0,
    /// A current client with default settings gets as far as the network can show.
    Healthy = 1,
    /// It works, and something is wrong that will bite.
    Degraded = 2,
    /// TCP connects and a current client gets no session.
    Failing = 3,
    /// No TCP connection.
    Unreachable = 4,
    /// Something else than Remote Desktop answers on the port.
    NotRdp = 5,
    /// It could not be told; the summary says why.
    Unknown = 6,
}

numbered!(Headline, Core, None, [Healthy, Degraded, Failing, Unreachable, NotRdp, Unknown]);

/// The code of a headline as in JSON, for instance "not-rdp"; "" for 0 and for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_headline_code(headline: u32) -> *const c_char {
    static CODES: Codes<{ Core::ALL.len() }> = Codes::new();
    guard(ptr::null(), || {
        CODES.find(Core::ALL, Core::code, |known| headline != 0 && Headline::from(known).number() == headline)
    })
}
