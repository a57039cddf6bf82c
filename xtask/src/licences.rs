//! Licences, banned packages and sources of the dependencies, by `deny.toml`.
//!
//! `cargo deny` reads that file; where it is not installed (compiling it takes minutes) the same rules are applied here
//! to what `cargo metadata` says, and the table says that `cargo deny` itself did not run.

use std::fs;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq};
use toml::Table;

use crate::board::Board;
use crate::process::{self, LIMIT, ask, say};
use crate::workspace::{Workspace, metadata};

const RULES: &str = "deny.toml";

/// Checks with `cargo deny`, or without it.
pub(crate) fn run(workspace: &Workspace, board: &mut Board) {
    let installed = ask(Command::new("cargo-deny").arg("--version"));
    board.one("cargo deny", || match installed {
        Some(_) => {
            let arguments = ["deny", "--locked", "check", "licenses", "bans", "sources"];
            process::run(&mut workspace.cargo(&arguments), LIMIT).ok().map(|_| None)
        }
        None => {
            Ok(Some("cargo-deny is not installed; the next part applies deny.toml without it".to_owned()))
        }
    });
    board.one("licences", || check(workspace).map(|()| None));
}

fn check(workspace: &Workspace) -> Result<(), String> {
    let rules =
        fs::read_to_string(workspace.path(RULES)).map_err(|error| format!("cannot read {RULES}: {error}"))?;
    let rules = Rules::read(&rules)?;
    let metadata = metadata(&workspace.root, &[])?;
    let packages: Vec<&Value> =
        metadata.get("packages").and_then(Value::as_array).into_iter().flatten().collect();
    let problems: Vec<String> = packages.iter().flat_map(|package| rules.judge(package)).collect();
    say(&format!("{} packages looked at", packages.len()));
    problems.iter().for_each(|problem| say(problem));
    match problems.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} in all, the first: {first}", problems.len())),
    }
}

/// What `deny.toml` allows.
struct Rules {
    allowed: Vec<String>,
    /// Licences that are allowed to one package alone.
    exceptions: Vec<(String, Vec<String>)>,
    /// Packages that may not be used, and why.
    banned: Vec<(String, String)>,
}

impl Rules {
    fn read(text: &str) -> Result<Self, String> {
        let table: Table = toml::from_str(text).map_err(|error| format!("{RULES}: {error}"))?;
        let list = |section: &str, key: &str| {
            table
                .get(section)
                .and_then(|section| section.get(key))
                .and_then(toml::Value::as_array)
                .cloned()
                .ok_or_else(|| format!("{RULES} has no list {section}.{key}"))
        };
        let text = |value: &toml::Value, key: &str| {
            value
                .get(key)
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
                .ok_or_else(|| format!("{RULES}: an entry without `{key}`: {value}"))
        };
        let texts = |values: &[toml::Value]| -> Vec<String> {
            values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let mut exceptions = Vec::new();
        for exception in list("licenses", "exceptions")? {
            let allowed = exception.get("allow").and_then(toml::Value::as_array);
            exceptions.push((text(&exception, "crate")?, texts(allowed.map_or(&[], Vec::as_slice))));
        }
        let mut banned = Vec::new();
        for ban in list("bans", "deny")? {
            banned.push((text(&ban, "crate")?, text(&ban, "reason")?));
        }
        Ok(Self { allowed: texts(&list("licenses", "allow")?), exceptions, banned })
    }

    /// What is wrong with a package.
    fn judge(&self, package: &Value) -> Vec<String> {
        let text = |key: &str| package.get(key).and_then(Value::as_str);
        let name = text("name").unwrap_or("?");
        let label = format!("{name} {}", text("version").unwrap_or("?"));
        let mut problems = Vec::new();
        if let Some((_, reason)) = self.banned.iter().find(|(banned, _)| banned == name) {
            problems.push(format!("{label} is banned: {reason}"));
        }
        // What comes from a path is the workspace's own; cargo-deny knows the one registry that is allowed by default.
        if let Some(source) = text("source").filter(|source| !source.starts_with("registry+")) {
            problems.push(format!("{label} comes from {source}, which is no registry"));
        }
        match text("license") {
            None => problems.push(format!("{label} does not say its licence")),
            Some(licence) => {
                problems.extend(self.licence(name, licence).err().map(|why| format!("{label}: {why}")))
            }
        }
        problems
    }

    fn licence(&self, name: &str, licence: &str) -> Result<(), String> {
        let expression = Expression::parse_mode(licence, spdx::ParseMode::LAX)
            .map_err(|error| format!("the licence {licence:?} cannot be read: {}", error.reason))?;
        let own = self.exceptions.iter().filter(|(known, _)| known == name);
        let own: Vec<&String> = own.flat_map(|(_, allowed)| allowed).collect();
        let allows = |wanted: &LicenseReq| {
            let wanted = wanted.to_string();
            self.allowed.iter().chain(own.iter().copied()).any(|known| *known == wanted)
        };
        if expression.evaluate(allows) {
            return Ok(());
        }
        Err(format!("the licence {licence} is not in the list of allowed ones"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "odd", allow = ["Zlib"] }]
        [bans]
        deny = [{ crate = "openssl-sys", reason = "no C toolchain" }]
        [sources]
    "#;

    fn judge(name: &str, licence: Option<&str>, source: Option<&str>) -> Vec<String> {
        let package = serde_json::json!({
            "name": name, "version": "1.0.0", "license": licence, "source": source,
        });
        Rules::read(TEXT).unwrap().judge(&package)
    }

    #[test]
    fn licences_are_expressions() {
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "(MIT AND Apache-2.0) OR Zlib",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(judge("a", Some(good), None).is_empty(), "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "Zlib", "my own"] {
            assert_eq!(judge("a", Some(bad), None).len(), 1, "{bad}");
        }
        assert!(judge("odd", Some("Zlib"), None).is_empty());
        assert_eq!(judge("a", None, None), ["a 1.0.0 does not say its licence"]);
    }

    #[test]
    fn bans_and_sources_are_named() {
        assert_eq!(judge("openssl-sys", Some("MIT"), None), ["openssl-sys 1.0.0 is banned: no C toolchain"]);
        assert!(judge("a", Some("MIT"), Some("registry+https://registry.example/index")).is_empty());
        assert_eq!(judge("a", Some("MIT"), Some("git+https://git.example/a")).len(), 1);
    }

    #[test]
    fn the_committed_rules_can_be_read() {
        let rules = Rules::read(include_str!("../../deny.toml")).unwrap();
        assert!(rules.allowed.iter().any(|licence| licence == "MIT"));
    }
}
