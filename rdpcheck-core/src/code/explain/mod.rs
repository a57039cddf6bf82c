//! What a client's error codes mean, without any host.

#[cfg(test)]
mod tests;
mod text;
mod words;

use serde::{Deserialize, Serialize};

use super::{ClientError, Entry, Table, lookup, unknown};
use crate::diagnose::{Cause, ShownBasis};
use crate::evidence::Stage;

/// What a client's error code, with its extended code where one is known, says and does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Explanation {
    /// The codes.
    pub shown: ClientError,
    /// What it comes to, in one clause.
    pub title: String,
    /// The error code.
    pub code: ExplainedCode,
    /// The extended error code; null when none was given.
    pub extended: Option<ExplainedCode>,
    /// What is certain.
    pub known: Vec<String>,
    /// What the codes do not say.
    pub not_known: Vec<String>,
    /// The stages at which the connection may have stopped, in order; empty when that is no matter of one stage.
    pub stages: Vec<Stage>,
    /// What it can come from, the best founded first. Causes of equal footing are in the order of their stages.
    pub causes: Vec<ExplainedCause>,
    /// What is said about these codes and does not hold.
    pub not_causes: Vec<Refuted>,
    /// What to do, in this order.
    pub next: Vec<String>,
}

/// One of the two codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExplainedCode {
    /// The number.
    pub number: u32,
    /// The number in hexadecimal.
    pub hex: String,
    /// The number in decimal.
    pub decimal: String,
    /// The table that has it; null when none has it.
    pub table: Option<Table>,
    /// The name that the source gives it; null when it has none.
    pub symbol: Option<String>,
    /// What it means, or that no authoritative text is known.
    pub meaning: String,
    /// Where the meaning comes from; null for an unknown code.
    pub source: Option<String>,
    /// The stage that it belongs to; null for what is no matter of one stage.
    pub stage: Option<Stage>,
    /// What else is said of the number, and what it may be a misreading of.
    pub notes: Vec<String>,
}

/// A cause that the codes can come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExplainedCause {
    /// The cause.
    pub cause: Cause,
    /// What it is, in one clause.
    pub says: String,
    /// What ties the codes to it.
    pub basis: ShownBasis,
}

/// Something that is said about the codes, and what speaks against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Refuted {
    /// What is said.
    pub claim: String,
    /// What evidence says.
    pub evidence: String,
}

/// Says what a client's error codes mean. No host is asked.
///
/// ```
/// use rdpcheck_core::{Cause, explain};
///
/// let explanation = explain(0x904, Some(0x7));
/// assert_eq!(explanation.code.symbol.as_deref(), Some("disconnectReasonAtClientWinsockFDCLOSE"));
/// assert!(explanation.causes.iter().any(|cause| cause.cause == Cause::ListenerKeyUnusable));
/// println!("{}", explanation.to_text());
/// ```
#[must_use]
pub fn explain(code: u32, extended: Option<u32>) -> Explanation {
    let shown = ClientError::new(code, extended);
    let code_entry = in_tables(Table::OF_ERROR_CODES, code);
    let extended_entry = extended.and_then(|number| in_tables(Table::OF_EXTENDED_CODES, number));
    let words = words::of(shown, code_entry, extended_entry);
    let causes = causes(shown, extended_entry);
    let mut stages: Vec<Stage> = causes.iter().filter_map(|explained| explained.cause.stage()).collect();
    stages.extend(code_entry.and_then(Entry::stage));
    stages.retain(|stage| words.reached.is_none_or(|reached| *stage > reached));
    stages.sort_unstable();
    stages.dedup();
    Explanation {
        shown,
        title: words.title,
        code: explained(code, code_entry, "error code"),
        extended: extended.map(|number| explained(number, extended_entry, "extended error code")),
        known: words.known,
        not_known: words.not_known,
        stages,
        causes,
        not_causes: words.not_causes,
        next: words.next,
    }
}

impl Explanation {
    /// The explanation as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The explanation as indented JSON.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The explanation for a person: one screen.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::render(self)
    }
}

fn in_tables(tables: &[Table], number: u32) -> Option<&'static Entry> {
    tables.iter().find_map(|&table| lookup(table, number))
}

fn explained(number: u32, entry: Option<&'static Entry>, kind: &str) -> ExplainedCode {
    let said = unknown(number);
    // What is said of a number that has a meaning is said wrongly of it.
    let mut notes = if entry.is_none() { said.notes } else { Vec::new() };
    if entry.is_none() {
        // The tables of the other kind are not searched for a meaning, only pointed at.
        let others = Table::ALL.iter().filter_map(|&table| lookup(table, number)).take(3);
        notes.extend(
            others.map(|other| format!("As {} (another table): {}", other.table().name(), other.meaning())),
        );
    }
    ExplainedCode {
        number,
        hex: said.hex,
        decimal: said.decimal,
        table: entry.map(Entry::table),
        symbol: entry.and_then(Entry::symbol).map(str::to_owned),
        meaning: entry.map_or_else(
            || format!("No authoritative text about this {kind} is known."),
            |entry| entry.meaning().to_owned(),
        ),
        source: entry.map(|entry| entry.source().to_owned()),
        stage: entry.and_then(Entry::stage),
        notes,
    }
}

/// The causes that can show the codes, the best founded first.
fn causes(shown: ClientError, extended: Option<&'static Entry>) -> Vec<ExplainedCause> {
    let basis = |cause: Cause| {
        let gateway = cause == Cause::Gateway && cause.can_show(shown);
        let by_server = shown.code == 0x3 && shown.extended.is_some_and(|extended| extended != 0);
        let fits = |known: &ClientError| shown.fits(*known) && !(by_server && known.extended.is_none());
        // That an extended code would be proof says little where it is not known; 0 and 7 are what clients fill in.
        let weighed = |(known, basis): (ClientError, ShownBasis)| match (shown.extended, known.extended) {
            (None, Some(extended)) if !matches!(extended, 0 | 7) => ShownBasis::Inferred,
            _ => basis,
        };
        let shown_as = cause.shown_as().filter(|(known, _)| fits(known)).map(weighed).min();
        // What the server says when it disconnects is its own word for the cause.
        let said = extended.is_some_and(|entry| {
            by_server && entry.table() == Table::ErrorInfo && entry.causes().contains(&cause)
        });
        shown_as.or_else(|| (gateway || said).then_some(ShownBasis::Documented))
    };
    let mut causes: Vec<ExplainedCause> = Cause::ALL
        .iter()
        .filter_map(|&cause| {
            let basis = basis(cause)?;
            Some(ExplainedCause { cause, says: cause.says().to_owned(), basis })
        })
        .collect();
    causes.sort_by_key(|explained| {
        (explained.basis, explained.cause.stage().is_none(), explained.cause.stage())
    });
    causes
}
