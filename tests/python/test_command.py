"""The command: what it writes, where, and its exit status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import rdpcheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import SilentHost

MODULE = [sys.executable, "-m", "rdpcheck"]


def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    environment = {**os.environ, "PYTHONWARNINGS": "error", **options}
    return subprocess.run(
        [*MODULE, *arguments], capture_output=True, encoding="utf-8", timeout=30, check=False, env=environment
    )


def test_a_healthy_host(healthy: str) -> None:
    done = run(healthy)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("HEALTHY")
    assert done.stdout.endswith("\n")
    assert run("--text", healthy).stdout.startswith("HEALTHY")


def test_a_host_that_is_not(lab: Callable[[str], str]) -> None:
    degraded = run("--json", lab("certificate-expired"))
    assert (degraded.returncode, degraded.stderr) == (1, "")
    assert degraded.stdout.count("\n") == 1
    report = rdpcheck.Report.from_json(degraded.stdout)
    assert report.headline is rdpcheck.Headline.DEGRADED
    assert report.to_json() + "\n" == degraded.stdout
    closed = run("--pretty", lab("port-closed"))
    assert closed.returncode == 1
    assert closed.stdout.startswith('{\n  "schema_version": 1,\n')
    assert json.loads(closed.stdout)["headline"] == "unreachable"


def test_every_option_arrives(healthy: str) -> None:
    done = run(
        *("--json", "--client-error", "0x904/0x7", "--depth", "deep", "--server-name", "name.example"),
        *(
            "--deadline",
            "20",
            "--resolve-timeout",
            "1",
            "--connect-timeout",
            "1.5",
            "--negotiate-timeout",
            "2",
        ),
        *("--tls-timeout=3", "--credssp-timeout=4", "--address-family=ipv4", "--expiry-threshold-days=3650"),
        # A host that answers is not woken.
        *("--probe-name", "monitoring", "--wake-on-lan=5254.00ab.cdef"),
        healthy,
    )
    report = rdpcheck.Report.from_json(done.stdout)
    assert done.returncode == 0
    assert report.depth is rdpcheck.Depth.DEEP
    assert report.client_error == rdpcheck.ClientError(0x904, 7)
    assert report.target.name_sent == "name.example"
    assert report.expiry_threshold_days == 3650


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: HOST[:PORT]"),
        (["--jsn", "host"], "unrecognized arguments: --jsn"),
        (["--json", "--text", "host"], "argument --text: not allowed with argument --json"),
        (["host", "other"], "unrecognized arguments: other"),
        (["--depth"], "argument --depth: expected one argument"),
        (["--depth", "deeper", "host"], "invalid depth: deeper; allowed: quick, standard, deep"),
        (["--address-family", "x", "host"], "invalid address_family: x; allowed: any, ipv4, ipv6"),
        (["--deadline", "0", "host"], "invalid deadline: 0 s; allowed: 0.1 to 600 seconds"),
        (["--deadline", "soon", "host"], "invalid deadline: 'soon'; allowed: 0.1 to 600 seconds"),
        (["--tls-timeout", "nan", "host"], "invalid tls_timeout: NaN s; allowed: 0.01 to 600 seconds"),
        (
            ["--expiry-threshold-days", "1.5", "host"],
            "invalid expiry_threshold_days: '1.5'; allowed: 0 to 3650 days",
        ),
        (
            ["--expiry-threshold-days", "9999", "host"],
            "invalid expiry_threshold_days: 9999; allowed: 0 to 3650 days",
        ),
        (
            ["--client-error", "0x", "host"],
            (
                'invalid client_error: "0x"; allowed: CODE or CODE/EXTENDED, decimal or 0x hexadecimal, '
                "each 0 to 4294967295"
            ),
        ),
        (
            ["--server-name", "a:1", "host"],
            'invalid server_name: "a:1"; allowed: a host name without a port',
        ),
        (
            ["--probe-name", "a;b", "host"],
            "invalid probe_name: a;b; allowed: 1 to 64 printable ASCII characters but space and semicolon",
        ),
        (
            ["--wake-on-lan", "here", "host"],
            (
                "invalid wake_on_lan: here; allowed: aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff or "
                "aabbccddeeff, the address of one network adapter"
            ),
        ),
        (
            ["host:99999"],
            (
                'invalid target "host:99999": port "99999" is not a number from 1 to 65535; '
                "allowed: host, host:port, IPv4[:port], IPv6 or [IPv6]:port, with port 1 to 65535"
            ),
        ),
    ],
)
def test_wrong_usage(arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == f"rdpcheck: {words}"


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are Unicode there")
def test_an_argument_that_is_not_text() -> None:
    done = subprocess.run([*MODULE, b"h\xff"], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"rdpcheck: invalid target ")
    assert b"Traceback" not in done.stderr


def test_help_and_version() -> None:
    helped = run("--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    for option in (
        "--json",
        "--text",
        "--client-error",
        "--depth",
        "--deadline",
        "--server-name",
        "--probe-name",
        "--wake-on-lan",
        "HOST[:PORT]",
    ):
        assert option in helped.stdout
    assert run("--version").stdout == f"rdpcheck {rdpcheck.__version__}\n"


def test_an_installed_command_is_the_same() -> None:
    from importlib.metadata import entry_points  # noqa: PLC0415 - only here

    (command,) = entry_points(group="console_scripts", name="rdpcheck")
    assert command.value == "rdpcheck._cli:main"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_control_c_ends_at_once(silent: SilentHost) -> None:
    # SIGINT may be ignored where the tests run.
    script = (
        "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "sys.argv[0] = 'rdpcheck'; runpy.run_module('rdpcheck', run_name='__main__')"
    )
    command = [
        sys.executable,
        "-c",
        script,
        "--deadline",
        "600",
        "--negotiate-timeout",
        "600",
        silent.address,
    ]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
        silent.request(),
    ):
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
        assert (process.returncode, output, errors) == (130, b"", b"")
        assert time.monotonic() - begun < 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe that breaks as on POSIX")
@pytest.mark.parametrize("form", ["--json", "--text"])
def test_a_reader_who_leaves(healthy: str, form: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*MODULE, form, healthy], stdout=writing, stderr=subprocess.PIPE, timeout=30, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110 - it is no file
def test_a_full_disk(healthy: str) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - it is no file
        done = subprocess.run(
            [*MODULE, healthy], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False, text=True
        )
    assert done.returncode == 3
    assert done.stderr == "rdpcheck: cannot write the report: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_closed_standard_output(healthy: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" >&-', "sh", *MODULE, healthy],
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (
        3,
        "rdpcheck: cannot write the report: standard output is closed\n",
    )


def test_the_locale_does_not_matter(healthy: str) -> None:
    port = healthy.rpartition(":")[2]
    done = run(
        "--json", "--server-name", "b\u00fccher.example", f"127.0.0.1:{port}", LC_ALL="C", PYTHONUTF8="0"
    )
    assert done.returncode == 0
    assert rdpcheck.Report.from_json(done.stdout).target.name_sent == "xn--bcher-kva.example"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of open files")
def test_a_check_that_could_not_be_carried_out(healthy: str) -> None:
    script = (
        "import resource, shutil, sys; from rdpcheck._cli import main; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3)); sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, healthy], capture_output=True, timeout=30, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("rdpcheck: this machine cannot carry out the check: ")
