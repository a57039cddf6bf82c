//! TCP is accepted, and Remote Desktop does not answer.

use super::RemedyPlace::Network;
use super::Shell::{Cmd, PowerShell, Sh};
use super::row::Change::Set;
use super::row::Step::{Command, Registry, Saving, Words};
use super::row::Undo::{Do, Not};
use super::row::{LISTENER, Row, TERM_SERVICE, XRDP};
use crate::diagnose::Product;

pub(super) static MOVE_OTHER_SERVICE: Row = Row::new(
    "move-other-service",
    "move the other service to a port of its own, then restart the Remote Desktop service so that it takes the port",
    Words(Do("put the service back on its port")),
    "clients of the other service must follow it",
    "Microsoft support article on Remote Desktop disconnected errors",
)
.restarting("the other service and the Remote Desktop service, with the connections of both");

pub(super) static CORRECT_FORWARDER: Row = Row::new(
    "correct-forwarder-target",
    "correct the target of the proxy, bastion, tunnel or port mapping, and test from its own console that it reaches the host",
    Words(Do("put the old target back; note it first")),
    "other users of the same mapping follow it",
    "Microsoft Learn, Test-NetConnection; a forwarder that accepts first can tell of a failure only by closing",
)
.at(Network);

pub(super) static GO_AROUND: Row = Row::new(
    "go-around-the-path",
    "for a test, check the host from its own network, without the devices between",
    Words(Do("go the usual way again")),
    "none",
    "no document: comparing two paths to one host shows on which of them the fault is",
)
.at(Network)
.isolation();

pub(super) static END_SESSION: Row = Row::new(
    "end-session",
    "find the session with qwinsta (its number is in the column ID), ask its user to save, and end it",
    Command(Cmd, "rwinsta SESSION", Not("what was not saved in that session is lost")),
    "unsaved work in that session is lost",
    "Microsoft Learn, qwinsta and rwinsta",
)
.windows()
.printed()
.restarting("the session alone: every program in it is ended");

pub(super) static END_SESSION_FROM_AFAR: Row = Row::new(
    "end-session-from-afar",
    "the same from another Windows computer, where file sharing (TCP 445) reaches the host: qwinsta /server:{host} lists the sessions",
    Command(Cmd, "rwinsta SESSION /server:{host}", Not("what was not saved in that session is lost")),
    "unsaved work in that session is lost",
    "Microsoft Learn, qwinsta and rwinsta",
)
.windows()
.printed()
.restarting("the session alone: every program in it is ended");

pub(super) static END_LINUX_SESSION: Row = Row::new(
    "end-linux-session",
    "on Linux, find the session with loginctl list-sessions, ask its user to save, and end it",
    Command(Sh, "loginctl terminate-session SESSION", Not("what was not saved in that session is lost")),
    "unsaved work in that session is lost",
    "loginctl(1)",
)
.linux()
.restarting("the session alone: every program in it is ended");

pub(super) static RAISE_LIMIT: Row = Row::new(
    "raise-connection-limit",
    "take the listener's own limit away; the policy \"Limit number of connections\" wins over it",
    Registry { key: LISTENER, changes: &[Set("", "MaxInstanceCount", u32::MAX)] },
    "more sessions share the host; it does not change what the licence or the edition allows",
    "Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static RAISE_XRDP_LIMIT: Row = Row::new(
    "raise-xrdp-session-limit",
    "raise MaxSessions in /etc/xrdp/sesman.ini (50 as it is installed)",
    Saving {
        shell: Sh,
        ending: "ini",
        command: "cp -p /etc/xrdp/sesman.ini {saved} && sed -i 's/^[[:space:]]*MaxSessions[[:space:]]*=.*/MaxSessions=LIMIT/I' /etc/xrdp/sesman.ini && systemctl restart xrdp-sesman",
        undo: "cp -p {saved} /etc/xrdp/sesman.ini && systemctl restart xrdp-sesman",
    },
    "more sessions share the host's memory",
    "sesman.ini(5)",
)
.only(Product::Xrdp)
.restarting("xrdp-sesman, after which running sessions may not be found again");

pub(super) static CLOSE_TO_INTERNET: Row = Row::new(
    "close-port-to-internet",
    "let only the VPN, the gateway or known addresses reach the port, and look at what rate limits and bans the firewall keeps",
    Words(Do("allow the addresses again")),
    "users from outside need the new way in",
    "Microsoft support article on the Remote Desktop internal error on Azure",
)
.at(Network);

pub(super) static RESTART_TERM_SERVICE: Row = Row::new(
    "restart-term-service",
    "restart the Remote Desktop service",
    Command(PowerShell, "Restart-Service TermService -Force", Not("a restart changes no setting")),
    "every Remote Desktop session on the host is cut",
    "Microsoft Learn, Restart-Service",
)
.windows()
.printed()
.restarting(TERM_SERVICE);

pub(super) static KILL_TERM_SERVICE: Row = Row::new(
    "end-hung-service-process",
    "when the service does not stop, end its process (PID in the output of sc queryex TermService) and start the service",
    Command(
        Cmd,
        "taskkill /f /pid PROCESS & net start TermService",
        Not("a process that was ended does not come back; the service starts anew"),
    ),
    "services that share the process end with it: see tasklist /svc first",
    "Microsoft Learn, taskkill",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static RESTART_XRDP: Row = Row::new(
    "restart-xrdp",
    "restart xrdp, and see its log",
    Command(Sh, "systemctl restart xrdp", Not("a restart changes no setting")),
    "connections are cut",
    "systemctl(1)",
)
.only(Product::Xrdp)
.restarting(XRDP);

pub(super) static RESTART_GNOME: Row = Row::new(
    "restart-gnome-remote-desktop",
    "as the user of the desktop, restart gnome-remote-desktop, and see its log (journalctl --user)",
    Command(Sh, "systemctl --user restart gnome-remote-desktop", Not("a restart changes no setting")),
    "the connection is cut",
    "systemctl(1)",
)
.only(Product::GnomeRemoteDesktop)
.restarting("gnome-remote-desktop, which cuts its connections; the desktop itself goes on");

pub(super) static EXEMPT_FOR_TEST: Row = Row::new(
    "exempt-from-inspection-for-test",
    "for a test, exempt the host and port from inspection on each firewall, proxy or intrusion prevention system between",
    Words(Do("take the exemption out again")),
    "what is exempted is not inspected: attacks in it are not seen",
    "the test shows which device it is; nothing on client or host can",
)
.at(Network)
.isolation();

pub(super) static CORRECT_INSPECTION: Row = Row::new(
    "correct-inspection-rule",
    "on the device whose log shows the drop or the reset, correct the rule or update the signatures that take Remote Desktop for something else, for this host and port only",
    Words(Do("put the old rule back; note it first")),
    "a rule that is too wide lets other traffic pass",
    "the device's own log names the rule that acted",
)
.at(Network);

pub(super) static REPAIR_RETURN_PATH: Row = Row::new(
    "repair-return-path",
    "see that both directions take the same stateful firewall, and that a SYN proxy in front of the host knows a living host behind it",
    Words(Do("put routes and proxy settings back; note them first")),
    "routes of other hosts may change with them",
    "RFC 4987, on firewalls and proxies that answer a SYN",
)
.at(Network);
