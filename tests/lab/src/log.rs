use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Deserialize;

/// What the host saw of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionLog {
    /// Counts from 1 in the order in which connections were accepted.
    pub number: u64,
    /// The client's address.
    pub peer: SocketAddr,
    /// Time since the connection before was accepted; `None` for the first.
    pub since_previous: Option<Duration>,
    /// Connections that were open when this one was accepted, itself included. One that the host closed is
    /// open until the client has closed it too.
    pub at_once: usize,
    /// The rule that was played, counted from 1; `None` until one matched.
    pub rule: Option<usize>,
    /// What the first bytes were.
    pub first: First,
    /// The X.224 Connection Request, once it was read whole.
    pub request: Option<Request>,
    /// The TLS ClientHello, once it was read whole.
    pub hello: Option<Hello>,
    /// The version in the client's TSRequest.
    pub credssp_version: Option<u32>,
    /// What the token in the client's TSRequest is.
    pub credssp_token: Option<CredsspToken>,
    /// How far the connection got.
    pub progress: Progress,
    /// The description of a fatal alert that the client sent under the host's handshake.
    pub client_alert: Option<u8>,
    /// Whether the client said goodbye in TLS before it closed.
    pub close_notify: bool,
    /// Who ended the connection, and how.
    pub end: End,
    /// Bytes read from the socket.
    pub bytes_received: u64,
    /// Bytes written to the socket.
    pub bytes_sent: u64,
}

/// What the first bytes of a connection look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum First {
    /// An HTTP request line.
    Http,
    /// No bytes at all.
    Nothing,
    /// Anything else.
    Other,
    /// A TLS record without a negotiation before it.
    Tls,
    /// A TPKT header, as before an X.224 Connection Request.
    X224,
}

/// The client's X.224 Connection Request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// `requestedProtocols` of the `RDP_NEG_REQ`, or `None` where the request carries none.
    pub protocols: Option<u32>,
    /// The cookie or routing token before it.
    pub cookie: Option<String>,
    /// Reads of the socket until it was whole.
    pub segments: usize,
}

impl Request {
    /// The name in `Cookie: mstshash=NAME`.
    pub(crate) fn cookie_name(&self) -> Option<&str> {
        self.cookie.as_deref()?.strip_prefix("Cookie: mstshash=")
    }
}

/// The client's TLS ClientHello.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hello {
    /// Bytes of the handshake message with its header, without record headers.
    pub length: usize,
    /// Reads of the socket until it was whole.
    pub segments: usize,
    /// `client_version`, which TLS 1.3 clients leave at 0x0303.
    pub version: u16,
    /// The versions in the `supported_versions` extension.
    pub supported_versions: Vec<u16>,
    /// The cipher suites in the client's order.
    pub suites: Vec<u16>,
    /// The name in the `server_name` extension.
    pub server_name: Option<String>,
    /// The session id.
    pub session_id: Vec<u8>,
    /// The compression methods.
    pub compression: Vec<u8>,
    /// The groups in the `supported_groups` extension.
    pub groups: Option<Vec<u16>>,
    /// The groups in the `key_share` extension.
    pub key_shares: Option<Vec<u16>>,
    /// The schemes in the `signature_algorithms` extension.
    pub signature_schemes: Vec<u16>,
    /// Whether the client asks for secure renegotiation, by extension or by suite (RFC 5746).
    pub secure_renegotiation: bool,
}

/// What the token in a client's first TSRequest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredsspToken {
    /// NTLM as it is.
    Ntlm,
    /// Anything else.
    Other,
    /// A list of mechanisms.
    Spnego,
}

/// How far a connection got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Progress {
    /// The TCP connection was accepted.
    Accepted,
    /// Bytes arrived.
    FirstBytes,
    /// The negotiation was answered.
    Negotiated,
    /// A whole ClientHello was read.
    TlsHello,
    /// The TLS handshake is complete.
    TlsComplete,
    /// A whole TSRequest or MCS Connect-Initial was read.
    Requested,
    /// It was answered.
    Answered,
}

/// Who ended a connection, and how; the first to act counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The client sent FIN.
    ClientFinished,
    /// The client sent RST.
    ClientReset,
    /// The host sent FIN.
    HostFinished,
    /// The host sent RST.
    HostReset,
    /// Not ended yet.
    Open,
    /// The host let go after the longest time that it holds a connection.
    TimeLimit,
}

/// The entries of all connections, shared between the host's thread and its owner.
#[derive(Debug, Default)]
pub(crate) struct Book {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    entries: Vec<ConnectionLog>,
    datagrams: Vec<Vec<u8>>,
    accepted: Option<Instant>,
    open: usize,
    /// Local addresses of connections that the owner makes to learn that the queue is empty.
    markers: HashSet<SocketAddr>,
}

impl Book {
    /// Opens the entry of a connection that was accepted at that time; `None` for a marker.
    pub(crate) fn open(self: &Arc<Self>, peer: SocketAddr, accepted: Instant) -> Option<Entry> {
        let mut state = self.lock();
        if state.markers.remove(&peer) {
            self.changed.notify_all();
            return None;
        }
        let index = state.entries.len();
        let number = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
        let previous = state.accepted.replace(accepted);
        let since_previous = previous.map(|previous| accepted.saturating_duration_since(previous));
        state.open += 1;
        let at_once = state.open;
        state.entries.push(ConnectionLog {
            number,
            peer,
            since_previous,
            at_once,
            rule: None,
            first: First::Nothing,
            request: None,
            hello: None,
            credssp_version: None,
            credssp_token: None,
            progress: Progress::Accepted,
            client_alert: None,
            close_notify: false,
            end: End::Open,
            bytes_received: 0,
            bytes_sent: 0,
        });
        Some(Entry { book: Arc::clone(self), index, arrival: Arrival { number, since_previous, at_once } })
    }

    pub(crate) fn expect_marker(&self, address: SocketAddr) {
        self.lock().markers.insert(address);
    }

    pub(crate) fn forget_marker(&self, address: SocketAddr) {
        self.lock().markers.remove(&address);
    }

    /// Waits until the marker was accepted, and with it every connection made before it.
    pub(crate) fn wait_for_marker(&self, address: SocketAddr, limit: Duration) {
        self.wait(limit, |state| !state.markers.contains(&address));
    }

    /// Waits until every connection has ended; says whether that came about.
    pub(crate) fn wait_for_ends(&self, limit: Duration) -> bool {
        self.wait(limit, |state| state.entries.iter().all(|entry| entry.end != End::Open))
    }

    pub(crate) fn entries(&self) -> Vec<ConnectionLog> {
        self.lock().entries.clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().entries.len()
    }

    pub(crate) fn datagram(&self, datagram: &[u8]) {
        self.lock().datagrams.push(datagram.to_vec());
        self.changed.notify_all();
    }

    /// The datagrams, after waiting until there are so many.
    pub(crate) fn datagrams(&self, count: usize, limit: Duration) -> Vec<Vec<u8>> {
        self.wait(limit, |state| state.datagrams.len() >= count);
        self.lock().datagrams.clone()
    }

    pub(crate) fn most_at_once(&self) -> usize {
        self.lock().entries.iter().map(|entry| entry.at_once).max().unwrap_or(0)
    }

    fn wait(&self, limit: Duration, done: impl Fn(&State) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        let mut state = self.lock();
        loop {
            if done(&state) {
                return true;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of a connection when it is accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) number: u64,
    pub(crate) since_previous: Option<Duration>,
    pub(crate) at_once: usize,
}

/// The writing end of one entry; the connection counts as open until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    book: Arc<Book>,
    index: usize,
    arrival: Arrival,
}

impl Entry {
    pub(crate) fn arrival(&self) -> &Arrival {
        &self.arrival
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut ConnectionLog)) {
        if let Some(entry) = self.book.lock().entries.get_mut(self.index) {
            change(entry);
        }
    }

    /// What the client's X.224 request asks for; 0 without one.
    pub(crate) fn requested_protocols(&self) -> u32 {
        let state = self.book.lock();
        let request = state.entries.get(self.index).and_then(|entry| entry.request.as_ref());
        request.and_then(|request| request.protocols).unwrap_or(0)
    }

    pub(crate) fn reached(&self, progress: Progress) {
        self.update(|entry| entry.progress = entry.progress.max(progress));
    }

    /// Notes how the connection ended, unless that is known already.
    pub(crate) fn ended(&self, end: End) {
        self.update(|entry| {
            if entry.end == End::Open {
                entry.end = end;
            }
        });
        self.book.changed.notify_all();
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut state = self.book.lock();
        state.open = state.open.saturating_sub(1);
    }
}
