//! Plays every scenario through Rust, C and Python and compares the reports.
