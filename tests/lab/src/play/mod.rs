//! One connection, played by the rules.

mod credssp;
mod flight;
mod hello;
mod mcs;
mod spnego;
pub(crate) mod udp;
mod wire;
mod x224;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{NamedGroup, RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::certificate::Identity;
use crate::log::Entry;
use crate::scenario::{
    Accept, Answer, Certificate, Confirm, Device, Finish, FirstFlight, Group, Negotiate, Pace, Refusal, Rule,
    Scenario, Serve, TlsAction, TlsVersion,
};
use crate::{End, First, Hello, LabError, Progress, Request};
use flight::{Choice, Mismatch};
use hello::HelloRead;
use wire::{Wire, pause};

/// The longest time that a connection is held.
const HOLD_LIMIT: Duration = Duration::from_secs(30);

/// A line that is longer than this is not waited for.
const LONGEST_LINE: usize = 4096;

/// TLS alerts (RFC 8446, 6.2).
const ILLEGAL_PARAMETER: u8 = 47;
const MISSING_EXTENSION: u8 = 109;

const PROTOCOL_HYBRID: u32 = 0x02;
const PROTOCOL_HYBRID_EX: u32 = 0x08;

/// The rules of a scenario with what they need made beforehand.
pub(crate) struct Script {
    rules: Vec<Prepared>,
    quiet: Duration,
    device: Option<Device>,
}

struct Prepared {
    /// Counts from 1, as in the log.
    number: usize,
    rule: Rule,
    identity: Arc<Identity>,
    config: Option<Arc<ServerConfig>>,
}

impl Script {
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, LabError> {
        let standard = Arc::new(Identity::new("standard", &Certificate::default())?);
        let mut identities = BTreeMap::new();
        for (name, certificate) in &scenario.certificates {
            identities.insert(name.as_str(), Arc::new(Identity::new(name, certificate)?));
        }
        let mut rules = Vec::new();
        for (index, rule) in scenario.rules.iter().enumerate() {
            let tls = rule.tls.clone().unwrap_or_default();
            let identity =
                tls.certificate.as_deref().and_then(|name| identities.get(name)).unwrap_or(&standard);
            let config = match &tls.action {
                TlsAction::Serve(serve) => Some(Arc::new(server_config(serve, identity)?)),
                TlsAction::Alert(_) | TlsAction::Hello(_) | TlsAction::Nothing | TlsAction::Raw(_) => None,
            };
            rules.push(Prepared {
                number: index + 1,
                rule: rule.clone(),
                identity: Arc::clone(identity),
                config,
            });
        }
        Ok(Self { rules, quiet: Duration::from_millis(scenario.host.quiet_ms), device: scenario.device })
    }

    /// Plays one connection to its end.
    pub(crate) async fn play(&self, stream: TcpStream, entry: Entry) {
        let end = {
            let mut wire = Wire::new(stream, &entry, self.device);
            match timeout(HOLD_LIMIT, self.run(&mut wire)).await {
                Ok(Ok(end) | Err(end)) => end,
                Err(_) => End::TimeLimit,
            }
        };
        entry.ended(end);
    }

    async fn run(&self, wire: &mut Wire<'_>) -> Result<End, End> {
        let arrival = wire.entry().arrival();
        let candidates: Vec<&Prepared> =
            self.rules.iter().filter(|prepared| prepared.rule.when.arrival_matches(arrival)).collect();
        if let Some(prepared) = candidates.first()
            && prepared.rule.acts_at_once()
        {
            return prepared.play(wire, First::Nothing).await;
        }
        let mut quiet =
            candidates.iter().any(|prepared| prepared.rule.when.wants_silence()).then_some(self.quiet);
        loop {
            let (first, request) = opening(wire, quiet.take()).await?;
            wire.entry().update(|entry| {
                entry.first = first;
                entry.request.clone_from(&request);
            });
            let found = candidates.iter().find(|prepared| prepared.rule.matches(first, request.as_ref()));
            match found {
                Some(prepared) => return prepared.play(wire, first).await,
                None if first == First::Nothing => {}
                None => return Ok(wire.finish().await),
            }
        }
    }
}

impl Prepared {
    async fn play(&self, wire: &mut Wire<'_>, first: First) -> Result<End, End> {
        wire.entry().update(|entry| entry.rule = Some(self.number));
        if let Some(greeting) = &self.rule.greeting {
            wire.say(&greeting.say.0, greeting.pace).await?;
            if let Some(end) = greeting.end {
                return Ok(wire.end(end).await);
            }
        }
        if let Some(accept) = self.rule.accept {
            return act(wire, accept).await;
        }
        match (first, &self.rule.negotiate) {
            (First::X224, Some(negotiate)) => self.negotiate(wire, negotiate).await,
            (First::Tls, _) if self.rule.tls.is_some() => {
                self.secure(wire).await?;
                self.converse(wire, self.rule.credssp.is_some()).await
            }
            _ => match &self.rule.reply {
                Some(reply) => {
                    // A service that speaks first answers when the client has spoken as well.
                    if self.rule.greeting.is_some() && wire.input().is_empty() {
                        wire.fill().await?;
                    }
                    answer(wire, reply).await
                }
                None if self.rule.greeting.is_some() => Ok(wire.drain().await),
                None => Ok(wire.finish().await),
            },
        }
    }

    async fn negotiate(&self, wire: &mut Wire<'_>, negotiate: &Negotiate) -> Result<End, End> {
        let Some(confirm) = &negotiate.confirm else {
            pause(negotiate.pace.delay_ms).await;
            return Ok(wire.end(negotiate.end.unwrap_or(Finish::Silent)).await);
        };
        let mut bytes = x224::confirm(confirm);
        bytes.extend_from_slice(&negotiate.after);
        wire.say(&bytes, negotiate.pace).await?;
        wire.entry().reached(Progress::Negotiated);
        if let Some(end) = negotiate.end {
            return Ok(wire.end(end).await);
        }
        let (secured, credssp) = match confirm {
            Confirm::Select { protocol: 0, .. } | Confirm::WithoutData => (false, false),
            Confirm::Select { protocol, .. } => {
                (true, protocol & (PROTOCOL_HYBRID | PROTOCOL_HYBRID_EX) != 0)
            }
            Confirm::Fail { .. } | Confirm::Raw(_) if negotiate.go_on => (true, self.rule.credssp.is_some()),
            Confirm::Fail { .. } => return Ok(wire.finish().await),
            Confirm::Raw(_) => return Ok(wire.drain().await),
        };
        if secured {
            wire.begin_stage();
            self.secure(wire).await?;
        }
        self.converse(wire, credssp).await
    }

    /// Plays TLS; returns only if it is up.
    async fn secure(&self, wire: &mut Wire<'_>) -> Result<(), End> {
        let tls = self.rule.tls.clone().unwrap_or_default();
        let hello = client_hello(wire).await?;
        if let Some(limit) = tls.hello_limit
            && limit.is_exceeded(hello.length, hello.segments)
        {
            return Err(wire.end(limit.end).await);
        }
        let silent = tls.end.unwrap_or(Finish::Silent);
        match &tls.action {
            TlsAction::Nothing => {
                pause(tls.pace.delay_ms).await;
            }
            TlsAction::Alert(description) => {
                wire.say(&alert(*description, 0x0303), tls.pace).await?;
                return Err(wire.end(tls.end.unwrap_or(Finish::Close)).await);
            }
            TlsAction::Raw(say) => wire.say(&say.0, tls.pace).await?,
            TlsAction::Hello(host) => {
                if let Some(serve) = self.first_flight(wire, host, hello, tls.pace).await? {
                    let config = server_config(&serve, &self.identity).map(Arc::new);
                    let Ok(connection) = config.and_then(|config| Ok(ServerConnection::new(config)?)) else {
                        return Err(wire.finish().await);
                    };
                    wire.start_tls(connection, Pace { delay_ms: 0, ..tls.pace }).await?;
                    if tls.end.is_none() {
                        return Ok(());
                    }
                }
            }
            TlsAction::Serve(_) => {
                let connection =
                    self.config.as_ref().and_then(|config| ServerConnection::new(Arc::clone(config)).ok());
                let Some(connection) = connection else {
                    return Err(wire.finish().await);
                };
                pause(tls.pace.delay_ms).await;
                wire.start_tls(connection, Pace { delay_ms: 0, ..tls.pace }).await?;
                if tls.end.is_none() {
                    return Ok(());
                }
            }
        }
        Err(wire.end(silent).await)
    }

    /// Answers a hello by hand, or says what the TLS library is to agree on.
    async fn first_flight(
        &self,
        wire: &mut Wire<'_>,
        host: &FirstFlight,
        mut hello: Hello,
        pace: Pace,
    ) -> Result<Option<Serve>, End> {
        let mut retried = false;
        loop {
            let choice = match Choice::new(host, &hello, self.identity.is_rsa()) {
                Ok(choice) if choice.retry && retried => Err(Refusal::Alert(ILLEGAL_PARAMETER)),
                Ok(choice) => Ok(choice),
                Err(Mismatch::MissingExtension) => Err(Refusal::Alert(MISSING_EXTENSION)),
                Err(Mismatch::Suite) => Err(host.wrong_suite),
                Err(Mismatch::Version) => Err(host.wrong_version),
            };
            let choice = match choice {
                Ok(choice) => choice,
                Err(refusal) => return Err(refuse(wire, refusal, hello.version, pace).await),
            };
            if host.complete
                && !retried
                && let Some(serve) = choice.served()
            {
                pause(pace.delay_ms).await;
                return Ok(Some(serve));
            }
            drop(wire.take_all());
            match choice.flight(host, &hello, self.identity.certificate()) {
                Some(flight) => wire.say(&flight, pace).await?,
                None => return Err(wire.finish().await),
            }
            if !choice.retry {
                return Ok(None);
            }
            retried = true;
            hello = second_hello(wire).await?;
        }
    }

    /// What follows when the channel stands.
    async fn converse(&self, wire: &mut Wire<'_>, credssp: bool) -> Result<End, End> {
        if credssp {
            return credssp::answer(wire, &self.rule.credssp.clone().unwrap_or_default()).await;
        }
        if let Some(mcs) = &self.rule.mcs {
            return mcs::answer(wire, mcs).await;
        }
        match &self.rule.reply {
            Some(reply) => {
                if wire.input().is_empty() {
                    wire.fill().await?;
                }
                answer(wire, reply).await
            }
            None => Ok(wire.drain().await),
        }
    }
}

async fn act(wire: &mut Wire<'_>, accept: Accept) -> Result<End, End> {
    match accept {
        Accept::Close => Ok(wire.finish().await),
        Accept::Hold => Ok(wire.hold().await),
        Accept::Reset => Ok(wire.reset()),
        Accept::Echo => loop {
            if wire.input().is_empty() {
                wire.fill().await?;
            }
            let received = wire.take_all();
            wire.say(&received, Pace::default()).await?;
        },
        Accept::Flood => loop {
            // No prefix of this is a TPKT header, a TLS record, or text.
            wire.say(&[0xa5; 8192], Pace { delay_ms: 1, ..Pace::default() }).await?;
        },
    }
}

async fn answer(wire: &mut Wire<'_>, answer: &Answer) -> Result<End, End> {
    wire.say(&answer.say.0, answer.pace).await?;
    Ok(wire.end(answer.end.unwrap_or(Finish::Silent)).await)
}

/// Refuses a hello, with an alert in a record of the client's version.
async fn refuse(wire: &mut Wire<'_>, refusal: Refusal, client_version: u16, pace: Pace) -> End {
    match refusal {
        Refusal::End(end) => wire.end(end).await,
        Refusal::Alert(description) => match wire.say(&alert(description, client_version), pace).await {
            Ok(()) => wire.finish().await,
            Err(end) => end,
        },
    }
}

fn alert(description: u8, version: u16) -> [u8; 7] {
    let [major, minor] = version.clamp(0x0300, 0x0303).to_be_bytes();
    [
        0x15, // alert record
        major,
        minor,
        0x00,
        0x02, // length
        0x02, // fatal
        description,
    ]
}

/// Reads until it is clear what the client speaks, and an X.224 request whole.
async fn opening(wire: &mut Wire<'_>, quiet: Option<Duration>) -> Result<(First, Option<Request>), End> {
    if wire.input().is_empty() {
        match quiet {
            None => wire.fill().await?,
            Some(limit) => match timeout(limit, wire.fill()).await {
                Ok(filled) => filled?,
                Err(_) => return Ok((First::Nothing, None)),
            },
        }
    }
    loop {
        match wire.input() {
            [0x03, ..] => {
                if let Some(length) = x224::tpkt_length(wire.input())
                    && wire.input().len() >= length
                {
                    let packet = wire.take(length);
                    return Ok((First::X224, x224::request(&packet, wire.segments())));
                }
            }
            [0x16, ..] => return Ok((First::Tls, None)),
            [b'A'..=b'Z', ..] => {
                if wire.input().contains(&b'\n') || wire.input().len() > LONGEST_LINE {
                    let first = if is_request_line(wire.input()) { First::Http } else { First::Other };
                    return Ok((first, None));
                }
            }
            _ => return Ok((First::Other, None)),
        }
        wire.fill().await?;
    }
}

fn is_request_line(input: &[u8]) -> bool {
    ["GET ", "HEAD ", "POST ", "PUT ", "OPTIONS ", "CONNECT "]
        .iter()
        .any(|method| input.starts_with(method.as_bytes()))
}

async fn client_hello(wire: &mut Wire<'_>) -> Result<Hello, End> {
    loop {
        match hello::read(wire.input()) {
            HelloRead::Complete(mut hello) => {
                hello.segments = wire.segments();
                wire.entry().update(|entry| entry.hello = Some(Hello::clone(&hello)));
                wire.entry().reached(Progress::TlsHello);
                return Ok(*hello);
            }
            HelloRead::NotTls => return Err(wire.finish().await),
            HelloRead::More => wire.fill().await?,
        }
    }
}

/// The hello that answers a HelloRetryRequest, after the change of cipher spec that some clients send for the
/// sake of devices on the path (RFC 8446, D.4).
async fn second_hello(wire: &mut Wire<'_>) -> Result<Hello, End> {
    loop {
        match wire.input() {
            [0x14, _, _, _, _, _, ..] => drop(wire.take(6)),
            [] | [0x14, ..] => wire.fill().await?,
            input => match hello::read(input) {
                HelloRead::Complete(hello) => return Ok(*hello),
                HelloRead::NotTls => return Err(wire.finish().await),
                HelloRead::More => wire.fill().await?,
            },
        }
    }
}

/// The library's usual resolver asks whether the key belongs to the certificate; this one does not.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn server_config(serve: &Serve, identity: &Identity) -> Result<ServerConfig, LabError> {
    let mut provider = ring::default_provider();
    if let Some(suites) = &serve.suites {
        provider.cipher_suites.retain(|suite| suites.contains(&u16::from(suite.suite())));
    }
    if let Some(groups) = &serve.groups {
        provider.kx_groups.retain(|known| groups.iter().any(|group| named_group(*group) == known.name()));
    }
    let versions: Vec<&'static SupportedProtocolVersion> = match &serve.versions {
        None => rustls::ALL_VERSIONS.to_vec(),
        Some(versions) => versions.iter().filter_map(|version| protocol_version(*version)).collect(),
    };
    let provider = Arc::new(provider);
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&versions)?;
    let builder = if serve.client_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(identity.certificate().clone())?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?;
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = Arc::new(identity.certified_key(serve.other_key)?);
    let mut config = builder.with_cert_resolver(Arc::new(Always(key)));
    config.send_tls13_tickets = 0;
    Ok(config)
}

fn protocol_version(version: TlsVersion) -> Option<&'static SupportedProtocolVersion> {
    match version {
        TlsVersion::Ssl30 | TlsVersion::V10 | TlsVersion::V11 => None,
        TlsVersion::V12 => Some(&rustls::version::TLS12),
        TlsVersion::V13 => Some(&rustls::version::TLS13),
    }
}

fn named_group(group: Group) -> NamedGroup {
    match group {
        Group::X25519 => NamedGroup::X25519,
        Group::Secp256r1 => NamedGroup::secp256r1,
        Group::Secp384r1 => NamedGroup::secp384r1,
    }
}
