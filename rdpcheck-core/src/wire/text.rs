//! Text that a peer controls, made fit for a terminal, a log and a C string.

/// The longest text that is kept of a peer, in characters.
pub const LONGEST: usize = 256;

/// Peer text with control and bidirectional formatting characters escaped, cut at [`LONGEST`] characters.
#[must_use]
pub fn tame(text: &str) -> String {
    let mut tamed = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            tamed.push_str("...");
            break;
        }
        push(&mut tamed, character);
    }
    tamed
}

/// Text of any length with the same characters escaped.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    text.chars().for_each(|character| push(out, character));
}

fn push(out: &mut String, character: char) {
    let formatting = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if character.is_control() || formatting {
        out.extend(character.escape_unicode());
    } else {
        out.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(tame("a\u{1b}[31m\0\n\u{202e}b"), "a\\u{1b}[31m\\u{0}\\u{a}\\u{202e}b");
        assert_eq!(tame("M\u{fc}ller"), "M\u{fc}ller");
        assert_eq!(tame(&"x".repeat(9999)).len(), LONGEST + 3);
    }
}
