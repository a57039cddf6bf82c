use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict::{self, Confirmed, Likely, NotObservable, Possible};
use super::super::view::View;
use crate::evidence::{
    Aftermath, Answer, FailureKind, Negotiation, NetworkLevelAuthentication, PeerBytes, Probe, Stage,
    StageFailure,
};
use crate::wire::negotiation::DISCONNECT_ULTIMATUM;

const NEGOTIATE: &str = "/stages/negotiate";

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    encryption(view, board);
    web_socket(view, board);
    entra_id(view, board);
    if let Some(facts) = view.evidence.stages.negotiate.facts() {
        return chosen(view, facts, board);
    }
    let Some(failure) = view.failed_at(Stage::Negotiate) else {
        return;
    };
    match &failure.kind {
        FailureKind::NegotiationRejected { code, .. } => rejected(view, *code, failure, board),
        FailureKind::ProtocolViolation { .. } => out_of_turn(view, failure, board),
        _ => {}
    }
}

/// What the host's own encryption is, where Standard RDP Security is in use.
fn encryption(view: &View<'_>, board: &mut Board) {
    let at = "/stages/standard_security";
    if let Some(failure) = view.failed_at(Stage::StandardSecurity) {
        let repeated = view.same_repeats() > 0;
        board
            .set(
                Cause::FipsOrEncryptionLevel,
                Possible,
                "The host confirms Standard RDP Security and does not answer the MCS connection that follows.",
            )
            .seen(&format!("{at}/failure"), failure.kind.to_string());
        board
            .set(
                Cause::NegotiationViolation,
                if repeated { Likely } else { Possible },
                "The host confirms Standard RDP Security and does not carry it out.",
            )
            .seen(&format!("{at}/failure"), failure.kind.to_string());
        return;
    }
    let Some(facts) = view.evidence.stages.standard_security.facts().filter(|facts| !facts.over_tls) else {
        return;
    };
    let seen =
        format!("encryption method {}, level {}", facts.encryption_method_name, facts.encryption_level_name);
    if facts.encryption_method == FIPS {
        board
            .set(
                Cause::FipsOrEncryptionLevel,
                Possible,
                "The host uses only FIPS 140-1 encryption: clients that do not have it are excluded.",
            )
            .weighs(Weight::Informs)
            .seen(&format!("{at}/facts"), seen);
    } else {
        board.rule_out(
            &[Cause::FipsOrEncryptionLevel],
            &format!("The host agreed on {seen}."),
            &format!("{at}/facts"),
        );
    }
}

/// `ENCRYPTION_METHOD_FIPS` (MS-RDPBCGR 2.2.1.4.3).
const FIPS: u32 = 0x10;

fn web_socket(view: &View<'_>, board: &mut Board) {
    let tries: Vec<_> =
        view.follow_ups(Probe::WebSocket3387).chain(view.follow_ups(Probe::WebSocket3392)).collect();
    if tries.is_empty() {
        return;
    }
    let words: Vec<String> = tries
        .iter()
        .map(|follow_up| {
            let port = if follow_up.probe == Probe::WebSocket3387 { 3387 } else { 3392 };
            let how = follow_up
                .failure
                .as_ref()
                .map_or_else(|| "open".to_owned(), |failure| failure.kind.to_string());
            format!("port {port}: {how}")
        })
        .collect();
    board.unseen(
        &[Cause::WebsocketRule],
        &format!(
            "The rules \"Remote Desktop (WebSocket)\" concern ports 3387 and 3392 ({}), which a client that connects to the RDP port does not use.",
            words.join(", ")
        ),
    );
}

fn entra_id(view: &View<'_>, board: &mut Board) {
    for follow_up in view.follow_ups(Probe::OfferRdsAad) {
        let takes = matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.contains(crate::evidence::SecurityProtocol::RDSAAD));
        if takes {
            board
                .set(
                    Cause::EntraIdRequired,
                    Possible,
                    "The host also takes Entra ID sign-in, which is a choice and no requirement where another protocol was chosen as well.",
                )
                .weighs(Weight::Informs)
                .seen(&view.place(follow_up), "selected rdsaad");
        }
    }
}

fn chosen(view: &View<'_>, facts: &Negotiation, board: &mut Board) {
    let seen = format!("selected {}", facts.selected);
    board.rule_out(&[Cause::EntraIdRequired], "The host chose another protocol.", NEGOTIATE);
    if facts.aftermath == Aftermath::Disconnected {
        let verdict = if repeats_disconnect(view) { Likely } else { Possible };
        board
            .set(
                Cause::NegotiationViolation,
                verdict,
                "The host confirms Standard RDP Security and ends the connection in the same breath, before the client has said anything.",
            )
            .seen(NEGOTIATE, seen);
        return;
    }
    board.rule_out(&[Cause::NegotiationViolation], "The host's choice is lawful.", NEGOTIATE);
    if facts.selected.uses_tls() {
        board.rule_out(&[Cause::SecurityLayerRdpOnly], "The host chose TLS.", NEGOTIATE);
        network_level_authentication(view, facts, board);
    } else {
        standard_security(view, facts, board);
    }
}

fn repeats_disconnect(view: &View<'_>) -> bool {
    view.follow_ups(Probe::Repeat).any(|again| {
        matches!(&again.answer, Some(Answer::Negotiated(facts)) if facts.aftermath == Aftermath::Disconnected)
    })
}

fn network_level_authentication(view: &View<'_>, facts: &Negotiation, board: &mut Board) {
    match facts.network_level_authentication {
        NetworkLevelAuthentication::Required => {
            let entry = board.set(
                Cause::NlaRequired,
                Possible,
                "The host insists on network level authentication. That is the normal, safe setting; it stops only clients that cannot do it.",
            );
            entry.weighs(Weight::Informs);
            for follow_up in view.follow_ups(Probe::OfferSsl) {
                entry.seen(&view.place(follow_up), "an offer without CredSSP was refused with failure 5");
            }
        }
        NetworkLevelAuthentication::Selected => {
            board.set(
                Cause::NlaRequired,
                NotObservable,
                "The host chose network level authentication, which is normal; whether it also takes clients without it was not asked.",
            );
        }
        NetworkLevelAuthentication::NotChosen
        | NetworkLevelAuthentication::NotOffered
        | NetworkLevelAuthentication::Optional => {
            board.rule_out(
                &[Cause::NlaRequired],
                "The host takes clients without network level authentication.",
                NEGOTIATE,
            );
        }
    }
}

fn standard_security(view: &View<'_>, facts: &Negotiation, board: &mut Board) {
    let tls_elsewhere = view.follow_ups(Probe::OfferSsl).find(
        |follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls()),
    );
    if let Some(follow_up) = tls_elsewhere {
        board
            .set(
                Cause::SecurityLayerRdpOnly,
                Likely,
                "The host chose Standard RDP Security although TLS and CredSSP were offered, and takes TLS when nothing else is offered.",
            )
            .weighs(Weight::Degrades)
            .seen(NEGOTIATE, "selected rdp")
            .seen(&view.place(follow_up), "selected ssl");
    } else if facts.has_data {
        board
            .set(
                Cause::SecurityLayerRdpOnly,
                Likely,
                "The host chose Standard RDP Security though TLS and CredSSP were offered: connections are encrypted weakly or not at all, and the host cannot be recognised.",
            )
            .weighs(Weight::Degrades)
            .seen(NEGOTIATE, "selected rdp, though ssl, hybrid and hybrid-ex were offered")
            .not_proved("that this is the setting: xrdp falls back to it silently when it cannot read its certificate or key");
    } else {
        board
            .set(
                Cause::SecurityLayerRdpOnly,
                Likely,
                "The confirm carries no negotiation data, as servers send that know only Standard RDP Security.",
            )
            .weighs(Weight::Degrades)
            .seen(NEGOTIATE, "a confirm without negotiation data");
    }
    if board.verdict(Cause::SecurityLayerRdpOnly).is_some_and(Verdict::is_open)
        && let Some(proved) = view.evidence.stages.standard_security.facts()
    {
        board.add_seen(
            Cause::SecurityLayerRdpOnly,
            "/stages/standard_security",
            &format!(
                "the MCS connection is answered: encryption {}, level {}",
                proved.encryption_method_name, proved.encryption_level_name
            ),
        );
    }
    board
        .set(
            Cause::HostHasNoCertificate,
            Possible,
            "A host that is set to TLS and cannot load its certificate or key may fall back to Standard RDP Security.",
        )
        .weighs(Weight::Degrades)
        .seen(NEGOTIATE, "selected rdp");
    board.rule_out(
        &[Cause::NlaRequired, Cause::TlsRequired],
        "The host takes Standard RDP Security.",
        NEGOTIATE,
    );
}

fn rejected(view: &View<'_>, code: u32, failure: &StageFailure, board: &mut Board) {
    let at = format!("{NEGOTIATE}/failure");
    let seen = failure.kind.to_string();
    let set = |board: &mut Board, cause, verdict, message: &str| {
        board.set(cause, verdict, message).seen(&at, seen.clone());
    };
    match code {
        1 => {
            set(
                board,
                Cause::TlsRequired,
                Likely,
                "The host says that TLS is required though it was offered: it has no method left that it could use, or misreads the offer.",
            );
        }
        2 => return rdp_only(view, &seen, board),
        3 => set(
            board,
            Cause::HostHasNoCertificate,
            refusal(view),
            "The host says that it has no certificate that it can use.",
        ),
        4 => set(
            board,
            Cause::NegotiationViolation,
            Possible,
            "The host says that the request contradicts the security in effect, which can only be said of a connection that began with TLS.",
        ),
        5 => set(
            board,
            Cause::NlaRequired,
            Likely,
            "The host says that CredSSP is required though it was offered: it accepts only a kind of it that was not.",
        ),
        6 => {
            set(board, Cause::ClientCertificateRequired, Confirmed, "The host demands a client certificate.")
        }
        7 => set(
            board,
            Cause::EntraIdRequired,
            Confirmed,
            "The host takes only Entra ID sign-in; a client must be told to use it (enablerdsaadauth).",
        ),
        _ => set(
            board,
            Cause::NegotiationViolation,
            Possible,
            "The host refuses with a number that the specification does not have.",
        ),
    }
    board.unseen(
        &[Cause::SecurityLayerRdpOnly, Cause::HostHasNoCertificate],
        "The refusal gives another reason; what would come after it was not seen.",
    );
    if matches!(code, 1 | 3 | 5..=7) {
        board.rule_out(&[Cause::NegotiationViolation], "The refusal is lawful.", &at);
    }
}

/// How sure a refusal is: the same offer was refused again, and no other answer of the host contradicts it.
fn refusal(view: &View<'_>) -> Verdict {
    let contradicted = view.evidence.follow_ups.iter().any(|follow_up| {
        let takes_tls =
            matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls());
        let wants_nla = follow_up
            .failure
            .as_ref()
            .is_some_and(|failure| matches!(failure.kind, FailureKind::NegotiationRejected { code: 5, .. }));
        takes_tls || wants_nla
    });
    match (contradicted, view.same_repeats() > 0) {
        (true, _) => Possible,
        (false, true) => Confirmed,
        (false, false) => Likely,
    }
}

/// Failure 2. A Windows client asks again without TLS; whether that works has been tried.
fn rdp_only(view: &View<'_>, seen: &str, board: &mut Board) {
    let tls_alone = view.follow_ups(Probe::OfferSsl).find(
        |follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls()),
    );
    if let Some(follow_up) = tls_alone {
        board
            .set(
                Cause::NegotiationViolation,
                Likely,
                "The host says that TLS is not allowed, and takes it when nothing else is offered.",
            )
            .seen(NEGOTIATE, seen)
            .seen(&view.place(follow_up), "selected ssl");
        return;
    }
    let taken = view.follow_ups(Probe::OfferNone).find(|follow_up| {
        matches!(&follow_up.answer, Some(Answer::Negotiated(facts))
            if facts.selected.is_empty() && facts.aftermath != Aftermath::Disconnected)
    });
    let entry = board.set(
        Cause::SecurityLayerRdpOnly,
        refusal(view),
        "The host allows only Standard RDP Security: connections are encrypted weakly or not at all, and the host cannot be recognised. Clients that insist on TLS or NLA are refused.",
    );
    entry.seen(NEGOTIATE, seen);
    let answered = view.evidence.stages.standard_security.facts().filter(|facts| !facts.over_tls);
    if let Some(follow_up) = taken {
        entry.weighs(Weight::Degrades).seen(&view.place(follow_up), "a request without TLS is confirmed");
        if let Some(facts) = answered {
            entry.seen(
                "/stages/standard_security",
                format!("the MCS connection is answered: {}", facts.encryption_method_name),
            );
        } else {
            entry
                .not_proved("that a session comes about: only an answer to the MCS connection would show it");
        }
    } else {
        entry.not_proved("that Standard RDP Security itself works");
    }
}

/// A TPKT that is no lawful answer.
fn out_of_turn(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let head = failure.first_bytes.as_ref().map_or(&[][..], PeerBytes::as_slice);
    if !head.starts_with(&[3, 0]) || board.verdict(Cause::NotRdp).is_some_and(Verdict::is_open) {
        return;
    }
    // A disconnect is lawful in itself; only the reason for it is not known.
    let disconnect = head.starts_with(&DISCONNECT_ULTIMATUM);
    let verdict = match (view.same_repeats() > 0, disconnect) {
        (true, false) => Confirmed,
        (true, true) | (false, false) => Likely,
        (false, true) => Possible,
    };
    board
        .set(
            Cause::NegotiationViolation,
            verdict,
            format!("The peer breaks the rules of the negotiation: {}.", failure.kind),
        )
        .seen(&format!("{NEGOTIATE}/failure"), failure.kind.to_string());
}
