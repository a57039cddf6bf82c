"""What type checkers see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import rdpcheck

HERE = Path(__file__).parent


def run(tmp_path: Path, *arguments: str) -> None:
    """Run a tool of mypy away from the sources, so that the installed package is what it sees."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_is_typed() -> None:
    assert (Path(rdpcheck.__path__[0]) / "py.typed").is_file()


@pytest.mark.timeout(300)
def test_stubs_are_what_is_there(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    run(tmp_path, "mypy.stubtest", "rdpcheck._rdpcheck")


@pytest.mark.timeout(300)
def test_typing_cases(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    run(tmp_path, "mypy", "--strict", "--cache-dir", str(tmp_path), str(HERE / "typing_cases.py"))
