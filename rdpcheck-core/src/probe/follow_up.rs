use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::connect::{self, Stopped};
use super::credssp::Start;
use super::hello::{self, Suites};
use super::main_probe::{Run, Settings, run_from_negotiation};
use super::negotiate::{self, Request};
use super::open::Open;
use super::peer::Peer;
use super::plan::Step;
use super::side::{self, Asked};
use super::socket::Setup;
use super::tls::Tls;
use super::{mcs, path, survey};
use crate::Error;
use crate::evidence::{
    Answer, CredSspVersion, FailureKind, FollowUp, Negotiation, PeerBytes, Probe, SecurityProtocol, Service,
    Stage, StageFailure, StageOutcome, StageRecord,
};
use crate::wire::certificate::sha256_hex;
use crate::wire::greeting::identify;
use crate::wire::negotiation::CookieName;
use crate::wire::tls::{ClientHello, ServerFlight};

/// A follow-up is not begun with less time than this left.
pub(crate) const LEAST_TIME: Duration = Duration::from_millis(50);
/// How long another service is given to show itself, besides three round trips.
const OTHER_SERVICE_WAIT: Duration = Duration::from_millis(650);
/// How long a repeated stage is given, besides three round trips: it has been waited for once already.
const REPEAT_WAIT: Duration = Duration::from_millis(2500);
/// The same beside a main connection that waits: several fit into its limit.
const BESIDE_WAIT: Duration = Duration::from_millis(1050);
/// Segments of this size pass every path; macOS takes no longer one before connecting.
const SMALL_SEGMENTS: u16 = 512;

/// What follow-ups share: where they connect to, and how many connections there have been.
pub(crate) struct Context<'a> {
    settings: Settings<'a>,
    begun: Instant,
    shared: &'a Shared,
    beside: bool,
}

/// What becomes known while the check goes on.
pub(crate) struct Shared {
    address: Mutex<SocketAddr>,
    round_trip_micros: AtomicU64,
    slowest_micros: AtomicU64,
    good_hello: Mutex<Option<(u16, Vec<u16>)>>,
    pub(crate) open: Arc<Open>,
}

impl Shared {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address: Mutex::new(address),
            round_trip_micros: AtomicU64::new(0),
            slowest_micros: AtomicU64::new(0),
            good_hello: Mutex::new(None),
            open: Arc::default(),
        }
    }

    /// The address that answered, or that the failure is about.
    pub(crate) fn set_address(&self, address: SocketAddr) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// A stage of the main connection took so long to be answered.
    pub(crate) fn note_slowness(&self, elapsed: Option<Duration>) {
        let micros = elapsed.map_or(0, |elapsed| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX));
        self.slowest_micros.fetch_max(micros, Ordering::Relaxed);
    }

    /// A version and suites to which the host answered a ServerHello.
    pub(crate) fn note_good_hello(&self, version: u16, suites: &[u16]) {
        let mut good = self.good_hello.lock().unwrap_or_else(PoisonError::into_inner);
        good.get_or_insert_with(|| (version, suites.to_vec()));
    }

    pub(crate) fn set_round_trip(&self, round_trip: Duration) {
        let micros = u64::try_from(round_trip.as_micros()).unwrap_or(u64::MAX);
        self.round_trip_micros.store(micros, Ordering::Relaxed);
    }
}

impl<'a> Context<'a> {
    pub(crate) fn new(settings: Settings<'a>, begun: Instant, shared: &'a Shared) -> Self {
        Self { settings, begun, shared, beside: false }
    }

    /// The same beside a main connection that waits until `deadline`.
    pub(crate) fn beside(&self, deadline: Instant) -> Self {
        let settings = Settings { deadline: self.settings.deadline.min(deadline), ..self.settings };
        Self { settings, beside: true, ..*self }
    }

    pub(crate) fn connections(&self) -> u32 {
        self.shared.open.all()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        *self.shared.address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn round_trip(&self) -> Duration {
        Duration::from_micros(self.shared.round_trip_micros.load(Ordering::Relaxed))
    }

    /// How much longer than usual this host may be waited for: twice what its slowest answer took.
    pub(crate) fn patience(&self) -> Duration {
        let slowest = Duration::from_micros(self.shared.slowest_micros.load(Ordering::Relaxed));
        self.round_trip() * 3 + slowest * 2
    }

    pub(crate) fn note_good_hello(&self, version: u16, suites: &[u16]) {
        self.shared.note_good_hello(version, suites);
    }

    pub(crate) fn good_hello(&self) -> Option<(u16, Vec<u16>)> {
        self.shared.good_hello.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn open(&self) -> &Open {
        &self.shared.open
    }

    pub(crate) fn name(&self) -> &str {
        self.settings.name
    }

    pub(crate) fn limit(&self, limit: Duration) -> Instant {
        self.settings.limit(limit)
    }

    pub(crate) fn time_left(&self) -> Duration {
        self.settings.deadline.saturating_duration_since(Instant::now())
    }

    pub(crate) fn is_late(&self) -> bool {
        self.is_late_by(LEAST_TIME)
    }

    pub(crate) fn is_late_by(&self, length: Duration) -> bool {
        self.time_left() < length
    }

    /// The X.224 request of the main probe.
    pub(crate) fn request(&self) -> Request<'a> {
        self.settings.request()
    }

    /// Connects once more to the same address.
    pub(crate) async fn connect(
        &self,
        limit: Duration,
        segment_limit: Option<u16>,
    ) -> Result<Result<Peer, (Stage, StageFailure)>, Error> {
        self.connect_to(self.address(), limit, segment_limit).await
    }

    async fn connect_to(
        &self,
        address: SocketAddr,
        limit: Duration,
        segment_limit: Option<u16>,
    ) -> Result<Result<Peer, (Stage, StageFailure)>, Error> {
        let by = self.limit(limit);
        let setup = Setup { segment_limit };
        let connected = connect::connect(&[address], &mut Vec::new(), setup, &self.shared.open, by).await?;
        Ok(connected.map_err(|stopped| match stopped {
            Stopped::Before(failure) => (Stage::Connect, failure),
            Stopped::AtOnce { address, elapsed } => {
                drop(Open::count(&self.shared.open));
                (Stage::Negotiate, Stopped::reset(address, elapsed))
            }
        }))
    }
}

/// A follow-up, and for a repeat of the main probe all that it saw.
pub(crate) struct Made {
    pub(crate) follow_up: FollowUp,
    pub(crate) run: Option<Run>,
    /// The certificates that a hand-made hello was shown.
    pub(crate) chain: Vec<Vec<u8>>,
}

struct Ended {
    stage: Stage,
    result: Result<Answer, StageFailure>,
    run: Option<Run>,
    chain: Vec<Vec<u8>>,
    not_made: Option<String>,
}

impl Ended {
    fn at(stage: Stage, result: Result<Answer, StageFailure>) -> Self {
        Self { stage, result, run: None, chain: Vec::new(), not_made: None }
    }

    fn failed((stage, failure): (Stage, StageFailure)) -> Self {
        Self::at(stage, Err(failure))
    }

    fn not_made(reason: String) -> Self {
        Self { not_made: Some(reason), ..Self::at(Stage::Connect, Ok(Answer::Connected)) }
    }

    fn asked(stage: Stage, asked: Asked) -> Self {
        match asked {
            Asked::Answered(answer) => Self::at(stage, Ok(answer)),
            Asked::Failed(failure) => Self::at(stage, Err(failure)),
            Asked::NotMade(reason) => Self { stage, ..Self::not_made(reason) },
        }
    }
}

/// A follow-up that was begun and not finished.
pub(crate) fn given_up(step: &Step, context: &Context<'_>) -> FollowUp {
    let begun = FollowUp::begun(step.probe, &step.asked_for, context.begun.elapsed());
    FollowUp { offered: offer(step.probe), ..begun }
}

/// Makes one follow-up.
pub(crate) async fn make(step: &Step, context: &Context<'_>) -> Result<Made, Error> {
    let begun = Instant::now();
    let connections = context.connections();
    let given_up = given_up(step, context);
    let ended = Box::pin(carry_out(step, context)).await?;
    let (answer, failure) = match (ended.result, &ended.not_made) {
        (_, Some(_)) => (None, None),
        (Ok(answer), None) => (Some(answer), None),
        (Err(failure), None) => (None, Some(failure)),
    };
    let of_run = ended.run.as_ref().and_then(|run| run.certificate.facts()).map(|facts| facts.sha256.clone());
    let follow_up = FollowUp {
        elapsed: begun.elapsed(),
        stage: ended.stage,
        answer,
        failure,
        not_made: ended.not_made,
        connections: context.connections().saturating_sub(connections),
        certificate_sha256: of_run.or_else(|| ended.chain.first().map(|own| sha256_hex(own))),
        ..given_up
    };
    Ok(Made { follow_up, run: ended.run, chain: ended.chain })
}

/// What the X.224 request of a follow-up offers.
fn offer(probe: Probe) -> Option<SecurityProtocol> {
    match probe {
        Probe::OfferRdp => Some(SecurityProtocol::empty()),
        Probe::OfferSsl | Probe::McsOverTls => Some(SecurityProtocol::SSL),
        Probe::OfferHybrid => Some(SecurityProtocol::HYBRID),
        Probe::OfferSslHybrid => Some(SecurityProtocol::SSL | SecurityProtocol::HYBRID),
        Probe::OfferHybridEx => Some(SecurityProtocol::HYBRID_EX),
        Probe::OfferRdsAad => Some(SecurityProtocol::RDSAAD),
        Probe::Repeat
        | Probe::FirstAttempt
        | Probe::WithCookie
        | Probe::SplitRequest
        | Probe::Tls12Only
        | Probe::BroadHello
        | Probe::OldHello
        | Probe::SplitHello
        | Probe::PlainData
        | Probe::LargePlainData
        | Probe::LargeHello
        | Probe::LargeHelloSmallSegments
        | Probe::SmallSegments
        | Probe::TlsSupport
        | Probe::CredsspVersions
        | Probe::CredsspSpnego
        | Probe::CredsspKerberos
        | Probe::Path => Some(SecurityProtocol::USUAL_OFFER),
        Probe::Connect
        | Probe::OfferNone
        | Probe::StandardSecurity
        | Probe::Greeting
        | Probe::DirectTls
        | Probe::Http
        | Probe::Udp
        | Probe::Echo
        | Probe::Neighbour
        | Probe::WebSocket3387
        | Probe::WebSocket3392
        | Probe::WakeOnLan => None,
    }
}

async fn carry_out(step: &Step, context: &Context<'_>) -> Result<Ended, Error> {
    let patience = context.patience();
    let wait = if context.beside { BESIDE_WAIT } else { REPEAT_WAIT } + patience;
    Ok(match step.probe {
        Probe::Udp => Ended::asked(Stage::Udp, side::udp(context).await),
        Probe::Echo => Ended::asked(Stage::Connect, side::echo(context).await),
        Probe::Neighbour => Ended::asked(Stage::Connect, side::neighbour(context)),
        Probe::WakeOnLan => match context.settings.options.wake_on_lan {
            Some(mac) => Ended::at(Stage::Connect, Ok(Answer::Wake(side::wake(context, mac).await?))),
            None => Ended::not_made("no hardware address was given".to_owned()),
        },
        Probe::TlsSupport => {
            let (found, chain) = survey::survey(context, step.connections, step.slowly).await?;
            Ended { chain, ..Ended::at(Stage::TlsSupport, Ok(Answer::TlsSupport(found))) }
        }
        Probe::Path => Ended::at(
            Stage::Path,
            Ok(Answer::Path(path::measure(context, step.connections, step.slowly).await?)),
        ),
        Probe::CredsspVersions => credssp_versions(context, step.connections, wait).await?,
        Probe::WebSocket3387 => web_socket(context, 3387, wait).await?,
        Probe::WebSocket3392 => web_socket(context, 3392, wait).await?,
        probe => {
            let small = matches!(probe, Probe::SmallSegments | Probe::LargeHelloSmallSegments);
            let limit = context.settings.options.connect_timeout.min(wait);
            let connected = context.connect(limit, small.then_some(SMALL_SEGMENTS)).await;
            match connected {
                Ok(Ok(peer)) => Box::pin(talk(probe, peer, context, wait)).await?,
                // A reset in place of an answer to TLS: there is no X.224 before it.
                Ok(Err((Stage::Negotiate, failure))) if probe == Probe::DirectTls => {
                    Ended::at(Stage::Tls, Err(failure))
                }
                Ok(Err(stopped)) => Ended::failed(stopped),
                Err(Error::Resource { source, .. })
                    if small && source.kind() == std::io::ErrorKind::Unsupported =>
                {
                    Ended::not_made("this system does not let the size of segments be chosen".to_owned())
                }
                Err(error) => return Err(error),
            }
        }
    })
}

async fn talk(probe: Probe, mut peer: Peer, context: &Context<'_>, wait: Duration) -> Result<Ended, Error> {
    let settings = &context.settings;
    let other = context.limit(OTHER_SERVICE_WAIT + peer.round_trip() * 3);
    let again = context.limit(wait);
    let offered = Request { offered: offer(probe), ..settings.request() };
    Ok(match probe {
        Probe::OfferRdp
        | Probe::OfferSsl
        | Probe::OfferHybrid
        | Probe::OfferSslHybrid
        | Probe::OfferHybridEx
        | Probe::OfferRdsAad
        | Probe::OfferNone => {
            let result = negotiate::negotiate(&mut peer, offered, again).await;
            peer.close().await;
            Ended::at(Stage::Negotiate, result.map(Answer::Negotiated))
        }
        Probe::SplitRequest => {
            let result = negotiate::negotiate(&mut peer, Request { split: true, ..offered }, again).await;
            peer.close().await;
            Ended::at(Stage::Negotiate, result.map(Answer::Negotiated))
        }
        Probe::Repeat | Probe::SmallSegments => repeat(peer, settings, offered, again).await?,
        Probe::WithCookie => {
            // What a client sends that knows no user name; it is also what tells the host who asked.
            let named = "rdpcheck".parse::<CookieName>().ok();
            repeat(peer, settings, Request { cookie: offered.cookie.or(named.as_ref()), ..offered }, again)
                .await?
        }
        Probe::Tls12Only => {
            let settings = Settings { versions: &[&rustls::version::TLS12], ..*settings };
            repeat(peer, &settings, offered, again).await?
        }
        Probe::CredsspSpnego => {
            repeat(peer, &Settings { start: Start::Spnego, ..*settings }, offered, again).await?
        }
        Probe::CredsspKerberos => {
            repeat(peer, &Settings { start: Start::Kerberos, ..*settings }, offered, again).await?
        }
        Probe::BroadHello => {
            hello_after(peer, context.shared, offered, &hello::broad(context, Suites::Current)?, false, again)
                .await
        }
        Probe::SplitHello => {
            hello_after(peer, context.shared, offered, &hello::broad(context, Suites::Current)?, true, again)
                .await
        }
        Probe::OldHello => {
            hello_after(peer, context.shared, offered, &hello::broad(context, Suites::Older)?, false, again)
                .await
        }
        Probe::LargeHello | Probe::LargeHelloSmallSegments => {
            let hello = hello::named(large_hello()?, context);
            hello_after(peer, context.shared, offered, &hello, false, again).await
        }
        Probe::LargePlainData => plain_data(peer, offered, large_hello()?.encode().len(), again).await,
        Probe::PlainData => {
            plain_data(peer, offered, hello::broad(context, Suites::Current)?.encode().len(), again).await
        }
        Probe::StandardSecurity | Probe::McsOverTls => mcs_after(peer, settings, offered, again).await?,
        Probe::Greeting => {
            peer.begin_stage();
            let result = listen(&mut peer, &[], other).await;
            peer.close().await;
            Ended::at(Stage::Negotiate, result)
        }
        Probe::Http => {
            const LINE: &[u8] = b"GET / HTTP/1.0\r\n\r\n";
            peer.begin_stage();
            let result = match peer.send(LINE, other).await {
                Ok(()) => listen(&mut peer, LINE, other).await,
                Err(failure) => Err(failure),
            };
            peer.close().await;
            Ended::at(Stage::Negotiate, result)
        }
        Probe::DirectTls => {
            let mut tls = Tls::new(settings.name, rustls::ALL_VERSIONS)?;
            let result = tls.handshake(&mut peer, settings.name, other).await;
            let answer = match result {
                Ok(session) => Ok(Answer::Tls(session)),
                // An alert is TLS too, whatever it complains about.
                Err(failure) if matches!(failure.kind, FailureKind::TlsAlert { .. }) => {
                    Ok(Answer::Spoke { service: Some(Service::TlsFirst), bytes: PeerBytes::new(peer.head()) })
                }
                Err(failure) => Err(failure),
            };
            tls.close(peer, other).await;
            Ended::at(Stage::Tls, answer)
        }
        _ => {
            peer.close().await;
            Ended::at(Stage::Connect, Ok(Answer::Connected))
        }
    })
}

async fn listen(peer: &mut Peer, sent: &[u8], by: Instant) -> Result<Answer, StageFailure> {
    let mut all = Vec::new();
    let mut buffer = [0; 256];
    while all.len() < PeerBytes::KEPT {
        // The first bytes may take as long as the limit says; the rest of a greeting comes with them.
        let by = if all.is_empty() { by } else { by.min(Instant::now() + Duration::from_millis(50)) };
        match peer.receive(&mut buffer, by).await {
            Ok(count) => all.extend(buffer.iter().take(count)),
            Err(failure) if all.is_empty() => return Err(failure),
            Err(_) => break,
        }
    }
    Ok(Answer::Spoke { service: identify(&all, sent), bytes: PeerBytes::new(&all) })
}

async fn repeat(
    mut peer: Peer,
    settings: &Settings<'_>,
    request: Request<'_>,
    by: Instant,
) -> Result<Ended, Error> {
    let begun = Instant::now();
    let negotiated = negotiate::negotiate(&mut peer, request, by).await;
    let settings = Settings { deadline: settings.deadline.min(by), ..*settings };
    let negotiated = StageRecord::ended(negotiated, begun.elapsed());
    let run = run_from_negotiation(peer, &settings, negotiated, &|_, _| {}).await?;
    let ended = furthest(run.clone());
    Ok(Ended { run: Some(run), ..ended })
}

/// The furthest stage of a run, with what came of it.
fn furthest(run: Run) -> Ended {
    let negotiated: Negotiation = match run.negotiate.outcome {
        StageOutcome::Failed(failure) => return Ended::at(Stage::Negotiate, Err(failure)),
        StageOutcome::Completed(facts) => facts,
        StageOutcome::Skipped(_) => return Ended::at(Stage::Connect, Ok(Answer::Connected)),
    };
    let session = match run.tls.outcome {
        StageOutcome::Failed(failure) => return Ended::at(Stage::Tls, Err(failure)),
        StageOutcome::Completed(facts) => Some(facts),
        StageOutcome::Skipped(_) => None,
    };
    match (run.standard_security.outcome, run.credssp.outcome, run.spnego) {
        (StageOutcome::Failed(failure), ..) => Ended::at(Stage::StandardSecurity, Err(failure)),
        (StageOutcome::Completed(facts), ..) => {
            Ended::at(Stage::StandardSecurity, Ok(Answer::StandardSecurity(facts)))
        }
        (_, StageOutcome::Failed(failure), _) => Ended::at(Stage::Credssp, Err(failure)),
        (_, StageOutcome::Completed(_), Some(spnego)) => {
            Ended::at(Stage::Credssp, Ok(Answer::Spnego(spnego)))
        }
        (_, StageOutcome::Completed(facts), None) => Ended::at(Stage::Credssp, Ok(Answer::CredSsp(facts))),
        _ => match session {
            Some(session) => Ended::at(Stage::Tls, Ok(Answer::Tls(session))),
            None => Ended::at(Stage::Negotiate, Ok(Answer::Negotiated(negotiated))),
        },
    }
}

/// A ClientHello with a share for X25519MLKEM768, filled up to what browsers send, so that it takes two segments on every
/// path with packets of 1,500 bytes.
fn large_hello() -> Result<ClientHello, Error> {
    Ok(ClientHello::large(hello::random()?).padded_to(1800))
}

/// A hand-made hello after the X.224 exchange.
async fn hello_after(
    mut peer: Peer,
    shared: &Shared,
    request: Request<'_>,
    hello: &ClientHello,
    split: bool,
    by: Instant,
) -> Ended {
    let ended = match negotiate::negotiate(&mut peer, request, by).await {
        Err(failure) => Ended::at(Stage::Negotiate, Err(failure)),
        Ok(negotiated) if !negotiated.selected.uses_tls() => {
            Ended::at(Stage::Negotiate, Ok(Answer::Negotiated(negotiated)))
        }
        Ok(_) => match hello::ask(&mut peer, hello, split, by).await {
            Ok(flight) => Ended {
                chain: {
                    if let Some(chosen) = &flight.hello {
                        shared.note_good_hello(chosen.version, &[chosen.suite]);
                    }
                    flight.certificates.clone()
                },
                ..Ended::at(Stage::Tls, Ok(server_hello(&flight)))
            },
            Err(failure) => Ended::at(Stage::Tls, Err(failure)),
        },
    };
    peer.close().await;
    ended
}

fn server_hello(flight: &ServerFlight) -> Answer {
    let (version, suite) = flight.hello.as_ref().map_or((0, 0), |hello| (hello.version, hello.suite));
    Answer::ServerHello { version: hello::version(version), cipher_suite: hello::suite(suite) }
}

/// As many bytes as a hello has, and none of it. What the host says to that does not matter, only whether it or its TCP
/// says anything.
async fn plain_data(mut peer: Peer, request: Request<'_>, length: usize, by: Instant) -> Ended {
    let ended = match negotiate::negotiate(&mut peer, request, by).await {
        Err(failure) => Ended::at(Stage::Negotiate, Err(failure)),
        Ok(_) => {
            peer.begin_stage();
            let by = by.min(Instant::now() + OTHER_SERVICE_WAIT + peer.round_trip() * 3);
            let result = match peer.send(&vec![b'.'; length], by).await {
                Ok(()) => listen(&mut peer, &[], by).await,
                Err(failure) => Err(failure),
            };
            Ended::at(Stage::Tls, result)
        }
    };
    peer.close().await;
    ended
}

/// An MCS Connect-Initial after an X.224 exchange without CredSSP.
async fn mcs_after(
    mut peer: Peer,
    settings: &Settings<'_>,
    request: Request<'_>,
    by: Instant,
) -> Result<Ended, Error> {
    let negotiated = match negotiate::negotiate(&mut peer, request, by).await {
        Ok(negotiated) => negotiated,
        Err(failure) => {
            peer.close().await;
            return Ok(Ended::at(Stage::Negotiate, Err(failure)));
        }
    };
    if negotiated.selected.uses_credssp() {
        peer.close().await;
        return Ok(Ended::at(Stage::Negotiate, Ok(Answer::Negotiated(negotiated))));
    }
    if !negotiated.selected.uses_tls() {
        let result = mcs::ask(&mut peer, None, &negotiated, by).await;
        peer.close().await;
        return Ok(Ended::at(Stage::StandardSecurity, result.map(Answer::StandardSecurity)));
    }
    let mut tls = Tls::new(settings.name, settings.versions)?;
    let ended = match tls.handshake(&mut peer, settings.name, by).await {
        Err(failure) => Ended::at(Stage::Tls, Err(failure)),
        Ok(_) => {
            let result = mcs::ask(&mut peer, Some(&mut tls), &negotiated, by).await;
            Ended::at(Stage::StandardSecurity, result.map(Answer::StandardSecurity))
        }
    };
    tls.close(peer, by).await;
    Ok(ended)
}

/// CredSSP of each older version, one connection each.
async fn credssp_versions(context: &Context<'_>, connections: u32, wait: Duration) -> Result<Ended, Error> {
    let mut versions = Vec::new();
    for offered in (2..=5).take(usize::try_from(connections).unwrap_or(usize::MAX)) {
        if context.is_late() {
            break;
        }
        let ended = match context.connect(wait, None).await? {
            Err(stopped) => Ended::failed(stopped),
            Ok(peer) => {
                let settings = Settings { start: Start::Ntlm(offered), ..context.settings };
                Box::pin(repeat(peer, &settings, context.request(), context.limit(wait))).await?
            }
        };
        versions.push(match ended.result {
            Ok(Answer::CredSsp(facts)) => {
                CredSspVersion { offered, answered: Some(facts.version), failure: None }
            }
            Ok(_) => CredSspVersion {
                offered,
                answered: None,
                failure: Some(format!("the connection came no further than {}", ended.stage)),
            },
            Err(failure) => {
                CredSspVersion { offered, answered: None, failure: Some(failure.kind.to_string()) }
            }
        });
    }
    Ok(Ended::at(Stage::Credssp, Ok(Answer::CredSspVersions { versions })))
}

async fn web_socket(context: &Context<'_>, port: u16, wait: Duration) -> Result<Ended, Error> {
    let address = SocketAddr::new(context.address().ip(), port);
    Ok(match context.connect_to(address, wait, None).await? {
        Ok(peer) => {
            peer.close().await;
            Ended::at(Stage::Connect, Ok(Answer::Connected))
        }
        Err(stopped) => Ended::failed(stopped),
    })
}
