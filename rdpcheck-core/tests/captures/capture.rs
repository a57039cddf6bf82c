//! Capture files: packets, TCP conversations put together, UDP datagrams.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::{env, fs};

use etherparse::{LaxNetSlice, LaxSlicedPacket, TransportSlice};
use pcap_parser::pcapng::Block;
use pcap_parser::traits::PcapNGPacketBlock as _;
use pcap_parser::{LegacyPcapSlice, Linktype, PcapBlockOwned, PcapError, PcapNGSlice, nom};

/// Where the capture files are. They are not part of this repository: many of them carry no licence.
const DIRECTORY: &str = "RDPCHECK_CAPTURES";

/// The bytes of the capture file `name`; `None`, said once for each file, where the captures are not at hand.
///
/// A file that is missing in a directory that was given is an error: the test would pass without having tested.
pub(crate) fn read(name: &str) -> Option<Vec<u8>> {
    let Some(directory) = env::var_os(DIRECTORY) else {
        println!("SKIPPED {name}: {DIRECTORY} is not set");
        return None;
    };
    let path = PathBuf::from(directory).join(name);
    Some(fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A TCP connection, or what was captured of it.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// Who sent the first SYN; without one, who does not have the well-known port.
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    /// The stream from the client, to the first gap in the capture.
    pub(crate) from_client: Vec<u8>,
    /// The stream from the server, to the first gap in the capture.
    pub(crate) from_server: Vec<u8>,
}

/// The TCP connections of a capture in the order in which they begin.
pub(crate) fn conversations(capture: &[u8]) -> Vec<Conversation> {
    let mut connections: Vec<Connection> = Vec::new();
    for packet in packets(capture) {
        let Transport::Tcp(segment) = packet.transport else { continue };
        let ends = [packet.source, packet.destination];
        let opens = segment.syn && !segment.acknowledges;
        let known = connections.iter_mut().rev().find(|connection| {
            ends.contains(&connection.client)
                && ends.contains(&connection.server)
                && !(opens && connection.opened_by.is_some_and(|sequence| sequence != segment.sequence))
        });
        match known {
            Some(connection) => connection.add(packet.source, segment),
            None => {
                let mut connection = Connection::new(packet.source, packet.destination, opens, &segment);
                connection.add(packet.source, segment);
                connections.push(connection);
            }
        }
    }
    connections.into_iter().map(Connection::put_together).collect()
}

/// A UDP datagram.
#[derive(Debug)]
pub(crate) struct Datagram {
    pub(crate) source: SocketAddr,
    pub(crate) destination: SocketAddr,
    pub(crate) payload: Vec<u8>,
}

/// The UDP datagrams of a capture in the order in which they were captured.
pub(crate) fn datagrams(capture: &[u8]) -> Vec<Datagram> {
    packets(capture)
        .into_iter()
        .filter_map(|packet| match packet.transport {
            Transport::Udp(payload) => {
                Some(Datagram { source: packet.source, destination: packet.destination, payload })
            }
            Transport::Tcp(_) => None,
        })
        .collect()
}

struct Packet {
    source: SocketAddr,
    destination: SocketAddr,
    transport: Transport,
}

enum Transport {
    Tcp(Segment),
    Udp(Vec<u8>),
}

struct Segment {
    sequence: u32,
    syn: bool,
    acknowledges: bool,
    payload: Vec<u8>,
}

/// The TCP and UDP packets of a capture.
fn packets(capture: &[u8]) -> Vec<Packet> {
    frames(capture).iter().filter_map(|(link, frame)| packet(*link, frame)).collect()
}

fn packet(link: Linktype, frame: &[u8]) -> Option<Packet> {
    let sliced = match link {
        Linktype::ETHERNET => LaxSlicedPacket::from_ethernet(frame).ok()?,
        // The loopback header is the address family, in four bytes of the capturing machine's order.
        Linktype::NULL | Linktype::LOOP => LaxSlicedPacket::from_ip(frame.get(4..)?).ok()?,
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => LaxSlicedPacket::from_ip(frame).ok()?,
        other => panic!("link type {other}"),
    };
    let (source, destination): (IpAddr, IpAddr) = match sliced.net? {
        LaxNetSlice::Ipv4(ip) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
        LaxNetSlice::Ipv6(ip) => (ip.header().source_addr().into(), ip.header().destination_addr().into()),
        LaxNetSlice::Arp(_) => return None,
    };
    let (ports, transport) = match sliced.transport? {
        TransportSlice::Tcp(tcp) => (
            (tcp.source_port(), tcp.destination_port()),
            Transport::Tcp(Segment {
                sequence: tcp.sequence_number(),
                syn: tcp.syn(),
                acknowledges: tcp.ack(),
                payload: tcp.payload().to_vec(),
            }),
        ),
        TransportSlice::Udp(udp) => {
            ((udp.source_port(), udp.destination_port()), Transport::Udp(udp.payload().to_vec()))
        }
        _ => return None,
    };
    Some(Packet { source: (source, ports.0).into(), destination: (destination, ports.1).into(), transport })
}

/// The captured frames, each with the type of its link.
fn frames(capture: &[u8]) -> Vec<(Linktype, Vec<u8>)> {
    let mut frames = Vec::new();
    if let Ok(classic) = LegacyPcapSlice::from_slice(capture) {
        let link = classic.header.network;
        for block in classic.map_while(whole) {
            if let PcapBlockOwned::Legacy(packet) = block {
                frames.push((link, packet.data.to_vec()));
            }
        }
        return frames;
    }
    let mut links = Vec::new();
    let blocks = PcapNGSlice::from_slice(capture).expect("neither pcap nor pcapng");
    for block in blocks.map_while(whole) {
        match block {
            PcapBlockOwned::NG(Block::SectionHeader(_)) => links.clear(),
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => links.push(interface.linktype),
            PcapBlockOwned::NG(Block::EnhancedPacket(packet)) => {
                let link = links[usize::try_from(packet.if_id).unwrap()];
                frames.push((link, packet.packet_data().to_vec()));
            }
            PcapBlockOwned::NG(Block::SimplePacket(packet)) => {
                frames.push((links[0], packet.packet_data().to_vec()));
            }
            _ => {}
        }
    }
    frames
}

/// A block of the file; `None` for one of which the file holds only the beginning, as where a capture was cut off.
fn whole<'a>(block: Result<PcapBlockOwned<'a>, nom::Err<PcapError<&'a [u8]>>>) -> Option<PcapBlockOwned<'a>> {
    match block {
        Ok(block) => Some(block),
        Err(nom::Err::Incomplete(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

struct Connection {
    client: SocketAddr,
    server: SocketAddr,
    /// The sequence number of the client's SYN.
    opened_by: Option<u32>,
    from_client: Vec<Segment>,
    from_server: Vec<Segment>,
}

impl Connection {
    fn new(source: SocketAddr, destination: SocketAddr, opens: bool, segment: &Segment) -> Self {
        const WELL_KNOWN: [u16; 2] = [443, 3389];
        let answers = segment.syn && !opens;
        let from_server = answers || (!opens && WELL_KNOWN.contains(&source.port()));
        let (client, server) = if from_server { (destination, source) } else { (source, destination) };
        let opened_by = opens.then_some(segment.sequence);
        Self { client, server, opened_by, from_client: Vec::new(), from_server: Vec::new() }
    }

    fn add(&mut self, source: SocketAddr, segment: Segment) {
        if source == self.client { &mut self.from_client } else { &mut self.from_server }.push(segment);
    }

    fn put_together(self) -> Conversation {
        Conversation {
            client: self.client,
            server: self.server,
            from_client: stream(self.from_client),
            from_server: stream(self.from_server),
        }
    }
}

/// The bytes of one direction from its SYN, or from the first segment that was captured, to the first gap.
fn stream(mut segments: Vec<Segment>) -> Vec<u8> {
    let Some(first) = segments.iter().find(|segment| segment.syn).or_else(|| segments.first()) else {
        return Vec::new();
    };
    let start = first.sequence.wrapping_add(u32::from(first.syn));
    // Signed, so that a keep-alive, which repeats the byte before, lies before the start.
    let offset = |segment: &Segment| {
        let sequence = segment.sequence.wrapping_add(u32::from(segment.syn));
        i64::from(sequence.wrapping_sub(start).cast_signed())
    };
    segments.sort_by_key(|segment| offset(segment));
    let mut stream = Vec::new();
    for segment in &segments {
        let known = i64::try_from(stream.len()).unwrap() - offset(segment);
        let Ok(known) = usize::try_from(known) else { break };
        stream.extend(segment.payload.iter().skip(known));
    }
    stream
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(sequence: u32, syn: bool, payload: &[u8]) -> Segment {
        Segment { sequence, syn, acknowledges: true, payload: payload.to_vec() }
    }

    #[test]
    fn a_stream_is_put_together_over_disorder_repeats_and_wrapping() {
        let first = u32::MAX - 1;
        let segments = vec![
            segment(first, true, b""),
            segment(first.wrapping_add(4), false, b"def"),
            segment(first.wrapping_add(1), false, b"abc"),
            segment(first.wrapping_add(3), false, b"cdefg"),
            segment(first, false, b"x"),
        ];
        assert_eq!(stream(segments), b"abcdefg");
    }

    #[test]
    fn a_stream_ends_at_a_gap() {
        let segments = vec![segment(5, true, b""), segment(6, false, b"ab"), segment(9, false, b"d")];
        assert_eq!(stream(segments), b"ab");
    }

    #[test]
    fn ends_are_told_apart() {
        // Loopback headers instead of Ethernet.
        let Some(capture) = read("ndpi-rdp.pcap") else { return };
        let [only] = conversations(&capture).try_into().unwrap();
        assert_eq!(only.client, "172.16.2.185:52494".parse().unwrap());
        assert_eq!(only.server, "192.168.2.142:3389".parse().unwrap());
        // No SYN was captured: the server is who has the well-known port.
        let Some(capture) = read("otrf-schtask_create.pcapng") else { return };
        let conversations = conversations(&capture);
        let rdp = conversations.iter().find(|conversation| conversation.server.port() == 3389).unwrap();
        assert_eq!(rdp.client, "71.191.74.123:54545".parse().unwrap());
    }

    #[test]
    fn datagrams_are_in_order() {
        let Some(capture) = read("zeek-rdpeudp-handshake-success.pcap") else { return };
        let datagrams = datagrams(&capture);
        assert_eq!(datagrams.len(), 10);
        assert_eq!(datagrams[0].destination.port(), 3389);
        assert_eq!(datagrams[1].source, datagrams[0].destination);
        assert_eq!(datagrams[0].payload[..4], [0xff; 4], "snSourceAck of a SYN");
    }
}
