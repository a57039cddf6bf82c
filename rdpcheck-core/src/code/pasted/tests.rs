use proptest::prelude::*;

use super::*;

/// What people paste, with what it says.
const READ: &[(&str, u32, Option<u32>)] = &[
    // Typed
    ("0x904", 0x904, None),
    ("2308", 0x904, None),
    ("0X904/7", 0x904, Some(7)),
    ("2308/7", 0x904, Some(7)),
    (" 0x904 / 7 ", 0x904, Some(7)),
    ("0x904 0x7", 0x904, Some(7)),
    ("0x904, 0x7", 0x904, Some(7)),
    ("0x904;0x7", 0x904, Some(7)),
    ("0x904\r\n0x7\r\n", 0x904, Some(7)),
    ("2308,7", 0x904, Some(7)),
    ("'0x904/0x7'", 0x904, Some(7)),
    ("\u{201c}0x904/0x7\u{201d}", 0x904, Some(7)),
    ("\u{200b}0x904\u{a0}0x7\u{feff}", 0x904, Some(7)),
    ("0\u{d7}904", 0x904, None),
    ("0xFFFFFFFF", u32::MAX, None),
    ("0x00000904 / 0x00000007", 0x904, Some(7)),
    ("2308 (0x904)", 0x904, None),
    ("0x904 = 2308", 0x904, None),
    ("0x904 (0x7)", 0x904, Some(7)),
    ("0x904-0x7", 0x904, Some(7)),
    // The dialog
    (
        "[Window Title]\nRemote Desktop Connection\n\n[Content]\nThis computer can't connect to the remote computer.\n\n[^] Hide details  [OK]\n\n[Expanded Information]\nError code: 0x904\nExtended error code: 0x7\nTimestamp (UTC): 11/24/26 12:05:11 AM",
        0x904,
        Some(7),
    ),
    ("Remote Desktop Connection Error Code 0x904 Extended Error Code 0x7", 0x904, Some(7)),
    ("Error code: 0x4 Extended error code: 0x0", 0x4, Some(0)),
    ("Error code: 0x904 (2308)", 0x904, None),
    ("Error code: 0x904\nExtended error code: 0x7", 0x904, Some(7)),
    (
        "Error code: 0x904\r\nExtended error code: 0x7\r\nTimestamp (UTC): 11/24/26 12:36:08 AM",
        0x904,
        Some(7),
    ),
    ("Error code: 0x904 Extended error code: 0x7", 0x904, Some(7)),
    ("ERROR CODE:0X904 EXTENDED ERROR CODE:0X7", 0x904, Some(7)),
    ("Error\ncode:\n0x904\nExtended\nerror\ncode:\n0x7", 0x904, Some(7)),
    ("Extended error code: 0x7, error code: 0x904", 0x904, Some(7)),
    ("Extended error code: 0x7\nError code: 0x904", 0x904, Some(7)),
    ("Error code: 2308, extended error code: 7", 0x904, Some(7)),
    ("error code is 0x904", 0x904, None),
    (
        "Error code: 0x204\nExtended error code: 0x0\nActivity ID: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        0x204,
        Some(0),
    ),
    (
        "Remote Desktop Connection\n\nThis computer can\u{2019}t connect to the remote computer.\n\nTry connecting again. If the problem continues, contact the owner of the remote computer or your network administrator.\n\nError code: 0x904\nExtended error code: 0x7\nTimestamp (UTC): 05/21/20 12:00:00 AM\n\nPress Ctrl+C to copy.\n\n[OK]",
        0x904,
        Some(7),
    ),
    ("Error&nbsp;code:&#160;0x904<br/>Extended error code:&#xA0;<b>0x7</b>", 0x904, Some(7)),
    ("<p><b>Error code:</b> 0x904</p><p><b>Extended error code:</b> 0x7</p>", 0x904, Some(7)),
    ("An authentication error has occurred (Code: 0x609)", 0x609, None),
    ("Error code: 0x904Extended error code: 0x7Timestamp (UTC): 05/21/20", 0x904, Some(7)),
    ("Error code: 0x904.Extended error code: 0x7.", 0x904, Some(7)),
    // Other languages
    ("Fehlercode: 0x904 Erweiterter Fehlercode: 0x7", 0x904, Some(7)),
    ("Erweiterter Fehlercode: 0x7\nFehlercode: 0x904", 0x904, Some(7)),
    ("Code d\u{2019}erreur\u{a0}: 0x904\nCode d\u{2019}erreur \u{e9}tendu\u{a0}: 0x7", 0x904, Some(7)),
    ("C\u{f3}digo de error: 0x904\nC\u{f3}digo de error extendido: 0x7", 0x904, Some(7)),
    ("Codice errore: 0x904\nCodice errore esteso: 0x7", 0x904, Some(7)),
    ("C\u{f3}digo de erro: 0x904 C\u{f3}digo de erro estendido: 0x7", 0x904, Some(7)),
    ("Foutcode: 0x904 Uitgebreide foutcode: 0x7", 0x904, Some(7)),
    (
        "\u{41a}\u{43e}\u{434} \u{43e}\u{448}\u{438}\u{431}\u{43a}\u{438}: 0x904\n\u{420}\u{430}\u{441}\u{448}\u{438}\u{440}\u{435}\u{43d}\u{43d}\u{44b}\u{439} \u{43a}\u{43e}\u{434} \u{43e}\u{448}\u{438}\u{431}\u{43a}\u{438}: 0x7",
        0x904,
        Some(7),
    ),
    (
        "\u{30a8}\u{30e9}\u{30fc} \u{30b3}\u{30fc}\u{30c9}: 0x1104  /  \u{62e1}\u{5f35}\u{30a8}\u{30e9}\u{30fc} \u{30b3}\u{30fc}\u{30c9}: 0x0",
        0x1104,
        Some(0),
    ),
    (
        "\u{9519}\u{8bef}\u{4ee3}\u{7801}\u{ff1a}0x904\u{6269}\u{5c55}\u{9519}\u{8bef}\u{4ee3}\u{7801}\u{ff1a}0x7",
        0x904,
        Some(7),
    ),
    ("Xyzzy: 0x904\nPlugh xyzzy: 0x7", 0x904, Some(7)),
    ("Xyzzy: 0x3\nPlugh xyzzy: 0x5", 0x3, Some(5)),
    // Sentences
    ("I get 0x904/0x7 when I connect to 10.0.0.7:3389 since KB5074109", 0x904, Some(7)),
    ("mstsc says error 0x904 (0x7) on port 3389", 0x904, Some(7)),
    ("rdp error 2308 at 12:08:11", 0x904, None),
    ("error code 0x904, ext. 0x7", 0x904, Some(7)),
    ("disconnect reason 2308, extended reason 7", 0x904, Some(7)),
    ("error code 0x904; I repeat: 0x904", 0x904, None),
    ("Error code 50331676", 0x300_001C, None),
    ("rdp error 0x904 extended 0x7", 0x904, Some(7)),
    ("0x904 extended error code 0x7", 0x904, Some(7)),
    ("the error code is 2308 and the extended code is 7", 0x904, Some(7)),
    ("Disconnected: 0x204", 0x204, None),
    ("{\"error_code\": \"0x904\", \"extended_error_code\": \"0x7\"}", 0x904, Some(7)),
    ("{\"code\": 2308, \"extended\": 7}", 0x904, Some(7)),
    ("ErrorCode=0x904 ExtendedErrorCode=0x7", 0x904, Some(7)),
    // Events and logs
    (
        "TimeCreated              Id LevelDisplayName Message\n11/24/2026 12:36:08 AM 1026 Information      RDP ClientActiveX has been disconnected (Reason= 2308)\n11/24/2026 12:36:07 AM 1024 Information      RDP ClientActiveX is trying to connect to the server (10.0.0.7)",
        0x904,
        None,
    ),
    ("RDP ClientActiveX has been disconnected (Reason= 2308)", 0x904, None),
    ("RDP ClientActiveX wurde getrennt (Ursache= 263)", 0x107, None),
    ("RDP ClientActiveX has been disconnected (Reason= 3)", 0x3, None),
    (
        "2026-11-24 00:36:08 1026 Information RDP ClientActiveX has been disconnected (Reason= 516)",
        0x204,
        None,
    ),
    (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1026</EventID><Level>4</Level><Keywords>0x4000000000000000</Keywords><Execution ProcessID='260' ThreadID='516'/></System><EventData><Data Name=\"Name\">Disconnect Reason</Data><Data Name=\"Value\">2308</Data><Data Name=\"CustomLevel\">Info</Data></EventData></Event>",
        0x904,
        None,
    ),
    ("&lt;Data Name=&quot;Value&quot;&gt;2308&lt;/Data&gt;", 0x904, None),
    (
        "RDPClient_SSL: An error was encountered when transitioning from TsSslStateHandshakeStart to TsSslStateDisconnecting in response to TsSslEventStartHandshakeFailed (error code 0x80004005).\nRDP ClientActiveX has been disconnected (Reason= 2308)",
        0x904,
        None,
    ),
    (
        "[ERROR][com.freerdp.core] - rdp_set_error_info:freerdp_set_last_error_ex ERRINFO_SERVER_DENIED_CONNECTION [0x00010007]",
        0x3,
        Some(7),
    ),
    ("RDP disconnected, disconnectReasonAtClientWinsockFDCLOSE (2308)", 0x904, None),
    ("disconnectReasonAtClientWinsockFDCLOSE / exDiscReasonServerDeniedConnection", 0x904, Some(7)),
    // A symbol alone
    ("disconnectReasonSocketConnectFailed", 0x204, None),
    ("socketconnectfailed", 0x204, None),
    ("SSL_ERR_LOGON_FAILURE", 0x807, None),
    ("ERRINFO_IDLE_TIMEOUT", 0x3, Some(3)),
];

/// What is refused, with a part of the reason.
const REFUSED: &[(&str, &str)] = &[
    ("", "allowed: CODE or CODE/EXTENDED, decimal"),
    ("0x", "decimal or 0x"),
    ("-1", "decimal or 0x"),
    ("0x904/", "decimal or 0x"),
    ("904h", "decimal or 0x"),
    ("4294967296", "decimal or 0x"),
    ("2,308", "decimal or 0x"),
    ("0x904/0x7/0x1", "decimal or 0x"),
    ("it does not work", "no error code in it; allowed: CODE or CODE/EXTENDED"),
    ("port 3389 of 10.0.0.7 since KB5009543", "no error code in it"),
    ("event 1026 at 2026-11-24 00:36:08", "no error code in it"),
    ("{5D896912-022D-40AA-A3A8-4FA5515C76D7}", "no error code in it"),
    ("host 0x904.example.com", "no error code in it"),
    ("crashed at 0x7ffe1234 with flags 0x10", "no error code in it"),
    ("https://example.com/rdp-error-0x904-0x7", "no error code in it"),
    ("first it was 0x904, then 0x204", "several error codes: 0x904, 0x204"),
    ("is it 0x904 or 0x104?", "several error codes: 0x904, 0x104"),
    ("Error code: 0x904 and yesterday 0x204", "several error codes: 0x904, 0x204"),
    ("Error code: 0x904\nError code: 0x3", "several error codes: 0x904, 0x3"),
    (
        "Error code: 0x904\nExtended error code: 0x7\nExtended error code: 0x0",
        "several extended error codes: 0x7, 0x0",
    ),
    ("Extended error code: 0x7", "an extended error code, 0x7, and no error code"),
    ("exDiscReasonServerDeniedConnection", "an extended error code, 0x7, and no error code"),
    (
        "This computer can't connect to the remote computer. Try connecting again. If the problem continues, contact the owner of the remote computer or your network administrator.",
        "shown with 0x704 as well as with 0x904/0x7",
    ),
    (
        "RDPClient_SSL: An error was encountered when transitioning from A to B in response to C (error code 0x80004005).",
        "no error code in it",
    ),
    ("<Data Name=\"Name\">Latency</Data><Data Name=\"Value\">2308</Data>", "no error code in it"),
    ("<Data Name=\"ErrorCode\">2308</Data>", "no error code in it"),
    ("Session 2 has been disconnected, reason code 5", "no error code in it"),
    ("ERRCONNECT_CONNECT_TRANSPORT_FAILED [0x0002000D]", "no error code in it"),
    (
        "An authentication error has occurred. The function requested is not supported. This could be due to CredSSP encryption oracle remediation.",
        "that of the cause credssp-oracle-policy",
    ),
    ("status code 516, exit code 260", "no error code in it"),
    ("mstsc.exe ended with code 1073807364", "no error code in it"),
    ("{\"status_code\": 516, \"event_id\": 1026}", "no error code in it"),
];

#[test]
fn what_people_paste() {
    for (text, code, extended) in READ {
        assert_eq!(text.parse(), Ok(ClientError::new(*code, *extended)), "{text}");
        let dos = text.replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(dos.parse(), Ok(ClientError::new(*code, *extended)), "{dos}");
    }
    assert!(READ.len() + REFUSED.len() >= 40);
}

#[test]
fn what_is_refused_and_why() {
    for (text, reason) in REFUSED {
        let error = text.parse::<ClientError>().expect_err(text);
        assert_eq!(error.code(), "invalid-options");
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
}

#[test]
fn errors_of_other_programs_are_none_of_ours() {
    for text in [
        "VPN error 778: It was not possible to verify the identity of the server.",
        "System error 2310 has occurred. This shared resource does not exist.",
        "ERROR 1030 (HY000): MySQL says no",
        "SQL error 2308",
        "HTTP error 516",
        "Disconnected 264 times",
        "Remote Desktop error: 260 ms round trip",
        "RDP 516 MB",
        "Faulting module offset 0x404",
        "EventID 0x404",
    ] {
        assert!(text.parse::<ClientError>().is_err(), "{text}");
    }
    let by_vpn = "By VPN I get: Error code: 0x904 Extended error code: 0x7";
    assert_eq!(by_vpn.parse(), Ok(ClientError::SOCKET_CLOSED));
}

#[test]
fn the_error_of_a_typed_number_is_as_ever() {
    assert_eq!(
        "0x".parse::<ClientError>().unwrap_err().to_string(),
        "invalid client_error: \"0x\"; allowed: CODE or CODE/EXTENDED, decimal or 0x hexadecimal, each 0 to 4294967295"
    );
}

#[test]
fn too_much_is_refused_unread() {
    let most = format!("Error code: 0x904 {}", "word ".repeat(13_000));
    assert_eq!(most.parse(), Ok(ClientError::new(0x904, None)));
    let error = format!("Error code: 0x904 {}", "word ".repeat(13_200)).parse::<ClientError>().unwrap_err();
    assert!(error.to_string().contains("66018 bytes are too many"), "{error}");
    assert!(error.to_string().len() < 400);
}

/// Errors are short, and what is read is read again from its own words.
fn sound(text: &str) -> Result<(), TestCaseError> {
    match text.parse::<ClientError>() {
        Ok(shown) => prop_assert_eq!(shown.to_string().parse(), Ok(shown)),
        Err(error) => prop_assert!(error.to_string().len() < 1200),
    }
    Ok(())
}

/// The longest text of what costs most takes a moment; quadratic work would take minutes.
#[test]
fn the_longest_texts_are_read_or_refused() {
    for (part, code) in [
        ("<", None),
        ("&", None),
        ("1 ", None),
        ("0x1 ", None),
        ("error code 0x1, ", Some(1)),
        ("errinfo_x ", None),
        ("<data name=", None),
        ("extended ", None),
        ("word 0x904\n", Some(0x904)),
    ] {
        let read = part.repeat(LONGEST / part.len()).parse().ok();
        assert_eq!(read, code.map(|code| ClientError::new(code, None)), "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,300}") {
        sound(&text)?;
    }

    #[test]
    fn texts_of_the_parts_that_matter_are_read_or_refused(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "error code", "extended", "ext. ", ": ", "=", "/", ",", " ", "\n", "0x", "904", "0x904", "0x7", "2308", "7",
                "&", "&#", "&#x;", "&amp;", ";", "<", ">", "<data name=\"value\">", "</data>", "errinfo_", "(", "\u{ff1a}",
                "\u{200b}", "\u{6269}\u{5c55}", "-", ".", "reason", "clientactivex",
            ]),
            0..40,
        ),
    ) {
        sound(&parts.concat())?;
    }

    #[test]
    fn the_dialog_is_read_whatever_the_numbers(code: u32, extended: u32) {
        let shown = ClientError::new(code, Some(extended));
        prop_assert_eq!(shown.to_string().parse(), Ok(shown));
        let dialog = format!("It fails.\n\nError code: 0x{code:x}\nExtended error code: 0x{extended:x}\nTimestamp (UTC): 1/2/26");
        prop_assert_eq!(dialog.parse(), Ok(shown));
        let swapped = format!("Extended error code: {extended}\nError code: {code}");
        prop_assert_eq!(swapped.parse(), Ok(shown));
    }
}
