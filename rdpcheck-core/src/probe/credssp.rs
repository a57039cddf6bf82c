use time::OffsetDateTime;
use tokio::time::Instant;

use super::peer::Peer;
use super::tls::Tls;
use crate::evidence::{CredSsp, FailureKind, Operation, SpnegoAnswer, StageFailure};
use crate::wire::spnego::{self, Mechanism, Token};
use crate::wire::tsrequest::{self, TsRequest};
use crate::wire::{ntlm, text};

/// What the first CredSSP message begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// NTLM without SPNEGO, in a message of this version.
    Ntlm(u32),
    /// SPNEGO with NTLM as its only mechanism.
    Spnego,
    /// SPNEGO with Kerberos before NTLM, and no token, which nobody could make without credentials.
    Kerberos,
}

/// The answer to a first message.
pub(crate) struct Answered {
    pub(crate) facts: CredSsp,
    /// Where SPNEGO was begun.
    pub(crate) spnego: Option<SpnegoAnswer>,
}

/// Sends a first CredSSP message without credentials and reads the answer.
pub(crate) async fn ask(
    tls: &mut Tls,
    peer: &mut Peer,
    start: Start,
    by: Instant,
) -> Result<Answered, StageFailure> {
    let (version, token) = match start {
        Start::Ntlm(version) => (version, ntlm::negotiate()),
        Start::Spnego => (tsrequest::VERSION, spnego::init(&[Mechanism::NTLM], Some(&ntlm::negotiate()))),
        Start::Kerberos => {
            let mechanisms = [Mechanism::MS_KERBEROS, Mechanism::KERBEROS, Mechanism::NTLM];
            (tsrequest::VERSION, spnego::init(&mechanisms, None))
        }
    };
    peer.begin_stage();
    tls.send(peer, &tsrequest::encode(version, &token), by).await?;
    let sent = Instant::now();
    let (message, answer) = receive(tls, peer, by).await?;
    let middle = super::now() - sent.elapsed() / 2;
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
    let spnego = match (start, answer.token.as_deref()) {
        (Start::Ntlm(_), _) => None,
        (_, None) => return Err(violation(peer, &message, "a message without a token")),
        (_, Some(token)) => Some(
            negotiated(token, challenge.is_some(), answer.version)
                .map_err(|problem| violation(peer, &message, &problem))?,
        ),
    };
    let facts = CredSsp {
        version: answer.version,
        carries_client_nonce: answer.has_client_nonce,
        challenge,
        clock_skew_seconds,
    };
    Ok(Answered { facts, spnego })
}

async fn receive(tls: &mut Tls, peer: &mut Peer, by: Instant) -> Result<(Vec<u8>, TsRequest), StageFailure> {
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
    let answer = tsrequest::decode(message.get(..length).unwrap_or_default())
        .map_err(|problem| violation(peer, &message, &problem))?;
    Ok((message, answer))
}

fn negotiated(token: &[u8], ntlm_challenge: bool, credssp_version: u32) -> Result<SpnegoAnswer, String> {
    let (mechanism, state) = match spnego::decode(token)? {
        Token::Response(response) => (
            response.mechanism.map(|mechanism| mechanism.to_string()),
            response
                .state
                .map(|state| spnego::state_name(state).map_or_else(|| state.to_string(), str::to_owned)),
        ),
        Token::Init(init) => (init.mechanisms.first().map(ToString::to_string), None),
    };
    Ok(SpnegoAnswer { mechanism, state, ntlm_challenge, credssp_version })
}

fn violation(peer: &mut Peer, message: &[u8], problem: &str) -> StageFailure {
    peer.set_head(message);
    peer.failure(
        FailureKind::ProtocolViolation { expected: "a TSRequest".to_owned(), got: text::tame(problem) },
        Operation::Receive,
    )
}
