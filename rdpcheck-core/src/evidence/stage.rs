use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::StageFailure;

/// A step of a Remote Desktop connection, in the order in which a client takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// From a name to addresses.
    Resolve,
    /// The TCP connection.
    Connect,
    /// The X.224 connection request and the choice of a security protocol.
    Negotiate,
    /// The TLS handshake.
    Tls,
    /// What the certificate says.
    Certificate,
    /// The first CredSSP exchange.
    Credssp,
    /// The MCS connection, as far as it goes without a logon: Standard RDP Security, and the server's version.
    StandardSecurity,
    /// Side probe: what the path does to segments.
    Path,
    /// Side probe: the RDP-UDP transport.
    Udp,
    /// Side probe: TLS versions, suites and groups.
    TlsSupport,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: &'static [Self] = &[
        Self::Resolve,
        Self::Connect,
        Self::Negotiate,
        Self::Tls,
        Self::Certificate,
        Self::Credssp,
        Self::StandardSecurity,
        Self::Path,
        Self::Udp,
        Self::TlsSupport,
    ];

    /// Stable code of this stage, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Negotiate => "negotiate",
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Credssp => "credssp",
            Self::StandardSecurity => "standard-security",
            Self::Path => "path",
            Self::Udp => "udp",
            Self::TlsSupport => "tls-support",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a stage was not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// The deadline of the check came first.
    DeadlineReached,
    /// An earlier stage failed.
    EarlierStageFailed,
    /// The host chose a security protocol without this stage.
    NotNegotiated,
    /// A side probe that nothing called for.
    NotNeeded,
    /// The check ended before it came to this stage.
    NotReached,
}

impl SkipReason {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::DeadlineReached,
        Self::EarlierStageFailed,
        Self::NotNegotiated,
        Self::NotNeeded,
        Self::NotReached,
    ];

    /// Stable code of this reason, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::DeadlineReached => "deadline-reached",
            Self::EarlierStageFailed => "earlier-stage-failed",
            Self::NotNegotiated => "not-negotiated",
            Self::NotNeeded => "not-needed",
            Self::NotReached => "not-reached",
        }
    }
}

/// How a stage ended.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a stage ends in one of these three ways")]
#[expect(clippy::large_enum_variant, reason = "there are ten of them in a report, mostly completed")]
pub enum StageOutcome<T> {
    /// It was carried out; these are its facts.
    Completed(T),
    /// The peer, the path or a policy stopped it.
    Failed(StageFailure),
    /// It was not tried.
    Skipped(SkipReason),
}

/// How a stage ended and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "Written<T>", try_from = "Written<T>")]
#[serde(bound(serialize = "T: Clone + Serialize", deserialize = "T: Deserialize<'de>"))]
#[non_exhaustive]
pub struct StageRecord<T> {
    /// How it ended.
    pub outcome: StageOutcome<T>,
    /// How long it took; `None` when it was not tried.
    pub elapsed: Option<Duration>,
}

impl<T> StageRecord<T> {
    /// A stage that was not tried.
    #[must_use]
    pub fn skipped(reason: SkipReason) -> Self {
        Self { outcome: StageOutcome::Skipped(reason), elapsed: None }
    }

    /// A stage that ended so after this time.
    #[must_use]
    pub fn ended(result: Result<T, StageFailure>, elapsed: Duration) -> Self {
        let outcome = match result {
            Ok(facts) => StageOutcome::Completed(facts),
            Err(failure) => StageOutcome::Failed(failure),
        };
        Self { outcome, elapsed: Some(elapsed) }
    }

    /// The facts, when it was carried out.
    #[must_use]
    pub fn facts(&self) -> Option<&T> {
        match &self.outcome {
            StageOutcome::Completed(facts) => Some(facts),
            StageOutcome::Failed(_) | StageOutcome::Skipped(_) => None,
        }
    }

    /// How it failed, when it did.
    #[must_use]
    pub fn failure(&self) -> Option<&StageFailure> {
        match &self.outcome {
            StageOutcome::Failed(failure) => Some(failure),
            StageOutcome::Completed(_) | StageOutcome::Skipped(_) => None,
        }
    }

    /// `completed`, `failed` or `skipped`.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match &self.outcome {
            StageOutcome::Completed(_) => "completed",
            StageOutcome::Failed(_) => "failed",
            StageOutcome::Skipped(_) => "skipped",
        }
    }

    /// A stable code that says why the status is what it is.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match &self.outcome {
            StageOutcome::Completed(_) => "answered",
            StageOutcome::Failed(failure) => failure.kind.code(),
            StageOutcome::Skipped(reason) => reason.code(),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "StageOf{T}"))]
struct Written<T> {
    /// How the stage ended.
    status: Status,
    /// `answered` for a completed stage, else a stable code that says how it failed or why it was skipped.
    reason: String,
    /// Seconds; null when the stage was not tried.
    #[serde(with = "super::seconds::option")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    elapsed_seconds: Option<Duration>,
    /// What was learned; null unless completed.
    facts: Option<T>,
    /// How it failed; null unless failed.
    failure: Option<StageFailure>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum Status {
    Completed,
    Failed,
    Skipped,
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for StageRecord<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("StageOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::<T>::json_schema(generator)
    }
}

impl<T> From<StageRecord<T>> for Written<T> {
    fn from(record: StageRecord<T>) -> Self {
        let reason = record.reason().to_owned();
        let (status, facts, failure) = match record.outcome {
            StageOutcome::Completed(facts) => (Status::Completed, Some(facts), None),
            StageOutcome::Failed(failure) => (Status::Failed, None, Some(failure)),
            StageOutcome::Skipped(_) => (Status::Skipped, None, None),
        };
        Self { status, reason, elapsed_seconds: record.elapsed, facts, failure }
    }
}

impl<T> TryFrom<Written<T>> for StageRecord<T> {
    type Error = String;

    fn try_from(written: Written<T>) -> Result<Self, String> {
        let outcome = match (written.status, written.facts, written.failure) {
            (Status::Completed, Some(facts), None) => StageOutcome::Completed(facts),
            (Status::Failed, None, Some(failure)) => StageOutcome::Failed(failure),
            (Status::Skipped, None, None) => StageOutcome::Skipped(
                SkipReason::ALL
                    .iter()
                    .copied()
                    .find(|reason| reason.code() == written.reason)
                    .ok_or_else(|| format!("unknown reason {:?} of a skipped stage", written.reason))?,
            ),
            _ => return Err("status, facts and failure of a stage contradict each other".to_owned()),
        };
        Ok(Self { outcome, elapsed: written.elapsed_seconds })
    }
}
