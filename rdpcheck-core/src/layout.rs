//! How texts for a screen are laid out.

use crate::wire::text::push_escaped;

/// Columns of a screen.
pub(crate) const WIDTH: usize = 100;

/// The text with a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

/// Writes a line. Nothing in it can reach the terminal as a command, nor begin a line of its own: a stored report may come
/// from anybody.
pub(crate) fn line(out: &mut String, indent: &str, text: &str) {
    out.push_str(indent);
    push_escaped(out, text);
    out.push('\n');
}

/// Writes `text` after `label`, wrapped and indented to the label's width.
pub(crate) fn wrapped(out: &mut String, label: &str, text: &str) {
    let indent = if label.len() > 24 { 24 } else { label.len() };
    let mut current = label.to_owned();
    let mut length = label.chars().count();
    let mut begun = false;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if begun && length + 1 + width > WIDTH {
            line(out, "", current.trim_end());
            current = " ".repeat(indent);
            length = indent;
            begun = false;
        }
        if begun {
            current.push(' ');
            length += 1;
        }
        current.push_str(word);
        length += width;
        begun = true;
    }
    line(out, "", current.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal_or_forges_a_line() {
        let mut out = String::new();
        line(&mut out, "  ", "a\u{1b}[2J\nHEALTHY");
        wrapped(&mut out, "  label   ", "b\u{7}\u{202e}\nc");
        assert_eq!(out, "  a\\u{1b}[2J\\u{a}HEALTHY\n  label   b\\u{7}\\u{202e} c\n");
    }
}
