use super::{ExplainedCause, ExplainedCode, Explanation};
use crate::diagnose::ShownBasis;
use crate::layout::{line, wrapped};

/// How many causes are shown with their words. Of the rest the best founded are named and the others counted.
const CAUSES: usize = 3;
/// How many causes are named.
const NAMED: usize = 5;
/// How many refuted claims are shown.
const REFUTED: usize = 3;

pub(super) fn render(explanation: &Explanation) -> String {
    let mut out = String::new();
    line(&mut out, "", &format!("{}: {}", explanation.shown, explanation.title));
    code(&mut out, "code", &explanation.code);
    if let Some(extended) = &explanation.extended {
        code(&mut out, "extended", extended);
    }
    for (label, list) in [("known", &explanation.known), ("not known", &explanation.not_known)] {
        if !list.is_empty() {
            wrapped(&mut out, &label_of(label), &list.join(" "));
        }
    }
    if !explanation.stages.is_empty() {
        let stages: Vec<&str> = explanation.stages.iter().map(|stage| stage.code()).collect();
        let several = if stages.len() > 1 { "one of: " } else { "" };
        wrapped(&mut out, &label_of("stops at"), &format!("{several}{}", stages.join(", ")));
    }
    causes(&mut out, &explanation.causes);
    for (index, refuted) in explanation.not_causes.iter().take(REFUTED).enumerate() {
        let label = if index == 0 { "but not" } else { "" };
        wrapped(&mut out, &label_of(label), &format!("\"{}\": {}", refuted.claim, refuted.evidence));
    }
    for (index, step) in explanation.next.iter().enumerate() {
        wrapped(
            &mut out,
            &label_of(if index == 0 { "next" } else { "" }),
            &format!("{}. {step}", index.saturating_add(1)),
        );
    }
    out
}

fn label_of(label: &str) -> String {
    format!("  {label:<10}")
}

fn code(out: &mut String, label: &str, code: &ExplainedCode) {
    let symbol = code.symbol.as_ref().map_or_else(String::new, |symbol| format!(" {symbol}"));
    let notes: Vec<String> = code.notes.iter().map(|note| format!(" {note}")).collect();
    wrapped(
        out,
        &label_of(label),
        &format!("{} = {}{symbol}: {}{}", code.hex, code.decimal, code.meaning, notes.concat()),
    );
}

fn causes(out: &mut String, causes: &[ExplainedCause]) {
    let (full, rest) = causes.split_at_checked(CAUSES).unwrap_or((causes, &[]));
    for (index, explained) in full.iter().enumerate() {
        let label = if index == 0 { "causes" } else { "" };
        let words = format!("{} ({}): {}", explained.cause, basis(explained.basis), explained.says);
        wrapped(out, &label_of(label), &words);
    }
    // Of equal footing, as far as there is room.
    let Some(next) = rest.first() else { return };
    let named: Vec<&str> = rest
        .iter()
        .filter(|explained| explained.basis == next.basis)
        .take(NAMED)
        .map(|explained| explained.cause.code())
        .collect();
    let more = rest.len().saturating_sub(named.len());
    let more = if more > 0 { format!("; {more} more (JSON)") } else { String::new() };
    wrapped(out, &label_of(""), &format!("({}) {}{more}", basis(next.basis), named.join(", ")));
}

fn basis(basis: ShownBasis) -> &'static str {
    match basis {
        ShownBasis::Documented => "documented",
        ShownBasis::Reproduced => "reproduced",
        ShownBasis::SameText => "Microsoft, same text",
        ShownBasis::Reported => "reported",
        ShownBasis::Inferred => "concluded",
    }
}
