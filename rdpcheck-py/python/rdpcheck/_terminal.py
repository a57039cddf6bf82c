"""What the commands have in common: arguments, files, what is written, exit statuses."""

from __future__ import annotations

import argparse
import os
import sys

from ._enums import Headline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Protocol

    from ._report import Report

    class Answer(Protocol):
        """What has JSON and words."""

        @property
        def text(self) -> str:
            """For a person."""

        def to_json(self, *, pretty: bool = False) -> str:
            """For a program."""


DONE = 0
NOT_HEALTHY = 1
WRONG_USAGE = 2
NOT_CARRIED_OUT = 3

LARGEST = 64 * 1024 * 1024
"""More bytes than this are not read from a file."""


class UnreadableError(Exception):
    """A file cannot be read; the message names it."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors look like all others."""

    def __init__(self, *, prog: str, description: str, epilog: str) -> None:
        """Describe a command; the epilog has its own line breaks."""
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def add_forms(self) -> None:
        """Add the forms in which an answer is written."""
        form = self.add_mutually_exclusive_group()
        for name, meaning in (
            ("json", "write JSON on one line"),
            ("pretty", "write indented JSON"),
            ("text", "write for a person (default)"),
        ):
            form.add_argument(f"--{name}", action="store_const", dest="form", const=name, help=meaning)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on."""
        complain(f"{message}\nTry '{self.prog} --help'.")
        sys.exit(WRONG_USAGE)

    def _print_message(self, message: str, file: object = None) -> None:
        """Write the help or the version, as answers are written."""
        del file
        status = answer(message, DONE)
        if status != DONE:
            sys.exit(status)


def status_of(report: Report) -> int:
    """Return the exit status for a report."""
    return DONE if report.headline is Headline.HEALTHY else NOT_HEALTHY


def rendered(found: Answer, form: str | None) -> str:
    """Return an answer in the form that was asked for, with an end of line."""
    if form == "json":
        return found.to_json() + "\n"
    if form == "pretty":
        return found.to_json(pretty=True) + "\n"
    return found.text.rstrip("\n") + "\n"


def read(name: str) -> str:
    """Read a file, or standard input for ``-``.

    Raises:
        UnreadableError: It cannot be opened, is larger than 64 MiB, or is not UTF-8.

    """
    shown = "standard input" if name == "-" else name
    try:
        content = bytes_of(name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableError(f"cannot read {shown}: {reason}") from None
    if len(content) > LARGEST:
        raise UnreadableError(f"cannot read {shown}: it is larger than 64 MiB; allowed: 0 to {LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The redirection of Windows PowerShell writes it.
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        found = "it is UTF-16" if utf16 else f"byte {error.start} of it is 0x{error.object[error.start]:02x}"
        raise UnreadableError(f"cannot read {shown}: {found}; allowed: UTF-8") from None


def bytes_of(name: str) -> bytes:
    """Read as much as is allowed, and one byte more of what is larger."""
    if name == "-":
        if sys.stdin is None:
            raise OSError("it is closed")
        return sys.stdin.buffer.read(LARGEST + 1)
    # The bytes of the argument, whatever the locale says.
    path = name if os.name == "nt" else name.encode(errors="surrogateescape")
    with open(path, "rb") as file:  # noqa: PTH123 - bytes are no Path
        return file.read(LARGEST + 1)


def answer(text: str, status: int, what: str = "answer") -> int:
    """Write an answer and return the exit status: the one given, unless it cannot be written."""
    try:
        write(text)
    except OSError as error:
        complain(f"cannot write the {what}: {error.strerror or error}")
        return NOT_CARRIED_OUT
    return status


def write(text: str) -> None:
    """Write to standard output as UTF-8, whatever the locale says."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    try:
        sys.stdout.buffer.write(text.encode(errors="replace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer must not be tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever reads has read enough.
        if not isinstance(error, BrokenPipeError):
            raise


def complain(problem: object) -> None:
    """Write to standard error, if there is one."""
    if sys.stderr is not None:
        print(f"rdpcheck: {problem}", file=sys.stderr)  # noqa: T201 - a command speaks to people
