"""Reads the notations of the Kubernetes API: quantities, durations, numbers or percentages.

Everything that the API takes is taken, in bounded time; ValueError says what is allowed. Unlike quantities.py, which
reads what people write into our configuration, "512m" of memory is read as the half byte that it is.
"""

import re
from fractions import Fraction
from math import ceil
from typing import Final

from ..quantities import Bytes, Millicores, Milliseconds, parse_int_or_percent
from .view import shown

_QUANTITY: Final = re.compile(
    r"\+?(\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|[eE]([+-]?\d{1,2}))?"
)
_SUFFIX: Final[dict[str, int | Fraction]] = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000),
    "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60,
}  # fmt: skip
_PART: Final = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h)")
_UNIT: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
_LARGEST: Final = 2**63 - 1


def quantity(value: object) -> Fraction:
    """A resource.Quantity."""
    text = (
        str(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _finite(value)
        else value
    )
    match = _QUANTITY.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 80 else None
    if match is None:
        raise ValueError('not a quantity; allowed: a quantity such as "500m", "2", "512Mi"')
    exponent = int(match[3] or 0)
    scale = Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)
    result = Fraction(match[1].rstrip(".")) * Fraction(_SUFFIX.get(match[2] or "", 1)) * scale
    if result > _LARGEST:
        raise ValueError("too large; allowed: a quantity below 2^63")
    return result


def _finite(value: int | float) -> bool:
    return -_LARGEST <= value <= _LARGEST


def cpu(value: object) -> Millicores:
    """CPU, rounded up to millicores as the API does."""
    return Millicores(ceil(quantity(value) * 1000))


def memory(value: object) -> Bytes:
    """Memory, rounded up to bytes as the API does."""
    return Bytes(ceil(quantity(value)))


def duration(value: object) -> Milliseconds:
    """A Go duration such as "90s" or "1h30m"."""
    text = value.strip() if isinstance(value, str) and len(value) < 80 else ""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError('not a duration; allowed: a duration such as "90s" or "1h30m"')
    return Milliseconds(ceil(sum(Fraction(number) * _UNIT[unit] for number, unit in parts)))


def seconds(value: object) -> Milliseconds:
    """Whole seconds, as probes and grace periods state them."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**31:
        return Milliseconds(value * 1000)
    raise ValueError("not seconds; allowed: whole seconds from 0 up")


def int_or_percent(value: object) -> int | Fraction:
    """IntOrString for pods."""
    if isinstance(value, int) and not 0 <= value <= 2**31:
        raise ValueError(f"{shown(value)} is no number of pods; allowed: 0 to 2^31")
    return parse_int_or_percent(value)


def whole(value: object) -> int:
    """A whole number in a string, as annotations and variables hold it."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"\d{1,15}", text):
        raise ValueError("not a whole number; allowed: a whole number from 0 up")
    return int(text)
