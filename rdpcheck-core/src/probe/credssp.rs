use time::OffsetDateTime;
use tokio::time::Instant;

use super::peer::Peer;
use super::tls::Tls;
use crate::evidence::{CredSsp, FailureKind, Operation, StageFailure};
use crate::wire::{ntlm, tsrequest};

/// Sends a first CredSSP message without credentials and reads the answer.
pub(crate) async fn ask(tls: &mut Tls, peer: &mut Peer, by: Instant) -> Result<CredSsp, StageFailure> {
    peer.begin_stage();
    tls.send(peer, &tsrequest::encode(tsrequest::VERSION, &ntlm::negotiate()), by).await?;
    let sent = Instant::now();
    peer.set_head(&[]);
    let mut message = Vec::new();
    let mut buffer = vec![0; 4096];
    let length = loop {
        match tsrequest::length(&message) {
            Ok(Some(length)) if message.len() >= length => break length,
            Ok(_) => {}
            Err(problem) => return Err(violation(peer, &message, problem)),
        }
        let count = match tls.receive(peer, &mut buffer, by).await {
            Ok(count) => count,
            Err(failure) => {
                peer.set_head(&message);
                let kept = peer.failure(failure.kind.clone(), failure.operation).first_bytes;
                return Err(StageFailure { first_bytes: kept, ..failure });
            }
        };
        message.extend(buffer.iter().take(count));
    };
    let middle = super::now() - sent.elapsed() / 2;
    let answer = tsrequest::decode(message.get(..length).unwrap_or_default())
        .map_err(|problem| violation(peer, &message, &problem))?;
    if let Some(code) = answer.error_code.filter(|code| *code != 0) {
        peer.set_head(&message);
        return Err(peer.failure(FailureKind::credssp_error(code), Operation::Receive));
    }
    let challenge = match answer.token.as_deref().and_then(ntlm::find) {
        Some(token) => Some(ntlm::challenge(token).map_err(|problem| violation(peer, &message, problem))?),
        None => None,
    };
    let clock_skew_seconds = challenge
        .as_ref()
        .and_then(|challenge| challenge.timestamp)
        .map(|theirs: OffsetDateTime| ((theirs - middle).as_seconds_f64() * 1000.0).round() / 1000.0);
    Ok(CredSsp {
        version: answer.version,
        carries_client_nonce: answer.has_client_nonce,
        challenge,
        clock_skew_seconds,
    })
}

fn violation(peer: &mut Peer, message: &[u8], problem: &str) -> StageFailure {
    peer.set_head(message);
    peer.failure(
        FailureKind::ProtocolViolation {
            expected: "a TSRequest".to_owned(),
            got: crate::wire::text::tame(problem),
        },
        Operation::Receive,
    )
}
