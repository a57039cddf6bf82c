use std::io;
use std::net::IpAddr;

use tokio::net::{TcpSocket, TcpStream};

pub(super) use super::portable::receive_now;
pub(crate) use super::portable::{Watch, icmp_error, prepare};
use super::{Neighbour, Statistics};

pub(crate) fn statistics(_socket: &TcpStream) -> Result<Statistics, &'static str> {
    Err("this system is not known to count for one connection")
}

/// Cannot be done here.
pub(crate) fn limit_segments(_socket: &TcpSocket, _bytes: u16) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(crate) fn neighbour(_address: IpAddr) -> Neighbour {
    Neighbour::NotObservable("the table of neighbours is not read on this system")
}
