//! How many connections there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts the connections of one check.
#[derive(Debug, Default)]
pub(crate) struct Open {
    all: AtomicU32,
    now: AtomicU32,
    most: AtomicU32,
}

/// One connection that is open until this is dropped.
#[derive(Debug)]
pub(crate) struct Opened(Arc<Open>);

impl Open {
    /// Counts one that has been opened.
    pub(crate) fn count(this: &Arc<Self>) -> Opened {
        this.all.fetch_add(1, Ordering::Relaxed);
        let now = this.now.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        this.most.fetch_max(now, Ordering::Relaxed);
        Opened(Arc::clone(this))
    }

    /// How many have been opened.
    pub(crate) fn all(&self) -> u32 {
        self.all.load(Ordering::Relaxed)
    }

    /// The most that were open at once.
    pub(crate) fn most(&self) -> u32 {
        self.most.load(Ordering::Relaxed)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}
