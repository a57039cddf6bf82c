"""Checks that succeed in being carried out, and what their reports offer."""

from __future__ import annotations

import asyncio
import inspect
import json
import pickle
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import rdpcheck
from rdpcheck import AddressFamily, Cause, Depth, Headline, Outcome, Stage, Status, evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SilentHost


def test_a_healthy_host(healthy: str) -> None:
    report = rdpcheck.check(healthy)
    assert report.headline is Headline.HEALTHY
    assert report.connections == 1
    assert report.follow_ups == ()
    assert not report.detects(0x904, 0x7)
    report.raise_for_status()

    host, _, port = healthy.rpartition(":")
    assert (report.target.host, report.target.port) == (host, int(port))
    assert report.tool.version == rdpcheck.__version__
    assert report.started_at.tzinfo is timezone.utc
    assert timedelta() <= report.finished_at - report.started_at < timedelta(seconds=15)
    assert [stage for stage, _ in report.stages] == list(Stage)
    gone_through = [stage for stage, record in report.stages if record.status is Status.COMPLETED]
    assert gone_through == list(Stage)[: list(Stage).index(Stage.CREDSSP) + 1]
    assert report.stages["tls-support"] is report.stages.tls_support
    assert report.connections_at_once == 1
    clients = {client.client: client for client in report.clients}
    assert clients["windows-11-24h2"].name == "Windows 11 version 24H2"
    assert clients["windows-11-24h2"].outcome is Outcome.CONNECTS
    assert report.stages.resolve.facts is not None
    assert report.stages.resolve.facts.addresses == (host,)
    tls = report.stages.tls.facts
    assert tls is not None
    assert tls.version.name == "TLS 1.3"
    assert isinstance(tls.key_proof, evidence.KeyProved)
    certificate = report.stages.certificate.facts
    assert certificate is not None
    assert certificate.not_before < datetime.now(timezone.utc) < certificate.not_after
    negotiation = report.stages.negotiate.facts
    assert negotiation is not None
    assert negotiation.confirm.startswith(b"\x03\x00")
    assert report.stages["credssp"] is report.stages.credssp


def test_a_host_in_the_state_of_the_famous_pair(lab: Callable[[str], str]) -> None:
    report = rdpcheck.check(lab("tls-reset-always"), client_error="0x904/0x7")
    assert report.headline is Headline.FAILING
    assert report.detects(0x904, 0x7)
    assert report.detects(2308)
    assert not report.detects(0x204)
    assert report.client_error == rdpcheck.ClientError(0x904, 0x7)
    assert str(report.client_error) == "0x904/0x7"
    first = report.findings[0]
    assert first.verdict.is_open
    assert first.remedies
    assert report.finding(first.cause.value) is first
    assert {finding.cause for finding in report.findings} == set(Cause)
    match report.stages.tls.failure:
        case evidence.Reset(operation=operation, bytes_sent=sent):
            assert operation is rdpcheck.Operation.RECEIVE
            assert sent > 0
        case other:
            pytest.fail(repr(other))
    with pytest.raises(rdpcheck.CheckFailedError, match=r"^failing: ") as failed:
        report.raise_for_status()
    assert failed.value.report is report


def test_follow_ups_are_typed(lab: Callable[[str], str]) -> None:
    report = rdpcheck.check(lab("not-rdp-http-waits"))
    assert report.headline is Headline.NOT_RDP
    words = [
        follow_up.answer for follow_up in report.follow_ups if isinstance(follow_up.answer, evidence.Spoke)
    ]
    assert words
    assert words[0].service is rdpcheck.Service.HTTP
    assert words[0].bytes.startswith(b"HTTP/")
    assert report.follow_ups[0].asked_for


def test_a_closed_port(lab: Callable[[str], str]) -> None:
    report = rdpcheck.check(lab("port-closed"))
    assert report.headline is Headline.UNREACHABLE
    assert isinstance(report.stages.connect.failure, evidence.Refused)
    assert report.connect_attempts[0].outcome is rdpcheck.AttemptOutcome.REFUSED
    assert report.connect_attempts[0].os_error is not None
    assert report.stages.tls.status is Status.SKIPPED


def test_a_report_survives_json_and_pickle(lab: Callable[[str], str]) -> None:
    report = rdpcheck.check(lab("certificate-expired"))
    copy = rdpcheck.Report.from_json(report.to_json())
    assert copy == report
    assert hash(copy) == hash(report)
    assert copy.to_json() == report.to_json()
    assert pickle.loads(pickle.dumps(report)) == report
    assert json.loads(report.to_json(pretty=True)) == report.to_dict() == json.loads(report.to_json())
    assert report != rdpcheck.Report.from_json(
        report.to_json().replace('"certificate-expired"', '"not-rdp"', 1)
    )
    assert report != "report"

    finding = report.finding(Cause.CERTIFICATE_EXPIRED)
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert hash(finding) == hash(copy.finding("certificate-expired"))
    assert finding.to_dict() == report.to_dict()["findings"][0]
    assert json.loads(finding.to_json()) == finding.to_dict()
    stages = pickle.loads(pickle.dumps(report.stages))
    assert stages == report.stages
    assert stages.certificate.facts == report.stages.certificate.facts
    assert repr(finding).startswith("Finding(cause=Cause.CERTIFICATE_EXPIRED, verdict=Verdict.CONFIRMED, ")
    assert repr(report).startswith("Report(headline=Headline.DEGRADED, summary=")
    assert str(report) == report.text
    assert "certificate-expired" in report.text


def test_records_cannot_be_changed(healthy: str) -> None:
    report = rdpcheck.check(healthy)
    records: tuple[Any, ...] = (report, report.findings[0], report.stages, report.peer)
    for record in records:
        with pytest.raises(AttributeError, match="cannot be changed"):
            record.anything = "other"
        with pytest.raises(AttributeError, match="cannot be changed"):
            del record.anything
    report.to_dict()["summary"] = "other"
    assert report.to_dict()["summary"] == report.summary


def test_every_option_arrives(healthy: str) -> None:
    host, _, port = healthy.rpartition(":")
    report = rdpcheck.check(
        host,
        port=int(port),
        deadline=timedelta(seconds=10),
        resolve_timeout=1,
        connect_timeout=1.5,
        negotiate_timeout=2,
        tls_timeout=timedelta(milliseconds=2500),
        credssp_timeout=3,
        depth=Depth.DEEP,
        address_family=AddressFamily.IPV4,
        client_error=(2308, 7),
        server_name="name.example",
        expiry_threshold_days=3650,
    )
    assert report.depth is Depth.DEEP
    assert report.client_error == rdpcheck.ClientError(2308, 7)
    assert report.target.name_sent == "name.example"
    assert report.expiry_threshold_days == 3650
    assert report.finding(Cause.CERTIFICATE_EXPIRES_SOON).verdict.is_open


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2308/0x7", "0x904/0x7"),
        (2308, "0x904"),
        ((2308,), "0x904"),
        ((2308, None), "0x904"),
        ((2308, 7), "0x904/0x7"),
        (rdpcheck.ClientError(2308, 7), "0x904/0x7"),
        (rdpcheck.ClientError.parse("0x904"), "0x904"),
    ],
)
def test_client_errors_have_many_forms(healthy: str, given: str, shown: str) -> None:
    report = rdpcheck.check(healthy, client_error=given, depth="quick")
    assert str(report.client_error) == shown


def test_limits_end_a_check(silent: SilentHost) -> None:
    report = rdpcheck.check(silent.address, deadline=0.4)
    assert report.duration_seconds < 1
    assert report.headline is not Headline.HEALTHY


def test_a_checker_serves_many(healthy: str) -> None:
    checker = rdpcheck.Checker(depth="quick", expiry_threshold_days=0)
    host, _, port = healthy.rpartition(":")
    assert checker.check(healthy).depth is Depth.QUICK
    assert checker.check(host, port=int(port)).headline is Headline.HEALTHY
    assert asyncio.run(checker.check_async(healthy)).expiry_threshold_days == 0


def test_signatures_are_the_same() -> None:
    check = inspect.signature(rdpcheck.check)
    assert inspect.signature(rdpcheck.check_async) == check
    assert inspect.iscoroutinefunction(rdpcheck.check_async)
    assert inspect.iscoroutinefunction(rdpcheck.Checker.check_async)
    options = dict(check.parameters)
    del options["target"], options["port"]
    assert dict(inspect.signature(rdpcheck.Checker).parameters) == options
    assert all(option.kind is inspect.Parameter.KEYWORD_ONLY for option in options.values())


def test_import_starts_nothing() -> None:
    program = """
import sys, threading
before = set(sys.modules)
import rdpcheck
heavy = {"asyncio", "typing", "inspect", "dataclasses", "argparse", "socket", "logging"}
assert not heavy & (set(sys.modules) - before), heavy & set(sys.modules)
assert threading.active_count() == 1
try:
    threads = len(__import__("os").listdir("/proc/self/task"))
except OSError:
    threads = 1
assert threads == 1, threads
"""
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", path_of_the_package() + program], check=True, timeout=30
    )


def path_of_the_package() -> str:
    """Make the package known where site-packages are not, which may import what is to be kept out."""
    folder = str(rdpcheck.__path__[0]).rpartition("rdpcheck")[0]
    return f"import sys; sys.path.insert(0, {folder!r})\n"
