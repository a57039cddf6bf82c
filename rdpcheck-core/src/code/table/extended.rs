use super::Table;
use crate::code::Entry;

const TYPE_LIBRARY: &str = "type library of mstscax.dll, Devolutions/MsRdpEx: com/mstscax.h";
const BROKER: &str = "output of IMsRdpClient5::GetErrorDescription, rackerlabs/rackspace-how-to";

const fn row(number: u32, symbol: &'static str, meaning: &'static str) -> Entry {
    Entry::new(Table::Extended, number, symbol, meaning)
}

const fn broker(number: u32, meaning: &'static str) -> Entry {
    row(number, "", meaning).from(BROKER)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0x0, "exDiscReasonNoInfo", "The client knows nothing more."),
    row(0x1, "exDiscReasonAPIInitiatedDisconnect", "A program or an administrator disconnected the session."),
    row(0x2, "exDiscReasonAPIInitiatedLogoff", "A program or an administrator logged the user off."),
    row(0x3, "exDiscReasonServerIdleTimeout", "The session was idle for longer than the host allows."),
    row(0x4, "exDiscReasonServerLogonTimeout", "The session lasted longer than the host allows."),
    row(0x5, "exDiscReasonReplacedByOtherConnection", "Someone connected to the session from elsewhere."),
    row(0x6, "exDiscReasonOutOfMemory", "The host ran out of memory."),
    row(
        0x7,
        "exDiscReasonServerDeniedConnection",
        "The connection was denied, or the socket was closed before a session existed.",
    ),
    row(
        0x8,
        "exDiscReasonServerDeniedConnectionFips",
        "The host denied the connection for a security setting such as FIPS.",
    ),
    row(
        0x9,
        "exDiscReasonServerInsufficientPrivileges",
        "The user is not allowed to log on by Remote Desktop.",
    ),
    row(0xA, "exDiscReasonServerFreshCredsRequired", "The host takes no saved password: it must be typed."),
    row(
        0xB,
        "exDiscReasonRpcInitiatedDisconnectByUser",
        "Something that the user did in the session disconnected it.",
    ),
    row(0xC, "exDiscReasonLogoffByUser", "The user logged off."),
    row(0x19, "exDiscReasonShutdown", "The host shuts down.").from(TYPE_LIBRARY),
    row(0x1A, "exDiscReasonReboot", "The host restarts.").from(TYPE_LIBRARY),
    row(0x100, "exDiscReasonLicenseInternal", "Licensing met an internal error."),
    row(0x101, "exDiscReasonLicenseNoLicenseServer", "The host found no licence server."),
    row(0x102, "exDiscReasonLicenseNoLicense", "There was no licence for this client."),
    row(0x103, "exDiscReasonLicenseErrClientMsg", "The client sent a licensing message that was not valid."),
    row(
        0x104,
        "exDiscReasonLicenseHwidDoesntMatchLicense",
        "The hardware id in the stored licence does not match this client.",
    ),
    row(0x105, "exDiscReasonLicenseErrClientLicense", "The licence stored on the client is not valid."),
    row(0x106, "exDiscReasonLicenseCantFinishProtocol", "Network trouble broke off the licensing."),
    row(0x107, "exDiscReasonLicenseClientEndedProtocol", "The client broke off the licensing."),
    row(0x108, "exDiscReasonLicenseErrClientEncryption", "A licensing message was not encrypted correctly."),
    row(
        0x109,
        "exDiscReasonLicenseCantUpgradeLicense",
        "The client access licence could not be upgraded or renewed.",
    ),
    row(0x10A, "exDiscReasonLicenseNoRemoteConnections", "The host is not licensed for remote connections."),
    row(
        0x10B,
        "exDiscReasonLicenseCreatingLicStoreAccDenied",
        "The client may not create its store of licences; starting it once as administrator creates it.",
    ),
    row(0x300, "exDiscReasonRdpEncInvalidCredentials", "The credentials were not accepted."),
    broker(0x400, "The connection broker did not find the destination."),
    broker(0x402, "The connection broker still loads the destination."),
    broker(0x404, "The connection broker could not redirect the client to the destination."),
    broker(0x405, "The connection broker could not wake the virtual machine."),
    broker(0x406, "The connection broker could not start the virtual machine."),
    broker(0x407, "The connection broker found no address of the virtual machine."),
    broker(0x408, "The pool of the connection broker has no free machine."),
    broker(0x409, "The connection was cancelled at the connection broker."),
    broker(0x410, "The settings that the connection broker was given are not valid."),
    broker(0x411, "The virtual machine did not start in time."),
    broker(0x412, "Watching the session failed while the virtual machine started."),
    row(
        0x1000,
        "exDiscReasonProtocolRangeStart",
        "The first number of the range for protocol errors, which are those of the server's error info.",
    ),
    row(
        0x7FFF,
        "exDiscReasonProtocolRangeEnd",
        "The last number of the range for protocol errors, which are those of the server's error info.",
    ),
];
