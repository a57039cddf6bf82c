use std::collections::{BTreeMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use proptest::prelude::*;
use time::OffsetDateTime;

use super::row::PLACEHOLDERS;
use super::*;
use crate::diagnose::Product;
use crate::diagnose::peer::identify;
use crate::diagnose::view::View;
use crate::evidence::{
    Certificate, Connection, CredSsp, Evidence, KeyAlgorithm, KeyProof, NameMatch, NtlmChallenge,
    NumberedName, RecordedChain, RoundTripBasis, SelfSigned, SkipReason, StageOutcome, StageRecord,
    TlsSession, Trust,
};

fn all_rows() -> Vec<(Cause, &'static Row)> {
    Cause::ALL.iter().flat_map(|&cause| rows(cause).into_iter().map(move |row| (cause, row))).collect()
}

fn texts(remedy: &Remedy) -> impl Iterator<Item = &str> {
    remedy.command.iter().chain(&remedy.undo).map(String::as_str)
}

fn facts(product: Product) -> Facts {
    let mut facts = Facts::NONE;
    facts.product = product;
    facts
}

#[test]
fn every_cause_has_a_remedy_or_a_reason_why_not() {
    for &cause in Cause::ALL {
        assert_ne!(cause.remedies().is_empty(), cause.no_remedy().is_none(), "{cause}");
    }
}

#[test]
fn a_code_means_one_remedy() {
    let mut known: BTreeMap<&str, &Row> = BTreeMap::new();
    for (cause, row) in all_rows() {
        let first = known.entry(row.code).or_insert(row);
        assert!(std::ptr::eq(*first, row), "{} has two meanings", row.code);
        let twice = rows(cause).iter().filter(|other| other.code == row.code).count();
        assert_eq!(twice, 1, "{cause} has {} twice", row.code);
        assert!(
            row.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
    }
}

#[test]
fn remedies_say_what_they_must() {
    for &cause in Cause::ALL {
        for remedy in cause.remedies() {
            let code = &remedy.code;
            assert_eq!(remedy.command.is_some(), remedy.shell.is_some(), "{code}");
            assert_ne!(remedy.undo.is_some(), remedy.no_undo.is_some(), "{code}");
            assert!(
                !remedy.action.is_empty() && !remedy.risk.is_empty() && remedy.source.len() > 8,
                "{code}"
            );
            if remedy.kind == RemedyKind::Isolation {
                assert!(remedy.undo.is_some(), "{code} is a test without an undo");
                assert!(remedy.action.contains("for a test"), "{code}");
            }
            if let Some(restart) = &remedy.restart {
                let interrupts = ["cut", "end", "connections", "sessions"];
                assert!(interrupts.iter().any(|word| restart.contains(word)), "{code}: {restart}");
            }
            for text in texts(&remedy) {
                assert!(text.len() <= 1000 && !text.contains('\n'), "{code}: {text}");
                assert!(!text.contains("{code}") && !text.contains("{host}"), "{code}: {text}");
                let restarts = text.contains("estart") || text.contains("taskkill");
                assert!(!restarts || remedy.restart.is_some(), "{code} restarts something in silence");
            }
            let command = remedy.command.as_deref().unwrap_or_default();
            if let Some(change) = command.find(" /v ").filter(|_| command.contains("reg add")) {
                let saved = command.find("reg export").or_else(|| command.find("reg query"));
                assert!(saved.is_some_and(|saved| saved < change), "{code} does not save the old value");
            }
            // What saves the old state keeps what an earlier run saved, and its undo needs it.
            for file in [format!("rdpcheck-{code}."), format!(".before-{code}")] {
                if command.contains(&file) {
                    assert!(command.contains("undo the earlier run first"), "{code}");
                    assert!(remedy.undo.as_ref().is_some_and(|undo| undo.contains(&file)), "{code}");
                }
            }
        }
    }
}

#[test]
fn what_only_isolates_comes_last() {
    for &cause in Cause::ALL {
        let kinds: Vec<RemedyKind> = rows(cause).iter().map(|row| row.kind).collect();
        let fixes = kinds.iter().take_while(|&&kind| kind == RemedyKind::Fix).count();
        assert!(kinds.iter().skip(fixes).all(|&kind| kind == RemedyKind::Isolation), "{cause}");
    }
}

#[test]
fn capitals_in_a_command_are_explained() {
    let names = [
        "TLS",
        "HIGH",
        "BFE",
        "CN",
        "DNS",
        "FORWARD",
        "HKLM",
        "HOME",
        "LASTEXITCODE",
        "MSS",
        "NT",
        "NTP",
        "OR",
        "RDP",
        "REG_DWORD",
        "RSA",
        "RST",
        "SID",
        "SCHANNEL",
        "SCHEME_CURRENT",
        "SOFTWARE",
        "SSL",
        "STANDBYIDLE",
        "SUB_SLEEP",
        "SYN",
        "SYSTEM",
        "TCP",
        "TCPMSS",
        "TERMSRV",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "UDP",
        "USERPROFILE",
    ];
    for &cause in Cause::ALL {
        for remedy in cause.remedies() {
            for text in texts(&remedy).filter(|_| remedy.command.is_some()) {
                let words =
                    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
                for word in words.filter(|word| {
                    word.len() > 1
                        && word.bytes().any(|byte| byte.is_ascii_uppercase())
                        && !word.bytes().any(|byte| byte.is_ascii_lowercase())
                }) {
                    let placeholder = PLACEHOLDERS.iter().any(|(known, _)| *known == word);
                    let numbered = word.bytes().any(|byte| byte.is_ascii_digit());
                    assert!(placeholder || numbered || names.contains(&word), "{}: {word}", remedy.code);
                    let explained = remedy.action.contains(&format!("{word} stands for"));
                    assert_eq!(placeholder, explained, "{}: {word}", remedy.code);
                }
            }
        }
    }
}

#[test]
fn each_product_gets_its_own_remedies_only() {
    let windows_words = ["HKLM", "event 10", "TermService", "Group policy", "powershell"];
    let mut offered: HashSet<(Product, String)> = HashSet::new();
    for &cause in Cause::ALL {
        for &product in Product::ALL {
            for remedy in for_cause(cause, &facts(product)) {
                let code = &remedy.code;
                offered.insert((product, code.clone()));
                let windows_shell = matches!(remedy.shell, Some(Shell::Cmd | Shell::PowerShell));
                let on_host = remedy.place == RemedyPlace::Host;
                if !product.may_be_windows() {
                    assert!(!(on_host && windows_shell), "{code} for {product}");
                    assert_ne!(remedy.peer, Some(Product::Windows), "{code} for {product}");
                    let text = format!("{} {}", remedy.action, remedy.restart.clone().unwrap_or_default());
                    let told = windows_words.iter().any(|word| text.contains(word));
                    assert!(!(on_host && told), "{code} for {product}: {text}");
                }
                if product == Product::Windows {
                    assert!(!(on_host && remedy.shell == Some(Shell::Sh)), "{code} for Windows");
                    assert!(matches!(remedy.peer, None | Some(Product::Windows)), "{code} for Windows");
                }
                // With an unknown peer, whom a command on the host is for must be said.
                if product == Product::Unknown && on_host && remedy.command.is_some() {
                    let labelled =
                        remedy.peer == Some(Product::Windows) || remedy.action.starts_with("on Linux");
                    assert!(labelled, "{code} for an unknown peer");
                }
            }
        }
    }
    for (product, code) in [
        (Product::Xrdp, "xrdp-tls-versions"),
        (Product::GnomeRemoteDesktop, "gnome-set-credentials"),
        (Product::Freerdp, "freerdp-shadow-new-certificate"),
        (Product::Freerdp, "gnome-set-credentials"),
        (Product::Weston, "weston-tls-files"),
        (Product::Ironrdp, "ironrdp-new-certificate"),
        (Product::Windows, "grant-key-to-network-service"),
        (Product::Unknown, "grant-key-to-network-service"),
    ] {
        assert!(offered.contains(&(product, code.to_owned())), "{code} for {product}");
    }
}

#[test]
fn each_row_reaches_somebody() {
    let mut situations = Vec::new();
    for port in [3389, 3390] {
        for claim in [None, Some("6.1.7601"), Some("10.0.20348")] {
            let mut evidence = healthy("host", port);
            claim_version(&mut evidence, claim);
            situations.push(evidence.clone());
            evidence.stages.certificate = StageRecord::skipped(SkipReason::NotReached);
            evidence.stages.credssp = StageRecord::skipped(SkipReason::NotReached);
            situations.push(evidence.clone());
            evidence.stages.tls = StageRecord::skipped(SkipReason::NotReached);
            situations.push(evidence);
        }
    }
    for (_, row) in all_rows() {
        let reached = situations.iter().any(|evidence| {
            Product::ALL.iter().any(|&product| row.fits(&Facts::new(&View::new(evidence, product))))
        });
        assert!(reached, "{}", row.code);
    }
}

#[test]
fn commands_carry_the_facts_at_hand() {
    let evidence = healthy("server.example.com", 33890);
    let facts = Facts::new(&View::new(&evidence, Product::Windows));
    let firewall = for_cause(Cause::FirewallRuleDisabled, &facts);
    let codes: Vec<&str> = firewall.iter().map(|remedy| remedy.code.as_str()).collect();
    assert_eq!(codes, ["add-firewall-rule-for-port"], "the built-in rules do not cover the port");
    assert!(firewall[0].command.as_ref().unwrap().contains("-LocalPort 33890 "));

    let saved = for_cause(Cause::CredentialsRejected, &facts);
    let saved = saved.iter().find(|remedy| remedy.code == "delete-saved-credentials").unwrap();
    assert_eq!(saved.command.as_deref(), Some("cmdkey /delete:TERMSRV/server.example.com"));

    let renew = for_cause(Cause::ListenerKeyUnusable, &facts);
    let renew = renew.iter().find(|remedy| remedy.code == "renew-windows-certificate").unwrap();
    let path = format!("Get-Item 'Cert:\\LocalMachine\\Remote Desktop\\{}' |", "AB".repeat(20));
    assert!(renew.command.as_ref().unwrap().contains(&path), "{renew:?}");

    let mut facts = facts;
    facts.mac = Some("aa:bb:cc:dd:ee:ff".to_owned());
    let wake = for_cause(Cause::HostAsleep, &facts);
    let command = "rdpcheck server.example.com:33890 --wake-on-lan aa:bb:cc:dd:ee:ff";
    assert_eq!(wake[0].code, "wake-on-lan", "the table's order stays, whatever the product");
    assert!(wake.iter().any(|remedy| remedy.command.as_deref() == Some(command)));
}

#[test]
fn the_claimed_version_chooses() {
    let mut evidence = healthy("host", 3389);
    let codes = |evidence: &Evidence, cause| -> Vec<String> {
        let facts = Facts::new(&View::new(evidence, Product::Windows));
        for_cause(cause, &facts).into_iter().map(|remedy| remedy.code).collect()
    };
    let kb = "install-kb3080079".to_owned();
    assert!(!codes(&evidence, Cause::NoCommonTlsVersion).contains(&kb));
    assert!(
        codes(&evidence, Cause::CredsspOraclePolicy).contains(&"update-host-for-cve-2018-0886".to_owned())
    );
    claim_version(&mut evidence, Some("6.1.7601"));
    assert!(codes(&evidence, Cause::NoCommonTlsVersion).contains(&kb));
    assert_eq!(codes(&evidence, Cause::FirewallRuleDisabled), ["enable-firewall-rules-netsh"]);
    // The claim came with CredSSP 6, which only updated hosts speak.
    assert!(
        !codes(&evidence, Cause::CredsspOraclePolicy).contains(&"update-host-for-cve-2018-0886".to_owned())
    );
}

#[test]
fn folklore_is_not_among_the_remedies() {
    for (causes, advice, reason, source) in folklore::TABLE {
        assert!(
            !causes.is_empty() && advice.len() > 10 && reason.len() > 40 && !source.is_empty(),
            "{advice}"
        );
    }
    assert!(Cause::WebsocketRule.not_offered().iter().any(|advice| advice.advice.contains("WebSocket")));
    for &cause in Cause::ALL {
        for remedy in cause.remedies() {
            for text in texts(&remedy) {
                assert!(!text.contains("takeown") && !text.contains("/T "), "{}", remedy.code);
                assert!(!text.contains("AllowEncryptionOracle /t REG_DWORD /d 2"), "{}", remedy.code);
                assert!(!text.contains("MachineKeys\" /grant"), "{}", remedy.code);
                assert!(!text.contains("allprofiles state off"), "{}", remedy.code);
            }
            // What weakens the host is a test, never a fix.
            let command = remedy.command.as_deref().unwrap_or_default();
            let weakens =
                ["/v UserAuthentication /t REG_DWORD /d 0", "/v SecurityLayer /t REG_DWORD /d 0", "-sec-nla"];
            if weakens.iter().any(|change| command.contains(change)) {
                assert_eq!(remedy.kind, RemedyKind::Isolation, "{}", remedy.code);
            }
        }
    }
}

proptest! {
    // Each case renders every remedy for every product.
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Text that a peer or a target controls is either an ordinary name, or nowhere in a command.
    #[test]
    fn hostile_text_reaches_no_command(
        name in hostile(), sha1 in hostile(), claim in hostile(), subject in hostile(), port in 1_u16..,
    ) {
        let mut evidence = healthy(&name, port);
        claim_version(&mut evidence, Some(&claim));
        if let StageOutcome::Completed(facts) = &mut evidence.stages.certificate.outcome {
            facts.sha1 = sha1;
            facts.subject.clone_from(&subject);
            facts.common_names = vec![subject.clone()];
            facts.dns_names = vec![subject];
        }
        let mut plain = evidence.clone();
        if let StageOutcome::Completed(facts) = &mut plain.stages.certificate.outcome {
            facts.sha1 = String::new();
            facts.name_match.looked_for = "10.0.0.1".to_owned();
        }
        for &product in Product::ALL {
            let facts = Facts::new(&View::new(&evidence, product));
            prop_assert!(facts.host.as_deref() == Some("10.0.0.1"), "{name:?}");
            for &cause in Cause::ALL {
                let remedies = for_cause(cause, &facts);
                for text in remedies.iter().flat_map(texts) {
                    prop_assert!(text.len() <= 1000 && !text.contains(char::is_control) && text.is_ascii());
                }
                prop_assert_eq!(remedies, for_cause(cause, &Facts::new(&View::new(&plain, product))));
            }
        }
    }

    /// A name as long as names may be leaves the commands within their length.
    #[test]
    fn an_ordinary_name_reaches_commands_as_it_is(name in "[a-z0-9]{1,20}(\\.[a-z0-9]{1,60}){0,3}", port in 1_u16..) {
        let evidence = healthy(&name, port);
        let facts = Facts::new(&View::new(&evidence, identify(&evidence).product));
        prop_assert!(facts.host.is_some());
        for &cause in Cause::ALL {
            for remedy in for_cause(cause, &facts) {
                for text in texts(&remedy) {
                    prop_assert!(text.len() <= 1000, "{}: {} characters", remedy.code, text.len());
                }
            }
        }
    }
}

/// Text with at least one character that has no place in a name, or of a length that no name has.
fn hostile() -> impl Strategy<Value = String> {
    let bad = prop::sample::select(vec![
        "\"; rm -rf /",
        "$(id)",
        "`id`",
        "%PATH%",
        "\n",
        "\r\n",
        "&",
        "|",
        "'",
        "{host}",
        "{code}",
        "\u{0430}",
        "\u{202e}",
        "\u{ff05}",
        "\0",
        " ",
        "^",
        "<",
        ">",
        "(",
        ";",
        "!",
        "/",
        "\\",
        "..",
        "-x.-y",
    ]);
    let inside = ("[a-zA-Z0-9.-]{0,8}", bad, "\\PC{0,8}")
        .prop_map(|(before, bad, after)| format!("{before}{bad}{after}"));
    prop_oneof![8 => inside, 1 => "[a-z]{300,2000}"]
}

/// Evidence of a host that is well.
fn healthy(name: &str, port: u16) -> Evidence {
    let now = OffsetDateTime::UNIX_EPOCH;
    let mut evidence = Evidence::nothing(now);
    let numbered = |name: &str| NumberedName { value: 0, name: Some(name.to_owned()) };
    let stages = &mut evidence.stages;
    stages.connect.outcome = StageOutcome::Completed(Connection {
        address: SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)), port),
        round_trip: Duration::from_millis(1),
        round_trip_basis: RoundTripBasis::ConnectTime,
        segments_resent: None,
    });
    stages.tls.outcome = StageOutcome::Completed(TlsSession {
        version: NumberedName { value: 0x0304, name: Some("TLSv1.3".to_owned()) },
        cipher_suite: numbered("TLS_AES_256_GCM_SHA384"),
        key_exchange_group: None,
        key_proof: KeyProof::Proved { scheme: "rsa-pss".to_owned() },
        server_name_sent: None,
        client_certificate_requested: false,
        certificates_sent: 1,
    });
    stages.certificate.outcome = StageOutcome::Completed(Certificate {
        subject: "CN=HOST".to_owned(),
        issuer: "CN=HOST".to_owned(),
        common_names: vec!["HOST".to_owned()],
        serial: "01".to_owned(),
        x509_version: 3,
        not_before: now,
        not_after: now + Duration::from_secs(183 * 86_400),
        read_at: now,
        dns_names: Vec::new(),
        ip_addresses: Vec::new(),
        key: KeyAlgorithm { algorithm: "rsa".to_owned(), bits: Some(2048) },
        signature_algorithm: "sha256-rsa".to_owned(),
        self_signed: SelfSigned::Yes,
        certificate_authority: false,
        key_usage: None,
        extended_key_usage: Some(vec!["server-auth".to_owned()]),
        sha1: "ab".repeat(20),
        sha256: "ab".repeat(32),
        name_match: NameMatch { looked_for: name.to_owned(), is_address: false, found: false },
        chain: RecordedChain::default(),
        trust: Trust::NotChecked { reason: "a test".to_owned() },
    });
    evidence
}

fn claim_version(evidence: &mut Evidence, version: Option<&str>) {
    evidence.stages.credssp.outcome = StageOutcome::Completed(CredSsp {
        version: 6,
        carries_client_nonce: false,
        challenge: Some(NtlmChallenge {
            flags: 0,
            target_name: None,
            claimed_os_version: version.map(str::to_owned),
            netbios_computer: None,
            netbios_domain: None,
            dns_computer: None,
            dns_domain: None,
            dns_tree: None,
            timestamp: None,
            av_pairs: Vec::new(),
        }),
        clock_skew_seconds: None,
    });
}

#[test]
fn old_versions_are_switched_off_only_where_there_are_newer_ones() {
    let codes = |newest_tls, cause| -> Vec<String> {
        let mut facts = facts(Product::Windows);
        facts.newest_tls = newest_tls;
        for_cause(cause, &facts).into_iter().map(|remedy| remedy.code).collect()
    };
    let (off, on) = ("disable-tls-1-0-and-1-1".to_owned(), "enable-tls-1-2-on-host".to_owned());
    let old = codes(Some(0x0301), Cause::LegacyTlsEnabled);
    assert!(!old.contains(&off) && old.contains(&on), "{old:?}");
    let new = codes(Some(0x0303), Cause::LegacyTlsEnabled);
    assert!(new.contains(&off) && !new.contains(&on), "{new:?}");
    let suites = codes(Some(0x0301), Cause::NoCommonCipherSuite);
    assert_eq!(suites.first(), Some(&on), "a suite for TLS 1.2 is of no use without it");
    assert!(!codes(Some(0x0304), Cause::NoCommonCipherSuite).contains(&on));
}
