//! Tells whether a host is in the state that users see as "error code 0x904, extended error code 0x7".
//!
//! Without an argument it asks a scripted host on this computer; with `HOST[:PORT]` that host.

use std::io::Write as _;

use rdpcheck_core::{CheckOptions, Checker, Error, Target};

/// What a program embeds. `Some` says what is behind the code.
async fn seen_as_0x904(checker: &Checker, target: &Target) -> Result<Option<String>, Error> {
    let report = checker.check(target).await?;
    Ok(report.detects(0x904, Some(0x7)).then_some(report.summary))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The scripted host plays until the end of `main`.
    let scenario = include_str!("../../../tests/scenarios/xrdp-key-unusable.toml").parse()?;
    let lab = rdpcheck_lab::LabHost::start(&scenario)?;
    let host = std::env::args().nth(1).unwrap_or_else(|| lab.address().to_string());

    let checker = Checker::new(CheckOptions::default())?;
    let mut out = std::io::stdout();
    match seen_as_0x904(&checker, &host.parse()?).await? {
        Some(summary) => writeln!(out, "{host}: clients see 0x904/0x7: {summary}")?,
        None => writeln!(out, "{host}: clients do not see 0x904/0x7")?,
    }
    Ok(())
}
