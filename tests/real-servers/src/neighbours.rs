//! Services that are found on a Remote Desktop port by mistake.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::certificate::{CertificateKind, Files};
use crate::process::{Launch, find_program, is_root, run, try_private_run};
use crate::server::{NotStarted, Plan, Server, program};

/// Starts OpenSSH, or dropbear where OpenSSH is not installed.
///
/// # Errors
///
/// [`NotStarted::Unavailable`] without either, or without the program that makes its host key.
pub fn start_ssh() -> Result<Server, NotStarted> {
    match (find_program("sshd"), find_program("dropbear")) {
        (Some(sshd), _) => start_openssh(&sshd),
        (None, Some(dropbear)) => start_dropbear(&dropbear),
        (None, None) => Err(NotStarted::unavailable("SSH", "neither sshd nor dropbear is installed")),
    }
}

fn start_openssh(sshd: &Path) -> Result<Server, NotStarted> {
    const NAME: &str = "OpenSSH";
    let (keygen, unshare) = (program(NAME, "ssh-keygen")?, program(NAME, "unshare")?);
    // Run by root it wants the folder /run/sshd, which only the service's unit makes.
    let private = is_root();
    if private {
        try_private_run(&unshare).map_err(|reason| NotStarted::unavailable(NAME, reason))?;
    }
    let plan = Plan::new(NAME)?;
    let failed = |error: io::Error| NotStarted::failed(NAME, error);
    let key = plan.scratch.join("host_key");
    run(Command::new(keygen).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key)).map_err(failed)?;
    fs::create_dir(plan.scratch.join("sshd")).map_err(failed)?;
    plan.start(|scratch, address| {
        let configuration = [
            format!("ListenAddress {address}"),
            format!("HostKey {}", key.display()),
            "PidFile none\nUsePAM no\nPasswordAuthentication no\n".to_owned(),
        ];
        fs::write(scratch.join("sshd_config"), configuration.join("\n"))?;
        let launch = Launch::new("sshd", sshd).args(["-D", "-e", "-f"]).arg(scratch.join("sshd_config"));
        Ok(if private { launch.with_private_run(&unshare, scratch) } else { launch })
    })
}

fn start_dropbear(dropbear: &Path) -> Result<Server, NotStarted> {
    const NAME: &str = "dropbear";
    let keygen = program(NAME, "dropbearkey")?;
    let plan = Plan::new(NAME)?;
    let key = plan.scratch.join("host_key");
    run(Command::new(keygen).args(["-t", "ed25519", "-f"]).arg(&key))
        .map_err(|error| NotStarted::failed(NAME, error))?;
    plan.start(|_, address| {
        let launch = Launch::new("dropbear", dropbear).args(["-F", "-E", "-p"]).arg(address.to_string());
        Ok(launch.arg("-r").arg(&key))
    })
}

/// Starts Python's HTTP server.
///
/// # Errors
///
/// [`NotStarted::Unavailable`] without `python3`.
pub fn start_http() -> Result<Server, NotStarted> {
    let python = program("HTTP", "python3")?;
    Plan::new("HTTP")?.start(|scratch, address| {
        Ok(Launch::new("http", &python)
            .args(["-m", "http.server", "--bind"])
            .arg(address.ip().to_string())
            .arg("--directory")
            .arg(scratch.path())
            .arg(address.port().to_string()))
    })
}

/// Starts `openssl s_server`: a service that expects TLS from the first byte.
///
/// # Errors
///
/// [`NotStarted::Unavailable`] without `openssl`.
pub fn start_tls_first() -> Result<Server, NotStarted> {
    const NAME: &str = "TLS-first service";
    let openssl = program(NAME, "openssl")?;
    let mut plan = Plan::new(NAME)?;
    let made = Files::Matching(CertificateKind::Good).write(plan.scratch.path());
    plan.certificate = Some(made.map_err(|error| NotStarted::failed(NAME, error))?);
    plan.start(|scratch, address| {
        // With -www it answers by itself and does not read its standard input, which is empty.
        Ok(Launch::new("tls", &openssl)
            .args(["s_server", "-www", "-accept"])
            .arg(address.to_string())
            .arg("-cert")
            .arg(scratch.join("certificate.pem"))
            .arg("-key")
            .arg(scratch.join("key.pem")))
    })
}
