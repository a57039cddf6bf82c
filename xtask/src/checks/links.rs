//! Every relative link and anchor of the pages leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// Links of Markdown pages that lead nowhere. `files` are all files of the workspace.
pub(super) fn broken(pages: &[Source], files: &[String]) -> Vec<String> {
    let anchors: BTreeMap<&str, BTreeSet<String>> = pages
        .iter()
        .filter(|page| page.path.ends_with(".md"))
        .map(|page| (page.path.as_str(), anchors(&page.text)))
        .collect();
    let mut problems = Vec::new();
    for page in pages.iter().filter(|page| page.path.ends_with(".md")) {
        for (line, target) in links(&page.text) {
            let (path, anchor) = target.split_once('#').map_or((target, None), |(path, a)| (path, Some(a)));
            let place = if path.is_empty() { Some(page.path.clone()) } else { resolve(&page.path, path) };
            let known = |place: &String| {
                let folder = format!("{place}/");
                files.iter().any(|file| file == place || file.starts_with(&folder))
            };
            let Some(place) = place.filter(known) else {
                problems.push(format!("{}:{line}: {target} leads nowhere", page.path));
                continue;
            };
            let missing = |anchor: &str| anchors.get(place.as_str()).is_none_or(|all| !all.contains(anchor));
            if anchor.is_some_and(missing) {
                problems.push(format!("{}:{line}: {target}: {place} has no such heading", page.path));
            }
        }
    }
    problems
}

/// Lines outside code blocks, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        (!fence && !in_code).then_some((index + 1, line))
    })
}

/// The targets of links that are not addresses of the web.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        let targets = line.match_indices("](").filter_map(|(at, opening)| {
            // Within backticks it is no link; a pair of them may stand in its text.
            let inside_code = line.get(..at)?.matches('`').count() % 2 == 1;
            let target = line.get(at + opening.len()..)?.split(')').next()?;
            let web = target.contains("://") || target.starts_with("mailto:");
            (!inside_code && !web).then_some((number, target))
        });
        targets.collect::<Vec<_>>()
    })
}

/// A relative path from the folder of a page; nothing where it leaves the workspace.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The anchors that GitHub makes of headings: lower case, without punctuation, hyphens for spaces, numbered when repeated.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, line) in prose(text) {
        let Some(heading) = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#')) else {
            continue;
        };
        let Some(heading) = heading.strip_prefix(' ') else {
            continue;
        };
        let plain: String = heading
            .trim()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let mut anchor = plain.clone();
        let mut number = 0;
        while !all.insert(anchor.clone()) {
            number += 1;
            anchor = format!("{plain}-{number}");
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let page = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let pages = [
            page("docs/a/x.md", text),
            page("docs/b.md", "# One\n## `two`, three\n## One\n```\n# no heading\n```\n"),
        ];
        let files = ["docs/a/x.md", "docs/b.md", "examples/c/check.c"].map(str::to_owned);
        broken(&pages, &files)
    }

    #[test]
    fn links_that_lead_somewhere() {
        for text in [
            "[b](../b.md)",
            "[b](../b.md#one) and [again](../b.md#one-1)",
            "[b](../b.md#two-three)",
            "# Here\n[up](#here)",
            "[folder](../../examples/c)",
            "[web](https://example.com/x) [mail](mailto:a@example.com)",
            "```\n[code](nowhere.md)\n```",
            "`[code](nowhere.md)`",
            "[`b`](../b.md)",
        ] {
            assert!(problems(text).is_empty(), "{text}: {:?}", problems(text));
        }
    }

    #[test]
    fn links_that_lead_nowhere() {
        for (text, problem) in [
            ("[b](b.md)", "docs/a/x.md:1: b.md leads nowhere"),
            ("\n[b](../../../b.md)", "docs/a/x.md:2: ../../../b.md leads nowhere"),
            ("[b](../b.md#four)", "docs/a/x.md:1: ../b.md#four: docs/b.md has no such heading"),
            ("[b](../b.md#no-heading)", "docs/a/x.md:1: ../b.md#no-heading: docs/b.md has no such heading"),
            ("[`b`](gone.md)", "docs/a/x.md:1: gone.md leads nowhere"),
            ("[up](#gone)", "docs/a/x.md:1: #gone: docs/a/x.md has no such heading"),
        ] {
            assert_eq!(problems(text), [problem], "{text}");
        }
    }
}
