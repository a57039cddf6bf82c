use std::time::Duration;

use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::rule::{Effect, Rule, rules};
use super::super::view::View;
use crate::evidence::{FailureKind, FollowUp, PathQuality, Probe, SegmentCounts, Stage, StageFailure};

const PATH: &str = "/stages/path/facts";
const CONNECT: &str = "/stages/connect/facts";

/// From here on typing and scrolling lag. A bound of ours: there is no standard one.
const NOTICED: Duration = Duration::from_millis(200);
/// From here on a session is hard to use, and clients with short timers give up.
const UNUSABLE: Duration = Duration::from_millis(500);
/// So many clean rounds say that the path is stable for now.
const CLEAN_ROUNDS: u32 = 6;

rules! {
    // Now and then
    CAME_FURTHER: Fits [UnstablePath, ConnectionLimit, CertificateVaries], "came-further", "the first try failed and a later one came further";
    CUT_OFF_AT_TIMES: Supports [ConnectionLimit], "cut-off-at-times", "some connections are cut off before anything is answered, more than once, and others come further";
    TURNED_AWAY: Fits [ConnectionLimit], "turned-away", "the first connection was served, and at least three of the further ones were refused or cut off";
    EVERY_ONE_SERVED: Excludes [ConnectionLimit], "every-one-served", "each of six rounds or more was served, and no other connection was turned away";
    SERVED: Hides [ConnectionLimit], "served", "the connection was served, and a limit shows only with many";
    // In passing
    RESENT_IN_PASSING: Fits [PacketLoss], "resent-in-passing", "segments of the main connection were sent again";
    SLOW_IN_PASSING: Fits [SlowPath], "slow-in-passing", "the round trip of the first connection took 200 ms or more";
    HARDLY_USED: Hides [PacketLoss, UnstablePath, SlowPath], "path-hardly-used", "the path was used for too few connections to judge it";
    // Rounds
    COMES_AND_GOES: Supports [UnstablePath], "comes-and-goes", "rounds fail or nothing comes back for a while, and between that everything passes";
    ROUNDS_CLEAN: Excludes [UnstablePath], "rounds-clean", "every one of six rounds or more stood";
    // Segments
    NONE_LOST: Excludes [PacketLoss], "none-lost", "none of the counted segments was lost";
    ONE_RESENT: Hides [PacketLoss], "one-resent", "one segment was sent again or out of turn, as happens anywhere";
    NOT_COUNTED: Hides [PacketLoss], "not-counted", "the system does not count segments that are sent again";
    LOST_ON_SEVERAL: Confirms [PacketLoss], "lost-on-several", "three segments or more were sent again, on at least two connections";
    LOST_SOME: Supports [PacketLoss], "lost-some", "at least two segments were lost, or one and a whole round";
    SENT_NEEDLESSLY: Fits [PacketLoss], "sent-needlessly", "several segments that were sent again had arrived";
    LOST_IN_ONE_GO: Opposes [PacketLoss], "lost-in-one-go", "what was lost was lost in one go, as where a path breaks off";
    // Round trips
    QUICK: Excludes [SlowPath], "quick", "the round trip takes less than 200 ms";
    SLOW: Supports [SlowPath], "slow", "the round trip takes 200 ms or more";
    VERY_SLOW: Confirms [SlowPath], "very-slow", "the round trip takes 500 ms or more";
    // The side channel
    UDP_ANSWERS: Hides [UdpTransportDrops], "udp-answers", "RDP-UDP is answered, and whether it lasts shows only in a session";
    UDP_UNUSED: Hides [UdpTransportDrops], "udp-unused", "RDP-UDP is not answered, and sessions then use TCP alone";
}

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    now_and_then(view, board);
    match view.evidence.stages.path.facts() {
        Some(facts) => measured(view, facts, board),
        None => in_passing(view, board),
    }
    let rounds = view.evidence.connections;
    board.hide_rest(
        HARDLY_USED,
        &format!(
            "The path was used for {rounds} short connection{}, too few to judge it.",
            if rounds == 1 { "" } else { "s" }
        ),
    );
    turned_away(view, board);
    udp(view, board);
    if view.failure.is_none() && view.evidence.stages.connect.facts().is_some() {
        board.hide_rest(SERVED, "This connection was not refused; a limit shows only with many.");
    }
}

/// The first connection was served, and several of the later ones were turned away.
fn turned_away(view: &View<'_>, board: &mut Board) {
    if view.failure.is_some() {
        return;
    }
    let away: Vec<_> = view
        .evidence
        .follow_ups
        .iter()
        .filter(|follow_up| {
            !matches!(follow_up.probe, Probe::WebSocket3387 | Probe::WebSocket3392 | Probe::FirstAttempt)
                && follow_up.failure.as_ref().is_some_and(|failure| match follow_up.stage {
                    Stage::Connect => failure.kind == FailureKind::Refused,
                    Stage::Negotiate => {
                        matches!(failure.kind, FailureKind::Closed | FailureKind::Reset)
                            && failure.first_bytes.is_none()
                    }
                    _ => false,
                })
        })
        .collect();
    if away.len() < 3 {
        if away.is_empty() {
            every_one_served(view, board);
        }
        return;
    }
    let entry = board.apply(
        TURNED_AWAY,
        format!(
            "The first connection was served, and {} of the further ones were refused or cut off: the host, or a protector in front of it, minds how many come, or how quickly. A single client may never notice.",
            away.len()
        ),
    );
    entry.weighs(Weight::Informs);
    for follow_up in away.iter().take(4) {
        let how = follow_up.failure.as_ref().map_or_else(String::new, |failure| failure.kind.to_string());
        entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
    }
    entry.not_proved("that it is not this check's own pace that it minds");
}

/// A limit that is in effect would have turned somebody away.
fn every_one_served(view: &View<'_>, board: &mut Board) {
    let rounds = view.evidence.stages.path.facts().filter(|facts| {
        facts.rounds >= CLEAN_ROUNDS && facts.rounds_failed == 0 && facts.rounds_turned_away == 0
    });
    if let Some(facts) = rounds.filter(|_| view.first_attempt().is_none()) {
        board.apply_to_all(
            EVERY_ONE_SERVED,
            &format!("All of {} connections in a row were served, and so were the others.", facts.rounds),
            &format!("{PATH}/rounds"),
        );
    }
}

/// Whether the side channel over UDP could be used. That it cannot is no fault.
fn udp(view: &View<'_>, board: &mut Board) {
    let stage = &view.evidence.stages.udp;
    match (stage.facts(), stage.failure()) {
        (Some(facts), _) => board.hide(
            UDP_ANSWERS,
            &format!(
                "The host answers RDP-UDP (version {}). Whether the transport then lasts shows only in a session.",
                facts.version.unwrap_or(1)
            ),
        ),
        (None, Some(failure)) => board.hide(
            UDP_UNUSED,
            &format!(
                "UDP is not answered ({}): sessions then use TCP alone, which is no fault.",
                failure.kind
            ),
        ),
        (None, None) => {}
    }
}

/// What the main connection noticed of the path.
fn in_passing(view: &View<'_>, board: &mut Board) {
    let Some(facts) = view.evidence.stages.connect.facts() else {
        return;
    };
    if let Some(resent) = facts.segments_resent.filter(|resent| *resent > 0) {
        board
            .apply(
                RESENT_IN_PASSING,
                format!("{} of the main connection had to be sent again.", segments(resent)),
            )
            .weighs(Weight::Informs)
            .seen(&format!("{CONNECT}/segments_resent"), resent.to_string())
            .not_proved("that the path loses more than now and then a segment");
    }
    if facts.round_trip >= NOTICED {
        board
            .apply(
                SLOW_IN_PASSING,
                format!("The round trip of the first connection took {}.", milliseconds(facts.round_trip)),
            )
            .weighs(Weight::Informs)
            .seen(&format!("{CONNECT}/round_trip_seconds"), milliseconds(facts.round_trip));
    }
}

fn measured(view: &View<'_>, facts: &PathQuality, board: &mut Board) {
    let stood = facts.rounds.saturating_sub(facts.rounds_failed).saturating_sub(facts.rounds_turned_away);
    let breaks = facts.segments.is_some_and(|counts| breaks_off(&counts, facts));
    let lossy = facts.segments.is_some_and(|counts| all_signs(&counts) >= u64::from(facts.rounds_failed));
    if breaks || facts.rounds_failed > 0 && !lossy {
        let timeouts = facts.segments.and_then(|counts| counts.timeouts).unwrap_or_default();
        board
            .apply(
                COMES_AND_GOES,
                format!(
                    "{} of {} connections within a few seconds came to nothing, on others nothing came back for a while ({timeouts} times), and between that everything passed: the path or the host comes and goes.",
                    facts.rounds_failed, facts.rounds
                ),
            )
            .weighs(Weight::Degrades)
            .seen(PATH, format!("{} of {} rounds failed, {timeouts} timeouts", facts.rounds_failed, facts.rounds))
            .not_proved("which part of the path or of the host it is");
    } else if facts.rounds_failed == 0
        && stood >= CLEAN_ROUNDS
        && view.failure.is_none()
        && view.first_attempt().is_none()
    {
        board.apply_to_all(
            ROUNDS_CLEAN,
            &format!("All of {stood} connections stood, for as long as was looked."),
            PATH,
        );
    }
    match facts.segments {
        Some(counts) => loss(view, facts, &counts, breaks, board),
        None => board.hide(
            NOT_COUNTED,
            &format!(
                "Segments that were sent again are not counted: {}.",
                facts.not_observable.as_deref().unwrap_or("the system does not tell")
            ),
        ),
    }
    slowness(facts, board);
}

/// Signs of segments that were lost among others that arrived.
fn signs(counts: &SegmentCounts) -> u64 {
    let after_timeouts = counts.timeouts.unwrap_or_default().min(counts.resent);
    (counts.resent - after_timeouts)
        .saturating_add(counts.resent_needlessly)
        .saturating_add(counts.received_ahead)
}

/// Those that the timer found as well.
fn all_signs(counts: &SegmentCounts) -> u64 {
    counts.resent.saturating_add(counts.resent_needlessly).saturating_add(counts.received_ahead)
}

/// Whether what was lost was lost in one go: then a connection's timer fires again and again or whole rounds fail, while of
/// single losses the segments around them tell, and the first try after them gets through.
fn breaks_off(counts: &SegmentCounts, facts: &PathQuality) -> bool {
    let Some(timeouts) = counts.timeouts else {
        return false;
    };
    let again = timeouts >= u64::from(facts.connections_with_loss).saturating_mul(2);
    let outages = timeouts.saturating_add(facts.rounds_failed.into());
    outages >= 2 && (again || facts.rounds_failed >= 2) && signs(counts).saturating_mul(2) < outages
}

fn loss(view: &View<'_>, facts: &PathQuality, counts: &SegmentCounts, breaks: bool, board: &mut Board) {
    let at = format!("{PATH}/segments");
    let signs = counts.resent.saturating_add(counts.received_ahead);
    if signs == 0 {
        // One that was sent again and had arrived was only slow to be acknowledged.
        let many = counts.resent_needlessly > 2;
        if facts.rounds_failed == 0 && !many {
            board.apply_to_all(
                NONE_LOST,
                &format!(
                    "None of {} segments that were sent was lost: a loss of more than {} would have shown (95 %).",
                    counts.sent,
                    percent(counts.loss_high)
                ),
                &at,
            );
        }
        if !many {
            return;
        }
    }
    if counts.resent + counts.received_ahead == 1 && !breaks {
        return board.hide(
            ONE_RESENT,
            &format!(
                "One segment of {} was sent again or out of turn, as happens on any network now and then.",
                counts.sent
            ),
        );
    }
    let rule = match signs.saturating_add(facts.rounds_failed.into()) {
        _ if counts.resent >= 3 && facts.connections_with_loss >= 2 => LOST_ON_SEVERAL,
        2.. => LOST_SOME,
        _ => SENT_NEEDLESSLY,
    };
    let stops = view.failure.is_some_and(|(_, failure)| matches!(failure.kind, FailureKind::TimedOut { .. }));
    let message = if counts.resent > 0 {
        format!(
            "{} had to be sent again: about {} are lost (between {} and {}, 95 %).",
            segments(counts.resent),
            percent(counts.loss),
            percent(counts.loss_low),
            percent(counts.loss_high)
        )
    } else {
        format!(
            "None of {} segments that were sent was lost, and there are signs of loss on the way back: {} came ahead of one that was missing, and {} that was sent again had arrived.",
            counts.sent, counts.received_ahead, counts.resent_needlessly
        )
    };
    board
        .apply(rule, message)
        .weighs(match rule.effect {
            _ if breaks => Weight::Informs,
            Effect::Confirms if stops => Weight::Blocks,
            Effect::Confirms | Effect::Supports => Weight::Degrades,
            _ => Weight::Informs,
        })
        .seen(
            &at,
            format!(
                "{} of {} segments sent again, {} of {} received ahead of one that was missing, signs of loss on {} of {} connections",
                counts.resent,
                counts.sent,
                counts.received_ahead,
                counts.received,
                facts.connections_with_loss,
                view.evidence.connections
            ),
        )
        .not_proved("in which direction: a lost acknowledgement looks the same from here");
    if breaks {
        board.apply(LOST_IN_ONE_GO, "What was lost was lost in one go, as where a path breaks off.").seen(
            PATH,
            format!(
                "{} of {} rounds failed, {} timeouts",
                facts.rounds_failed,
                facts.rounds,
                counts.timeouts.unwrap_or_default()
            ),
        );
    }
}

fn slowness(facts: &PathQuality, board: &mut Board) {
    let Some(round_trip) = facts.round_trip else {
        return;
    };
    let at = format!("{PATH}/round_trip_seconds");
    if round_trip < NOTICED {
        board.apply_to_all(QUICK, &format!("The round trip takes {}.", milliseconds(round_trip)), &at);
        return;
    }
    let unusable = round_trip >= UNUSABLE;
    board
        .apply(
            if unusable { VERY_SLOW } else { SLOW },
            format!(
                "The round trip takes {} (median of {} connections); above 200 ms users notice it.",
                milliseconds(round_trip),
                facts.rounds
            ),
        )
        .weighs(if unusable { Weight::Degrades } else { Weight::Informs })
        .seen(&at, milliseconds(round_trip));
}

fn segments(count: u64) -> String {
    if count == 1 { "One segment".to_owned() } else { format!("{count} segments") }
}

fn milliseconds(length: Duration) -> String {
    format!("{:.0} ms", length.as_secs_f64() * 1000.0)
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent < 1.0 { format!("{percent:.2} %") } else { format!("{percent:.1} %") }
}

/// The first try failed and a later one came further.
fn now_and_then(view: &View<'_>, board: &mut Board) {
    let Some((first, failure)) = view.first_attempt() else {
        return;
    };
    let cut_off = |stage: Stage, failure: &StageFailure| {
        stage == Stage::Negotiate
            && failure.first_bytes.is_none()
            && matches!(failure.kind, FailureKind::Closed | FailureKind::Reset)
    };
    let again =
        |again: &FollowUp| again.failure.as_ref().is_some_and(|failure| cut_off(again.stage, failure));
    // Closed or reset before anything was answered, more than once: what a limit does.
    let like_a_limit = cut_off(first.stage, failure) && view.follow_ups(Probe::Repeat).any(again);
    let causes: &[(Cause, &'static Rule)] = match first.stage {
        Stage::Negotiate if like_a_limit => {
            &[(Cause::ConnectionLimit, CUT_OFF_AT_TIMES), (Cause::UnstablePath, CAME_FURTHER)]
        }
        Stage::Negotiate => &[(Cause::UnstablePath, CAME_FURTHER), (Cause::ConnectionLimit, CAME_FURTHER)],
        // Or two hosts behind one address, of which one has a fault.
        _ => &[
            (Cause::UnstablePath, CAME_FURTHER),
            (Cause::ConnectionLimit, CAME_FURTHER),
            (Cause::CertificateVaries, CAME_FURTHER),
        ],
    };
    for &(cause, rule) in causes {
        let entry = board.apply_to(cause, rule, "Some connections came further than others.");
        entry.weighs(Weight::Degrades).seen(&view.place(first), format!("the first try: {}", failure.kind));
        for again in view.follow_ups(Probe::Repeat) {
            let seen = again.failure.as_ref().map_or_else(
                || "worked".to_owned(),
                |failure| format!("{} at {}", failure.kind, again.stage),
            );
            entry.seen(&view.place(again), seen);
        }
        entry.not_proved("which of them it is: so few tries could come out like this by chance");
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::diagnose::Verdict::{Confirmed, Likely, Possible};
    use crate::diagnose::{Diagnosis, Headline, Verdict, diagnose};
    use crate::evidence::{Connection, Evidence, RoundTripBasis, StageRecord};

    fn measured(counts: SegmentCounts, change: impl FnOnce(&mut PathQuality)) -> Diagnosis {
        let mut evidence = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
        let connection = Connection {
            address: "192.0.2.1:3389".parse().unwrap(),
            round_trip: Duration::from_millis(10),
            round_trip_basis: RoundTripBasis::Kernel,
            segments_resent: Some(0),
        };
        evidence.stages.connect = StageRecord::ended(Ok(connection), Duration::ZERO);
        let mut facts = PathQuality {
            rounds: 8,
            rounds_failed: 0,
            rounds_turned_away: 0,
            connections_with_loss: 0,
            connect_least: None,
            connect_greatest: None,
            round_trip_least: None,
            round_trip: Some(Duration::from_millis(10)),
            round_trip_variation: None,
            segments: Some(counts),
            not_observable: None,
        };
        change(&mut facts);
        evidence.stages.path = StageRecord::ended(Ok(facts), Duration::ZERO);
        diagnose(&evidence, None)
    }

    fn verdicts(diagnosis: &Diagnosis) -> [Verdict; 3] {
        [Cause::PacketLoss, Cause::UnstablePath, Cause::SlowPath]
            .map(|cause| diagnosis.findings.iter().find(|finding| finding.cause == cause).unwrap().verdict)
    }

    #[test]
    fn nothing_lost_says_how_much_could_have_been() {
        let diagnosis = measured(SegmentCounts::new(400, 0), |_| {});
        assert_eq!(verdicts(&diagnosis), [Verdict::RuledOut; 3]);
        let loss = diagnosis.findings.iter().find(|finding| finding.cause == Cause::PacketLoss).unwrap();
        assert!(
            loss.message.contains("None of 400 segments") && loss.message.contains("0.92 %"),
            "{}",
            loss.message
        );
        assert_ne!(diagnosis.headline, Headline::Degraded);
    }

    #[test]
    fn loss_needs_several_connections_to_be_sure() {
        let loss = |resent, connections| {
            let counts = SegmentCounts { timeouts: Some(0), ..SegmentCounts::new(400, resent) };
            verdicts(&measured(counts, |facts| facts.connections_with_loss = connections))[0]
        };
        assert_eq!(loss(1, 1), Verdict::NotObservable, "as happens anywhere");
        assert_eq!(loss(2, 1), Likely);
        assert_eq!(loss(9, 1), Likely, "all of it on one connection");
        assert_eq!(loss(9, 5), Confirmed);
    }

    #[test]
    fn what_breaks_off_is_no_loss_now_and_then() {
        let counts = SegmentCounts { timeouts: Some(6), ..SegmentCounts::new(400, 7) };
        let [loss, unstable, _] = verdicts(&measured(counts, |facts| {
            (facts.rounds_failed, facts.connections_with_loss) = (2, 2);
        }));
        assert_eq!((loss, unstable), (Possible, Likely));
        let spread = SegmentCounts { timeouts: Some(1), ..SegmentCounts::new(400, 20) };
        let [loss, unstable, _] = verdicts(&measured(spread, |facts| facts.connections_with_loss = 7));
        assert_eq!((loss, unstable), (Confirmed, Verdict::RuledOut));
    }

    #[test]
    fn who_turns_connections_away_is_no_path() {
        let [loss, unstable, _] =
            verdicts(&measured(SegmentCounts::new(100, 0), |facts| facts.rounds_turned_away = 7));
        assert_eq!((loss, unstable), (Verdict::RuledOut, Verdict::NotObservable));
    }

    #[test]
    fn slowness_has_its_steps() {
        let slow = |milliseconds| {
            let diagnosis = measured(SegmentCounts::new(400, 0), |facts| {
                facts.round_trip = Some(Duration::from_millis(milliseconds));
            });
            verdicts(&diagnosis)[2]
        };
        assert_eq!([80, 250, 600].map(slow), [Verdict::RuledOut, Likely, Confirmed]);
    }

    #[test]
    fn what_the_system_does_not_count_is_not_observable() {
        let diagnosis = measured(SegmentCounts::default(), |facts| {
            (facts.segments, facts.not_observable) = (None, Some("this system counts bytes only".to_owned()));
        });
        let loss = diagnosis.findings.iter().find(|finding| finding.cause == Cause::PacketLoss).unwrap();
        assert_eq!(loss.verdict, Verdict::NotObservable);
        assert!(loss.message.contains("this system counts bytes only"));
    }
}
