//! The path between client and host, and what sits on it.

use super::RemedyPlace::{Client, Network};
use super::Shell::{Cmd, PowerShell, Sh};
use super::facts::Facts;
use super::row::Change::Set;
use super::row::Step::{Command, Registry, Saving, Words};
use super::row::Undo::{Do, Not, Run};
use super::row::{POLICY, Row, TERM_SERVICE, WHOLE_HOST};

pub(super) static REPLACE_LINK: Row = Row::new(
    "replace-lossy-link",
    "find the hop that loses (mtr or pathping towards {host}, error counters of the interfaces at both ends, cable against Wi-Fi), and replace the cable, port or link",
    Words(Do("plug the old link in again")),
    "none",
    "Microsoft Learn, pathping; mtr(8)",
)
.at(Network);

pub(super) static UPDATE_ADAPTER_DRIVER: Row = Row::new(
    "update-adapter-driver",
    "update the driver of the network adapter, above all where TermDD events 50 and 56 stand in the System log",
    Words(Do("Device Manager, Roll Back Driver")),
    "the network is gone while the driver changes",
    "Microsoft Ask the Performance Team on TermDD events",
)
.windows()
.restarting("the adapter, which cuts every connection through it");

pub(super) static KEEP_ALIVE: Row = Row::new(
    "keep-alive-every-minute",
    "let the host send a sign of life each minute, so that firewalls and address translation keep the connection's state",
    Registry { key: POLICY, changes: &[Set("", "KeepAliveEnable", 1), Set("", "KeepAliveInterval", 1)] },
    "a dead connection is noticed sooner and its session disconnected; as a policy value it wins over local settings",
    "Microsoft support article on intermittent Remote Desktop connectivity on Azure",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static SHORTEN_PATH: Row = Row::new(
    "shorten-path",
    "take a nearer VPN gateway or relay, or relieve the link",
    Words(Do("take the old gateway again")),
    "none",
    "Microsoft Learn, analyze connection quality in Azure Virtual Desktop",
)
.at(Network);

pub(super) static LOWER_EXPERIENCE: Row = Row::new(
    "lower-experience",
    "in the .rdp file, connection type:i:1 and networkautodetect:i:0 ask for little bandwidth",
    Words(Do("put both lines back; networkautodetect:i:1 is the default")),
    "no wallpaper, no animations, no smooth fonts",
    "Microsoft Learn, supported RDP properties",
)
.at(Client);

pub(super) static LET_ICMP_PASS: Row = Row::new(
    "let-too-big-messages-pass",
    "let ICMP \"fragmentation needed\" (type 3, code 4) and ICMPv6 \"packet too big\" (type 2) pass on every firewall of the path",
    Words(Do("take the rule out again")),
    "none: these messages carry no data",
    "RFC 4890 section 4.3.1, RFC 2923 section 2.1",
)
.at(Network);

pub(super) static CLAMP_MSS: Row = Row::new(
    "clamp-segment-size",
    "on a Linux router or VPN gateway of the path, clamp the segment size to what fits",
    Command(
        Sh,
        "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
        Run("iptables -t mangle -D FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu"),
    ),
    "segments of all connections through it become somewhat smaller",
    "iptables-extensions(8), TCPMSS",
)
.at(Network);

pub(super) static SMALL_MTU: Row = Row::new(
    "small-mtu-for-test",
    "for a test, on a Windows client and until its next start, send small packets; netsh interface ipv4 show subinterfaces prints adapters and MTU: note it first",
    Command(
        Cmd,
        "netsh interface ipv4 set subinterface \"ADAPTER\" mtu=1280 store=active",
        Run("netsh interface ipv4 set subinterface \"ADAPTER\" mtu=OLDMTU store=active"),
    ),
    "everything through this adapter becomes somewhat slower",
    "Microsoft Learn, netsh interface ipv4",
)
.at(Client)
.isolation();

pub(super) static SMALL_HELLO: Row = Row::new(
    "small-hello-for-test",
    "for a test, use a client whose first TLS message fits into one segment: one without hybrid post-quantum key shares (X25519MLKEM768)",
    Words(Do("allow the key shares again")),
    "what is recorded now could be read by a quantum computer later",
    "RFC 8446 section 4.2.8; draft-ietf-tls-ecdhe-mlkem",
)
.at(Client)
.isolation();

pub(super) static LEAVE_TLS_CLOSED: Row = Row::new(
    "leave-tls-unbroken",
    "exempt the host and port from TLS inspection: CredSSP binds the password to the certificate, and fails through a device that changes it",
    Words(Do("take the exemption out again")),
    "the device sees no more into these sessions",
    "MS-CSSP section 3.1.5, public key binding",
)
.at(Network);

pub(super) static STOP_TYPING_PASSWORDS: Row = Row::new(
    "enter-no-password",
    "when no device of your own explains the certificate, enter no password on this path until it is explained",
    Words(Not("it changes nothing")),
    "users cannot work until then",
    "MS-RDPBCGR section 5.4.5, TLS gives no protection without a trusted certificate",
)
.at(Client);

pub(super) static CLIENT_UDP_OFF: Row = Row::new(
    "client-udp-off",
    "for a test, on a Windows client and as its administrator, keep sessions on TCP",
    Registry {
        key: "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services\\Client",
        changes: &[Set("", "fClientDisableUDP", 1)],
    },
    "graphics and sound become slower on paths that lose packets",
    "Microsoft Learn, ADMX_TerminalServer, TS_CLIENT_TURN_OFF_UDP",
)
.at(Client)
.isolation();

pub(super) static UDP_WHOLE_OR_NOT: Row = Row::new(
    "udp-both-ways",
    "let UDP on the port pass in both directions, or refuse it at once: half open is worse than closed",
    Words(Do("put the old rule back")),
    "none",
    "Microsoft Learn, ports used by Remote Desktop Services; MS-RDPEUDP section 3.1.5",
)
.at(Network);

pub(super) static UPDATE_BOTH_ENDS: Row = Row::new(
    "update-both-ends",
    "install the current updates on client and host: disconnections over UDP about a minute after logon are reported as a fault of an update that a later one mends",
    Words(Do("Settings, Windows Update, Update history, Uninstall updates")),
    "an update may restart the computer",
    "not found in a document of Microsoft; engineerdirect.co.uk, on Windows 11 24H2 clients of Server 2016",
)
.windows()
.restarting("client and host, where the update asks for it, which ends everything that runs on them");

pub(super) static ADAPTER_STAYS_ON: Row = Row::new(
    "adapter-stays-on",
    "keep the adapter on while the host is idle",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "Get-NetAdapterPowerManagement -Name 'ADAPTER' | Select-Object Name, SelectiveSuspend, DeviceSleepOnDisconnect | Export-Csv {saved} -NoTypeInformation; Set-NetAdapterPowerManagement -Name 'ADAPTER' -SelectiveSuspend Disabled -DeviceSleepOnDisconnect Disabled",
        undo: "Import-Csv {saved} | ForEach-Object { Set-NetAdapterPowerManagement -Name $_.Name -SelectiveSuspend $_.SelectiveSuspend -DeviceSleepOnDisconnect $_.DeviceSleepOnDisconnect }",
    },
    "it uses more power; what the adapter does not support stays as it is",
    "Microsoft Learn, Set-NetAdapterPowerManagement",
)
.windows()
.when(Facts::windows_8_or_later)
.restarting("the adapter, which cuts every connection through it for some seconds");

pub(super) static ADAPTER_NOT_SWITCHED_OFF: Row = Row::new(
    "adapter-not-switched-off",
    "where the adapter has no such settings, forbid Windows to switch it off; DriverDesc names the adapter of each key",
    Registry {
        key: "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4D36E972-E325-11CE-BFC1-08002bE10318}\\NNNN",
        changes: &[Set("", "PnPCapabilities", 24)],
    },
    "it uses more power, and some drivers can then no longer wake the host",
    "Microsoft support article on power management settings of network adapters",
)
.windows()
.restarting(WHOLE_HOST);

pub(super) static WIFI_STAYS_AWAKE: Row = Row::new(
    "wifi-stays-awake",
    "on Linux, switch the power saving of Wi-Fi off until the adapter connects anew",
    Saving {
        shell: Sh,
        ending: "before",
        command: "iw dev ADAPTER get power_save > {saved} && iw dev ADAPTER set power_save off",
        undo: "iw dev ADAPTER set power_save \"$(sed 's/.*: //' {saved})\"",
    },
    "it uses more power",
    "iw(8)",
)
.linux();
