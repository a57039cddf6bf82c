use super::Table;
use crate::code::Entry;
use crate::evidence::Stage::{Certificate, Credssp, Negotiate};

const fn row(number: u32, meaning: &'static str) -> Entry {
    Entry::new(Table::Shown, number, "", meaning)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0x107, "The session was closed in the ordinary way; seen in event 1026 of clients."),
    row(0x10A, "The smart card service does not run on the client.").at(Credssp),
    row(0x20A, "The client has no smart card reader.").at(Credssp),
    row(0x30A, "There is no smart card in the reader.").at(Credssp),
    row(0x40A, "The smart card system of the client failed.").at(Credssp),
    row(
        0x708,
        "Another console session with this computer is in progress, as when connecting to oneself.",
    ),
    row(0x907, "The host showed another certificate than the one expected.").at(Certificate),
    row(0xB04, "Something that the client does not name prevented the connection."),
    row(0xB08, "The user closed the window, which is no error.")
        .from("mRemoteNG/mRemoteNG: Connection/Protocol/RDP/RdpProtocol.cs"),
    row(0xB09, "The host insists on network level authentication and the client cannot do it.").at(Negotiate),
    row(0xD06, "The client met a protocol error.").from("github.com/mRemoteNG/mRemoteNG/issues/1194"),
    row(
        0xD09,
        "A policy of the client asks for credentials in its own prompt, and the host cannot take those.",
    )
    .at(Credssp),
    row(0xE06, "The host wants the FIPS encryption level and the client cannot do it."),
    row(0xE08, "The client could not connect to its session again."),
    row(0xE09, "The host does not support Restricted Admin mode.").at(Credssp),
    row(0xF08, "The client's policy does not allow sending the credentials to this host.").at(Credssp),
    row(0x1007, "The account may not log on at this time.").at(Credssp),
    row(0x1008, "The client is low on memory for video."),
    row(0x1107, "The account may not log on at this computer.").at(Credssp),
    row(
        0x112F,
        "The graphics system of the host is in error; this is the number that the server sends as error info.",
    )
    .from("MS-RDPBCGR 2.2.5.1.1"),
    row(0x1307, "The account may not log on in this way.").at(Credssp),
    row(0x1407, "The host needs a kind of Kerberos exchange that the client did not do (user to user).").at(Credssp),
    row(0x1D07, "The host's identity could not be verified because the clocks differ.").at(Credssp),
    row(0x2507, "RemoteApp could not connect again by itself."),
    row(0x2604, "The RemoteApp versions of client and host do not match."),
    row(0x200_0001, "A RemoteApp session could not be connected again."),
    row(0x200_0002, "The host does not support RemoteApp."),
];
