//! `docs/causes.md`: the catalogue of causes for people.

use rdpcheck_core::Cause;
use rdpcheck_core::evidence::Stage;

use super::escaped;

const HEAD: &str = "\
<!-- Generated from the catalogue by `cargo xtask generate`; do not edit. -->

# Causes

Every report has a finding for each of these causes, with a verdict: `confirmed`, `likely`, `possible`, `ruled-out` or `not-observable`.
The codes are stable: they are never renamed and never used for something else.

*Clients show* is what a Windows client shows when this is the cause, as far as that is known: the error code and, behind the slash, the extended error code.
*To settle* is what decides the matter where the network cannot; what says (Windows) is asked of hosts that may be Windows.
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
        page.push_str(&format!("\n## {title}\n"));
        for cause in causes {
            page.push_str(&entry(cause));
        }
    }
    page
}

fn entry(cause: Cause) -> String {
    let shows: Vec<String> = cause.shows().map(|shown| format!("`{shown}`")).collect();
    let shows = if shows.is_empty() { "no code of its own".to_owned() } else { shows.join(", ") };
    let mut says = cause.says().to_owned();
    if let Some(first) = says.get(..1).map(str::to_uppercase) {
        says.replace_range(..1, &first);
    }
    let anywhere: Vec<&str> = cause.settle_by(false).collect();
    let settle: Vec<String> = cause
        .settle_by(true)
        .map(|way| {
            let mark = if anywhere.contains(&way) { "" } else { "(Windows) " };
            format!("    * {mark}{}", escaped(way))
        })
        .collect();
    format!(
        "\n### `{cause}`\n\n{}.\n\n* Clients show: {shows}\n* To settle:\n{}\n",
        escaped(&says),
        settle.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_there_once() {
        let page = page();
        for cause in Cause::ALL {
            assert_eq!(page.matches(&format!("### `{cause}`\n")).count(), 1, "{cause}");
        }
        assert!(page.is_ascii());
    }
}
