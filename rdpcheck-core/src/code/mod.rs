//! Numbers that a person may meet, typed.

mod client_error;
mod names;

pub use client_error::ClientError;
pub use names::{ntstatus_name, tls_alert_name};
