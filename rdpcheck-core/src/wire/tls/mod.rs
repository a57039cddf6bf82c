//! TLS as far as a first answer: hellos that our TLS library cannot send, and what servers answer to them in the clear.
//!
//! No handshake is completed and nothing is kept secret, so nothing here needs keys or good randomness.

pub mod flight;
pub mod hello;
pub mod names;
pub mod profiles;
pub mod suite;

pub use flight::{Alert, End, FlightReader, Foreign, KeyExchange, Progress, ServerFlight, ServerHello};
pub use hello::ClientHello;
pub use profiles::{ClientProfile, PROFILES};
pub use suite::Suite;

/// SSL 3.0 (RFC 6101).
pub const SSL_3_0: u16 = 0x0300;
/// TLS 1.0 (RFC 2246).
pub const TLS_1_0: u16 = 0x0301;
/// TLS 1.1 (RFC 4346).
pub const TLS_1_1: u16 = 0x0302;
/// TLS 1.2 (RFC 5246).
pub const TLS_1_2: u16 = 0x0303;
/// TLS 1.3 (RFC 8446).
pub const TLS_1_3: u16 = 0x0304;
