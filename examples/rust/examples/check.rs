//! Checks a host and prints the diagnosis, or shows one of a scripted host when no host is named.
//!
//! ```text
//! cargo run --release --example check
//! cargo run --release --example check -- HOST[:PORT] --client-error 0x904/0x7
//! ```

use std::io::Write as _;
use std::process::ExitCode;

use rdpcheck_core::{CheckOptions, ClientError, Depth, Error, Headline, Report, Target, blocking};
use rdpcheck_lab::{LabHost, Scenario};

const USAGE: &str = "\
usage: check [HOST[:PORT]] [--client-error CODE[/EXTENDED]] [--depth quick|standard|deep]
             [--probe-name NAME] [--wake-on-lan ADDRESS] [--json]

Without HOST a scripted broken host on this computer is diagnosed, to show what a diagnosis looks like.

exit status: 0  the host is healthy, or the demonstration was shown
             1  it is not; the report says why
             2  wrong usage
             3  the check could not be carried out";

/// A server that cannot use the key of its certificate: one of the faults that clients show as 0x904 / 0x7.
const DEMONSTRATION: &str = include_str!("../../../tests/scenarios/xrdp-key-unusable.toml");

fn main() -> ExitCode {
    let wanted = match Wanted::parse(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(problem) => {
            complain(&format!("{problem}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    if wanted.help {
        return print(USAGE);
    }
    let checked = match &wanted.target {
        Some(target) => check(target, &wanted),
        None => demonstrate(&wanted),
    };
    let report = match checked {
        Ok(report) => report,
        Err(problem) => {
            complain(&problem);
            return ExitCode::from(3);
        }
    };
    let printed = print(&if wanted.json { report.to_json() } else { report.to_text() });
    if wanted.target.is_none() || report.headline == Headline::Healthy || printed != ExitCode::SUCCESS {
        return printed;
    }
    ExitCode::from(1)
}

fn check(target: &Target, wanted: &Wanted) -> Result<Report, String> {
    blocking::check(target, wanted.options.clone()).map_err(|error| error.to_string())
}

/// Plays a broken host on loopback and checks it.
fn demonstrate(wanted: &Wanted) -> Result<Report, String> {
    let scenario: Scenario = DEMONSTRATION.parse().map_err(words)?;
    let host = LabHost::start(&scenario).map_err(words)?;
    // On standard error, so that standard output is the report alone.
    complain(&format!(
        "a scripted broken host plays on {} of this computer; for a real one: \
         cargo run --release --example check -- HOST[:PORT]\n",
        host.address()
    ));
    let target: Target = host.address().to_string().parse().map_err(words)?;
    check(&target, wanted)
}

/// What was asked for.
struct Wanted {
    target: Option<Target>,
    options: CheckOptions,
    json: bool,
    help: bool,
}

impl Wanted {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self { target: None, options: CheckOptions::default(), json: false, help: false };
        while let Some(argument) = arguments.next() {
            let (name, mut value) = match argument.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
                _ => (argument, None),
            };
            let mut next = || {
                let given = value.take().or_else(|| arguments.next());
                given.ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--help" | "-h" => wanted.help = true,
                "--json" => wanted.json = true,
                "--client-error" => {
                    let shown: ClientError = next()?.parse().map_err(words::<Error>)?;
                    wanted.options = wanted.options.client_error(shown);
                }
                "--depth" => {
                    let depth = Depth::from_code(&next()?).map_err(words)?;
                    wanted.options = wanted.options.depth(depth);
                }
                "--probe-name" => {
                    let name = next()?.parse().map_err(words::<Error>)?;
                    wanted.options = wanted.options.probe_name(name);
                }
                "--wake-on-lan" => {
                    let address = next()?.parse().map_err(words::<Error>)?;
                    wanted.options = wanted.options.wake_on_lan(address);
                }
                option if option.starts_with('-') => return Err(format!("unknown option {option}")),
                host if wanted.target.is_none() => {
                    wanted.target = Some(host.parse().map_err(words::<Error>)?);
                }
                more => return Err(format!("one host at a time; {more} is one too many")),
            }
            if let Some(value) = value {
                return Err(format!("{name} takes no value, and {value:?} was given"));
            }
        }
        Ok(wanted)
    }
}

/// An error with its causes, which may repeat one another.
fn words<E: std::error::Error>(error: E) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}

/// Prints to standard output; a reader that went away is no fault.
fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("cannot write to standard output: {error}"));
            ExitCode::from(3)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn complain(text: &str) {
    // If standard error is gone as well, the exit status has to do.
    drop(writeln!(std::io::stderr(), "{text}"));
}
