mod short_rsa;

use std::sync::Arc;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, SanType,
};
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SigningKey};
use time::{Duration, OffsetDateTime};

use crate::LabError;
use crate::scenario::{Certificate, ExtendedKeyUsage, KeyKind, KeyUsage};
use short_rsa::ShortRsaKey;

const RSA_2048: &str = include_str!("../../keys/rsa-2048.pem");
const RSA_2048_ISSUER: &str = include_str!("../../keys/rsa-2048-issuer.pem");
const RSA_2048_OTHER: &str = include_str!("../../keys/rsa-2048-other.pem");

/// A certificate with its key, and a key of the same kind that is not its own.
#[derive(Debug)]
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    other_key: PrivateKeyDer<'static>,
    is_rsa: bool,
}

impl Identity {
    /// Makes or loads what the scenario describes.
    pub(crate) fn new(name: &str, wanted: &Certificate) -> Result<Self, LabError> {
        let made = match &wanted.file {
            Some(file) => load(file),
            None => make(wanted).map_err(|error| error.to_string()),
        };
        made.map_err(|reason| LabError::Certificate { name: name.to_owned(), reason })
    }

    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Whether the certificate's key is one for RSA.
    pub(crate) fn is_rsa(&self) -> bool {
        self.is_rsa
    }

    /// What the TLS library signs with; it is not asked whether key and certificate belong together.
    pub(crate) fn certified_key(&self, other_key: bool) -> Result<CertifiedKey, rustls::Error> {
        let key = if other_key { &self.other_key } else { &self.key };
        let signing_key: Arc<dyn SigningKey> = match ShortRsaKey::from_der(key) {
            Some(short) => Arc::new(short),
            None => any_supported_type(key)?,
        };
        Ok(CertifiedKey::new(vec![self.certificate.clone()], signing_key))
    }
}

fn load(file: &str) -> Result<Identity, String> {
    let pem = match file {
        "md5.pem" => include_str!("../../keys/md5.pem"),
        "sha1.pem" => include_str!("../../keys/sha1.pem"),
        "short-key.pem" => include_str!("../../keys/short-key.pem"),
        _ => {
            return Err(format!("`file` is none of md5.pem, sha1.pem, short-key.pem: `{file}`"));
        }
    };
    let read = || {
        Ok::<_, rustls::pki_types::pem::Error>(Identity {
            certificate: CertificateDer::from_pem_slice(pem.as_bytes())?,
            key: PrivateKeyDer::from_pem_slice(pem.as_bytes())?,
            other_key: PrivateKeyDer::from_pem_slice(RSA_2048_OTHER.as_bytes())?,
            is_rsa: true,
        })
    };
    read().map_err(|error| error.to_string())
}

fn make(wanted: &Certificate) -> Result<Identity, rcgen::Error> {
    let key = key_pair(wanted.key, RSA_2048)?;
    let other_key = key_pair(wanted.key, RSA_2048_OTHER)?;
    let params = params(wanted)?;
    let certificate = match &wanted.issuer {
        None => params.self_signed(&key)?,
        Some(issuer) => {
            let mut issuer_params = CertificateParams::default();
            issuer_params.distinguished_name = common_name(issuer);
            issuer_params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            let issuer_key = key_pair(KeyKind::Rsa2048, RSA_2048_ISSUER)?;
            params.signed_by(&key, &Issuer::new(issuer_params, issuer_key))?
        }
    };
    Ok(Identity {
        certificate: certificate.der().clone(),
        key: private_key(&key)?,
        other_key: private_key(&other_key)?,
        is_rsa: wanted.key == KeyKind::Rsa2048,
    })
}

fn key_pair(kind: KeyKind, rsa_pem: &str) -> Result<KeyPair, rcgen::Error> {
    match kind {
        KeyKind::EcdsaP256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        KeyKind::EcdsaP384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
        KeyKind::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
        KeyKind::Rsa2048 => KeyPair::from_pkcs8_pem_and_sign_algo(rsa_pem, &PKCS_RSA_SHA256),
    }
}

fn private_key(key: &KeyPair) -> Result<PrivateKeyDer<'static>, rcgen::Error> {
    PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)
}

fn params(wanted: &Certificate) -> Result<CertificateParams, rcgen::Error> {
    let now = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(&wanted.subject);
    params.not_before = now.saturating_add(Duration::days(wanted.not_before_days));
    params.not_after = now.saturating_add(Duration::days(wanted.not_after_days));
    for name in &wanted.dns {
        params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
    }
    params.subject_alt_names.extend(wanted.ip.iter().copied().map(SanType::IpAddress));
    params.key_usages = match &wanted.key_usage {
        Some(usages) => usages.iter().copied().map(key_usage).collect(),
        None if wanted.key == KeyKind::Rsa2048 => {
            vec![KeyUsagePurpose::KeyEncipherment, KeyUsagePurpose::DataEncipherment]
        }
        None => vec![KeyUsagePurpose::DigitalSignature],
    };
    params.extended_key_usages = wanted.extended_key_usage.iter().copied().map(extended_key_usage).collect();
    Ok(params)
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn key_usage(usage: KeyUsage) -> KeyUsagePurpose {
    match usage {
        KeyUsage::CrlSign => KeyUsagePurpose::CrlSign,
        KeyUsage::DataEncipherment => KeyUsagePurpose::DataEncipherment,
        KeyUsage::DigitalSignature => KeyUsagePurpose::DigitalSignature,
        KeyUsage::KeyAgreement => KeyUsagePurpose::KeyAgreement,
        KeyUsage::KeyCertSign => KeyUsagePurpose::KeyCertSign,
        KeyUsage::KeyEncipherment => KeyUsagePurpose::KeyEncipherment,
    }
}

fn extended_key_usage(usage: ExtendedKeyUsage) -> ExtendedKeyUsagePurpose {
    match usage {
        ExtendedKeyUsage::ClientAuth => ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsage::CodeSigning => ExtendedKeyUsagePurpose::CodeSigning,
        ExtendedKeyUsage::RemoteDesktopAuth => {
            ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 4, 1, 311, 54, 1, 2])
        }
        ExtendedKeyUsage::ServerAuth => ExtendedKeyUsagePurpose::ServerAuth,
    }
}
