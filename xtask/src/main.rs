//! The task runner of rdpcheck: one verb for each step that a person or CI takes.

mod board;
mod checks;
mod generate;
mod header;
mod licences;
mod lint;
mod process;
mod python;
mod readme;
mod test;
mod workspace;

use std::process::ExitCode;

use board::Board;
use process::say;
use workspace::Workspace;

const HELP: &str = "\
cargo xtask VERB

  test [PART...]      run all tests, or these parts of them; `test --list` names the parts
  lint [PART...]      formatting, clippy, rustdoc, Python linters, licences and the rules of the source;
                      `lint --list` names the parts
  generate [--check]  write the generated files, or say which of them differ from what would be written
  ci                  lint and test, as CI does

Exit status: 0 when nothing failed, 1 when something did, 2 for wrong usage.
What cannot run on this machine is reported as SKIPPED with the reason, and does not fail.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((verb, rest)) = arguments.split_first() else {
        say(HELP);
        return ExitCode::from(2);
    };
    match run(verb, rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            say(&format!("xtask: {message}"));
            ExitCode::from(2)
        }
    }
}

fn run(verb: &str, rest: &[String]) -> Result<bool, String> {
    match verb {
        "help" | "--help" | "-h" => {
            say(HELP);
            Ok(true)
        }
        "test" => parts(rest, test::PARTS, test::run),
        "lint" => parts(rest, lint::PARTS, lint::run),
        "generate" => match rest {
            [] => generate::write(&Workspace::find()?).map(|()| true),
            [check] if check == "--check" => {
                let problems = generate::check(&Workspace::find()?)?;
                problems.iter().for_each(|problem| say(problem));
                Ok(problems.is_empty())
            }
            _ => Err(format!("generate takes nothing or --check\n\n{HELP}")),
        },
        "ci" if rest.is_empty() => {
            let workspace = Workspace::find()?;
            let mut board = Board::default();
            lint::run(&workspace, &mut board, &|_| true);
            test::run(&workspace, &mut board, &|_| true);
            Ok(board.conclude())
        }
        _ => Err(format!("no such verb: {verb}\n\n{HELP}")),
    }
}

/// Runs the parts of a verb that the last argument wants.
type Run = fn(&Workspace, &mut Board, &dyn Fn(&str) -> bool);

/// Runs the wanted parts of a verb: all of them, or those that are named.
fn parts(named: &[String], known: &[(&str, &str)], run: Run) -> Result<bool, String> {
    if named.iter().any(|part| part == "--list") {
        known.iter().for_each(|(part, what)| say(&format!("{part:<13} {what}")));
        return Ok(true);
    }
    for name in named {
        if !known.iter().any(|(part, _)| part == name) {
            let names: Vec<&str> = known.iter().map(|(part, _)| *part).collect();
            return Err(format!("there is no part called {name}; there are: {}", names.join(", ")));
        }
    }
    let mut board = Board::default();
    run(&Workspace::find()?, &mut board, &|part: &str| {
        named.is_empty() || named.iter().any(|name| name == part)
    });
    Ok(board.conclude())
}
