//! Whether this system trusts who issued a certificate.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, RootCertStore};

/// What this system says of a chain of certificates. Its name is not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It ends in a certificate that this system trusts.
    Trusted,
    /// So it would, but for one that has expired.
    Expired,
    /// So it would, but for one that is not valid yet.
    NotYetValid,
    /// No trusted certificate issued it. An issuer that the host did not send counts as unknown, even where Windows would
    /// find it by itself.
    UnknownIssuer,
    /// A certificate of the chain is read and refused for another reason.
    Refused(String),
    /// It could not be judged, and why.
    NotChecked(String),
}

/// Judges a chain, the host's own certificate first, by the certificates that this system trusts.
///
/// The first call of a process reads them all, on a thread for blocking work. Dropped before its end, it leaves that thread
/// to end by itself.
pub(crate) async fn judged(chain: Vec<CertificateDer<'static>>, now: UnixTime) -> Trust {
    // Judging takes less time than handing it to another thread; reading the store does not.
    if let Some(store) = STORE.get() {
        return store.judge(&chain, now);
    }
    let judging = tokio::task::spawn_blocking(move || Store::of_this_system().judge(&chain, now));
    judging.await.unwrap_or_else(|_| Trust::NotChecked("judging the chain ended early".to_owned()))
}

static STORE: OnceLock<Store> = OnceLock::new();

/// Certificates that are trusted.
struct Store {
    certificates: HashSet<CertificateDer<'static>>,
    verifier: Result<Arc<WebPkiServerVerifier>, String>,
}

impl Store {
    fn of_this_system() -> &'static Self {
        STORE.get_or_init(|| {
            let loaded = rustls_native_certs::load_native_certs();
            Self::new(loaded.certs, loaded.errors.len())
        })
    }

    /// A store of these certificates; `unreadable` more could not be read.
    fn new(certificates: Vec<CertificateDer<'static>>, unreadable: usize) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|_| format!("no trusted certificates of this system can be read ({unreadable} errors)"));
        Self { certificates: certificates.into_iter().collect(), verifier }
    }

    fn judge(&self, chain: &[CertificateDer<'_>], now: UnixTime) -> Trust {
        let Some((own, issuers)) = chain.split_first() else {
            return Trust::NotChecked("there is no certificate".to_owned());
        };
        let verifier = match &self.verifier {
            Ok(verifier) => verifier,
            Err(reason) => return Trust::NotChecked(reason.clone()),
        };
        // Dates are looked at first. Whoever is out of them is asked about a moment when it was not.
        let (mut moment, mut but_for_dates) = (now, Trust::Trusted);
        for _ in 0..=chain.len() {
            match self.at(verifier, own, issuers, moment) {
                Verdict::Final(Trust::Trusted) => return but_for_dates,
                Verdict::Final(trust) => return trust,
                Verdict::ExpiredAt(end) => (moment, but_for_dates) = (end, Trust::Expired),
                Verdict::ValidFrom(begin) => (moment, but_for_dates) = (begin, Trust::NotYetValid),
            }
        }
        Trust::Refused("its certificates were never valid at the same time".to_owned())
    }

    fn at(
        &self,
        verifier: &WebPkiServerVerifier,
        own: &CertificateDer<'_>,
        issuers: &[CertificateDer<'_>],
        moment: UnixTime,
    ) -> Verdict {
        // Names are compared last, so that this one, which nobody has (RFC 6761 section 6.4), shows the rest to be right.
        let Ok(name) = ServerName::try_from("name.invalid") else {
            return Verdict::Final(Trust::NotChecked("no name to compare".to_owned()));
        };
        let error = match verifier.verify_server_cert(own, issuers, &name, &[], moment) {
            Ok(_) => return Verdict::Final(Trust::Trusted),
            Err(rustls::Error::InvalidCertificate(error)) => error,
            Err(error) => return Verdict::Final(Trust::NotChecked(error.to_string())),
        };
        Verdict::Final(match error {
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Trust::Trusted
            }
            CertificateError::ExpiredContext { not_after, .. } => return Verdict::ExpiredAt(not_after),
            CertificateError::NotValidYetContext { not_before, .. } => return Verdict::ValidFrom(not_before),
            // A certificate that was put into the store by itself is trusted, and no issuer is asked for.
            _ if self.certificates.contains(own) => Trust::Trusted,
            CertificateError::UnknownIssuer => Trust::UnknownIssuer,
            // To the verifier, a signature of an RSA key under 2,048 bits is a wrong one.
            CertificateError::BadEncoding
            | CertificateError::BadSignature
            | CertificateError::UnhandledCriticalExtension
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
            | CertificateError::Other(_) => {
                let words = error.to_string();
                // As many a certificate that was made by hand.
                Trust::NotChecked(if words.contains("CaUsedAsEndEntity") {
                    "it may issue certificates itself, which the verifier does not take for a host's"
                        .to_owned()
                } else {
                    words
                })
            }
            _ => Trust::Refused(error.to_string()),
        })
    }
}

enum Verdict {
    Final(Trust),
    ExpiredAt(UnixTime),
    ValidFrom(UnixTime),
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
    use time::{Month, OffsetDateTime, UtcDateTime};

    use super::*;

    fn at(year: i32) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH.replace_date(time::Date::from_calendar_date(year, Month::June, 1).unwrap())
    }

    fn unix(year: i32) -> UnixTime {
        let seconds = UtcDateTime::from(at(year)).unix_timestamp();
        UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap()))
    }

    fn parameters(name: &str, from: i32, until: i32) -> CertificateParams {
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        (parameters.not_before, parameters.not_after) = (at(from), at(until));
        parameters
    }

    fn authority(name: &str) -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
        let key = KeyPair::generate().unwrap();
        let mut parameters = parameters(name, 2020, 2040);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = parameters.self_signed(&key).unwrap();
        (certificate.der().clone(), Issuer::new(parameters, key))
    }

    fn issued(parameters: &CertificateParams, issuer: &Issuer<'_, KeyPair>) -> CertificateDer<'static> {
        parameters.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().clone()
    }

    fn self_signed(parameters: &CertificateParams) -> CertificateDer<'static> {
        parameters.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn the_issuer_counts_and_the_name_does_not() {
        let (root, issuer) = authority("root");
        let (_, stranger) = authority("stranger");
        let store = Store::new(vec![root], 0);
        let host = parameters("host.example", 2024, 2028);
        assert_eq!(store.judge(&[issued(&host, &issuer)], unix(2026)), Trust::Trusted);
        assert_eq!(store.judge(&[issued(&host, &stranger)], unix(2026)), Trust::UnknownIssuer);
        assert_eq!(store.judge(&[self_signed(&host)], unix(2026)), Trust::UnknownIssuer);
    }

    #[test]
    fn an_issuer_between_has_to_be_sent() {
        let (root, issuer) = authority("root");
        let key = KeyPair::generate().unwrap();
        let mut between = parameters("between", 2020, 2040);
        between.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let sent = between.signed_by(&key, &issuer).unwrap().der().clone();
        let own = issued(&parameters("host.example", 2024, 2028), &Issuer::new(between, key));
        let store = Store::new(vec![root], 0);
        assert_eq!(store.judge(&[own.clone(), sent], unix(2026)), Trust::Trusted);
        assert_eq!(store.judge(&[own], unix(2026)), Trust::UnknownIssuer);
    }

    #[test]
    fn dates_are_told_apart_from_issuers() {
        let (root, issuer) = authority("root");
        let store = Store::new(vec![root], 0);
        let host = parameters("host.example", 2024, 2028);
        let own = issued(&host, &issuer);
        assert_eq!(store.judge(std::slice::from_ref(&own), unix(2030)), Trust::Expired);
        assert_eq!(store.judge(&[own], unix(2022)), Trust::NotYetValid);
        assert_eq!(store.judge(&[self_signed(&host)], unix(2030)), Trust::UnknownIssuer);
        assert_eq!(store.judge(&[self_signed(&host)], unix(2022)), Trust::UnknownIssuer);
    }

    #[test]
    fn a_certificate_of_the_store_is_trusted_by_itself() {
        let (authority, _) = authority("its own");
        let host = self_signed(&parameters("host.example", 2024, 2028));
        let store = Store::new(vec![authority.clone(), host.clone()], 0);
        assert_eq!(store.judge(std::slice::from_ref(&host), unix(2026)), Trust::Trusted);
        assert_eq!(store.judge(&[host], unix(2030)), Trust::Expired);
        assert_eq!(store.judge(&[authority], unix(2026)), Trust::Trusted);
    }

    #[test]
    fn certificates_that_never_met_are_refused() {
        let (root, issuer) = authority("root");
        let key = KeyPair::generate().unwrap();
        let mut between = parameters("between", 2021, 2023);
        between.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let sent = between.signed_by(&key, &issuer).unwrap().der().clone();
        let own = issued(&parameters("host.example", 2025, 2028), &Issuer::new(between, key));
        let trust = Store::new(vec![root], 0).judge(&[own, sent], unix(2026));
        assert!(matches!(trust, Trust::Refused(_)), "{trust:?}");
    }

    #[test]
    fn another_purpose_is_refused() {
        let (root, issuer) = authority("root");
        let mut mail = parameters("host.example", 2024, 2028);
        mail.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
        let trust = Store::new(vec![root], 0).judge(&[issued(&mail, &issuer)], unix(2026));
        assert!(matches!(trust, Trust::Refused(_)), "{trust:?}");
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let (root, _) = authority("root");
        let store = Store::new(vec![root.clone()], 0);
        let garbled = CertificateDer::from(vec![0x30, 0x01, 0x00]);
        for (store, chain) in
            [(&Store::new(Vec::new(), 2), vec![root]), (&store, vec![]), (&store, vec![garbled])]
        {
            let trust = store.judge(&chain, unix(2026));
            assert!(matches!(&trust, Trust::NotChecked(why) if !why.is_empty()), "{trust:?}");
        }
    }

    #[tokio::test]
    async fn this_system_does_not_trust_strangers() {
        let trust = judged(vec![self_signed(&parameters("host.example", 2024, 2028))], unix(2026)).await;
        assert!(matches!(trust, Trust::UnknownIssuer | Trust::NotChecked(_)), "{trust:?}");
    }
}
