//! What a check in flight takes of memory.

use std::time::Duration;

use rdpcheck_core::{CheckOptions, Checker, Target};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::table::Table;
use crate::{Outcome, Size, lab};

/// Time for all checks to be stalled.
const SETTLE: Duration = Duration::from_secs(3);

/// Many checks wait for a host that is silent in TLS, when a check holds the most; the host's memory is in another process.
pub(crate) fn measure(size: Size, table: &mut Table) -> Outcome<()> {
    let what = format!("memory of each of {} stalled checks", size.stalled);
    if resident().is_none() {
        table.skipped(&what, "this system has no /proc/self/status");
        return Ok(());
    }
    let wanted = u64::try_from(size.stalled)? + 100;
    let limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < wanted) {
        table.skipped(&what, "this user may not open so many connections");
        return Ok(());
    }
    // The host's process inherits it.
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    let host = lab::Apart::start(lab::SILENT_IN_TLS)?;
    let target: Target = host.address.to_string().parse()?;
    let long = Duration::from_secs(120);
    let options = CheckOptions::default().deadline(long).tls_timeout(long).connect_timeout(long);
    let checker = Checker::new(options)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let each = runtime.block_on(async {
        let before = resident()?;
        let mut checks = JoinSet::new();
        for _ in 0..size.stalled {
            let (checker, target) = (checker.clone(), target.clone());
            checks.spawn(async move { checker.check(&target).await });
        }
        tokio::time::sleep(SETTLE).await;
        let stalled = f64::from(u32::try_from(checks.len()).ok()?);
        let grown = resident()? - before;
        checks.shutdown().await;
        Some(grown / stalled)
    });
    match each {
        Some(each) => table.at_most(&what, each, 64.0, "KiB"),
        None => table.skipped(&what, "the system does not say how much memory is used"),
    }
    Ok(())
}

/// Resident memory of this process in KiB.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}
