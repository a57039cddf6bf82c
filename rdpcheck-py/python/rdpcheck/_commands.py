"""The commands that ask no host: ``rdpcheck explain`` and its like."""

from __future__ import annotations

import json
import textwrap

from ._enums import Cause, Change
from ._explain import FoundCodes, causes, describe, explain, find_codes
from ._report import Report
from ._terminal import (
    DONE,
    NOT_CARRIED_OUT,
    WRONG_USAGE,
    Parser,
    UnreadableError,
    answer,
    complain,
    read,
    rendered,
    status_of,
)
from .exceptions import InvalidOptionsError, InvalidReportError, RdpCheckError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

NOTHING_FOUND = 1
WORSE = 1

WIDTH = 100


def run(command: str, arguments: Sequence[str]) -> int:
    """Carry out a command and return its exit status."""
    describe_arguments, carry_out = COMMANDS[command]
    options = describe_arguments(f"rdpcheck {command}").parse_args(arguments)
    try:
        return carry_out(options)
    except InvalidOptionsError as error:
        complain(error)
        return WRONG_USAGE
    except (RdpCheckError, UnreadableError) as error:
        complain(error)
        return NOT_CARRIED_OUT


def explain_arguments(prog: str) -> Parser:
    """Describe ``rdpcheck explain``."""
    parser = Parser(
        prog=prog,
        description="Say what the codes of a client mean. No host is asked.",
        epilog=(
            "The codes are decimal or hexadecimal: 0x904 0x7, 0x904/0x7 and 2308 7 are the same. A symbol\n"
            "and the pasted text of the client's dialog, or of its event 1026, are read as well.\n\n"
            "Exit status: 0 explained, 2 wrong usage, 3 standard input cannot be read.\n"
        ),
    )
    parser.usage = "%(prog)s [-h] [--json | --pretty | --text] CODE [EXTENDED]"
    parser.add_argument(
        "words",
        metavar="CODE",
        nargs="+",
        help="error code and extended error code, or - for text from standard input",
    )
    parser.add_forms()
    return parser


def explain_codes(options: Namespace) -> int:
    """Explain the codes of a client."""
    text = read("-") if options.words == ["-"] else " ".join(options.words)
    return answer(rendered(explain(text), options.form), DONE)


def codes_arguments(prog: str) -> Parser:
    """Describe ``rdpcheck codes``."""
    parser = Parser(
        prog=prog,
        description="Search the tables of codes that a person may meet.",
        epilog=(
            "A number is looked up in every table, where it may mean different things; a symbol in any\n"
            "case, with or without its prefix; of other words all must be in the meaning or the symbol.\n\n"
            "Exit status: 0 something was found, 1 nothing was found, 2 wrong usage.\n"
        ),
    )
    parser.add_argument("words", metavar="WORD", nargs="+", help="number, symbol, or words")
    parser.add_forms()
    return parser


def search_codes(options: Namespace) -> int:
    """Search the tables."""
    found = find_codes(" ".join(options.words))
    status = DONE if found.entries else NOTHING_FOUND
    if options.form in ("json", "pretty"):
        return answer(as_json(found.to_dict(), options.form), status)
    return answer(listed(found), status)


def listed(found: FoundCodes) -> str:
    """Return what a search found for a person."""
    parts = []
    for entry in found.entries:
        symbol = f" {entry.symbol}" if entry.symbol else ""
        lines = [f"{entry.hex} = {entry.decimal}{symbol} ({entry.table})", *paragraph(entry.meaning)]
        if entry.causes:
            lines += paragraph(f"causes: {', '.join(entry.causes)}")
        parts.append("\n".join([*lines, f"    source: {entry.source}"]))
    if found.unknown:
        unknown = f"{found.unknown.hex} = {found.unknown.decimal}: no table has this number."
        notes = [line for note in found.unknown.notes for line in paragraph(note)]
        parts.append("\n".join([unknown, *notes]))
    return "\n\n".join(parts or ["Nothing was found."]) + "\n"


def paragraph(text: str) -> list[str]:
    """Break a text into indented lines."""
    return textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def causes_arguments(prog: str) -> Parser:
    """Describe ``rdpcheck causes``."""
    parser = Parser(
        prog=prog,
        description="List the causes that reports speak of, or say all that is known of one.",
        epilog="Exit status: 0 done, 2 wrong usage.\n",
    )
    parser.add_argument("cause", metavar="CAUSE", nargs="?", help="code of the cause to describe")
    parser.add_forms()
    return parser


def tell_causes(options: Namespace) -> int:
    """List the causes, or describe one."""
    if options.cause is not None:
        return answer(rendered(describe(known(options.cause)), options.form), DONE)
    if options.form in ("json", "pretty"):
        return answer(as_json([cause.to_dict() for cause in causes()], options.form), DONE)
    longest = max(map(len, Cause))
    return answer("".join(f"{cause:<{longest}}  {cause.says}\n" for cause in Cause), DONE)


def known(code: str) -> Cause:
    """Return the cause of this code."""
    try:
        return Cause(code)
    except ValueError:
        from difflib import get_close_matches  # noqa: PLC0415 - only after an error

        near = get_close_matches(code, list(Cause), n=3)
        allowed = f"{' or '.join(near)}, or another that 'rdpcheck causes' lists"
        allowed = allowed if near else "a code that 'rdpcheck causes' lists"
        raise InvalidOptionsError(
            f"invalid cause: {code}; allowed: {allowed}", "cause", code, allowed
        ) from None


def diff_arguments(prog: str) -> Parser:
    """Describe ``rdpcheck diff``."""
    parser = Parser(
        prog=prog,
        description="Say what changed between two stored reports on one host, for before and after a repair.",
        epilog=(
            "Reports are what 'rdpcheck --json HOST' or '--pretty' writes, in UTF-8, each at most 64 MiB.\n\n"
            "Exit status: 0 nothing got worse, 1 something is worse or new, or the two cannot be compared,\n"
            "2 wrong usage, 3 a report cannot be read.\n"
        ),
    )
    parser.add_argument("before", metavar="BEFORE", help="the earlier report; - for standard input")
    parser.add_argument("after", metavar="AFTER", help="the later report; - for standard input")
    parser.add_argument(
        "--again",
        action="store_true",
        help="judge both by the rules of this version first, as for reports of different versions",
    )
    parser.add_forms()
    return parser


def compare(options: Namespace) -> int:
    """Compare two stored reports."""
    if options.before == options.after == "-":
        problem = "both reports are -; allowed: standard input for one of them"
        raise InvalidOptionsError(problem, "AFTER", "-", "standard input for one of them")
    load = Report.diagnose_json if options.again else Report.from_json
    hint = "" if options.again else "; --again reads what was measured, and leaves out what was concluded"
    before, after = (stored(name, load, hint) for name in (options.before, options.after))
    diff = before.diff(after)
    worse = diff.verdict in (Change.WORSE, Change.MIXED, Change.NOT_COMPARABLE) or diff.new
    return answer(rendered(diff, options.form), WORSE if worse else DONE)


def diagnose_arguments(prog: str) -> Parser:
    """Describe ``rdpcheck diagnose``."""
    parser = Parser(
        prog=prog,
        description="Judge the evidence of a stored report by the rules of this version. No host is asked.",
        epilog=(
            "A report is what 'rdpcheck --json HOST' or '--pretty' writes, in UTF-8, at most 64 MiB. Dates\n"
            "are judged by the clock of the check.\n\n"
            "Exit status: 0 the host was healthy, 1 it was not, 2 wrong usage, 3 the report cannot be read.\n"
        ),
    )
    parser.add_argument("report", metavar="REPORT", help="the report; - for standard input")
    parser.add_argument(
        "--client-error",
        metavar="CODE[/EXTENDED]",
        help="what a client showed, in place of what was given to the check",
    )
    parser.add_forms()
    return parser


def diagnose(options: Namespace) -> int:
    """Judge a stored report again."""
    report = stored(options.report, lambda text: Report.diagnose_json(text, options.client_error))
    return answer(rendered(report, options.form), status_of(report))


def stored(name: str, load: Callable[[str], Report], hint: str = "") -> Report:
    """Read a stored report; an error names the file."""
    text = read(name)
    try:
        return load(text)
    except InvalidReportError as error:
        shown = "standard input" if name == "-" else name
        raise UnreadableError(f"{shown}: {error}{hint}") from None


def as_json(value: object, form: str) -> str:
    """Return JSON in the form that was asked for, as the core writes it."""
    if form == "pretty":
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


COMMANDS: dict[str, tuple[Callable[[str], Parser], Callable[[Namespace], int]]] = {
    "causes": (causes_arguments, tell_causes),
    "codes": (codes_arguments, search_codes),
    "diagnose": (diagnose_arguments, diagnose),
    "diff": (diff_arguments, compare),
    "explain": (explain_arguments, explain_codes),
}
