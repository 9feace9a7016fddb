"""Reads fields of a manifest that may hold anything: a wrong type becomes a problem and reads as absent.

Nothing here raises for what was handed in, follows a value deeper than asked, or shows more than a line of it.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final, TypeVar

T = TypeVar("T")

_MOST_SHOWN: Final = 60
# int64, which is the widest number that the API knows.
_LARGEST: Final = 2**63 - 1
# Up to here a float holds every whole number.
_EXACT: Final = 2.0**53


class Unknown(Enum):
    """What stands where a value will only be known later, such as an output in a preview."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


def shown(value: object) -> str:
    """A value for a message: short, on one line, and only its kind where it has parts."""
    if isinstance(value, (Mapping, list, tuple, set)):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _LARGEST:
        return "a number beyond 64 bits"
    text = ascii(value[: _MOST_SHOWN + 1] if isinstance(value, (str, bytes)) else value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


class View:
    """One mapping of a manifest. ``problems`` is shared by all views into the same object.

    What is UNKNOWN reads as None without a problem, and so does everything below it; it is there all the same.
    """

    def __init__(self, value: object, path: str, problems: list[str]) -> None:
        self._path = path
        self._problems = problems
        self.unknown = value is UNKNOWN
        if value is not None and not self.unknown and not isinstance(value, (dict, Mapping)):
            self._problem("", value, "a mapping")
        self._fields: Mapping[object, object] = value if isinstance(value, (dict, Mapping)) else {}

    def __contains__(self, name: str) -> bool:
        """Whether the field has a value; null is none, as for the API."""
        return self.raw(name) is not None

    def raw(self, name: str) -> object:
        """The field as it is; a whole number is an int, although the engine hands every number over as a float."""
        if self.unknown:
            return UNKNOWN
        value = self._fields.get(name)
        return (
            int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value
        )

    def view(self, name: str) -> "View":
        """A mapping below; empty where there is none."""
        return View(self.raw(name), self._at(name), self._problems)

    def views(self, name: str) -> "list[View]":
        """The mappings of a list."""
        return [
            View(item, self._at(f"{name}[{i}]"), self._problems) for i, item in enumerate(self._list(name))
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of a list; numbers and booleans count as their text, as people write them."""
        return tuple(
            str(item) for item in self._list(name) if isinstance(item, (str, bool, float)) or _small(item)
        )

    def text(self, name: str) -> str | None:
        """A string."""
        return self._typed(name, str, "a string")

    def integer(self, name: str) -> int | None:
        """A whole number from 0 up, within 64 bits."""
        value = self.raw(name)
        if value is None or value is UNKNOWN:
            return None
        if _small(value) and isinstance(value, int) and value >= 0:
            return value
        self._problem(name, value, "a whole number from 0 up")
        return None

    def mapping(self, name: str) -> dict[str, str]:
        """A mapping of strings, such as labels; other values count as their text."""
        found = self.view(name)._fields
        return {
            key: value if isinstance(value, str) else shown(value)
            for key, value in found.items()
            if isinstance(key, str) and value is not None and value is not UNKNOWN
        }

    def parsed(self, name: str, parse: Callable[[object], T]) -> T | None:
        """What ``parse`` makes of the field; its ValueError becomes a problem."""
        value = self.raw(name)
        if value is None or value is UNKNOWN:
            return None
        try:
            return parse(value)
        except ValueError as error:
            reason, _, allowed = str(error).partition("; allowed: ")
            self._problem(name, value, allowed or reason)
            return None

    def note(self, name: str, problem: str) -> None:
        """Adds a problem of the field that the caller found."""
        self._problems.append(f"{self._at(name)}: {problem}")

    def _typed(self, name: str, kind: type[T], allowed: str) -> T | None:
        value = self.raw(name)
        if value is None or value is UNKNOWN:
            return None
        if isinstance(value, kind):
            return value
        self._problem(name, value, allowed)
        return None

    def _list(self, name: str) -> list[object]:
        value = self.raw(name)
        if value is None or value is UNKNOWN:
            return []
        if isinstance(value, list):
            return value
        self._problem(name, value, "a list")
        return []

    def _problem(self, name: str, value: object, allowed: str) -> None:
        self._problems.append(f"{self._at(name)}: {shown(value)} is not usable; allowed: {allowed}")

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path and name else self._path or name


def _small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
