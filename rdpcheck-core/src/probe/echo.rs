//! Whether a host answers a ping, asked without privileges.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::Instant;

use super::datagram::{Heard, exchange};
use super::kernel::IcmpError;

/// The answer to an echo request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Echo {
    /// From the first request on.
    pub(crate) elapsed: Duration,
    /// The time to live or hop limit that it arrived with, where the system tells.
    pub(crate) ttl: Option<u8>,
}

/// Why there was no answer to an echo request.
#[derive(Debug)]
pub(crate) enum NoEcho {
    /// This machine does not let an ordinary program ask.
    NotPossible(&'static str),
    /// Nothing until the time was up.
    Silent,
    /// Somebody on the way, or the host, answered with an error.
    Icmp(IcmpError),
    /// This machine could not send.
    LocalFailure(io::Error),
}

/// When a request that was not answered is sent again.
const RESEND: [Duration; 1] = [Duration::from_secs(1)];

/// Sends an echo request (RFC 792, RFC 4443 section 4.1), one more after a second, and waits for the answer until `by`.
///
/// Of `address`, the port does not count. Dropped before its end, it leaves nothing behind.
pub(crate) async fn echo(address: SocketAddr, by: Instant) -> Result<Echo, NoEcho> {
    let v6 = address.is_ipv6();
    let socket = open(address)?;
    let request = Request::new()?;
    let heard = exchange(&socket, v6, &request.bytes(v6), &RESEND, by, |received| {
        request.is_answered_by(message(received, v6), v6)
    })
    .await;
    match heard {
        Heard::Answer { bytes, ttl, elapsed } => {
            Ok(Echo { elapsed, ttl: ttl.or_else(|| own_ttl(&bytes, v6)) })
        }
        Heard::OtherIcmp(error) => Err(NoEcho::Icmp(error)),
        // A host that has no echo service says so as of a port.
        Heard::PortUnreachable { from, ttl, .. } => {
            let (kind, code) = if v6 { (1, 4) } else { (3, 3) };
            Err(NoEcho::Icmp(IcmpError { kind, code, from, ttl }))
        }
        Heard::LocalFailure(error) => Err(NoEcho::LocalFailure(error)),
        Heard::Silence => Err(NoEcho::Silent),
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn open(address: SocketAddr) -> Result<UdpSocket, NoEcho> {
    use socket2::{Domain, Protocol, Socket, Type};

    let v6 = address.is_ipv6();
    let (domain, protocol) =
        if v6 { (Domain::IPV6, Protocol::ICMPV6) } else { (Domain::IPV4, Protocol::ICMPV4) };
    let socket = Socket::new(domain, Type::DGRAM, Some(protocol)).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => {
            NoEcho::NotPossible("net.ipv4.ping_group_range does not let this user send echo requests")
        }
        _ => NoEcho::NotPossible("this system has no sockets for echo requests"),
    })?;
    let connect = || {
        socket.set_nonblocking(true)?;
        // tokio sees a socket for datagrams, and all else is the same.
        let socket = UdpSocket::from_std(socket.into())?;
        super::kernel::prepare(&socket, v6)?;
        socket2::SockRef::from(&socket).connect(&address.into())?;
        Ok(socket)
    };
    connect().map_err(NoEcho::LocalFailure)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn open(_address: SocketAddr) -> Result<UdpSocket, NoEcho> {
    Err(NoEcho::NotPossible("this system has no sockets for echo requests of ordinary programs"))
}

/// Type, code, checksum, identifier and sequence number, 2 bytes each but the first two.
const HEADER: usize = 8;

/// An echo request, known again by what it carries: Linux puts an identifier of its own in, and macOS hands everybody's
/// answers to everybody.
struct Request {
    token: [u8; 32],
}

impl Request {
    fn new() -> Result<Self, NoEcho> {
        let mut token = [0; 32];
        ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut token)
            .map_err(|_| NoEcho::LocalFailure(io::Error::other("this system gives no random numbers")))?;
        Ok(Self { token })
    }

    fn bytes(&self, v6: bool) -> Vec<u8> {
        let mut bytes = vec![if v6 { 128 } else { 8 }, 0, 0, 0, 0, 0, 0, 1];
        bytes.extend(self.token);
        if !v6 {
            // For ICMPv6 the kernel does it, for it takes the addresses in.
            let sum = checksum(&bytes).to_be_bytes();
            for (to, from) in bytes.iter_mut().skip(2).zip(sum) {
                *to = from;
            }
        }
        bytes
    }

    fn is_answered_by(&self, message: &[u8], v6: bool) -> bool {
        let kind = if v6 { 129 } else { 0 };
        message.first() == Some(&kind) && message.get(HEADER..) == Some(self.token.as_slice())
    }
}

/// The ICMP message in what was received: macOS puts the IPv4 header before it.
fn message(received: &[u8], v6: bool) -> &[u8] {
    match received.first() {
        Some(first) if !v6 && first >> 4 == 4 => {
            received.get(usize::from(first & 0x0f) * 4..).unwrap_or_default()
        }
        _ => received,
    }
}

/// The time to live of such an IPv4 header (RFC 791 section 3.1).
fn own_ttl(received: &[u8], v6: bool) -> Option<u8> {
    let has_header = !v6 && received.first().is_some_and(|first| first >> 4 == 4);
    if has_header { received.get(8).copied() } else { None }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| {
        let word = [pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0)];
        u16::from_be_bytes(word)
    });
    let sum = words.fold(0_u16, |sum, word| {
        let (sum, carried) = sum.overflowing_add(word);
        sum + u16::from(carried)
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn this_machine_answers_or_says_why_not() {
        for loopback in ["127.0.0.1:0", "[::1]:0"] {
            let begun = Instant::now();
            match echo(loopback.parse().unwrap(), begun + Duration::from_secs(5)).await {
                Ok(echo) => {
                    assert!(echo.elapsed <= begun.elapsed());
                    assert!(echo.ttl.is_some() || !cfg!(target_os = "linux"));
                }
                Err(NoEcho::NotPossible(why)) => assert!(why.contains("echo"), "{why}"),
                // A machine without IPv6.
                Err(NoEcho::LocalFailure(error)) if loopback.starts_with('[') => {
                    assert_eq!(error.kind(), io::ErrorKind::AddrNotAvailable);
                }
                Err(other) => panic!("{loopback}: {other:?}"),
            }
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn where_it_is_allowed_hosts_and_routers_answer() {
        const SETUP: &str = "ip link set lo up; echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range; \
            nft 'add table inet t; add chain inet t i { type filter hook input priority 0; }; \
            add rule inet t i ip daddr 127.0.0.2 reject with icmp type host-prohibited; \
            add rule inet t i ip daddr 127.0.0.3 icmp type echo-request drop'";
        let results = crate::probe::namespace::in_namespace(SETUP, async || {
            let mut results = Vec::new();
            for address in ["127.0.0.1:0", "[::1]:0", "127.0.0.2:0", "127.0.0.3:0"] {
                let by = Instant::now() + Duration::from_millis(500);
                results.push(echo(address.parse().unwrap(), by).await);
            }
            results
        });
        let Some(results) = results else { return };
        let [v4, v6, prohibited, silent] = results.try_into().unwrap();
        assert_eq!((v4.unwrap().ttl, v6.unwrap().ttl), (Some(64), Some(64)));
        let Err(NoEcho::Icmp(error)) = prohibited else { panic!("{prohibited:?}") };
        assert_eq!((error.kind, error.code), (3, 10));
        assert!(matches!(silent, Err(NoEcho::Silent)), "{silent:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn where_it_is_forbidden_the_setting_is_named() {
        const SETUP: &str = "ip link set lo up; echo 1 0 > /proc/sys/net/ipv4/ping_group_range";
        let result = crate::probe::namespace::in_namespace(SETUP, async || {
            echo("127.0.0.1:0".parse().unwrap(), Instant::now() + Duration::from_secs(5)).await
        });
        let Some(result) = result else { return };
        let Err(NoEcho::NotPossible(why)) = result else { panic!("{result:?}") };
        assert!(why.contains("ping_group_range"), "{why}");
    }

    #[test]
    fn only_our_answer_counts() {
        let request = Request { token: [7; 32] };
        let mut answer = request.bytes(false);
        assert_eq!(checksum(&answer), 0);
        assert!(!request.is_answered_by(&answer, false));
        answer[0] = 0;
        assert!(request.is_answered_by(&answer, false));
        assert!(!Request { token: [8; 32] }.is_answered_by(&answer, false));

        let mut with_header = vec![0x46; 24];
        with_header[8] = 63;
        with_header.extend(&answer);
        assert!(request.is_answered_by(message(&with_header, false), false));
        assert_eq!((own_ttl(&with_header, false), own_ttl(&answer, false)), (Some(63), None));
    }

    /// The example of RFC 1071 section 3.
    #[test]
    fn the_checksum_is_that_of_the_specification() {
        assert_eq!(checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
    }
}
