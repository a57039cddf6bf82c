//! Repeated measurement.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Wall time and CPU time of this thread.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
}

/// Runs something on this thread and says what it cost.
pub(crate) fn cost<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (begun, cpu) = (Instant::now(), thread_time());
    let result = work();
    let cost = Cost { wall: begun.elapsed(), cpu: thread_time().saturating_sub(cpu) };
    (result, cost)
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// The median of lengths of time, in milliseconds.
pub(crate) fn median(times: impl IntoIterator<Item = Duration>) -> f64 {
    let mut times: Vec<Duration> = times.into_iter().collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().map_or(f64::NAN, milliseconds)
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
