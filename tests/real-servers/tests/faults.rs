//! What a check says of a real server behind a real network fault.
//!
//! Each row of the table has namespaces of its own with a client, a host that runs xrdp and, on most paths, a device in
//! between. Needs Linux, root, xrdp, `ip`, `nft`, `ethtool` and `/dev/net/tun`. Rows that cannot run here are reported as
//! skipped and counted; with `RDPCHECK_REQUIRE_REAL_SERVERS=1` they fail. Arguments select rows by a part of their name.
//! `RDPCHECK_WRITE_FAULT_TABLE=1` writes `docs/network-faults.md` from what a full run saw.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod path;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    path::main()
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::print_stdout, reason = "a test says plainly that it did not run")]
fn main() -> ExitCode {
    println!("SKIPPED every network fault: they are made with Linux' namespaces and nftables");
    if std::env::var_os("RDPCHECK_REQUIRE_REAL_SERVERS").is_some_and(|value| value == "1") {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
