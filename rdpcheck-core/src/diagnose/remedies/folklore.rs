//! Advice that people find for a cause and that is not offered, with the reason.

use super::NotOffered;
use crate::diagnose::Cause;

pub(super) fn of(cause: Cause) -> Vec<NotOffered> {
    TABLE
        .iter()
        .filter(|(causes, ..)| causes.contains(&cause))
        .map(|(_, advice, reason, source)| NotOffered {
            advice: (*advice).to_owned(),
            reason: (*reason).to_owned(),
            source: (*source).to_owned(),
        })
        .collect()
}

const RSL_CERTIFICATE: &str = "Azure repair-script-library, win-fix-rdp-certificate";
const RSL_CONNECTIVITY: &str = "Azure repair-script-library, win-fix-rdp-connectivity";

/// Causes, advice, reason, source. What harms most stands first.
pub(super) const TABLE: &[(&[Cause], &str, &str, &str)] = &[
    (
        &[Cause::ListenerKeyUnusable, Cause::HostHasNoCertificate, Cause::CertificateRenewalFails],
        "take over the folder MachineKeys and grant NETWORK SERVICE access to all of it (takeown, icacls /t)",
        "it lets one network service read the private keys of every other service, IIS and SQL Server among them, and an entry that denies still wins; one file matters, the one that begins with f686aace",
        RSL_CERTIFICATE,
    ),
    (
        &[Cause::ListenerKeyUnusable, Cause::HostHasNoCertificate, Cause::CertificateRenewalFails],
        "rename or delete the folder MachineKeys",
        "it takes the keys away from every service of the host, and they cannot be made again",
        RSL_CERTIFICATE,
    ),
    (
        &[Cause::CertificateExpired, Cause::CertificateRenewalFails],
        "delete the expired certificate and be done",
        "Windows renews its own certificate by itself; one that has expired shows that renewal fails, and without finding why (events 1057 and 1058) the next one expires as well",
        RSL_CERTIFICATE,
    ),
    (
        &[Cause::CredsspOraclePolicy],
        "set AllowEncryptionOracle to 2 (Vulnerable), or \"Encryption Oracle Remediation: Vulnerable\"",
        "it opens the hole CVE-2018-0886 again for every connection of that computer: whoever sits on the path can run code on the host with the user's rights",
        "Microsoft support article on CredSSP updates for CVE-2018-0886, KB4295591",
    ),
    (
        &[
            Cause::NlaRequired,
            Cause::CredsspFails,
            Cause::CredentialsRejected,
            Cause::NoLogonServer,
            Cause::DomainTrustBroken,
            Cause::ListenerKeyUnusable,
        ],
        "switch network level authentication off for good",
        "everybody who reaches the port then gets to the logon screen and to whatever faults the service has before logon (CVE-2019-0708 was one); as a test of some minutes it is offered",
        RSL_CONNECTIVITY,
    ),
    (
        &[
            Cause::ListenerKeyUnusable,
            Cause::HostHasNoCertificate,
            Cause::NoCommonTlsVersion,
            Cause::NoCommonCipherSuite,
            Cause::TlsDisabledOnHost,
            Cause::MiddleboxResetsTls,
            Cause::MiddleboxDropsTls,
        ],
        "set the security layer to RDP for good",
        "Standard RDP Security proves nothing of the host's identity and cannot be combined with network level authentication; the fault of TLS stays",
        "MS-RDPBCGR section 5.3; Microsoft Learn, Win32_TSGeneralSetting",
    ),
    (
        &[
            Cause::FirewallDrops,
            Cause::FirewallRejects,
            Cause::FirewallRuleDisabled,
            Cause::FirewallServiceDead,
        ],
        "switch the firewall off",
        "it opens every port and not one; stopping the service MpsSvc even leaves the boot-time filters, which block everything",
        "Azure repair-script-library, win-fix-firewall-service",
    ),
    (
        &[Cause::FirewallDrops, Cause::FirewallRuleDisabled, Cause::WebsocketRule],
        "allow \"Remote Desktop (WebSocket)\" in the firewall",
        "clients that connect to the RDP port do not use it; the rules are off on healthy hosts",
        "Microsoft Learn, ports used by Remote Desktop Services",
    ),
    (
        &[
            Cause::ListenerKeyUnusable,
            Cause::NotRdp,
            Cause::ForwarderWithoutBackend,
            Cause::ConnectionLimit,
            Cause::MiddleboxResetsRdp,
            Cause::PacketLoss,
        ],
        "disable UDP in the client (fClientDisableUDP) against 0x904 with 0x7",
        "the side channel over UDP begins when the session stands; it cannot end a connection before that",
        "MS-RDPEMT section 1.3",
    ),
    (
        &[Cause::NoCommonCipherSuite, Cause::TlsDisabledOnHost],
        "delete the cipher suite policy, or reset the suites to their defaults",
        "a list that is filled is normal on managed hosts and keeps weak suites away; only an empty one is a fault",
        RSL_CONNECTIVITY,
    ),
    (
        &[Cause::NoCommonTlsVersion, Cause::NoCommonCipherSuite],
        "switch TLS 1.0, TLS 1.1, RC4 or 3DES on again",
        "it weakens every service of the host for the sake of one client; every Windows since 7 can do TLS 1.2, 7 with the update KB3080079",
        "RFC 8996, RFC 7465",
    ),
    (
        &[Cause::CertificateUntrusted, Cause::CertificateNameMismatch, Cause::TlsIntercepted],
        "switch the warning off (authentication level:i:0)",
        "the client then types the password into any host that answers, an impostor too",
        "Microsoft Learn, supported RDP properties",
    ),
    (
        &[Cause::CertificateNotYetValid, Cause::ClockSkew],
        "raise the tolerance of Kerberos for clocks",
        "recorded tickets can be used again for as long; a clock that follows its source needs no tolerance",
        "RFC 4120 section 10",
    ),
    (
        &[
            Cause::MiddleboxResetsRdp,
            Cause::MiddleboxDropsRdp,
            Cause::MiddleboxDropsData,
            Cause::MiddleboxResetsTls,
            Cause::MiddleboxDropsTls,
            Cause::LargeHelloDropped,
        ],
        "uninstall the antivirus program or the protection against attacks",
        "it leaves the computer open and shows nothing that an exemption for one host and port does not show",
        "no source names a mechanism",
    ),
    (
        &[Cause::UnstablePath, Cause::PacketLoss, Cause::SlowPath, Cause::CredsspFails],
        "install the client anew, or use the one of the store",
        "the client is a part of Windows; no source names a mechanism by which it mends a path or a host",
        "no source names a mechanism",
    ),
    (
        &[Cause::RdpNotListening, Cause::WrongPort, Cause::ConnectionLimit],
        "hide Remote Desktop behind another port",
        "scanners find it there too; the built-in firewall rules no longer fit, and clients must name the port",
        "Microsoft Learn, change the listening port for Remote Desktop",
    ),
    (
        &[Cause::StuckSession, Cause::ListenerHung],
        "switch the host off and on",
        "unsaved work of everybody on it is lost; ending one session or restarting one service does less harm",
        "Microsoft Learn, qwinsta and rwinsta",
    ),
    (
        &[Cause::DomainTrustBroken],
        "leave the domain and join it again",
        "the computer gets a new account and loses what was granted to the old one; Test-ComputerSecureChannel -Repair keeps it",
        "Microsoft Learn, Test-ComputerSecureChannel",
    ),
    (
        &[Cause::NtlmRefused],
        "take the policy against NTLM away from all hosts",
        "NTLM can be relayed and its answers guessed; a client that names the host in full needs no exception",
        "Microsoft Learn, Restrict NTLM: Incoming NTLM traffic",
    ),
    (
        &[Cause::Licensing],
        "delete the key GracePeriod to begin the time without licences anew",
        "it breaks the licence terms, needs the ownership of a protected key, and ends in the same fault 120 days later",
        "Microsoft Learn, license Remote Desktop session hosts",
    ),
    (
        &[Cause::AccountRestricted, Cause::NotAuthorised],
        "make the account a member of Administrators",
        "it gives the whole host away for a right that the group Remote Desktop Users has",
        "Microsoft Learn, well-known SIDs",
    ),
    (
        &[Cause::AccountRestricted],
        "allow blank passwords over the network (LimitBlankPasswordUse = 0)",
        "everybody who reaches the host can then log on as that account",
        "Microsoft Learn, Accounts: Limit local account use of blank passwords to console logon only",
    ),
    (
        &[Cause::PathMtuBlackHole],
        "set a small MTU for good on every client",
        "it hides the device that swallows the ICMP messages, and the next client falls into the same hole",
        "RFC 2923 section 2.1",
    ),
    (
        &[Cause::SecurityLayerRdpOnly],
        "let clients accept Standard RDP Security",
        "its keys are protected by a certificate that every client trusts and everybody can forge",
        "MS-RDPBCGR section 5.3.3",
    ),
    (
        &[Cause::HostAsleep, Cause::SleepEnabled, Cause::AdapterPowerSaving],
        "switch every power plan to high performance",
        "it does not change what was set for sleep by a policy, and the adapter has its own setting",
        "Microsoft Learn, powercfg command line options",
    ),
];
