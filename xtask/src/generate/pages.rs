//! `docs/causes/*.md`: a page for each cause.

use rdpcheck_core::Cause;
use rdpcheck_core::diagnose::{Remedy, RemedyKind};

use super::causes::shows;
use super::{escaped, sentence};

/// The folder of the pages.
pub(super) const FOLDER: &str = "docs/causes";

/// Every page with the name of its file.
pub(super) fn pages() -> Vec<(String, String)> {
    Cause::ALL.iter().map(|&cause| (format!("{FOLDER}/{cause}.md"), page(cause))).collect()
}

fn page(cause: Cause) -> String {
    let prose = cause.page();
    let stage = cause.stage().map_or_else(String::new, |stage| format!("* Stage: `{stage}`\n"));
    let alike: Vec<String> = alike(cause).map(|other| format!("[`{other}`]({other}.md)")).collect();
    let alike =
        if alike.is_empty() { String::new() } else { format!("* Neighbours: {}\n", alike.join(", ")) };
    let sources: String = prose.sources.iter().map(|source| format!("* {}\n", escaped(source))).collect();
    format!(
        "<!-- Generated from the catalogue by `cargo xtask generate`; do not edit. -->\n\n\
         # `{cause}`\n\n{}\n\n\
         {stage}* Clients show: {} ([what codes mean](../codes.md))\n{alike}\
         * [All causes](../causes.md)\n\n\
         ## What was seen\n\n{}\n\n\
         ## Why it matters\n\n{}\n\n\
         ## What it does not prove\n\n{}\n\n\
         ## How to confirm\n\n{}\n\n{}{}\n\
         ## How to fix and undo\n\n{}\
         ## Sources\n\n{sources}",
        escaped(&sentence(cause.says())),
        shows(cause),
        escaped(prose.seen),
        escaped(prose.matters),
        escaped(prose.not_proved),
        escaped(prose.confirm),
        rules(cause),
        settle(cause),
        remedies(cause),
    )
}

/// Causes of the same stage for which a client shows the same code.
fn alike(cause: Cause) -> impl Iterator<Item = Cause> {
    Cause::ALL.iter().copied().filter(move |other| {
        *other != cause
            && other.stage() == cause.stage()
            && cause.shows().any(|shown| other.shows().any(|same| same == shown))
    })
}

/// What a check looks for, and what it says of the cause.
fn rules(cause: Cause) -> String {
    let signs: String = cause
        .rules()
        .map(|rule| format!("| {} | {} | `{}` |\n", rule.effect, escaped(rule.sign), rule.code))
        .collect();
    if signs.is_empty() {
        return String::new();
    }
    format!("What a check looks for:\n\n| it | sign | rule |\n| --- | --- | --- |\n{signs}")
}

/// What decides the matter where the network cannot.
fn settle(cause: Cause) -> String {
    let windows: Vec<&str> = cause.settle_by(true).collect();
    let others: Vec<&str> = cause.settle_by(false).collect();
    let further = others.iter().filter(|way| !windows.contains(way));
    let ways: Vec<String> = windows
        .iter()
        .chain(further)
        .map(|way| {
            let mark = match (windows.contains(way), others.contains(way)) {
                (true, false) => "(Windows) ",
                (false, true) => "(other hosts) ",
                _ => "",
            };
            format!("* {mark}{}\n", escaped(way))
        })
        .collect();
    if ways.is_empty() {
        return String::new();
    }
    format!("\nWhere the network does not settle it:\n\n{}", ways.concat())
}

fn remedies(cause: Cause) -> String {
    let mut text: String = cause.remedies().iter().map(remedy).collect();
    if let Some(reason) = cause.no_remedy() {
        text.push_str(&format!("Nothing is offered: {}.\n\n", escaped(reason)));
    }
    let not_offered: String = cause
        .not_offered()
        .iter()
        .map(|other| {
            let (advice, reason) = (escaped(&other.advice), escaped(&other.reason));
            format!("* {}: {reason}. Source: {}.\n", capital(&advice), escaped(&other.source))
        })
        .collect();
    if !not_offered.is_empty() {
        text.push_str(&format!("### Not advised\n\n{not_offered}\n"));
    }
    text
}

fn remedy(remedy: &Remedy) -> String {
    let mut text = format!("### `{}`\n\n{}\n\n", remedy.code, escaped(&sentence(&remedy.action)));
    let mut line = |label: &str, words: &str| text.push_str(&format!("* {label}: {words}\n"));
    let peer = remedy.peer_name().map_or_else(String::new, |peer| format!(", for {peer}"));
    line("Where", &format!("{}{peer}", remedy.whereabouts()));
    line(
        "Kind",
        match remedy.kind {
            RemedyKind::Isolation => "isolation step, undone after the test",
            _ => "fix",
        },
    );
    line("Risk", &escaped(&remedy.risk));
    if let Some(restart) = &remedy.restart {
        line("Restart", &escaped(restart));
    }
    line("Source", &escaped(&remedy.source));
    if let Some(command) = &remedy.command {
        let shell = remedy.shell.map_or("text", |shell| shell.code());
        text.push_str(&format!("\n```{shell}\n{command}\n```\n"));
    }
    match (&remedy.undo, &remedy.no_undo) {
        // What undoes a command is for the same shell, or words.
        (Some(undo), _) => text.push_str(&format!("\nUndo:\n\n```text\n{undo}\n```\n\n")),
        (None, Some(reason)) => text.push_str(&format!("\nNo undo: {}\n\n", escaped(&sentence(reason)))),
        (None, None) => text.push('\n'),
    }
    text
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_the_headings_in_their_order() {
        let headings = [
            "What was seen",
            "Why it matters",
            "What it does not prove",
            "How to confirm",
            "How to fix and undo",
            "Sources",
        ];
        for (name, page) in pages() {
            let found: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(found, headings, "{name}");
            assert!(page.is_ascii() && !page.contains("\n\n\n"), "{name}");
        }
    }

    #[test]
    fn every_remedy_and_every_warning_is_on_the_page() {
        for &cause in Cause::ALL {
            let page = page(cause);
            for remedy in cause.remedies() {
                assert_eq!(page.matches(&format!("### `{}`\n", remedy.code)).count(), 1, "{cause}");
                assert!(remedy.command.is_none_or(|command| page.contains(&command)), "{cause}");
                assert!(remedy.undo.is_none_or(|undo| page.contains(&undo)), "{cause}");
            }
            assert_eq!(page.contains("### Not advised"), !cause.not_offered().is_empty(), "{cause}");
            assert!(cause.no_remedy().is_none_or(|_| page.contains("Nothing is offered")), "{cause}");
        }
    }

    #[test]
    fn neighbours_are_mutual() {
        for &cause in Cause::ALL {
            assert!(alike(cause).all(|other| alike(other).any(|back| back == cause)), "{cause}");
        }
    }
}
