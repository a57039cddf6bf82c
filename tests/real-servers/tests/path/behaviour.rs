//! What each fault does to a connection, seen without the library.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::ops::RangeInclusive;
use std::thread;
use std::time::{Duration, Instant};

use rdpcheck_real_servers::{Network, Place};

use super::hello::{TLS12, client_hello};
use super::{ADAPTER, fall_silent};

/// Longest wait for an answer, and what counts as silence: beyond the first retransmissions (0.2 and 0.6 s).
const ANSWER: Duration = Duration::from_secs(2);

/// A Connection Request that offers TLS and both forms of CredSSP.
const REQUEST: [u8; 19] = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0x0b, 0, 0, 0];
const CONFIRM: usize = 19;

/// What makes a `ClientHello` take two segments.
const LARGE: usize = 1400;

/// xrdp's answer to a `ClientHello` is larger; one segment cannot hold so much.
const FLIGHT: usize = 2000;

pub(crate) fn passes_all(_: &Network) {
    assert_eq!(ask(&[&REQUEST]), Answer::Bytes(CONFIRM));
    assert!(matches!(agree().ask(&[&hello(0)], FLIGHT), Answer::Bytes(_)));
    assert!(matches!(agree().ask(&[&hello(LARGE)], FLIGHT), Answer::Bytes(_)));
}

/// A connection is made after one round trip.
pub(crate) fn takes_80_ms(network: &Network) {
    takes(80..=120);
    passes_all(network);
}

pub(crate) fn takes_600_ms(network: &Network) {
    takes(600..=660);
    passes_all(network);
}

fn takes(milliseconds: RangeInclusive<u128>) {
    for _ in 0..3 {
        let began = Instant::now();
        drop(TcpStream::connect(HOST).unwrap());
        let took = began.elapsed().as_millis();
        assert!(milliseconds.contains(&took), "{took} ms");
    }
}

pub(crate) fn loses_to_host(network: &Network) {
    loses(network, [true, false]);
}

pub(crate) fn loses_to_client(network: &Network) {
    loses(network, [false, true]);
}

pub(crate) fn loses_both_ways(network: &Network) {
    loses(network, [true, true]);
}

/// Whether packets get lost to the host and to the client, in what a check did and in some more connections.
fn loses(network: &Network, expected: [bool; 2]) {
    let lost = || network.lost_and_carried().map(|(lost, _)| lost > 0);
    let began = Instant::now();
    while lost() != expected && began.elapsed() < Duration::from_secs(5) {
        drop(connect().map(|mut connection| connection.ask(&[&REQUEST], CONFIRM)));
    }
    assert_eq!(lost(), expected, "{:?}", network.lost_and_carried());
}

pub(crate) fn swallows_large_flights(network: &Network) {
    assert_eq!(agree().ask(&[&hello(0)], FLIGHT), Answer::Silence);
    // Smaller segments get through, so it is their size.
    let (host, device) = (format!("{}/32", Network::HOST), "10.91.1.254");
    network.run(Place::Client, ["ip", "route", "add", &host, "via", device, "advmss", "1000"]).unwrap();
    assert!(matches!(agree().ask(&[&hello(0)], FLIGHT), Answer::Bytes(_)));
}

pub(crate) fn swallows_large_hellos(_: &Network) {
    assert!(matches!(agree().ask(&[&hello(0)], FLIGHT), Answer::Bytes(_)));
    assert_eq!(agree().ask(&[&hello(LARGE)], FLIGHT), Answer::Silence);
}

pub(crate) fn resets_large_hellos(network: &Network) {
    assert!(matches!(agree().ask(&[&hello(0)], FLIGHT), Answer::Bytes(_)));
    resets(network, agree(), &hello(LARGE));
}

pub(crate) fn limits_connections(_: &Network) {
    let refused = (0..6).filter_map(|_| connect().err()).collect::<Vec<_>>();
    assert!(
        refused.len() >= 3 && refused.iter().all(|kind| *kind == ErrorKind::ConnectionRefused),
        "{refused:?}"
    );
}

pub(crate) fn resets_requests(network: &Network) {
    resets(network, connect().unwrap(), &REQUEST);
    passes_split_request();
}

pub(crate) fn swallows_requests(_: &Network) {
    assert_eq!(ask(&[&REQUEST]), Answer::Silence);
    passes_split_request();
}

pub(crate) fn resets_hellos(network: &Network) {
    resets(network, agree(), &hello(0));
    passes_split_hello();
}

/// The reset comes sooner than the host, where that is far, could have sent one.
fn resets(network: &Network, mut connection: Connection, bytes: &[u8]) {
    let began = Instant::now();
    assert_eq!(connection.ask(&[bytes], CONFIRM), Answer::Reset);
    let took = began.elapsed();
    let round_trip = network.round_trip();
    assert!(round_trip.is_zero() || took < round_trip, "{took:?}");
}

pub(crate) fn swallows_hellos(_: &Network) {
    assert_eq!(agree().ask(&[&hello(0)], FLIGHT), Answer::Silence);
    passes_split_hello();
}

/// The device looks at the beginning of segments and does not put them together.
fn passes_split_request() {
    let (first, rest) = REQUEST.split_at(1);
    assert_eq!(ask(&[first, rest]), Answer::Bytes(CONFIRM));
}

fn passes_split_hello() {
    let hello = hello(0);
    let (first, rest) = hello.split_at(1);
    assert!(matches!(agree().ask(&[first, rest], FLIGHT), Answer::Bytes(_)));
}

pub(crate) fn swallows_data(_: &Network) {
    assert_eq!(ask(&[&REQUEST]), Answer::Silence);
    assert_eq!(ask(&[b"GET / HTTP/1.0\r\n\r\n"]), Answer::Silence);
}

pub(crate) fn swallows_syns(_: &Network) {
    assert_eq!(connect().unwrap_err(), ErrorKind::TimedOut);
}

pub(crate) fn refuses(_: &Network) {
    let began = Instant::now();
    assert_eq!(connect().unwrap_err(), ErrorKind::ConnectionRefused);
    assert!(began.elapsed() < Duration::from_millis(500));
}

/// ICMP at once; a device sends one such message a second, and the check may just have had it
/// (Linux, Documentation/networking/ip-sysctl.rst: `icmp_ratelimit`).
pub(crate) fn is_unreachable_at_once(network: &Network) {
    let limit = "echo 0 >/proc/sys/net/ipv4/icmp_ratelimit";
    network.run(Place::Device, ["sh", "-c", limit]).unwrap();
    let began = Instant::now();
    assert_eq!(connect().unwrap_err(), ErrorKind::HostUnreachable);
    assert!(began.elapsed() < Duration::from_millis(500));
}

pub(crate) fn has_no_route(_: &Network) {
    assert_eq!(connect().unwrap_err(), ErrorKind::NetworkUnreachable);
}

/// Three ARP requests, a second apart, get no answer (RFC 4861's numbers, which Linux takes for ARP).
pub(crate) fn has_no_neighbour(_: &Network) {
    let began = Instant::now();
    let error = TcpStream::connect(HOST).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostUnreachable);
    assert!(began.elapsed() < Duration::from_millis(3500));
}

/// Once more from the beginning, after a check that woke it.
pub(crate) fn sleeps_until_woken(network: &Network) {
    passes_all(network);
    fall_silent(network).unwrap();
    has_no_neighbour(network);
    let socket = UdpSocket::bind((Network::BESIDE_HOST, 0)).unwrap();
    socket.set_broadcast(true).unwrap();
    let adapter = ADAPTER.split(':').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect::<Vec<_>>();
    let packet = [vec![0xff; 6], adapter.repeat(16)].concat();
    socket.send_to(&packet, (Ipv4Addr::BROADCAST, 9)).unwrap();
    let began = Instant::now();
    while connect().is_err() {
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

pub(crate) fn comes_and_goes(_: &Network) {
    let (mut up, mut down) = (0, 0);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(4) {
        match TcpStream::connect_timeout(&HOST, Duration::from_millis(100)) {
            Ok(_) => up += 1,
            Err(_) => down += 1,
        }
        thread::sleep(Duration::from_millis(100));
    }
    assert!(up >= 5 && down >= 5, "{up} times up, {down} times down");
}

const HOST: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Network::HOST), 3389);

/// How a connection answered.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// At least as many bytes as were awaited.
    Bytes(usize),
    Closed,
    Reset,
    Silence,
}

#[derive(Debug)]
struct Connection(TcpStream);

impl Connection {
    /// Sends the parts as a segment each and waits for so many bytes.
    fn ask(&mut self, parts: &[&[u8]], awaited: usize) -> Answer {
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                thread::sleep(Duration::from_millis(50));
            }
            if self.0.write_all(part).is_err() {
                return Answer::Reset;
            }
        }
        let mut bytes = vec![0; awaited];
        match self.0.read_exact(&mut bytes) {
            Ok(()) => Answer::Bytes(awaited),
            Err(error) => match error.kind() {
                ErrorKind::ConnectionReset => Answer::Reset,
                ErrorKind::UnexpectedEof => Answer::Closed,
                ErrorKind::WouldBlock => Answer::Silence,
                other => panic!("{other}"),
            },
        }
    }
}

fn connect() -> Result<Connection, ErrorKind> {
    let stream = TcpStream::connect_timeout(&HOST, ANSWER).map_err(|error| error.kind())?;
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(ANSWER)).unwrap();
    Ok(Connection(stream))
}

/// What a new connection answers.
fn ask(parts: &[&[u8]]) -> Answer {
    connect().unwrap().ask(parts, CONFIRM)
}

/// A connection on which TLS was agreed, through a request in two parts, which no device knows.
fn agree() -> Connection {
    let mut connection = connect().unwrap();
    let (first, rest) = REQUEST.split_at(1);
    assert_eq!(connection.ask(&[first, rest], CONFIRM), Answer::Bytes(CONFIRM));
    connection
}

fn hello(padding: usize) -> Vec<u8> {
    client_hello(TLS12, padding)
}
