use std::net::SocketAddr;
use std::sync::atomic::AtomicU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::SupportedProtocolVersion;
use tokio::time::{Instant, sleep_until};

use super::connect::Stopped;
use super::follow_up::{self, Context, Made};
use super::peer::Peer;
use super::tls::Tls;
use super::{clock, connect, credssp, negotiate, plan, resolve};
use crate::evidence::{
    Certificate, Connection, CredSsp, Evidence, FailureKind, FollowUp, FollowUpsEnded, Negotiation,
    Operation, Probe, RoundTripBasis, SecurityProtocol, SkipReason, StageFailure, StageRecord, TlsSession,
};
use crate::{CheckOptions, Error, Target};

/// After this long without an X.224 answer the follow-ups begin, while the main connection still waits.
const SOFT_SILENCE: Duration = Duration::from_millis(1500);
/// What is kept of the deadline for closing and diagnosing.
const RESERVE: Duration = Duration::from_millis(20);

/// How a run of the main probe ended, stage by stage.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) negotiate: StageRecord<Negotiation>,
    pub(crate) tls: StageRecord<TlsSession>,
    pub(crate) certificate: StageRecord<Certificate>,
    pub(crate) credssp: StageRecord<CredSsp>,
}

/// What a run of the main probe needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) options: &'a CheckOptions,
    /// The name or address that is looked for in the certificate; a name is sent in the server name indication.
    pub(crate) name: &'a str,
    pub(crate) deadline: Instant,
    pub(crate) offered: Option<SecurityProtocol>,
    pub(crate) versions: &'a [&'static SupportedProtocolVersion],
}

impl Settings<'_> {
    pub(crate) fn limit(&self, limit: Duration) -> Instant {
        (Instant::now() + limit).min(self.deadline)
    }
}

/// Carries out the check and returns everything that it saw.
pub(crate) async fn gather(target: &Target, options: &CheckOptions) -> Result<Evidence, Error> {
    let deadline = Instant::now() + options.deadline.saturating_sub(RESERVE);
    let name = options.server_name.clone().unwrap_or_else(|| target.host());
    let settings = Settings {
        options,
        name: &name,
        deadline,
        offered: Some(SecurityProtocol::USUAL_OFFER),
        versions: rustls::ALL_VERSIONS,
    };
    let mut evidence = Evidence::nothing(clock::now());
    evidence.expiry_threshold_days = options.expiry_threshold_days;
    let begun = Instant::now();

    let resolving = Instant::now();
    let resolved =
        resolve::resolve(target, options.address_family, settings.limit(options.resolve_timeout)).await?;
    let addresses = match resolved {
        Ok((facts, addresses)) => {
            evidence.stages.resolve = StageRecord::ended(Ok(facts), resolving.elapsed());
            addresses
        }
        Err(failure) => {
            evidence.stages.resolve = StageRecord::ended(Err(failure), resolving.elapsed());
            skip_after_failure(&mut evidence);
            return Ok(evidence);
        }
    };
    connect_and_run(&mut evidence, &settings, &addresses, begun).await?;
    skip_after_failure(&mut evidence);
    Ok(evidence)
}

async fn connect_and_run(
    evidence: &mut Evidence,
    settings: &Settings<'_>,
    addresses: &[SocketAddr],
    begun: Instant,
) -> Result<(), Error> {
    let connecting = Instant::now();
    let by = settings.limit(settings.options.connect_timeout);
    let connected = connect::connect(addresses, &mut evidence.connect_attempts, by).await?;
    let address = match &connected {
        Ok(peer) => peer.address(),
        Err(Stopped::AtOnce { address, .. }) => *address,
        Err(Stopped::Before(failure)) => failure
            .address
            .or_else(|| addresses.first().copied())
            .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0))),
    };
    let opened = AtomicU32::new(0);
    let context = Context::new(*settings, address, begun, &opened);
    match connected {
        Ok(mut peer) => {
            context.count_connection();
            let facts = Connection {
                address,
                round_trip: peer.round_trip(),
                round_trip_basis: peer.round_trip_basis(),
            };
            evidence.stages.connect = StageRecord::ended(Ok(facts), connecting.elapsed());
            let (negotiated, made) = negotiate_patiently(&mut peer, settings, &context).await?;
            take(evidence, run_from_negotiation(peer, settings, negotiated).await?);
            for made in made {
                add(evidence, made);
            }
        }
        Err(Stopped::AtOnce { address, elapsed }) => {
            context.count_connection();
            let facts =
                Connection { address, round_trip: elapsed, round_trip_basis: RoundTripBasis::ConnectTime };
            evidence.stages.connect = StageRecord::ended(Ok(facts), connecting.elapsed());
            evidence.stages.negotiate =
                StageRecord::ended(Err(Stopped::reset(address, elapsed)), Duration::ZERO);
        }
        Err(Stopped::Before(failure)) => {
            evidence.stages.connect = StageRecord::ended(Err(failure), connecting.elapsed());
        }
    }
    let depth = settings.options.depth;
    loop {
        evidence.connections = context.connections();
        let Some(step) = plan::next(evidence, depth) else {
            evidence.follow_ups_ended = FollowUpsEnded::NothingOpen;
            break;
        };
        if context.connections() >= depth.connection_budget() {
            evidence.follow_ups_ended = FollowUpsEnded::BudgetSpent;
            break;
        }
        if Instant::now() + step.pause + follow_up::LEAST_TIME > settings.deadline {
            evidence.follow_ups_ended = FollowUpsEnded::DeadlineReached;
            break;
        }
        tokio::time::sleep(step.pause).await;
        let made = Box::pin(follow_up::make(&step, &context)).await?;
        add(evidence, made);
    }
    evidence.connections = context.connections();
    note_nla(evidence);
    Ok(())
}

fn take(evidence: &mut Evidence, run: Run) {
    evidence.stages.negotiate = run.negotiate;
    evidence.stages.tls = run.tls;
    evidence.stages.certificate = run.certificate;
    evidence.stages.credssp = run.credssp;
}

/// Adds a follow-up to the evidence. A repeat that came further than the first try shows more of the host and takes its
/// place; the first try is kept among the follow-ups.
fn add(evidence: &mut Evidence, made: Made) {
    let Made { follow_up, run } = made;
    let first = evidence.failure().map(|(stage, failure)| (stage, failure.clone()));
    let refused = |failure: &StageFailure| matches!(failure.kind, FailureKind::NegotiationRejected { .. });
    if let (Some(run), Some((stage, failure))) = (run, first)
        && (follow_up.stage > stage
            || (follow_up.stage == stage
                && follow_up.failure.as_ref().is_none_or(|again| refused(again) && !refused(&failure))))
    {
        evidence.follow_ups.push(FollowUp {
            probe: Probe::FirstAttempt,
            asked_for: Vec::new(),
            started_after: Duration::ZERO,
            elapsed: failure.elapsed,
            stage,
            answer: None,
            failure: Some(failure),
            ..follow_up
        });
        take(evidence, run);
        return;
    }
    evidence.follow_ups.push(follow_up);
}

/// Waits for the X.224 answer; when none comes for a while, follow-ups run beside the waiting, so that a silent host is
/// judged without adding their time to its own.
async fn negotiate_patiently(
    peer: &mut Peer,
    settings: &Settings<'_>,
    context: &Context<'_>,
) -> Result<(StageRecord<Negotiation>, Vec<Made>), Error> {
    let begun = Instant::now();
    let by = settings.limit(settings.options.negotiate_timeout);
    let soft = begun + SOFT_SILENCE + peer.round_trip() * 2;
    let made = Mutex::new(Vec::new());
    let result = {
        // They end with the main connection's wait, so that a silent host is judged within its limit.
        let context = context.until(by);
        let beside = make_beside(soft, by, settings, &context, &made);
        let mut negotiating = std::pin::pin!(negotiate::negotiate(peer, settings.offered, by));
        let mut beside = std::pin::pin!(beside);
        tokio::select! {
            biased;
            result = &mut negotiating => {
                // A follow-up under way is finished when the host stays silent: it was begun to explain just that.
                let silent = matches!(&result, Err(failure) if matches!(failure.kind, FailureKind::TimedOut { .. }));
                if silent && Instant::now() > soft {
                    beside.await?;
                }
                Some(result)
            }
            explained = &mut beside => match explained? {
                // Another service owns the port: there is nothing more to wait for.
                true => None,
                false => Some(negotiating.await),
            },
        }
    };
    let result = match result {
        Some(result) => result,
        None => Err(peer.silence(Operation::Receive)),
    };
    Ok((
        StageRecord::ended(result, begun.elapsed()),
        made.into_inner().unwrap_or_else(PoisonError::into_inner),
    ))
}

/// Returns whether one of them found what explains the silence.
async fn make_beside(
    from: Instant,
    to: Instant,
    settings: &Settings<'_>,
    context: &Context<'_>,
    made: &Mutex<Vec<Made>>,
) -> Result<bool, Error> {
    sleep_until(from).await;
    for step in plan::beside_silence() {
        let spent = context.connections() >= settings.options.depth.connection_budget();
        if spent || Instant::now() + step.pause + follow_up::LEAST_TIME > to {
            break;
        }
        // When the main connection is answered meanwhile, the follow-up is given up and this is what is reported of it.
        let given_up = Made { follow_up: follow_up::given_up(&step, context), run: None };
        made.lock().unwrap_or_else(PoisonError::into_inner).push(given_up);
        let finished = Box::pin(follow_up::make(&step, context)).await?;
        let explains = plan::shows_another_service(&finished.follow_up);
        if let Some(last) = made.lock().unwrap_or_else(PoisonError::into_inner).last_mut() {
            *last = finished;
        }
        if explains {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Carries on from the X.224 answer as far as the host lets us, then closes in order.
pub(crate) async fn run_from_negotiation(
    mut peer: Peer,
    settings: &Settings<'_>,
    negotiate: StageRecord<Negotiation>,
) -> Result<Run, Error> {
    let mut run = Run {
        negotiate,
        tls: StageRecord::skipped(SkipReason::NotReached),
        certificate: StageRecord::skipped(SkipReason::NotReached),
        credssp: StageRecord::skipped(SkipReason::NotReached),
    };
    let Some(selected) = run.negotiate.facts().map(|facts| facts.selected) else {
        skip_rest(&mut run, SkipReason::EarlierStageFailed);
        peer.close().await;
        return Ok(run);
    };
    if !selected.uses_tls() {
        skip_rest(&mut run, SkipReason::NotNegotiated);
        peer.close().await;
        return Ok(run);
    }
    let begun = Instant::now();
    if begun >= settings.deadline {
        skip_rest(&mut run, SkipReason::DeadlineReached);
        peer.close().await;
        return Ok(run);
    }
    let mut tls = Tls::new(settings.name, settings.versions)?;
    let result = tls.handshake(&mut peer, settings.name, settings.limit(settings.options.tls_timeout)).await;
    run.tls = StageRecord::ended(result, begun.elapsed());
    let reading = Instant::now();
    let chain = tls.chain();
    if let Some((own, others)) = chain.split_first() {
        // TLS 1.2 shows the certificate before it can fail; TLS 1.3 too, as far as we could decrypt it.
        let others: Vec<&[u8]> = others.iter().map(AsRef::as_ref).collect();
        let read = crate::wire::certificate::read(own, &others, settings.name, clock::now());
        let record = read.map_err(|problem| unreadable_certificate(&peer, &problem));
        run.certificate = StageRecord::ended(record, reading.elapsed());
    }
    if run.tls.failure().is_some() {
        if chain.is_empty() {
            run.certificate = StageRecord::skipped(SkipReason::EarlierStageFailed);
        }
        run.credssp = StageRecord::skipped(SkipReason::EarlierStageFailed);
        peer.close().await;
        return Ok(run);
    }
    if !selected.uses_credssp() {
        run.credssp = StageRecord::skipped(SkipReason::NotNegotiated);
    } else if Instant::now() >= settings.deadline {
        run.credssp = StageRecord::skipped(SkipReason::DeadlineReached);
    } else {
        let begun = Instant::now();
        let result =
            credssp::ask(&mut tls, &mut peer, settings.limit(settings.options.credssp_timeout)).await;
        run.credssp = StageRecord::ended(result, begun.elapsed());
    }
    tls.close(peer, settings.limit(RESERVE)).await;
    Ok(run)
}

fn unreadable_certificate(peer: &Peer, problem: &str) -> StageFailure {
    peer.failure(
        FailureKind::ProtocolViolation {
            expected: "an X.509 certificate".to_owned(),
            got: format!("something else ({problem})"),
        },
        Operation::Receive,
    )
}

fn skip_rest(run: &mut Run, reason: SkipReason) {
    run.tls = StageRecord::skipped(reason);
    run.certificate = StageRecord::skipped(reason);
    run.credssp = StageRecord::skipped(reason);
}

/// Stages that were never come to say so.
fn skip_after_failure(evidence: &mut Evidence) {
    fn fill<T>(record: &mut StageRecord<T>, failed: &mut bool) {
        use crate::evidence::StageOutcome;
        match &record.outcome {
            StageOutcome::Failed(_) => *failed = true,
            StageOutcome::Skipped(SkipReason::NotReached) if *failed => {
                *record = StageRecord::skipped(SkipReason::EarlierStageFailed);
            }
            StageOutcome::Completed(_) | StageOutcome::Skipped(_) => {}
        }
    }
    let mut failed = false;
    let stages = &mut evidence.stages;
    fill(&mut stages.resolve, &mut failed);
    fill(&mut stages.connect, &mut failed);
    fill(&mut stages.negotiate, &mut failed);
    fill(&mut stages.tls, &mut failed);
    fill(&mut stages.certificate, &mut failed);
    fill(&mut stages.credssp, &mut failed);
}

/// Whether clients without CredSSP are refused is a fact about the host that only another connection can show.
fn note_nla(evidence: &mut Evidence) {
    use crate::evidence::{Answer, NetworkLevelAuthentication, StageOutcome};
    let StageOutcome::Completed(facts) = &mut evidence.stages.negotiate.outcome else {
        return;
    };
    if facts.network_level_authentication != NetworkLevelAuthentication::Selected {
        return;
    }
    for follow_up in evidence.follow_ups.iter().filter(|follow_up| follow_up.probe == Probe::OfferSsl) {
        let refused = follow_up.failure.as_ref().map(|failure| &failure.kind);
        if matches!(refused, Some(FailureKind::NegotiationRejected { code: 5, .. })) {
            facts.network_level_authentication = NetworkLevelAuthentication::Required;
        } else if matches!(&follow_up.answer, Some(Answer::Negotiated(_))) {
            facts.network_level_authentication = NetworkLevelAuthentication::Optional;
        }
    }
}
