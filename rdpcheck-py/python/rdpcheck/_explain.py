"""What codes and causes mean, without any host."""

from __future__ import annotations

import json

from . import _rdpcheck
from ._diagnosis import NotOffered, Remedy, _client_error, plain
from ._enums import Cause, CodeTable, Effect, ShownBasis, Stage
from ._record import Record, Written, many, one, optional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._diagnosis import GivenError


class ExplainedCode(Record):
    """One of the two codes that a client shows."""

    _shown = ("hex", "symbol", "meaning")

    number = one(int, "The number.")
    hex = one(str, "The number in hexadecimal.")
    decimal = one(str, "The number in decimal.")
    table = optional(CodeTable, "The table that has it; None when none has it.")
    symbol = optional(str, "The name that the source gives it; None when it has none.")
    meaning = one(str, "What it means, or that no authoritative text is known.")
    source = optional(str, "Where the meaning comes from; None for an unknown code.")
    stage = optional(Stage, "The stage that it belongs to; None for what is no matter of one stage.")
    notes = many(str, "What else is said of the number, and what it may be a misreading of.")


class ExplainedCause(Record):
    """A cause that the codes can come from."""

    cause = one(Cause, "The cause.")
    says = one(str, "What it is, in one clause.")
    basis = one(ShownBasis, "What ties the codes to it.")


class Refuted(Record):
    """Something that is said about the codes, and what speaks against it."""

    claim = one(str, "What is said.")
    evidence = one(str, "What evidence says.")


class Explanation(Written):
    """What a client's error code, with its extended code where one is known, says and does not say."""

    _shown = ("shown", "title")

    shown = one(_client_error, "The codes.")
    title = one(str, "What it comes to, in one clause.")
    code = one(ExplainedCode, "The error code.")
    extended = optional(ExplainedCode, "The extended error code; None when none was given.")
    known = many(str, "What is certain.")
    not_known = many(str, "What the codes do not say.")
    stages = many(
        Stage,
        "The stages at which the connection may have stopped, in order; "
        "empty when that is no matter of one stage.",
    )
    causes = many(
        ExplainedCause,
        "What it can come from, the best founded first. "
        "Causes of equal footing are in the order of their stages.",
    )
    not_causes = many(Refuted, "What is said about these codes and does not hold.")
    next = many(str, "What to do, in this order.")


class CodeEntry(Record):
    """A number of a table."""

    _shown = ("table", "hex", "symbol", "meaning")

    table = one(CodeTable, "The table that the number is in.")
    number = one(int, "The number; of a signed table its bits.")
    hex = one(str, "The number in hexadecimal.")
    decimal = one(str, "The number in decimal, with its sign in signed tables.")
    symbol = optional(str, "The name that the source gives it; None when it has none.")
    meaning = one(str, "What it means, in one sentence.")
    source = one(str, "Where the meaning comes from.")
    stage = optional(
        Stage, "The stage of a connection that it belongs to; None for what is no matter of one stage."
    )
    windows = optional(
        int,
        "Of a TLS alert: the code that Windows makes of it; None where there is none, and in other tables.",
    )
    causes = many(Cause, "The causes that it can come from.")


class UnknownCode(Record):
    """A number that no table has. There is no authoritative text about it."""

    number = one(int, "The number.")
    hex = one(str, "The number in hexadecimal.")
    decimal = one(str, "The number in decimal.")
    notes = many(
        str,
        "What is said of it and what evidence says, what it may be a misreading of, "
        "and where else the number means something. May be empty.",
    )


class FoundCodes(Record):
    """What a search of the tables found."""

    entries = many(CodeEntry, "The entries, by table and number; at most 100.")
    unknown = optional(
        UnknownCode,
        "Where a number was asked for that no table has: what can be said of it all the same; "
        "None otherwise.",
    )


class ShownError(Record):
    """What a client shows because of a cause."""

    code = one(int, "The error code.")
    extended = optional(int, "The extended error code; None for any.")
    basis = one(ShownBasis, "What ties it to the cause.")


class DescribedRule(Record):
    """A rule as it is told to people."""

    code = one(str, "Its stable code.")
    effect = one(Effect, "What the sign says of the cause.")
    sign = one(str, "The sign.")


class CauseDescription(Written):
    """Everything that is known of a cause, whatever the host."""

    _shown = ("cause", "says")

    cause = one(Cause, "The cause.")
    says = one(str, "What it is, in one clause.")
    stage = optional(
        Stage, "The stage at which it stops a connection; None for what is no matter of one stage."
    )
    shows = many(ShownError, "What Windows clients show because of it, and what ties the two together.")
    seen = one(str, "What is seen when it is at work.")
    matters = one(str, "Why it matters.")
    not_proved = one(str, "What that does not prove.")
    confirm = one(str, "How to confirm it.")
    rules = many(DescribedRule, "The signs that a check looks for, and what each says of the cause.")
    settle_by = many(str, "What would settle it where the network cannot.")
    remedies = many(Remedy, "What can be done, for hosts of every product.")
    no_remedy = optional(str, "Why nothing is offered; None when something is.")
    not_offered = many(NotOffered, "Advice that is often given and harms or is of no use.")
    sources = many(str, "Where the facts come from.")


def explain(shown: GivenError, extended: int | None = None) -> Explanation:
    """Say what a client's error codes mean. No host is asked.

    ``explain(0x904, 0x7)``, ``explain("0x904/0x7")`` and ``explain(text)``, where the text is the pasted
    dialog of the client or its event 1026, give the same.

    Args:
        shown: The error code, or text with it, or both codes.
        extended: The extended error code, where ``shown`` is a number.

    Raises:
        InvalidOptionsError: There is no code in the text, there are two different ones, or a number is not
            from 0 to 4294967295.
        TypeError: ``extended`` was given and ``shown`` is no number.

    """
    if extended is not None:
        if not isinstance(shown, int):
            raise TypeError(f"extended goes with a number, and shown is {type(shown).__name__}")
        shown = (shown, extended)
    return Explanation(_rdpcheck.explain(plain(shown)))


def find_codes(text: str) -> FoundCodes:
    """Search every table of codes that a person may meet.

    For a number, decimal or hexadecimal with ``0x``; else for a symbol, in any case, with or without its
    prefix; else for entries whose meaning or symbol has all the words.
    """
    return FoundCodes(json.loads(_rdpcheck.find_codes(text)))


def describe(cause: Cause | str) -> CauseDescription:
    """Say everything that is known of a cause, whatever the host.

    Raises:
        ValueError: There is no such cause.

    """
    return CauseDescription(_rdpcheck.describe(Cause(cause)))


def causes() -> tuple[CauseDescription, ...]:
    """Describe every cause, in the order of the catalogue."""
    return tuple(map(describe, Cause))
