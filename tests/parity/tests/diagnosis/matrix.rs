//! For every cause: evidence that speaks for it, evidence that excludes it, and its neighbours' evidence, which must not
//! be taken for it.

use std::collections::{BTreeMap, BTreeSet};

use rdpcheck_core::diagnose::{Effect, Rule};
use rdpcheck_core::{Cause, Headline, Verdict};

use crate::corpus::{CORPUS, Set};

/// Causes for which nothing speaks that this corpus can hold, and why.
const NOTHING_FOR: &[(Cause, &str)] = &[
    (Cause::CredentialsRejected, "only the client's code or the host shows it"),
    (Cause::AccountRestricted, "only the client's code or the host shows it"),
    (Cause::NotAuthorised, "only the client's code or the host shows it"),
    (Cause::StuckSession, "only the client's code or the host shows it"),
    (Cause::Licensing, "only the client's code or the host shows it"),
    (Cause::Gateway, "only the client's code shows it"),
    (Cause::UdpTransportDrops, "it breaks an established session, which a check has not"),
    (Cause::PolicyFlapping, "only the host shows it"),
    (Cause::AdapterPowerSaving, "only the host shows it"),
    (Cause::WebsocketRule, "it is never a cause, and named to say so"),
];

/// Causes that nothing excludes, and why.
const NOTHING_EXCLUDES: &[(Cause, &str)] = &[
    (Cause::TlsIntercepted, "only the thumbprint on the host excludes it"),
    (Cause::NoLogonServer, "a challenge is made without asking a logon server"),
    (Cause::DomainTrustBroken, "a challenge is made without asking the domain"),
    (Cause::CredentialsRejected, "no check has credentials"),
    (Cause::AccountRestricted, "no check has credentials"),
    (Cause::NotAuthorised, "no check has credentials"),
    (Cause::StuckSession, "no check has credentials"),
    (Cause::Licensing, "no check has credentials"),
    (Cause::Gateway, "no check goes through one"),
    (Cause::UdpTransportDrops, "it breaks an established session, which a check has not"),
    (Cause::AdapterPowerSaving, "an adapter that is awake may still be switched off later"),
    (Cause::SleepEnabled, "a host that is awake may still be set to sleep"),
    (Cause::NtlmRefused, "a host that gives a challenge may refuse the logon that follows"),
];

/// Where the first is confirmed, the second may well be likely or confirmed as well.
const GO_TOGETHER: &[(Cause, Cause, &str)] = &[
    (Cause::HostAsleep, Cause::SleepEnabled, "what had to be woken was most likely set to sleep"),
    (Cause::NoCommonTlsVersion, Cause::LegacyTlsEnabled, "a host that is too old speaks old versions"),
    (Cause::LegacyTlsEnabled, Cause::NoCommonTlsVersion, "a host that is too old speaks old versions"),
    (
        Cause::NoCommonCipherSuite,
        Cause::LegacyTlsEnabled,
        "a host that is too old has old suites and versions",
    ),
    (
        Cause::LegacyTlsEnabled,
        Cause::NoCommonCipherSuite,
        "a host that is too old has old suites and versions",
    ),
    (
        Cause::CertificateExpired,
        Cause::CertificateRenewalFails,
        "what Windows renews itself expires when that fails",
    ),
];

/// Whether a rule of one of these effects was applied to this cause.
fn fires(set: &Set, cause: Cause, effects: &[Effect]) -> bool {
    set.finding(cause)
        .rules
        .iter()
        .filter_map(|code| Rule::of(code))
        .any(|rule| effects.contains(&rule.effect))
}

#[test]
fn every_rule_fires() {
    let fired: BTreeSet<&str> = CORPUS
        .iter()
        .flat_map(|set| &set.diagnosis.findings)
        .flat_map(|finding| &finding.rules)
        .map(String::as_str)
        .collect();
    let dead: Vec<&str> = Rule::all().map(|rule| rule.code).filter(|code| !fired.contains(code)).collect();
    assert!(dead.is_empty(), "{} rules that nothing fires: {dead:#?}", dead.len());
    let mut never: BTreeMap<&str, Vec<Cause>> = BTreeMap::new();
    for rule in Rule::all().filter(|rule| rule.causes != Cause::ALL) {
        for &cause in rule.causes {
            if !CORPUS.iter().any(|set| set.finding(cause).rules.iter().any(|code| code == rule.code)) {
                never.entry(rule.code).or_default().push(cause);
            }
        }
    }
    assert!(never.is_empty(), "rules that never speak of a cause of theirs: {never:#?}");
}

/// Checks that a rule of these effects fires for every cause but those of the table.
fn every_cause_has(effects: &[Effect], exceptions: &[(Cause, &str)]) {
    for &cause in Cause::ALL {
        let fires = CORPUS.iter().any(|set| fires(set, cause, effects));
        let exception = exceptions.iter().find(|(other, _)| *other == cause);
        match (fires, exception) {
            (false, None) => panic!("{cause}: no evidence for which one of its rules {effects:?}"),
            (true, Some((_, reason))) => {
                panic!("{cause}: it has evidence, so that this is not true: {reason}")
            }
            _ => {}
        }
    }
}

#[test]
fn every_cause_has_evidence_for_it() {
    every_cause_has(&[Effect::Confirms, Effect::Supports, Effect::Fits], NOTHING_FOR);
}

#[test]
fn every_cause_has_evidence_that_excludes_it() {
    every_cause_has(&[Effect::Excludes], NOTHING_EXCLUDES);
}

/// Causes that stop a connection at the same stage, or that show the same code.
fn neighbours(one: Cause, other: Cause) -> bool {
    one != other
        && (one.stage().is_some() && one.stage() == other.stage()
            || one.shows().any(|shown| other.shows().any(|also| also == shown)))
}

#[test]
fn a_neighbour_is_not_taken_for_it() {
    let mut taken: BTreeMap<(Cause, Cause), BTreeSet<&str>> = BTreeMap::new();
    for set in CORPUS.iter() {
        let sure = |verdict| {
            set.diagnosis
                .findings
                .iter()
                .filter(move |finding| finding.verdict <= verdict)
                .map(|finding| finding.cause)
        };
        for confirmed in sure(Verdict::Confirmed) {
            for other in sure(Verdict::Likely).filter(|other| neighbours(confirmed, *other)) {
                taken.entry((confirmed, other)).or_default().insert(&set.name);
            }
        }
    }
    for (one, other, reason) in GO_TOGETHER {
        assert!(
            taken.remove(&(*one, *other)).is_some(),
            "{one} without {other}, so that this is not true: {reason}"
        );
    }
    assert!(taken.is_empty(), "{taken:#?}");
}

/// What is normal is said and is no fault: never more than this, and never what the headline is made of.
#[test]
fn normal_things_are_no_findings() {
    let normal = [
        ("certificate-self-signed", Cause::CertificateUntrusted, Verdict::Possible),
        ("windows-nla", Cause::CertificateUntrusted, Verdict::Possible),
        ("windows-nla", Cause::CertificateNameMismatch, Verdict::Possible),
        ("certificate-renewal-due", Cause::CertificateExpiresSoon, Verdict::Possible),
        ("deep-healthy", Cause::NlaRequired, Verdict::Possible),
        ("deep-healthy", Cause::TlsRequired, Verdict::NotObservable),
        ("client-certificate-asked", Cause::ClientCertificateRequired, Verdict::Possible),
        ("takes-entra-id-too", Cause::EntraIdRequired, Verdict::Possible),
        ("one-segment-resent", Cause::PacketLoss, Verdict::NotObservable),
        ("udp-silent", Cause::UdpTransportDrops, Verdict::NotObservable),
        ("legacy-tls-also", Cause::LegacyTlsEnabled, Verdict::Confirmed),
    ];
    for (name, cause, verdict) in normal {
        let set = CORPUS.iter().find(|set| set.name == name).unwrap();
        assert_eq!(set.finding(cause).verdict, verdict, "{name}: {cause}");
        assert_eq!(set.diagnosis.headline, Headline::Healthy, "{name}");
    }
    for set in CORPUS.iter() {
        assert!(!set.finding(Cause::WebsocketRule).verdict.is_open(), "{}", set.name);
    }
}

/// What a proven failure hides is said, with the stage that it ended at.
#[test]
fn what_an_earlier_failure_hides_is_said() {
    let hidden = [
        ("name-unknown", "resolve", [Cause::RdpNotListening, Cause::ListenerKeyUnusable, Cause::ClockSkew]),
        ("port-closed", "connect", [Cause::NotRdp, Cause::CertificateExpired, Cause::CredsspFails]),
        ("tls-reset-always", "tls", [Cause::CertificateExpired, Cause::ClockSkew, Cause::NtlmRefused]),
    ];
    for (name, stage, causes) in hidden {
        let set = CORPUS.iter().find(|set| set.name == name).unwrap();
        for cause in causes {
            let finding = set.finding(cause);
            let said = format!("The connection ended at the {stage} stage, before this could be seen");
            assert_eq!(finding.verdict, Verdict::NotObservable, "{name}: {cause}");
            assert!(finding.message.starts_with(&said), "{name}: {cause}: {}", finding.message);
            assert_eq!(finding.rules, ["ended-before"], "{name}: {cause}");
        }
    }
}
