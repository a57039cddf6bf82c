//! The path.

use super::Page;

pub(super) const PACKET_LOSS: Page = Page {
    seen: "The kernel's counters of several connections show segments that had to be sent again. From their number the report gives the share that is lost, with the interval in which it lies with 95 % certainty.",
    matters: "TCP hides small losses and pays with time; from about one in a hundred on, sessions stutter, and bursts end them with 0x904. A loss that happens during the handshake shows as 0x904 with 0x7.",
    not_proved: "In which direction and on which hop segments are lost, and whether it is so at other times. A few dozen segments say nothing about a loss of one in a thousand.",
    confirm: "Run mtr or pathping towards the host for some minutes and look for the first hop from which the loss stays until the end. Compare the error counters of both adapters (Get-NetAdapterStatistics, ip -s link), and cable with Wi-Fi.",
    sources: &["RFC 9293 section 3.8.1", "RFC 6298", "Clopper and Pearson, Biometrika 26 (1934)"],
};

pub(super) const PATH_MTU_BLACK_HOLE: Page = Page {
    seen: "Small exchanges passed, a big one stayed unacknowledged however often it was sent, and with a smaller segment size the same exchange passed.",
    matters: "Packets above some size vanish and nobody says so, because the ICMP message that should is filtered. X.224 works, TLS stalls at the certificate, and clients give up with 0x904 or a time-out; tunnels and VPNs are its home.",
    not_proved: "Which link has the small limit. A device that inspects TLS and swallows big messages can look alike; that small segments repair it is what speaks for the size.",
    confirm: "From the client, ping -f -l 1472 HOST and smaller sizes (ping -M do -s 1472 on Linux): the largest that is answered, and 28 more, is the path's limit. Compare with the MTU that netsh interface ipv4 show subinterfaces prints.",
    sources: &["RFC 2923 section 2.1", "RFC 1191", "RFC 4821"],
};

pub(super) const LARGE_HELLO_DROPPED: Page = Page {
    seen: "A ClientHello that fits into one segment was answered, and the same hello with a larger key share, which needs two, was lost or reset, more than once.",
    matters: "New clients send key shares of more than a thousand bytes (X25519MLKEM768). Devices that look for a whole TLS hello in the first segment fail on them, so that new clients stop where old ones connect.",
    not_proved: "That the device means harm: most just cannot put segments together. A host whose own TLS has a limit for the size of messages would show the same.",
    confirm: "On the host's own network, the same two hellos must both be answered. Otherwise look at MessageLimitServer under the SCHANNEL\\Messaging key, and at load balancers that read the server name.",
    sources: &["draft-ietf-tls-ecdhe-mlkem", "GitHub haproxy issue 3148", "GitHub golang/go issue 80573"],
};

pub(super) const MIDDLEBOX_RESETS_TLS: Page = Page {
    seen: "X.224 was answered, and each ClientHello after it was reset: faster than the host could have answered, or only when the hello could be read in one segment.",
    matters: "A device forbids TLS on this port, or TLS that it cannot open. From the client it cannot be told from a host whose key is unusable, and a good deal of work is spent on certificates in vain.",
    not_proved: "Which device it is. Where the resets are slower than a round trip, the host itself may be their sender, and its key the reason.",
    confirm: "A capture on the host settles it: resets that arrive there, or hellos that do not, come from between. Schannel event 36870 on the host at the time of the check speaks for the host instead.",
    sources: &["RFC 3360", "RFC 8446 section 4.1.2"],
};

pub(super) const MIDDLEBOX_DROPS_TLS: Page = Page {
    seen: "X.224 was answered on the same connection, and ClientHellos of every size stayed unacknowledged.",
    matters: "Everything that is not TLS passes, and TLS does not. Clients wait until their timer ends the attempt (0x108 or 0x704), and port checks report a healthy host.",
    not_proved: "Whether all TLS or only that of Remote Desktop is meant, and by whom. Silence with acknowledgements would be the host's own and is another cause.",
    confirm: "Repeat the check from the host's own network. On firewalls with application control, look for a rule that allows \"rdp\" but not \"ssl\" or \"tls\" on the port: both are needed.",
    sources: &["MS-RDPBCGR section 5.4.5.1", "RFC 9293 section 3.8.1"],
};

pub(super) const TLS_INTERCEPTED: Page = Page {
    seen: "The certificate that was served carries the name of a product that opens TLS on the way, or differs from the one that the host says it serves.",
    matters: "Whoever opens TLS reads the session, and CredSSP fails, because it binds the password to the public key that the client saw. Clients show a warning or 0x907.",
    not_proved: "That it is an attack: most such devices are the organisation's own. A gateway or load balancer that ends TLS on purpose has a certificate of its own as well.",
    confirm: "At the host's console, check 127.0.0.1 and compare the SHA-1 thumbprint with the one in this report. Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' shows the one of Windows.",
    sources: &[
        "MS-CSSP section 3.1.5",
        "Durumeric and others, The Security Impact of HTTPS Interception (NDSS 2017)",
    ],
};

pub(super) const SLOW_PATH: Page = Page {
    seen: "The round trip or the time that the handshakes took is so long that the timers of clients come within reach. The report has the numbers.",
    matters: "With a round trip of some hundred milliseconds a session feels slow; at seconds, clients end the attempt with 0x108. Distance, satellites, mobile networks and full links add up.",
    not_proved: "That it is always so: one check sees one moment. A host that was woken, or that computes for long, stretches the first answers without any fault of the path.",
    confirm: "Repeat the check over some minutes and at another time of day. pathping shows at which hop the time is added; a speed test on both ends shows whether a link is full.",
    sources: &["Microsoft Learn, analyze connection quality in Azure Virtual Desktop", "RFC 6298"],
};

pub(super) const UNSTABLE_PATH: Page = Page {
    seen: "Of several tries made in the same way, some came through and others failed, in turn.",
    matters: "A session over such a path ends with 0x904 and 0x0 when the bad moment comes. Changes on the host seem to help until the next one.",
    not_proved: "What fails: a flapping link, address translation that forgets connections, a cluster with one ill member, or a host under load. A host that was only unwell for its first connections is told apart.",
    confirm: "Check every minute for an hour and write the times down; compare them with the logs of switches, Wi-Fi and VPN. On the host, event 40 of LocalSessionManager with reason 0, and TermDD events 50 and 56, stand at the same times.",
    sources: &["Microsoft Ask the Performance Team on TermDD events", "RFC 5382"],
};

pub(super) const UDP_TRANSPORT_DROPS: Page = Page {
    seen: "The client's error is that of a session that ended after it stood, and its events 1102 to 1105, or a half-open UDP port, point at the side channel.",
    matters: "Remote Desktop adds UDP to a session to carry graphics. When UDP passes in one direction only, or a client's update has a fault, sessions end after a minute or so, though TCP is well.",
    not_proved: "A check without credentials has no session, so it cannot see this fault itself. UDP that is silent or refused is normal and harmless.",
    confirm: "Keep one client on TCP for a day (fClientDisableUDP) and compare. On the host, event 131 of RdpCoreTS/Operational shows ConnType UDP, and 138 a failed DTLS handshake.",
    sources: &["MS-RDPEMT section 1.3", "MS-RDPEUDP section 1.3"],
};

pub(super) const ADAPTER_POWER_SAVING: Page = Page {
    seen: "The host's own settings allow Windows, or the driver, to switch the network adapter off when it seems idle.",
    matters: "Sessions end with 0x904 and 0x0 after a pause, and the host comes back when somebody moves its mouse. Laptops and USB adapters do it most.",
    not_proved: "A setting that allows it is no proof that it happened. Only an event of the adapter at the time of a drop ties the two together.",
    confirm: "Get-NetAdapterPowerManagement shows SelectiveSuspend and DeviceSleepOnDisconnect; PnPCapabilities under the adapter's Class key is 24 when it may not be switched off. In the System log, look for events of the driver (e1dexpress, rt640x64, Netwtw) that report a lost link.",
    sources: &[
        "Microsoft Learn, standardized INF keywords for power management",
        "Microsoft Learn, Get-NetAdapterPowerManagement",
    ],
};

pub(super) const SLEEP_ENABLED: Page = Page {
    seen: "The active power plan of the host, or a policy, lets it sleep after some minutes although it is plugged in.",
    matters: "A computer that is meant to be reached must be awake, since Remote Desktop does not wake it. The plan is the likeliest reason when it vanishes at night.",
    not_proved: "That it slept when the connection failed. Open sessions, running audio and pending requests keep a computer awake whatever the plan says.",
    confirm: "powercfg /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE ends with two numbers, for mains and battery, in seconds; 0 is never. A policy under HKLM\\SOFTWARE\\Policies\\Microsoft\\Power\\PowerSettings wins over the plan.",
    sources: &[
        "Microsoft Learn, powercfg command line options",
        "Microsoft Learn, sleep settings of power policies",
    ],
};
