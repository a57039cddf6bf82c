//! The rules, a file for each family of causes. Among verdicts that are equal, the one that is set first comes first.

mod accepted;
mod authentication;
pub(super) mod certificate;
pub(super) mod client;
pub(super) mod interaction;
mod older_hello;
mod path;
mod reach;
mod security;
mod segments;
mod survey;
mod tls;

use super::board::Board;
use super::rule::Rule;
use super::view::View;

/// The rules of each family.
pub(super) const FAMILIES: &[&[&Rule]] = &[
    reach::RULES,
    accepted::RULES,
    security::RULES,
    tls::RULES,
    older_hello::RULES,
    segments::RULES,
    survey::RULES,
    certificate::RULES,
    authentication::RULES,
    path::RULES,
    client::RULES,
    interaction::RULES,
];

/// What was measured; what a client showed is heard after that.
pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    reach::judge(view, board);
    accepted::judge(view, board);
    security::judge(view, board);
    tls::judge(view, board);
    certificate::judge(view, board);
    authentication::judge(view, board);
    security::after_tls(view, board);
    path::judge(view, board);
}
