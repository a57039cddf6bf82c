use std::time::Duration;

use tokio::time::Instant;

use super::peer::Peer;
use crate::evidence::{
    Aftermath, FailureKind, Negotiation, NetworkLevelAuthentication, Operation, PeerBytes, SecurityProtocol,
    StageFailure,
};
use crate::wire::negotiation::{self, CookieName, Framing};

/// How long a server is listened to that has chosen Standard RDP Security, and so has nothing to say before we speak.
const AFTERMATH_WAIT: Duration = Duration::from_millis(100);

/// What an X.224 connection request says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) offered: Option<SecurityProtocol>,
    pub(crate) cookie: Option<&'a CookieName>,
    /// Whether its first byte goes in a segment of its own.
    pub(crate) split: bool,
}

/// Sends an X.224 connection request and reads the answer.
pub(crate) async fn negotiate(
    peer: &mut Peer,
    said: Request<'_>,
    by: Instant,
) -> Result<Negotiation, StageFailure> {
    let offered = said.offered;
    peer.begin_stage();
    let request = negotiation::request_with_cookie(offered, said.cookie);
    if said.split {
        peer.send_split(&request, by).await?;
    } else {
        peer.send(&request, by).await?;
    }
    let mut received = Vec::new();
    let mut buffer = [0; negotiation::LONGEST_CONFIRM];
    let length = loop {
        match negotiation::frame(&received) {
            Framing::Complete(length) => break length,
            Framing::Incomplete(_) => {}
            Framing::NotTpkt => return Err(foreign(peer, &received, &request, by).await),
        }
        let count = peer.receive(&mut buffer, by).await?;
        received.extend(buffer.iter().take(count));
    };
    let (packet, rest) = received.split_at_checked(length).unwrap_or((&received, &[]));
    let confirm = match negotiation::confirm(packet, offered) {
        Ok(confirm) => confirm,
        Err(kind) => {
            let failure = peer.failure(kind, Operation::Receive);
            return Err(with_afterword(peer, failure, by).await);
        }
    };
    let selected = confirm.response.map_or(SecurityProtocol::empty(), |response| response.selected);
    let aftermath = if selected.uses_tls() {
        peer.give_back(rest);
        Aftermath::NotAwaited
    } else {
        watch(peer, rest.to_vec(), by).await
    };
    let asked_for_credssp = offered.is_some_and(SecurityProtocol::uses_credssp);
    Ok(Negotiation {
        offered,
        selected,
        has_data: confirm.response.is_some(),
        flags: confirm.response.map(|response| response.flags),
        source_reference: confirm.source_reference,
        network_level_authentication: match (selected.uses_credssp(), asked_for_credssp) {
            (true, _) => NetworkLevelAuthentication::Selected,
            (false, true) => NetworkLevelAuthentication::NotChosen,
            (false, false) => NetworkLevelAuthentication::NotOffered,
        },
        aftermath,
        accepted: vec![selected],
        confirm: PeerBytes::new(packet),
    })
}

/// What a peer said that is no TPKT. A little more is read so that it can be named.
async fn foreign(peer: &mut Peer, received: &[u8], sent: &[u8], by: Instant) -> StageFailure {
    let mut all = received.to_vec();
    let mut buffer = [0; 256];
    let enough = Instant::now() + Duration::from_millis(100) + peer.round_trip();
    while all.len() < PeerBytes::KEPT {
        match peer.receive(&mut buffer, by.min(enough)).await {
            Ok(count) => all.extend(buffer.iter().take(count)),
            Err(_) => break,
        }
    }
    let got = match crate::wire::greeting::identify(&all, sent) {
        Some(service) => format!("the words of another service: {}", service.name()),
        None => "bytes that are no TPKT".to_owned(),
    };
    peer.failure(
        FailureKind::ProtocolViolation { expected: "an X.224 connection confirm".to_owned(), got },
        Operation::Receive,
    )
}

/// xrdp adds a disconnect to its refusals, which names it.
pub(super) async fn with_afterword(peer: &mut Peer, failure: StageFailure, by: Instant) -> StageFailure {
    let enough = Instant::now() + Duration::from_millis(30) + peer.round_trip();
    // Whatever ends this, what was received by then is in the peer's record.
    drop(peer.receive(&mut [0; 64], by.min(enough)).await);
    StageFailure { first_bytes: Some(PeerBytes::new(peer.head())), ..failure }
}

async fn watch(peer: &mut Peer, mut after: Vec<u8>, by: Instant) -> Aftermath {
    let enough = Instant::now() + AFTERMATH_WAIT + peer.round_trip();
    let mut buffer = [0; 64];
    while after.len() < negotiation::DISCONNECT_ULTIMATUM.len() {
        match peer.receive(&mut buffer, by.min(enough)).await {
            Ok(count) => after.extend(buffer.iter().take(count)),
            Err(failure) => {
                return match failure.kind {
                    FailureKind::Closed | FailureKind::Reset => Aftermath::Disconnected,
                    _ if after.is_empty() => Aftermath::Nothing,
                    _ => Aftermath::Disconnected,
                };
            }
        }
    }
    // A server does not speak first in Standard RDP Security; what it says here ends the connection.
    Aftermath::Disconnected
}
