//! TLS: the listener's key, versions, cipher suites.

use super::RemedyPlace::Client;
use super::Shell::{Cmd, PowerShell, Sh};
use super::facts::Facts;
use super::row::Change::{Delete, Set};
use super::row::Step::{Command, Registry, Saving, Words, XrdpIni};
use super::row::Undo::{Do, Not, Run};
use super::row::{LISTENER, Row, TERM_SERVICE, WHOLE_HOST, XRDP};
use crate::diagnose::Product;

const PROTOCOLS: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols";
const SCHANNEL: &str = "Microsoft Learn, TLS registry settings";

pub(super) static GRANT_KEY: Row = Row::new(
    "grant-key-to-network-service",
    "give NETWORK SERVICE read access to the key of the certificate that Windows made for Remote Desktop, and to no other key; where access is denied, run it as SYSTEM (a scheduled task can), since from build 17763 on administrators have no entry of their own on that file",
    Saving {
        shell: Cmd,
        ending: "acl",
        command: "icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_*\" /save {saved} && icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\\f686aace6942fb7f7ceb231212eef4a4_*\" /grant \"*S-1-5-20:(R)\"",
        undo: "icacls \"%ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys\" /restore {saved}",
    },
    "low: one key file; an entry that denies still wins over this one",
    "Azure repair-script-library, win-fix-rdp-certificate (access measured on healthy builds 9600 to 26100)",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static UNBIND_CERTIFICATE: Row = Row::new(
    "unbind-certificate",
    "where a certificate was bound by hand (SSLCertificateSHA1Hash is there) and its key is missing, go back to the one that Windows makes",
    Registry { key: LISTENER, changes: &[Delete("SSLCertificateSHA1Hash")] },
    "clients that trusted the bound certificate show a prompt; a bound certificate that is well is bound in the same way",
    "Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static START_KEY_SERVICES: Row = Row::new(
    "start-certificate-services",
    "where event 1057 or 1058 stands in the System log, let the services that make certificates and hold keys start (SessionEnv, KeyIso, CertPropSvc when wanted; CryptSvc with Windows)",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "Get-CimInstance Win32_Service -Filter \"Name='SessionEnv' OR Name='KeyIso' OR Name='CertPropSvc' OR Name='CryptSvc'\" | Select-Object Name, StartMode | Export-Csv {saved} -NoTypeInformation; Set-Service SessionEnv -StartupType Manual; Set-Service KeyIso -StartupType Manual; Set-Service CertPropSvc -StartupType Manual; Set-Service CryptSvc -StartupType Automatic",
        undo: "Import-Csv {saved} | ForEach-Object { Set-Service $_.Name -StartupType ($_.StartMode -replace 'Auto', 'Automatic') }",
    },
    "none: these are the start types of a healthy host",
    "Azure repair-script-library, win-fix-rdp-certificate; Microsoft support article on the internal error",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static XRDP_PAIR: Row = Row::new(
    "xrdp-key-and-certificate-are-a-pair",
    "see whether key and certificate are a pair (the two lines must be equal), and replace both if not; certificate= and key_file= in /etc/xrdp/xrdp.ini name the files, these are the defaults",
    Command(
        Sh,
        "openssl x509 -noout -pubkey -in /etc/xrdp/cert.pem | sha256sum; openssl pkey -pubout -in /etc/xrdp/key.pem | sha256sum",
        Not("it only reads"),
    ),
    "none, it only reads",
    "xrdp.ini(5), openssl-x509(1)",
)
.only(Product::Xrdp);

pub(super) static XRDP_READS_KEY: Row = Row::new(
    "xrdp-reads-its-key",
    "if the log says that xrdp cannot read its key or certificate, let it (on Debian the key belongs to the group ssl-cert)",
    Command(
        Sh,
        "adduser xrdp ssl-cert && systemctl restart xrdp",
        Do("deluser xrdp ssl-cert && systemctl restart xrdp, unless the command said that it is a member already"),
    ),
    "members of ssl-cert can read every key of that group",
    "Debian, README.Debian of xrdp",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static GNOME_FILES: Row = Row::new(
    "gnome-new-certificate",
    "as the user of the desktop, give gnome-remote-desktop a new key and certificate",
    Saving {
        shell: Sh,
        ending: "before",
        command: "gsettings list-recursively org.gnome.desktop.remote-desktop.rdp | grep tls- > {saved} && (umask 077 && openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 365 -subj /CN={host} -keyout ~/rdpcheck-key.pem -out ~/rdpcheck-cert.pem) && grdctl rdp set-tls-key ~/rdpcheck-key.pem && grdctl rdp set-tls-cert ~/rdpcheck-cert.pem",
        undo: "(while read -r schema key value; do gsettings set \"$schema\" \"$key\" \"$value\" || exit; done < {saved}) && rm -f ~/rdpcheck-key.pem ~/rdpcheck-cert.pem",
    },
    "clients that remember the old certificate show a prompt once",
    "grdctl --help and the settings schema of gnome-remote-desktop 43; openssl-req(1)",
)
.only(Product::GnomeRemoteDesktop)
.restarting("gnome-remote-desktop, which cuts its connections; the desktop itself goes on");

pub(super) static SHADOW_FILES: Row = Row::new(
    "freerdp-shadow-new-certificate",
    "put the shadow server's key and certificate aside and start it again: it makes new ones where there are none",
    Command(
        Sh,
        "if [ -e ~/.config/freerdp/shadow.before-{code} ]; then echo 'undo the earlier run first' >&2; false; else mv ~/.config/freerdp/shadow ~/.config/freerdp/shadow.before-{code}; fi",
        Run(
            "if [ -e ~/.config/freerdp/shadow.before-{code} ]; then rm -rf ~/.config/freerdp/shadow && mv ~/.config/freerdp/shadow.before-{code} ~/.config/freerdp/shadow; fi",
        ),
    ),
    "clients that remember the old certificate show a prompt once",
    "FreeRDP, server/shadow/shadow_server.c (shadow.crt and shadow.key)",
)
.only(Product::Freerdp)
.restarting("the shadow server, which cuts its connections; the desktop itself goes on");

pub(super) static IRONRDP_FILES: Row = Row::new(
    "ironrdp-new-certificate",
    "give the server that is built on IronRDP a key and certificate that are a pair (--cert and --key of its example server)",
    Words(Do("start it with the old files")),
    "clients that remember the old certificate show a prompt once",
    "IronRDP, crates/ironrdp/examples/server.rs",
)
.only(Product::Ironrdp)
.restarting("the server, which cuts its connections");

pub(super) static ENABLE_TLS12: Row = Row::new(
    "enable-tls-1-2-on-host",
    "switch TLS 1.2 on for servers",
    Registry {
        key: PROTOCOLS,
        changes: &[Set("\\TLS 1.2\\Server", "Enabled", 1), Set("\\TLS 1.2\\Server", "DisabledByDefault", 0)],
    },
    "low",
    SCHANNEL,
)
.windows()
.when(Facts::may_lack_tls12)
.restarting(TERM_SERVICE);

pub(super) static INSTALL_KB3080079: Row = Row::new(
    "install-kb3080079",
    "on Windows 7 and Server 2008 R2, install the update KB3080079: without it Remote Desktop uses TLS 1.0 only, whatever Schannel allows",
    Words(Do("wusa /uninstall /kb:3080079")),
    "none known",
    "Microsoft support article on incorrect TLS use of RDP, KB3080079",
)
.windows()
.when(Facts::before_windows_8)
.restarting(WHOLE_HOST);

pub(super) static ENABLE_TLS12_ON_CLIENT: Row = Row::new(
    "enable-tls-1-2-on-client",
    "on a Windows client, as its administrator, switch TLS 1.2 on for clients (events 36871 with state 10013 in its System log say that it is off)",
    Registry {
        key: PROTOCOLS,
        changes: &[
            Set("\\TLS 1.2\\Client", "Enabled", 1),
            Set("\\TLS 1.2\\Client", "DisabledByDefault", 0),
        ],
    },
    "low",
    SCHANNEL,
)
.at(Client)
.restarting("the client, which ends everything that runs on it");

pub(super) static UPDATE_CLIENT: Row = Row::new(
    "update-client",
    "update the client, or use one that speaks TLS 1.2 with ECDHE and AES-GCM",
    Words(Do("use the old client again")),
    "none",
    "RFC 9325 section 4.2",
)
.at(Client);

pub(super) static XRDP_TLS_VERSIONS: Row = Row::new(
    "xrdp-tls-versions",
    "let xrdp speak TLS 1.2 and 1.3, and nothing older",
    XrdpIni(&[("ssl_protocols", "TLSv1.2, TLSv1.3")]),
    "clients that speak nothing newer than TLS 1.1 cannot connect any more",
    "xrdp.ini(5)",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static XRDP_TLS_CIPHERS: Row = Row::new(
    "xrdp-tls-ciphers",
    "let xrdp take every strong cipher suite that its TLS library enables",
    XrdpIni(&[("tls_ciphers", "HIGH")]),
    "none",
    "xrdp.ini(5), openssl-ciphers(1)",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static ENABLE_SUITE: Row = Row::new(
    "enable-gcm-suite",
    "on Windows 10, Server 2016 and later, add a suite with ECDHE and AES-GCM where it is missing; a policy for the suite order wins over it",
    Saving {
        shell: PowerShell,
        ending: "txt",
        command: "(Get-TlsCipherSuite).Name | Set-Content {saved}; Enable-TlsCipherSuite -Name TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        undo: "if ((Get-Content {saved}) -notcontains 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384') { Disable-TlsCipherSuite -Name TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 }",
    },
    "none for security: other services of the host offer the suite as well",
    "Microsoft Learn, Enable-TlsCipherSuite (Windows 10 and Server 2016 on)",
)
.windows()
.when(Facts::windows_8_with_tls12)
.restarting(TERM_SERVICE);

pub(super) static UPDATE_WINDOWS: Row = Row::new(
    "update-windows",
    "replace Windows 8.1, Server 2012 R2 and older, which have no suite with ECDHE_RSA and AES-GCM, or let clients that must reach them offer AES-CBC suites",
    Words(Not("only the backup brings the old system back")),
    "an upgrade of the system needs time and a backup",
    "Microsoft Learn, cipher suites in TLS/SSL (Schannel SSP), a list for each version",
)
.windows()
.restarting(WHOLE_HOST);

pub(super) static EMPTY_SUITE_POLICY: Row = Row::new(
    "remove-empty-suite-policy",
    "only where the policy \"SSL Cipher Suite Order\" is an empty list: take it away, so that Windows uses its own order",
    Registry {
        key: "HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002",
        changes: &[Delete("Functions")],
    },
    "a list that is filled is normal and must stay; a group policy puts the empty list back until it is mended",
    "Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows()
.when(Facts::may_have_tls12)
.restarting(WHOLE_HOST);

pub(super) static DISABLE_OLD_TLS: Row = Row::new(
    "disable-tls-1-0-and-1-1",
    "see that TLS 1.2 or 1.3 is accepted (a check with depth deep lists the versions), and then switch 1.0 and 1.1 off for servers",
    Registry {
        key: PROTOCOLS,
        changes: &[Set("\\TLS 1.0\\Server", "Enabled", 0), Set("\\TLS 1.1\\Server", "Enabled", 0)],
    },
    "clients that speak nothing newer cannot connect any more, to this and to every other service of the host",
    SCHANNEL,
)
.windows()
.when(Facts::may_have_tls12)
.restarting(TERM_SERVICE);

pub(super) static OPENSSL_MINIMUM: Row = Row::new(
    "openssl-minimum-version",
    "on Linux, set MinProtocol = TLSv1.2 in the system's openssl.cnf, which servers on OpenSSL follow that set no version themselves",
    Words(Do("put the old line back; note it first")),
    "every program of the host that uses OpenSSL follows it",
    "openssl config(5), SSL configuration",
)
.linux()
.restarting("the Remote Desktop server, which cuts its connections");
