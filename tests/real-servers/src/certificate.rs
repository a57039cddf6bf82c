//! Certificates made with `openssl`, and what `openssl` says of them.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::run;

/// The shape of a self-signed certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateKind {
    /// RSA-2048, SHA-256, valid, for `localhost` and 127.0.0.1.
    Good,
    /// As `Good`, but its validity ended in 2020.
    Expired,
    /// As `Good`, but for `other.example`.
    WrongName,
    /// As `Good`, and for so many more names that it takes more than a segment, as a chain of certificates does.
    ManyNames,
    /// As `Good`, but signed with SHA-1.
    Sha1,
    /// As `Good`, but with a key of 1024 bits.
    Rsa1024,
}

impl CertificateKind {
    /// The common name and the alternative names.
    fn names(self) -> (&'static str, String) {
        const OWN: &str = "DNS:localhost,IP:127.0.0.1";
        match self {
            Self::WrongName => ("other.example", "DNS:other.example".to_owned()),
            Self::ManyNames => {
                let more = (0..60).map(|number| format!(",DNS:host-{number:02}.department.example"));
                ("localhost", more.fold(OWN.to_owned(), |names, name| names + &name))
            }
            Self::Good | Self::Expired | Self::Sha1 | Self::Rsa1024 => ("localhost", OWN.to_owned()),
        }
    }

    fn key_bits(self) -> &'static str {
        if self == Self::Rsa1024 { "1024" } else { "2048" }
    }

    fn digest(self) -> &'static str {
        if self == Self::Sha1 { "sha1" } else { "sha256" }
    }

    fn validity(self) -> &'static [&'static str] {
        if self == Self::Expired {
            &["-startdate", "20200101000000Z", "-enddate", "20200701000000Z"]
        } else {
            &["-days", "30"]
        }
    }

    /// Whether OpenSSL at its default security level refuses it.
    pub(crate) fn needs_security_level_0(self) -> bool {
        matches!(self, Self::Sha1 | Self::Rsa1024)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Good => "good certificate",
            Self::Expired => "expired certificate",
            Self::WrongName => "certificate for another name",
            Self::ManyNames => "certificate for many names",
            Self::Sha1 => "SHA-1 certificate",
            Self::Rsa1024 => "RSA-1024 certificate",
        }
    }
}

/// The certificate and key files that a server is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Files {
    /// A certificate with its key.
    Matching(CertificateKind),
    /// A good certificate, and the key of another one.
    KeyOfAnother,
    /// A good certificate, and a key file without a key in it.
    KeyIsNotAKey,
    /// A good certificate, and a key file that the server's user may not read.
    UnreadableKey,
    /// A certificate file without a certificate in it.
    CertificateIsNotACertificate,
    /// A certificate file that the server's user may not read.
    UnreadableCertificate,
}

impl Files {
    pub(crate) fn kind(self) -> CertificateKind {
        match self {
            Self::Matching(kind) => kind,
            Self::KeyOfAnother
            | Self::KeyIsNotAKey
            | Self::UnreadableKey
            | Self::CertificateIsNotACertificate
            | Self::UnreadableCertificate => CertificateKind::Good,
        }
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Matching(kind) => kind.label(),
            Self::KeyOfAnother => "key of another certificate",
            Self::KeyIsNotAKey => "key file without a key",
            Self::UnreadableKey => "unreadable key",
            Self::CertificateIsNotACertificate => "certificate file without a certificate",
            Self::UnreadableCertificate => "unreadable certificate",
        }
    }

    /// Writes `certificate.pem` and `key.pem` for a server into `folder`.
    ///
    /// The certificate that comes back is a copy which stays readable whatever happened to the server's own.
    pub(crate) fn write(self, folder: &Path) -> io::Result<Certificate> {
        let made = Certificate::make(self.kind(), folder, "made")?;
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::copy(&made.path, &certificate)?;
        fs::copy(folder.join("made.key"), &key)?;
        set_mode(&certificate, 0o644)?;
        set_mode(&key, 0o644)?;
        match self {
            Self::Matching(_) => {}
            Self::KeyOfAnother => {
                Certificate::make(CertificateKind::Good, folder, "another")?;
                fs::copy(folder.join("another.key"), &key)?;
                set_mode(&key, 0o644)?;
            }
            Self::KeyIsNotAKey => fs::write(&key, "no key\n")?,
            Self::UnreadableKey => set_mode(&key, 0)?,
            Self::CertificateIsNotACertificate => fs::write(&certificate, "no certificate\n")?,
            Self::UnreadableCertificate => set_mode(&certificate, 0)?,
        }
        Ok(made)
    }
}

/// A certificate in a PEM file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    path: PathBuf,
}

impl Certificate {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Makes `<stem>.pem` and `<stem>.key` in `folder`.
    ///
    /// `openssl ca` is the one subcommand of OpenSSL 3.0 that sets both ends of the validity.
    pub(crate) fn make(kind: CertificateKind, folder: &Path, stem: &str) -> io::Result<Self> {
        let at = |extension: &str| folder.join(format!("{stem}.{extension}"));
        let (common_name, names) = kind.names();
        let configuration = format!(
            "[req]\nprompt = no\ndistinguished_name = name\n[name]\ncommonName = {common_name}\n\
             [ca]\ndefault_ca = self\n[self]\nnew_certs_dir = {folder}\ndatabase = {index}\n\
             rand_serial = yes\npolicy = any\nx509_extensions = server\n[any]\ncommonName = supplied\n\
             [server]\nbasicConstraints = CA:FALSE\nkeyUsage = digitalSignature, keyEncipherment\n\
             extendedKeyUsage = serverAuth\nsubjectAltName = {names}\n",
            folder = folder.display(),
            index = at("index").display(),
        );
        fs::write(at("cnf"), configuration)?;
        fs::write(at("index"), "")?;
        let (cnf, key, request, pem) = (at("cnf"), at("key"), at("csr"), at("pem"));
        run(openssl("req")
            .args(["-new", "-nodes", "-newkey", &format!("rsa:{}", kind.key_bits())])
            .args([OsStr::new("-config"), cnf.as_ref()])
            .args([OsStr::new("-keyout"), key.as_ref()])
            .args([OsStr::new("-out"), request.as_ref()]))?;
        run(openssl("ca")
            .args(["-batch", "-selfsign", "-notext", "-md", kind.digest()])
            .args(kind.validity())
            .args([OsStr::new("-config"), cnf.as_ref()])
            .args([OsStr::new("-keyfile"), key.as_ref()])
            .args([OsStr::new("-in"), request.as_ref()])
            .args([OsStr::new("-out"), pem.as_ref()]))?;
        Ok(Self::at(pem))
    }

    /// The PEM file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The DER bytes, as `openssl` converts them.
    ///
    /// # Errors
    ///
    /// When `openssl` cannot be run or cannot read the file.
    pub fn der(&self) -> io::Result<Vec<u8>> {
        self.x509(&["-outform", "DER"])
    }

    /// What `openssl x509` says of it.
    ///
    /// # Errors
    ///
    /// When `openssl` cannot be run, cannot read the file or leaves a field out.
    pub fn facts(&self) -> io::Result<CertificateFacts> {
        let named = self.x509(&[
            "-noout",
            "-fingerprint",
            "-sha256",
            "-serial",
            "-dates",
            "-subject",
            "-issuer",
            "-dateopt",
            "iso_8601",
            "-nameopt",
            "RFC2253",
        ])?;
        let text = self.x509(&["-noout", "-text", "-certopt", "no_pubkey,no_sigdump"])?;
        let (named, text) = (String::from_utf8_lossy(&named), String::from_utf8_lossy(&text));
        let field = |name: &str| {
            named
                .lines()
                .filter_map(|line| line.split_once('='))
                .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
                .ok_or_else(|| io::Error::other(format!("openssl x509 gave no {name}")))
        };
        let mut lines = text.lines().map(str::trim);
        let signature_algorithm = lines
            .find_map(|line| line.strip_prefix("Signature Algorithm: "))
            .ok_or_else(|| io::Error::other("openssl x509 gave no signature algorithm"))?
            .to_owned();
        let subject_alternative_names = lines
            .skip_while(|line| !line.starts_with("X509v3 Subject Alternative Name"))
            .nth(1)
            .map(|line| line.split(", ").map(str::to_owned).collect())
            .unwrap_or_default();
        Ok(CertificateFacts {
            fingerprint_sha256: field("sha256 Fingerprint")?.replace(':', "").to_ascii_lowercase(),
            serial: field("serial")?.to_ascii_lowercase(),
            subject: field("subject")?,
            issuer: field("issuer")?,
            not_before: field("notBefore")?,
            not_after: field("notAfter")?,
            subject_alternative_names,
            signature_algorithm,
            key_bits: self.key_bits()?,
        })
    }

    fn key_bits(&self) -> io::Result<u32> {
        let text = self.x509(&["-noout", "-text"])?;
        String::from_utf8_lossy(&text)
            .lines()
            .find_map(|line| line.trim().strip_prefix("Public-Key: (")?.split(' ').next()?.parse().ok())
            .ok_or_else(|| io::Error::other("openssl x509 gave no key size"))
    }

    fn x509(&self, arguments: &[&str]) -> io::Result<Vec<u8>> {
        run(openssl("x509").arg("-in").arg(&self.path).args(arguments))
    }
}

/// A certificate as `openssl x509` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateFacts {
    /// SHA-256 over the DER bytes, lower-case hexadecimal.
    pub fingerprint_sha256: String,
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// Subject as RFC 2253 text.
    pub subject: String,
    /// Issuer as RFC 2253 text.
    pub issuer: String,
    /// Start of the validity, `2020-01-01 00:00:00Z`.
    pub not_before: String,
    /// End of the validity, in the same form.
    pub not_after: String,
    /// Alternative names as `DNS:localhost` and `IP Address:127.0.0.1`.
    pub subject_alternative_names: Vec<String>,
    /// OpenSSL's name of the signature algorithm.
    pub signature_algorithm: String,
    /// Size of the public key.
    pub key_bits: u32,
}

fn openssl(subcommand: &str) -> Command {
    let mut command = Command::new("openssl");
    command.arg(subcommand);
    command
}

fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
}
