//! Every cause that a report can speak of. The one place where codes and their words are; append-only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::ClientError;
use crate::evidence::Stage;

macro_rules! causes {
    ($($variant:ident {
        code: $code:literal,
        stage: $stage:expr,
        shows: $shows:expr,
        says: $says:literal,
        settle_by: $settle_by:expr,
    })+) => {
        /// A cause of a failed or endangered Remote Desktop connection.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub enum Cause {
            $(
                #[doc = concat!("`", $code, "`: ", $says, ".")]
                #[serde(rename = $code)]
                $variant,
            )+
        }

        impl Cause {
            /// Every cause, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$variant => &Entry {
                        code: $code,
                        stage: $stage,
                        shows: $shows,
                        says: $says,
                        settle_by: $settle_by,
                    },)+
                }
            }
        }
    };
}

struct Entry {
    code: &'static str,
    stage: Option<Stage>,
    shows: &'static [(u32, Option<u32>, ShownBasis)],
    says: &'static str,
    settle_by: &'static [Way],
}

/// What ties a code that clients show to a cause; the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ShownBasis {
    /// Microsoft's page, or the client's own text for this number, names the cause.
    Documented,
    /// Someone met the cause and this very code together.
    Reproduced,
    /// Microsoft gives the cause for the text that clients show with this code; the text has no number.
    SameText,
    /// Users report it.
    Reported,
    /// Concluded from the order in which a connection is made.
    Inferred,
}

impl ShownBasis {
    /// Every basis, the strongest first.
    pub const ALL: &'static [Self] =
        &[Self::Documented, Self::Reproduced, Self::SameText, Self::Reported, Self::Inferred];

    /// Stable kebab-case code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Reproduced => "reproduced",
            Self::SameText => "same-text",
            Self::Reported => "reported",
            Self::Inferred => "inferred",
        }
    }
}

/// A way to settle a cause.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// On any host or client.
    Any(&'static str),
    /// On a host that is known not to be Windows.
    Other(&'static str),
    /// On a Windows host.
    Windows(&'static str),
}

use ShownBasis::{Documented, Inferred, Reported, Reproduced, SameText};
use Way::{Any, Other, Windows};

causes! {
    // Reaching the host
    NameNotResolved {
        code: "name-not-resolved",
        stage: Some(Stage::Resolve),
        shows: &[(0x104, None, Documented), (0x208, None, Documented), (0x508, None, Documented), (0x604, None, Documented)],
        says: "the name has no address, or the resolver failed",
        settle_by: &[Any("on the client: nslookup NAME, and event 1007 in Microsoft-Windows-TerminalServices-RDPClient/Operational")],
    }
    NetworkUnreachable {
        code: "network-unreachable",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Documented)],
        says: "there is no route to the host, or a router says that it cannot be reached",
        settle_by: &[Any("on the client: tracert to the address")],
    }
    HostOff {
        code: "host-off",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Documented)],
        says: "the host is powered off or not on the network",
        settle_by: &[Any("from the same network: is there an ARP or neighbour entry for the address?"), Any("the host's console or management interface")],
    }
    HostAsleep {
        code: "host-asleep",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Inferred), (0x904, Some(0x0), Inferred)],
        says: "the host sleeps or hibernates",
        settle_by: &[Any("send a Wake-on-LAN packet and check again"), Windows("on the host: events 42, 107, 506 and 507 of Microsoft-Windows-Kernel-Power in the System log")],
    }
    FirewallDrops {
        code: "firewall-drops",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Inferred)],
        says: "something drops connection requests to the port",
        settle_by: &[Any("from the same network: does another port of the host answer?"), Windows("on the host: Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP, and the state of the services MpsSvc and BFE")],
    }
    FirewallRejects {
        code: "firewall-rejects",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Inferred)],
        says: "something refuses connection requests on the host's behalf",
        settle_by: &[Any("on the host's own network: does the port answer there?")],
    }
    RdpNotListening {
        code: "rdp-not-listening",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Inferred)],
        says: "the host is up and nothing listens on the port",
        settle_by: &[Windows("on the host: qwinsta lists the listener rdp-tcp, and sc query TermService shows the service"), Other("on the host: ss -ltnp shows what listens, and systemctl status the service")],
    }
    WrongPort {
        code: "wrong-port",
        stage: Some(Stage::Connect),
        shows: &[(0x204, None, Inferred), (0x904, Some(0x7), Inferred)],
        says: "Remote Desktop answers on another port than the one used",
        settle_by: &[Windows("on the host: PortNumber under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp"), Windows("the full address line of the .rdp file"), Other("on the host: the port in the server's configuration, and ss -ltnp")],
    }
    // Accepted, then nothing
    NotRdp {
        code: "not-rdp",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), Reproduced)],
        says: "another service owns the port",
        settle_by: &[Windows("on the host: netstat -ano, then tasklist /svc for the process that owns the port"), Other("on the host: ss -ltnp shows the process that owns the port")],
    }
    ForwarderWithoutBackend {
        code: "forwarder-without-backend",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), Reproduced)],
        says: "a proxy, bastion or port mapper accepts the connection and cannot reach the host",
        settle_by: &[Any("check from inside the host's network"), Any("the log of the proxy or port mapper")],
    }
    ConnectionLimit {
        code: "connection-limit",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), SameText), (0x904, Some(0x0), Inferred)],
        says: "the host, or a protector in front of it, has had enough connections",
        settle_by: &[Any("check again after some minutes without other connections"), Windows("on the host: event 1006 of TerminalServices-RemoteConnectionManager, and MaxInstanceCount against qwinsta")],
    }
    ListenerHung {
        code: "listener-hung",
        stage: Some(Stage::Negotiate),
        shows: &[(0x704, None, Inferred), (0x108, None, Inferred)],
        says: "TCP is accepted and the Remote Desktop service never answers",
        settle_by: &[Windows("on the host: does mstsc /v:localhost work, and which process owns the port?"), Other("on the host: does a client on the host itself connect, and what is in the server's log?")],
    }
    MiddleboxResetsRdp {
        code: "middlebox-resets-rdp",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "a device on the path resets what looks like Remote Desktop",
        settle_by: &[Any("check from the host's own network"), Any("capture on client and host at once: did the host send the reset?")],
    }
    // The path
    PacketLoss {
        code: "packet-loss",
        stage: None,
        shows: &[(0x904, Some(0x0), SameText), (0x904, Some(0x7), Reported)],
        says: "segments are lost on the path",
        settle_by: &[Any("check with depth deep, or with the client's error code"), Any("a capture on the client: retransmissions, and on which side")],
    }
    PathMtuBlackHole {
        code: "path-mtu-black-hole",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), Reported)],
        says: "big packets vanish on the path without word of it",
        settle_by: &[Any("check with depth deep, or with the client's error code"), Any("on the client: ping with the don't-fragment flag and growing sizes, or a capture during a failing attempt")],
    }
    LargeHelloDropped {
        code: "large-hello-dropped",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "a ClientHello of more than one segment is lost or reset where a small one passes",
        settle_by: &[Any("check with depth deep, or with the client's error code"), Any("a capture on client and host during an attempt of the failing client")],
    }
    MiddleboxResetsTls {
        code: "middlebox-resets-tls",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "a device on the path resets the connection at the TLS ClientHello",
        settle_by: &[Any("check from the host's own network"), Any("capture on client and host at once: did the host send the reset?")],
    }
    MiddleboxDropsTls {
        code: "middlebox-drops-tls",
        stage: Some(Stage::Tls),
        shows: &[(0x108, None, Inferred), (0x704, None, Inferred)],
        says: "a device on the path swallows TLS on this port",
        settle_by: &[Any("check from the host's own network")],
    }
    TlsIntercepted {
        code: "tls-intercepted",
        stage: Some(Stage::Certificate),
        shows: &[(0x907, None, Inferred)],
        says: "TLS is broken open on the way",
        settle_by: &[Any("compare the thumbprint with the certificate that the host serves on 127.0.0.1")],
    }
    SlowPath {
        code: "slow-path",
        stage: None,
        shows: &[(0x108, None, Inferred), (0x904, Some(0x0), Inferred)],
        says: "the round trip or the bandwidth is so bad that timers fire",
        settle_by: &[Any("repeat the check over some minutes and compare the round-trip times")],
    }
    UnstablePath {
        code: "unstable-path",
        stage: None,
        shows: &[(0x904, Some(0x0), SameText)],
        says: "the path works and fails in turn",
        settle_by: &[Any("repeat the check over some minutes and note the times of failure")],
    }
    // Agreeing on security
    SecurityLayerRdpOnly {
        code: "security-layer-rdp-only",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "the host allows only Standard RDP Security",
        settle_by: &[Windows("on the host: SecurityLayer under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp and its policy"), Other("on the host: security_layer in /etc/xrdp/xrdp.ini, or the security options of the server")],
    }
    NlaRequired {
        code: "nla-required",
        stage: Some(Stage::Negotiate),
        shows: &[(0xB09, None, Documented)],
        says: "the host insists on network level authentication; a cause only for clients that cannot do it",
        settle_by: &[Any("check with depth deep: it asks for a connection without CredSSP")],
    }
    TlsRequired {
        code: "tls-required",
        stage: Some(Stage::Negotiate),
        shows: &[],
        says: "the host refuses Standard RDP Security; a cause only for clients that know nothing else",
        settle_by: &[Any("an X.224 request without negotiation data")],
    }
    HostHasNoCertificate {
        code: "host-has-no-certificate",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "the host has no certificate that it can use",
        settle_by: &[Windows("on the host: events 1057 and 1058 of TerminalServices-RemoteConnectionManager in the System log"), Other("on the host: the server's log, and whether its user can read the certificate and the key")],
    }
    ClientCertificateRequired {
        code: "client-certificate-required",
        stage: Some(Stage::Negotiate),
        shows: &[],
        says: "the host asks for a client certificate",
        settle_by: &[Any("the configuration of the host or of the proxy in front of it")],
    }
    EntraIdRequired {
        code: "entra-id-required",
        stage: Some(Stage::Negotiate),
        shows: &[],
        says: "the host takes only Entra ID sign-in",
        settle_by: &[Windows("the enablerdsaadauth line of the .rdp file, and the host's sign-in policy"), Other("on the host: the server's sign-in settings")],
    }
    NegotiationViolation {
        code: "negotiation-violation",
        stage: Some(Stage::Negotiate),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "the peer breaks the rules of the negotiation",
        settle_by: &[Any("a capture of the first packets")],
    }
    // TLS
    ListenerKeyUnusable {
        code: "listener-key-unusable",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), Reproduced)],
        says: "the host chooses TLS and then cannot use its certificate's key",
        settle_by: &[Windows("on the host: Schannel event 36870 in the System log at the time of the check, event 1055 of TerminalServices-RemoteConnectionManager"), Any("on the host: the log of the Remote Desktop service at the time of the check")],
    }
    NoCommonTlsVersion {
        code: "no-common-tls-version",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "host and client share no TLS version",
        settle_by: &[Windows("on the host: Enabled and DisabledByDefault under HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols"), Other("on the host: ssl_protocols in /etc/xrdp/xrdp.ini, or the TLS settings of the server and of its library")],
    }
    NoCommonCipherSuite {
        code: "no-common-cipher-suite",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "the TLS versions agree and the cipher suites do not",
        settle_by: &[Windows("on the host: Schannel event 36874 in the System log, and Get-TlsCipherSuite"), Other("on the host: tls_ciphers in /etc/xrdp/xrdp.ini, or the TLS settings of the server and of its library")],
    }
    TlsServiceHung {
        code: "tls-service-hung",
        stage: Some(Stage::Tls),
        shows: &[(0x108, None, Inferred), (0x704, None, Inferred)],
        says: "TLS begins and the host never answers",
        settle_by: &[Windows("on the host: the processor load, and the state of TermService and KeyIso"), Other("on the host: the processor load, and the server's log")],
    }
    LegacyTlsEnabled {
        code: "legacy-tls-enabled",
        stage: Some(Stage::Tls),
        shows: &[],
        says: "TLS 1.0 or 1.1 is used (a risk, not a cause of failure)",
        settle_by: &[Any("check with depth deep")],
    }
    // Certificate
    CertificateExpired {
        code: "certificate-expired",
        stage: Some(Stage::Certificate),
        shows: &[(0x1B07, None, Documented)],
        says: "the certificate has expired",
        settle_by: &[Windows("on the host: Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop'"), Other("on the host: openssl x509 -noout -dates of the server's certificate file")],
    }
    CertificateNotYetValid {
        code: "certificate-not-yet-valid",
        stage: Some(Stage::Certificate),
        shows: &[(0x1B07, None, Documented)],
        says: "the certificate is not valid yet",
        settle_by: &[Any("compare the clocks of host and client")],
    }
    CertificateExpiresSoon {
        code: "certificate-expires-soon",
        stage: Some(Stage::Certificate),
        shows: &[],
        says: "the certificate expires soon",
        settle_by: &[Windows("on the host: Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop'"), Other("on the host: openssl x509 -noout -dates of the server's certificate file")],
    }
    CertificateRenewalFails {
        code: "certificate-renewal-fails",
        stage: Some(Stage::Certificate),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "Windows should have renewed its own certificate and did not",
        settle_by: &[Windows("on the host: events 1057 and 1058 of TerminalServices-RemoteConnectionManager in the System log"), Other("nothing: only Windows hosts have it")],
    }
    CertificateNameMismatch {
        code: "certificate-name-mismatch",
        stage: Some(Stage::Certificate),
        shows: &[],
        says: "the name used is not in the certificate",
        settle_by: &[Any("check by the name that the clients use")],
    }
    CertificateUntrusted {
        code: "certificate-untrusted",
        stage: Some(Stage::Certificate),
        shows: &[],
        says: "the certificate's chain does not end in a trusted root",
        settle_by: &[Any("on the client: does the chain end in Cert:\\LocalMachine\\Root?")],
    }
    CertificateWeak {
        code: "certificate-weak",
        stage: Some(Stage::Certificate),
        shows: &[],
        says: "the certificate's key or signature is below what clients accept",
        settle_by: &[Any("the certificate itself")],
    }
    CertificateWrongUsage {
        code: "certificate-wrong-usage",
        stage: Some(Stage::Certificate),
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "the certificate's key usage forbids use by a TLS server",
        settle_by: &[Any("the certificate itself")],
    }
    CertificateVaries {
        code: "certificate-varies",
        stage: Some(Stage::Certificate),
        shows: &[],
        says: "different certificates are served on the same address",
        settle_by: &[Any("check with depth deep, or several times in a row: compare the thumbprints")],
    }
    // Authentication and session
    CredsspOraclePolicy {
        code: "credssp-oracle-policy",
        stage: Some(Stage::Credssp),
        shows: &[],
        says: "the policies against CVE-2018-0886 of client and host do not meet",
        settle_by: &[Any("on the client: event 6041 of LsaSrv in the System log, and AllowEncryptionOracle under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters")],
    }
    CredsspFails {
        code: "credssp-fails",
        stage: Some(Stage::Credssp),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "TLS stands, and CredSSP is not answered or breaks off",
        settle_by: &[Windows("on the host: event 139 in Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"), Other("on the host: the server's log at the time of the check")],
    }
    ClockSkew {
        code: "clock-skew",
        stage: Some(Stage::Credssp),
        shows: &[(0x1D07, None, Documented), (0x1807, None, Inferred)],
        says: "the clocks differ by more than Kerberos bears",
        settle_by: &[Windows("on both: w32tm /query /status"), Other("on both: timedatectl, or the clock")],
    }
    NoLogonServer {
        code: "no-logon-server",
        stage: Some(Stage::Credssp),
        shows: &[(0x1807, None, Documented), (0x1707, None, Inferred), (0x904, Some(0x7), SameText)],
        says: "no logon server could be reached",
        settle_by: &[Windows("on the host: events 5719 and 5783 of NETLOGON in the System log"), Other("on the host: does the server's directory service (SSSD, winbind) reach a logon server?")],
    }
    DomainTrustBroken {
        code: "domain-trust-broken",
        stage: Some(Stage::Credssp),
        shows: &[(0x1807, None, Inferred), (0x1707, None, Inferred), (0x904, Some(0x7), SameText)],
        says: "the host is not trusted by its domain",
        settle_by: &[Windows("on the host: Test-ComputerSecureChannel"), Other("on the host: net ads testjoin, or the state of SSSD")],
    }
    CredentialsRejected {
        code: "credentials-rejected",
        stage: Some(Stage::Credssp),
        shows: &[(0x807, None, Documented), (0xA07, None, Documented), (0xF07, None, Documented), (0x1207, None, Documented), (0x2107, None, Documented), (0x3, Some(0xA), Documented), (0x3, Some(0x300), Documented)],
        says: "user name or password are not accepted",
        settle_by: &[Any("the code that the client shows"), Windows("on the host: event 4625 in the Security log")],
    }
    AccountRestricted {
        code: "account-restricted",
        stage: Some(Stage::Credssp),
        shows: &[(0xB07, None, Documented), (0xC07, None, Documented), (0xD07, None, Documented), (0xE07, None, Documented), (0x1007, None, Documented), (0x1107, None, Documented), (0x1307, None, Documented)],
        says: "the account may not be used here or now",
        settle_by: &[Any("the code that the client shows"), Windows("on the host: event 4625 in the Security log")],
    }
    NotAuthorised {
        code: "not-authorised",
        stage: None,
        shows: &[(0x3, Some(0x9), Documented), (0x904, Some(0x9), Documented)],
        says: "the user lacks the right to log on by Remote Desktop",
        settle_by: &[Windows("on the host: event 4825 in the Security log, and the members of Remote Desktop Users"), Other("on the host: the server's log, and the groups that it lets in")],
    }
    StuckSession {
        code: "stuck-session",
        stage: None,
        shows: &[(0x3, Some(0x5), Inferred), (0x3, Some(0x0), Inferred)],
        says: "a session that does not go away blocks the user",
        settle_by: &[Windows("on the host: qwinsta, and events 36 and 37 in Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"), Other("on the host: the server's sessions, as loginctl lists them")],
    }
    Licensing {
        code: "licensing",
        stage: None,
        shows: &[(0x808, None, Documented), (0x908, None, Documented), (0x3, Some(0x100), Documented), (0x3, Some(0x101), Documented), (0x3, Some(0x102), Documented), (0x3, Some(0x103), Documented), (0x3, Some(0x104), Documented), (0x3, Some(0x105), Documented), (0x3, Some(0x106), Documented), (0x3, Some(0x107), Documented), (0x3, Some(0x108), Documented), (0x3, Some(0x109), Documented), (0x3, Some(0x10A), Documented), (0x3, Some(0x10B), Documented)],
        says: "no licence could be had",
        settle_by: &[Any("the code that the client shows"), Windows("on the host: events 1003, 1004 and 1011 of TerminalServices-RemoteConnectionManager")],
    }
    Gateway {
        code: "gateway",
        stage: None,
        shows: &[],
        says: "the Remote Desktop gateway refuses",
        settle_by: &[Any("the code that the client shows (0x3000001 and above)")],
    }
    UdpTransportDrops {
        code: "udp-transport-drops",
        stage: None,
        shows: &[(0x904, Some(0x0), Reported)],
        says: "the side channel over UDP breaks an established session",
        settle_by: &[Any("on the client: events 1102 to 1105 in Microsoft-Windows-TerminalServices-RDPClient/Operational")],
    }
    // Settings on the host
    RdpDisabled {
        code: "rdp-disabled",
        stage: None,
        shows: &[(0x204, None, Documented)],
        says: "Remote Desktop is switched off",
        settle_by: &[Windows("on the host: fDenyTSConnections under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server and under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"), Other("on the host: is the server switched on?")],
    }
    RdpServiceDisabled {
        code: "rdp-service-disabled",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "the Remote Desktop service is disabled or stopped",
        settle_by: &[Windows("on the host: sc qc TermService and sc query TermService"), Other("on the host: systemctl status of the server")],
    }
    FirewallRuleDisabled {
        code: "firewall-rule-disabled",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "the firewall rule for Remote Desktop is off, or is for another port or profile",
        settle_by: &[Windows("on the host: Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP | Get-NetFirewallPortFilter"), Other("on the host: nft list ruleset")],
    }
    FirewallServiceDead {
        code: "firewall-service-dead",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "the firewall service is down and its boot-time filters block everything",
        settle_by: &[Windows("on the host: sc query MpsSvc, sc query BFE, and event 7024 of Service Control Manager"), Other("on the host: nft list ruleset")],
    }
    IpsecRequired {
        code: "ipsec-required",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "a connection security rule demands IPsec",
        settle_by: &[Windows("on the host: Get-NetIPsecRule -PolicyStore ActiveStore"), Other("on the host: ip xfrm policy")],
    }
    SecuritySettingsOutOfRange {
        code: "security-settings-out-of-range",
        stage: None,
        shows: &[(0x904, Some(0x7), Inferred)],
        says: "a security setting of the listener is outside its values",
        settle_by: &[Windows("on the host: SecurityLayer, UserAuthentication and MinEncryptionLevel under WinStations\\RDP-Tcp"), Other("nothing: only Windows hosts have it")],
    }
    FipsOrEncryptionLevel {
        code: "fips-or-encryption-level",
        stage: None,
        shows: &[(0xE06, None, Documented), (0x3, Some(0x8), Documented), (0x904, Some(0x7), SameText)],
        says: "FIPS mode or the encryption level excludes the client",
        settle_by: &[Windows("on the host: FIPSAlgorithmPolicy under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa, and MinEncryptionLevel"), Other("on the host: crypt_level in /etc/xrdp/xrdp.ini, or fips-mode-setup --check")],
    }
    TlsDisabledOnHost {
        code: "tls-disabled-on-host",
        stage: Some(Stage::Tls),
        shows: &[(0x904, Some(0x7), SameText)],
        says: "TLS is switched off on the host, or its cipher list is empty",
        settle_by: &[Windows("on the host: Schannel event 36871 in the System log, and the SCHANNEL\\Protocols keys"), Other("on the host: the TLS settings of the server, and of the system's library")],
    }
    PolicyFlapping {
        code: "policy-flapping",
        stage: None,
        shows: &[(0x904, Some(0x0), Inferred)],
        says: "local and group policy disagree and sessions drop at each refresh",
        settle_by: &[Windows("on the host: fDenyTSConnections in both places, and event 40 in Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"), Other("nothing: only Windows hosts have it")],
    }
    AdapterPowerSaving {
        code: "adapter-power-saving",
        stage: None,
        shows: &[(0x904, Some(0x0), Reported)],
        says: "the network adapter may be switched off to save power",
        settle_by: &[Windows("on the host: Get-NetAdapterPowerManagement"), Other("on the host: the power management of the adapter, as ethtool and iw show it")],
    }
    SleepEnabled {
        code: "sleep-enabled",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "the host is set to sleep while plugged in",
        settle_by: &[Windows("on the host: powercfg /query SCHEME_CURRENT SUB_SLEEP"), Other("on the host: systemctl status sleep.target, and the power settings of the desktop")],
    }
    ListenerBoundElsewhere {
        code: "listener-bound-elsewhere",
        stage: None,
        shows: &[(0x204, None, Inferred)],
        says: "the listener is bound to an adapter that is gone",
        settle_by: &[Windows("on the host: LanAdapter under WinStations\\RDP-Tcp, and event 1036 of TerminalServices-RemoteConnectionManager"), Other("on the host: ss -ltn shows the addresses that the server listens on")],
    }
    WebsocketRule {
        code: "websocket-rule",
        stage: None,
        shows: &[],
        says: "the rules \"Remote Desktop (WebSocket)\" do not matter to a client that connects to the RDP port; they are disabled on healthy hosts",
        settle_by: &[Any("nothing: they are not what direct connections use")],
    }
    // Met since
    MiddleboxDropsRdp {
        code: "middlebox-drops-rdp",
        stage: Some(Stage::Negotiate),
        shows: &[(0x704, None, Inferred), (0x108, None, Inferred)],
        says: "a device on the path swallows what looks like Remote Desktop",
        settle_by: &[Any("check from the host's own network"), Any("capture on client and host at once: does the request arrive?")],
    }
    MiddleboxDropsData {
        code: "middlebox-drops-data",
        stage: Some(Stage::Negotiate),
        shows: &[(0x704, None, Inferred), (0x108, None, Inferred), (0x904, Some(0x7), Inferred)],
        says: "TCP connects and no data after that passes: a device completes the handshake on the host's behalf, or filters one direction",
        settle_by: &[Any("check from the host's own network"), Any("capture on client and host at once: does anything arrive after the handshake?")],
    }
    NtlmRefused {
        code: "ntlm-refused",
        stage: Some(Stage::Credssp),
        shows: &[(0x807, None, Inferred), (0x904, Some(0x7), Inferred)],
        says: "the host takes Kerberos and refuses NTLM; a cause only for clients without Kerberos, such as those that use an IP address",
        settle_by: &[Any("on the client: connect by the host's full name, not its address"), Windows("on the host: RestrictReceivingNTLMTraffic under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\MSV1_0, and event 4002 of Microsoft-Windows-NTLM/Operational")],
    }
    DelegationPolicy {
        code: "delegation-policy",
        stage: Some(Stage::Credssp),
        shows: &[(0x1607, None, Documented), (0x1707, None, Documented), (0xD09, None, Documented), (0xF08, None, Documented)],
        says: "a policy of the client keeps it from sending these credentials to this host",
        settle_by: &[Any("on the client: the code that it shows, and the values and lists under HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation (gpresult /h names the policy)")],
    }
    SmartCard {
        code: "smart-card",
        stage: Some(Stage::Credssp),
        shows: &[(0x10A, None, Documented), (0x20A, None, Documented), (0x30A, None, Documented), (0x40A, None, Documented), (0x1C07, None, Documented), (0x2207, None, Documented)],
        says: "the client's smart card, its reader or its service cannot be used",
        settle_by: &[Any("on the client: certutil -scinfo, and sc query SCardSvr")],
    }
}

impl Cause {
    /// Stable kebab-case code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().code
    }

    /// The stage at which it stops a connection; `None` for what is no matter of one stage.
    #[must_use]
    pub fn stage(self) -> Option<Stage> {
        self.entry().stage
    }

    /// What it is, in one clause.
    #[must_use]
    pub fn says(self) -> &'static str {
        self.entry().says
    }

    /// What would settle it where the network cannot, on a host that may be Windows or on one that is known not to be.
    pub fn settle_by(self, windows: bool) -> impl Iterator<Item = &'static str> {
        self.entry().settle_by.iter().filter_map(move |way| match *way {
            Any(text) => Some(text),
            Other(text) => (!windows).then_some(text),
            Windows(text) => windows.then_some(text),
        })
    }

    /// What a Windows client shows when this is the cause, as far as that is known.
    pub fn shows(self) -> impl Iterator<Item = ClientError> {
        self.shown_as().map(|(shown, _)| shown)
    }

    /// As [`shows`](Self::shows), each with what ties it to this cause.
    pub fn shown_as(self) -> impl Iterator<Item = (ClientError, ShownBasis)> {
        self.entry().shows.iter().map(|&(code, extended, basis)| (ClientError::new(code, extended), basis))
    }

    /// Whether a Windows client can show this pair because of it.
    #[must_use]
    pub fn can_show(self, shown: ClientError) -> bool {
        let gateway = self == Self::Gateway && (0x300_0001..=0x300_00FF).contains(&shown.code);
        gateway || self.shows().any(|known| shown.fits(known))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Cause {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|cause| cause.code() == code)
            .ok_or_else(|| format!("unknown cause {code:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_survive_json() {
        let mut codes: Vec<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Cause::ALL.len());
        for cause in Cause::ALL {
            let json = serde_json::to_string(cause).unwrap();
            assert_eq!(json, format!("{:?}", cause.code()));
            assert_eq!(serde_json::from_str::<Cause>(&json).unwrap(), *cause);
            assert_eq!(cause.code().parse(), Ok(*cause));
            assert!(cause.settle_by(true).next().is_some(), "{cause}");
            assert!(cause.settle_by(false).next().is_some(), "{cause}");
        }
    }

    #[test]
    fn what_is_shown_is_told_once_and_with_its_basis() {
        for cause in Cause::ALL {
            let shown: Vec<ClientError> = cause.shows().collect();
            let unique: std::collections::BTreeSet<_> =
                shown.iter().map(|shown| (shown.code, shown.extended)).collect();
            assert_eq!(unique.len(), shown.len(), "{cause}");
        }
        for basis in ShownBasis::ALL {
            assert_eq!(serde_json::to_value(basis).unwrap(), basis.code());
        }
        assert!(ShownBasis::ALL.is_sorted(), "the strongest first");
        let basis = |cause: Cause| {
            cause.shown_as().find(|(shown, _)| *shown == ClientError::SOCKET_CLOSED).map(|(_, basis)| basis)
        };
        assert_eq!(basis(Cause::ListenerKeyUnusable), Some(Reproduced));
        assert_eq!(basis(Cause::NoCommonTlsVersion), Some(SameText));
        assert_eq!(basis(Cause::PacketLoss), Some(Reported));
        assert_eq!(basis(Cause::LargeHelloDropped), Some(Inferred));
        assert_eq!(basis(Cause::HostOff), None);
    }

    #[test]
    fn the_famous_pair_has_its_causes() {
        let shown = ClientError::SOCKET_CLOSED;
        assert!(Cause::ListenerKeyUnusable.can_show(shown) && Cause::NotRdp.can_show(shown));
        assert!(!Cause::RdpNotListening.can_show(shown), "that is 0x204");
        assert!(!Cause::CredsspOraclePolicy.can_show(shown), "that has its own dialog");
        assert!(Cause::Gateway.can_show(ClientError::new(0x300_0008, None)));
    }
}
