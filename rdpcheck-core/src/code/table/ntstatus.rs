use super::Table;
use crate::code::Entry;
use crate::diagnose::Cause::{
    self, AccountRestricted, ClockSkew, CredentialsRejected, DomainTrustBroken, NoLogonServer, NotAuthorised,
};
use crate::evidence::Stage;

const fn row(number: u32, symbol: &'static str, causes: &'static [Cause], meaning: &'static str) -> Entry {
    Entry::new(Table::Ntstatus, number, symbol, meaning).at(Stage::Credssp).causes_are(causes)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0xC000_0022, "STATUS_ACCESS_DENIED", &[NotAuthorised], "The user lacks the right."),
    row(0xC000_005E, "STATUS_NO_LOGON_SERVERS", &[NoLogonServer], "The host reaches no domain controller."),
    row(0xC000_006A, "STATUS_WRONG_PASSWORD", &[CredentialsRejected], "The password is wrong."),
    row(
        0xC000_006D,
        "STATUS_LOGON_FAILURE",
        &[CredentialsRejected],
        "The user name or the password is wrong.",
    ),
    row(
        0xC000_006E,
        "STATUS_ACCOUNT_RESTRICTION",
        &[AccountRestricted],
        "A restriction forbids the logon, for instance that of blank passwords.",
    ),
    row(
        0xC000_006F,
        "STATUS_INVALID_LOGON_HOURS",
        &[AccountRestricted],
        "The account may not log on at this time.",
    ),
    row(
        0xC000_0070,
        "STATUS_INVALID_WORKSTATION",
        &[AccountRestricted],
        "The account may not log on from this computer.",
    ),
    row(0xC000_0071, "STATUS_PASSWORD_EXPIRED", &[CredentialsRejected], "The time of the password is over."),
    row(0xC000_0072, "STATUS_ACCOUNT_DISABLED", &[AccountRestricted], "The account is switched off."),
    row(
        0xC000_0133,
        "STATUS_TIME_DIFFERENCE_AT_DC",
        &[ClockSkew],
        "The clocks of the host and of the domain controller differ too much.",
    ),
    row(
        0xC000_015B,
        "STATUS_LOGON_TYPE_NOT_GRANTED",
        &[NotAuthorised],
        "The user may not log on in this way, for instance not by Remote Desktop.",
    ),
    row(
        0xC000_018D,
        "STATUS_TRUSTED_RELATIONSHIP_FAILURE",
        &[DomainTrustBroken],
        "The domain does not trust the host any more.",
    ),
    row(0xC000_0193, "STATUS_ACCOUNT_EXPIRED", &[AccountRestricted], "The time of the account is over."),
    row(
        0xC000_0224,
        "STATUS_PASSWORD_MUST_CHANGE",
        &[CredentialsRejected],
        "The user must change the password before the first logon.",
    ),
    row(0xC000_0234, "STATUS_ACCOUNT_LOCKED_OUT", &[AccountRestricted], "The account is locked."),
];
