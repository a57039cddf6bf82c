//! Rules of the source that no linter knows.

mod links;
mod source;

use std::fs;

use crate::board::Board;
use crate::workspace::Workspace;
use source::{Source, code_of};

/// The folders of the core in which bytes become types and types become judgement, and nothing else happens.
const PURE: &[&str] = &["code", "diagnose", "evidence", "wire"];
/// What they may not name, as the beginning of a path.
const IMPURE: &[(&str, &str)] = &[
    ("std::io", "I/O"),
    ("std::fs", "files"),
    ("std::env", "the environment"),
    ("std::process", "processes"),
    ("std::thread", "threads"),
    ("std::net::Tcp", "sockets"),
    ("std::net::Udp", "sockets"),
    ("std::net::ToSocketAddrs", "name resolution"),
    ("std::time::Instant", "a clock"),
    ("std::time::SystemTime", "a clock"),
    ("socket2", "sockets"),
    ("nix", "the operating system"),
    ("windows_sys", "the operating system"),
    ("rustls_native_certs", "the operating system"),
    ("dns_lookup", "name resolution"),
    ("tokio", "I/O"),
    ("tracing", "logging"),
    ("crate::probe", "the network"),
];
/// The same for what is called rather than imported.
const IMPURE_WORDS: &[(&str, &str)] = &[
    ("Instant::now", "a clock"),
    ("SystemTime::now", "a clock"),
    ("now_utc", "a clock"),
    ("now_local", "a clock"),
    ("println!", "printing"),
    ("eprintln!", "printing"),
    ("print!", "printing"),
    ("eprint!", "printing"),
    ("dbg!", "printing"),
];
/// The one file of the core that reads the wall clock, so that all else can be tested at any time.
const WALL_CLOCK: &str = "rdpcheck-core/src/probe/clock.rs";

/// A file with more lines than this says at its top why.
const LONGEST_FILE: usize = 800;
/// How it says so.
const LONG_BECAUSE: &str = "Long because ";
/// How much Rust the bindings may have; more of it means that protocol or judgement went where it does not belong.
const THIN: &[(&str, usize)] = &[("rdpcheck-ffi", 2600), ("rdpcheck-py", 1500)];

/// Extensions of files that people write.
const WRITTEN: &[&str] = &["c", "cpp", "h", "hpp", "md", "py", "pyi", "rs", "sh", "toml", "yml", "yaml"];

/// Runs all checks, a part for each.
pub(crate) fn run(workspace: &Workspace, board: &mut Board) {
    let files = match load(workspace) {
        Ok(files) => files,
        Err(problem) => {
            board.one("source: reading", || Err(problem));
            return;
        }
    };
    type Check = fn(&[Source]) -> Vec<String>;
    let checks: [(&str, Check); 5] = [
        ("source: purity", purity),
        ("source: clocks", clocks),
        ("source: long files", long_files),
        ("source: thin bindings", thin_bindings),
        ("source: ASCII", ascii),
    ];
    for (name, check) in checks {
        board.one(name, || verdict(check(&files)));
    }
    board.one("source: links", || verdict(links::broken(&files, &workspace.files()?)));
}

fn verdict(mut problems: Vec<String>) -> Result<Option<String>, String> {
    problems.dedup();
    let Some(first) = problems.first() else {
        return Ok(None);
    };
    problems.iter().for_each(|problem| crate::process::say(problem));
    Err(format!("{} in all, the first: {first}", problems.len()))
}

fn load(workspace: &Workspace) -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    for path in workspace.files()? {
        let written = path.rsplit_once('.').is_some_and(|(_, extension)| WRITTEN.contains(&extension));
        if written {
            let text =
                fs::read(workspace.path(&path)).map_err(|error| format!("cannot read {path}: {error}"))?;
            let text = String::from_utf8_lossy(&text).into_owned();
            sources.push(Source { path, text });
        }
    }
    Ok(sources)
}

/// `wire`, `evidence`, `diagnose` and `code` do no I/O, read no clock and log nothing.
fn purity(files: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let pure = |path: &str| {
        PURE.iter().any(|module| {
            let rest = path.strip_prefix("rdpcheck-core/src/");
            rest.and_then(|rest| rest.strip_prefix(module))
                .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
        })
    };
    for file in files.iter().filter(|file| pure(&file.path)) {
        let code = code_of(&file.text);
        for path in code.paths() {
            let found = IMPURE.iter().find(|(start, _)| path.starts_with(start));
            if let Some((start, what)) = found {
                problems.push(format!("{}: {start} is {what}, and this module is pure", file.path));
            }
        }
        for (word, what) in IMPURE_WORDS {
            if code.names(word) {
                problems.push(format!("{}: {word} is {what}, and this module is pure", file.path));
            }
        }
    }
    problems
}

/// The core reads the wall clock in one place, and elsewhere only the clock of the runtime, which tests can stop.
fn clocks(files: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    let core = |path: &str| path.starts_with("rdpcheck-core/src/") && path != WALL_CLOCK;
    for file in files.iter().filter(|file| core(&file.path)) {
        let code = code_of(&file.text);
        let imported = code
            .paths()
            .iter()
            .any(|path| path.starts_with("std::time::Instant") || path.starts_with("std::time::SystemTime"));
        let called = ["SystemTime::now", "now_utc", "now_local"].iter().any(|word| code.names(word));
        if imported || called {
            problems.push(format!(
                "{}: the wall clock is read in {WALL_CLOCK} alone; for lengths of time there is tokio::time::Instant",
                file.path
            ));
        }
    }
    problems
}

fn long_files(files: &[Source]) -> Vec<String> {
    let counted = |path: &str| path.ends_with(".rs") || path.ends_with(".py") || path.ends_with(".c");
    files
        .iter()
        .filter(|file| counted(&file.path))
        .filter(|file| file.text.lines().count() > LONGEST_FILE)
        .filter(|file| !file.text.lines().take(20).any(|line| line.contains(LONG_BECAUSE)))
        .map(|file| {
            format!(
                "{}: {} lines; above {LONGEST_FILE} a comment at the top says \"{LONG_BECAUSE}...\"",
                file.path,
                file.text.lines().count()
            )
        })
        .collect()
}

fn thin_bindings(files: &[Source]) -> Vec<String> {
    THIN.iter()
        .filter_map(|(package, most)| {
            let lines: usize = files
                .iter()
                .filter(|file| file.path.starts_with(&format!("{package}/src/")))
                .filter(|file| file.path.ends_with(".rs") && !file.path.ends_with("/tests.rs"))
                .map(|file| file.text.lines().count())
                .sum();
            (lines >= *most).then(|| {
                format!("{package}: {lines} lines of Rust, and it is to stay below {most}: is there protocol or judgement in it?")
            })
        })
        .collect()
}

fn ascii(files: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        let line = file.text.lines().enumerate().find(|(_, line)| !line.is_ascii());
        if let Some((index, _)) = line {
            problems.push(format!("{}:{}: not ASCII; write it as an escape", file.path, index + 1));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Vec<Source> {
        vec![Source { path: path.to_owned(), text: text.to_owned() }]
    }

    #[test]
    fn impure_code_is_found_and_words_about_it_are_not() {
        for (text, bad) in [
            ("use std::net::{IpAddr, TcpStream};", true),
            ("use std::{fmt, io::Read};", true),
            ("use tokio::time::Instant;", true),
            ("let t = Instant::now();", true),
            ("tracing::debug!(\"x\");", true),
            ("let s = std::fs::read(path);", true),
            ("use std::net::{IpAddr, SocketAddr};", false),
            ("// tokio::net and std::io are elsewhere", false),
            ("/* std::fs */ let s = \"std::io println!\";", false),
            ("let iobound = r#\"tokio::spawn\"#;", false),
        ] {
            let problems = purity(&file("rdpcheck-core/src/wire/hello.rs", text));
            assert_eq!(!problems.is_empty(), bad, "{text}: {problems:?}");
            assert!(purity(&file("rdpcheck-core/src/probe/tls.rs", text)).is_empty());
        }
        assert!(!purity(&file("rdpcheck-core/src/wire.rs", "use std::io;")).is_empty());
    }

    #[test]
    fn the_wall_clock_has_one_reader() {
        let text = "OffsetDateTime::now_utc()";
        assert!(clocks(&file(WALL_CLOCK, text)).is_empty());
        assert_eq!(clocks(&file("rdpcheck-core/src/checker.rs", text)).len(), 1);
        assert!(clocks(&file("rdpcheck-core/src/checker.rs", "tokio::time::Instant::now()")).is_empty());
    }

    #[test]
    fn long_files_say_why() {
        let long = "\n".repeat(LONGEST_FILE + 1);
        assert_eq!(long_files(&file("a/b.rs", &long)).len(), 1);
        let said = format!("//! Long because it is a table.\n{long}");
        assert!(long_files(&file("a/b.rs", &said)).is_empty());
        assert_eq!(thin_bindings(&file("rdpcheck-ffi/src/a.rs", &"\n".repeat(2600))).len(), 1);
        assert!(thin_bindings(&file("rdpcheck-ffi/src/a.rs", "\n")).is_empty());
    }

    #[test]
    fn other_characters_are_found() {
        assert_eq!(ascii(&file("a.md", "x\n\u{2013}\n")), ["a.md:2: not ASCII; write it as an escape"]);
    }
}
