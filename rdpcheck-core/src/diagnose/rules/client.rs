//! What a client showed: evidence of the client, about what the network cannot see.
//!
//! It is heard after the headline stands, and so never turns it. Against what was measured in the same check it confirms
//! nothing.

use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::finding::Verdict;
use super::super::rule::{Effect, Rule, rules};
use super::super::view::View;
use crate::code::ClientError;

/// Where what a client showed is in a report.
pub(in crate::diagnose) const SHOWN: &str = "/client_error";

rules! {
    // Codes that name their cause
    CLIENT_PASSWORD: Confirms [CredentialsRejected], "client-password", "the client shows that the user is not known, or the password has expired or must be changed (0xA07, 0xF07, 0x1207)";
    CLIENT_LOGON_FAILURE: Supports [CredentialsRejected], "client-logon-failure", "the client shows that the logon failed (0x807)";
    CLIENT_FRESH_CREDENTIALS: Fits [CredentialsRejected], "client-fresh-credentials", "the client shows that saved credentials are not taken (0x2107, extended 10)";
    CLIENT_ACCOUNT: Confirms [AccountRestricted], "client-account", "the client shows that the account is disabled, restricted, locked out or expired, or may not be used at this hour or from this computer (0xB07, 0xC07, 0xD07, 0xE07, 0x1007, 0x1107)";
    CLIENT_RIGHT: Confirms [NotAuthorised], "client-right", "the host tells the client that the user may not log on remotely (extended 9)";
    CLIENT_LOGON_TYPE: Supports [NotAuthorised], "client-logon-type", "the client shows that this type of logon is not granted (0x1307)";
    CLIENT_LICENSING: Confirms [Licensing], "client-licensing", "the client shows that licensing failed (0x808, 0x908, extended 0x100 to 0x10B)";
    CLIENT_GATEWAY: Confirms [Gateway], "client-gateway", "the client shows a code of the gateway (0x3000001 and above)";
    CLIENT_ENCRYPTION: Supports [FipsOrEncryptionLevel], "client-encryption", "the client shows that it has not the encryption that the host asks for (0xE06, extended 8)";
    CLIENT_CLOCK: Supports [ClockSkew], "client-clock", "the client shows that clocks differ (0x1D07)";
    CLIENT_NO_AUTHORITY: Supports [NoLogonServer], "client-no-authority", "the client shows that no authority could be reached for the logon (0x1807)";
    CLIENT_DELEGATION: Confirms [DelegationPolicy], "client-delegation", "the client shows that its own policy keeps it from sending the credentials (0x1607, 0xD09, 0xF08)";
    CLIENT_DELEGATION_NTLM: Supports [DelegationPolicy], "client-delegation-ntlm", "the client shows that its policy wants the host to be known by more than NTLM (0x1707)";
    CLIENT_SMART_CARD: Confirms [SmartCard], "client-smart-card", "the client shows that its smart card cannot be used (0x10A, 0x20A, 0x30A, 0x40A, 0x1C07, 0x2207)";
    CLIENT_NLA_ENFORCED: Confirms [NlaRequired], "client-nla-enforced", "the client shows that it cannot do network level authentication (0xB09), and the host was seen to insist on it";
    CLIENT_NLA: Supports [NlaRequired], "client-nla", "the client shows that the host asks for network level authentication, which it cannot do (0xB09)";
    CLIENT_NAME: Supports [NameNotResolved], "client-name", "the client shows that it could not resolve the name (0x104, 0x208, 0x508, 0x604)";
    // Codes that several causes fit
    CLIENT_DOMAIN: Fits [NoLogonServer, DomainTrustBroken, ClockSkew], "client-domain", "the client shows that Kerberos did not come about (0x1807, 0x1707)";
    CLIENT_NTLM: Fits [NtlmRefused], "client-ntlm", "the client shows that the logon failed (0x807), as it does where NTLM is refused";
    CLIENT_CERTIFICATE_OTHER: Fits [TlsIntercepted, CertificateVaries], "client-certificate-other", "the client shows that it got another certificate than it expected (0x907)";
    CLIENT_CERTIFICATE_DATES: Fits [CertificateExpired, CertificateNotYetValid, ClockSkew], "client-certificate-dates", "the client shows that the certificate is outside its dates or invalid (0x1B07)";
    CLIENT_SESSION_TAKEN: Fits [StuckSession], "client-session-taken", "the host tells the client that another connection took the session (extended 5)";
    CLIENT_SESSION_LOST: Fits [PacketLoss, UnstablePath, SlowPath, UdpTransportDrops, PolicyFlapping, AdapterPowerSaving], "client-session-lost", "the client lost a session that existed (0x904/0x0, 0x404, 0x304)";
    CLIENT_SESSION_LOST_TO_SLEEP: Fits [HostAsleep], "client-session-lost-to-sleep", "the client lost a session that existed, as when the host falls asleep";
    // Against what was measured
    CLOCK_OF_HOST_AGREES: Opposes [ClockSkew], "clock-of-host-agrees", "a client shows that clocks differ, and the host's was measured to agree with ours";
    NLA_WAS_OPTIONAL: Opposes [NlaRequired], "nla-was-optional", "a client shows that the host asks for network level authentication, and it was seen to take clients without";
    ENCRYPTION_WAS_AGREED: Opposes [FipsOrEncryptionLevel], "encryption-was-agreed", "a client shows that encryption failed, and the host was seen to agree on one that is not FIPS";
    STOPS_BEFORE: Opposes [CredentialsRejected, AccountRestricted, NotAuthorised, Licensing, FipsOrEncryptionLevel, ClockSkew, NoLogonServer, NlaRequired, NtlmRefused, DomainTrustBroken, StuckSession, DelegationPolicy, SmartCard], "stops-before", "the host as measured stops connections before the stage that the client's code names";
}

/// What a code says of a cause by itself, the surest first.
pub(in crate::diagnose) fn rules_of(shown: ClientError) -> &'static [&'static Rule] {
    match (shown.code, shown.extended) {
        (0x3 | 0x904, Some(8)) => &[CLIENT_ENCRYPTION],
        (0x3 | 0x904, Some(9)) => &[CLIENT_RIGHT],
        (0x3 | 0x904, Some(10)) => &[CLIENT_FRESH_CREDENTIALS],
        (0x3 | 0x904, Some(0x100..=0x10B)) => &[CLIENT_LICENSING],
        (0x3 | 0x904, Some(5)) => &[CLIENT_SESSION_TAKEN],
        (0xA07 | 0xF07 | 0x1207, _) => &[CLIENT_PASSWORD],
        (0x807, _) => &[CLIENT_LOGON_FAILURE, CLIENT_NTLM],
        (0x2107, _) => &[CLIENT_FRESH_CREDENTIALS],
        (0xB07 | 0xC07 | 0xD07 | 0xE07 | 0x1007 | 0x1107, _) => &[CLIENT_ACCOUNT],
        (0x1307, _) => &[CLIENT_LOGON_TYPE],
        (0x808 | 0x908, _) => &[CLIENT_LICENSING],
        (0x300_0001..=0x300_0050, _) => &[CLIENT_GATEWAY],
        (0xE06, _) => &[CLIENT_ENCRYPTION],
        (0x1D07, _) => &[CLIENT_CLOCK],
        (0x1807, _) => &[CLIENT_NO_AUTHORITY, CLIENT_DOMAIN],
        (0x1707, _) => &[CLIENT_DELEGATION_NTLM, CLIENT_DOMAIN],
        (0x1607 | 0xD09 | 0xF08, _) => &[CLIENT_DELEGATION],
        (0x10A | 0x20A | 0x30A | 0x40A | 0x1C07 | 0x2207, _) => &[CLIENT_SMART_CARD],
        (0xB09, _) => &[CLIENT_NLA],
        (0x104 | 0x208 | 0x508 | 0x604, _) => &[CLIENT_NAME],
        (0x907, _) => &[CLIENT_CERTIFICATE_OTHER],
        (0x1B07, _) => &[CLIENT_CERTIFICATE_DATES],
        (0x904, Some(0)) | (0x304 | 0x404, _) => &[CLIENT_SESSION_LOST, CLIENT_SESSION_LOST_TO_SLEEP],
        _ => &[],
    }
}

/// Whether the rule with this code lets a client's code name its cause.
pub(in crate::diagnose) fn names_cause(code: &str) -> bool {
    let names = |rule: &Rule| rule.code == code && matches!(rule.effect, Effect::Confirms | Effect::Supports);
    RULES.iter().any(|rule| names(rule))
}

/// `stops_before` is whether the host as measured stops connections before the code can be shown.
pub(in crate::diagnose) fn judge(view: &View<'_>, stops_before: bool, board: &mut Board) {
    let Some(shown) = view.shown else {
        return;
    };
    for &rule in rules_of(shown) {
        for &cause in rule.causes {
            hear(view, shown, rule, cause, board);
        }
    }
    if stops_before {
        let named: Vec<Cause> = rules_of(shown).iter().flat_map(|rule| rule.causes.iter().copied()).collect();
        let open = |board: &Board, cause| board.verdict(cause).is_some_and(Verdict::is_open);
        for &cause in STOPS_BEFORE.causes {
            if named.contains(&cause) && open(board, cause) {
                let entry = board.apply_to(
                    cause,
                    STOPS_BEFORE,
                    "As measured, the host stops connections before this could be shown.",
                );
                if let Some((stage, failure)) = view.failure {
                    entry.seen(&format!("/stages/{stage}"), failure.kind.to_string());
                }
            }
        }
    }
}

fn hear(view: &View<'_>, shown: ClientError, rule: &'static Rule, cause: Cause, board: &mut Board) {
    let measured = board.verdict(cause);
    let excluded = measured == Some(Verdict::RuledOut);
    let on_windows = matches!(cause, Cause::PolicyFlapping | Cause::AdapterPowerSaving);
    if on_windows && !view.product.may_be_windows() {
        return;
    }
    // That others would show it as well does not reopen what was measured; that it slept is over when it answers.
    if rule.effect == Effect::Fits && excluded && cause != Cause::HostAsleep {
        return;
    }
    let rule = if cause == Cause::NlaRequired && measured.is_some_and(Verdict::is_open) {
        CLIENT_NLA_ENFORCED
    } else {
        rule
    };
    let weight = board.weight(cause).unwrap_or(Weight::Informs);
    board
        .apply_to(cause, rule, message(cause, shown, excluded))
        .weighs(weight)
        .seen(SHOWN, format!("the client showed {shown}"))
        .not_proved("that the code belongs to this host and this time");
    let against = match cause {
        Cause::ClockSkew => Some((CLOCK_OF_HOST_AGREES, "The clock of the host agrees with ours.")),
        Cause::NlaRequired => {
            Some((NLA_WAS_OPTIONAL, "The host takes clients without network level authentication."))
        }
        Cause::FipsOrEncryptionLevel => {
            Some((ENCRYPTION_WAS_AGREED, "The host agreed on an encryption that is not FIPS."))
        }
        _ => None,
    };
    if let Some((opposes, words)) = against.filter(|_| excluded) {
        board.apply(opposes, words);
    }
}

fn message(cause: Cause, shown: ClientError, excluded: bool) -> String {
    let code = format!("the code that the client showed, {shown},");
    match cause {
        Cause::NameNotResolved if excluded => format!(
            "The client could not resolve the name ({shown}), and from here no name stands in the way: look at the client's own resolver (its DNS servers, suffix or VPN), or the name has been mended since."
        ),
        Cause::HostAsleep => format!(
            "A host that falls asleep drops its sessions, which shows as {shown}{}.",
            if excluded { "; it answers now, so that it would have been woken since" } else { "" }
        ),
        Cause::StuckSession => format!(
            "Another connection took the session, says {code} or one that did not go away was in its place."
        ),
        Cause::ClockSkew if excluded => format!(
            "Clocks differ, says {code} and the host's agrees with this machine's: the client's own clock, or its domain controller's, may be off."
        ),
        Cause::PacketLoss
        | Cause::UnstablePath
        | Cause::SlowPath
        | Cause::UdpTransportDrops
        | Cause::PolicyFlapping
        | Cause::AdapterPowerSaving => {
            format!("A session existed and was lost, says {code} which fits: {}.", cause.says())
        }
        _ => {
            let rule = rules_of(shown).iter().find(|rule| rule.causes.contains(&cause));
            match rule.map(|rule| rule.effect) {
                Some(Effect::Confirms) => format!("This is what {code} names: {}.", cause.says()),
                Some(Effect::Supports) => format!("This is what {code} mostly means: {}.", cause.says()),
                _ => format!("This fits {code} as others do: {}.", cause.says()),
            }
        }
    }
}
