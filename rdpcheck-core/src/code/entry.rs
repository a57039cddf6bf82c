use serde::{Serialize, Serializer};

use super::Table;
use crate::diagnose::Cause;
use crate::evidence::Stage;

/// A number of a table.
///
/// In JSON: `table`, `number`, `hex`, `decimal`, `symbol`, `meaning`, `source`, `stage`, `windows` and `causes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    table: Table,
    number: u32,
    symbol: &'static str,
    meaning: &'static str,
    source: Option<&'static str>,
    stage: Option<Stage>,
    windows: Option<u32>,
    causes: &'static [Cause],
}

impl Entry {
    pub(super) const fn new(table: Table, number: u32, symbol: &'static str, meaning: &'static str) -> Self {
        Self { table, number, symbol, meaning, source: None, stage: None, windows: None, causes: &[] }
    }

    pub(super) const fn at(self, stage: Stage) -> Self {
        Self { stage: Some(stage), ..self }
    }

    pub(super) const fn from(self, source: &'static str) -> Self {
        Self { source: Some(source), ..self }
    }

    pub(super) const fn in_windows(self, windows: Option<u32>) -> Self {
        Self { windows, ..self }
    }

    pub(super) const fn causes_are(self, causes: &'static [Cause]) -> Self {
        Self { causes, ..self }
    }

    /// The table that it is in.
    #[must_use]
    pub fn table(&self) -> Table {
        self.table
    }

    /// The number; of a signed table its bits.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The number in hexadecimal, `0x904`.
    #[must_use]
    pub fn hex(&self) -> String {
        format!("0x{:X}", self.number)
    }

    /// The number in decimal, `2308`; of a signed table with its sign, `-5`.
    #[must_use]
    pub fn decimal(&self) -> String {
        if self.table.is_signed() { self.number.cast_signed().to_string() } else { self.number.to_string() }
    }

    /// The name that the source gives it.
    #[must_use]
    pub fn symbol(&self) -> Option<&'static str> {
        Some(self.symbol).filter(|symbol| !symbol.is_empty())
    }

    /// What it means, in one plain sentence.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        self.meaning
    }

    /// Where the meaning comes from.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source.unwrap_or_else(|| self.table.source())
    }

    /// The stage of a connection that it belongs to; `None` for what is no matter of one stage.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// Of a TLS alert: the code of the security provider ([`Table::Sspi`]) that Windows makes of it.
    #[must_use]
    pub fn windows(&self) -> Option<u32> {
        self.windows
    }

    /// The causes that it can come from, in the order of the catalogue. Those of error codes and extended codes are the
    /// causes which say that clients show them ([`Cause::shows`]).
    #[must_use]
    pub fn causes(&self) -> Vec<Cause> {
        let shown = |cause: &Cause| match self.table {
            Table::Disconnect | Table::Shown => cause.shows().any(|shown| shown.code == self.number),
            // That the client knows nothing more is no lead of its own.
            Table::Extended => {
                self.number != 0 && cause.shows().any(|shown| shown.extended == Some(self.number))
            }
            _ => self.causes.contains(cause),
        };
        Cause::ALL.iter().copied().filter(shown).collect()
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            table: self.table,
            number: self.number,
            hex: self.hex(),
            decimal: self.decimal(),
            symbol: self.symbol(),
            meaning: self.meaning,
            source: self.source(),
            stage: self.stage,
            windows: self.windows,
            causes: self.causes(),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Written {
    /// The table that the number is in.
    table: Table,
    /// The number; of a signed table its bits.
    number: u32,
    /// The number in hexadecimal.
    hex: String,
    /// The number in decimal, with its sign in signed tables.
    decimal: String,
    /// The name that the source gives it; null when it has none.
    symbol: Option<&'static str>,
    /// What it means, in one sentence.
    meaning: &'static str,
    /// Where the meaning comes from.
    source: &'static str,
    /// The stage of a connection that it belongs to; null for what is no matter of one stage.
    stage: Option<Stage>,
    /// Of a TLS alert: the code that Windows makes of it; null where there is none, and in other tables.
    windows: Option<u32>,
    /// The causes that it can come from.
    causes: Vec<Cause>,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Entry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CodeEntry".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}
