"""Stored reports: judged again, and compared."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
import rdpcheck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def broken(lab: Callable[[str], str]) -> rdpcheck.Report:
    """Give the report on a host whose certificate has expired."""
    return rdpcheck.check(lab("certificate-expired"))


def changed(report: rdpcheck.Report, **keys: Any) -> str:
    """Return the JSON of a report with other values at the top."""
    return json.dumps({**report.to_dict(), **keys})


def repaired(before: rdpcheck.Report, after: rdpcheck.Report) -> rdpcheck.Report:
    """Return the second report as one on the host of the first."""
    return rdpcheck.Report.from_json(changed(after, target=before.to_dict()["target"]))


def test_the_same_evidence_gives_the_same_report(broken: rdpcheck.Report) -> None:
    assert broken.diagnosed_again() == broken
    assert rdpcheck.Report.diagnose_json(broken.to_json()) == broken


def test_what_was_concluded_is_not_read(broken: rdpcheck.Report) -> None:
    stored = changed(broken, headline="newer", findings=[{"cause": "newer"}])
    with pytest.raises(rdpcheck.InvalidReportError, match="newer"):
        rdpcheck.Report.from_json(stored)
    assert rdpcheck.Report.diagnose_json(stored) == broken


@pytest.mark.parametrize("shown", ["0x904/0x7", (0x904, 7), rdpcheck.ClientError(0x904, 7)])
def test_a_client_error_that_was_learned_later(broken: rdpcheck.Report, shown: Any) -> None:
    assert broken.client_error is broken.client_error_fit is None
    heard = rdpcheck.Report.diagnose_json(broken.to_json(), shown)
    assert heard.client_error == rdpcheck.ClientError(0x904, 7)
    assert heard.client_error_fit is not None
    assert isinstance(heard.client_error_fit.outcome, rdpcheck.FitOutcome)
    assert heard.client_error_fit.message
    assert rdpcheck.Report.diagnose_json(heard.to_json()) == heard
    assert rdpcheck.Report.diagnose_json(heard.to_json(), 0x204).client_error == rdpcheck.ClientError(0x204)


def test_findings_say_what_they_rest_on(broken: rdpcheck.Report) -> None:
    finding = broken.finding("certificate-expired")
    assert finding.verdict is rdpcheck.Verdict.CONFIRMED
    assert finding.contradiction is None
    assert finding.evidence[0].bearing is rdpcheck.Bearing.FOR
    rules = {rule.code for rule in rdpcheck.describe(finding.cause).rules}
    assert finding.rules
    assert set(finding.rules) <= rules
    remedy = finding.remedies[0]
    assert remedy.code in {known.code for known in rdpcheck.describe(finding.cause).remedies}
    assert (remedy.shell is None) == (remedy.command is None)
    for advice in finding.not_offered:
        assert advice.advice
        assert advice.reason
        assert advice.source


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"stages": 3}, "/stages is no object"),
        ({"connections": -1}, "/connections: invalid value: integer `-1`"),
        ({"depth": "deeper"}, "/depth: unknown variant `deeper`"),
        ({"schema_version": 2}, "schema_version is 2, only 1 is understood"),
    ],
)
def test_evidence_that_cannot_be_read(broken: rdpcheck.Report, keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(rdpcheck.InvalidReportError) as caught:
        rdpcheck.Report.diagnose_json(changed(broken, **keys))
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "{" * 100_000, "\ud800", '{"schema_version":1}'])
def test_what_is_no_report(text: str) -> None:
    for read in (rdpcheck.Report.from_json, rdpcheck.Report.diagnose_json):
        with pytest.raises((rdpcheck.InvalidReportError, UnicodeEncodeError)):
            read(text)


def rewritten(value: Any, text: str) -> Iterator[Any]:
    """Give a value with each of its texts, in turn, replaced."""
    if isinstance(value, dict):
        for key in value:
            for other in rewritten(value[key], text):
                yield {**value, key: other}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for other in rewritten(item, text):
                yield [*value[:index], other, *value[index + 1 :]]
    elif isinstance(value, str):
        yield text


def test_a_stored_report_cannot_command_the_terminal(broken: rdpcheck.Report) -> None:
    raw = broken.to_dict()
    # One finding has everything that the others have.
    raw["findings"] = [broken.finding("certificate-expired").to_dict()]
    read = 0
    for other in rewritten(raw, "\x1b[2J\nHEALTHY"):
        for load in (rdpcheck.Report.from_json, rdpcheck.Report.diagnose_json):
            try:
                report = load(json.dumps(other))
            except rdpcheck.InvalidReportError:
                continue
            read += 1
            for text in (report.text, broken.diff(report).text, report.diff(broken).text):
                assert "\x1b" not in text
                assert "\nHEALTHY" not in text
    assert read > 100


def test_wrong_arguments(broken: rdpcheck.Report) -> None:
    with pytest.raises(TypeError, match=r"^after must be Report, not str$"):
        broken.diff(broken.to_json())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        rdpcheck.Report.diagnose_json(broken)  # type: ignore[arg-type]
    with pytest.raises(rdpcheck.InvalidOptionsError, match=r"^invalid client_error: "):
        rdpcheck.Report.diagnose_json(broken.to_json(), "no code")


def test_before_and_after_a_repair(broken: rdpcheck.Report, healthy: str) -> None:
    after = repaired(broken, rdpcheck.check(healthy))
    diff = rdpcheck.Report.diff(broken, after)
    assert diff == broken.diff(after)
    assert diff.verdict is rdpcheck.Change.BETTER
    assert diff.fixed[0].cause is rdpcheck.Cause.CERTIFICATE_EXPIRED
    assert diff.fixed[0].before is rdpcheck.Verdict.CONFIRMED
    assert diff.fixed[0].after is rdpcheck.Verdict.RULED_OUT
    assert diff.fixed[0].direction is rdpcheck.Direction.GONE
    assert (diff.new, diff.before.headline, diff.after.headline) == (
        (),
        rdpcheck.Headline.DEGRADED,
        rdpcheck.Headline.HEALTHY,
    )
    assert diff.before.started_at == broken.started_at
    assert diff.after.tool == after.tool
    assert any(fact.at.startswith("/stages/certificate/") for fact in diff.facts)
    assert diff.text.startswith("BETTER  ")
    assert str(diff) == diff.text
    assert json.loads(diff.to_json()) == json.loads(diff.to_json(pretty=True)) == diff.to_dict()
    for again in (pickle.loads(pickle.dumps(diff)), copy.copy(diff)):
        assert again == diff
        assert again.text == diff.text


def test_the_other_way_round(broken: rdpcheck.Report, healthy: str) -> None:
    before = repaired(broken, rdpcheck.check(healthy))
    diff = before.diff(broken)
    assert diff.verdict is rdpcheck.Change.WORSE
    assert diff.new[0].cause is rdpcheck.Cause.CERTIFICATE_EXPIRED
    assert diff.new[0].direction is rdpcheck.Direction.APPEARED
    assert [warning.code for warning in diff.warnings] == ["order-reversed"]


def test_a_report_and_itself(broken: rdpcheck.Report) -> None:
    diff = broken.diff(broken)
    assert diff.verdict is rdpcheck.Change.SAME
    assert diff.fixed == diff.new == diff.changed == diff.facts == diff.clients == ()
    assert rdpcheck.Cause.CERTIFICATE_EXPIRED in {finding.cause for finding in diff.unchanged}


def test_two_hosts_are_not_compared(broken: rdpcheck.Report, healthy: str) -> None:
    diff = broken.diff(rdpcheck.check(healthy))
    assert diff.verdict is rdpcheck.Change.NOT_COMPARABLE
    assert diff.warnings[0].message
