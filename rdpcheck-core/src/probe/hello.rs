//! Hand-made `ClientHello`s, of which only the server's first flight is read.

use ring::rand::SecureRandom as _;
use tokio::time::Instant;

use super::follow_up::Context;
use super::peer::Peer;
use super::tls::sent_name;
use crate::Error;
use crate::evidence::{FailureKind, NumberedName, Operation, StageFailure};
use crate::wire::tls::profiles::BROAD_SUITES;
use crate::wire::tls::{ClientHello, End, FlightReader, Foreign, Progress, ServerFlight, TLS_1_2, names};

/// The suites of a hello for TLS 1.2 and below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suites {
    /// Those of current Windows clients, strong first.
    Current,
    /// Those of older Windows clients besides.
    Older,
}

/// What older Windows clients offer besides, and Windows 11 22H2 and later does not by default.
const OLDER_SUITES: &[u16] = &[
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
];

/// A hello for TLS 1.2 and below, as Windows clients send it.
pub(crate) fn broad(context: &Context<'_>, suites: Suites) -> Result<ClientHello, Error> {
    let suites = match suites {
        Suites::Current => BROAD_SUITES.to_vec(),
        Suites::Older => [BROAD_SUITES, OLDER_SUITES].concat(),
    };
    Ok(named(ClientHello::version(TLS_1_2, &suites, random()?), context))
}

/// The same hello with the server name that this check sends.
pub(crate) fn named(hello: ClientHello, context: &Context<'_>) -> ClientHello {
    match sent_name(context.name()) {
        // Before TLS 1.0 there are no extensions.
        Some(name) if hello.legacy_version > 0x0300 => hello.with_server_name(&name),
        _ => hello,
    }
}

pub(crate) fn random() -> Result<[u8; 32], Error> {
    let mut random = [0; 32];
    ring::rand::SystemRandom::new().fill(&mut random).map_err(|_| {
        Error::resource("drawing random bytes", std::io::Error::other("the system gives none"))
    })?;
    Ok(random)
}

/// Sends a hello and reads the server's first flight. A flight that begins with a ServerHello counts as answered, even if
/// its rest does not come.
pub(crate) async fn ask(
    peer: &mut Peer,
    hello: &ClientHello,
    split: bool,
    by: Instant,
) -> Result<ServerFlight, StageFailure> {
    peer.begin_stage();
    if let Some(failure) = peer.ended_already() {
        return Err(failure);
    }
    let bytes = hello.encode();
    if split {
        peer.send_split(&bytes, by).await?;
    } else {
        peer.send(&bytes, by).await?;
    }
    let mut reader = FlightReader::new();
    let mut buffer = vec![0; 4096];
    loop {
        match peer.receive(&mut buffer, by).await {
            Ok(count) => {
                if matches!(reader.push(buffer.get(..count).unwrap_or_default()), Progress::Complete) {
                    break;
                }
            }
            Err(failure) if reader.flight().hello.is_none() => return Err(failure),
            Err(_) => break,
        }
    }
    let flight = reader.into_flight();
    if flight.hello.is_some() {
        return Ok(flight);
    }
    let violation = |got: &str| FailureKind::ProtocolViolation {
        expected: "a TLS ServerHello".to_owned(),
        got: got.to_owned(),
    };
    let kind = match (&flight.alert, flight.foreign(), &flight.end) {
        (Some(alert), ..) => FailureKind::tls_alert(alert.description, false),
        (None, Some(Foreign::Tpkt), _) => violation("an RDP packet in plain"),
        (None, _, Some(End::Malformed(problem))) => violation(problem),
        _ => violation("something else"),
    };
    Err(peer.failure(kind, Operation::Receive))
}

pub(crate) fn version(number: u16) -> NumberedName {
    NumberedName { value: number, name: names::version_name(number).map(str::to_owned) }
}

pub(crate) fn suite(number: u16) -> NumberedName {
    NumberedName { value: number, name: names::suite_name(number).map(str::to_owned) }
}

pub(crate) fn group(number: u16) -> NumberedName {
    NumberedName { value: number, name: names::group_name(number).map(str::to_owned) }
}
