//! Why causes of which no other rule speaks were not seen: the connection ended before, the stage was not carried out, or the
//! network does not show them at all.

use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::rule::{Rule, rules};
use super::super::view::View;
use crate::evidence::{SkipReason, Stage, StageOutcome, StageRecord};

rules! {
    NOT_WINDOWS: Hides [CertificateRenewalFails, SecuritySettingsOutOfRange, PolicyFlapping], "not-windows", "the peer is a server that is not Windows, and only Windows has this";
    ENDED_BEFORE: Hides [*], "ended-before", "the connection ended at an earlier stage";
    NOT_CARRIED_OUT: Hides [*], "not-carried-out", "the stage was not carried out, though none before it failed";
    NOTHING_SPEAKS: Hides [*], "nothing-speaks", "nothing that was seen at its stage speaks of it";
    SIGN_IN_TELLS: Hides [NoLogonServer, DomainTrustBroken, CredentialsRejected, AccountRestricted, NotAuthorised, StuckSession, Licensing], "sign-in-tells", "it shows when a user signs in, which this check does not do";
    SESSION_TELLS: Hides [UdpTransportDrops], "session-tells", "it shows in a session, and UDP was not asked";
    CLIENT_TELLS: Hides [DelegationPolicy, SmartCard], "client-tells", "it is a matter of the client alone";
    GATEWAY_ASIDE: Hides [Gateway], "gateway-aside", "this check does not go through a gateway";
    HOST_TELLS: Hides [RdpDisabled, RdpServiceDisabled, FirewallRuleDisabled, FirewallServiceDead, IpsecRequired, SecuritySettingsOutOfRange, FipsOrEncryptionLevel, PolicyFlapping, AdapterPowerSaving, SleepEnabled, ListenerBoundElsewhere], "host-tells", "it is a setting of the host, which the network does not show";
    NO_CAUSE: Hides [WebsocketRule], "no-cause", "it does not matter to a client that connects to the Remote Desktop port";
}

/// Says of every cause that is still without a verdict why it has none.
pub(in crate::diagnose) fn explain(view: &View<'_>, board: &mut Board) {
    for &cause in Cause::ALL {
        if board.verdict(cause).is_none() {
            let (rule, because) = why_unseen(view, cause);
            board.apply_to(cause, rule, format!("{because}: {}.", cause.says())).weighs(Weight::Informs);
        }
    }
}

fn why_unseen(view: &View<'_>, cause: Cause) -> (&'static Rule, String) {
    if !view.product.may_be_windows() && NOT_WINDOWS.causes.contains(&cause) {
        return (
            NOT_WINDOWS,
            format!("The host was recognised as {}, and only Windows has this", view.product),
        );
    }
    let never: &[(&'static Rule, &str)] = &[
        (SIGN_IN_TELLS, "It shows only when a user signs in, which this check does not do"),
        (SESSION_TELLS, "It shows only in a session"),
        (CLIENT_TELLS, "It is a matter of the client alone, which this check is not"),
        (GATEWAY_ASIDE, "This check does not go through a Remote Desktop gateway"),
        (HOST_TELLS, "It is a setting of the host, which the network does not show"),
        (NO_CAUSE, "It is no cause of failure"),
    ];
    if let Some((rule, because)) = never.iter().find(|(rule, _)| rule.causes.contains(&cause)) {
        return (rule, (*because).to_owned());
    }
    if let (Some((failed, _)), Some(stage)) = (view.failure, cause.stage())
        && stage > failed
    {
        return (
            ENDED_BEFORE,
            format!("The connection ended at the {failed} stage, before this could be seen"),
        );
    }
    match cause.stage().and_then(|stage| Some((stage, skipped(view, stage)?))) {
        Some((stage, reason)) => {
            let why = match reason {
                SkipReason::DeadlineReached => "the deadline came before it",
                SkipReason::NotNegotiated => "the host did not choose it",
                _ => "the check did not come to it",
            };
            (NOT_CARRIED_OUT, format!("The {stage} stage was not carried out, because {why}"))
        }
        None => (NOTHING_SPEAKS, "Nothing that was seen speaks for it or against it".to_owned()),
    }
}

/// Why a stage of the main connection was skipped.
fn skipped(view: &View<'_>, stage: Stage) -> Option<SkipReason> {
    fn reason<T>(record: &StageRecord<T>) -> Option<SkipReason> {
        match record.outcome {
            StageOutcome::Skipped(reason) => Some(reason),
            StageOutcome::Completed(_) | StageOutcome::Failed(_) => None,
        }
    }
    let stages = &view.evidence.stages;
    match stage {
        Stage::Resolve => reason(&stages.resolve),
        Stage::Connect => reason(&stages.connect),
        Stage::Negotiate => reason(&stages.negotiate),
        Stage::Tls => reason(&stages.tls),
        Stage::Certificate => reason(&stages.certificate),
        Stage::Credssp => reason(&stages.credssp),
        _ => None,
    }
}
