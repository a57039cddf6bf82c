use std::io::{self, Read as _};
use std::net::IpAddr;

use netlink_packet_core::{NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use socket2::{Domain, Protocol, Socket, Type};

use super::Neighbour;

/// Asks rtnetlink(7) for the table of the address's family.
pub(crate) fn neighbour(address: IpAddr) -> Neighbour {
    match table(address) {
        Ok(entries) => entries
            .iter()
            .filter_map(|entry| judge(entry, address))
            .max_by_key(rank)
            .unwrap_or(Neighbour::NotListed),
        Err(_) => Neighbour::NotObservable("the kernel does not show its table of neighbours"),
    }
}

/// An address may be listed for several links; the entry that says most about a living host counts.
fn rank(neighbour: &Neighbour) -> u8 {
    match neighbour {
        Neighbour::Resolved(_) => 3,
        Neighbour::Stale(_) => 2,
        Neighbour::Unanswered => 1,
        Neighbour::NotListed | Neighbour::NotObservable(_) => 0,
    }
}

/// What an entry says of `address`; `None` when it is about another or is not finished.
fn judge(entry: &NeighbourMessage, address: IpAddr) -> Option<Neighbour> {
    let listed = entry.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::Destination(NeighbourAddress::Inet(listed)) => Some(IpAddr::V4(*listed)),
        NeighbourAttribute::Destination(NeighbourAddress::Inet6(listed)) => Some(IpAddr::V6(*listed)),
        _ => None,
    });
    if listed != Some(address) {
        return None;
    }
    let hardware = entry.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::LinkLayerAddress(bytes) => <[u8; 6]>::try_from(bytes.as_slice()).ok(),
        _ => None,
    });
    match entry.header.state {
        NeighbourState::Reachable | NeighbourState::Permanent => hardware.map(Neighbour::Resolved),
        NeighbourState::Stale | NeighbourState::Delay | NeighbourState::Probe => {
            hardware.map(Neighbour::Stale)
        }
        NeighbourState::Incomplete | NeighbourState::Failed => Some(Neighbour::Unanswered),
        // A link without such addresses, as a tunnel is, or an entry that nothing was done for yet.
        _ => None,
    }
}

/// Reads the whole table. The kernel answers a dump while it is read, so that nothing is waited for.
fn table(address: IpAddr) -> io::Result<Vec<NeighbourMessage>> {
    /// As much as the kernel puts into one answer (`netlink_recvmsg` in `net/netlink/af_netlink.c`).
    const ANSWER: usize = 32_768;
    /// A table of the size at which Linux begins to drop entries (`gc_thresh3`) takes four.
    const MOST_ANSWERS: usize = 64;

    let socket =
        Socket::new(Domain::from(libc::AF_NETLINK), Type::RAW, Some(Protocol::from(libc::NETLINK_ROUTE)))?;
    socket.set_nonblocking(true)?;
    socket.send(&request(address))?;
    let mut entries = Vec::new();
    let mut buffer = vec![0; ANSWER];
    for _ in 0..MOST_ANSWERS {
        let count = (&socket).read(&mut buffer)?;
        if parse(buffer.get(..count).unwrap_or_default(), &mut entries)? {
            return Ok(entries);
        }
    }
    Err(io::Error::from(io::ErrorKind::FileTooLarge))
}

fn request(address: IpAddr) -> Vec<u8> {
    let mut entry = NeighbourMessage::default();
    entry.header.family = if address.is_ipv6() { AddressFamily::Inet6 } else { AddressFamily::Inet };
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_DUMP | NLM_F_REQUEST;
    let mut message =
        NetlinkMessage::new(header, NetlinkPayload::from(RouteNetlinkMessage::GetNeighbour(entry)));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// Adds the entries of one answer; true when it was the last.
fn parse(mut bytes: &[u8], entries: &mut Vec<NeighbourMessage>) -> io::Result<bool> {
    while !bytes.is_empty() {
        let message = NetlinkMessage::<RouteNetlinkMessage>::deserialize(bytes).map_err(io::Error::other)?;
        // Messages begin at multiples of four (netlink(7), `NLMSG_ALIGN`).
        let length = usize::try_from(message.header.length).map_err(io::Error::other)?.next_multiple_of(4);
        match message.payload {
            NetlinkPayload::Done(_) => return Ok(true),
            NetlinkPayload::Error(error) => return Err(error.to_io()),
            NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewNeighbour(entry)) => entries.push(entry),
            _ => {}
        }
        bytes = bytes.get(length..).unwrap_or_default();
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `RTM_NEWNEIGH` of a little-endian machine for 192.0.2.`host`, in the given state.
    fn entry(host: u8, state: u8, hardware: Option<[u8; 6]>) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, 0, 28, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0]; // nlmsghdr
        bytes.extend([2, 0, 0, 0, 2, 0, 0, 0, state, 0, 0, 1]); // ndmsg
        bytes.extend([8, 0, 1, 0, 192, 0, 2, host]); // NDA_DST
        if let Some(hardware) = hardware {
            bytes.extend([10, 0, 2, 0]); // NDA_LLADDR
            bytes.extend(hardware);
            bytes.extend([0, 0]);
        }
        bytes[0] = u8::try_from(bytes.len()).unwrap();
        bytes
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn an_answer_is_read() {
        const HARDWARE: [u8; 6] = [2, 0, 0, 0, 0, 9];
        let mut answer = entry(1, 0x02, Some(HARDWARE));
        answer.extend(entry(2, 0x04, Some(HARDWARE)));
        answer.extend(entry(3, 0x01, None));
        answer.extend(entry(4, 0x20, None));
        answer.extend(entry(5, 0x20, None));
        answer.extend(entry(5, 0x02, Some(HARDWARE)));
        let mut entries = Vec::new();
        assert!(!parse(&answer, &mut entries).unwrap());
        assert!(parse(&[20, 0, 0, 0, 3, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], &mut entries).unwrap());
        let seen = |host| {
            let address = IpAddr::from([192, 0, 2, host]);
            entries.iter().filter_map(|entry| judge(entry, address)).max_by_key(rank)
        };
        assert_eq!(seen(1), Some(Neighbour::Resolved(HARDWARE)));
        assert_eq!(seen(2), Some(Neighbour::Stale(HARDWARE)));
        assert_eq!(seen(3), Some(Neighbour::Unanswered));
        assert_eq!(seen(4), Some(Neighbour::Unanswered));
        assert_eq!(seen(5), Some(Neighbour::Resolved(HARDWARE)));
        assert_eq!(seen(6), None);
        assert!(parse(&answer[..20], &mut Vec::new()).is_err());
    }

    #[test]
    fn the_kernel_shows_its_tables() {
        // An address that nobody can have (RFC 1112 section 4), and one for documentation.
        for address in ["240.0.0.1", "2001:db8:dead::beef"] {
            assert_eq!(neighbour(address.parse().unwrap()), Neighbour::NotListed);
        }
    }

    #[test]
    fn neighbours_of_a_link_are_told() {
        const SETUP: &str = "ip link add name left type veth peer name right; ip addr add 192.0.2.1/24 dev left; \
            ip addr add 2001:db8::1/64 dev left nodad; ip link set left up; ip link set right up; \
            ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev left nud permanent; \
            ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev left nud stale; \
            ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:02 dev left nud permanent";
        let seen = crate::probe::namespace::in_namespace(SETUP, async || {
            let silent = ["192.0.2.9", "2001:db8::9"];
            for silent in silent {
                let own = if silent.contains(':') { "[::]:0" } else { "0.0.0.0:0" };
                let socket = std::net::UdpSocket::bind(own).unwrap();
                socket.send_to(b"are you there", (silent, 9)).unwrap();
            }
            let rest = ["192.0.2.2", "192.0.2.3", "2001:db8::2", "192.0.2.4"];
            silent
                .into_iter()
                .chain(rest)
                .map(|address| neighbour(address.parse().unwrap()))
                .collect::<Vec<_>>()
        });
        let Some(seen) = seen else { return };
        let hardware = |last| [2, 0, 0, 0, 0, last];
        let expected = [
            Neighbour::Unanswered,
            Neighbour::Unanswered,
            Neighbour::Resolved(hardware(2)),
            Neighbour::Stale(hardware(3)),
            Neighbour::Resolved(hardware(2)),
            Neighbour::NotListed,
        ];
        assert_eq!(seen, expected);
    }
}
