use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::kernel::IcmpError;
use super::open::Open;
use super::peer::Peer;
use super::socket::{self, Opened, Setup};
use crate::Error;
use crate::evidence::{
    Acknowledgement, AttemptOutcome, ByWhom, ConnectAttempt, ConnectFailure, FailureKind, IcmpMessage,
    Operation, Os, OsError, StageFailure, classify,
};

/// The "Connection Attempt Delay" of RFC 8305 section 5.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Races the addresses as RFC 8305 says and returns the first connection that stands.
///
/// Every attempt is recorded in `attempts`, in the order in which they were begun.
pub(crate) async fn connect(
    addresses: &[SocketAddr],
    attempts: &mut Vec<ConnectAttempt>,
    setup: Setup,
    open: &Arc<Open>,
    by: Instant,
) -> Result<Result<Peer, Stopped>, Error> {
    let begun = Instant::now();
    let mut waiting = interleave(addresses).into_iter();
    let mut race: JoinSet<(usize, Opened)> = JoinSet::new();
    let mut next_at = begun;
    let mut more = true;
    loop {
        if more && Instant::now() >= next_at {
            match waiting.next() {
                Some(address) => {
                    let index = attempts.len();
                    attempts.push(ConnectAttempt {
                        address,
                        started_after: begun.elapsed(),
                        elapsed: Duration::ZERO,
                        outcome: AttemptOutcome::Abandoned,
                        os_error: None,
                        icmp: None,
                    });
                    race.spawn(async move { (index, socket::connect_watching(address, setup).await) });
                    next_at = Instant::now() + ATTEMPT_DELAY;
                }
                None => more = false,
            }
        }
        if !more && race.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some(ended) = race.join_next() => {
                let Ok((index, (result, icmp))) = ended else {
                    return Err(Error::Bug { what: "a connection attempt ended without a result".to_owned() });
                };
                let attempt = attempts.get_mut(index);
                let elapsed = attempt.as_ref().map_or(Duration::ZERO, |attempt| begun.elapsed().saturating_sub(attempt.started_after));
                match result {
                    Ok(stream) => {
                        if let Some(attempt) = attempt {
                            (attempt.outcome, attempt.elapsed) = (AttemptOutcome::Connected, elapsed);
                        }
                        abandon(attempts, begun.elapsed());
                        // Not asked of the socket: one that was reset already has forgotten it.
                        let address = attempts.get(index).map_or_else(unspecified, |attempt| attempt.address);
                        return Ok(Ok(Peer::new(stream, address, elapsed, open)));
                    }
                    Err(error) => {
                        let (outcome, os_error) = describe(error)?;
                        if let Some(attempt) = attempt {
                            (attempt.outcome, attempt.elapsed, attempt.os_error) = (outcome, elapsed, os_error);
                            attempt.icmp = icmp.and_then(|icmp| message(icmp, attempt.address));
                        }
                        next_at = Instant::now();
                    }
                }
            }
            () = sleep_until(next_at.min(by)), if more => {}
            () = sleep_until(by) => {}
        }
        if Instant::now() >= by {
            break;
        }
    }
    // A reset that overtakes our notice of the connection: TCP stood all the same.
    if let Some(attempt) = attempts.iter_mut().find(|attempt| attempt.outcome == AttemptOutcome::Reset) {
        (attempt.outcome, attempt.os_error) = (AttemptOutcome::Connected, None);
        let (address, elapsed) = (attempt.address, attempt.elapsed);
        return Ok(Err(Stopped::AtOnce { address, elapsed }));
    }
    let limit_reached = Instant::now() >= by;
    let now = begun.elapsed();
    for attempt in attempts.iter_mut().filter(|attempt| attempt.outcome == AttemptOutcome::Abandoned) {
        attempt.elapsed = now.saturating_sub(attempt.started_after);
        attempt.outcome = if limit_reached { AttemptOutcome::TimedOut } else { AttemptOutcome::Abandoned };
    }
    Ok(Err(Stopped::Before(failure(attempts))))
}

/// How an attempt to connect came to nothing.
pub(crate) enum Stopped {
    /// TCP stood and was reset before we could do anything with it. On a fast path the system tells both at once, as a
    /// reset while connecting; a reset in answer to a SYN is told as a refusal.
    AtOnce { address: SocketAddr, elapsed: Duration },
    /// There was no connection.
    Before(StageFailure),
}

impl Stopped {
    /// The failure of the negotiation that a connection which was reset at once amounts to.
    pub(crate) fn reset(address: SocketAddr, elapsed: Duration) -> StageFailure {
        StageFailure {
            kind: FailureKind::Reset,
            operation: Operation::Receive,
            address: Some(address),
            elapsed: Duration::ZERO,
            round_trip: Some(elapsed),
            bytes_sent: 0,
            bytes_received: 0,
            bytes_unacknowledged: None,
            os_error: None,
            first_bytes: None,
        }
    }
}

/// What an ICMP error says. This machine's own, that nobody answered for the address on the link, is no message of another.
fn message(icmp: IcmpError, address: SocketAddr) -> Option<IcmpMessage> {
    if icmp.from.is_some_and(|from| Some(from) == socket::local_address(address)) {
        return None;
    }
    Some(IcmpMessage {
        kind: icmp.kind,
        code: icmp.code,
        name: crate::evidence::icmp_name(address.is_ipv6(), icmp.kind, icmp.code).map(str::to_owned),
        sender: icmp.from,
        ttl: icmp.ttl,
    })
}

fn unspecified() -> SocketAddr {
    SocketAddr::from(([0, 0, 0, 0], 0))
}

fn abandon(attempts: &mut [ConnectAttempt], now: Duration) {
    for attempt in attempts.iter_mut().filter(|attempt| attempt.outcome == AttemptOutcome::Abandoned) {
        attempt.elapsed = now.saturating_sub(attempt.started_after);
    }
}

/// RFC 8305 section 4: families alternate, beginning with the resolver's first.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut a, mut b): (Vec<_>, Vec<_>) =
        addresses.iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut mixed = Vec::with_capacity(addresses.len());
    (a, b) = (a.into_iter().rev().collect(), b.into_iter().rev().collect());
    while let Some(address) = a.pop() {
        mixed.push(address);
        mixed.extend(b.pop());
    }
    mixed.extend(b.into_iter().rev());
    mixed
}

fn describe(error: io::Error) -> Result<(AttemptOutcome, Option<OsError>), Error> {
    let code = error.raw_os_error();
    let outcome = match code.and_then(|code| classify(Os::here(), code)) {
        Some(ConnectFailure::Refused) => AttemptOutcome::Refused,
        Some(ConnectFailure::Reset) => AttemptOutcome::Reset,
        Some(ConnectFailure::TimedOut) => AttemptOutcome::TimedOut,
        Some(ConnectFailure::Unreachable(_)) => AttemptOutcome::Unreachable,
        Some(ConnectFailure::Resource) => return Err(Error::resource("opening a connection", error)),
        // An address that this system cannot connect to at all (EINVAL for a link-local address without a zone).
        None => AttemptOutcome::Unreachable,
    };
    Ok((outcome, code.map(OsError::new)))
}

/// The failure that says most: an answer of the host's address before silence, silence before this machine's own words.
fn failure(attempts: &[ConnectAttempt]) -> StageFailure {
    let rank = |outcome: AttemptOutcome| match outcome {
        AttemptOutcome::Refused => 0,
        AttemptOutcome::TimedOut => 1,
        AttemptOutcome::Unreachable => 2,
        AttemptOutcome::Abandoned | AttemptOutcome::Connected | AttemptOutcome::Reset => 3,
    };
    let attempt = attempts.iter().min_by_key(|attempt| rank(attempt.outcome));
    let outcome = attempt.map_or(AttemptOutcome::TimedOut, |attempt| attempt.outcome);
    let os_error = attempt.and_then(|attempt| attempt.os_error.clone());
    let kind = match outcome {
        AttemptOutcome::Refused => FailureKind::Refused,
        AttemptOutcome::Unreachable => {
            let by = match os_error.as_ref().and_then(|error| classify(Os::here(), error.code)) {
                Some(ConnectFailure::Unreachable(by)) => by,
                _ => ByWhom::NetworkUnreachable,
            };
            FailureKind::Unreachable { by }
        }
        AttemptOutcome::TimedOut
        | AttemptOutcome::Reset
        | AttemptOutcome::Abandoned
        | AttemptOutcome::Connected => FailureKind::TimedOut { request: Acknowledgement::Unacknowledged },
    };
    StageFailure {
        kind,
        operation: Operation::Connect,
        address: attempt.map(|attempt| attempt.address),
        elapsed: attempt.map_or(Duration::ZERO, |attempt| attempt.elapsed),
        round_trip: None,
        bytes_sent: 0,
        bytes_received: 0,
        bytes_unacknowledged: None,
        os_error,
        first_bytes: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_alternate() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let [a, b, c, x, y] = ["[::1]:1", "[::2]:1", "[::3]:1", "192.0.2.1:1", "192.0.2.2:1"].map(parse);
        assert_eq!(interleave(&[a, b, c, x, y]), [a, x, b, y, c]);
        assert_eq!(interleave(&[x, a, b]), [x, a, b]);
        assert_eq!(interleave(&[x, y]), [x, y]);
        assert_eq!(interleave(&[a, x, y]), [a, x, y]);
    }

    #[test]
    fn the_most_telling_failure_is_reported() {
        let attempt = |outcome, code: Option<i32>| ConnectAttempt {
            address: "192.0.2.1:3389".parse().unwrap(),
            started_after: Duration::ZERO,
            elapsed: Duration::from_secs(1),
            outcome,
            os_error: code.map(OsError::new),
            icmp: None,
        };
        let refused = attempt(AttemptOutcome::Refused, None);
        let silent = attempt(AttemptOutcome::TimedOut, None);
        let unreachable = attempt(AttemptOutcome::Unreachable, None);
        assert_eq!(failure(&[silent.clone(), refused]).kind, FailureKind::Refused);
        assert_eq!(failure(&[unreachable.clone(), silent]).kind.code(), "silent-unacknowledged");
        assert_eq!(failure(&[unreachable]).kind.code(), "unreachable");
    }

    fn host(scenario: &str) -> rdpcheck_lab::LabHost {
        rdpcheck_lab::LabHost::start(&scenario.parse().unwrap()).unwrap()
    }

    fn race(addresses: &[SocketAddr]) -> (Result<SocketAddr, StageFailure>, Vec<ConnectAttempt>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut attempts = Vec::new();
        let by = Duration::from_secs(3);
        let raced = runtime
            .block_on(async {
                connect(addresses, &mut attempts, Setup::default(), &Arc::default(), Instant::now() + by)
                    .await
            })
            .unwrap();
        let raced = raced.map(|peer| peer.address()).map_err(|stopped| match stopped {
            Stopped::Before(failure) => failure,
            Stopped::AtOnce { address, elapsed } => Stopped::reset(address, elapsed),
        });
        (raced, attempts)
    }

    #[test]
    fn a_silent_address_holds_up_the_next_for_a_quarter_of_a_second() {
        let silent =
            host("title = \"silent\"\n[host]\nlisten = \"backlog-full\"\n[[rule]]\naccept = \"hold\"");
        let alive = host("title = \"alive\"\n[[rule]]\naccept = \"hold\"");
        let (raced, attempts) = race(&[silent.address(), alive.address()]);
        assert_eq!(raced.unwrap(), alive.address());
        let [first, second] = attempts.as_slice() else { panic!("{attempts:?}") };
        assert_eq!((first.outcome, second.outcome), (AttemptOutcome::Abandoned, AttemptOutcome::Connected));
        assert!(second.started_after >= ATTEMPT_DELAY);
    }

    #[test]
    fn a_refusing_address_holds_up_nothing() {
        let refusing = host("title = \"refusing\"\n[host]\nlisten = \"closed\"\n[[rule]]\naccept = \"hold\"");
        let alive = host("title = \"alive\"\n[[rule]]\naccept = \"hold\"");
        let (raced, attempts) = race(&[refusing.address(), alive.address()]);
        assert_eq!(raced.unwrap(), alive.address());
        let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome).collect();
        assert_eq!(outcomes, [AttemptOutcome::Refused, AttemptOutcome::Connected]);
        assert!(attempts[1].started_after < ATTEMPT_DELAY);
    }

    #[test]
    fn every_address_is_tried_before_it_fails() {
        let scenario = "title = \"refusing\"\n[host]\nlisten = \"closed\"\n[[rule]]\naccept = \"hold\"";
        let hosts = [host(scenario), host(scenario), host(scenario)];
        let (raced, attempts) = race(&hosts.each_ref().map(rdpcheck_lab::LabHost::address));
        assert_eq!(raced.unwrap_err().kind, FailureKind::Refused);
        assert_eq!(attempts.len(), 3);
    }
}
