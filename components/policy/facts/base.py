"""What all facts have in common: each is known, known to be absent, or unknown; and where its object was written."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")


class Absent(Enum):
    """Known not to be there. ``None`` in its place would mean that nobody knows."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

# A value, ABSENT where it is known not to be there, or None where it is unknown.
Maybe: TypeAlias = T | Absent | None


def known(value: Maybe[T]) -> T | None:
    """The value where there is one."""
    return None if isinstance(value, Absent) else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The file and the first line of the document that an object was read from."""

    file: str
    line: int
