use std::time::Duration;

use super::super::Cause;
use super::super::board::Board;
use super::super::finding::Verdict::{Confirmed, Likely, Possible};
use super::super::view::View;
use crate::evidence::{
    Answer, AttemptOutcome, ByWhom, DnsProblem, FailureKind, FollowUp, IcmpMessage, Neighbour, Probe, Stage,
    StageFailure,
};

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
    woken(view, board);
    if let Some(failure) = view.failed_at(Stage::Connect) {
        if let Some((index, icmp)) = said_by_icmp(view) {
            icmp_says(view, index, icmp, board);
            let all = view.evidence.connect_attempts.iter().all(|attempt| attempt.icmp.is_some());
            if all {
                return;
            }
        }
        return match &failure.kind {
            FailureKind::Refused | FailureKind::Reset => refused(view, failure, board),
            FailureKind::Unreachable { by } => unreachable(view, *by, failure, board),
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
        // A confirmed verdict, that it had to be woken first, stands.
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
    if let Some((follow_up, how)) = answers_otherwise(view) {
        board
            .set(
                Cause::FirewallDrops,
                Likely,
                "The host is up, and connection requests to this port vanish: a firewall on the path or on the host drops them.",
            )
            .seen(CONNECT, seen)
            .seen(&view.place(follow_up), how)
            .not_proved("whether the host's own firewall or one on the path drops them");
        board.rule_out(
            &[Cause::HostOff, Cause::HostAsleep],
            "The address answers something else.",
            &view.place(follow_up),
        );
    } else if let Some(follow_up) = unanswered_neighbour(view) {
        absent(view, follow_up, &seen, board);
    } else {
        board
            .set(
                Cause::FirewallDrops,
                Possible,
                "Connection requests vanish: a firewall on the path or on the host may drop them.",
            )
            .seen(CONNECT, seen.clone());
        board
            .set(Cause::HostAsleep, Possible, "A host that sleeps answers nothing.")
            .seen(CONNECT, seen.clone());
        board.set(Cause::HostOff, Possible, "A host that is off answers nothing.").seen(CONNECT, seen);
    }
    board.unseen(
        &[Cause::IpsecRequired, Cause::FirewallServiceDead, Cause::FirewallRuleDisabled],
        "The silence fits this cause; only the host can show it.",
    );
}

/// A follow-up that got an answer from the address, and how.
fn answers_otherwise<'a>(view: &View<'a>) -> Option<(&'a FollowUp, &'static str)> {
    view.evidence.follow_ups.iter().find_map(|follow_up| {
        let refused = follow_up.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Refused);
        match (follow_up.probe, &follow_up.answer) {
            (Probe::Echo, Some(Answer::Echo { .. })) => Some((follow_up, "it answers ICMP echo requests")),
            (Probe::Echo, None) if refused => Some((follow_up, "it refuses ICMP echo requests")),
            (Probe::Udp, Some(Answer::Udp(_))) => Some((follow_up, "it answers RDP-UDP")),
            (Probe::Udp, None) if refused => {
                Some((follow_up, "it says by ICMP that nothing listens on the UDP port"))
            }
            _ => None,
        }
    })
}

fn unanswered_neighbour<'a>(view: &View<'a>) -> Option<&'a FollowUp> {
    view.follow_ups(Probe::Neighbour)
        .find(|follow_up| matches!(follow_up.answer, Some(Answer::Neighbour(Neighbour::Unanswered))))
}

/// The host is on the same link and does not answer the request for its hardware address.
fn absent(view: &View<'_>, follow_up: &FollowUp, seen: &str, board: &mut Board) {
    let place = view.place(follow_up);
    board.rule_out(
        &[Cause::FirewallDrops, Cause::FirewallRejects],
        "Firewalls do not keep a host from answering the request for its hardware address.",
        &place,
    );
    if board.verdict(Cause::HostAsleep) == Some(Confirmed) {
        return;
    }
    for (cause, verdict, message) in [
        (
            Cause::HostOff,
            Likely,
            "The address is on this link and nobody answers for it: the host is off, or not on the network.",
        ),
        (
            Cause::HostAsleep,
            Possible,
            "A host that sleeps answers no request for its hardware address either, unless its network card does it for the host.",
        ),
    ] {
        board
            .set(cause, verdict, message)
            .seen(CONNECT, seen)
            .seen(&place, "no answer to the request for its hardware address (ARP, neighbour discovery)")
            .not_proved("which of the two: a Wake-on-LAN packet would tell");
    }
}

/// It was silent, and came up after a Wake-on-LAN packet.
fn woken(view: &View<'_>, board: &mut Board) {
    for follow_up in view.follow_ups(Probe::WakeOnLan) {
        let Some(Answer::Wake(wake)) = &follow_up.answer else {
            continue;
        };
        let place = view.place(follow_up);
        if let Some(after) = wake.answered_after {
            board
                .set(
                    Cause::HostAsleep,
                    Confirmed,
                    format!(
                        "The host was silent and accepts connections {:.0} s after a Wake-on-LAN packet to {}.",
                        after.as_secs_f64(),
                        wake.mac
                    ),
                )
                .seen(&place, "it answers")
                .not_proved("that it slept rather than was switched off: some hosts start from that as well");
            board
                .set(
                    Cause::HostOff,
                    Possible,
                    "The host came up after a Wake-on-LAN packet, from which some hosts start that were switched off.",
                )
                .seen(&place, "it answers");
        } else if wake.failure.is_none() {
            board
                .set(
                    Cause::HostOff,
                    Possible,
                    "A Wake-on-LAN packet did not bring the host up while it was waited for.",
                )
                .seen(&place, "no answer after the packet");
        }
    }
}

fn said_by_icmp<'a>(view: &View<'a>) -> Option<(usize, &'a IcmpMessage)> {
    let attempts = view.evidence.connect_attempts.iter().enumerate();
    attempts.filter_map(|(index, attempt)| attempt.icmp.as_ref().map(|icmp| (index, icmp))).next()
}

/// A message of a router or filter in answer to the SYN. A host's own TCP refuses by a reset (RFC 9293 section 3.5.2),
/// so that a port unreachable comes from a filter too.
fn icmp_says(view: &View<'_>, index: usize, icmp: &IcmpMessage, board: &mut Board) {
    let at = format!("/connect_attempts/{index}/icmp");
    let v6 = view.evidence.connect_attempts.get(index).is_some_and(|attempt| attempt.address.is_ipv6());
    let filter = matches!((v6, icmp.kind, icmp.code), (false, 3, 3 | 9 | 10 | 13) | (true, 1, 1 | 4 | 5 | 6));
    let from = icmp.sender.map_or_else(|| "somebody on the path".to_owned(), |from| from.to_string());
    let said = icmp.name.clone().unwrap_or_else(|| format!("type {} code {}", icmp.kind, icmp.code));
    let seen = format!("ICMP {said} from {from}");
    // Another address of the name may fare differently.
    let everywhere = view.evidence.connect_attempts.iter().all(|attempt| {
        attempt.icmp.as_ref().is_some_and(|other| (other.kind, other.code) == (icmp.kind, icmp.code))
    });
    let sure = if everywhere { Confirmed } else { Possible };
    if filter {
        board
            .set(
                Cause::FirewallRejects,
                sure,
                format!("A filter refuses the connection: {from} answers with ICMP {said}, which a host's own TCP does not do."),
            )
            .seen(&at, seen);
        board.unseen(
            &[Cause::RdpNotListening],
            "A filter refuses the connection; whether anything listens behind it cannot be seen.",
        );
        board.rule_out(
            &[Cause::FirewallDrops, Cause::NetworkUnreachable],
            "The connection request was answered, if with a refusal.",
            &at,
        );
    } else {
        board
            .set(
                Cause::NetworkUnreachable,
                sure,
                format!("{from} says that the host cannot be reached (ICMP {said})."),
            )
            .seen(&at, seen.clone());
        board
            .set(
                Cause::HostOff,
                Possible,
                "A router that gets no answer from the host on its own link says so as well.",
            )
            .seen(&at, seen);
        board.rule_out(&[Cause::FirewallDrops], "The connection request was answered.", &at);
    }
}

fn unreachable(view: &View<'_>, by: ByWhom, failure: &StageFailure, board: &mut Board) {
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
        ByWhom::HostUnreachable if unanswered_neighbour(view).is_some() => {
            if let Some(follow_up) = unanswered_neighbour(view) {
                absent(view, follow_up, &seen, board);
            }
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
