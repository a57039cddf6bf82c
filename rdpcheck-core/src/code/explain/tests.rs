use proptest::prelude::*;

use super::*;

#[test]
fn the_famous_pair_on_one_screen() {
    let explanation = explain(0x904, Some(7));
    let text = explanation.to_text();
    assert!(text.lines().count() <= 24, "{} lines\n{text}", text.lines().count());
    for word in [
        "0x904 = 2308",
        "0x7 = 7",
        "not known",
        "causes",
        "but not",
        "rdpcheck HOST --client-error 0x904/0x7",
        "36870",
    ] {
        assert!(text.contains(word), "{word}\n{text}");
    }
    let first: Vec<Cause> = explanation.causes.iter().take(3).map(|explained| explained.cause).collect();
    assert_eq!(first, [Cause::NotRdp, Cause::ForwarderWithoutBackend, Cause::ListenerKeyUnusable]);
    assert_eq!(explanation.stages, [Stage::Negotiate, Stage::Tls, Stage::Certificate, Stage::Credssp]);
    let causes: Vec<Cause> = explanation.causes.iter().map(|explained| explained.cause).collect();
    for wrong in [Cause::HostOff, Cause::CredsspOraclePolicy, Cause::WebsocketRule, Cause::UdpTransportDrops]
    {
        assert!(!causes.contains(&wrong), "{wrong}");
    }
    for claim in ["unreachable", "policy denied", "WebSocket", "UDP", "AllowEncryptionOracle"] {
        assert!(explanation.not_causes.iter().any(|refuted| refuted.claim.contains(claim)), "{claim}");
    }
}

#[test]
fn a_dropped_session_is_something_else() {
    let dropped = explain(0x904, Some(0));
    let early = explain(0x904, Some(7));
    assert_ne!(dropped.title, early.title);
    let causes: Vec<Cause> = dropped.causes.iter().map(|explained| explained.cause).collect();
    assert_eq!(&causes[..2], [Cause::PacketLoss, Cause::UnstablePath]);
    assert!(causes.contains(&Cause::PolicyFlapping) && !causes.contains(&Cause::ListenerKeyUnusable));
    assert!(dropped.known[0].contains("existed and was lost"));
    let open = explain(0x904, None);
    assert!(open.causes.len() > early.causes.len() && open.extended.is_none());
}

#[test]
fn every_kind_of_code_has_its_answer() {
    for (code, extended, title, cause) in [
        (0x204, None, "TCP did not connect", Some(Cause::NetworkUnreachable)),
        (0x104, None, "name led to no address", Some(Cause::NameNotResolved)),
        (0x1807, None, "domain could not vouch", Some(Cause::NoLogonServer)),
        (0x807, None, "logon failed", Some(Cause::CredentialsRejected)),
        (0x904, Some(0), "a connection broke off", Some(Cause::PacketLoss)),
        (0x904, None, "closed the connection", Some(Cause::NotRdp)),
        (0x3, Some(5), "server ended the session", Some(Cause::StuckSession)),
        (0x3, Some(9), "may not log on", Some(Cause::NotAuthorised)),
        (0x3, Some(0x104), "no licence", Some(Cause::Licensing)),
        (0x3, Some(0x1196), "server ended the session", Some(Cause::UnstablePath)),
        (0x3, Some(8), "encryption", Some(Cause::FipsOrEncryptionLevel)),
        (0x3, Some(0), "server ended the session", Some(Cause::StuckSession)),
        (0x300_001C, None, "gateway", Some(Cause::Gateway)),
        (0x704, Some(7), "did not answer in time", Some(Cause::ListenerHung)),
        (0xB09, None, "network level authentication", Some(Cause::NlaRequired)),
        (0x1B07, None, "certificate", Some(Cause::CertificateExpired)),
        (0xF08, None, "credentials were not handed over", Some(Cause::DelegationPolicy)),
        (0x1C07, None, "smart card", Some(Cause::SmartCard)),
        (0xD06, None, "gave up", None),
        (0x1, None, "ordinary end", None),
        (0x2407, Some(0), "no source explains", None),
    ] {
        let explanation = explain(code, extended);
        assert!(explanation.title.contains(title), "{explanation:?}");
        assert_eq!(explanation.causes.first().map(|explained| explained.cause), cause, "0x{code:X}");
        let text = explanation.to_text();
        assert!(text.lines().count() <= 24, "{text}");
    }
    assert_eq!(explain(0x3, Some(0x104)).causes.len(), 1, "not the stuck session");
}

#[test]
fn the_tables_are_not_mixed_up() {
    let dns = explain(260, None);
    assert_eq!(dns.code.table, Some(Table::Disconnect));
    assert!(dns.code.meaning.contains("DNS"));
    let licence = explain(3, Some(260)).extended.unwrap();
    assert_eq!(licence.table, Some(Table::Extended));
    assert!(licence.meaning.contains("hardware id"));
    // An extended code in the place of an error code.
    let seven = explain(7, None).code;
    assert_eq!(seven.table, None);
    assert!(seven.notes.iter().any(|note| note.contains("As extended error code")), "{seven:?}");
    // What a server sends and the list of extended codes lacks.
    assert_eq!(explain(3, Some(0x1196)).extended.unwrap().table, Some(Table::ErrorInfo));
}

#[test]
fn an_unknown_code_keeps_its_number() {
    let unknown = explain(0x516, None);
    assert_eq!((unknown.code.hex.as_str(), unknown.code.decimal.as_str()), ("0x516", "1302"));
    assert!(unknown.code.meaning.contains("No authoritative text"));
    assert!(unknown.code.notes[0].contains("0x204"), "{unknown:?}");
    assert!(unknown.causes.is_empty() && unknown.stages.is_empty());
    let odd = explain(0x904, Some(0x7777));
    assert!(odd.not_known.iter().any(|text| text.contains("extended code")));
    assert!(explain(0x8000_4005, None).code.notes[0].contains("event 226"));
}

#[test]
fn json_has_every_key_and_comes_back() {
    let explanation = explain(0x904, Some(7));
    let json: serde_json::Value = serde_json::from_str(&explanation.to_json()).unwrap();
    assert_eq!(json["shown"]["code"], 2308);
    assert_eq!(json["code"]["table"], "disconnect");
    assert_eq!(json["causes"][0]["basis"], "reproduced");
    assert_eq!(json["extended"]["hex"], "0x7");
    assert_eq!(serde_json::from_str::<Explanation>(&explanation.to_json_pretty()).unwrap(), explanation);
    assert!(explain(0x204, None).to_json().contains("\"extended\":null"));
}

#[test]
fn causes_are_in_the_order_of_their_footing() {
    for code in Table::OF_ERROR_CODES.iter().flat_map(|table| table.entries()) {
        for extended in [None, Some(0), Some(5), Some(7), Some(0x104)] {
            let explanation = explain(code.number(), extended);
            assert!(explanation.causes.is_sorted_by_key(|explained| explained.basis));
            assert!(!explanation.next.is_empty() && !explanation.known.is_empty());
            let text = explanation.to_text();
            assert!(text.lines().count() <= 28, "{text}");
            for line in text.lines() {
                assert!(line.chars().count() <= 100 && line.is_ascii(), "{line}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_pair_has_an_explanation(code: u32, extended: Option<u32>) {
        let explanation = explain(code, extended);
        prop_assert_eq!(explanation.shown, ClientError::new(code, extended));
        prop_assert!(explanation.to_text().lines().count() <= 30);
        prop_assert!(!explanation.next.is_empty());
    }
}
