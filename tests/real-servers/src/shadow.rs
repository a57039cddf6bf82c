//! FreeRDP's shadow server, on a display of its own.

use std::fs;
use std::io;
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::certificate::{Certificate, Files};
use crate::process::{Launch, Scratch, Supervised, poll};
use crate::server::{NotStarted, Plan, Server, program};

const NAME: &str = "FreeRDP shadow";

/// Longest wait for a display's number.
const DISPLAY: Duration = Duration::from_secs(10);

/// Another program may have the display's number.
const DISPLAY_ATTEMPTS: u8 = 3;

/// The account that the sam-file knows: `user` with the NT hash of `password`.
const ACCOUNT: &str = "user:::8846f7eaee8fb117ad06bdd830b7586c:::\n";

/// Where the server keeps its certificate below `HOME`.
const FOLDER: &str = ".config/freerdp/shadow";

/// The option `/sec`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShadowSecurity {
    /// Network Level Authentication only, against a sam-file.
    Nla,
    /// Standard RDP security only.
    Rdp,
    /// TLS only, without authentication.
    Tls,
}

impl ShadowSecurity {
    fn word(self) -> &'static str {
        match self {
            Self::Nla => "nla",
            Self::Rdp => "rdp",
            Self::Tls => "tls",
        }
    }
}

/// A variant of FreeRDP's shadow server.
///
/// # Defaults
///
/// It makes a certificate with the name of the host itself.
#[derive(Debug, Clone)]
pub struct FreeRdpShadow {
    security: ShadowSecurity,
    files: Option<Files>,
}

impl FreeRdpShadow {
    /// With this security.
    #[must_use]
    pub fn new(security: ShadowSecurity) -> Self {
        Self { security, files: None }
    }

    /// With these files instead of its own.
    ///
    /// Run by root it can read everything, so the unreadable ones are no fault here.
    #[must_use]
    pub fn files(mut self, files: Files) -> Self {
        self.files = Some(files);
        self
    }

    /// Starts it, with a virtual display.
    ///
    /// # Errors
    ///
    /// [`NotStarted::Unavailable`] without `freerdp-shadow-cli`, `Xvfb` or `openssl`.
    pub fn start(&self) -> Result<Server, NotStarted> {
        let shadow = program(NAME, "freerdp-shadow-cli")?;
        let xvfb = program(NAME, "Xvfb")?;
        program(NAME, "openssl")?;
        let label = self.files.map(|files| format!(", {}", files.label())).unwrap_or_default();
        let mut plan = Plan::new(format!("{NAME}, {}{label}", self.security.word()))?;
        let failed = |error: io::Error| NotStarted::failed(NAME, error);

        let folder = plan.scratch.join(FOLDER);
        fs::create_dir_all(&folder).map_err(failed)?;
        plan.certificate = Some(match self.files {
            Some(files) => {
                let made = files.write(&folder).map_err(failed)?;
                fs::copy(folder.join("certificate.pem"), folder.join("shadow.crt")).map_err(failed)?;
                fs::copy(folder.join("key.pem"), folder.join("shadow.key")).map_err(failed)?;
                made
            }
            None => Certificate::at(folder.join("shadow.crt")),
        });
        let accounts = plan.scratch.join("accounts");
        fs::write(&accounts, ACCOUNT).map_err(failed)?;

        let (display, number) = start_display(&xvfb, &plan.scratch)?;
        plan.display = Some(display);
        let security = self.security;
        plan.start(|scratch, address| {
            let launch = Launch::new("shadow", &shadow)
                .arg(format!("/port:{}", address.port()))
                .arg(format!("/bind-address:{}", address.ip()))
                .arg(format!("/sec:{}", security.word()))
                .env("DISPLAY", format!(":{number}"))
                .env("HOME", scratch.path())
                .env("XDG_CONFIG_HOME", scratch.join(".config"));
            Ok(match security {
                ShadowSecurity::Nla => launch.arg("+auth").arg(format!("/sam-file:{}", accounts.display())),
                ShadowSecurity::Rdp | ShadowSecurity::Tls => launch.arg("-auth"),
            })
        })
    }
}

/// Starts a display and waits until it answers; its number comes back.
///
/// The number is used once: a display that ends removes its socket by name, and would remove its successor's.
/// Nor may the display reset itself when a client leaves, because it refuses others while it does.
fn start_display(xvfb: &Path, scratch: &Scratch) -> Result<(Supervised, u32), NotStarted> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut said = String::new();
    for _ in 0..DISPLAY_ATTEMPTS {
        let number = 100 + process::id() % 400 * 100 + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
        let launch = Launch::new("display", xvfb).arg(format!(":{number}")).args([
            "-displayfd",
            "1",
            "-noreset",
            "-screen",
            "0",
            "640x480x24",
            "-nolisten",
            "tcp",
        ]);
        let display = launch.start(scratch).map_err(|error| NotStarted::failed(NAME, error))?;
        // It writes its number once it answers.
        let answers = poll(DISPLAY, || {
            let answers = display.output().ends_with('\n');
            (answers || display.has_ended()).then_some(answers)
        });
        if answers == Some(true) {
            return Ok((display, number));
        }
        said = display.errors();
    }
    Err(NotStarted::failed(NAME, format!("Xvfb gave no display\n{said}")))
}
