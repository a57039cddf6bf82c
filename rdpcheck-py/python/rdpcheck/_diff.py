"""What changed between two reports."""

from __future__ import annotations

from ._enums import Cause, Change, Direction, Headline, Outcome, Verdict
from ._record import Record, Written, many, one, optional
from .evidence import moment


class Tool(Record):
    """What made a report."""

    name = one(str, "Its name.")
    version = one(str, "Its version.")


class ComparedReport(Record):
    """One of two reports that are compared."""

    target = one(str, "The target as it was given.")
    started_at = one(moment, "When the check began.")
    tool = one(Tool, "What made the report.")
    headline = one(Headline, "The top line.")
    summary = one(str, "The top line in one sentence.")


class DiffWarning(Record):
    """Why two reports can hardly be compared."""

    code = one(str, "Stable code of this warning.")
    message = one(str, "What differs, in one sentence.")


class ChangedFinding(Record):
    """A cause in two reports."""

    cause = one(Cause, "The cause.")
    before = optional(Verdict, "Its verdict in the first report; None when that does not speak of it.")
    after = optional(Verdict, "Its verdict in the second report; None when that does not speak of it.")
    direction = one(Direction, "Whether it is surer than it was.")
    message = one(
        str,
        "What the second report says of it; what the first said, where the second does not speak of it.",
    )


class ChangedFact(Record):
    """A measured fact that differs."""

    at = one(str, "Where it is: JSON pointer (RFC 6901) into either report.")
    what = one(str, "What it is, in words.")
    before = optional(str, "What it was; None when it was not seen.")
    after = optional(str, "What it is; None when it was not seen.")


class ChangedClient(Record):
    """A client whose outlook differs."""

    client = one(str, "Stable code of the client.")
    name = one(str, "Its name.")
    before = one(Outcome, "How far it came.")
    after = one(Outcome, "How far it comes.")
    reason = one(str, "Why, in one sentence of the second report.")


class ReportDiff(Written):
    """What changed between two reports on one host; made by ``Report.diff``.

    Only what both checks looked at is called fixed or new. What one of them could not see is in
    ``not_comparable``.
    """

    _shown = ("verdict", "summary")

    verdict = one(Change, "What the changes come to.")
    summary = one(str, "The same in one sentence.")
    before = one(ComparedReport, "The first report.")
    after = one(ComparedReport, "The second report.")
    warnings = many(DiffWarning, "Why the two can hardly be compared; empty when they can.")
    fixed = many(ChangedFinding, "Causes that were open and are ruled out, the surest before first.")
    new = many(ChangedFinding, "Causes that were ruled out and are open, the surest now first.")
    changed = many(ChangedFinding, "Causes that are open in both, and surer or less sure than they were.")
    unchanged = many(ChangedFinding, "Causes that are open in both with the same verdict.")
    not_comparable = many(
        ChangedFinding,
        "Causes that are open in one report and that the other could not see, or does not speak of.",
    )
    facts = many(ChangedFact, "Measured facts that differ.")
    clients = many(ChangedClient, "Clients whose outlook differs.")
