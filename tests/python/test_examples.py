"""The example programs do what they say."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


def run(program: str, *arguments: str, given: str = "") -> list[str]:
    """Run an example."""
    path = str(ROOT / "examples" / "python" / f"{program}.py")
    command = [sys.executable, "-W", "error", path, *arguments]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_healthy_host(healthy: str) -> None:
    assert (
        run("check", healthy)[0]
        == "Remote Desktop answers, and a current client gets as far as the network can show"
    )


def test_a_host_in_the_state_of_the_famous_pair(lab: Callable[[str], str]) -> None:
    lines = run("check", lab("tls-reset-always"))
    assert lines[0].startswith("a current client gets no session")
    assert lines[-1] == "this is the state that clients show as 0x904 / 0x7"
    assert any(line.startswith("  on the host: ") for line in lines)


def test_codes_are_explained() -> None:
    lines = run("explain", "Error code: 0x904\nExtended error code: 0x7")
    assert lines[0] == "0x904/0x7: the connection was closed before a session existed"
    assert "  not-rdp (reproduced): another service owns the port" in lines


def test_codes_are_explained_with_a_host(lab: Callable[[str], str]) -> None:
    lines = run("explain", "0x904/0x7", lab("xrdp-key-unusable"))
    assert any(line.startswith("  expected: ") for line in lines)
    assert any(line.startswith("listener-key-unusable: ") for line in lines)


def test_nothing_was_repaired(lab: Callable[[str], str]) -> None:
    first, _, second, *others = run("compare", lab("certificate-expired"), given="\n")
    assert "certificate-expired, confirmed" in first
    assert second.startswith("still degraded; ")
    assert not others
