use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::follow_up::Context;
use super::kernel::Statistics;
use super::open::Tally;
use super::{hello, negotiate};
use crate::Error;
use crate::evidence::{Acknowledgement, FailureKind, PathQuality, SegmentCounts, StageFailure};
use crate::wire;

/// How long a round may take to connect, besides three round trips: less than the first retransmission of a SYN.
const CONNECT_WAIT: Duration = Duration::from_millis(900);
/// How long an answer is waited for, besides three round trips.
const ANSWER_WAIT: Duration = Duration::from_millis(900);
/// What a ClientHello is cut into, so that the kernel has many segments to count.
const PIECE: usize = 4;
/// Between the pieces: time for a segment of its own.
const BETWEEN: Duration = Duration::from_millis(1);
/// Between rounds, so that they see more of the path than a moment.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(400);
/// The same where the host has turned connections away.
const BETWEEN_SLOW_ROUNDS: Duration = Duration::from_millis(700);
/// Rounds that run at once.
const AT_ONCE: u32 = 2;

/// One connection.
struct Round {
    connect: Option<Duration>,
    outcome: Outcome,
    statistics: Result<Statistics, &'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// What was sent was acknowledged.
    Passed,
    /// Refused, reset, closed, or acknowledged without an answer: somebody is there, and the path let it pass.
    TurnedAway,
    /// Silence.
    Failed,
}

impl Outcome {
    fn of(failure: &StageFailure) -> Self {
        match failure.kind {
            FailureKind::Closed | FailureKind::Refused | FailureKind::Reset => Self::TurnedAway,
            // The host's TCP has it all; its service is slow.
            FailureKind::TimedOut { request: Acknowledgement::Acknowledged } => Self::TurnedAway,
            _ => Self::Failed,
        }
    }
}

/// Makes up to so many connections and adds up what the kernel counted. Two are open at once, or one when the host minds
/// how quickly they come.
pub(crate) async fn measure(
    context: &Context<'_>,
    connections: u32,
    slowly: bool,
) -> Result<PathQuality, Error> {
    let rounds = if slowly {
        rounds(context, connections, BETWEEN_SLOW_ROUNDS).await?
    } else {
        let first = connections.div_ceil(AT_ONCE);
        let rest = connections.saturating_sub(first);
        let (one, other) =
            tokio::join!(rounds(context, first, BETWEEN_ROUNDS), rounds(context, rest, BETWEEN_ROUNDS));
        one?.into_iter().chain(other?).collect()
    };
    Ok(sum(&rounds, &context.open().tally()))
}

async fn rounds(context: &Context<'_>, count: u32, between: Duration) -> Result<Vec<Round>, Error> {
    let mut rounds = Vec::new();
    for number in 0..count {
        if number > 0 {
            sleep(between).await;
        }
        // A round that the deadline would cut short says nothing.
        let patience = context.round_trip() * 3;
        if context.is_late_by(CONNECT_WAIT + (ANSWER_WAIT + patience) * 2) {
            break;
        }
        let round = round(context).await?;
        if round.outcome == Outcome::Failed && context.is_late() {
            break;
        }
        rounds.push(round);
    }
    Ok(rounds)
}

async fn round(context: &Context<'_>) -> Result<Round, Error> {
    let patience = context.round_trip() * 3;
    let mut begun = Instant::now();
    let mut connected = context.connect(CONNECT_WAIT + patience, None).await?;
    if matches!(&connected, Err((_, failure)) if Outcome::of(failure) == Outcome::Failed) {
        // Once may be a lost SYN, twice in a row is more.
        begun = Instant::now();
        connected = context.connect(CONNECT_WAIT + patience, None).await?;
        if connected.is_ok() {
            context.open().add_lost_syn();
        }
    }
    let mut peer = match connected {
        Ok(peer) => peer,
        Err((_, failure)) => {
            let statistics = Err("a connection did not stand");
            return Ok(Round { connect: None, outcome: Outcome::of(&failure), statistics });
        }
    };
    let connect = begun.elapsed();
    let by = context.limit(ANSWER_WAIT + patience);
    let negotiated = negotiate::negotiate(&mut peer, context.request(), by).await;
    let mut outcome = Outcome::Passed;
    match negotiated {
        Err(failure) => outcome = Outcome::of(&failure),
        Ok(negotiated) => {
            let next = if negotiated.selected.uses_tls() {
                hello::broad(context, hello::Suites::Current)?.encode()
            } else {
                wire::mcs::connect_initial(negotiated.selected, negotiated.flags.unwrap_or_default())
            };
            let by = context.limit(ANSWER_WAIT + patience);
            for piece in next.chunks(PIECE) {
                if let Err(failure) = peer.send(piece, by).await {
                    outcome = Outcome::of(&failure);
                    break;
                }
                sleep(BETWEEN).await;
            }
            // Whatever it is, an answer acknowledges what was sent.
            let by = context.limit(ANSWER_WAIT + patience);
            if let Err(failure) = peer.receive(&mut [0; 4096], by).await
                && Outcome::of(&failure) == Outcome::TurnedAway
            {
                outcome = Outcome::TurnedAway;
            }
            if outcome == Outcome::Passed && peer.unacknowledged().is_some_and(|bytes| bytes > 0) {
                outcome = Outcome::Failed;
            }
        }
    }
    let statistics = peer.statistics();
    peer.close().await;
    Ok(Round { connect: Some(connect), outcome, statistics })
}

fn sum(rounds: &[Round], tally: &Tally) -> PathQuality {
    let counted: Vec<&Statistics> =
        rounds.iter().filter_map(|round| round.statistics.as_ref().ok()).collect();
    let connects = || rounds.iter().filter_map(|round| round.connect);
    let mut round_trips: Vec<Duration> =
        counted.iter().filter_map(|statistics| statistics.smoothed_round_trip).collect();
    round_trips.sort_unstable();
    let counts = counted
        .iter()
        .any(|statistics| statistics.data_segments_sent.is_some() && statistics.retransmitted.is_some());
    let not_observable = (!counts).then(|| {
        rounds
            .iter()
            .find_map(|round| round.statistics.as_ref().err().copied())
            .unwrap_or("the system does not count them")
            .to_owned()
    });
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    PathQuality {
        rounds: count(rounds.len()),
        rounds_failed: count(rounds.iter().filter(|round| round.outcome == Outcome::Failed).count()),
        rounds_turned_away: count(rounds.iter().filter(|round| round.outcome == Outcome::TurnedAway).count()),
        connections_with_loss: tally.connections_with_loss,
        connect_least: connects().min(),
        connect_greatest: connects().max(),
        round_trip_least: counted.iter().filter_map(|statistics| statistics.least_round_trip).min(),
        round_trip: round_trips.get(round_trips.len() / 2).copied(),
        round_trip_variation: counted.iter().filter_map(|statistics| statistics.round_trip_variation).max(),
        segments: counts.then(|| segments(tally)),
        not_observable,
    }
}

/// What the connections so far say.
pub(crate) fn segments(tally: &Tally) -> SegmentCounts {
    let mut counts = SegmentCounts::new(tally.sent, tally.resent);
    counts.resent_needlessly = tally.needless;
    counts.timeouts = tally.timeouts;
    counts.received = tally.received;
    counts.received_ahead = tally.ahead;
    counts
}
