//! The one entry point.

use tracing::Instrument as _;

use crate::diagnose::diagnose;
use crate::report::Report;
use crate::{CheckOptions, Error, Target, probe};

/// Checks hosts with given options.
///
/// Cheap to make and to clone; holds no connection and no thread. Its futures need a tokio runtime with time and I/O
/// enabled; [`blocking`](crate::blocking) brings its own.
///
/// ```no_run
/// # async fn example() -> Result<(), rdpcheck_core::Error> {
/// use rdpcheck_core::{CheckOptions, Checker};
///
/// let checker = Checker::new(CheckOptions::default())?;
/// let report = checker.check(&"host.example".parse()?).await?;
/// if report.detects(0x904, Some(0x7)) {
///     println!("{}", report.summary);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    options: CheckOptions,
}

impl Checker {
    /// A checker with these options.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] names the first option that is outside its range.
    pub fn new(options: CheckOptions) -> Result<Self, Error> {
        Ok(Self { options: options.checked()? })
    }

    /// Checks a host. Ends at the deadline of the options at the latest.
    ///
    /// # Errors
    ///
    /// Only when the check could not be carried out: [`Error::Resource`], [`Error::Bug`]. What the host does is in the
    /// report.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the check and closes its connections; nothing goes on except, for a moment, a lookup in
    /// the system's resolver, which cannot be interrupted.
    pub async fn check(&self, target: &Target) -> Result<Report, Error> {
        let span = tracing::debug_span!("check", target = %target);
        async {
            let begun = tokio::time::Instant::now();
            let evidence = probe::gather(target, &self.options).await?;
            let diagnosis = diagnose(&evidence, self.options.client_error);
            let report =
                Report::new(target, &self.options, evidence, diagnosis, probe::now(), begun.elapsed());
            tracing::debug!(headline = report.headline.code(), connections = report.connections, "checked");
            Ok(report)
        }
        .instrument(span)
        .await
    }
}
