//! The examples in the README, run as they stand.
//!
//! * `rust` blocks are documentation tests; they may say `no_run` or `ignore` as such tests do.
//! * `python` blocks are run, with the wheel installed.
//! * `c` and `cpp` blocks are compiled against the header and the library, and run.
//! * Of `sh` and `console` blocks the lines that build or run something in this repository are run (`cargo build`,
//!   `cargo run`, `cc`); others install or need a real host, and are said not to be run.
//!
//! Where a block names `host.example`, a scripted healthy host on loopback takes its place.
//! A block that says `no_run` after its language is compiled where it can be and not run.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::board::{Board, Reports};
use crate::process::{self, Finished, LIMIT, say};
use crate::test::{Built, Languages, compile};
use crate::workspace::Workspace;

const README: &str = "README.md";
/// The host that stands for `host.example`.
const SCENARIO: &str = "tests/scenarios/windows-nla.toml";
/// Beginnings of lines that are run.
const RUN: &[&str] = &["cargo build", "cargo run", "cc "];

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
        let code = host.stand_in(&block.code);
        match block.language.as_str() {
            "python" | "py" => board.one(&name, || python(workspace, block, &code, languages)),
            "c" | "cpp" | "c++" => board.one(&name, || c(workspace, block, &code, languages)),
            "sh" | "console" | "bash" | "shell" => {
                for line in commands(&code) {
                    let short: String = line.chars().take(48).collect();
                    board.one(&format!("readme: {short}"), || shell(workspace, &line, built));
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
        let host = Self {
            child,
            _input: input,
            address: address.unwrap_or_default(),
        };
        if host.address.is_empty() {
            return Err(format!(
                "the scripted host does not say where it listens: {line:?}"
            ));
        }
        Ok(host)
    }

    fn stand_in(&self, code: &str) -> String {
        code.replace("host.example:3389", &self.address)
            .replace("host.example", &self.address)
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
    command
        .current_dir(&workspace.root)
        .args(["--test", "--edition", "2024", README]);
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
        command
            .arg("--extern")
            .arg(format!("{crate_name}={}", library.display()));
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
    code: &str,
    languages: &Languages,
) -> Result<Option<String>, String> {
    let Some(python) = &languages.python else {
        return Ok(Some("the wheel is not installed".to_owned()));
    };
    let file = write(workspace, block, code, "py")?;
    let mut command = Command::new(python);
    command.current_dir(&workspace.root);
    if block.no_run {
        command.args(["-m", "py_compile"]);
    }
    process::run(command.arg(file), LIMIT).ok().map(|_| None)
}

fn c(
    workspace: &Workspace,
    block: &Block,
    code: &str,
    languages: &Languages,
) -> Result<Option<String>, String> {
    if !languages.c_library {
        return Ok(Some("the C library was not built".to_owned()));
    }
    let extension = if block.language == "c" { "c" } else { "cpp" };
    let source = write(workspace, block, code, extension)?;
    let program = source.with_extension("out");
    if let Some(reason) = compile(workspace, &source, &program)? {
        return Ok(Some(reason));
    }
    if block.no_run {
        return Ok(None);
    }
    process::run(&mut Command::new(program), LIMIT).ok().map(|_| None)
}

fn write(workspace: &Workspace, block: &Block, code: &str, extension: &str) -> Result<PathBuf, String> {
    let file = workspace
        .scratch("readme")?
        .join(format!("line{}.{extension}", block.line));
    fs::write(&file, code).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    Ok(file)
}

fn shell(workspace: &Workspace, line: &str, built: &Built) -> Result<Option<String>, String> {
    if !RUN.iter().any(|start| line.starts_with(start)) {
        return Ok(Some("it is not for a test run to carry out".to_owned()));
    }
    if line.starts_with("cc ") && process::which("cc").is_none() {
        return Ok(Some("there is no C compiler".to_owned()));
    }
    built.program("rdpcheck-lab")?;
    say("(host.example is a scripted host here)");
    let mut command = Command::new("sh");
    command
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", &workspace.target)
        .args(["-c", line]);
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
        assert_eq!(
            (found[0].language.as_str(), found[0].no_run, found[0].line),
            ("rust", true, 3)
        );
        assert_eq!(found[1].code, "$ cargo run # why\nhello\n");
        assert_eq!(commands(&found[1].code), ["cargo run"]);
        assert_eq!(commands("cc a.c \\\n  -o a\n# note\n"), ["cc a.c -o a"]);
    }
}
