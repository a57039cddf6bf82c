#![expect(unsafe_code, reason = "calls of Winsock and the IP helper through windows-sys")]

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::windows::io::AsRawSocket as _;
use std::ptr;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    FreeMibTable, GetIpNetTable2, MIB_IPNET_ROW2, MIB_IPNET_TABLE2,
};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, NlnsDelay, NlnsIncomplete, NlnsPermanent, NlnsProbe, NlnsReachable, NlnsStale,
    NlnsUnreachable, SIO_TCP_INFO, SOCKET, TCP_INFO_v0, WSAIoctl,
};

pub(super) use super::portable::receive_now;
pub(crate) use super::portable::{Watch, icmp_error, prepare};
use super::{Neighbour, Statistics};

/// Version 0 of `TCP_INFO` (mstcpip.h), which counts bytes sent again, and SYN, but no segments.
pub(crate) fn statistics(socket: &TcpStream) -> Result<Statistics, &'static str> {
    const UNKNOWN: &str = "this Windows does not answer SIO_TCP_INFO";

    let socket = SOCKET::try_from(socket.as_raw_socket()).map_err(|_| UNKNOWN)?;
    let version: u32 = 0;
    let mut info = TCP_INFO_v0::default();
    let mut length = 0;
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or_default();
    // SAFETY: the socket is open while it is borrowed; `version` is read and `info` written for no more than their sizes,
    // at once, for there is no OVERLAPPED.
    let status = unsafe {
        WSAIoctl(
            socket,
            SIO_TCP_INFO,
            (&raw const version).cast(),
            size(size_of_val(&version)),
            (&raw mut info).cast(),
            size(size_of_val(&info)),
            &raw mut length,
            ptr::null_mut(),
            None,
        )
    };
    if status != 0 || length < size(size_of_val(&info)) {
        return Err(UNKNOWN);
    }
    let time = |microseconds: u32| {
        // All ones, as a shortest time has it before anything was measured.
        let measured = microseconds != 0 && microseconds != u32::MAX;
        measured.then(|| Duration::from_micros(microseconds.into()))
    };
    Ok(Statistics {
        smoothed_round_trip: time(info.RttUs),
        least_round_trip: time(info.MinRttUs),
        syns_retransmitted: Some(info.SynRetrans.into()),
        bytes_retransmitted: Some(info.BytesRetrans.into()),
        timeouts: Some(info.TimeoutEpisodes.into()),
        bytes_unacknowledged: Some(info.BytesInFlight.into()),
        own_segment_size: Some(info.Mss),
        ..Statistics::default()
    })
}

/// Cannot be done here: `TCP_MAXSEG` is documented for `getsockopt` and not for `setsockopt`.
pub(crate) fn limit_segments(_socket: &TcpSocket, _bytes: u16) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Asks the IP helper for the table of the address's family.
pub(crate) fn neighbour(address: IpAddr) -> Neighbour {
    let Some(table) = Table::read(address.is_ipv6()) else {
        return Neighbour::NotObservable("Windows does not show its table of neighbours");
    };
    let seen: Vec<_> = table.rows().iter().filter_map(|row| judge(row, address)).collect();
    // An address may be listed for several links; the entry that says most about a living host counts.
    let resolved = |entry: &&Neighbour| matches!(entry, Neighbour::Resolved(_));
    let stale = |entry: &&Neighbour| matches!(entry, Neighbour::Stale(_));
    let best = seen.iter().find(resolved).or_else(|| seen.iter().find(stale)).or_else(|| seen.first());
    best.copied().unwrap_or(Neighbour::NotListed)
}

#[expect(non_upper_case_globals, reason = "the names of nldef.h")]
fn judge(row: &MIB_IPNET_ROW2, address: IpAddr) -> Option<Neighbour> {
    if listed(row)? != address {
        return None;
    }
    let hardware = || (row.PhysicalAddressLength == 6).then(|| row.PhysicalAddress.first_chunk().copied())?;
    match row.State {
        NlnsReachable | NlnsPermanent => hardware().map(Neighbour::Resolved),
        NlnsStale | NlnsDelay | NlnsProbe => hardware().map(Neighbour::Stale),
        NlnsIncomplete | NlnsUnreachable => Some(Neighbour::Unanswered),
        _ => None,
    }
}

fn listed(row: &MIB_IPNET_ROW2) -> Option<IpAddr> {
    // SAFETY: each variant of the union begins with the family.
    let family = unsafe { row.Address.si_family };
    match family {
        AF_INET => {
            // SAFETY: the family says that it is the variant.
            let address = unsafe { row.Address.Ipv4 };
            // SAFETY: every variant of the union is the same four bytes.
            let bits = unsafe { address.sin_addr.S_un.S_addr };
            Some(Ipv4Addr::from_bits(u32::from_be(bits)).into())
        }
        AF_INET6 => {
            // SAFETY: the family says that it is the variant.
            let address = unsafe { row.Address.Ipv6 };
            // SAFETY: every variant of the union is the same sixteen bytes.
            let bytes = unsafe { address.sin6_addr.u.Byte };
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

/// A table that the IP helper allocated.
struct Table(ptr::NonNull<MIB_IPNET_TABLE2>);

impl Table {
    fn read(v6: bool) -> Option<Self> {
        let mut table = ptr::null_mut();
        // SAFETY: the call writes a pointer to `table`, and to nothing else of ours.
        let status = unsafe { GetIpNetTable2(if v6 { AF_INET6 } else { AF_INET }, &raw mut table) };
        if status == 0 { ptr::NonNull::new(table).map(Self) } else { None }
    }

    fn rows(&self) -> &[MIB_IPNET_ROW2] {
        let table = self.0.as_ptr();
        // SAFETY: the table is allocated until it is dropped, and its count is initialised.
        let count = unsafe { (*table).NumEntries };
        // SAFETY: the place of the first row is inside the allocation, even when there are no rows.
        let first = unsafe { &raw const (*table).Table }.cast::<MIB_IPNET_ROW2>();
        // SAFETY: as many rows as the count says follow each other there and live as long as `self`.
        unsafe { std::slice::from_raw_parts(first, usize::try_from(count).unwrap_or_default()) }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        // SAFETY: GetIpNetTable2 allocated it, and nothing points to it any more.
        unsafe { FreeMibTable(self.0.as_ptr().cast()) }
    }
}
