use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::board::Board;
use super::clients;
use super::finding::Verdict;
use super::headline::Headline;
use super::rule::Effect;
use super::rules::client;
use super::shown::{Moment, Reach};
use super::view::View;
use super::{Cause, ShownBasis};
use crate::code::ClientError;
use crate::evidence::{Aftermath, FailureKind, Stage};

/// What a Windows client would show against the host as measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ExpectedClientError {
    /// The error code; null when none is expected or none is known.
    pub code: Option<u32>,
    /// The extended error code; null when it is not known.
    pub extended: Option<u32>,
    /// Where this comes from.
    pub basis: Basis,
    /// Why, in one sentence.
    pub reason: String,
    /// Other pairs that clients show against the same state.
    pub alternatives: Vec<ClientError>,
}

/// Where an expected code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Basis {
    /// Concluded from the stage at which the connection stops.
    Inferred,
    /// No code is expected, or none is known; the reason says which.
    None,
    /// The event that the code names was seen: the name did not resolve, TCP did not connect, or the peer closed the
    /// connection before a session existed.
    Observed,
}

impl Basis {
    /// Every basis.
    pub const ALL: &'static [Self] = &[Self::Inferred, Self::None, Self::Observed];

    /// Stable code of this basis, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::None => "none",
            Self::Observed => "observed",
        }
    }
}

/// Whether what a client showed goes with what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClientErrorFit {
    /// How the two go together.
    pub outcome: FitOutcome,
    /// The same in words, and where to look next.
    pub message: String,
}

/// How the code of a client and a host as measured go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FitOutcome {
    /// The host fails as measured, and shows another code: the state has changed since, or another host was meant.
    Contradicted,
    /// The host as measured shows just this.
    Expected,
    /// A cause that is open for what was measured, or that the code itself names, can show it.
    Explained,
    /// Nothing that was measured shows it: the fault is not visible from this place or at this time.
    Unexplained,
    /// No authoritative meaning of the code is known.
    UnknownCode,
}

impl FitOutcome {
    /// Every outcome.
    pub const ALL: &'static [Self] =
        &[Self::Contradicted, Self::Expected, Self::Explained, Self::Unexplained, Self::UnknownCode];

    /// Stable code of this outcome, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::Expected => "expected",
            Self::Explained => "explained",
            Self::Unexplained => "unexplained",
            Self::UnknownCode => "unknown-code",
        }
    }
}

impl fmt::Display for FitOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl ExpectedClientError {
    /// Whether a client that shows this pair can have met the host in this state. An extended code that is not known
    /// fits any.
    #[must_use]
    pub fn detects(&self, shown: ClientError) -> bool {
        let main = self.code.map(|code| ClientError::new(code, self.extended));
        main.into_iter().chain(self.alternatives.iter().copied()).any(|expected| shown.fits(expected))
    }

    fn pair(code: u32, extended: Option<u32>, basis: Basis, reason: &str) -> Self {
        Self { code: Some(code), extended, basis, reason: reason.to_owned(), alternatives: Vec::new() }
    }

    fn none(reason: &str) -> Self {
        Self {
            code: None,
            extended: None,
            basis: Basis::None,
            reason: reason.to_owned(),
            alternatives: Vec::new(),
        }
    }

    fn or(mut self, code: u32, extended: Option<u32>) -> Self {
        self.alternatives.push(ClientError::new(code, extended));
        self
    }
}

/// The map from the stage at which a connection stops to the code that mstsc shows: `OnDisconnected` for the codes, and
/// for 0x904/0x7 the reproductions in which a host resets at the ClientHello or another program owns the port.
pub(super) fn expected(view: &View<'_>, headline: Headline, board: &Board) -> ExpectedClientError {
    let pair = ExpectedClientError::pair;
    let oracle = board.verdict(Cause::CredsspOraclePolicy).is_some_and(|verdict| verdict <= Verdict::Likely);
    if headline == Headline::Unknown {
        return ExpectedClientError::none("It could not be told whether a client gets a session.");
    }
    let first = view.first_attempt().map(|(first, failure)| (first.stage, failure));
    let Some((stage, failure)) = view.failure.or(first) else {
        return match headline {
            _ if oracle => ExpectedClientError::none(
                "A patched client shows its own dialog about CredSSP encryption oracle remediation, without a code.",
            ),
            Headline::Degraded => degraded(board),
            Headline::Failing => {
                pair(0x904, Some(7), Basis::Inferred, "The host ends the connection before a session exists.")
            }
            _ => ExpectedClientError::none("The connection works as far as the network can show."),
        };
    };
    if headline == Headline::Degraded && first.is_none() {
        return degraded(board);
    }
    let closed = "The peer ends the connection before a session exists.";
    match (stage, &failure.kind) {
        (Stage::Resolve, _) => pair(0x104, None, Basis::Observed, "The name is not resolved.")
            .or(0x208, None)
            .or(0x508, None)
            .or(0x604, None),
        (Stage::Connect, FailureKind::TimedOut { .. }) => {
            pair(0x204, None, Basis::Observed, "TCP does not connect.").or(0x108, None)
        }
        (Stage::Connect, _) => pair(0x204, None, Basis::Observed, "TCP does not connect."),
        (Stage::Negotiate, FailureKind::TimedOut { .. }) => {
            pair(0x704, None, Basis::Inferred, "The X.224 request is not answered.").or(0x108, None)
        }
        (Stage::Negotiate, FailureKind::NegotiationRejected { code: 5, .. }) => {
            pair(0xB09, None, Basis::Inferred, "The host insists on network level authentication.")
        }
        (Stage::Negotiate, FailureKind::NegotiationRejected { .. }) => {
            pair(0x904, Some(7), Basis::Inferred, "The host refuses what a current client offers.")
        }
        (_, FailureKind::TimedOut { .. }) => {
            pair(0x108, None, Basis::Inferred, "The host stops answering.").or(0x704, None)
        }
        // A client with Kerberos may get further than this check's NTLM.
        (Stage::Credssp, FailureKind::Closed | FailureKind::Reset) => {
            pair(0x904, Some(7), Basis::Inferred, closed)
        }
        (_, FailureKind::Closed | FailureKind::Reset) => pair(0x904, Some(7), Basis::Observed, closed),
        (_, FailureKind::TlsAlert { .. }) => {
            pair(0x904, Some(7), Basis::Inferred, "The host ends the TLS handshake before a session exists.")
        }
        _ => pair(
            0x904,
            Some(7),
            Basis::Inferred,
            "The client gives up on what the peer sends before a session exists.",
        ),
    }
}

/// Windows clients connect; what those show that do not is known of some causes.
fn degraded(board: &Board) -> ExpectedClientError {
    // Of what stops the same clients each time; a path that loses shows its codes now and then.
    const STOP_SOME: &[Cause] =
        &[Cause::CertificateExpired, Cause::CertificateNotYetValid, Cause::ClockSkew, Cause::NtlmRefused];
    let likely = |cause: &&Cause| board.verdict(**cause).is_some_and(|verdict| verdict <= Verdict::Likely);
    let mut alternatives: Vec<ClientError> = Vec::new();
    // What is only concluded is no detection on a host that works.
    let known = STOP_SOME.iter().filter(likely).flat_map(|cause| cause.shown_as());
    for (shown, _) in known.filter(|(_, basis)| *basis != ShownBasis::Inferred) {
        if !alternatives.contains(&shown) {
            alternatives.push(shown);
        }
    }
    ExpectedClientError {
        alternatives,
        ..ExpectedClientError::none(
            "Windows clients are expected to connect; see the findings for which do not.",
        )
    }
}

/// Hears what a client showed: applies the rules of its code, and says whether it goes with what was measured.
///
/// To be called when the headline stands, which no code of a client turns.
pub(super) fn hear(
    view: &View<'_>,
    headline: Headline,
    expected: &ExpectedClientError,
    board: &mut Board,
) -> Option<ClientErrorFit> {
    let shown = view.shown?;
    let measured = board.verdicts();
    let moment = Moment::of(shown);
    let stops_at = stops_at(view, headline);
    // What lets some clients through, or may let those through that use Kerberos, contradicts nothing that comes later.
    let surely = stops_at.filter(|reach| *reach < Reach::Logon && !lets_some_through(view));
    let before = surely.zip(moment.and_then(Moment::reach)).is_some_and(|(stops, needs)| stops < needs);
    client::judge(view, before, board);
    let fit = |outcome, message: String| Some(ClientErrorFit { outcome, message });
    let code = format!("The code that the client showed, {shown},");
    let Some(moment) = moment else {
        return fit(
            FitOutcome::UnknownCode,
            format!("{code} has no meaning that is known with authority: nothing was concluded from it."),
        );
    };
    if expected.code.is_some() && expected.detects(shown) {
        let when = if view.first_attempt().is_some() && view.failure.is_none() {
            "is what a Windows client would have shown at this check's first try, though a later one came further"
        } else {
            "is what a Windows client shows against this host as measured"
        };
        return fit(FitOutcome::Expected, format!("{code} {when}. {}", expected.reason));
    }
    if moment == Moment::Gateway {
        return fit(
            FitOutcome::Explained,
            format!(
                "{code} comes from a Remote Desktop gateway: the client came another way in than this check, which goes to the host itself. Look at the gateway and the client's account there."
            ),
        );
    }
    if matches!(moment, Moment::Client | Moment::Ended) {
        return fit(
            FitOutcome::Unexplained,
            format!("{code} says that {}: nothing that the network could show.", moment.says()),
        );
    }
    if before {
        if moment == Moment::Lost
            && stops_at == Some(Reach::Tcp)
            && [Cause::HostAsleep, Cause::HostOff].iter().any(|cause| is_open(&measured, *cause))
        {
            return fit(
                FitOutcome::Explained,
                format!(
                    "{code} says that {}. The host does not answer now: it may have gone to sleep or off, or its network with it. A new connection shows {}.",
                    moment.says(),
                    pairs(expected)
                ),
            );
        }
        return fit(FitOutcome::Contradicted, contradiction(view, &code, shown, moment, expected));
    }
    // The event itself did not happen here, whatever else could lead to it.
    let did_not_happen = matches!(moment, Moment::Name | Moment::Connect)
        && stops_at.zip(moment.reach()).is_some_and(|(stops, needs)| needs < stops);
    let explained = explanation(&code, shown, &measured, board).filter(|_| !did_not_happen);
    if let Some(message) = explained {
        return fit(FitOutcome::Explained, message);
    }
    match (stops_at, moment.reach()) {
        (Some(stops), Some(needs)) if needs <= stops => {
            fit(FitOutcome::Contradicted, contradiction(view, &code, shown, moment, expected))
        }
        _ => fit(FitOutcome::Unexplained, unexplained(view, headline, &code, moment, board)),
    }
}

fn is_open(verdicts: &BTreeMap<Cause, Verdict>, cause: Cause) -> bool {
    verdicts.get(&cause).copied().is_some_and(Verdict::is_open)
}

/// Where the host stops the connections of current clients; `None` where it does not, or that could not be told.
fn stops_at(view: &View<'_>, headline: Headline) -> Option<Reach> {
    match headline {
        Headline::Failing | Headline::Unreachable | Headline::NotRdp => {}
        Headline::Healthy | Headline::Degraded | Headline::Unknown => return None,
    }
    let facts = view.evidence.stages.negotiate.facts();
    Some(match view.failure {
        Some((stage, _)) => Reach::of(stage),
        None if facts.is_some_and(|facts| facts.aftermath == Aftermath::Disconnected) => Reach::Request,
        None => Reach::Logon,
    })
}

/// Whether some client gets through TLS, though ours did not.
fn lets_some_through(view: &View<'_>) -> bool {
    view.answers_broad_hello()
        || view.completes_tls12()
        || clients::by_tls(view.evidence).iter().any(clients::ClientOutlook::connects)
}

/// The codes that are expected, in words.
fn pairs(expected: &ExpectedClientError) -> String {
    let main = expected.code.map(|code| ClientError::new(code, expected.extended));
    let all: Vec<String> =
        main.into_iter().chain(expected.alternatives.iter().copied()).map(|pair| pair.to_string()).collect();
    if all.is_empty() { "no code of its own".to_owned() } else { all.join(" or ") }
}

fn contradiction(
    view: &View<'_>,
    code: &str,
    shown: ClientError,
    moment: Moment,
    expected: &ExpectedClientError,
) -> String {
    let state = match view.failure {
        Some((Stage::Resolve, _)) => "the name is not resolved".to_owned(),
        Some((Stage::Connect, failure)) => match failure.kind {
            FailureKind::Refused | FailureKind::Reset => "this host refuses TCP".to_owned(),
            FailureKind::TimedOut { .. } => "this host does not answer TCP".to_owned(),
            _ => "no TCP connection to this host comes about".to_owned(),
        },
        Some((stage, failure)) => format!("TCP connects, and the {stage} stage fails ({})", failure.kind),
        None => "this host gives no session to a current client".to_owned(),
    };
    let reached = view.evidence.stages.connect.facts().is_some();
    let else_ = match moment {
        Moment::Name if view.evidence.stages.resolve.facts().is_some() => {
            " Or the client's own resolver is at fault."
        }
        Moment::Connect | Moment::TimeOut if reached => " Or something on the client's own path stops TCP.",
        _ => "",
    };
    format!(
        "{code} does not go with what was measured: {state}; that shows as {}, not {shown}, which means that {}. The state has changed since, or another host or port was meant.{else_}",
        pairs(expected),
        moment.says()
    )
}

/// A cause that can show the code and that was open before the code was heard, or that the code itself names.
fn explanation(
    code: &str,
    shown: ClientError,
    measured: &BTreeMap<Cause, Verdict>,
    board: &Board,
) -> Option<String> {
    let rules = client::rules_of(shown);
    let rule_for = |cause: Cause| rules.iter().find(|rule| rule.causes.contains(&cause));
    let verdict = |cause: Cause| board.verdict(cause).filter(|verdict| verdict.is_open());
    let by_measure = Cause::ALL
        .iter()
        .copied()
        .filter(|cause| is_open(measured, *cause) && (cause.can_show(shown) || rule_for(*cause).is_some()))
        .filter_map(|cause| Some((verdict(cause)?, cause)))
        .min();
    if let Some((verdict, cause)) = by_measure {
        let of_the_path = matches!(cause, Cause::PacketLoss | Cause::UnstablePath | Cause::SlowPath);
        let when = if of_the_path { ", now and then" } else { "" };
        return Some(format!("{code} can come from {cause} ({verdict}){when}: {}.", cause.says()));
    }
    let (verdict, cause) = rules
        .iter()
        .filter(|rule| matches!(rule.effect, Effect::Confirms | Effect::Supports))
        .flat_map(|rule| rule.causes.iter().copied())
        .filter(|cause| measured.get(cause) != Some(&Verdict::RuledOut))
        .filter_map(|cause| Some((verdict(cause)?, cause)))
        .min()?;
    Some(format!(
        "{code} names {cause} ({verdict}) by itself: {}. The network cannot show it; nothing that was measured speaks against it.",
        cause.says()
    ))
}

/// Where to look next, for a host that shows nothing of the kind from here.
fn unexplained(view: &View<'_>, headline: Headline, code: &str, moment: Moment, board: &Board) -> String {
    if headline == Headline::Unknown {
        return format!(
            "{code} says that {}. It could not be told in which state this host is, so that nothing speaks for it or against it.",
            moment.says()
        );
    }
    let ruled_out = |cause: Cause| board.verdict(cause) == Some(Verdict::RuledOut);
    let looked = if ruled_out(Cause::PacketLoss) && ruled_out(Cause::UnstablePath) {
        " A path that loses or breaks off now and then was looked for and not found."
    } else {
        ""
    };
    let next = match moment {
        Moment::Name if view.evidence.stages.resolve.facts().is_some_and(|facts| !facts.given_as_address) => {
            "The name resolves from here: look at the client's own resolver (its DNS servers, suffix or VPN), and at how the name is spelt there."
        }
        Moment::Name => {
            "This check was given an address: check by the name that the client used, on the client's own resolver."
        }
        Moment::Connect | Moment::TimeOut | Moment::Request => {
            "From here it answers: look at the client's own path (its firewall, VPN, router), at the address and port that it used, or whether the host was off or asleep then."
        }
        Moment::Lost => {
            "This check has no session: look at the path and the host at the time of the loss (sleep, network adapter, policy refresh, UDP), or check again when it happens."
        }
        Moment::Told => "The host said so itself: look at its sessions and its event logs at that time.",
        Moment::Certificate => {
            "From here the certificate gives no reason: look at the client's own clock, and compare the thumbprint that it sees."
        }
        Moment::Logon if board.verdict(Cause::ClockSkew).is_some_and(Verdict::is_open) => {
            "This check cannot see the clock of the client, nor that of its domain controller: compare them with the host's."
        }
        Moment::Logon => {
            "This check does not log on: look at the account, and at the host's Security log at that time."
        }
        _ => {
            "From here the host works: look at the client itself (its security software, VPN, TLS settings) and its own path, or check again when it happens."
        }
    };
    format!(
        "{code} says that {}, and does not follow from what was measured: the fault is not visible from this place, or not now. {next}{looked}",
        moment.says()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::FitOutcome::{Contradicted, Expected, Explained, Unexplained, UnknownCode};
    use super::*;
    use crate::diagnose::{Diagnosis, Finding, diagnose};
    use crate::evidence::{
        Acknowledgement, Connection, CredSsp, DnsProblem, Evidence, KeyProof, Negotiation,
        NetworkLevelAuthentication, NumberedName, Operation, PeerBytes, Resolution, RoundTripBasis,
        SecurityProtocol, StageFailure, StageRecord, TlsSession,
    };

    const SILENT: FailureKind = FailureKind::TimedOut { request: Acknowledgement::Acknowledged };

    fn failure(kind: FailureKind, head: &[u8]) -> StageFailure {
        StageFailure {
            kind,
            operation: Operation::Receive,
            address: None,
            elapsed: Duration::from_secs(5),
            round_trip: None,
            bytes_sent: 1,
            bytes_received: 0,
            bytes_unacknowledged: None,
            os_error: None,
            first_bytes: (!head.is_empty()).then(|| PeerBytes::new(head)),
        }
    }

    /// A host that works up to this stage and fails there.
    fn failing(stage: Stage, kind: FailureKind, head: &[u8]) -> Evidence {
        let mut evidence = healthy();
        let nothing = Evidence::nothing(datetime!(2026-01-01 00:00 UTC)).stages;
        let stages = &mut evidence.stages;
        stages.credssp = nothing.credssp;
        if stage <= Stage::Tls {
            stages.tls = nothing.tls;
        }
        if stage <= Stage::Negotiate {
            stages.negotiate = nothing.negotiate;
        }
        if stage <= Stage::Connect {
            stages.connect = nothing.connect;
        }
        let failure = failure(kind, head);
        match stage {
            Stage::Resolve => stages.resolve = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Connect => stages.connect = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Negotiate => stages.negotiate = StageRecord::ended(Err(failure), Duration::ZERO),
            Stage::Tls => stages.tls = StageRecord::ended(Err(failure), Duration::ZERO),
            _ => stages.credssp = StageRecord::ended(Err(failure), Duration::ZERO),
        }
        evidence
    }

    /// A Windows-like host with nothing wrong, whose clock is off by as much.
    fn with_clock(skew: f64) -> Evidence {
        let mut evidence = Evidence::nothing(datetime!(2026-01-01 00:00 UTC));
        let named = |value: u16, name: &str| NumberedName { value, name: Some(name.to_owned()) };
        let stages = &mut evidence.stages;
        let resolution =
            Resolution { given_as_address: false, addresses: vec!["192.0.2.1".parse().unwrap()] };
        stages.resolve = StageRecord::ended(Ok(resolution), Duration::ZERO);
        let connection = Connection {
            address: "192.0.2.1:3389".parse().unwrap(),
            round_trip: Duration::from_millis(10),
            round_trip_basis: RoundTripBasis::Kernel,
            segments_resent: Some(0),
        };
        stages.connect = StageRecord::ended(Ok(connection), Duration::ZERO);
        let negotiation = Negotiation {
            offered: Some(SecurityProtocol::USUAL_OFFER),
            selected: SecurityProtocol::HYBRID_EX,
            has_data: true,
            flags: Some(0x1f),
            source_reference: 0x1234,
            network_level_authentication: NetworkLevelAuthentication::Selected,
            aftermath: Aftermath::NotAwaited,
            accepted: vec![SecurityProtocol::HYBRID_EX],
            confirm: PeerBytes::new(&[3, 0]),
        };
        stages.negotiate = StageRecord::ended(Ok(negotiation), Duration::ZERO);
        let session = TlsSession {
            version: named(0x0304, "TLS 1.3"),
            cipher_suite: named(0x1302, "TLS_AES_256_GCM_SHA384"),
            key_exchange_group: None,
            key_proof: KeyProof::Proved { scheme: "rsa_pss_rsae_sha256".to_owned() },
            server_name_sent: None,
            client_certificate_requested: false,
            certificates_sent: 1,
        };
        stages.tls = StageRecord::ended(Ok(session), Duration::ZERO);
        let credssp = CredSsp {
            version: 6,
            carries_client_nonce: false,
            challenge: None,
            clock_skew_seconds: Some(skew),
        };
        stages.credssp = StageRecord::ended(Ok(credssp), Duration::ZERO);
        evidence.connections = 1;
        evidence
    }

    fn healthy() -> Evidence {
        with_clock(1.0)
    }

    fn judged(evidence: &Evidence, shown: &str) -> Diagnosis {
        diagnose(evidence, Some(shown.parse().unwrap()))
    }

    fn outcome(evidence: &Evidence, shown: &str) -> FitOutcome {
        judged(evidence, shown).client_error_fit.unwrap().outcome
    }

    fn finding(diagnosis: &Diagnosis, cause: Cause) -> &Finding {
        diagnosis.findings.iter().find(|finding| finding.cause == cause).unwrap()
    }

    #[test]
    fn nothing_shown_nothing_said() {
        assert_eq!(diagnose(&healthy(), None).client_error_fit, None);
    }

    #[test]
    fn each_state_goes_with_the_codes_of_its_stage() {
        let dns = FailureKind::Dns { problem: DnsProblem::NoSuchName };
        let rejected = |code| FailureKind::NegotiationRejected { code, name: None };
        let violation =
            FailureKind::ProtocolViolation { expected: "X.224".to_owned(), got: "SSH".to_owned() };
        let alert =
            FailureKind::TlsAlert { description: 40, name: None, client_certificate_requested: false };
        let unresolved = failing(Stage::Resolve, dns, &[]);
        let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
        let unanswered = failing(Stage::Connect, SILENT, &[]);
        let closed = failing(Stage::Negotiate, FailureKind::Closed, &[]);
        let hung = failing(Stage::Negotiate, SILENT, &[]);
        let ssh = failing(Stage::Negotiate, violation, b"SSH-2.0-x\r\n");
        let wants_nla = failing(Stage::Negotiate, rejected(5), &[3, 0]);
        let no_certificate = failing(Stage::Negotiate, rejected(3), &[3, 0]);
        let tls_reset = failing(Stage::Tls, FailureKind::Reset, &[]);
        let tls_alert = failing(Stage::Tls, alert, &[]);
        let tls_silent = failing(Stage::Tls, SILENT, &[]);
        let credssp_closed = failing(Stage::Credssp, FailureKind::Closed, &[]);
        let healthy = healthy();
        for (evidence, shown, wanted) in [
            // Name not resolved: 0x104, also 0x208, 0x508, 0x604.
            (&unresolved, "0x104", Expected),
            (&unresolved, "0x208", Expected),
            (&unresolved, "0x508", Expected),
            (&unresolved, "0x604", Expected),
            (&unresolved, "0x904", Contradicted),
            (&unresolved, "0x904/0", Contradicted),
            (&unresolved, "0x204", Contradicted),
            (&unresolved, "0x807", Contradicted),
            // No TCP: 0x204, 0x108 on time-out.
            (&refused, "0x204", Expected),
            (&refused, "0x904/7", Contradicted),
            (&refused, "0x904", Contradicted),
            (&refused, "0x904/0", Contradicted),
            (&refused, "0x104", Contradicted),
            (&refused, "0x108", Contradicted),
            (&unanswered, "0x204", Expected),
            (&unanswered, "0x108", Expected),
            (&unanswered, "0x904/7", Contradicted),
            (&unanswered, "0x904/0", Explained),
            (&unanswered, "0x404", Explained),
            (&unanswered, "0x3/5", Contradicted),
            // Accepted, then closed: 0x904/7.
            (&closed, "0x904/7", Expected),
            (&closed, "0x904", Expected),
            (&closed, "0x204", Contradicted),
            (&closed, "0x807", Contradicted),
            (&closed, "0x1B07", Contradicted),
            (&ssh, "0x904/7", Expected),
            (&ssh, "0x3/0x101", Contradicted),
            (&tls_reset, "0x904/7", Expected),
            (&tls_reset, "0x904/0", Contradicted),
            (&tls_reset, "0x204", Contradicted),
            (&tls_reset, "0x104", Contradicted),
            (&tls_reset, "0x807", Contradicted),
            (&tls_reset, "0x1B07", Contradicted),
            (&tls_reset, "0x808", Contradicted),
            (&tls_reset, "0x3/9", Contradicted),
            (&tls_alert, "0x904/7", Expected),
            (&no_certificate, "0x904/7", Expected),
            // X.224 never answered: 0x704 or 0x108.
            (&hung, "0x704", Expected),
            (&hung, "0x108", Expected),
            (&hung, "0x904/7", Explained),
            (&hung, "0x204", Contradicted),
            (&tls_silent, "0x108", Expected),
            // The host needs NLA: 0xB09.
            (&wants_nla, "0xB09", Expected),
            (&wants_nla, "0xA07", Contradicted),
            // CredSSP: a client with Kerberos may come further than this check.
            (&credssp_closed, "0x904/7", Expected),
            (&credssp_closed, "0x807", Explained),
            (&credssp_closed, "0x3/5", Unexplained),
            (&credssp_closed, "0x204", Contradicted),
            // Nothing is wrong from here.
            (&healthy, "0x904/7", Unexplained),
            (&healthy, "0x904/0", Unexplained),
            (&healthy, "0x204", Unexplained),
            (&healthy, "0x104", Unexplained),
            (&healthy, "0x1B07", Unexplained),
            (&healthy, "0x3/5", Unexplained),
            (&healthy, "0x1D07", Unexplained),
            (&healthy, "0x807", Explained),
            (&healthy, "0xD07", Explained),
            (&healthy, "0x1807", Explained),
            (&healthy, "0x3/9", Explained),
            (&healthy, "0x3/8", Explained),
            (&healthy, "0xE06", Explained),
            (&healthy, "0x808", Explained),
            (&healthy, "0x3/0x104", Explained),
            // Another way in, and what no network shows.
            (&healthy, "0x300001C", Explained),
            (&refused, "0x300001C", Explained),
            (&refused, "0x1C07", Unexplained),
            (&healthy, "0x2", Unexplained),
            (&healthy, "0x12345", UnknownCode),
            (&tls_reset, "0x12345", UnknownCode),
        ] {
            let fit = judged(evidence, shown).client_error_fit.unwrap();
            assert_eq!(fit.outcome, wanted, "{shown}: {}", fit.message);
            assert!(fit.message.ends_with('.') && !fit.message.contains(".."), "{}", fit.message);
        }
    }

    #[test]
    fn a_contradiction_says_what_the_state_shows() {
        let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
        let message = judged(&refused, "0x904/7").client_error_fit.unwrap().message;
        assert!(message.contains("refuses TCP; that shows as 0x204, not 0x904/0x7"), "{message}");
        assert!(
            message.contains("The state has changed since, or another host or port was meant"),
            "{message}"
        );
    }

    #[test]
    fn no_code_of_a_client_turns_the_headline() {
        let states = [
            healthy(),
            with_clock(3600.0),
            failing(Stage::Connect, FailureKind::Refused, &[]),
            failing(Stage::Tls, FailureKind::Reset, &[]),
            failing(Stage::Credssp, FailureKind::CredsspError { code: 0xC000_005E, name: None }, &[]),
        ];
        let codes = [
            "0x904/7",
            "0x904/0",
            "0x104",
            "0x204",
            "0x807",
            "0xA07",
            "0xB07",
            "0x808",
            "0x3/9",
            "0x3/8",
            "0x3000008",
            "0x1807",
            "0x1D07",
            "0xB09",
            "0x1B07",
            "0x907",
            "0x12345",
        ];
        for evidence in &states {
            let alone = diagnose(evidence, None);
            for shown in codes {
                let heard = judged(evidence, shown);
                assert_eq!(heard.headline, alone.headline, "{shown}");
                assert_eq!(heard.expected_client_error, alone.expected_client_error, "{shown}");
            }
        }
    }

    #[test]
    fn what_a_code_names_is_said_on_a_host_that_works() {
        let diagnosis = judged(&healthy(), "0x808");
        assert_eq!(finding(&diagnosis, Cause::Licensing).verdict, Verdict::Confirmed);
        assert_eq!(diagnosis.findings[0].cause, Cause::Licensing);
        assert!(diagnosis.summary.contains("0x808") || diagnosis.summary.contains("names licensing"));
        let not_proved = finding(&diagnosis, Cause::Licensing).not_proved.clone().unwrap();
        assert!(not_proved.contains("this host and this time"), "{not_proved}");
        assert_eq!(finding(&diagnosis, Cause::Licensing).evidence[0].at, "/client_error");
    }

    #[test]
    fn a_code_confirms_nothing_against_what_was_measured() {
        let diagnosis = judged(&failing(Stage::Tls, FailureKind::Reset, &[]), "0xA07");
        assert_eq!(finding(&diagnosis, Cause::CredentialsRejected).verdict, Verdict::Possible);
        assert_ne!(diagnosis.findings[0].cause, Cause::CredentialsRejected);
        let clock = judged(&healthy(), "0x1D07");
        assert_eq!(finding(&clock, Cause::ClockSkew).verdict, Verdict::Possible);
        let clock = judged(&with_clock(3600.0), "0x1D07");
        assert_eq!(finding(&clock, Cause::ClockSkew).verdict, Verdict::Confirmed);
        assert_eq!(clock.client_error_fit.unwrap().outcome, Explained);
        let name = judged(&healthy(), "0x104");
        let name = finding(&name, Cause::NameNotResolved);
        assert_eq!(name.verdict, Verdict::Likely);
        assert!(name.contradiction.is_some() && name.message.contains("resolver"), "{name:?}");
        let expired = judged(&healthy(), "0x1B07");
        assert_eq!(
            finding(&expired, Cause::CertificateExpired).verdict,
            Verdict::Possible,
            "it was not read"
        );
    }

    #[test]
    fn a_lost_session_fits_what_takes_sessions_away() {
        let diagnosis = judged(&healthy(), "0x904/0");
        for cause in [
            Cause::PacketLoss,
            Cause::UnstablePath,
            Cause::UdpTransportDrops,
            Cause::HostAsleep,
            Cause::PolicyFlapping,
        ] {
            assert_eq!(finding(&diagnosis, cause).verdict, Verdict::Possible, "{cause}");
        }
        let before = judged(&healthy(), "0x904/7");
        assert_eq!(
            finding(&before, Cause::UdpTransportDrops).verdict,
            Verdict::NotObservable,
            "no session yet"
        );
    }

    #[test]
    fn equals_are_ranked_by_a_code_that_goes_with_the_state() {
        let place = |shown, cause| {
            let hung = failing(Stage::Negotiate, SILENT, &[]);
            let findings = judged(&hung, shown).findings;
            findings.iter().position(|finding| finding.cause == cause).unwrap()
        };
        let (hung, forwarder) = (Cause::ListenerHung, Cause::ForwarderWithoutBackend);
        assert!(place("0x704", hung) < place("0x704", forwarder));
        assert!(place("0x904/7", forwarder) < place("0x904/7", hung));
        // Of a port that refuses, 0x904 says nothing: another service there would have taken the connection.
        let refused = failing(Stage::Connect, FailureKind::Refused, &[]);
        let causes = |diagnosis: Diagnosis| -> Vec<Cause> {
            diagnosis.findings.iter().map(|finding| finding.cause).collect()
        };
        assert_eq!(causes(judged(&refused, "0x904")), causes(diagnose(&refused, None)));
    }

    #[test]
    fn clients_that_are_stopped_by_a_clock_have_their_codes() {
        let expected = diagnose(&with_clock(3600.0), None).expected_client_error;
        assert_eq!(expected.code, None);
        assert!(expected.detects(ClientError::new(0x1D07, None)));
        assert!(!expected.detects(ClientError::SOCKET_CLOSED));
        assert_eq!(diagnose(&healthy(), None).expected_client_error.alternatives, []);
    }

    #[test]
    fn outcomes_have_their_codes() {
        for outcome in FitOutcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.code());
        }
        assert_eq!(outcome(&healthy(), "0x12345").to_string(), "unknown-code");
    }
}
