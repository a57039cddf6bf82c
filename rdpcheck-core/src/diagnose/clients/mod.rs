//! How far each client comes with the host as it was measured, by its default settings: stage for stage, until one stops it
//! or nothing further was measured.

mod certificate;
mod credssp;
mod negotiate;
#[cfg(test)]
mod tests;
mod tls;

use serde::{Deserialize, Serialize};

use super::Cause;
use super::finding::{Finding, Verdict};
use super::view::View;
use crate::evidence::{FailureKind, Stage};
use crate::wire::tls::profiles::{ClientProfile, PROFILES};
use negotiate::Security;

pub(super) use tls::by_tls;

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
    /// The cause that stops it; null unless it is stopped, and where what stops it may have more than one cause.
    pub cause: Option<Cause>,
    /// The last stage that was measured and that it gets through; null when there is none.
    #[serde(default)]
    pub reaches: Option<Stage>,
    /// What it asks its user about, or shows as a warning, before it goes on. A client with Kerberos need not ask: that proves
    /// the host as well.
    #[serde(default)]
    pub warns: Vec<Cause>,
    /// Why, in one sentence.
    pub reason: String,
}

/// How far a client comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing that was measured stops it: as far as `reaches`, and at most to the first CredSSP message.
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

/// One outlook for each client; none where TCP did not connect.
pub(super) fn outlook(view: &View<'_>, findings: &[Finding]) -> Vec<ClientOutlook> {
    let stages = &view.evidence.stages;
    if stages.connect.facts().is_none() || matches!(view.failure, Some((Stage::Resolve | Stage::Connect, _)))
    {
        return Vec::new();
    }
    PROFILES.iter().map(|profile| Course::begin(profile).run(view, findings)).collect()
}

/// What a stage of the host does to a client.
enum Step<T = ()> {
    /// It gets through.
    Passes(T),
    /// It is stopped.
    Stops(Option<Cause>, String),
    /// What was measured does not say.
    Unknown(String),
}

/// A client on its way through the stages.
struct Course {
    profile: &'static ClientProfile,
    reaches: Option<Stage>,
    warns: Vec<Cause>,
    /// What is said of it if nothing stops it.
    words: Vec<String>,
}

/// Why a client comes no further.
struct End {
    outcome: Outcome,
    stage: Option<Stage>,
    cause: Option<Cause>,
    reason: String,
}

impl Course {
    fn begin(profile: &'static ClientProfile) -> Self {
        Self { profile, reaches: None, warns: Vec::new(), words: Vec::new() }
    }

    fn run(mut self, view: &View<'_>, findings: &[Finding]) -> ClientOutlook {
        let end = self.stages(view, findings).err();
        let end = end.unwrap_or_else(|| End {
            outcome: Outcome::Connects,
            stage: None,
            cause: None,
            reason: self.words.join(" "),
        });
        // Whoever is stopped has nothing left to be asked about.
        let warns = if end.outcome == Outcome::Stops { Vec::new() } else { self.warns };
        ClientOutlook {
            client: self.profile.code.to_owned(),
            name: self.profile.name.to_owned(),
            outcome: end.outcome,
            stage: end.stage,
            cause: end.cause,
            reaches: self.reaches,
            warns,
            reason: end.reason,
        }
    }

    fn stages(&mut self, view: &View<'_>, findings: &[Finding]) -> Result<(), End> {
        let profile = self.profile;
        let security = self.takes(Stage::Negotiate, negotiate::judge(profile, view, findings))?;
        if security == Security::Standard {
            self.takes(Stage::StandardSecurity, negotiate::standard(view))?;
            self.warns.push(Cause::SecurityLayerRdpOnly);
            self.words.push(
                "The host takes only Standard RDP Security; the client asks again without TLS, and cannot tell who the host is."
                    .to_owned(),
            );
            return Ok(());
        }
        let agreed = self.takes(Stage::Tls, tls::judge(profile, view, findings))?;
        self.takes(Stage::Tls, certificate::of_client(view))?;
        self.words.push(agreed);
        if let Some(step) = certificate::judge(profile, &view.evidence.stages.certificate) {
            let warns = self.takes(Stage::Certificate, step)?;
            if !warns.is_empty() {
                self.words.push(format!("It asks its user first: {}.", certificate::words(&warns)));
                self.warns = warns;
            }
        }
        if security == Security::CredSsp
            && let Some(step) = credssp::judge(profile, view)
        {
            self.takes(Stage::Credssp, step)?;
        }
        Ok(())
    }

    fn takes<T>(&mut self, stage: Stage, step: Step<T>) -> Result<T, End> {
        match step {
            Step::Passes(passed) => {
                self.reaches = Some(stage);
                Ok(passed)
            }
            Step::Stops(cause, reason) => {
                Err(End { outcome: Outcome::Stops, stage: Some(stage), cause, reason })
            }
            Step::Unknown(reason) => Err(End { outcome: Outcome::Unknown, stage: None, cause: None, reason }),
        }
    }
}

/// What a failure of the main connection at this stage means for clients, where it does not depend on what they offer:
/// silence, a reset or nonsense, again and again, meets them all.
fn whoever_comes<T>(view: &View<'_>, stage: Stage, findings: &[Finding]) -> Option<Step<T>> {
    let failure = view.failed_at(stage)?;
    let ends = matches!(
        failure.kind,
        FailureKind::Closed
            | FailureKind::ProtocolViolation { .. }
            | FailureKind::Reset
            | FailureKind::TimedOut { .. }
            | FailureKind::TlsAlert { .. }
    );
    if !ends {
        return None;
    }
    if view.same_repeats() == 0 || view.hardly_waited() {
        return Some(Step::Unknown(format!(
            "The connection failed before anything that tells clients apart: {}.",
            failure.kind
        )));
    }
    // The one that explains it is first among the findings.
    let cause = findings
        .iter()
        .find(|finding| finding.verdict <= Verdict::Likely && finding.cause.stage() == Some(stage))
        .map(|finding| finding.cause);
    Some(Step::Stops(cause, format!("Every try ended in the same way: {}.", failure.kind)))
}
