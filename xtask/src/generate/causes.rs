//! `docs/causes.md`: the index of the catalogue for people.

use rdpcheck_core::Cause;
use rdpcheck_core::evidence::Stage;

use super::{escaped, sentence};

const HEAD: &str = "\
<!-- Generated from the catalogue by `cargo xtask generate`; do not edit. -->

# Causes

Every report has a finding for each of these causes, with a verdict: `confirmed`, `likely`, `possible`, `ruled-out` or `not-observable`.
The codes are stable: they are never renamed and never used for something else.
Each has a page with what is seen, how to confirm it, and how to mend it and undo that.

*Clients show* is what a Windows client shows when this is the cause, as far as that is known: the error code and, behind the slash, the extended error code.
[Codes](codes.md) says what they mean.
";

/// The whole page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    let stages = Stage::ALL.iter().copied().map(Some).chain([None]);
    for stage in stages {
        let causes: Vec<Cause> = Cause::ALL.iter().copied().filter(|cause| cause.stage() == stage).collect();
        if causes.is_empty() {
            continue;
        }
        let title =
            stage.map_or_else(|| "No matter of one stage".to_owned(), |stage| format!("Stage `{stage}`"));
        page.push_str(&format!(
            "\n## {title}\n\n| Cause | What it is | Clients show |\n| --- | --- | --- |\n"
        ));
        for cause in causes {
            let says = escaped(&sentence(cause.says()));
            page.push_str(&format!("| [`{cause}`](causes/{cause}.md) | {says} | {} |\n", shows(cause)));
        }
    }
    page
}

/// The codes that clients show, between backticks.
pub(super) fn shows(cause: Cause) -> String {
    let shows: Vec<String> = cause.shows().map(|shown| format!("`{shown}`")).collect();
    if shows.is_empty() { "no code of its own".to_owned() } else { shows.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_there_once() {
        let page = page();
        for cause in Cause::ALL {
            assert_eq!(page.matches(&format!("| [`{cause}`](causes/{cause}.md) |")).count(), 1, "{cause}");
        }
        assert!(page.is_ascii());
    }
}
