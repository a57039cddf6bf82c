//! Whether a client and the host have a TLS version, suite, group and signature in common.

use super::super::Cause;
use super::super::finding::{Finding, Verdict};
use super::super::view::View;
use super::{ClientOutlook, Outcome, Step, whoever_comes};
use crate::evidence::{
    Evidence, KeyAlgorithm, NumberedName, Probe, Stage, SuiteOrder, SuiteSupport, TlsSession, TlsSupport,
    VersionState, VersionSupport,
};
use crate::wire::tls::profiles::{ClientProfile, PROFILES};
use crate::wire::tls::suite::{Authentication, Exchange};
use crate::wire::tls::{Suite, TLS_1_2, TLS_1_3};

/// One outlook for each client from TLS alone, where TLS was reached; none otherwise.
pub(in crate::diagnose) fn by_tls(evidence: &Evidence) -> Vec<ClientOutlook> {
    let host = Host::of(evidence);
    if host.is_silent() {
        return Vec::new();
    }
    PROFILES
        .iter()
        .map(|profile| {
            let (outcome, cause, reason) = match host.meets(profile) {
                Step::Passes(agreed) => (Outcome::Connects, None, agreed),
                Step::Stops(cause, reason) => (Outcome::Stops, cause, reason),
                Step::Unknown(reason) => (Outcome::Unknown, None, reason),
            };
            ClientOutlook {
                client: profile.code.to_owned(),
                name: profile.name.to_owned(),
                outcome,
                stage: (outcome == Outcome::Stops).then_some(Stage::Tls),
                cause,
                reaches: (outcome == Outcome::Connects).then_some(Stage::Tls),
                warns: Vec::new(),
                reason,
            }
        })
        .collect()
}

/// What the two agree on, in one sentence, where they do.
pub(super) fn judge(profile: &ClientProfile, view: &View<'_>, findings: &[Finding]) -> Step<String> {
    let host = Host::of(view.evidence);
    if !host.is_silent() {
        return host.meets(profile);
    }
    // What old clients offer was tried as well, and not answered either.
    let others = [Probe::BroadHello, Probe::OldHello];
    let tried = others.iter().any(|probe| view.follow_ups(*probe).any(|other| other.failure.is_some()))
        || host.support.is_some_and(|support| {
            support.versions.iter().all(|version| version.state == VersionState::Refused)
        });
    let answered = others.iter().any(|probe| view.answers_hello(*probe));
    if let Some(cause) = whatever_is_offered(findings) {
        return Step::Stops(Some(cause), format!("Whatever it offers, {}.", cause.says()));
    }
    match whoever_comes(view, Stage::Tls, findings) {
        Some(step) if tried && !answered => step,
        _ => Step::Unknown(
            "TLS was not completed, and which versions and suites the host has is not known.".to_owned(),
        ),
    }
}

/// A cause that is as good as proved and does not mind what a hello offers.
fn whatever_is_offered(findings: &[Finding]) -> Option<Cause> {
    let found = |cause: Cause, least: Verdict| {
        findings.iter().any(|finding| finding.cause == cause && finding.verdict <= least)
    };
    [
        (Cause::ClientCertificateRequired, Verdict::Likely),
        (Cause::ListenerKeyUnusable, Verdict::Confirmed),
        (Cause::MiddleboxResetsTls, Verdict::Confirmed),
        (Cause::MiddleboxDropsTls, Verdict::Confirmed),
        (Cause::TlsServiceHung, Verdict::Confirmed),
    ]
    .into_iter()
    .find_map(|(cause, least)| found(cause, least).then_some(cause))
}

/// What is known of the host's TLS.
struct Host<'a> {
    support: Option<&'a TlsSupport>,
    session: Option<&'a TlsSession>,
    key: Option<&'a KeyAlgorithm>,
}

impl<'a> Host<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        let stages = &evidence.stages;
        Self {
            support: stages.tls_support.facts(),
            session: stages.tls.facts(),
            key: stages.certificate.facts().map(|facts| &facts.key),
        }
    }

    fn is_silent(&self) -> bool {
        self.support.is_none_or(|support| support.accepted().next().is_none()) && self.session.is_none()
    }

    fn meets(&self, profile: &ClientProfile) -> Step<String> {
        if let Some(support) = self.support
            && let Some(step) = self.surveyed(profile, support)
        {
            return step;
        }
        if let Some(session) = self.session
            && profile.versions.contains(&session.version.value)
            && profile.suites.contains(&session.cipher_suite.value)
            && session.key_exchange_group.as_ref().is_none_or(|group| profile.groups.contains(&group.value))
        {
            return self.agreed(profile, &session.version, &session.cipher_suite);
        }
        Step::Unknown("What it speaks was not asked for.".to_owned())
    }

    /// None where the survey leaves open which version the two would speak.
    fn surveyed(&self, profile: &ClientProfile, support: &TlsSupport) -> Option<Step<String>> {
        // The highest version that both have is the one; there is no going back from it.
        let mut versions = profile.versions.to_vec();
        versions.sort_unstable();
        for version in versions.iter().rev() {
            let known = support.version(*version)?;
            match known.state {
                VersionState::Refused => {}
                VersionState::NotSeen => return None,
                VersionState::Accepted => return Some(self.accepted(profile, support, known)),
            }
        }
        let own: Vec<String> = profile
            .versions
            .iter()
            .filter_map(|version| crate::wire::tls::names::version_name(*version).map(str::to_owned))
            .collect();
        Some(Step::Stops(
            Some(Cause::NoCommonTlsVersion),
            format!("It speaks {}, and the host none of them.", own.join(", ")),
        ))
    }

    fn accepted(
        &self,
        profile: &ClientProfile,
        support: &TlsSupport,
        known: &VersionSupport,
    ) -> Step<String> {
        let version = named(&known.version);
        let common: Vec<&SuiteSupport> = known
            .suites
            .iter()
            .filter(|suite| profile.suites.contains(&suite.suite.value) && has_group(profile, support, suite))
            .collect();
        if common.is_empty() {
            return if known.suites_complete {
                Step::Stops(
                    Some(Cause::NoCommonCipherSuite),
                    format!("{version} is common, and none of its suites."),
                )
            } else {
                Step::Unknown(format!("Not all suites of {version} were asked for."))
            };
        }
        let works = |suite: &SuiteSupport| can_finish(profile, known.version.value, suite);
        let Some(first) = common.iter().find(|suite| works(suite)) else {
            return if known.suites_complete {
                Step::Stops(
                    Some(Cause::NoCommonCipherSuite),
                    format!(
                        "{version} is common, and the suites that it could use are proved with what it does not take: SHA-1, or primes below {} bits.",
                        profile.least_dh_bits
                    ),
                )
            } else {
                Step::Unknown(format!("Not all suites of {version} were asked for."))
            };
        };
        // The host chooses, and does not know which of them the client would break off.
        let chosen = match support.suite_order {
            _ if common.iter().all(|suite| works(suite)) => Some(*first),
            SuiteOrder::Server => common.first().copied(),
            SuiteOrder::Client => profile
                .suites
                .iter()
                .find_map(|wanted| common.iter().find(|suite| suite.suite.value == *wanted).copied()),
            SuiteOrder::NotSeen => None,
        };
        match chosen {
            Some(suite) if works(suite) => self.agreed(profile, &known.version, &suite.suite),
            Some(suite) => Step::Stops(
                Some(Cause::NoCommonCipherSuite),
                format!(
                    "The host chooses {version} with {}, whose proof it does not take: SHA-1, or a prime below {} bits.",
                    named(&suite.suite),
                    profile.least_dh_bits
                ),
            ),
            None => Step::Unknown(format!(
                "Some suites of {version} work with it and some do not; which the host would choose was not seen."
            )),
        }
    }

    /// Version and suite are common; the certificate's key has to suit as well.
    fn agreed(&self, profile: &ClientProfile, version: &NumberedName, suite: &NumberedName) -> Step<String> {
        let agreed = format!("{} with {} is common.", named(version), named(suite));
        let signed = Suite::of(suite.value)
            .is_none_or(|suite| !matches!(suite.exchange, Exchange::Rsa | Exchange::Anonymous));
        let Some(key) = self.key.filter(|_| signed && version.value >= TLS_1_2) else {
            return Step::Passes(agreed);
        };
        // Where the suite names the kind of key, the host has one of that kind, if not this one.
        let other_kind = Suite::of(suite.value).is_some_and(|suite| match suite.authentication {
            Authentication::Rsa => key.algorithm != "rsa",
            Authentication::Ecdsa => key.algorithm == "rsa",
            _ => false,
        });
        if other_kind || verifies(profile, key, version.value) {
            return Step::Passes(agreed);
        }
        let bits = key.bits.map_or_else(String::new, |bits| format!(" of {bits} bits"));
        Step::Unknown(format!(
            "{agreed} It does not offer to verify signatures by the key that was seen ({}{bits}); whether the host has another was not seen.",
            key.algorithm
        ))
    }
}

/// Whether the client offers a signature scheme that fits the key (RFC 8446 section 4.2.3, RFC 8422 sections 5.1.1 and 5.3).
fn verifies(profile: &ClientProfile, key: &KeyAlgorithm, version: u16) -> bool {
    let offers = |schemes: &[u16]| schemes.iter().any(|scheme| profile.signature_schemes.contains(scheme));
    let pss: &[u16] = &[0x0804, 0x0805, 0x0806];
    match (key.algorithm.as_str(), key.bits) {
        ("rsa", _) if version >= TLS_1_3 => offers(pss),
        ("rsa", _) => offers(&[0x0401, 0x0501, 0x0601, 0x0201]) || offers(pss),
        ("ec", Some(256)) if version >= TLS_1_3 => offers(&[0x0403]),
        ("ec", Some(384)) if version >= TLS_1_3 => offers(&[0x0503]),
        ("ec", Some(521)) if version >= TLS_1_3 => offers(&[0x0603]),
        // Below TLS 1.3 the list of groups holds for the certificate's curve as well.
        ("ec", Some(bits)) if version < TLS_1_3 => {
            let curve = match bits {
                256 => 0x0017,
                384 => 0x0018,
                521 => 0x0019,
                _ => return false,
            };
            profile.groups.contains(&curve) && offers(&[0x0403, 0x0503, 0x0603, 0x0203])
        }
        ("ed25519", _) => offers(&[0x0807]),
        _ => false,
    }
}

/// Whether the client takes what proves the key exchange of this suite.
fn can_finish(profile: &ClientProfile, version: u16, suite: &SuiteSupport) -> bool {
    let exchange = Suite::of(suite.suite.value).map(|suite| suite.exchange);
    let ephemeral = matches!(exchange, Some(Exchange::Dhe | Exchange::Ecdhe));
    let proved = !ephemeral || version >= TLS_1_2 || profile.sha1_signatures;
    proved && suite.dh_bits.is_none_or(|bits| bits >= profile.least_dh_bits)
}

/// Whether the key exchange of a suite that both have can work.
fn has_group(profile: &ClientProfile, support: &TlsSupport, suite: &SuiteSupport) -> bool {
    let needs_group = Suite::of(suite.suite.value)
        .is_some_and(|known| matches!(known.exchange, Exchange::Ecdhe | Exchange::Tls13));
    !needs_group
        || !support.groups_complete
        || support.groups.iter().any(|group| profile.groups.contains(&group.value))
}

fn named(number: &NumberedName) -> String {
    number.name.clone().unwrap_or_else(|| format!("0x{:04x}", number.value))
}
