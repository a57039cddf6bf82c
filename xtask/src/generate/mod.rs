//! Files that are made from the code, and the check that they still are what would be made.

mod causes;
mod clients;
mod codes;
mod difference;
mod pages;
mod report;

use std::fs;

use crate::header;
use crate::process::say;
use crate::workspace::Workspace;

/// Every generated file and what makes it.
fn files(workspace: &Workspace) -> Result<Vec<(String, String)>, String> {
    let single = [
        ("include/rdpcheck.h", header::render(&workspace.root)?),
        ("docs/report.schema.json", report::schema()),
        ("docs/causes.md", causes::page()),
        ("docs/clients.md", clients::page()),
        ("docs/codes.md", codes::page()),
    ];
    Ok(single.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(pages::pages()).collect())
}

/// Pages of causes that nothing makes any more.
fn stale(workspace: &Workspace) -> Result<Vec<String>, String> {
    let folder = workspace.path(pages::FOLDER);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let listed = fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", pages::FOLDER))?;
    let made: Vec<String> = pages::pages().into_iter().map(|(name, _)| name).collect();
    let mut stale: Vec<String> = listed
        .filter_map(|entry| entry.ok().and_then(|entry| entry.file_name().into_string().ok()))
        .map(|name| format!("{}/{name}", pages::FOLDER))
        .filter(|name| !made.contains(name))
        .collect();
    stale.sort();
    Ok(stale)
}

/// Writes what differs.
pub(crate) fn write(workspace: &Workspace) -> Result<(), String> {
    for (name, wanted) in files(workspace)? {
        let path = workspace.path(&name);
        if fs::read_to_string(&path).is_ok_and(|found| found == wanted) {
            say(&format!("{name} is up to date"));
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make the folder of {name}: {error}"))?;
        }
        fs::write(&path, wanted).map_err(|error| format!("cannot write {name}: {error}"))?;
        say(&format!("{name} written"));
    }
    for name in stale(workspace)? {
        fs::remove_file(workspace.path(&name)).map_err(|error| format!("cannot remove {name}: {error}"))?;
        say(&format!("{name} removed"));
    }
    report_problems(workspace)
}

/// What is not as it would be generated, and what the documentation of the report leaves out.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for (name, wanted) in files(workspace)? {
        match fs::read_to_string(workspace.path(&name)) {
            Ok(found) if found == wanted => {}
            Ok(found) => problems.push(format!(
                "{name} is not what would be generated; `cargo xtask generate` writes it:\n{}",
                difference::short(&found, &wanted)
            )),
            Err(error) => {
                problems.push(format!("{name} cannot be read ({error}); `cargo xtask generate` writes it"))
            }
        }
    }
    problems.extend(
        stale(workspace)?
            .into_iter()
            .map(|name| format!("{name} is no longer generated; `cargo xtask generate` removes it")),
    );
    if let Err(problem) = report_problems(workspace) {
        problems.push(problem);
    }
    Ok(problems)
}

/// As [`check`], for the test run.
pub(crate) fn in_step(workspace: &Workspace) -> Result<(), String> {
    let problems = check(workspace)?;
    problems.iter().for_each(|problem| say(problem));
    let firsts: Vec<&str> = problems.iter().filter_map(|problem| problem.lines().next()).collect();
    if firsts.is_empty() { Ok(()) } else { Err(firsts.join("; ")) }
}

fn report_problems(workspace: &Workspace) -> Result<(), String> {
    let page = fs::read_to_string(workspace.path(report::PAGE))
        .map_err(|error| format!("cannot read {}: {error}", report::PAGE))?;
    let left_out = report::left_out(&page)?;
    if left_out.is_empty() {
        return Ok(());
    }
    Err(format!("{} says nothing of: {}", report::PAGE, left_out.join(", ")))
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '<' | '`' | '|' | '[' | ']') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A clause as a sentence.
fn sentence(clause: &str) -> String {
    let mut characters = clause.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if clause.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
