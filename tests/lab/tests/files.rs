//! Every scenario file can be played, by the library and by the program.

#![expect(clippy::unwrap_used, reason = "a helper that panics fails its test")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rdpcheck_lab::{Headline, LabHost, Scenario};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rdpcheck-lab"))
}

#[test]
fn every_file_is_whole() {
    for path in files() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        let scenario = Scenario::from_file(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let title = scenario.title();
        assert!(!title.is_empty() && title.is_ascii() && !title.ends_with('.'), "{name}: {title}");
        let expected = scenario.expectation().unwrap_or_else(|| panic!("{name}: no [expect]"));
        let healthy = expected.headline == Headline::Healthy;
        assert!(healthy || expected.first.is_some(), "{name}: what must come first?");
        assert_eq!(expected.first.is_some(), expected.verdict.is_some(), "{name}");
        let deep = scenario.check().depth.as_deref() == Some("deep");
        // Where a client is known to have failed, a healthy host is looked at again.
        let asked_more = deep || scenario.check().client_error.is_some();
        assert!(
            !healthy || asked_more || expected.connections == Some(1),
            "{name}: one connection is enough"
        );
    }
}

#[test]
fn every_file_starts() {
    for path in files() {
        let scenario = Scenario::from_file(&path).unwrap();
        if let Err(error) = LabHost::start(&scenario) {
            panic!("{}: {error}", path.display());
        }
    }
}

#[test]
fn program_says_where_it_listens_and_ends_with_its_input() {
    let mut child = program()
        .arg(folder().join("windows-nla.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let address = line.strip_prefix("listening on ").unwrap().trim_end();
    std::net::TcpStream::connect(address).unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    line.clear();
    assert_eq!(stdout.read_line(&mut line).unwrap(), 0);
}

#[test]
fn program_refuses_bad_arguments() {
    for (arguments, part) in [
        (vec![], "usage"),
        (vec!["missing.toml"], "missing.toml"),
        (vec!["a.toml", "--port", "many"], "`many`"),
        (vec!["a.toml", "b.toml"], "more than one"),
        (vec!["--verbose"], "--verbose"),
    ] {
        let output = program().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(part), "{message}");
    }
}
