use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict;
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{
    Aftermath, Answer, FailureKind, Negotiation, NetworkLevelAuthentication, PeerBytes, Probe, Stage,
    StageFailure,
};
use crate::wire::negotiation::DISCONNECT_ULTIMATUM;

const NEGOTIATE: &str = "/stages/negotiate";

rules! {
    // The host's own encryption
    STANDARD_SECURITY_UNANSWERED: Fits [FipsOrEncryptionLevel, NegotiationViolation], "standard-security-unanswered", "the host confirms Standard RDP Security and does not answer the MCS connection that follows";
    STANDARD_SECURITY_UNANSWERED_AGAIN: Supports [NegotiationViolation], "standard-security-unanswered-again", "the host confirms Standard RDP Security and does not carry it out, repeatedly";
    FIPS_ENCRYPTION: Fits [FipsOrEncryptionLevel], "fips-encryption", "the host uses only FIPS 140-1 encryption";
    ENCRYPTION_AGREED: Excludes [FipsOrEncryptionLevel], "encryption-agreed", "the host agreed on an encryption that is not FIPS";
    // What does not matter
    DIRECT_CONNECTION: Excludes [WebsocketRule], "direct-connection", "the Remote Desktop port itself answers, which the WebSocket rules do not concern";
    WEBSOCKET_PORTS: Hides [WebsocketRule], "websocket-ports", "the WebSocket ports were looked at, which direct connections do not use";
    // Chosen
    ENTRA_ID_TOO: Fits [EntraIdRequired], "entra-id-too", "the host selects RDSAAD where it is offered, and another protocol otherwise";
    OTHER_THAN_ENTRA_ID: Excludes [EntraIdRequired], "other-than-entra-id", "the host chose another protocol than RDSAAD";
    CONFIRMS_AND_ENDS_AGAIN: Supports [NegotiationViolation], "confirms-and-ends-again", "the host confirms and ends the connection in the same breath, repeatedly";
    CONFIRMS_AND_ENDS: Fits [NegotiationViolation], "confirms-and-ends", "the host confirms and ends the connection in the same breath";
    LAWFUL_CHOICE: Excludes [NegotiationViolation], "lawful-choice", "the host chose one protocol of those that were offered";
    TLS_CHOSEN: Excludes [SecurityLayerRdpOnly], "tls-chosen", "the host chose TLS";
    NLA_ENFORCED: Fits [NlaRequired], "nla-enforced", "an offer without CredSSP was refused with failure 5";
    NLA_CHOSEN: Hides [NlaRequired], "nla-chosen", "the host chose network level authentication, and was not asked for a connection without";
    NLA_OPTIONAL: Excludes [NlaRequired], "nla-optional", "the host takes clients without network level authentication";
    RDP_CHOSEN_THOUGH_TLS_WORKS: Supports [SecurityLayerRdpOnly], "rdp-chosen-though-tls-works", "the host chose Standard RDP Security though more was offered, and takes TLS alone";
    RDP_CHOSEN: Supports [SecurityLayerRdpOnly], "rdp-chosen", "the host chose Standard RDP Security though TLS and CredSSP were offered";
    CONFIRM_WITHOUT_DATA: Supports [SecurityLayerRdpOnly], "confirm-without-data", "the confirm carries no negotiation data";
    RDP_CHOSEN_FOR_WANT_OF_KEY: Fits [HostHasNoCertificate], "rdp-chosen-for-want-of-key", "the host chose Standard RDP Security, as one does that cannot load its certificate or key";
    RDP_TAKEN: Excludes [NlaRequired, TlsRequired], "rdp-taken", "the host takes Standard RDP Security";
    // Refused
    REFUSAL_1: Supports [TlsRequired], "refusal-1", "failure 1: TLS is required, though it was offered";
    REFUSAL_2_AGAIN: Confirms [SecurityLayerRdpOnly], "refusal-2-again", "failure 2, TLS is not allowed, to the same offer twice";
    REFUSAL_2: Supports [SecurityLayerRdpOnly], "refusal-2", "failure 2: TLS is not allowed";
    REFUSAL_2_UNTRUE: Supports [NegotiationViolation], "refusal-2-untrue", "failure 2, and TLS is taken when nothing else is offered";
    REFUSAL_3_AGAIN: Confirms [HostHasNoCertificate], "refusal-3-again", "failure 3, no certificate, to the same offer twice";
    REFUSAL_3: Supports [HostHasNoCertificate], "refusal-3", "failure 3: the host has no certificate";
    REFUSAL_CONTRADICTED: Opposes [SecurityLayerRdpOnly, HostHasNoCertificate], "refusal-contradicted", "another answer of the host shows that it does take TLS";
    REFUSAL_4: Fits [NegotiationViolation], "refusal-4", "failure 4, which can only be said of a connection that began with TLS";
    REFUSAL_5: Supports [NlaRequired], "refusal-5", "failure 5: CredSSP is required, though it was offered";
    REFUSAL_6: Confirms [ClientCertificateRequired], "refusal-6", "failure 6: a client certificate is required";
    REFUSAL_7: Confirms [EntraIdRequired], "refusal-7", "failure 7: only Entra ID sign-in is taken";
    REFUSAL_UNKNOWN: Fits [NegotiationViolation], "refusal-unknown", "a failure that the specification does not have";
    REFUSED_FOR_OTHER_REASON: Hides [SecurityLayerRdpOnly, HostHasNoCertificate], "refused-for-other-reason", "the host refuses before what these causes would stop";
    LAWFUL_REFUSAL: Excludes [NegotiationViolation], "lawful-refusal", "the host refuses as the specification has it";
    // Out of turn
    OUT_OF_TURN_AGAIN: Confirms [NegotiationViolation], "out-of-turn-again", "the peer answers in TPKT what is no lawful answer, twice";
    OUT_OF_TURN: Supports [NegotiationViolation], "out-of-turn", "the peer answers in TPKT what is no lawful answer";
    DISCONNECTS_AGAIN: Supports [NegotiationViolation], "disconnects-again", "the peer answers the request with an MCS disconnect, twice";
    DISCONNECTS: Fits [NegotiationViolation], "disconnects", "the peer answers the request with an MCS disconnect";
    // Settings that are not brought back into their range
    ENDED_BY_SETTINGS: Fits [SecuritySettingsOutOfRange], "ended-by-settings", "the connection is ended where a host that may be Windows should answer X.224 or TLS";
}

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
            .apply_to(
                Cause::FipsOrEncryptionLevel,
                STANDARD_SECURITY_UNANSWERED,
                "The host confirms Standard RDP Security and does not answer the MCS connection that follows.",
            )
            .seen(&format!("{at}/failure"), failure.kind.to_string());
        board
            .apply_to(
                Cause::NegotiationViolation,
                if repeated { STANDARD_SECURITY_UNANSWERED_AGAIN } else { STANDARD_SECURITY_UNANSWERED },
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
            .apply(
                FIPS_ENCRYPTION,
                "The host uses only FIPS 140-1 encryption: clients that do not have it are excluded.",
            )
            .weighs(Weight::Informs)
            .seen(&format!("{at}/facts"), seen);
    } else {
        board.apply_to_all(ENCRYPTION_AGREED, &format!("The host agreed on {seen}."), &format!("{at}/facts"));
    }
}

/// `ENCRYPTION_METHOD_FIPS` (MS-RDPBCGR 2.2.1.4.3).
const FIPS: u32 = 0x10;

fn web_socket(view: &View<'_>, board: &mut Board) {
    let tries: Vec<_> =
        view.follow_ups(Probe::WebSocket3387).chain(view.follow_ups(Probe::WebSocket3392)).collect();
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
    let states = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
    if view.speaks_rdp() {
        board
            .apply(
                DIRECT_CONNECTION,
                format!("Remote Desktop answers on this port. The rules \"Remote Desktop (WebSocket)\" concern ports 3387 and 3392{states}, which direct connections do not use."),
            )
            .seen(NEGOTIATE, "X.224 is answered without WebSocket");
    } else if !words.is_empty() {
        board.hide(
            WEBSOCKET_PORTS,
            &format!("The rules \"Remote Desktop (WebSocket)\" concern ports 3387 and 3392{states}, which a client that connects to the RDP port does not use."),
        );
    }
}

fn entra_id(view: &View<'_>, board: &mut Board) {
    for follow_up in view.follow_ups(Probe::OfferRdsAad) {
        let takes = matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.contains(crate::evidence::SecurityProtocol::RDSAAD));
        if takes {
            board
                .apply(
                    ENTRA_ID_TOO,
                    "The host also takes Entra ID sign-in, which is a choice and no requirement where another protocol was chosen as well.",
                )
                .weighs(Weight::Informs)
                .seen(&view.place(follow_up), "selected rdsaad");
        }
    }
}

fn chosen(view: &View<'_>, facts: &Negotiation, board: &mut Board) {
    let seen = format!("selected {}", facts.selected);
    board.apply_to_all(OTHER_THAN_ENTRA_ID, "The host chose another protocol.", NEGOTIATE);
    if facts.aftermath == Aftermath::Disconnected {
        let rule = if repeats_disconnect(view) { CONFIRMS_AND_ENDS_AGAIN } else { CONFIRMS_AND_ENDS };
        board
            .apply(
                rule,
                "The host confirms Standard RDP Security and ends the connection in the same breath, before the client has said anything.",
            )
            .seen(NEGOTIATE, seen);
        return;
    }
    if !breaks_rules_at_tls(view) {
        board.apply_to_all(LAWFUL_CHOICE, "The host's choice is lawful.", NEGOTIATE);
    }
    if facts.selected.uses_tls() {
        board.apply_to_all(TLS_CHOSEN, "The host chose TLS.", NEGOTIATE);
        network_level_authentication(view, facts, board);
    } else {
        standard_security(view, facts, board);
    }
}

/// Whether what comes in place of TLS is none, by which the peer may break the rules all the same.
fn breaks_rules_at_tls(view: &View<'_>) -> bool {
    view.failed_at(Stage::Tls)
        .is_some_and(|failure| matches!(failure.kind, FailureKind::ProtocolViolation { .. }))
}

fn repeats_disconnect(view: &View<'_>) -> bool {
    view.follow_ups(Probe::Repeat).any(|again| {
        matches!(&again.answer, Some(Answer::Negotiated(facts)) if facts.aftermath == Aftermath::Disconnected)
    })
}

fn network_level_authentication(view: &View<'_>, facts: &Negotiation, board: &mut Board) {
    match facts.network_level_authentication {
        NetworkLevelAuthentication::Required => {
            let entry = board.apply(
                NLA_ENFORCED,
                "The host insists on network level authentication. That is the normal, safe setting; it stops only clients that cannot do it.",
            );
            entry
                .weighs(Weight::Informs)
                .seen(&format!("{NEGOTIATE}/facts/network_level_authentication"), "required");
            for follow_up in view.follow_ups(Probe::OfferSsl) {
                entry.seen(&view.place(follow_up), "an offer without CredSSP was refused with failure 5");
            }
        }
        NetworkLevelAuthentication::Selected => {
            board.hide(
                NLA_CHOSEN,
                "The host chose network level authentication, which is normal; whether it also takes clients without it was not asked.",
            );
        }
        NetworkLevelAuthentication::NotChosen
        | NetworkLevelAuthentication::NotOffered
        | NetworkLevelAuthentication::Optional => {
            board.apply_to_all(
                NLA_OPTIONAL,
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
            .apply(
                RDP_CHOSEN_THOUGH_TLS_WORKS,
                "The host chose Standard RDP Security although TLS and CredSSP were offered, and takes TLS when nothing else is offered.",
            )
            .weighs(Weight::Degrades)
            .seen(NEGOTIATE, "selected rdp")
            .seen(&view.place(follow_up), "selected ssl");
    } else if facts.has_data {
        board
            .apply(
                RDP_CHOSEN,
                "The host chose Standard RDP Security though TLS and CredSSP were offered: connections are encrypted weakly or not at all, and the host cannot be recognised.",
            )
            .weighs(Weight::Degrades)
            .seen(NEGOTIATE, "selected rdp, though ssl, hybrid and hybrid-ex were offered")
            .not_proved("that this is the setting: xrdp falls back to it silently when it cannot read its certificate or key");
    } else {
        board
            .apply(
                CONFIRM_WITHOUT_DATA,
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
        .apply(
            RDP_CHOSEN_FOR_WANT_OF_KEY,
            "A host that is set to TLS and cannot load its certificate or key may fall back to Standard RDP Security.",
        )
        .weighs(Weight::Degrades)
        .seen(NEGOTIATE, "selected rdp");
    board.apply_to_all(RDP_TAKEN, "The host takes Standard RDP Security.", NEGOTIATE);
}

fn rejected(view: &View<'_>, code: u32, failure: &StageFailure, board: &mut Board) {
    let at = format!("{NEGOTIATE}/failure");
    let seen = failure.kind.to_string();
    let (rule, message) = match code {
        1 => (
            REFUSAL_1,
            "The host says that TLS is required though it was offered: it has no method left that it could use, or misreads the offer.",
        ),
        2 => return rdp_only(view, &seen, board),
        3 => (
            if view.same_repeats() > 0 { REFUSAL_3_AGAIN } else { REFUSAL_3 },
            "The host says that it has no certificate that it can use.",
        ),
        4 => (
            REFUSAL_4,
            "The host says that the request contradicts the security in effect, which can only be said of a connection that began with TLS.",
        ),
        5 => (
            REFUSAL_5,
            "The host says that CredSSP is required though it was offered: it accepts only a kind of it that was not.",
        ),
        6 => (REFUSAL_6, "The host demands a client certificate."),
        7 => (
            REFUSAL_7,
            "The host takes only Entra ID sign-in; a client must be told to use it (enablerdsaadauth).",
        ),
        _ => (REFUSAL_UNKNOWN, "The host refuses with a number that the specification does not have."),
    };
    board.apply(rule, message).seen(&at, seen);
    if code == 3 {
        contradicted(view, Cause::HostHasNoCertificate, board);
    }
    board.hide(
        REFUSED_FOR_OTHER_REASON,
        "The refusal gives another reason; what would come after it was not seen.",
    );
    if matches!(code, 1 | 3 | 5..=7) {
        board.apply_to_all(LAWFUL_REFUSAL, "The refusal is lawful.", &at);
    }
}

/// Another answer of the host speaks against what its refusal says of it.
fn contradicted(view: &View<'_>, cause: Cause, board: &mut Board) {
    for follow_up in &view.evidence.follow_ups {
        let takes_tls =
            matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls());
        let wants_nla = follow_up
            .failure
            .as_ref()
            .is_some_and(|failure| matches!(failure.kind, FailureKind::NegotiationRejected { code: 5, .. }));
        let how = if takes_tls {
            "TLS is chosen"
        } else if wants_nla {
            "CredSSP, which is inside TLS, is asked for"
        } else {
            continue;
        };
        board
            .apply_to(cause, REFUSAL_CONTRADICTED, "Another answer of the host shows that it does take TLS.")
            .seen(&view.place(follow_up), format!("{}: {how}", follow_up.probe));
    }
}

/// Failure 2. A Windows client asks again without TLS; whether that works has been tried.
fn rdp_only(view: &View<'_>, seen: &str, board: &mut Board) {
    let tls_alone = view.follow_ups(Probe::OfferSsl).find(
        |follow_up| matches!(&follow_up.answer, Some(Answer::Negotiated(facts)) if facts.selected.uses_tls()),
    );
    if let Some(follow_up) = tls_alone {
        board
            .apply(
                REFUSAL_2_UNTRUE,
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
    let entry = board.apply(
        if view.same_repeats() > 0 { REFUSAL_2_AGAIN } else { REFUSAL_2 },
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
    contradicted(view, Cause::SecurityLayerRdpOnly, board);
}

/// A TPKT that is no lawful answer.
fn out_of_turn(view: &View<'_>, failure: &StageFailure, board: &mut Board) {
    let head = failure.first_bytes.as_ref().map_or(&[][..], PeerBytes::as_slice);
    if !head.starts_with(&[3, 0]) || board.verdict(Cause::NotRdp).is_some_and(Verdict::is_open) {
        return;
    }
    // A disconnect is lawful in itself; only the reason for it is not known.
    let disconnect = head.starts_with(&DISCONNECT_ULTIMATUM);
    let rule = match (view.same_repeats() > 0, disconnect) {
        (true, false) => OUT_OF_TURN_AGAIN,
        (false, false) => OUT_OF_TURN,
        (true, true) => DISCONNECTS_AGAIN,
        (false, true) => DISCONNECTS,
    };
    board
        .apply(rule, format!("The peer breaks the rules of the negotiation: {}.", failure.kind))
        .seen(&format!("{NEGOTIATE}/failure"), failure.kind.to_string());
}

/// What is judged when TLS has been.
pub(super) fn after_tls(view: &View<'_>, board: &mut Board) {
    let chosen = view.evidence.stages.negotiate.facts().is_some();
    let open = board.verdict(Cause::NegotiationViolation).is_some_and(Verdict::is_open);
    if chosen && breaks_rules_at_tls(view) && !open {
        board.apply_to_all(LAWFUL_CHOICE, "The host's choice is lawful.", NEGOTIATE);
    }
    settings(view, board);
}

/// Windows does not bring security settings of the listener back into their range: it ends every connection at once.
fn settings(view: &View<'_>, board: &mut Board) {
    let Some((stage @ (Stage::Negotiate | Stage::Tls), failure)) = view.failure else {
        return;
    };
    let ended = matches!(failure.kind, FailureKind::Closed | FailureKind::Reset);
    let other_service = board.verdict(Cause::NotRdp).is_some_and(|verdict| verdict <= Verdict::Likely);
    // What another try got past is no setting.
    let passed = view.evidence.follow_ups.iter().any(|follow_up| {
        follow_up.answer.is_some() && (stage == Stage::Negotiate || follow_up.stage >= Stage::Tls)
    });
    if ended && failure.first_bytes.is_none() && view.product.may_be_windows() && !other_service && !passed {
        board
            .apply(
                ENDED_BY_SETTINGS,
                "A Windows host whose listener has a security setting outside its values ends every connection at once.",
            )
            .seen(&format!("/stages/{stage}/failure"), failure.kind.to_string());
    }
}
