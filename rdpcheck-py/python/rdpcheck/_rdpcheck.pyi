"""The extension module; programs use the package around it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias, final

__all__ = [
    "CoreChecker",
    "CoreReport",
    "RunningCheck",
    "__version__",
    "_panic",
    "describe",
    "explain",
    "find_codes",
    "json_schema",
    "list_all_codes",
    "list_all_schemas",
    "parse_client_error",
    "says",
]

_ClientError: TypeAlias = str | int | tuple[int] | tuple[int, int | None]

__version__: Final[str]

@final
class CoreChecker:
    """A checker of the core."""

    def __new__(
        cls,
        *,
        deadline: float | timedelta | None = None,
        resolve_timeout: float | timedelta | None = None,
        connect_timeout: float | timedelta | None = None,
        negotiate_timeout: float | timedelta | None = None,
        tls_timeout: float | timedelta | None = None,
        credssp_timeout: float | timedelta | None = None,
        depth: str | None = None,
        address_family: str | None = None,
        client_error: _ClientError | None = None,
        server_name: str | None = None,
        expiry_threshold_days: int | None = None,
        probe_name: str | None = None,
        wake_on_lan: str | None = None,
    ) -> CoreChecker: ...
    def check(self, target: str, port: int | None) -> CoreReport: ...
    def start(
        self,
        target: str,
        port: int | None,
        done: Callable[[CoreReport | None, BaseException | None], None],
    ) -> RunningCheck: ...

@final
class CoreReport:
    """A report of the core."""

    @staticmethod
    def from_json(json: str) -> CoreReport: ...
    @staticmethod
    def diagnose_json(json: str, shown: _ClientError | None) -> CoreReport: ...
    def diagnosed_again(self) -> CoreReport: ...
    def diff(self, after: CoreReport) -> tuple[str, str]:
        """Return JSON and text."""

    @property
    def headline(self) -> str: ...
    @property
    def summary(self) -> str: ...
    def detects(self, code: int, extended: int | None) -> bool: ...
    def to_json(self, pretty: bool) -> str: ...
    def to_text(self) -> str: ...

@final
class RunningCheck:
    """A check in the background."""

    def cancel(self) -> None: ...

def describe(code: str) -> tuple[str, str]:
    """Return JSON and text."""

def explain(shown: _ClientError) -> tuple[str, str]:
    """Return JSON and text."""

def find_codes(wanted: str) -> str:
    """Return JSON."""

def json_schema() -> str:
    """Return the JSON Schema of reports."""

def list_all_codes() -> list[tuple[str, list[str]]]: ...
def list_all_schemas() -> list[tuple[str, str]]: ...
def parse_client_error(text: _ClientError) -> tuple[int, int | None]: ...
def says(code: str) -> str:
    """Return what a cause is, in one clause."""

def _panic(text: str) -> None: ...
