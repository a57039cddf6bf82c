use serde::Serialize;

use super::{Entry, Table};

/// More text than this is not searched for.
const LONGEST_QUESTION: usize = 256;
/// No search gives more entries.
const MOST_ENTRIES: usize = 100;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Found {
    /// The entries, by table and number; at most 100.
    pub entries: Vec<&'static Entry>,
    /// Where a number was asked for that no table has: what can be said of it all the same. Null otherwise.
    pub unknown: Option<UnknownCode>,
}

/// A number that no table has. There is no authoritative text about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnknownCode {
    /// The number.
    pub number: u32,
    /// The number in hexadecimal.
    pub hex: String,
    /// The number in decimal.
    pub decimal: String,
    /// What is said of it and what evidence says, what it may be a misreading of, and where else the number means
    /// something. May be empty.
    pub notes: Vec<String>,
}

/// What this number means in this table.
///
/// ```
/// use rdpcheck_core::code::{self, Table};
///
/// let dns = code::lookup(Table::Disconnect, 260).ok_or("not there")?;
/// let licence = code::lookup(Table::Extended, 260).ok_or("not there")?;
/// assert_eq!(dns.symbol(), Some("disconnectReasonDNSLookupFailed"));
/// assert_eq!(licence.symbol(), Some("exDiscReasonLicenseHwidDoesntMatchLicense"));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn lookup(table: Table, number: u32) -> Option<&'static Entry> {
    table.entries().iter().find(|entry| entry.number() == number)
}

/// Searches every table: for a number (decimal, or hexadecimal with `0x`), else for a symbol (in any case, with or without
/// its prefix), else for entries whose meaning or symbol has all the words.
#[must_use]
pub fn find(text: &str) -> Found {
    let text: String = text.trim().chars().take(LONGEST_QUESTION).collect();
    if let Some(bits) = number(&text) {
        let signed = text.starts_with('-');
        let fits = |entry: &&Entry| entry.number() == bits && (!signed || entry.table().is_signed());
        let entries: Vec<_> = all().filter(fits).collect();
        let unknown = (entries.is_empty() && !signed).then(|| unknown(bits));
        return Found { entries, unknown };
    }
    let entries = match by_symbol(&text) {
        entries if entries.is_empty() => by_words(&text),
        entries => entries,
    };
    Found { entries, unknown: None }
}

/// What can be said of a number that is in no table of the kind where it was met: this is said of it, this is wrong about
/// that, and there the number means something.
#[must_use]
pub fn unknown(number: u32) -> UnknownCode {
    let mut notes: Vec<String> =
        FOLKLORE.iter().filter(|(known, _)| *known == number).map(|(_, note)| (*note).to_owned()).collect();
    notes.extend(misread(number));
    UnknownCode { number, hex: format!("0x{number:X}"), decimal: number.to_string(), notes }
}

pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
    Table::ALL.iter().flat_map(|table| table.entries())
}

/// What people paste and no table explains.
const FOLKLORE: &[(u32, &str)] = &[
    (
        0x3,
        "\"Path not found\" is the Windows system error of that number and has nothing to do with Remote Desktop.",
    ),
    (
        0x4,
        "Reported as a general session error with RDP Wrapper and xrdp (stascorp/rdpwrap and neutrinolabs/xrdp on GitHub); no source says what it means as an error code.",
    ),
    (
        0x7,
        "\"The storage control blocks were destroyed\" (arena trashed) is the Windows system error of that number and has nothing to do with Remote Desktop.",
    ),
    (
        0x1104,
        "Reported with the text \"a protocol error was detected at the client\" (stascorp/rdpwrap issue 363 on GitHub); no source says more.",
    ),
    (0x2407, "Reported with trouble about credentials; no source confirms that."),
    (
        0x8000_4005,
        "The general HRESULT E_FAIL. It is what event 226 of the client gives as error code when a step of the connection fails, TLS for instance; it is no disconnect code. The code is in event 1026 that follows.",
    ),
    (
        0x8000_FFFF,
        "The general HRESULT E_UNEXPECTED. It is what event 226 of the client gives as error code when a step of the connection fails, TLS for instance; it is no disconnect code. The code is in event 1026 that follows.",
    ),
    (
        0x8008_0005,
        "Reported as an authentication error after the update KB5074109 of January 2026 (mRemoteNG/mRemoteNG issue 3088 on GitHub).",
    ),
];

/// Hexadecimal digits taken for decimal ones, or the other way round: 0x516 for 516, 904 for 0x904.
fn misread(number: u32) -> Option<String> {
    let known = |number: u32| {
        Table::OF_ERROR_CODES
            .iter()
            .find_map(|&table| lookup(table, number))
            // Small numbers are their own misreading.
            .filter(|_| number >= 0x100)
    };
    let from_decimal = format!("{number:X}").parse().ok().and_then(known).map(|entry| {
        format!(
            "{} in decimal is {}, which clients do show: {} The 0x may have been put before a decimal number.",
            entry.decimal(),
            entry.hex(),
            entry.meaning()
        )
    });
    from_decimal.or_else(|| {
        let entry = u32::from_str_radix(&number.to_string(), 16).ok().and_then(known)?;
        Some(format!(
            "{} in hexadecimal is {} in decimal, which clients do show: {} The 0x may have been left out.",
            entry.hex(),
            entry.decimal(),
            entry.meaning()
        ))
    })
}

fn number(text: &str) -> Option<u32> {
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((text, 10), |digits| (digits, 16));
    if let Some(digits) = text.strip_prefix('-') {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        return text.parse::<i32>().ok().filter(|_| plain).map(i32::cast_unsigned);
    }
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, radix).ok().filter(|_| plain)
}

/// Prefixes that people leave out.
const PREFIXES: &[&str] = &[
    "disconnectreason",
    "exdiscreason",
    "errinfo",
    "ssl_err",
    "status",
    "sec_e",
    "crypt_e",
    "arbitration_code",
];

/// A symbol without its prefix and underscores.
fn bare(symbol: &str) -> String {
    let lower = symbol.to_ascii_lowercase();
    let rest = PREFIXES.iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    rest.chars().filter(|c| *c != '_').collect()
}

/// The entries with this symbol; with a prefix only those of tables that use it.
pub(super) fn by_symbol(text: &str) -> Vec<&'static Entry> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if text.is_empty() || !text.chars().all(plain) {
        return Vec::new();
    }
    let whole: Vec<_> = all()
        .filter(|entry| entry.symbol().is_some_and(|symbol| symbol.eq_ignore_ascii_case(text)))
        .collect();
    if !whole.is_empty() {
        return whole;
    }
    let wanted = bare(text);
    all()
        .filter(|entry| !wanted.is_empty() && entry.symbol().is_some_and(|symbol| bare(symbol) == wanted))
        .collect()
}

fn by_words(text: &str) -> Vec<&'static Entry> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).collect();
    if words.is_empty() {
        return Vec::new();
    }
    all()
        .filter(|entry| {
            let meaning = entry.meaning().to_lowercase();
            let symbol = entry.symbol().unwrap_or_default().to_lowercase();
            words.iter().all(|word| meaning.contains(word) || symbol.contains(word))
        })
        .take(MOST_ENTRIES)
        .collect()
}
