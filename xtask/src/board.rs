//! What was run and how it ended.

use std::time::{Duration, Instant};

use crate::process::{Finished, say};

/// How a part ended.
pub(crate) enum Outcome {
    Passed,
    /// Why, in one line.
    Failed(String),
    /// Why it cannot run here, in one line.
    Skipped(String),
}

/// How many tests a part ran, and which of them it could not run.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// Words about what was skipped, one line each.
    skips: Vec<String>,
}

/// How a part's programs report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reports {
    /// As Rust's test harness: a line `test result:` for each program.
    Libtest,
    /// As pytest and the project's own runners: the last line that says how many passed.
    LastLine,
}

impl Tally {
    /// Reads what the programs of a part said.
    pub(crate) fn read(output: &str, reports: Reports) -> Self {
        let mut tally = Self::default();
        let lines = output.lines().map(str::trim);
        match reports {
            Reports::Libtest => {
                lines.filter(|line| line.starts_with("test result:")).for_each(|line| tally.add(line))
            }
            Reports::LastLine => {
                let last = lines.rev().find(|line| {
                    number_before(line, "passed").is_some() || number_before(line, "failed").is_some()
                });
                tally.add(last.unwrap_or_default());
            }
        }
        let named = output.lines().map(str::trim).filter_map(|line| {
            let libtest = line
                .strip_prefix("test ")
                .and_then(|line| line.split_once(" ... ignored"))
                .map(|(name, why)| format!("{name}{}", why.replacen(',', ":", 1)));
            libtest.or_else(|| line.strip_prefix("SKIPPED ").map(str::to_owned))
        });
        tally.skips = named.collect();
        if reports == Reports::Libtest {
            // A test that says that it cannot run here passes as far as the harness knows.
            let said = tally.skips.len().saturating_sub(tally.skipped);
            tally.passed = tally.passed.saturating_sub(said);
        }
        tally.skipped = tally.skipped.max(tally.skips.len());
        tally
    }

    fn add(&mut self, line: &str) {
        let count = |word: &str| number_before(line, word).unwrap_or(0);
        self.passed += count("passed");
        self.failed += count("failed") + count("error") + count("errors");
        self.skipped += count("ignored") + count("skipped");
    }
}

/// The number that stands before a word, as in `12 passed`.
fn number_before(line: &str, word: &str) -> Option<usize> {
    let words: Vec<&str> =
        line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).find_map(|pair| match *pair {
        [number, found] if found == word => number.parse().ok(),
        _ => None,
    })
}

struct Part {
    name: String,
    outcome: Outcome,
    tally: Tally,
    elapsed: Duration,
}

/// Every part that was run.
#[derive(Default)]
pub(crate) struct Board {
    parts: Vec<Part>,
}

impl Board {
    /// Runs a part that is one test: `Ok(None)` when it passed, `Ok(Some(reason))` when it cannot run here, `Err` with one
    /// line when it failed.
    pub(crate) fn one(&mut self, name: &str, work: impl FnOnce() -> Result<Option<String>, String>) {
        self.part(name, || match work() {
            Ok(None) => (Outcome::Passed, Tally::default()),
            Ok(Some(reason)) => (Outcome::Skipped(reason), Tally::default()),
            Err(problem) => (Outcome::Failed(problem), Tally::default()),
        });
    }

    /// Runs a part whose programs report several tests, in a way that is known beforehand.
    pub(crate) fn several(&mut self, name: &str, reports: Reports, work: impl FnOnce() -> Finished) {
        self.reported(name, || (work(), reports));
    }

    /// Runs a part whose programs report several tests, and learns from them in which way.
    pub(crate) fn reported(&mut self, name: &str, work: impl FnOnce() -> (Finished, Reports)) {
        self.part(name, || {
            let (finished, reports) = work();
            let tally = Tally::read(&finished.output, reports);
            let outcome = match finished.failure {
                Some(failure) => Outcome::Failed(failure),
                None if tally.failed > 0 => {
                    Outcome::Failed("tests failed, though the program says that it succeeded".to_owned())
                }
                None => Outcome::Passed,
            };
            (outcome, tally)
        });
    }

    fn part(&mut self, name: &str, work: impl FnOnce() -> (Outcome, Tally)) {
        say(&format!("\n== {name}"));
        let begun = Instant::now();
        let (mut outcome, mut tally) = work();
        if matches!(outcome, Outcome::Passed) && tally.passed == 0 && tally.skipped > 0 {
            outcome = Outcome::Skipped("nothing of it can run here".to_owned());
        }
        match &outcome {
            Outcome::Passed if tally.passed + tally.skipped == 0 => tally.passed = 1,
            Outcome::Failed(problem) => {
                tally.failed = tally.failed.max(1);
                say(&format!("FAILED {name}: {problem}"));
            }
            Outcome::Skipped(reason) => {
                tally.skipped = tally.skipped.max(1);
                say(&format!("SKIPPED {name}: {reason}"));
            }
            Outcome::Passed => {}
        }
        self.parts.push(Part { name: name.to_owned(), outcome, tally, elapsed: begun.elapsed() });
    }

    /// Shows the table. Whether nothing failed.
    pub(crate) fn conclude(&self) -> bool {
        say(&self.table());
        let failed = |part: &Part| matches!(part.outcome, Outcome::Failed(_));
        !self.parts.is_empty() && !self.parts.iter().any(failed)
    }

    fn table(&self) -> String {
        let width = self.parts.iter().map(|part| part.name.len()).max().unwrap_or(0).max("part".len());
        let mut lines = vec![
            String::new(),
            format!(
                "{:<width$}  {:<7}  {:>6}  {:>6}  {:>7}  {:>7}  why",
                "part", "result", "passed", "failed", "skipped", "seconds"
            ),
        ];
        for part in &self.parts {
            let (result, why) = match &part.outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed(problem) => ("FAILED", problem.as_str()),
                Outcome::Skipped(reason) => ("SKIPPED", reason.as_str()),
            };
            let row = format!(
                "{:<width$}  {result:<7}  {:>6}  {:>6}  {:>7}  {:>7.1}  {}",
                part.name,
                part.tally.passed,
                part.tally.failed,
                part.tally.skipped,
                part.elapsed.as_secs_f64(),
                why.lines().next().unwrap_or_default()
            );
            lines.push(row.trim_end().to_owned());
            let skips = part.tally.skips.iter();
            lines.extend(skips.map(|skip| format!("{:width$}  SKIPPED  {skip}", "")));
        }
        let sum =
            |count: fn(&Tally) -> usize| -> usize { self.parts.iter().map(|part| count(&part.tally)).sum() };
        lines.push(String::new());
        lines.push(format!(
            "{} passed, {} failed, {} skipped",
            sum(|tally| tally.passed),
            sum(|tally| tally.failed),
            sum(|tally| tally.skipped)
        ));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(output: &str, reports: Reports) -> (usize, usize, usize) {
        let tally = Tally::read(output, reports);
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn reads_what_test_programs_say() {
        let libtest = "test a ... ok\ntest b ... ignored, wants a moon\n\
                       test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                       test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(counts(libtest, Reports::Libtest), (8, 2, 1));
        assert_eq!(Tally::read(libtest, Reports::Libtest).skips, ["b: wants a moon"]);
        let pytest = "== 2 passed in a test's own words\n==== 40 passed, 2 skipped, 1 error in 3.10s ====";
        assert_eq!(counts(pytest, Reports::LastLine), (40, 1, 2));
        let servers = "SKIPPED xrdp, TLS: xrdp is not installed\nreal servers: 3 passed, 1 skipped, 0 failed";
        assert_eq!(counts(servers, Reports::LastLine), (3, 0, 1));
        assert_eq!(Tally::read(servers, Reports::LastLine).skips, ["xrdp, TLS: xrdp is not installed"]);
        assert_eq!(counts("", Reports::LastLine), (0, 0, 0));
        let said = "SKIPPED valgrind: it is not installed\ntest result: ok. 4 passed; 0 failed; 0 ignored\n";
        assert_eq!(counts(said, Reports::Libtest), (3, 0, 1));
    }

    #[test]
    fn the_last_line_counts_everything() {
        let mut board = Board::default();
        board.one("good", || Ok(None));
        board.one("absent", || Ok(Some("there is no C compiler".to_owned())));
        board.several("many", Reports::Libtest, || Finished {
            output: "test result: ok. 5 passed; 0 failed; 0 ignored\n".to_owned(),
            failure: None,
        });
        let table = board.table();
        assert!(table.ends_with("\n6 passed, 0 failed, 1 skipped"), "{table}");
        assert!(table.contains("there is no C compiler"), "{table}");
        assert!(board.conclude());
        board.one("bad", || Err("it broke".to_owned()));
        assert!(!board.conclude());
        assert!(board.table().ends_with("\n6 passed, 1 failed, 1 skipped"));
    }

    #[test]
    fn a_program_that_fails_without_counting_counts_as_one() {
        let mut board = Board::default();
        board.several("crash", Reports::Libtest, || Finished {
            output: String::new(),
            failure: Some("core ended with signal 11".to_owned()),
        });
        assert!(board.table().ends_with("\n0 passed, 1 failed, 0 skipped"));
    }
}
