//! The task runner of rdpcheck.
fn main() {}
