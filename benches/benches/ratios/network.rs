//! How long a check takes over a path with a delay, and at hosts that do not answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rdpcheck_core::{CheckOptions, Checker, Headline, Target};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::mpsc;

use crate::sample::{median, milliseconds};
use crate::table::Table;
use crate::{Outcome, Size, lab};

/// What a check takes above the round trips that the protocol demands.
///
/// The path is a relay in this process that holds everything back by half a round trip in each direction. TCP connects to
/// the relay, so that the one round trip of connecting is not in the measured time: with it taken off, the protocol's own
/// floor is three round trips with TLS 1.3 (X.224, TLS, CredSSP) and four with TLS 1.2, and the bar is 20 ms above that.
pub(crate) fn measure(size: Size, table: &mut Table) -> Outcome<()> {
    for (name, scenario, floor) in [("TLS 1.3", lab::TLS13, 3.0), ("TLS 1.2", lab::TLS12, 4.0)] {
        let host = lab::start(scenario)?;
        for round_trip in [20, 80] {
            let delay = Duration::from_millis(round_trip) / 2;
            let relay = Relay::start(host.address(), delay)?;
            let target: Target = relay.address.to_string().parse()?;
            let runtime = Builder::new_current_thread().enable_all().build()?;
            let checker = Checker::new(CheckOptions::default())?;
            let mut times = Vec::new();
            for _ in 0..size.few {
                let begun = Instant::now();
                let report = runtime.block_on(checker.check(&target))?;
                let whole = begun.elapsed();
                if report.headline != Headline::Healthy {
                    return Err(format!("the delayed host is {}: {}", report.headline, report.summary).into());
                }
                times.push(whole.saturating_sub(report.stages.connect.elapsed.unwrap_or_default()));
            }
            let time = median(times);
            let trip = milliseconds(delay * 2);
            let what = format!("check without connecting, {name}, round trip r = {round_trip} ms");
            table.figure(&format!("{what}: in round trips"), &format!("{:.2} r", time / trip));
            table.at_most(&format!("{what} ({floor} r + 20 ms)"), time, floor * trip + 20.0, "ms");
        }
    }
    Ok(())
}

/// Hosts that do not answer end with a verdict in time.
pub(crate) fn limits(quick: bool, table: &mut Table) -> Outcome<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let check = |scenario: &str, options: CheckOptions| -> Outcome<Duration> {
        let host = lab::start(scenario)?;
        let target: Target = host.address().to_string().parse()?;
        let checker = Checker::new(options)?;
        let begun = Instant::now();
        runtime.block_on(checker.check(&target))?;
        Ok(begun.elapsed())
    };
    let deadline = Duration::from_secs(1);
    let stalled = check(lab::SILENT, CheckOptions::default().deadline(deadline))?;
    table.at_most(
        "a host that stalls: time after the deadline of 1 s",
        milliseconds(stalled.saturating_sub(deadline)),
        50.0,
        "ms",
    );
    let what = "a host that drops connection requests, default options";
    if quick {
        table.skipped(what, "it takes seconds; the whole run measures it");
        return Ok(());
    }
    let dropped = check(lab::DROPS, CheckOptions::default())?;
    table.at_most(what, dropped.as_secs_f64(), 5.0, "s");
    Ok(())
}

/// Passes connections on, everything delayed, until it is dropped.
struct Relay {
    address: SocketAddr,
    // The relay's runtime ends with it.
    _stop: mpsc::Sender<()>,
}

impl Relay {
    fn start(host: SocketAddr, delay: Duration) -> Outcome<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, mut stopped) = mpsc::channel::<()>(1);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("relay".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else {
                    return;
                };
                loop {
                    tokio::select! {
                        _ = stopped.recv() => return,
                        accepted = listener.accept() => if let Ok((client, _)) = accepted {
                            drop(tokio::spawn(pass_on(client, host, delay)));
                        },
                    }
                }
            });
        })?;
        Ok(Self { address, _stop: stop })
    }
}

async fn pass_on(client: TcpStream, host: SocketAddr, delay: Duration) {
    let Ok(server) = TcpStream::connect(host).await else {
        return;
    };
    // Without it the relay is only slower.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::join!(one_way(from_client, to_server, delay), one_way(from_server, to_client, delay));
}

/// Reads at once and writes after the delay; an end is delayed as well.
async fn one_way(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let (queue, mut queued) = mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let read = async move {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let count = from.read(&mut buffer).await.unwrap_or(0);
            let chunk = buffer.get(..count).unwrap_or_default().to_vec();
            let due = tokio::time::Instant::now() + delay;
            if queue.send((due, chunk)).is_err() || count == 0 {
                return;
            }
        }
    };
    let write = async move {
        while let Some((due, chunk)) = queued.recv().await {
            tokio::time::sleep_until(due).await;
            if chunk.is_empty() || to.write_all(&chunk).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(read, write);
}
