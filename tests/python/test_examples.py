"""The example programs do what they say."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable


def run(target: str) -> list[str]:
    """Run the example."""
    program = str(ROOT / "examples" / "python" / "check.py")
    command = [sys.executable, "-W", "error", program, target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_healthy_host(healthy: str) -> None:
    assert (
        run(healthy)[0] == "Remote Desktop answers, and a current client gets as far as the network can show"
    )


def test_a_host_in_the_state_of_the_famous_pair(lab: Callable[[str], str]) -> None:
    lines = run(lab("tls-reset-always"))
    assert lines[0].startswith("a current client gets no session")
    assert lines[-1] == "this is the state that clients show as 0x904 / 0x7"
    assert any(line.startswith("  on the host: ") for line in lines)
