"""Hosts to check: the lab's, and one that accepts and stays silent."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


@contextmanager
def playing(program: str, scenario: str) -> Iterator[str]:
    """Play a scenario of the lab and give its address."""
    command = [program, str(ROOT / "tests" / "scenarios" / f"{scenario}.toml")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        assert host.stdin is not None
        line = host.stdout.readline()
        assert line.startswith("listening on "), line
        yield line.removeprefix("listening on ").strip()
        host.stdin.close()


@pytest.fixture
def lab() -> Iterator[Callable[[str], str]]:
    """Play scenarios until the test ends."""
    program = os.environ.get("RDPCHECK_LAB")
    if not program:
        pytest.skip("RDPCHECK_LAB does not name the program rdpcheck-lab")
    with ExitStack() as hosts:
        yield lambda scenario: hosts.enter_context(playing(program, scenario))


@pytest.fixture
def healthy(lab: Callable[[str], str]) -> str:
    """Give the address of a healthy host."""
    return lab("windows-nla")


class SilentHost:
    """Accepts connections and never answers."""

    def __init__(self) -> None:
        """Listen on loopback."""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"

    def request(self) -> socket.socket:
        """Wait for a connection and its first bytes."""
        connection, _ = self.socket.accept()
        connection.settimeout(10)
        assert connection.recv(512)
        return connection


@pytest.fixture
def silent() -> Iterator[SilentHost]:
    """Give a host that accepts and stays silent."""
    host = SilentHost()
    with host.socket:
        yield host
