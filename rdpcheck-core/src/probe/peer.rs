use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::kernel;
use super::open::{Open, Opened};
use crate::evidence::{
    Acknowledgement, ConnectFailure, FailureKind, Operation, Os, OsError, PeerBytes, RoundTripBasis,
    StageFailure, classify,
};

/// One TCP connection: every send and receive ends at a given moment, and what passed is counted.
pub(crate) struct Peer {
    stream: TcpStream,
    address: SocketAddr,
    round_trip: Duration,
    round_trip_basis: RoundTripBasis,
    bytes_sent: u64,
    bytes_received: u64,
    last_sent: Instant,
    head: Vec<u8>,
    /// Received and not yet taken.
    pending: Vec<u8>,
    /// Counts this connection as open for as long as it is held.
    opened: Opened,
    /// Whether this is the main connection, beside which follow-ups run when it is silent.
    main: bool,
}

/// Between the two segments of what is sent split: time for the first to be on its way alone.
const SPLIT_PAUSE: Duration = Duration::from_millis(30);

impl Peer {
    pub(crate) fn new(
        stream: TcpStream,
        address: SocketAddr,
        connect_time: Duration,
        open: &std::sync::Arc<Open>,
    ) -> Self {
        let (round_trip, round_trip_basis) = match kernel::numbers(&stream).round_trip {
            Some(round_trip) => (round_trip, RoundTripBasis::Kernel),
            None => (connect_time, RoundTripBasis::ConnectTime),
        };
        Self {
            stream,
            address,
            round_trip,
            round_trip_basis,
            bytes_sent: 0,
            bytes_received: 0,
            last_sent: Instant::now(),
            head: Vec::new(),
            pending: Vec::new(),
            opened: Open::count(open),
            main: false,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    pub(crate) fn round_trip_basis(&self) -> RoundTripBasis {
        self.round_trip_basis
    }

    pub(crate) fn begin_stage(&mut self) {
        self.head.clear();
        self.last_sent = Instant::now();
    }

    /// What was received in this stage, as far as it is kept.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Lets a layer above (TLS) say what its bytes were, instead of the encrypted ones.
    pub(crate) fn set_head(&mut self, bytes: &[u8]) {
        self.head = bytes.iter().take(PeerBytes::KEPT).copied().collect();
    }

    pub(crate) async fn send(&mut self, bytes: &[u8], by: Instant) -> Result<(), StageFailure> {
        let result = timeout_at(by, self.stream.write_all(bytes)).await;
        self.last_sent = Instant::now();
        match result {
            Ok(Ok(())) => {
                self.bytes_sent =
                    self.bytes_sent.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                Ok(())
            }
            Ok(Err(error)) => Err(self.io_failure(&error, Operation::Send)),
            Err(_) => Err(self.silence(Operation::Send)),
        }
    }

    /// Lets the check know when something comes on this connection.
    pub(crate) fn is_main(&mut self) {
        self.main = true;
    }

    /// Sends the first byte in a segment of its own.
    pub(crate) async fn send_split(&mut self, bytes: &[u8], by: Instant) -> Result<(), StageFailure> {
        let (first, rest) = bytes.split_at_checked(1).unwrap_or((bytes, &[]));
        self.send(first, by).await?;
        tokio::time::sleep(SPLIT_PAUSE).await;
        self.send(rest, by).await
    }

    /// What the kernel counted on this connection.
    pub(crate) fn statistics(&self) -> Result<kernel::Statistics, &'static str> {
        kernel::statistics(&self.stream)
    }

    /// Segments that were sent again and were not shown to be needless.
    pub(crate) fn segments_resent(&self) -> Option<u64> {
        let statistics = self.statistics().ok()?;
        Some(statistics.retransmitted?.saturating_sub(statistics.spurious.unwrap_or(0)))
    }

    /// Bytes sent that the peer's TCP has not acknowledged.
    pub(crate) fn unacknowledged(&self) -> Option<u64> {
        kernel::numbers(&self.stream).unacknowledged
    }

    /// Gives bytes back that belong to the next stage.
    pub(crate) fn give_back(&mut self, bytes: &[u8]) {
        self.pending = bytes.to_vec();
    }

    /// Whether the peer has ended the connection before we say anything more. Bytes that are there are kept.
    pub(crate) fn ended_already(&mut self) -> Option<StageFailure> {
        let mut buffer = [0; 256];
        match self.stream.try_read(&mut buffer) {
            Ok(0) => Some(self.failure(FailureKind::Closed, Operation::Send)),
            Ok(count) => {
                self.bytes_received =
                    self.bytes_received.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                self.pending.extend(buffer.iter().take(count));
                None
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(error) => Some(self.io_failure(&error, Operation::Send)),
        }
    }

    /// Receives at least one byte.
    pub(crate) async fn receive(&mut self, buffer: &mut [u8], by: Instant) -> Result<usize, StageFailure> {
        if !self.pending.is_empty() {
            let count = self.pending.len().min(buffer.len());
            for (to, from) in buffer.iter_mut().zip(self.pending.drain(..count)) {
                *to = from;
            }
            self.remember(buffer, count);
            return Ok(count);
        }
        match timeout_at(by, self.stream.read(buffer)).await {
            Ok(Ok(0)) => Err(self.failure(FailureKind::Closed, Operation::Receive)),
            Ok(Ok(count)) => {
                self.bytes_received =
                    self.bytes_received.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
                self.remember(buffer, count);
                Ok(count)
            }
            Ok(Err(error)) => Err(self.io_failure(&error, Operation::Receive)),
            Err(_) => Err(self.silence(Operation::Receive)),
        }
    }

    fn remember(&mut self, buffer: &[u8], count: usize) {
        if self.main {
            self.opened.of().hear();
        }
        let room = PeerBytes::KEPT.saturating_sub(self.head.len());
        self.head.extend(buffer.iter().take(count.min(room)));
    }

    pub(crate) fn failure(&self, kind: FailureKind, operation: Operation) -> StageFailure {
        StageFailure {
            kind,
            operation,
            address: Some(self.address),
            elapsed: self.last_sent.elapsed(),
            round_trip: Some(self.round_trip),
            bytes_sent: self.bytes_sent,
            bytes_received: self.bytes_received,
            bytes_unacknowledged: kernel::numbers(&self.stream).unacknowledged,
            os_error: None,
            first_bytes: (!self.head.is_empty()).then(|| PeerBytes::new(&self.head)),
        }
    }

    pub(crate) fn silence(&self, operation: Operation) -> StageFailure {
        let request = match kernel::numbers(&self.stream).unacknowledged {
            Some(0) => Acknowledgement::Acknowledged,
            Some(_) => Acknowledgement::Unacknowledged,
            None => Acknowledgement::NotObservable,
        };
        self.failure(FailureKind::TimedOut { request }, operation)
    }

    fn io_failure(&self, error: &io::Error, operation: Operation) -> StageFailure {
        let code = error.raw_os_error();
        let kind = match code.and_then(|code| classify(Os::here(), code)) {
            Some(ConnectFailure::Unreachable(by)) => FailureKind::Unreachable { by },
            // ETIMEDOUT on a connection that stands: the kernel gave up resending.
            Some(ConnectFailure::TimedOut) => {
                FailureKind::TimedOut { request: Acknowledgement::Unacknowledged }
            }
            Some(ConnectFailure::Reset | ConnectFailure::Refused | ConnectFailure::Resource) | None => {
                FailureKind::Reset
            }
        };
        StageFailure { os_error: code.map(OsError::new), ..self.failure(kind, operation) }
    }

    /// Ends the connection in order: FIN, and nothing left unread that would turn it into a reset.
    pub(crate) async fn close(mut self) {
        // Before the FIN, which would count as not acknowledged.
        if let Ok(statistics) = self.statistics() {
            self.opened.of().add(&statistics);
        }
        let mut rest = [0; 1024];
        for _ in 0..64 {
            if !matches!(self.stream.try_read(&mut rest), Ok(count) if count > 0) {
                break;
            }
        }
        // The kernel takes a FIN at once; a peer that is gone already makes this fail, which is all the same now.
        drop(self.stream.shutdown().await);
    }
}
