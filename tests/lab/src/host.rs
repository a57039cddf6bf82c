use std::io;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::log::Book;
use crate::play::{Script, udp};
use crate::scenario::{Listen, Udp};
use crate::{ConnectionLog, LabError, Scenario};

/// How long [`LabHost::log`] waits for the host's thread to accept what has been connected.
const CATCH_UP: Duration = Duration::from_secs(5);

/// How long a connect may hang before the accept queue counts as full.
const HANGING: Duration = Duration::from_millis(200);

/// Ports that are tried until one is free for both TCP and UDP.
const PORT_TRIES: usize = 16;

/// Turns that the other connections get before a new one is counted, so that a client that closes one and
/// opens the next has one open: the first makes the runtime look for what has arrived, the second reads it.
const ROUNDS: usize = 2;

/// A host that plays a scenario on loopback until it is dropped.
#[derive(Debug)]
pub struct LabHost {
    address: SocketAddr,
    book: Arc<Book>,
    role: Role,
}

/// What stands behind the address.
#[derive(Debug)]
enum Role {
    /// The socket is bound and does not listen, so nobody else can take the port.
    Closed {
        _socket: Socket,
    },
    /// The connections that fill the accept queue, and the socket that never accepts.
    Full {
        _listener: Socket,
        _fillers: Vec<TcpStream>,
    },
    Serving {
        stop: Option<oneshot::Sender<()>>,
        thread: Option<JoinHandle<()>>,
    },
}

impl LabHost {
    /// Starts a host on a free port.
    ///
    /// # Errors
    ///
    /// A certificate cannot be made, the address cannot be bound, or the thread cannot be started.
    pub fn start(scenario: &Scenario) -> Result<Self, LabError> {
        Self::start_on(scenario, 0)
    }

    /// Starts a host on a given port; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// As [`LabHost::start`].
    pub fn start_on(scenario: &Scenario, port: u16) -> Result<Self, LabError> {
        let wanted = SocketAddr::new(scenario.host.address, port);
        let listen_error = |source| LabError::Listen { address: wanted, source };
        let (socket, address, udp) = bind_all(wanted, scenario.udp.is_some()).map_err(listen_error)?;
        let book = Arc::new(Book::default());
        let role = match scenario.host.listen {
            Listen::Closed => Role::Closed { _socket: socket },
            Listen::BacklogFull => {
                socket.listen(0).map_err(listen_error)?;
                Role::Full { _listener: socket, _fillers: fill(address)? }
            }
            Listen::Normal => {
                let script = Script::new(scenario)?;
                socket.listen(1024).map_err(listen_error)?;
                serve(socket, script, udp.zip(scenario.udp.clone()), Arc::clone(&book))?
            }
        };
        Ok(Self { address, book, role })
    }

    /// The address that the host is reached at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of [`address`](Self::address).
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What the host has seen so far, of every connection made before this call.
    pub fn log(&self) -> Vec<ConnectionLog> {
        self.catch_up();
        self.book.entries()
    }

    /// As [`log`](Self::log), after waiting for every connection to end, though not longer than `limit`.
    pub fn settled_log(&self, limit: Duration) -> Vec<ConnectionLog> {
        self.catch_up();
        self.book.wait_for_ends(limit);
        self.book.entries()
    }

    /// How many connections were made before this call.
    pub fn connections(&self) -> usize {
        self.catch_up();
        self.book.len()
    }

    /// The greatest number of connections that were open at the same time, as in
    /// [`ConnectionLog::at_once`].
    pub fn most_at_once(&self) -> usize {
        self.catch_up();
        self.book.most_at_once()
    }

    /// The datagrams that the host has received over UDP, after waiting until there are `count`, though not
    /// longer than `limit`.
    pub fn datagrams(&self, count: usize, limit: Duration) -> Vec<Vec<u8>> {
        self.book.datagrams(count, limit)
    }

    /// Makes one more connection and waits until it is accepted: the accept queue is in order, so all
    /// earlier ones are then too.
    fn catch_up(&self) {
        let Role::Serving { .. } = self.role else { return };
        let connect = || {
            let socket = bind(SocketAddr::new(self.address.ip(), 0))?;
            let local = local_address(&socket)?;
            self.book.expect_marker(local);
            let connected = socket.connect_timeout(&self.address.into(), CATCH_UP);
            if connected.is_ok() {
                self.book.wait_for_marker(local, CATCH_UP);
            }
            self.book.forget_marker(local);
            connected
        };
        // What has been seen is still true if this fails.
        drop::<io::Result<()>>(connect());
    }
}

impl Drop for LabHost {
    fn drop(&mut self) {
        if let Role::Serving { stop, thread } = &mut self.role {
            drop(stop.take());
            if let Some(thread) = thread.take() {
                drop(thread.join());
            }
        }
    }
}

/// A socket for TCP, where it is bound, and one for UDP with the same port.
fn bind_all(wanted: SocketAddr, udp: bool) -> io::Result<(Socket, SocketAddr, Option<UdpSocket>)> {
    let mut tries = if wanted.port() == 0 { PORT_TRIES } else { 1 };
    loop {
        let socket = bind(wanted)?;
        let address = local_address(&socket)?;
        if !udp {
            return Ok((socket, address, None));
        }
        tries -= 1;
        match UdpSocket::bind(address) {
            Ok(udp) => return Ok((socket, address, Some(udp))),
            // Somebody else has the number.
            Err(error) if tries == 0 => return Err(error),
            Err(_) => {}
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(unix)]
    if address.port() != 0 {
        socket.set_reuse_address(true)?;
    }
    socket.bind(&address.into())?;
    Ok(socket)
}

fn local_address(socket: &Socket) -> io::Result<SocketAddr> {
    socket.local_addr()?.as_socket().ok_or_else(|| io::Error::other("the socket has no IP address"))
}

/// Connects until a connect hangs.
fn fill(address: SocketAddr) -> Result<Vec<TcpStream>, LabError> {
    let mut fillers = Vec::new();
    for _ in 0..16 {
        match TcpStream::connect_timeout(&address, HANGING) {
            Ok(stream) => fillers.push(stream),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(fillers),
            Err(source) => return Err(LabError::Listen { address, source }),
        }
    }
    Err(LabError::QueueNeverFills)
}

fn serve(
    socket: Socket,
    script: Script,
    udp: Option<(UdpSocket, Udp)>,
    book: Arc<Book>,
) -> Result<Role, LabError> {
    socket.set_nonblocking(true).map_err(LabError::Thread)?;
    let runtime =
        Builder::new_current_thread().enable_io().enable_time().build().map_err(LabError::Thread)?;
    let listener = {
        let _context = runtime.enter();
        if let Some((socket, udp)) = udp {
            socket.set_nonblocking(true).map_err(LabError::Thread)?;
            let socket = tokio::net::UdpSocket::from_std(socket).map_err(LabError::Thread)?;
            drop(runtime.spawn(udp::serve(socket, udp, Arc::clone(&book))));
        }
        TcpListener::from_std(socket.into()).map_err(LabError::Thread)?
    };
    let (stop, mut stopped) = oneshot::channel::<()>();
    let script = Arc::new(script);
    let thread = std::thread::Builder::new()
        .name("rdpcheck-lab".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                loop {
                    tokio::select! {
                        _ = &mut stopped => break,
                        accepted = listener.accept() => if let Ok((stream, peer)) = accepted {
                            let at = Instant::now();
                            for _ in 0..ROUNDS {
                                tokio::task::yield_now().await;
                            }
                            accept(stream, peer, at, &script, &book);
                        },
                    }
                }
            });
        })
        .map_err(LabError::Thread)?;
    Ok(Role::Serving { stop: Some(stop), thread: Some(thread) })
}

fn accept(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    accepted: Instant,
    script: &Arc<Script>,
    book: &Arc<Book>,
) {
    let Some(entry) = book.open(peer, accepted) else { return };
    // Without it the host is only slower.
    drop(stream.set_nodelay(true));
    let script = Arc::clone(script);
    drop(tokio::spawn(async move { script.play(stream, entry).await }));
}
