//! Every variant really behaves as its name says.
//!
//! Rows that cannot run here are reported as skipped and counted; with `RDPCHECK_REQUIRE_REAL_SERVERS=1` they fail.
//! Arguments select rows by a part of their name.

use std::process::ExitCode;

#[cfg(unix)]
mod table;

#[cfg(unix)]
fn main() -> ExitCode {
    table::main()
}

#[cfg(not(unix))]
#[expect(clippy::print_stdout, reason = "a test says plainly that it did not run")]
fn main() -> ExitCode {
    println!("SKIPPED every real server: they come from a Unix system's packages");
    if std::env::var_os("RDPCHECK_REQUIRE_REAL_SERVERS").is_some_and(|value| value == "1") {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
