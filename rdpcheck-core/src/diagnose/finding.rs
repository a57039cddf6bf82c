use std::fmt;

use serde::{Deserialize, Serialize};

use super::Cause;
use super::remedies::{NotOffered, Remedy};
use crate::evidence::Stage;

/// How sure it is that a cause is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing else explains what was seen.
    Confirmed,
    /// It explains what was seen best; something else could.
    Likely,
    /// It fits what was seen, and so do others.
    Possible,
    /// Something was seen that it would have prevented.
    RuledOut,
    /// This check cannot see it.
    NotObservable,
}

impl Verdict {
    /// Every verdict, the surest first.
    pub const ALL: &'static [Self] =
        &[Self::Confirmed, Self::Likely, Self::Possible, Self::RuledOut, Self::NotObservable];

    /// Stable code of this verdict, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::RuledOut => "ruled-out",
            Self::NotObservable => "not-observable",
        }
    }

    /// Whether the cause is confirmed, likely or possible.
    #[must_use]
    pub fn is_open(self) -> bool {
        self <= Self::Possible
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A cause and what the evidence says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// How sure it is.
    pub verdict: Verdict,
    /// The stage that it concerns; null when it is no matter of one stage.
    pub stage: Option<Stage>,
    /// What was found, in one or two sentences.
    pub message: String,
    /// Everything that speaks for the cause or against it, what decided the verdict first.
    pub evidence: Vec<EvidenceReference>,
    /// What speaks against a verdict that is confirmed or likely; null when nothing excludes it.
    pub contradiction: Option<String>,
    /// What the evidence does not prove; null when there is nothing to say.
    pub not_proved: Option<String>,
    /// Codes of the rules that were applied, in order; empty when none speaks of what was seen.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What can be done; empty unless the verdict is open.
    pub remedies: Vec<Remedy>,
    /// What would settle it; empty when it is settled.
    pub settle_by: Vec<String>,
    /// Advice that is often given for it and harms or is of no use; empty unless the verdict is open.
    #[serde(default)]
    pub not_offered: Vec<NotOffered>,
}

/// A place in the report that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EvidenceReference {
    /// JSON pointer (RFC 6901) into the report.
    pub at: String,
    /// What is there, in words.
    pub seen: String,
    /// Whether it speaks for the cause or against it.
    #[serde(default)]
    pub bearing: Bearing,
}

/// Whether evidence speaks for a cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Bearing {
    /// It speaks against the cause.
    Against,
    /// It speaks for the cause; older reports have no other.
    #[default]
    For,
}

impl Bearing {
    /// Every bearing.
    pub const ALL: &'static [Self] = &[Self::Against, Self::For];

    /// Stable code of this bearing, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Against => "against",
            Self::For => "for",
        }
    }
}
