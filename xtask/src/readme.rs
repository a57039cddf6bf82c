//! The examples in the README, run as they stand.
//!
//! * `rust` blocks are documentation tests; they may say `no_run` or `ignore` as such tests do.
//! * `python` blocks are run, with the wheel installed.
//! * `c` and `cpp` blocks are compiled against the header and the library, and run.
//! * Of `sh` and `console` blocks the lines that run something of this repository are run (`cargo build`, `cargo run`,
//!   `cc`, `rdpcheck`); of others the table says that they were not.
//!
//! Where a block takes a host as its first argument, and where a line says `HOST[:PORT]`, it gets a scripted healthy host
//! on loopback. A block that says `no_run` after its language is compiled where it can be and not run.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::board::{Board, Reports};
use crate::process::{self, Finished, LIMIT};
use crate::test::{Built, Languages, compile};
use crate::workspace::Workspace;

const README: &str = "README.md";
/// The host that the examples check.
const SCENARIO: &str = "tests/scenarios/windows-nla.toml";
/// Beginnings of lines that are run.
const RUN: &[&str] = &["cargo build", "cargo run", "cc ", "rdpcheck "];

/// Runs every example of the README.
pub(crate) fn test(workspace: &Workspace, board: &mut Board, built: &Built, languages: &Languages) {
    let Ok(text) = fs::read_to_string(workspace.path(README)) else {
        board.one("readme", || Err(format!("{README} is missing")));
        return;
    };
    board.several("readme: rust", Reports::Libtest, || rust(workspace, built));
    let blocks = blocks(&text);
    let host = match Host::start(built, workspace) {
        Ok(host) => host,
        Err(problem) => {
            board.one("readme", || Err(problem));
            return;
        }
    };
    for block in &blocks {
        let name = format!("readme: {}, line {}", block.language, block.line);
        match block.language.as_str() {
            "python" | "py" => board.one(&name, || python(workspace, block, &host, languages)),
            "c" | "cpp" | "c++" => board.one(&name, || c(workspace, block, &host, languages)),
            "sh" | "console" | "bash" | "shell" => {
                for line in commands(&block.code) {
                    let short: String = line.chars().take(48).collect();
                    board.one(&format!("readme: {short}"), || shell(workspace, &line, &host, languages));
                }
            }
            _ => {}
        }
    }
}

/// A fenced block.
struct Block {
    language: String,
    no_run: bool,
    line: usize,
    code: String,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.trim_start().strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => blocks.push(block),
            (Some(info), None) => {
                let mut words = info.split([',', ' ']).map(str::trim);
                open = Some(Block {
                    language: words.next().unwrap_or_default().to_owned(),
                    no_run: words.any(|word| matches!(word, "no_run" | "ignore")),
                    line: index + 1,
                    code: String::new(),
                });
            }
            (None, Some(mut block)) => {
                block.code.push_str(line);
                block.code.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    blocks
}

/// The lines of a block of commands, prompts and continuations taken away.
fn commands(code: &str) -> Vec<String> {
    let joined = code.replace("\\\n", " ");
    let prompts = code.lines().any(|line| line.starts_with("$ "));
    joined
        .lines()
        .filter_map(|line| match line.strip_prefix("$ ") {
            Some(command) => Some(command),
            // What follows a prompt is what the command printed.
            None => Some(line).filter(|_| !prompts),
        })
        .map(|line| line.split(" #").next().unwrap_or(line))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// The healthy host on loopback, until it is dropped.
struct Host {
    child: Child,
    // It ends when this does.
    _input: Option<ChildStdin>,
    address: String,
}

impl Host {
    fn start(built: &Built, workspace: &Workspace) -> Result<Self, String> {
        let problem = |error: std::io::Error| format!("cannot start the scripted host: {error}");
        let mut child = Command::new(built.program("rdpcheck-lab")?)
            .arg(workspace.path(SCENARIO))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(problem)?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line).map_err(problem)?;
        }
        let input = child.stdin.take();
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let host = Self { child, _input: input, address: address.unwrap_or_default() };
        if host.address.is_empty() {
            return Err(format!("the scripted host does not say where it listens: {line:?}"));
        }
        Ok(host)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn rust(workspace: &Workspace, built: &Built) -> Finished {
    let mut command = Command::new(std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()));
    command.current_dir(&workspace.root).args(["--test", "--edition", "2024", README]);
    let mut folders: Vec<PathBuf> = Vec::new();
    for crate_name in ["rdpcheck_core", "tokio"] {
        let library = built
            .0
            .iter()
            .filter(|artifact| artifact.target == crate_name && !artifact.is_test)
            .flat_map(|artifact| &artifact.libraries)
            .rfind(|file| file.extension().is_some_and(|extension| extension == "rlib"));
        let Some(library) = library else {
            return Finished::failed(format!("the library {crate_name} was not built"));
        };
        command.arg("--extern").arg(format!("{crate_name}={}", library.display()));
        folders.extend(library.parent().map(|folder| folder.join("deps")));
        folders.extend(library.parent().map(Path::to_path_buf));
    }
    for folder in folders {
        command.arg("-L").arg(format!("dependency={}", folder.display()));
    }
    process::run(&mut command, LIMIT)
}

fn python(
    workspace: &Workspace,
    block: &Block,
    host: &Host,
    languages: &Languages,
) -> Result<Option<String>, String> {
    let Some(python) = &languages.python else {
        return Ok(Some("the wheel is not installed".to_owned()));
    };
    let file = write(workspace, block, "py")?;
    let mut command = Command::new(python);
    command.current_dir(&workspace.root);
    if block.no_run {
        command.args(["-m", "py_compile"]);
    }
    command.arg(file);
    if !block.no_run {
        command.arg(&host.address);
    }
    process::run(&mut command, LIMIT).ok().map(|_| None)
}

fn c(
    workspace: &Workspace,
    block: &Block,
    host: &Host,
    languages: &Languages,
) -> Result<Option<String>, String> {
    if !languages.c_library {
        return Ok(Some("the C library was not built".to_owned()));
    }
    let extension = if block.language == "c" { "c" } else { "cpp" };
    let source = write(workspace, block, extension)?;
    let program = source.with_extension("out");
    if let Some(reason) = compile(workspace, &source, &program)? {
        return Ok(Some(reason));
    }
    if block.no_run {
        return Ok(None);
    }
    process::run(Command::new(program).arg(&host.address), LIMIT).ok().map(|_| None)
}

fn write(workspace: &Workspace, block: &Block, extension: &str) -> Result<PathBuf, String> {
    let file = workspace.scratch("readme")?.join(format!("line{}.{extension}", block.line));
    fs::write(&file, &block.code).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Ok(file)
}

fn shell(
    workspace: &Workspace,
    line: &str,
    host: &Host,
    languages: &Languages,
) -> Result<Option<String>, String> {
    let Some(start) = RUN.iter().find(|start| line.starts_with(**start)) else {
        return Ok(Some("it is not for a test run to carry out".to_owned()));
    };
    let mut command = Command::new("sh");
    command.current_dir(&workspace.root).env("CARGO_TARGET_DIR", &workspace.target);
    match (*start, languages.python.as_deref().and_then(Path::parent)) {
        ("cc ", _) if process::which("cc").is_none() => {
            return Ok(Some("there is no C compiler".to_owned()));
        }
        ("rdpcheck ", None) => return Ok(Some("the wheel is not installed".to_owned())),
        ("rdpcheck ", Some(programs)) => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let paths = std::iter::once(programs.to_path_buf()).chain(std::env::split_paths(&path));
            let paths = std::env::join_paths(paths).map_err(|error| error.to_string())?;
            // What such a command writes is no part of the workspace.
            command.env("PATH", paths).current_dir(workspace.scratch("readme")?);
        }
        _ => {}
    }
    command.args(["-c", &line.replace("HOST[:PORT]", &host.address)]);
    process::run(&mut command, LIMIT).ok().map(|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_know_language_and_line() {
        let text =
            "# a\n\n```rust,no_run\nlet x = 1;\n```\n\ntext\n\n```console\n$ cargo run # why\nhello\n```\n";
        let found = blocks(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].language.as_str(), found[0].no_run, found[0].line), ("rust", true, 3));
        assert_eq!(found[1].code, "$ cargo run # why\nhello\n");
        assert_eq!(commands(&found[1].code), ["cargo run"]);
        assert_eq!(commands("cc a.c \\\n  -o a\n# note\n"), ["cc a.c -o a"]);
    }
}
