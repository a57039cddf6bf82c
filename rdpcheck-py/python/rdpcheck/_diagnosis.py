"""What the evidence means."""

from __future__ import annotations

from . import _rdpcheck
from ._enums import Basis, Cause, Outcome, Product, RemedyKind, RemedyPlace, Stage, Verdict
from ._record import Record, many, one, optional


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
        """Read ``CODE`` or ``CODE/EXTENDED``, each decimal or hexadecimal with ``0x``."""
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


def _client_error(raw: dict[str, int | None]) -> ClientError:
    return ClientError(raw["code"] or 0, raw["extended"])


class ExpectedClientError(Record):
    """What a Windows client would show against the host as measured."""

    code = optional(int, "The error code; None when none is expected or none is known.")
    extended = optional(int, "The extended error code; None when it is not known.")
    basis = one(Basis, "Where this comes from.")
    reason = one(str, "Why, in one sentence.")
    alternatives = many(_client_error, "Other pairs that clients show against the same state.")


class PeerIdentity(Record):
    """What answers on the port."""

    product = one(Product, "The product.")
    basis = one(str, "What that rests on, or why it is unknown.")


class EvidenceReference(Record):
    """A place in the report that a finding rests on."""

    at = one(str, "JSON pointer (RFC 6901) into the report.")
    seen = one(str, "What is there, in words.")


class Remedy(Record):
    """Something that can be done about a cause."""

    _shown = ("action", "place", "kind")

    action = one(str, "What it does.")
    place = one(RemedyPlace, "Where it is done.")
    kind = one(RemedyKind, "Whether it mends the fault or only isolates it.")
    command = optional(str, "The exact command; None when there is none.")
    undo = optional(str, "How it is undone; None when there is nothing to undo.")
    risk = one(str, "What it may cost.")
    restart = optional(str, "The services that must be restarted; None when none.")


class Finding(Record):
    """A cause and what the evidence says of it."""

    _shown = ("cause", "verdict", "message")

    cause = one(Cause, "The cause.")
    verdict = one(Verdict, "How sure it is.")
    stage = optional(Stage, "The stage that it concerns; None when it is no matter of one stage.")
    message = one(str, "What was found, in one or two sentences.")
    evidence = many(EvidenceReference, "What it rests on.")
    not_proved = optional(str, "What the evidence does not prove; None when there is nothing to say.")
    remedies = many(Remedy, "What can be done; empty unless the verdict is open.")
    settle_by = many(str, "What would settle it; empty when it is settled.")


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
