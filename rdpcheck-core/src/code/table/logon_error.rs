use super::Table;
use crate::code::Entry;
use crate::diagnose::Cause::{self, AccountRestricted, CredentialsRejected, NotAuthorised, StuckSession};

/// `number` as its bits: -7 is `0xFFFF_FFF9`.
const fn row(number: i32, symbol: &'static str, causes: &'static [Cause], meaning: &'static str) -> Entry {
    Entry::new(Table::LogonError, number.cast_unsigned(), symbol, meaning).causes_are(causes)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0, "LOGON_FAILED_BAD_PASSWORD", &[CredentialsRejected], "The credentials are not valid."),
    row(
        1,
        "LOGON_FAILED_UPDATE_PASSWORD",
        &[CredentialsRejected],
        "The password has expired and must be changed to go on.",
    ),
    row(
        2,
        "LOGON_FAILED_OTHER",
        &[],
        "Something else went wrong at or after the logon; the logon screen is shown.",
    ),
    row(3, "LOGON_WARNING", &[], "The client shows a dialog with something important for the user."),
    row(
        -1_073_741_715,
        "STATUS_LOGON_FAILURE",
        &[CredentialsRejected],
        "The user name or the authentication information is wrong.",
    ),
    row(
        -1_073_741_714,
        "STATUS_ACCOUNT_RESTRICTION",
        &[AccountRestricted],
        "The credentials are right, and a restriction of the account forbids the logon.",
    ),
    row(
        -1_073_741_276,
        "STATUS_PASSWORD_MUST_CHANGE",
        &[CredentialsRejected],
        "The password has expired and must be changed to go on.",
    ),
    row(
        -7,
        "ARBITRATION_CODE_REFUSED_DIALOG",
        &[StuckSession],
        "Winlogon says that disconnecting the other user was refused.",
    ),
    row(
        -6,
        "ARBITRATION_CODE_NOPERM_DIALOG",
        &[NotAuthorised],
        "Winlogon says that the user has no permission.",
    ),
    row(
        -5,
        "ARBITRATION_CODE_BUMP_OPTIONS",
        &[StuckSession],
        "Winlogon asks what to do about another user's session.",
    ),
    row(-4, "ARBITRATION_CODE_RECONN_OPTIONS", &[], "Winlogon asks which session to connect to again."),
    row(-3, "ARBITRATION_CODE_CONTINUE_TERMINATE", &[], "Winlogon ends without a word."),
    row(-2, "ARBITRATION_CODE_CONTINUE_LOGON", &[], "Winlogon goes on with the logon, which is no error."),
    row(-1, "ERROR_CODE_ACCESS_DENIED", &[NotAuthorised], "The user was denied access."),
];
