//! Python interface of rdpcheck.
