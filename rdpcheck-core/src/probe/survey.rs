//! Which TLS versions, suites and groups a host accepts, one hand-made ClientHello each.

use std::time::Duration;

use tokio::time::sleep;

use super::follow_up::Context;
use super::{hello, negotiate};
use crate::Error;
use crate::evidence::{
    FailureKind, NumberedName, Seen, StageFailure, SuiteOrder, SuiteSupport, TlsSupport, VersionState,
    VersionSupport,
};
use crate::wire::certificate::sha256_hex;
use crate::wire::tls::profiles::{survey_groups, survey_suites};
use crate::wire::tls::suite::Exchange;
use crate::wire::tls::{
    ClientHello, KeyExchange, SSL_3_0, ServerFlight, Suite, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3,
};

const CONNECT_WAIT: Duration = Duration::from_millis(2500);
const ANSWER_WAIT: Duration = Duration::from_millis(2500);
/// Between connections: servers with a short queue (xrdp: 2) shall come after.
const BETWEEN: Duration = Duration::from_millis(20);
/// Before asking again what was cut off: it may have been our rate.
const AFTER_FAILURE: Duration = Duration::from_millis(700);

/// What a connection of the survey came to.
enum Heard {
    Flight(Box<ServerFlight>),
    /// The end of the connection at the hello.
    CutOff(String),
    /// An alert, or the end of the connection again.
    Refused(String),
    /// Nothing that says anything, or no connection left.
    Nothing,
}

struct Survey<'a, 'b> {
    context: &'a Context<'b>,
    left: u32,
    between: Duration,
    /// A version that is accepted for certain.
    known: Option<u16>,
    /// Whether the last connection was answered with a ServerHello.
    last_passed: bool,
    found: TlsSupport,
    /// The host's certificate, as the handshakes below TLS 1.3 show it.
    chain: Vec<Vec<u8>>,
}

/// Asks with at most so many connections. The most telling questions come first.
pub(crate) async fn survey(
    context: &Context<'_>,
    connections: u32,
    slowly: bool,
) -> Result<(TlsSupport, Vec<Vec<u8>>), Error> {
    let unseen = |version| VersionSupport {
        version: hello::version(version),
        state: VersionState::NotSeen,
        refusal: None,
        suites: Vec::new(),
        suites_complete: false,
    };
    let found = TlsSupport {
        versions: [SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3].map(unseen).to_vec(),
        groups: Vec::new(),
        groups_complete: false,
        suite_order: SuiteOrder::NotSeen,
        secure_renegotiation: Seen::NotSeen,
        compression: Seen::NotSeen,
        certificates: Vec::new(),
        connections: 0,
    };
    let between = if slowly { AFTER_FAILURE } else { BETWEEN };
    let mut survey = Survey {
        context,
        left: connections,
        between,
        known: None,
        last_passed: false,
        found,
        chain: Vec::new(),
    };
    // What is known already belongs to the picture.
    if let Some((version, suites)) = context.good_hello() {
        survey.know(version, &suites);
    }
    for version in [TLS_1_2, TLS_1_3, TLS_1_0, TLS_1_1] {
        survey.version(version).await?;
    }
    let best = survey.found.accepted().last().map(|support| support.version.value);
    if let Some(best) = best {
        survey.suites(best).await?;
        survey.groups(best).await?;
        survey.order(best).await?;
    }
    let rest: Vec<u16> =
        [TLS_1_2, TLS_1_0, TLS_1_1].into_iter().filter(|version| Some(*version) != best).collect();
    survey.version(SSL_3_0).await?;
    for version in rest {
        survey.suites(version).await?;
    }
    if let Some(known) = survey.known
        && let Some(support) = survey.at(known)
        && support.state == VersionState::NotSeen
    {
        support.state = VersionState::Accepted;
    }
    Ok((survey.found, survey.chain))
}

impl Survey<'_, '_> {
    fn at(&mut self, version: u16) -> Option<&mut VersionSupport> {
        self.found.versions.iter_mut().find(|support| support.version.value == version)
    }

    fn accepts(&self, version: u16) -> bool {
        self.found.version(version).is_some_and(|support| support.state == VersionState::Accepted)
    }

    /// A hello for this version alone.
    fn hello(&self, version: u16, suites: &[u16]) -> Result<ClientHello, Error> {
        Ok(hello::named(ClientHello::version(version, suites, hello::random()?), self.context))
    }

    /// One connection. When it is cut off without a word, a hello that is known to pass tells whether that is an answer:
    /// only when what passes and what is cut off take turns, the host refuses.
    async fn ask(&mut self, hello: &ClientHello) -> Result<Heard, Error> {
        for again in [false, true] {
            let passed_before = self.last_passed;
            let how = match self.ask_once(hello, if again { AFTER_FAILURE } else { self.between }).await? {
                Heard::CutOff(how) => how,
                heard => return Ok(heard),
            };
            if again {
                return Ok(Heard::Refused(how));
            }
            if let Some((version, suites)) = self.context.good_hello() {
                let control = self.hello(version, &suites)?;
                if !matches!(self.ask_once(&control, self.between).await?, Heard::Flight(_)) {
                    // Nothing that comes now can be trusted.
                    self.left = 0;
                    return Ok(Heard::Nothing);
                }
                if passed_before {
                    return Ok(Heard::Refused(how));
                }
            }
        }
        Ok(Heard::Nothing)
    }

    async fn ask_once(&mut self, hello: &ClientHello, pause: Duration) -> Result<Heard, Error> {
        if self.left == 0 || self.context.is_late() {
            return Ok(Heard::Nothing);
        }
        sleep(pause).await;
        let heard = self.once(hello).await?;
        self.last_passed = heard.is_ok();
        Ok(match heard {
            Ok(flight) => {
                self.note(&flight);
                if let Some(chosen) = &flight.hello {
                    self.context.note_good_hello(chosen.version, &[chosen.suite]);
                }
                Heard::Flight(Box::new(flight))
            }
            Err((_, failure))
                if matches!(
                    failure.kind,
                    FailureKind::TlsAlert { .. } | FailureKind::ProtocolViolation { .. }
                ) =>
            {
                Heard::Refused(failure.kind.to_string())
            }
            Err((true, failure)) if matches!(failure.kind, FailureKind::Closed | FailureKind::Reset) => {
                Heard::CutOff(failure.kind.to_string())
            }
            Err(_) => Heard::Nothing,
        })
    }

    async fn once(
        &mut self,
        hello: &ClientHello,
    ) -> Result<Result<ServerFlight, (bool, StageFailure)>, Error> {
        self.left = self.left.saturating_sub(1);
        self.found.connections = self.found.connections.saturating_add(1);
        let patience = self.context.round_trip() * 3;
        let mut peer = match self.context.connect(CONNECT_WAIT + patience, None).await? {
            Ok(peer) => peer,
            Err((_, failure)) => return Ok(Err((false, failure))),
        };
        let by = self.context.limit(ANSWER_WAIT + patience);
        let negotiated = negotiate::negotiate(&mut peer, self.context.request(), by).await;
        let heard = match negotiated {
            Ok(_) => hello::ask(&mut peer, hello, false, by).await.map_err(|failure| (true, failure)),
            Err(failure) => Err((false, failure)),
        };
        peer.close().await;
        Ok(heard)
    }

    /// What any flight tells besides.
    fn note(&mut self, flight: &ServerFlight) {
        if let Some(own) = flight.certificates.first() {
            let sha256 = sha256_hex(own);
            if !self.found.certificates.contains(&sha256) {
                self.found.certificates.push(sha256);
            }
            if self.chain.is_empty() {
                self.chain.clone_from(&flight.certificates);
            }
        }
        let Some(hello) = flight.hello.as_ref().filter(|hello| hello.version < TLS_1_3) else {
            return;
        };
        if hello.version > SSL_3_0 {
            self.found.secure_renegotiation = hello.secure_renegotiation.into();
        }
        if hello.compression != 0 || self.found.compression == Seen::NotSeen {
            self.found.compression = (hello.compression != 0).into();
        }
    }

    /// Whether the host accepts a version. Who answers with a lower one has no higher one.
    async fn version(&mut self, version: u16) -> Result<(), Error> {
        if self.found.version(version).is_none_or(|known| known.state != VersionState::NotSeen) {
            return Ok(());
        }
        let mut hello = self.hello(version, &survey_suites(version))?;
        if version < TLS_1_3 {
            // DEFLATE (RFC 3749), so that a host that compresses shows it.
            hello.compression = vec![1, 0];
        }
        match self.ask(&hello).await? {
            Heard::Nothing | Heard::CutOff(_) => {}
            Heard::Refused(how) => self.refuse(version, &how),
            Heard::Flight(flight) => {
                let Some(chosen) = &flight.hello else {
                    return Ok(());
                };
                if chosen.version == version {
                    self.accept(&flight);
                } else {
                    let name = hello::version(chosen.version).name.unwrap_or_default();
                    let higher: Vec<u16> = [TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3]
                        .into_iter()
                        .filter(|other| *other > chosen.version && *other <= version)
                        .collect();
                    for refused in higher {
                        self.refuse(refused, &format!("it answers with {name}"));
                    }
                    self.accept(&flight);
                }
            }
        }
        Ok(())
    }

    /// A version and suite that another connection of this check was answered with. The version is asked for all the same,
    /// because the answer shows more.
    fn know(&mut self, version: u16, suites: &[u16]) {
        if let Some(support) = self.at(version) {
            support.suites = suites
                .iter()
                .map(|suite| SuiteSupport { suite: hello::suite(*suite), group: None, dh_bits: None })
                .collect();
            self.known = Some(version);
        }
    }

    fn refuse(&mut self, version: u16, how: &str) {
        let known = self.known == Some(version);
        if let Some(support) = self.at(version)
            && support.state == VersionState::NotSeen
            && !known
        {
            support.state = VersionState::Refused;
            support.refusal = Some(how.to_owned());
        }
    }

    /// Takes the version and suite of a flight into account. Returns whether the suite is new.
    fn accept(&mut self, flight: &ServerFlight) -> bool {
        let Some(chosen) = &flight.hello else {
            return false;
        };
        let (group, dh_bits) = match &flight.key_exchange {
            Some(KeyExchange::Ecdhe { group }) => (Some(*group), None),
            Some(KeyExchange::Dhe { bits }) => (None, Some(*bits)),
            _ => (chosen.group, None),
        };
        let suite =
            SuiteSupport { suite: hello::suite(chosen.suite), group: group.map(hello::group), dh_bits };
        let Some(support) = self.at(chosen.version) else {
            return false;
        };
        support.state = VersionState::Accepted;
        support.refusal = None;
        match support.suites.iter_mut().find(|known| known.suite == suite.suite) {
            // Known from elsewhere, without its group.
            Some(known) if known.group.is_none() && known.dh_bits.is_none() => {
                *known = suite;
                false
            }
            Some(_) => false,
            None => {
                support.suites.push(suite);
                true
            }
        }
    }

    /// Every suite of a version: what was chosen is left out of the next hello, until nothing is chosen any more.
    async fn suites(&mut self, version: u16) -> Result<(), Error> {
        while self.accepts(version) {
            let known = self.found.version(version).map_or(&[][..], |support| &support.suites);
            let rest: Vec<u16> = survey_suites(version)
                .into_iter()
                .filter(|suite| known.iter().all(|known| known.suite.value != *suite))
                .collect();
            let ended = if rest.is_empty() {
                true
            } else {
                let hello = self.hello(version, &rest)?;
                match self.ask(&hello).await? {
                    Heard::Nothing | Heard::CutOff(_) => return Ok(()),
                    Heard::Refused(_) => true,
                    // A lower version, or a suite that was not offered.
                    Heard::Flight(flight)
                        if flight.hello.as_ref().is_none_or(|chosen| chosen.version != version) =>
                    {
                        true
                    }
                    Heard::Flight(flight) => !self.accept(&flight),
                }
            };
            if ended {
                if let Some(support) = self.at(version) {
                    support.suites_complete = true;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// Every group, in the same way, with the suites that need one.
    async fn groups(&mut self, version: u16) -> Result<(), Error> {
        let suites: Vec<u16> = self
            .found
            .version(version)
            .map_or(&[][..], |support| &support.suites)
            .iter()
            .map(|suite| suite.suite.value)
            .filter(|suite| {
                version == TLS_1_3 || Suite::of(*suite).is_some_and(|suite| suite.exchange == Exchange::Ecdhe)
            })
            .collect();
        if suites.is_empty() {
            return Ok(());
        }
        loop {
            let rest: Vec<u16> = survey_groups(version)
                .into_iter()
                .filter(|group| self.found.groups.iter().all(|known| known.value != *group))
                .collect();
            if rest.is_empty() {
                self.found.groups_complete = true;
                return Ok(());
            }
            let mut hello = self.hello(version, &suites)?;
            hello.groups = rest;
            // Without a share the host has to name its group before it goes on.
            let heard = self.ask(&hello.without_key_shares()).await?;
            let group: Option<NumberedName> = match heard {
                Heard::Nothing | Heard::CutOff(_) => return Ok(()),
                Heard::Refused(_) => None,
                Heard::Flight(flight) => match (&flight.key_exchange, &flight.hello) {
                    (Some(KeyExchange::Ecdhe { group }), _) => Some(hello::group(*group)),
                    (_, Some(chosen)) => chosen.group.map(hello::group),
                    _ => None,
                },
            };
            match group.filter(|group| !self.found.groups.contains(group)) {
                Some(group) => self.found.groups.push(group),
                None => {
                    self.found.groups_complete = true;
                    return Ok(());
                }
            }
        }
    }

    /// The suites in the opposite order: who still chooses the same follows an order of its own.
    async fn order(&mut self, version: u16) -> Result<(), Error> {
        let suites: Vec<u16> = self
            .found
            .version(version)
            .map_or(&[][..], |support| &support.suites)
            .iter()
            .map(|suite| suite.suite.value)
            .collect();
        let (Some(first), Some(last)) = (suites.first().copied(), suites.last().copied()) else {
            return Ok(());
        };
        if first == last {
            return Ok(());
        }
        let reversed: Vec<u16> = suites.into_iter().rev().collect();
        let hello = self.hello(version, &reversed)?;
        if let Heard::Flight(flight) = self.ask(&hello).await?
            && let Some(chosen) = &flight.hello
        {
            self.found.suite_order = match chosen.suite {
                suite if suite == first => SuiteOrder::Server,
                suite if suite == last => SuiteOrder::Client,
                _ => SuiteOrder::NotSeen,
            };
        }
        Ok(())
    }
}
