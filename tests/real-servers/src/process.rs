//! Folders and processes that end with their owner.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, fs, process};

/// How often a condition is looked at while it is awaited.
pub(crate) const POLL: Duration = Duration::from_millis(10);

/// How long a stopped process has before it is killed without a chance to clean up.
const STOP: Duration = Duration::from_secs(8);

/// Runs a program until its own standard input ends, then ends the whole process group.
///
/// The pipe is what makes this safe: it closes when the owner drops it, and also when the owner is killed.
/// The subshell catches TERM so that it outlives the program and its end means the program's end; a caught
/// signal, unlike an ignored one, is reset in the program itself.
const SUPERVISOR: &str = r#"
ended=$1; shift
{ trap : TERM; "$@" </dev/null; echo "$?" >"$ended"; } &
read -r _
trap : TERM
kill -s TERM -- "-$$"
tries=0
while [ "$tries" -lt 60 ] && kill -s 0 "$!" 2>/dev/null; do sleep 0.05; tries=$((tries + 1)); done
kill -s KILL -- "-$$"
"#;

/// Runs a program in a mount namespace where the folder `$0` stands in for `/run`.
///
/// Servers keep sockets and folders at fixed places there; each gets its own, and the system's stay alone.
const PRIVATE_RUN: &str = r#"mount --bind "$0" /run && cd / && exec "$@""#;

/// A private folder that is removed when dropped.
#[derive(Debug)]
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("rdpcheck-real-{}-{number}", process::id()));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left-overs in the temporary folder are no reason to fail a test that has its result.
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A program with its arguments, environment and name for the log.
#[derive(Debug)]
pub(crate) struct Launch {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, OsString)>,
}

impl Launch {
    pub(crate) fn new(name: &'static str, program: impl Into<PathBuf>) -> Self {
        Self { name, program: program.into(), arguments: Vec::new(), environment: Vec::new() }
    }

    #[must_use]
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    #[must_use]
    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(self, arguments: I) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    #[must_use]
    pub(crate) fn env(mut self, name: &'static str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name, value.as_ref().to_owned()));
        self
    }

    /// Sees `scratch` at `/run`, whatever its path; `unshare` is the program of that name and needs root.
    #[must_use]
    pub(crate) fn with_private_run(self, unshare: &Path, scratch: &Scratch) -> Self {
        let Self { name, program, arguments, environment } = self;
        let outer = Self { name, program: unshare.to_owned(), arguments: Vec::new(), environment };
        outer.args(["-m", "/bin/sh", "-c", PRIVATE_RUN]).arg(scratch.path()).arg(program).args(arguments)
    }

    /// Runs in the network namespace that a file stands for; `nsenter` is the program of that name and needs root.
    #[must_use]
    pub(crate) fn with_network(self, nsenter: &Path, namespace: &Path) -> Self {
        let Self { name, program, arguments, environment } = self;
        let outer = Self { name, program: nsenter.to_owned(), arguments: Vec::new(), environment };
        outer.arg(format!("--net={}", namespace.display())).arg("--").arg(program).args(arguments)
    }

    /// Starts the program in a process group of its own, with its output in `scratch`.
    pub(crate) fn start(&self, scratch: &Scratch) -> io::Result<Supervised> {
        let ended = scratch.join(format!("{}.ended", self.name));
        let output = scratch.join(format!("{}.out", self.name));
        let errors = scratch.join(format!("{}.err", self.name));
        if ended.exists() {
            fs::remove_file(&ended)?; // of an earlier attempt
        }
        let child = Command::new("/bin/sh")
            .arg("-c")
            .arg(SUPERVISOR)
            .arg("supervisor")
            .arg(&ended)
            .arg(&self.program)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(File::create(&output)?)
            .stderr(File::create(&errors)?)
            .process_group(0)
            .spawn()?;
        Ok(Supervised { child, ended, output, errors })
    }
}

/// A running program; dropping it stops it, with every process that it started, and waits for that.
#[derive(Debug)]
pub(crate) struct Supervised {
    child: Child,
    ended: PathBuf,
    output: PathBuf,
    errors: PathBuf,
}

impl Supervised {
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.exists()
    }

    pub(crate) fn output(&self) -> String {
        text(&self.output)
    }

    pub(crate) fn errors(&self) -> String {
        text(&self.errors)
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let stopped = poll(STOP, || self.child.try_wait().is_ok_and(|status| status.is_some()).then_some(()));
        if stopped.is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// Asks `condition` until it answers or `bound` has passed.
pub(crate) fn poll<T>(bound: Duration, mut condition: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = condition() {
            return Some(answer);
        }
        if start.elapsed() > bound {
            return None;
        }
        thread::sleep(POLL);
    }
}

/// The path of a program in `PATH` or in the folders of system programs, which an ordinary `PATH` leaves out.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|candidate| {
            candidate.metadata().is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0)
        })
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Tries what [`Launch::with_private_run`] needs, which a container may forbid even to root.
pub(crate) fn try_private_run(unshare: &Path) -> Result<(), String> {
    if !is_root() {
        return Err("a private mount needs root".to_owned());
    }
    let mount = "mount --bind /run /run";
    run(Command::new(unshare).args(["-m", "/bin/sh", "-c", mount])).map_err(|error| error.to_string())?;
    Ok(())
}

/// A text file as far as it can be read; nothing where it is missing.
pub(crate) fn text(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Runs a program to its end and gives its standard output; an error carries its standard error.
pub(crate) fn run(command: &mut Command) -> io::Result<Vec<u8>> {
    let done = command.stdin(Stdio::null()).output()?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let program = command.get_program().display();
    Err(io::Error::other(format!("{program} ended with {}: {}", done.status, said.trim())))
}
