//! What the plan asks of the evidence.

use std::time::Duration;

use super::{
    LONG_PAUSE, PAUSE, SLOW_PAUSE, Situation, is_other_port, shows_another_service, takes_connections,
    was_turned_away,
};
use crate::diagnose::{Cause, Verdict};
use crate::evidence::{
    Acknowledgement, Aftermath, Answer, FailureKind, FollowUp, Negotiation, NetworkLevelAuthentication,
    Probe, SecurityProtocol, Stage, StageFailure,
};
use crate::options::Depth;

pub(super) fn silent(failure: &StageFailure) -> bool {
    matches!(failure.kind, FailureKind::TimedOut { .. })
}

/// Silence, a reset or a close, as devices make them.
pub(super) fn cut_off(failure: &StageFailure) -> bool {
    silent(failure) || ended(failure)
}

pub(super) fn ended(failure: &StageFailure) -> bool {
    matches!(failure.kind, FailureKind::Closed | FailureKind::Reset)
}

impl Situation<'_> {
    pub(super) fn made(&self, probe: Probe) -> usize {
        self.of(probe).count()
    }

    pub(super) fn of(&self, probe: Probe) -> impl Iterator<Item = &FollowUp> {
        self.evidence.follow_ups.iter().filter(move |follow_up| follow_up.probe == probe)
    }

    pub(super) fn deep(&self) -> bool {
        self.depth == Depth::Deep
    }

    pub(super) fn failed(&self, stage: Stage) -> Option<&StageFailure> {
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
    pub(super) fn unreached(&self) -> bool {
        self.failed(Stage::Connect).is_some_and(|failure| {
            matches!(failure.kind, FailureKind::TimedOut { .. } | FailureKind::Unreachable { .. })
        })
    }

    /// Whether nothing has shown yet that the host is up.
    pub(super) fn may_sleep(&self) -> bool {
        self.verdicts.get(&Cause::HostAsleep).is_some_and(|verdict| verdict.is_open())
    }

    pub(super) fn rejected(&self) -> bool {
        self.failed(Stage::Negotiate)
            .is_some_and(|failure| matches!(failure.kind, FailureKind::NegotiationRejected { .. }))
    }

    /// An answer that is no TPKT, of a service that could not be named.
    pub(super) fn foreign(&self) -> bool {
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
    pub(super) fn tpkt_out_of_turn(&self) -> bool {
        self.violation().is_some_and(|head| head.starts_with(&[3, 0]))
    }

    pub(super) fn violation(&self) -> Option<&[u8]> {
        let failure = self.failed(Stage::Negotiate)?;
        let head = failure.first_bytes.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        matches!(failure.kind, FailureKind::ProtocolViolation { .. }).then_some(head)
    }

    /// Closed or reset where an X.224 answer was due, and no other service was found.
    pub(super) fn ended_unexplained(&self) -> bool {
        self.failed(Stage::Negotiate).is_some_and(ended) && !self.explained()
    }

    /// Nothing lawful where an X.224 answer was due, and no other service was found.
    pub(super) fn unexplained(&self) -> bool {
        (self.failed(Stage::Negotiate).is_some_and(cut_off) || self.foreign()) && !self.explained()
    }

    pub(super) fn explained(&self) -> bool {
        self.evidence.follow_ups.iter().any(shows_another_service) || self.split_request_answered()
    }

    pub(super) fn split_request_answered(&self) -> bool {
        self.of(Probe::SplitRequest).any(|follow_up| follow_up.answer.is_some())
    }

    pub(super) fn repeats(&self) -> usize {
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
            Stage::Negotiate if self.rejected() || self.violation().is_some() => 1,
            // What passed in two segments: does it still fail in one?
            Stage::Negotiate if self.split_request_answered() => {
                self.once_more_after(Probe::SplitRequest, Probe::Repeat)
            }
            // One that was waited for beside the main connection has been repeated by its split request.
            Stage::Negotiate if silent(failure) => {
                usize::from(self.made(Probe::SplitRequest) == 0 && !self.explained())
            }
            Stage::Negotiate if self.explained() => 1,
            Stage::Negotiate => match self.made(Probe::Repeat) {
                0 => 1,
                _ if !self.tried_other_content() => 1,
                // A host that ends every connection may do so because of our own rate.
                _ => 3,
            },
            Stage::Tls if self.only_split_answered() => {
                self.once_more_after(Probe::SplitHello, Probe::Repeat)
            }
            Stage::Tls if self.answered(Probe::SmallSegments) => {
                self.once_more_after(Probe::SmallSegments, Probe::Repeat)
            }
            // Another hello passed: does the first one still fail?
            Stage::Tls if self.answered(Probe::Tls12Only) => {
                self.once_more_after(Probe::Tls12Only, Probe::Repeat)
            }
            Stage::Tls if self.answered(Probe::BroadHello) => {
                self.once_more_after(Probe::BroadHello, Probe::Repeat)
            }
            Stage::Tls => match failure.kind {
                FailureKind::Closed | FailureKind::Reset
                    if self.no_hello_answered() && self.made(Probe::OldHello) > 0 =>
                {
                    2
                }
                _ => 1,
            },
            Stage::Credssp | Stage::StandardSecurity => 1,
            _ => 0,
        }
    }

    pub(super) fn made_before_adoption(&self) -> usize {
        self.evidence
            .follow_ups
            .iter()
            .take_while(|follow_up| follow_up.probe != Probe::FirstAttempt)
            .filter(|follow_up| follow_up.probe == Probe::Repeat)
            .count()
    }

    pub(super) fn answered(&self, probe: Probe) -> bool {
        self.of(probe).any(|follow_up| follow_up.answer.is_some())
    }

    /// As many times as it has been made, and one more when none came after the first answer to `passed`.
    pub(super) fn once_more_after(&self, passed: Probe, again: Probe) -> usize {
        let after = self
            .evidence
            .follow_ups
            .iter()
            .skip_while(|follow_up| follow_up.probe != passed || follow_up.answer.is_none())
            .any(|follow_up| follow_up.probe == again);
        self.made(again).saturating_add(usize::from(!after))
    }

    /// As many times as it has been made, and one more to let it take turns: it passed, the whole form failed after that,
    /// and it has not been tried since.
    pub(super) fn turn_of(&self, passing: Probe, whole: Probe) -> usize {
        let mut rest = self.evidence.follow_ups.iter();
        let passed = rest.any(|follow_up| follow_up.probe == passing && follow_up.answer.is_some());
        let failed = passed && rest.any(|follow_up| follow_up.probe == whole && follow_up.failure.is_some());
        let again = rest.any(|follow_up| follow_up.probe == passing);
        self.made(passing).saturating_add(usize::from(failed && !again))
    }

    pub(super) fn tried_other_content(&self) -> bool {
        [Probe::Greeting, Probe::DirectTls, Probe::Http, Probe::WithCookie]
            .into_iter()
            .all(|probe| self.made(probe) > 0)
    }

    pub(super) fn split_requests(&self) -> usize {
        let worth = self.failed(Stage::Negotiate).is_some_and(cut_off)
            && self.failed(Stage::Negotiate).is_some_and(|failure| failure.first_bytes.is_none());
        match (worth, self.split_request_answered()) {
            (true, true) => self.turn_of(Probe::SplitRequest, Probe::Repeat),
            (true, false) => usize::from(!self.explained()),
            (false, _) => 0,
        }
    }

    pub(super) fn offers_of_none(&self) -> usize {
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

    pub(super) fn code_is(&self, wanted: u32) -> bool {
        self.failed(Stage::Negotiate).is_some_and(
            |failure| matches!(failure.kind, FailureKind::NegotiationRejected { code, .. } if code == wanted),
        )
    }

    pub(super) fn offers_of_ssl(&self) -> usize {
        let facts = self.evidence.stages.negotiate.facts();
        let odd = facts
            .is_some_and(|facts| facts.aftermath == Aftermath::Disconnected || !facts.selected.uses_tls());
        let credssp = self.failed(Stage::Credssp).is_some();
        usize::from(odd || credssp || self.rejected() || self.tpkt_out_of_turn() || self.matrix())
    }

    /// Whether every offer is asked for: a deep check of a host that answered one.
    pub(super) fn matrix(&self) -> bool {
        self.deep() && self.evidence.stages.negotiate.facts().is_some()
    }

    /// Whether some request got Standard RDP Security.
    pub(super) fn takes_standard_security(&self) -> bool {
        let taken = |facts: &Negotiation| facts.selected.is_empty() && facts.aftermath == Aftermath::Nothing;
        self.evidence
            .follow_ups
            .iter()
            .any(|follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if taken(facts)))
    }

    pub(super) fn takes_tls_alone(&self) -> bool {
        let optional =
            self.evidence.stages.negotiate.facts().is_some_and(|facts| {
                facts.network_level_authentication == NetworkLevelAuthentication::Optional
            });
        optional
            || self.of(Probe::OfferSsl).any(|follow_up| {
                matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected == SecurityProtocol::SSL)
            })
    }

    pub(super) fn broad_hello_failed(&self) -> bool {
        self.of(Probe::BroadHello)
            .any(|follow_up| follow_up.stage == Stage::Tls && follow_up.failure.is_some())
    }

    /// Whether a whole hello of ours was answered by a ServerHello.
    pub(super) fn no_hello_answered(&self) -> bool {
        !self.evidence.follow_ups.iter().any(|follow_up| {
            matches!(follow_up.probe, Probe::BroadHello | Probe::OldHello | Probe::Tls12Only)
                && matches!(
                    follow_up.answer,
                    Some(Answer::ServerHello { .. } | Answer::Tls(_) | Answer::CredSsp(_))
                )
        })
    }

    pub(super) fn only_split_answered(&self) -> bool {
        self.no_hello_answered()
            && self
                .of(Probe::SplitHello)
                .any(|follow_up| matches!(follow_up.answer, Some(Answer::ServerHello { .. })))
    }

    pub(super) fn tls_stands(&self) -> bool {
        self.evidence.stages.tls.facts().is_some()
    }

    pub(super) fn large_hello_fails(&self) -> bool {
        self.of(Probe::LargeHello).next().is_some_and(|follow_up| {
            follow_up.stage == Stage::Tls && follow_up.failure.as_ref().is_some_and(cut_off)
        })
    }

    /// A large ClientHello is tried again when a small one has passed since.
    pub(super) fn once_more_after_control(&self) -> usize {
        if self.answered(Probe::BroadHello) { 2 } else { 1 }
    }

    /// Once the host is known to answer some hello: all of it for a deep check, and where our library cannot speak what
    /// the host speaks.
    pub(super) fn surveys_tls(&self) -> bool {
        if self.tls_stands() {
            return self.deep();
        }
        self.failed(Stage::Tls).is_some() && !self.no_hello_answered()
    }

    /// The path is measured when something was lost, and when a suspect asks for it.
    pub(super) fn measures_path(&self) -> bool {
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
