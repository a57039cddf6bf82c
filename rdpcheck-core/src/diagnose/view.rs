use std::time::Duration;

use super::peer::Product;
use crate::evidence::{Acknowledgement, Answer, Evidence, FailureKind, FollowUp, Probe, Stage, StageFailure};

/// Silence that was waited for less than this proves nothing.
pub(super) const SHORT_WAIT: Duration = Duration::from_secs(1);

/// Evidence with the questions that several rules ask of it.
pub(super) struct View<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) product: Product,
    pub(super) failure: Option<(Stage, &'a StageFailure)>,
}

impl<'a> View<'a> {
    pub(super) fn new(evidence: &'a Evidence, product: Product) -> Self {
        Self { evidence, product, failure: evidence.failure() }
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
        format!("/follow_ups/{}", index.unwrap_or_default())
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

    /// Repeats of the main probe that came further than it did.
    pub(super) fn better_repeats(&self) -> usize {
        let Some((failed, _)) = self.failure else {
            return 0;
        };
        self.follow_ups(Probe::Repeat)
            .filter(|again| again.stage > failed || (again.stage == failed && again.failure.is_none()))
            .count()
    }

    /// Repeats of the main probe that failed in the same way.
    pub(super) fn same_repeats(&self) -> usize {
        let Some((failed, failure)) = self.failure else {
            return 0;
        };
        self.follow_ups(Probe::Repeat)
            .filter(|again| {
                let same = |other: &StageFailure| other.kind.code() == failure.kind.code();
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
        self.failure.is_some_and(|(_, failure)| {
            let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
            silent && failure.elapsed < SHORT_WAIT + failure.round_trip.unwrap_or_default() * 2
        })
    }

    /// Whether an answer came in less than half a round trip, and so cannot come from the host.
    pub(super) fn faster_than_the_host(failure: &StageFailure) -> bool {
        // Below two milliseconds a round trip is as short as the host's own work, and the comparison says nothing.
        failure.round_trip.is_some_and(|round_trip| {
            round_trip > Duration::from_millis(2) && failure.elapsed < round_trip / 2
        })
    }

    pub(super) fn unacknowledged(failure: &StageFailure) -> bool {
        matches!(failure.kind, FailureKind::TimedOut { request: Acknowledgement::Unacknowledged })
    }
}
