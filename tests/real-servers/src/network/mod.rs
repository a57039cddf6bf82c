//! A network of namespaces: the caller's, which is the client's, a host's, and a device's on the way if it is asked for.
//!
//! All of it belongs to one process tree: see [`enter`].

mod link;
mod tun;

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use self::link::Lane;
use crate::process::{find_program, is_root, run};

/// The programs that make and harm a network, and the Debian packages that they are in.
const PROGRAMS: &[(&str, &str)] = &[
    ("ethtool", "ethtool"),
    ("ip", "iproute2"),
    ("nft", "nftables"),
    ("nsenter", "util-linux"),
    ("unshare", "util-linux"),
];

/// A namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Where the caller runs.
    Client,
    /// The router between client and host.
    Device,
    /// Where the server runs.
    Host,
}

impl Place {
    fn namespace(self) -> Option<&'static str> {
        match self {
            Self::Client => None,
            Self::Device => Some("device"),
            Self::Host => Some("host"),
        }
    }

    /// Where packets are met: a device forwards them, the ends take them in.
    fn hook(self) -> &'static str {
        match self {
            Self::Client | Self::Host => "input",
            Self::Device => "forward",
        }
    }
}

/// What lies between client and host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Topology {
    device: bool,
    round_trip: Option<Duration>,
    seed: u64,
}

impl Topology {
    /// Client and host on the same link.
    #[must_use]
    pub const fn link() -> Self {
        Self { device: false, round_trip: None, seed: 0 }
    }

    /// A device that routes, near the client.
    #[must_use]
    pub const fn routed() -> Self {
        Self { device: true, ..Self::link() }
    }

    /// The link to the host takes so long, there and back together.
    #[must_use]
    pub const fn round_trip(self, round_trip: Duration) -> Self {
        Self { round_trip: Some(round_trip), ..self }
    }

    /// What decides which packets are lost; see [`Network::lose`].
    #[must_use]
    pub const fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// A network that was built; it lasts until the process that [`enter`] started ends.
#[derive(Debug)]
pub struct Network {
    topology: Topology,
    to_host: Arc<Lane>,
    to_client: Arc<Lane>,
}

impl Network {
    /// The client's address behind a device.
    pub const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 91, 1, 1);
    /// The host's address.
    pub const HOST: Ipv4Addr = Ipv4Addr::new(10, 91, 2, 2);
    /// The client's address where nothing is between it and the host.
    pub const BESIDE_HOST: Ipv4Addr = Ipv4Addr::new(10, 91, 2, 1);

    const NEAR: Ipv4Addr = Ipv4Addr::new(10, 91, 1, 254);
    const FAR: Ipv4Addr = Ipv4Addr::new(10, 91, 2, 254);

    /// Builds it around the caller, who must be in namespaces of his own: see [`enter`].
    ///
    /// # Errors
    ///
    /// When a program that is needed fails, or `/dev/net/tun` cannot be opened for a topology with a round trip.
    pub fn build(topology: Topology) -> io::Result<Self> {
        let network = Self { topology, to_host: Arc::default(), to_client: Arc::default() };
        // Names of namespaces are files below /run/netns; the caller's mount namespace keeps them to itself.
        network.run(Place::Client, ["mount", "-t", "tmpfs", "tmpfs", "/run"])?;
        fs::create_dir("/run/tmp")?;
        network.run(Place::Client, ["ip", "link", "set", "lo", "up"])?;
        network.run(Place::Client, ["ip", "netns", "add", "host"])?;
        network.run(Place::Host, ["ip", "link", "set", "lo", "up"])?;
        if topology.device {
            network.run(Place::Client, ["ip", "netns", "add", "device"])?;
            network.run(Place::Device, ["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])?;
            network.cable((Place::Client, "client", Self::CLIENT), (Place::Device, "near", Self::NEAR))?;
            network.far_link((Place::Device, "far", Self::FAR))?;
            network.run(Place::Client, ["ip", "route", "add", "default", "via", &Self::NEAR.to_string()])?;
            network.run(Place::Host, ["ip", "route", "add", "default", "via", &Self::FAR.to_string()])?;
        } else {
            network.far_link((Place::Client, "client", Self::BESIDE_HOST))?;
        }
        Ok(network)
    }

    /// How long the link to the host takes, there and back together; next to nothing unless it was asked for.
    #[must_use]
    pub fn round_trip(&self) -> Duration {
        self.topology.round_trip.unwrap_or_default()
    }

    /// The last link to the host.
    fn far_link(&self, near: End<'_>) -> io::Result<()> {
        let far = (Place::Host, "host", Self::HOST);
        let Some(round_trip) = self.topology.round_trip else {
            return self.cable(near, far);
        };
        let (one, other) = (tun::open(near.1)?, tun::open(far.1)?);
        self.place(near)?;
        self.place(far)?;
        let delay = round_trip / 2;
        self.to_host.open(&one, &other, delay, self.topology.seed)?;
        self.to_client.open(&other, &one, delay, self.topology.seed.wrapping_add(1))
    }

    /// A pair of Ethernet devices with every offload switched off: a filter has to see packets as they are on a wire.
    fn cable(&self, one: End<'_>, other: End<'_>) -> io::Result<()> {
        let (one_name, other_name) = (one.1, other.1);
        self.run(Place::Client, ["ip", "link", "add", one_name, "type", "veth", "peer", "name", other_name])?;
        for (place, name, address) in [one, other] {
            self.run(
                Place::Client,
                ["ethtool", "-K", name, "tso", "off", "gso", "off", "gro", "off", "tx", "off"],
            )?;
            self.run(Place::Client, ["ip", "link", "set", name, "gso_max_segs", "1"])?;
            self.place((place, name, address))?;
        }
        Ok(())
    }

    /// Moves a device to its namespace and switches it on.
    fn place(&self, (place, name, address): End<'_>) -> io::Result<()> {
        if let Some(namespace) = place.namespace() {
            self.run(Place::Client, ["ip", "link", "set", name, "netns", namespace])?;
        }
        self.run(place, ["ip", "address", "add", &format!("{address}/24"), "dev", name])?;
        self.run(place, ["ip", "link", "set", name, "up"])
    }

    /// Runs a program in a namespace to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be started or fails; the error carries what it said.
    pub fn run<I: IntoIterator<Item: AsRef<OsStr>>>(&self, place: Place, command: I) -> io::Result<()> {
        let mut words = command.into_iter();
        let first = words.next().ok_or_else(|| io::Error::other("no program to run"))?;
        run(inside(place, first.as_ref())?.args(words)).map(drop)
    }

    /// Filters packets in a namespace, in addition to what it filters already. Each rule is a match and a verdict of nftables;
    /// what it meets is counted, see [`Network::hits`].
    ///
    /// # Errors
    ///
    /// When `nft` does not take a rule.
    pub fn filter(&self, place: Place, rules: &[(&str, &str)]) -> io::Result<()> {
        let rules: String =
            rules.iter().map(|(matches, verdict)| format!("{matches} counter {verdict}\n")).collect();
        let hook = place.hook();
        let script = format!(
            "table inet faults {{\nchain {hook} {{\ntype filter hook {hook} priority 0;\n{rules}}}\n}}\n"
        );
        let mut child = inside(place, OsStr::new("nft"))?
            .args(["-f", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(script.as_bytes())?;
        }
        let done = child.wait_with_output()?;
        if done.status.success() {
            return Ok(());
        }
        Err(io::Error::other(format!("nft: {}\n{script}", String::from_utf8_lossy(&done.stderr))))
    }

    /// Takes every filter out of a namespace.
    ///
    /// # Errors
    ///
    /// When `nft` fails.
    pub fn unfilter(&self, place: Place) -> io::Result<()> {
        self.run(place, ["nft", "flush ruleset"])
    }

    /// How many packets the filters of a namespace have met.
    ///
    /// # Errors
    ///
    /// When `nft` fails.
    pub fn hits(&self, place: Place) -> io::Result<u64> {
        let rules = run(inside(place, OsStr::new("nft"))?.args(["list", "ruleset"]))?;
        // Each rule reads `... counter packets 3 bytes 180 drop`.
        let rules = String::from_utf8_lossy(&rules);
        let counts = rules.split("counter packets ").skip(1);
        Ok(counts.filter_map(|rest| rest.split(' ').next()?.parse::<u64>().ok()).sum())
    }

    /// Loses so many of a thousand TCP packets on the link to the host, which has to be one with a round trip.
    ///
    /// The same seed loses the same packets of the sequence that follows.
    pub fn lose(&self, to_host_per_mille: u32, to_client_per_mille: u32) {
        self.to_host.lose(to_host_per_mille);
        self.to_client.lose(to_client_per_mille);
    }

    /// How many packets were lost and carried on the link to the host, to the host and to the client.
    #[must_use]
    pub fn lost_and_carried(&self) -> [(u64, u64); 2] {
        [&self.to_host, &self.to_client].map(|lane| (lane.lost(), lane.carried()))
    }
}

/// Where a device is, its name and address.
type End<'a> = (Place, &'a str, Ipv4Addr);

/// A program that will run in a namespace.
fn inside(place: Place, program: &OsStr) -> io::Result<Command> {
    let Some(namespace) = place.namespace() else {
        return Ok(command(program));
    };
    let mut entered = command(OsStr::new("nsenter"));
    entered
        .arg(format!("--net={}", namespace_file(namespace).display()))
        .arg("--")
        .arg(command(program).get_program());
    Ok(entered)
}

/// What [`crate::process::Launch`] needs to start a server in the host's namespace.
pub(crate) fn host_namespace() -> PathBuf {
    namespace_file("host")
}

fn namespace_file(name: &str) -> PathBuf {
    PathBuf::from("/run/netns").join(name)
}

fn command(program: &OsStr) -> Command {
    // `ip` and its like are not in the PATH of every user.
    program.to_str().and_then(find_program).map_or_else(|| Command::new(program), Command::new)
}

/// Tries everything that a network needs, once, in namespaces of its own.
///
/// # Errors
///
/// Names what is missing: root, a program, or a right.
pub fn usable() -> Result<(), String> {
    /// Makes one of each thing; `ip` is the first argument and `nft` the second.
    const TRIAL: &str = r#"mount -t tmpfs tmpfs /run && "$0" netns add trial && "$1" add table inet trial &&
        "$0" link add trial0 type veth peer name trial1 && "$0" tuntap add dev trial2 mode tun"#;
    if !is_root() {
        return Err("namespaces need root".to_owned());
    }
    let find = |(program, package): &(&str, &str)| {
        find_program(program).ok_or_else(|| format!("{program} is not installed (package {package})"))
    };
    PROGRAMS.iter().try_for_each(|program| find(program).map(drop))?;
    let [ip, nft] = ["ip", "nft"].map(|program| command(OsStr::new(program)));
    run(alone().args(["sh", "-c", TRIAL]).args([ip.get_program(), nft.get_program()]))
        .map_err(|error| error.to_string())?;
    Ok(())
}

/// This program, to be run again as the first process of namespaces of its own.
///
/// Whatever it starts and makes (processes, devices, namespaces, and files below `/run/tmp`, which is its temporary folder)
/// goes when it ends or when the process that is made from this command is killed.
///
/// # Errors
///
/// When this program does not know its own path.
pub fn enter() -> io::Result<Command> {
    let mut command = alone();
    command.arg(env::current_exe()?).env("TMPDIR", "/run/tmp");
    Ok(command)
}

/// What runs a program in namespaces that nobody else has, until it is killed itself.
fn alone() -> Command {
    let mut command = command(OsStr::new("unshare"));
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
    command
}
