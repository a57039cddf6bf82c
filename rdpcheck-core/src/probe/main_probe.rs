use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustls::SupportedProtocolVersion;
use rustls::pki_types::{CertificateDer, UnixTime};
use tokio::time::{Instant, sleep_until};

use super::connect::Stopped;
use super::credssp::Start;
use super::follow_up::{self, Context, Made, Shared};
use super::negotiate::Request;
use super::open::Open;
use super::peer::Peer;
use super::plan::Situation;
use super::socket::Setup;
use super::tls::Tls;
use super::{clock, connect, credssp, mcs, negotiate, path, plan, resolve, trust};
use crate::diagnose::{Verdict, verdicts};
use crate::evidence::{
    Aftermath, Answer, Certificate, Connection, CredSsp, Evidence, FailureKind, FollowUp, FollowUpsEnded,
    Negotiation, Operation, Probe, RoundTripBasis, SecurityProtocol, SkipReason, SpnegoAnswer, Stage,
    StageFailure, StageOutcome, StageRecord, StandardSecurity, TlsSession, Trust, VerdictChange,
};
use crate::wire::certificate;
use crate::{CheckOptions, Error, Target};

/// After this long without an answer the follow-ups begin, while the main connection still waits.
const SOFT_SILENCE: Duration = Duration::from_millis(1200);
/// What is kept of the deadline for closing and diagnosing.
const RESERVE: Duration = Duration::from_millis(20);

/// How a run of the main probe ended, stage by stage.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) negotiate: StageRecord<Negotiation>,
    pub(crate) tls: StageRecord<TlsSession>,
    pub(crate) certificate: StageRecord<Certificate>,
    pub(crate) credssp: StageRecord<CredSsp>,
    pub(crate) standard_security: StageRecord<StandardSecurity>,
    /// Where CredSSP was begun with SPNEGO.
    pub(crate) spnego: Option<SpnegoAnswer>,
    /// Segments that had to be sent again.
    pub(crate) resent: Option<u64>,
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
    pub(crate) start: Start,
}

impl<'a> Settings<'a> {
    pub(crate) fn limit(&self, limit: Duration) -> Instant {
        Instant::now().checked_add(limit).map_or(self.deadline, |by| by.min(self.deadline))
    }

    pub(crate) fn request(&self) -> Request<'a> {
        Request { offered: self.offered, cookie: self.options.probe_name.as_ref(), split: false }
    }
}

/// Hears which stage the main connection is in, and until when it waits there.
type Progress<'a> = &'a (dyn Fn(Stage, Instant) + Sync);

/// Carries out the check and returns everything that it saw.
pub(crate) async fn gather(target: &Target, options: &CheckOptions) -> Result<Evidence, Error> {
    let deadline = Instant::now() + options.whole_deadline().saturating_sub(RESERVE);
    let name = options.server_name.clone().unwrap_or_else(|| target.host());
    let settings = Settings {
        options,
        name: &name,
        deadline,
        offered: Some(SecurityProtocol::USUAL_OFFER),
        versions: rustls::ALL_VERSIONS,
        start: Start::Ntlm(crate::wire::tsrequest::VERSION),
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
    let first = addresses.first().copied().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)));
    let shared = Shared::new(first);
    let context = Context::new(settings, begun, &shared);
    for made in connect_and_run(&mut evidence, &settings, &addresses, &shared, &context).await? {
        add(&mut evidence, made, &settings).await;
    }
    follow_up_on(&mut evidence, &settings, &context).await?;
    evidence.connections = shared.open.all();
    evidence.connections_at_once = shared.open.most();
    if let StageOutcome::Completed(facts) = &mut evidence.stages.path.outcome
        && facts.segments.is_some()
    {
        let tally = shared.open.tally();
        facts.segments = Some(path::segments(&tally));
        facts.connections_with_loss = tally.connections_with_loss;
    }
    note_offers(&mut evidence);
    skip_after_failure(&mut evidence);
    Ok(evidence)
}

/// The main connection, with follow-ups beside it where it has to wait.
async fn connect_and_run(
    evidence: &mut Evidence,
    settings: &Settings<'_>,
    addresses: &[SocketAddr],
    shared: &Shared,
    context: &Context<'_>,
) -> Result<Vec<Made>, Error> {
    let by = settings.limit(settings.options.connect_timeout);
    let waiting = Mutex::new(Waiting { stage: Stage::Connect, since: Instant::now(), by, ended: false });
    let progress = |stage, by| {
        *waiting.lock().unwrap_or_else(PoisonError::into_inner) =
            Waiting { stage, since: Instant::now(), by, ended: false };
    };
    let made = Mutex::new(Vec::new());
    {
        let main = run_main(evidence, settings, addresses, shared, &progress);
        let mut main = std::pin::pin!(main);
        let mut beside = std::pin::pin!(make_beside(&waiting, settings, context, &made));
        tokio::select! {
            biased;
            result = &mut main => {
                let silent = result?;
                waiting.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
                // A follow-up under way is finished when the host stays silent: it was begun to explain just that.
                let under_way = !made.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
                if silent && under_way {
                    beside.await?;
                }
            }
            explained = &mut beside => {
                explained?;
                // Another service owns the port: there is nothing more to wait for.
                waiting.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
            }
        }
    }
    if evidence.stages.negotiate.outcome == StageOutcome::Skipped(SkipReason::NotReached)
        && evidence.stages.connect.facts().is_some()
    {
        let silence = silence(evidence, &waiting);
        evidence.stages.negotiate = StageRecord::ended(Err(silence.0), silence.1);
    }
    Ok(made.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Where the main connection is.
#[derive(Clone, Copy)]
struct Waiting {
    stage: Stage,
    since: Instant,
    by: Instant,
    ended: bool,
}

/// The silence of a main connection that was given up because another service had been found on the port.
fn silence(evidence: &Evidence, waiting: &Mutex<Waiting>) -> (StageFailure, Duration) {
    let since = waiting.lock().unwrap_or_else(PoisonError::into_inner).since;
    let facts = evidence.stages.connect.facts();
    let failure = StageFailure {
        kind: FailureKind::TimedOut { request: crate::evidence::Acknowledgement::NotObservable },
        operation: Operation::Receive,
        address: facts.map(|facts| facts.address),
        elapsed: since.elapsed(),
        round_trip: facts.map(|facts| facts.round_trip),
        bytes_sent: 0,
        bytes_received: 0,
        bytes_unacknowledged: None,
        os_error: None,
        first_bytes: None,
    };
    (failure, since.elapsed())
}

/// Connects and runs the main probe. Returns whether it ended in silence.
async fn run_main(
    evidence: &mut Evidence,
    settings: &Settings<'_>,
    addresses: &[SocketAddr],
    shared: &Shared,
    progress: Progress<'_>,
) -> Result<bool, Error> {
    let connecting = Instant::now();
    let by = settings.limit(settings.options.connect_timeout);
    let attempts = &mut evidence.connect_attempts;
    let connected = connect::connect(addresses, attempts, Setup::default(), &shared.open, by).await?;
    match connected {
        Ok(mut peer) => {
            peer.is_main();
            shared.set_address(peer.address());
            shared.set_round_trip(peer.round_trip());
            let facts = Connection {
                address: peer.address(),
                round_trip: peer.round_trip(),
                round_trip_basis: peer.round_trip_basis(),
                segments_resent: peer.segments_resent(),
            };
            evidence.stages.connect = StageRecord::ended(Ok(facts), connecting.elapsed());
            let begun = Instant::now();
            let by = settings.limit(settings.options.negotiate_timeout);
            progress(Stage::Negotiate, by);
            let negotiated = negotiate::negotiate(&mut peer, settings.request(), by).await;
            let negotiated = StageRecord::ended(negotiated, begun.elapsed());
            let run = run_from_negotiation(peer, settings, negotiated, progress).await?;
            shared.note_slowness(run.negotiate.facts().and(run.negotiate.elapsed));
            shared.note_slowness(run.tls.facts().and(run.tls.elapsed));
            shared.note_slowness(run.credssp.facts().and(run.credssp.elapsed));
            if let Some(session) = run.tls.facts() {
                shared.note_good_hello(session.version.value, &[session.cipher_suite.value]);
            }
            take(evidence, run);
        }
        Err(Stopped::AtOnce { address, elapsed }) => {
            shared.set_address(address);
            drop(Open::count(&shared.open));
            let facts = Connection {
                address,
                round_trip: elapsed,
                round_trip_basis: RoundTripBasis::ConnectTime,
                segments_resent: None,
            };
            evidence.stages.connect = StageRecord::ended(Ok(facts), connecting.elapsed());
            evidence.stages.negotiate =
                StageRecord::ended(Err(Stopped::reset(address, elapsed)), Duration::ZERO);
        }
        Err(Stopped::Before(failure)) => {
            if let Some(address) = failure.address {
                shared.set_address(address);
            }
            evidence.stages.connect = StageRecord::ended(Err(failure), connecting.elapsed());
        }
    }
    Ok(evidence.failure().is_some_and(|(_, failure)| matches!(failure.kind, FailureKind::TimedOut { .. })))
}

/// One follow-up after the other, as the plan says.
async fn follow_up_on(
    evidence: &mut Evidence,
    settings: &Settings<'_>,
    context: &Context<'_>,
) -> Result<(), Error> {
    let options = settings.options;
    loop {
        evidence.connections = context.connections();
        let before = verdicts(evidence);
        let situation = Situation {
            evidence,
            verdicts: &before,
            depth: options.depth,
            client_error: options.client_error,
            may_wake: options.wake_on_lan.is_some(),
        };
        let Some(step) = plan::next(&situation) else {
            evidence.follow_ups_ended = if situation.pace().is_none() {
                FollowUpsEnded::TurnedAway
            } else {
                FollowUpsEnded::NothingOpen
            };
            break;
        };
        if step.connections == 0 && plan::takes_connections(step.probe) {
            evidence.follow_ups_ended = FollowUpsEnded::BudgetSpent;
            break;
        }
        if Instant::now() + step.pause + follow_up::LEAST_TIME > settings.deadline {
            evidence.follow_ups_ended = FollowUpsEnded::DeadlineReached;
            break;
        }
        tokio::time::sleep(step.pause).await;
        let made = Box::pin(follow_up::make(&step, context)).await?;
        add(evidence, made, settings).await;
    }
    Ok(())
}

fn take(evidence: &mut Evidence, run: Run) {
    let resent = run.resent;
    evidence.stages.negotiate = run.negotiate;
    evidence.stages.tls = run.tls;
    evidence.stages.certificate = run.certificate;
    evidence.stages.credssp = run.credssp;
    evidence.stages.standard_security = run.standard_security;
    if let (StageOutcome::Completed(facts), Some(_)) = (&mut evidence.stages.connect.outcome, resent) {
        facts.segments_resent = resent;
    }
}

/// Adds a follow-up to the evidence, what it shows of the host to the stages, and to the follow-up what it changed.
async fn add(evidence: &mut Evidence, made: Made, settings: &Settings<'_>) {
    let before = verdicts(evidence);
    let index = evidence.follow_ups.len();
    let Made { follow_up, run, chain } = made;
    let elapsed = follow_up.elapsed;
    let (stage, answer, failure) = (follow_up.stage, follow_up.answer.clone(), follow_up.failure.clone());
    place(evidence, follow_up, run);
    let stages = &mut evidence.stages;
    match (answer, failure) {
        (Some(Answer::Path(facts)), _) => stages.path = StageRecord::ended(Ok(facts), elapsed),
        (Some(Answer::TlsSupport(facts)), _) => stages.tls_support = StageRecord::ended(Ok(facts), elapsed),
        (Some(Answer::Udp(facts)), _) => stages.udp = StageRecord::ended(Ok(facts), elapsed),
        (_, Some(failure)) if stage == Stage::Udp => stages.udp = StageRecord::ended(Err(failure), elapsed),
        (Some(Answer::StandardSecurity(facts)), _) if stages.standard_security.facts().is_none() => {
            stages.standard_security = StageRecord::ended(Ok(facts), elapsed);
        }
        _ => {}
    }
    // A hand-made hello below TLS 1.3 shows the certificate of a host with which our library comes to nothing.
    if let (StageOutcome::Skipped(_), Some((own, others))) =
        (&stages.certificate.outcome, chain.split_first())
    {
        let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).collect();
        if let Ok(read) = certificate::read(own, &others, settings.name, clock::now()) {
            let trust = judge(&chain, in_date(&read)).await;
            evidence.stages.certificate =
                StageRecord::ended(Ok(Certificate { trust, ..read }), Duration::ZERO);
        }
    }
    note_offers(evidence);
    let after = verdicts(evidence);
    let unseen = |verdict: Option<&Verdict>| verdict.copied().unwrap_or(Verdict::NotObservable);
    let changed: Vec<VerdictChange> = crate::Cause::ALL
        .iter()
        .map(|cause| VerdictChange {
            cause: *cause,
            before: unseen(before.get(cause)),
            after: unseen(after.get(cause)),
        })
        .filter(|change| change.before != change.after)
        .collect();
    // Where a further try took the place of the first one, both are new.
    for follow_up in evidence.follow_ups.iter_mut().skip(index) {
        follow_up.changed.clone_from(&changed);
    }
}

/// A try that came further than the first shows more of the host and takes its place; the first try is kept among the
/// follow-ups.
fn place(evidence: &mut Evidence, follow_up: FollowUp, run: Option<Run>) {
    let adopts = matches!(
        follow_up.probe,
        Probe::Repeat | Probe::WithCookie | Probe::CredsspSpnego | Probe::CredsspKerberos
    );
    let first = evidence.failure().map(|(stage, failure)| (stage, failure.clone()));
    let refused = |failure: &StageFailure| matches!(failure.kind, FailureKind::NegotiationRejected { .. });
    if let (true, Some(run), Some((stage, failure))) = (adopts, run, first)
        && (follow_up.stage > stage
            || (follow_up.stage == stage
                && follow_up.failure.as_ref().is_none_or(|again| refused(again) && !refused(&failure))))
    {
        let certificate_sha256 =
            evidence.stages.certificate.facts().map(|certificate| certificate.sha256.clone());
        let first = FollowUp {
            probe: Probe::FirstAttempt,
            asked_for: Vec::new(),
            started_after: Duration::ZERO,
            elapsed: failure.elapsed,
            stage,
            answer: None,
            failure: Some(failure),
            certificate_sha256,
            connections: 1,
            ..follow_up.clone()
        };
        // What every Windows client sends and our first try leaves out: that it helps is what this follow-up shows.
        if follow_up.probe != Probe::Repeat {
            evidence.follow_ups.push(follow_up);
        }
        evidence.follow_ups.push(first);
        take(evidence, run);
        return;
    }
    evidence.follow_ups.push(follow_up);
}

/// Follow-ups while the main connection waits, so that a silent host is judged without adding their time to its own. Ends
/// when one of them finds what explains the silence, or when the main connection has ended.
async fn make_beside(
    waiting: &Mutex<Waiting>,
    settings: &Settings<'_>,
    context: &Context<'_>,
    made: &Mutex<Vec<Made>>,
) -> Result<(), Error> {
    let now = || *waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut done = None;
    loop {
        let seen = now();
        if done == Some(seen.stage) {
            // Nothing more beside this stage. The next one may come soon.
            sleep_until(Instant::now() + Duration::from_millis(50)).await;
            if now().ended {
                return Ok(());
            }
            continue;
        }
        let heard = context.open().heard().filter(|heard| *heard > seen.since).unwrap_or(seen.since);
        let from = heard + SOFT_SILENCE + context.round_trip() * 2;
        if Instant::now() < from {
            sleep_until(from.min(Instant::now() + Duration::from_millis(100))).await;
            continue;
        }
        done = Some(seen.stage);
        for step in plan::beside_silence(seen.stage) {
            let takes = plan::takes_connections(step.probe);
            let spent = takes && context.connections() >= settings.options.depth.connection_budget();
            let current = now();
            if spent
                || current.ended
                || current.stage != seen.stage
                || Instant::now() + follow_up::LEAST_TIME > seen.by
            {
                break;
            }
            // They end with the main connection's wait, so that a silent host is judged within its limit.
            let context = context.beside(seen.by);
            // When the main connection is answered meanwhile, the follow-up is given up and this is what is reported of it.
            let given_up =
                Made { follow_up: follow_up::given_up(&step, &context), run: None, chain: Vec::new() };
            made.lock().unwrap_or_else(PoisonError::into_inner).push(given_up);
            let finished = Box::pin(follow_up::make(&step, &context)).await?;
            let explains = plan::shows_another_service(&finished.follow_up);
            if let Some(last) = made.lock().unwrap_or_else(PoisonError::into_inner).last_mut() {
                *last = finished;
            }
            if explains {
                return Ok(());
            }
        }
        if now().ended {
            return Ok(());
        }
    }
}

fn in_date(certificate: &Certificate) -> bool {
    (certificate.not_before..=certificate.not_after).contains(&certificate.read_at)
}

/// What this machine's trust store says of these certificates, the host's own first.
async fn judge(chain: &[Vec<u8>], in_date: bool) -> Trust {
    let chain: Vec<CertificateDer<'static>> =
        chain.iter().map(|certificate| CertificateDer::from(certificate.clone())).collect();
    let now = clock::now().unix_timestamp();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now).unwrap_or_default()));
    let untrusted = |reason: &str| Trust::Untrusted { reason: reason.to_owned() };
    match trust::judged(chain, now).await {
        trust::Trust::Trusted => Trust::Trusted,
        // The dates of the host's own certificate are judged by their own rule.
        trust::Trust::Expired | trust::Trust::NotYetValid if !in_date => Trust::Trusted,
        trust::Trust::Expired => untrusted("a certificate of its chain has expired"),
        trust::Trust::NotYetValid => untrusted("a certificate of its chain is not valid yet"),
        trust::Trust::UnknownIssuer => untrusted("no trusted certificate issued it"),
        trust::Trust::Refused(reason) => Trust::Untrusted { reason: crate::wire::text::tame(&reason) },
        trust::Trust::NotChecked(reason) => Trust::NotChecked { reason: crate::wire::text::tame(&reason) },
    }
}

/// Carries on from the X.224 answer as far as the host lets us, then closes in order.
pub(crate) async fn run_from_negotiation(
    mut peer: Peer,
    settings: &Settings<'_>,
    negotiate: StageRecord<Negotiation>,
    progress: Progress<'_>,
) -> Result<Run, Error> {
    let mut run = Run {
        negotiate,
        tls: StageRecord::skipped(SkipReason::NotReached),
        certificate: StageRecord::skipped(SkipReason::NotReached),
        credssp: StageRecord::skipped(SkipReason::NotReached),
        standard_security: StageRecord::skipped(SkipReason::NotReached),
        spnego: None,
        resent: None,
    };
    let Some(negotiated) = run.negotiate.facts().cloned() else {
        skip_rest(&mut run, SkipReason::EarlierStageFailed);
        return Ok(end(run, peer).await);
    };
    let begun = Instant::now();
    if begun >= settings.deadline {
        skip_rest(&mut run, SkipReason::DeadlineReached);
        return Ok(end(run, peer).await);
    }
    if !negotiated.selected.uses_tls() {
        skip_rest(&mut run, SkipReason::NotNegotiated);
        if negotiated.aftermath != Aftermath::Disconnected {
            // Only an answer to this proves Standard RDP Security.
            let by = settings.limit(settings.options.negotiate_timeout);
            progress(Stage::StandardSecurity, by);
            let result = mcs::ask(&mut peer, None, &negotiated, by).await;
            run.standard_security = StageRecord::ended(result, begun.elapsed());
        }
        return Ok(end(run, peer).await);
    }
    let selected = negotiated.selected;
    let mut tls = Tls::new(settings.name, settings.versions)?;
    let by = settings.limit(settings.options.tls_timeout);
    progress(Stage::Tls, by);
    let result = tls.handshake(&mut peer, settings.name, by).await;
    run.tls = StageRecord::ended(result, begun.elapsed());
    let reading = Instant::now();
    let chain = tls.chain();
    if let Some((own, others)) = chain.split_first() {
        // TLS 1.2 shows the certificate before it can fail; TLS 1.3 too, as far as we could decrypt it.
        let others: Vec<&[u8]> = others.iter().map(AsRef::as_ref).collect();
        let read = certificate::read(own, &others, settings.name, clock::now());
        let record = read.map_err(|problem| unreadable_certificate(&peer, &problem));
        run.certificate = StageRecord::ended(record, reading.elapsed());
    }
    if run.tls.failure().is_some() {
        if chain.is_empty() {
            run.certificate = StageRecord::skipped(SkipReason::EarlierStageFailed);
        }
        run.credssp = StageRecord::skipped(SkipReason::EarlierStageFailed);
        run.standard_security = StageRecord::skipped(SkipReason::EarlierStageFailed);
        return Ok(end(run, peer).await);
    }
    run.standard_security = StageRecord::skipped(SkipReason::NotNegotiated);
    let chain: Vec<Vec<u8>> = chain.iter().map(|certificate| certificate.to_vec()).collect();
    let dated = run.certificate.facts().is_none_or(in_date);
    let mut trust = None;
    if !selected.uses_credssp() {
        run.credssp = StageRecord::skipped(SkipReason::NotNegotiated);
    } else if Instant::now() >= settings.deadline {
        run.credssp = StageRecord::skipped(SkipReason::DeadlineReached);
    } else {
        let begun = Instant::now();
        let by = settings.limit(settings.options.credssp_timeout);
        progress(Stage::Credssp, by);
        // The first look into the trust store of a process takes longer than a host does to answer.
        let (trusted, result) =
            tokio::join!(judge(&chain, dated), credssp::ask(&mut tls, &mut peer, settings.start, by));
        trust = Some(trusted);
        let result = result.map(|answered| {
            run.spnego = answered.spnego;
            answered.facts
        });
        run.credssp = StageRecord::ended(result, begun.elapsed());
    }
    run.resent = peer.segments_resent();
    tls.close(peer, settings.limit(RESERVE)).await;
    if let StageOutcome::Completed(facts) = &mut run.certificate.outcome {
        facts.trust = match trust {
            Some(trust) => trust,
            None => judge(&chain, dated).await,
        };
    }
    Ok(run)
}

async fn end(mut run: Run, peer: Peer) -> Run {
    run.resent = peer.segments_resent();
    peer.close().await;
    run
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
    run.standard_security = StageRecord::skipped(reason);
}

/// Stages that were never come to say so.
fn skip_after_failure(evidence: &mut Evidence) {
    fn fill<T>(record: &mut StageRecord<T>, failed: &mut bool) {
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
    fill(&mut stages.standard_security, &mut failed);
}

/// Whether clients without CredSSP are refused, and what else the host takes, are facts that only further connections show.
fn note_offers(evidence: &mut Evidence) {
    use crate::evidence::NetworkLevelAuthentication;
    let StageOutcome::Completed(facts) = &mut evidence.stages.negotiate.outcome else {
        return;
    };
    for follow_up in &evidence.follow_ups {
        // A confirm that is taken back at once is no consent.
        if let Some(Answer::Negotiated(other)) = &follow_up.answer
            && other.aftermath != Aftermath::Disconnected
            && !facts.accepted.contains(&other.selected)
        {
            facts.accepted.push(other.selected);
        }
    }
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
