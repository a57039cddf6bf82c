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
