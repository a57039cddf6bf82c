//! From evidence to findings: a pure function. The same evidence always gives the same diagnosis.

mod board;
mod catalogue;
mod client_view;
mod clients;
mod describe;
mod finding;
mod headline;
mod pages;
mod peer;
mod remedies;
mod rule;
mod rules;
mod shown;
mod view;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use catalogue::{Cause, ShownBasis};
pub use client_view::{Basis, ClientErrorFit, ExpectedClientError, FitOutcome};
pub use clients::{ClientOutlook, Outcome};
pub use describe::{CauseDescription, DescribedRule, ShownError};
pub use finding::{Bearing, EvidenceReference, Finding, Verdict};
pub use headline::Headline;
pub use pages::Page;
pub use peer::{PeerIdentity, Product};
pub use remedies::{NotOffered, Remedy, RemedyKind, RemedyPlace, Shell};
pub use rule::{Effect, Rule};

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
    /// Whether what a client showed goes with what was measured; `None` when nothing was given.
    pub client_error_fit: Option<ClientErrorFit>,
    /// One finding for every cause of the catalogue, the best explanation first.
    pub findings: Vec<Finding>,
    /// How far each client comes by its default settings; empty when TCP did not connect.
    pub clients: Vec<ClientOutlook>,
}

/// Judges evidence. `client_error` is what a client showed, if that is known.
#[must_use]
pub fn diagnose(evidence: &Evidence, client_error: Option<ClientError>) -> Diagnosis {
    let peer = peer::identify(evidence);
    let (evidence, places) = in_time(evidence);
    let view = View::new(&evidence, peer.product).placed(places).shown(client_error);
    let mut board = Board::default();
    rules::judge(&view, &mut board);
    let headline = headline::of(&view, &board);
    let expected_client_error = client_view::expected(&view, headline, &board);
    let client_error_fit = client_view::hear(&view, headline, &expected_client_error, &mut board);
    // A code that does not go with this state says nothing of its causes.
    let goes = client_error_fit.as_ref().is_some_and(|fit| fit.outcome != FitOutcome::Contradicted);
    let findings = board.findings(&view, headline, client_error.filter(|_| goes));
    let summary = headline::summary(&view, headline, &findings);
    let clients = clients::outlook(&view, &findings);
    Diagnosis { headline, summary, peer, expected_client_error, client_error_fit, findings, clients }
}

/// The evidence with its follow-ups in the order of time, and where each was in the list.
fn in_time(evidence: &Evidence) -> (Cow<'_, Evidence>, Vec<usize>) {
    let follow_ups = &evidence.follow_ups;
    let mut places: Vec<usize> = (0..follow_ups.len()).collect();
    if follow_ups.is_sorted_by_key(|follow_up| follow_up.started_after) {
        return (Cow::Borrowed(evidence), places);
    }
    places.sort_by_key(|&place| follow_ups.get(place).map(|follow_up| follow_up.started_after));
    let mut evidence = evidence.clone();
    evidence.follow_ups.sort_by_key(|follow_up| follow_up.started_after);
    (Cow::Owned(evidence), places)
}

/// The verdicts alone, for choosing what to look at next.
#[cfg(feature = "probe")]
pub(crate) fn verdicts(evidence: &Evidence) -> std::collections::BTreeMap<Cause, Verdict> {
    let (evidence, places) = in_time(evidence);
    let view = View::new(&evidence, peer::identify(&evidence).product).placed(places);
    let mut board = Board::default();
    rules::judge(&view, &mut board);
    board.verdicts()
}
