use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a scenario could not be read, or a host could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// The scenario file could not be read.
    #[error("cannot read scenario {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The text is not a scenario; the message names line and key.
    #[error("scenario does not parse: {0}")]
    Parse(#[from] toml::de::Error),
    /// The parts of the scenario do not fit together.
    #[error("scenario is not consistent: {0}")]
    Inconsistent(String),
    /// A certificate could not be made or loaded.
    #[error("cannot make certificate `{name}`: {reason}")]
    Certificate {
        /// Its name in the scenario.
        name: String,
        /// What the library says.
        reason: String,
    },
    /// The TLS library refuses the settings of a rule.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// The address could not be bound or listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The thread or its runtime could not be started.
    #[error("cannot start the host's thread")]
    Thread(#[source] io::Error),
    /// The accept queue could not be filled, so connects would not hang.
    #[error("cannot fill the accept queue on this platform")]
    QueueNeverFills,
}
