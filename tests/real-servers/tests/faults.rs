//! Faults that the kernel makes: packets that vanish or are reset, in a network namespace of the test's own.
//!
//! A healthy scripted host stands behind each fault, so that what is reported is the path's doing. Needs root, `unshare`,
//! `ip` and `nft`; without them the test says by name that it is skipped, or fails where
//! `RDPCHECK_REQUIRE_REAL_SERVERS=1` is set.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod faults {
    #![expect(clippy::print_stdout, reason = "a test says what it did and what it did not")]

    use std::process::{Command, ExitCode};

    use rdpcheck_core::{Cause, CheckOptions, Headline, Verdict, blocking};
    use rdpcheck_lab::{LabHost, Scenario};

    /// Set for the process that runs inside the namespace.
    const INSIDE: &str = "RDPCHECK_INSIDE_NAMESPACE";
    /// What the script of the outer process says when it could not make the namespace.
    const NO_NAMESPACE: i32 = 77;

    const HOST: &str = "title = \"a healthy host\"\n[[rule]]\nnegotiate = { select = 8, flags = 0x1F }\n";

    struct Fault {
        name: &'static str,
        /// What is done to packets to the host's port; empty for an unharmed path.
        rule: String,
        headline: Headline,
        /// Stage and reason of the failure.
        failure: Option<(&'static str, &'static str)>,
        first: Option<(Cause, Verdict)>,
    }

    // By the beginning of what a packet carries: TCP's header has 8 words with timestamps.
    const TPKT: &str = "@th,96,4 8 @th,256,16 0x0300";
    const CLIENT_HELLO: &str = "@th,96,4 8 @th,256,16 0x1603";

    fn faults() -> Vec<Fault> {
        let fault = |name, rule: &str, action: &str, headline, failure, first| Fault {
            name,
            rule: format!("{rule} {action}"),
            headline,
            failure,
            first,
        };
        vec![
            fault("an unharmed path", "", "", Headline::Healthy, None, None),
            fault(
                "requests that vanish",
                TPKT,
                "drop",
                Headline::Failing,
                Some(("negotiate", "silent-unacknowledged")),
                Some((Cause::UnstablePath, Verdict::Possible)),
            ),
            fault(
                "requests that are reset",
                TPKT,
                "reject with tcp reset",
                Headline::Failing,
                Some(("negotiate", "reset")),
                None,
            ),
            fault(
                "ClientHellos that vanish",
                CLIENT_HELLO,
                "drop",
                Headline::Failing,
                Some(("tls", "silent-unacknowledged")),
                Some((Cause::MiddleboxDropsTls, Verdict::Likely)),
            ),
            fault(
                "ClientHellos that are reset",
                CLIENT_HELLO,
                "reject with tcp reset",
                Headline::Failing,
                Some(("tls", "reset")),
                Some((Cause::ListenerKeyUnusable, Verdict::Likely)),
            ),
            fault(
                "SYNs that vanish",
                "tcp flags & (syn | ack) == syn",
                "drop",
                Headline::Unreachable,
                Some(("connect", "silent-unacknowledged")),
                Some((Cause::FirewallDrops, Verdict::Possible)),
            ),
            fault(
                "SYNs that are refused",
                "tcp flags & (syn | ack) == syn",
                "reject with tcp reset",
                Headline::Unreachable,
                Some(("connect", "refused")),
                Some((Cause::RdpNotListening, Verdict::Likely)),
            ),
            fault(
                "SYNs that are administratively prohibited",
                "tcp flags & (syn | ack) == syn",
                "reject with icmpx type admin-prohibited",
                Headline::Unreachable,
                Some(("connect", "unreachable")),
                Some((Cause::NetworkUnreachable, Verdict::Likely)),
            ),
        ]
    }

    pub(crate) fn main() -> ExitCode {
        if std::env::var_os(INSIDE).is_some() { inside() } else { outside() }
    }

    /// Runs this program again in a namespace that has nothing but a loopback device.
    fn outside() -> ExitCode {
        let skipped = |why: &str| {
            println!("SKIPPED network faults: {why}");
            println!("network faults: 0 passed, 1 skipped, 0 failed");
            let required =
                std::env::var_os("RDPCHECK_REQUIRE_REAL_SERVERS").is_some_and(|value| value == "1");
            if required { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        };
        let Ok(program) = std::env::current_exe() else {
            return skipped("the test does not know its own path");
        };
        let script =
            format!("ip link set lo up && nft add table inet faults || exit {NO_NAMESPACE}; exec \"$0\"");
        let mut run = Command::new("unshare");
        run.args(["--net", "--", "sh", "-c", &script]).arg(program).env(INSIDE, "1");
        match run.status() {
            Err(error) => skipped(&format!("unshare: {error}")),
            Ok(status) => match status.code() {
                Some(0) => ExitCode::SUCCESS,
                Some(2) => ExitCode::FAILURE,
                // unshare itself ends with 1 when it may not.
                code => {
                    skipped(&format!("no namespace with ip and nft could be made (exit status {code:?})"))
                }
            },
        }
    }

    fn inside() -> ExitCode {
        let (mut passed, mut failed) = (0, 0);
        for fault in faults() {
            match play(&fault) {
                Ok(()) => {
                    println!("ok {}", fault.name);
                    passed += 1;
                }
                Err(complaint) => {
                    println!("FAILED {}: {complaint}", fault.name);
                    failed += 1;
                }
            }
        }
        println!("network faults: {passed} passed, 0 skipped, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) }
    }

    fn play(fault: &Fault) -> Result<(), String> {
        let scenario: Scenario = HOST.parse().map_err(|error| format!("{error}"))?;
        let host = LabHost::start(&scenario).map_err(|error| format!("{error}"))?;
        nft("flush table inet faults")?;
        let rule = fault.rule.trim();
        if !rule.is_empty() {
            nft("add chain inet faults input { type filter hook input priority 0; }")?;
            nft(&format!("add rule inet faults input tcp dport {} {rule}", host.port()))?;
        }
        let target = host.address().to_string().parse().map_err(|error| format!("{error}"))?;
        let report = blocking::check(&target, CheckOptions::default()).map_err(|error| format!("{error}"))?;
        // The host counts its connections by one of its own, which must get through.
        nft("flush table inet faults")?;
        let json = serde_json::to_value(&report).map_err(|error| error.to_string())?;
        if report.headline != fault.headline {
            return Err(format!("the headline is {}\n{}", report.headline, report.to_text()));
        }
        if let Some((stage, reason)) = fault.failure {
            let got = json.pointer(&format!("/stages/{stage}/reason"));
            if got.is_none_or(|got| got != reason) {
                return Err(format!("{stage} ended as {got:?}, expected {reason}\n{}", report.to_text()));
            }
        }
        let first = report.findings.first().map(|finding| (finding.cause, finding.verdict));
        if fault.first.is_some() && first != fault.first {
            return Err(format!("the first finding is {first:?}\n{}", report.to_text()));
        }
        let confirmed = report.findings.iter().find(|finding| finding.verdict == Verdict::Confirmed);
        match confirmed {
            Some(finding) => {
                Err(format!("{} is confirmed, and another cause explains the same", finding.cause))
            }
            None => Ok(()),
        }
    }

    fn nft(command: &str) -> Result<(), String> {
        let output = Command::new("nft").arg(command).output().map_err(|error| format!("nft: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("nft {command}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    faults::main()
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::print_stdout, reason = "a test says plainly that it did not run")]
fn main() -> ExitCode {
    println!("SKIPPED network faults: they are made by Linux' nftables");
    ExitCode::SUCCESS
}
