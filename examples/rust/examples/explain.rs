//! Says what a client's error codes mean; no host is asked.
//!
//! `cargo run --example explain -- 0x904/0x7`, or the pasted text of the client's dialog; without an argument the pair
//! that users meet most. Of the causes that are founded best it says all that is known.

use std::io::Write as _;

use rdpcheck_core::{Cause, ClientError, Explanation, explain};

/// The causes that are founded as well as the first.
fn best_founded(explanation: &Explanation) -> impl Iterator<Item = Cause> {
    let best = explanation.causes.first().map(|explained| explained.basis);
    explanation
        .causes
        .iter()
        .filter(move |explained| Some(explained.basis) == best)
        .map(|explained| explained.cause)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pasted = std::env::args().nth(1).unwrap_or_else(|| "0x904/0x7".to_owned());
    let shown: ClientError = pasted.parse()?;
    let explanation = explain(shown.code, shown.extended);
    let mut out = std::io::stdout();
    write!(out, "{}", explanation.to_text())?;
    for cause in best_founded(&explanation) {
        writeln!(out, "\n{}", cause.describe().to_text())?;
    }
    Ok(())
}
