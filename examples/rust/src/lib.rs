//! Examples of rdpcheck in Rust.
