//! Which follow-up comes next: a pure function of what has been seen.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::code::ClientError;
use crate::diagnose::{Cause, Verdict};
use crate::evidence::{
    Acknowledgement, Aftermath, Answer, Evidence, FailureKind, FollowUp, NetworkLevelAuthentication, Probe,
    SecurityProtocol, Stage, StageFailure,
};
use crate::options::Depth;

/// A follow-up to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) probe: Probe,
    pub(crate) asked_for: Vec<Cause>,
    /// To be waited for first, so that our own rate is not what a host reacts to.
    pub(crate) pause: Duration,
    /// The connections that it may take.
    pub(crate) connections: u32,
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
    for candidate in CANDIDATES {
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
    Some(Step { probe: candidate.probe, asked_for, pause, connections: candidate.connections.min(left) })
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
];

const REFUSALS: &[Cause] = &[
    Cause::SecurityLayerRdpOnly,
    Cause::TlsRequired,
    Cause::NlaRequired,
    Cause::HostHasNoCertificate,
    Cause::EntraIdRequired,
    Cause::ClientCertificateRequired,
];

const NO_ANSWER: &[Cause] =
    &[Cause::ListenerHung, Cause::ForwarderWithoutBackend, Cause::ConnectionLimit, Cause::MiddleboxResetsRdp];
const NOT_ALWAYS: &[Cause] = &[Cause::UnstablePath, Cause::ConnectionLimit, Cause::PacketLoss];

const CANDIDATES: &[Candidate] = &[
    // Reaching the host
    Candidate {
        probe: Probe::Connect,
        splits: &[&[Cause::RdpNotListening, Cause::FirewallRejects], &[Cause::UnstablePath]],
        times: |it| {
            usize::from(it.failed(Stage::Connect).is_some_and(|failure| failure.kind == FailureKind::Refused))
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::Neighbour,
        splits: &[&[Cause::HostOff, Cause::HostAsleep], &[Cause::FirewallDrops, Cause::NetworkUnreachable]],
        times: |it| usize::from(it.unreached()),
        connections: 0,
    },
    Candidate {
        probe: Probe::Echo,
        splits: &[&[Cause::HostOff, Cause::HostAsleep], &[Cause::FirewallDrops]],
        times: |it| usize::from(it.unreached()),
        connections: 0,
    },
    Candidate {
        probe: Probe::WakeOnLan,
        splits: &[&[Cause::HostAsleep], &[Cause::HostOff, Cause::FirewallDrops]],
        times: |it| usize::from(it.unreached() && it.may_wake && it.made(Probe::Neighbour) > 0),
        connections: 1,
    },
    // Agreeing on security
    Candidate {
        probe: Probe::Repeat,
        splits: &[
            NOT_ALWAYS,
            &[Cause::CertificateVaries],
            &[
                Cause::NotRdp,
                Cause::ListenerHung,
                Cause::ForwarderWithoutBackend,
                Cause::MiddleboxResetsRdp,
                Cause::MiddleboxDropsRdp,
                Cause::NegotiationViolation,
                Cause::ListenerKeyUnusable,
                Cause::NoCommonCipherSuite,
                Cause::NoCommonTlsVersion,
                Cause::MiddleboxResetsTls,
                Cause::MiddleboxDropsTls,
                Cause::TlsServiceHung,
                Cause::PathMtuBlackHole,
                Cause::CredsspFails,
                Cause::FipsOrEncryptionLevel,
            ],
        ],
        times: |it| it.repeats(),
        connections: 1,
    },
    Candidate {
        probe: Probe::SplitRequest,
        splits: &[
            &[Cause::MiddleboxResetsRdp, Cause::MiddleboxDropsRdp],
            &[Cause::NotRdp, Cause::ForwarderWithoutBackend, Cause::ConnectionLimit, Cause::ListenerHung],
        ],
        times: |it| it.split_requests(),
        connections: 1,
    },
    Candidate {
        probe: Probe::Greeting,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.ended_unexplained() || it.foreign()),
        connections: 1,
    },
    Candidate {
        probe: Probe::DirectTls,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.unexplained()),
        connections: 1,
    },
    Candidate {
        probe: Probe::Http,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.unexplained()),
        connections: 1,
    },
    Candidate {
        probe: Probe::WithCookie,
        splits: &[
            &[Cause::ForwarderWithoutBackend],
            &[Cause::NotRdp, Cause::ConnectionLimit, Cause::ListenerHung],
        ],
        times: |it| usize::from(it.unexplained() && !it.foreign() && it.made(Probe::Repeat) > 0),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferNone,
        splits: &[
            &[Cause::SecurityLayerRdpOnly],
            &[Cause::NegotiationViolation, Cause::TlsRequired, Cause::HostHasNoCertificate],
            &[Cause::NlaRequired],
        ],
        times: |it| it.offers_of_none(),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferSsl,
        splits: &[
            &[Cause::NlaRequired],
            &[Cause::SecurityLayerRdpOnly, Cause::NegotiationViolation],
            &[Cause::HostHasNoCertificate, Cause::TlsRequired, Cause::CredsspFails],
        ],
        times: |it| it.offers_of_ssl(),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferHybrid,
        splits: &[
            &[Cause::NlaRequired],
            &[Cause::SecurityLayerRdpOnly, Cause::NegotiationViolation],
            &[Cause::TlsRequired, Cause::HostHasNoCertificate],
        ],
        times: |it| usize::from(it.rejected() || it.tpkt_out_of_turn() && it.deep() || it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferRdp,
        splits: &[&[Cause::SecurityLayerRdpOnly], &[Cause::NlaRequired, Cause::TlsRequired]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferSslHybrid,
        splits: &[&[Cause::NlaRequired], &[Cause::NegotiationViolation]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferHybridEx,
        splits: &[&[Cause::NlaRequired], &[Cause::NegotiationViolation]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferRdsAad,
        splits: &[&[Cause::EntraIdRequired]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    // TLS
    Candidate {
        probe: Probe::BroadHello,
        splits: &[
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
            &[
                Cause::ListenerKeyUnusable,
                Cause::MiddleboxResetsTls,
                Cause::ConnectionLimit,
                Cause::TlsDisabledOnHost,
            ],
            &[Cause::MiddleboxDropsTls, Cause::TlsServiceHung, Cause::PathMtuBlackHole],
        ],
        times: |it| usize::from(it.failed(Stage::Tls).is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::SplitHello,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::MiddleboxDropsTls],
            &[
                Cause::ListenerKeyUnusable,
                Cause::ConnectionLimit,
                Cause::TlsDisabledOnHost,
                Cause::TlsServiceHung,
                Cause::PathMtuBlackHole,
            ],
        ],
        times: |it| match (
            it.failed(Stage::Tls).is_some_and(cut_off) && it.no_hello_answered(),
            it.only_split_answered(),
        ) {
            (true, true) => 2,
            (true, false) => 1,
            (false, _) => 0,
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::PlainData,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::MiddleboxDropsTls],
            &[Cause::ListenerKeyUnusable, Cause::PathMtuBlackHole, Cause::PacketLoss, Cause::UnstablePath],
        ],
        times: |it| usize::from(it.failed(Stage::Tls).is_some_and(cut_off) && it.no_hello_answered()),
        connections: 1,
    },
    Candidate {
        probe: Probe::Tls12Only,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::NoCommonTlsVersion],
            &[Cause::ListenerKeyUnusable, Cause::NoCommonCipherSuite],
        ],
        times: |it| {
            usize::from(
                it.failed(Stage::Tls).is_some_and(|failure| !silent(failure)) && !it.only_split_answered(),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::OldHello,
        splits: &[
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
            &[Cause::ListenerKeyUnusable, Cause::MiddleboxResetsTls, Cause::TlsDisabledOnHost],
        ],
        times: |it| {
            usize::from(
                it.failed(Stage::Tls).is_some_and(|failure| !silent(failure))
                    && it.broad_hello_failed()
                    && it.no_hello_answered(),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::SmallSegments,
        splits: &[
            &[Cause::PathMtuBlackHole],
            &[Cause::TlsServiceHung, Cause::MiddleboxDropsTls, Cause::PacketLoss, Cause::SlowPath],
        ],
        times: |it| usize::from(it.failed(Stage::Tls).is_some_and(silent) && it.no_hello_answered()),
        connections: 1,
    },
    Candidate {
        probe: Probe::LargeHello,
        splits: &[&[Cause::LargeHelloDropped, Cause::PathMtuBlackHole]],
        times: |it| match it.large_hello_fails() {
            true => 2,
            false => usize::from(it.tls_stands()),
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::LargeHelloSmallSegments,
        splits: &[&[Cause::PathMtuBlackHole], &[Cause::LargeHelloDropped]],
        times: |it| usize::from(it.large_hello_fails()),
        connections: 1,
    },
    Candidate {
        probe: Probe::LargePlainData,
        splits: &[&[Cause::PathMtuBlackHole], &[Cause::LargeHelloDropped]],
        times: |it| usize::from(it.large_hello_fails()),
        connections: 1,
    },
    Candidate {
        probe: Probe::TlsSupport,
        splits: &[
            &[Cause::LegacyTlsEnabled, Cause::CertificateVaries],
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
        ],
        times: |it| usize::from(it.surveys_tls()),
        connections: SURVEY_CONNECTIONS,
    },
    // Authentication and session
    Candidate {
        probe: Probe::CredsspSpnego,
        splits: &[&[Cause::NtlmRefused], &[Cause::CredsspFails]],
        times: |it| usize::from(it.failed(Stage::Credssp).is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::CredsspKerberos,
        splits: &[&[Cause::NtlmRefused], &[Cause::CredsspFails]],
        times: |it| usize::from(it.failed(Stage::Credssp).is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::CredsspVersions,
        splits: &[&[Cause::CredsspOraclePolicy]],
        times: |it| usize::from(it.deep() && it.evidence.stages.credssp.facts().is_some()),
        connections: 4,
    },
    Candidate {
        probe: Probe::StandardSecurity,
        splits: &[&[Cause::FipsOrEncryptionLevel, Cause::SecurityLayerRdpOnly]],
        times: |it| {
            usize::from(
                it.takes_standard_security() && it.evidence.stages.standard_security.facts().is_none(),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::McsOverTls,
        splits: &[&[Cause::FipsOrEncryptionLevel], &[Cause::UdpTransportDrops]],
        times: |it| {
            usize::from(
                it.deep() && it.takes_tls_alone() && it.evidence.stages.standard_security.facts().is_none(),
            )
        },
        connections: 1,
    },
    // The path
    Candidate {
        probe: Probe::Path,
        splits: &[&[Cause::PacketLoss], &[Cause::UnstablePath], &[Cause::SlowPath]],
        times: |it| usize::from(it.measures_path()),
        connections: PATH_CONNECTIONS,
    },
    Candidate {
        probe: Probe::Udp,
        splits: &[&[Cause::UdpTransportDrops], &[Cause::FirewallDrops], &[Cause::HostOff, Cause::HostAsleep]],
        times: |it| usize::from(it.unreached() || it.evidence.stages.negotiate.facts().is_some()),
        connections: 0,
    },
    Candidate {
        probe: Probe::WebSocket3387,
        splits: &[&[Cause::WebsocketRule]],
        times: |it| usize::from(it.deep() && it.evidence.stages.connect.facts().is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::WebSocket3392,
        splits: &[&[Cause::WebsocketRule]],
        times: |it| usize::from(it.deep() && it.evidence.stages.connect.facts().is_some()),
        connections: 1,
    },
];

fn silent(failure: &StageFailure) -> bool {
    matches!(failure.kind, FailureKind::TimedOut { .. })
}

/// Silence, a reset or a close, as devices make them.
fn cut_off(failure: &StageFailure) -> bool {
    silent(failure) || ended(failure)
}

fn ended(failure: &StageFailure) -> bool {
    matches!(failure.kind, FailureKind::Closed | FailureKind::Reset)
}

impl Situation<'_> {
    fn made(&self, probe: Probe) -> usize {
        self.of(probe).count()
    }

    fn of(&self, probe: Probe) -> impl Iterator<Item = &FollowUp> {
        self.evidence.follow_ups.iter().filter(move |follow_up| follow_up.probe == probe)
    }

    fn deep(&self) -> bool {
        self.depth == Depth::Deep
    }

    fn failed(&self, stage: Stage) -> Option<&StageFailure> {
        self.evidence.failure().and_then(|(failed, failure)| (failed == stage).then_some(failure))
    }

    /// How long to wait before the next connection. A host that worked and then turns connections away may mind how quickly
    /// they come: it is asked more slowly, and in the end no more.
    pub(crate) fn pace(&self) -> Option<Duration> {
        if self.evidence.failure().is_some() {
            return Some(PAUSE);
        }
        let turned_away: Vec<bool> = self
            .evidence
            .follow_ups
            .iter()
            .filter(|follow_up| takes_connections(follow_up.probe) && !is_other_port(follow_up.probe))
            .map(was_turned_away)
            .collect();
        let last = turned_away.iter().rev().take_while(|turned_away| **turned_away).count();
        match last {
            0 if turned_away.contains(&true) => Some(LONG_PAUSE),
            0 => Some(PAUSE),
            1 | 2 => Some(LONG_PAUSE),
            3 | 4 => Some(SLOW_PAUSE),
            _ => None,
        }
    }

    /// No TCP connection, and nobody refused one.
    fn unreached(&self) -> bool {
        self.failed(Stage::Connect).is_some_and(|failure| {
            matches!(failure.kind, FailureKind::TimedOut { .. } | FailureKind::Unreachable { .. })
        })
    }

    fn rejected(&self) -> bool {
        self.failed(Stage::Negotiate)
            .is_some_and(|failure| matches!(failure.kind, FailureKind::NegotiationRejected { .. }))
    }

    /// An answer that is no TPKT, of a service that could not be named.
    fn foreign(&self) -> bool {
        self.violation().is_some_and(|head| {
            !head.starts_with(&[3, 0])
                && crate::wire::greeting::identify(
                    head,
                    &crate::wire::negotiation::request(Some(SecurityProtocol::USUAL_OFFER)),
                )
                .is_none()
        })
    }

    /// A TPKT that is no lawful answer: perhaps Remote Desktop that speaks out of turn.
    fn tpkt_out_of_turn(&self) -> bool {
        self.violation().is_some_and(|head| head.starts_with(&[3, 0]))
    }

    fn violation(&self) -> Option<&[u8]> {
        let failure = self.failed(Stage::Negotiate)?;
        let head = failure.first_bytes.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        matches!(failure.kind, FailureKind::ProtocolViolation { .. }).then_some(head)
    }

    /// Closed or reset where an X.224 answer was due, and no other service was found.
    fn ended_unexplained(&self) -> bool {
        self.failed(Stage::Negotiate).is_some_and(ended) && !self.explained()
    }

    /// Nothing lawful where an X.224 answer was due, and no other service was found.
    fn unexplained(&self) -> bool {
        (self.failed(Stage::Negotiate).is_some_and(cut_off) || self.foreign()) && !self.explained()
    }

    fn explained(&self) -> bool {
        self.evidence.follow_ups.iter().any(shows_another_service) || self.split_request_answered()
    }

    fn split_request_answered(&self) -> bool {
        self.of(Probe::SplitRequest).any(|follow_up| follow_up.answer.is_some())
    }

    fn repeats(&self) -> usize {
        let Some((stage, failure)) = self.evidence.failure() else {
            let facts = self.evidence.stages.negotiate.facts();
            // It worked when it was tried again, or was confirmed and taken back: does that last?
            let again = self.made(Probe::FirstAttempt) > 0;
            let disconnected = facts.is_some_and(|facts| facts.aftermath == Aftermath::Disconnected);
            return if again {
                self.made_before_adoption().saturating_add(1)
            } else if self.deep() {
                2 // is it the same host with the same certificate each time?
            } else {
                usize::from(disconnected)
            };
        };
        match stage {
            Stage::Negotiate if self.rejected() => 0,
            Stage::Negotiate if self.violation().is_some() => {
                usize::from(self.tpkt_out_of_turn() || self.foreign())
            }
            // One that was waited for beside the main connection has been repeated by its split request.
            Stage::Negotiate if silent(failure) => usize::from(
                self.split_request_answered() || self.made(Probe::SplitRequest) == 0 && !self.explained(),
            ),
            Stage::Negotiate if self.explained() => 1,
            Stage::Negotiate => match self.made(Probe::Repeat) {
                0 => 1,
                _ if !self.tried_other_content() => 1,
                // A host that ends every connection may do so because of our own rate.
                _ => 3,
            },
            Stage::Tls => match failure.kind {
                FailureKind::Closed | FailureKind::Reset
                    if self.no_hello_answered() && self.broad_hello_failed() =>
                {
                    2
                }
                _ => 1,
            },
            Stage::Credssp | Stage::StandardSecurity => 1,
            _ => 0,
        }
    }

    fn made_before_adoption(&self) -> usize {
        self.evidence
            .follow_ups
            .iter()
            .take_while(|follow_up| follow_up.probe != Probe::FirstAttempt)
            .filter(|follow_up| follow_up.probe == Probe::Repeat)
            .count()
    }

    fn tried_other_content(&self) -> bool {
        [Probe::Greeting, Probe::DirectTls, Probe::Http, Probe::WithCookie]
            .into_iter()
            .all(|probe| self.made(probe) > 0)
    }

    fn split_requests(&self) -> usize {
        let worth = self.failed(Stage::Negotiate).is_some_and(cut_off)
            && self.failed(Stage::Negotiate).is_some_and(|failure| failure.first_bytes.is_none());
        match (worth, self.split_request_answered()) {
            (true, true) => 2,
            (true, false) => usize::from(!self.explained()),
            (false, _) => 0,
        }
    }

    fn offers_of_none(&self) -> usize {
        if self.matrix() {
            return 1;
        }
        if self.tpkt_out_of_turn() {
            return 1;
        }
        if !self.rejected() {
            return 0;
        }
        // Some servers end the connection that follows a refusal.
        let again = self.of(Probe::OfferNone).any(|follow_up| follow_up.failure.as_ref().is_some_and(ended));
        if again && self.code_is(2) { 2 } else { 1 }
    }

    fn code_is(&self, wanted: u32) -> bool {
        self.failed(Stage::Negotiate).is_some_and(
            |failure| matches!(failure.kind, FailureKind::NegotiationRejected { code, .. } if code == wanted),
        )
    }

    fn offers_of_ssl(&self) -> usize {
        let facts = self.evidence.stages.negotiate.facts();
        let odd = facts
            .is_some_and(|facts| facts.aftermath == Aftermath::Disconnected || !facts.selected.uses_tls());
        let credssp = self.failed(Stage::Credssp).is_some();
        usize::from(odd || credssp || self.rejected() || self.tpkt_out_of_turn() || self.matrix())
    }

    /// Whether every offer is asked for: a deep check of a host that answered one.
    fn matrix(&self) -> bool {
        self.deep() && self.evidence.stages.negotiate.facts().is_some()
    }

    /// Whether some request got Standard RDP Security.
    fn takes_standard_security(&self) -> bool {
        let taken = |facts: &crate::evidence::Negotiation| {
            facts.selected.is_empty() && facts.aftermath == Aftermath::Nothing
        };
        self.evidence
            .follow_ups
            .iter()
            .any(|follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if taken(facts)))
    }

    fn takes_tls_alone(&self) -> bool {
        let optional =
            self.evidence.stages.negotiate.facts().is_some_and(|facts| {
                facts.network_level_authentication == NetworkLevelAuthentication::Optional
            });
        optional
            || self.of(Probe::OfferSsl).any(|follow_up| {
                matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected == SecurityProtocol::SSL)
            })
    }

    fn broad_hello_failed(&self) -> bool {
        self.of(Probe::BroadHello)
            .any(|follow_up| follow_up.stage == Stage::Tls && follow_up.failure.is_some())
    }

    /// Whether a whole hello of ours was answered by a ServerHello.
    fn no_hello_answered(&self) -> bool {
        !self.evidence.follow_ups.iter().any(|follow_up| {
            matches!(follow_up.probe, Probe::BroadHello | Probe::OldHello | Probe::Tls12Only)
                && matches!(
                    follow_up.answer,
                    Some(Answer::ServerHello { .. } | Answer::Tls(_) | Answer::CredSsp(_))
                )
        })
    }

    fn only_split_answered(&self) -> bool {
        self.no_hello_answered()
            && self
                .of(Probe::SplitHello)
                .any(|follow_up| matches!(follow_up.answer, Some(Answer::ServerHello { .. })))
    }

    fn tls_stands(&self) -> bool {
        self.evidence.stages.tls.facts().is_some()
    }

    fn large_hello_fails(&self) -> bool {
        self.of(Probe::LargeHello).next().is_some_and(|follow_up| {
            follow_up.stage == Stage::Tls && follow_up.failure.as_ref().is_some_and(cut_off)
        })
    }

    /// Once the host is known to answer some hello: all of it for a deep check, and where our library cannot speak what
    /// the host speaks.
    fn surveys_tls(&self) -> bool {
        if self.tls_stands() {
            return self.deep();
        }
        self.failed(Stage::Tls).is_some() && !self.no_hello_answered()
    }

    /// The path is measured when something was lost, and when a suspect asks for it.
    fn measures_path(&self) -> bool {
        if self.evidence.stages.connect.facts().is_none() {
            return false;
        }
        let suspect = |cause| matches!(self.verdicts.get(&cause), Some(Verdict::Possible | Verdict::Likely));
        let asked = self.deep() || self.client_error.is_some_and(|shown| Cause::PacketLoss.can_show(shown));
        match self.evidence.failure() {
            None => {
                asked
                    || suspect(Cause::PacketLoss)
                    || suspect(Cause::UnstablePath)
                    || suspect(Cause::SlowPath)
            }
            Some((_, failure)) => {
                let unacknowledged = matches!(
                    failure.kind,
                    FailureKind::TimedOut { request: Acknowledgement::Unacknowledged }
                );
                (unacknowledged || self.deep()) && suspect(Cause::PacketLoss)
            }
        }
    }
}

fn is_other_port(probe: Probe) -> bool {
    matches!(probe, Probe::WebSocket3387 | Probe::WebSocket3392)
}

/// Whether a connection was refused, or ended before anything was answered.
pub(crate) fn was_turned_away(follow_up: &FollowUp) -> bool {
    follow_up.failure.as_ref().is_some_and(|failure| match follow_up.stage {
        Stage::Connect => matches!(failure.kind, FailureKind::Refused | FailureKind::Reset),
        Stage::Negotiate => ended(failure) && failure.first_bytes.is_none(),
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
    use crate::evidence::{Operation, PeerBytes, StageRecord};

    fn failing(stage: Stage, kind: FailureKind, head: &[u8]) -> Evidence {
        let mut evidence = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
        let failure = StageFailure {
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
        };
        let stages = &mut evidence.stages;
        if stage > Stage::Connect {
            stages.connect = StageRecord::ended(
                Ok(crate::evidence::Connection {
                    address: "192.0.2.1:3389".parse().unwrap(),
                    round_trip: Duration::from_millis(10),
                    round_trip_basis: crate::evidence::RoundTripBasis::Kernel,
                    segments_resent: Some(0),
                }),
                Duration::ZERO,
            );
        }
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
        use Probe::*;
        let silent = FailureKind::TimedOut { request: Acknowledgement::Acknowledged };
        let rejected = FailureKind::NegotiationRejected { code: 2, name: None };
        let violation = FailureKind::ProtocolViolation { expected: String::new(), got: String::new() };
        for (stage, kind, head) in [
            (Stage::Connect, FailureKind::Refused, &b""[..]),
            (Stage::Connect, silent.clone(), b""),
            (Stage::Negotiate, FailureKind::Reset, b""),
            (Stage::Negotiate, silent.clone(), b""),
            (Stage::Negotiate, rejected, b""),
            (Stage::Negotiate, violation.clone(), b"SSH-2.0-x\r\n"),
            (Stage::Negotiate, violation.clone(), b"\x01\x02"),
            (Stage::Negotiate, violation, b"\x03\x00\x00\x09"),
            (Stage::Tls, FailureKind::Reset, b""),
            (
                Stage::Tls,
                FailureKind::TlsAlert { description: 40, name: None, client_certificate_requested: false },
                b"",
            ),
            (Stage::Tls, silent, b""),
            (Stage::Credssp, FailureKind::Closed, b""),
        ] {
            println!("{stage} {kind}: {:?}", all(failing(stage, kind.clone(), head)));
        }
    }

    #[test]
    fn a_healthy_host_is_left_alone() {
        let nothing = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
        assert_eq!(plan(&nothing, Depth::Standard, None), None);
    }
}
