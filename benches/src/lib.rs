//! Measurements of rdpcheck.
