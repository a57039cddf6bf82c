"""Checks in the background, interrupted checks, threads and processes."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import rdpcheck
from rdpcheck import Headline

if TYPE_CHECKING:
    import socket

    from conftest import SilentHost


def threads() -> int:
    """Count the threads of this process, Rust's too."""
    return len(list(Path("/proc/self/task").iterdir()))


def test_many_at_once_share_their_threads(healthy: str) -> None:
    async def checked() -> tuple[list[rdpcheck.Report], int]:
        checks = [asyncio.ensure_future(rdpcheck.check_async(healthy, deadline=50)) for _ in range(50)]
        await asyncio.sleep(0)
        during = threads() if sys.platform == "linux" else 0
        return await asyncio.gather(*checks), during

    before = threads() if sys.platform == "linux" else 0
    reports, during = asyncio.run(checked())
    assert [report.headline for report in reports] == [Headline.HEALTHY] * 50
    assert during - before <= 2


def test_waiting_takes_no_longer_than_one(silent: SilentHost) -> None:
    async def checked() -> list[rdpcheck.Report]:
        return await asyncio.gather(
            *(rdpcheck.check_async(silent.address, deadline=0.5, depth="quick") for _ in range(50))
        )

    begun = time.monotonic()
    reports = asyncio.run(checked())
    assert time.monotonic() - begun < 5
    assert all(report.headline is not Headline.HEALTHY for report in reports)


def test_cancelling_a_task_closes_its_connection(silent: SilentHost) -> None:
    async def cancelled() -> None:
        task = asyncio.ensure_future(
            rdpcheck.check_async(silent.address, deadline=600, negotiate_timeout=600)
        )
        loop = asyncio.get_running_loop()
        connection = await loop.run_in_executor(None, silent.request)
        with connection:
            begun = time.monotonic()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await loop.run_in_executor(None, ended, connection)
            assert time.monotonic() - begun < 2

    asyncio.run(cancelled())


def test_a_timeout_of_asyncio_passes_through(silent: SilentHost) -> None:
    async def limited() -> None:
        await asyncio.wait_for(rdpcheck.check_async(silent.address, deadline=600, negotiate_timeout=600), 0.2)

    begun = time.monotonic()
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(limited())
    assert time.monotonic() - begun < 3


def ended(connection: socket.socket) -> bool:
    """Whether the peer ends the connection."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_loop_that_closes_early_does_no_harm(healthy: str) -> None:
    loop = asyncio.new_event_loop()
    task = loop.create_task(rdpcheck.check_async(healthy))
    loop.run_until_complete(asyncio.sleep(0))
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    assert asyncio.run(rdpcheck.check_async(healthy)).headline is Headline.HEALTHY


def test_threads_share_a_checker(healthy: str) -> None:
    checker = rdpcheck.Checker()
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(checker.check, [healthy] * 32))
        reports += pool.map(lambda target: asyncio.run(checker.check_async(target)), [healthy] * 32)
    assert {report.headline for report in reports} == {Headline.HEALTHY}


def test_other_threads_go_on(silent: SilentHost) -> None:
    stop = threading.Event()
    longest = 0.0

    def work() -> None:
        nonlocal longest
        last = time.monotonic()
        while not stop.wait(0.001):
            now = time.monotonic()
            longest = max(longest, now - last)
            last = now

    worker = threading.Thread(target=work)
    worker.start()
    try:
        report = rdpcheck.check(silent.address, deadline=0.6)
    finally:
        stop.set()
        worker.join()
    assert report.duration_seconds > 0.2
    assert longest < 0.3


def run_script(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Run a Python program in a process of its own, in which SIGINT raises KeyboardInterrupt."""
    start = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-W", "ignore", "-c", start + script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


SYNCHRONOUS = """
import rdpcheck
try:
    rdpcheck.check(sys.argv[1], deadline=600, negotiate_timeout=600)
except KeyboardInterrupt:
    sys.exit(42)
"""
ASYNCHRONOUS = """
import asyncio, rdpcheck
try:
    asyncio.run(rdpcheck.check_async(sys.argv[1], deadline=600, negotiate_timeout=600))
except KeyboardInterrupt:
    sys.exit(42)
"""


@pytest.mark.parametrize("script", [SYNCHRONOUS, ASYNCHRONOUS], ids=["check", "check_async"])
@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_control_c_ends_a_hanging_check(silent: SilentHost, script: str) -> None:
    with run_script(script, silent.address) as process, silent.request():
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (42, "")
        assert time.monotonic() - begun < 1


HANDLER = """
import rdpcheck
def handler(number, frame):
    raise LookupError("from the handler")
signal.signal(signal.SIGUSR1, handler)
try:
    rdpcheck.check(sys.argv[1], deadline=600, negotiate_timeout=600)
except LookupError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_what_a_signal_handler_raises_passes_through(silent: SilentHost) -> None:
    with run_script(HANDLER, silent.address) as process, silent.request():
        process.send_signal(signal.SIGUSR1)
        output, errors = process.communicate(timeout=20)
        assert (process.returncode, output, errors) == (0, "from the handler\n", "")


FORK = """
import asyncio, os, rdpcheck
def checked():
    return asyncio.run(rdpcheck.check_async(sys.argv[1])).headline, rdpcheck.check(sys.argv[1]).headline
assert checked() == ("healthy", "healthy")
for generation in range(2):
    child = os.fork()
    if child == 0:
        assert checked() == ("healthy", "healthy")
    else:
        assert checked() == ("healthy", "healthy")
        _, status = os.waitpid(child, 0)
        assert status == 0, status
        break
"""


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
def test_a_forked_child_checks(healthy: str) -> None:
    with run_script(FORK, healthy) as process:
        output, errors = process.communicate(timeout=30)
        assert (process.returncode, output, errors) == (0, "", "")


UNFINISHED = """
import asyncio, rdpcheck
loop = asyncio.new_event_loop()
task = loop.create_task(rdpcheck.check_async(sys.argv[1], deadline=600, negotiate_timeout=600))
loop.run_until_complete(asyncio.sleep(0.2))
print("leaving")
"""
DAEMON = """
import threading, time, rdpcheck
threading.Thread(
    target=rdpcheck.check, args=[sys.argv[1]], kwargs={"deadline": 600, "negotiate_timeout": 600}, daemon=True
).start()
time.sleep(0.2)
print("leaving")
"""


@pytest.mark.parametrize("script", [UNFINISHED, DAEMON], ids=["task", "daemon thread"])
def test_an_unfinished_check_does_not_hold_up_the_end(silent: SilentHost, script: str) -> None:
    with run_script(script, silent.address) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "leaving\n"
        begun = time.monotonic()
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Fatal" not in errors
        assert "panicked" not in errors
        assert time.monotonic() - begun < 2
