//! The only part that touches the network. It gathers evidence and judges nothing.

mod clock;
mod connect;
mod credssp;
mod datagram;
mod echo;
mod follow_up;
mod hello;
mod kernel;
mod main_probe;
mod mcs;
#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::print_stdout, clippy::unwrap_used, reason = "a test says what it did not do, and may panic")]
mod namespace;
mod negotiate;
mod open;
mod path;
mod peer;
mod plan;
mod resolve;
mod side;
mod socket;
mod survey;
mod tls;
mod trust;

pub(crate) use clock::now;
pub(crate) use main_probe::gather;
