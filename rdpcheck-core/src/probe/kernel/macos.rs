use std::net::IpAddr;
use std::time::Duration;

use tokio::net::TcpStream;

pub(super) use super::portable::receive_now;
pub(crate) use super::portable::{Watch, icmp_error, prepare};
use super::unix::Answer;
pub(crate) use super::unix::limit_segments;
use super::{Neighbour, Statistics};

/// `struct tcp_connection_info` (xnu, `bsd/netinet/tcp.h`). In libc's, the bit field at 52 takes sixty bytes too many.
type TcpConnectionInfo = Answer<112>;

pub(crate) fn statistics(socket: &TcpStream) -> Result<Statistics, &'static str> {
    let info = TcpConnectionInfo::of_tcp(socket, libc::TCP_CONNECTION_INFO)
        .map_err(|_| "the kernel does not answer TCP_CONNECTION_INFO")?;
    let time = |offset| {
        info.u32(offset)
            .filter(|&milliseconds| milliseconds != 0)
            .map(|milliseconds| Duration::from_millis(milliseconds.into()))
    };
    Ok(Statistics {
        smoothed_round_trip: time(44),
        round_trip_variation: time(48),
        segments_sent: info.u64(56),
        bytes_retransmitted: info.u64(72),
        segments_received: info.u64(80),
        retransmitted: info.u64(104),
        bytes_unacknowledged: info.u32(32).map(u64::from),
        own_segment_size: info.u32(16),
        ..Statistics::default()
    })
}

pub(crate) fn neighbour(_address: IpAddr) -> Neighbour {
    Neighbour::NotObservable("the table of neighbours is not read on macOS")
}
