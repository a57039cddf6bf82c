//! One question by UDP, and what comes back.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

use super::kernel::{self, IcmpError};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 2048;

/// The most that a UDP datagram can carry; Windows drops what does not fit.
const LARGEST: usize = 65_535;

/// What came back for a datagram. The time elapsed counts from the first sending.
#[derive(Debug)]
pub(crate) enum Heard {
    /// An answer of the host; of a long one the first 2,048 bytes.
    Answer {
        bytes: Vec<u8>,
        /// The time to live or hop limit that it arrived with, where the system tells.
        ttl: Option<u8>,
        elapsed: Duration,
    },
    /// An ICMP error that says that nothing listens on the port, by the host or somebody in its name. Where the system
    /// tells an error number only (all but Linux), it is not known by whom.
    PortUnreachable { from: Option<IpAddr>, ttl: Option<u8>, elapsed: Duration },
    /// Another ICMP error.
    OtherIcmp(IcmpError),
    /// This machine could not send, or tells an error without its cause.
    LocalFailure(io::Error),
    /// Nothing until the time was up.
    Silence,
}

/// Sends a datagram and waits for the first answer, until `by`; after each pause of `resend` it is sent once more.
///
/// The socket is connected: what others than `address` send is not received. Dropped before its end, it leaves nothing behind.
pub(crate) async fn ask(address: SocketAddr, datagram: &[u8], resend: &[Duration], by: Instant) -> Heard {
    match open(address).await {
        Ok(socket) => exchange(&socket, address.is_ipv6(), datagram, resend, by, |_| true).await,
        Err(error) => Heard::LocalFailure(error),
    }
}

async fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let any =
        if address.is_ipv6() { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
    let socket = UdpSocket::bind((any, 0)).await?;
    kernel::prepare(&socket, address.is_ipv6())?;
    socket.connect(address).await?;
    Ok(socket)
}

/// The same on a socket that is connected and prepared. Datagrams that `is_answer` does not take are passed over.
pub(super) async fn exchange(
    socket: &UdpSocket,
    v6: bool,
    datagram: &[u8],
    resend: &[Duration],
    by: Instant,
    is_answer: impl Fn(&[u8]) -> bool,
) -> Heard {
    let begun = Instant::now();
    let failed = |error| failure(socket, v6, error, begun.elapsed());
    let mut buffer = vec![0; LARGEST];
    let mut pauses = resend.iter().copied();
    let mut send_at = Some(begun);
    while Instant::now() < by {
        if send_at.is_some_and(|moment| Instant::now() >= moment) {
            match timeout_at(by, socket.send(datagram)).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return failed(error),
                Err(_) => break,
            }
            send_at = pauses.next().map(|pause| Instant::now() + pause);
        }
        let until = send_at.map_or(by, |moment| moment.min(by));
        // An error is waited for by name: on Linux it does not make the socket readable.
        match timeout_at(until, socket.ready(Interest::READABLE | Interest::ERROR)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return failed(error),
            Err(_) => continue,
        }
        match kernel::receive(socket, &mut buffer) {
            Ok((count, ttl)) => {
                let received = buffer.get(..count).unwrap_or_default();
                if is_answer(received) {
                    let bytes = received.iter().take(KEPT).copied().collect();
                    return Heard::Answer { bytes, ttl, elapsed: begun.elapsed() };
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if let Some(error) = kernel::icmp_error(socket) {
                    return by_icmp(error, v6, begun.elapsed());
                }
            }
            Err(error) => return failed(error),
        }
    }
    Heard::Silence
}

fn failure(socket: &UdpSocket, v6: bool, error: io::Error, elapsed: Duration) -> Heard {
    match (kernel::icmp_error(socket), error.kind()) {
        (Some(error), _) => by_icmp(error, v6, elapsed),
        // Windows tells it as a reset (recv, WSAECONNRESET).
        (None, io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset) => {
            Heard::PortUnreachable { from: None, ttl: None, elapsed }
        }
        (None, _) => Heard::LocalFailure(error),
    }
}

fn by_icmp(error: IcmpError, v6: bool, elapsed: Duration) -> Heard {
    if error.is_port_unreachable(v6) {
        Heard::PortUnreachable { from: error.from, ttl: error.ttl, elapsed }
    } else {
        Heard::OtherIcmp(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACKS: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    #[tokio::test]
    async fn an_answer_has_its_time_to_live() {
        for loopback in LOOPBACKS {
            let Ok(host) = UdpSocket::bind(loopback).await else { continue };
            let address = host.local_addr().unwrap();
            let options = socket2::SockRef::from(&host);
            if address.is_ipv4() { options.set_ttl_v4(77) } else { options.set_unicast_hops_v6(77) }.unwrap();
            let answering = tokio::spawn(async move {
                let mut buffer = [0; 16];
                let (count, from) = host.recv_from(&mut buffer).await.unwrap();
                host.send_to(&[9; 3000], from).await.unwrap();
                buffer[..count].to_vec()
            });
            let heard = ask(address, b"who", &[], soon()).await;
            assert_eq!(answering.await.unwrap(), b"who");
            let Heard::Answer { bytes, ttl, elapsed } = heard else { panic!("{heard:?}") };
            assert_eq!(bytes, [9; 2048]);
            assert!(elapsed < Duration::from_secs(5));
            assert_eq!(ttl, cfg!(target_os = "linux").then_some(77));
        }
    }

    #[tokio::test]
    async fn it_is_asked_again() {
        let host = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = host.local_addr().unwrap();
        let answering = tokio::spawn(async move {
            let mut buffer = [0; 16];
            for _ in 0..2 {
                host.recv_from(&mut buffer).await.unwrap();
            }
            let (_, from) = host.recv_from(&mut buffer).await.unwrap();
            host.send_to(b"third", from).await.unwrap();
        });
        let pauses = [Duration::from_millis(20), Duration::from_millis(40)];
        let heard = ask(address, b"?", &pauses, soon()).await;
        answering.await.unwrap();
        let Heard::Answer { bytes, elapsed, .. } = heard else { panic!("{heard:?}") };
        assert_eq!(bytes, b"third");
        assert!(elapsed >= Duration::from_millis(60));
    }

    #[tokio::test]
    async fn a_closed_port_is_told() {
        for loopback in LOOPBACKS {
            let Ok(closed) = UdpSocket::bind(loopback).await else { continue };
            let address = closed.local_addr().unwrap();
            drop(closed);
            let heard = ask(address, b"who", &[], soon()).await;
            let Heard::PortUnreachable { from, ttl, elapsed } = heard else { panic!("{heard:?}") };
            assert!(elapsed < Duration::from_secs(5));
            if cfg!(target_os = "linux") {
                assert_eq!(from, Some(address.ip()));
                assert!(ttl.is_some());
            }
        }
    }

    #[tokio::test]
    async fn a_mute_host_is_silence() {
        let host = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let by = Instant::now() + Duration::from_millis(50);
        let pauses = [Duration::from_millis(10); 2];
        let heard = ask(host.local_addr().unwrap(), b"?", &pauses, by).await;
        assert!(matches!(heard, Heard::Silence), "{heard:?}");
        for _ in 0..3 {
            assert_eq!(host.try_recv(&mut [0; 4]).unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_our_failure() {
        let heard = ask("127.0.0.1:9".parse().unwrap(), &[0; 70_000], &[], soon()).await;
        assert!(matches!(heard, Heard::LocalFailure(_)), "{heard:?}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn another_icmp_error_is_told() {
        const SETUP: &str = "ip link set lo up; nft 'add table inet t; \
            add chain inet t i { type filter hook input priority 0; }; \
            add rule inet t i udp dport 9 reject with icmpx type admin-prohibited'";
        let heard = crate::probe::namespace::in_namespace(SETUP, async || {
            let mut heard = Vec::new();
            for address in ["127.0.0.1:9", "[::1]:9"] {
                heard.push(ask(address.parse().unwrap(), b"who", &[], soon()).await);
            }
            heard
        });
        // RFC 1812 section 5.2.7.1 and RFC 4443 section 3.1.
        let expected = [(3, 13, "127.0.0.1"), (1, 1, "::1")];
        for (heard, (kind, code, from)) in heard.into_iter().flatten().zip(expected) {
            let Heard::OtherIcmp(error) = heard else { panic!("{heard:?}") };
            let from = Some(from.parse().unwrap());
            assert_eq!(error, IcmpError { kind, code, from, ttl: Some(64) });
        }
    }
}
