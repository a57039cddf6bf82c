use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict::{Likely, Possible};
use super::super::view::View;
use crate::evidence::{FailureKind, Probe, Stage};

/// What the path did to the few packets of this check says little about it.
pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    now_and_then(view, board);
    let rounds = view.evidence.connections;
    board.unseen(
        &[Cause::PacketLoss, Cause::UnstablePath, Cause::SlowPath],
        &format!(
            "The path was used for {rounds} short connection{}, too few to judge it.",
            if rounds == 1 { "" } else { "s" }
        ),
    );
    if view.failure.is_none() && view.evidence.stages.connect.facts().is_some() {
        board.unseen(
            &[Cause::ConnectionLimit],
            "This connection was not refused; a limit shows only with many.",
        );
    }
}

/// The first try failed and a later one came further.
fn now_and_then(view: &View<'_>, board: &mut Board) {
    let Some((first, failure)) = view.first_attempt() else {
        return;
    };
    let fails_again = view.follow_ups(Probe::Repeat).filter(|again| again.failure.is_some()).count();
    // Closed or reset before anything was answered, more than once: what a limit does.
    let like_a_limit = fails_again > 0
        && first.stage == Stage::Negotiate
        && failure.first_bytes.is_none()
        && matches!(failure.kind, FailureKind::Closed | FailureKind::Reset);
    let causes = if like_a_limit {
        vec![(Cause::ConnectionLimit, Likely), (Cause::UnstablePath, Possible)]
    } else if first.stage == Stage::Negotiate {
        vec![(Cause::UnstablePath, Possible), (Cause::ConnectionLimit, Possible)]
    } else {
        // Or two hosts behind one address, of which one has a fault.
        vec![
            (Cause::UnstablePath, Possible),
            (Cause::ConnectionLimit, Possible),
            (Cause::CertificateVaries, Possible),
        ]
    };
    for (cause, verdict) in causes {
        let entry = board.set(cause, verdict, "Some connections came further than others.");
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
