use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rdpcheck_core::{CheckOptions, ClientError, Depth, Target, blocking};
use rdpcheck_lab::{Check, LabHost, Scenario};
use serde_json::Value;

/// A way to run a check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Language {
    /// The crate, in this process.
    Rust,
    /// A program that takes the command line of `rdpcheck`: the example in C, or Python with `-m rdpcheck`.
    Command(Vec<String>),
}

/// The scenario files, in order.
///
/// # Panics
///
/// When they cannot be listed.
#[must_use]
#[expect(clippy::expect_used, reason = "a test cannot go on")]
pub fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of scenarios")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

/// What came of a check of a fresh host.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Played {
    /// The report.
    pub report: Value,
    /// The host's port.
    pub port: u16,
    /// The greatest number of connections that were open at once, as the host saw it.
    pub at_once: usize,
}

/// Plays a scenario on a fresh host and checks it.
///
/// # Errors
///
/// What went wrong, in words.
pub fn play(scenario: &Scenario, language: &Language) -> Result<Played, String> {
    let host = LabHost::start(scenario).map_err(|error| error.to_string())?;
    let check = scenario.check();
    let address = host.address();
    let port = check.port.unwrap_or_else(|| address.port());
    let target = match &check.host {
        Some(name) if name.contains(':') => format!("[{name}]:{}", port),
        Some(name) => format!("{name}:{}", port),
        None => address.to_string(),
    };
    let json = match language {
        Language::Rust => in_rust(&target, check)?,
        Language::Command(command) => by_command(command, &target, check)?,
    };
    let report = serde_json::from_str(&json).map_err(|error| format!("{error} in {json:.300}"))?;
    Ok(Played { report, port: address.port(), at_once: host.most_at_once() })
}

fn limits(check: &Check) -> [(&'static str, Option<f64>); 6] {
    [
        ("deadline", check.deadline_seconds),
        ("resolve_timeout", check.limits.resolve),
        ("connect_timeout", check.limits.connect),
        ("negotiate_timeout", check.limits.negotiate),
        ("tls_timeout", check.limits.tls),
        ("credssp_timeout", check.limits.credssp),
    ]
}

fn in_rust(target: &str, check: &Check) -> Result<String, String> {
    let words = |error: rdpcheck_core::Error| error.to_string();
    let mut options = CheckOptions::default();
    for (name, seconds) in limits(check) {
        if let Some(seconds) = seconds {
            options = options.limit_seconds(name, seconds).map_err(words)?;
        }
    }
    if let Some(depth) = &check.depth {
        options = options.depth(Depth::from_code(depth).map_err(words)?);
    }
    if let Some(shown) = &check.client_error {
        options = options.client_error(shown.parse::<ClientError>().map_err(words)?);
    }
    if let Some(name) = &check.server_name {
        options = options.server_name(name);
    }
    if let Some(name) = &check.probe_name {
        options = options.probe_name(name.parse().map_err(words)?);
    }
    if let Some(address) = &check.wake {
        options = options.wake_on_lan(address.parse().map_err(words)?);
    }
    let target: Target = target.parse().map_err(words)?;
    let report = blocking::check(&target, options).map_err(words)?;
    Ok(report.to_json())
}

fn by_command(command: &[String], target: &str, check: &Check) -> Result<String, String> {
    let (program, first) = command.split_first().ok_or("no command")?;
    let mut run = Command::new(program);
    run.args(first).arg("--json");
    for (name, seconds) in limits(check) {
        if let Some(seconds) = seconds {
            run.arg(format!("--{}", name.replace('_', "-"))).arg(seconds.to_string());
        }
    }
    for (option, value) in [
        ("--depth", &check.depth),
        ("--client-error", &check.client_error),
        ("--server-name", &check.server_name),
        ("--probe-name", &check.probe_name),
        ("--wake-on-lan", &check.wake),
    ] {
        if let Some(value) = value {
            run.arg(option).arg(value);
        }
    }
    run.arg(target).stdin(Stdio::null());
    let output = run.output().map_err(|error| format!("{program}: {error}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let healthy = text.contains("\"headline\":\"healthy\"") || text.contains("\"headline\": \"healthy\"");
    match output.status.code() {
        Some(0) if healthy => Ok(text),
        Some(1) if !healthy => Ok(text),
        status => Err(format!("exit status {status:?}, healthy {healthy}: {stderr}")),
    }
}
