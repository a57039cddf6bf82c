//! How every TCP connection is opened.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::io::Interest;
use tokio::net::{TcpSocket, TcpStream};

use super::kernel::{self, IcmpError, Watch};

/// What is asked of a connection before it is opened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setup {
    /// The most data that a segment may carry, both ways, in bytes. Where the system cannot do that (Windows), or not
    /// with this number, opening fails with [`io::ErrorKind::Unsupported`] or [`io::ErrorKind::InvalidInput`].
    pub(crate) segment_limit: Option<u16>,
}

/// A connection, or why there is none, and the ICMP error that ended the attempt, where the system tells.
pub(crate) type Opened = (io::Result<TcpStream>, Option<IcmpError>);

/// The address of this machine from which packets to `to` leave, which the system says without sending one.
pub(crate) fn local_address(to: SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if to.is_ipv6() { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = std::net::UdpSocket::bind(SocketAddr::new(any, 0)).ok()?;
    socket.connect(to).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

/// Opens a connection without delayed sends.
///
/// Ends with the system's own time limit; dropped before, it leaves nothing behind.
pub(crate) async fn connect_watching(address: SocketAddr, setup: Setup) -> Opened {
    let (socket, watch) = match prepare(address, setup) {
        Ok(prepared) => prepared,
        Err(error) => return (Err(error), None),
    };
    let result = socket.connect(address).await;
    let (result, icmp) = match (result, watch) {
        (result, None) => (result, None),
        (Err(error), Some(watch)) => (Err(error), watch.error()),
        (Ok(stream), Some(watch)) => settle(stream, watch).await,
    };
    if let Ok(stream) = &result {
        // Without it, small messages wait for acknowledgements; a system that refuses it still works.
        drop(stream.set_nodelay(true));
    }
    (result, icmp)
}

fn prepare(address: SocketAddr, setup: Setup) -> io::Result<(TcpSocket, Option<Watch>)> {
    let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() }?;
    if let Some(bytes) = setup.segment_limit {
        kernel::limit_segments(&socket, bytes)?;
    }
    let watch = Watch::begin(&socket, address.is_ipv6());
    Ok((socket, watch))
}

/// Sees to it that a socket which woke us is connected, and ends the watch.
///
/// The kernel queues an ICMP error, which wakes us, a moment before it ends the attempt. Who is quick enough finds no error,
/// and tokio takes that for a connection.
async fn settle(stream: TcpStream, watch: Watch) -> Opened {
    let is_decided =
        || if watch.is_connecting() { Err(io::ErrorKind::WouldBlock.into()) } else { stream.take_error() };
    match stream.async_io(Interest::WRITABLE, is_decided).await {
        Ok(None) => {
            watch.end();
            (Ok(stream), None)
        }
        Ok(Some(error)) | Err(error) => (Err(error), watch.error()),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_refusal_comes_without_icmp() {
        for loopback in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(closed) = TcpListener::bind(loopback).await else { continue };
            let address = closed.local_addr().unwrap();
            drop(closed);
            let (result, icmp) = connect_watching(address, Setup::default()).await;
            assert_eq!(result.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
            assert_eq!(icmp, None);
        }
    }

    #[tokio::test]
    async fn a_connection_is_not_watched_any_more() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (result, icmp) = connect_watching(listener.local_addr().unwrap(), Setup::default()).await;
        let stream = result.unwrap();
        assert_eq!(icmp, None);
        assert!(stream.nodelay().unwrap());
        #[cfg(target_os = "linux")]
        assert!(!nix::sys::socket::getsockopt(&stream, nix::sys::socket::sockopt::Ipv4RecvErr).unwrap());
    }

    #[tokio::test]
    async fn a_segment_limit_is_met_or_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let setup = Setup { segment_limit: Some(500) };
        let (result, _) = connect_watching(listener.local_addr().unwrap(), setup).await;
        match result {
            Ok(stream) => assert!(kernel::statistics(&stream).unwrap().own_segment_size <= Some(500)),
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::Unsupported),
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_rejection_by_icmp_is_told() {
        const SETUP: &str = "ip link set lo up; nft 'add table inet t; \
            add chain inet t i { type filter hook input priority 0; }; \
            add rule inet t i tcp dport 1 reject with icmpx type admin-prohibited; \
            add rule inet t i tcp dport 2 reject with icmpx type port-unreachable'";
        let told = crate::probe::namespace::in_namespace(SETUP, async || {
            let mut told = Vec::new();
            for address in ["127.0.0.1:1", "127.0.0.1:2", "[::1]:1", "[::1]:2"] {
                let address: SocketAddr = address.parse().unwrap();
                let plain = TcpStream::connect(address).await.unwrap_err();
                let (result, icmp) = connect_watching(address, Setup::default()).await;
                told.push((address, plain, result.unwrap_err(), icmp));
            }
            told
        });
        // On loopback the error comes while the kernel is still in our call; it is the same.
        for (address, plain, error, icmp) in told.into_iter().flatten() {
            let icmp = icmp.unwrap_or_else(|| panic!("{address}: {error}"));
            assert_eq!(error.raw_os_error(), plain.raw_os_error(), "{address}");
            let expected = match (address.is_ipv6(), address.port()) {
                (false, 1) => (3, 13), // RFC 1812 section 5.2.7.1
                (false, _) => (3, 3),
                (true, 1) => (1, 1),
                (true, _) => (1, 4),
            };
            assert_eq!((icmp.kind, icmp.code), expected, "{address}");
            assert_eq!((icmp.from, icmp.ttl), (Some(address.ip()), Some(64)), "{address}");
        }
    }
}
