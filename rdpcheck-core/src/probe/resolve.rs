use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::evidence::{
    DnsProblem, FailureKind, Operation, Os, OsError, Resolution, StageFailure, classify_lookup,
    lookup_error_name,
};
use crate::options::AddressFamily;
use crate::{Error, Target};

/// How many addresses of a name are tried.
const MOST_ADDRESSES: usize = 16;

/// The addresses of a target with their scope, from the system's resolver: a client asks it too.
pub(crate) async fn resolve(
    target: &Target,
    family: AddressFamily,
    by: Instant,
) -> Result<Result<(Resolution, Vec<SocketAddr>), StageFailure>, Error> {
    if let Some(ip) = target.ip() {
        let fits = match family {
            AddressFamily::Any => true,
            AddressFamily::Ipv4 => ip.is_ipv4(),
            AddressFamily::Ipv6 => ip.is_ipv6(),
        };
        if !fits {
            return Err(Error::InvalidOptions {
                option: "address_family",
                value: format!("{} for {ip}", family.code()),
                allowed: "any, or the family of the address that is given",
            });
        }
    }
    let begun = Instant::now();
    let given_as_address = target.ip().is_some();
    let looked_up = match target.ip() {
        Some(ip) if target.zone().is_none() => Ok(vec![SocketAddr::new(ip, target.port())]),
        _ => {
            let (host, port) = (target.host(), target.port());
            // The thread cannot be cancelled; it ends by itself when the resolver gives up.
            let lookup = tokio::task::spawn_blocking(move || look_up(&host, port));
            match timeout_at(by, lookup).await {
                Ok(Ok(result)) => result,
                Ok(Err(_)) => {
                    return Err(Error::Bug { what: "the thread of the resolver ended early".to_owned() });
                }
                Err(_) => Err(Problem::Dns(DnsProblem::TimedOut, None)),
            }
        }
    };
    let found = match looked_up {
        Ok(addresses) => addresses,
        Err(Problem::Dns(problem, code)) => return Ok(Err(failure(problem, code, begun.elapsed()))),
        Err(Problem::Machine(error)) => return Err(Error::resource("looking up a name", error)),
    };
    let any = !found.is_empty();
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for address in found {
        let wanted = match family {
            AddressFamily::Any => true,
            AddressFamily::Ipv4 => address.is_ipv4(),
            AddressFamily::Ipv6 => address.is_ipv6(),
        };
        if wanted && !addresses.contains(&address) && addresses.len() < MOST_ADDRESSES {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        let problem = if any { DnsProblem::OtherFamilyOnly } else { DnsProblem::NoAddress };
        return Ok(Err(failure(problem, None, begun.elapsed())));
    }
    let resolution = Resolution {
        given_as_address,
        addresses: addresses.iter().map(SocketAddr::ip).collect::<Vec<IpAddr>>(),
    };
    Ok(Ok((resolution, addresses)))
}

enum Problem {
    Dns(DnsProblem, Option<i32>),
    Machine(std::io::Error),
}

fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, Problem> {
    let hints =
        dns_lookup::AddrInfoHints { socktype: dns_lookup::SockType::Stream.into(), ..Default::default() };
    match dns_lookup::getaddrinfo(Some(host), Some(&port.to_string()), Some(hints)) {
        Ok(found) => Ok(found.filter_map(Result::ok).map(|entry| entry.sockaddr).collect()),
        Err(error) => {
            let code = error.error_num();
            match classify_lookup(Os::here(), code) {
                Some(problem) => Err(Problem::Dns(problem, Some(code))),
                // EAI_SYSTEM hides errno; memory and descriptors are this machine's trouble, the rest the resolver's.
                None => match std::io::Error::from(error) {
                    machine if machine.kind() == std::io::ErrorKind::OutOfMemory || code == EAI_MEMORY => {
                        Err(Problem::Machine(machine))
                    }
                    _ => Err(Problem::Dns(DnsProblem::ResolverFailed, Some(code))),
                },
            }
        }
    }
}

#[cfg(unix)]
const EAI_MEMORY: i32 = libc::EAI_MEMORY;
#[cfg(not(unix))]
const EAI_MEMORY: i32 = 8;

fn failure(problem: DnsProblem, code: Option<i32>, elapsed: Duration) -> StageFailure {
    StageFailure {
        kind: FailureKind::Dns { problem },
        operation: Operation::Resolve,
        address: None,
        elapsed,
        round_trip: None,
        bytes_sent: 0,
        bytes_received: 0,
        bytes_unacknowledged: None,
        os_error: code
            .map(|code| OsError { code, name: lookup_error_name(Os::here(), code).map(str::to_owned) }),
        first_bytes: None,
    }
}
