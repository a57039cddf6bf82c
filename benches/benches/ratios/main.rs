//! Prints what rdpcheck costs beside the bars that it has to meet.

mod bare;
mod lab;
mod memory;
mod network;
mod peers;
mod sample;
mod sweep;
mod table;

use std::process::ExitCode;

use table::Table;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    /// Repetitions of what takes a millisecond.
    many: usize,
    /// Repetitions of what takes a fraction of a second.
    few: usize,
    /// Hosts of a sweep.
    hosts: usize,
    /// Hosts that are given to the slowest peer.
    hosts_for_slow_peer: usize,
    /// Stalled checks at once.
    stalled: usize,
}

const FULL: Size = Size { many: 400, few: 15, hosts: 200, hosts_for_slow_peer: 8, stalled: 2000 };
const QUICK: Size = Size { many: 10, few: 2, hosts: 8, hosts_for_slow_peer: 1, stalled: 40 };

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [option, scenario] = arguments.as_slice()
        && option == lab::PLAY
    {
        return ended(lab::play(scenario));
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let size = if quick { QUICK } else { FULL };
    let mut table = Table::default();
    let measured = measure(size, quick, &mut table);
    table.print(quick);
    ended(measured)
}

fn ended(result: Outcome<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table::say(&format!("the measurement could not be carried out: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(size: Size, quick: bool, table: &mut Table) -> Outcome<()> {
    bare::measure(size, table)?;
    network::measure(size, table)?;
    let rate = sweep::measure(size, table)?;
    peers::measure(size, rate, table)?;
    memory::measure(size, table)?;
    network::limits(quick, table)?;
    sweep::library(table)
}
