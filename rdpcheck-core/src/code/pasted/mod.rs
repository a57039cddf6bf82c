//! Error codes in what people paste.

mod labels;
mod normal;
#[cfg(test)]
mod tests;

use super::lookup::{by_symbol, lookup};
use super::{ClientError, Table};
use crate::Error;
use labels::Label;

/// More bytes than this are refused unread.
const LONGEST: usize = 64 * 1024;
/// How much of the text an error repeats, in characters.
const REPEATED: usize = 60;
/// Below this, numbers without a label that names them are too common to be taken for codes.
const COMMON: u32 = 0x100;

const ALLOWED: &str = "CODE or CODE/EXTENDED, decimal or 0x hexadecimal, each 0 to 4294967295";
const ALLOWED_TEXT: &str = "CODE or CODE/EXTENDED, decimal or 0x hexadecimal, or the text of the client's dialog or of its event 1026 with the numbers in it, up to 64 KiB";

/// The sentence of extended code 7, up to where its words differ.
const SENTENCE: &str = "can't connect to the remote computer. try connecting again";

pub(super) fn read(text: &str) -> Result<ClientError, Error> {
    let refuse = |problem: &str| {
        let repeated: String = text.trim().chars().take(REPEATED).collect();
        let more = if text.trim().chars().nth(REPEATED).is_some() { " ..." } else { "" };
        Error::InvalidOptions {
            option: "client_error",
            value: format!("{repeated:?}{more}: {problem}"),
            allowed: ALLOWED_TEXT,
        }
    };
    if text.len() > LONGEST {
        return Err(refuse(&format!("{} bytes are too many", text.len())));
    }
    let plain = normal::plain(text);
    if let Some(shown) = bare(&plain) {
        return Ok(shown);
    }
    if !has_words(&plain) || unreadable_pair(&plain) {
        let value = format!("{:?}", text.chars().take(REPEATED).collect::<String>());
        return Err(Error::InvalidOptions { option: "client_error", value, allowed: ALLOWED });
    }
    if let Some(shown) = alone(&plain) {
        return Ok(shown);
    }
    search(&plain).map_err(|problem| refuse(&problem))
}

/// `CODE` or `CODE/EXTENDED`, or the code in both bases; the slash may be another sign or space.
fn bare(text: &str) -> Option<ClientError> {
    let text = text
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | ')' | '[' | ']'));
    if let Some(code) = number(text) {
        return Some(ClientError::new(code, None));
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (first, rest) = text.split_at_checked(end)?;
    let begin = rest.find(|c: char| c.is_ascii_alphanumeric())?;
    let (between, second) = rest.split_at_checked(begin)?;
    let (code, extended) = (number(first)?, number(second)?);
    let hex = first.starts_with("0x");
    let both_bases = hex != second.starts_with("0x") && code == extended;
    let sign: String = between.chars().filter(|c| !c.is_whitespace()).collect();
    match sign.as_str() {
        "(" | "=" if both_bases => Some(ClientError::new(code, None)),
        // 2,308 may be one number.
        "," if between == "," && !hex && first.len() <= 3 && second.len() == 3 => None,
        "" | "/" | "," | ";" | "|" | "(" => Some(ClientError::new(code, Some(extended))),
        ":" | "-" | "+" | "&" if hex => Some(ClientError::new(code, Some(extended))),
        _ => None,
    }
}

/// Whether it was meant for `CODE/EXTENDED`, and one of the two is no number.
fn unreadable_pair(text: &str) -> bool {
    let one_word = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    text.split_once('/').is_some_and(|(code, extended)| {
        let (code, extended) = (code.trim(), extended.trim());
        let numbers = [code, extended].into_iter().filter(|part| number(part).is_some()).count();
        one_word(code) && one_word(extended) && numbers == 1
    })
}

/// A symbol and nothing else, with or without its prefix.
fn alone(text: &str) -> Option<ClientError> {
    let entries = by_symbol(text.trim());
    let of = |table| entries.iter().find(|entry| entry.table() == table).map(|entry| entry.number());
    let code = of(Table::Disconnect).map(|code| ClientError::new(code, None));
    code.or_else(|| of(Table::ErrorInfo).and_then(sent_by_server))
}

/// What a client shows when the server has said why it disconnects.
fn sent_by_server(error_info: u32) -> Option<ClientError> {
    let says_something = !matches!(error_info, 0 | u32::MAX);
    says_something.then(|| ClientError::new(0x3, Some(error_info)))
}

/// A whole number, decimal or hexadecimal with `0x`.
fn number(text: &str) -> Option<u32> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
    // from_str_radix would take a sign.
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, radix).ok().filter(|_| plain)
}

/// Whether there is anything but numbers and signs.
fn has_words(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.starts_with("0x"))
        .any(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1)
}

/// A number in the text.
#[derive(Clone, Copy, Debug)]
struct Number {
    value: u32,
    hex: bool,
    label: Label,
    /// How it stands to the number before it.
    after: After,
    /// Whether a unit follows it.
    amount: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// Directly behind a slash.
    Slash,
    /// Only separators between.
    Separators,
    /// Words between, or there is none.
    Words,
}

fn is_error_code(number: u32) -> bool {
    Table::OF_ERROR_CODES.iter().any(|&table| lookup(table, number).is_some())
}

fn is_extended_code(number: u32) -> bool {
    Table::OF_EXTENDED_CODES.iter().any(|&table| lookup(table, number).is_some())
}

/// What a search came upon; each value once.
#[derive(Debug, Default)]
struct Finds {
    codes: Vec<u32>,
    extended: Vec<u32>,
    error_info: Vec<u32>,
}

fn once(list: &mut Vec<u32>, value: u32) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn search(text: &str) -> Result<ClientError, String> {
    let (others, places) = (says(text, OTHERS), says(text, PLACES));
    let foreign = |number: &Number| match number.label {
        Label::Code | Label::Extended => false,
        Label::MaybeCode if !number.hex => number.amount || others,
        _ => places,
    };
    let numbers: Vec<Number> = numbers(text).into_iter().filter(|number| !foreign(number)).collect();
    let mut finds = Finds::default();
    symbols(text, &mut finds);
    labelled(&numbers, &mut finds);
    let named = !finds.codes.is_empty();
    unlabelled(&numbers, named, &mut finds);
    if let [_, _, ..] = finds.codes.as_slice() {
        return Err(format!("there are several error codes: {}", list(&finds.codes)));
    }
    let Some(&code) = finds.codes.first() else {
        return without_code(text, &finds);
    };
    finds.error_info.iter().for_each(|&info| once(&mut finds.extended, info));
    match finds.extended.as_slice() {
        [] => Ok(ClientError::new(code, None)),
        [extended] => Ok(ClientError::new(code, Some(*extended))),
        several => Err(format!("there are several extended error codes: {}", list(several))),
    }
}

fn without_code(text: &str, finds: &Finds) -> Result<ClientError, String> {
    match (finds.error_info.as_slice(), finds.extended.as_slice()) {
        ([info], []) => sent_by_server(*info).ok_or_else(|| "there is no error in it".to_owned()),
        ([_, _, ..], _) => Err(format!("there are several codes of the server: {}", list(&finds.error_info))),
        (_, [_, ..]) => Err(format!(
            "there is an extended error code, {}, and no error code; both are needed",
            list(&finds.extended)
        )),
        _ if text.replace('\n', " ").contains(SENTENCE) => Err(
            "this sentence is shown with 0x704 as well as with 0x904/0x7; only the numbers tell which it was"
                .to_owned(),
        ),
        _ if text.contains("encryption oracle remediation") => {
            Err("this dialog has no code; it is that of the cause credssp-oracle-policy".to_owned())
        }
        _ => Err("there is no error code in it".to_owned()),
    }
}

fn list(numbers: &[u32]) -> String {
    let hex: Vec<String> = numbers.iter().take(5).map(|number| format!("0x{number:X}")).collect();
    hex.join(", ")
}

/// The numbers that words name, and those that stand behind such a one.
fn labelled(numbers: &[Number], finds: &mut Finds) {
    let mut open = false;
    for number in numbers {
        let pairs = open && is_second(number);
        open = false;
        match number.label {
            Label::Extended => once(&mut finds.extended, number.value),
            Label::Code => {
                once(&mut finds.codes, number.value);
                open = true;
            }
            Label::MaybeCode if may_be_code(number) => {
                once(&mut finds.codes, number.value);
                open = true;
            }
            _ if pairs => once(&mut finds.extended, number.value),
            _ => {}
        }
    }
}

/// Words of texts in which a decimal number behind "error" is another program's.
const OTHERS: &[&str] = &[
    "vpn",
    "sql",
    "mysql",
    "http",
    "https",
    "ftp",
    "smtp",
    "printer",
    "system error",
    "net use",
    "net helpmsg",
];
/// Words of texts in which a number that no word names is a place or an event.
const PLACES: &[&str] = &["offset", "eventid", "event id", "faulting module", "exception code"];

/// Whether one of these stands in the text as words of its own.
fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    })
}

fn may_be_code(number: &Number) -> bool {
    let shown = is_error_code(number.value);
    if number.hex { shown || number.value >= COMMON } else { shown && number.value >= COMMON }
}

/// Whether a number that directly follows a code is its extended code.
fn is_second(number: &Number) -> bool {
    let another = is_error_code(number.value) && !is_extended_code(number.value);
    match number.after {
        _ if another => false,
        After::Slash => true,
        After::Separators => number.hex,
        After::Words => false,
    }
}

/// Hexadecimal numbers that no word names: in the order of the dialog when nothing else is there. A further one that
/// clients show as error code makes the text ambiguous.
fn unlabelled(numbers: &[Number], named: bool, finds: &mut Finds) {
    let bare = |number: &&Number| number.hex && matches!(number.label, Label::Unknown | Label::None);
    let mut code = None;
    let mut previous_is_code = false;
    let mut second = None;
    for number in numbers.iter().filter(bare) {
        let shown = is_error_code(number.value);
        let telling = shown && (number.value >= COMMON || number.label == Label::Unknown);
        let follows = code.is_some() && second.is_none() && !named;
        let pairs = (previous_is_code && is_second(number))
            || (number.label == Label::Unknown && is_extended_code(number.value));
        previous_is_code = false;
        if named {
            // What stands behind a named code was read with it.
            let read = finds.codes.contains(&number.value) || finds.extended.contains(&number.value);
            if shown && number.value >= COMMON && !read {
                once(&mut finds.codes, number.value);
            }
        } else if code.is_none() && telling {
            code = Some(number.value);
            previous_is_code = true;
        } else if code == Some(number.value) {
            previous_is_code = second.is_none();
        } else if follows && pairs {
            second = Some(number.value);
        } else if second != Some(number.value) && shown && number.value >= COMMON {
            once(&mut finds.codes, number.value);
        } else if second.is_some_and(|second| second != number.value) && pairs {
            once(&mut finds.extended, number.value);
        }
    }
    if let Some(code) = code {
        if !finds.codes.contains(&code) {
            finds.codes.insert(0, code);
        }
        second.into_iter().for_each(|second| once(&mut finds.extended, second));
    }
}

/// The symbols of error codes, extended codes and the server's error info.
fn symbols(text: &str, finds: &mut Finds) {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let prefixed = |word: &&str| {
        ["disconnectreason", "exdiscreason", "errinfo_", "ssl_err_"]
            .iter()
            .any(|prefix| word.starts_with(prefix))
    };
    for entry in words.filter(prefixed).flat_map(by_symbol) {
        match entry.table() {
            Table::Disconnect => once(&mut finds.codes, entry.number()),
            Table::Extended => once(&mut finds.extended, entry.number()),
            Table::ErrorInfo => once(&mut finds.error_info, entry.number()),
            _ => {}
        }
    }
}

/// Every whole number with what the words before it say. Parts of addresses, times, dates with dots, ids and words are none.
fn numbers(text: &str) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut gap_begin = 0;
    let mut position = 0;
    while let Some((begin, end)) = next_run(text, position) {
        position = end;
        let Some(run) = text.get(begin..end) else { break };
        let begins_with_digit = run.starts_with(|c: char| c.is_ascii_digit());
        if !begins_with_digit {
            continue;
        }
        if let Some(value) = number(run) {
            let gap = text.get(gap_begin..begin).unwrap_or_default();
            let before = text.get(..begin).map_or("", |before| last(before, 600));
            let after = match gap.trim() {
                _ if gap_begin == 0 => After::Words,
                "/" => After::Slash,
                signs
                    if signs
                        .chars()
                        .all(|c| matches!(c, ' ' | '\n' | ',' | ';' | '/' | '|' | '(' | ')' | '&' | '"')) =>
                {
                    After::Separators
                }
                _ => After::Words,
            };
            found.push(Number {
                value,
                hex: run.starts_with("0x"),
                label: labels::of(last(gap, 200), before),
                after,
                amount: is_amount(text.get(end..).unwrap_or_default()),
            });
        }
        gap_begin = end;
    }
    found
}

/// Whether a unit stands at the beginning of what follows a number.
fn is_amount(rest: &str) -> bool {
    const UNITS: &[&str] = &[
        "ms", "s", "sec", "second", "seconds", "min", "minutes", "times", "time", "kb", "mb", "gb", "bytes",
        "px",
    ];
    let rest = rest.trim_start_matches(' ');
    let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    rest.starts_with('%') || UNITS.contains(&word)
}

/// The end of a text, at most so many bytes.
fn last(text: &str, bytes: usize) -> &str {
    let from = text.len().saturating_sub(bytes);
    (from..text.len()).find_map(|from| text.get(from..)).unwrap_or_default()
}

/// The next run of letters, digits and what joins them in addresses, times and ids; its begin and end in bytes.
fn next_run(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let begin = from + rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_')?;
    let run = text.get(begin..)?;
    let hex = run.starts_with("0x");
    let mut end = begin;
    // A colon joins the parts of times and addresses, not a word and a number.
    let mut digits = true;
    let mut characters = run.char_indices().peekable();
    while let Some((offset, c)) = characters.next() {
        digits &= c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '-');
        let next_joins = characters.peek().is_some_and(|(_, next)| next.is_ascii_alphanumeric());
        let joins = (c == '.' || (c == '-' && !hex) || (c == ':' && digits && !hex)) && next_joins;
        if !(c.is_ascii_alphanumeric() || c == '_' || joins) {
            break;
        }
        end = begin + offset + c.len_utf8();
    }
    Some((begin, end))
}
