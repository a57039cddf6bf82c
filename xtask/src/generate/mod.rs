//! Files that are made from the code, and the check that they still are what would be made.

mod causes;
mod clients;
mod codes;
mod difference;
mod report;

use std::fs;

use crate::header;
use crate::process::say;
use crate::workspace::Workspace;

/// Every generated file and what makes it.
fn files(workspace: &Workspace) -> Result<Vec<(&'static str, String)>, String> {
    Ok(vec![
        ("include/rdpcheck.h", header::render(&workspace.root)?),
        ("docs/report.schema.json", report::schema()),
        ("docs/causes.md", causes::page()),
        ("docs/clients.md", clients::page()),
        ("docs/codes.md", codes::page()),
    ])
}

/// Writes what differs.
pub(crate) fn write(workspace: &Workspace) -> Result<(), String> {
    for (name, wanted) in files(workspace)? {
        let path = workspace.path(name);
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
    report_problems(workspace)
}

/// What is not as it would be generated, and what the documentation of the report leaves out.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for (name, wanted) in files(workspace)? {
        match fs::read_to_string(workspace.path(name)) {
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
