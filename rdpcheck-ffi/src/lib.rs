//! C interface of rdpcheck.
