//! A running server, and why there is none.

use std::env;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::certificate::Certificate;
use crate::process::{Launch, Scratch, Supervised, find_program, poll, run, text};

/// The environment variable that makes an unavailable server a failure when it is `1`.
pub const REQUIRE: &str = "RDPCHECK_REQUIRE_REAL_SERVERS";

/// Longest wait for a server's port; the slowest makes an RSA key first.
const READY: Duration = Duration::from_secs(20);

/// Another process may take a free port between its choice and its use.
const ATTEMPTS: u8 = 3;

/// Whether every server has to be available ([`REQUIRE`] is `1`).
#[must_use]
pub fn required() -> bool {
    env::var_os(REQUIRE).is_some_and(|value| value == "1")
}

/// Why a server does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotStarted {
    /// It cannot run on this system: a program is not installed or a right is missing.
    Unavailable {
        /// The server.
        name: String,
        /// What is missing.
        reason: String,
    },
    /// It should run here and did not.
    Failed {
        /// The server.
        name: String,
        /// What happened, with the server's own log.
        reason: String,
    },
}

impl NotStarted {
    pub(crate) fn unavailable(name: &str, reason: impl Into<String>) -> Self {
        Self::Unavailable { name: name.to_owned(), reason: reason.into() }
    }

    pub(crate) fn failed(name: &str, reason: impl fmt::Display) -> Self {
        Self::Failed { name: name.to_owned(), reason: reason.to_string() }
    }
}

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { name, reason } => write!(f, "{name}: {reason}"),
            Self::Failed { name, reason } => write!(f, "{name} did not start: {reason}"),
        }
    }
}

impl Error for NotStarted {}

/// Which TLS versions a server is configured to accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsVersions {
    /// TLS 1.2 and 1.3.
    Both,
    /// TLS 1.0 only.
    Only10,
    /// TLS 1.1 only.
    Only11,
    /// TLS 1.2 only.
    Only12,
    /// TLS 1.3 only.
    Only13,
}

/// What a server's configuration says about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsConfiguration {
    /// The accepted versions.
    pub versions: TlsVersions,
    /// OpenSSL's cipher string for TLS 1.2.
    pub ciphers: String,
}

impl TlsConfiguration {
    /// Numbers of the cipher suites below TLS 1.3 in the cipher string, in its order, as `openssl` expands it.
    ///
    /// # Errors
    ///
    /// When `openssl` cannot be run or refuses the string.
    pub fn suites(&self) -> io::Result<Vec<u16>> {
        let version = match self.versions {
            TlsVersions::Only10 => "-tls1",
            TlsVersions::Only11 => "-tls1_1",
            TlsVersions::Both | TlsVersions::Only12 | TlsVersions::Only13 => "-tls1_2",
        };
        let listed = run(Command::new("openssl").args(["ciphers", "-s", "-V", version, &self.ciphers]))?;
        let listed = String::from_utf8_lossy(&listed);
        // Each line reads `          0xC0,0x30 - ECDHE-RSA-AES256-GCM-SHA384 ...`.
        let numbers = listed.lines().filter_map(|line| {
            let digits: String = line
                .split_whitespace()
                .next()?
                .split(',')
                .filter_map(|byte| byte.strip_prefix("0x"))
                .collect();
            u16::from_str_radix(&digits, 16).ok()
        });
        Ok(numbers.collect())
    }
}

/// A running server on loopback; dropping it stops its processes and removes its files.
#[derive(Debug)]
pub struct Server {
    name: String,
    address: SocketAddr,
    certificate: Option<Certificate>,
    tls: Option<TlsConfiguration>,
    log_file: Option<PathBuf>,
    // Fields drop in this order: a server goes before what it stands on, the folder last.
    process: Supervised,
    _display: Option<Supervised>,
    _scratch: Scratch,
}

impl Server {
    /// The same, met at another address, where somebody stands before it.
    pub(crate) fn at(self, address: SocketAddr) -> Self {
        Self { address, ..self }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server and its variant, for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The certificate that it presents, or was told to present and cannot.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// What its configuration says about TLS; nothing where the server decides itself.
    #[must_use]
    pub fn tls(&self) -> Option<&TlsConfiguration> {
        self.tls.as_ref()
    }

    /// All that the server has written so far.
    #[must_use]
    pub fn log_text(&self) -> String {
        let log = self.log_file.as_deref().map(text).unwrap_or_default();
        [log, self.process.output(), self.process.errors()].concat()
    }

    /// Whether the process still runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.process.has_ended()
    }
}

/// What is known of a server before it runs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) scratch: Scratch,
    pub(crate) display: Option<Supervised>,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) tls: Option<TlsConfiguration>,
    pub(crate) log_file: Option<PathBuf>,
}

impl Plan {
    pub(crate) fn new(name: impl Into<String>) -> Result<Self, NotStarted> {
        let name = name.into();
        let scratch = Scratch::new().map_err(|error| NotStarted::failed(&name, error))?;
        Ok(Self { name, scratch, display: None, certificate: None, tls: None, log_file: None })
    }

    /// Chooses a port, starts what `launch` says for it and waits until the port answers.
    pub(crate) fn start(
        self,
        launch: impl FnMut(&Scratch, SocketAddr) -> io::Result<Launch>,
    ) -> Result<Server, NotStarted> {
        self.start_at(free_address, launch)
    }

    /// Starts what `launch` says for an address and waits until that answers.
    pub(crate) fn start_at(
        self,
        address: impl Fn() -> io::Result<SocketAddr>,
        mut launch: impl FnMut(&Scratch, SocketAddr) -> io::Result<Launch>,
    ) -> Result<Server, NotStarted> {
        let mut said = String::new();
        for _ in 0..ATTEMPTS {
            let started = address().and_then(|address| {
                let process = launch(&self.scratch, address)?.start(&self.scratch)?;
                Ok((address, process))
            });
            let (address, process) = started.map_err(|error| NotStarted::failed(&self.name, error))?;
            let answers = poll(READY, || {
                let answers = TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
                // A port that answers for a process that has ended belongs to somebody else.
                (answers || process.has_ended()).then(|| !process.has_ended())
            });
            if answers == Some(true) {
                return Ok(self.into_server(address, process));
            }
            let log = self.log_file.as_deref().map(text).unwrap_or_default();
            said = [log, process.output(), process.errors()].concat();
            if answers.is_none() {
                return Err(NotStarted::failed(&self.name, format!("nothing answers at {address}\n{said}")));
            }
        }
        Err(NotStarted::failed(&self.name, format!("it ended at once, {ATTEMPTS} times\n{said}")))
    }

    fn into_server(self, address: SocketAddr, process: Supervised) -> Server {
        let Self { name, scratch, display, certificate, tls, log_file } = self;
        Server { name, address, certificate, tls, log_file, process, _display: display, _scratch: scratch }
    }
}

/// The path of a program, or why the server called `name` is unavailable.
pub(crate) fn program(name: &str, program: &str) -> Result<PathBuf, NotStarted> {
    find_program(program).ok_or_else(|| NotStarted::unavailable(name, format!("{program} is not installed")))
}

pub(crate) fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_is_reported_with_what_it_said() {
        let started = Plan::new("brief")
            .unwrap()
            .start(|_, _| Ok(Launch::new("brief", "/bin/sh").args(["-c", "echo cannot >&2; exit 3"])));
        let NotStarted::Failed { name, reason } = started.unwrap_err() else {
            panic!("it could be run");
        };
        assert_eq!(name, "brief");
        assert_eq!(reason, "it ended at once, 3 times\ncannot\n");
    }

    #[test]
    fn a_missing_program_is_unavailable() {
        let missing = program("some server", "no-such-program").unwrap_err();
        assert_eq!(missing, NotStarted::unavailable("some server", "no-such-program is not installed"));
        assert_eq!(missing.to_string(), "some server: no-such-program is not installed");
    }
}
