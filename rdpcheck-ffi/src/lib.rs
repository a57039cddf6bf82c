//! C interface of rdpcheck: `include/rdpcheck.h` is generated from this crate and documents it.
//!
//! One file for each noun of the header. Nothing here speaks a protocol or judges: functions convert arguments, call
//! `rdpcheck_core`, and hand out what its report says. The documentation comments of exported items are written for the
//! reader of the header.

mod guard;
#[macro_use]
mod number;

pub mod cancel;
pub mod cause;
pub mod check;
pub mod client_error;
pub mod client_outlook;
pub mod diff;
pub mod error;
pub mod explanation;
pub mod finding;
pub mod headline;
pub mod options;
pub mod remedy;
pub mod report;
pub mod stage;
pub mod status;
pub mod string;
pub mod verdict;
pub mod version;

#[cfg(test)]
mod tests;
