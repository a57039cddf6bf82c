use super::Report;
use crate::diagnose::{Finding, Headline, Outcome, Product, Remedy, RemedyKind, Shell, Verdict};
use crate::evidence::{
    FailureKind, KeyProof, NetworkLevelAuthentication, Operation, StageOutcome, StageRecord,
};
use crate::layout::{WIDTH, line, sentence, wrapped};

/// How many findings are shown in full; the rest are named.
const FINDINGS: usize = 3;
/// How many remedies of one finding are shown.
const REMEDIES: usize = 2;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    let given = crate::wire::text::tame(&report.target.given);
    let names_port = given.ends_with(&format!(":{}", report.target.port));
    let port = if names_port { String::new() } else { format!(" (port {})", report.target.port) };
    line(&mut out, "", &format!("{}  {given}{port}", report.headline.code().to_uppercase()));
    line(&mut out, "  ", &sentence(&report.summary));
    if let Some(code) = report.expected_client_error.code {
        let shown = crate::ClientError::new(code, report.expected_client_error.extended);
        line(&mut out, "  ", &format!("A Windows client would show {shown} ({}).", basis(report)));
    }
    if let Some(fit) = &report.client_error_fit {
        wrapped(&mut out, "  ", &fit.message);
    }
    out.push('\n');
    stages(&mut out, report);
    out.push('\n');
    findings(&mut out, report);
    footer(&mut out, report);
    out
}

fn basis(report: &Report) -> &'static str {
    match report.expected_client_error.basis {
        crate::diagnose::Basis::Observed => "observed",
        _ => "inferred",
    }
}

fn stages(out: &mut String, report: &Report) {
    let stages = &report.stages;
    let resolved = stages.resolve.facts().map(|facts| {
        let list: Vec<String> = facts.addresses.iter().take(4).map(ToString::to_string).collect();
        let more = facts.addresses.len().saturating_sub(list.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", list.join(", "))
    });
    stage(out, "resolve", &stages.resolve, resolved);
    let connected = stages.connect.facts().map(|facts| {
        format!("{}, round trip {:.1} ms", facts.address, facts.round_trip.as_secs_f64() * 1000.0)
    });
    stage(out, "connect", &stages.connect, connected);
    let negotiated = stages.negotiate.facts().map(|facts| {
        let nla = match facts.network_level_authentication {
            NetworkLevelAuthentication::Required => ", NLA required",
            NetworkLevelAuthentication::Optional => ", NLA not required",
            NetworkLevelAuthentication::Selected => ", NLA chosen",
            NetworkLevelAuthentication::NotChosen => ", NLA not chosen",
            NetworkLevelAuthentication::NotOffered => "",
        };
        let data = if facts.has_data { "" } else { " (no negotiation data)" };
        format!("{}{data}{nla}; peer: {}", facts.selected, report.peer.product)
    });
    stage(out, "negotiate", &stages.negotiate, negotiated);
    let tls = stages.tls.facts().map(|facts| {
        let name = |name: &crate::evidence::NumberedName| {
            name.name.clone().unwrap_or_else(|| format!("0x{:04x}", name.value))
        };
        let proof = match &facts.key_proof {
            KeyProof::Proved { .. } => "key proved".to_owned(),
            KeyProof::NotVerifiable { reason } => format!("key not verified: {reason}"),
        };
        format!("{}, {}, {proof}", name(&facts.version), name(&facts.cipher_suite))
    });
    stage(out, "tls", &stages.tls, tls);
    let certificate = stages.certificate.facts().map(|facts| {
        let bits = facts.key.bits.map_or_else(String::new, |bits| format!(" {bits}"));
        format!(
            "{}, until {}, {}{bits}, SHA-1 {}",
            facts.subject,
            facts.not_after.date(),
            facts.key.algorithm,
            facts.sha1
        )
    });
    stage(out, "certificate", &stages.certificate, certificate);
    let credssp = stages.credssp.facts().map(|facts| {
        let names = facts.challenge.as_ref().map_or_else(String::new, |challenge| {
            let name = challenge.dns_computer.as_ref().or(challenge.netbios_computer.as_ref());
            let name = name.map_or_else(String::new, |name| format!(", {name}"));
            let version = challenge
                .claimed_os_version
                .as_ref()
                .map_or_else(String::new, |version| format!(", says it is {version}"));
            format!("{name}{version}")
        });
        let skew = facts
            .clock_skew_seconds
            .map_or_else(String::new, |skew| format!(", clock {:+.0} s", skew.round() + 0.0));
        format!("version {}{names}{skew}", facts.version)
    });
    stage(out, "credssp", &stages.credssp, credssp);
    side_stages(out, report);
}

/// The side probes that were made; that UDP is silent is no failure.
fn side_stages(out: &mut String, report: &Report) {
    let stages = &report.stages;
    if stages.standard_security.elapsed.is_some() {
        let facts = stages.standard_security.facts().map(|facts| {
            let version = facts.core_version_name.as_deref().unwrap_or("unknown version");
            let bits = facts.key_bits.map_or_else(String::new, |bits| format!(", RSA key of {bits} bits"));
            if facts.over_tls {
                format!("server version {version}, asked inside TLS")
            } else {
                format!(
                    "server version {version}, encryption {}, level {}{bits}",
                    facts.encryption_method_name, facts.encryption_level_name
                )
            }
        });
        stage(out, "mcs", &stages.standard_security, facts);
    }
    if let Some(facts) = stages.tls_support.facts() {
        let versions: Vec<String> = facts
            .accepted()
            .map(|accepted| {
                let name = accepted.version.name.clone().unwrap_or_default();
                let count = accepted.suites.len();
                let least = if accepted.suites_complete { "" } else { " or more" };
                format!("{name} ({count}{least} suite{})", if count == 1 { "" } else { "s" })
            })
            .collect();
        let (connect, all) =
            (report.clients.iter().filter(|client| client.connects()).count(), report.clients.len());
        let open = report.clients.iter().filter(|client| client.outcome == Outcome::Unknown).count();
        let open = if open == 0 { String::new() } else { format!(", {open} left open") };
        let words = format!("{}; {connect} of {all} known clients connect{open}", versions.join(", "));
        stage(out, "tls survey", &stages.tls_support, Some(words));
    }
    if let Some(facts) = stages.path.facts() {
        // The smoothed one has the host's own delays in it.
        let round_trip = facts
            .round_trip_least
            .map_or_else(String::new, |trip| format!("round trip {:.1} ms, ", trip.as_secs_f64() * 1000.0));
        let failed = match facts.rounds_failed {
            0 => String::new(),
            failed => format!(", {failed} of {} connections failed", facts.rounds),
        };
        let segments = facts.segments.as_ref().map_or_else(
            || format!("segments not counted{failed}"),
            |counts| {
                format!(
                    "{} of {} segments sent again (loss at most {:.1} %){failed}",
                    counts.resent,
                    counts.sent,
                    counts.loss_high * 100.0
                )
            },
        );
        stage(out, "path", &stages.path, Some(format!("{round_trip}{segments}")));
    }
    if let StageOutcome::Completed(facts) = &stages.udp.outcome {
        let version = facts.version.unwrap_or(1);
        stage(out, "udp", &stages.udp, Some(format!("RDP-UDP version {version}")));
    } else if let Some(failure) = stages.udp.failure() {
        wrapped(
            out,
            &format!("  {:<12}{:<8}{:>10}  ", "udp", "-", ""),
            &format!("{}, which is no fault", failure.kind),
        );
    }
}

fn stage<T>(out: &mut String, name: &str, record: &StageRecord<T>, facts: Option<String>) {
    let elapsed = record
        .elapsed
        .map_or_else(String::new, |elapsed| format!("{:.1} ms", elapsed.as_secs_f64() * 1000.0));
    let (mark, words) = match &record.outcome {
        StageOutcome::Completed(_) => ("ok", facts.unwrap_or_default()),
        StageOutcome::Failed(failure) => {
            let after = failure.elapsed.as_secs_f64() * 1000.0;
            // TLS records in hexadecimal help nobody on a screen.
            let telling = failure.first_bytes.as_ref().filter(|bytes| {
                matches!(failure.kind, FailureKind::ProtocolViolation { .. })
                    || bytes.as_slice().first() != Some(&0x16)
            });
            let bytes = telling.map_or_else(String::new, |bytes| format!("; received {bytes}"));
            let error = failure.os_error.as_ref().map_or_else(String::new, |error| format!(" [{error}]"));
            let begun = matches!(failure.kind, FailureKind::TimedOut { .. }) && failure.first_bytes.is_some();
            let how = if begun {
                "the answer began and did not come to its end".to_owned()
            } else {
                failure.kind.to_string()
            };
            let when = match failure.operation {
                Operation::Resolve | Operation::Connect => format!("after {after:.1} ms"),
                Operation::Receive | Operation::Send => format!("{after:.1} ms after the last thing sent"),
            };
            ("FAILED", format!("{how}{error}, {when}{bytes}"))
        }
        StageOutcome::Skipped(reason) => ("-", reason.code().replace('-', " ")),
    };
    wrapped(out, &format!("  {name:<12}{mark:<8}{elapsed:>10}  "), &cut(&words, 230));
}

fn findings(out: &mut String, report: &Report) {
    let open: Vec<&Finding> = report.findings.iter().filter(|finding| finding.verdict.is_open()).collect();
    let (full, named) = open.split_at_checked(FINDINGS).unwrap_or((&open, &[]));
    for (index, finding) in full.iter().enumerate() {
        let label = format!("{:<10}", finding.verdict.code().to_uppercase());
        wrapped(out, &label, &format!("{}: {}", finding.cause, finding.message));
        // The best explanation in full, and what is sure; of the rest what it is and how to settle it.
        let in_full = index == 0 || finding.verdict <= Verdict::Likely;
        if in_full {
            // What the message repeats is not said twice.
            let news = finding.evidence.iter().filter(|reference| !finding.message.contains(&reference.seen));
            for reference in news.take(3) {
                wrapped(out, "    seen    ", &format!("{} ({})", reference.seen, reference.at));
            }
            if let Some(not_proved) = &finding.not_proved {
                wrapped(out, "    but     ", &format!("this does not prove {not_proved}"));
            }
        }
        let shown_before = full.iter().take(index).any(|before| before.remedies == finding.remedies);
        let count = if index == 0 { REMEDIES } else { 1 };
        let healthy = report.headline == Headline::Healthy;
        // On a host that works nothing is to be isolated.
        let remedies =
            finding.remedies.iter().filter(|remedy| !(healthy && remedy.kind == RemedyKind::Isolation));
        for remedy in remedies.take(if in_full && !shown_before { count } else { 0 }) {
            show_remedy(out, remedy, report.peer.product, index == 0);
        }
        if index == 0 {
            for harmful in finding.not_offered.iter().take(1) {
                let text = format!("{}: {}", harmful.advice, harmful.reason);
                wrapped(out, "    not advised: ", &text);
            }
        }
        let deep = report.depth == crate::Depth::Deep;
        let ways = finding.settle_by.iter().filter(|way| !(deep && way.starts_with("check with depth deep")));
        for way in ways.take(1) {
            wrapped(out, "    settle  ", way);
        }
    }
    if !named.is_empty() {
        let names: Vec<String> =
            named.iter().map(|finding| format!("{} ({})", finding.cause, finding.verdict)).collect();
        wrapped(out, "also      ", &names.join(", "));
    }
    if !open.is_empty() {
        out.push('\n');
    }
}

/// Commands and what undoes them are shown of the best explanation only; the report has all of them.
fn show_remedy(out: &mut String, remedy: &Remedy, peer: Product, with_command: bool) {
    let label = match remedy.kind {
        RemedyKind::Fix => "    remedy  ",
        RemedyKind::Isolation => "    test    ",
    };
    // What is for another product than the one that was recognised says for which.
    let only = remedy.peer_name().filter(|_| remedy.peer != Some(peer));
    let only = only.map_or_else(String::new, |name| format!("on {name}: "));
    wrapped(
        out,
        label,
        &format!("{only}{}, {}. Risk: {}.", remedy.whereabouts(), remedy.action, remedy.risk),
    );
    if !with_command {
        return;
    }
    if let Some(command) = &remedy.command {
        // A command is for copying: it is not wrapped.
        line(out, "            ", &format!("{}{command}", prompt(remedy)));
    }
    match (&remedy.undo, &remedy.no_undo) {
        (Some(undo), _) => line(out, "            ", &format!("undo: {undo}")),
        (None, Some(reason)) => wrapped(out, "            ", &format!("no undo: {reason}")),
        (None, None) => {}
    }
    if let Some(restart) = &remedy.restart {
        wrapped(out, "            ", &format!("restarts: {restart}"));
    }
}

/// The shell that a command is for, as its prompt.
pub(crate) fn prompt(remedy: &Remedy) -> &'static str {
    match remedy.shell {
        Some(Shell::Cmd) => "cmd> ",
        Some(Shell::PowerShell) => "PowerShell> ",
        Some(Shell::Sh) | None => "$ ",
    }
}

fn footer(out: &mut String, report: &Report) {
    let list = |verdict: Verdict| {
        let causes: Vec<&str> = report
            .findings
            .iter()
            .filter(|finding| finding.verdict == verdict)
            .map(|finding| finding.cause.code())
            .collect();
        (causes.len(), causes.join(", "))
    };
    let (count, names) = list(Verdict::RuledOut);
    if count > 0 {
        let label = format!("ruled out ({count}): ");
        let room = WIDTH.saturating_sub(label.len() + " ...".len());
        let shown = match names.get(..room).and_then(|shown| shown.rsplit_once(',')) {
            Some((whole, _)) => format!("{whole} ..."),
            None => names,
        };
        line(out, "", &format!("{label}{shown}"));
    }
    let (count, _) = list(Verdict::NotObservable);
    wrapped(
        out,
        "not seen: ",
        &format!(
            "{count} causes cannot be seen from here (sleep, policies, accounts, the path under load ...); the JSON report says what would settle each."
        ),
    );
    let plural = if report.connections == 1 { "" } else { "s" };
    line(
        out,
        "",
        &format!(
            "{} connection{plural}, {:.3} s, {} {}",
            report.connections,
            report.duration.as_secs_f64(),
            report.tool.name,
            report.tool.version
        ),
    );
}

pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest).collect();
    format!("{kept} ...")
}
