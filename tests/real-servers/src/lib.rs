//! Starts real servers on loopback, in the variants whose behaviour a diagnosis has to tell apart.
//!
//! xrdp and FreeRDP's shadow server come from the system's packages, as do the services that are found on a
//! Remote Desktop port by mistake (SSH, HTTP, a service that speaks TLS first).
//! Each runs in a private folder with a configuration of its own, on a port that was free.
//! A [`Server`] that is dropped stops its processes; so does the end of the process that started them.
//!
//! What a server is expected to present is read from its configuration and from `openssl`, never from the
//! library under test: see [`Certificate::facts`] and [`TlsConfiguration`].
//!
//! A server that cannot run here is [`NotStarted::Unavailable`]; a test has to say so, and [`required`] tells
//! whether that is a failure.

#![cfg(unix)]

mod certificate;
mod gnutls;
mod neighbours;
#[cfg(target_os = "linux")]
mod network;
mod process;
mod server;
mod shadow;
mod xrdp;

pub use certificate::{Certificate, CertificateFacts, CertificateKind, Files};
pub use gnutls::start_gnutls;
pub use neighbours::{start_http, start_ssh, start_tls_first};
#[cfg(target_os = "linux")]
pub use network::{Network, Place, Topology, enter, usable};
pub use server::{NotStarted, REQUIRE, Server, TlsConfiguration, TlsVersions, required};
pub use shadow::{FreeRdpShadow, ShadowSecurity};
pub use xrdp::{SecurityLayer, Xrdp};
