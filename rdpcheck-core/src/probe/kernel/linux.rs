#![expect(unsafe_code, reason = "an ioctl through libc")]

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsFd, AsRawFd as _, OwnedFd};
use std::time::Duration;

use nix::sys::socket::{ControlMessageOwned, MsgFlags, RecvMsg, SetSockOpt, recvmsg, setsockopt, sockopt};
use tokio::net::{TcpSocket, TcpStream, UdpSocket};

pub(crate) use super::neighbours::neighbour;
use super::unix::Answer;
pub(crate) use super::unix::limit_segments;
use super::{IcmpError, Statistics};

/// Of `struct tcp_info` (`include/uapi/linux/tcp.h`), up to `tcpi_total_rto` of 6.7.
type TcpInfo = Answer<248>;

pub(crate) fn statistics(socket: &TcpStream) -> Result<Statistics, &'static str> {
    let info = TcpInfo::of_tcp(socket, libc::TCP_INFO).map_err(|_| "the kernel does not answer TCP_INFO")?;
    let time = |offset| {
        info.u32(offset)
            // `tcpi_min_rtt` is all ones before anything was measured.
            .filter(|&microseconds| microseconds != 0 && microseconds != u32::MAX)
            .map(|microseconds| Duration::from_micros(microseconds.into()))
    };
    let count = |offset| info.u32(offset).map(u64::from);
    Ok(Statistics {
        smoothed_round_trip: time(68),
        round_trip_variation: time(72),
        least_round_trip: time(148),
        segments_sent: count(136),
        data_segments_sent: count(156),
        // `tcpi_total_retrans`: `__tcp_retransmit_skb` in net/ipv4/tcp_output.c counts every segment, SYN included.
        retransmitted: count(100),
        syns_retransmitted: None,
        bytes_retransmitted: info.u64(208),
        spurious: count(216),
        timeouts: info.u16(240).map(u64::from),
        segments_received: count(140),
        out_of_order_received: count(224),
        reorderings_seen: count(220),
        bytes_unacknowledged: queued(socket),
        bytes_unsent: count(144),
        segments_unacknowledged: count(24),
        own_segment_size: info.u32(16),
        advertised_segment_size: info.u32(84),
    })
}

/// Bytes in the send queue, acknowledged ones no longer among them: SIOCOUTQ, which has the number of TIOCOUTQ (tcp(7)).
fn queued(socket: &TcpStream) -> Option<u64> {
    let descriptor = socket.as_raw_fd();
    let mut queued: libc::c_int = 0;
    // SAFETY: the descriptor is open while `socket` is borrowed; the kernel writes one int to `queued`.
    let status = unsafe { libc::ioctl(descriptor, libc::TIOCOUTQ, &raw mut queued) };
    if status == 0 { u64::try_from(queued).ok() } else { None }
}

/// Keeps the ICMP error that ends a connection attempt, which `connect` alone tells as an error number.
///
/// Since Linux 5.8 the error queue of a connecting TCP socket gets it without privileges (`tcp_v4_err` and `tcp_v6_err`).
/// It holds a second descriptor of the socket, for the queue has to be read after the attempt has given up the first.
#[derive(Debug)]
pub(crate) struct Watch {
    socket: OwnedFd,
    v6: bool,
}

impl Watch {
    /// Before `socket` connects. `None`: this kernel does not tell.
    pub(crate) fn begin(socket: &TcpSocket, v6: bool) -> Option<Self> {
        let socket = socket.as_fd().try_clone_to_owned().ok()?;
        watch(&socket, v6, true).ok()?;
        Some(Self { socket, v6 })
    }

    /// The error that was received, once.
    pub(crate) fn error(&self) -> Option<IcmpError> {
        icmp_error(&self.socket)
    }

    /// Whether the attempt still goes on.
    pub(crate) fn is_connecting(&self) -> bool {
        /// `tcpi_state` (`include/net/tcp_states.h`).
        const TCP_SYN_SENT: u8 = 2;
        TcpInfo::of_tcp(&self.socket, libc::TCP_INFO).ok().and_then(|info| info.u8(0)) == Some(TCP_SYN_SENT)
    }

    /// Once it is connected: on a connection that stands, a watched ICMP error would end it (ip(7), `IP_RECVERR`).
    pub(crate) fn end(self) {
        // What could be switched on can be switched off.
        drop(watch(&self.socket, self.v6, false));
    }
}

/// Has ICMP errors kept in the error queue, and the time to live told of what is received.
fn watch(socket: &impl AsFd, v6: bool, on: bool) -> io::Result<()> {
    fn set(socket: &impl AsFd, option: impl SetSockOpt<Val = bool>, on: bool) -> io::Result<()> {
        setsockopt(socket, option, &on).map_err(io::Error::from)
    }
    if v6 {
        set(socket, sockopt::Ipv6RecvErr, on)?;
        set(socket, sockopt::Ipv6RecvHopLimit, on)
    } else {
        set(socket, sockopt::Ipv4RecvErr, on)?;
        set(socket, sockopt::Ipv4RecvTtl, on)
    }
}

/// Readies a socket for [`receive`](super::receive) and [`icmp_error`]; before it sends.
pub(crate) fn prepare(socket: &UdpSocket, v6: bool) -> io::Result<()> {
    watch(socket, v6, true)
}

pub(super) fn receive_now(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<(usize, Option<u8>)> {
    let mut control = nix::cmsg_space!(libc::c_int);
    let mut parts = [IoSliceMut::new(buffer)];
    let message: RecvMsg<'_, '_, ()> =
        recvmsg(socket.as_raw_fd(), &mut parts, Some(&mut control), MsgFlags::MSG_DONTWAIT)?;
    let ttl = message.cmsgs()?.find_map(|message| time_to_live(&message));
    Ok((message.bytes, ttl))
}

/// The oldest ICMP error that the socket keeps, if there is one.
pub(crate) fn icmp_error(socket: &impl AsFd) -> Option<IcmpError> {
    // Errors that this machine made are kept in the same queue. More than a few come of nothing that we send.
    (0..8).map_while(|_| queued_error(socket).ok()).flatten().next()
}

fn queued_error(socket: &impl AsFd) -> io::Result<Option<IcmpError>> {
    let mut control = nix::cmsg_space!((libc::sock_extended_err, libc::sockaddr_in6), libc::c_int);
    // What is delivered is the packet that caused the error.
    let mut cause = [0; 64];
    let mut parts = [IoSliceMut::new(&mut cause)];
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message: RecvMsg<'_, '_, ()> =
        recvmsg(socket.as_fd().as_raw_fd(), &mut parts, Some(&mut control), flags)?;
    let ttl = message.cmsgs()?.find_map(|message| time_to_live(&message));
    let error = message.cmsgs()?.find_map(|message| {
        let (error, from) = match message {
            ControlMessageOwned::Ipv4RecvErr(error, from) => {
                let v4 = |from: libc::sockaddr_in| Ipv4Addr::from_bits(u32::from_be(from.sin_addr.s_addr));
                (error, from.map(|from| IpAddr::V4(v4(from))))
            }
            ControlMessageOwned::Ipv6RecvErr(error, from) => {
                (error, from.map(|from| IpAddr::V6(Ipv6Addr::from(from.sin6_addr.s6_addr))))
            }
            _ => return None,
        };
        matches!(error.ee_origin, libc::SO_EE_ORIGIN_ICMP | libc::SO_EE_ORIGIN_ICMP6).then(|| IcmpError {
            kind: error.ee_type,
            code: error.ee_code,
            from: from.filter(|from| !from.is_unspecified()),
            ttl,
        })
    });
    Ok(error)
}

fn time_to_live(message: &ControlMessageOwned) -> Option<u8> {
    match message {
        ControlMessageOwned::Ipv4Ttl(ttl) | ControlMessageOwned::Ipv6HopLimit(ttl) => u8::try_from(*ttl).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::super::numbers;
    use super::*;

    async fn connected(limit: Option<u16>) -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(limit) = limit {
            limit_segments(&socket, limit).unwrap();
        }
        let stream = socket.connect(listener.local_addr().unwrap()).await.unwrap();
        (stream, listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn a_connection_is_counted() {
        let (mut stream, mut peer) = connected(None).await;
        let begun = statistics(&stream).unwrap();
        assert_eq!((begun.data_segments_sent, begun.retransmitted), (Some(0), Some(0)));
        stream.write_all(&[7; 1000]).await.unwrap();
        let mut bytes = [0; 1000];
        peer.read_exact(&mut bytes).await.unwrap();
        peer.write_all(b"seen").await.unwrap();
        stream.read_exact(&mut [0; 4]).await.unwrap();

        let ended = statistics(&stream).unwrap();
        assert_eq!(ended.data_segments_sent, Some(1));
        assert!(ended.segments_sent > begun.segments_sent);
        assert!(ended.segments_received > begun.segments_received);
        assert_eq!((ended.bytes_unacknowledged, ended.bytes_unsent), (Some(0), Some(0)));
        assert_eq!((ended.spurious, ended.out_of_order_received), (Some(0), Some(0)));
        assert!(ended.least_round_trip.unwrap() <= Duration::from_secs(1));
        assert_eq!(numbers(&stream).unacknowledged, Some(0));
        assert!(numbers(&stream).round_trip.is_some());
    }

    #[tokio::test]
    async fn what_a_peer_does_not_read_stays_unacknowledged() {
        let (stream, _peer) = connected(None).await;
        let mut given = 0;
        while let Ok(count) = stream.try_write(&[7; 65_536]) {
            given += u64::try_from(count).unwrap();
        }
        let statistics = statistics(&stream).unwrap();
        let left = statistics.bytes_unacknowledged.unwrap();
        assert!(0 < left && left <= given, "{left} of {given}");
        assert!(statistics.bytes_unsent.unwrap() <= left);
    }

    #[tokio::test]
    async fn segments_are_limited() {
        let (wide, _peer) = connected(None).await;
        let (narrow, peer) = connected(Some(600)).await;
        assert!(statistics(&wide).unwrap().own_segment_size > Some(600));
        let told = statistics(&narrow).unwrap().advertised_segment_size.unwrap();
        assert!((588..=600).contains(&told), "{told}");
        assert!(statistics(&peer).unwrap().own_segment_size <= Some(600));
        let socket = TcpSocket::new_v4().unwrap();
        assert_eq!(limit_segments(&socket, 40).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_syn_sent_again_is_counted() {
        const SETUP: &str = "ip link set lo up; nft 'add table inet t; \
            add chain inet t i { type filter hook input priority 0; }; \
            add rule inet t i tcp flags & (syn | ack) == syn numgen inc mod 2 0 drop'";
        let counted = crate::probe::namespace::in_namespace(SETUP, async || {
            let (stream, _peer) = connected(None).await;
            statistics(&stream).unwrap()
        });
        let Some(counted) = counted else { return };
        assert_eq!((counted.retransmitted, counted.bytes_retransmitted), (Some(1), Some(0)));
        // SYN, SYN, ACK.
        assert_eq!((counted.segments_sent, counted.data_segments_sent), (Some(3), Some(0)));
        // Since Linux 6.7.
        assert!(matches!(counted.timeouts, Some(1) | None), "{counted:?}");
    }
}
