//! What the operating system knows: of a TCP connection, of the ICMP messages that it was sent, and of its neighbours on
//! the link. No maintained crate offers the first on every system, so those calls are made here; nothing here blocks.
//!
//! | | Linux | macOS | Windows |
//! | --- | --- | --- | --- |
//! | [`statistics`] | `TCP_INFO` | `TCP_CONNECTION_INFO` | `SIO_TCP_INFO` (10 1703, Server 2016) |
//! | [`limit_segments`] | `TCP_MAXSEG` | `TCP_MAXSEG` | not offered |
//! | [`Watch`], [`icmp_error`] | `IP_RECVERR`; on TCP since 5.8 | not offered | not used |
//! | time to live in [`receive`] | `IP_RECVTTL` | not asked for | not asked for |
//! | [`neighbour`] | `RTM_GETNEIGH` | not asked for | `GetIpNetTable2` |
//!
//! Windows could tell of ICMP errors to a SYN (`TCP_ICMP_ERROR_INFO`), but only with an option that makes them end the attempt
//! (`TCP_FAIL_CONNECT_ON_ICMP_ERROR`), which they do not for any other program there.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod neighbours;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod other;
#[cfg(not(target_os = "linux"))]
mod portable;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::net::IpAddr;
use std::time::Duration;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
use other as system;
#[cfg(windows)]
use windows as system;

use tokio::io::Interest;
use tokio::net::{TcpStream, UdpSocket};

pub(crate) use system::neighbour;
pub(crate) use system::{Watch, icmp_error, limit_segments, prepare, statistics};

/// The kernel's numbers; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers {
    /// Smoothed round-trip time.
    pub(crate) round_trip: Option<Duration>,
    /// Bytes sent that the peer's TCP has not acknowledged.
    pub(crate) unacknowledged: Option<u64>,
}

/// The two of the [`Statistics`] that every connection is asked for.
pub(crate) fn numbers(socket: &TcpStream) -> Numbers {
    statistics(socket).map_or_else(
        |_| Numbers::default(),
        |statistics| Numbers {
            round_trip: statistics.smoothed_round_trip,
            unacknowledged: statistics.bytes_unacknowledged,
        },
    )
}

/// Receives a datagram that is there: its length, and the time to live or hop limit that it arrived with, where the system
/// tells. `WouldBlock`: none, and the socket's readiness is forgotten.
pub(crate) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<(usize, Option<u8>)> {
    match socket.try_io(Interest::READABLE, || system::receive_now(socket, buffer)) {
        // An error does not make the socket readable on Linux, and tokio asks for one readiness at a time.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
            socket.try_io(Interest::ERROR, || system::receive_now(socket, buffer))
        }
        result => result,
    }
}

/// What the kernel counts for one TCP connection from its beginning; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Statistics {
    /// Smoothed round-trip time (RFC 6298 section 2). In steps of a millisecond on macOS.
    pub(crate) smoothed_round_trip: Option<Duration>,
    /// Its variation (RFC 6298 section 2).
    pub(crate) round_trip_variation: Option<Duration>,
    /// The shortest round trip; on Linux of the last five minutes (`net.ipv4.tcp_min_rtt_wlen`).
    pub(crate) least_round_trip: Option<Duration>,
    /// All segments sent: SYN, bare acknowledgements and those sent again included.
    pub(crate) segments_sent: Option<u64>,
    /// Segments sent that carried data, those sent again included.
    pub(crate) data_segments_sent: Option<u64>,
    /// Segments sent again. Linux counts SYN among them; for macOS that is not documented; Windows counts only the SYN,
    /// see [`syns_retransmitted`](Self::syns_retransmitted).
    pub(crate) retransmitted: Option<u64>,
    /// SYN sent again, where it is counted by itself.
    pub(crate) syns_retransmitted: Option<u64>,
    /// Bytes of data sent again.
    pub(crate) bytes_retransmitted: Option<u64>,
    /// Segments that the peer said it had received twice (D-SACK, RFC 2883): of those sent again, as many were not lost.
    pub(crate) spurious: Option<u64>,
    /// How often the retransmission timer fired. Linux (since 6.7) counts each time and the SYN; Windows counts a row of
    /// them once.
    pub(crate) timeouts: Option<u64>,
    /// All segments received.
    pub(crate) segments_received: Option<u64>,
    /// Segments received ahead of their turn: something before them was lost or came later.
    pub(crate) out_of_order_received: Option<u64>,
    /// How often an acknowledgement showed that the path had changed the order of what was sent.
    pub(crate) reorderings_seen: Option<u64>,
    /// Bytes that were given to the kernel and not acknowledged by the peer's TCP; without those not sent yet on Windows.
    pub(crate) bytes_unacknowledged: Option<u64>,
    /// Of them, bytes that were not sent yet.
    pub(crate) bytes_unsent: Option<u64>,
    /// Segments sent and not acknowledged.
    pub(crate) segments_unacknowledged: Option<u64>,
    /// The most data that a segment of ours carries at present, in bytes.
    pub(crate) own_segment_size: Option<u32>,
    /// The most data that a segment of the peer carries, as our SYN told it, in bytes; less the 12 that timestamps take in
    /// each segment where they were agreed on.
    pub(crate) advertised_segment_size: Option<u32>,
}

/// An ICMP or `ICMPv6` error that answered something we sent. Which of the two it is follows from the family of the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IcmpError {
    /// The type, as the message has it (RFC 792, RFC 4443).
    pub(crate) kind: u8,
    /// The code, as the message has it.
    pub(crate) code: u8,
    /// Who sent it: the host itself or a router.
    pub(crate) from: Option<IpAddr>,
    /// The time to live or hop limit that its packet arrived with.
    pub(crate) ttl: Option<u8>,
}

impl IcmpError {
    /// Whether it says that nothing listens on the port: type 3 code 3 (RFC 792) or type 1 code 4 (RFC 4443 section 3.1).
    pub(crate) fn is_port_unreachable(&self, v6: bool) -> bool {
        (self.kind, self.code) == if v6 { (1, 4) } else { (3, 3) }
    }
}

/// What the system's table of neighbours (ARP, neighbour discovery) says of an address.
///
/// An address behind a router is not in it, nor one of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Neighbour {
    /// It answered a short while ago, or its entry was made by hand.
    Resolved([u8; 6]),
    /// It answered once; whether it still would is not known. Linux keeps this up for some five seconds of traffic.
    Stale([u8; 6]),
    /// It was asked and has not answered.
    Unanswered,
    /// It is not in the table: not on a link of ours, or never spoken to.
    NotListed,
    /// The table cannot be had, and why.
    NotObservable(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_no_neighbour() {
        let seen = neighbour("127.0.0.1".parse().unwrap());
        assert!(matches!(seen, Neighbour::NotListed | Neighbour::NotObservable(_)), "{seen:?}");
    }
}
