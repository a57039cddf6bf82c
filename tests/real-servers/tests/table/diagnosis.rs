//! What a check has to say of a server, compared with its configuration and with `openssl`.

use rdpcheck_core::diagnose::Product;
use rdpcheck_core::{Cause, CheckOptions, Headline, Report, Target, Verdict, blocking};
use rdpcheck_real_servers::{Server, TlsVersions};
use serde_json::Value;

use super::raw::{TLS12, TLS13};

/// What a check has to say.
#[derive(Clone, Copy)]
pub(crate) struct Diagnosis {
    headline: Headline,
    product: Product,
    named: bool,
    causes: &'static [(Cause, Verdict)],
}

impl Diagnosis {
    /// Of a server of this product, which need not be named, but never wrongly.
    pub(crate) const fn of(product: Product) -> Self {
        Self { headline: Headline::Unknown, product, named: false, causes: &[] }
    }

    /// The product has to be named.
    pub(crate) const fn named(self) -> Self {
        Self { named: true, ..self }
    }

    /// With this top line.
    pub(crate) const fn says(self, headline: Headline) -> Self {
        Self { headline, ..self }
    }

    /// These causes are at least so sure, and no other is confirmed.
    pub(crate) const fn because(self, causes: &'static [(Cause, Verdict)]) -> Self {
        Self { causes, ..self }
    }

    /// Checks the server with the library and compares.
    pub(crate) fn check(&self, server: &Server) {
        let target: Target = server.address().to_string().parse().unwrap();
        let report = blocking::check(&target, CheckOptions::default().server_name(name_of(server))).unwrap();
        let said = report.to_text();
        assert_eq!(report.headline, self.headline, "{said}");
        let product = report.peer.product;
        let unnamed = !self.named && product == Product::Unknown;
        assert!(product == self.product || unnamed, "{product}: {}", report.peer.basis);

        for (cause, least) in self.causes {
            let verdict = report.finding(*cause).map(|finding| finding.verdict);
            assert!(verdict.is_some_and(|verdict| verdict <= *least), "{cause} is {verdict:?}\n{said}");
        }
        let confirmed = report.findings.iter().filter(|finding| finding.verdict == Verdict::Confirmed);
        for finding in confirmed {
            assert!(
                self.causes.iter().any(|(cause, _)| *cause == finding.cause),
                "{}\n{said}",
                finding.cause
            );
        }

        if report.stages.tls.facts().is_some() {
            compare_tls(&report, server);
            compare_certificate(&report, server);
        }
        let written = report.to_json();
        assert_eq!(Report::from_json(&written).unwrap().to_json(), written);
    }
}

/// The name that a client would use: `localhost`, but the host's name for a certificate that a server made itself.
fn name_of(server: &Server) -> String {
    let facts = server.certificate().map(|certificate| certificate.facts().unwrap());
    let own = facts.filter(|facts| facts.subject_alternative_names.is_empty());
    own.and_then(|facts| facts.subject.strip_prefix("CN=").map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

fn compare_tls(report: &Report, server: &Server) {
    let session = report.stages.tls.facts().unwrap();
    let Some(configured) = server.tls() else { return };
    match configured.versions {
        TlsVersions::Both | TlsVersions::Only13 => assert_eq!(session.version.value, TLS13),
        TlsVersions::Only12 => {
            assert_eq!(session.version.value, TLS12);
            assert!(configured.suites_tls12().unwrap().contains(&session.cipher_suite.value));
        }
        other => panic!("{other:?} is not compared"),
    }
}

fn compare_certificate(report: &Report, server: &Server) {
    let facts = server.certificate().unwrap().facts().unwrap();
    let json: Value = serde_json::from_str(&report.to_json()).unwrap();
    let said = |key: &str| json.pointer(&format!("/stages/certificate/facts/{key}")).unwrap().clone();
    assert_eq!(said("sha256"), facts.fingerprint_sha256);
    assert_eq!(said("serial"), facts.serial);
    assert_eq!(said("subject"), facts.subject);
    assert_eq!(said("issuer"), facts.issuer);
    assert_eq!(said("not_before"), facts.not_before.replace(' ', "T"));
    assert_eq!(said("not_after"), facts.not_after.replace(' ', "T"));
    assert_eq!(said("key/algorithm"), "rsa");
    assert_eq!(said("key/bits"), facts.key_bits);
    // `sha256-rsa` here is `sha256WithRSAEncryption` there.
    let algorithm = said("signature_algorithm").as_str().unwrap().replace("-rsa", "WithRSAEncryption");
    assert_eq!(algorithm, facts.signature_algorithm);
    let names = facts.subject_alternative_names.iter().filter_map(|name| name.strip_prefix("DNS:"));
    assert_eq!(said("dns_names"), names.collect::<Value>());
    let addresses =
        facts.subject_alternative_names.iter().filter_map(|name| name.strip_prefix("IP Address:"));
    assert_eq!(said("ip_addresses"), addresses.collect::<Value>());
}
