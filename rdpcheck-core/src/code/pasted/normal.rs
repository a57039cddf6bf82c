//! Pasted text made plain: no markup, no invisible characters, lower case.

/// Plain text in lower case. Line breaks stay; `<Data Name="Value">` of an event becomes `data value:`.
pub(super) fn plain(text: &str) -> String {
    // Twice, for text that was escaped once more on its way.
    let text = without_entities(&without_entities(text));
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() => out.push(' '),
            '\u{2018}'..='\u{201b}' => out.push('\''),
            '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => out.push('"'),
            '\u{d7}' => out.push('x'),
            // Full-width forms of ASCII.
            '\u{ff01}'..='\u{ff5e}' => {
                let ascii = u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32);
                out.extend(ascii.into_iter().flat_map(char::to_lowercase));
            }
            _ => out.extend(c.to_lowercase()),
        }
    }
    // Copies of web pages run the lines of the dialog together.
    without_tags(&out)
        .replace("extended error code", " extended error code")
        .replace("timestamp (", " timestamp (")
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The longest entity that is looked for, without its ampersand.
const ENTITY: usize = 10;

fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after
            .char_indices()
            .take(ENTITY)
            .find(|(_, c)| *c == ';')
            .and_then(|(end, _)| Some((after.get(..end)?, after.get(end + 1..)?)));
        match entity.and_then(|(name, tail)| Some((character(name)?, tail))) {
            Some((c, tail)) => {
                out.push(c);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let value = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok());
        return value.and_then(char::from_u32);
    }
    Some(match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "zwnj" | "zwj" | "shy" => '\u{200b}',
        "quot" | "ldquo" | "rdquo" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "colon" => ':',
        "sol" => '/',
        _ => return None,
    })
}

/// More text than this between angle brackets is no tag.
const TAG: usize = 300;

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let opens = after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let tag = after
            .char_indices()
            .take(TAG)
            .find(|(_, c)| *c == '>')
            .and_then(|(end, _)| Some((after.get(..end)?, after.get(end + 1..)?)))
            .filter(|_| opens);
        let Some((tag, tail)) = tag else {
            out.push('<');
            rest = after;
            continue;
        };
        let name = tag.strip_prefix("data name=").map(|name| name.trim_matches(['"', '\'', ' ', '/']));
        match name {
            Some(name) => {
                out.push_str("\ndata ");
                out.push_str(name);
                out.push_str(": ");
            }
            None => out.push(' '),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
