"""The commands that ask no host: what they write, where, and their exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import rdpcheck

from test_command import MODULE, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMANDS = ["causes", "codes", "diagnose", "diff", "explain"]


def piped(given: bytes, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with this on its standard input."""
    done = subprocess.run([*MODULE, *arguments], input=given, capture_output=True, timeout=30, check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def reports(lab: Callable[[str], str], tmp_path: Path) -> tuple[str, str]:
    """Give files with a report on a host with a fault, and one on the same host after the repair."""
    broken = rdpcheck.check(lab("certificate-expired"))
    healthy = rdpcheck.check(lab("windows-nla")).to_dict()
    files = tmp_path / "before.json", tmp_path / "after.json"
    files[0].write_text(broken.to_json(), encoding="utf-8")
    files[1].write_text(json.dumps({**healthy, "target": broken.to_dict()["target"]}), encoding="utf-8")
    return str(files[0]), str(files[1])


@pytest.mark.parametrize(
    "codes",
    [
        ["0x904", "0x7"],
        ["0x904/0x7"],
        ["2308", "7"],
        ["Error code: 0x904", "Extended error code: 0x7"],
        ["-"],
    ],
)
def test_explain(codes: list[str]) -> None:
    dialog = "\ufeffError code: 0x904\r\nExtended error code: 0x7\r\n".encode()
    explanation = rdpcheck.explain(0x904, 7)
    for form, written in (
        ([], explanation.text),
        (["--text"], explanation.text),
        (["--json"], explanation.to_json() + "\n"),
        (["--pretty"], explanation.to_json(pretty=True) + "\n"),
    ):
        done = piped(dialog, "explain", *form, *codes)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", written)


def test_explain_a_symbol() -> None:
    done = run("explain", "disconnectReasonAtClientWinsockFDCLOSE")
    assert (done.returncode, done.stdout) == (0, rdpcheck.explain(0x904).text)


def test_the_explanation_fits_a_screen() -> None:
    lines = run("explain", "0x904", "0x7").stdout.splitlines()
    assert lines[0].startswith("0x904/0x7: ")
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100


def test_causes() -> None:
    lines = run("causes").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(rdpcheck.Cause)
    assert all(line.endswith(cause.says) for line, cause in zip(lines, rdpcheck.Cause, strict=True))
    listed = json.loads(run("causes", "--json").stdout)
    assert listed == [cause.to_dict() for cause in rdpcheck.causes()]
    assert json.loads(run("causes", "--pretty").stdout) == listed
    description = rdpcheck.describe("not-rdp")
    assert run("causes", "not-rdp").stdout == description.text
    assert run("causes", "not-rdp", "--json").stdout == description.to_json() + "\n"
    assert run("causes", "--pretty", "not-rdp").stdout == description.to_json(pretty=True) + "\n"


def test_codes() -> None:
    done = run("codes", "account", "locked")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0xC0000234 = 3221226036 STATUS_ACCOUNT_LOCKED_OUT (ntstatus)\n" in done.stdout
    assert "    causes: account-restricted\n" in done.stdout
    found = rdpcheck.find_codes("account locked")
    assert done.stdout.count("    source: ") == len(found.entries) > 1
    assert json.loads(run("codes", "--json", "account", "locked").stdout) == found.to_dict()
    assert json.loads(run("codes", "--pretty", "account locked").stdout) == found.to_dict()


def test_a_signed_number() -> None:
    done = run("codes", "-5")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0xFFFFFFFB = -5 ")
    assert run("codes", "0xFFFFFFFB").stdout == done.stdout


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["0x516"], "0x516 = 1302: no table has this number.\n    516 in decimal is 0x204, "),
        (["no", "such", "words"], "Nothing was found.\n"),
        ([""], "Nothing was found.\n"),
    ],
)
def test_nothing_is_found(words: list[str], begins: str) -> None:
    done = run("codes", *words)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(begins)
    assert run("codes", "--json", *words).returncode == 1


def test_diff(reports: tuple[str, str]) -> None:
    before, after = reports
    done = run("diff", before, after)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("BETTER  ")
    assert "certificate-expired: confirmed -> ruled-out" in done.stdout
    diff = json.loads(run("diff", "--json", before, after).stdout)
    assert diff["fixed"][0]["cause"] == "certificate-expired"
    assert json.loads(run("diff", "--pretty", "--again", before, after).stdout) == diff
    backwards = run("diff", after, before)
    assert (backwards.returncode, backwards.stdout[:7]) == (1, "WORSE  ")
    assert run("diff", before, before).stdout.startswith("SAME  ")
    assert run("diff", before, before).returncode == 0


def test_diff_with_standard_input(reports: tuple[str, str]) -> None:
    before, after = reports
    with open(before, "rb") as file:  # noqa: PTH123 - a name
        content = file.read()
    assert piped(content, "diff", "-", after).stdout.startswith("BETTER  ")
    # What some editors put before UTF-8 does not matter.
    assert piped(b"\xef\xbb\xbf" + content, "diff", after, "-").stdout.startswith("WORSE  ")
    done = piped(content, "diff", "-", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "rdpcheck: both reports are -; allowed: standard input for one of them\n"


def test_what_cannot_be_compared_is_no_success(reports: tuple[str, str], lab: Callable[[str], str]) -> None:
    other = rdpcheck.check(lab("windows-nla")).to_json().encode()
    done = piped(other, "diff", reports[0], "-")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("NOT-COMPARABLE  ")


def test_a_report_of_another_version_is_judged_again(reports: tuple[str, str], tmp_path: Path) -> None:
    with open(reports[0], encoding="utf-8") as file:  # noqa: PTH123 - a name
        report = json.load(file)
    report["findings"][0]["cause"] = "of-another-version"
    older = tmp_path / "older.json"
    older.write_text(json.dumps(report))
    done = run("diff", str(older), reports[1])
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"rdpcheck: {older}: invalid report: unknown variant `of-another-version`")
    assert "; --again reads " in done.stderr
    again = run("diff", "--again", str(older), reports[1])
    assert (again.returncode, again.stdout[:8]) == (0, "BETTER  ")
    assert run("diagnose", str(older)).stdout == rdpcheck.Report.diagnose_json(json.dumps(report)).text


def test_diagnose(reports: tuple[str, str]) -> None:
    before, after = reports
    done = run("diagnose", before)
    assert (done.returncode, done.stderr) == (1, "")
    with open(before, encoding="utf-8") as file:  # noqa: PTH123 - a name
        report = rdpcheck.Report.from_json(file.read())
    assert done.stdout == report.text
    assert run("diagnose", "--json", before).stdout == report.to_json() + "\n"
    assert run("diagnose", after).returncode == 0
    heard = run("diagnose", "--pretty", "--client-error", "0x904/0x7", before)
    assert heard.returncode == 1
    assert json.loads(heard.stdout)["client_error"] == {"code": 0x904, "extended": 7}
    assert json.loads(piped(report.to_json().encode(), "diagnose", "-", "--json").stdout) == report.to_dict()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain"], "the following arguments are required: CODE"),
        (["explain", "0x"], 'invalid client_error: "0x"; allowed: CODE or CODE/EXTENDED, '),
        (["explain", "host.example"], 'invalid client_error: "host.example": there is no error code in it; '),
        (["explain", "0x904", "4294967296"], "invalid client_error: "),
        (["explain", "-5"], 'invalid client_error: "-5"; allowed: CODE or CODE/EXTENDED, '),
        (["explain", "--jsn", "1"], "unrecognized arguments: --jsn"),
        (["explain", "--json", "--text", "1"], "argument --text: not allowed with argument --json"),
        (
            ["causes", "nothing-like-it"],
            "invalid cause: nothing-like-it; allowed: a code that 'rdpcheck causes",
        ),
        (
            ["causes", "listener-key"],
            "invalid cause: listener-key; allowed: listener-key-unusable or listener-hung, or another that ",
        ),
        (["causes", "not-rdp", "gateway"], "unrecognized arguments: gateway"),
        (["codes"], "the following arguments are required: WORD"),
        (["diff"], "the following arguments are required: BEFORE, AFTER"),
        (["diff", "a.json"], "the following arguments are required: AFTER"),
        (["diagnose"], "the following arguments are required: REPORT"),
        (["check"], "the following arguments are required: HOST[:PORT]"),
        (["check", "explain:0"], 'invalid target "explain:0": '),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    first, *more = done.stderr.splitlines()
    assert first.startswith(f"rdpcheck: {words}")
    assert more in ([], [f"Try 'rdpcheck {arguments[0]} --help'."])


@pytest.mark.parametrize("command", ["explain", "diagnose"])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"caf\xe9", "byte 3 of it is 0xe9; allowed: UTF-8"),
        ("Error code: 0x904".encode("utf-16"), "it is UTF-16; allowed: UTF-8"),
        (b" " * (64 * 1024 * 1024 + 1), "it is larger than 64 MiB; allowed: 0 to 67108864 bytes"),
    ],
    ids=["latin-1", "utf-16", "large"],
)
def test_what_cannot_be_read(command: str, content: bytes, problem: str) -> None:
    done = piped(content, command, "-")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"rdpcheck: cannot read standard input: {problem}\n"


def test_pasted_text_without_a_code() -> None:
    done = piped(b"It does not work.\n", "explain", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        'rdpcheck: invalid client_error: "It does not work.": there is no error code'
    )


@pytest.mark.parametrize("command", [["diagnose"], ["diff", "-"]])
def test_a_file_that_cannot_be_read(command: list[str], reports: tuple[str, str], tmp_path: Path) -> None:
    with open(reports[0], "rb") as file:  # noqa: PTH123 - a name
        good = file.read()
    missing, folder, broken = tmp_path / "missing.json", tmp_path, tmp_path / "broken.json"
    broken.write_bytes(good[:-100])
    for name, problem in (
        (missing, f"cannot read {missing}: No such file or directory"),
        (folder, f"cannot read {folder}: "),
        (broken, f"{broken}: invalid report: EOF while parsing "),
    ):
        done = piped(good, *command, str(name))
        assert (done.returncode, done.stdout) == (3, "")
        assert done.stderr.startswith(f"rdpcheck: {problem}")
        assert done.stderr.count("\n") == 1


def test_standard_input_that_is_no_report() -> None:
    done = piped(b"{}", "diagnose", "-")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "rdpcheck: standard input: invalid report: /schema_version is missing\n"


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
@pytest.mark.parametrize("name", ["b\u00fccher.json".encode(), b"\xff.json"])
def test_a_name_that_the_locale_cannot_write(name: bytes, reports: tuple[str, str], tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - bytes are no Path
    with open(path, "wb") as copy, open(reports[0], "rb") as file:  # noqa: PTH123
        copy.write(file.read())
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*MODULE, "diagnose", path], capture_output=True, timeout=30, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (1, b"")
    os.unlink(path)  # noqa: PTH108
    done = subprocess.run(
        [*MODULE, "diagnose", path], capture_output=True, timeout=30, check=False, env=environment
    )
    assert done.returncode == 3
    assert done.stderr.endswith(b": No such file or directory\n")


def test_help() -> None:
    top = run("--help").stdout
    for command in COMMANDS:
        done = run(command, "--help")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"usage: rdpcheck {command} ")
        assert "Exit status: 0 " in done.stdout
        assert all(form in done.stdout for form in ("--json", "--pretty", "--text"))
        assert f"  rdpcheck {command} " in top
    assert "rdpcheck check explain, or rdpcheck explain:3389" in top
    assert run("check", "--help").stdout.startswith("usage: rdpcheck check ")


def test_a_host_that_is_called_as_a_command_is(healthy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check", healthy).stdout.startswith("HEALTHY")
    assert run("check", "--json", healthy).returncode == 0
    asked: list[Any] = []

    def check(self: rdpcheck.Checker, target: str) -> rdpcheck.Report:
        del self
        asked.append(target)
        raise rdpcheck.ResourceError("not here", "checking")

    from rdpcheck import _cli  # noqa: PLC0415 - only here

    monkeypatch.setattr(_cli.Checker, "check", check)
    for arguments in (["check", "explain"], ["explain:3389"], ["--json", "diff"], ["explain."], ["checks"]):
        assert _cli.main(arguments) == 3
    assert asked == ["explain", "explain:3389", "diff", "explain.", "checks"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe that breaks as on POSIX")
@pytest.mark.parametrize(
    "arguments",
    [["explain", "0x904"], ["causes"], ["causes", "--pretty"], ["codes", "the"], ["--help"], ["--version"]],
)
def test_a_reader_who_leaves(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*MODULE, *arguments], stdout=writing, stderr=subprocess.PIPE, timeout=30, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("closed", "arguments", "said"),
    [
        (">&-", ["explain", "0x904"], "cannot write the answer: standard output is closed"),
        (">&-", ["--help"], "cannot write the answer: standard output is closed"),
        ("<&-", ["explain", "-"], "cannot read standard input: it is closed"),
        ("<&-", ["diagnose", "-"], "cannot read standard input: it is closed"),
    ],
)
def test_closed_streams(closed: str, arguments: list[str], said: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", *MODULE, *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (3, f"rdpcheck: {said}\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("arguments", [["explain"], ["explain", "0x"], ["diff", "-", "-"]])
def test_closed_standard_error(arguments: list[str]) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" 2>&-', "sh", *MODULE, *arguments],
        stdout=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110 - it is no file
@pytest.mark.parametrize("arguments", [["explain", "0x904"], ["causes"], ["--help"]])
def test_a_full_disk(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - it is no file
        done = subprocess.run(
            [*MODULE, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False, text=True
        )
    assert (done.returncode, done.stderr) == (
        3,
        "rdpcheck: cannot write the answer: No space left on device\n",
    )
