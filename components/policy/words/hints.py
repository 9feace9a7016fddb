"""What a person probably meant: the nearest key, the nearest unit. A hint decides nothing."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from ..quantities import Bytes, Millicores, Milliseconds

# What people write for a unit -> the unit. Kubernetes sizes pods in powers of 1024.
_UNITS: Final[tuple[tuple[type[Bytes | Millicores | Milliseconds], tuple[tuple[str, str], ...]], ...]] = (
    (Bytes, (("k", "Ki"), ("m", "Mi"), ("g", "Gi"), ("t", "Ti"))),
    (Millicores, (("m", "m"), ("c", ""), ("v", ""))),
    (Milliseconds, (("ms", "ms"), ("mil", "ms"), ("s", "s"), ("m", "m"), ("h", "h"), ("", "s"))),
)
_NUMBER: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The word that was probably meant."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def nearest_few(word: str, known: Sequence[str]) -> list[str]:
    """The three words at most that were probably meant, the nearest first."""
    return get_close_matches(word, known, n=3, cutoff=0.6)


def closest(word: str, known: Sequence[str]) -> str:
    """`` did you mean "target"?``, or nothing."""
    near = nearest(word, known)
    return f' did you mean "{near}"?' if near else ""


def write_instead(message: str, value: object) -> str:
    """``; write e.g. "512Mi"`` for a quantity with a wrong unit, or nothing."""
    match = _NUMBER.fullmatch(value if isinstance(value, str) else str(value))
    quantity = next((units for quantity, units in _UNITS if message.endswith(quantity.allowed)), None)
    if match is None or quantity is None:
        return ""
    unit = next((unit for start, unit in quantity if match[2].lower().startswith(start)), None)
    if unit is None:
        return ""
    # Nobody can see whether a bare number was meant in seconds.
    other = f' or "{match[1]}ms"' if unit == "s" and not match[2] else ""
    return f'; write e.g. "{match[1]}{unit}"{other}'
