"""The command ``rdpcheck``."""

from __future__ import annotations

import os
import sys

from . import _commands
from ._checker import Checker
from ._enums import AddressFamily, Depth
from ._rdpcheck import __version__
from ._terminal import NOT_CARRIED_OUT, WRONG_USAGE, Parser, answer, complain, rendered, status_of
from .exceptions import InvalidOptionsError, InvalidTargetError, RdpCheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

INTERRUPTED = 130

LIMITS = {
    "deadline": "deadline of the whole check (default 15, with --depth deep 60)",
    "resolve_timeout": "limit of name resolution (default 5)",
    "connect_timeout": "limit of the TCP connection (default 4.5)",
    "negotiate_timeout": "limit of the X.224 answer (default 4.5)",
    "tls_timeout": "limit of the TLS handshake (default 5)",
    "credssp_timeout": "limit of the CredSSP answer (default 5)",
}


OTHERS = """\
other commands (rdpcheck COMMAND --help says more):
  rdpcheck explain CODE [EXTENDED]  what the codes of a client mean; no host is asked
  rdpcheck codes WORDS              search the tables of codes
  rdpcheck causes [CAUSE]           the causes that reports speak of
  rdpcheck diff BEFORE AFTER        what changed between two stored reports
  rdpcheck diagnose REPORT          judge a stored report by the rules of this version
  rdpcheck check HOST[:PORT]        the same as rdpcheck HOST[:PORT]

A host that is called as a command is: rdpcheck check explain, or rdpcheck explain:3389.

Exit status: 0 the host is healthy, 1 it is not, 2 wrong usage, 3 the check could not be carried out.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    if arguments is None:
        # A locale that is not UTF-8 has split the characters of an argument.
        arguments = [os.fsencode(argument).decode(errors="surrogateescape") for argument in sys.argv[1:]]
    command, *others = arguments or [""]
    try:
        if command in _commands.COMMANDS:
            return _commands.run(command, others)
        if command == "check":
            return run(parser("rdpcheck check").parse_args(others))
        return run(parser("rdpcheck").parse_args(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def parser(prog: str) -> Parser:
    """Describe the command line of a check."""
    described = Parser(
        prog=prog,
        description="Say why a Remote Desktop connection fails, measured from the network.",
        epilog=OTHERS,
    )
    described.add_argument(
        "target", metavar="HOST[:PORT]", help="name or address of the host; [IPv6]:PORT with a port"
    )
    described.add_argument("--version", action="version", version=f"rdpcheck {__version__}")
    described.add_forms()
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
    return answer(rendered(report, options.form), status_of(report), "report")


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
