use std::collections::BTreeMap;

use super::Cause;
use super::finding::{EvidenceReference, Finding, Verdict};
use super::headline::Headline;
use super::remedies::{self, Facts};
use super::view::View;
use crate::code::ClientError;

/// What a cause means for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It keeps a current client with default settings from a session.
    Blocks,
    /// Connections work, and it will bite, or bites some clients.
    Degrades,
    /// It is worth knowing.
    Informs,
}

/// Verdicts as the rules give them.
#[derive(Debug, Default)]
pub(super) struct Board {
    entries: BTreeMap<Cause, Entry>,
    /// How many verdicts were given, which orders equals.
    given: usize,
    /// Takes what is said of a verdict that does not stand.
    discarded: Option<Entry>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) verdict: Verdict,
    pub(super) weight: Weight,
    order: usize,
    message: String,
    evidence: Vec<EvidenceReference>,
    not_proved: Option<String>,
}

impl Entry {
    pub(super) fn seen(&mut self, at: &str, seen: impl Into<String>) -> &mut Self {
        self.evidence.push(EvidenceReference { at: at.to_owned(), seen: seen.into() });
        self
    }

    pub(super) fn not_proved(&mut self, what: &str) -> &mut Self {
        self.not_proved = Some(what.to_owned());
        self
    }

    pub(super) fn weighs(&mut self, weight: Weight) -> &mut Self {
        self.weight = weight;
        self
    }
}

impl Board {
    /// Gives a verdict. Among equals, what is set first comes first. Of several verdicts on a cause the surest open one
    /// stands, then that it is ruled out, then that it cannot be seen; among equals the first.
    pub(super) fn set(&mut self, cause: Cause, verdict: Verdict, message: impl Into<String>) -> &mut Entry {
        let entry = Entry {
            verdict,
            weight: Weight::Blocks,
            order: self.given,
            message: message.into(),
            evidence: Vec::new(),
            not_proved: None,
        };
        self.given = self.given.saturating_add(1);
        if self.entries.get(&cause).is_some_and(|standing| standing.verdict <= verdict) {
            return self.discarded.insert(entry);
        }
        match self.entries.entry(cause) {
            std::collections::btree_map::Entry::Vacant(place) => place.insert(entry),
            std::collections::btree_map::Entry::Occupied(place) => {
                let standing = place.into_mut();
                *standing = entry;
                standing
            }
        }
    }

    /// Adds to what a standing verdict rests on.
    pub(super) fn add_seen(&mut self, cause: Cause, at: &str, seen: &str) {
        if let Some(entry) = self.entries.get_mut(&cause) {
            entry.seen(at, seen);
        }
    }

    /// Rules causes out for one reason.
    pub(super) fn rule_out(&mut self, causes: &[Cause], message: &str, at: &str) {
        for &cause in causes {
            self.set(cause, Verdict::RuledOut, message).seen(at, message);
        }
    }

    /// Says why causes cannot be seen.
    pub(super) fn unseen(&mut self, causes: &[Cause], message: &str) {
        for &cause in causes {
            self.set(cause, Verdict::NotObservable, message);
        }
    }

    pub(super) fn verdict(&self, cause: Cause) -> Option<Verdict> {
        self.entries.get(&cause).map(|entry| entry.verdict)
    }

    /// Every verdict that was given.
    #[cfg(feature = "probe")]
    pub(super) fn verdicts(&self) -> BTreeMap<Cause, Verdict> {
        self.entries.iter().map(|(cause, entry)| (*cause, entry.verdict)).collect()
    }

    /// The surest verdict among causes of this weight.
    pub(super) fn surest(&self, weight: Weight) -> Option<Verdict> {
        self.entries.values().filter(|entry| entry.weight == weight).map(|entry| entry.verdict).min()
    }

    /// A finding for every cause, the best explanation of the headline first.
    pub(super) fn findings(
        self,
        view: &View<'_>,
        headline: Headline,
        shown: Option<ClientError>,
    ) -> Vec<Finding> {
        let explains = |weight: Weight| match headline {
            Headline::Healthy => false,
            Headline::Degraded => weight == Weight::Degrades,
            Headline::Failing | Headline::Unreachable | Headline::NotRdp | Headline::Unknown => {
                weight == Weight::Blocks
            }
        };
        let last = self.given;
        let mut findings: Vec<_> = Cause::ALL
            .iter()
            .map(|&cause| {
                let (order, weight, finding) = match self.entries.get(&cause) {
                    Some(entry) => (entry.order, entry.weight, finding(cause, entry, view)),
                    None => (last, Weight::Informs, unjudged(cause, view)),
                };
                let open = finding.verdict.is_open();
                let cannot_show = shown.is_some_and(|shown| !cause.can_show(shown));
                ((!(open && explains(weight)), finding.verdict, cannot_show, weight, order, cause), finding)
            })
            .collect();
        findings.sort_by_key(|(key, _)| *key);
        findings.into_iter().map(|(_, finding)| finding).collect()
    }
}

fn finding(cause: Cause, entry: &Entry, view: &View<'_>) -> Finding {
    let settled = matches!(entry.verdict, Verdict::Confirmed | Verdict::RuledOut);
    let open = entry.verdict.is_open();
    Finding {
        cause,
        verdict: entry.verdict,
        stage: cause.stage(),
        message: entry.message.clone(),
        evidence: entry.evidence.clone(),
        not_proved: entry.not_proved.clone(),
        remedies: if open { remedies::for_cause(cause, &Facts::new(view)) } else { Vec::new() },
        settle_by: if settled { Vec::new() } else { ways(cause, view) },
        not_offered: if open { cause.not_offered() } else { Vec::new() },
    }
}

fn unjudged(cause: Cause, view: &View<'_>) -> Finding {
    Finding {
        cause,
        verdict: Verdict::NotObservable,
        stage: cause.stage(),
        message: format!("Not visible to this check: {}.", cause.says()),
        evidence: Vec::new(),
        not_proved: None,
        remedies: Vec::new(),
        settle_by: ways(cause, view),
        not_offered: Vec::new(),
    }
}

fn ways(cause: Cause, view: &View<'_>) -> Vec<String> {
    cause.settle_by(view.product.may_be_windows()).map(str::to_owned).collect()
}
