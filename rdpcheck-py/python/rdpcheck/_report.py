"""Evidence and diagnosis together."""

from __future__ import annotations

import json

from . import _rdpcheck
from ._diagnosis import (
    ClientErrorFit,
    ClientOutlook,
    ExpectedClientError,
    Finding,
    PeerIdentity,
    _client_error,
    plain,
)
from ._diff import ReportDiff, Tool
from ._enums import Cause, Depth, FollowUpsEnded, Headline
from ._record import Record, many, one, optional
from .evidence import ConnectAttempt, FollowUp, Stages, moment
from .exceptions import CheckFailedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._diagnosis import GivenError


class CheckedTarget(Record):
    """What was checked."""

    given = one(str, "The text that was given.")
    host = one(str, "The host: an address, or a name in ASCII.")
    port = one(int, "The port.")
    addresses = many(str, "The addresses; empty when there is none.")
    name_sent = optional(
        str,
        "The name that is sent in the TLS server name indication; "
        "None when the target is an address and no name was given.",
    )


class Report(Record):
    """What a check found.

    Attributes are named as the keys of the JSON are. Made by a check and by ``Report.from_json``.
    """

    _shown = ("headline", "summary")
    _core: _rdpcheck.CoreReport

    schema_version = one(int, "Version of the JSON format.")
    tool = one(Tool, "What made the report.")
    target = one(CheckedTarget, "What was checked.")
    started_at = one(moment, "When the check began, by this machine's clock.")
    finished_at = one(moment, "When it ended.")
    duration_seconds = one(float, "How long it took.")
    headline = one(Headline, "The top line.")
    summary = one(str, "The top line in one sentence.")
    client_error = optional(
        _client_error, "What a client showed, as given to the check; None when nothing was given."
    )
    expected_client_error = one(ExpectedClientError, "What a Windows client would show.")
    client_error_fit = optional(
        ClientErrorFit,
        "Whether what a client showed goes with what was measured; None when nothing was given.",
    )
    peer = one(PeerIdentity, "What answers on the port.")
    connections = one(int, "How many TCP connections were opened.")
    connections_at_once = one(int, "The greatest number of them that were open at once.")
    depth = one(Depth, "How deep the check went.")
    stages = one(Stages, "The stages of the main connection, and the side probes.")
    connect_attempts = many(
        ConnectAttempt,
        "Every TCP connection attempt of the main connection, in the order in which they were begun.",
    )
    follow_ups = many(FollowUp, "Further connections that were made to tell open causes apart, in order.")
    follow_ups_ended = one(FollowUpsEnded, "Why no more follow-ups were made.")
    expiry_threshold_days = one(int, "Certificates with fewer days left than this count as expiring soon.")
    findings = many(
        Finding,
        "One finding for every cause, the best explanation first whenever the headline is not healthy.",
    )
    clients = many(
        ClientOutlook, "How far each client comes by its default settings; empty when TCP did not connect."
    )

    def __init__(self, core: _rdpcheck.CoreReport) -> None:
        """Wrap a report of the core; ``from_json`` is for everybody else."""
        # What everybody asks for does not need the JSON.
        self.__dict__.update(_core=core, headline=Headline(core.headline), summary=core.summary)

    @property
    def _raw(self) -> Mapping[str, Any]:  # type: ignore[override]  # read when it is first asked for
        raw = self.__dict__.get("_raw")
        if raw is None:
            raw = self.__dict__["_raw"] = json.loads(self.to_json())
        return raw  # type: ignore[no-any-return]  # it is an object

    @property
    def text(self) -> str:
        """The report for a person, on one screen, readable without colour."""
        return self._core.to_text()

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Read a report with the findings that are stored in it.

        Raises:
            InvalidReportError: It is no report, or of another format version.

        """
        return cls(_rdpcheck.CoreReport.from_json(text))

    @classmethod
    def diagnose_json(cls, text: str, client_error: GivenError | None = None) -> Report:
        """Read the evidence of a stored report and judge it by the rules of this version.

        What the report concluded is not read, so it may name causes that this version does not know, and lack
        keys that findings have today. Dates are judged by the clock of the check.

        Args:
            text: The JSON of the report.
            client_error: What a client showed; takes the place of what was given to the check.

        Raises:
            InvalidReportError: The evidence cannot be read, or is of another format version.
            InvalidOptionsError: There is no code in ``client_error``.

        """
        shown = None if client_error is None else plain(client_error)
        return cls(_rdpcheck.CoreReport.diagnose_json(text, shown))

    def diagnosed_again(self) -> Report:
        """Return what this version makes of the same evidence; see ``diagnose_json``."""
        return Report(self._core.diagnosed_again())

    def diff(self, after: Report) -> ReportDiff:
        """Return what changed from this report to a later one on the same host, for a repair between them.

        Reports of different versions are best judged by one first: ``diagnosed_again``.
        """
        if not isinstance(after, Report):
            raise TypeError(f"after must be Report, not {type(after).__name__}")
        return ReportDiff(self._core.diff(after._core))

    def to_json(self, *, pretty: bool = False) -> str:
        """Return the report as JSON, on one line or indented."""
        return self._core.to_json(pretty)

    def detects(self, code: int, extended: int | None = None) -> bool:
        """Whether a client that shows these codes can have met the host in this state.

        ``report.detects(0x904, 0x7)`` is the state in which users see "error code 0x904, extended error code
        0x7". Without an extended code any fits.
        """
        return self._core.detects(code, extended)

    def finding(self, cause: Cause | str) -> Finding:
        """Return the finding for a cause.

        Raises:
            ValueError: There is no such cause.
            KeyError: The report was stored by a version that did not know this cause.

        """
        cause = Cause(cause)
        for finding in self.findings:
            if finding.cause is cause:
                return finding
        raise KeyError(cause.value)

    def raise_for_status(self) -> None:
        """Do nothing for a healthy host.

        Raises:
            CheckFailedError: The headline is not ``healthy``; the exception has the report.

        """
        if self.headline is not Headline.HEALTHY:
            raise CheckFailedError(f"{self.headline}: {self.summary}", self)

    def __str__(self) -> str:
        """Return the text for a person."""
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle through JSON."""
        return (Report.from_json, (self.to_json(),))
