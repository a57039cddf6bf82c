//! The only part that touches the network. It gathers evidence and judges nothing.

mod clock;
mod connect;
mod credssp;
mod follow_up;
mod kernel;
mod main_probe;
mod negotiate;
mod peer;
mod plan;
mod resolve;
mod tls;

pub(crate) use clock::now;
pub(crate) use main_probe::gather;
