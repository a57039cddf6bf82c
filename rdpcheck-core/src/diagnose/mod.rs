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
use view::{Places, View};

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
    let (evidence, places) = in_time(evidence);
    let peer = peer::identify(&evidence);
    let view = View::new(&evidence, peer.product).placed(places).shown(client_error);
    let mut board = Board::default();
    rules::judge(&view, &mut board);
    let headline = headline::of(&view, &board);
    let expected_client_error = client_view::expected(&view, headline, &board);
    let client_error_fit = client_view::hear(&view, headline, &expected_client_error, &mut board);
    rules::interaction::explain(&view, &mut board);
    // A code that does not go with this state says nothing of its causes.
    let goes = client_error_fit.as_ref().is_some_and(|fit| fit.outcome != FitOutcome::Contradicted);
    let findings = board.findings(&view, headline, client_error.filter(|_| goes));
    let summary = headline::summary(&view, headline, &findings);
    let clients = clients::outlook(&view, &findings);
    Diagnosis { headline, summary, peer, expected_client_error, client_error_fit, findings, clients }
}

/// The evidence with its follow-ups and connection attempts in the order of time, and where each was in its list.
fn in_time(evidence: &Evidence) -> (Cow<'_, Evidence>, Places) {
    // What began at once is in an order of its own, so that the order of the lists means nothing.
    let follow_ups = sorted(&evidence.follow_ups, |one| (one.started_after, one.probe.code(), one.elapsed));
    let attempts = sorted(&evidence.connect_attempts, |one| (one.started_after, one.address, one.elapsed));
    let places = Places { follow_ups, connect_attempts: attempts };
    if places.follow_ups.is_sorted() && places.connect_attempts.is_sorted() {
        return (Cow::Borrowed(evidence), places);
    }
    let mut ordered = evidence.clone();
    ordered.follow_ups = at(&places.follow_ups, &evidence.follow_ups);
    ordered.connect_attempts = at(&places.connect_attempts, &evidence.connect_attempts);
    (Cow::Owned(ordered), places)
}

/// The places of a list in the order of a key.
fn sorted<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    let mut places: Vec<usize> = (0..list.len()).collect();
    places.sort_by_key(|&place| list.get(place).map(&key));
    places
}

fn at<T: Clone>(places: &[usize], list: &[T]) -> Vec<T> {
    places.iter().filter_map(|&place| list.get(place).cloned()).collect()
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
