use super::Table;
use crate::code::Entry;

const fn row(number: u32, meaning: &'static str) -> Entry {
    Entry::new(Table::FatalError, number, "", meaning)
}

pub(super) static ENTRIES: &[Entry] = &[
    row(0, "The client met an error that it does not know."),
    row(1, "The client met its first kind of internal error."),
    row(2, "The client ran out of memory."),
    row(3, "The client could not create its window."),
    row(4, "The client met its second kind of internal error."),
    row(5, "The client met its third kind of internal error: a state that must not be."),
    row(6, "The client met its fourth kind of internal error."),
    row(7, "The client met an error while connecting from which it cannot recover."),
    row(100, "Windows Sockets could not be initialised on the client."),
];
