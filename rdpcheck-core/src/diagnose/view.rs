use std::time::Duration;

use super::peer::Product;
use crate::code::ClientError;
use crate::evidence::{
    Acknowledgement, Answer, Evidence, FailureKind, FollowUp, Operation, Probe, Stage, StageFailure,
};

/// Silence of the main probe that was waited for less than this proves nothing: hosts and paths do take seconds.
pub(super) const SHORT_WAIT: Duration = Duration::from_secs(4);
/// The same for a repeat, which confirms what has been waited for already.
const SHORT_REPEAT: Duration = Duration::from_secs(1);

/// Where things are in the report that are in the order of time here.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) follow_ups: Vec<usize>,
    pub(super) connect_attempts: Vec<usize>,
}

/// Evidence with the questions that several rules ask of it.
pub(super) struct View<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) product: Product,
    pub(super) failure: Option<(Stage, &'a StageFailure)>,
    /// What a client showed.
    pub(super) shown: Option<ClientError>,
    places: Places,
}

impl<'a> View<'a> {
    pub(super) fn new(evidence: &'a Evidence, product: Product) -> Self {
        let places = Places {
            follow_ups: (0..evidence.follow_ups.len()).collect(),
            connect_attempts: (0..evidence.connect_attempts.len()).collect(),
        };
        Self { evidence, product, failure: evidence.failure(), shown: None, places }
    }

    /// With what a client showed.
    pub(super) fn shown(self, shown: Option<ClientError>) -> Self {
        Self { shown, ..self }
    }

    /// With the place that each thing has in the lists of the report.
    pub(super) fn placed(self, places: Places) -> Self {
        Self { places, ..self }
    }

    /// How the main probe failed at this stage.
    pub(super) fn failed_at(&self, stage: Stage) -> Option<&'a StageFailure> {
        self.failure.and_then(|(failed, failure)| (failed == stage).then_some(failure))
    }

    pub(super) fn follow_ups(&self, probe: Probe) -> impl Iterator<Item = &'a FollowUp> {
        self.evidence.follow_ups.iter().filter(move |follow_up| follow_up.probe == probe)
    }

    /// Where a follow-up is in the report.
    pub(super) fn place(&self, follow_up: &FollowUp) -> String {
        let index = self.evidence.follow_ups.iter().position(|other| std::ptr::eq(other, follow_up));
        let place = index.and_then(|index| self.places.follow_ups.get(index)).copied();
        format!("/follow_ups/{}", place.unwrap_or_default())
    }

    /// Where the connection attempt with this place in the order of time is in the report.
    pub(super) fn attempt(&self, index: usize) -> String {
        let place = self.places.connect_attempts.get(index).copied();
        format!("/connect_attempts/{}", place.unwrap_or_default())
    }

    /// Whether the host answered an X.224 request lawfully, if only to refuse it.
    pub(super) fn speaks_rdp(&self) -> bool {
        let rejected =
            |failure: &StageFailure| matches!(failure.kind, FailureKind::NegotiationRejected { .. });
        self.evidence.stages.negotiate.facts().is_some()
            || self.failed_at(Stage::Negotiate).is_some_and(rejected)
            || self.evidence.follow_ups.iter().any(|follow_up| {
                let negotiated = matches!(
                    follow_up.answer,
                    Some(Answer::Negotiated(_) | Answer::CredSsp(_) | Answer::ServerHello { .. })
                );
                let rejected = follow_up.failure.as_ref().is_some_and(rejected);
                let beyond = follow_up.probe == Probe::Repeat && follow_up.stage > Stage::Negotiate;
                negotiated || rejected || beyond
            })
    }

    /// The first try, when a later one came further and took its place. That a limit of ours cut it short is no failure
    /// of the host.
    ///
    /// That a host wants a cookie or SPNEGO, as clients of Windows send them, is none either.
    pub(super) fn first_attempt(&self) -> Option<(&'a FollowUp, &'a StageFailure)> {
        if self.came_further_as_windows_does() {
            return None;
        }
        self.follow_ups(Probe::FirstAttempt)
            .find_map(|first| first.failure.as_ref().map(|failure| (first, failure)))
            .filter(|(_, failure)| !waited_hardly(failure, SHORT_WAIT))
    }

    /// Whether the main probe came further with what every Windows client sends and ours leaves out at first.
    fn came_further_as_windows_does(&self) -> bool {
        let further = |follow_up: &FollowUp| {
            matches!(follow_up.probe, Probe::WithCookie | Probe::CredsspSpnego | Probe::CredsspKerberos)
                && follow_up.answer.is_some()
        };
        // Without it, it still fails.
        let mut later = self
            .evidence
            .follow_ups
            .iter()
            .skip_while(|follow_up| !further(follow_up))
            .filter(|follow_up| follow_up.probe == Probe::Repeat)
            .peekable();
        later.peek().is_some() && later.all(|again| again.failure.is_some())
    }

    /// Whether the failing and the passing form took turns: after a pass it failed again, and after that it passed again.
    /// A host that was only unwell for its first connections does not do that.
    pub(super) fn take_turns(
        &self,
        passes: impl Fn(&FollowUp) -> bool,
        fails: impl Fn(&FollowUp) -> bool,
    ) -> bool {
        let mut rest = self.evidence.follow_ups.iter();
        rest.any(&passes) && rest.any(&fails) && rest.any(&passes)
    }

    /// Further tries with these probes that ended in these ways.
    pub(super) fn count(&self, probes: &[Probe], way: impl Fn(&FollowUp) -> bool) -> usize {
        self.evidence
            .follow_ups
            .iter()
            .filter(|follow_up| probes.contains(&follow_up.probe) && way(follow_up))
            .count()
    }

    /// Repeats of the main probe that failed in the same way, and were waited for long enough to mean it.
    pub(super) fn same_repeats(&self) -> usize {
        let Some((failed, failure)) = self.failure else {
            return 0;
        };
        // With a cookie or in two segments, it is the same request.
        let alike: &[Probe] = match failed {
            Stage::Negotiate => &[Probe::Repeat, Probe::SplitRequest, Probe::WithCookie],
            _ => &[Probe::Repeat],
        };
        self.evidence
            .follow_ups
            .iter()
            .filter(|again| alike.contains(&again.probe))
            .filter(|again| {
                let same = |other: &StageFailure| {
                    other.kind.code() == failure.kind.code() && !waited_hardly(other, SHORT_REPEAT)
                };
                again.stage == failed && again.failure.as_ref().is_some_and(same)
            })
            .count()
    }

    /// Whether a ClientHello with older suites was answered where ours was not.
    pub(super) fn answers_broad_hello(&self) -> bool {
        self.follow_ups(Probe::BroadHello)
            .any(|follow_up| matches!(follow_up.answer, Some(Answer::ServerHello { .. })))
    }

    /// Whether the main probe's silence was waited for too short a time to mean anything.
    pub(super) fn hardly_waited(&self) -> bool {
        self.failure.is_some_and(|(_, failure)| waited_hardly(failure, SHORT_WAIT))
    }

    /// Whether a handshake with TLS 1.2 alone was completed.
    pub(super) fn completes_tls12(&self) -> bool {
        self.follow_ups(Probe::Tls12Only)
            .any(|follow_up| follow_up.stage > Stage::Tls || matches!(follow_up.answer, Some(Answer::Tls(_))))
    }

    /// Whether every try that ended like this one was ended in less than half a round trip, and so cannot have been
    /// ended by the host. The shortest exchange with the host that was seen counts as the round trip: the one of the SYN
    /// may be long because somebody had to be woken or asked for an address first.
    pub(super) fn faster_than_the_host(&self, failure: &StageFailure) -> bool {
        let stages = &self.evidence.stages;
        let ended = |failure: &StageFailure| matches!(failure.kind, FailureKind::Reset | FailureKind::Closed);
        let tries: Vec<&StageFailure> = self
            .evidence
            .follow_ups
            .iter()
            .filter_map(|follow_up| follow_up.failure.as_ref())
            .filter(|failure| ended(failure))
            .chain([failure])
            .collect();
        let exchanges = tries
            .iter()
            .filter_map(|failure| failure.round_trip)
            .chain(stages.connect.facts().map(|facts| facts.round_trip))
            .chain(stages.negotiate.facts().and(stages.negotiate.elapsed));
        // Below two milliseconds a round trip is as short as the host's own work, and the comparison says nothing.
        let Some(round_trip) = exchanges.min().filter(|shortest| *shortest > Duration::from_millis(2)) else {
            return false;
        };
        let sent =
            |failure: &&StageFailure| failure.operation == Operation::Receive && failure.bytes_sent > 0;
        tries.len() > 1 && tries.iter().all(|failure| sent(failure) && failure.elapsed < round_trip / 2)
    }

    /// Whether a follow-up of this kind was answered by a ServerHello.
    pub(super) fn answers_hello(&self, probe: Probe) -> bool {
        self.follow_ups(probe).any(|follow_up| matches!(follow_up.answer, Some(Answer::ServerHello { .. })))
    }

    /// Whether the path was measured and loses so much that it explains silence by itself.
    pub(super) fn loses_much(&self) -> bool {
        self.evidence
            .stages
            .path
            .facts()
            .and_then(|facts| facts.segments)
            .is_some_and(|segments| segments.resent >= 3 && segments.loss_low >= 0.005)
    }

    pub(super) fn unacknowledged(failure: &StageFailure) -> bool {
        matches!(failure.kind, FailureKind::TimedOut { request: Acknowledgement::Unacknowledged })
    }
}

fn waited_hardly(failure: &StageFailure, least: Duration) -> bool {
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    // Stored evidence can hold any length of time.
    let round_trips = failure.round_trip.unwrap_or_default().saturating_mul(2);
    silent && failure.elapsed < least.saturating_add(round_trips)
}
