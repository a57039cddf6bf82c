//! Typed probe and diagnosis of Remote Desktop connections.
//!
//! A Remote Desktop client says "error code 0x904, extended error code 0x7" and nothing more. This library measures the
//! host from the network and says which causes are confirmed, likely, possible, ruled out or not observable, with the
//! evidence, the remedy, its undo and its risk.
//!
//! ```no_run
//! use rdpcheck_core::{CheckOptions, blocking};
//!
//! let report = blocking::check(&"host.example:3389".parse()?, CheckOptions::default())?;
//! println!("{}", report.to_text());
//! if report.detects(0x904, Some(0x7)) {
//!     println!("clients see 0x904/0x7: {}", report.summary);
//! }
//! # Ok::<(), rdpcheck_core::Error>(())
//! ```
//!
//! A host that refuses us is data, not an error: [`Error`] means that the check could not be carried out.
//!
//! * [`Target`] and [`CheckOptions`] say what is checked and how.
//! * [`Checker`] (async) and [`blocking::Checker`] check.
//! * [`explain`] says what a client's error codes mean, without any host.
//! * [`Report`] holds the [evidence] of each stage and the [findings](diagnose::Finding).
//! * [`diagnose::diagnose`] is a pure function from evidence to findings.
//!
//! No credentials are sent and nothing on the host is changed. A healthy host sees one connection.

pub mod code;
pub mod diagnose;
mod error;
pub mod evidence;
mod layout;
pub mod options;
pub mod report;
mod target;
pub mod wire;

#[cfg(feature = "probe")]
pub mod blocking;
#[cfg(feature = "probe")]
mod checker;
#[cfg(feature = "probe")]
mod probe;

#[cfg(feature = "probe")]
pub use checker::Checker;
pub use code::{ClientError, Explanation, explain};
pub use diagnose::{Cause, Finding, Headline, Verdict};
pub use error::Error;
pub use options::{AddressFamily, CheckOptions, Depth};
pub use report::Report;
pub use target::{DEFAULT_PORT, Target};
