//! xrdp, as Debian runs it: by its own user, without the session manager.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::chown;
use std::path::Path;

use crate::certificate::{CertificateKind, Files};
#[cfg(target_os = "linux")]
use crate::network::{Network, host_namespace};
use crate::process::{Launch, text, try_private_run};
use crate::server::{NotStarted, Plan, Server, TlsConfiguration, TlsVersions, free_address, program};

/// xrdp's default cipher string.
const DEFAULT_CIPHERS: &str = "HIGH";

/// The setting `security_layer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecurityLayer {
    /// TLS where the client offers it, standard RDP security otherwise.
    Negotiate,
    /// Standard RDP security only.
    Rdp,
    /// TLS only.
    Tls,
}

impl SecurityLayer {
    fn word(self) -> &'static str {
        match self {
            Self::Negotiate => "negotiate",
            Self::Rdp => "rdp",
            Self::Tls => "tls",
        }
    }
}

/// A variant of xrdp.
///
/// # Defaults
///
/// A good certificate, TLS 1.2 and 1.3, xrdp's own cipher string.
#[derive(Debug, Clone)]
pub struct Xrdp {
    layer: SecurityLayer,
    files: Files,
    versions: TlsVersions,
    ciphers: Option<&'static str>,
}

impl Xrdp {
    /// With this security layer.
    #[must_use]
    pub fn new(layer: SecurityLayer) -> Self {
        Self {
            layer,
            files: Files::Matching(CertificateKind::Good),
            versions: TlsVersions::Both,
            ciphers: None,
        }
    }

    /// With these files.
    ///
    /// For the certificates that OpenSSL may refuse (SHA-1, RSA-1024) its security level is lowered to 0.
    #[must_use]
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// With these TLS versions.
    ///
    /// For those that OpenSSL refuses otherwise (1.0 and 1.1) its security level is lowered to 0.
    #[must_use]
    pub fn versions(mut self, versions: TlsVersions) -> Self {
        self.versions = versions;
        self
    }

    /// With this cipher string for TLS 1.2.
    #[must_use]
    pub fn ciphers(mut self, ciphers: &'static str) -> Self {
        self.ciphers = Some(ciphers);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// [`NotStarted::Unavailable`] without xrdp, its user, `unshare`, `setpriv`, `openssl` or the right to mount.
    pub fn start(&self) -> Result<Server, NotStarted> {
        self.start_at(free_address, None)
    }

    /// Starts it on the host of a network, at port 3389.
    ///
    /// # Errors
    ///
    /// As [`Xrdp::start`].
    #[cfg(target_os = "linux")]
    pub fn start_in(&self, _network: &Network) -> Result<Server, NotStarted> {
        self.start_at(|| Ok((Network::HOST, 3389).into()), Some(&host_namespace()))
    }

    fn start_at(
        &self,
        address: impl Fn() -> io::Result<SocketAddr>,
        namespace: Option<&Path>,
    ) -> Result<Server, NotStarted> {
        const NAME: &str = "xrdp";
        let xrdp = program(NAME, "xrdp")?;
        let unshare = program(NAME, "unshare")?;
        let setpriv = program(NAME, "setpriv")?;
        program(NAME, "openssl")?;
        try_private_run(&unshare).map_err(|reason| NotStarted::unavailable(NAME, reason))?;
        let (user, group) = user_of_xrdp()
            .ok_or_else(|| NotStarted::unavailable(NAME, "there is no user xrdp in /etc/passwd"))?;

        let mut plan = Plan::new(self.name())?;
        let failed = |error: io::Error| NotStarted::failed(NAME, error);
        plan.certificate = Some(self.files.write(plan.scratch.path()).map_err(failed)?);
        plan.tls = Some(TlsConfiguration { versions: self.versions, ciphers: self.cipher_string() });
        plan.log_file = Some(plan.scratch.join("xrdp.log"));
        // The folder stands in for /run, where xrdp makes its sockets as its own user.
        let sockets = plan.scratch.join("xrdp");
        fs::create_dir(&sockets).map_err(failed)?;
        for folder in [plan.scratch.path(), &sockets] {
            chown(folder, Some(user), Some(group)).map_err(failed)?;
        }
        let nsenter = namespace.map(|file| Ok((program(NAME, "nsenter")?, file))).transpose()?;
        plan.start_at(address, |scratch, address| {
            fs::write(scratch.join("xrdp.ini"), self.configuration(address))?;
            let launch = Launch::new("xrdp", &setpriv)
                .args([format!("--reuid={user}"), format!("--regid={group}")])
                .arg("--clear-groups")
                .arg(&xrdp)
                .args(["-n", "-c", "/run/xrdp.ini"])
                .with_private_run(&unshare, scratch);
            Ok(match &nsenter {
                Some((nsenter, file)) => launch.with_network(nsenter, file),
                None => launch,
            })
        })
    }

    fn name(&self) -> String {
        let versions = match self.versions {
            TlsVersions::Both => "",
            TlsVersions::Only10 => ", TLS 1.0 only",
            TlsVersions::Only11 => ", TLS 1.1 only",
            TlsVersions::Only12 => ", TLS 1.2 only",
            TlsVersions::Only13 => ", TLS 1.3 only",
        };
        format!("xrdp, layer {}, {}{versions}", self.layer.word(), self.files.label())
    }

    fn cipher_string(&self) -> String {
        let ciphers = self.ciphers.unwrap_or(DEFAULT_CIPHERS);
        let old = matches!(self.versions, TlsVersions::Only10 | TlsVersions::Only11);
        if old || self.files.kind().needs_security_level_0() {
            format!("{ciphers}:@SECLEVEL=0")
        } else {
            ciphers.to_owned()
        }
    }

    fn configuration(&self, address: SocketAddr) -> String {
        let versions = match self.versions {
            TlsVersions::Both => "TLSv1.2, TLSv1.3",
            TlsVersions::Only10 => "TLSv1",
            TlsVersions::Only11 => "TLSv1.1",
            TlsVersions::Only12 => "TLSv1.2",
            TlsVersions::Only13 => "TLSv1.3",
        };
        format!(
            "[Globals]\nini_version=1\nfork=true\nport=tcp://{address}\nuse_vsock=false\ntcp_nodelay=true\n\
             security_layer={layer}\ncrypt_level=high\n\
             certificate=/run/certificate.pem\nkey_file=/run/key.pem\n\
             ssl_protocols={versions}\ntls_ciphers={ciphers}\nautorun=\nmax_bpp=32\n\
             [Logging]\nLogFile=/run/xrdp.log\nLogLevel=INFO\nEnableSyslog=false\n",
            layer = self.layer.word(),
            ciphers = self.cipher_string(),
        )
    }
}

/// Numbers of the user that the package makes for the service.
fn user_of_xrdp() -> Option<(u32, u32)> {
    let users = text(Path::new("/etc/passwd"));
    let mut fields = users.lines().find(|line| line.starts_with("xrdp:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
