"""What a type checker must infer; read by mypy, never run."""

# ruff: noqa: B018, TC004

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import rdpcheck
from rdpcheck import evidence

if TYPE_CHECKING:
    from typing_extensions import assert_type


def reports(report: rdpcheck.Report) -> None:
    assert_type(report.headline, rdpcheck.Headline)
    assert_type(report.summary, str)
    assert_type(report.started_at, datetime)
    assert_type(report.duration_seconds, float)
    assert_type(report.client_error, rdpcheck.ClientError | None)
    assert_type(report.findings, tuple[rdpcheck.Finding, ...])
    assert_type(report.findings[0].stage, rdpcheck.Stage | None)
    assert_type(report.findings[0].remedies[0].place, rdpcheck.RemedyPlace)
    assert_type(report.finding("not-rdp"), rdpcheck.Finding)
    assert_type(report.expected_client_error.alternatives, tuple[rdpcheck.ClientError, ...])
    assert_type(report.detects(0x904, 0x7), bool)
    assert_type(report.clients, tuple[rdpcheck.ClientOutlook, ...])
    assert_type(report.clients[0].outcome, rdpcheck.Outcome)
    assert_type(report.clients[0].cause, rdpcheck.Cause | None)
    assert_type(report.text, str)
    assert_type(report.to_json(), str)
    assert_type(report.to_dict(), dict[str, Any])
    assert_type(rdpcheck.Report.from_json(""), rdpcheck.Report)
    report.summary = "other"  # type: ignore[assignment]
    report.nothing  # type: ignore[attr-defined]


def findings(finding: rdpcheck.Finding) -> None:
    assert_type(finding.contradiction, str | None)
    assert_type(finding.rules, tuple[str, ...])
    assert_type(finding.evidence[0].bearing, rdpcheck.Bearing)
    assert_type(finding.not_offered[0], rdpcheck.NotOffered)
    assert_type(finding.remedies[0].code, str)
    assert_type(finding.remedies[0].peer, rdpcheck.Product | None)
    assert_type(finding.remedies[0].shell, rdpcheck.Shell | None)
    assert_type(finding.remedies[0].no_undo, str | None)
    assert_type(finding.cause.says, str)


def explanations() -> None:
    assert_type(rdpcheck.explain(0x904, 0x7), rdpcheck.Explanation)
    assert_type(rdpcheck.explain("0x904/0x7"), rdpcheck.Explanation)
    assert_type(rdpcheck.explain(rdpcheck.ClientError(0x904)), rdpcheck.Explanation)
    explanation = rdpcheck.explain((0x904, None))
    assert_type(explanation.text, str)
    assert_type(explanation.to_json(pretty=True), str)
    assert_type(explanation.shown, rdpcheck.ClientError)
    assert_type(explanation.code, rdpcheck.ExplainedCode)
    assert_type(explanation.code.table, rdpcheck.CodeTable | None)
    assert_type(explanation.extended, rdpcheck.ExplainedCode | None)
    assert_type(explanation.stages, tuple[rdpcheck.Stage, ...])
    assert_type(explanation.causes[0].basis, rdpcheck.ShownBasis)
    assert_type(explanation.not_causes, tuple[rdpcheck.Refuted, ...])
    rdpcheck.explain(0x904, "0x7")  # type: ignore[arg-type]
    rdpcheck.explain(b"0x904")  # type: ignore[arg-type]
    assert_type(rdpcheck.ClientError.parse("0x904/0x7"), rdpcheck.ClientError)
    found = rdpcheck.find_codes("account locked")
    assert_type(found.entries, tuple[rdpcheck.CodeEntry, ...])
    assert_type(found.entries[0].windows, int | None)
    assert_type(found.unknown, rdpcheck.UnknownCode | None)
    assert_type(rdpcheck.causes(), tuple[rdpcheck.CauseDescription, ...])
    description = rdpcheck.describe("not-rdp")
    assert_type(description.rules[0].effect, rdpcheck.Effect)
    assert_type(description.shows[0].extended, int | None)
    assert_type(description.remedies, tuple[rdpcheck.Remedy, ...])


def stored(before: rdpcheck.Report, after: rdpcheck.Report) -> None:
    assert_type(before.diagnosed_again(), rdpcheck.Report)
    assert_type(rdpcheck.Report.diagnose_json("", client_error="0x904/0x7"), rdpcheck.Report)
    assert_type(before.client_error_fit, rdpcheck.ClientErrorFit | None)
    diff = before.diff(after)
    assert_type(diff, rdpcheck.ReportDiff)
    assert_type(rdpcheck.Report.diff(before, after), rdpcheck.ReportDiff)
    assert_type(diff.verdict, rdpcheck.Change)
    assert_type(diff.before, rdpcheck.ComparedReport)
    assert_type(diff.before.started_at, datetime)
    assert_type(diff.warnings, tuple[rdpcheck.DiffWarning, ...])
    assert_type(diff.fixed[0].before, rdpcheck.Verdict | None)
    assert_type(diff.fixed[0].direction, rdpcheck.Direction)
    assert_type(diff.facts[0].after, str | None)
    assert_type(diff.clients[0].after, rdpcheck.Outcome)
    before.diff("")  # type: ignore[arg-type]


def stages(report: rdpcheck.Report) -> None:
    assert_type(report.stages.tls, evidence.TlsStage)
    assert_type(report.stages.tls.facts, evidence.TlsSession | None)
    assert_type(report.stages["tls"], evidence.StageRecord)
    for stage, record in report.stages:
        assert_type(stage, rdpcheck.Stage)
        assert_type(record.status, rdpcheck.Status)
    failure = report.stages.tls.failure
    assert_type(failure, evidence.StageFailure | None)
    if isinstance(failure, evidence.TlsAlert):
        assert_type(failure.description, int)
        assert_type(failure.first_bytes, bytes | None)
    answer = report.follow_ups[0].answer
    if isinstance(answer, evidence.Negotiated):
        assert_type(answer.selected, evidence.SecurityProtocols)
        assert_type(answer.kind, rdpcheck.AnswerKind)
    if isinstance(answer, evidence.NeighbourResolved):
        assert_type(answer.state, rdpcheck.NeighbourState)
        assert_type(answer.mac, str)
    assert_type(report.follow_ups[0].changed[0].before, rdpcheck.Verdict)
    assert_type(report.stages.tls_support.facts, evidence.TlsSupport | None)
    certificate = report.stages.certificate.facts
    if certificate is not None and isinstance(certificate.trust, evidence.Untrusted):
        assert_type(certificate.trust.reason, str)


def checks() -> None:
    assert_type(rdpcheck.check("host"), rdpcheck.Report)
    rdpcheck.check("host", port=1, deadline=timedelta(seconds=1), tls_timeout=1, credssp_timeout=0.5)
    rdpcheck.check("host", depth="deep", address_family=rdpcheck.AddressFamily.IPV6, client_error=(1, None))
    rdpcheck.check("host", client_error=rdpcheck.ClientError(1))
    rdpcheck.check("host", probe_name="monitoring", wake_on_lan="52:54:00:ab:cd:ef")
    rdpcheck.check("host", wake_on_lan=b"\x52\x54")  # type: ignore[arg-type]
    rdpcheck.check("host", deadline="1")  # type: ignore[arg-type]
    rdpcheck.check("host", 3389)  # type: ignore[call-arg]
    rdpcheck.check(b"host")  # type: ignore[arg-type]
    rdpcheck.Checker(depth=1)  # type: ignore[arg-type]


async def background() -> None:
    assert_type(await rdpcheck.check_async("host"), rdpcheck.Report)
    assert_type(await rdpcheck.Checker().check_async("host", port=1), rdpcheck.Report)


def exceptions() -> None:
    try:
        rdpcheck.check("host").raise_for_status()
    except rdpcheck.InvalidOptionsError as error:
        assert_type(error.option, str)
    except rdpcheck.CheckFailedError as error:
        assert_type(error.report, rdpcheck.Report)
    except rdpcheck.ResourceError as error:
        assert_type(error.operation, str)
