"""A plan's numbers for people: the value in the field's own notation, and what it was derived from.

It words numbers; which there are, and what they are, is components.policy's.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from components.policy.cost import dollars
from components.policy.diff import Number, numbers
from components.policy.plan import Plan
from components.policy.quantities import format_percent, format_rate

_FRACTION: Final = re.compile(r"-?\d+/\d+")
_SERVICES: Final = "services."
# In dollars, all of it but the parts of a whole.
_DOLLARS: Final = re.compile(
    r"cost\.(?!of_the_guide|spec|region)|events\.[^.]+\.nodes\.price$"
    r"|bill\.(per_month|standing|by_use|parts\.[^.]+|lines\.[^.]+\.(per_month|unit_price))$"
)


def derived_numbers(plan: Plan) -> list[Number]:
    """Every number of the plan that was derived, which is every number that nobody stated."""
    return [n for n in numbers(plan).values() if n.because is not None and n.value is not None]


def path(number: Number) -> str:
    """As a person asks for it: services by their name alone."""
    return number.path.removeprefix(_SERVICES)


def value(number: Number) -> str:
    """The value: rates with one decimal at most, shares as percentages, money as dollars."""
    if _DOLLARS.match(number.path) and isinstance(number.value, (int, str)):
        return dollars(Fraction(number.value))
    return plain(number.value)


def plain(found: Any) -> str:
    """A value as JSON holds it, in words."""
    if found is None:
        return "none"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, str) and _FRACTION.fullmatch(found):
        ratio = Fraction(found)
        return format_percent(ratio) if 0 < ratio < 1 else format_rate(ratio)
    return str(found)


def lines(found: Iterable[Number]) -> list[str]:
    """One number a line, with its derivation."""
    every = list(found)
    width = max((len(path(n)) for n in every), default=0)
    return [f"{path(n):<{width}}  {sentence(n)}" for n in every]


def sentence(number: Number) -> str:
    """``45 = 30 + ceil(30 / 2): one of 3 zones may be lost``; the value alone where it is an input of its part."""
    return f"{value(number)} = {number.because}" if number.because is not None else value(number)
