use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::diagnose::Cause;
use crate::evidence::Stage;

#[test]
fn the_counts_are_those_of_the_sources() {
    let counts: Vec<(Table, usize)> =
        Table::ALL.iter().map(|&table| (table, table.entries().len())).collect();
    assert_eq!(
        counts,
        [
            // 47 values of IMsTscAxEvents::OnDisconnected
            (Table::Disconnect, 47),
            // 27 values with a text of the client's own, or seen in the field, that the page leaves out
            (Table::Shown, 27),
            // 71 values about the gateway with a text of the client's own
            (Table::Gateway, 71),
            // 26 values of ExtendedDisconnectReasonCode, 2 of newer clients, 11 of the broker, 2 ends of a range
            (Table::Extended, 41),
            // 120 values of the Set Error Info PDU as FreeRDP lists them, its own mark for none included
            (Table::ErrorInfo, 120),
            // 14 values of IMsTscAxEvents::OnLogonError
            (Table::LogonError, 14),
            // 9 values of IMsTscAxEvents::OnFatalError
            (Table::FatalError, 9),
            // 7 failure codes of RDP_NEG_FAILURE
            (Table::NegotiationFailure, 7),
            // 15 NTSTATUS that CredSSP carries
            (Table::Ntstatus, 15),
            // 23 codes of the security providers: in logs, and what TLS alerts become
            (Table::Sspi, 23),
            // 34 TLS alerts
            (Table::TlsAlert, 34),
        ]
    );
}

#[test]
fn numbers_and_symbols_are_unique_and_in_order() {
    for table in Table::ALL {
        let numbers: Vec<u32> = table.entries().iter().map(Entry::number).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{table}: {numbers:X?}");
        let symbols: Vec<&str> = table.entries().iter().filter_map(Entry::symbol).collect();
        let unique: BTreeSet<String> = symbols.iter().map(|symbol| symbol.to_lowercase()).collect();
        assert_eq!(unique.len(), symbols.len(), "{table}");
        assert!(table.entries().iter().all(|entry| entry.table() == *table), "{table}");
        assert!(!table.name().is_empty() && !table.source().is_empty());
        assert_eq!(serde_json::to_value(table).unwrap(), table.code());
    }
}

#[test]
fn every_meaning_is_a_sentence_of_our_own() {
    for entry in lookup::all() {
        let meaning = entry.meaning();
        assert!(meaning.is_ascii() && meaning.ends_with('.'), "{entry:?}");
        assert!(meaning.starts_with(|c: char| c.is_ascii_uppercase()), "{entry:?}");
        assert!(meaning.split_whitespace().count() >= 3 && meaning.len() <= 140, "{entry:?}");
        assert!(!meaning.contains('_'), "{entry:?}");
        if let Some(symbol) = entry.symbol() {
            assert!(!meaning.to_lowercase().contains(&symbol.to_lowercase()), "{entry:?}");
        }
        assert!(!entry.source().is_empty(), "{entry:?}");
    }
}

#[test]
fn an_extended_code_that_no_server_sends() {
    assert!(lookup(Table::Extended, 8).is_some());
    assert_eq!(lookup(Table::ErrorInfo, 8), None, "not on the wire");
}

#[test]
fn both_bases_and_every_way_to_write_a_symbol() {
    for entry in lookup::all() {
        assert!(find(&entry.hex()).entries.contains(&entry), "{entry:?}");
        assert!(find(&entry.decimal()).entries.contains(&entry), "{entry:?}");
        if let Some(symbol) = entry.symbol() {
            assert!(find(&symbol.to_uppercase()).entries.contains(&entry), "{entry:?}");
        }
    }
    let symbols = |text: &str| -> Vec<_> { find(text).entries.iter().filter_map(|e| e.symbol()).collect() };
    assert_eq!(symbols("SocketConnectFailed"), ["disconnectReasonSocketConnectFailed"]);
    assert_eq!(symbols("errinfo_idle_timeout"), ["ERRINFO_IDLE_TIMEOUT"]);
    assert_eq!(symbols("idle_timeout"), ["ERRINFO_IDLE_TIMEOUT"]);
    assert_eq!(symbols("cert_expired"), ["SSL_ERR_CERT_EXPIRED", "SEC_E_CERT_EXPIRED"]);
    assert_eq!(symbols("SEC_E_CERT_EXPIRED"), ["SEC_E_CERT_EXPIRED"]);
}

#[test]
fn one_number_of_two_tables() {
    for text in ["260", "0x104", " 0X104 "] {
        let tables: Vec<_> = find(text).entries.iter().map(|entry| entry.table()).collect();
        assert_eq!(tables, [Table::Disconnect, Table::Extended, Table::ErrorInfo], "{text}");
    }
    assert!(lookup(Table::Disconnect, 260).unwrap().meaning().contains("DNS"));
    assert!(lookup(Table::Extended, 260).unwrap().meaning().contains("hardware id"));
    assert_eq!(find("-5").entries.len(), 1);
    assert_eq!(find("-5").entries[0].hex(), "0xFFFFFFFB");
}

#[test]
fn words_of_the_meaning() {
    let numbers: Vec<_> = find("licence server").entries.iter().map(|entry| entry.number()).collect();
    assert_eq!(numbers, [257, 257]);
    assert_eq!(find("").entries, Vec::<&Entry>::new());
    assert_eq!(find("qqqq"), Found::default());
}

#[test]
fn an_unknown_number_keeps_its_number() {
    let misread = find("0x516").unknown.unwrap();
    assert_eq!((misread.hex.as_str(), misread.decimal.as_str()), ("0x516", "1302"));
    assert!(misread.notes.iter().any(|note| note.contains("516 in decimal is 0x204")), "{misread:?}");
    let left_out = find("904").unknown.unwrap();
    assert!(left_out.notes.iter().any(|note| note.contains("0x904 in hexadecimal is 2308")), "{left_out:?}");
    for (text, word) in [
        ("0x2407", "credentials"),
        ("0x1104", "protocol error"),
        ("0x80004005", "event 226"),
        ("0x8000ffff", "event 226"),
    ] {
        let found = find(text).unknown.unwrap();
        assert!(found.notes.iter().any(|note| note.contains(word)), "{found:?}");
    }
    assert!(unknown(4).notes[0].contains("xrdp") && unknown(3).notes[0].contains("Path not found"));
    assert!(unknown(7).notes[0].contains("arena trashed"));
    assert_eq!(unknown(0x0ABC_DEF0).notes, Vec::<String>::new());
}

#[test]
fn error_codes_know_the_causes_that_show_them() {
    let causes = |table, number| lookup(table, number).unwrap().causes();
    assert!(causes(Table::Disconnect, 0x904).contains(&Cause::ListenerKeyUnusable));
    assert_eq!(causes(Table::Disconnect, 0xB06), []);
    assert_eq!(causes(Table::Extended, 5), [Cause::StuckSession]);
    assert_eq!(causes(Table::Extended, 0), []);
    assert_eq!(causes(Table::ErrorInfo, 9), [Cause::NotAuthorised]);
    assert_eq!(causes(Table::Gateway, 0x300_001C), [Cause::Gateway]);
    assert_eq!(causes(Table::NegotiationFailure, 3), [Cause::HostHasNoCertificate]);
    for cause in Cause::ALL {
        for shown in cause.shows() {
            let known = Table::OF_ERROR_CODES.iter().any(|&table| lookup(table, shown.code).is_some());
            assert!(known, "{cause}: {shown}");
            if let Some(extended) = shown.extended {
                assert!(lookup(Table::Extended, extended).is_some(), "{cause}: {shown}");
            }
        }
    }
}

#[test]
fn alerts_and_their_windows_codes() {
    for entry in Table::TlsAlert.entries() {
        if let Some(windows) = entry.windows() {
            assert!(lookup(Table::Sspi, windows).is_some(), "{entry:?}");
        }
    }
    let windows = |alert| lookup(Table::TlsAlert, alert).unwrap().windows();
    assert_eq!((windows(70), windows(40), windows(0)), (Some(0x8009_0302), Some(0x8009_0326), None));
    assert_eq!(tls_alert_name(48), Some("unknown_ca"));
    assert_eq!(tls_alert_name(1), None);
    assert_eq!(ntstatus_name(0xC000_006D), Some("STATUS_LOGON_FAILURE"));
    assert_eq!(ntstatus_name(0x8009_030D), Some("SEC_E_UNKNOWN_CREDENTIALS"));
    assert_eq!(ntstatus_name(0x904), None);
}

#[test]
fn failures_of_the_negotiation_have_the_names_of_the_wire() {
    for number in 0..=20 {
        let entry = lookup(Table::NegotiationFailure, number);
        assert_eq!(entry.and_then(Entry::symbol), crate::wire::negotiation::failure_name(number));
    }
}

#[test]
fn entries_in_json() {
    let json = serde_json::to_value(lookup(Table::LogonError, (-5_i32).cast_unsigned()).unwrap()).unwrap();
    assert_eq!(json["decimal"], "-5");
    assert_eq!(json["hex"], "0xFFFFFFFB");
    assert_eq!(json["causes"], serde_json::json!(["stuck-session"]));
    let json = serde_json::to_value(lookup(Table::Disconnect, 0x204).unwrap()).unwrap();
    assert_eq!((&json["table"], &json["stage"]), (&"disconnect".into(), &Stage::Connect.code().into()));
}

proptest! {
    #[test]
    fn any_text_can_be_searched_for(text in "\\PC{0,400}") {
        prop_assert!(find(&text).entries.len() <= 100);
    }

    #[test]
    fn any_number_is_found_or_unknown(number: u32) {
        let found = find(&format!("{number:#x}"));
        prop_assert!(found.entries.is_empty() == found.unknown.is_some());
    }
}
