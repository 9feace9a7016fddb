"""Versions as tools print them, and the range of them that is accepted.

It decides how a version is read out of a tool's output and compared. It never runs a tool.
"""

import re
from dataclasses import dataclass
from typing import Self

_NUMBER = re.compile(r"\bv?(\d+)\.(\d+)(?:\.(\d+))?(-[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, order=True)
class Version:
    major: int
    minor: int
    patch: int = 0

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The first version in a text, or None; also None for a pre-release, which is older than its number."""
        match = _NUMBER.search(text)
        if match is None:
            return None
        major, minor, patch, suffix = match.groups()
        if suffix and re.match(r"-(alpha|beta|rc|dev)", suffix):
            return None
        return cls(int(major), int(minor), int(patch or 0))

    @classmethod
    def parse(cls, text: str) -> Self:
        found = cls.find(text)
        if found is None:
            raise ValueError(f"{text!r} is not a version: expected MAJOR.MINOR or MAJOR.MINOR.PATCH")
        return found

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True)
class Range:
    """At least `minimum`, below `below`."""

    minimum: Version
    below: Version

    @classmethod
    def of(cls, minimum: str, below: str) -> Self:
        return cls(Version.parse(minimum), Version.parse(below))

    def __contains__(self, version: Version) -> bool:
        return self.minimum <= version < self.below

    def __str__(self) -> str:
        return f">= {self.minimum}, < {self.below}"
