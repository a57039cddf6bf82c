//! Accepted, then nothing.

use super::Page;

pub(super) const NOT_RDP: Page = Page {
    seen: "The peer accepted the connection, and what it said is no TPKT packet: a greeting that came unasked, an answer in another protocol, or an answer to a second question in the protocol that it was suspected of.",
    matters: "Whatever is changed about Remote Desktop on this host, clients go on talking to the wrong program and show 0x904 with 0x7. It happens with port mappings, with remote desktop products of other makers, and with web servers on 3389.",
    not_proved: "That Remote Desktop is absent from the host: it may listen on another port, or have lost this one because the other program started first.",
    confirm: "On the host, netstat -ano shows the process number that owns the port, and tasklist /svc /fi \"pid eq NUMBER\" its name; ss -ltnp does both on Linux. When no such process exists, a device in front answers.",
    sources: &[
        "MS-RDPBCGR section 2.2.1.2",
        "Microsoft support article \"Remote Desktop disconnected\" errors",
    ],
};

pub(super) const FORWARDER_WITHOUT_BACKEND: Page = Page {
    seen: "The connection was accepted each time and closed, or left silent, before an X.224 confirm, after about the same time in each try. That time fits the time-out or the refusal of a second connection behind the first.",
    matters: "The handshake that succeeded was with a proxy, bastion, tunnel or port mapper. To users it looks like a broken host, and it is the plainest way to 0x904 with 0x7.",
    not_proved: "A server that closes for reasons of its own, such as a limit or a ban, does the same. The name of the forwarder and the state of the host behind it are not visible.",
    confirm: "Connect to the host directly from its own network, and read the forwarder's log at the time of the check. A refused or timed-out backend connection stands there with the host's address.",
    sources: &["GitHub tp4a/teleport issue 301", "RFC 9293 section 3.5"],
};

pub(super) const CONNECTION_LIMIT: Page = Page {
    seen: "Of several connections that were made in the same way, some were served and others were reset or closed right after they were accepted.",
    matters: "Users are turned away by chance, which makes every other change seem to help for a while. On hosts that the internet can reach, attempts to guess passwords use the connections up.",
    not_proved: "Whether the host's own limit, a rate limit of a firewall or a ban after too many attempts is at work; a load balancer with one ill member looks alike. A check is itself a series of connections, which some protectors answer with a ban.",
    confirm: "On the host, event 1006 of TerminalServices-RemoteConnectionManager says that too many connections come in; compare MaxInstanceCount under WinStations\\RDP-Tcp and under Policies with the sessions in qwinsta. Event 140 in RdpCoreTS/Operational names the addresses of failed attempts. Check again after ten minutes of rest.",
    sources: &[
        "Microsoft knowledge base Q192165",
        "Microsoft support article \"Remote Desktop disconnected\" errors",
    ],
};

pub(super) const LISTENER_HUNG: Page = Page {
    seen: "The request was acknowledged by the host's TCP, so it has arrived, and no answer to it came however long it was waited for. Other signs of life of the host were normal.",
    matters: "The kernel accepts connections for a program that does not read them. Clients wait and show 0x704 or 0x108; only the service can help itself, mostly by a restart.",
    not_proved: "A device that accepts on the host's behalf acknowledges as well. The reason for the standstill, such as a full processor or a driver that waits, is on the host alone.",
    confirm: "At the console, mstsc /v:localhost hangs in the same way when the service is at fault. Task Manager, or tasklist /svc /fi \"services eq TermService\", shows the process; sc queryex TermService its state and number.",
    sources: &[
        "Microsoft support article on the internal error when connecting to a remote machine",
        "MS-RDPBCGR section 1.3.1.1",
    ],
};

pub(super) const MIDDLEBOX_RESETS_RDP: Page = Page {
    seen: "Connections with an X.224 request were reset, while others to the same port that carried something else, or the same bytes cut so that no single segment shows the request, lived on. Resets that came faster than one round trip cannot be the host's.",
    matters: "A firewall or intrusion prevention system takes Remote Desktop for something to be stopped. The host's log stays empty, and clients show 0x904 with 0x7.",
    not_proved: "Which device it is, and whether it means this host or all of Remote Desktop. A host that filters its own traffic with a program in the kernel can behave in the same way.",
    confirm: "Capture on client and host at once: a reset that the client receives and the host never sent was made between them. Then check from the host's own network, where it must work.",
    sources: &["RFC 3360", "MS-RDPBCGR section 2.2.1.1"],
};

pub(super) const MIDDLEBOX_DROPS_RDP: Page = Page {
    seen: "The X.224 request was swallowed: its segment was never acknowledged, however often it was sent again, while other bytes on the same port were acknowledged at once.",
    matters: "Unlike a reset, this leaves clients waiting until their own timer ends the attempt, with 0x704 or 0x108. It is often taken for a slow host.",
    not_proved: "The place of the device, and the rule. A path that loses many packets can swallow a few in a row; only the contrast with bytes that pass, several times, speaks against that.",
    confirm: "Capture on the host while a client tries: the handshake arrives and the request does not. A device that keeps a log of applications shows \"ms-rdp\" or \"rdp\" with the action drop.",
    sources: &["RFC 9293 section 3.8.1", "MS-RDPBCGR section 2.2.1.1"],
};

pub(super) const MIDDLEBOX_DROPS_DATA: Page = Page {
    seen: "The TCP handshake was completed, and not one byte after it was acknowledged, whatever it was.",
    matters: "The handshake was made by a device on the host's behalf, such as a SYN proxy, or only one direction of the path passes. The port counts as open for every scanner, and no client gets anywhere.",
    not_proved: "Whether the host is alive behind the device. Asymmetric routes with a stateful firewall on only one of them, and a load balancer without a member, give the same picture.",
    confirm: "Capture on the host: does the handshake arrive there at all? If it does, look whether the host's answers leave by another way than the one on which the requests came (tracert in both directions).",
    sources: &["RFC 4987", "RFC 9293 section 3.8.1"],
};
