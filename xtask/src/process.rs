//! Running other programs, and speaking to the person who waits.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// After so long a program is taken to hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Writes a line to standard output.
pub(crate) fn say(line: &str) {
    // The words of this program's own tests are no results of a test run.
    if cfg!(test) {
        return;
    }
    // When standard output is gone there is nobody left to tell.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// What a program said on both streams, and how it ended.
pub(crate) struct Finished {
    pub(crate) output: String,
    pub(crate) failure: Option<String>,
}

impl Finished {
    /// Nothing was run, because of this.
    pub(crate) fn failed(failure: String) -> Self {
        Self { output: String::new(), failure: Some(failure) }
    }

    /// The output, or why there is none.
    pub(crate) fn ok(self) -> Result<String, String> {
        match self.failure {
            None => Ok(self.output),
            Some(failure) => Err(failure),
        }
    }
}

/// Runs a program, shows what it says as it comes, and keeps it. It is ended after the limit.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Finished {
    follow(command, limit, [true, true])
}

/// As [`run`], but standard output is for the caller alone.
pub(crate) fn run_for_output(command: &mut Command, limit: Duration) -> Finished {
    follow(command, limit, [false, true])
}

/// As [`run`], but shows what the program says only when it fails.
pub(crate) fn run_quietly(command: &mut Command, limit: Duration) -> Finished {
    let finished = follow(command, limit, [false, false]);
    if finished.failure.is_some() {
        say(finished.output.trim_end());
    }
    finished
}

/// `show` is for standard output and standard error.
fn follow(command: &mut Command, limit: Duration, show: [bool; 2]) -> Finished {
    let words = describe(command);
    say(&format!("$ {words}"));
    without_our_libraries(command);
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            return Finished::failed(format!("cannot run {}: {error}", program(command)));
        }
    };
    let kept = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|stream| reader(stream, &kept, show[0])),
        child.stderr.take().map(|stream| reader(stream, &kept, show[1])),
    ];
    let failure = wait(&mut child, limit);
    // What a program leaves running may hold the streams open; it is not waited for.
    let patience = Instant::now() + Duration::from_secs(5);
    for reader in readers.into_iter().flatten() {
        while !reader.is_finished() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(5));
        }
    }
    let output = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Finished { output, failure: failure.map(|failure| format!("{} {failure}", program(command))) }
}

/// Cargo gives the programs that it runs the folders of its own builds to search for libraries; what is run from here must
/// find the libraries that it was linked with.
fn without_our_libraries(command: &mut Command) {
    let Ok(here) = std::env::current_exe() else { return };
    for variable in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        let Some(value) = std::env::var_os(variable) else { continue };
        let ours = |folder: &PathBuf| here.parent().is_some_and(|built| folder.starts_with(built));
        let others: Vec<PathBuf> = std::env::split_paths(&value).filter(|folder| !ours(folder)).collect();
        match std::env::join_paths(&others) {
            Ok(value) if !others.is_empty() => command.env(variable, value),
            _ => command.env_remove(variable),
        };
    }
}

fn reader(
    stream: impl Read + Send + 'static,
    kept: &Arc<Mutex<String>>,
    show: bool,
) -> thread::JoinHandle<()> {
    let kept = Arc::clone(kept);
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if show {
                say(&line);
            }
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_str(&line);
            kept.push('\n');
        }
    })
}

/// Waits for the end; says how it failed, if it did.
fn wait(child: &mut Child, limit: Duration) -> Option<String> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return None,
            Ok(Some(status)) => return Some(format!("ended with {status}")),
            Ok(None) => {}
            Err(error) => return Some(format!("cannot be waited for: {error}")),
        }
        if begun.elapsed() > limit {
            // It may have ended meanwhile, and then there is nothing to end.
            drop(child.kill());
            drop(child.wait());
            return Some(format!("did not end within {} s and was killed", limit.as_secs()));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// What a program says when it succeeds, without showing anything.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The path of a program, when it is installed.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    if name.contains(std::path::MAIN_SEPARATOR) {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

fn program(command: &Command) -> String {
    Path::new(command.get_program()).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The command as a person would type it, programs by their name alone.
fn describe(command: &Command) -> String {
    let mut words = vec![program(command)];
    words.extend(command.get_args().map(|argument| {
        let argument = argument.to_string_lossy();
        if argument.is_empty() || argument.contains([' ', '"', '$', '*']) {
            format!("'{argument}'")
        } else {
            argument.into_owned()
        }
    }));
    words.join(" ")
}
