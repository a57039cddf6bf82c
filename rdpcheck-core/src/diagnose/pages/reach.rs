//! Reaching the host.

use super::Page;

pub(super) const NAME_NOT_RESOLVED: Page = Page {
    seen: "The resolver of this machine was asked for the name. Either it said that the name does not exist or has no address, or it gave no answer at all; the report says which of the two.",
    matters: "Without an address no client sends a single packet to the host. Windows clients show 0x104, and write event 1007 in Microsoft-Windows-TerminalServices-RDPClient/Operational.",
    not_proved: "Another machine may ask another DNS server, have the name in its hosts file, or append another suffix. That the host itself is well or ill cannot be told from here.",
    confirm: "On the failing client, run nslookup NAME and nslookup NAME with the address of the domain's DNS server. When the two answers differ, the client asks the wrong server; when connecting by address works, only the name is at fault.",
    sources: &["Microsoft Learn, IMsTscAxEvents::OnDisconnected (code 260)", "RFC 1034", "RFC 8020"],
};

pub(super) const NETWORK_UNREACHABLE: Page = Page {
    seen: "The operating system had no route to the address, or a router answered with ICMP destination unreachable (type 3, code 0 or 1). The report names the router where the system tells it.",
    matters: "The request never came near the host, so nothing on the host can mend it. A VPN that is not connected, or that lacks a route for this network, is the usual reason.",
    not_proved: "A router that says so may itself be misinformed, and the host may be reached from other networks. On the last link, Linux reports an unanswered ARP request with the same error.",
    confirm: "Look at the routes for the address (route print on Windows, ip route get ADDRESS on Linux), and run tracert -d ADDRESS: the last hop that answers is the one to ask.",
    sources: &["RFC 792", "RFC 4443 section 3.1", "tcp(7) of Linux"],
};

pub(super) const HOST_OFF: Page = Page {
    seen: "Connection requests went unanswered, and so did everything else that was sent to the address: other ports, echo requests, and, on the same link, ARP or neighbour requests.",
    matters: "Settings of Remote Desktop are of no concern until the host is on and on the network. Searching the firewall of a machine that is switched off costs hours.",
    not_proved: "Silence has many makers: a host that sleeps, a cable, a firewall that drops everything, an address that has changed. The network alone never proves that the power is off.",
    confirm: "Look at the host, its management interface or its hypervisor. From a machine on the same network, arp -a (ip neigh on Linux) after a ping shows whether the adapter still answers.",
    sources: &["Microsoft support article \"Remote Desktop disconnected\" errors", "RFC 826"],
};

pub(super) const HOST_ASLEEP: Page = Page {
    seen: "The host was silent, and either it answered some seconds after a Wake-on-LAN packet, or its own log has a sleep event that covers the time of the failure.",
    matters: "Remote Desktop cannot wake a sleeping computer. Unless the adapter is set up for magic packets, somebody has to walk to it; a client shows 0x204 meanwhile, or 0x904 when the host fell asleep during a session.",
    not_proved: "Adapters of modern standby and sleep proxies answer ARP for a sleeping host, so an answer at that level does not prove that it is awake. Without a packet that woke it or its log, sleep is one guess among several.",
    confirm: "In the host's System log, look for events 42 and 107 (S3 and S4) or 506 and 507 (modern standby) of Microsoft-Windows-Kernel-Power, and for event 1 of Power-Troubleshooter. powercfg /lastwake and powercfg /a add what woke it and which states it has.",
    sources: &[
        "Microsoft support article \"Remote Desktop disconnected\" errors",
        "Microsoft Learn, powercfg command line options",
    ],
};

pub(super) const FIREWALL_DROPS: Page = Page {
    seen: "The SYN to this port was never answered, although the host showed life in another way: another port accepted or refused, an echo request was answered, or its neighbour entry is fresh.",
    matters: "A dropped SYN looks to users like a host that is off, and the client waits for its whole time-out before it shows 0x204. The rule that drops may be on the host or on any device before it.",
    not_proved: "Which of the firewalls drops is not visible from one place. A connection security rule that demands IPsec, and a firewall service that died and left its boot-time filters, look just the same.",
    confirm: "Try the port from a machine on the host's own network: when that works, the device between is at fault. On the host, Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP shows Enabled and Profile, and pfirewall.log shows drops where logging is on.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-connectivity",
        "Microsoft Learn, NetSecurity module",
    ],
};

pub(super) const FIREWALL_REJECTS: Page = Page {
    seen: "The connection request was refused by ICMP with \"administratively prohibited\", or by a reset whose time to live differs from that of the host's other packets, which says that another machine sent it.",
    matters: "Somebody decided that this traffic must not pass. Restarting services on the host does not help, since the request did not reach it.",
    not_proved: "A time to live that differs can come from a load balancer or from a host whose systems answer with different initial values. Which rule matched is known only to the device.",
    confirm: "Connect from the host's own network and compare. Capture on the host during an attempt: when no SYN arrives, the refusal comes from the path, and its sender's address in the ICMP message names the device.",
    sources: &["RFC 1812 section 5.2.7.1", "RFC 9293 section 3.10.7"],
};

pub(super) const RDP_NOT_LISTENING: Page = Page {
    seen: "The host answered the SYN with a reset: it is up, and nothing accepts connections on this port.",
    matters: "Windows clients show 0x204 at once. On Windows the listener is gone when fDenyTSConnections is 1 or missing, when TermService does not run, or when PortNumber names another port.",
    not_proved: "A firewall that rejects sends the same reset. Which of the reasons holds on the host cannot be seen from the network, and WMI's AllowTSConnections may still say 1 while nothing listens.",
    confirm: "At the host's console, qwinsta must list rdp-tcp with the state Listen, and netstat -ano | findstr LISTENING must show the port. Then look at sc query TermService, and at fDenyTSConnections in both places: the one under Policies wins.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-connectivity",
        "Microsoft Learn, IMsTscAxEvents::OnDisconnected (code 516)",
    ],
};

pub(super) const WRONG_PORT: Page = Page {
    seen: "The port that was asked did not answer as Remote Desktop, and another one did: the port that was named beside it, or the one in the host's own settings.",
    matters: "The fix is in the client's address line and not on the host. A moved port also has no firewall rule on Windows: the built-in rules are scoped to 3389.",
    not_proved: "An RDP service on the other port need not be the one that is looked for: a container or a second system on the host can have its own.",
    confirm: "On the host, read PortNumber under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp (0xd3d is 3389), or port= in /etc/xrdp/xrdp.ini. In the .rdp file it stands in full address, or in server port.",
    sources: &["Microsoft Learn, change the listening port for Remote Desktop", "xrdp.ini(5)"],
};
