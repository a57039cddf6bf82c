//! The table at the end.

use std::io::Write as _;

/// Writes a line to standard output.
pub(crate) fn say(line: &str) {
    // When standard output is gone there is nobody left to tell.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// The figures, beside what they have to meet.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 4]>);

impl Table {
    /// A figure without a bar.
    pub(crate) fn figure(&mut self, what: &str, measured: &str) {
        self.row(what, measured, "", "");
    }

    /// A figure that may be at most this.
    pub(crate) fn at_most(&mut self, what: &str, measured: f64, bar: f64, unit: &str) {
        self.against(what, measured, &format!("<= {}", number(bar)), measured <= bar, unit);
    }

    /// A figure that has to be at least this.
    pub(crate) fn at_least(&mut self, what: &str, measured: f64, bar: f64, unit: &str) {
        self.against(what, measured, &format!(">= {}", number(bar)), measured >= bar, unit);
    }

    /// What could not be measured here, and why.
    pub(crate) fn skipped(&mut self, what: &str, why: &str) {
        self.row(what, "SKIPPED", "", why);
    }

    fn against(&mut self, what: &str, measured: f64, bar: &str, met: bool, unit: &str) {
        let met = if met { "met" } else { "NOT MET" };
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        self.row(what, &format!("{}{unit}", number(measured)), &format!("{bar}{unit}"), met);
    }

    fn row(&mut self, what: &str, measured: &str, bar: &str, met: &str) {
        say(&format!("measured {what}: {measured} {bar} {met}"));
        self.0.push([what, measured, bar, met].map(str::to_owned));
    }

    /// Prints everything that was measured.
    pub(crate) fn print(&self, quick: bool) {
        let width = |column: fn(&[String; 4]) -> &String| {
            self.0.iter().map(|row| column(row).len()).max().unwrap_or(0)
        };
        let widths = [width(|row| &row[0]), width(|row| &row[1]).max(8), width(|row| &row[2]).max(3)];
        let [what, measured, bar] = widths;
        say("");
        if quick {
            say("A short run: it shows that everything can be measured, and its figures mean little.\n");
        }
        say(&format!("{:<what$}  {:>measured$}  {:>bar$}", "", "measured", "bar"));
        for [name, value, limit, met] in &self.0 {
            say(format!("{name:<what$}  {value:>measured$}  {limit:>bar$}  {met}").trim_end());
        }
    }
}

fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
