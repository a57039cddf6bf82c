//! The only part that touches the network. It gathers evidence and judges nothing.

mod clock;
mod connect;
mod credssp;
#[cfg_attr(not(test), expect(dead_code, reason = "not asked for yet"))]
mod datagram;
#[cfg_attr(not(test), expect(dead_code, reason = "not asked for yet"))]
mod echo;
mod follow_up;
mod kernel;
mod main_probe;
#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test says what it did not do, and may panic")]
mod namespace;
mod negotiate;
mod peer;
mod plan;
mod resolve;
mod socket;
mod tls;
#[cfg_attr(not(test), expect(dead_code, reason = "not asked for yet"))]
mod trust;

pub(crate) use clock::now;
pub(crate) use main_probe::gather;
