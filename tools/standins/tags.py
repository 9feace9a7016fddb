"""Refuses tags beyond what every tagging service takes.

Limits: "Tag naming limits and requirements", AWS Tagging User Guide. It decides nothing about what tags mean.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.standins.typed import Failure
from tools.standins.values import UNKNOWN

# AWS, "Tag naming limits and requirements".
MOST_TAGS: Final = 50
LONGEST_KEY: Final = 128
LONGEST_VALUE: Final = 256
_RESERVED: Final = "aws:"
_ALLOWED: Final = re.compile(r"[\w\s_.:/=+\-@]*")


def check(path: str, tags: Any) -> Iterator[Failure]:
    """Judges a map of tags as one resource gets it, the provider's default tags among them."""
    if not isinstance(tags, Mapping):
        return
    if len(tags) > MOST_TAGS:
        yield Failure(path, f"{len(tags)} tags; a resource takes at most {MOST_TAGS}: leave some out")
    for key, value in tags.items():
        yield from _key(f"{path}.{key}", key)
        if value is not UNKNOWN and value is not None:
            yield from _value(f"{path}.{key}", str(value))


def _key(path: str, key: str) -> Iterator[Failure]:
    if not 1 <= len(key) <= LONGEST_KEY:
        yield Failure(path, f"the key has {len(key)} characters; 1 to {LONGEST_KEY} are allowed")
    if key.lower().startswith(_RESERVED):
        yield Failure(path, f"the prefix {_RESERVED} is reserved for AWS: choose another key")
    if not _ALLOWED.fullmatch(key):
        yield Failure(path, f"the key {key!r} may hold letters, digits, spaces and _.:/=+-@ only")


def _value(path: str, value: str) -> Iterator[Failure]:
    if len(value) > LONGEST_VALUE:
        yield Failure(path, f"the value has {len(value)} characters; at most {LONGEST_VALUE} are allowed")
    if not _ALLOWED.fullmatch(value):
        yield Failure(path, f"the value {value!r} may hold letters, digits, spaces and _.:/=+-@ only")
