//! `docs/codes.md`: the tables of codes for people.

use rdpcheck_core::Cause;
use rdpcheck_core::code::{Entry, Table};

use super::escaped;

const HEAD: &str = "\
<!-- Generated from the tables of codes by `cargo xtask generate`; do not edit. -->

# Codes

What a person may meet when a Remote Desktop connection fails, one section for each table.
The same number means different things in different tables: 260 is \"the DNS lookup failed\" as an error code and \"the hardware id does not match\" as an extended error code.

*Stage* is the stage of a connection that the number belongs to, as in the report; it is empty for what is no matter of one stage.
*Causes* are those of the catalogue that the number can come from.
The source of a section is that of all its numbers but those that name another one.

Some numbers that people ask about are in none of these tables, 0x516 and 0x2407 for instance: no authoritative text about them is known.
";

/// The whole page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    for &table in Table::ALL {
        page.push_str(&section(table));
    }
    page
}

fn section(table: Table) -> String {
    let windows = table.entries().iter().any(|entry| entry.windows().is_some());
    let (column, rule) = if windows { (" In Windows |", " --- |") } else { ("", "") };
    let rows: String = table.entries().iter().map(|entry| row(entry, windows)).collect();
    format!(
        "\n## {}\n\nTable `{table}`, {} numbers. Source: {}.\n\n\
         | Hexadecimal | Decimal | Symbol | Meaning |{column} Stage | Causes |\n\
         | ---: | ---: | --- | --- |{rule} --- | --- |\n{rows}",
        title(table),
        table.entries().len(),
        escaped(table.source()),
    )
}

fn row(entry: &Entry, windows: bool) -> String {
    let symbol = entry.symbol().map_or_else(String::new, |symbol| format!("`{symbol}`"));
    let source = match entry.source() {
        source if source == entry.table().source() => String::new(),
        source => format!(" (Source: {}.)", escaped(source)),
    };
    let column = match entry.windows() {
        Some(code) => format!(" `0x{code:08X}` |"),
        None if windows => " |".to_owned(),
        None => String::new(),
    };
    let stage = entry.stage().map_or_else(String::new, |stage| format!("`{stage}`"));
    let causes: Vec<String> = entry.causes().into_iter().map(link).collect();
    format!(
        "| `{}` | {} | {symbol} | {}{source} |{column} {stage} | {} |\n",
        entry.hex(),
        entry.decimal(),
        escaped(entry.meaning()),
        causes.join(", "),
    )
}

fn link(cause: Cause) -> String {
    format!("[`{cause}`](causes/{cause}.md)")
}

fn title(table: Table) -> String {
    let mut title = table.name().to_owned();
    if let Some(first) = title.get(..1).map(str::to_uppercase) {
        title.replace_range(..1, &first);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_row() {
        let page = page();
        assert!(page.is_ascii());
        for table in Table::ALL {
            let (_, rest) = page.split_once(&format!("\nTable `{table}`, ")).unwrap();
            let section = rest.split("\n## ").next().unwrap();
            let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `0x")).collect();
            assert_eq!(rows.len(), table.entries().len(), "{table}");
            let columns =
                section.lines().find(|line| line.starts_with("| Hex")).unwrap().matches('|').count();
            for (row, entry) in rows.iter().zip(table.entries()) {
                assert!(row.starts_with(&format!("| `{}` | {} | ", entry.hex(), entry.decimal())), "{row}");
                assert!(row.contains(&escaped(entry.meaning())), "{row}");
                assert_eq!(row.matches('|').count(), columns, "{row}");
                assert!(
                    entry.causes().iter().all(|cause| row.contains(&format!("(causes/{cause}.md)"))),
                    "{row}"
                );
            }
        }
    }
}
