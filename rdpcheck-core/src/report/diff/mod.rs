//! What changed between two reports, for before and after a repair.

mod facts;
mod text;
mod warnings;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Report, Tool};
use crate::diagnose::{Cause, ClientOutlook, Headline, Outcome, Verdict};

/// What changed between two reports on one host.
///
/// Only what both checks looked at is called fixed or new. What one of them could not see is in `not_comparable`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReportDiff {
    /// What the changes come to.
    pub verdict: Change,
    /// The same in one sentence.
    pub summary: String,
    /// The first report.
    pub before: ComparedReport,
    /// The second report.
    pub after: ComparedReport,
    /// Why the two can hardly be compared; empty when they can.
    pub warnings: Vec<DiffWarning>,
    /// Causes that were open and are ruled out, the surest before first.
    pub fixed: Vec<ChangedFinding>,
    /// Causes that were ruled out and are open, the surest now first.
    pub new: Vec<ChangedFinding>,
    /// Causes that are open in both, and surer or less sure than they were.
    pub changed: Vec<ChangedFinding>,
    /// Causes that are open in both with the same verdict.
    pub unchanged: Vec<ChangedFinding>,
    /// Causes that are open in one report and that the other could not see, or does not speak of.
    pub not_comparable: Vec<ChangedFinding>,
    /// Measured facts that differ.
    pub facts: Vec<ChangedFact>,
    /// Clients whose outlook differs.
    pub clients: Vec<ChangedClient>,
}

/// One of two reports that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ComparedReport {
    /// The target as it was given.
    pub target: String,
    /// When the check began.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub started_at: OffsetDateTime,
    /// What made the report.
    pub tool: Tool,
    /// The top line.
    pub headline: Headline,
    /// The top line in one sentence.
    pub summary: String,
}

/// What the changes come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// Something is better and nothing is worse.
    Better,
    /// Something is better and something else is worse.
    Mixed,
    /// The reports do not say: two hosts, two judgements of one check, or a check that could not tell.
    NotComparable,
    /// Nothing is better or worse.
    Same,
    /// Something is worse and nothing is better.
    Worse,
}

impl Change {
    /// Every change.
    pub const ALL: &'static [Self] =
        &[Self::Better, Self::Mixed, Self::NotComparable, Self::Same, Self::Worse];

    /// Stable code of this change, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Mixed => "mixed",
            Self::NotComparable => "not-comparable",
            Self::Same => "same",
            Self::Worse => "worse",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A cause in two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangedFinding {
    /// The cause.
    pub cause: Cause,
    /// Its verdict in the first report; null when that does not speak of it.
    pub before: Option<Verdict>,
    /// Its verdict in the second report; null when that does not speak of it.
    pub after: Option<Verdict>,
    /// Whether it is surer than it was.
    pub direction: Direction,
    /// What the second report says of it; what the first said, where the second does not speak of it.
    pub message: String,
}

/// How the verdict on a cause moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Direction {
    /// It was open and is ruled out.
    Gone,
    /// It was ruled out and is open.
    Appeared,
    /// It is open in both, and surer.
    Surer,
    /// It is open in both, and less sure.
    LessSure,
    /// It is open in both with the same verdict.
    Unchanged,
    /// It was open, and was not seen again: nobody knows whether it is still there.
    NotSeenAgain,
    /// It is open, and was not seen before: nobody knows since when.
    NotSeenBefore,
}

/// A measured fact that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangedFact {
    /// Where it is: JSON pointer (RFC 6901) into either report.
    pub at: String,
    /// What it is, in words.
    pub what: String,
    /// What it was; null when it was not seen.
    pub before: Option<String>,
    /// What it is; null when it was not seen.
    pub after: Option<String>,
}

/// A client whose outlook differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangedClient {
    /// Stable code of the client.
    pub client: String,
    /// Its name.
    pub name: String,
    /// How far it came.
    pub before: Outcome,
    /// How far it comes.
    pub after: Outcome,
    /// Why, in one sentence of the second report.
    pub reason: String,
}

/// Why two reports can hardly be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffWarning {
    /// Stable code of this warning.
    pub code: String,
    /// What differs, in one sentence.
    pub message: String,
}

impl Report {
    /// What changed from one report to another, for before and after a repair.
    ///
    /// Reports of different versions are best judged by one first: [`diagnosed_again`](Self::diagnosed_again).
    #[must_use]
    pub fn diff(before: &Self, after: &Self) -> ReportDiff {
        let warnings = warnings::between(before, after);
        let mut diff = ReportDiff {
            verdict: Change::Same,
            summary: String::new(),
            before: ComparedReport::of(before),
            after: ComparedReport::of(after),
            warnings: warnings.into_iter().map(DiffWarning::from).collect(),
            fixed: Vec::new(),
            new: Vec::new(),
            changed: Vec::new(),
            unchanged: Vec::new(),
            not_comparable: Vec::new(),
            facts: facts::changed(before, after),
            clients: clients(&before.clients, &after.clients),
        };
        findings(before, after, &mut diff);
        diff.verdict = verdict(before, after, &diff);
        diff.summary = diff.sentence();
        diff
    }
}

impl ReportDiff {
    /// The comparison as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The comparison as indented JSON.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The comparison for a person, on one screen.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::render(self)
    }

    /// The JSON Schema of comparisons, indented.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn json_schema() -> String {
        // As it is written: keys that older reports lack are always there.
        let settings = schemars::generate::SchemaSettings::default().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<Self>();
        serde_json::to_string_pretty(&schema).unwrap_or_default()
    }

    /// Whether there is a warning with this code.
    #[must_use]
    pub fn warns(&self, code: &str) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }

    fn sentence(&self) -> String {
        let (before, after) = (self.before.headline, self.after.headline);
        let headlines =
            if before == after { format!("still {after}") } else { format!("{before} before, {after} now") };
        let counts: Vec<String> = [
            (self.fixed.len(), "fixed"),
            (self.new.len(), "new"),
            (self.changed.len() + self.unchanged.len(), "still open"),
            (self.not_comparable.len(), "seen by only one of the checks"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let counts = if counts.is_empty() { "no cause is open".to_owned() } else { counts.join(", ") };
        format!("{headlines}; {counts}")
    }
}

impl ComparedReport {
    fn of(report: &Report) -> Self {
        Self {
            target: report.target.given.clone(),
            started_at: report.started_at,
            tool: report.tool.clone(),
            headline: report.headline,
            summary: report.summary.clone(),
        }
    }
}

/// Sorts the findings of both reports into the lists of the comparison.
fn findings(before: &Report, after: &Report, diff: &mut ReportDiff) {
    let same_check = warnings::is_same_check(before, after);
    for &cause in Cause::ALL {
        let (old, new) = (before.finding(cause), after.finding(cause));
        let (was, is) = (old.map(|finding| finding.verdict), new.map(|finding| finding.verdict));
        let Some(direction) = direction(was, is) else {
            continue;
        };
        let normal = NO_FAULT.contains(&cause) && was.max(is) != Some(Verdict::Confirmed);
        let list = match direction {
            // That a host no longer insists on what protects it is no repair, and that it does no fault.
            Direction::Gone | Direction::Appeared if normal => &mut diff.changed,
            // Another service on the port, or none: neither is a step towards Remote Desktop.
            Direction::Gone | Direction::Appeared if no_step(before, after) => &mut diff.not_comparable,
            // One check judged twice: what differs is the judge, and nothing was repaired.
            Direction::Gone | Direction::Appeared if same_check => &mut diff.not_comparable,
            Direction::Gone => &mut diff.fixed,
            Direction::Appeared => &mut diff.new,
            Direction::Surer | Direction::LessSure => &mut diff.changed,
            Direction::Unchanged => &mut diff.unchanged,
            Direction::NotSeenAgain | Direction::NotSeenBefore => &mut diff.not_comparable,
        };
        let message = new.or(old).map(|finding| finding.message.clone()).unwrap_or_default();
        list.push(ChangedFinding { cause, before: was, after: is, direction, message });
    }
    let lists =
        [&mut diff.fixed, &mut diff.new, &mut diff.changed, &mut diff.unchanged, &mut diff.not_comparable];
    for list in lists {
        list.sort_by_key(|finding| (finding.before.into_iter().chain(finding.after).min(), finding.cause));
    }
}

/// What is normal and safe, and a cause only for some clients.
const NO_FAULT: &[Cause] = &[Cause::NlaRequired, Cause::TlsRequired];

/// Whether the port went from nothing to something that is not Remote Desktop, or back.
fn no_step(before: &Report, after: &Report) -> bool {
    by_headline(before.headline, after.headline).is_none()
        && [before.headline, after.headline].contains(&Headline::NotRdp)
}

/// How a verdict moved; nothing where it is open in neither report.
fn direction(was: Option<Verdict>, is: Option<Verdict>) -> Option<Direction> {
    let open = |verdict: Option<Verdict>| verdict.filter(|verdict| verdict.is_open());
    match (open(was), open(is)) {
        (Some(was), Some(is)) => Some(match is.cmp(&was) {
            Ordering::Less => Direction::Surer,
            Ordering::Equal => Direction::Unchanged,
            Ordering::Greater => Direction::LessSure,
        }),
        (Some(_), None) if is == Some(Verdict::RuledOut) => Some(Direction::Gone),
        (Some(_), None) => Some(Direction::NotSeenAgain),
        (None, Some(_)) if was == Some(Verdict::RuledOut) => Some(Direction::Appeared),
        (None, Some(_)) => Some(Direction::NotSeenBefore),
        (None, None) => None,
    }
}

/// The clients that both reports speak of and whose outcome differs.
fn clients(before: &[ClientOutlook], after: &[ClientOutlook]) -> Vec<ChangedClient> {
    let was: BTreeMap<&str, Outcome> =
        before.iter().map(|outlook| (outlook.client.as_str(), outlook.outcome)).collect();
    after
        .iter()
        .filter_map(|now| {
            let before = *was.get(now.client.as_str())?;
            (before != now.outcome).then(|| ChangedClient {
                client: now.client.clone(),
                name: now.name.clone(),
                before,
                after: now.outcome,
                reason: now.reason.clone(),
            })
        })
        .collect()
}

fn verdict(before: &Report, after: &Report, diff: &ReportDiff) -> Change {
    let undecided = before.headline != after.headline
        && (before.headline == Headline::Unknown || after.headline == Headline::Unknown);
    let rejudged = warnings::is_same_check(before, after)
        && (before.headline != after.headline || !diff.changed.is_empty() || !diff.not_comparable.is_empty());
    if warnings::are_two_hosts(before, after) || undecided || rejudged {
        return Change::NotComparable;
    }
    if no_step(before, after) {
        return Change::Same;
    }
    let sure = |verdict: Option<Verdict>| verdict.is_some_and(|verdict| verdict <= Verdict::Likely);
    let headline = by_headline(before.headline, after.headline);
    let client = |from, to| diff.clients.iter().any(|client| client.before == from && client.after == to);
    let better = headline == Some(Ordering::Less)
        || client(Outcome::Stops, Outcome::Connects)
        || diff.fixed.iter().any(|finding| sure(finding.before));
    let worse = headline == Some(Ordering::Greater)
        || client(Outcome::Connects, Outcome::Stops)
        || diff.new.iter().any(|finding| sure(finding.after));
    match (better, worse) {
        (true, true) => Change::Mixed,
        (true, false) => Change::Better,
        (false, true) => Change::Worse,
        // What was only possible counts where nothing surer changed.
        (false, false) => match (diff.fixed.is_empty(), diff.new.is_empty()) {
            (false, false) => Change::Mixed,
            (false, true) => Change::Better,
            (true, false) => Change::Worse,
            (true, true) => Change::Same,
        },
    }
}

/// `Less` when the host serves its clients better than before; nothing when the headlines say of neither that it is worse.
fn by_headline(before: Headline, after: Headline) -> Option<Ordering> {
    let trouble = |headline: Headline| match headline {
        Headline::Healthy => Some(0),
        Headline::Degraded => Some(1),
        Headline::Failing | Headline::NotRdp => Some(2),
        Headline::Unreachable => Some(3),
        Headline::Unknown => None,
    };
    match (before, after) {
        // Another service that answers is no step towards Remote Desktop.
        (Headline::NotRdp, Headline::Unreachable) | (Headline::Unreachable, Headline::NotRdp) => None,
        _ => Some(trouble(after)?.cmp(&trouble(before)?)),
    }
}
