//! What of a report must be the same each time, in each language.

use serde_json::{Map, Value, json};

/// Keys whose values depend on the run: times, random keys, and lengths and numbers of segments that follow from those.
const VARYING: &[&str] = &[
    "bytes_received",
    "bytes_sent",
    "connections_with_loss",
    "finished_at",
    "loss",
    "loss_high",
    "loss_low",
    "not_after",
    "not_before",
    "read_at",
    "received",
    "received_ahead",
    "resent",
    "resent_needlessly",
    "round_trip_basis",
    "segments_resent",
    "sent",
    "serial",
    "sha1",
    "started_at",
    "timeouts",
    "timestamp",
];

/// The report with everything replaced that varies from run to run: times, ports, addresses and random keys.
#[must_use]
pub fn normalise(report: &Value, port: u16) -> Value {
    match report {
        Value::Object(members) => {
            let normal = members.iter().map(|(key, value)| (key.clone(), member(key, value, port)));
            Value::Object(without_luck(normal.collect()))
        }
        // On a busy machine, segments are sent again even on loopback.
        Value::Array(items) => Value::Array(
            items
                .iter()
                .filter(|item| item["cause"] != "packet-loss")
                .map(|item| normalise(item, port))
                .collect(),
        ),
        Value::String(text) if is_sha256(text) => json!("varies"),
        Value::String(text) => Value::String(text_of(text, port)),
        other => other.clone(),
    }
}

/// On a connection that the peer ended, the system tells it at the next call, whichever that is.
fn without_luck(mut members: Map<String, Value>) -> Map<String, Value> {
    if members.get("how").is_some_and(|how| how == "reset" || how == "closed") {
        for key in ["operation", "os_error", "bytes_unacknowledged"] {
            members.insert(key.to_owned(), json!("varies"));
        }
    }
    members
}

fn member(key: &str, value: &Value, port: u16) -> Value {
    match value {
        // Not told of a connection that was reset before it could be asked about.
        _ if key == "segments_resent" => json!("varies"),
        Value::Null => Value::Null,
        _ if VARYING.contains(&key) => json!("varies"),
        // To the minute: the scripted hosts' clocks are off by whole minutes.
        Value::Number(seconds) if key == "clock_skew_seconds" => {
            json!(seconds.as_f64().map_or(0.0, |seconds| (seconds / 60.0).round() + 0.0))
        }
        _ if key.ends_with("_seconds") => json!("varies"),
        _ if key == "port" => json!("PORT"),
        Value::String(line) if key == "command" || key == "undo" => json!(command(line, port)),
        // A TLS handshake record holds random numbers.
        Value::String(hex) if key == "hex" && hex.starts_with("160303") => json!("varies"),
        _ => normalise(value, port),
    }
}

/// A command line without the port and the thumbprint that it carries.
fn command(line: &str, port: u16) -> String {
    let port = port.to_string();
    let mut plain = String::with_capacity(line.len());
    let mut word = String::new();
    for c in line.chars().chain([' ']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        let thumbprint = word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.push_str(match word.as_str() {
            _ if thumbprint => "THUMBPRINT",
            number if number == port => "PORT",
            other => other,
        });
        plain.push(c);
        word.clear();
    }
    plain
}

/// Of a certificate, whose key is a new one on each host of the lab.
fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Ports, dates, hashes, measured times and numbers of segments inside sentences.
fn text_of(text: &str, port: u16) -> String {
    let text = text.replace(&format!(":{port}"), ":PORT");
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let number = word.trim_end_matches(['.', ',', ';', ')']);
        let before_unit = words.get(index + 1).is_some_and(|unit| {
            let unit = unit.trim_end_matches(['.', ',', ';', ':', ')']);
            matches!(
                unit,
                "%" | "s"
                    | "segments"
                    | "ms"
                    | "second"
                    | "seconds"
                    | "minute"
                    | "minutes"
                    | "hour"
                    | "hours"
                    | "day"
                    | "days"
            )
        });
        let is_number = !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
        let is_date = word.contains('T') && word.contains("-") && word.contains(':') && word.contains('Z');
        if ((before_unit && is_number) || is_date || is_sha256(number))
            && let Some(word) = words.get_mut(index)
        {
            "N".clone_into(word);
        }
        index += 1;
    }
    words.join(" ")
}

/// What is kept beside a scenario: the judged causes in full, the rest by name.
#[must_use]
pub fn extract(report: &Value) -> Value {
    let kept = [
        "headline",
        "summary",
        "expected_client_error",
        "client_error",
        "client_error_fit",
        "peer",
        "connections",
        "stages",
    ];
    let mut extract: Map<String, Value> =
        kept.iter().map(|key| ((*key).to_owned(), at(report, key))).collect();
    extract.insert("follow_ups_ended".to_owned(), at(report, "follow_ups_ended"));
    let follow_ups: Vec<Value> = items(report, "follow_ups")
        .map(|follow_up| {
            json!({
                "probe": at(follow_up, "probe"),
                "offered": at(follow_up, "offered/names"),
                "stage": at(follow_up, "stage"),
                "answer": at(follow_up, "answer/kind"),
                "failure": at(follow_up, "failure/how"),
            })
        })
        .collect();
    extract.insert("follow_ups".to_owned(), follow_ups.into());
    let open: Vec<Value> = with_verdict(report, &["confirmed", "likely", "possible"])
        .map(|finding| {
            let remedies: Vec<Value> = items(finding, "remedies").map(|remedy| at(remedy, "code")).collect();
            let told = ["cause", "verdict", "message", "evidence", "contradiction", "not_proved", "rules"];
            let mut open: Map<String, Value> =
                told.iter().map(|key| ((*key).to_owned(), at(finding, key))).collect();
            open.insert("remedies".to_owned(), remedies.into());
            Value::Object(open)
        })
        .collect();
    extract.insert("findings".to_owned(), open.into());
    for verdict in ["ruled-out", "not-observable"] {
        let verdicts = [verdict];
        let causes: Vec<Value> =
            with_verdict(report, &verdicts).map(|finding| at(finding, "cause")).collect();
        extract.insert(verdict.to_owned(), causes.into());
    }
    Value::Object(extract)
}

fn at(value: &Value, path: &str) -> Value {
    value.pointer(&format!("/{path}")).cloned().unwrap_or_default()
}

fn items<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn with_verdict<'a>(report: &'a Value, verdicts: &'a [&'a str]) -> impl Iterator<Item = &'a Value> {
    items(report, "findings").filter(|finding| {
        finding.get("verdict").and_then(Value::as_str).is_some_and(|verdict| verdicts.contains(&verdict))
    })
}
