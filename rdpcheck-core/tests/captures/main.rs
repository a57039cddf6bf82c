//! What the decoders read from captures of real connections.
//!
//! `RDPCHECK_CAPTURES` names the directory of the captures; without it the tests say by name what they skip.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod capture;
mod connect_response;
mod negotiation;
mod rdpeudp;
mod request;
mod tls;
