//! A scripted Remote Desktop host for tests and demonstrations.
//!
//! A [`Scenario`] says how a host behaves: what it selects, how it breaks, which certificate it shows.
//! [`LabHost::start`] plays it on loopback, on a thread of its own, until the value is dropped.
//! What clients did is in [`LabHost::log`].
//!
//! ```
//! use rdpcheck_lab::{LabHost, Scenario};
//!
//! let scenario: Scenario = r#"
//!     title = "a host that wants NLA, as Windows is set up by default"
//!
//!     [[rule]]
//!     negotiate = { select = 8, flags = 0x1F }
//! "#
//! .parse()?;
//! let host = LabHost::start(&scenario)?;
//! assert!(host.address().ip().is_loopback());
//! # Ok::<(), rdpcheck_lab::LabError>(())
//! ```
//!
//! The format of scenario files is described in [`scenario`].

mod certificate;
mod error;
mod host;
mod log;
mod play;
pub mod scenario;

pub use error::LabError;
pub use host::LabHost;
pub use log::{ConnectionLog, CredsspToken, End, First, Hello, Progress, Request};
pub use scenario::{Check, CheckLimits, Expectation, Headline, Scenario, Verdict};
