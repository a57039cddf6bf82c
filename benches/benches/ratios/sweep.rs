//! Many hosts at once, and the size of the library.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rdpcheck_core::{CheckOptions, Checker, Target};
use rdpcheck_lab::LabHost;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::table::Table;
use crate::{Outcome, Size, lab};

const CONCURRENCY: usize = 32;

/// Hosts that were swept, and how many in a second.
pub(crate) struct Swept {
    pub(crate) hosts: Vec<LabHost>,
    pub(crate) hosts_per_second: f64,
}

/// Checks many healthy hosts on loopback in one process and one thread, each with hosts' work beside it.
pub(crate) fn measure(size: Size, table: &mut Table) -> Outcome<Swept> {
    let hosts = (0..size.hosts).map(|_| lab::start(lab::TLS13)).collect::<Outcome<Vec<LabHost>>>()?;
    let targets =
        hosts.iter().map(|host| host.address().to_string().parse()).collect::<Result<Vec<Target>, _>>()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let checker = Checker::new(CheckOptions::default())?;
    let begun = Instant::now();
    let healthy = runtime.block_on(async {
        let permits = Arc::new(Semaphore::new(CONCURRENCY));
        let mut checks = JoinSet::new();
        for target in targets {
            let (permits, checker) = (Arc::clone(&permits), checker.clone());
            checks.spawn(async move {
                let _permit = permits.acquire().await;
                checker.check(&target).await
            });
        }
        let mut healthy = 0_usize;
        while let Some(Ok(checked)) = checks.join_next().await {
            healthy += usize::from(checked.is_ok_and(|report| report.headline.code() == "healthy"));
        }
        healthy
    });
    let seconds = begun.elapsed().as_secs_f64();
    if healthy != size.hosts {
        return Err(format!("only {healthy} of {} hosts were found healthy", size.hosts).into());
    }
    let hosts_per_second = f64::from(u32::try_from(size.hosts)?) / seconds;
    table.figure(
        &format!("sweep of {} hosts on loopback, {CONCURRENCY} at once", size.hosts),
        &format!("{hosts_per_second:.0} hosts/s"),
    );
    Ok(Swept { hosts, hosts_per_second })
}

/// The size of the shared library, when it was built.
pub(crate) fn library(table: &mut Table) -> Outcome<()> {
    let what = "size of the shared library, release";
    let file = format!("{}rdpcheck{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    // Benchmarks are beside it, in `deps`.
    let path = std::env::current_exe()?
        .parent()
        .and_then(|deps| deps.parent())
        .map_or_else(PathBuf::new, |folder| folder.join(file));
    match fs::metadata(&path) {
        Ok(found) => {
            let bytes = f64::from(u32::try_from(found.len())?);
            table.at_most(what, bytes / (1024.0 * 1024.0), 3.0, "MiB");
        }
        Err(_) => table.skipped(what, "not built; cargo build --release -p rdpcheck-ffi builds it"),
    }
    Ok(())
}
