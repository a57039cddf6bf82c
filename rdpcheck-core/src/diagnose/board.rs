use std::collections::BTreeMap;

use super::Cause;
use super::finding::{Bearing, EvidenceReference, Finding, Verdict};
use super::headline::Headline;
use super::remedies::{self, Facts};
use super::rule::{Effect, Rule};
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

/// Rules as they were applied.
#[derive(Debug, Default)]
pub(super) struct Board {
    /// By cause, and in the order in which they were applied.
    applied: BTreeMap<(Cause, usize), Entry>,
}

/// A rule as it was applied to a cause.
#[derive(Debug)]
pub(super) struct Entry {
    rule: &'static Rule,
    weight: Weight,
    order: usize,
    message: String,
    evidence: Vec<(String, String)>,
    not_proved: Option<String>,
}

impl Entry {
    pub(super) fn seen(&mut self, at: &str, seen: impl Into<String>) -> &mut Self {
        self.evidence.push((at.to_owned(), seen.into()));
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

    fn verdict(&self) -> Verdict {
        self.rule.effect.verdict()
    }

    fn speaks(&self) -> Option<Bearing> {
        match self.rule.effect {
            Effect::Confirms | Effect::Supports | Effect::Fits => Some(Bearing::For),
            Effect::Opposes | Effect::Excludes => Some(Bearing::Against),
            Effect::Hides => None,
        }
    }
}

impl Board {
    /// Applies a rule that speaks of one cause. Among equals, what is applied first comes first.
    pub(super) fn apply(&mut self, rule: &'static Rule, message: impl Into<String>) -> &mut Entry {
        debug_assert_eq!(rule.causes.len(), 1, "{}: which of its causes?", rule.code);
        let cause = rule.causes.first().copied().unwrap_or(Cause::UnstablePath);
        self.apply_to(cause, rule, message)
    }

    /// Applies a rule to one of the causes that it speaks of.
    pub(super) fn apply_to(
        &mut self,
        cause: Cause,
        rule: &'static Rule,
        message: impl Into<String>,
    ) -> &mut Entry {
        debug_assert!(rule.causes.contains(&cause), "{} does not speak of {cause}", rule.code);
        let entry = Entry {
            rule,
            weight: Weight::Blocks,
            order: self.applied.len(),
            message: message.into(),
            evidence: Vec::new(),
            not_proved: None,
        };
        self.applied.entry((cause, entry.order)).or_insert(entry)
    }

    fn entries(&self, cause: Cause) -> impl Iterator<Item = &Entry> + Clone {
        self.applied.range((cause, 0)..=(cause, usize::MAX)).map(|(_, entry)| entry)
    }

    /// Applies a rule to every cause that it speaks of, for what is seen at one place.
    pub(super) fn apply_to_all(&mut self, rule: &'static Rule, message: &str, at: &str) {
        for &cause in rule.causes {
            self.apply_to(cause, rule, message).seen(at, message);
        }
    }

    /// Says why the causes of a rule cannot be seen.
    pub(super) fn hide(&mut self, rule: &'static Rule, message: &str) {
        debug_assert_eq!(rule.effect, Effect::Hides, "{}", rule.code);
        for &cause in rule.causes {
            self.apply_to(cause, rule, message);
        }
    }

    /// The same for those of them of which nothing has been said yet.
    pub(super) fn hide_rest(&mut self, rule: &'static Rule, message: &str) {
        debug_assert_eq!(rule.effect, Effect::Hides, "{}", rule.code);
        for &cause in rule.causes {
            if self.verdict(cause).is_none() {
                self.apply_to(cause, rule, message);
            }
        }
    }

    /// The entry that decides a cause: the surest open one, then that it is ruled out, then that it cannot be seen; among
    /// equals the first.
    fn standing(&self, cause: Cause) -> Option<&Entry> {
        self.entries(cause).min_by_key(|entry| (entry.verdict(), entry.order))
    }

    /// Adds to what a standing verdict rests on.
    pub(super) fn add_seen(&mut self, cause: Cause, at: &str, seen: &str) {
        let entries = self.applied.range_mut((cause, 0)..=(cause, usize::MAX)).map(|(_, entry)| entry);
        if let Some(entry) = entries.min_by_key(|entry| (entry.verdict(), entry.order)) {
            entry.seen(at, seen);
        }
    }

    pub(super) fn verdict(&self, cause: Cause) -> Option<Verdict> {
        let verdict = self.entries(cause).map(Entry::verdict).min()?;
        let opposed = self.entries(cause).any(|entry| entry.rule.effect == Effect::Opposes);
        Some(if opposed { verdict.max(Verdict::Possible) } else { verdict })
    }

    /// What a cause weighs that is open.
    pub(super) fn weight(&self, cause: Cause) -> Option<Weight> {
        self.standing(cause).filter(|entry| entry.verdict().is_open()).map(|entry| entry.weight)
    }

    /// Every verdict that was given.
    pub(super) fn verdicts(&self) -> BTreeMap<Cause, Verdict> {
        self.applied.keys().filter_map(|&(cause, _)| Some((cause, self.verdict(cause)?))).collect()
    }

    /// The surest verdict among causes of this weight.
    pub(super) fn surest(&self, weight: Weight) -> Option<Verdict> {
        let weighs = |cause: Cause| self.standing(cause).is_some_and(|entry| entry.weight == weight);
        let causes = self.applied.keys().map(|&(cause, _)| cause).filter(|&cause| weighs(cause));
        causes.filter_map(|cause| self.verdict(cause)).min()
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
        let last = self.applied.len();
        let mut findings: Vec<_> = Cause::ALL
            .iter()
            .map(|&cause| {
                let finding = self.finding(cause, view);
                let (order, weight) = self
                    .standing(cause)
                    .map_or((last, Weight::Informs), |standing| (standing.order, standing.weight));
                let open = finding.verdict.is_open();
                let cannot_show = shown.is_some_and(|shown| !cause.can_show(shown));
                ((!(open && explains(weight)), finding.verdict, cannot_show, weight, order, cause), finding)
            })
            .collect();
        findings.sort_by_key(|(key, _)| *key);
        findings.into_iter().map(|(_, finding)| finding).collect()
    }

    fn finding(&self, cause: Cause, view: &View<'_>) -> Finding {
        let entries: Vec<&Entry> = self.entries(cause).collect();
        let standing = self.standing(cause);
        let verdict = self.verdict(cause).unwrap_or(Verdict::NotObservable);
        let (open, settled) = (verdict.is_open(), matches!(verdict, Verdict::Confirmed | Verdict::RuledOut));
        Finding {
            cause,
            verdict,
            stage: cause.stage(),
            message: standing.map_or_else(String::new, |entry| entry.message.clone()),
            evidence: evidence(&entries, standing),
            contradiction: contradiction(&entries, verdict),
            not_proved: standing.and_then(|entry| entry.not_proved.clone()),
            rules: rules(&entries),
            remedies: if open { remedies::for_cause(cause, &Facts::new(view)) } else { Vec::new() },
            settle_by: if settled {
                Vec::new()
            } else {
                cause.settle_by(view.product.may_be_windows()).map(str::to_owned).collect()
            },
            not_offered: if open { cause.not_offered() } else { Vec::new() },
        }
    }
}

/// All evidence of a cause, that of the standing entry first.
fn evidence(entries: &[&Entry], standing: Option<&Entry>) -> Vec<EvidenceReference> {
    let others =
        entries.iter().copied().filter(|entry| !standing.is_some_and(|one| std::ptr::eq(one, *entry)));
    let mut references: Vec<EvidenceReference> = Vec::new();
    for entry in standing.into_iter().chain(others) {
        // That something hides a cause is no evidence beside what shows it.
        let Some(bearing) = entry.speaks() else {
            continue;
        };
        for (at, seen) in &entry.evidence {
            let reference = EvidenceReference { at: at.clone(), seen: seen.clone(), bearing };
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
    }
    references
}

/// What speaks against a verdict that is confirmed or likely.
fn contradiction(entries: &[&Entry], verdict: Verdict) -> Option<String> {
    let against = entries.iter().find(|entry| entry.rule.effect == Effect::Excludes)?;
    (verdict <= Verdict::Likely)
        .then(|| format!("Other evidence speaks against it: {} What was seen differs from time to time, or between the places it was seen from.", against.message))
}

fn rules(entries: &[&Entry]) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for entry in entries {
        if !codes.iter().any(|code| code == entry.rule.code) {
            codes.push(entry.rule.code.to_owned());
        }
    }
    codes
}
