//! Which clients get through TLS and CredSSP with the host as it was measured, by their default settings.

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::evidence::{Evidence, NumberedName, Stage, SuiteSupport, TlsSession, TlsSupport, VersionState};
use crate::wire::tls::Suite;
use crate::wire::tls::profiles::{ClientProfile, PROFILES};
use crate::wire::tls::suite::Exchange;

/// The client that "a current client" stands for where TLS is concerned.
pub(super) const CURRENT: &str = "windows-11-24h2";

/// How far a client comes with the host as it was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClientOutlook {
    /// Stable code of the client.
    pub client: String,
    /// Its name.
    pub name: String,
    /// How far it comes.
    pub outcome: Outcome,
    /// The stage at which it stops; null unless it does.
    pub stage: Option<Stage>,
    /// The cause that stops it; null unless it is stopped.
    pub cause: Option<Cause>,
    /// Why, in one sentence.
    pub reason: String,
}

/// How far a client comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// As far as the first CredSSP message, or the end of TLS where there is no CredSSP. The certificate is left to its user.
    Connects,
    /// It is stopped before.
    Stops,
    /// What was measured does not say.
    Unknown,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &'static [Self] = &[Self::Connects, Self::Stops, Self::Unknown];

    /// Stable code of this outcome, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Connects => "connects",
            Self::Stops => "stops",
            Self::Unknown => "unknown",
        }
    }
}

impl ClientOutlook {
    /// Whether it connects.
    #[must_use]
    pub fn connects(&self) -> bool {
        self.outcome == Outcome::Connects
    }

    /// Whether it is stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.outcome == Outcome::Stops
    }
}

/// One outlook for each client, where TLS was reached; none otherwise.
pub(super) fn outlook(evidence: &Evidence) -> Vec<ClientOutlook> {
    let mut outlook = by_tls(evidence);
    let old_credssp =
        evidence.stages.credssp.facts().map(|facts| facts.version).filter(|version| (2..5).contains(version));
    if let Some(version) = old_credssp {
        for client in
            outlook.iter_mut().filter(|client| client.connects() && client.client.starts_with("windows"))
        {
            client.outcome = Outcome::Stops;
            client.stage = Some(Stage::Credssp);
            client.cause = Some(Cause::CredsspOraclePolicy);
            client.reason = format!(
                "With the updates of May 2018 it refuses a host that speaks CredSSP version {version}."
            );
        }
    }
    outlook
}

/// The same for TLS alone.
pub(super) fn by_tls(evidence: &Evidence) -> Vec<ClientOutlook> {
    let support = evidence.stages.tls_support.facts();
    let session = evidence.stages.tls.facts();
    if support.is_none_or(|support| support.accepted().next().is_none()) && session.is_none() {
        return Vec::new();
    }
    PROFILES.iter().map(|profile| judge(profile, support, session)).collect()
}

fn judge(
    profile: &ClientProfile,
    support: Option<&TlsSupport>,
    session: Option<&TlsSession>,
) -> ClientOutlook {
    let said = |outcome, cause: Option<Cause>, reason: String| ClientOutlook {
        client: profile.code.to_owned(),
        name: profile.name.to_owned(),
        outcome,
        stage: cause.and(Some(Stage::Tls)),
        cause,
        reason,
    };
    let named =
        |number: &NumberedName| number.name.clone().unwrap_or_else(|| format!("0x{:04x}", number.value));
    if let Some(support) = support {
        let mut unseen = false;
        // The highest version that both have is the one; there is no going back from it.
        let mut versions = profile.versions.to_vec();
        versions.sort_unstable();
        for version in versions.iter().rev() {
            let Some(known) = support.version(*version) else {
                unseen = true;
                continue;
            };
            match known.state {
                VersionState::Refused => {}
                VersionState::NotSeen => unseen = true,
                VersionState::Accepted if unseen => break,
                VersionState::Accepted => {
                    let common = known.suites.iter().find(|suite| {
                        profile.suites.contains(&suite.suite.value) && has_group(profile, support, suite)
                    });
                    return match common {
                        Some(suite) => said(
                            Outcome::Connects,
                            None,
                            format!("{} with {} is common.", named(&known.version), named(&suite.suite)),
                        ),
                        None if known.suites_complete => said(
                            Outcome::Stops,
                            Some(Cause::NoCommonCipherSuite),
                            format!("{} is common, and none of its suites.", named(&known.version)),
                        ),
                        None => said(
                            Outcome::Unknown,
                            None,
                            format!("Not all suites of {} were asked for.", named(&known.version)),
                        ),
                    };
                }
            }
        }
        if !unseen {
            let own: Vec<String> = profile
                .versions
                .iter()
                .filter_map(|version| crate::wire::tls::names::version_name(*version).map(str::to_owned))
                .collect();
            return said(
                Outcome::Stops,
                Some(Cause::NoCommonTlsVersion),
                format!("It speaks {}, and the host none of them.", own.join(", ")),
            );
        }
    }
    if let Some(session) = session
        && profile.versions.contains(&session.version.value)
        && profile.suites.contains(&session.cipher_suite.value)
    {
        return said(
            Outcome::Connects,
            None,
            format!("{} with {} is common.", named(&session.version), named(&session.cipher_suite)),
        );
    }
    said(Outcome::Unknown, None, "What it speaks was not asked for.".to_owned())
}

/// Whether the key exchange of a suite that both have can work.
fn has_group(profile: &ClientProfile, support: &TlsSupport, suite: &SuiteSupport) -> bool {
    let needs_group = Suite::of(suite.suite.value)
        .is_some_and(|known| matches!(known.exchange, Exchange::Ecdhe | Exchange::Tls13));
    !needs_group
        || !support.groups_complete
        || support.groups.iter().any(|group| profile.groups.contains(&group.value))
}
