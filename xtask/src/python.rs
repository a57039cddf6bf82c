//! Python: the interpreter, an environment of its own, the wheel.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{LIMIT, ask, run, run_quietly, say};
use crate::workspace::Workspace;

/// The oldest Python that the package supports.
const OLDEST: (u32, u32) = (3, 10);
/// What the tests and the linters are pinned to.
const REQUIREMENTS: &str = "tests/python/requirements.txt";
/// What builds the wheel, unless the requirements name it.
const MATURIN: &str = "maturin==1.16.0";

/// An environment with the tools in it.
pub(crate) struct Python {
    pub(crate) executable: PathBuf,
}

impl Python {
    /// Makes the environment, or finds that it is there already. The inner error says why there can be none here.
    pub(crate) fn prepare(workspace: &Workspace) -> Result<Result<Self, String>, String> {
        let Some((interpreter, version)) = interpreter() else {
            let (major, minor) = OLDEST;
            return Ok(Err(format!("there is no Python {major}.{minor} or newer")));
        };
        if ask(Command::new(&interpreter).args(["-c", "import ensurepip, venv"])).is_none() {
            return Ok(Err(format!(
                "Python {version} cannot make environments (its venv module or ensurepip is not installed)"
            )));
        }
        let requirements = fs::read_to_string(workspace.path(REQUIREMENTS))
            .map_err(|error| format!("cannot read {REQUIREMENTS}: {error}"))?;
        let names_maturin = requirements.lines().any(|line| line.trim_start().starts_with("maturin"));
        let folder = workspace.scratch("python")?;
        let environment = folder.join("environment");
        let executable = if cfg!(windows) {
            environment.join("Scripts").join("python.exe")
        } else {
            environment.join("bin").join("python")
        };
        let mut hasher = DefaultHasher::new();
        (&interpreter, &version, &requirements, MATURIN).hash(&mut hasher);
        let wanted = format!("{:016x}", hasher.finish());
        let stamp = folder.join("installed");
        let python = Self { executable };
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && python.executable.is_file() {
            return Ok(Ok(python));
        }
        // Half an environment is of no use; the stamp is written last.
        drop(fs::remove_file(&stamp));
        say(&format!("making an environment of Python {version}"));
        let mut make = Command::new(&interpreter);
        make.args(["-m", "venv", "--clear"]).arg(&environment);
        run_quietly(&mut make, LIMIT).ok()?;
        let mut install = python.command(workspace);
        install.args(PIP_INSTALL).args(["--requirement", REQUIREMENTS]);
        if !names_maturin {
            install.arg(MATURIN);
        }
        run(&mut install, LIMIT).ok()?;
        fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
        Ok(Ok(python))
    }

    /// The environment's Python, run in the workspace.
    pub(crate) fn command(&self, workspace: &Workspace) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .current_dir(&workspace.root)
            .env_remove("PYTHONPATH")
            .env_remove("PYTHONHOME")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("CARGO_TARGET_DIR", &workspace.target);
        command
    }

    /// Builds the wheel and installs it.
    pub(crate) fn install_wheel(&self, workspace: &Workspace) -> Result<(), String> {
        let wheels = workspace.scratch("wheels")?;
        let cannot = |error: std::io::Error| format!("cannot empty {}: {error}", wheels.display());
        fs::remove_dir_all(&wheels).map_err(cannot)?;
        let mut build = self.command(workspace);
        build
            .args(["-m", "maturin", "build", "--release", "--locked"])
            .args(["--manifest-path", "rdpcheck-py/Cargo.toml"])
            // The wheel is for this machine, not for others.
            .args(["--compatibility", "linux", "--out"])
            .arg(&wheels)
            .arg("--interpreter")
            .arg(&self.executable);
        run(&mut build, LIMIT).ok()?;
        let wheel = crate::test::sources(&wheels, "whl");
        let [wheel] = wheel.as_slice() else {
            return Err(format!("maturin made {} wheels, not one", wheel.len()));
        };
        let mut install = self.command(workspace);
        install.args(PIP_INSTALL).args(["--force-reinstall", "--no-deps"]).arg(wheel);
        run(&mut install, LIMIT).ok().map(|_| ())
    }
}

const PIP_INSTALL: &[&str] =
    &["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"];

/// The newest Python that is new enough, and its version.
fn interpreter() -> Option<(PathBuf, String)> {
    let named = std::env::var("PYTHON").ok();
    let usual = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];
    named.as_deref().into_iter().chain(usual).find_map(|name| version_of(Path::new(name)))
}

fn version_of(name: &Path) -> Option<(PathBuf, String)> {
    let script = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
    let said = ask(Command::new(name).args(["-c", script]))?;
    let (executable, version) = said.split_once('\n')?;
    let mut numbers = version.trim().split('.').map(|number| number.parse::<u32>().ok());
    let (major, minor) = (numbers.next()??, numbers.next()??);
    ((major, minor) >= OLDEST).then(|| (executable.trim().into(), version.trim().to_owned()))
}
