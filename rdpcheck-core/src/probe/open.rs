//! How many connections there are, and what the kernel counted on them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::kernel::Statistics;

/// Counts the connections of one check.
#[derive(Debug, Default)]
pub(crate) struct Open {
    all: AtomicU32,
    now: AtomicU32,
    most: AtomicU32,
    tally: Mutex<Tally>,
    heard: Mutex<Option<Instant>>,
}

/// Segments of the connections that have ended, as the kernel counted them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    /// SYN and data segments sent, those sent again among them.
    pub(crate) sent: u64,
    /// Of them, those sent again, less the needless ones.
    pub(crate) resent: u64,
    /// Those that the peer said it had twice: what was lost was an acknowledgement, or it came late.
    pub(crate) needless: u64,
    /// How often the retransmission timer fired; `None` where the system does not tell.
    pub(crate) timeouts: Option<u64>,
    /// Segments received.
    pub(crate) received: u64,
    /// Of them, those that came ahead of one that was missing.
    pub(crate) ahead: u64,
    /// Connections with any of these signs of loss.
    pub(crate) connections_with_loss: u32,
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

    /// Something came on the main connection.
    pub(crate) fn hear(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// When something last came on the main connection.
    pub(crate) fn heard(&self) -> Option<Instant> {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many have been opened.
    pub(crate) fn all(&self) -> u32 {
        self.all.load(Ordering::Relaxed)
    }

    /// Adds what the kernel counted on a connection that ends.
    ///
    /// One on which the peer never acknowledged the last bytes is left out: whatever swallows those is no chance, and the
    /// kernel sends them again and again.
    pub(crate) fn add(&self, statistics: &Statistics) {
        let (Some(sent), Some(resent)) = (statistics.data_segments_sent, statistics.retransmitted) else {
            return;
        };
        if statistics.bytes_unacknowledged.is_none_or(|bytes| bytes > 0) {
            return;
        }
        let needless = statistics.spurious.unwrap_or_default().min(resent);
        let ahead = statistics.out_of_order_received.unwrap_or_default();
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.sent = tally.sent.saturating_add(sent).saturating_add(1);
        tally.resent = tally.resent.saturating_add(resent.saturating_sub(needless));
        tally.needless = tally.needless.saturating_add(needless);
        if let Some(timeouts) = statistics.timeouts {
            tally.timeouts = Some(tally.timeouts.unwrap_or_default().saturating_add(timeouts));
        }
        tally.received = tally.received.saturating_add(statistics.segments_received.unwrap_or_default());
        tally.ahead = tally.ahead.saturating_add(ahead);
        if resent > 0 || ahead > 0 {
            tally.connections_with_loss = tally.connections_with_loss.saturating_add(1);
        }
    }

    /// A SYN that was given up on and answered when it was tried again.
    pub(crate) fn add_lost_syn(&self) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.sent = tally.sent.saturating_add(1);
        tally.resent = tally.resent.saturating_add(1);
        tally.timeouts = tally.timeouts.map(|timeouts| timeouts.saturating_add(1));
        tally.connections_with_loss = tally.connections_with_loss.saturating_add(1);
    }

    /// What was counted so far.
    pub(crate) fn tally(&self) -> Tally {
        *self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The most that were open at once.
    pub(crate) fn most(&self) -> u32 {
        self.most.load(Ordering::Relaxed)
    }
}

impl Opened {
    pub(crate) fn of(&self) -> &Open {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}
