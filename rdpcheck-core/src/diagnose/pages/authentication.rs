//! CredSSP, accounts, sessions and licences.

use super::Page;

pub(super) const CREDSSP_ORACLE_POLICY: Page = Page {
    seen: "The host speaks CredSSP 2, 3 or 4, which no system with the update for CVE-2018-0886 does, or the policies of both sides exclude each other.",
    matters: "Since May 2018, clients refuse hosts without the update, in a dialog of their own that speaks of CredSSP encryption oracle remediation. It is not 0x904, although articles mix the two.",
    not_proved: "What the client's policy is. A version of 5 or more shows that the host has the update and says nothing about the client.",
    confirm: "On the client, event 6041 of LsaSrv in the System log. AllowEncryptionOracle under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters is 0 (Force Updated Clients), 1 (Mitigated, the default) or 2 (Vulnerable).",
    sources: &["Microsoft support article KB4295591", "MS-CSSP section 2.2.1"],
};

pub(super) const CREDSSP_FAILS: Page = Page {
    seen: "TLS stands, and the first CredSSP message was answered by a close, a reset or silence, in repeated tries.",
    matters: "Network level authentication comes before the logon screen, so that nobody gets to it. Clients show 0x904 with 0x7, or an error of authentication.",
    not_proved: "That credentials are wrong: none were sent. A host that refuses NTLM and wants Kerberos ends here as well, and so does gnome-remote-desktop without credentials of its own.",
    confirm: "Event 139 in Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational on the host has the code; Security and NTLM/Operational say whether a logon was tried. A client without CredSSP that comes to the logon screen shows that TLS is well.",
    sources: &["MS-CSSP section 3.1.5", "Microsoft support article \"cannot connect to an Azure VM by RDP\""],
};

pub(super) const CLOCK_SKEW: Page = Page {
    seen: "The time in the host's NTLM challenge differs from that of this machine by more than five minutes.",
    matters: "Kerberos takes a difference of five minutes at most by default. Beyond it, logons with domain accounts fail with 0x1D07 or 0x1807, and certificates seem expired or too new.",
    not_proved: "Whose clock is wrong: two clocks can only be told to differ. Clients with NTLM connect all the same.",
    confirm: "w32tm /query /status on both shows source and last success; w32tm /monitor compares the domain controllers. On Linux, timedatectl says whether the clock is synchronised.",
    sources: &[
        "Microsoft Learn, Maximum tolerance for computer clock synchronization",
        "MS-NLMP section 2.2.2.1",
    ],
};

pub(super) const NO_LOGON_SERVER: Page = Page {
    seen: "The client's error says that no logon server could be reached: 0x1807, or the status 0xC000005E (NO_LOGON_SERVERS).",
    matters: "Domain accounts cannot be checked, so network level authentication refuses all of them. Local accounts of the host still work.",
    not_proved: "Whether the host or the client lacks the way: with Kerberos the client asks a domain controller itself.",
    confirm: "nltest /dsgetdc:DOMAIN on both sides; events 5719 and 5783 of NETLOGON in the System log. A DNS server that is not the domain's, and ports 88, 389 and 445 that are closed, are found with nslookup -type=srv _ldap._tcp.dc._msdcs.DOMAIN and Test-NetConnection.",
    sources: &["MS-ERREF section 2.3.1", "Microsoft Learn, nltest"],
};

pub(super) const DOMAIN_TRUST_BROKEN: Page = Page {
    seen: "The client's error, or the host's log, says that the trust between the host and its domain is broken (0xC000018D, TRUSTED_RELATIONSHIP_FAILURE).",
    matters: "The password of the computer's account in the domain is another than the one that the host has, mostly after a snapshot or image was put back. No domain account can log on.",
    not_proved: "That the domain itself is ill: other hosts tell. A host that cannot reach a domain controller shows some of the same events.",
    confirm: "Test-ComputerSecureChannel -Verbose at the host, with a local account, answers False. Event 3210 of NETLOGON says that the authentication of the computer failed.",
    sources: &["MS-ERREF section 2.3.1", "Microsoft Learn, Test-ComputerSecureChannel"],
};

pub(super) const CREDENTIALS_REJECTED: Page = Page {
    seen: "The client's error is one of those for a wrong user name or password, such as 0x807, or the status 0xC000006D (LOGON_FAILURE).",
    matters: "The connection is well up to this point: network, TLS and CredSSP have done their work. Saved credentials under an old password are the commonest reason.",
    not_proved: "Which of the two is wrong, since Windows does not say. A PIN, a Microsoft account without a password, and a local account of the same name as a domain's are refused in the same words.",
    confirm: "Event 4625 in the host's Security log has Sub Status: 0xC000006A is the password, 0xC0000064 the name. cmdkey /list:TERMSRV/HOST on the client shows whether credentials are saved.",
    sources: &["MS-ERREF section 2.3.1", "Microsoft Learn, event 4625"],
};

pub(super) const ACCOUNT_RESTRICTED: Page = Page {
    seen: "The client's error says that the account exists and may not be used: disabled, expired, locked, outside its hours or computers, or with a password that must be changed.",
    matters: "Network level authentication leaves no room for changing a password, so that a user whose password has expired is stuck until it is changed elsewhere.",
    not_proved: "That the password was right: some of these are told before it is looked at.",
    confirm: "net user NAME /domain shows Account active, Account expires, Password expires and Logon hours. Event 4625 has the Sub Status: 0xC0000072 disabled, 0xC0000193 account expired, 0xC0000071 password expired, 0xC0000234 locked, 0xC0000224 must change.",
    sources: &["MS-ERREF section 2.3.1", "Microsoft Learn, event 4625"],
};

pub(super) const NOT_AUTHORISED: Page = Page {
    seen: "The client's extended code is 9, or the host's log says that the account lacks the right to log on by Remote Desktop.",
    matters: "Name and password are right. What is missing is membership in Remote Desktop Users, or there is a denial, which wins over each grant.",
    not_proved: "Which of the two it is. A denial that a group policy left behind stays after the policy is gone.",
    confirm: "Event 4825 in the host's Security log. Get-LocalGroupMember -SID S-1-5-32-555 lists the members; secedit /export /cfg rights.inf shows SeRemoteInteractiveLogonRight and SeDenyRemoteInteractiveLogonRight.",
    sources: &["MS-RDPBCGR section 2.2.5.1.1", "Azure repair-script-library, win-fix-user-rights"],
};

pub(super) const STUCK_SESSION: Page = Page {
    seen: "The client's codes are those of a session that another connection or a logoff ended, or the host lists a session of the user that neither ends nor can be taken up.",
    matters: "The user is led back to a session that does not answer. Editions for clients allow one session at a time, so that nobody else gets in either.",
    not_proved: "That ending it is safe: programs in it may hold unsaved work and still be running.",
    confirm: "qwinsta at the host shows sessions with the state Disc or Down; events 36 and 37 in Microsoft-Windows-TerminalServices-LocalSessionManager/Operational report that a change of state failed.",
    sources: &["Microsoft Learn, qwinsta", "MS-RDPBCGR section 2.2.5.1.1"],
};

pub(super) const LICENSING: Page = Page {
    seen: "The client's code is one of licensing: 0x808, 0x908, or 0x3 with an extended code from 0x100 to 0x10B.",
    matters: "Session hosts work for 120 days without a licence server and then let in nobody but administrators. A damaged licence on one client stops that client only.",
    not_proved: "Whether the host, the licence server or the client is at fault; the extended code narrows it down.",
    confirm: "lsdiag.msc at the host names what is missing; events 1003, 1004 and 1011 of TerminalServices-RemoteConnectionManager say more. Whether another client connects tells the client's fault from the host's.",
    sources: &["MS-RDPELE section 1.3", "Microsoft Learn, license Remote Desktop session hosts"],
};

pub(super) const GATEWAY: Page = Page {
    seen: "The client's code is one of the gateway's, 0x3000001 or above: the connection ended at the Remote Desktop gateway.",
    matters: "The host was not asked at all. A check of the host from inside can be healthy while each user from outside is refused.",
    not_proved: "That the host behind is well. Many of these codes are for the gateway's certificate, its policies and its own authentication.",
    confirm: "On the gateway, the log Microsoft-Windows-TerminalServices-Gateway/Operational: event 201 is the connection policy that refused, 301 the resource policy, 304 a host that could not be reached, 203 the limit of connections. curl -v https://GATEWAY/remoteDesktopGateway/ shows its certificate.",
    sources: &[
        "Microsoft Learn, IMsTscAxEvents::OnDisconnected",
        "Microsoft Learn, RD Gateway server connections (events 200 to 309)",
    ],
};

pub(super) const NTLM_REFUSED: Page = Page {
    seen: "The host ended CredSSP when it was offered NTLM, and went on when Kerberos was offered.",
    matters: "Clients that cannot get a Kerberos ticket are kept out: those that use an address or a short name, those outside the domain, and those without a way to a domain controller.",
    not_proved: "That the policy on the host is the reason: one on the domain controllers, or membership of the account in Protected Users, has the same effect.",
    confirm: "Event 4002 in Microsoft-Windows-NTLM/Operational on the host; RestrictReceivingNTLMTraffic under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0. klist get TERMSRV/FQDN on the client shows whether it gets a ticket.",
    sources: &["Microsoft Learn, Restrict NTLM: Incoming NTLM traffic", "MS-NLMP section 1.3"],
};
