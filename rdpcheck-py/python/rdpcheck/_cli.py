"""The command ``rdpcheck``."""

from __future__ import annotations

import argparse
import os
import sys

from ._checker import Checker
from ._enums import AddressFamily, Depth, Headline
from ._rdpcheck import __version__
from .exceptions import InvalidOptionsError, InvalidTargetError, RdpCheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from ._report import Report

HEALTHY = 0
NOT_HEALTHY = 1
WRONG_USAGE = 2
NOT_CARRIED_OUT = 3
INTERRUPTED = 130

LIMITS = {
    "deadline": "deadline of the whole check (default 15, with --depth deep 60)",
    "resolve_timeout": "limit of name resolution (default 5)",
    "connect_timeout": "limit of the TCP connection (default 4.5)",
    "negotiate_timeout": "limit of the X.224 answer (default 4.5)",
    "tls_timeout": "limit of the TLS handshake (default 5)",
    "credssp_timeout": "limit of the CredSSP answer (default 5)",
}


class Parser(argparse.ArgumentParser):
    """A parser whose errors look like all others."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on."""
        self.exit(WRONG_USAGE, f"rdpcheck: {message}\nTry 'rdpcheck --help'.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    if arguments is None:
        # A locale that is not UTF-8 has split the characters of an argument.
        arguments = [os.fsencode(argument).decode(errors="replace") for argument in sys.argv[1:]]
    try:
        return run(parser().parse_args(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> Parser:
    """Describe the command line."""
    described = Parser(
        prog="rdpcheck",
        description="Say why a Remote Desktop connection fails, measured from the network.",
        epilog=(
            "Exit status: 0 the host is healthy, 1 it is not, 2 wrong usage, "
            "3 the check could not be carried out."
        ),
        allow_abbrev=False,
    )
    described.add_argument(
        "target", metavar="HOST[:PORT]", help="name or address of the host; [IPv6]:PORT with a port"
    )
    described.add_argument("--version", action="version", version=f"rdpcheck {__version__}")
    form = described.add_mutually_exclusive_group()
    form.add_argument(
        "--json", action="store_const", dest="form", const="json", help="write JSON on one line"
    )
    form.add_argument(
        "--pretty", action="store_const", dest="form", const="pretty", help="write indented JSON"
    )
    form.add_argument(
        "--text", action="store_const", dest="form", const="text", help="write for a person (default)"
    )
    described.add_argument(
        "--client-error", metavar="CODE[/EXTENDED]", help="what a client showed, for instance 0x904/0x7"
    )
    described.add_argument(
        "--depth", metavar="DEPTH", help=f"{', '.join(Depth)} (default standard): connections to spend"
    )
    described.add_argument(
        "--server-name", metavar="NAME", help="name to send and to look for in the certificate"
    )
    described.add_argument(
        "--address-family", metavar="FAMILY", help=f"{', '.join(AddressFamily)} (default any)"
    )
    described.add_argument("--probe-name", metavar="NAME", help="name of this check for the host's log")
    described.add_argument(
        "--wake-on-lan", metavar="ADDRESS", help="hardware address to wake when the host does not answer"
    )
    for name, meaning in LIMITS.items():
        described.add_argument(f"--{name.replace('_', '-')}", metavar="SECONDS", help=meaning)
    described.add_argument(
        "--expiry-threshold-days",
        metavar="DAYS",
        help="report certificates with fewer days left (default 14)",
    )
    return described


def run(options: argparse.Namespace) -> int:
    """Check, write the report, and say how it went."""
    try:
        report = checker(options).check(options.target)
    except (InvalidOptionsError, InvalidTargetError) as error:
        complain(error)
        return WRONG_USAGE
    except RdpCheckError as error:
        complain(error)
        return NOT_CARRIED_OUT
    try:
        write(rendered(report, options.form))
    except OSError as error:
        complain(f"cannot write the report: {error.strerror or error}")
        return NOT_CARRIED_OUT
    return HEALTHY if report.headline is Headline.HEALTHY else NOT_HEALTHY


def checker(options: argparse.Namespace) -> Checker:
    """Make the checker that was asked for."""
    limits = {name: seconds(name, getattr(options, name)) for name in LIMITS}
    return Checker(
        depth=options.depth,
        address_family=options.address_family,
        client_error=options.client_error,
        server_name=options.server_name,
        expiry_threshold_days=days(options.expiry_threshold_days),
        probe_name=options.probe_name,
        wake_on_lan=options.wake_on_lan,
        **limits,
    )


def seconds(name: str, text: str | None) -> float | None:
    """Read a length of time."""
    try:
        return None if text is None else float(text)
    except ValueError:
        raise not_a_number(name, text, float("nan")) from None


def days(text: str | None) -> int | None:
    """Read a number of days."""
    try:
        return None if text is None else int(text)
    except ValueError:
        raise not_a_number("expiry_threshold_days", text, -1) from None


def not_a_number(option: str, text: str | None, outside: float) -> InvalidOptionsError:
    """Complain as the core does of a number outside the range, which it alone knows."""
    try:
        Checker(**{option: outside})  # type: ignore[arg-type]  # mypy takes the name for any of the arguments
    except InvalidOptionsError as error:
        message = f"invalid {option}: {text!r}; allowed: {error.allowed}"
        return InvalidOptionsError(message, option, repr(text), error.allowed)
    raise AssertionError(option)


def rendered(report: Report, form: str | None) -> str:
    """Return the report in the form that was asked for, with an end of line."""
    if form == "json":
        return report.to_json() + "\n"
    if form == "pretty":
        return report.to_json(pretty=True) + "\n"
    return report.text.rstrip("\n") + "\n"


def write(text: str) -> None:
    """Write to standard output as UTF-8, whatever the locale says."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer must not be tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # Whoever reads has read enough.
        if not isinstance(error, BrokenPipeError):
            raise


def complain(problem: object) -> None:
    """Write to standard error, if there is one."""
    print(f"rdpcheck: {problem}", file=sys.stderr)  # noqa: T201 - a command speaks to people
