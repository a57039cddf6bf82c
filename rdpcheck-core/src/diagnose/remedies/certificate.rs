//! The host's certificate.

use super::RemedyPlace::{Client, Network};
use super::Shell::{PowerShell, Sh};
use super::facts::Facts;
use super::row::Step::{Command, Words};
use super::row::Undo::{Do, Not, Run};
use super::row::{Row, TERM_SERVICE, XRDP};
use crate::diagnose::Product;

const RENEWAL: &str = "Microsoft support article on Remote Desktop by event ID; Azure repair-script-library, win-fix-rdp-certificate";

pub(super) static RENEW: Row = Row::new(
    "renew-windows-certificate",
    "remove the certificate that Windows made for Remote Desktop; it makes a new one when the services start. Events 1057 and 1058 say why it did not by itself",
    Command(
        PowerShell,
        "reg export 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop' \"$HOME\\rdpcheck-{code}.reg\"; {certificates} | Remove-Item; Restart-Service SessionEnv -Force; Restart-Service TermService -Force",
        Run(
            "reg import \"$HOME\\rdpcheck-{code}.reg\"; Restart-Service TermService -Force",
        ),
    ),
    "the thumbprint changes, and clients show a prompt once; the undo works only while the old key file exists",
    RENEWAL,
)
.windows()
.when(Facts::windows_certificate)
.restarting("SessionEnv and TermService, by the command itself: every Remote Desktop session on the host is cut");

pub(super) static LET_SYSTEM_WRITE: Row = Row::new(
    "let-system-write-certificate-store",
    "where event 1057 or 1058 says \"access is denied\", take the entries that deny SYSTEM or NETWORK SERVICE off the registry key HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop and off the folder MachineKeys; with \"object already exists\", the store has a certificate whose key is gone: remove that certificate",
    Words(Do("put the entries back: (Get-Acl PATH).Sddl, noted before, is the old state")),
    "hardening that put the entries there will do so again, up to six months before the next renewal shows it",
    RENEWAL,
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static REPLACE: Row = Row::new(
    "replace-certificate",
    "get a certificate from your authority that is in date, has an RSA key of 2048 bits or more, SHA-256, Server Authentication, key encipherment and the names that clients use, and let the host serve it",
    Words(Do("let the host serve the old one; keep it until the new one is proved")),
    "clients that remember the old certificate show a prompt once",
    "RFC 5280 sections 4.2.1.3, 4.2.1.6 and 4.2.1.12",
)
.when(Facts::other_certificate);

pub(super) static REQUEST: Row = Row::new(
    "request-certificate-for-name",
    "request a certificate for the name that clients use from the domain's authority",
    Command(
        PowerShell,
        "Get-Certificate -Template TEMPLATE -DnsName '{host}' -CertStoreLocation Cert:\\LocalMachine\\My",
        Run("Remove-Item Cert:\\LocalMachine\\My\\NEWTHUMBPRINT"),
    ),
    "none until it is bound",
    "Microsoft Learn, Get-Certificate",
)
.windows()
.when(Facts::windows_8_or_later);

pub(super) static BIND: Row = Row::new(
    "bind-certificate",
    "bind the new certificate to Remote Desktop, after NETWORK SERVICE was given read access to its key (certlm.msc, All Tasks, Manage Private Keys)",
    Command(
        PowerShell,
        "reg export 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' \"$HOME\\rdpcheck-{code}.reg\"; Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter \"TerminalName='RDP-Tcp'\" | Set-CimInstance -Property @{SSLCertificateSHA1Hash='NEWTHUMBPRINT'}",
        Run(
            "reg delete 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' /v SSLCertificateSHA1Hash /f; if (Test-Path \"$HOME\\rdpcheck-{code}.reg\") { reg import \"$HOME\\rdpcheck-{code}.reg\" }",
        ),
    ),
    "from now on somebody must renew it: Windows renews only its own",
    "Microsoft Learn, Win32_TSGeneralSetting; Azure repair-script-library, win-fix-rdp-certificate",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static XRDP_NEW: Row = Row::new(
    "xrdp-new-certificate",
    "give xrdp a key and certificate of its own for the name that clients use",
    Command(
        Sh,
        "cp -n /etc/xrdp/xrdp.ini /etc/xrdp/xrdp.ini.before-{code} && openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 365 -subj /CN={host} -keyout /etc/xrdp/rdpcheck-key.pem -out /etc/xrdp/rdpcheck-cert.pem && chown root:xrdp /etc/xrdp/rdpcheck-key.pem && chmod 640 /etc/xrdp/rdpcheck-key.pem && sed -i 's|^certificate=.*|certificate=/etc/xrdp/rdpcheck-cert.pem|; s|^key_file=.*|key_file=/etc/xrdp/rdpcheck-key.pem|' /etc/xrdp/xrdp.ini && systemctl restart xrdp",
        Run("mv /etc/xrdp/xrdp.ini.before-{code} /etc/xrdp/xrdp.ini && systemctl restart xrdp"),
    ),
    "clients that remember the old certificate show a prompt once; somebody must renew it in a year",
    "xrdp.ini(5), openssl-req(1)",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static WATCH_RENEWAL: Row = Row::new(
    "watch-renewal",
    "Windows renews its own certificate by itself around its end: check again then, and only when the thumbprint is still the same, look for events 1057 and 1058",
    Words(Not("watching changes nothing")),
    "none",
    RENEWAL,
)
.windows()
.when(Facts::windows_certificate);

pub(super) static CONNECT_BY_NAME: Row = Row::new(
    "connect-by-name-in-certificate",
    "connect by a name that is in the certificate",
    Words(Do("connect by the old name again")),
    "none",
    "RFC 6125 section 6",
)
.at(Client);

pub(super) static TRUST_ON_CLIENT: Row = Row::new(
    "trust-authority-on-client",
    "on a Windows client, as its administrator, trust the authority that issued the certificate, or the certificate itself after its thumbprint was compared at the host's console",
    Command(
        PowerShell,
        "Import-Certificate -FilePath CERTFILE -CertStoreLocation Cert:\\LocalMachine\\Root",
        Run("Remove-Item Cert:\\LocalMachine\\Root\\NEWTHUMBPRINT"),
    ),
    "whoever has the authority's key can then pass for any host",
    "Microsoft Learn, Import-Certificate",
)
.at(Client);

pub(super) static ONE_CERTIFICATE: Row = Row::new(
    "one-certificate-for-farm",
    "where several hosts share the address on purpose, give all of them the same certificate with the common name in it",
    Words(Do("let each host serve its old certificate")),
    "the key lies on several hosts",
    "Microsoft Learn, Remote Desktop Services certificates",
);

pub(super) static SEPARATE_ADDRESSES: Row = Row::new(
    "separate-addresses",
    "where they do not, find the second machine with the same address (arp -a before and after emptying the table shows two hardware addresses), and give it another",
    Words(Do("give it the old address")),
    "connections to the machine that changes are cut",
    "RFC 5227, address conflict detection",
)
.at(Network);
