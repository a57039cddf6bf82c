//! Numbers that a person may meet: what they mean, where they come from, and which causes they can have.
//!
//! Each number belongs to a [`Table`]; the same number means different things in different tables. [`lookup()`] asks one
//! table, [`find`] searches all of them.

mod client_error;
mod entry;
mod explain;
mod lookup;
mod names;
mod pasted;
mod table;

pub use client_error::ClientError;
pub use entry::Entry;
pub use explain::{ExplainedCause, ExplainedCode, Explanation, Refuted, explain};
pub use lookup::{Found, UnknownCode, find, lookup, unknown};
pub use names::{ntstatus_name, tls_alert_name};
pub use table::Table;

#[cfg(test)]
mod tests;
