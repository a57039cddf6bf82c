//! How sure a cause is.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Verdict as Core;

use crate::guard::guard;
use crate::string::Codes;

/// How sure it is that a cause is at work. New numbers may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Verdict {
    /// There is no finding, or this version has no number for its verdict.
    None = 0,
    /// Nothing else explains what was seen.
    Confirmed = 1,
    /// It explains what was seen best; something else could.
    Likely = 2,
    /// It fits what was seen, and so do others.
    Possible = 3,
    /// Something was seen that it would have prevented.
    RuledOut = 4,
    /// This check cannot see it.
    NotObservable = 5,
}

numbered!(Verdict, Core, None, [Confirmed, Likely, Possible, RuledOut, NotObservable]);

/// The code of a verdict as in JSON, for instance "ruled-out"; "" for 0 and for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_verdict_code(verdict: u32) -> *const c_char {
    static CODES: Codes<{ Core::ALL.len() }> = Codes::new();
    guard(ptr::null(), || {
        CODES.find(Core::ALL, Core::code, |known| verdict != 0 && Verdict::from(known).number() == verdict)
    })
}
