use std::time::Duration;

use super::super::Cause;
use super::super::board::Board;
use super::super::finding::Verdict::Confirmed;
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{
    Answer, AttemptOutcome, ByWhom, DnsProblem, FailureKind, FollowUp, IcmpMessage, Neighbour, Probe, Stage,
    StageFailure,
};

const CONNECT: &str = "/stages/connect";
const RESOLVE: &str = "/stages/resolve";

rules! {
    // Names
    NO_ADDRESS: Confirms [NameNotResolved], "no-address", "the resolver answers that the name does not exist or has no address";
    RESOLVER_FAILS: Confirms [NameNotResolved], "resolver-fails", "the resolver says that it failed, or gives no answer for now";
    RESOLVER_SILENT: Supports [NameNotResolved], "resolver-silent", "the resolver did not answer in time";
    RESOLVER_HARDLY_ASKED: Fits [NameNotResolved], "resolver-hardly-asked", "the resolver did not answer in the short time that it was given";
    ADDRESS_OF_OTHER_FAMILY: Fits [NameNotResolved], "address-of-other-family", "the name has addresses, none of the family that was asked for";
    NAME_HAS_ADDRESS: Excludes [NameNotResolved], "name-has-address", "the name has addresses, or an address was given";
    // Connected
    CONNECTED: Excludes [NetworkUnreachable, HostOff, FirewallDrops, FirewallRejects, RdpNotListening], "connected", "the TCP connection stands";
    CONNECTED_UNWOKEN: Excludes [HostAsleep], "connected-unwoken", "the TCP connection stands, and nothing had to be woken for it";
    ANSWERS_HERE: Excludes [WrongPort, RdpDisabled, RdpServiceDisabled, FirewallRuleDisabled, FirewallServiceDead, IpsecRequired, ListenerBoundElsewhere], "answers-here", "Remote Desktop answers on this port";
    // Refused
    REFUSED: Supports [RdpNotListening], "refused", "a reset answers the SYN, each time";
    REFUSED_ONCE: Fits [RdpNotListening, UnstablePath], "refused-once", "the connection was refused, and accepted a moment later";
    REFUSAL_OF_OTHERS: Fits [FirewallRejects, WrongPort], "refusal-of-others", "a reset answers the SYN, which a firewall can send as well, and a host that listens elsewhere";
    REFUSAL_BY_SETTINGS: Fits [RdpDisabled, RdpServiceDisabled, ListenerBoundElsewhere], "refusal-by-settings", "a reset answers the SYN, as it does where the listener is switched off, stopped or bound to another adapter";
    SYN_ANSWERED: Excludes [NetworkUnreachable, FirewallDrops], "syn-answered", "the SYN was answered, if with a refusal";
    REFUSED_ON_BEHALF: Hides [HostOff, HostAsleep], "refused-on-behalf", "a refusal came, which a device can send for a host that is off";
    // Silence
    ANSWERS_OTHERWISE: Supports [FirewallDrops], "answers-otherwise", "the SYN vanishes while the address answers something else";
    ALIVE_OTHERWISE: Excludes [HostOff, HostAsleep], "alive-otherwise", "the address answers something else";
    FILTERED_BY_HOST: Fits [FirewallRuleDisabled, FirewallServiceDead, IpsecRequired], "filtered-by-host", "the SYN vanishes while the address answers something else, as it does where the host's own firewall or IPsec drops it";
    SILENT: Fits [FirewallDrops, HostAsleep, HostOff], "silent", "nothing answers the SYN";
    SILENT_BY_SETTINGS: Hides [IpsecRequired, FirewallServiceDead, FirewallRuleDisabled, SleepEnabled], "silent-by-settings", "nothing answers the SYN, and whether the host is there at all is not known";
    NEIGHBOUR_SILENT: Supports [HostOff], "neighbour-silent", "the address is on this link and nobody answers for it (ARP, neighbour discovery)";
    NEIGHBOUR_ASLEEP: Fits [HostAsleep, SleepEnabled], "neighbour-asleep", "the address is on this link and nobody answers for it, as with a host that sleeps";
    NEIGHBOUR_ABSENT: Excludes [FirewallDrops, FirewallRejects], "neighbour-absent", "nobody answers the request for the hardware address, which no firewall prevents";
    WOKEN: Confirms [HostAsleep], "woken", "the host was silent and accepts connections after a Wake-on-LAN packet";
    STARTED: Fits [HostOff], "started", "the host came up after a Wake-on-LAN packet, which starts some hosts that are off";
    SLEEPS: Supports [SleepEnabled], "sleeps", "the host was silent and had to be woken";
    NOT_WOKEN: Fits [HostOff], "not-woken", "a Wake-on-LAN packet did not bring the host up while it was waited for";
    // Said by others
    ICMP_FILTER: Confirms [FirewallRejects], "icmp-filter", "ICMP that a host's own TCP does not send refuses the connection at every address";
    ICMP_FILTER_SOMEWHERE: Fits [FirewallRejects], "icmp-filter-somewhere", "ICMP that a host's own TCP does not send refuses the connection at one of the addresses";
    BEHIND_FILTER: Hides [RdpNotListening], "behind-filter", "a filter refuses the connection on the host's behalf";
    ICMP_UNREACHABLE: Confirms [NetworkUnreachable], "icmp-unreachable", "a router says by ICMP that the host cannot be reached, at every address";
    ICMP_UNREACHABLE_SOMEWHERE: Fits [NetworkUnreachable], "icmp-unreachable-somewhere", "a router says by ICMP that one of the addresses cannot be reached";
    LAST_ROUTER: Fits [HostOff], "last-router", "a router says that the host cannot be reached, as the last one does when nobody answers for the address";
    NO_ROUTE: Confirms [NetworkUnreachable], "no-route", "the system has no route to the network of the host";
    LOCAL_POLICY: Supports [FirewallRejects], "local-policy", "this machine itself forbids the connection";
    UNREACHABLE_LATE: Fits [HostOff, HostAsleep, NetworkUnreachable], "unreachable-late", "the host is said to be unreachable, after the seconds that an unanswered ARP request takes";
    UNREACHABLE_AT_ONCE: Supports [NetworkUnreachable], "unreachable-at-once", "the host is said to be unreachable, within a round trip";
    PROHIBITED: Fits [FirewallRejects], "prohibited", "the host is said to be unreachable, as by a firewall that says \"administratively prohibited\"";
}

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
        board.apply_to_all(NAME_HAS_ADDRESS, message, RESOLVE);
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
    let (rule, message) = match problem {
        DnsProblem::NoSuchName => {
            (NO_ADDRESS, "The resolver says that the name does not exist or has no address.")
        }
        DnsProblem::NoAddress => (NO_ADDRESS, "The name has no address."),
        DnsProblem::OtherFamilyOnly => (
            ADDRESS_OF_OTHER_FAMILY,
            "The name has addresses, but none of the family that this check was limited to.",
        ),
        DnsProblem::TemporaryFailure => (
            RESOLVER_FAILS,
            "The resolver gave no answer for now: a DNS server fails or is not reached. The name itself may be right.",
        ),
        DnsProblem::ResolverFailed => (RESOLVER_FAILS, "The resolver failed. The name itself may be right."),
        DnsProblem::TimedOut if failure.elapsed < super::super::view::SHORT_WAIT => {
            (RESOLVER_HARDLY_ASKED, "The resolver did not answer in the short time that it was given.")
        }
        DnsProblem::TimedOut => {
            (RESOLVER_SILENT, "The resolver did not answer in time. The name itself may be right.")
        }
    };
    board.apply(rule, message).seen(RESOLVE, failure.kind.to_string());
}

fn connected(view: &View<'_>, board: &mut Board) {
    board.apply_to_all(CONNECTED, "The TCP connection stands.", CONNECT);
    if board.verdict(Cause::HostAsleep) != Some(Confirmed) {
        board.apply_to_all(CONNECTED_UNWOKEN, "The TCP connection stands.", CONNECT);
    }
    if view.speaks_rdp() {
        board.apply_to_all(
            ANSWERS_HERE,
            "Remote Desktop answers on this port, seen from here.",
            "/stages/negotiate",
        );
    }
}

fn refused(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let answered_later = view.follow_ups(Probe::Connect).find(|follow_up| follow_up.failure.is_none());
    if let Some(follow_up) = answered_later {
        board
            .apply_to(Cause::RdpNotListening, REFUSED_ONCE, "The connection was refused once and accepted a moment later: the service was starting, or answers now and then.")
            .seen(CONNECT, "refused")
            .seen(&view.place(follow_up), "connected");
        board
            .apply_to(
                Cause::UnstablePath,
                REFUSED_ONCE,
                "The connection was refused once and accepted a moment later.",
            )
            .seen(CONNECT, "refused");
        return;
    }
    let entry = board.apply(
        REFUSED,
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
            &view.attempt(index),
            format!("{} did not refuse, and did not connect either", attempt.address),
        );
    }
    let seen = failure.kind.to_string();
    for (cause, message) in [
        (Cause::FirewallRejects, "A firewall that refuses with a reset looks the same."),
        (Cause::WrongPort, "Remote Desktop may listen on another port."),
    ] {
        board.apply_to(cause, REFUSAL_OF_OTHERS, message).seen(CONNECT, seen.clone());
    }
    if view.product.may_be_windows() {
        for (cause, message) in [
            (Cause::RdpDisabled, "A Windows host on which Remote Desktop is switched off refuses like this."),
            (
                Cause::RdpServiceDisabled,
                "A Windows host whose Remote Desktop service does not run refuses like this.",
            ),
            (
                Cause::ListenerBoundElsewhere,
                "A Windows host whose listener is bound to another adapter, or to one that is gone, refuses like this.",
            ),
        ] {
            board.apply_to(cause, REFUSAL_BY_SETTINGS, message).seen(CONNECT, seen.clone());
        }
    }
    board.apply_to_all(SYN_ANSWERED, "The connection request was answered, if with a refusal.", CONNECT);
    board.hide(
        REFUSED_ON_BEHALF,
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
            .apply(
                ANSWERS_OTHERWISE,
                "The host is up, and connection requests to this port vanish: a firewall on the path or on the host drops them.",
            )
            .seen(CONNECT, seen.clone())
            .seen(&view.place(follow_up), how)
            .not_proved("whether the host's own firewall or one on the path drops them");
        board.apply_to_all(ALIVE_OTHERWISE, "The address answers something else.", &view.place(follow_up));
        if view.product.may_be_windows() {
            for (cause, message) in [
                (Cause::FirewallRuleDisabled, "Windows' own firewall drops what no rule allows."),
                (
                    Cause::FirewallServiceDead,
                    "Where the firewall service is down, its boot-time filters drop everything that they are not told to let in.",
                ),
                (Cause::IpsecRequired, "A host that demands IPsec drops what comes without."),
            ] {
                board.apply_to(cause, FILTERED_BY_HOST, message).seen(CONNECT, seen.clone());
            }
        }
    } else if let Some(follow_up) = unanswered_neighbour(view) {
        absent(view, follow_up, &seen, board);
    } else {
        for (cause, message) in [
            (
                Cause::FirewallDrops,
                "Connection requests vanish: a firewall on the path or on the host may drop them.",
            ),
            (Cause::HostAsleep, "A host that sleeps answers nothing."),
            (Cause::HostOff, "A host that is off answers nothing."),
        ] {
            board.apply_to(cause, SILENT, message).seen(CONNECT, seen.clone());
        }
    }
    board.hide(SILENT_BY_SETTINGS, "The silence fits this cause; only the host can show it.");
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
    board.apply_to_all(
        NEIGHBOUR_ABSENT,
        "Firewalls do not keep a host from answering the request for its hardware address.",
        &place,
    );
    if board.verdict(Cause::HostAsleep) == Some(Confirmed) {
        return;
    }
    for (cause, rule, message) in [
        (
            Cause::HostOff,
            NEIGHBOUR_SILENT,
            "The address is on this link and nobody answers for it: the host is off, or not on the network.",
        ),
        (
            Cause::HostAsleep,
            NEIGHBOUR_ASLEEP,
            "A host that sleeps answers no request for its hardware address either, unless its network card does it for the host.",
        ),
    ] {
        board
            .apply_to(cause, rule, message)
            .seen(CONNECT, seen)
            .seen(&place, "no answer to the request for its hardware address (ARP, neighbour discovery)")
            .not_proved("which of the two: a Wake-on-LAN packet would tell");
    }
    if view.product.may_be_windows() {
        board
            .apply_to(
                Cause::SleepEnabled,
                NEIGHBOUR_ASLEEP,
                "A Windows host that is set to sleep is silent like this once it does.",
            )
            .seen(&place, "no answer to the request for its hardware address (ARP, neighbour discovery)");
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
                .apply(
                    WOKEN,
                    format!(
                        "The host was silent and accepts connections {:.0} s after a Wake-on-LAN packet to {}.",
                        after.as_secs_f64(),
                        wake.mac
                    ),
                )
                .seen(&place, "it answers")
                .not_proved("that it slept rather than was switched off: some hosts start from that as well");
            board
                .apply(
                    STARTED,
                    "The host came up after a Wake-on-LAN packet, from which some hosts start that were switched off.",
                )
                .seen(&place, "it answers");
            if view.product.may_be_windows() {
                board
                    .apply(SLEEPS, "The host had to be woken: something lets it sleep.")
                    .seen(&place, "it answers")
                    .not_proved("that it is a setting and not a person who put it to sleep");
            }
        } else if wake.failure.is_none() {
            board
                .apply(NOT_WOKEN, "A Wake-on-LAN packet did not bring the host up while it was waited for.")
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
    let at = format!("{}/icmp", view.attempt(index));
    let v6 = view.evidence.connect_attempts.get(index).is_some_and(|attempt| attempt.address.is_ipv6());
    let filter = matches!((v6, icmp.kind, icmp.code), (false, 3, 3 | 9 | 10 | 13) | (true, 1, 1 | 4 | 5 | 6));
    let from = icmp.sender.map_or_else(|| "somebody on the path".to_owned(), |from| from.to_string());
    let said = icmp.name.clone().unwrap_or_else(|| format!("type {} code {}", icmp.kind, icmp.code));
    let seen = format!("ICMP {said} from {from}");
    // Another address of the name may fare differently.
    let everywhere = view.evidence.connect_attempts.iter().all(|attempt| {
        attempt.icmp.as_ref().is_some_and(|other| (other.kind, other.code) == (icmp.kind, icmp.code))
    });
    if filter {
        board
            .apply(
                if everywhere { ICMP_FILTER } else { ICMP_FILTER_SOMEWHERE },
                format!("A filter refuses the connection: {from} answers with ICMP {said}, which a host's own TCP does not do."),
            )
            .seen(&at, seen);
        board.hide(
            BEHIND_FILTER,
            "A filter refuses the connection; whether anything listens behind it cannot be seen.",
        );
        board.apply_to_all(SYN_ANSWERED, "The connection request was answered, if with a refusal.", &at);
    } else {
        board
            .apply(
                if everywhere { ICMP_UNREACHABLE } else { ICMP_UNREACHABLE_SOMEWHERE },
                format!("{from} says that the host cannot be reached (ICMP {said})."),
            )
            .seen(&at, seen.clone());
        board
            .apply(LAST_ROUTER, "A router that gets no answer from the host on its own link says so as well.")
            .seen(&at, seen);
        board
            .apply_to(Cause::FirewallDrops, SYN_ANSWERED, "The connection request was answered.")
            .seen(&at, "the connection request was answered");
    }
}

fn unreachable(view: &View<'_>, by: ByWhom, failure: &StageFailure, board: &mut Board) {
    let seen = failure.os_error.as_ref().map_or_else(|| failure.kind.to_string(), ToString::to_string);
    match by {
        ByWhom::NetworkUnreachable => {
            board
                .apply(NO_ROUTE, "This machine has no route to the host, or a router says that its network cannot be reached.")
                .seen(CONNECT, seen);
        }
        ByWhom::LocalPolicy => {
            board
                .apply(LOCAL_POLICY, "This machine itself forbids the connection: look at its own firewall or security software first.")
                .seen(CONNECT, seen);
        }
        ByWhom::HostUnreachable if unanswered_neighbour(view).is_some() => {
            if let Some(follow_up) = unanswered_neighbour(view) {
                absent(view, follow_up, &seen, board);
            }
        }
        ByWhom::HostUnreachable if failure.elapsed >= NEIGHBOUR_TIMEOUT => {
            let nobody = "The address did not answer on its own network: after this long, the error means that nobody answered the \
                          request for its hardware address (on this link, or on the last router's).";
            for (cause, message) in [
                (Cause::HostOff, nobody),
                (Cause::HostAsleep, nobody),
                (Cause::NetworkUnreachable, "A router may have said that the host cannot be reached."),
            ] {
                board.apply_to(cause, UNREACHABLE_LATE, message).seen(CONNECT, seen.clone());
            }
        }
        ByWhom::HostUnreachable => {
            board
                .apply(UNREACHABLE_AT_ONCE, "A device on the path says that the host cannot be reached.")
                .seen(CONNECT, seen.clone())
                .not_proved("that the way is missing: a firewall that answers \"administratively prohibited\" gives the same error");
            board
                .apply(
                    PROHIBITED,
                    "A firewall that answers \"administratively prohibited\" gives the same error.",
                )
                .seen(CONNECT, seen.clone());
            board
                .apply(LAST_ROUTER, "A router that gets no answer from the host says so.")
                .seen(CONNECT, seen);
        }
    }
}
