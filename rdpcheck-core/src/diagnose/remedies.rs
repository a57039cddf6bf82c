//! What can be done about a cause. Each with its undo and risk; what harms is not offered.

use super::Cause;
use super::finding::{Remedy, RemedyKind, RemedyPlace};
use super::peer::Product;
use super::view::View;

use RemedyKind::{Fix, Isolation};
use RemedyPlace::{Client, Host, Network};

const RESTART: &str = "TermService with UmRdpService (ends every Remote Desktop session on the host)";

struct Row {
    windows_only: bool,
    place: RemedyPlace,
    kind: RemedyKind,
    action: &'static str,
    command: Option<&'static str>,
    undo: Option<&'static str>,
    risk: &'static str,
    restart: Option<&'static str>,
}

const fn plain(place: RemedyPlace, action: &'static str, risk: &'static str) -> Row {
    Row { windows_only: false, place, kind: Fix, action, command: None, undo: None, risk, restart: None }
}

const fn windows(
    kind: RemedyKind,
    action: &'static str,
    command: &'static str,
    undo: &'static str,
    risk: &'static str,
) -> Row {
    Row {
        windows_only: true,
        place: Host,
        kind,
        action,
        command: Some(command),
        undo: Some(undo),
        risk,
        restart: None,
    }
}

impl Row {
    const fn restarting(self) -> Self {
        Self { restart: Some(RESTART), ..self }
    }

    fn remedy(&self) -> Remedy {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Remedy {
            action: self.action.to_owned(),
            place: self.place,
            kind: self.kind,
            command: owned(self.command),
            undo: owned(self.undo.filter(|undo| !undo.is_empty())),
            risk: self.risk.to_owned(),
            restart: owned(self.restart),
        }
    }
}

pub(super) fn for_cause(cause: Cause, view: &View<'_>) -> Vec<Remedy> {
    let specific = match view.product {
        Product::Xrdp => xrdp(cause),
        _ => &[],
    };
    let own = view.evidence.stages.certificate.facts().is_none_or(super::rules::certificate::is_windows_own);
    // The command empties the store of the certificates that Windows makes; another's certificate is not in it.
    let renewable = own || cause == Cause::HostHasNoCertificate;
    let rows = match cause {
        Cause::CertificateExpired if !renewable => const { &[REPLACE] },
        _ => rows(cause),
    };
    let common = rows.iter().filter(|row| !row.windows_only || view.product.may_be_windows());
    specific.iter().chain(common).map(Row::remedy).collect()
}

const fn xrdp_row(
    action: &'static str,
    command: &'static str,
    undo: Option<&'static str>,
    risk: &'static str,
) -> Row {
    Row {
        windows_only: false,
        place: Host,
        kind: Fix,
        action,
        command: Some(command),
        undo,
        risk,
        restart: None,
    }
}

const XRDP_PAIR: Row = xrdp_row(
    "see whether key and certificate are a pair (the two lines must be equal) and replace one of them if not; certificate= and key_file= in /etc/xrdp/xrdp.ini name the files, these are Debian's",
    "openssl x509 -noout -pubkey -in /etc/xrdp/cert.pem | sha256sum; openssl pkey -pubout -in /etc/xrdp/key.pem | sha256sum",
    None,
    "none, it only reads",
);
const XRDP_READ: Row = xrdp_row(
    "if its log says that it cannot read its key or certificate, let xrdp read them (on Debian the key belongs to the group ssl-cert)",
    "adduser xrdp ssl-cert && systemctl restart xrdp",
    Some("deluser xrdp ssl-cert && systemctl restart xrdp"),
    "members of ssl-cert can read every key of that group",
);
const XRDP_LAYER: Row = xrdp_row(
    "if security_layer is rdp in /etc/xrdp/xrdp.ini, set it to negotiate",
    "cp -n /etc/xrdp/xrdp.ini /etc/xrdp/xrdp.ini.before && sed -i 's/^security_layer=.*/security_layer=negotiate/' /etc/xrdp/xrdp.ini && systemctl restart xrdp",
    Some("cp /etc/xrdp/xrdp.ini.before /etc/xrdp/xrdp.ini && systemctl restart xrdp"),
    "low; clients that know no TLS still connect with negotiate",
);

fn xrdp(cause: Cause) -> &'static [Row] {
    match cause {
        Cause::ListenerKeyUnusable => const { &[XRDP_PAIR, XRDP_READ] },
        Cause::HostHasNoCertificate => const { &[XRDP_READ] },
        Cause::SecurityLayerRdpOnly => const { &[XRDP_READ, XRDP_LAYER] },
        Cause::NoCommonTlsVersion | Cause::NoCommonCipherSuite | Cause::LegacyTlsEnabled => {
            const {
                &[plain(
                    Host,
                    "in /etc/xrdp/xrdp.ini, let ssl_protocols be TLSv1.2, TLSv1.3 and tls_ciphers HIGH, then restart xrdp",
                    "clients that speak nothing newer than TLS 1.1 cannot connect any more",
                )]
            }
        }
        Cause::CertificateExpired | Cause::CertificateExpiresSoon | Cause::CertificateWeak => {
            const {
                &[plain(
                    Host,
                    "replace the files that certificate= and key_file= in /etc/xrdp/xrdp.ini name, then restart xrdp",
                    "clients that remember the old certificate show a prompt once",
                )]
            }
        }
        _ => &[],
    }
}

const REPLACE: Row = plain(
    Host,
    "renew the certificate, or bind one that is in date",
    "clients that remember the old certificate show a prompt once",
);

const RENEW: Row = windows(
    Fix,
    "remove the self-signed certificate so that Windows makes a new one (an expired one is a sign that renewal fails: look for events 1057 and 1058 first)",
    "reg export \"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop\" %TEMP%\\rdcert.reg & powershell -Command \"Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Remove-Item; Restart-Service SessionEnv -Force; Restart-Service TermService -Force\"",
    "reg import %TEMP%\\rdcert.reg, then restart TermService (works while the old key file exists)",
    "every Remote Desktop session on the host ends, and the thumbprint changes: clients show a prompt once",
);

/// The remedies of the common faults, from Microsoft's support articles and repair scripts.
fn rows(cause: Cause) -> &'static [Row] {
    match cause {
        Cause::NameNotResolved => {
            const {
                &[plain(
                    Client,
                    "correct the name, or the DNS record or server that it is looked up in; for a test, connect by address",
                    "none",
                )]
            }
        }
        Cause::NetworkUnreachable => {
            const {
                &[plain(
                    Network,
                    "bring up the route to the host: VPN, default gateway, or the network itself",
                    "none",
                )]
            }
        }
        Cause::HostOff => const { &[plain(Host, "switch the host on", "none")] },
        Cause::HostAsleep | Cause::SleepEnabled => {
            const {
                &[
                    plain(
                        Client,
                        "wake it with a Wake-on-LAN packet, where its adapter is set up for that",
                        "none",
                    ),
                    windows(
                        Fix,
                        "keep the host awake while it is plugged in; note the old number of minutes first",
                        "powercfg /change standby-timeout-ac 0",
                        "powercfg /change standby-timeout-ac MINUTES",
                        "it uses more power",
                    ),
                ]
            }
        }
        Cause::FirewallDrops | Cause::FirewallRejects | Cause::FirewallRuleDisabled => {
            const {
                &[windows(
                    Fix,
                    "enable the firewall rules for Remote Desktop (their names do not depend on the language)",
                    "powershell -Command \"Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP,RemoteDesktop-UserMode-In-UDP\"",
                    "powershell -Command \"Disable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP,RemoteDesktop-UserMode-In-UDP\"",
                    "Remote Desktop becomes reachable on every network profile of the rule; restrict RemoteAddress where that is too wide",
                )]
            }
        }
        Cause::RdpNotListening => {
            const {
                &[
                    windows(
                        Fix,
                        "switch Remote Desktop on; a group policy for the same value wins over it",
                        "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 0 /f",
                        "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 1 /f",
                        "the host becomes reachable by Remote Desktop wherever the firewall allows it",
                    ),
                    windows(
                        Fix,
                        "start the Remote Desktop service",
                        "net start TermService",
                        "net stop TermService",
                        "none; a service that is disabled must be set to start first (sc.exe config TermService start= demand)",
                    ),
                    plain(
                        Host,
                        "on Linux, start the service (systemctl start xrdp, or gnome-remote-desktop) and see its log",
                        "none",
                    ),
                ]
            }
        }
        Cause::WrongPort => {
            const { &[plain(Client, "connect to the port that the host listens on, as HOST:PORT", "none")] }
        }
        Cause::NotRdp => {
            const {
                &[plain(
                    Host,
                    "move the other service away from the port, or connect to the port on which Remote Desktop listens",
                    "clients of the other service must follow it",
                )]
            }
        }
        Cause::ForwarderWithoutBackend => {
            const {
                &[plain(
                    Network,
                    "correct the target of the proxy, bastion or port mapping, and check that it reaches the host",
                    "none",
                )]
            }
        }
        Cause::ConnectionLimit => {
            const {
                &[
                    windows(
                        Fix,
                        "find and end sessions that are not used any more",
                        "qwinsta & rwinsta ID",
                        "",
                        "unsaved work in that session is lost",
                    ),
                    plain(
                        Network,
                        "close the port to the internet (VPN or gateway instead), and look at what rate limits and bans the firewall keeps",
                        "users from outside need the new way in",
                    ),
                ]
            }
        }
        Cause::ListenerHung | Cause::TlsServiceHung => {
            const {
                &[windows(
                    Fix,
                    "restart the Remote Desktop service over another way in",
                    "powershell -Command \"Restart-Service TermService -Force\"",
                    "",
                    "every Remote Desktop session on the host ends",
                )]
            }
        }
        Cause::MiddleboxResetsRdp
        | Cause::MiddleboxDropsRdp
        | Cause::MiddleboxDropsData
        | Cause::MiddleboxResetsTls
        | Cause::MiddleboxDropsTls
        | Cause::LargeHelloDropped => {
            const {
                &[plain(
                    Network,
                    "exempt the host and port from inspection on the firewall, proxy or intrusion prevention system in between, for a test first",
                    "what is exempted is not inspected",
                )]
            }
        }
        Cause::PathMtuBlackHole => {
            const {
                &[plain(
                    Network,
                    "let ICMP \"fragmentation needed\" through, or lower the MTU or clamp the MSS of the tunnel",
                    "none",
                )]
            }
        }
        Cause::SecurityLayerRdpOnly => {
            const {
                &[windows(
            Fix,
            "let the host negotiate TLS (SecurityLayer 1, or 2 to demand it); a group policy for the same value wins over it",
            "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v SecurityLayer /t REG_DWORD /d 1 /f",
            "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v SecurityLayer /t REG_DWORD /d 0 /f",
            "clients that know no TLS still connect with 1, not with 2",
        ).restarting()]
            }
        }
        Cause::HostHasNoCertificate => const { &[RENEW] },
        Cause::ListenerKeyUnusable => {
            const {
                &[
            windows(
                Fix,
                "give NETWORK SERVICE read access to the key of the certificate that Windows made for Remote Desktop, and to no other key; never take over or rename the MachineKeys folder",
                "icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_*\" /save \"%TEMP%\\rdpkey.acl\" & icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_*\" /grant *S-1-5-20:(R)",
                "icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\" /restore \"%TEMP%\\rdpkey.acl\"",
                "low: one key file; an entry that denies still wins over one that grants",
            ).restarting(),
            windows(
                Fix,
                "where a certificate was bound by hand (SSLCertificateSHA1Hash is present) and its key is missing, go back to the one that Windows makes",
                "reg export \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" %TEMP%\\rdp-tcp.reg & reg delete \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v SSLCertificateSHA1Hash /f",
                "reg import %TEMP%\\rdp-tcp.reg, then restart TermService",
                "clients that trusted the bound certificate show a prompt afterwards",
            ).restarting(),
        ]
            }
        }
        Cause::NoCommonTlsVersion | Cause::TlsDisabledOnHost => {
            const {
                &[windows(
            Fix,
            "switch TLS 1.2 on for servers",
            "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server\" /v Enabled /t REG_DWORD /d 1 /f & reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Server\" /v DisabledByDefault /t REG_DWORD /d 0 /f",
            "delete the two values",
            "low; Windows 7 and Server 2008 R2 need the update KB3080079 besides",
        ).restarting()]
            }
        }
        Cause::NoCommonCipherSuite => {
            const {
                &[plain(
                    Host,
                    "allow a suite with ECDHE and AES-GCM, by an operating system update or in the cipher suite order (an empty list is a fault, a filled one is normal)",
                    "clients that know only old suites still need theirs in the list",
                )]
            }
        }
        Cause::LegacyTlsEnabled => {
            const {
                &[plain(
                    Host,
                    "see that TLS 1.2 or 1.3 is switched on, and only then switch TLS 1.0 and 1.1 off, once every client speaks the newer ones",
                    "older clients cannot connect any more; without a newer version nobody can",
                )]
            }
        }
        Cause::CertificateExpired | Cause::CertificateRenewalFails => const { &[RENEW] },
        Cause::CertificateExpiresSoon => {
            const {
                &[plain(
                    Host,
                    "renew the certificate before it expires",
                    "clients that remember the old certificate show a prompt once",
                )]
            }
        }
        Cause::CertificateNotYetValid | Cause::ClockSkew => {
            const {
                &[
                    windows(
                        Fix,
                        "set the host's clock from its time source",
                        "w32tm /resync",
                        "",
                        "programs see a jump in time",
                    ),
                    plain(Client, "check the client's clock against a third one", "none"),
                ]
            }
        }
        Cause::CertificateNameMismatch => {
            const {
                &[plain(
                    Client,
                    "connect by a name that is in the certificate, or give the host a certificate with the name that is used",
                    "none",
                )]
            }
        }
        Cause::CertificateWeak | Cause::CertificateWrongUsage => {
            const {
                &[plain(
                    Host,
                    "give the host a certificate with an RSA key of 2048 bits or more, SHA-256, and the usage Server Authentication",
                    "clients that remember the old certificate show a prompt once",
                )]
            }
        }
        Cause::CredsspOraclePolicy => {
            const {
                &[plain(
                    Host,
                    "install the host's updates: since May 2018 every supported Windows has the one for CVE-2018-0886 (setting AllowEncryptionOracle to 2 on the client opens the hole again and is no remedy)",
                    "an update may restart the host",
                )]
            }
        }
        Cause::CredsspFails | Cause::NlaRequired => {
            const {
                &[
                    windows(
                        Isolation,
                        "for a test, and from a trusted network only, take clients without network level authentication",
                        "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v UserAuthentication /t REG_DWORD /d 0 /f",
                        "reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v UserAuthentication /t REG_DWORD /d 1 /f",
                        "while it is 0, anybody who reaches the port gets as far as the logon screen",
                    ),
                    plain(
                        Client,
                        "use a client that speaks CredSSP (every Windows client since Vista does)",
                        "none",
                    ),
                ]
            }
        }
        Cause::NtlmRefused => {
            const {
                &[
                    plain(
                        Client,
                        "connect by the host's full name in its domain, which gets Kerberos, instead of by address or short name",
                        "none",
                    ),
                    plain(
                        RemedyPlace::Directory,
                        "where clients cannot use Kerberos, except this host from the policy \"Network security: Restrict NTLM: Incoming NTLM traffic\"",
                        "NTLM can be relayed and guessed offline; the policy is there to forbid it",
                    ),
                ]
            }
        }
        Cause::PacketLoss | Cause::UnstablePath => {
            const {
                &[plain(
                    Network,
                    "find the hop that loses (mtr or pathping towards the host, interface error counters on both ends, Wi-Fi against cable), and replace the cable, port or link",
                    "none",
                )]
            }
        }
        Cause::SlowPath => {
            const {
                &[plain(
                    Network,
                    "shorten the way (another VPN gateway or relay), or relieve the link; sessions stay usable to about 200 ms",
                    "none",
                )]
            }
        }
        Cause::DomainTrustBroken => {
            const {
                &[windows(
                    Fix,
                    "repair the host's secure channel to its domain",
                    "powershell -Command \"Test-ComputerSecureChannel -Repair -Credential (Get-Credential)\"",
                    "",
                    "needs an account that may do so",
                )]
            }
        }
        _ => &[],
    }
}
