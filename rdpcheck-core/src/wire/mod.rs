//! Bytes to types and back: no socket, no clock, no logging, and no input that panics.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used
)]

mod ber;
#[cfg(feature = "probe")]
pub mod certificate;
pub mod gcc;
pub mod greeting;
pub mod magic_packet;
pub mod mcs;
pub mod negotiation;
pub mod ntlm;
pub mod rdpeudp;
pub mod spnego;
pub mod text;
pub mod tls;
pub mod tsrequest;
