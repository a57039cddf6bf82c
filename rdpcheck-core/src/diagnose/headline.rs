use std::fmt;

use serde::{Deserialize, Serialize};

use super::Cause;
use super::board::{Board, Weight};
use super::finding::{Finding, Verdict};
use super::rules::client;
use super::view::View;
use crate::evidence::{Aftermath, Answer, DnsProblem, FailureKind, FollowUp, Probe, Stage};

/// The top line of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Headline {
    /// A current client with default settings gets as far as the network can show, with nothing worse than the usual
    /// prompt for a self-signed certificate or a name that is not in it.
    Healthy,
    /// It works, and something is wrong that will bite.
    Degraded,
    /// TCP connects and a current client gets no session.
    Failing,
    /// No TCP connection.
    Unreachable,
    /// Something else answers on the port.
    NotRdp,
    /// It could not be told; the summary says why.
    Unknown,
}

impl Headline {
    /// Every headline.
    pub const ALL: &'static [Self] =
        &[Self::Healthy, Self::Degraded, Self::Failing, Self::Unreachable, Self::NotRdp, Self::Unknown];

    /// Stable code of this headline, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
            Self::Unreachable => "unreachable",
            Self::NotRdp => "not-rdp",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

pub(super) fn of(view: &View<'_>, board: &Board) -> Headline {
    let sure = |verdict: Option<Verdict>| verdict.is_some_and(|verdict| verdict <= Verdict::Likely);
    if let Some((stage, failure)) = view.failure {
        return match stage {
            Stage::Resolve | Stage::Connect if view.hardly_waited() => Headline::Unknown,
            Stage::Resolve if failure.kind == (FailureKind::Dns { problem: DnsProblem::OtherFamilyOnly }) => {
                Headline::Unknown
            }
            Stage::Resolve | Stage::Connect => Headline::Unreachable,
            _ if sure(board.verdict(Cause::NotRdp)) => Headline::NotRdp,
            // Shown by more than silence: it does not matter how long that was waited for.
            _ if board.surest(Weight::Blocks) == Some(Verdict::Confirmed) => Headline::Failing,
            _ if view.hardly_waited() => Headline::Unknown,
            _ if sure(board.surest(Weight::Blocks)) => Headline::Failing,
            _ if sure(board.surest(Weight::Degrades)) => Headline::Degraded,
            _ if view.answers_broad_hello() || view.completes_tls12() || undecided(stage, &failure.kind) => {
                Headline::Unknown
            }
            _ => Headline::Failing,
        };
    }
    let stages = &view.evidence.stages;
    let Some(negotiation) = stages.negotiate.facts() else {
        return Headline::Unknown;
    };
    let complete = !negotiation.selected.uses_tls()
        || (stages.tls.facts().is_some()
            && (!negotiation.selected.uses_credssp() || stages.credssp.facts().is_some()));
    if sure(board.surest(Weight::Blocks)) {
        Headline::Failing
    } else if negotiation.aftermath == Aftermath::Disconnected {
        after_disconnect(view)
    } else if !complete || stages.certificate.failure().is_some() {
        Headline::Unknown
    } else if sure(board.surest(Weight::Degrades)) || view.first_attempt().is_some() {
        Headline::Degraded
    } else {
        Headline::Healthy
    }
}

/// The host confirmed and ended the connection at once: do later tries fare better?
fn after_disconnect(view: &View<'_>) -> Headline {
    let lasts = |follow_up: &FollowUp| match &follow_up.answer {
        Some(Answer::Negotiated(facts)) => facts.aftermath != Aftermath::Disconnected,
        Some(_) => true,
        None => false,
    };
    let mut repeats = view.follow_ups(Probe::Repeat).peekable();
    if repeats.peek().is_none() {
        Headline::Unknown
    } else if repeats.any(lasts) {
        Headline::Degraded
    } else {
        Headline::Failing
    }
}

/// Failures after which another client may well get further than this check.
fn undecided(stage: Stage, kind: &FailureKind) -> bool {
    match kind {
        FailureKind::CredsspError { .. } => true,
        FailureKind::TlsRejectedByUs { .. } => stage == Stage::Tls,
        _ => false,
    }
}

pub(super) fn summary(view: &View<'_>, headline: Headline, findings: &[Finding]) -> String {
    let measured = measured(view, headline, findings);
    // Where connections fail as measured, what a client's code names comes after that.
    let works = matches!(headline, Headline::Healthy | Headline::Degraded | Headline::Unknown);
    match named_by_client(findings).filter(|_| works) {
        Some(words) => format!("{measured}; {words}"),
        None => measured,
    }
}

/// What the code of a client names by itself, which the network cannot see.
fn named_by_client(findings: &[Finding]) -> Option<String> {
    let named = |finding: &&Finding| {
        finding.verdict <= Verdict::Likely && finding.rules.iter().any(|rule| client::names_cause(rule))
    };
    findings.iter().find(named).map(|finding| {
        let verb = if finding.verdict == Verdict::Confirmed { "names" } else { "points to" };
        let but = if finding.contradiction.is_some() { ", which was not so from here" } else { "" };
        format!("the code that the client showed {verb} {}: {}{but}", finding.cause, finding.cause.says())
    })
}

fn measured(view: &View<'_>, headline: Headline, findings: &[Finding]) -> String {
    // What only the code of a client points to is no reason of the headline.
    let seen_here =
        |finding: &&Finding| finding.evidence.first().is_none_or(|reference| reference.at != client::SHOWN);
    let first = findings.first().filter(|finding| finding.verdict.is_open()).filter(seen_here);
    let best = first.map_or_else(
        || "no cause could be singled out".to_owned(),
        |finding| format!("{}, {}: {}", finding.cause, finding.verdict, finding.cause.says()),
    );
    match headline {
        Headline::Healthy => {
            "Remote Desktop answers, and a current client gets as far as the network can show".to_owned()
        }
        Headline::Degraded if view.first_attempt().is_some() => {
            format!("Remote Desktop answers, and a connection failed before: {best}")
        }
        Headline::Degraded => {
            format!("Remote Desktop answers, and something is wrong that will bite: {best}")
        }
        Headline::Failing => format!("a current client gets no session: {best}"),
        Headline::Unreachable => format!("no connection to the port: {best}"),
        Headline::NotRdp => match first {
            Some(finding) => format!("what answers on the port is not Remote Desktop. {}", finding.message),
            None => "what answers on the port is not Remote Desktop".to_owned(),
        },
        Headline::Unknown => {
            let why = match view.failure {
                Some((stage, failure)) if view.hardly_waited() => {
                    format!("the {stage} stage was waited for only {:.1} s", failure.elapsed.as_secs_f64())
                }
                Some((stage, failure)) => {
                    format!("{}, at the {stage} stage; another client may get further", failure.kind)
                }
                None if view.evidence.stages.certificate.failure().is_some() => {
                    "the host's certificate could not be read by this check".to_owned()
                }
                None => "the deadline came before the check was complete".to_owned(),
            };
            format!("it could not be told whether a client gets a session: {why}")
        }
    }
}
