//! Evidence and diagnosis together, in one versioned format.

mod again;
mod diff;
pub(crate) mod text;

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::ClientError;
use crate::diagnose::{
    ClientErrorFit, ClientOutlook, Diagnosis, ExpectedClientError, Finding, Headline, PeerIdentity,
};
use crate::evidence::{ConnectAttempt, Evidence, FollowUp, FollowUpsEnded, Stages};
use crate::{Error, options};

pub use diff::{
    Change, ChangedClient, ChangedFact, ChangedFinding, ComparedReport, DiffWarning, Direction, ReportDiff,
};

/// Version of the JSON format. It changes only when the meaning of a key changes or a key goes; readers must ignore keys
/// and codes that they do not know.
pub const SCHEMA_VERSION: u32 = 1;

/// What a check found: one JSON object, documented by its schema (`docs/report.schema.json`).
///
/// Keys are always there; what is unknown is null, and a key beside it says why. Lengths of time are seconds, moments are
/// RFC 3339 in UTC, codes are kebab-case. Bytes of a peer are `{"text": ...}` where they are printable ASCII and
/// `{"hex": ...}` otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// Version of this format.
    pub schema_version: u32,
    /// What made the report.
    pub tool: Tool,
    /// What was checked.
    pub target: CheckedTarget,
    /// When the check began, by this machine's clock.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub started_at: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub finished_at: OffsetDateTime,
    /// How long it took, in seconds.
    #[serde(rename = "duration_seconds", with = "crate::evidence::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub duration: Duration,
    /// The top line.
    pub headline: Headline,
    /// The top line in one sentence.
    pub summary: String,
    /// What a client showed, as given to the check; null when nothing was given.
    pub client_error: Option<ClientError>,
    /// What a Windows client would show.
    pub expected_client_error: ExpectedClientError,
    /// Whether what a client showed goes with what was measured; null when nothing was given.
    pub client_error_fit: Option<ClientErrorFit>,
    /// What answers on the port.
    pub peer: PeerIdentity,
    /// How many TCP connections were opened.
    pub connections: u32,
    /// The greatest number of them that were open at once.
    pub connections_at_once: u32,
    /// How deep the check went.
    pub depth: options::Depth,
    /// The stages of the main connection.
    pub stages: Stages,
    /// Every TCP connection attempt of the main connection, in the order in which they were begun.
    pub connect_attempts: Vec<ConnectAttempt>,
    /// Further connections that were made to tell open causes apart, in order.
    pub follow_ups: Vec<FollowUp>,
    /// Why no more follow-ups were made.
    pub follow_ups_ended: FollowUpsEnded,
    /// Certificates with fewer days left than this count as expiring soon.
    pub expiry_threshold_days: u32,
    /// One finding for every cause, the best explanation first whenever the headline is not `healthy`.
    pub findings: Vec<Finding>,
    /// How far each client comes by its default settings; empty when TCP did not connect.
    pub clients: Vec<ClientOutlook>,
}

/// What made a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CheckedTarget {
    /// The text that was given.
    pub given: String,
    /// The host: an address, or a name in ASCII.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The addresses; empty when there is none.
    pub addresses: Vec<IpAddr>,
    /// The name that is sent in the TLS server name indication; null when the target is an address and no name was given.
    pub name_sent: Option<String>,
}

/// What a report keeps of a check besides what was seen and what follows from it.
struct Circumstances {
    target: CheckedTarget,
    finished_at: OffsetDateTime,
    duration: Duration,
    client_error: Option<ClientError>,
    depth: options::Depth,
}

impl Report {
    #[cfg(feature = "probe")]
    pub(crate) fn new(
        target: &crate::Target,
        options: &crate::CheckOptions,
        evidence: Evidence,
        diagnosis: Diagnosis,
        finished_at: OffsetDateTime,
        duration: Duration,
    ) -> Self {
        let addresses = evidence
            .stages
            .resolve
            .facts()
            .map(|resolution| resolution.addresses.clone())
            .unwrap_or_default();
        let circumstances = Circumstances {
            target: CheckedTarget {
                given: target.given().to_owned(),
                host: target.host(),
                port: target.port(),
                addresses,
                name_sent: options.server_name.clone().or_else(|| target.name().map(str::to_owned)),
            },
            finished_at,
            duration,
            client_error: options.client_error,
            depth: options.depth,
        };
        Self::assembled(circumstances, evidence, diagnosis)
    }

    fn assembled(circumstances: Circumstances, evidence: Evidence, diagnosis: Diagnosis) -> Self {
        let Circumstances { target, finished_at, duration, client_error, depth } = circumstances;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "rdpcheck".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            target,
            started_at: evidence.started_at,
            finished_at,
            duration,
            headline: diagnosis.headline,
            summary: diagnosis.summary,
            client_error,
            expected_client_error: diagnosis.expected_client_error,
            client_error_fit: diagnosis.client_error_fit,
            peer: diagnosis.peer,
            connections: evidence.connections,
            connections_at_once: evidence.connections_at_once,
            depth,
            stages: evidence.stages,
            connect_attempts: evidence.connect_attempts,
            follow_ups: evidence.follow_ups,
            follow_ups_ended: evidence.follow_ups_ended,
            expiry_threshold_days: evidence.expiry_threshold_days,
            findings: diagnosis.findings,
            clients: diagnosis.clients,
        }
    }

    /// Whether a client that shows this error code and extended error code can have met the host in this state. An
    /// extended code of `None` fits any.
    ///
    /// `detects(0x904, Some(0x7))` is the state in which users see "error code 0x904, extended error code 0x7".
    #[must_use]
    pub fn detects(&self, code: u32, extended: Option<u32>) -> bool {
        self.expected_client_error.detects(ClientError::new(code, extended))
    }

    /// The report as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The report as indented JSON.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a report with the findings that are stored in it. [`diagnose_json`](Self::diagnose_json) reads the evidence
    /// alone and judges it again, and so also takes reports whose findings this version does not know.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidReport`] says what is wrong and where, or that the report is of another format version.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let report: Self = serde_json::from_str(json)
            .map_err(|error| Error::InvalidReport { problem: error.to_string() })?;
        understood(report.schema_version)?;
        Ok(report)
    }

    /// The report for a person, on one screen, readable without colour.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::render(self)
    }

    /// The finding for a cause.
    #[must_use]
    pub fn finding(&self, cause: crate::Cause) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.cause == cause)
    }

    /// The JSON Schema of reports, indented.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn json_schema() -> String {
        // As it is written: keys that older reports lack are always there.
        let settings = schemars::generate::SchemaSettings::default().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<Self>();
        serde_json::to_string_pretty(&schema).unwrap_or_default()
    }
}

fn understood(schema_version: u32) -> Result<(), Error> {
    if schema_version == SCHEMA_VERSION {
        return Ok(());
    }
    Err(Error::InvalidReport {
        problem: format!("schema_version is {schema_version}, only {SCHEMA_VERSION} is understood"),
    })
}
