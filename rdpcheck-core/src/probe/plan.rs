//! Which follow-up comes next: a pure function of what has been seen.

use std::time::Duration;

use crate::diagnose::Cause;
use crate::evidence::{
    Acknowledgement, Aftermath, Answer, Evidence, FailureKind, FollowUp, NetworkLevelAuthentication, Probe,
    Stage, StageFailure,
};
use crate::options::Depth;

/// A follow-up to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) probe: Probe,
    pub(crate) asked_for: &'static [Cause],
    /// To be waited for first, so that our own rate is not what a host reacts to.
    pub(crate) pause: Duration,
}

const PAUSE: Duration = Duration::from_millis(100);
/// Before a third try: a host or a protector that minds quick connections has had time.
const LONG_PAUSE: Duration = Duration::from_millis(700);

/// The follow-ups that run while the main connection waits for an X.224 answer.
pub(crate) fn beside_silence() -> [Step; 3] {
    let step = |probe| Step { probe, asked_for: SILENT, pause: Duration::ZERO };
    [step(Probe::DirectTls), step(Probe::Http), step(Probe::Repeat)]
}

const REFUSED: &[Cause] = &[Cause::RdpNotListening, Cause::UnstablePath];
const SILENT: &[Cause] = &[Cause::NotRdp, Cause::ListenerHung, Cause::ForwarderWithoutBackend];
const ENDED: &[Cause] = &[
    Cause::NotRdp,
    Cause::ForwarderWithoutBackend,
    Cause::ConnectionLimit,
    Cause::MiddleboxResetsRdp,
    Cause::UnstablePath,
];
const REJECTED: &[Cause] = &[
    Cause::SecurityLayerRdpOnly,
    Cause::TlsRequired,
    Cause::NlaRequired,
    Cause::HostHasNoCertificate,
    Cause::NegotiationViolation,
];
const TLS_ENDED: &[Cause] = &[
    Cause::ListenerKeyUnusable,
    Cause::NoCommonTlsVersion,
    Cause::NoCommonCipherSuite,
    Cause::MiddleboxResetsTls,
    Cause::ConnectionLimit,
];
const TLS_SILENT: &[Cause] =
    &[Cause::TlsServiceHung, Cause::MiddleboxDropsTls, Cause::LargeHelloDropped, Cause::PathMtuBlackHole];
const CREDSSP_ENDED: &[Cause] = &[Cause::CredsspFails, Cause::ConnectionLimit, Cause::NlaRequired];

/// The next follow-up, or none when nothing that these probes could settle is open.
pub(crate) fn next(evidence: &Evidence, depth: Depth) -> Option<Step> {
    let made = |probe: Probe| evidence.follow_ups.iter().filter(|follow_up| follow_up.probe == probe).count();
    let wanted: Vec<(Probe, usize)> = wanted(evidence, depth);
    let asked_for = asked_for(evidence);
    wanted.into_iter().find(|(probe, times)| made(*probe) < *times).map(|(probe, _)| Step {
        probe,
        asked_for,
        pause: match made(probe) {
            0 => PAUSE,
            _ => LONG_PAUSE,
        },
    })
}

fn asked_for(evidence: &Evidence) -> &'static [Cause] {
    match evidence.failure() {
        None => &[Cause::NlaRequired, Cause::SecurityLayerRdpOnly, Cause::HostHasNoCertificate],
        Some((Stage::Connect, _)) => REFUSED,
        Some((Stage::Negotiate, failure)) => match failure.kind {
            FailureKind::NegotiationRejected { .. } => REJECTED,
            FailureKind::TimedOut { .. } => SILENT,
            _ => ENDED,
        },
        Some((Stage::Tls, failure)) => match failure.kind {
            FailureKind::TimedOut { .. } => TLS_SILENT,
            _ => TLS_ENDED,
        },
        Some(_) => CREDSSP_ENDED,
    }
}

/// What should have been made, in order and how many times.
fn wanted(evidence: &Evidence, depth: Depth) -> Vec<(Probe, usize)> {
    let Some((stage, failure)) = evidence.failure() else {
        return wanted_without_failure(evidence, depth);
    };
    match stage {
        Stage::Connect if failure.kind == FailureKind::Refused => vec![(Probe::Connect, 1)],
        Stage::Negotiate => after_negotiation(evidence, failure),
        Stage::Tls => after_tls(evidence, failure),
        Stage::Credssp => {
            vec![(Probe::Repeat, 1), (Probe::OfferSsl, 1)]
        }
        _ => Vec::new(),
    }
}

fn wanted_without_failure(evidence: &Evidence, depth: Depth) -> Vec<(Probe, usize)> {
    let Some(negotiation) = evidence.stages.negotiate.facts() else {
        return Vec::new();
    };
    if evidence.follow_ups.iter().any(|follow_up| follow_up.probe == Probe::FirstAttempt) {
        // It worked when it was tried again; does that last?
        return vec![(Probe::Repeat, 1)];
    }
    if negotiation.aftermath == Aftermath::Disconnected {
        return vec![(Probe::Repeat, 1), (Probe::OfferSsl, 1)];
    }
    if !negotiation.selected.uses_tls() {
        // Standard RDP Security though TLS was offered: does an offer of TLS alone change that?
        return vec![(Probe::OfferSsl, 1)];
    }
    let asked = negotiation.network_level_authentication == NetworkLevelAuthentication::Selected;
    if depth == Depth::Deep && asked { vec![(Probe::OfferSsl, 1)] } else { Vec::new() }
}

fn after_negotiation(evidence: &Evidence, failure: &StageFailure) -> Vec<(Probe, usize)> {
    match &failure.kind {
        // After this one a client asks without TLS, so that comes first.
        FailureKind::NegotiationRejected { code: 2, .. } => {
            let again = ended(evidence, Probe::OfferNone);
            vec![(Probe::OfferNone, if again { 2 } else { 1 }), (Probe::OfferSsl, 1), (Probe::OfferHybrid, 1)]
        }
        FailureKind::NegotiationRejected { .. } => {
            vec![(Probe::OfferSsl, 1), (Probe::OfferHybrid, 1), (Probe::OfferNone, 1)]
        }
        FailureKind::ProtocolViolation { .. } => {
            let head = failure.first_bytes.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
            if head.starts_with(&[3, 0]) {
                // A TPKT, so perhaps Remote Desktop that speaks out of turn.
                vec![(Probe::Repeat, 1), (Probe::OfferSsl, 1), (Probe::OfferNone, 1)]
            } else if crate::wire::greeting::identify(
                head,
                &crate::wire::negotiation::request(Some(crate::evidence::SecurityProtocol::USUAL_OFFER)),
            )
            .is_some()
            {
                Vec::new()
            } else {
                vec![(Probe::Greeting, 1), (Probe::DirectTls, 1), (Probe::Http, 1), (Probe::Repeat, 1)]
            }
        }
        FailureKind::Closed | FailureKind::Reset => {
            let mut wanted =
                vec![(Probe::Repeat, 1), (Probe::Greeting, 1), (Probe::DirectTls, 1), (Probe::Http, 1)];
            if !explained(evidence) {
                wanted.push((Probe::Repeat, 2));
            }
            wanted
        }
        FailureKind::TimedOut { request: Acknowledgement::Unacknowledged } => vec![(Probe::Repeat, 1)],
        FailureKind::TimedOut { .. } if explained(evidence) => Vec::new(),
        FailureKind::TimedOut { .. } => beside_silence().iter().map(|step| (step.probe, 1)).collect(),
        _ => vec![(Probe::Repeat, 1)],
    }
}

/// Whether another service has been found on the port.
fn explained(evidence: &Evidence) -> bool {
    evidence.follow_ups.iter().any(shows_another_service)
}

/// Whether another service spoke its own words. That TLS is completed says less: Windows does so without X.224 as well.
pub(crate) fn shows_another_service(follow_up: &FollowUp) -> bool {
    matches!(&follow_up.answer, Some(Answer::Spoke { service: Some(_), .. }))
}

/// Whether a follow-up of this kind was ended by the peer, which some servers do to the connection after a refusal.
fn ended(evidence: &Evidence, probe: Probe) -> bool {
    evidence.follow_ups.iter().filter(|follow_up| follow_up.probe == probe).any(|follow_up| {
        follow_up
            .failure
            .as_ref()
            .is_some_and(|failure| matches!(failure.kind, FailureKind::Closed | FailureKind::Reset))
    })
}

fn after_tls(evidence: &Evidence, failure: &StageFailure) -> Vec<(Probe, usize)> {
    let mut wanted = vec![(Probe::Repeat, 1), (Probe::BroadHello, 1)];
    if matches!(failure.kind, FailureKind::TimedOut { .. }) {
        return wanted;
    }
    wanted.push((Probe::Tls12Only, 1));
    let broad = evidence.follow_ups.iter().find(|follow_up| follow_up.probe == Probe::BroadHello);
    if broad.is_some_and(|follow_up| follow_up.stage == Stage::Tls && follow_up.failure.is_some()) {
        wanted.push((Probe::OldHello, 1));
    }
    wanted
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::evidence::{Operation, PeerBytes, StageRecord};

    fn failing(stage: Stage, kind: FailureKind, head: &[u8]) -> Evidence {
        let mut evidence = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
        let failure = StageFailure {
            kind,
            operation: Operation::Receive,
            address: None,
            elapsed: Duration::ZERO,
            round_trip: None,
            bytes_sent: 0,
            bytes_received: 0,
            bytes_unacknowledged: None,
            os_error: None,
            first_bytes: (!head.is_empty()).then(|| PeerBytes::new(head)),
        };
        match stage {
            Stage::Connect => evidence.stages.connect = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Negotiate => evidence.stages.negotiate = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Tls => evidence.stages.tls = StageRecord::ended(Err(failure), Duration::ZERO),
            _ => evidence.stages.credssp = StageRecord::ended(Err(failure), Duration::ZERO),
        }
        evidence
    }

    /// Makes every planned follow-up fail in the same way as the main probe, and lists them.
    fn all(mut evidence: Evidence) -> Vec<Probe> {
        let (stage, failure) = evidence.failure().map(|(stage, failure)| (stage, failure.clone())).unwrap();
        while let Some(step) = next(&evidence, Depth::Standard) {
            assert!(evidence.follow_ups.len() < 12, "the plan ends");
            evidence.follow_ups.push(FollowUp {
                probe: step.probe,
                offered: None,
                asked_for: step.asked_for.to_vec(),
                started_after: Duration::ZERO,
                elapsed: Duration::ZERO,
                stage,
                answer: None,
                failure: Some(failure.clone()),
            });
        }
        evidence.follow_ups.iter().map(|follow_up| follow_up.probe).collect()
    }

    #[test]
    fn each_failure_has_its_follow_ups() {
        use Probe::{
            BroadHello, Connect, DirectTls, Greeting, Http, OfferHybrid, OfferNone, OfferSsl, OldHello,
            Repeat, Tls12Only,
        };
        let silent = FailureKind::TimedOut { request: Acknowledgement::Acknowledged };
        let rejected = FailureKind::NegotiationRejected { code: 2, name: None };
        let violation = FailureKind::ProtocolViolation { expected: String::new(), got: String::new() };
        for (stage, kind, head, probes) in [
            (Stage::Connect, FailureKind::Refused, &b""[..], vec![Connect]),
            (Stage::Connect, silent.clone(), b"", vec![]),
            (Stage::Negotiate, FailureKind::Reset, b"", vec![Repeat, Greeting, DirectTls, Http, Repeat]),
            (Stage::Negotiate, silent.clone(), b"", vec![DirectTls, Http, Repeat]),
            (Stage::Negotiate, rejected, b"", vec![OfferNone, OfferSsl, OfferHybrid]),
            (Stage::Negotiate, violation.clone(), b"SSH-2.0-x\r\n", vec![]),
            (Stage::Negotiate, violation.clone(), b"\x01\x02", vec![Greeting, DirectTls, Http, Repeat]),
            (Stage::Negotiate, violation, b"\x03\x00\x00\x09", vec![Repeat, OfferSsl, OfferNone]),
            (Stage::Tls, FailureKind::Reset, b"", vec![Repeat, BroadHello, Tls12Only, OldHello]),
            (Stage::Tls, silent, b"", vec![Repeat, BroadHello]),
            (Stage::Credssp, FailureKind::Closed, b"", vec![Repeat, OfferSsl]),
        ] {
            assert_eq!(all(failing(stage, kind.clone(), head)), probes, "{stage} {kind}");
        }
    }

    #[test]
    fn a_healthy_host_is_left_alone() {
        assert_eq!(next(&Evidence::nothing(datetime!(2026-01-01 00:00 UTC)), Depth::Standard), None);
    }
}
