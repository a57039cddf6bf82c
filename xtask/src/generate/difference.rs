//! A short account of how two texts differ.

/// How many lines of each side are shown.
const SHOWN: usize = 8;

/// The first lines that differ, the committed ones with `-`, the generated ones with `+`.
pub(super) fn short(committed: &str, generated: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), generated.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (old.get(same..).unwrap_or_default(), new.get(same..).unwrap_or_default());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut lines = vec![format!("  from line {}:", same + 1)];
    for (mark, side) in [("-", old), ("+", new)] {
        let changed = side.len() - tail;
        lines.extend(side.iter().take(changed.min(SHOWN)).map(|line| format!("  {mark} {line}")));
        if changed > SHOWN {
            lines.push(format!("  {mark} ... and {} more lines", changed - SHOWN));
        }
    }
    if old.len() == tail && new.len() == tail {
        lines.push("  only the ends of lines or of the file".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_changed_and_no_more() {
        assert_eq!(short("a\nb\nc\n", "a\nx\ny\nc\n"), "  from line 2:\n  - b\n  + x\n  + y");
        assert_eq!(short("a\n", "a"), "  from line 2:\n  only the ends of lines or of the file");
        let long: String = (0..20).map(|n| format!("{n}\n")).collect();
        assert!(short("", &long).ends_with("+ ... and 12 more lines"));
    }
}
