//! CredSSP, the domain, accounts, sessions and licences.

use super::RemedyPlace::{Client, Directory, Network};
use super::Shell::{Cmd, PowerShell, Sh};
use super::facts::Facts;
use super::row::Change::Set;
use super::row::Row;
use super::row::Step::{Command, Registry, Saving, Words};
use super::row::Undo::{Do, Not, Run};
use crate::diagnose::Product;

const CREDSSP_UPDATES: &str = "Microsoft support article on CredSSP updates for CVE-2018-0886, KB4295591";

pub(super) static UPDATE_HOST_CREDSSP: Row = Row::new(
    "update-host-for-cve-2018-0886",
    "install the host's updates: each cumulative update since May 2018 has the one for CVE-2018-0886",
    Words(Do("Update history, Uninstall updates, which opens the hole again")),
    "clients that were not updated themselves stay able to connect, unless the host's policy is 0",
    CREDSSP_UPDATES,
)
.windows()
.when(Facts::may_lack_credssp_update)
.restarting("the host, where the update asks for it, which ends everything that runs on it");

pub(super) static UPDATE_CLIENT_CREDSSP: Row = Row::new(
    "update-client-for-cve-2018-0886",
    "install the client's updates: a host with the policy \"Force Updated Clients\" (0) takes no other",
    Words(Do("Update history, Uninstall updates, which opens the hole again")),
    "the client may restart",
    CREDSSP_UPDATES,
)
.at(Client)
.restarting("the client, where the update asks for it, which ends everything that runs on it");

pub(super) static ORACLE_MITIGATED: Row = Row::new(
    "oracle-policy-mitigated-for-test",
    "for a test with a client that has no update yet, set the host's policy from 0 to 1 (Mitigated); a group policy for it wins",
    Registry {
        key: "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\CredSSP\\Parameters",
        changes: &[Set("", "AllowEncryptionOracle", 1)],
    },
    "while it lasts, the host takes clients without the update for CVE-2018-0886, whose credentials can be relayed to run code on it",
    CREDSSP_UPDATES,
)
.windows()
.isolation();

pub(super) static GNOME_CREDENTIALS: Row = Row::new(
    "gnome-set-credentials",
    "as the user of the desktop, set the remote credentials of gnome-remote-desktop: with empty ones CredSSP breaks off",
    Command(
        Sh,
        "grdctl rdp set-credentials USER PASSWORD",
        Do("set the old credentials the same way; grdctl status --show-credentials shows them before"),
    ),
    "while it runs, the password can be read in the list of processes, and it stays in the shell's history; begin the line with a space where the shell leaves such lines out",
    "grdctl --help of gnome-remote-desktop 43",
)
.only(Product::GnomeRemoteDesktop);

pub(super) static SHADOW_SAM: Row = Row::new(
    "freerdp-shadow-sam-file",
    "start FreeRDP's shadow server with a file of accounts (winpr-hash writes its lines): network level authentication fails without one",
    Command(Sh, "freerdp-shadow-cli /port:{port} +auth /sam-file:sam.txt", Do("start it with its old options")),
    "the file's hashes are as good as the passwords; keep it unreadable for others",
    "freerdp-shadow-cli(1), winpr-hash(1)",
)
.only(Product::Freerdp)
.restarting("the shadow server, which cuts its connections; the desktop itself goes on");

pub(super) static RESYNC_CLOCK: Row = Row::new(
    "resync-windows-clock",
    "set the host's clock from its time source; w32tm /query /source says which one that is",
    Command(Cmd, "w32tm /resync", Not("the clock goes on from the right time")),
    "programs see a jump in time",
    "Microsoft Learn, w32tm",
)
.windows()
.printed();

pub(super) static LINUX_CLOCK: Row = Row::new(
    "linux-clock-follows-network",
    "on Linux, let the clock follow the network's time",
    Saving {
        shell: Sh,
        ending: "before",
        command: "timedatectl show -p NTP --value > {saved} && timedatectl set-ntp true",
        undo: "timedatectl set-ntp \"$(cat {saved})\"",
    },
    "programs see a jump in time",
    "timedatectl(1)",
)
.linux();

pub(super) static CHECK_CLIENT_CLOCK: Row = Row::new(
    "check-client-clock",
    "compare the client's clock with a third one: from two clocks alone nobody knows which is wrong",
    Words(Not("comparing changes nothing")),
    "none",
    "Microsoft Learn, Maximum tolerance for computer clock synchronization: five minutes",
)
.at(Client);

pub(super) static FIND_LOGON_SERVER: Row = Row::new(
    "find-logon-server",
    "look for a logon server anew; when none is found, correct the DNS servers of the host, which must be those of the domain, and open the ports to it (53, 88, 389, 445)",
    Command(Cmd, "nltest /dsgetdc:DOMAIN /force", Not("it only asks")),
    "none, it only asks",
    "Microsoft Learn, nltest",
)
.windows();

pub(super) static LOCAL_ACCOUNT: Row = Row::new(
    "local-account-for-test",
    "for a test, log on with a local account of the host (.\\NAME): when that works, only the way to the domain is at fault",
    Words(Do("log on with the domain account again")),
    "local accounts with one password on many hosts let an intruder move on",
    "Microsoft support article \"cannot connect to an Azure VM by RDP\"",
)
.windows()
.at(Client)
.isolation();

pub(super) static REPAIR_CHANNEL: Row = Row::new(
    "repair-secure-channel",
    "repair the host's secure channel to its domain; needs a local administrator's session and an account that may reset the computer's password",
    Command(
        PowerShell,
        "Test-ComputerSecureChannel -Repair -Credential (Get-Credential)",
        Not("the computer's password in the domain is new; the old one did not work"),
    ),
    "none on the host itself; a clone with the same name loses the domain",
    "Microsoft Learn, Test-ComputerSecureChannel",
)
.windows()
.printed();

pub(super) static DELETE_SAVED: Row = Row::new(
    "delete-saved-credentials",
    "on a Windows client, forget the credentials that were saved for the host, and enter them anew",
    Command(Cmd, "cmdkey /delete:TERMSRV/{host}", Run("cmdkey /generic:TERMSRV/{host} /user:USER /pass")),
    "none; the saved password cannot be read before it is deleted, so have it at hand",
    "Microsoft Learn, cmdkey",
)
.at(Client);

pub(super) static NAME_ACCOUNT_IN_FULL: Row = Row::new(
    "name-account-in-full",
    "give the account with its domain (DOMAIN\\NAME or name@domain), or with .\\ for an account of the host; a PIN or a passwordless Microsoft account is no password for Remote Desktop",
    Words(Do("give it as before")),
    "none",
    "Microsoft Learn, user name formats",
)
.at(Client);

pub(super) static RESET_PASSWORD: Row = Row::new(
    "reset-password",
    "have the password reset by those who run the directory, after they have made sure who asks",
    Words(Not("the old password cannot be put back by anybody who does not know it")),
    "files encrypted for a local account (EFS) are lost with a forced reset",
    "Microsoft Learn, Set-ADAccountPassword",
)
.at(Directory);

pub(super) static UNLOCK_ACCOUNT: Row = Row::new(
    "unlock-account",
    "when the account is locked out, unlock it, and find what keeps trying the wrong password (event 4740 names the computer)",
    Command(
        PowerShell,
        "Unlock-ADAccount -Identity USER",
        Not("a lockout ends by itself as well; nothing else is changed"),
    ),
    "a locked account can be the sign of an attack: look at event 4625 first",
    "Microsoft Learn, Unlock-ADAccount",
)
.windows()
.at(Directory);

pub(super) static ENABLE_ACCOUNT: Row = Row::new(
    "enable-account",
    "when the account is disabled and should not be, enable it",
    Command(PowerShell, "Enable-ADAccount -Identity USER", Run("Disable-ADAccount -Identity USER")),
    "an account that was disabled on purpose can be used again",
    "Microsoft Learn, Enable-ADAccount",
)
.windows()
.at(Directory);

pub(super) static CHANGE_EXPIRED: Row = Row::new(
    "change-expired-password",
    "when the password has expired or must be changed, change it at the console or on another computer of the domain: network level authentication leaves no room for it",
    Words(Not("a password change is not undone")),
    "none",
    "Microsoft support article on expired passwords and network level authentication",
)
.at(Client);

pub(super) static ADD_TO_USERS: Row = Row::new(
    "add-to-remote-desktop-users",
    "on Windows 10, Server 2016 and later, let the account log on by Remote Desktop (the group's number is the same in every language)",
    Command(
        PowerShell,
        "Add-LocalGroupMember -SID S-1-5-32-555 -Member USER",
        Do("Remove-LocalGroupMember -SID S-1-5-32-555 -Member USER, unless the command said that it is a member already"),
    ),
    "whoever has the account's password can log on to the host",
    "Microsoft Learn, Add-LocalGroupMember; well-known SIDs",
)
.windows();

pub(super) static RIGHTS: Row = Row::new(
    "logon-right",
    "give \"Allow log on through Remote Desktop Services\" to the group Remote Desktop Users, and take the account's groups out of \"Deny log on through Remote Desktop Services\" (secpol.msc, or the policy that sets them)",
    Words(Do("secedit /export before, and secedit /configure with that file")),
    "a denial is often there on purpose, for local administrators above all",
    "Azure repair-script-library, win-fix-user-rights",
)
.windows();

pub(super) static XRDP_GROUP: Row = Row::new(
    "xrdp-users-group",
    "where TerminalServerUsers in /etc/xrdp/sesman.ini names a group (tsusers by default) that exists, take the account into it",
    Command(
        Sh,
        "id -nG USER && gpasswd -a USER tsusers",
        Do("gpasswd -d USER tsusers, unless the group was in the list that id printed"),
    ),
    "the account can log on by Remote Desktop",
    "sesman.ini(5)",
)
.only(Product::Xrdp);

pub(super) static LICENCE_SERVER: Row = Row::new(
    "name-licence-server",
    "see in lsdiag.msc what is missing, set server and mode by the policies \"Use the specified Remote Desktop license servers\" and \"Set the Remote Desktop licensing mode\", and see in the licensing manager that licences of that kind are left; mstsc /admin connects an administrator meanwhile",
    Words(Do("put the old server and mode back; note them first")),
    "the wrong mode (per user, per device) lets nobody in after the grace period",
    "Microsoft Learn, license Remote Desktop session hosts",
)
.windows();

pub(super) static RENEW_CLIENT_LICENCE: Row = Row::new(
    "renew-client-licence",
    "on a Windows client whose stored licence is damaged, remove it, and start mstsc once as administrator so that a new one can be stored",
    Saving {
        shell: Cmd,
        ending: "reg",
        command: "reg export HKLM\\SOFTWARE\\Microsoft\\MSLicensing {saved} && reg delete HKLM\\SOFTWARE\\Microsoft\\MSLicensing /f",
        undo: "reg delete HKLM\\SOFTWARE\\Microsoft\\MSLicensing /f & reg import {saved}",
    },
    "the client takes another licence of a pool that may be short",
    "Microsoft knowledge base Q187614, Removing Terminal Server Licenses from an RDP Client",
)
.at(Client);

pub(super) static GATEWAY_POLICIES: Row = Row::new(
    "gateway-policies",
    "look the code up, and see on the gateway (event log TerminalServices-Gateway/Operational) which policy refused: the connection policy for the user, or the resource policy for the host and its port",
    Words(Do("put the policy back; note it first")),
    "a resource policy for every host lets users reach all of them",
    "Microsoft Learn, Remote Desktop Gateway",
)
.at(Network);

pub(super) static GATEWAY_CERTIFICATE: Row = Row::new(
    "gateway-certificate",
    "renew the gateway's certificate, or let clients trust its authority and use the name that is in it",
    Words(Do("bind the old certificate again")),
    "connections through the gateway are cut when its service restarts",
    "Microsoft Learn, Remote Desktop Gateway; gateway codes of IMsTscAxEvents::OnDisconnected",
)
.at(Network)
.restarting("the gateway's service TSGateway, which cuts every connection through it");

pub(super) static WITHOUT_GATEWAY: Row = Row::new(
    "without-gateway-for-test",
    "for a test from inside the network, connect without the gateway (gatewayusagemethod:i:0 in the .rdp file)",
    Words(Do("put the line back")),
    "the policies of the gateway do not apply to this connection",
    "Microsoft Learn, supported RDP properties",
)
.at(Client)
.isolation();

pub(super) static FULL_NAME: Row = Row::new(
    "connect-by-full-name",
    "connect by the host's full name in its domain, which gets Kerberos, in place of an address or short name",
    Command(Cmd, "mstsc /v:FQDN", Not("connecting changes nothing")),
    "none",
    "Microsoft Learn, Kerberos clients and service principal names",
)
.at(Client);

pub(super) static NTLM_EXCEPTION: Row = Row::new(
    "ntlm-exception",
    "where clients cannot use Kerberos, let this host take NTLM in the policy \"Network security: Restrict NTLM: Incoming NTLM traffic\"",
    Words(Do("set the policy back; note it first")),
    "NTLM can be relayed and guessed offline; the policy is there to forbid it",
    "Microsoft Learn, Restrict NTLM: Incoming NTLM traffic",
)
.windows()
.at(Directory);

pub(super) static KERBEROS_BY_ADDRESS: Row = Row::new(
    "kerberos-for-addresses",
    "or let Windows clients (10 or Server 2016 and later) ask for Kerberos tickets of addresses (TryIPSPN = 1 under HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters), and register the address with setspn",
    Words(Do("delete the value, and setspn -d what was registered")),
    "an address that moves to another host leaves the entry with the old one: logons then fail or reach the wrong account",
    "Microsoft Learn, Kerberos clients allow IPv4 and IPv6 address hostnames in Service Principal Names (SPNs)",
)
.when(Facts::host_is_address)
.at(Client);

pub(super) static ALLOW_DELEGATION: Row = Row::new(
    "allow-delegation-to-host",
    "in the client's policy (gpedit.msc or the domain's: Computer Configuration, Administrative Templates, System, Credentials Delegation), enable \"Allow delegating fresh credentials\" and add TERMSRV/ with the host's full name to its list; take the host off the lists that deny",
    Words(Do("take the entry off the list again, or set the policy back to what it was")),
    "a host on the list gets the credentials of whoever connects to it; never add TERMSRV/* for every host",
    "Microsoft Learn, Policy CSP - ADMX_CredSsp",
)
.at(Client);

pub(super) static START_SMART_CARD_SERVICE: Row = Row::new(
    "start-smart-card-service",
    "start the smart card service of the client, and see that reader and card are there (certutil -scinfo)",
    Command(
        Cmd,
        "sc config SCardSvr start= demand && net start SCardSvr",
        Do("net stop SCardSvr; sc qc SCardSvr before shows the start type that it had"),
    ),
    "none known",
    "Microsoft Learn, Smart Card Troubleshooting",
)
.at(Client);

pub(super) static UNBLOCK_CARD: Row = Row::new(
    "unblock-smart-card",
    "let the issuer of the card lift the block or give a new PIN; log on with a password until then, where that is allowed",
    Words(Not("nothing of the computer is changed")),
    "more wrong PINs may block the card for good",
    "Microsoft Learn, Smart Card Troubleshooting",
)
.at(Client);
