//! Plays one scenario until standard input ends: `rdpcheck-lab SCENARIO.toml [--port N]`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use rdpcheck_lab::{LabHost, Scenario};

const USAGE: &str = "usage: rdpcheck-lab SCENARIO.toml [--port N]";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // There is nowhere left to say that standard error is gone.
            drop(writeln!(io::stderr(), "rdpcheck-lab: {message}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let (path, port) = parse(arguments)?;
    let scenario = Scenario::from_file(&path).map_err(|error| describe(&error))?;
    let host = LabHost::start_on(&scenario, port).map_err(|error| describe(&error))?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on {}", host.address())
        .and_then(|()| stdout.flush())
        .map_err(|error| format!("cannot write to standard output: {error}"))?;
    io::copy(&mut io::stdin(), &mut io::sink())
        .map_err(|error| format!("cannot read standard input: {error}"))?;
    Ok(())
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<(String, u16), String> {
    let mut path = None;
    let mut port = 0;
    while let Some(argument) = arguments.next() {
        if argument == "--port" {
            let value = arguments.next().ok_or_else(|| format!("--port needs a number\n{USAGE}"))?;
            port = value.parse().map_err(|_| format!("`{value}` is not a port\n{USAGE}"))?;
        } else if argument.starts_with('-') {
            return Err(format!("unknown option `{argument}`\n{USAGE}"));
        } else if path.replace(argument).is_some() {
            return Err(format!("more than one scenario\n{USAGE}"));
        }
    }
    Ok((path.ok_or_else(|| USAGE.to_owned())?, port))
}

/// An error with its causes in one line.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
