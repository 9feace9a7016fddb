"""One annotation of ours: a fact that a manifest states in text because no field of it holds it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PREFIX: Final = "headroom.dev/"


@dataclass(frozen=True)
class Annotation(Generic[T]):
    """Where it stands, what it says, an example, how its text is read (ValueError where it cannot be) and written."""

    name: str
    on: str
    meaning: str
    example: str
    parse: Callable[[object], T]
    write: Callable[[T], str] = str

    @property
    def key(self) -> str:
        """The annotation's full key."""
        return PREFIX + self.name
