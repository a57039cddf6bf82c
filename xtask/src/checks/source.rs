//! Rust source without what is not code, as far as the checks need it.

/// A file that a person wrote.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Source with comments and the insides of literals taken away.
pub(crate) struct Code(String);

/// Takes comments and the insides of string literals away.
pub(crate) fn code_of(text: &str) -> Code {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest, &code) {
            length
        } else if next == '"' {
            string(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            // A quotation mark as a character opens no string.
            rest.char_indices().skip(2).find(|(_, c)| *c == '\'').map_or(rest.len(), |(end, _)| end + 1)
        } else {
            0
        };
        if skipped == 0 {
            code.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        } else {
            code.push(' ');
            rest = rest.get(skipped..).unwrap_or_default();
        }
    }
    Code(code)
}

/// The length of the string literal that this begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the raw string literal that this begins with, if it does.
fn raw_string(text: &str, before: &str) -> Option<usize> {
    let part_of_a_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let after = text.strip_prefix('r').filter(|_| !part_of_a_name)?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)?;
    Some(1 + hashes + 1 + length + end.len())
}

impl Code {
    /// Whether this word or path stands somewhere, not as a part of a longer name.
    pub(crate) fn names(&self, word: &str) -> bool {
        let in_name = |c: char| c.is_alphanumeric() || c == '_';
        self.0.match_indices(word).any(|(index, found)| {
            let before = self.0.get(..index).unwrap_or_default();
            let after = self.0.get(index + found.len()..).unwrap_or_default();
            !before.ends_with(in_name) && !after.starts_with(in_name)
        })
    }

    /// Every path of two parts or more, with the groups of `use` written out.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        let mut stack: Vec<String> = Vec::new();
        let mut current = String::new();
        let mut alias = false;
        for token in tokens(&self.0) {
            // The name after `as` is no part of a path.
            if std::mem::replace(&mut alias, token == "as") {
                continue;
            }
            match token.as_str() {
                "::" => current.push_str("::"),
                // A group: what stands before it goes before each of its members.
                "{" if current.ends_with("::") => stack.push(std::mem::take(&mut current)),
                "," | "}" | "as" if !stack.is_empty() => {
                    finish(&mut paths, &stack, &mut current);
                    if token == "}" {
                        stack.pop();
                    }
                }
                name if name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                    && (current.is_empty() || current.ends_with("::")) =>
                {
                    current.push_str(name);
                }
                name => {
                    finish(&mut paths, &stack, &mut current);
                    if name.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                        current.push_str(name);
                    }
                }
            }
        }
        finish(&mut paths, &stack, &mut current);
        paths
    }
}

fn finish(paths: &mut Vec<String>, stack: &[String], current: &mut String) {
    let path = format!("{}{current}", stack.concat());
    if !current.is_empty() && path.contains("::") {
        paths.push(path);
    }
    current.clear();
}

/// Names, `::`, and every other character by itself.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut name = String::new();
    let mut colon = false;
    for c in code.chars() {
        if c.is_alphanumeric() || c == '_' {
            colon = false;
            name.push(c);
            continue;
        }
        if !name.is_empty() {
            tokens.push(std::mem::take(&mut name));
        }
        if c == ':' && colon {
            tokens.pop();
            tokens.push("::".to_owned());
            colon = false;
        } else if !c.is_whitespace() {
            colon = c == ':';
            tokens.push(c.to_string());
        }
    }
    if !name.is_empty() {
        tokens.push(name);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_written_out() {
        let code = code_of("use std::{fmt, net::{IpAddr, TcpStream as S}, io};\nfn f() -> a::B { c::d(1) }");
        assert_eq!(
            code.paths(),
            ["std::fmt", "std::net::IpAddr", "std::net::TcpStream", "std::io", "a::B", "c::d"]
        );
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        let code = code_of("a(\"x\\\"y\") // z\n + '\"' + b /* c */ + r#\"d\"e\"# + 'f'");
        for (word, there) in [
            ("a", true),
            ("b", true),
            ("f", true),
            ("x", false),
            ("y", false),
            ("z", false),
            ("c", false),
            ("d", false),
        ] {
            assert_eq!(code.names(word), there, "{word}");
        }
    }
}
