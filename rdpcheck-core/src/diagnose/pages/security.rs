//! Agreeing on security, and the listener's settings.

use super::Page;

pub(super) const SECURITY_LAYER_RDP_ONLY: Page = Page {
    seen: "TLS was offered and the host refused it (failure 2, SSL_NOT_ALLOWED_BY_SERVER), or chose Standard RDP Security in its place.",
    matters: "Clients of today do not take Standard RDP Security: it proves nothing of the host's identity and has no network level authentication. They end the attempt, often with 0x904 and 0x7.",
    not_proved: "That somebody chose it. xrdp falls back to it in silence when it cannot read its certificate or key, and so the setting may well say negotiate.",
    confirm: "On Windows, read SecurityLayer under WinStations\\RDP-Tcp and under Policies (0 is RDP, 1 negotiate, 2 TLS); the WMI class Win32_TSGeneralSetting says in PolicySourceSecurityLayer who set it. With xrdp, read security_layer and the log's lines about the certificate.",
    sources: &[
        "MS-RDPBCGR section 2.2.1.2.2",
        "Microsoft Learn, Win32_TSGeneralSetting",
        "GitHub neutrinolabs/xrdp issue 3208",
    ],
};

pub(super) const NLA_REQUIRED: Page = Page {
    seen: "A request without CredSSP was refused with failure 5 (HYBRID_REQUIRED_BY_SERVER), while one with CredSSP was accepted.",
    matters: "It is how a healthy host should be set. Only clients without network level authentication are kept out; they show 0xB09.",
    not_proved: "That authentication itself works: the check stops before credentials.",
    confirm: "On the host, UserAuthentication under WinStations\\RDP-Tcp, or under Policies, is 1. In the client's .rdp file, enablecredsspsupport:i:0 would be the reason that it does not offer CredSSP.",
    sources: &["MS-RDPBCGR section 2.2.1.2.2", "MS-RDPBCGR section 5.4.5.2"],
};

pub(super) const TLS_REQUIRED: Page = Page {
    seen: "A request that offered nothing but Standard RDP Security was refused with failure 1 (SSL_REQUIRED_BY_SERVER).",
    matters: "The host is set as it should be. Very old clients and embedded devices, which know no TLS, cannot connect to it.",
    not_proved: "That the client in question is one of those: each Windows client since XP SP3 offers TLS by itself.",
    confirm: "Capture the client's first packet: an RDP_NEG_REQ with requestedProtocols 0, or without negotiation data at all, is a client that knows no TLS.",
    sources: &["MS-RDPBCGR section 2.2.1.1.1", "MS-RDPBCGR section 2.2.1.2.2"],
};

pub(super) const HOST_HAS_NO_CERTIFICATE: Page = Page {
    seen: "The host refused TLS with failure 3 (SSL_CERT_NOT_ON_SERVER): it would speak TLS and has no certificate that it can use.",
    matters: "Nobody can connect with TLS until it has one. Windows makes its own when the service starts, so its absence means that making it fails.",
    not_proved: "Why it fails: access that was taken from SYSTEM, an orphan in the certificate store, a service that is disabled. An empty store alone is no fault, since Windows fills it at the next start.",
    confirm: "In the host's System log, events 1057 and 1058 of TerminalServices-RemoteConnectionManager carry the reason, such as \"Access is denied\" or \"Object already exists\". Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' lists what is there.",
    sources: &[
        "MS-RDPBCGR section 2.2.1.2.2",
        "Microsoft support article on Remote Desktop by event ID",
        "Azure repair-script-library, win-fix-rdp-certificate",
    ],
};

pub(super) const CLIENT_CERTIFICATE_REQUIRED: Page = Page {
    seen: "The host or a proxy in front of it asked for a client certificate and went no further without one: failure 6, or the TLS alert certificate_required.",
    matters: "No Windows client presents a certificate for Remote Desktop at this point, so none can connect. Proxies for zero trust networks and some smart card set-ups are where it is met.",
    not_proved: "Which authority the certificate must come from. A request that can be left unanswered, and is, stops nobody.",
    confirm: "Look at the settings for client authentication of the proxy or product in front. openssl s_client cannot be used for it, because TLS begins only after X.224 here.",
    sources: &["MS-RDPBCGR section 2.2.1.2.2", "RFC 8446 sections 4.3.2 and 6.2"],
};

pub(super) const ENTRA_ID_REQUIRED: Page = Page {
    seen: "The host took nothing but sign-in with Entra ID: failure 7 for the usual offer, or RDSAAD chosen.",
    matters: "Only clients that can do it (Windows 10 20H2 and later, with enablerdsaadauth in the .rdp file) get in; all others are refused before they can enter a password.",
    not_proved: "That the user's account or device meets the conditions of the directory: that is decided later.",
    confirm: "Connect by the host's name with \"Use a web account to sign in\" switched on. On the host, dsregcmd /status shows whether it is joined.",
    sources: &["MS-RDPBCGR section 5.4.5.4", "Microsoft Learn, connect to a Microsoft Entra joined device"],
};

pub(super) const NEGOTIATION_VIOLATION: Page = Page {
    seen: "In repeated tries, the peer chose a protocol that was not offered, two at once, or one that does not exist. The report has its bytes.",
    matters: "Clients that follow the specification must end the connection, and show 0x904 with 0x7. It is a fault of the program that answers, or of a device that changes the packets.",
    not_proved: "Which of the two it is. Damage to bytes on the way would be found by TCP's and the link's checksums.",
    confirm: "Compare the bytes with those that the host sends on its own network. When they differ, something on the way writes into them; when they are the same, report them to the makers of the server.",
    sources: &["MS-RDPBCGR section 2.2.1.2.1", "MS-RDPBCGR section 3.2.5.3.2"],
};

pub(super) const SECURITY_SETTINGS_OUT_OF_RANGE: Page = Page {
    seen: "In the host's settings, SecurityLayer, UserAuthentication or MinEncryptionLevel has a number that Windows does not know.",
    matters: "Windows does not bring such a number back into its range: it ends each connection at once, with 0x904 and 0x7 on the client. Scripts that mix up the numbers of WMI and of the registry leave such values behind.",
    not_proved: "That this copy of the value is in force: the one under Policies wins, and a value that is wrong in one place may be right in the other.",
    confirm: "reg query on WinStations\\RDP-Tcp, and on HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services. SecurityLayer goes from 0 to 2, UserAuthentication from 0 to 1, MinEncryptionLevel from 1 to 4.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-connectivity",
        "Microsoft Learn, Win32_TSGeneralSetting",
    ],
};

pub(super) const FIPS_OR_ENCRYPTION_LEVEL: Page = Page {
    seen: "The host is in FIPS mode or demands the encryption level FIPS, or the methods that it offers for Standard RDP Security exclude the client.",
    matters: "Clients that cannot meet the level are refused with the extended code 8, or 0xE06. FIPS mode wins over the setting of the level.",
    not_proved: "That the level stops a client that uses TLS: with TLS, the level matters little, and a shorter list of suites is all that FIPS mode does.",
    confirm: "Read Enabled under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FIPSAlgorithmPolicy, and MinEncryptionLevel (4 is FIPS) in both places. The security option is called \"System cryptography: Use FIPS compliant algorithms\".",
    sources: &[
        "MS-RDPBCGR section 5.3.2",
        "Microsoft support article \"cannot connect to an Azure VM by RDP\"",
    ],
};

pub(super) const RDP_DISABLED: Page = Page {
    seen: "In the host's registry, fDenyTSConnections is 1 or missing, locally or under Policies.",
    matters: "The listener is not started, and clients show 0x204. A value that was deleted has the same effect as 1, which tools that ask WMI do not see.",
    not_proved: "That it is the only reason. With the switch right, the service, the port and the firewall still have to be.",
    confirm: "reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections, and the same under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services. gpresult /h report.html names the policy.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-connectivity",
        "Microsoft Learn, ADMX_TerminalServer policies",
    ],
};

pub(super) const RDP_SERVICE_DISABLED: Page = Page {
    seen: "On the host, the service TermService has the start type 4 (disabled), or is not running.",
    matters: "It is the listener itself. Manual (3) is the healthy start type; only disabled keeps Windows from starting it when it is wanted.",
    not_proved: "Why it stopped. A service that ends by itself leaves events 7031 or 7034 of the Service Control Manager.",
    confirm: "sc.exe qc TermService shows START_TYPE, and sc.exe query TermService the state. Look at the services that it needs, too: sc.exe qc lists them under DEPENDENCIES.",
    sources: &["Azure repair-script-library, win-fix-rdp-connectivity", "Microsoft Learn, sc.exe query"],
};

pub(super) const FIREWALL_RULE_DISABLED: Page = Page {
    seen: "The host's rule RemoteDesktop-UserMode-In-TCP is off, is for other network profiles than the one in force, or covers another port than the listener's.",
    matters: "The service listens and nobody reaches it. After a change of PortNumber this is so until a rule for the new port is made, because the built-in one says 3389.",
    not_proved: "That no other rule blocks: a rule that blocks wins over one that allows, and rules of a group policy are not shown among the local ones.",
    confirm: "Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP -PolicyStore ActiveStore | Select-Object Enabled, Profile, and pipe it to Get-NetFirewallPortFilter for the port. Get-NetConnectionProfile shows which profile is in force.",
    sources: &[
        "Microsoft Learn, Get-NetFirewallRule",
        "Azure repair-script-library, win-fix-rdp-connectivity",
    ],
};

pub(super) const FIREWALL_SERVICE_DEAD: Page = Page {
    seen: "On the host, MpsSvc or BFE is disabled or keeps ending, while from outside each port and the echo are silent.",
    matters: "The filters that Windows sets at boot stay in force until the firewall takes over, and they let nothing in. Stopping the service to \"switch the firewall off\" brings this about.",
    not_proved: "From the network it looks like a host that is off. That the listener is well in the meantime is usual and of no use.",
    confirm: "sc.exe query MpsSvc and sc.exe query BFE at the console; event 7024 of the Service Control Manager repeats when the firewall crashes. Then look at DebugedLoopbackApps under Services\\mpssvc\\Parameters\\AppCs.",
    sources: &[
        "Azure repair-script-library, win-fix-firewall-service",
        "Microsoft Learn, Windows Filtering Platform, boot-time filters",
    ],
};

pub(super) const IPSEC_REQUIRED: Page = Page {
    seen: "The host has a connection security rule that demands protection of inbound connections, and the client offered none.",
    matters: "Packets without IPsec are dropped without a word, so that clients time out with 0x204. The firewall's log has no line for it.",
    not_proved: "That the rule covers this client and port: rules name addresses, profiles and ports.",
    confirm: "Get-NetIPsecRule -PolicyStore ActiveStore | Select-Object DisplayName, Enabled, InboundSecurity: \"Require\" is what keeps clients out. The rules stand under FirewallPolicy\\ConSecRules, and those of a policy under HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules.",
    sources: &["Azure repair-script-library, win-fix-ipsec-rdp-block", "Microsoft Learn, Get-NetIPsecRule"],
};

pub(super) const POLICY_FLAPPING: Page = Page {
    seen: "fDenyTSConnections is 1 in the local settings and 0 in the policy's, or the other way round.",
    matters: "At each refresh of the policies, about every 90 minutes, the switch is thrown twice and each session is cut, with 0x904 and 0x0 on the clients. New connections work a moment later.",
    not_proved: "That drops at other times come from it. The times must fit the refresh.",
    confirm: "Compare both values, and the times of event 40 in LocalSessionManager/Operational with events 1500 and 1502 of GroupPolicy in the System log. gpupdate /force during a session brings it about.",
    sources: &["Microsoft support article \"clients disconnected when group policy updates\""],
};

pub(super) const LISTENER_BOUND_ELSEWHERE: Page = Page {
    seen: "On the host, LanAdapter under WinStations\\RDP-Tcp names one adapter, and that adapter is gone or is another one now.",
    matters: "The listener waits at an adapter that does not exist, and the port is closed on all others. It follows a change of hardware, a restored image or a move of a virtual machine.",
    not_proved: "That the number names the wrong adapter: only the list of adapters of the host tells.",
    confirm: "Read LanAdapter (0 is all adapters), and look for event 1036 of TerminalServices-RemoteConnectionManager, which says that the listener could not be made. netstat -ano shows on which addresses the port is open.",
    sources: &["Microsoft support article \"can't establish a Remote Desktop session\""],
};

pub(super) const WEBSOCKET_RULE: Page = Page {
    seen: "The firewall rules of the group \"Remote Desktop (WebSocket)\" are off, as they are on each healthy host, or somebody advised to switch them on.",
    matters: "They do not: clients that connect to the RDP port use TCP and UDP on that port. Time that is spent on these rules is lost.",
    not_proved: "Nothing about the connection follows from them in either state. They are listed here because the advice is so common.",
    confirm: "Get-NetFirewallRule -Name RemoteDesktop-In-TCP-WS, RemoteDesktop-In-TCP-WSS shows Enabled False on a host to which clients connect without trouble.",
    sources: &["Microsoft Learn, ports used by Remote Desktop Services"],
};
