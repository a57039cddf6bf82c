use super::Table;
use crate::code::Entry;
use crate::evidence::Stage::{self, Certificate, Connect, Credssp, Negotiate, Resolve};

const fn row(number: u32, symbol: &'static str, meaning: &'static str) -> Entry {
    Entry::new(Table::Disconnect, number, symbol, meaning)
}

const fn at(stage: Stage, number: u32, symbol: &'static str, meaning: &'static str) -> Entry {
    row(number, symbol, meaning).at(stage)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0x0, "disconnectReasonNoInfo", "The client has no information about the end of the connection."),
    row(0x1, "disconnectReasonLocalNotError", "The client itself disconnected, which is no error."),
    row(
        0x2,
        "disconnectReasonRemoteByUser",
        "The remote side disconnected on a user's wish, which is no error.",
    ),
    row(0x3, "disconnectReasonByServer", "The server disconnected; the extended code says why."),
    at(Resolve, 0x104, "disconnectReasonDNSLookupFailed", "The DNS lookup of the computer's name failed."),
    row(0x106, "disconnectReasonOutOfMemory", "The client ran out of memory."),
    at(Connect, 0x108, "disconnectReasonConnectionTimedOut", "Connecting took longer than the client waits."),
    at(
        Connect,
        0x204,
        "disconnectReasonSocketConnectFailed",
        "TCP did not connect: the request was refused, dropped or had no route.",
    ),
    row(0x206, "disconnectReasonOutOfMemory2", "The client ran out of memory."),
    at(Resolve, 0x208, "disconnectReasonHostNotFound", "The name was looked up and belongs to no computer."),
    row(0x304, "disconnectReasonWinsockSendFailed", "Sending on an existing TCP connection failed."),
    row(0x306, "disconnectReasonOutOfMemory3", "The client ran out of memory."),
    at(Resolve, 0x308, "disconnectReasonInvalidIPAddr", "The address given is not a valid IP address."),
    row(0x404, "disconnectReasonSocketRecvFailed", "Receiving on an existing TCP connection failed."),
    row(0x406, "disconnectReasonInvalidSecurityData", "The security data of the connection were not valid."),
    row(
        0x408,
        "disconnectReasonInternalError",
        "The client met an internal error; its text blames characters in the computer's name.",
    ),
    row(0x506, "disconnectReasonInvalidEncryption", "The encryption method was not valid."),
    at(Resolve, 0x508, "disconnectReasonDNSLookupFailed2", "The DNS lookup of the computer's name failed."),
    at(Resolve, 0x604, "disconnectReasonGetHostByNameFailed", "Turning the name into an address failed."),
    row(0x606, "disconnectReasonInvalidServerSecurityInfo", "The server's security data were not valid."),
    row(0x608, "disconnectReasonTimerError", "A timer of the client failed."),
    at(
        Negotiate,
        0x704,
        "disconnectReasonTimeoutOccurred",
        "The host did not answer in time; the text shown is the same as for extended code 7.",
    ),
    row(
        0x706,
        "disconnectReasonServerCertificateUnpackErr",
        "The certificate of Standard RDP Security could not be read.",
    ),
    row(0x804, "disconnectReasonInvalidIP", "The address is not a usable IP address."),
    at(Credssp, 0x807, "SSL_ERR_LOGON_FAILURE", "The logon failed: user name or password were not accepted."),
    row(0x808, "disconnectReasonLicensingFailed", "No licence could be agreed."),
    row(0x904, "disconnectReasonAtClientWinsockFDCLOSE", "The socket was closed from outside."),
    row(0x906, "disconnectReasonInternalSecurityError", "The client's security layer met an internal error."),
    row(0x908, "disconnectReasonLicensingTimeout", "The licence was not agreed in time."),
    row(
        0xA06,
        "disconnectReasonInternalSecurityError2",
        "The client's security layer met an internal error.",
    ),
    at(Credssp, 0xA07, "SSL_ERR_NO_SUCH_USER", "There is no user of this name."),
    row(0xB06, "disconnectReasonEncryptionError", "The client could not encrypt what it was to send."),
    at(Credssp, 0xB07, "SSL_ERR_ACCOUNT_DISABLED", "The account is disabled."),
    row(0xC06, "disconnectReasonDecryptionError", "The client could not decrypt what it received."),
    at(Credssp, 0xC07, "SSL_ERR_ACCOUNT_RESTRICTION", "A restriction of the account forbids this logon."),
    row(
        0xC08,
        "disconnectReasonClientDecompressionError",
        "The client could not decompress what it received.",
    ),
    at(Credssp, 0xD07, "SSL_ERR_ACCOUNT_LOCKED_OUT", "The account is locked."),
    at(Credssp, 0xE07, "SSL_ERR_ACCOUNT_EXPIRED", "The account has expired."),
    at(Credssp, 0xF07, "SSL_ERR_PASSWORD_EXPIRED", "The password has expired."),
    at(
        Credssp,
        0x1207,
        "SSL_ERR_PASSWORD_MUST_CHANGE",
        "The user must change the password before the first logon.",
    ),
    at(
        Credssp,
        0x1607,
        "SSL_ERR_DELEGATION_POLICY",
        "A policy forbids handing the credentials to this host.",
    ),
    at(
        Credssp,
        0x1707,
        "SSL_ERR_POLICY_NTLM_ONLY",
        "The policy wants the host's identity proved before credentials are handed over, and only NTLM was possible.",
    ),
    at(
        Credssp,
        0x1807,
        "SSL_ERR_NO_AUTHENTICATING_AUTHORITY",
        "No domain controller could be reached that could authenticate the user.",
    ),
    at(Certificate, 0x1B07, "SSL_ERR_CERT_EXPIRED", "The host's certificate has expired or is not valid."),
    at(Credssp, 0x1C07, "SSL_ERR_SMARTCARD_WRONG_PIN", "The PIN of the smart card is wrong."),
    at(
        Credssp,
        0x2107,
        "SSL_ERR_FRESH_CRED_REQUIRED_BY_SERVER",
        "The host takes no saved password: it must be typed.",
    ),
    at(Credssp, 0x2207, "SSL_ERR_SMARTCARD_CARD_BLOCKED", "The smart card is blocked."),
];
