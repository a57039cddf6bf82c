//! Plays every scenario through Rust, C and Python and compares the reports.

mod normal;
mod play;

pub use normal::{extract, normalise};
pub use play::{Language, Played, play, scenarios};
