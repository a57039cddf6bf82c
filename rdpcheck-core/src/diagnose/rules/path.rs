use super::super::Cause;
use super::super::board::Board;
use super::super::view::View;

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
