"""Checks hosts: ``check``, ``check_async`` and ``Checker`` for many with the same options."""

from __future__ import annotations

from . import _rdpcheck
from ._diagnosis import plain
from ._report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future
    from datetime import timedelta
    from typing import TypeAlias

    from ._diagnosis import GivenError
    from ._enums import AddressFamily, Depth

    Seconds: TypeAlias = float | timedelta


class Checker:
    """Checks hosts with the same options; may be shared by threads and tasks."""

    __slots__ = ("_core",)

    def __init__(
        self,
        *,
        deadline: Seconds | None = None,
        resolve_timeout: Seconds | None = None,
        connect_timeout: Seconds | None = None,
        negotiate_timeout: Seconds | None = None,
        tls_timeout: Seconds | None = None,
        credssp_timeout: Seconds | None = None,
        depth: Depth | str | None = None,
        address_family: AddressFamily | str | None = None,
        client_error: GivenError | None = None,
        server_name: str | None = None,
        expiry_threshold_days: int | None = None,
        probe_name: str | None = None,
        wake_on_lan: str | None = None,
    ) -> None:
        """Make a checker. Lengths of time are seconds or ``timedelta``; None stands for the default.

        Args:
            deadline: Deadline of the whole check. Default 15 s, at ``Depth.DEEP`` 60 s; range 0.1 s to 600 s.
            resolve_timeout: Limit of name resolution. Default 5 s, range 0.01 s to 600 s.
            connect_timeout: Limit of the TCP connection, over all addresses. Default 4.5 s, same range.
            negotiate_timeout: Limit of the X.224 answer. Default 4.5 s, same range.
            tls_timeout: Limit of the TLS handshake. Default 5 s, same range.
            credssp_timeout: Limit of the CredSSP answer. Default 5 s, same range.
            depth: How many connections may be spent. Default ``Depth.STANDARD``.
            address_family: Which addresses are used. Default ``AddressFamily.ANY``.
            client_error: What a client showed: ``"0x904/0x7"``, the pasted text of its dialog, a code, or a
                pair of code and extended code.
            server_name: The name to send and to look for in the certificate. Default: the target's own.
            expiry_threshold_days: Fewer days left to a certificate are reported. Default 14, range 0 to 3650.
            probe_name: A name for this check in the ``mstshash`` cookie of its X.224 requests, so that a
                host's log shows who asked: 1 to 64 printable ASCII characters but space and semicolon.
                Default: no cookie is sent, but for one follow-up that finds out whether a host that answers
                nothing wants one.
            wake_on_lan: The hardware address of the host, ``"aa:bb:cc:dd:ee:ff"``. When the host does not
                answer, a Wake-on-LAN packet for it is broadcast on this machine's own networks, and the host
                is waited for until the deadline, which should be one to two minutes. Default: none is sent.

        Raises:
            InvalidOptionsError: An option is outside its range.
            TypeError: An option is of another type.

        """
        self._core = _rdpcheck.CoreChecker(
            deadline=deadline,
            resolve_timeout=resolve_timeout,
            connect_timeout=connect_timeout,
            negotiate_timeout=negotiate_timeout,
            tls_timeout=tls_timeout,
            credssp_timeout=credssp_timeout,
            depth=depth,
            address_family=address_family,
            client_error=None if client_error is None else plain(client_error),
            server_name=server_name,
            expiry_threshold_days=expiry_threshold_days,
            probe_name=probe_name,
            wake_on_lan=wake_on_lan,
        )

    def check(self, target: str, *, port: int | None = None) -> Report:
        """Check a host; see ``rdpcheck.check``."""
        return Report(self._core.check(target, port))

    async def check_async(self, target: str, *, port: int | None = None) -> Report:
        """Check a host in the background; see ``rdpcheck.check_async``."""
        import asyncio  # noqa: PLC0415 - callers have it, and others should not pay for it

        loop = asyncio.get_running_loop()
        answer: Future[_rdpcheck.CoreReport] = loop.create_future()

        def done(report: _rdpcheck.CoreReport | None, error: BaseException | None) -> None:
            _tell(loop, answer, report, error)

        running = self._core.start(target, port, done)
        try:
            return Report(await answer)
        finally:
            running.cancel()


def check(
    target: str,
    *,
    port: int | None = None,
    deadline: Seconds | None = None,
    resolve_timeout: Seconds | None = None,
    connect_timeout: Seconds | None = None,
    negotiate_timeout: Seconds | None = None,
    tls_timeout: Seconds | None = None,
    credssp_timeout: Seconds | None = None,
    depth: Depth | str | None = None,
    address_family: AddressFamily | str | None = None,
    client_error: GivenError | None = None,
    server_name: str | None = None,
    expiry_threshold_days: int | None = None,
    probe_name: str | None = None,
    wake_on_lan: str | None = None,
) -> Report:
    """Check a host and wait for the report. Other threads go on, and Ctrl-C ends it at once.

    Args:
        target: ``host``, ``host:port``, an IPv4 or IPv6 address, ``[IPv6]:port``.
        port: The port, when the target does not name one. Default 3389.
        deadline: See ``Checker``, as for all that follow.
        resolve_timeout: Limit of name resolution.
        connect_timeout: Limit of the TCP connection.
        negotiate_timeout: Limit of the X.224 answer.
        tls_timeout: Limit of the TLS handshake.
        credssp_timeout: Limit of the CredSSP answer.
        depth: How many connections may be spent.
        address_family: Which addresses are used.
        client_error: What a client showed.
        server_name: The name to send and to look for in the certificate.
        expiry_threshold_days: A certificate with fewer days left is reported.
        probe_name: A name for this check, sent to the host.
        wake_on_lan: A hardware address to wake when the host does not answer.

    Raises:
        InvalidTargetError: The target cannot be understood.
        InvalidOptionsError: An option is outside its range.
        TypeError: An argument is of another type.
        ResourceError: This machine lacks what the check needs.
        InternalError: A defect of rdpcheck.

    """
    checker = Checker(
        deadline=deadline,
        resolve_timeout=resolve_timeout,
        connect_timeout=connect_timeout,
        negotiate_timeout=negotiate_timeout,
        tls_timeout=tls_timeout,
        credssp_timeout=credssp_timeout,
        depth=depth,
        address_family=address_family,
        client_error=client_error,
        server_name=server_name,
        expiry_threshold_days=expiry_threshold_days,
        probe_name=probe_name,
        wake_on_lan=wake_on_lan,
    )
    return checker.check(target, port=port)


async def check_async(
    target: str,
    *,
    port: int | None = None,
    deadline: Seconds | None = None,
    resolve_timeout: Seconds | None = None,
    connect_timeout: Seconds | None = None,
    negotiate_timeout: Seconds | None = None,
    tls_timeout: Seconds | None = None,
    credssp_timeout: Seconds | None = None,
    depth: Depth | str | None = None,
    address_family: AddressFamily | str | None = None,
    client_error: GivenError | None = None,
    server_name: str | None = None,
    expiry_threshold_days: int | None = None,
    probe_name: str | None = None,
    wake_on_lan: str | None = None,
) -> Report:
    """Check a host in the background, for asyncio; arguments and exceptions as of ``check``.

    All checks in the background share one thread. Cancelling the task closes the connections of its check.
    """
    checker = Checker(
        deadline=deadline,
        resolve_timeout=resolve_timeout,
        connect_timeout=connect_timeout,
        negotiate_timeout=negotiate_timeout,
        tls_timeout=tls_timeout,
        credssp_timeout=credssp_timeout,
        depth=depth,
        address_family=address_family,
        client_error=client_error,
        server_name=server_name,
        expiry_threshold_days=expiry_threshold_days,
        probe_name=probe_name,
        wake_on_lan=wake_on_lan,
    )
    return await checker.check_async(target, port=port)


def _tell(
    loop: AbstractEventLoop,
    answer: Future[_rdpcheck.CoreReport],
    report: _rdpcheck.CoreReport | None,
    error: BaseException | None,
) -> None:
    """Hand a result to the loop that waits for it, from another thread."""

    def settle() -> None:
        if answer.done():  # cancelled in the meantime
            return
        if report is not None:
            answer.set_result(report)
        elif error is not None:
            answer.set_exception(error)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        # The loop is closed; nobody waits any more.
        return
