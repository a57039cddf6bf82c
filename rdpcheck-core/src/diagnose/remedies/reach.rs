//! Reaching the host: names, routes, power, firewalls, the listener.

use super::RemedyPlace::{Client, Directory, Network};
use super::Shell::{Cmd, PowerShell, Sh};
use super::facts::Facts;
use super::row::Change::Set;
use super::row::Step::{Command, Registry, Saving, Words, XrdpIni};
use super::row::Undo::{Do, Not, Run};
use super::row::{LISTENER, Row, TERM_SERVICE, WHOLE_HOST, XRDP};
use crate::diagnose::Product;

const FIREWALL_RULES: &str =
    "Microsoft Learn, NetSecurity module; rule names as on Windows 8 to 11, the same in every language";
const POWERCFG: &str = "Microsoft Learn, powercfg command line options";

pub(super) static FLUSH_CLIENT_DNS: Row = Row::new(
    "flush-client-dns",
    "on a Windows client, forget the answers that it remembers and ask again",
    Command(Cmd, "ipconfig /flushdns & nslookup {host}", Not("the cache fills itself again")),
    "none",
    "Microsoft Learn, ipconfig",
)
.at(Client);

pub(super) static CORRECT_DNS_RECORD: Row = Row::new(
    "correct-dns-record",
    "correct the record of the name, or the DNS server that the client asks",
    Words(Do("put the record back as it was; note it first")),
    "old answers live on until their time to live has passed",
    "RFC 1034 section 3.6",
)
.at(Network);

pub(super) static CONNECT_BY_ADDRESS: Row = Row::new(
    "connect-by-address",
    "for a test, connect by address: when that works, only the name is at fault",
    Command(Cmd, "mstsc /v:ADDRESS", Do("connect by name again")),
    "NTLM takes the place of Kerberos and the certificate does not fit; as a habit it hides faults of the domain",
    "Microsoft Learn, mstsc; IMsTscAxEvents::OnDisconnected, code 5895",
)
.at(Client)
.isolation();

pub(super) static RESTORE_ROUTE: Row = Row::new(
    "restore-route",
    "bring up the way to the host's network: the VPN, the default gateway, the missing route",
    Words(Do("take the route out again (route delete, ip route del), or disconnect the VPN")),
    "none for a VPN; a wrong route can cut off other hosts",
    "RFC 792, destination unreachable",
)
.at(Network);

pub(super) static SWITCH_HOST_ON: Row = Row::new(
    "switch-host-on",
    "switch the host on, at its power button or through its management interface (iLO, iDRAC, vPro, hypervisor)",
    Words(Do("shut it down again")),
    "none",
    "Microsoft support article on Remote Desktop disconnected errors",
);

pub(super) static WAKE_ON_LAN: Row = Row::new(
    "wake-on-lan",
    "from a machine on the host's own network, send a Wake-on-LAN packet and check again; the host's adapter and firmware must be set up for it",
    Command(Cmd, "rdpcheck {target} --wake-on-lan {mac}", Not("the host sleeps again by itself")),
    "none",
    "AMD, Magic Packet Technology, publication 20213",
)
.at(Client);

pub(super) static KEEP_AWAKE: Row = Row::new(
    "keep-awake-while-plugged-in",
    "keep the host awake while it is plugged in",
    Saving {
        shell: PowerShell,
        ending: "txt",
        command: "powercfg /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE | Set-Content {saved}; powercfg /setacvalueindex SCHEME_CURRENT SUB_SLEEP STANDBYIDLE 0; powercfg /setactive SCHEME_CURRENT",
        // The text is in the system's language; the last two numbers are those for mains and battery.
        undo: "$old = @([regex]::Matches((Get-Content {saved} -Raw), '0x[0-9a-f]{8}'))[-2].Value; powercfg /setacvalueindex SCHEME_CURRENT SUB_SLEEP STANDBYIDLE ([Convert]::ToInt32($old, 16)); powercfg /setactive SCHEME_CURRENT",
    },
    "it uses more power; a power policy of the domain wins over it",
    POWERCFG,
)
.windows();

pub(super) static ENABLE_WAKE_ON_MAGIC_PACKET: Row = Row::new(
    "enable-wake-on-magic-packet",
    "let the adapter wake the host; the firmware must allow it as well",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "Get-NetAdapterPowerManagement -Name 'ADAPTER' | Select-Object Name, WakeOnMagicPacket | Export-Csv {saved} -NoTypeInformation; Set-NetAdapterPowerManagement -Name 'ADAPTER' -WakeOnMagicPacket Enabled",
        undo: "Import-Csv {saved} | ForEach-Object { Set-NetAdapterPowerManagement -Name $_.Name -WakeOnMagicPacket $_.WakeOnMagicPacket }",
    },
    "any machine on the network can wake the host",
    "Microsoft Learn, NetAdapter module",
)
.windows()
.when(Facts::windows_8_or_later)
.restarting("the adapter, which cuts every connection through it for some seconds");

pub(super) static MASK_SLEEP: Row = Row::new(
    "mask-sleep-targets",
    "on Linux, keep the host from sleeping",
    Saving {
        shell: Sh,
        ending: "before",
        command: "systemctl list-unit-files --no-legend --state=masked sleep.target suspend.target hibernate.target hybrid-sleep.target > {saved}; systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target",
        undo: "for target in sleep suspend hibernate hybrid-sleep; do grep -q \"^$target.target \" {saved} || systemctl unmask $target.target; done",
    },
    "it uses more power; a laptop with its lid shut stays on",
    "systemd.special(7), systemctl(1)",
)
.linux();

pub(super) static ENABLE_FIREWALL_RULES: Row = Row::new(
    "enable-firewall-rules",
    "enable the firewall's rules for Remote Desktop",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "Get-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP,RemoteDesktop-UserMode-In-UDP | Select-Object Name, Enabled | Export-Csv {saved} -NoTypeInformation; Enable-NetFirewallRule -Name RemoteDesktop-UserMode-In-TCP,RemoteDesktop-UserMode-In-UDP",
        undo: "Import-Csv {saved} | ForEach-Object { Set-NetFirewallRule -Name $_.Name -Enabled $_.Enabled }",
    },
    "Remote Desktop becomes reachable from every address and network profile that the rules name; restrict RemoteAddress where that is too wide",
    FIREWALL_RULES,
)
.windows()
.when(Facts::default_port_since_windows_8);

pub(super) static ENABLE_FIREWALL_RULES_NETSH: Row = Row::new(
    "enable-firewall-rules-netsh",
    "on Windows 7 and Server 2008 R2, enable the firewall's rules for Remote Desktop",
    Saving {
        shell: Cmd,
        ending: "wfw",
        command: "netsh advfirewall export {saved} && netsh advfirewall firewall set rule group=\"@FirewallAPI.dll,-28752\" new enable=yes",
        undo: "netsh advfirewall import {saved}",
    },
    "Remote Desktop becomes reachable on every network profile; the undo puts back all rules, those changed since then too",
    "Microsoft Learn, netsh advfirewall; the group's resource name is the same in every language",
)
.windows()
.when(Facts::default_port_before_windows_8);

pub(super) static ADD_FIREWALL_RULE: Row = Row::new(
    "add-firewall-rule-for-port",
    "add a firewall rule for the port: the built-in rules cover 3389 only",
    Command(
        PowerShell,
        "New-NetFirewallRule -Name rdpcheck-rdp-{port} -DisplayName 'Remote Desktop on port {port}' -Direction Inbound -Protocol TCP -LocalPort {port} -Action Allow",
        Run("Remove-NetFirewallRule -Name rdpcheck-rdp-{port}"),
    ),
    "the port becomes reachable from every address; add -RemoteAddress where that is too wide",
    "Microsoft Learn, New-NetFirewallRule; Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows()
.when(Facts::other_port_since_windows_8);

pub(super) static ADD_FIREWALL_RULE_NETSH: Row = Row::new(
    "add-firewall-rule-for-port-netsh",
    "on Windows 7 and Server 2008 R2, add a firewall rule for the port: the built-in rules cover 3389 only",
    Command(
        Cmd,
        "netsh advfirewall firewall add rule name=rdpcheck-rdp-{port} dir=in action=allow protocol=TCP localport={port}",
        Run("netsh advfirewall firewall delete rule name=rdpcheck-rdp-{port}"),
    ),
    "the port becomes reachable from every address; add remoteip= where that is too wide",
    "Microsoft Learn, netsh advfirewall firewall",
)
.windows()
.when(Facts::other_port_before_windows_8);

pub(super) static OPEN_PORT_UFW: Row = Row::new(
    "open-port-ufw",
    "on Linux with ufw (Ubuntu), allow the port",
    Command(
        Sh,
        "ufw allow {port}/tcp",
        Do("ufw delete allow {port}/tcp, unless the command said that it skips an existing rule"),
    ),
    "the port becomes reachable from every address; write \"from NETWORK\" where that is too wide",
    "ufw(8)",
)
.linux();

pub(super) static OPEN_PORT_FIREWALLD: Row = Row::new(
    "open-port-firewalld",
    "on Linux with firewalld (Fedora, RHEL, SUSE), allow the port",
    Command(
        Sh,
        "firewall-cmd --permanent --add-port={port}/tcp && firewall-cmd --reload",
        Do("firewall-cmd --permanent --remove-port={port}/tcp && firewall-cmd --reload, unless the command warned that the port was enabled already"),
    ),
    "the port becomes reachable from every address of the zone; changes made without --permanent are lost",
    "firewall-cmd(1)",
)
.linux();

pub(super) static OPEN_PORT_ON_PATH: Row = Row::new(
    "open-port-on-path",
    "allow the port on the firewall, router or cloud security group between, for the addresses of the clients only",
    Words(Do("take the rule out again")),
    "an open Remote Desktop port on the internet is found and attacked within hours; use a VPN or gateway there",
    "Microsoft Learn, ports used by Remote Desktop Services",
)
.at(Network);

pub(super) static START_FIREWALL_SERVICES: Row = Row::new(
    "start-firewall-services",
    "let the base filtering engine and the firewall start with Windows; the boot-time filters go when they run",
    // The keys hold all filters and rules below them: only the start types are saved and put back.
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "$services = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services'; Get-ItemProperty $services\\BFE, $services\\MpsSvc | Select-Object PSChildName, Start | Export-Csv {saved} -NoTypeInformation; Set-ItemProperty $services\\BFE Start 2; Set-ItemProperty $services\\MpsSvc Start 2",
        undo: "Import-Csv {saved} | ForEach-Object { Set-ItemProperty \"HKLM:\\SYSTEM\\CurrentControlSet\\Services\\$($_.PSChildName)\" Start ([int]$_.Start) }",
    },
    "the firewall's own rules take effect again, those that block too; the start types are read when the host starts",
    "Azure repair-script-library, win-fix-firewall-service",
)
.windows()
.restarting(WHOLE_HOST);

pub(super) static REPAIR_LOOPBACK_LIST: Row = Row::new(
    "repair-debugged-loopback-apps",
    "when event 7024 shows that the firewall service ends as soon as it starts, look at DebugedLoopbackApps under Services\\mpssvc\\Parameters\\AppCs: with a wrong registry type it crashes the service; export the key, then delete the value",
    Words(Do("import the exported key again")),
    "apps that were allowed to reach the loopback address for debugging must be allowed again",
    "Azure repair-script-library, win-fix-firewall-service",
)
.windows();

pub(super) static IPSEC_RULES_OFF: Row = Row::new(
    "ipsec-rules-off",
    "for a test, switch the host's connection security rules off; rules of a group policy stay",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "$rules = Get-NetIPsecRule -PolicyStore PersistentStore | Where-Object Enabled -eq True; $rules | Select-Object Name | Export-Csv {saved} -NoTypeInformation; $rules | Disable-NetIPsecRule",
        undo: "Import-Csv {saved} | ForEach-Object { Enable-NetIPsecRule -Name $_.Name }",
    },
    "while they are off, whoever is on the network reaches the host, and traffic that had to be protected is not",
    "Azure repair-script-library, win-fix-ipsec-rdp-block",
)
.windows()
.isolation();

pub(super) static GIVE_CLIENT_IPSEC: Row = Row::new(
    "give-client-ipsec",
    "give the client the same connection security rule, or exempt its addresses or the port in the rule that demands protection",
    Words(Do("take the rule or the exemption out again")),
    "what is exempted is not protected",
    "Microsoft Learn, Windows Firewall connection security rules",
)
.windows()
.at(Directory);

pub(super) static ALLOW_CONNECTIONS: Row = Row::new(
    "allow-connections",
    "switch Remote Desktop on; a group policy for the same value wins over it",
    // The key holds the listeners and much else below it: only this value is saved. Without it, 1 is in force.
    Saving {
        shell: Cmd,
        ending: "txt",
        command: "(reg query \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections > {saved} & reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 0 /f)",
        undo: "(findstr /e 0x0 {saved} > nul || reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\" /v fDenyTSConnections /t REG_DWORD /d 1 /f)",
    },
    "the host becomes reachable by Remote Desktop wherever its firewall allows it",
    "Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows();

pub(super) static ALLOW_CONNECTIONS_BY_POLICY: Row = Row::new(
    "allow-connections-by-policy",
    "set the policy \"Allow users to connect remotely by using Remote Desktop Services\" to enabled or not configured, then run gpupdate on the host",
    Words(Do("set the policy back; note it first")),
    "it applies to every computer that the policy is linked to",
    "Microsoft Learn, ADMX_TerminalServer policies",
)
.windows()
.at(Directory);

pub(super) static START_TERM_SERVICE: Row = Row::new(
    "start-term-service",
    "start the Remote Desktop service, and let it start when it is wanted",
    Saving {
        shell: PowerShell,
        ending: "csv",
        command: "Get-CimInstance Win32_Service -Filter \"Name='TermService'\" | Select-Object StartMode, State | Export-Csv {saved} -NoTypeInformation; Set-Service TermService -StartupType Manual; Start-Service TermService",
        undo: "$old = Import-Csv {saved}; Set-Service TermService -StartupType ($old.StartMode -replace 'Auto', 'Automatic'); if ($old.State -eq 'Stopped') { Stop-Service TermService -Force }",
    },
    "the host becomes reachable by Remote Desktop wherever its firewall allows it; manual is the start type of a healthy host",
    "Azure repair-script-library, win-fix-rdp-connectivity",
)
.windows();

pub(super) static START_XRDP: Row = Row::new(
    "start-xrdp",
    "on Linux with xrdp, start it now and at every start of the host; journalctl -u xrdp says why it stopped",
    Saving {
        shell: Sh,
        ending: "before",
        command: "{ systemctl is-enabled xrdp; systemctl is-active xrdp; } > {saved}; systemctl enable --now xrdp",
        undo: "{ grep -qx enabled {saved} || systemctl disable xrdp; } && { grep -qx active {saved} || systemctl stop xrdp; }",
    },
    "the host becomes reachable by Remote Desktop wherever its firewall allows it",
    "systemctl(1), xrdp(8)",
)
.linux();

pub(super) static START_GNOME: Row = Row::new(
    "enable-gnome-remote-desktop",
    "on Linux with GNOME, as the user of the desktop, switch its remote desktop on; grdctl status says what is missing",
    Command(Sh, "grdctl rdp enable", Do("grdctl rdp disable, unless grdctl status showed before that it was on")),
    "the desktop becomes reachable for whoever knows its remote credentials",
    "grdctl --help of gnome-remote-desktop 43",
)
.linux();

pub(super) static LISTEN_ON_ALL_ADAPTERS: Row = Row::new(
    "listen-on-all-adapters",
    "let the listener use every network adapter",
    Registry { key: LISTENER, changes: &[Set("", "LanAdapter", 0)] },
    "Remote Desktop becomes reachable through adapters that it was kept from",
    "Microsoft support article \"can't establish a Remote Desktop session\"",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static CONNECT_TO_PORT: Row = Row::new(
    "connect-to-listening-port",
    "connect to the port that the host listens on; full address in an .rdp file takes it after a colon",
    Command(Cmd, "mstsc /v:{host}:LISTENPORT", Not("connecting changes nothing")),
    "none",
    "Microsoft Learn, mstsc",
)
.at(Client);

pub(super) static MOVE_LISTENER: Row = Row::new(
    "move-listener-to-port",
    "or let Remote Desktop listen on the port that the clients use, and give that port a firewall rule",
    Saving {
        shell: Cmd,
        ending: "reg",
        command: "reg export \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" {saved} && reg add \"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp\" /v PortNumber /t REG_DWORD /d {port} /f",
        undo: "reg import {saved}",
    },
    "clients of the old port lose the host",
    "Microsoft Learn, change the listening port for Remote Desktop",
)
.windows()
.restarting(TERM_SERVICE);

pub(super) static MOVE_XRDP: Row = Row::new(
    "move-xrdp-to-port",
    "or let xrdp listen on the port that the clients use",
    XrdpIni(&[("port", "{port}")]),
    "clients of the old port lose the host",
    "xrdp.ini(5)",
)
.only(Product::Xrdp)
.restarting(XRDP);
