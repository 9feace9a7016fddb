"""One line of the bill: a quantity, what a unit costs and who says so, and what that makes a month."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from ..derived import Derived, Frozen, derived
from ..quantities import Ratio
from .unit_prices import Price, plain

Part = Literal["cluster", "network", "front", "redis", "observability", "queues"]


class Line(Frozen):
    """US dollars. ``by_use`` is what is assumed where traffic makes the quantity; None where it stands all month."""

    part: Part
    quantity: Derived[Ratio]
    unit: str
    # Where a stack states its price.
    price_field: str
    # None where nobody says a price; of a price that falls with the quantity, the first.
    unit_price: Ratio | None
    source: str | None
    per_month: Derived[Ratio] | None
    by_use: str | None = None


def line(part: Part, quantity: Derived[Fraction], unit: str, price: Price, by_use: str | None = None) -> Line:
    """The line at ``price``."""
    rate = price.rate
    return Line(
        price_field=price.field,
        part=part,
        quantity=quantity,
        unit=unit,
        unit_price=None if rate is None else rate.first,
        source=None if rate is None else rate.source,
        per_month=None if rate is None else rate.of(quantity.value),
        by_use=by_use,
    )


def assumed(part: Part, field: str, gb: Fraction, price: Price) -> Line:
    """A line whose GB a month are ``usage.<field>``."""
    return line(part, derived(gb, f"usage.{field}"), "GB", price, f"usage.{field} {plain(gb)}")


def added(parts: Sequence[Derived[Fraction]]) -> Derived[Fraction]:
    """The sum, and what each part came from."""
    because = " + ".join(part.because for part in parts) or "none"
    return derived(sum((part.value for part in parts), Fraction(0)), because)
