//! What the path does to a ClientHello that the host would answer: big ones lost, whole ones cut off or swallowed.

use super::super::Cause;
use super::super::board::{Board, Entry, Weight};
use super::super::rule::rules;
use super::super::view::View;
use super::tls::{FAILURE, TLS, list_tries};
use crate::evidence::{Answer, FailureKind, FollowUp, Probe, Stage, StageFailure};

rules! {
    // A ClientHello of two segments
    LARGE_HELLO_ANSWERED: Excludes [LargeHelloDropped, PathMtuBlackHole], "large-hello-answered", "a ClientHello of 1,800 bytes is answered";
    LARGE_HELLO_FAILS: Confirms [LargeHelloDropped], "large-hello-fails", "a ClientHello of 1,800 bytes fails, a small one passes, in turns, and neither smaller segments nor plain bytes show another reason";
    LARGE_HELLO_FAILED: Fits [LargeHelloDropped], "large-hello-failed", "a ClientHello of 1,800 bytes failed and a small one passed, too seldom to exclude chance";
    BIG_SEGMENTS_VANISH: Confirms [PathMtuBlackHole], "big-segments-vanish", "a big ClientHello vanishes in full segments and arrives in small ones, in turns with small hellos that pass, and plain bytes of that size vanish as well";
    BIG_SEGMENTS_VANISHED: Fits [PathMtuBlackHole], "big-segments-vanished", "a big ClientHello vanished in full segments and arrived in small ones, too seldom to exclude chance";
    BIG_PACKETS_HIDE: Hides [LargeHelloDropped], "big-packets-hide", "big packets vanish whatever they hold, and so does the big hello";
    SMALL_HELLO_FAILS_TOO: Hides [LargeHelloDropped], "small-hello-fails-too", "a small ClientHello failed beside the big one";
    ONE_SEGMENT: Hides [LargeHelloDropped], "one-segment", "only a ClientHello that fits one segment was sent";
    // Segments that somebody on the path looks at
    SPLIT_HELLO_PASSES: Confirms [MiddleboxDropsTls, MiddleboxResetsTls], "split-hello-passes", "the same ClientHello fails in one segment and is answered in two, in turns, which no host tells apart";
    SPLIT_HELLO_PASSED: Fits [MiddleboxDropsTls, MiddleboxResetsTls], "split-hello-passed", "the ClientHello failed in one segment and was answered in two, too seldom to exclude chance";
    ANSWERS_SPLIT_HELLO: Excludes [ListenerKeyUnusable, TlsServiceHung, TlsDisabledOnHost, NoCommonTlsVersion, NoCommonCipherSuite], "answers-split-hello", "the host answers the same ClientHello when it comes in two segments";
    // Segments that the host was told to keep small
    SMALL_SEGMENTS_REPAIR: Confirms [PathMtuBlackHole], "small-segments-repair", "the handshake stalls with full segments and is complete with small ones, in turns";
    SMALL_SEGMENTS_REPAIRED: Fits [PathMtuBlackHole], "small-segments-repaired", "the handshake stalled with full segments and was complete with small ones, too seldom to exclude chance";
    COMPLETE_WITH_SMALL_SEGMENTS: Excludes [TlsServiceHung, MiddleboxDropsTls, ListenerKeyUnusable, TlsDisabledOnHost], "complete-with-small-segments", "the handshake is complete with small segments";
    // Chance
    LOSS_SUFFICES: Opposes [LargeHelloDropped, PathMtuBlackHole, MiddleboxDropsTls], "loss-suffices", "the path loses so much that it explains the silence by itself";
}

/// Clients that offer X25519MLKEM768 send a ClientHello of two segments; does one come through?
pub(super) fn large_hello(view: &View<'_>, board: &mut Board) {
    let tries: Vec<&FollowUp> =
        view.follow_ups(Probe::LargeHello).filter(|large| large.stage == Stage::Tls).collect();
    let cut_off = |follow_up: &FollowUp| {
        follow_up.failure.as_ref().is_some_and(|failure| {
            matches!(failure.kind, FailureKind::TimedOut { .. } | FailureKind::Reset | FailureKind::Closed)
        })
    };
    let Some(first) = tries.first() else {
        return;
    };
    let control_fails = view.follow_ups(Probe::BroadHello).any(|small| small.failure.is_some());
    if control_fails {
        return board.hide(
            SMALL_HELLO_FAILS_TOO,
            "A small ClientHello failed as well beside a big one: it is not the size.",
        );
    }
    if !tries.iter().all(|large| cut_off(large)) {
        let passed = tries.iter().find(|large| !cut_off(large)).unwrap_or(first);
        board.apply_to_all(
            LARGE_HELLO_ANSWERED,
            "A ClientHello of 1,800 bytes is answered.",
            &view.place(passed),
        );
        return;
    }
    let repeated = tries.len() > 1;
    let small = view.follow_ups(Probe::LargeHelloSmallSegments).find(|small| small.stage == Stage::Tls);
    let passes_small = small.is_some_and(|small| !cut_off(small));
    let silent = tries.iter().all(|large| {
        large.failure.as_ref().is_some_and(|failure| matches!(failure.kind, FailureKind::TimedOut { .. }))
    });
    // Big packets that are no hello: does the path mind the size, or somebody the hello?
    let plain = view.follow_ups(Probe::LargePlainData).find(|plain| plain.stage == Stage::Tls);
    let plain_lost = plain.is_some_and(|plain| plain.failure.as_ref().is_some_and(View::unacknowledged));
    let plain_passes = plain.is_some_and(|plain| !plain.failure.as_ref().is_some_and(View::unacknowledged));
    let black_hole = passes_small && silent && !plain_passes;
    // After it failed, a small one passed, and then it failed again.
    let large_fails =
        |large: &FollowUp| large.probe == Probe::LargeHello && large.stage == Stage::Tls && cut_off(large);
    let small_passes = |small: &FollowUp| {
        small.probe == Probe::BroadHello && matches!(small.answer, Some(Answer::ServerHello { .. }))
    };
    let turns = {
        let mut rest = view.evidence.follow_ups.iter();
        rest.any(large_fails) && rest.any(small_passes) && rest.any(large_fails)
    };
    let controls = if black_hole { plain_lost } else { small.is_some() && plain.is_some() };
    let sure = repeated && turns && controls;
    let rule = match (black_hole, sure) {
        (true, true) => BIG_SEGMENTS_VANISH,
        (true, false) => BIG_SEGMENTS_VANISHED,
        (false, true) => LARGE_HELLO_FAILS,
        (false, false) => LARGE_HELLO_FAILED,
    };
    let message = if black_hole {
        "A ClientHello of 1,800 bytes vanishes in full segments and arrives in small ones: big packets do not pass towards the host, and nothing says so."
    } else {
        "A ClientHello of 1,800 bytes, as clients with X25519MLKEM768 send it, is lost or cut off, and a small one is answered. Windows' own client sends small ones by default."
    };
    let entry = board.apply(rule, message);
    // Not sure, it is a host that was slow or unwell for a moment.
    entry.weighs(if sure && !view.loses_much() { Weight::Degrades } else { Weight::Informs });
    entry.seen(TLS, "a small ClientHello is answered");
    for follow_up in tries.iter().copied().chain(small).chain(plain) {
        let how = follow_up
            .failure
            .as_ref()
            .map_or_else(|| "answered".to_owned(), |failure| failure.kind.to_string());
        entry.seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
    }
    if black_hole {
        board.hide(
            BIG_PACKETS_HIDE,
            "Big packets vanish on this path, and with them a ClientHello of that size: nothing shows that somebody minds the hello.",
        );
    }
    loss_opposes(view, if black_hole { Cause::PathMtuBlackHole } else { Cause::LargeHelloDropped }, board);
}

/// Without any, it is not known.
pub(super) fn only_small_hellos(board: &mut Board) {
    board.hide_rest(ONE_SEGMENT, "Only a ClientHello that fits one segment was sent.");
}

/// Where the path loses much, silence may be chance.
fn loss_opposes(view: &View<'_>, cause: Cause, board: &mut Board) {
    if view.loses_much() {
        board
            .apply_to(cause, LOSS_SUFFICES, "The path loses so much that it explains the silence by itself.")
            .seen("/stages/path/facts/segments", "segments that were lost");
    }
}

/// The same hello is answered when it comes in two segments, and not when it comes in one: something on the path looks at
/// segments, which no host does.
pub(super) fn seen_by_segments(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    let Some(split) = view
        .follow_ups(Probe::SplitHello)
        .find(|split| matches!(split.answer, Some(Answer::ServerHello { .. })))
    else {
        return false;
    };
    if view.answers_hello(Probe::BroadHello) || view.answers_hello(Probe::OldHello) {
        return false; // it was the hello's contents, not its segments
    }
    let silent = matches!(failure.kind, FailureKind::TimedOut { .. });
    let whole_fails = |whole: &FollowUp| {
        matches!(whole.probe, Probe::BroadHello | Probe::Repeat)
            && whole.stage == Stage::Tls
            && whole.failure.is_some()
    };
    let split_passes = |split: &FollowUp| split.probe == Probe::SplitHello && split.answer.is_some();
    let same_hello = view.count(&[Probe::BroadHello], whole_fails) > 0;
    let sure = view.take_turns(split_passes, whole_fails) && same_hello;
    let (cause, does) =
        if silent { (Cause::MiddleboxDropsTls, "swallowed") } else { (Cause::MiddleboxResetsTls, "cut off") };
    let entry = board.apply_to(
        cause,
        if sure { SPLIT_HELLO_PASSES } else { SPLIT_HELLO_PASSED },
        format!("The ClientHello is {does} when it comes in one segment and answered when it comes in two: a device on the path looks for it."),
    );
    tried(view, failure, split, "split-hello: a ServerHello", entry);
    let by_chance = silent && view.loses_much();
    if !sure || by_chance {
        entry.not_proved("that it was not chance: so few tries could come out like this");
    }
    if by_chance {
        loss_opposes(view, cause, board);
    }
    board.apply_to_all(
        ANSWERS_SPLIT_HELLO,
        "The host answers a ClientHello that the path lets through.",
        &view.place(split),
    );
    true
}

/// Silence with full segments, and a handshake with small ones.
pub(super) fn repaired_by_small_segments(view: &View<'_>, failure: &StageFailure, board: &mut Board) -> bool {
    if !matches!(failure.kind, FailureKind::TimedOut { .. }) {
        return false;
    }
    let repairs = |small: &FollowUp| {
        small.probe == Probe::SmallSegments && small.answer.is_some() && small.stage >= Stage::Tls
    };
    let Some(small) = view.follow_ups(Probe::SmallSegments).find(|small| repairs(small)) else {
        return false;
    };
    let stalls = |again: &FollowUp| {
        again.probe == Probe::Repeat
            && again.stage == Stage::Tls
            && again
                .failure
                .as_ref()
                .is_some_and(|failure| matches!(failure.kind, FailureKind::TimedOut { .. }))
    };
    let turns = view.take_turns(repairs, stalls);
    let entry = board.apply(
        if turns { SMALL_SEGMENTS_REPAIR } else { SMALL_SEGMENTS_REPAIRED },
        "The handshake stalls with full-sized packets and is completed with small ones (segments of 512 bytes): big packets vanish on the path, and nothing says so.",
    );
    tried(view, failure, small, "small-segments: the handshake is complete", entry);
    loss_opposes(view, Cause::PathMtuBlackHole, board);
    board.apply_to_all(
        COMPLETE_WITH_SMALL_SEGMENTS,
        "The handshake is completed with small packets.",
        &view.place(small),
    );
    true
}

/// What failed, and what passed.
fn tried(view: &View<'_>, failure: &StageFailure, passed: &FollowUp, how: &str, entry: &mut Entry) {
    entry.seen(FAILURE, failure.kind.to_string());
    list_tries(view, entry);
    entry.seen(&view.place(passed), how);
}
