use serde::{Deserialize, Serialize};

use super::Cause;
use super::board::Board;
use super::finding::Verdict;
use super::headline::Headline;
use super::view::View;
use crate::code::ClientError;
use crate::evidence::{FailureKind, Stage};

/// What a Windows client would show against the host as measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExpectedClientError {
    /// The error code; null when none is expected or none is known.
    pub code: Option<u32>,
    /// The extended error code; null when it is not known.
    pub extended: Option<u32>,
    /// Where this comes from.
    pub basis: Basis,
    /// Why, in one sentence.
    pub reason: String,
    /// Other pairs that clients show against the same state.
    pub alternatives: Vec<ClientError>,
}

/// Where an expected code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Basis {
    /// Concluded from the stage at which the connection stops.
    Inferred,
    /// No code is expected, or none is known; the reason says which.
    None,
    /// The event that the code names was seen: the name did not resolve, TCP did not connect, or the peer closed the
    /// connection before a session existed.
    Observed,
}

impl Basis {
    /// Every basis.
    pub const ALL: &'static [Self] = &[Self::Inferred, Self::None, Self::Observed];

    /// Stable code of this basis, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::None => "none",
            Self::Observed => "observed",
        }
    }
}

impl ExpectedClientError {
    /// Whether a client that shows this pair can have met the host in this state. An extended code that is not known
    /// fits any.
    #[must_use]
    pub fn detects(&self, shown: ClientError) -> bool {
        let main = self.code.map(|code| ClientError::new(code, self.extended));
        main.into_iter().chain(self.alternatives.iter().copied()).any(|expected| shown.fits(expected))
    }

    fn pair(code: u32, extended: Option<u32>, basis: Basis, reason: &str) -> Self {
        Self { code: Some(code), extended, basis, reason: reason.to_owned(), alternatives: Vec::new() }
    }

    fn none(reason: &str) -> Self {
        Self {
            code: None,
            extended: None,
            basis: Basis::None,
            reason: reason.to_owned(),
            alternatives: Vec::new(),
        }
    }

    fn or(mut self, code: u32, extended: Option<u32>) -> Self {
        self.alternatives.push(ClientError::new(code, extended));
        self
    }
}

/// The map from the stage at which a connection stops to the code that mstsc shows: `OnDisconnected` for the codes, and
/// for 0x904/0x7 the reproductions in which a host resets at the ClientHello or another program owns the port.
pub(super) fn expected(view: &View<'_>, headline: Headline, board: &Board) -> ExpectedClientError {
    let pair = ExpectedClientError::pair;
    let oracle = board.verdict(Cause::CredsspOraclePolicy).is_some_and(|verdict| verdict <= Verdict::Likely);
    if headline == Headline::Unknown {
        return ExpectedClientError::none("It could not be told whether a client gets a session.");
    }
    let first = view.first_attempt().map(|(first, failure)| (first.stage, failure));
    let Some((stage, failure)) = view.failure.or(first) else {
        return match headline {
            _ if oracle => ExpectedClientError::none(
                "A patched client shows its own dialog about CredSSP encryption oracle remediation, without a code.",
            ),
            Headline::Failing => {
                pair(0x904, Some(7), Basis::Inferred, "The host ends the connection before a session exists.")
            }
            _ => ExpectedClientError::none("The connection works as far as the network can show."),
        };
    };
    if headline == Headline::Degraded && first.is_none() {
        return ExpectedClientError::none(
            "Windows clients are expected to connect; see the findings for which do not.",
        );
    }
    let closed = "The peer ends the connection before a session exists.";
    match (stage, &failure.kind) {
        (Stage::Resolve, _) => pair(0x104, None, Basis::Observed, "The name is not resolved.")
            .or(0x208, None)
            .or(0x508, None)
            .or(0x604, None),
        (Stage::Connect, FailureKind::TimedOut { .. }) => {
            pair(0x204, None, Basis::Observed, "TCP does not connect.").or(0x108, None)
        }
        (Stage::Connect, _) => pair(0x204, None, Basis::Observed, "TCP does not connect."),
        (Stage::Negotiate, FailureKind::TimedOut { .. }) => {
            pair(0x704, None, Basis::Inferred, "The X.224 request is not answered.").or(0x108, None)
        }
        (Stage::Negotiate, FailureKind::NegotiationRejected { code: 5, .. }) => {
            pair(0xB09, None, Basis::Inferred, "The host insists on network level authentication.")
        }
        (Stage::Negotiate, FailureKind::NegotiationRejected { .. }) => {
            pair(0x904, Some(7), Basis::Inferred, "The host refuses what a current client offers.")
        }
        (_, FailureKind::TimedOut { .. }) => {
            pair(0x108, None, Basis::Inferred, "The host stops answering.").or(0x704, None)
        }
        // A client with Kerberos may get further than this check's NTLM.
        (Stage::Credssp, FailureKind::Closed | FailureKind::Reset) => {
            pair(0x904, Some(7), Basis::Inferred, closed)
        }
        (_, FailureKind::Closed | FailureKind::Reset) => pair(0x904, Some(7), Basis::Observed, closed),
        (_, FailureKind::TlsAlert { .. }) => {
            pair(0x904, Some(7), Basis::Inferred, "The host ends the TLS handshake before a session exists.")
        }
        _ => pair(
            0x904,
            Some(7),
            Basis::Inferred,
            "The client gives up on what the peer sends before a session exists.",
        ),
    }
}
