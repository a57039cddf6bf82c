//! `gnutls-serv` behind an X.224 exchange: a host with what OpenSSL of Debian was built without (3DES).

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crate::certificate::{CertificateKind, Files};
use crate::process::Launch;
use crate::server::{NotStarted, Plan, Server, program};

const NAME: &str = "GnuTLS";

/// A Connection Confirm that selects TLS ([MS-RDPBCGR] 2.2.1.2).
const CONFIRM: [u8; 19] = [3, 0, 0, 19, 14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 1, 0, 0, 0];

/// Longest wait for a Connection Request.
const REQUEST: Duration = Duration::from_secs(10);

/// Starts `gnutls-serv` with a priority string, and before it what answers X.224 and selects TLS.
///
/// # Errors
///
/// [`NotStarted::Unavailable`] without `gnutls-serv` (package `gnutls-bin`) or `openssl`.
pub fn start_gnutls(priority: &str) -> Result<Server, NotStarted> {
    let gnutls = program(NAME, "gnutls-serv")?;
    program(NAME, "openssl")?;
    let failed = |error: io::Error| NotStarted::failed(NAME, error);
    let mut plan = Plan::new(NAME)?;
    plan.certificate =
        Some(Files::Matching(CertificateKind::Good).write(plan.scratch.path()).map_err(failed)?);
    let server = plan.start(|scratch, address| {
        Ok(Launch::new("gnutls", &gnutls)
            .args(["--echo", "--disable-client-cert", "--priority", priority, "--port"])
            .arg(address.port().to_string())
            .arg("--x509certfile")
            .arg(scratch.join("certificate.pem"))
            .arg("--x509keyfile")
            .arg(scratch.join("key.pem")))
    })?;
    let front = listen(server.address()).map_err(failed)?;
    Ok(server.at(front))
}

/// Answers X.224 on a free port for as long as the process runs, and passes on what comes after it.
fn listen(behind: SocketAddr) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that breaks off takes nobody with it.
            thread::spawn(move || drop(answer(client, behind)));
        }
    });
    Ok(address)
}

fn answer(mut client: TcpStream, behind: SocketAddr) -> io::Result<()> {
    client.set_read_timeout(Some(REQUEST))?;
    let mut header = [0; 4];
    client.read_exact(&mut header)?;
    let [_, _, high, low] = header;
    let mut rest = vec![0; usize::from(u16::from_be_bytes([high, low])).saturating_sub(header.len())];
    client.read_exact(&mut rest)?;
    client.write_all(&CONFIRM)?;
    client.set_read_timeout(None)?;
    let server = TcpStream::connect(behind)?;
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || pass(from_client, to_server));
    pass(server, client);
    Ok(())
}

/// Passes on everything until either end has enough, and then ends both.
fn pass(mut from: TcpStream, mut to: TcpStream) {
    drop(io::copy(&mut from, &mut to));
    drop(to.shutdown(Shutdown::Write));
}
