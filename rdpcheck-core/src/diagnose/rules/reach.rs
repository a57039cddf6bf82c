use std::time::Duration;

use super::super::Cause;
use super::super::board::Board;
use super::super::finding::Verdict::{Confirmed, Likely, Possible};
use super::super::view::View;
use crate::evidence::{AttemptOutcome, ByWhom, DnsProblem, FailureKind, Probe, Stage, StageFailure};

const CONNECT: &str = "/stages/connect";
const RESOLVE: &str = "/stages/resolve";

/// An unanswered ARP request makes Linux say "host unreachable" after three tries of a second each; a router's word
/// comes within a round trip.
const NEIGHBOUR_TIMEOUT: Duration = Duration::from_millis(2500);

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(failure) = view.failed_at(Stage::Resolve) {
        return not_resolved(failure, board);
    }
    let stages = &view.evidence.stages;
    if let Some(resolution) = stages.resolve.facts() {
        let message = if resolution.given_as_address {
            "An address was given: no name is involved."
        } else {
            "The name has addresses."
        };
        board.rule_out(&[Cause::NameNotResolved], message, RESOLVE);
    }
    if let Some(failure) = view.failed_at(Stage::Connect) {
        return match &failure.kind {
            FailureKind::Refused | FailureKind::Reset => refused(view, failure, board),
            FailureKind::Unreachable { by } => unreachable(*by, failure, board),
            _ => silent(view, failure, board),
        };
    }
    if stages.connect.facts().is_some() {
        connected(view, board);
    }
}

fn not_resolved(failure: &StageFailure, board: &mut Board) {
    let FailureKind::Dns { problem } = &failure.kind else {
        return;
    };
    let (verdict, message) = match problem {
        DnsProblem::NoSuchName => {
            (Confirmed, "The resolver says that the name does not exist or has no address.")
        }
        DnsProblem::NoAddress => (Confirmed, "The name has no address."),
        DnsProblem::OtherFamilyOnly => {
            (Possible, "The name has addresses, but none of the family that this check was limited to.")
        }
        DnsProblem::TemporaryFailure => (
            Confirmed,
            "The resolver gave no answer for now: a DNS server fails or is not reached. The name itself may be right.",
        ),
        DnsProblem::ResolverFailed => (Confirmed, "The resolver failed. The name itself may be right."),
        DnsProblem::TimedOut if failure.elapsed < super::super::view::SHORT_WAIT => {
            (Possible, "The resolver did not answer in the short time that it was given.")
        }
        DnsProblem::TimedOut => {
            (Likely, "The resolver did not answer in time. The name itself may be right.")
        }
    };
    board.set(Cause::NameNotResolved, verdict, message).seen(RESOLVE, failure.kind.to_string());
}

fn connected(view: &View<'_>, board: &mut Board) {
    let causes = [
        Cause::NetworkUnreachable,
        Cause::HostOff,
        Cause::HostAsleep,
        Cause::FirewallDrops,
        Cause::FirewallRejects,
        Cause::RdpNotListening,
    ];
    board.rule_out(&causes, "The TCP connection stands.", CONNECT);
    if view.speaks_rdp() {
        let causes = [
            Cause::WrongPort,
            Cause::RdpDisabled,
            Cause::RdpServiceDisabled,
            Cause::FirewallRuleDisabled,
            Cause::FirewallServiceDead,
            Cause::IpsecRequired,
            Cause::ListenerBoundElsewhere,
        ];
        board.rule_out(&causes, "Remote Desktop answers on this port, seen from here.", "/stages/negotiate");
    }
}

fn refused(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let answered_later = view.follow_ups(Probe::Connect).find(|follow_up| follow_up.failure.is_none());
    if let Some(follow_up) = answered_later {
        board
            .set(Cause::RdpNotListening, Possible, "The connection was refused once and accepted a moment later: the service was starting, or answers now and then.")
            .seen(CONNECT, "refused")
            .seen(&view.place(follow_up), "connected");
        board
            .set(
                Cause::UnstablePath,
                Possible,
                "The connection was refused once and accepted a moment later.",
            )
            .seen(CONNECT, "refused");
        return;
    }
    let entry = board.set(
        Cause::RdpNotListening,
        Likely,
        "The connection was refused: the host is up, and nothing listens on this port. Remote Desktop is switched off, its \
         service is stopped, or it listens on another port.",
    );
    entry.seen(CONNECT, failure.kind.to_string()).not_proved(
        "that the host itself refused: a firewall that answers with a reset, and an ICMP port unreachable, look the same from here",
    );
    for follow_up in view.follow_ups(Probe::Connect) {
        entry.seen(&view.place(follow_up), "refused again");
    }
    let others = view.evidence.connect_attempts.iter().enumerate();
    for (index, attempt) in others.filter(|(_, attempt)| attempt.outcome != AttemptOutcome::Refused) {
        entry.seen(
            &format!("/connect_attempts/{index}"),
            format!("{} did not refuse, and did not connect either", attempt.address),
        );
    }
    board
        .set(Cause::FirewallRejects, Possible, "A firewall that refuses with a reset looks the same.")
        .seen(CONNECT, failure.kind.to_string());
    board
        .set(Cause::WrongPort, Possible, "Remote Desktop may listen on another port.")
        .seen(CONNECT, failure.kind.to_string());
    board.rule_out(
        &[Cause::NetworkUnreachable, Cause::FirewallDrops],
        "The connection request was answered, if with a refusal.",
        CONNECT,
    );
    board.unseen(
        &[Cause::HostOff, Cause::HostAsleep],
        "A refusal came; a host that is off or asleep sends none itself, but a device may refuse on its behalf.",
    );
}

fn silent(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let silent = view
        .evidence
        .connect_attempts
        .iter()
        .filter(|attempt| attempt.outcome == AttemptOutcome::TimedOut)
        .count();
    let seen = format!(
        "no answer from {silent} address{} within {:.1} s",
        if silent == 1 { "" } else { "es" },
        failure.elapsed.as_secs_f64()
    );
    board
        .set(
            Cause::FirewallDrops,
            Possible,
            "Connection requests vanish: a firewall on the path or on the host may drop them.",
        )
        .seen(CONNECT, seen.clone());
    board.set(Cause::HostAsleep, Possible, "A host that sleeps answers nothing.").seen(CONNECT, seen.clone());
    board.set(Cause::HostOff, Possible, "A host that is off answers nothing.").seen(CONNECT, seen);
    board.unseen(
        &[Cause::IpsecRequired, Cause::FirewallServiceDead, Cause::FirewallRuleDisabled],
        "The silence fits this cause; only the host can show it.",
    );
}

fn unreachable(by: ByWhom, failure: &StageFailure, board: &mut Board) {
    let seen = failure.os_error.as_ref().map_or_else(|| failure.kind.to_string(), ToString::to_string);
    match by {
        ByWhom::NetworkUnreachable => {
            board
                .set(Cause::NetworkUnreachable, Confirmed, "This machine has no route to the host, or a router says that its network cannot be reached.")
                .seen(CONNECT, seen);
        }
        ByWhom::LocalPolicy => {
            board
                .set(Cause::FirewallRejects, Likely, "This machine itself forbids the connection: look at its own firewall or security software first.")
                .seen(CONNECT, seen);
        }
        ByWhom::HostUnreachable if failure.elapsed >= NEIGHBOUR_TIMEOUT => {
            let message = "The address did not answer on its own network: after this long, the error means that nobody answered the \
                           request for its hardware address (on this link, or on the last router's).";
            board.set(Cause::HostOff, Possible, message).seen(CONNECT, seen.clone());
            board.set(Cause::HostAsleep, Possible, message).seen(CONNECT, seen.clone());
            board
                .set(
                    Cause::NetworkUnreachable,
                    Possible,
                    "A router may have said that the host cannot be reached.",
                )
                .seen(CONNECT, seen);
        }
        ByWhom::HostUnreachable => {
            board
                .set(Cause::NetworkUnreachable, Likely, "A device on the path says that the host cannot be reached.")
                .seen(CONNECT, seen.clone())
                .not_proved("that the way is missing: a firewall that answers \"administratively prohibited\" gives the same error");
            board
                .set(
                    Cause::FirewallRejects,
                    Possible,
                    "A firewall that answers \"administratively prohibited\" gives the same error.",
                )
                .seen(CONNECT, seen.clone());
            board
                .set(Cause::HostOff, Possible, "A router that gets no answer from the host says so.")
                .seen(CONNECT, seen);
        }
    }
}
