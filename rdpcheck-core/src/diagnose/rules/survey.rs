//! What the survey of TLS versions and suites means.

use super::super::Cause;
use super::super::board::{Board, Weight};
use super::super::clients::{self, ClientOutlook, Outcome};
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{NumberedName, StageFailure, TlsSupport, VersionState, VersionSupport};

const SUPPORT: &str = "/stages/tls_support/facts";
const FAILURE: &str = "/stages/tls/failure";
const TLS12: u16 = 0x0303;
/// What an answer to a hand-made ClientHello leaves open.
const REST_UNSEEN: &str =
    "that the rest of the connection works: the handshake was not carried on, and CredSSP was not tried";

rules! {
    OLD_VERSIONS_ACCEPTED: Confirms [LegacyTlsEnabled], "old-versions-accepted", "the survey finds versions below TLS 1.2";
    OLD_VERSIONS_REFUSED: Excludes [LegacyTlsEnabled], "old-versions-refused", "the survey asked for every version below TLS 1.2, and the host refuses them";
    SURVEY_ANSWERED: Excludes [TlsServiceHung, MiddleboxDropsTls, TlsDisabledOnHost], "survey-answered", "the host answers hellos of the survey";
    SURVEY_GOES_NO_FURTHER: Hides [ListenerKeyUnusable], "survey-goes-no-further", "the host answers hellos of the survey, which are not carried on";
    CURRENT_CLIENT_LACKS_VERSION: Confirms [NoCommonTlsVersion], "current-client-lacks-version", "the survey finds no version that a current client has";
    OUR_LIBRARY_LACKS_VERSION: Fits [NoCommonTlsVersion], "our-library-lacks-version", "the survey finds no version that our library has, and a current client has one";
    CURRENT_CLIENT_LACKS_SUITE: Confirms [NoCommonCipherSuite], "current-client-lacks-suite", "the survey finds no suite that a current client has";
    OUR_LIBRARY_LACKS_SUITE: Supports [NoCommonCipherSuite], "our-library-lacks-suite", "the survey finds no suite that our library and strict clients have";
    SURVEY_FINDS_TLS12: Excludes [NoCommonTlsVersion], "survey-finds-tls12", "the survey finds TLS 1.2 or later";
    ONLY_OUR_HELLO_FAILS: Fits [MiddleboxResetsTls, NoCommonTlsVersion], "only-our-hello-fails", "the survey finds suites that our library has too, and the library's own hello fails";
    OTHER_CLIENTS_STOPPED: Fits [NoCommonTlsVersion, NoCommonCipherSuite], "other-clients-stopped", "a current client connects, and the survey finds nothing in common with an older one of Windows 10";
}

/// Versions below TLS 1.2 are a risk where better ones are there too, and no cause of failure.
pub(super) fn legacy(view: &View<'_>, support: &TlsSupport, board: &mut Board) {
    let old: Vec<&VersionSupport> =
        support.accepted().filter(|accepted| accepted.version.value < TLS12).collect();
    let asked = support
        .versions
        .iter()
        .filter(|version| version.version.value < TLS12)
        .all(|version| version.state != VersionState::NotSeen);
    if old.is_empty() {
        if asked {
            board.apply_to_all(
                OLD_VERSIONS_REFUSED,
                "The host refuses everything below TLS 1.2.",
                &format!("{SUPPORT}/versions"),
            );
        }
        return;
    }
    let names = list(old.iter().map(|accepted| &accepted.version));
    let only = support.accepted().all(|accepted| accepted.version.value < TLS12);
    let message = if only {
        let suites = support.accepted().last().map_or_else(String::new, |best| {
            format!(" with {}", list(best.suites.iter().take(4).map(|suite| &suite.suite)))
        });
        let who = windows_clients(&clients::by_tls(view.evidence));
        format!(
            "The host speaks nothing better than {names}{suites}, which is obsolete (RFC 8996, RFC 7568). {who}"
        )
    } else {
        format!(
            "The host also accepts {names}, which is obsolete (RFC 8996, RFC 7568): a risk, and no cause of failure."
        )
    };
    board
        .apply(OLD_VERSIONS_ACCEPTED, message)
        .weighs(if only { Weight::Degrades } else { Weight::Informs })
        .seen(&format!("{SUPPORT}/versions"), names);
}

/// Our library's handshake failed, and hand-made hellos show what the host speaks.
pub(super) fn explains(view: &View<'_>, failure: &StageFailure, support: &TlsSupport, board: &mut Board) {
    legacy(view, support, board);
    board.apply_to_all(SURVEY_ANSWERED, "The host answers a ClientHello that suits it.", SUPPORT);
    board.hide(
        SURVEY_GOES_NO_FURTHER,
        "The host answers a ClientHello that suits it; whether it can use its key shows later in the handshake.",
    );
    let Some(best) = support.accepted().last() else {
        return;
    };
    let versions = list(support.accepted().map(|accepted| &accepted.version));
    let incomplete = if best.suites_complete { "" } else { " and perhaps more" };
    let suites = format!("{}{incomplete}", list(best.suites.iter().map(|suite| &suite.suite)));
    let outlook = clients::by_tls(view.evidence);
    let current = outlook.iter().find(|client| client.client == clients::CURRENT);
    let current_stops = current.is_some_and(ClientOutlook::is_stopped);
    let who = windows_clients(&outlook);
    let weight = if current_stops { Weight::Blocks } else { Weight::Degrades };
    let by_suites = current.is_some_and(|client| client.cause == Some(Cause::NoCommonCipherSuite));
    if best.version.value < TLS12 && !by_suites {
        board
            .apply(
                if current_stops { CURRENT_CLIENT_LACKS_VERSION } else { OUR_LIBRARY_LACKS_VERSION },
                format!("The host speaks {versions} at most, with {suites}. {who}"),
            )
            .weighs(weight)
            .seen(FAILURE, failure.kind.to_string())
            .seen(&format!("{SUPPORT}/versions"), versions)
            .not_proved(REST_UNSEEN);
        return;
    }
    let aead = best
        .suites
        .iter()
        .any(|suite| matches!(suite.suite.value, 0xc02b | 0xc02c | 0xc02f | 0xc030 | 0x1301..=0x1303));
    if aead && best.version.value >= TLS12 {
        for (cause, message) in [
            (
                Cause::MiddleboxResetsTls,
                "The host answers hand-made hellos with suites that our library has too, and not the library's: something minds that hello.",
            ),
            (
                Cause::NoCommonTlsVersion,
                "The host answers hand-made hellos with suites that our library has too, and not the library's.",
            ),
        ] {
            board
                .apply_to(cause, ONLY_OUR_HELLO_FAILS, message)
                .weighs(Weight::Degrades)
                .seen(FAILURE, failure.kind.to_string())
                .seen(&format!("{SUPPORT}/versions"), versions.clone());
        }
        return;
    }
    board
        .apply(
            if current_stops { CURRENT_CLIENT_LACKS_SUITE } else { OUR_LIBRARY_LACKS_SUITE },
            format!(
                "The host speaks {versions} and has none of the suites with elliptic curves and AEAD, but {suites}. {who}"
            ),
        )
        .weighs(weight)
        .seen(FAILURE, failure.kind.to_string())
        .seen(&format!("{SUPPORT}/versions"), suites)
        .not_proved(REST_UNSEEN);
    if best.version.value >= TLS12 {
        board.apply_to_all(
            SURVEY_FINDS_TLS12,
            &format!("The host speaks {versions}."),
            &format!("{SUPPORT}/versions"),
        );
    }
}

/// Clients of Windows that are still in use and that TLS stops though a current one gets through.
pub(super) fn other_clients(view: &View<'_>, board: &mut Board) {
    let outlook = clients::by_tls(view.evidence);
    for &cause in OTHER_CLIENTS_STOPPED.causes {
        let stopped: Vec<&str> = outlook
            .iter()
            .filter(|client| client.cause == Some(cause) && client.client.starts_with("windows-10"))
            .map(|client| client.name.as_str())
            .collect();
        if !stopped.is_empty() {
            board
                .apply_to(
                    cause,
                    OTHER_CLIENTS_STOPPED,
                    format!(
                        "A current client connects; by their default settings these do not: {}.",
                        stopped.join(", ")
                    ),
                )
                .weighs(Weight::Informs)
                .seen(&format!("{SUPPORT}/versions"), list(outlook_versions(view)))
                .not_proved("that such a client is in use");
        }
    }
}

fn outlook_versions<'a>(view: &View<'a>) -> impl Iterator<Item = &'a NumberedName> {
    view.evidence
        .stages
        .tls_support
        .facts()
        .into_iter()
        .flat_map(|support| support.accepted().map(|accepted| &accepted.version))
}

/// Which of Windows' own clients connect; the report's `clients` has the others and the reasons.
fn windows_clients(outlook: &[ClientOutlook]) -> String {
    let named = |outcome: Outcome| -> Vec<String> {
        outlook
            .iter()
            .filter(|client| client.outcome == outcome)
            .filter_map(|client| client.name.strip_prefix("Windows "))
            .map(|name| name.replace("version ", ""))
            .collect()
    };
    let (connects, stops, unknown) =
        (named(Outcome::Connects), named(Outcome::Stops), named(Outcome::Unknown));
    let all = connects.len() + stops.len() + unknown.len();
    if connects.len() == all {
        return "The client of every Windows from 7 to 11 and Server 2025 can connect by its default settings.".to_owned();
    }
    if stops.len() == all {
        return "The client of no Windows from 7 to 11 and Server 2025 can connect by its default settings."
            .to_owned();
    }
    let mut words = Vec::new();
    for (names, what) in [(stops, "cannot connect"), (connects, "can"), (unknown, "is open")] {
        if !names.is_empty() {
            words.push(format!("{what}: {}", names.join(", ")));
        }
    }
    format!("Of the clients of Windows by their default settings, {}.", words.join("; "))
}

#[expect(single_use_lifetimes, reason = "`impl Trait` takes no anonymous lifetime yet")]
fn list<'a>(names: impl Iterator<Item = &'a NumberedName>) -> String {
    let words: Vec<String> =
        names.map(|name| name.name.clone().unwrap_or_else(|| format!("0x{:04x}", name.value))).collect();
    if words.is_empty() { "no suite that was asked for".to_owned() } else { words.join(", ") }
}
