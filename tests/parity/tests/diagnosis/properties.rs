//! What must hold of every diagnosis, whatever the evidence.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use rdpcheck_core::diagnose::{Bearing, Effect, Rule, diagnose};
use rdpcheck_core::evidence::{Evidence, Probe};
use rdpcheck_core::{Cause, ClientError, Finding, Verdict};

use crate::corpus::{CORPUS, Set};

/// Sets that are made for each property.
const CASES: u32 = 100;

/// What clients show, as far as the catalogue knows it.
fn shown() -> impl Strategy<Value = Option<ClientError>> {
    let known: Vec<ClientError> = Cause::ALL.iter().flat_map(|cause| cause.shows()).collect();
    proptest::option::of(proptest::sample::select(known))
}

/// The main connection of one set with follow-ups of two, which no real check need ever have seen.
fn mixed() -> impl Strategy<Value = Set> {
    let set = || any::<Index>().prop_map(|index| index.get(&CORPUS[..]));
    (set(), set(), set(), shown())
        .prop_flat_map(|(main, one, other, shown)| {
            let follow_ups = [main, one, other].map(|set| set.evidence.follow_ups.clone()).concat();
            let some = 0..=follow_ups.len();
            (Just(main), Just(other), subsequence(follow_ups, some), any::<bool>(), Just(shown))
        })
        .prop_map(|(main, other, follow_ups, measured, shown)| {
            let mut evidence = main.evidence.clone();
            evidence.follow_ups = follow_ups;
            // No two begin at once, or nobody could tell equal ones apart.
            for (place, follow_up) in (0_u64..).zip(&mut evidence.follow_ups) {
                follow_up.started_after += Duration::from_nanos(place);
            }
            if measured {
                evidence.stages.path = other.evidence.stages.path.clone();
                evidence.stages.tls_support = other.evidence.stages.tls_support.clone();
            }
            Set::new(format!("{} with {}", main.name, other.name), evidence, shown)
        })
}

/// A set and the places of its follow-ups and attempts in another order.
fn shuffled() -> impl Strategy<Value = (Set, Vec<usize>, Vec<usize>)> {
    mixed().prop_flat_map(|set| {
        let order = |count: usize| Just((0..count).collect::<Vec<_>>()).prop_shuffle();
        let (follow_ups, attempts) =
            (order(set.evidence.follow_ups.len()), order(set.evidence.connect_attempts.len()));
        (Just(set), follow_ups, attempts)
    })
}

/// The findings with every pointer into one of these lists led to where `order` has it from.
fn led_back(findings: &[Finding], list: &str, order: &[usize]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    for reference in findings.iter_mut().flat_map(|finding| &mut finding.evidence) {
        let Some(rest) = reference.at.strip_prefix(list) else { continue };
        let (place, rest) = rest.split_once('/').map_or((rest, None), |(place, rest)| (place, Some(rest)));
        let place = order[place.parse::<usize>().unwrap()];
        reference.at = rest.map_or_else(|| format!("{list}{place}"), |rest| format!("{list}{place}/{rest}"));
    }
    findings
}

fn counts(evidence: &Evidence) -> RangeInclusive<usize> {
    0..=evidence.follow_ups.len()
}

/// What is wrong with a diagnosis by itself.
fn faults(set: &Set) -> Vec<String> {
    let report = set.report();
    let mut faults = Vec::new();
    for finding in &set.diagnosis.findings {
        let mut fault = |what: String| faults.push(format!("{}: {}: {what}", set.name, finding.cause));
        let settled = matches!(finding.verdict, Verdict::Confirmed | Verdict::RuledOut);
        let rests_on = finding.evidence.iter().any(|reference| reference.bearing == Bearing::For);
        if finding.verdict.is_open() && !rests_on {
            fault(format!("{} and rests on nothing", finding.verdict));
        }
        if finding.verdict == Verdict::RuledOut && finding.evidence.is_empty() {
            fault("ruled out by nothing".to_owned());
        }
        if settled != finding.settle_by.is_empty() {
            fault(format!("{} and {} ways to settle it", finding.verdict, finding.settle_by.len()));
        }
        if finding.message.is_empty() || finding.rules.is_empty() {
            fault("nothing says why".to_owned());
        }
        let excluded = finding
            .rules
            .iter()
            .filter_map(|code| Rule::of(code))
            .any(|rule| rule.effect == Effect::Excludes && finding.verdict <= Verdict::Likely);
        if excluded != finding.contradiction.is_some() {
            fault(format!("contradiction: {:?}", finding.contradiction));
        }
        for reference in &finding.evidence {
            if report.pointer(&reference.at).is_none_or(serde_json::Value::is_null) {
                fault(format!("nothing at {}", reference.at));
            }
        }
    }
    let causes: BTreeSet<Cause> = set.diagnosis.findings.iter().map(|finding| finding.cause).collect();
    if causes.len() != Cause::ALL.len() || set.diagnosis.findings.len() != causes.len() {
        faults.push(format!("{}: not one finding for each cause", set.name));
    }
    faults
}

/// Causes that were ruled out and are confirmed with more evidence, without a word of it.
fn turned(before: &Set, after: &Set) -> Vec<String> {
    // The main connection to a host that was woken came after that: without it, there is no such evidence.
    let woken = after.evidence.follow_ups.iter().any(|follow_up| follow_up.probe == Probe::WakeOnLan);
    let ruled_out = before.diagnosis.findings.iter().filter(|finding| finding.verdict == Verdict::RuledOut);
    ruled_out
        .filter(|finding| !(woken && finding.cause == Cause::HostAsleep))
        // That each look saw the same certificate holds until one sees another.
        .filter(|finding| finding.cause != Cause::CertificateVaries)
        .map(|finding| after.finding(finding.cause))
        .filter(|finding| finding.verdict == Verdict::Confirmed && finding.contradiction.is_none())
        .map(|finding| format!("{} to {}: {} turned", before.name, after.name, finding.cause))
        .collect()
}

#[test]
fn of_every_set() {
    let faults: Vec<String> = CORPUS.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn more_evidence_turns_nothing() {
    let mut all = Vec::new();
    for set in CORPUS.iter() {
        let mut in_time = set.evidence.clone();
        in_time.follow_ups.sort_by_key(|follow_up| follow_up.started_after);
        let growing: Vec<Set> = counts(&in_time)
            .map(|count| {
                let mut evidence = in_time.clone();
                evidence.follow_ups.truncate(count);
                Set::new(format!("{} with {count}", set.name), evidence, set.shown)
            })
            .collect();
        for (place, before) in growing.iter().enumerate() {
            all.extend(growing.iter().skip(place + 1).flat_map(|after| turned(before, after)));
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_evidence(set in mixed()) {
        let faults = faults(&set);
        prop_assert!(faults.is_empty(), "{:#?}", faults);
    }

    #[test]
    fn what_a_client_shows_turns_nothing(set in mixed()) {
        let untold = Set::new(format!("{} and no client", set.name), set.evidence.clone(), None);
        let turned = turned(&untold, &set);
        prop_assert!(turned.is_empty(), "{:#?}", turned);
    }

    #[test]
    fn the_same_evidence_says_the_same(set in mixed()) {
        prop_assert_eq!(diagnose(&set.evidence, set.shown), set.diagnosis);
    }

    #[test]
    fn the_order_of_evidence_does_not_matter((set, follow_ups, attempts) in shuffled()) {
        let mut evidence = set.evidence.clone();
        evidence.follow_ups = follow_ups.iter().map(|&place| set.evidence.follow_ups[place].clone()).collect();
        evidence.connect_attempts =
            attempts.iter().map(|&place| set.evidence.connect_attempts[place].clone()).collect();
        let mut again = diagnose(&evidence, set.shown);
        again.findings = led_back(&again.findings, "/follow_ups/", &follow_ups);
        again.findings = led_back(&again.findings, "/connect_attempts/", &attempts);
        prop_assert_eq!(again, set.diagnosis);
    }

    #[test]
    fn any_more_evidence_turns_nothing(set in mixed(), places in proptest::collection::vec(any::<Index>(), 2)) {
        let mut in_time = set.evidence.clone();
        in_time.follow_ups.sort_by_key(|follow_up| follow_up.started_after);
        let upto = |count: usize| {
            let mut evidence = in_time.clone();
            evidence.follow_ups.truncate(count);
            Set::new(format!("{} with {count}", set.name), evidence, set.shown)
        };
        let mut cuts: Vec<usize> =
            places.iter().map(|place| place.index(in_time.follow_ups.len() + 1)).collect();
        cuts.sort_unstable();
        let turned = turned(&upto(cuts[0]), &upto(cuts[1]));
        prop_assert!(turned.is_empty(), "{:#?}", turned);
    }
}
