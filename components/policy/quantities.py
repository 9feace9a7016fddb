"""Reads and writes quantities: CPU, memory, durations, ratios and pod counts, each exact, each with its unit.

Text becomes a number here and nowhere else; a wrong unit is refused with the allowed ones. Nothing is
rounded: reading what was written gives the same value.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, isfinite
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

_NUMBER_AND_UNIT: Final = re.compile(r"\s*([0-9]{1,30}(?:\.[0-9]{1,30})?)\s*([A-Za-z]*)\s*")
# No exponent: "1e999999999" is a number that nobody can wait for. The length is that of a product of many
# shares.
_DECIMAL: Final = re.compile(r"([0-9]{1,2000}(?:\.[0-9]{1,2000})?)\s*(%?)")
# More digits nobody reads; Decimal is exact to 28.
PERCENT_DIGITS: Final = 9
_FRACTION: Final = re.compile(r"([0-9]{1,2000})/([0-9]{1,2000})")


def written_as_text(parse: Callable[[Any], object]) -> CoreSchema:
    """The schema of a value that people write and read as text: read by ``parse``, written by ``str``."""
    return core_schema.no_info_plain_validator_function(
        parse,
        serialization=core_schema.plain_serializer_function_ser_schema(
            str, return_schema=core_schema.str_schema()
        ),
    )


class _Quantity(int):
    """A whole number of one unit that reads text with a unit and writes it with the largest unit that fits.

    ``Millicores(500)`` is 500 millicores; ``Millicores.parse(2)`` reads what a person wrote, two cores.
    """

    units: ClassVar[dict[str, int]]
    allowed: ClassVar[str]
    shown: ClassVar[tuple[str, ...]]
    smallest: ClassVar[str]
    bare: ClassVar[int | None]

    @classmethod
    def parse(cls, value: object) -> Self:
        """The quantity that a person wrote. Raises ValueError for a wrong unit or a fraction of the smallest unit."""
        if isinstance(value, cls):
            return value
        if isinstance(value, _Quantity):
            raise ValueError(f"{value} is of another unit; allowed: {cls.allowed}")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        match = _NUMBER_AND_UNIT.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValueError(f"not a quantity; allowed: {cls.allowed}")
        amount, unit = Fraction(match[1]), match[2]
        factor = cls.bare if unit == "" and amount else cls.units.get(unit, cls.bare if unit == "" else None)
        if amount == 0 and unit == "":
            return cls(0)
        if factor is None:
            problem = f'unit "{unit}" is not known' if unit else "a unit is missing"
            raise ValueError(f"{problem}; allowed: {cls.allowed}")
        if (amount * factor).denominator != 1:
            raise ValueError(f"finer than one {cls.smallest}; allowed: {cls.allowed}")
        return cls(amount * factor)

    def __str__(self) -> str:
        for unit in self.shown:
            if self and self % self.units[unit] == 0:
                return f"{int(self) // self.units[unit]}{unit}"
        return f"{int(self)}{self.shown[-1] if self else ''}"

    __repr__ = __str__

    @property
    def spoken(self) -> str:
        """As people write it; ``str`` is what Kubernetes keeps."""
        return str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return written_as_text(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": ["string", "number"], "description": cls.allowed}


class Millicores(_Quantity):
    """CPU in thousandths of a core."""

    units = {"": 1000, "m": 1}
    allowed = 'cores ("2", "0.5") or millicores ("500m")'
    shown = ("", "m")
    smallest = "millicore"
    bare = 1000

    @property
    def spoken(self) -> str:
        """Above one core in cores: 240.004, not 240004m."""
        return str(self) if self < self.units[""] else f"{Decimal(self) / self.units['']}"


class Bytes(_Quantity):
    """Memory in bytes. "m" is no unit here: the API server takes "512m" as half a byte, without a word."""

    units = {
        "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4,
        "k": 1000, "M": 1000**2, "G": 1000**3, "T": 1000**4, "": 1,
    }  # fmt: skip
    allowed = 'Ki, Mi, Gi, Ti (powers of 1024), k, M, G, T (powers of 1000) or plain bytes, such as "512Mi"'
    shown = ("Ti", "Gi", "Mi", "Ki", "")
    smallest = "byte"
    bare = 1

    @property
    def spoken(self) -> str:
        """Where no unit divides it, rounded down to a tenth of the largest that it holds."""
        for unit in (*self.shown[:-1], "T", "G", "M", "k"):
            if self and self % self.units[unit] == 0:
                return f"{int(self) // self.units[unit]}{unit}"
        unit = next((unit for unit in self.shown[:-1] if self >= self.units[unit]), "")
        return f"{self * 10 // self.units[unit] / 10}{unit}" if unit else str(self)


class Milliseconds(_Quantity):
    """A duration. A bare number is refused: nobody can see whether it was meant in seconds."""

    units = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
    allowed = 'a number with ms, s, m or h, such as "100ms" or "5m"'
    shown = ("h", "m", "s", "ms")
    smallest = "millisecond"
    bare = None

    @property
    def seconds(self) -> int:
        """Whole seconds, as the kubelet takes them, rounded up."""
        return ceil(Fraction(self, 1000))


def parse_ratio(value: object) -> Fraction:
    """An exact ratio from "1/3", "99.9%", "0.25" or a number. A float is read by its decimal text: 0.1 is 1/10."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, float) and isfinite(value):
        return Fraction(Decimal(repr(value)))
    text = value.strip() if isinstance(value, str) else ""
    if match := _DECIMAL.fullmatch(text):
        return Fraction(match[1]) / (100 if match[2] else 1)
    if (match := _FRACTION.fullmatch(text)) and int(match[2]):
        return Fraction(int(match[1]), int(match[2]))
    raise ValueError(
        'not a ratio; allowed: a number, a fraction such as "1/3", or a percentage such as "99.9%"'
    )


def format_percent(ratio: Fraction) -> str:
    """A ratio as a percentage where its decimal is short ("99.9%"), else as a fraction ("1/3"); exact either way."""
    for digits in range(PERCENT_DIGITS + 1):
        scaled = ratio * 100 * 10**digits
        if scaled.denominator == 1:
            return f"{Decimal(scaled.numerator).scaleb(-digits):f}%"
    return str(ratio)


def format_rate(rate: Fraction) -> str:
    """A rate for people: "10000", "3333.3" (one decimal where it is not whole)."""
    return str(rate.numerator) if rate.denominator == 1 else f"{float(rate):.1f}"


def parse_int_or_percent(value: object) -> int | Fraction:
    """Kubernetes' IntOrString for pods: 5, or "10%" as 1/10. Whole percentages only, as the API takes them."""
    if isinstance(value, Fraction) and 0 <= value <= 1 and (value * 100).denominator == 1:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}%", value) and int(value[:-1]) <= 100:
        return Fraction(int(value[:-1]), 100)
    raise ValueError('not a number of pods; allowed: a whole number (5) or a whole percentage ("10%")')


def format_int_or_percent(value: int | Fraction) -> int | str:
    """As the Kubernetes API takes it: 5 or "10%"."""
    return value if isinstance(value, int) else f"{int(value * 100)}%"


def resolve(value: int | Fraction, replicas: int) -> int:
    """Pods that ``value`` stands for, rounded up as the disruption controller does."""
    return value if isinstance(value, int) else ceil(value * replicas)


_TEXT: Final = WithJsonSchema({"type": ["string", "number"]})

Ratio = Annotated[Fraction, BeforeValidator(parse_ratio), PlainSerializer(str, return_type=str), _TEXT]
Percent = Annotated[
    Fraction,
    BeforeValidator(parse_ratio),
    PlainSerializer(format_percent, return_type=str),
    Field(gt=0, lt=1),
    _TEXT,
]
IntOrPercent = Annotated[
    int | Fraction,
    BeforeValidator(parse_int_or_percent),
    PlainSerializer(format_int_or_percent),
    Field(description='a whole number (5) or a whole percentage ("10%")'),
    _TEXT,
]
