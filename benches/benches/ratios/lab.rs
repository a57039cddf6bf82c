//! The scripted hosts that are measured against.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use rdpcheck_lab::{LabHost, Scenario};

use crate::Outcome;
use crate::table::say;

/// Windows as it is set up by default, with TLS 1.3. A client that begins with TLS gets TLS.
pub(crate) const TLS13: &str = r#"
    title = "healthy, TLS 1.3, and TLS without X.224 for the bare handshake"
    [[rule]]
    when = { first = "tls" }
    tls = { versions = ["1.3"] }
    [[rule]]
    negotiate = { select = 8, flags = 0x1F }
    tls = { versions = ["1.3"] }
"#;
/// The same with TLS 1.2.
pub(crate) const TLS12: &str = r#"
    title = "healthy, TLS 1.2"
    [[rule]]
    negotiate = { select = 8, flags = 0x1F }
    tls = { versions = ["1.2"] }
"#;
/// Accepts, and never says a word.
pub(crate) const SILENT: &str = r#"
    title = "silent"
    [[rule]]
    negotiate = { end = "silent" }
"#;
/// Chooses TLS, and never answers the ClientHello.
pub(crate) const SILENT_IN_TLS: &str = r#"
    title = "silent in TLS"
    [[rule]]
    negotiate = { select = 8, flags = 0x1F }
    tls = { end = "silent" }
"#;
/// Does not even answer the SYN.
pub(crate) const DROPS: &str = r#"
    title = "drops connection requests"
    [host]
    listen = "backlog-full"
"#;

/// The option with which this program plays a scenario instead of measuring.
pub(crate) const PLAY: &str = "--play";

/// Starts a host in this process.
pub(crate) fn start(scenario: &str) -> Outcome<LabHost> {
    Ok(LabHost::start(&scenario.parse::<Scenario>()?)?)
}

/// Plays a scenario until standard input ends.
pub(crate) fn play(scenario: &str) -> Outcome<()> {
    let host = start(scenario)?;
    say(&host.address().to_string());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A host in a process of its own, so that its memory is not ours.
pub(crate) struct Apart {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Apart {
    pub(crate) fn start(scenario: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([PLAY, scenario])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(Self { child, address }),
            Err(_) => {
                child.kill()?;
                Err(format!("the host in its own process says {line:?}, not its address").into())
            }
        }
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
