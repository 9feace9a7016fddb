"""The whole bill of a month: the pools' nodes, and everything that AWS bills beside them, by part.

What has no price is in no sum, and is named.
"""

from collections.abc import Mapping
from fractions import Fraction

from ..derived import Derived, Frozen, derived
from ..quantities import Ratio
from .billed import Billed, Prices
from .line import Line
from .lines import lines


class AwsBill(Frozen):
    """US dollars a month."""

    region: str
    lines: dict[str, Line]
    # The sum of each part; the pools' nodes are one.
    parts: dict[str, Derived[Ratio]]
    standing: Derived[Ratio]
    by_use: Derived[Ratio]
    per_month: Derived[Ratio]
    # Lines without a price: the total is at least this much too small.
    missing: list[str] = []


def aws_bill(region: str, nodes: Derived[Fraction], billed: Billed, prices: Prices) -> AwsBill:
    """The bill; ``nodes`` is what the pools' nodes cost a month."""
    made = lines(billed, prices)
    known = {name: one.per_month.value for name, one in made.items() if one.per_month is not None}
    parts: dict[str, dict[str, Fraction]] = {"nodes": {"nodes": nodes.value}}
    for name, amount in known.items():
        parts.setdefault(made[name].part, {})[name] = amount
    sums = {part: _added(amounts) for part, amounts in parts.items()}
    sums["nodes"] = nodes
    standing = {"nodes": nodes.value, **{n: v for n, v in known.items() if made[n].by_use is None}}
    return AwsBill(
        region=region,
        lines=made,
        parts=sums,
        standing=_added(standing),
        by_use=_added({name: value for name, value in known.items() if made[name].by_use is not None}),
        per_month=_added({part: one.value for part, one in sums.items()}),
        missing=[name for name, one in made.items() if one.per_month is None],
    )


def _added(amounts: Mapping[str, Fraction]) -> Derived[Fraction]:
    text = " + ".join(f"${float(amount):,.2f} {name}" for name, amount in amounts.items()) or "nothing"
    return derived(sum(amounts.values(), Fraction(0)), text)
