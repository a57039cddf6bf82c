"""What the evidence means."""

from __future__ import annotations

from . import _rdpcheck
from ._enums import (
    Basis,
    Bearing,
    Cause,
    FitOutcome,
    Outcome,
    Product,
    RemedyKind,
    RemedyPlace,
    Shell,
    Stage,
    Verdict,
)
from ._record import Record, many, one, optional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    CoreError: TypeAlias = str | int | tuple[int] | tuple[int, int | None]
    GivenError: TypeAlias = "ClientError | CoreError"


class ClientError(Record):
    """What a Windows client shows: an error code and, mostly, an extended error code."""

    __match_args__ = ("code", "extended")

    code = one(int, "The error code, for instance 2308 (0x904, socket closed).")
    extended = optional(int, "The extended error code, for instance 7.")

    def __init__(self, code: int, extended: int | None = None) -> None:
        """Make the pair of a code and its extended code."""
        code, extended = _rdpcheck.parse_client_error((code, extended))
        super().__init__({"code": code, "extended": extended})

    @classmethod
    def parse(cls, text: str) -> ClientError:
        """Read ``CODE`` or ``CODE/EXTENDED``, each decimal or hexadecimal with ``0x``, and what people paste.

        That is the text of the client's dialog in any layout, event 1026 of the client, or a line of a log
        with a symbol; at most 64 KiB.

        Raises:
            InvalidOptionsError: There is no code in the text, or there are two different ones.

        """
        return cls(*_rdpcheck.parse_client_error(text))

    def __str__(self) -> str:
        """Write it as clients do."""
        extended = "" if self.extended is None else f"/0x{self.extended:X}"
        return f"0x{self.code:X}{extended}"

    def __repr__(self) -> str:
        """Write it in hexadecimal, as it is spoken of."""
        extended = "" if self.extended is None else f", 0x{self.extended:X}"
        return f"ClientError(0x{self.code:X}{extended})"

    def __reduce__(self) -> tuple[type[ClientError], tuple[int, int | None]]:
        """Pickle as made."""
        return (ClientError, (self.code, self.extended))


def plain(shown: GivenError) -> CoreError:
    """Return what the core takes for a client's error."""
    return (shown.code, shown.extended) if isinstance(shown, ClientError) else shown


def _client_error(raw: dict[str, int | None]) -> ClientError:
    return ClientError(raw["code"] or 0, raw["extended"])


class ExpectedClientError(Record):
    """What a Windows client would show against the host as measured."""

    code = optional(int, "The error code; None when none is expected or none is known.")
    extended = optional(int, "The extended error code; None when it is not known.")
    basis = one(Basis, "Where this comes from.")
    reason = one(str, "Why, in one sentence.")
    alternatives = many(_client_error, "Other pairs that clients show against the same state.")


class ClientErrorFit(Record):
    """Whether what a client showed goes with what was measured."""

    outcome = one(FitOutcome, "How the two go together.")
    message = one(str, "The same in words, and where to look next.")


class PeerIdentity(Record):
    """What answers on the port."""

    product = one(Product, "The product.")
    basis = one(str, "What that rests on, or why it is unknown.")


class EvidenceReference(Record):
    """A place in the report that a finding rests on."""

    at = one(str, "JSON pointer (RFC 6901) into the report.")
    seen = one(str, "What is there, in words.")
    bearing = one(Bearing, "Whether it speaks for the cause or against it.")


class Remedy(Record):
    """Something that can be done about a cause."""

    _shown = ("action", "place", "kind")

    code = one(str, "Stable code, the same under every cause; empty in a report of a version that had none.")
    action = one(str, "What it does, and what words in capitals in the command stand for.")
    place = one(RemedyPlace, "Where it is done.")
    peer = optional(Product, "The product of the host that it is for; None for any.")
    kind = one(RemedyKind, "Whether it mends the fault or only isolates it.")
    shell = optional(Shell, "What the command is written for; None without a command.")
    command = optional(
        str,
        "The exact command, of one line; None when there is none. Capitals stand for what was not known.",
    )
    undo = optional(
        str,
        "How it is undone, as a command for the same shell or in words; "
        "None when there is nothing to undo or no way to.",
    )
    no_undo = optional(str, "Why there is nothing to undo, or no way to; None when ``undo`` is there.")
    risk = one(str, "What it may cost.")
    restart = optional(str, "What is or must be restarted, and what that interrupts; None when nothing.")
    source = one(str, "Where it comes from; empty in a report of a version that did not say.")


class NotOffered(Record):
    """Advice that is often given for a cause and harms or is of no use."""

    advice = one(str, "What is advised.")
    reason = one(str, "Why it is not offered.")
    source = one(str, "Where that comes from.")


class Finding(Record):
    """A cause and what the evidence says of it."""

    _shown = ("cause", "verdict", "message")

    cause = one(Cause, "The cause.")
    verdict = one(Verdict, "How sure it is.")
    stage = optional(Stage, "The stage that it concerns; None when it is no matter of one stage.")
    message = one(str, "What was found, in one or two sentences.")
    evidence = many(
        EvidenceReference,
        "Everything that speaks for the cause or against it, what decided the verdict first.",
    )
    contradiction = optional(
        str, "What speaks against a verdict that is confirmed or likely; None when nothing excludes it."
    )
    not_proved = optional(str, "What the evidence does not prove; None when there is nothing to say.")
    rules = many(
        str, "Codes of the rules that were applied, in order; empty when none speaks of what was seen."
    )
    remedies = many(Remedy, "What can be done; empty unless the verdict is open.")
    settle_by = many(str, "What would settle it; empty when it is settled.")
    not_offered = many(
        NotOffered,
        "Advice that is often given for it and harms or is of no use; empty unless the verdict is open.",
    )


class ClientOutlook(Record):
    """How far a client comes with the host as it was measured."""

    _shown = ("client", "outcome", "reason")

    client = one(str, "Stable code of the client, for instance ``windows-11-24h2``.")
    name = one(str, "Its name.")
    outcome = one(Outcome, "How far it comes.")
    stage = optional(Stage, "The stage at which it stops; None unless it does.")
    cause = optional(
        Cause, "The cause that stops it; None unless it is stopped, and where it may have more than one."
    )
    reaches = optional(Stage, "The last stage that was measured and that it gets through; None without one.")
    warns = many(Cause, "What it asks its user about, or shows as a warning, before it goes on.")
    reason = one(str, "Why, in one sentence.")
