//! From evidence to findings: a pure function. The same evidence always gives the same diagnosis.

mod board;
mod catalogue;
mod client_view;
mod clients;
mod finding;
mod headline;
mod pages;
mod peer;
mod remedies;
mod rules;
mod view;

use serde::{Deserialize, Serialize};

pub use catalogue::Cause;
pub use client_view::{Basis, ExpectedClientError};
pub use clients::{ClientOutlook, Outcome};
pub use finding::{EvidenceReference, Finding, Verdict};
pub use headline::Headline;
pub use pages::Page;
pub use peer::{PeerIdentity, Product};
pub use remedies::{NotOffered, Remedy, RemedyKind, RemedyPlace, Shell};

use crate::code::ClientError;
use crate::evidence::Evidence;
use board::Board;
use view::View;

/// What the evidence means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The top line.
    pub headline: Headline,
    /// The top line in one sentence.
    pub summary: String,
    /// What answers on the port.
    pub peer: PeerIdentity,
    /// What a Windows client would show.
    pub expected_client_error: ExpectedClientError,
    /// One finding for every cause of the catalogue, the best explanation first.
    pub findings: Vec<Finding>,
    /// How far each client comes by its default settings; empty when TLS was not reached.
    pub clients: Vec<ClientOutlook>,
}

/// Judges evidence. `client_error` is what a client showed, if that is known.
#[must_use]
pub fn diagnose(evidence: &Evidence, client_error: Option<ClientError>) -> Diagnosis {
    let peer = peer::identify(evidence);
    let view = View::new(evidence, peer.product);
    let mut board = Board::default();
    rules::judge(&view, &mut board);
    let headline = headline::of(&view, &board);
    let expected_client_error = client_view::expected(&view, headline, &board);
    let findings = board.findings(&view, headline, client_error);
    let summary = headline::summary(&view, headline, &findings);
    let clients = clients::outlook(evidence);
    Diagnosis { headline, summary, peer, expected_client_error, findings, clients }
}

/// The verdicts alone, for choosing what to look at next.
#[cfg(feature = "probe")]
pub(crate) fn verdicts(evidence: &Evidence) -> std::collections::BTreeMap<Cause, Verdict> {
    let view = View::new(evidence, peer::identify(evidence).product);
    let mut board = Board::default();
    rules::judge(&view, &mut board);
    board.verdicts()
}
