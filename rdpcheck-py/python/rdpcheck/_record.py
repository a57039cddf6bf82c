"""Typed, read-only views of the JSON objects in a report."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, ClassVar, Generic, NoReturn, TypeVar, overload

    from typing_extensions import Never, Self

    T = TypeVar("T")
else:
    # To import typing takes longer than to import all that is used here.
    T = None

    class Generic:
        """Stands for typing.Generic."""

        def __class_getitem__(cls, _parameters: object) -> type:
            """Be the class itself for every parameter."""
            return cls

    def overload(function: Callable[..., Any]) -> Callable[..., Any]:
        """Stand for typing.overload."""
        return function


class Field(Generic[T]):
    """A key of a JSON object as a typed attribute, read when it is first asked for."""

    def __init__(self, read: Callable[[Any], T], doc: str) -> None:
        """Read the key of the attribute's own name with ``read``."""
        self._read = read
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the name of the attribute; a key that is a word of Python has an underscore after it."""
        self._name = name
        self._key = name.removesuffix("_")

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...

    @overload
    def __get__(self, record: Record, owner: type) -> T: ...  # noqa: F811 - an overload

    def __get__(self, record: Record | None, owner: type) -> Self | T:  # noqa: F811 - of the overloads
        """Read the key and keep the value in the record, where it is found from then on."""
        if record is None:
            return self
        value = self._read(record._raw[self._key])  # noqa: SLF001 - the two belong together
        record.__dict__[self._name] = value
        return value

    if TYPE_CHECKING:
        # For type checkers only: a descriptor with it would be asked each time.
        def __set__(self, record: Record, value: Never) -> None: ...


def one(read: Callable[[Any], T], doc: str) -> Field[T]:
    """Make an attribute that is always there."""
    return Field(read, doc)


def optional(read: Callable[[Any], T], doc: str) -> Field[T | None]:
    """Make an attribute that is None where the JSON is null."""
    return Field(lambda raw: None if raw is None else read(raw), doc)


def many(read: Callable[[Any], T], doc: str) -> Field[tuple[T, ...]]:
    """Make an attribute for a JSON array."""
    return Field(lambda raw: tuple(map(read, raw)), doc)


def optional_many(read: Callable[[Any], T], doc: str) -> Field[tuple[T, ...] | None]:
    """Make an attribute for a JSON array that may be null."""
    return Field(lambda raw: None if raw is None else tuple(map(read, raw)), doc)


class Record:
    """A JSON object of a report.

    Its attributes are named as the keys are. It cannot be changed; equal JSON
    makes equal objects.
    """

    _fields: ClassVar[tuple[str, ...]] = ()
    _shown: ClassVar[tuple[str, ...]] = ()
    _raw: Mapping[str, Any]

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """Wrap a JSON object that a report holds; records are not made by hand."""
        self.__dict__["_raw"] = raw

    def __init_subclass__(cls) -> None:
        """Collect the attributes, those of base classes first."""
        inherited = [name for base in cls.__bases__ if issubclass(base, Record) for name in base._fields]
        own = [name for name, value in vars(cls).items() if isinstance(value, Field)]
        cls._fields = tuple(dict.fromkeys(inherited + own))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object as a new dict."""
        copy: dict[str, Any] = json.loads(self.to_json())
        return copy

    def to_json(self) -> str:
        """Return the JSON object as one line of text."""
        return json.dumps(self._raw, ensure_ascii=False, separators=(",", ":"))

    def __repr__(self) -> str:
        """Show the attributes that tell most."""
        shown = self._shown or self._fields
        parts = [f"{name}={getattr(self, name)!r}" for name in shown]
        if len(shown) < len(self._fields):
            parts.append("...")
        return f"{type(self).__name__}({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        """Compare kind and JSON."""
        if type(self) is not type(other):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        """Hash what is compared."""
        return hash((type(self), self.to_json()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle through JSON."""
        return (_unpickle, (type(self), self.to_json()))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        """Refuse."""
        raise AttributeError(f"{type(self).__name__} objects cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        """Refuse."""
        raise AttributeError(f"{type(self).__name__} objects cannot be changed: {name}")


class Written(Record):
    """A JSON object that the core has put into words as well."""

    text: str
    """The same for a person, on one screen, readable without colour."""

    def __init__(self, written: tuple[str, str]) -> None:
        """Wrap JSON and text of the core; such objects are not made by hand."""
        json_text, text = written
        super().__init__(json.loads(json_text))
        self.__dict__.update(_json=json_text, text=text)

    def to_json(self, *, pretty: bool = False) -> str:
        """Return the JSON object as text, on one line or indented."""
        if pretty:
            return json.dumps(self._raw, ensure_ascii=False, indent=2)
        written: str = self.__dict__["_json"]
        return written

    def __str__(self) -> str:
        """Return the text for a person."""
        return self.text

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as made."""
        return (type(self), ((self.to_json(), self.text),))


def _unpickle(cls: type[Record], text: str) -> Record:
    return cls(json.loads(text))
