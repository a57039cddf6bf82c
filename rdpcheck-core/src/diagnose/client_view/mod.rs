#[cfg(test)]
mod tests;

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
        if let Some(message) =
            explanation(&code, shown, &measured, board, view.evidence.stages.tls.facts().is_some())
        {
            return fit(FitOutcome::Explained, message);
        }
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
    let explained = explanation(&code, shown, &measured, board, view.evidence.stages.tls.facts().is_some())
        .filter(|_| !did_not_happen);
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
    tls_stood: bool,
) -> Option<String> {
    let rules = client::rules_of(shown);
    let rule_for = |cause: Cause| rules.iter().find(|rule| rule.causes.contains(&cause));
    let verdict = |cause: Cause| board.verdict(cause).filter(|verdict| verdict.is_open());
    let by_measure = Cause::ALL
        .iter()
        .copied()
        .filter(|cause| is_open(measured, *cause) && (cause.can_show(shown) || rule_for(*cause).is_some()))
        // It ends connections only once the old key is gone as well.
        .filter(|cause| !(tls_stood && *cause == Cause::CertificateRenewalFails))
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
