//! Which follow-up comes next: a pure function of what has been seen.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::code::ClientError;
use crate::diagnose::{Cause, Verdict};
use crate::evidence::{Answer, Evidence, FailureKind, FollowUp, Probe, Stage};
use crate::options::Depth;

mod situation;
mod table;

/// A follow-up to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) probe: Probe,
    pub(crate) asked_for: Vec<Cause>,
    /// To be waited for first, so that our own rate is not what a host reacts to.
    pub(crate) pause: Duration,
    /// The connections that it may take.
    pub(crate) connections: u32,
    /// Whether the host minds how quickly they come.
    pub(crate) slowly: bool,
}

/// What the plan rests on.
#[derive(Clone, Copy)]
pub(crate) struct Situation<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) verdicts: &'a BTreeMap<Cause, Verdict>,
    pub(crate) depth: Depth,
    /// What a client showed, which makes suspects of causes that nothing here points to.
    pub(crate) client_error: Option<ClientError>,
    /// Whether a Wake-on-LAN packet may be sent.
    pub(crate) may_wake: bool,
}

const PAUSE: Duration = Duration::from_millis(100);
/// Before trying a thing again that failed: a host or a protector that minds quick connections has had time.
const LONG_PAUSE: Duration = Duration::from_millis(700);
/// Before the last try of a host that ends every connection.
const SLOW_PAUSE: Duration = Duration::from_secs(2);

/// The most that a survey of TLS versions, suites and groups takes.
pub(crate) const SURVEY_CONNECTIONS: u32 = 40;
/// Connections over which segments are counted.
pub(crate) const PATH_CONNECTIONS: u32 = 8;

/// A kind of follow-up: what it can tell apart, and when it can be made and would say something new.
struct Candidate {
    probe: Probe,
    /// Its possible outcomes, each with the causes that fit it. A cause without a partner is told apart from there being
    /// no such cause.
    splits: &'static [&'static [Cause]],
    /// How many times it is wanted now, earlier times included.
    times: fn(&Situation<'_>) -> usize,
    /// The most connections that it takes.
    connections: u32,
}

/// The follow-ups that run while the main connection waits for an answer at this stage.
pub(crate) fn beside_silence(stage: Stage) -> Vec<Step> {
    let (probes, asked_for): (&[Probe], &[Cause]) = match stage {
        Stage::Connect => {
            (&[Probe::Echo, Probe::Udp], &[Cause::FirewallDrops, Cause::HostOff, Cause::HostAsleep])
        }
        Stage::Negotiate => (
            &[Probe::DirectTls, Probe::Http, Probe::SplitRequest, Probe::WithCookie],
            &[Cause::NotRdp, Cause::ListenerHung, Cause::ForwarderWithoutBackend, Cause::MiddleboxDropsRdp],
        ),
        Stage::Tls => (
            &[Probe::SplitHello, Probe::SmallSegments, Probe::PlainData],
            &[Cause::TlsServiceHung, Cause::MiddleboxDropsTls, Cause::PathMtuBlackHole],
        ),
        Stage::Credssp => (&[Probe::Repeat], &[Cause::CredsspFails, Cause::UnstablePath]),
        _ => (&[], &[]),
    };
    let step = |probe: &Probe| Step {
        probe: *probe,
        asked_for: asked_for.to_vec(),
        pause: Duration::ZERO,
        connections: 1,
        slowly: false,
    };
    probes.iter().map(step).collect()
}

/// The next follow-up, or none when nothing that these probes could settle is open.
///
/// Of those that can be made and would say something new, the one that tells the most pairs of open causes apart for the
/// connections that it takes; among equals the first of the list.
pub(crate) fn next(situation: &Situation<'_>) -> Option<Step> {
    let evidence = situation.evidence;
    let made = |probe: Probe| evidence.follow_ups.iter().filter(|follow_up| follow_up.probe == probe).count();
    let left = situation.depth.connection_budget().saturating_sub(evidence.connections);
    let mut best: Option<(u32, &Candidate, Vec<Cause>)> = None;
    for candidate in table::CANDIDATES {
        if made(candidate.probe) >= (candidate.times)(situation) {
            continue;
        }
        let open: Vec<Cause> = candidate
            .splits
            .iter()
            .flat_map(|group| group.iter())
            .copied()
            .filter(|cause| is_open(situation, *cause))
            .collect();
        let value = pairs(candidate.splits, &open).saturating_mul(60) / candidate.connections.clamp(1, 60);
        if value > 0 && best.as_ref().is_none_or(|(greatest, ..)| value > *greatest) {
            best = Some((value, candidate, open));
        }
    }
    let (_, candidate, asked_for) = best?;
    let pause = match (made(candidate.probe), candidate.connections) {
        (_, 0) => Duration::ZERO,
        (0, _) => situation.pace()?,
        (1, _) => LONG_PAUSE.max(situation.pace()?),
        _ => SLOW_PAUSE,
    };
    Some(Step {
        probe: candidate.probe,
        asked_for,
        pause,
        connections: candidate.connections.min(left),
        slowly: situation.pace()? > PAUSE,
    })
}

/// Pairs of open causes that are in different groups; a single group is told apart from nothing.
fn pairs(splits: &[&[Cause]], open: &[Cause]) -> u32 {
    let counts: Vec<u32> = splits
        .iter()
        .map(|group| {
            u32::try_from(group.iter().filter(|cause| open.contains(cause)).count()).unwrap_or(u32::MAX)
        })
        .collect();
    let all: u32 = counts.iter().sum();
    let apart: u32 =
        counts.iter().map(|count| count.saturating_mul(all.saturating_sub(*count))).sum::<u32>() / 2;
    apart.saturating_add(all)
}

/// Whether a cause is worth a connection: its verdict is open; or nobody has looked, and the client's code or the depth
/// makes it a suspect.
fn is_open(situation: &Situation<'_>, cause: Cause) -> bool {
    match situation.verdicts.get(&cause) {
        Some(Verdict::Possible | Verdict::Likely) => true,
        // A refusal is an answer; what the host takes instead is still to be seen.
        Some(Verdict::Confirmed) if situation.rejected() => REFUSALS.contains(&cause),
        Some(Verdict::Confirmed | Verdict::RuledOut) => {
            situation.depth == Depth::Deep && OF_THE_HOST.contains(&cause)
        }
        Some(Verdict::NotObservable) | None => {
            situation.depth == Depth::Deep
                || situation.client_error.is_some_and(|shown| cause.can_show(shown))
        }
    }
}

/// Facts about the host that a deep check collects though nothing is wrong with them.
const OF_THE_HOST: &[Cause] = &[
    Cause::NlaRequired,
    Cause::SecurityLayerRdpOnly,
    Cause::EntraIdRequired,
    Cause::LegacyTlsEnabled,
    Cause::NoCommonCipherSuite,
    Cause::CredsspOraclePolicy,
    Cause::FipsOrEncryptionLevel,
    Cause::WebsocketRule,
];

const REFUSALS: &[Cause] = &[
    Cause::SecurityLayerRdpOnly,
    Cause::TlsRequired,
    Cause::NlaRequired,
    Cause::HostHasNoCertificate,
    Cause::EntraIdRequired,
    Cause::ClientCertificateRequired,
];

fn is_other_port(probe: Probe) -> bool {
    matches!(probe, Probe::WebSocket3387 | Probe::WebSocket3392)
}

/// Whether a connection was refused, or ended before anything was answered.
pub(crate) fn was_turned_away(follow_up: &FollowUp) -> bool {
    follow_up.failure.as_ref().is_some_and(|failure| match follow_up.stage {
        Stage::Connect => matches!(failure.kind, FailureKind::Refused | FailureKind::Reset),
        Stage::Negotiate => situation::ended(failure) && failure.first_bytes.is_none(),
        _ => false,
    })
}

/// Whether a probe opens TCP connections.
pub(crate) fn takes_connections(probe: Probe) -> bool {
    !matches!(probe, Probe::Udp | Probe::Echo | Probe::Neighbour)
}

/// Whether another service spoke its own words. That TLS is completed says less: Windows does so without X.224 as well.
pub(crate) fn shows_another_service(follow_up: &FollowUp) -> bool {
    matches!(&follow_up.answer, Some(Answer::Spoke { service: Some(_), .. }))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::evidence::{
        Acknowledgement, Aftermath, Connection, Negotiation, NetworkLevelAuthentication, Operation,
        PeerBytes, RoundTripBasis, SecurityProtocol, StageFailure, StageRecord,
    };

    fn nothing() -> Evidence {
        Evidence::nothing(datetime!(2026-01-01 00:00 UTC))
    }

    fn connected() -> Evidence {
        let mut evidence = nothing();
        let facts = Connection {
            address: "192.0.2.1:3389".parse().unwrap(),
            round_trip: Duration::from_millis(10),
            round_trip_basis: RoundTripBasis::Kernel,
            segments_resent: Some(0),
        };
        evidence.stages.connect = StageRecord::ended(Ok(facts), Duration::ZERO);
        evidence.connections = 1;
        evidence
    }

    fn failure(kind: FailureKind, head: &[u8]) -> StageFailure {
        StageFailure {
            kind,
            operation: Operation::Receive,
            address: None,
            elapsed: Duration::from_secs(5),
            round_trip: None,
            bytes_sent: 0,
            bytes_received: 0,
            bytes_unacknowledged: None,
            os_error: None,
            first_bytes: (!head.is_empty()).then(|| PeerBytes::new(head)),
        }
    }

    fn failing(stage: Stage, kind: FailureKind, head: &[u8]) -> Evidence {
        let mut evidence = if stage == Stage::Connect { nothing() } else { connected() };
        let stages = &mut evidence.stages;
        let failure = failure(kind, head);
        match stage {
            Stage::Connect => stages.connect = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Negotiate => stages.negotiate = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Tls => stages.tls = StageRecord::ended(Err(failure), Duration::ZERO),
            _ => stages.credssp = StageRecord::ended(Err(failure), Duration::ZERO),
        }
        evidence
    }

    fn plan(evidence: &Evidence, depth: Depth, client_error: Option<ClientError>) -> Option<Step> {
        let verdicts = crate::diagnose::verdicts(evidence);
        next(&Situation { evidence, verdicts: &verdicts, depth, client_error, may_wake: true })
    }

    fn made(step: &Step, stage: Stage, kind: FailureKind) -> FollowUp {
        let mut follow_up = FollowUp::begun(step.probe, &step.asked_for, Duration::ZERO);
        follow_up.stage = stage;
        follow_up.failure = Some(failure(kind, b""));
        follow_up
    }

    /// Makes every planned follow-up fail in the same way as the main probe, and lists them.
    fn all(mut evidence: Evidence) -> Vec<Probe> {
        let (stage, failure) = evidence.failure().map(|(stage, failure)| (stage, failure.clone())).unwrap();
        while let Some(step) = plan(&evidence, Depth::Standard, None) {
            assert!(evidence.follow_ups.len() < 16, "the plan ends");
            assert!(!step.asked_for.is_empty(), "{} is asked for nothing", step.probe);
            let mut follow_up = FollowUp::begun(step.probe, &step.asked_for, Duration::ZERO);
            follow_up.stage = stage;
            follow_up.failure = Some(failure.clone());
            evidence.follow_ups.push(follow_up);
        }
        evidence.follow_ups.iter().map(|follow_up| follow_up.probe).collect()
    }

    #[test]
    fn each_failure_has_its_follow_ups() {
        use Probe::{
            BroadHello, Connect, CredsspKerberos, CredsspSpnego, DirectTls, Echo, Greeting, Http, Neighbour,
            OfferHybrid, OfferNone, OfferSsl, OldHello, PlainData, Repeat, SmallSegments, SplitHello,
            SplitRequest, Tls12Only, Udp, WakeOnLan, WithCookie,
        };
        let silent = FailureKind::TimedOut { request: Acknowledgement::Acknowledged };
        let rejected = FailureKind::NegotiationRejected { code: 2, name: None };
        let violation = FailureKind::ProtocolViolation { expected: String::new(), got: String::new() };
        let alert = FailureKind::tls_alert(40, false);
        for (stage, kind, head, probes) in [
            (Stage::Connect, FailureKind::Refused, &b""[..], vec![Connect]),
            (Stage::Connect, silent.clone(), b"", vec![Neighbour, Echo, Udp, WakeOnLan]),
            (
                Stage::Negotiate,
                FailureKind::Reset,
                b"",
                vec![Repeat, SplitRequest, Greeting, DirectTls, Http, WithCookie, Repeat, Repeat],
            ),
            (Stage::Negotiate, silent.clone(), b"", vec![DirectTls, Http, Repeat, WithCookie, SplitRequest]),
            (Stage::Negotiate, rejected, b"", vec![Repeat, OfferNone, OfferSsl, OfferHybrid]),
            (Stage::Negotiate, violation.clone(), b"SSH-2.0-x\r\n", vec![Repeat]),
            (Stage::Negotiate, violation.clone(), b"\x01\x02", vec![Repeat, Greeting, DirectTls, Http]),
            (Stage::Negotiate, violation, b"\x03\x00\x00\x09", vec![Repeat]),
            (
                Stage::Tls,
                FailureKind::Reset,
                b"",
                vec![BroadHello, Repeat, OldHello, Repeat, Tls12Only, SplitHello, PlainData],
            ),
            (Stage::Tls, alert, b"", vec![BroadHello, OldHello, Tls12Only, Repeat]),
            (Stage::Tls, silent, b"", vec![SplitHello, SmallSegments, Repeat, BroadHello, PlainData]),
            (
                Stage::Credssp,
                FailureKind::Closed,
                b"",
                vec![Repeat, OfferSsl, CredsspSpnego, CredsspKerberos],
            ),
        ] {
            assert_eq!(all(failing(stage, kind.clone(), head)), probes, "{stage} {kind}");
        }
    }

    #[test]
    fn a_healthy_host_is_left_alone_unless_a_client_failed() {
        assert_eq!(plan(&nothing(), Depth::Standard, None), None);
        assert_eq!(plan(&connected(), Depth::Standard, None), None);
        let asked = plan(&connected(), Depth::Standard, Some(ClientError::SOCKET_CLOSED)).unwrap();
        assert_eq!(asked.probe, Probe::Path);
        assert!(asked.asked_for.contains(&Cause::PacketLoss), "{:?}", asked.asked_for);
        let elsewhere = ClientError::new(0x204, None);
        assert_eq!(
            plan(&connected(), Depth::Standard, Some(elsewhere)),
            None,
            "that is no matter of what connects"
        );
    }

    #[test]
    fn the_probe_that_splits_most_for_its_connections_comes_first() {
        let groups: &[&[Cause]] = &[&[Cause::HostOff, Cause::HostAsleep], &[Cause::FirewallDrops]];
        let all = [Cause::HostOff, Cause::HostAsleep, Cause::FirewallDrops];
        assert_eq!(pairs(groups, &all), 2 + 3, "two pairs apart, and each from there being none");
        assert_eq!(pairs(groups, &all[..2]), 2, "both of one group: nothing between them");
        assert_eq!(pairs(groups, &[]), 0);
    }

    #[test]
    fn every_kind_is_either_planned_or_made_otherwise() {
        let beside: Vec<Probe> =
            Stage::ALL.iter().flat_map(|stage| beside_silence(*stage)).map(|step| step.probe).collect();
        for probe in Probe::ALL {
            let planned = table::CANDIDATES.iter().any(|candidate| candidate.probe == *probe);
            assert!(planned || beside.contains(probe) || *probe == Probe::FirstAttempt, "{probe}");
        }
    }

    #[test]
    fn a_survey_gets_what_is_left_of_the_budget() {
        for (depth, budget) in [(Depth::Quick, 3), (Depth::Standard, 12), (Depth::Deep, 60)] {
            assert_eq!(depth.connection_budget(), budget);
        }
        let candidate =
            table::CANDIDATES.iter().find(|candidate| candidate.probe == Probe::TlsSupport).unwrap();
        assert_eq!(candidate.connections, 40);
        let mut evidence = connected();
        evidence.connections = 9;
        let step = plan(&evidence, Depth::Standard, Some(ClientError::SOCKET_CLOSED)).unwrap();
        assert_eq!((step.probe, step.connections), (Probe::Path, 3));
    }

    #[test]
    fn who_turns_us_away_is_asked_more_slowly_and_then_no_more() {
        let mut evidence = connected();
        let offered = Some(SecurityProtocol::USUAL_OFFER);
        let negotiated = Negotiation {
            offered,
            selected: SecurityProtocol::HYBRID_EX,
            has_data: true,
            flags: Some(0x1f),
            source_reference: 0x1234,
            network_level_authentication: NetworkLevelAuthentication::Selected,
            aftermath: Aftermath::NotAwaited,
            accepted: vec![SecurityProtocol::HYBRID_EX],
            confirm: PeerBytes::new(&[3, 0]),
        };
        evidence.stages.negotiate = StageRecord::ended(Ok(negotiated), Duration::ZERO);
        let mut pauses = Vec::new();
        while let Some(step) = plan(&evidence, Depth::Deep, None) {
            assert!(evidence.follow_ups.len() < 10, "it ends");
            pauses.push(step.pause);
            let stage = if takes_connections(step.probe) { Stage::Connect } else { Stage::Udp };
            evidence.follow_ups.push(made(&step, stage, FailureKind::Refused));
        }
        let quick: Vec<_> = pauses.iter().filter(|pause| **pause == PAUSE).collect();
        assert_eq!(quick.len(), 1, "{pauses:?}");
        assert!(pauses.iter().filter(|pause| **pause == SLOW_PAUSE).count() >= 2, "{pauses:?}");
    }
}
