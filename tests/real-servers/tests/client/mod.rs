//! A client that goes as far as the answer to its Connect-Initial.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rdpcheck_core::evidence::SecurityProtocol;
use rdpcheck_core::wire::gcc::ServerData;
use rdpcheck_core::wire::mcs::{self, McsProblem};
use rdpcheck_core::wire::negotiation::{self, Framing};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};

/// Longest wait for bytes that must come.
const ANSWER: Duration = Duration::from_secs(10);

/// Negotiates this offer, which the server must take, and reads what it answers to a Connect-Initial.
pub(crate) fn connect(
    address: SocketAddr,
    offer: Option<SecurityProtocol>,
) -> Result<ServerData, McsProblem> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(ANSWER)).unwrap();
    stream.write_all(&negotiation::request(offer)).unwrap();
    let confirm = negotiation::confirm(&packet(&mut stream), offer).unwrap();
    let (selected, flags) = confirm
        .response
        .map_or((SecurityProtocol::empty(), 0), |response| (response.selected, response.flags));
    assert_eq!(selected, offer.unwrap_or(SecurityProtocol::empty()));
    let initial = mcs::connect_initial(selected, flags);
    if selected.uses_tls() {
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(configuration(), name).unwrap();
        exchange(&mut StreamOwned::new(connection, stream), &initial)
    } else {
        exchange(&mut stream, &initial)
    }
}

fn exchange(stream: &mut (impl Read + Write), initial: &[u8]) -> Result<ServerData, McsProblem> {
    stream.write_all(initial).unwrap();
    mcs::connect_response(&packet(stream))
}

/// A whole TPKT.
fn packet(stream: &mut impl Read) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    stream.read_exact(&mut bytes).unwrap();
    let Framing::Incomplete(length) = mcs::frame(&bytes) else { panic!("no TPKT: {bytes:02x?}") };
    bytes.resize(length, 0);
    stream.read_exact(&mut bytes[4..]).unwrap();
    bytes
}

fn configuration() -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let configuration = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(TakesAny(provider)))
        .with_no_client_auth();
    Arc::new(configuration)
}

/// The servers' certificates are tested elsewhere.
#[derive(Debug)]
struct TakesAny(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for TakesAny {
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
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
