use tokio::time::Instant;

use super::peer::Peer;
use super::tls::Tls;
use crate::evidence::{FailureKind, Negotiation, Operation, StageFailure, StandardSecurity};
use crate::wire::gcc::{self, CertificateKind, ServerData};
use crate::wire::mcs;
use crate::wire::negotiation::Framing;

/// Sends an MCS Connect-Initial, in TLS where there is one, and reads the answer.
pub(crate) async fn ask(
    peer: &mut Peer,
    mut tls: Option<&mut Tls>,
    negotiated: &Negotiation,
    by: Instant,
) -> Result<StandardSecurity, StageFailure> {
    let initial = mcs::connect_initial(negotiated.selected, negotiated.flags.unwrap_or_default());
    peer.begin_stage();
    match tls.as_deref_mut() {
        Some(tls) => tls.send(peer, &initial, by).await?,
        None => peer.send(&initial, by).await?,
    }
    let mut received = Vec::new();
    let mut buffer = vec![0; 4096];
    let length = loop {
        match mcs::frame(&received) {
            Framing::Complete(length) => break length,
            Framing::NotTpkt => return Err(violation(peer, &received, "bytes that are no TPKT")),
            Framing::Incomplete(_) => {}
        }
        let count = match tls.as_deref_mut() {
            Some(tls) => tls.receive(peer, &mut buffer, by).await?,
            None => peer.receive(&mut buffer, by).await?,
        };
        received.extend(buffer.iter().take(count));
    };
    let packet = received.get(..length).unwrap_or_default();
    match mcs::connect_response(packet) {
        Ok(data) => Ok(facts(&data, tls.is_some())),
        Err(problem) => Err(violation(peer, &received, &problem.to_string())),
    }
}

fn violation(peer: &mut Peer, received: &[u8], got: &str) -> StageFailure {
    peer.set_head(received);
    peer.failure(
        FailureKind::ProtocolViolation {
            expected: "an MCS Connect-Response".to_owned(),
            got: got.to_owned(),
        },
        Operation::Receive,
    )
}

fn facts(data: &ServerData, over_tls: bool) -> StandardSecurity {
    let named = |name: Option<&str>, number: u32| name.map_or_else(|| format!("0x{number:x}"), str::to_owned);
    StandardSecurity {
        over_tls,
        core_version: data.core_version,
        core_version_name: gcc::core_version_name(data.core_version).map(str::to_owned),
        encryption_method: data.encryption_method,
        encryption_method_name: named(
            gcc::encryption_method_name(data.encryption_method),
            data.encryption_method,
        ),
        encryption_level: data.encryption_level,
        encryption_level_name: named(
            gcc::encryption_level_name(data.encryption_level),
            data.encryption_level,
        ),
        server_random_length: (data.server_random_length > 0).then_some(data.server_random_length),
        certificate_kind: data.certificate.map(|certificate| {
            match certificate.kind {
                CertificateKind::Proprietary => "proprietary",
                _ => "x509",
            }
            .to_owned()
        }),
        key_bits: data.certificate.and_then(|certificate| certificate.key_bits),
        multitransport_flags: data.multitransport_flags,
    }
}
