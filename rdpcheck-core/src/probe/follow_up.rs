use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ring::rand::SecureRandom as _;
use tokio::time::Instant;

use super::connect::Stopped;
use super::main_probe::{Run, Settings, run_from_negotiation};
use super::peer::Peer;
use super::plan::Step;
use super::tls::{Tls, sent_name};
use super::{connect, negotiate};
use crate::Error;
use crate::evidence::{
    Answer, FailureKind, FollowUp, Negotiation, NumberedName, Operation, PeerBytes, Probe, SecurityProtocol,
    Service, Stage, StageFailure, StageOutcome, StageRecord,
};
use crate::wire::greeting::identify;
use crate::wire::hello::{self, Reply};

/// A follow-up is not begun with less time than this left.
pub(crate) const LEAST_TIME: Duration = Duration::from_millis(50);
/// How long another service is given to show itself, besides three round trips.
const OTHER_SERVICE_WAIT: Duration = Duration::from_millis(700);
/// How long a repeated stage is given, besides three round trips: it has been waited for once already.
const REPEAT_WAIT: Duration = Duration::from_millis(2500);

/// What follow-ups share: where they connect to, and how many connections there have been.
pub(crate) struct Context<'a> {
    settings: Settings<'a>,
    address: SocketAddr,
    begun: Instant,
    connections: &'a AtomicU32,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        settings: Settings<'a>,
        address: SocketAddr,
        begun: Instant,
        connections: &'a AtomicU32,
    ) -> Self {
        Self { settings, address, begun, connections }
    }

    /// The same with an earlier end.
    pub(crate) fn until(&self, deadline: Instant) -> Self {
        let settings = Settings { deadline: self.settings.deadline.min(deadline), ..self.settings };
        Self { settings, ..*self }
    }

    pub(crate) fn connections(&self) -> u32 {
        self.connections.load(Ordering::Relaxed)
    }

    pub(crate) fn count_connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }
}

/// A follow-up, and for a repeat of the main probe all that it saw.
pub(crate) struct Made {
    pub(crate) follow_up: FollowUp,
    pub(crate) run: Option<Run>,
}

struct Ended {
    stage: Stage,
    result: Result<Answer, StageFailure>,
    run: Option<Run>,
}

impl Ended {
    fn at(stage: Stage, result: Result<Answer, StageFailure>) -> Self {
        Self { stage, result, run: None }
    }
}

/// A follow-up that was begun and not finished.
pub(crate) fn given_up(step: &Step, context: &Context<'_>) -> FollowUp {
    FollowUp {
        probe: step.probe,
        offered: offer(step.probe),
        asked_for: step.asked_for.to_vec(),
        started_after: context.begun.elapsed(),
        elapsed: Duration::ZERO,
        stage: Stage::Connect,
        answer: None,
        failure: None,
    }
}

/// Makes one follow-up.
pub(crate) async fn make(step: &Step, context: &Context<'_>) -> Result<Made, Error> {
    let begun = Instant::now();
    let ended = carry_out(step, context).await?;
    let (answer, failure) = match ended.result {
        Ok(answer) => (Some(answer), None),
        Err(failure) => (None, Some(failure)),
    };
    let follow_up = FollowUp {
        probe: step.probe,
        offered: offer(step.probe),
        asked_for: step.asked_for.to_vec(),
        started_after: begun.duration_since(context.begun),
        elapsed: begun.elapsed(),
        stage: ended.stage,
        answer,
        failure,
    };
    let run = if step.probe == Probe::Repeat { ended.run } else { None };
    Ok(Made { follow_up, run })
}

fn offer(probe: Probe) -> Option<SecurityProtocol> {
    match probe {
        Probe::OfferSsl => Some(SecurityProtocol::SSL),
        Probe::OfferHybrid => Some(SecurityProtocol::HYBRID),
        Probe::Repeat | Probe::FirstAttempt | Probe::Tls12Only | Probe::BroadHello | Probe::OldHello => {
            Some(SecurityProtocol::USUAL_OFFER)
        }
        Probe::Connect | Probe::OfferNone | Probe::Greeting | Probe::DirectTls | Probe::Http => None,
    }
}

async fn carry_out(step: &Step, context: &Context<'_>) -> Result<Ended, Error> {
    let settings = &context.settings;
    let by = settings.limit(settings.options.connect_timeout.min(REPEAT_WAIT));
    let mut attempts = Vec::new();
    let mut peer = match connect::connect(&[context.address], &mut attempts, by).await? {
        Ok(peer) => peer,
        Err(Stopped::Before(failure)) => return Ok(Ended::at(Stage::Connect, Err(failure))),
        Err(Stopped::AtOnce { address, elapsed }) => {
            context.count_connection();
            let stage = if step.probe == Probe::DirectTls { Stage::Tls } else { Stage::Negotiate };
            return Ok(Ended::at(stage, Err(Stopped::reset(address, elapsed))));
        }
    };
    context.count_connection();
    let patience = peer.round_trip() * 3;
    let other = settings.limit(OTHER_SERVICE_WAIT + patience);
    let again = settings.limit(REPEAT_WAIT + patience);
    let offered = offer(step.probe);
    Ok(match step.probe {
        Probe::Connect => {
            peer.close().await;
            Ended::at(Stage::Connect, Ok(Answer::Connected))
        }
        Probe::OfferSsl | Probe::OfferHybrid | Probe::OfferNone => {
            let result = negotiate::negotiate(&mut peer, offered, again).await;
            peer.close().await;
            Ended::at(Stage::Negotiate, result.map(Answer::Negotiated))
        }
        // The first attempt has been made; it is never a step of the plan.
        Probe::Repeat | Probe::FirstAttempt => repeat(peer, settings, rustls::ALL_VERSIONS, again).await?,
        Probe::Tls12Only => repeat(peer, settings, &[&rustls::version::TLS12], again).await?,
        Probe::BroadHello => broad_hello(peer, settings, hello::CURRENT_SUITES, again).await?,
        Probe::OldHello => {
            let suites = [hello::CURRENT_SUITES, hello::OLDER_SUITES].concat();
            broad_hello(peer, settings, &suites, again).await?
        }
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
    versions: &[&'static rustls::SupportedProtocolVersion],
    by: Instant,
) -> Result<Ended, Error> {
    let begun = Instant::now();
    let negotiated = negotiate::negotiate(&mut peer, settings.offered, by).await;
    let settings = Settings { deadline: settings.deadline.min(by), versions, ..*settings };
    let run = run_from_negotiation(peer, &settings, StageRecord::ended(negotiated, begun.elapsed())).await?;
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
        StageOutcome::Completed(facts) => facts,
        StageOutcome::Skipped(_) => return Ended::at(Stage::Negotiate, Ok(Answer::Negotiated(negotiated))),
    };
    match run.credssp.outcome {
        StageOutcome::Failed(failure) => Ended::at(Stage::Credssp, Err(failure)),
        StageOutcome::Completed(facts) => Ended::at(Stage::Credssp, Ok(Answer::CredSsp(facts))),
        StageOutcome::Skipped(_) => Ended::at(Stage::Tls, Ok(Answer::Tls(session))),
    }
}

async fn broad_hello(
    mut peer: Peer,
    settings: &Settings<'_>,
    suites: &[u16],
    by: Instant,
) -> Result<Ended, Error> {
    let ended = match negotiate::negotiate(&mut peer, settings.offered, by).await {
        Err(failure) => Ended::at(Stage::Negotiate, Err(failure)),
        Ok(negotiated) if !negotiated.selected.uses_tls() => {
            Ended::at(Stage::Negotiate, Ok(Answer::Negotiated(negotiated)))
        }
        Ok(_) => Ended::at(Stage::Tls, ask_broadly(&mut peer, settings, suites, by).await?),
    };
    peer.close().await;
    Ok(ended)
}

async fn ask_broadly(
    peer: &mut Peer,
    settings: &Settings<'_>,
    suites: &[u16],
    by: Instant,
) -> Result<Result<Answer, StageFailure>, Error> {
    let mut random = [0; 32];
    ring::rand::SystemRandom::new().fill(&mut random).map_err(|_| {
        Error::resource("drawing random bytes", std::io::Error::other("the system gives none"))
    })?;
    peer.begin_stage();
    if let Err(failure) =
        peer.send(&hello::client_hello(random, sent_name(settings.name).as_deref(), suites), by).await
    {
        return Ok(Err(failure));
    }
    let mut received = Vec::new();
    let mut buffer = vec![0; 4096];
    loop {
        let violation = |peer: &Peer| {
            let kind = FailureKind::ProtocolViolation {
                expected: "a TLS ServerHello".to_owned(),
                got: if peer.head().starts_with(&[3, 0]) {
                    "an RDP packet in plain"
                } else {
                    "something else"
                }
                .to_owned(),
            };
            Ok(Err(peer.failure(kind, Operation::Receive)))
        };
        match hello::reply(&received) {
            Reply::ServerHello { version, suite } => {
                return Ok(Ok(Answer::ServerHello {
                    version: NumberedName {
                        value: version,
                        name: hello::version_name(version).map(str::to_owned),
                    },
                    cipher_suite: NumberedName {
                        value: suite,
                        name: hello::suite_name(suite).map(str::to_owned),
                    },
                }));
            }
            Reply::Alert(description) => {
                return Ok(Err(peer.failure(FailureKind::tls_alert(description, false), Operation::Receive)));
            }
            Reply::NotTls => return violation(peer),
            Reply::Incomplete if received.len() > 64 * 1024 => return violation(peer),
            Reply::Incomplete => {}
        }
        match peer.receive(&mut buffer, by).await {
            Ok(count) => received.extend(buffer.iter().take(count)),
            Err(failure) => return Ok(Err(failure)),
        }
    }
}
