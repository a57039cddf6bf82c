"""What cannot be checked, in exact words."""

from __future__ import annotations

import asyncio
import copy
import errno
import pickle
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import rdpcheck

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENT_ERRORS = "CODE or CODE/EXTENDED, decimal or 0x hexadecimal, each 0 to 4294967295"
ADAPTERS = (
    "aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff or aabbccddeeff, the address of one network adapter"
)
TARGETS = "host, host:port, IPv4[:port], IPv6 or [IPv6]:port, with port 1 to 65535"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"deadline": 0}, "invalid deadline: 0 s; allowed: 0.1 to 600 seconds"),
        ({"deadline": timedelta(days=1)}, "invalid deadline: 86400 s; allowed: 0.1 to 600 seconds"),
        ({"deadline": timedelta(seconds=-1)}, "invalid deadline: -1 s; allowed: 0.1 to 600 seconds"),
        ({"deadline": 10**400}, "invalid deadline: inf s; allowed: 0.1 to 600 seconds"),
        ({"resolve_timeout": float("nan")}, "invalid resolve_timeout: NaN s; allowed: 0.01 to 600 seconds"),
        ({"connect_timeout": float("inf")}, "invalid connect_timeout: inf s; allowed: 0.01 to 600 seconds"),
        ({"negotiate_timeout": -0.5}, "invalid negotiate_timeout: -0.5 s; allowed: 0.01 to 600 seconds"),
        ({"tls_timeout": 0.001}, "invalid tls_timeout: 0.001 s; allowed: 0.01 to 600 seconds"),
        ({"credssp_timeout": 601}, "invalid credssp_timeout: 601 s; allowed: 0.01 to 600 seconds"),
        ({"depth": "deeper"}, "invalid depth: deeper; allowed: quick, standard, deep"),
        ({"address_family": "ipv5"}, "invalid address_family: ipv5; allowed: any, ipv4, ipv6"),
        ({"client_error": "904h"}, f'invalid client_error: "904h"; allowed: {CLIENT_ERRORS}'),
        ({"client_error": -1}, f"invalid client_error: -1; allowed: {CLIENT_ERRORS}"),
        ({"client_error": (1, 2**32)}, f"invalid client_error: 4294967296; allowed: {CLIENT_ERRORS}"),
        ({"client_error": ()}, f"invalid client_error: (); allowed: {CLIENT_ERRORS}"),
        ({"server_name": "a:1"}, 'invalid server_name: "a:1"; allowed: a host name without a port'),
        (
            {"probe_name": "a b"},
            "invalid probe_name: a b; allowed: 1 to 64 printable ASCII characters but space and semicolon",
        ),
        ({"wake_on_lan": "00:11"}, f"invalid wake_on_lan: 00:11; allowed: {ADAPTERS}"),
        (
            {"wake_on_lan": "ff:ff:ff:ff:ff:ff"},
            f"invalid wake_on_lan: ff:ff:ff:ff:ff:ff; allowed: {ADAPTERS}",
        ),
        ({"expiry_threshold_days": 3651}, "invalid expiry_threshold_days: 3651; allowed: 0 to 3650 days"),
        ({"expiry_threshold_days": -1}, "invalid expiry_threshold_days: -1; allowed: 0 to 3650 days"),
        ({"port": 0}, "invalid port: 0; allowed: 1 to 65535"),
        ({"port": 65536}, "invalid port: 65536; allowed: 1 to 65535"),
        ({"port": -(10**30)}, f"invalid port: {-(10**30)}; allowed: 1 to 65535"),
        ({"port": 10**5000}, "invalid port: a huge number; allowed: 1 to 65535"),
    ],
)
def test_options_outside_their_range(options: dict[str, Any], message: str) -> None:
    with pytest.raises(rdpcheck.InvalidOptionsError) as caught:
        rdpcheck.check("127.0.0.1", **options)
    assert str(caught.value) == message
    assert caught.value.option == next(iter(options))
    assert message == f"invalid {caught.value.option}: {caught.value.value}; allowed: {caught.value.allowed}"
    with pytest.raises(rdpcheck.InvalidOptionsError) as again:
        asyncio.run(rdpcheck.check_async("127.0.0.1", **options))
    assert str(again.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"deadline": "5"}, "deadline must be a number of seconds or datetime.timedelta, not str"),
        ({"deadline": True}, "deadline must be a number of seconds or datetime.timedelta, not bool"),
        ({"depth": 2}, "depth must be str, not int"),
        ({"client_error": 2.5}, "client_error must be int, not float"),
        ({"client_error": (1, "7")}, "client_error must be int, not str"),
        ({"server_name": b"x"}, "server_name must be str, not bytes"),
        ({"probe_name": 1}, "probe_name must be str, not int"),
        ({"wake_on_lan": b"x"}, "wake_on_lan must be str, not bytes"),
        ({"expiry_threshold_days": 1.5}, "expiry_threshold_days must be int, not float"),
        ({"port": "3389"}, "port must be int, not str"),
        ({"port": True}, "port must be int, not bool"),
    ],
)
def test_options_of_another_type(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        rdpcheck.check("127.0.0.1", **options)
    assert str(caught.value) == message


def test_options_that_are_none() -> None:
    with pytest.raises(TypeError, match=r"^check\(\) got an unexpected keyword argument 'deadlines'"):
        rdpcheck.check("127.0.0.1", deadlines=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("target", "shown", "problem"),
    [
        ("", "", "empty"),
        ("host:0", "host:0", 'port "0" is not a number from 1 to 65535'),
        ("host:65536", "host:65536", 'port "65536" is not a number from 1 to 65535'),
        ("rdp://host", "rdp://host", "a URL is not understood"),
        ("[::1", "[::1", "the bracket is not closed"),
        ("a" * 600, "a" * 40, "longer than 512 bytes"),
        ("1.2.3", "1.2.3", '"1.2.3" looks like an address and is not one'),
    ],
)
def test_targets_that_are_none(target: str, shown: str, problem: str) -> None:
    with pytest.raises(rdpcheck.InvalidTargetError) as caught:
        rdpcheck.check(target)
    assert (caught.value.value, caught.value.problem) == (shown, problem)
    assert str(caught.value) == f'invalid target "{shown}": {problem}; allowed: {TARGETS}'
    assert isinstance(caught.value, ValueError)


def test_targets_that_are_odd() -> None:
    with pytest.raises(TypeError, match=r"^target must be str, not bytes$"):
        rdpcheck.check(b"host")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^target must be str, not NoneType$"):
        asyncio.run(rdpcheck.check_async(None))  # type: ignore[arg-type]
    for target in ("\udcff", "a\0b", "\x1b[31m", "a b", "\u202e"):
        with pytest.raises(rdpcheck.InvalidTargetError, match="invalid target"):
            rdpcheck.check(target)
    with pytest.raises(
        rdpcheck.InvalidTargetError, match="it names port 3390 and port 1 is asked for as well"
    ):
        rdpcheck.check("host:3390", port=1)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "{", '{"schema_version": 2}', "\0"])
def test_reports_that_are_none(text: str) -> None:
    with pytest.raises(rdpcheck.InvalidReportError, match=r"^invalid report: ") as caught:
        rdpcheck.Report.from_json(text)
    assert caught.value.problem


def test_a_report_of_another_version(healthy: str) -> None:
    text = rdpcheck.check(healthy).to_json().replace('"schema_version":1', '"schema_version":9')
    with pytest.raises(rdpcheck.InvalidReportError) as caught:
        rdpcheck.Report.from_json(text)
    assert str(caught.value) == "invalid report: schema_version is 9, only 1 is understood"


def test_causes_that_are_none(healthy: str) -> None:
    report = rdpcheck.check(healthy)
    with pytest.raises(ValueError, match="'no-such-cause' is not a valid Cause"):
        report.finding("no-such-cause")
    with pytest.raises(rdpcheck.InvalidOptionsError, match="invalid code: -1; allowed: 0 to 4294967295"):
        report.detects(-1)
    with pytest.raises(TypeError, match="extended must be int, not str"):
        report.detects(1, "7")  # type: ignore[arg-type]


def test_a_panic_is_an_internal_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(rdpcheck.InternalError) as caught:
        rdpcheck._rdpcheck._panic("on purpose")
    assert str(caught.value) == "internal error: on purpose; please report this"
    assert isinstance(caught.value, Exception)
    assert "on purpose" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of open files")
def test_a_lack_of_descriptors_is_a_resource_error(silent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource  # noqa: PLC0415 - not on every system

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        with pytest.raises(rdpcheck.ResourceError) as caught:
            rdpcheck.check(silent.address)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert caught.value.errno == errno.EMFILE
    assert isinstance(caught.value, OSError)
    assert str(caught.value).startswith("this machine cannot carry out the check: ")


@pytest.mark.parametrize(
    "make",
    [
        lambda: rdpcheck.InvalidOptionsError("m", "option", "value", "allowed"),
        lambda: rdpcheck.InvalidTargetError("m", "value", "problem", "allowed"),
        lambda: rdpcheck.InvalidReportError("m", "problem"),
        lambda: rdpcheck.ResourceError("m", "operation", 24, "words"),
        lambda: rdpcheck.ResourceError("m", "operation"),
        lambda: rdpcheck.InternalError("m"),
    ],
)
def test_exceptions_can_be_pickled(make: Callable[[], rdpcheck.RdpCheckError]) -> None:
    error = make()
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert vars(other) == vars(error)
        assert other.args == error.args
        assert str(other) == "m"
