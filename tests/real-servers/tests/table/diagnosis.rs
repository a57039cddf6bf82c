//! What a check has to say of a server, compared with its configuration and with `openssl`.

use rdpcheck_core::diagnose::{Outcome, Product};
use rdpcheck_core::evidence::{NetworkLevelAuthentication, Stage};
use rdpcheck_core::{Cause, CheckOptions, Depth, Headline, Report, Target, Verdict, blocking};
use rdpcheck_real_servers::{Server, TlsVersions};
use serde_json::Value;

use super::hello::{TLS12, TLS13};
use super::survey;

/// What a check has to say.
#[derive(Clone, Copy)]
pub(crate) struct Diagnosis {
    headline: Headline,
    product: Product,
    named: bool,
    nla: bool,
    causes: &'static [(Cause, Verdict)],
    obsolete: Option<Obsolete>,
    surveyed: Option<bool>,
}

/// What a host speaks that stops some clients.
#[derive(Clone, Copy)]
struct Obsolete {
    version: &'static str,
    suite: &'static str,
    /// The clients of Windows that it stops; every other one connects.
    stops: &'static [&'static str],
}

impl Diagnosis {
    /// Of a server of this product, which need not be named, but never wrongly.
    pub(crate) const fn of(product: Product) -> Self {
        Self {
            headline: Headline::Unknown,
            product,
            named: false,
            nla: false,
            causes: &[],
            obsolete: None,
            surveyed: None,
        }
    }

    /// The product has to be named.
    pub(crate) const fn named(self) -> Self {
        Self { named: true, ..self }
    }

    /// The host asks for network level authentication and takes no client without it.
    pub(crate) const fn requires_nla(self) -> Self {
        Self { nla: true, ..self }
    }

    /// With this top line.
    pub(crate) const fn says(self, headline: Headline) -> Self {
        Self { headline, ..self }
    }

    /// These causes are at least so sure, the first of them leads unless the host is healthy, and no other is confirmed.
    pub(crate) const fn because(self, causes: &'static [(Cause, Verdict)]) -> Self {
        Self { causes, ..self }
    }

    /// It speaks this version with this suite alone, which stops exactly these clients of Windows.
    pub(crate) const fn speaks(
        self,
        version: &'static str,
        suite: &'static str,
        stops: &'static [&'static str],
    ) -> Self {
        Self { obsolete: Some(Obsolete { version, suite, stops }), ..self }
    }

    /// A deep check finds every version, suite and group that the host accepts, as far as it comes.
    pub(crate) const fn surveyed(self, whole: bool) -> Self {
        Self { surveyed: Some(whole), ..self }
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

        if self.headline == Headline::Healthy {
            assert_eq!(report.connections, 1, "{said}");
        } else if let Some((first, _)) = self.causes.first() {
            assert_eq!(report.findings.first().unwrap().cause, *first, "{said}");
        }
        if self.nla {
            compare_nla(&report, &target);
        }
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
        if let Some(obsolete) = self.obsolete {
            compare_clients(&report, obsolete, self.causes);
        }
        if let Some(whole) = self.surveyed {
            survey::compare(server, whole);
        }
        let written = report.to_json();
        assert_eq!(Report::from_json(&written).unwrap().to_json(), written);
    }
}

/// CredSSP's facts on the one connection, and that NLA is required on another: a fact, and no fault.
fn compare_nla(report: &Report, target: &Target) {
    let credssp = report.stages.credssp.facts().unwrap();
    assert_eq!(credssp.version, 6);
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let challenge = credssp.challenge.as_ref().unwrap();
    assert_eq!(challenge.dns_computer.as_deref(), Some(name.trim().to_lowercase().as_str()));
    assert_eq!(challenge.netbios_computer.as_deref(), Some(name.trim().to_uppercase().as_str()));
    assert!(credssp.clock_skew_seconds.is_some_and(|skew| skew.abs() < 5.0));

    let deep = blocking::check(target, CheckOptions::default().depth(Depth::Deep)).unwrap();
    let negotiation = deep.stages.negotiate.facts().unwrap();
    assert_eq!(negotiation.network_level_authentication, NetworkLevelAuthentication::Required);
    assert_eq!(deep.headline, Headline::Healthy, "{}", deep.to_text());
    assert!(deep.connections <= Depth::Deep.connection_budget(), "{}", deep.connections);
    assert_eq!(deep.finding(Cause::NlaRequired).map(|finding| finding.verdict), Some(Verdict::Possible));
}

/// The name that a client would use: `localhost`, but the host's name for a certificate that a server made itself.
fn name_of(server: &Server) -> String {
    let facts = server.certificate().map(|certificate| certificate.facts().unwrap());
    let own = facts.filter(|facts| facts.subject_alternative_names.is_empty());
    own.and_then(|facts| facts.subject.strip_prefix("CN=").map(str::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

/// The clients of Windows by their default settings, and how the report's sentence calls them.
const WINDOWS: [(&str, &str); 15] = [
    ("windows-7", "7 without updates"),
    ("windows-7-updated", "7 with KB3080079"),
    ("windows-server-2008-r2", "Server 2008 R2 without updates"),
    ("windows-8.1", "8.1"),
    ("windows-server-2012-r2", "Server 2012 R2"),
    ("windows-10-1507", "10 1507"),
    ("windows-10-1607", "10 1607"),
    ("windows-server-2016", "Server 2016"),
    ("windows-10-1809", "10 1809"),
    ("windows-server-2019", "Server 2019"),
    ("windows-10-22h2", "10 22H2"),
    ("windows-server-2022", "Server 2022"),
    ("windows-11-22h2", "11 22H2"),
    ("windows-11-24h2", "11 24H2"),
    ("windows-server-2025", "Server 2025"),
];

/// Which client connects, in the list of clients and in the words of the finding, which names version and suite.
fn compare_clients(report: &Report, obsolete: Obsolete, causes: &[(Cause, Verdict)]) {
    let Obsolete { version, suite, stops } = obsolete;
    let cause = causes.iter().map(|(cause, _)| *cause).find(|cause| *cause != Cause::LegacyTlsEnabled);
    let message = &report.finding(cause.unwrap()).unwrap().message;
    for (code, _) in WINDOWS {
        let client = report.clients.iter().find(|client| client.client == code).unwrap();
        let (outcome, stopped_by) =
            if stops.contains(&code) { (Outcome::Stops, true) } else { (Outcome::Connects, false) };
        assert_eq!(client.outcome, outcome, "{code}: {}", client.reason);
        assert_eq!(
            (client.stage == Some(Stage::Tls), client.cause.is_some()),
            (stopped_by, stopped_by),
            "{code}"
        );
    }
    let windows = report.clients.iter().filter(|client| client.client.starts_with("windows-")).count();
    assert_eq!(windows, WINDOWS.len());

    let named = |stopped: bool| {
        let named = WINDOWS.iter().filter(|(code, _)| stops.contains(code) == stopped);
        named.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    };
    let who = if stops.is_empty() {
        "The client of every Windows from 7 to 11 and Server 2025 can connect by its default settings."
            .to_owned()
    } else {
        let (stopped, going) = (named(true), named(false));
        format!(
            "Of the clients of Windows by their default settings, cannot connect: {stopped}; can: {going}."
        )
    };
    assert!(message.starts_with(&format!("The host speaks {version} ")), "{message}");
    assert!(message.ends_with(&format!(" {suite}. {who}")), "{message}\nis not\n{who}");
}

fn compare_tls(report: &Report, server: &Server) {
    let session = report.stages.tls.facts().unwrap();
    let Some(configured) = server.tls() else { return };
    match configured.versions {
        TlsVersions::Both | TlsVersions::Only13 => assert_eq!(session.version.value, TLS13),
        TlsVersions::Only12 => {
            assert_eq!(session.version.value, TLS12);
            assert!(configured.suites().unwrap().contains(&session.cipher_suite.value));
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
