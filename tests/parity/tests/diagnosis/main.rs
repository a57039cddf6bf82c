//! The rules against evidence: every scenario, played once, and changes of it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod corpus;
mod matrix;
mod properties;
mod variants;
