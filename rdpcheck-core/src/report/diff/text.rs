//! The comparison on one screen.

use super::{ChangedFinding, Direction, ReportDiff};
use crate::layout::{line, sentence, wrapped};
use crate::report::text::cut;
use crate::wire::text::tame;

/// How many entries of one list are shown; the rest are counted.
const SHOWN: usize = 6;
/// The same for facts, which are short.
const FACTS: usize = 10;
/// The longest fact that is shown.
const FACT: usize = 60;

pub(super) fn render(diff: &ReportDiff) -> String {
    let mut out = String::new();
    let verdict = diff.verdict.code().to_uppercase();
    line(&mut out, "", &format!("{verdict}  {}", cut(&tame(&diff.after.target), 80)));
    wrapped(&mut out, "  ", &sentence(&diff.summary));
    for (label, side) in [("before", &diff.before), ("after", &diff.after)] {
        let (hour, minute, second) = side.started_at.to_offset(time::UtcOffset::UTC).to_hms();
        let date = side.started_at.to_offset(time::UtcOffset::UTC).date();
        let summary = cut(&tame(&side.summary), 200);
        wrapped(
            &mut out,
            &format!("  {label:<8}"),
            &format!("{date} {hour:02}:{minute:02}:{second:02} UTC, {}: {summary}", side.headline),
        );
    }
    let warnings: Vec<String> = diff.warnings.iter().map(|warning| tame(&warning.message)).collect();
    list(&mut out, "not sure", &warnings, SHOWN);
    list(&mut out, "fixed", &findings(&diff.fixed), SHOWN);
    list(&mut out, "new", &findings(&diff.new), SHOWN);
    list(&mut out, "changed", &findings(&diff.changed), SHOWN);
    list(&mut out, "still", &findings(&diff.unchanged), SHOWN);
    list(&mut out, "unseen", &findings(&diff.not_comparable), SHOWN);
    let facts: Vec<String> = diff
        .facts
        .iter()
        .map(|fact| {
            let side = |value: &Option<String>| {
                value.as_ref().map_or_else(|| "not seen".to_owned(), |value| cut(&tame(value), FACT))
            };
            format!("{}: {} -> {}", fact.what, side(&fact.before), side(&fact.after))
        })
        .collect();
    list(&mut out, "facts", &facts, FACTS);
    let clients: Vec<String> = diff
        .clients
        .iter()
        .map(|client| {
            let (before, after) = (client.before.code(), client.after.code());
            format!("{}: {before} -> {after}. {}", tame(&client.name), cut(&tame(&client.reason), FACT))
        })
        .collect();
    list(&mut out, "clients", &clients, SHOWN);
    out
}

fn findings(findings: &[ChangedFinding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let side =
                |verdict: Option<crate::Verdict>| verdict.map_or("not known", |verdict| verdict.code());
            let (before, after) = (side(finding.before), side(finding.after));
            match finding.direction {
                Direction::Unchanged => format!("{}: {after}", finding.cause),
                Direction::NotSeenAgain => {
                    format!(
                        "{}: {before} -> {after}; nobody looked again, so it may still be there",
                        finding.cause
                    )
                }
                Direction::NotSeenBefore => {
                    format!("{}: {before} -> {after}; since when is not known", finding.cause)
                }
                _ => format!("{}: {before} -> {after}", finding.cause),
            }
        })
        .collect()
}

fn list(out: &mut String, label: &str, entries: &[String], most: usize) {
    let Some(first) = entries.first() else {
        return;
    };
    out.push('\n');
    wrapped(out, &format!("{label:<10}"), first);
    for entry in entries.iter().take(most).skip(1) {
        wrapped(out, &" ".repeat(10), entry);
    }
    let more = entries.len().saturating_sub(most);
    if more > 0 {
        line(out, &" ".repeat(10), &format!("and {more} more"));
    }
}
