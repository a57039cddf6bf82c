"""Why a check could not be carried out.

A host that refuses, resets or stays silent is no exception: that is what a report describes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._report import Report

__all__ = [
    "CheckFailedError",
    "InternalError",
    "InvalidOptionsError",
    "InvalidReportError",
    "InvalidTargetError",
    "RdpCheckError",
    "ResourceError",
]


class RdpCheckError(Exception):
    """The base of every exception of rdpcheck."""

    def __str__(self) -> str:
        """Return the message."""
        return str(self.args[0])


class InvalidOptionsError(RdpCheckError, ValueError):
    """An option is outside its range."""

    option: str
    """The option, as the argument is called."""
    value: str
    """The value that was given."""
    allowed: str
    """The allowed range in words."""

    def __init__(self, message: str, option: str, value: str, allowed: str) -> None:
        """Keep the facts beside the message."""
        super().__init__(message, option, value, allowed)
        self.option = option
        self.value = value
        self.allowed = allowed


class InvalidTargetError(RdpCheckError, ValueError):
    """The target cannot be understood."""

    value: str
    """The target as given."""
    problem: str
    """What is wrong with it."""
    allowed: str
    """The forms that are understood."""

    def __init__(self, message: str, value: str, problem: str, allowed: str) -> None:
        """Keep the facts beside the message."""
        super().__init__(message, value, problem, allowed)
        self.value = value
        self.problem = problem
        self.allowed = allowed


class InvalidReportError(RdpCheckError, ValueError):
    """A stored report cannot be read."""

    problem: str
    """What is wrong with it, with the place where that is known."""

    def __init__(self, message: str, problem: str) -> None:
        """Keep the facts beside the message."""
        super().__init__(message, problem)
        self.problem = problem


class ResourceError(RdpCheckError, OSError):
    """This machine lacks what the check needs (file descriptors, memory, threads)."""

    operation: str
    """What was being done."""

    def __init__(
        self, message: str, operation: str, errno: int | None = None, strerror: str | None = None
    ) -> None:
        """Keep the facts beside the message."""
        OSError.__init__(self, errno, strerror)
        self.args = (message, operation, errno, strerror)
        self.operation = operation


class CheckFailedError(RdpCheckError):
    """The host is not healthy; raised by ``Report.raise_for_status`` only."""

    report: Report
    """The report that says so."""

    def __init__(self, message: str, report: Report) -> None:
        """Keep the report beside the message."""
        super().__init__(message, report)
        self.report = report


class InternalError(RdpCheckError):
    """A defect of rdpcheck itself; please report it."""
