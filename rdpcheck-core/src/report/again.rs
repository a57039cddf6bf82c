//! A stored report judged again, by the rules of this version.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Circumstances, Report, understood};
use crate::Error;
use crate::code::ClientError;
use crate::diagnose::{Cause, diagnose};
use crate::evidence::{Evidence, FollowUp, Stages, VerdictChange};

impl Report {
    /// What was seen, without what was concluded from it.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            stages: self.stages.clone(),
            connect_attempts: self.connect_attempts.clone(),
            follow_ups: self.follow_ups.clone(),
            connections: self.connections,
            connections_at_once: self.connections_at_once,
            started_at: self.started_at,
            expiry_threshold_days: self.expiry_threshold_days,
            follow_ups_ended: self.follow_ups_ended,
        }
    }

    /// The report that this version makes of the same evidence: findings, headline and outlooks are new, and `tool` is
    /// this version. Target, times, depth and the client's error stay.
    ///
    /// Nothing is looked at again, so dates are judged by the clock of the check: a certificate that has expired since
    /// then was in date.
    #[must_use]
    pub fn diagnosed_again(&self) -> Self {
        let circumstances = Circumstances {
            target: self.target.clone(),
            finished_at: self.finished_at,
            duration: self.duration,
            client_error: self.client_error,
            depth: self.depth,
        };
        Self::judged(circumstances, self.evidence())
    }

    /// Reads the evidence of a stored report and judges it again, as [`diagnosed_again`](Self::diagnosed_again) does. What
    /// the report concluded is not read, so it may name causes, products and rules that this version does not know, and
    /// lack keys that findings have today.
    ///
    /// `client_error` takes the place of what was given to the check.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidReport`] when the evidence cannot be read, with the place as a JSON pointer and the value, or when
    /// the report is of another format version.
    pub fn diagnose_json(json: &str, client_error: Option<ClientError>) -> Result<Self, Error> {
        let report: Value = serde_json::from_str(json).map_err(|error| invalid(error.to_string()))?;
        let report = Keys { at: String::new(), keys: object(&report, "")? };
        understood(report.read("schema_version")?)?;
        let stored: Option<ClientError> = report.read_or_none("client_error")?;
        let circumstances = Circumstances {
            target: report.read("target")?,
            finished_at: report.read::<Moment>("finished_at")?.0,
            duration: report.read::<Seconds>("duration_seconds")?.0,
            client_error: client_error.or(stored),
            depth: report.read("depth")?,
        };
        Ok(Self::judged(circumstances, evidence(&report)?))
    }

    fn judged(circumstances: Circumstances, evidence: Evidence) -> Self {
        let diagnosis = diagnose(&evidence, circumstances.client_error);
        Self::assembled(circumstances, evidence, diagnosis)
    }
}

#[derive(Deserialize)]
struct Moment(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

#[derive(Deserialize)]
struct Seconds(#[serde(with = "crate::evidence::seconds")] Duration);

fn evidence(report: &Keys<'_>) -> Result<Evidence, Error> {
    let stages = report.inside("stages")?;
    Ok(Evidence {
        stages: Stages {
            resolve: stages.read("resolve")?,
            connect: stages.read("connect")?,
            negotiate: stages.read("negotiate")?,
            tls: stages.read("tls")?,
            certificate: stages.read("certificate")?,
            credssp: stages.read("credssp")?,
            standard_security: stages.read("standard_security")?,
            path: stages.read("path")?,
            udp: stages.read("udp")?,
            tls_support: stages.read("tls_support")?,
        },
        connect_attempts: report.read_each("connect_attempts", Value::clone)?,
        follow_ups: report.read_each::<FollowUp>("follow_ups", without_unknown_causes)?,
        connections: report.read("connections")?,
        connections_at_once: report.read("connections_at_once")?,
        started_at: report.read::<Moment>("started_at")?.0,
        expiry_threshold_days: report.read("expiry_threshold_days")?,
        follow_ups_ended: report.read("follow_ups_ended")?,
    })
}

/// A follow-up less the causes that this version does not know: what it was made for and which verdicts it changed are
/// words of the version that made it, and nothing is concluded from them.
fn without_unknown_causes(follow_up: &Value) -> Value {
    let mut follow_up = follow_up.clone();
    let mut keep = |key: &str, known: fn(&Value) -> bool| {
        if let Some(items) = follow_up.get_mut(key).and_then(Value::as_array_mut) {
            items.retain(known);
        }
    };
    keep("asked_for", |cause| Cause::deserialize(cause).is_ok());
    keep("changed", |change| VerdictChange::deserialize(change).is_ok());
    follow_up
}

/// The keys of an object of the report, and where in the report it is.
struct Keys<'a> {
    at: String,
    keys: &'a Map<String, Value>,
}

impl<'a> Keys<'a> {
    fn value(&self, key: &str) -> Result<&'a Value, Error> {
        self.keys.get(key).ok_or_else(|| invalid(format!("{}/{key} is missing", self.at)))
    }

    fn inside(&self, key: &str) -> Result<Self, Error> {
        let at = format!("{}/{key}", self.at);
        Ok(Self { keys: object(self.value(key)?, &at)?, at })
    }

    fn read<T: DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        read(self.value(key)?, &format!("{}/{key}", self.at))
    }

    fn read_or_none<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        if self.keys.contains_key(key) { self.read(key) } else { Ok(None) }
    }

    /// Each item of a list, after `tidy`.
    fn read_each<T: DeserializeOwned>(&self, key: &str, tidy: fn(&Value) -> Value) -> Result<Vec<T>, Error> {
        let at = format!("{}/{key}", self.at);
        let items = self.value(key)?.as_array().ok_or_else(|| invalid(format!("{at} is no list")))?;
        items.iter().enumerate().map(|(index, item)| read(&tidy(item), &format!("{at}/{index}"))).collect()
    }
}

fn object<'a>(value: &'a Value, at: &str) -> Result<&'a Map<String, Value>, Error> {
    let what = if at.is_empty() { "the report" } else { at };
    value.as_object().ok_or_else(|| invalid(format!("{what} is no object")))
}

fn read<T: DeserializeOwned>(value: &Value, at: &str) -> Result<T, Error> {
    T::deserialize(value).map_err(|error| {
        let problem = error.to_string();
        // serde names the value that it does not know, and not where it is.
        let unknown = problem.strip_prefix("unknown variant `").and_then(|rest| rest.split_once('`'));
        let inside = unknown.and_then(|(unknown, _)| place_of(value, unknown)).unwrap_or_default();
        invalid(format!("{at}{inside}: {problem}"))
    })
}

/// JSON pointer to the first text of this kind within a value.
fn place_of(value: &Value, text: &str) -> Option<String> {
    match value {
        Value::String(found) => (found == text).then(String::new),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| place_of(item, text).map(|inside| format!("/{index}{inside}"))),
        Value::Object(keys) => {
            keys.iter().find_map(|(key, item)| place_of(item, text).map(|inside| format!("/{key}{inside}")))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn invalid(problem: String) -> Error {
    Error::InvalidReport { problem }
}
