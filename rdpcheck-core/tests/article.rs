//! What is commonly advised against "error code 0x904, extended error code 0x7", and what answers it here.
//!
//! The table makes `docs/article.md`; `RDPCHECK_BLESS=1` writes it anew.
#![expect(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::path::Path;

use rdpcheck_core::diagnose::{NotOffered, Remedy, RemedyKind};
use rdpcheck_core::evidence::{Probe, Stage};
use rdpcheck_core::{Cause, ClientError};

/// How a cause of a row comes to light.
#[derive(Clone, Copy)]
enum Look {
    /// A stage of every check.
    Stage(Stage),
    /// A further connection, made when it would settle something.
    Probe(Probe),
    /// Read where it is: what [`Cause::settle_by`] names for this cause, with the words that must be in it.
    Read(Cause, &'static str),
}

use Look::{Probe as P, Read, Stage as S};

struct Row {
    /// What is advised.
    advised: &'static str,
    /// What the evidence says.
    evidence: &'static str,
    causes: &'static [Cause],
    looks: &'static [Look],
    /// Codes of remedies, the first to try first.
    remedies: &'static [&'static str],
    /// Words of the advice that is not offered.
    folklore: &'static [&'static str],
}

const ROWS: &[Row] = &[
    Row {
        advised: "TCP to the port connects, and a bad network or packet loss drops the session right after.",
        evidence: "TCP sends lost segments again, so loss must be heavy to end a connection before a session exists. A forwarder that cannot reach the host, a limit of connections, or big packets that vanish end it in the same way, and each can be told apart.",
        causes: &[
            Cause::PacketLoss,
            Cause::PathMtuBlackHole,
            Cause::UnstablePath,
            Cause::SlowPath,
            Cause::ForwarderWithoutBackend,
            Cause::ConnectionLimit,
        ],
        looks: &[P(Probe::Path), P(Probe::SmallSegments), P(Probe::Repeat), P(Probe::Connect)],
        remedies: &[
            "replace-lossy-link",
            "let-too-big-messages-pass",
            "correct-forwarder-target",
            "end-session",
        ],
        folklore: &["disable UDP"],
    },
    Row {
        advised: "The network is unstable, or the certificates of host and client do not match.",
        evidence: "A self-signed certificate or another name in it gives a prompt and no 0x904. What ends the connection is a key that the host cannot use, or a device that breaks TLS open.",
        causes: &[
            Cause::ListenerKeyUnusable,
            Cause::CertificateExpired,
            Cause::CertificateNameMismatch,
            Cause::CertificateUntrusted,
            Cause::CertificateWeak,
            Cause::CertificateWrongUsage,
            Cause::CertificateVaries,
            Cause::TlsIntercepted,
        ],
        looks: &[S(Stage::Tls), S(Stage::Certificate), P(Probe::BroadHello)],
        remedies: &[
            "grant-key-to-network-service",
            "renew-windows-certificate",
            "replace-certificate",
            "connect-by-name-in-certificate",
        ],
        folklore: &["MachineKeys", "switch the warning off"],
    },
    Row {
        advised: "Client and server cannot agree on TLS: the server speaks only the RDP security layer or TLS that is too old.",
        evidence: "That happens, and is measured: which versions and suites the host answers, and which clients that stops. The host is brought to TLS 1.2, not the client back.",
        causes: &[
            Cause::SecurityLayerRdpOnly,
            Cause::NoCommonTlsVersion,
            Cause::NoCommonCipherSuite,
            Cause::TlsDisabledOnHost,
        ],
        looks: &[S(Stage::Negotiate), P(Probe::OldHello), P(Probe::TlsSupport), P(Probe::OfferRdp)],
        remedies: &["enable-tls-1-2-on-host", "negotiate-security-layer"],
        folklore: &["switch TLS 1.0", "cipher suite policy"],
    },
    Row {
        advised: "A device on the network interferes with the encrypted traffic.",
        evidence: "A device is told from the host by what it answers faster than the host could, and by content that passes where TLS or X.224 does not. That asks for a repeat and a control, not for one failed attempt.",
        causes: &[
            Cause::MiddleboxResetsRdp,
            Cause::MiddleboxResetsTls,
            Cause::MiddleboxDropsTls,
            Cause::LargeHelloDropped,
            Cause::TlsIntercepted,
        ],
        looks: &[P(Probe::SplitRequest), P(Probe::SplitHello), P(Probe::PlainData), P(Probe::LargeHello)],
        remedies: &["correct-inspection-rule", "exempt-from-inspection-for-test", "leave-tls-unbroken"],
        folklore: &[],
    },
    Row {
        advised: "By policy (Remote Desktop Session Host, Security), set the security layer to RDP.",
        evidence: "It goes around TLS and so around whatever is wrong with it, and leaves that as it is. Standard RDP Security does not prove who the host is, and excludes network level authentication. It is a test of some minutes, with an undo.",
        causes: &[Cause::ListenerKeyUnusable, Cause::SecurityLayerRdpOnly, Cause::SecuritySettingsOutOfRange],
        looks: &[S(Stage::Negotiate), Read(Cause::SecuritySettingsOutOfRange, "SecurityLayer")],
        remedies: &["security-layer-rdp-for-test", "security-settings-in-range", "negotiate-security-layer"],
        folklore: &["set the security layer to RDP for good"],
    },
    Row {
        advised: "For a while, switch network level authentication off.",
        evidence: "It tells a fault of CredSSP or of the domain from one of TLS, and shows everybody the logon screen as long as it lasts. Network level authentication is the normal setting.",
        causes: &[Cause::NlaRequired, Cause::CredsspFails],
        looks: &[S(Stage::Credssp), P(Probe::OfferSsl)],
        remedies: &["nla-off-for-test", "client-with-credssp"],
        folklore: &["network level authentication off for good"],
    },
    Row {
        advised: "The update of 2018 for CredSSP (CVE-2018-0886) is on one side and not on the other.",
        evidence: "It is true, and not of 0x904: the client shows another dialog, about CredSSP encryption oracle remediation, without this code. The remedy is the update, not a policy that opens the hole again.",
        causes: &[Cause::CredsspOraclePolicy],
        looks: &[
            S(Stage::Credssp),
            P(Probe::CredsspVersions),
            Read(Cause::CredsspOraclePolicy, "event 6041"),
        ],
        remedies: &["update-host-for-cve-2018-0886", "update-client-for-cve-2018-0886"],
        folklore: &["AllowEncryptionOracle to 2"],
    },
    Row {
        advised: "The host falls asleep: let it never sleep while plugged in.",
        evidence: "A host that sleeps does not connect at all, which shows as 0x204; only one that falls asleep during a session shows 0x904. Remote Desktop cannot wake it, a Wake-on-LAN packet can.",
        causes: &[Cause::HostAsleep, Cause::SleepEnabled],
        looks: &[P(Probe::WakeOnLan), P(Probe::Neighbour), Read(Cause::SleepEnabled, "powercfg")],
        remedies: &["wake-on-lan", "keep-awake-while-plugged-in", "enable-wake-on-magic-packet"],
        folklore: &["power plan"],
    },
    Row {
        advised: "In the firewall, allow \"Remote Desktop\" and \"Remote Desktop (WebSocket)\".",
        evidence: "A firewall that drops or refuses the connection request shows as 0x204, not as 0x904. The rules for WebSocket do not matter to a client that connects to the RDP port, and are off on healthy hosts.",
        causes: &[Cause::FirewallRuleDisabled, Cause::FirewallDrops, Cause::WebsocketRule],
        looks: &[
            S(Stage::Connect),
            P(Probe::WebSocket3387),
            Read(Cause::FirewallRuleDisabled, "RemoteDesktop-UserMode-In-TCP"),
        ],
        remedies: &["enable-firewall-rules", "add-firewall-rule-for-port"],
        folklore: &["WebSocket", "switch the firewall off"],
    },
    Row {
        advised: "Find a stuck session with qwinsta and reset it with rwinsta.",
        evidence: "A session that blocks its user shows as 0x3 with 0x5; where the host has reached its limit of connections, ending one helps as well. What was not saved in the session is lost.",
        causes: &[Cause::StuckSession, Cause::ConnectionLimit],
        looks: &[Read(Cause::StuckSession, "qwinsta"), P(Probe::Repeat)],
        remedies: &["end-session", "end-session-from-afar"],
        folklore: &["switch the host off and on"],
    },
    Row {
        advised: "Look at the properties of the network adapter.",
        evidence: "An adapter that may be switched off to save power ends sessions that exist (0x904 with 0x0), and not connections before a session.",
        causes: &[Cause::AdapterPowerSaving, Cause::UnstablePath],
        looks: &[Read(Cause::AdapterPowerSaving, "Get-NetAdapterPowerManagement"), P(Probe::Path)],
        remedies: &["adapter-stays-on", "adapter-not-switched-off", "update-adapter-driver"],
        folklore: &["power plan"],
    },
    Row {
        advised: "Do it on the host, at its console or by remote PowerShell.",
        evidence: "That is right, and every remedy says where it is run: a host that cannot be reached by Remote Desktop needs another way in.",
        causes: &[Cause::RdpDisabled, Cause::RdpServiceDisabled],
        looks: &[S(Stage::Connect), Read(Cause::RdpDisabled, "fDenyTSConnections")],
        remedies: &["allow-connections", "start-term-service"],
        folklore: &[],
    },
];

impl Row {
    fn remedy(&self, code: &str) -> Remedy {
        let mut all = self.causes.iter().flat_map(|cause| cause.remedies());
        all.find(|remedy| remedy.code == code).unwrap_or_else(|| panic!("no remedy {code}: {}", self.advised))
    }

    fn not_offered(&self, words: &str) -> NotOffered {
        let mut all = self.causes.iter().flat_map(|cause| cause.not_offered());
        all.find(|other| other.advice.contains(words))
            .unwrap_or_else(|| panic!("nothing is said of {words:?}: {}", self.advised))
    }

    fn page_of(&self, belongs: impl Fn(Cause) -> bool) -> Cause {
        self.causes.iter().copied().find(|cause| belongs(*cause)).expect("a cause of the row")
    }
}

fn linked(cause: Cause, words: &str, anchor: &str) -> String {
    format!("[{words}](causes/{cause}.md{anchor})")
}

fn page() -> String {
    let mut page = "\
<!-- Generated by `cargo test -p rdpcheck-core --test article` with RDPCHECK_BLESS=1; do not edit. -->

# What is commonly advised

Against \"error code 0x904, extended error code 0x7\" the web has one list of advice, in many copies.
Here is each entry in our own words, what the evidence says of it, what rdpcheck looks at, and what it offers instead.
"
    .to_owned();
    for (index, row) in ROWS.iter().enumerate() {
        page.push_str(&format!("\n## {}. {}\n\n{}\n\n", index + 1, row.advised, row.evidence));
        let causes: Vec<String> =
            row.causes.iter().map(|&cause| linked(cause, &format!("`{cause}`"), "")).collect();
        page.push_str(&format!("* Causes: {}\n", causes.join(", ")));
        let looks: Vec<String> = row
            .looks
            .iter()
            .map(|look| match look {
                S(stage) => format!("stage `{stage}`"),
                P(probe) => format!("probe `{probe}`"),
                Read(cause, words) => {
                    format!("to be read where it is: {}", linked(*cause, words, "#how-to-confirm"))
                }
            })
            .collect();
        page.push_str(&format!("* Looked at: {}\n", looks.join("; ")));
        for code in row.remedies {
            let remedy = row.remedy(code);
            let of = row.page_of(|cause| cause.remedies().iter().any(|other| other.code == *code));
            let kind = match remedy.kind {
                RemedyKind::Isolation => "Isolation step, to be undone",
                _ => "Remedy",
            };
            let undo = if remedy.undo.is_some() { "with its undo" } else { "nothing to undo, or no way to" };
            page.push_str(&format!(
                "* {kind}: {} ({}; {undo}). Risk: {}\n",
                linked(of, &format!("`{code}`"), &format!("#{code}")),
                remedy.whereabouts(),
                remedy.risk,
            ));
        }
        for words in row.folklore {
            let other = row.not_offered(words);
            let of = row.page_of(|cause| cause.not_offered().contains(&other));
            page.push_str(&format!(
                "* {}: {}: {}.\n",
                linked(of, "Not advised", "#not-advised"),
                other.advice,
                other.reason
            ));
        }
    }
    page
}

#[test]
fn the_page_is_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/article.md");
    let page = page();
    assert!(page.is_ascii());
    if std::env::var_os("RDPCHECK_BLESS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap();
    assert!(found == page, "docs/article.md differs from the table; RDPCHECK_BLESS=1 writes it");
}

#[test]
fn every_row_is_answered() {
    assert_eq!(ROWS.len(), 12);
    for row in ROWS {
        let name = row.advised;
        assert!(!row.causes.is_empty() && !row.looks.is_empty() && !row.remedies.is_empty(), "{name}");
        for cause in row.causes {
            assert!(!cause.remedies().is_empty() || cause.no_remedy().is_some(), "{name}: {cause}");
        }
        for code in row.remedies {
            let remedy = row.remedy(code);
            assert!(!remedy.risk.is_empty(), "{code}");
            assert!(remedy.undo.is_some() || remedy.no_undo.is_some(), "{code}");
            let isolation = remedy.kind == RemedyKind::Isolation;
            assert!(!isolation || remedy.undo.is_some(), "{code} is a test that cannot be undone");
        }
        for words in row.folklore {
            assert!(row.not_offered(words).reason.len() > 20, "{name}: {words}");
        }
        for look in row.looks {
            match look {
                P(probe) => assert!(Probe::ALL.contains(probe), "{name}: {probe}"),
                S(stage) => assert!(Stage::ALL.contains(stage), "{name}: {stage}"),
                Read(cause, words) => {
                    assert!(row.causes.contains(cause), "{name}: {cause}");
                    assert!(cause.settle_by(true).any(|way| way.contains(words)), "{cause}: {words}");
                }
            }
        }
    }
}

/// Row 5 and 6: what bypasses the fault is offered as a test only, and never as the first thing.
#[test]
fn bypasses_are_isolation_steps() {
    for code in ["security-layer-rdp-for-test", "nla-off-for-test"] {
        let found: Vec<Remedy> = Cause::ALL
            .iter()
            .flat_map(|cause| cause.remedies())
            .filter(|remedy| remedy.code == code)
            .collect();
        assert!(!found.is_empty(), "{code}");
        assert!(found.iter().all(|remedy| remedy.kind == RemedyKind::Isolation && remedy.undo.is_some()));
    }
}

/// Row 7: the oracle has a dialog of its own, and is no cause of 0x904.
#[test]
fn the_oracle_shows_another_dialog() {
    assert!(!Cause::CredsspOraclePolicy.can_show(ClientError::SOCKET_CLOSED));
    let row = ROWS.iter().find(|row| row.causes.contains(&Cause::CredsspOraclePolicy)).unwrap();
    assert!(row.evidence.contains("another dialog"));
    let weakening = |remedy: &Remedy| {
        remedy
            .command
            .as_ref()
            .is_some_and(|command| command.contains("AllowEncryptionOracle") && command.contains("/d 2"))
    };
    assert!(!Cause::ALL.iter().flat_map(|cause| cause.remedies()).any(|remedy| weakening(&remedy)));
}

/// Row 9: the rules for WebSocket are folklore, and say so.
#[test]
fn websocket_rules_are_folklore() {
    let cause = Cause::WebsocketRule;
    assert!(cause.remedies().is_empty() && cause.no_remedy().is_some() && cause.shows().next().is_none());
    assert!(cause.not_offered().iter().any(|other| other.advice.contains("WebSocket")));
}

/// Rows 8 and 9: sleep and firewalls stop a connection earlier than 0x904 with 0x7.
#[test]
fn what_stops_tcp_is_not_0x904() {
    for cause in [Cause::HostAsleep, Cause::SleepEnabled, Cause::FirewallRuleDisabled, Cause::FirewallDrops] {
        assert!(!cause.can_show(ClientError::SOCKET_CLOSED), "{cause}");
        assert!(cause.can_show(ClientError::new(0x204, None)), "{cause}");
    }
}

/// Row 12: every remedy on the host says how to get there.
#[test]
fn every_remedy_says_where() {
    for remedy in Cause::ALL.iter().flat_map(|cause| cause.remedies()) {
        assert!(!remedy.whereabouts().is_empty(), "{}", remedy.code);
    }
}
