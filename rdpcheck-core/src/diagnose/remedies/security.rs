//! Agreeing on security: layers, network level authentication, and what the listener is set to.

use super::RemedyPlace::{Client, Directory, Network};
use super::Shell::Sh;
use super::row::Change::Set;
use super::row::Step::{Command, Registry, Words, XrdpIni};
use super::row::Undo::Do;
use super::row::{LISTENER, Row, TERM_SERVICE, WHOLE_HOST, XRDP};
use crate::diagnose::Product;

const SETTINGS: &str =
    "Azure repair-script-library, win-fix-rdp-connectivity; Microsoft Learn, Win32_TSGeneralSetting";

pub(super) static NEGOTIATE_LAYER: Row = Row::new(
    "negotiate-security-layer",
    "let the host negotiate TLS; a group policy for the same value wins over it",
    Registry { key: LISTENER, changes: &[Set("", "SecurityLayer", 1)] },
    "clients that know no TLS still connect, without protection against an impostor; 2 in place of 1 demands TLS",
    SETTINGS,
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static LAYER_BY_POLICY: Row = Row::new(
    "security-layer-by-policy",
    "set the policy \"Require use of specific security layer for remote (RDP) connections\" to Negotiate, SSL, or not configured, then run gpupdate on the host",
    Words(Do("set the policy back; note it first")),
    "it applies to every computer that the policy is linked to",
    "Microsoft Learn, ADMX_TerminalServer, TS_SECURITY_LAYER_POLICY",
)
.windows()
.at(Directory);

pub(super) static LAYER_RDP_FOR_TEST: Row = Row::new(
    "security-layer-rdp-for-test",
    "for a test of some minutes, let the host use Standard RDP Security without network level authentication: when a client connects then, TLS or the certificate is at fault; a group policy for the same values wins over it",
    Registry { key: LISTENER, changes: &[Set("", "SecurityLayer", 0), Set("", "UserAuthentication", 0)] },
    "while it lasts, the host proves nothing of its identity, the encryption is weak, and anybody who reaches the port gets to the logon screen; only on a trusted network",
    "Microsoft support article on the internal error when connecting to a remote machine",
)
.windows()
.isolation()
.restarting(TERM_SERVICE);

pub(super) static XRDP_NEGOTIATES: Row = Row::new(
    "xrdp-negotiates-security",
    "let xrdp negotiate TLS, where security_layer is rdp in /etc/xrdp/xrdp.ini",
    XrdpIni(&[("security_layer", "negotiate")]),
    "clients that know no TLS still connect, without protection against an impostor; tls in place of negotiate demands TLS",
    "xrdp.ini(5)",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static WESTON_TLS: Row = Row::new(
    "weston-tls-files",
    "start weston with a certificate and key: it offers TLS only then",
    Command(
        Sh,
        "weston --backend=rdp-backend.so --rdp-tls-cert=CERTFILE --rdp-tls-key=KEYFILE",
        Do("start it with its old options"),
    ),
    "clients without TLS connect only when --rdp4-key is given as well",
    "weston-rdp(7)",
)
.only(Product::Weston)
.restarting("weston, which ends every program of its desktop");

pub(super) static SHADOW_OFFERS_TLS: Row = Row::new(
    "freerdp-shadow-offers-tls",
    "start FreeRDP's shadow server without /sec:rdp and without -sec-tls: it offers TLS by default",
    Words(Do("start it with its old options")),
    "none",
    "freerdp-shadow-cli(1)",
)
.only(Product::Freerdp)
.restarting("the shadow server, which cuts its connections; the desktop itself goes on");

pub(super) static CLIENT_WITH_TLS: Row = Row::new(
    "client-with-tls",
    "use a client that knows TLS: every client of Windows since XP SP3, FreeRDP, Remmina, the apps of Microsoft",
    Words(Do("use the old client again")),
    "none",
    "MS-RDPBCGR section 5.4.5",
)
.at(Client);

pub(super) static CLIENT_WITH_CREDSSP: Row = Row::new(
    "client-with-credssp",
    "use a client that speaks CredSSP, and let it: enablecredsspsupport:i:1 in the .rdp file, which is the default of Windows clients since Vista",
    Words(Do("put the line back")),
    "none",
    "MS-RDPBCGR section 5.4.5.2; Microsoft Learn, supported RDP properties",
)
.at(Client);

pub(super) static NLA_OFF_FOR_TEST: Row = Row::new(
    "nla-off-for-test",
    "for a test of some minutes, take clients without network level authentication: when the logon screen comes then, TLS is well and CredSSP is at fault; a group policy for the same value wins over it",
    Registry { key: LISTENER, changes: &[Set("", "UserAuthentication", 0)] },
    "while it is off, anybody who reaches the port gets to the logon screen, and passwords are typed into whatever answers; only on a trusted network",
    "Microsoft support article \"cannot connect to an Azure VM by RDP\"",
)
.windows()
.isolation();

pub(super) static SHADOW_NLA_OFF: Row = Row::new(
    "freerdp-shadow-nla-off-for-test",
    "for a test, start FreeRDP's shadow server without network level authentication",
    Command(Sh, "freerdp-shadow-cli /port:{port} -sec-nla", Do("start it with its old options")),
    "while it lasts, anybody who reaches the port sees and uses the desktop, unless +auth is given",
    "freerdp-shadow-cli(1)",
)
.only(Product::Freerdp)
.isolation()
.restarting("the shadow server, which cuts its connections; the desktop itself goes on");

pub(super) static ENTRA_SIGN_IN: Row = Row::new(
    "entra-sign-in",
    "connect by the host's name with enablerdsaadauth:i:1 in the .rdp file (\"Use a web account to sign in\"), from Windows 10 20H2 or later",
    Words(Do("set enablerdsaadauth to 0")),
    "an address in place of a name does not work with it",
    "Microsoft Learn, connect to a Microsoft Entra joined device",
)
.at(Client);

pub(super) static GIVE_CLIENT_CERTIFICATE: Row = Row::new(
    "give-client-certificate",
    "give the client the certificate that is asked for; Windows' own service never asks for one, so its issuer is the proxy or product in front",
    Words(Do("remove the certificate from the client")),
    "whoever copies its key can connect as this client",
    "RFC 8446 section 4.3.2",
)
.at(Client);

pub(super) static STOP_ASKING_CERTIFICATE: Row = Row::new(
    "stop-asking-client-certificate",
    "or let the proxy in front stop asking for client certificates on this port",
    Words(Do("let it ask again")),
    "the port loses that protection: whoever has an account's password gets in from any computer",
    "RFC 8446 section 4.3.2; Windows clients send none for Remote Desktop",
)
.at(Network);

pub(super) static UPDATE_SERVER: Row = Row::new(
    "update-rdp-server",
    "update the product that answers, and report the broken answer to its makers with the bytes in the report",
    Words(Do("install the old version again")),
    "an update may change settings",
    "MS-RDPBCGR section 2.2.1.2.1, what a server may select",
)
.restarting("the product, which cuts its connections");

pub(super) static SETTINGS_IN_RANGE: Row = Row::new(
    "security-settings-in-range",
    "set the listener's security settings to values that Windows knows: TLS, network level authentication, client compatible encryption",
    Registry {
        key: LISTENER,
        changes: &[
            Set("", "SecurityLayer", 2),
            Set("", "UserAuthentication", 1),
            Set("", "MinEncryptionLevel", 2),
        ],
    },
    "clients that know no CredSSP cannot connect; the copies under Policies win and may be wrong as well",
    SETTINGS,
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static ENCRYPTION_LEVEL: Row = Row::new(
    "encryption-level-client-compatible",
    "set the encryption level to client compatible",
    Registry { key: LISTENER, changes: &[Set("", "MinEncryptionLevel", 2)] },
    "where TLS is not used, clients with weak encryption are taken; a rule of your organisation may demand 3 or 4",
    SETTINGS,
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static CLIENT_WITH_FIPS: Row = Row::new(
    "client-with-fips",
    "use a client that speaks TLS 1.2 with AES: FIPS mode stands in the way only of older ones",
    Words(Do("use the old client again")),
    "none",
    "MS-RDPBCGR section 5.3, Standard RDP Security, which is what the levels are for",
)
.at(Client);

pub(super) static FIPS_OFF_FOR_TEST: Row = Row::new(
    "fips-off-for-test",
    "for a test, switch FIPS mode off on the host; a group policy switches it on again",
    Registry {
        key: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\FIPSAlgorithmPolicy",
        changes: &[Set("", "Enabled", 0)],
    },
    "while it is off, the host takes algorithms that FIPS mode forbids, and is not compliant",
    "Microsoft support article \"cannot connect to an Azure VM by RDP\"",
)
.windows()
.isolation()
.restarting(WHOLE_HOST);
