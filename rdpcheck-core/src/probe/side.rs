//! Questions that are not put to the port over TCP: RDP-UDP, ICMP echo, the neighbour table, Wake-on-LAN.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ring::rand::SecureRandom as _;
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep};

use super::datagram::{self, Heard};
use super::echo::{self, NoEcho};
use super::follow_up::Context;
use super::{kernel, socket};
use crate::Error;
use crate::evidence::{
    Acknowledgement, Answer, ByWhom, FailureKind, Neighbour, Operation, OsError, PeerBytes, StageFailure,
    UdpAnswer, Wake,
};
use crate::wire::magic_packet::{MacAddress, magic_packet};
use crate::wire::rdpeudp::{self, Syn};

/// How long an answer by UDP or ICMP is waited for, besides three round trips.
const WAIT: Duration = Duration::from_millis(1200);
/// Before a datagram that may be lost is sent again.
const RESEND: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(600)];
/// Between two tries of a host that may be waking up.
const WAKE_INTERVAL: Duration = Duration::from_secs(2);
/// The discard service, as magic packets are sent to it by custom; 7 (echo) is the other one.
const WAKE_PORTS: [u16; 2] = [9, 7];

/// What came of such a question.
pub(crate) enum Asked {
    Answered(Answer),
    Failed(StageFailure),
    /// This machine could not ask.
    NotMade(String),
}

/// Sends an RDP-UDP SYN.
pub(crate) async fn udp(context: &Context<'_>) -> Asked {
    let mut number = [0; 4];
    if ring::rand::SystemRandom::new().fill(&mut number).is_err() {
        return Asked::NotMade("the system gives no random bytes".to_owned());
    }
    let syn = Syn {
        initial_sequence_number: u32::from_be_bytes(number),
        version: Some(rdpeudp::VERSION_2),
        ..Syn::default()
    };
    let address = context.address();
    let begun = Instant::now();
    let by = context.limit(WAIT + context.round_trip() * 3);
    match datagram::ask(address, &syn.encode(), &RESEND, by).await {
        Heard::Answer { bytes, ttl, .. } => match rdpeudp::syn_ack(&bytes, &syn) {
            Ok(answer) => Asked::Answered(Answer::Udp(UdpAnswer {
                version: answer.version,
                upstream_mtu: answer.upstream_mtu,
                downstream_mtu: answer.downstream_mtu,
                ttl,
            })),
            Err(problem) => {
                let kind = FailureKind::ProtocolViolation {
                    expected: "an RDP-UDP SYN and ACK".to_owned(),
                    got: problem.to_string(),
                };
                let first_bytes = Some(PeerBytes::new(&bytes));
                Asked::Failed(StageFailure { first_bytes, ..failure(kind, address, begun.elapsed()) })
            }
        },
        // A firewall may say so on the host's behalf; then it is no sign of life.
        Heard::PortUnreachable { from, elapsed, .. } => {
            Asked::Failed(failure(refused(from, address), address, elapsed))
        }
        Heard::OtherIcmp(error) => {
            // "Prohibited" of the host itself is a sign of life as well.
            let kind = if error.from == Some(address.ip()) { FailureKind::Refused } else { unreachable() };
            Asked::Failed(failure(kind, address, begun.elapsed()))
        }
        Heard::LocalFailure(error) => Asked::NotMade(error.to_string()),
        Heard::Silence => Asked::Failed(failure(silence(), address, begun.elapsed())),
    }
}

/// Sends an ICMP echo request, where the system lets anybody do that.
pub(crate) async fn echo(context: &Context<'_>) -> Asked {
    let address = context.address();
    let begun = Instant::now();
    match echo::echo(address, context.limit(WAIT + context.round_trip() * 3)).await {
        Ok(echo) => Asked::Answered(Answer::Echo { ttl: echo.ttl }),
        Err(NoEcho::NotPossible(reason)) => Asked::NotMade(reason.to_owned()),
        Err(NoEcho::Silent) => Asked::Failed(failure(silence(), address, begun.elapsed())),
        // When the host itself says no, that is a sign of life.
        Err(NoEcho::Icmp(error)) => {
            Asked::Failed(failure(refused(error.from, address), address, begun.elapsed()))
        }
        Err(NoEcho::LocalFailure(error)) => Asked::NotMade(error.to_string()),
    }
}

/// Looks into the neighbour table.
pub(crate) fn neighbour(context: &Context<'_>) -> Asked {
    let mac = |octets: [u8; 6]| octets.map(|octet| format!("{octet:02x}")).join(":");
    let state = match kernel::neighbour(context.address().ip()) {
        kernel::Neighbour::Resolved(octets) => Neighbour::Resolved { mac: mac(octets) },
        kernel::Neighbour::Stale(octets) => Neighbour::Stale { mac: mac(octets) },
        kernel::Neighbour::Unanswered => Neighbour::Unanswered,
        kernel::Neighbour::NotListed => Neighbour::NotListed,
        kernel::Neighbour::NotObservable(reason) => return Asked::NotMade(reason.to_owned()),
    };
    Asked::Answered(Answer::Neighbour(state))
}

/// Sends a magic packet and tries the port until it is accepted or the deadline is near.
pub(crate) async fn wake(context: &Context<'_>, mac: MacAddress) -> Result<Wake, Error> {
    let begun = Instant::now();
    let (sent_to, error) = send_magic_packet(context.address(), mac).await;
    let mut wake = Wake { mac: mac.to_string(), sent_to, answered_after: None, failure: None };
    if wake.sent_to.is_empty() {
        wake.failure = Some(error.unwrap_or_else(|| "there was nowhere to send it".to_owned()));
        return Ok(wake);
    }
    while !context.is_late_by(WAKE_INTERVAL) {
        if let Ok(peer) = context.connect(WAKE_INTERVAL, None).await? {
            wake.answered_after = Some(begun.elapsed());
            peer.close().await;
            break;
        }
        sleep(WAKE_INTERVAL.min(context.time_left())).await;
    }
    Ok(wake)
}

/// By broadcast on the network that leads to the host, and to the host itself, which a router may pass on.
async fn send_magic_packet(host: SocketAddr, mac: MacAddress) -> (Vec<SocketAddr>, Option<String>) {
    // A limited broadcast leaves by the network of the address that it is sent from (ip(7)).
    let from = socket::local_address(host).filter(std::net::IpAddr::is_ipv4);
    let from = from.unwrap_or_else(|| Ipv4Addr::UNSPECIFIED.into());
    let packet = magic_packet(mac);
    let (mut sent, mut problem) = (Vec::new(), None);
    let broadcast = async {
        let socket = UdpSocket::bind(SocketAddr::new(from, 0)).await?;
        socket.set_broadcast(true)?;
        Ok::<_, std::io::Error>(socket)
    };
    match broadcast.await {
        Ok(socket) => {
            let everybody = WAKE_PORTS.map(|port| SocketAddr::from((Ipv4Addr::BROADCAST, port)));
            let itself = WAKE_PORTS.map(|port| SocketAddr::new(host.ip(), port));
            for to in everybody.into_iter().chain(itself.into_iter().filter(SocketAddr::is_ipv4)) {
                match socket.send_to(&packet, to).await {
                    Ok(_) => sent.push(to),
                    Err(error) => problem = Some(error.to_string()),
                }
            }
        }
        Err(error) => problem = Some(error.to_string()),
    }
    (sent, problem)
}

fn silence() -> FailureKind {
    FailureKind::TimedOut { request: Acknowledgement::NotObservable }
}

fn unreachable() -> FailureKind {
    FailureKind::Unreachable { by: ByWhom::HostUnreachable }
}

/// An ICMP error; of the host, or of somebody on the way.
fn refused(from: Option<std::net::IpAddr>, address: SocketAddr) -> FailureKind {
    if from.is_none_or(|from| from == address.ip()) { FailureKind::Refused } else { unreachable() }
}

fn failure(kind: FailureKind, address: SocketAddr, elapsed: Duration) -> StageFailure {
    StageFailure {
        kind,
        operation: Operation::Receive,
        address: Some(address),
        elapsed,
        round_trip: None,
        bytes_sent: 0,
        bytes_received: 0,
        bytes_unacknowledged: None,
        os_error: None::<OsError>,
        first_bytes: None,
    }
}
