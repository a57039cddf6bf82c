//! `docs/report.schema.json`, and the check that `docs/report.md` leaves no key out.

use std::collections::BTreeSet;

use rdpcheck_core::Report;
use serde_json::Value;

/// The page that people read.
pub(super) const PAGE: &str = "docs/report.md";

/// The schema with a line end.
pub(super) fn schema() -> String {
    format!("{}\n", Report::json_schema())
}

/// Keys and codes of the schema that the page does not name in backticks. Causes have a page of their own.
pub(super) fn left_out(page: &str) -> Result<Vec<String>, String> {
    let schema: Value =
        serde_json::from_str(&schema()).map_err(|error| format!("the schema is no JSON: {error}"))?;
    let mut words = BTreeSet::new();
    collect(&schema, &mut words);
    if let Some(definitions) = schema.get("$defs").and_then(Value::as_object) {
        for (name, definition) in definitions {
            if name != "Cause" {
                collect(definition, &mut words);
            }
        }
    }
    let said: BTreeSet<&str> = page
        .split('`')
        .skip(1)
        .step_by(2)
        .flat_map(|code| code.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))))
        .collect();
    Ok(words.into_iter().filter(|word| !said.contains(word.as_str())).collect())
}

/// The names of properties and the values of enumerations of one definition.
fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("$defs", _) => {}
                    ("properties", Value::Object(properties)) => {
                        words.extend(properties.keys().cloned());
                        properties.values().for_each(|property| collect(property, words));
                    }
                    ("const", Value::String(word)) => {
                        words.insert(word.clone());
                    }
                    ("enum", Value::Array(values)) => {
                        words.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => collect(value, words),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_found() {
        let all = left_out("").unwrap();
        for word in
            ["schema_version", "follow_ups", "round_trip_seconds", "not-observable", "silent-acknowledged"]
        {
            assert_eq!(all.iter().any(|found| found == word), word != "silent-acknowledged", "{word}");
        }
        let fewer = left_out("`schema_version` and `{\"headline\": ...}`").unwrap();
        assert!(!fewer.iter().any(|word| word == "schema_version" || word == "headline"));
        assert!(!all.iter().any(|word| word == "listener-key-unusable"));
    }
}
