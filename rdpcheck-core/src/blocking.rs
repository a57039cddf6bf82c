//! The checker for programs without an async runtime.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::report::Report;
use crate::{CheckOptions, Error, Target};

/// How often a caller's wish to stop is asked for.
const STOP_INTERVAL: Duration = Duration::from_millis(50);

/// How long a finished check waits for its threads. Those that have no work left end at once, so that a program may unload
/// a library with this in it; a lookup that is still under way must not hold the caller up.
const GRACE: Duration = Duration::from_millis(50);

/// Checks hosts with given options and blocks until each check is done.
#[derive(Clone, Debug)]
pub struct Checker {
    checker: crate::Checker,
}

impl Checker {
    /// A checker with these options.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] names the first option that is outside its range.
    pub fn new(options: CheckOptions) -> Result<Self, Error> {
        crate::Checker::new(options).map(|checker| Self { checker })
    }

    /// Checks a host. Ends at the deadline of the options at the latest.
    ///
    /// # Errors
    ///
    /// As [`crate::Checker::check`].
    ///
    /// # Panics
    ///
    /// When it is called from within an async runtime, which it would block.
    pub fn check(&self, target: &Target) -> Result<Report, Error> {
        on_own_runtime(self.checker.check(target))
    }

    /// Checks a host, and stops early when `stop`, which is asked every 50 ms on this thread, says so.
    ///
    /// # Errors
    ///
    /// As [`crate::Checker::check`], and [`Error::Cancelled`] when `stop` said so.
    ///
    /// # Panics
    ///
    /// As [`Self::check`].
    pub fn check_until(&self, target: &Target, mut stop: impl FnMut() -> bool) -> Result<Report, Error> {
        on_own_runtime(async {
            let mut check = std::pin::pin!(self.checker.check(target));
            loop {
                if stop() {
                    return Err(Error::Cancelled);
                }
                tokio::select! {
                    biased;
                    report = &mut check => return report,
                    () = tokio::time::sleep(STOP_INTERVAL) => {}
                }
            }
        })
    }
}

/// Checks a host with these options.
///
/// # Errors
///
/// As [`Checker::new`] and [`Checker::check`].
///
/// # Panics
///
/// As [`Checker::check`].
pub fn check(target: &Target, options: CheckOptions) -> Result<Report, Error> {
    Checker::new(options)?.check(target)
}

fn on_own_runtime<T>(check: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime: Runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::resource("starting the runtime", error))?;
    let result = runtime.block_on(check);
    runtime.shutdown_timeout(GRACE);
    result
}
