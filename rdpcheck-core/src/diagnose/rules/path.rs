use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict::{Likely, Possible};
use super::super::view::View;
use crate::evidence::{Probe, StageFailure};

/// What the path did to the few packets of this check says little about it.
pub(super) fn judge(view: &View<'_>, board: &mut Board) {
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

/// The main probe failed and a repeat of it came further.
pub(super) fn now_and_then(view: &View<'_>, at: &str, failure: &StageFailure, board: &mut Board) {
    let failed_again = view.same_repeats() > 0;
    let causes = if failed_again {
        [(Cause::ConnectionLimit, Likely), (Cause::UnstablePath, Possible)]
    } else {
        [(Cause::UnstablePath, Possible), (Cause::ConnectionLimit, Possible)]
    };
    for (cause, verdict) in causes {
        let entry = board.set(cause, verdict, "Some connections work and others do not.");
        entry.weighs(Weight::Degrades).seen(at, failure.kind.to_string());
        for again in view.follow_ups(Probe::Repeat) {
            let seen = again
                .failure
                .as_ref()
                .map_or_else(|| "worked".to_owned(), |failure| failure.kind.to_string());
            entry.seen(&view.place(again), seen);
        }
        entry.not_proved("which of the two it is: so few tries could come out like this by chance");
    }
}
