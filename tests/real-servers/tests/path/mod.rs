//! The table of faults, how each is made, what a check has to say, and the runner.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "this is a test, but not libtest's"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, fmt, io, thread};

use rdpcheck_core::code::ClientError;
use rdpcheck_core::{CheckOptions, Depth, Report, blocking};
use rdpcheck_real_servers::{
    CertificateKind, Files, Network, NotStarted, Place, REQUIRE, SecurityLayer, Topology, Xrdp, enter,
    required, usable,
};
use serde_json::{Value, json};

use behaviour::{
    comes_and_goes, has_no_neighbour, has_no_route, is_unreachable_at_once, limits_connections,
    loses_both_ways, loses_to_client, loses_to_host, passes_all, refuses, resets_hellos, resets_large_hellos,
    resets_requests, sleeps_until_woken, swallows_data, swallows_hellos, swallows_large_flights,
    swallows_large_hellos, swallows_requests, swallows_syns, takes_80_ms, takes_600_ms,
};
use rdpcheck_core::Cause::{
    self, ConnectionLimit, FirewallDrops, FirewallRejects, HostAsleep, HostOff, LargeHelloDropped,
    ListenerHung, MiddleboxDropsData, MiddleboxDropsRdp, MiddleboxDropsTls, MiddleboxResetsRdp,
    MiddleboxResetsTls, NetworkUnreachable, PacketLoss, PathMtuBlackHole, RdpNotListening, SlowPath,
    UnstablePath,
};
use rdpcheck_core::Headline::{self, Degraded, Failing, Healthy, Unreachable};
use rdpcheck_core::Verdict::{self, Confirmed, Likely, Possible};

mod behaviour;
mod document;
#[path = "../table/hello.rs"]
mod hello;

/// How a fault is made.
#[derive(Clone, Copy)]
enum Fault {
    /// There is none but what the topology brings.
    None,
    /// Packets that match are treated so, where they are met.
    Filter(Place, &'static [(&'static str, &'static str)]),
    /// So many of a thousand TCP packets are lost, to the host and to the client.
    Loss(u32, u32),
    /// The host does not say that it is there.
    NoAnswerToArp,
    /// The same, until it sees a Wake-on-LAN packet for its adapter.
    Asleep,
    /// The client does not know where to send.
    NoRoute,
    /// The device knows that it cannot reach the host.
    DeviceWithoutRoute,
    /// The device carries nothing for this long, then everything for as long, and so on.
    Flapping(Duration),
}

/// A fault, what it does to connections, and what a check has to say.
struct Row {
    name: &'static str,
    topology: Topology,
    fault: Fault,
    behaves: fn(&Network),
    ask: Ask,
    headlines: &'static [Headline],
    /// The cause that comes first, and how sure it may be.
    first: Option<(Cause, &'static [Verdict])>,
    /// What looks the same from here and has to stay possible.
    also: &'static [Cause],
}

/// What the check is told.
#[derive(Clone, Copy)]
struct Ask {
    depth: Depth,
    /// What the client showed.
    error: Option<ClientError>,
    /// To wake the host.
    wake: bool,
}

impl Ask {
    const STANDARD: Self = Self { depth: Depth::Standard, error: None, wake: false };
    const DEEP: Self = Self { depth: Depth::Deep, ..Self::STANDARD };
    const WAKING: Self = Self { wake: true, ..Self::STANDARD };

    /// After the client showed 0x904, extended 7.
    const fn closed(self) -> Self {
        Self { error: Some(ClientError::SOCKET_CLOSED), ..self }
    }

    /// After the client showed 0x904, extended 0.
    const fn dropped(self) -> Self {
        Self { error: Some(ClientError::new(0x904, Some(0))), ..self }
    }

    fn options(self) -> CheckOptions {
        // The server's certificate is for this name.
        let options = CheckOptions::default().server_name("localhost").depth(self.depth);
        let options = if self.wake {
            options.wake_on_lan(ADAPTER.parse().unwrap()).deadline(WAKING_DEADLINE)
        } else {
            options
        };
        self.error.into_iter().fold(options, CheckOptions::client_error)
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.depth.code())?;
        if let Some(error) = self.error {
            write!(f, ", client error {error}")?;
        }
        if self.wake { write!(f, ", Wake-on-LAN") } else { Ok(()) }
    }
}

/// Longest wait for a host that wakes up.
const WAKING_DEADLINE: Duration = Duration::from_secs(60);

/// From here on a person who waits for a host that is not reached loses patience.
const UNREACHABLE_WITHIN: f64 = 5.0;

// What a packet is. `@ih` is what comes after TCP's header, whatever options that has; a packet without data does not match.
const SYN: &str = "tcp dport 3389 tcp flags & (syn | ack) == syn";
const REQUEST: &str = "tcp dport 3389 @ih,0,16 0x0300";
const CLIENT_HELLO: &str = "tcp dport 3389 @ih,0,16 0x1603";
const LARGE_HELLO: &str = "tcp dport 3389 @ih,0,16 0x1603 meta length > 1000";
const FOURTH_SYN: &str =
    "tcp dport 3389 tcp flags & (syn | ack) == syn limit rate over 3/minute burst 3 packets";
const DATA_TO_HOST: &str = "tcp dport 3389 @ih,0,8 0-255";
const DATA_TO_CLIENT: &str = "tcp sport 3389 @ih,0,8 0-255";
const LARGE_TO_HOST: &str = "tcp dport 3389 meta length > 1300";
const LARGE_TO_CLIENT: &str = "tcp sport 3389 meta length > 1300";

const RESET: &str = "reject with tcp reset";

/// A path through a device near the client.
const ROUTED: Topology = Topology::routed();
/// The same, with the host far enough away that the device's answer comes sooner than the host could answer.
const FAR: Topology = Topology::routed().round_trip(Duration::from_millis(20));
const LINK: Topology = Topology::link();

const fn row(
    name: &'static str,
    topology: Topology,
    fault: Fault,
    behaves: fn(&Network),
    ask: Ask,
    headlines: &'static [Headline],
    first: Option<(Cause, &'static [Verdict])>,
) -> Row {
    Row { name, topology, fault, behaves, ask, headlines, first, also: &[] }
}

impl Row {
    const fn also(self, also: &'static [Cause]) -> Self {
        Self { also, ..self }
    }
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    row("none", ROUTED, Fault::None, passes_all, Ask::STANDARD, &[Healthy], None),
    row("none, same link", LINK, Fault::None, passes_all, Ask::STANDARD, &[Healthy], None),
    row("none, deep", ROUTED, Fault::None, passes_all, Ask::DEEP, &[Healthy], None),
    row("round trip of 80 ms", ROUTED.round_trip(Duration::from_millis(80)), Fault::None, takes_80_ms, Ask::STANDARD,
        &[Healthy], None),
    row("round trip of 600 ms", ROUTED.round_trip(Duration::from_millis(600)), Fault::None, takes_600_ms, Ask::STANDARD,
        &[Degraded], Some((SlowPath, &[Confirmed]))),
    row("loss of 5 % both ways", FAR.seed(1), Fault::Loss(50, 50), loses_both_ways, Ask::DEEP.dropped(),
        &[Degraded], Some((PacketLoss, &[Confirmed]))),
    row("loss of 5 % to the host", FAR.seed(2), Fault::Loss(50, 0), loses_to_host, Ask::DEEP.dropped(),
        &[Degraded], Some((PacketLoss, &[Confirmed]))),
    // Most of what is lost there are acknowledgements, and the next one makes up for them.
    row("loss of 5 % to the client", FAR.seed(3), Fault::Loss(0, 50), loses_to_client, Ask::DEEP.dropped(),
        &[Healthy, Degraded], Some((PacketLoss, &[Confirmed, Likely, Possible]))),
    row("loss of 20 % both ways", FAR.seed(4), Fault::Loss(200, 200), loses_both_ways, Ask::STANDARD.dropped(),
        &[Degraded], Some((PacketLoss, &[Confirmed]))),
    row("loss of 20 % to the host", FAR.seed(5), Fault::Loss(200, 0), loses_to_host, Ask::STANDARD.dropped(),
        &[Degraded], Some((PacketLoss, &[Confirmed]))),
    row("loss of 20 % to the client", FAR.seed(6), Fault::Loss(0, 200), loses_to_client, Ask::STANDARD.dropped(),
        &[Healthy, Degraded], Some((PacketLoss, &[Confirmed, Likely, Possible]))),
    row("large packets to the client vanish", ROUTED, Fault::Filter(Place::Device, &[(LARGE_TO_CLIENT, "drop")]),
        swallows_large_flights, Ask::STANDARD, &[Failing], Some((PathMtuBlackHole, &[Confirmed]))),
    row("large packets to the host vanish", ROUTED, Fault::Filter(Place::Device, &[(LARGE_TO_HOST, "drop")]),
        swallows_large_hellos, Ask::STANDARD.closed(), &[Degraded], Some((PathMtuBlackHole, &[Confirmed]))),
    row("requests are reset", FAR, Fault::Filter(Place::Device, &[(REQUEST, RESET)]),
        resets_requests, Ask::STANDARD, &[Failing], Some((MiddleboxResetsRdp, &[Confirmed]))),
    row("requests are reset, host near", ROUTED, Fault::Filter(Place::Device, &[(REQUEST, RESET)]),
        resets_requests, Ask::STANDARD, &[Failing], Some((MiddleboxResetsRdp, &[Confirmed]))),
    row("requests vanish", ROUTED, Fault::Filter(Place::Device, &[(REQUEST, "drop")]),
        swallows_requests, Ask::STANDARD, &[Failing], Some((MiddleboxDropsRdp, &[Confirmed]))),
    row("ClientHellos are reset", FAR, Fault::Filter(Place::Device, &[(CLIENT_HELLO, RESET)]),
        resets_hellos, Ask::STANDARD, &[Failing], Some((MiddleboxResetsTls, &[Confirmed]))),
    row("ClientHellos are reset, host near", ROUTED, Fault::Filter(Place::Device, &[(CLIENT_HELLO, RESET)]),
        resets_hellos, Ask::STANDARD, &[Failing], Some((MiddleboxResetsTls, &[Confirmed]))),
    row("ClientHellos vanish", ROUTED, Fault::Filter(Place::Device, &[(CLIENT_HELLO, "drop")]),
        swallows_hellos, Ask::STANDARD, &[Failing], Some((MiddleboxDropsTls, &[Confirmed]))),
    row("large ClientHellos are reset", FAR, Fault::Filter(Place::Device, &[(LARGE_HELLO, RESET)]),
        resets_large_hellos, Ask::STANDARD.closed(), &[Degraded], Some((LargeHelloDropped, &[Confirmed]))),
    row("large ClientHellos vanish", ROUTED, Fault::Filter(Place::Device, &[(LARGE_HELLO, "drop")]),
        swallows_large_hellos, Ask::STANDARD.closed(), &[Degraded], Some((LargeHelloDropped, &[Confirmed]))),
    row("all data vanishes", ROUTED, Fault::Filter(Place::Device, &[(DATA_TO_HOST, "drop"), (DATA_TO_CLIENT, "drop")]),
        swallows_data, Ask::STANDARD, &[Failing], Some((MiddleboxDropsData, &[Likely]))),
    // An acknowledged request without an answer: a host that hangs looks the same.
    row("all data to the client vanishes", ROUTED, Fault::Filter(Place::Device, &[(DATA_TO_CLIENT, "drop")]),
        swallows_data, Ask::STANDARD, &[Failing], Some((ListenerHung, &[Likely]))),
    row("more than 3 connections a minute are reset", ROUTED, Fault::Filter(Place::Device, &[(FOURTH_SYN, RESET)]),
        limits_connections, Ask::DEEP.dropped(), &[Healthy], Some((ConnectionLimit, &[Possible]))),
    row("SYNs vanish", ROUTED, Fault::Filter(Place::Device, &[(SYN, "drop")]),
        swallows_syns, Ask::STANDARD, &[Unreachable], Some((FirewallDrops, &[Likely]))),
    row("SYNs are reset", ROUTED, Fault::Filter(Place::Device, &[(SYN, RESET)]),
        refuses, Ask::STANDARD, &[Unreachable], Some((RdpNotListening, &[Likely]))).also(&[FirewallRejects]),
    row("SYNs are answered by the device: port unreachable", ROUTED, Fault::Filter(Place::Device, &[(SYN, "reject with icmp type port-unreachable")]),
        refuses, Ask::STANDARD, &[Unreachable], Some((FirewallRejects, &[Confirmed]))),
    row("SYNs are answered by the device: prohibited", ROUTED, Fault::Filter(Place::Device, &[(SYN, "reject with icmp type admin-prohibited")]),
        is_unreachable_at_once, Ask::STANDARD, &[Unreachable], Some((FirewallRejects, &[Confirmed]))),
    row("SYNs are answered by the host: port unreachable", LINK, Fault::Filter(Place::Host, &[(SYN, "reject with icmp type port-unreachable")]),
        refuses, Ask::STANDARD, &[Unreachable], Some((FirewallRejects, &[Confirmed]))),
    row("no answer to ARP", LINK, Fault::NoAnswerToArp, has_no_neighbour, Ask::STANDARD,
        &[Unreachable], Some((HostOff, &[Likely]))).also(&[HostAsleep]),
    row("no answer to ARP before a Wake-on-LAN packet", LINK, Fault::Asleep, sleeps_until_woken, Ask::WAKING,
        &[Unreachable], Some((HostAsleep, &[Confirmed]))),
    row("no route", LINK, Fault::NoRoute, has_no_route, Ask::STANDARD,
        &[Unreachable], Some((NetworkUnreachable, &[Confirmed]))),
    row("the device has no route", ROUTED, Fault::DeviceWithoutRoute, is_unreachable_at_once, Ask::STANDARD,
        &[Unreachable], Some((NetworkUnreachable, &[Confirmed]))),
    row("flapping link", ROUTED, Fault::Flapping(Duration::from_millis(1500)), comes_and_goes, Ask::DEEP.dropped(),
        &[Degraded], Some((UnstablePath, &[Likely]))),
];

impl Fault {
    /// Makes it, on a network that is whole so far.
    fn make(self, network: &Network) -> io::Result<()> {
        match self {
            Self::None => Ok(()),
            Self::Filter(place, rules) => network.filter(place, rules),
            Self::Loss(to_host, to_client) => {
                network.lose(to_host, to_client);
                Ok(())
            }
            Self::NoAnswerToArp => fall_silent(network),
            Self::Asleep => {
                network.run(Place::Host, ["ip", "link", "set", "host", "address", ADAPTER])?;
                network.filter(Place::Host, &[(MAGIC_PACKET, "drop")])?;
                fall_silent(network)
            }
            Self::NoRoute => network.run(Place::Client, ["ip", "address", "flush", "dev", "client"]),
            Self::DeviceWithoutRoute => {
                let host = format!("{}/32", Network::HOST);
                network.run(Place::Device, ["ip", "route", "add", "unreachable", &host])
            }
            Self::Flapping(_) => Ok(()),
        }
    }
}

/// The host answers nobody who asks for its hardware address, and the client has forgotten it.
fn fall_silent(network: &Network) -> io::Result<()> {
    network.run(Place::Host, ["ip", "link", "set", "host", "arp", "off"])?;
    network.run(Place::Client, ["ip", "neighbour", "flush", "all"])
}

/// Runs `work` while the fault, if it is one that changes, does so.
fn during<T>(fault: Fault, network: &Network, work: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    let goes_on = || !over.load(Ordering::Relaxed);
    thread::scope(|scope| {
        scope.spawn(|| match fault {
            Fault::Flapping(half) => flap(network, half, goes_on),
            Fault::Asleep => sleep_lightly(network, goes_on),
            _ => {}
        });
        let done = work();
        over.store(true, Ordering::Relaxed);
        done
    })
}

/// Begins with a link that is up.
fn flap(network: &Network, half: Duration, goes_on: impl Fn() -> bool) {
    while goes_on() {
        thread::sleep(half);
        network.filter(Place::Device, &[("meta l4proto tcp", "drop")]).unwrap();
        thread::sleep(half);
        network.unfilter(Place::Device).unwrap();
    }
}

/// Has the host answer some time after each magic packet.
fn sleep_lightly(network: &Network, goes_on: impl Fn() -> bool) {
    let mut seen = 0;
    while goes_on() {
        let hits = network.hits(Place::Host).unwrap();
        if hits > seen {
            seen = hits;
            thread::sleep(WAKING_UP);
            network.run(Place::Host, ["ip", "link", "set", "host", "arp", "on"]).unwrap();
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// What a host takes that has slept only a little.
const WAKING_UP: Duration = Duration::from_secs(2);

/// The hardware address of the host that sleeps.
const ADAPTER: &str = "02:00:5e:10:20:30";

/// A Wake-on-LAN packet for it: six bytes of 0xff, then the address sixteen times, of which nftables compares no more than these.
/// One to its own address waits at the client until it is awake.
const MAGIC_PACKET: &str =
    "ip daddr 255.255.255.255 udp dport 9 udp length 110 @th,64,128 0xffffffffffff02005e10203002005e10";

/// The flight of the server takes more than a segment.
const CERTIFICATE: Files = Files::Matching(CertificateKind::ManyNames);

/// Names the row for the process that runs inside the namespaces.
const INSIDE: &str = "RDPCHECK_FAULT";

/// Longest life of that process.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) fn main() -> ExitCode {
    if let Some(name) = env::var_os(INSIDE) {
        let row = TABLE.iter().find(|row| name == row.name).unwrap();
        end_with_parent();
        println!("{}", inside(row));
        return ExitCode::SUCCESS;
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        TABLE.iter().for_each(|row| println!("{}: test", row.name));
        return ExitCode::SUCCESS;
    }
    let wanted: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let rows: Vec<_> = TABLE
        .iter()
        .filter(|row| wanted.is_empty() || wanted.iter().any(|part| row.name.contains(*part)))
        .collect();
    let (mut passed, mut skipped, mut failed, mut seen) = (0, 0, 0, Vec::new());
    let usable = usable();
    // One after another: the times that a check sees are part of what is tested.
    for row in &rows {
        let outcome = usable.clone().map_or_else(Outcome::Unavailable, |()| play(row));
        match outcome {
            Outcome::Seen(run, complaints) if complaints.is_empty() => {
                println!("ok {} ({:.1} s): {}", row.name, run.seconds, run.said());
                seen.push((*row, run));
                passed += 1;
            }
            Outcome::Seen(run, complaints) => {
                let complaints = complaints.join("; ");
                let (said, text) = (run.said(), run.report.to_text());
                println!("FAILED {} ({:.1} s): {said}: {complaints}\n{text}", row.name, run.seconds);
                failed += 1;
            }
            Outcome::Unavailable(reason) if !required() => {
                println!("SKIPPED {}: {reason}", row.name);
                skipped += 1;
            }
            Outcome::Unavailable(reason) | Outcome::Broken(reason) => {
                println!("FAILED {}: {reason}", row.name);
                failed += 1;
            }
        }
    }
    println!(
        "network faults: {passed} passed, {skipped} skipped, {failed} failed ({REQUIRE}=1 makes skipped rows fail)"
    );
    if document::wanted() {
        if seen.len() == TABLE.len() {
            document::write(&seen).unwrap();
        } else {
            println!("the table is not written: it takes a run in which every row passes");
            failed += 1;
        }
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a row came to.
enum Outcome {
    /// The check ran; what is wrong with it or with the fault.
    Seen(Box<Run>, Vec<String>),
    Unavailable(String),
    Broken(String),
}

/// A check behind a fault.
struct Run {
    report: Report,
    seconds: f64,
    /// Packets lost and carried while it ran, to the host and to the client, where the link counts them.
    crossings: String,
}

impl Run {
    /// The first finding, where it is one that says something.
    fn first(&self) -> Option<(Cause, Verdict)> {
        let first = self.report.findings.first().filter(|first| first.verdict <= Possible);
        first.map(|first| (first.cause, first.verdict))
    }

    /// The top line, the first finding and the connections that it took.
    fn said(&self) -> String {
        let first = self
            .first()
            .map_or_else(|| "nothing".to_owned(), |(cause, verdict)| format!("{cause} {verdict}"));
        format!(
            "{}, {first}, {} connections{}",
            self.report.headline, self.report.connections, self.crossings
        )
    }
}

/// Runs a row in a process of its own and judges what that saw.
fn play(row: &Row) -> Outcome {
    // The process inside ends when its input does, and with it everything that it made.
    let mut child =
        enter().unwrap().env(INSIDE, row.name).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = child.stdin.take();
    let done = child.wait_with_output().unwrap();
    drop(input);
    let output = String::from_utf8_lossy(&done.stdout);
    let Some(seen) = output.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok()) else {
        return Outcome::Broken(format!("the process inside ended with {}: {output}", done.status));
    };
    let text = |key: &str| seen.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(reason) = text("unavailable") {
        return Outcome::Unavailable(reason);
    }
    if let Some(reason) = text("broken") {
        return Outcome::Broken(reason);
    }
    let report = Report::from_json(&seen.get("report").unwrap().to_string()).unwrap();
    let seconds = seen.get("seconds").and_then(Value::as_f64).unwrap();
    let run = Run { report, seconds, crossings: text("crossings").unwrap_or_default() };
    let mut complaints = judge(row, &run);
    complaints.extend(text("misbehaves").map(|how| format!("the fault is not what it says: {how}")));
    Outcome::Seen(Box::new(run), complaints)
}

/// What is wrong with a report.
fn judge(row: &Row, run: &Run) -> Vec<String> {
    let (report, first) = (&run.report, run.first());
    let mut complaints = Vec::new();
    let mut expect = |holds: bool, complaint: &dyn Fn() -> String| {
        if !holds {
            complaints.push(complaint());
        }
    };
    expect(row.headlines.contains(&report.headline), &|| format!("the headline is {}", report.headline));
    if let Some((cause, verdicts)) = row.first {
        let fits = first.is_some_and(|(said, verdict)| said == cause && verdicts.contains(&verdict));
        expect(fits, &|| format!("the first finding is not {cause} {verdicts:?}"));
    } else if let Some((cause, verdict)) = first {
        expect(verdict == Possible, &|| format!("{cause} is {verdict}"));
    }
    for finding in &report.findings {
        let (cause, verdict) = (finding.cause, finding.verdict);
        let truth = row.first.is_some_and(|(first, _)| first == cause);
        expect(truth || verdict != Confirmed, &|| format!("{cause} is {verdict}"));
        expect(!row.also.contains(&cause) || verdict == Possible, &|| format!("{cause} is {verdict}"));
    }
    let (connections, at_once) = (report.connections, report.connections_at_once);
    let budget = if row.first.is_none() && row.ask.depth == Depth::Standard {
        1
    } else {
        row.ask.depth.connection_budget()
    };
    expect(connections <= budget, &|| format!("it took {connections} connections"));
    expect(at_once <= 2, &|| format!("{at_once} connections were open at once"));
    expect(report.headline != Unreachable || row.ask.wake || run.seconds < UNREACHABLE_WITHIN, &|| {
        "it took too long".to_owned()
    });
    complaints
}

/// Ends this process when its parent has gone or it has lived too long.
///
/// It is the first of its namespace, so that everything else in there ends with it.
fn end_with_parent() {
    thread::spawn(|| {
        // Nothing is ever written to it: whatever ends the wait means that the parent has gone.
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        end();
    });
    thread::spawn(|| {
        thread::sleep(LIMIT);
        end();
    });
}

#[expect(clippy::exit, reason = "another thread may wait for a peer that never answers")]
fn end() {
    std::process::exit(3);
}

/// How many packets were lost and how many there were, to the host and to the client.
fn crossings(network: &Network) -> Option<String> {
    let [to_host, to_client] = network.lost_and_carried().map(|(lost, carried)| (lost, lost + carried));
    let (host, client) =
        (format!("{} of {}", to_host.0, to_host.1), format!("{} of {}", to_client.0, to_client.1));
    (to_host.0 + to_client.0 > 0).then(|| format!(", lost {host} to the host and {client} to the client"))
}

/// Makes the fault, checks the server behind it and looks what the fault does.
fn inside(row: &Row) -> Value {
    let broken = |error: &dyn fmt::Display| json!({ "broken": error.to_string() });
    let network = match Network::build(row.topology) {
        Ok(network) => network,
        Err(error) => return broken(&error),
    };
    let server = match Xrdp::new(SecurityLayer::Tls).files(CERTIFICATE).start_in(&network) {
        Ok(server) => server,
        Err(NotStarted::Unavailable { name, reason }) => {
            return json!({ "unavailable": format!("{name}: {reason}") });
        }
        Err(error) => return broken(&error),
    };
    // The connection that showed that it listens ends in peace.
    thread::sleep(Duration::from_millis(300) + network.round_trip() * 2);
    if let Err(error) = row.fault.make(&network) {
        return broken(&error);
    }
    during(row.fault, &network, || {
        let target = server.address().to_string().parse().unwrap();
        let began = Instant::now();
        let report = match blocking::check(&target, row.ask.options()) {
            Ok(report) => report,
            Err(error) => return broken(&error),
        };
        let seconds = began.elapsed().as_secs_f64();
        let crossings = crossings(&network);
        let behaves = catch_unwind(AssertUnwindSafe(|| {
            (row.behaves)(&network);
            if let Fault::Filter(place, _) = row.fault {
                assert!(network.hits(place).unwrap() > 0, "no packet met the filter");
            }
        }));
        let report: Value = serde_json::from_str(&report.to_json()).unwrap();
        let misbehaves = behaves.err().map(|_| "see above");
        json!({ "report": report, "seconds": seconds, "crossings": crossings, "misbehaves": misbehaves })
    })
}
