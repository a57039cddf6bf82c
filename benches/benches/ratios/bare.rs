//! A check against the least that any TLS client has to do: one handshake with the same host.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rdpcheck_core::{CheckOptions, Checker, Headline, Target};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConnection, Resumption};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::runtime::Builder;

use crate::sample::{Cost, cost, median};
use crate::table::Table;
use crate::{Outcome, Size, lab};

/// What a healthy TLS 1.3 host costs the client, against a bare handshake, the two measured in turns.
pub(crate) fn measure(size: Size, table: &mut Table) -> Outcome<()> {
    let host = lab::start(lab::TLS13)?;
    let config = Arc::new(config()?);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let checker = Checker::new(CheckOptions::default())?;
    let target: Target = host.address().to_string().parse()?;
    let (mut checks, mut handshakes): (Vec<Cost>, Vec<Cost>) = (Vec::new(), Vec::new());
    // The first ones pay for caches and tables; they are not counted.
    let warm_up = size.many / 10;
    for turn in 0..size.many + warm_up {
        let (report, check) = cost(|| runtime.block_on(checker.check(&target)));
        let report = report?;
        if report.headline != Headline::Healthy || report.connections != 1 {
            return Err(format!("the healthy host is {}: {}", report.headline, report.summary).into());
        }
        let (done, bare) = cost(|| handshake(host.address(), &config));
        done?;
        if turn >= warm_up {
            checks.push(check);
            handshakes.push(bare);
        }
    }
    let wall = |costs: &[Cost]| median(costs.iter().map(|cost| cost.wall));
    let cpu = |costs: &[Cost]| median(costs.iter().map(|cost| cost.cpu));
    let figures = [("bare TLS 1.3 handshake", &handshakes), ("check of a healthy TLS 1.3 host", &checks)];
    for (what, costs) in figures {
        table.figure(&format!("{what}: wall"), &format!("{:.3} ms", wall(costs)));
        table.figure(&format!("{what}: client CPU"), &format!("{:.3} ms", cpu(costs)));
    }
    table.figure("check / bare handshake: wall", &format!("{:.2}", wall(&checks) / wall(&handshakes)));
    table.at_most("check / bare handshake: client CPU", cpu(&checks) / cpu(&handshakes), 1.5, "");
    Ok(())
}

/// TCP and TLS, nothing else.
fn handshake(address: SocketAddr, config: &Arc<ClientConfig>) -> Outcome<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let name = ServerName::IpAddress(address.ip().into());
    let mut connection = ClientConnection::new(Arc::clone(config), name)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    Ok(())
}

/// Takes any certificate and verifies that its key signed the handshake, as the check does. Made once for all handshakes,
/// which is to the advantage of the bare one.
fn config() -> Outcome<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(config)
}

#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
