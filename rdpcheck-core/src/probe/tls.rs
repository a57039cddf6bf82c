use std::io::{Read as _, Write as _};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use der::{Decode as _, Header, Reader as _, SliceReader};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme,
    SupportedProtocolVersion,
};
use tokio::time::Instant;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::negotiate::with_afterword;
use super::peer::Peer;
use crate::Error;
use crate::evidence::{
    FailureKind, KeyProof, NumberedName, Operation, StageFailure, TlsRejection, TlsSession,
};
use crate::wire::negotiation::DISCONNECT_ULTIMATUM;
use crate::wire::text::tame;
use crate::wire::tls::names::version_name;

/// The most that is read of a handshake. A Windows host sends about 2 kB, a chain of ten certificates 20 kB.
const LONGEST_HANDSHAKE: usize = 256 * 1024;

/// The handshake library's side of one connection.
pub(crate) struct Tls {
    connection: ClientConnection,
    seen: Arc<Seen>,
}

/// What the verifier and the certificate resolver saw.
#[derive(Debug, Default)]
struct Seen(Mutex<Record>);

#[derive(Clone, Debug, Default)]
struct Record {
    chain: Vec<CertificateDer<'static>>,
    proof: Option<KeyProof>,
    client_certificate_requested: bool,
}

impl Seen {
    fn change(&self, change: impl FnOnce(&mut Record)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn record(&self) -> Record {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Tls {
    /// `versions` of the library's own; `name` is a host name or an address, of which only a name is sent.
    pub(crate) fn new(name: &str, versions: &[&'static SupportedProtocolVersion]) -> Result<Self, Error> {
        let bug = |error: rustls::Error| Error::Bug { what: format!("TLS set-up: {error}") };
        let provider = Arc::new(ring::default_provider());
        let seen = Arc::new(Seen::default());
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .map_err(bug)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Recorder { seen: Arc::clone(&seen), provider }))
            .with_client_cert_resolver(Arc::new(NoClientCertificate(Arc::clone(&seen))));
        // MS-CSSP binds to one handshake; a resumed one shows no certificate.
        config.resumption = Resumption::disabled();
        let connection = ClientConnection::new(Arc::new(config), server_name(name)).map_err(bug)?;
        Ok(Self { connection, seen })
    }

    /// The certificates that the host sent.
    pub(crate) fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.seen.record().chain
    }

    /// Carries out the handshake.
    pub(crate) async fn handshake(
        &mut self,
        peer: &mut Peer,
        name: &str,
        by: Instant,
    ) -> Result<TlsSession, StageFailure> {
        peer.begin_stage();
        if let Some(failure) = peer.ended_already() {
            return Err(failure);
        }
        let mut received = 0_usize;
        loop {
            self.flush(peer, by).await?;
            if !self.connection.is_handshaking() {
                break;
            }
            received = received.saturating_add(self.advance(peer, by).await?);
            if received > LONGEST_HANDSHAKE {
                return Err(violation(peer, "a TLS handshake of at most 256 KiB", "more"));
            }
        }
        let record = self.seen.record();
        if record.client_certificate_requested {
            self.await_refusal(peer, by).await?;
        }
        let connection = &self.connection;
        let version = connection.protocol_version().map_or(0, u16::from);
        Ok(TlsSession {
            version: NumberedName { value: version, name: version_name(version).map(str::to_owned) },
            cipher_suite: connection.negotiated_cipher_suite().map_or(
                NumberedName { value: 0, name: None },
                |suite| {
                    let value = u16::from(suite.suite());
                    NumberedName {
                        value,
                        name: crate::wire::tls::names::suite_name(value).map(str::to_owned),
                    }
                },
            ),
            key_exchange_group: connection.negotiated_key_exchange_group().map(|group| NumberedName {
                value: u16::from(group.name()),
                name: group.name().as_str().map(str::to_owned),
            }),
            key_proof: record
                .proof
                .unwrap_or_else(|| KeyProof::NotVerifiable { reason: "no signature was seen".to_owned() }),
            server_name_sent: sent_name(name),
            client_certificate_requested: record.client_certificate_requested,
            certificates_sent: record.chain.len(),
        })
    }

    /// With TLS 1.3 a host says only after the handshake that it will not do without a client certificate.
    async fn await_refusal(&mut self, peer: &mut Peer, by: Instant) -> Result<(), StageFailure> {
        let enough = by.min(Instant::now() + Duration::from_millis(100) + peer.round_trip());
        match self.advance(peer, enough).await {
            Err(failure) if !matches!(failure.kind, FailureKind::TimedOut { .. }) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Sends these bytes inside TLS.
    pub(crate) async fn send(
        &mut self,
        peer: &mut Peer,
        bytes: &[u8],
        by: Instant,
    ) -> Result<(), StageFailure> {
        // The library takes it into its own buffer, whose limit is far above what is sent here.
        drop(self.connection.writer().write_all(bytes));
        self.flush(peer, by).await
    }

    /// Receives at least one byte that came inside TLS.
    pub(crate) async fn receive(
        &mut self,
        peer: &mut Peer,
        buffer: &mut [u8],
        by: Instant,
    ) -> Result<usize, StageFailure> {
        loop {
            match self.connection.reader().read(buffer) {
                Ok(0) => return Err(peer.failure(FailureKind::Closed, Operation::Receive)),
                Ok(count) => return Ok(count),
                Err(_) => {}
            }
            self.advance(peer, by).await?;
        }
    }

    /// Ends TLS and the connection in order.
    pub(crate) async fn close(mut self, mut peer: Peer, by: Instant) {
        self.connection.send_close_notify();
        // The peer may be gone by now, and then there is nobody to be polite to.
        drop(self.flush(&mut peer, by).await);
        peer.close().await;
    }

    async fn flush(&mut self, peer: &mut Peer, by: Instant) -> Result<(), StageFailure> {
        let mut out = Vec::new();
        while self.connection.wants_write() {
            if self.connection.write_tls(&mut out).is_err() {
                break;
            }
        }
        if out.is_empty() { Ok(()) } else { peer.send(&out, by).await }
    }

    /// Receives once and lets the library work on it.
    async fn advance(&mut self, peer: &mut Peer, by: Instant) -> Result<usize, StageFailure> {
        let mut buffer = vec![0; 4096];
        let first = peer.head().is_empty();
        let count = peer.receive(&mut buffer, by).await?;
        if first && self.connection.is_handshaking() && !matches!(peer.head().first(), Some(0x15 | 0x16)) {
            return Err(plain_bytes(peer, by).await);
        }
        let mut received = buffer.get(..count).unwrap_or_default();
        while !received.is_empty() {
            if self.connection.read_tls(&mut received).is_err() {
                return Err(violation(peer, "TLS records", "more than the library takes"));
            }
            if let Err(error) = self.connection.process_new_packets() {
                // The library wants to say why it gives up; whether that arrives does not matter.
                drop(self.flush(peer, by).await);
                let failure = peer.failure(
                    failure_kind(&error, self.seen.record().client_certificate_requested),
                    Operation::Receive,
                );
                if matches!(failure.kind, FailureKind::TlsAlert { .. }) && self.connection.is_handshaking() {
                    return Err(with_afterword(peer, failure, by).await);
                }
                return Err(failure);
            }
        }
        Ok(count)
    }
}

/// Names what came in plain where TLS was due.
async fn plain_bytes(peer: &mut Peer, by: Instant) -> StageFailure {
    let enough = by.min(Instant::now() + Duration::from_millis(50) + peer.round_trip());
    let mut buffer = [0; 128];
    while peer.head().len() < 16 && peer.receive(&mut buffer, enough).await.is_ok() {}
    let got = match peer.head() {
        head if head.starts_with(&DISCONNECT_ULTIMATUM) => "an MCS disconnect in plain".to_owned(),
        [3, 0, ..] => "an RDP packet in plain".to_owned(),
        head => match crate::wire::greeting::identify(head, &[]) {
            Some(service) => format!("the words of another service: {}", service.name()),
            None => "bytes that are no TLS".to_owned(),
        },
    };
    violation(peer, "a TLS ServerHello", &got)
}

fn violation(peer: &Peer, expected: &str, got: &str) -> StageFailure {
    peer.failure(
        FailureKind::ProtocolViolation { expected: expected.to_owned(), got: got.to_owned() },
        Operation::Receive,
    )
}

fn failure_kind(error: &rustls::Error, client_certificate_requested: bool) -> FailureKind {
    let rejected = |rejection| FailureKind::TlsRejectedByUs { rejection, detail: tame(&error.to_string()) };
    match error {
        rustls::Error::AlertReceived(alert) => {
            FailureKind::tls_alert(u8::from(*alert), client_certificate_requested)
        }
        rustls::Error::InvalidCertificate(CertificateError::BadSignature) => {
            rejected(TlsRejection::BadSignature)
        }
        rustls::Error::PeerIncompatible(_) | rustls::Error::UnsupportedNameType => {
            rejected(TlsRejection::Unsupported)
        }
        _ => rejected(TlsRejection::Violation),
    }
}

fn server_name(name: &str) -> ServerName<'static> {
    if let Ok(ip) = name.split('%').next().unwrap_or(name).parse::<IpAddr>() {
        return ServerName::IpAddress(ip.into());
    }
    // A name that TLS cannot carry (an underscore is fine, a trailing dot is cut off before) is not sent.
    ServerName::try_from(name.to_owned())
        .unwrap_or_else(|_| ServerName::IpAddress(IpAddr::from([0, 0, 0, 0]).into()))
}

/// The server name indication that goes out for this name.
pub(crate) fn sent_name(name: &str) -> Option<String> {
    match server_name(name) {
        ServerName::DnsName(name) => Some(name.as_ref().to_owned()),
        _ => None,
    }
}

#[derive(Debug)]
struct NoClientCertificate(Arc<Seen>);

impl ResolvesClientCert for NoClientCertificate {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.change(|record| record.client_certificate_requested = true);
        None
    }

    fn has_certs(&self) -> bool {
        // Else the library would not ask us, and we would not see that the host asks.
        true
    }
}

/// Takes any certificate, because judging it is not the handshake's business, and verifies that its key signed the
/// handshake where the provider can.
#[derive(Debug)]
struct Recorder {
    seen: Arc<Seen>,
    provider: Arc<CryptoProvider>,
}

impl Recorder {
    fn verify(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let scheme = signed.scheme.as_str().map_or_else(|| format!("{:?}", signed.scheme), str::to_owned);
        let proof = self.prove(message, certificate, signed, scheme)?;
        self.seen.change(|record| record.proof = Some(proof));
        Ok(HandshakeSignatureValid::assertion())
    }

    fn prove(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        scheme: String,
    ) -> Result<KeyProof, rustls::Error> {
        let unverifiable = |reason: String| Ok(KeyProof::NotVerifiable { reason });
        let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
            return unverifiable("the certificate cannot be read".to_owned());
        };
        let key_info = parsed.public_key();
        let key = crate::wire::certificate::key(key_info);
        if key.algorithm == "rsa" && key.bits.is_none_or(|bits| !(2048..=8192).contains(&bits)) {
            let bits = key.bits.map_or_else(|| "unknown".to_owned(), |bits| bits.to_string());
            return unverifiable(format!("RSA keys of {bits} bits are not supported"));
        }
        // The provider names algorithms by the body of AlgorithmIdentifier, the first field of SubjectPublicKeyInfo.
        let identifier = der_body(key_info.raw).and_then(der_body);
        let mapping = self.provider.signature_verification_algorithms.mapping;
        let algorithms =
            mapping.iter().find(|(known, _)| *known == signed.scheme).map_or(&[][..], |(_, list)| list);
        let fitting: Vec<_> = algorithms
            .iter()
            .filter(|algorithm| Some(algorithm.public_key_alg_id().as_ref()) == identifier)
            .collect();
        if fitting.is_empty() {
            return unverifiable(format!(
                "{scheme} with this kind of key ({}) is not supported",
                key.algorithm
            ));
        }
        let public_key = key_info.subject_public_key.data.as_ref();
        if fitting
            .iter()
            .any(|algorithm| algorithm.verify_signature(public_key, message, signed.signature()).is_ok())
        {
            Ok(KeyProof::Proved { scheme })
        } else {
            Err(rustls::Error::InvalidCertificate(CertificateError::BadSignature))
        }
    }
}

/// The body of the first DER value in these bytes.
fn der_body(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    reader.read_slice(header.length()).ok()
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain =
            std::iter::once(end_entity).chain(intermediates).map(|der| der.clone().into_owned()).collect();
        self.seen.change(|record| record.chain = chain);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verify(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.provider.signature_verification_algorithms.supported_schemes();
        // What cannot be verified is recorded so; it is no reason to end a handshake that clients would complete.
        schemes.extend([
            SignatureScheme::ECDSA_NISTP521_SHA512,
            SignatureScheme::ED448,
            SignatureScheme::RSA_PKCS1_SHA1,
            SignatureScheme::ECDSA_SHA1_Legacy,
        ]);
        schemes
    }
}
