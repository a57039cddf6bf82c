//! The host's certificate.

use super::RemedyPlace::{Client, Network};
use super::Shell::{PowerShell, Sh};
use super::facts::Facts;
use super::row::Step::{Command, Saving, Words};
use super::row::Undo::{Do, Not, Run};
use super::row::{Row, TERM_SERVICE, XRDP};
use crate::diagnose::Product;

const RENEWAL: &str = "Microsoft support article on Remote Desktop by event ID; Azure repair-script-library, win-fix-rdp-certificate";

pub(super) static RENEW: Row = Row::new(
    "renew-windows-certificate",
    "remove the certificate that Windows made for Remote Desktop; it makes a new one when the services start. Events 1057 and 1058 say why it did not by itself",
    // In a remote session, what reg.exe says on its error output would end the undo.
    Saving {
        shell: PowerShell,
        ending: "reg",
        command: "reg export 'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\Remote Desktop' {saved}; if ($LASTEXITCODE) { throw 'not saved' }; {certificates} | Remove-Item; Restart-Service SessionEnv -Force; Restart-Service TermService -Force",
        undo: "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Remove-Item; $ErrorActionPreference = 'Continue'; reg import {saved}; if ($LASTEXITCODE) { throw 'not put back' }; Restart-Service TermService -Force",
    },
    "the thumbprint changes, and clients show a prompt once; the undo works only while the old key file exists, and takes the new certificate away again",
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
    Saving {
        shell: PowerShell,
        ending: "reg",
        command: "reg export 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' {saved}; if ($LASTEXITCODE) { throw 'not saved' }; Get-CimInstance -Namespace root/cimv2/TerminalServices -ClassName Win32_TSGeneralSetting -Filter \"TerminalName='RDP-Tcp'\" | Set-CimInstance -Property @{SSLCertificateSHA1Hash='NEWTHUMBPRINT'}",
        undo: "$ErrorActionPreference = 'Continue'; reg delete 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp' /v SSLCertificateSHA1Hash /f; reg import {saved}; if ($LASTEXITCODE) { throw 'not put back' }",
    },
    "from now on somebody must renew it: Windows renews only its own",
    "Microsoft Learn, Win32_TSGeneralSetting; Azure repair-script-library, win-fix-rdp-certificate",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static XRDP_NEW: Row = Row::new(
    "xrdp-new-certificate",
    "give xrdp a key and certificate of its own for the name that clients use; leave chgrp out where there is no group xrdp, because the service runs as root there",
    Saving {
        shell: Sh,
        ending: "ini",
        command: "cp -p /etc/xrdp/xrdp.ini {saved} && openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 365 -subj /CN={host} -keyout /etc/xrdp/rdpcheck-key.pem -out /etc/xrdp/rdpcheck-cert.pem && chgrp xrdp /etc/xrdp/rdpcheck-key.pem && chmod 640 /etc/xrdp/rdpcheck-key.pem && sed -i -e '/^\\[Globals]/I,/^\\[/{/^[[:space:]]*\\(certificate\\|key_file\\)[[:space:]]*=/Id}' -e '/^\\[Globals]/Iacertificate=/etc/xrdp/rdpcheck-cert.pem\\nkey_file=/etc/xrdp/rdpcheck-key.pem' /etc/xrdp/xrdp.ini && systemctl restart xrdp",
        undo: "cp -p {saved} /etc/xrdp/xrdp.ini && rm -f /etc/xrdp/rdpcheck-key.pem /etc/xrdp/rdpcheck-cert.pem && systemctl restart xrdp",
    },
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
    "whoever has the authority's key can then pass for any host, not only by Remote Desktop",
    "Microsoft Learn, Import-Certificate",
)
.at(Client);

pub(super) static ONE_CERTIFICATE: Row = Row::new(
    "one-certificate-for-farm",
    "where several hosts share the address on purpose, give all of them the same certificate with the common name in it",
    Words(Do("let each host serve its old certificate")),
    "the key lies on several hosts: whoever takes it from one can pass for all of them",
    "Microsoft Learn, Remote Desktop Services certificates",
);

pub(super) static SEPARATE_ADDRESSES: Row = Row::new(
    "separate-addresses",
    "where two machines have the same address by mistake, find the second one (arp -a before and after emptying the table shows two hardware addresses), and give it another",
    Words(Do("give it the old address")),
    "connections to the machine that changes are cut",
    "RFC 5227, address conflict detection",
)
.at(Network);
