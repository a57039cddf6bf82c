//! The runtime of checks in the background, one for each process that makes such checks.
//!
//! All checks share one thread, which never waits for the interpreter, so that a busy program does not disturb what is
//! measured. Results go through a queue to a second thread, which hands them over.

use std::mem::ManuallyDrop;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::wrap_pyfunction;
use rdpcheck_core::{Checker, Error, Report, Target};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{LocalSet, spawn_local};

use crate::error::{bug, raise};
use crate::report::CoreReport;

/// How long the end of the process waits for a lookup in the system's resolver, which cannot be interrupted.
const LOOKUP_GRACE: Duration = Duration::from_millis(50);

static BACKGROUND: Mutex<Option<Background>> = Mutex::new(None);

struct Background {
    process: u32,
    jobs: UnboundedSender<Job>,
    checking: JoinHandle<()>,
    delivering: JoinHandle<()>,
}

struct Job {
    checker: Checker,
    target: Target,
    stop: Arc<Notify>,
    done: Py<PyAny>,
}

struct Ended {
    done: Py<PyAny>,
    result: Result<Report, Error>,
}

/// A check in the background.
#[derive(Debug)]
#[pyclass(frozen, module = "rdpcheck._rdpcheck")]
pub(crate) struct RunningCheck {
    stop: Arc<Notify>,
}

#[pymethods]
impl RunningCheck {
    /// Ends the check and closes its connections. Nothing happens when it has ended.
    fn cancel(&self) {
        self.stop.notify_one();
    }
}

/// Begins a check. `done` is called with a report and `None`, or with `None` and an exception.
pub(crate) fn start(
    py: Python<'_>,
    checker: Checker,
    target: Target,
    done: Py<PyAny>,
) -> PyResult<RunningCheck> {
    let stop = Arc::new(Notify::new());
    let job = Job { checker, target, stop: Arc::clone(&stop), done };
    let gone = || Error::Bug { what: "the thread of the checks has ended".to_owned() };
    jobs(py)?.send(job).map_err(|_| gone()).map_err(|error| raise(py, error))?;
    Ok(RunningCheck { stop })
}

fn jobs(py: Python<'_>) -> PyResult<UnboundedSender<Job>> {
    let (jobs, is_new) = known_or_new().map_err(|error| raise(py, error))?;
    if is_new {
        let stop = wrap_pyfunction!(stop, py)?;
        py.import("atexit")?.call_method1("register", (stop,))?;
    }
    Ok(jobs)
}

// INVARIANT: whoever holds the lock does not need the interpreter, which another who waits for the lock may hold.
fn known_or_new() -> Result<(UnboundedSender<Job>, bool), Error> {
    let mut background = BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    match &*background {
        Some(known) if known.process == process => Ok((known.jobs.clone(), false)),
        _ => {
            let new = build(process)?;
            let jobs = new.jobs.clone();
            // A fork copies this without the threads behind it, and their handles must not be touched.
            let _copied = background.replace(new).map(ManuallyDrop::new);
            Ok((jobs, true))
        }
    }
}

fn build(process: u32) -> Result<Background, Error> {
    let cannot =
        |error: std::io::Error| Error::Resource { operation: "starting the runtime", source: error.into() };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let (jobs, waiting) = unbounded_channel();
    let (results, ended) = mpsc::channel();
    let delivering = thread::Builder::new()
        .name("rdpcheck-results".to_owned())
        .spawn(|| deliver(ended))
        .map_err(cannot)?;
    let checking = thread::Builder::new()
        .name("rdpcheck".to_owned())
        .spawn(|| carry_out(runtime, waiting, results))
        .map_err(cannot)?;
    Ok(Background { process, jobs, checking, delivering })
}

/// Ends, and all checks with it, when nobody can send jobs any more.
fn carry_out(runtime: Runtime, mut jobs: UnboundedReceiver<Job>, results: Sender<Ended>) {
    LocalSet::new().block_on(&runtime, async {
        while let Some(job) = jobs.recv().await {
            drop(spawn_local(check(job, results.clone())));
        }
    });
    runtime.shutdown_timeout(LOOKUP_GRACE);
}

async fn check(job: Job, results: Sender<Ended>) {
    let Job { checker, target, stop, done } = job;
    // A task of its own, so that a panic in it is seen here.
    let mut check = spawn_local(async move { Box::pin(checker.check(&target)).await });
    let ended = tokio::select! {
        biased;
        () = stop.notified() => {
            check.abort();
            return;
        }
        ended = &mut check => ended,
    };
    let result = match ended.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(payload)) => Err(bug(&*payload)),
        Err(Err(_aborted)) => return,
    };
    // Nobody receives any more only when the process ends.
    drop(results.send(Ended { done, result }));
}

fn deliver(ended: Receiver<Ended>) {
    for Ended { done, result } in ended {
        // `None` when the interpreter is going away; then nobody waits.
        let _: Option<()> = Python::try_attach(|py| {
            let called = match result {
                Ok(report) => done.call1(py, (CoreReport::from(report), py.None())),
                Err(error) => done.call1(py, (py.None(), raise(py, error))),
            };
            if let Err(error) = called {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// Ends the threads while the interpreter is still whole: a thread that comes back to one that is going away is lost.
#[pyfunction]
fn stop(py: Python<'_>) {
    let process = std::process::id();
    let ours =
        BACKGROUND.lock().unwrap_or_else(PoisonError::into_inner).take_if(|known| known.process == process);
    let Some(Background { jobs, checking, delivering, process: _ }) = ours else {
        return;
    };
    py.detach(|| {
        drop(jobs);
        drop(checking.join());
        drop(delivering.join());
    });
}
