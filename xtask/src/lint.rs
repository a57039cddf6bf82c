//! `cargo xtask lint`: everything that reads the sources and runs none of them.

use crate::board::Board;
use crate::process::{self, LIMIT};
use crate::python::Python;
use crate::workspace::Workspace;
use crate::{checks, licences};

/// The parts in the order in which they run.
pub(crate) const PARTS: &[(&str, &str)] = &[
    ("format", "rustfmt, without changing anything"),
    ("source", "what no linter knows: purity, clocks, sizes of files, ASCII"),
    ("clippy", "clippy for each package, warnings as errors"),
    ("doc", "rustdoc, warnings as errors"),
    ("python", "ruff and mypy"),
    ("licences", "licences, banned packages and sources of the dependencies"),
];

/// Runs the wanted parts.
pub(crate) fn run(workspace: &Workspace, board: &mut Board, wanted: &dyn Fn(&str) -> bool) {
    if wanted("format") {
        board.one("format", || {
            process::run(&mut workspace.cargo(&["fmt", "--all", "--check"]), LIMIT).ok().map(|_| None)
        });
    }
    if wanted("source") {
        checks::run(workspace, board);
    }
    if wanted("clippy") {
        clippy(workspace, board);
    }
    if wanted("doc") {
        board.one("rustdoc", || {
            let arguments = ["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"];
            let mut command = workspace.cargo(&arguments);
            process::run(command.env("RUSTDOCFLAGS", "-D warnings"), LIMIT).ok().map(|_| None)
        });
    }
    if wanted("python") {
        python(workspace, board);
    }
    if wanted("licences") {
        licences::run(workspace, board);
    }
}

fn clippy(workspace: &Workspace, board: &mut Board) {
    for package in &workspace.packages {
        // Alone, so that a package cannot live on what another one switches on.
        let sets: &[&[&str]] = if package.name == "rdpcheck-core" {
            &[&[], &["--no-default-features"], &["--all-features"]]
        } else {
            &[&[]]
        };
        for features in sets {
            let name = ["clippy:", &package.name].into_iter().chain(features.iter().copied());
            board.one(&name.collect::<Vec<_>>().join(" "), || {
                let mut arguments = vec!["clippy", "--locked", "--package", &package.name, "--all-targets"];
                arguments.extend(*features);
                arguments.extend(["--", "-D", "warnings"]);
                process::run(&mut workspace.cargo(&arguments), LIMIT).ok().map(|_| None)
            });
        }
    }
}

fn python(workspace: &Workspace, board: &mut Board) {
    let mut environment = None;
    board.one("python: environment", || match Python::prepare(workspace)? {
        Ok(python) => {
            environment = Some(python);
            Ok(None)
        }
        Err(reason) => Ok(Some(reason)),
    });
    let Some(environment) = environment else { return };
    let cache = workspace.target.join("xtask").join("mypy").display().to_string();
    let folders = ["rdpcheck-py", "tests/python", "examples/python"];
    let package = "rdpcheck-py/python/rdpcheck";
    let tools = [
        ("ruff check", &["ruff", "check", "--no-cache"][..], &folders[..]),
        ("ruff format", &["ruff", "format", "--no-cache", "--check"], &folders),
        ("mypy", &["mypy", "--cache-dir", &cache, "--config-file", "rdpcheck-py/pyproject.toml"], &[package]),
    ];
    for (name, arguments, files) in tools {
        board.one(name, || {
            let mut command = environment.command(workspace);
            process::run(command.arg("-m").args(arguments).args(files), LIMIT).ok().map(|_| None)
        });
    }
}
