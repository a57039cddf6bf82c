//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The workspace that is worked on.
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
    /// The packages in it, in the order of cargo.
    pub(crate) packages: Vec<Package>,
}

/// A package of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self, String> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().ok_or("xtask has to be a folder of the workspace")?.to_path_buf();
        let metadata = metadata(&root, &["--no-deps"])?;
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let packages = metadata
            .get("packages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|package| {
                Some(Package {
                    name: text(package, "name")?,
                    manifest: text(package, "manifest_path")?.into(),
                })
            })
            .collect();
        let target = text(&metadata, "target_directory").ok_or("cargo metadata names no target directory")?;
        Ok(Self { root, target: target.into(), packages })
    }

    /// A path in the workspace.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A folder for what this program makes, below cargo's target directory.
    pub(crate) fn scratch(&self, relative: &str) -> Result<PathBuf, String> {
        let path = self.target.join("xtask").join(relative);
        std::fs::create_dir_all(&path).map_err(|error| format!("cannot make {}: {error}", path.display()))?;
        Ok(path)
    }

    /// `cargo`, run in the workspace.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root).args(arguments);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// The files that git tracks or would track, relative to the root, in order; all files when there is no git.
    pub(crate) fn files(&self) -> Result<Vec<String>, String> {
        let listed = Command::new("git")
            .current_dir(&self.root)
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .output();
        let mut files: Vec<String> = match listed {
            Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter(|file| self.root.join(file).is_file())
                .map(str::to_owned)
                .collect(),
            _ => {
                let mut found = Vec::new();
                walk(&self.root, &self.root, &mut found)?;
                found
            }
        };
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }
}

/// What `cargo metadata` says.
pub(crate) fn metadata(root: &Path, more: &[&str]) -> Result<Value, String> {
    let output = Command::new(cargo())
        .current_dir(root)
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(more)
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata is no JSON: {error}"))
}

/// The cargo that runs this program.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<(), String> {
    let problem = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), ".git" | ".venv" | "__pycache__" | "dist" | "target") {
                walk(root, &path, found)?;
            }
        } else if let Ok(relative) = path.strip_prefix(root) {
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}
