//! What every system offers, for those that offer no more.

use std::io::{self, Read as _};

use tokio::net::{TcpSocket, UdpSocket};

use super::IcmpError;

/// Nothing: this system does not tell which ICMP error ended a connection attempt.
#[derive(Debug)]
pub(crate) struct Watch;

#[expect(clippy::unused_self, reason = "the interface of the system that does tell")]
impl Watch {
    pub(crate) fn begin(_socket: &TcpSocket, _v6: bool) -> Option<Self> {
        None
    }

    pub(crate) fn error(&self) -> Option<IcmpError> {
        None
    }

    pub(crate) fn is_connecting(&self) -> bool {
        false
    }

    pub(crate) fn end(self) {}
}

/// Readies a socket for [`receive`](super::receive) and [`icmp_error`]; before it sends.
#[expect(clippy::unnecessary_wraps, reason = "the interface of the system where it can fail")]
pub(crate) fn prepare(_socket: &UdpSocket, _v6: bool) -> io::Result<()> {
    Ok(())
}

pub(super) fn receive_now(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<(usize, Option<u8>)> {
    let count = (&*socket2::SockRef::from(socket)).read(buffer)?;
    Ok((count, None))
}

/// None: an ICMP error is told as an error number only.
pub(crate) fn icmp_error(_socket: &UdpSocket) -> Option<IcmpError> {
    None
}
