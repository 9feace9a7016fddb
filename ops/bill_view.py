"""The bill of a stack in AWS as tables and as notes: its parts, its lines, what they assume, what has no price.

It words figures; none is computed here.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from components.policy.bill.line import Line
from components.policy.bill.total import AwsBill
from components.policy.bill.unit_prices import plain
from components.policy.cost import dollars
from components.policy.derived import Derived

from .tables import Table

NO_PRICE: Final = "no price"
# What AWS bills of such a stack and nobody here counts.
LEFT_OUT: Final = (
    "not counted: tax, support plans, free tiers and discounts, what Redis and its clients send between zones, image"
    " storage, DNS queries, backups"
)


def cents(amount: Derived[Fraction]) -> str:
    """A month's sum: "$4.50"."""
    return f"${float(amount.value):,.2f}"


def bill_tables(bill: AwsBill | None) -> list[Table]:
    """Its lines; none where the stack is not in AWS."""
    return [] if bill is None else [parts(bill), _lines(bill)]


def parts(bill: AwsBill) -> Table:
    """What each part comes to, and the total."""
    rows = [(part, cents(amount)) for part, amount in bill.parts.items()]
    total = "all, but what has no price" if bill.missing else "all"
    return Table("The stack's bill, by part", ("part", "a month"), [*rows, (total, cents(bill.per_month))])


def stack_notes(bill: AwsBill | None) -> list[str]:
    """What the lines came from, what they assume, and what is missing."""
    if bill is None:
        return []
    priced = [
        f"{name}: {cents(one.per_month)} = {one.per_month.because}; {plain(one.quantity.value)} {one.unit} ="
        f" {one.quantity.because}{_assumes(one)}"
        for name, one in bill.lines.items()
        if one.per_month is not None
    ]
    return [
        f"the stack a month: {cents(bill.per_month)} = {bill.per_month.because}",
        f"stands all month: {cents(bill.standing)} = {bill.standing.because}",
        f"by use: {cents(bill.by_use)} = {bill.by_use.because}; what each assumes is headroom:cost.usage, not"
        " measured here",
        *_missing(bill),
        LEFT_OUT,
        *priced,
    ]


def _assumes(one: Line) -> str:
    return "" if one.by_use is None else f"; assumes {one.by_use}"


def _missing(bill: AwsBill) -> list[str]:
    return [
        f"{name}: {NO_PRICE} in {bill.region}, so in no sum: {plain(one.quantity.value)} {one.unit} ="
        f" {one.quantity.because}; state headroom:{one.price_field}"
        for name, one in bill.lines.items()
        if name in bill.missing
    ]


def _lines(bill: AwsBill) -> Table:
    columns = ("line", "quantity", "unit", "unit price", "a month", "billed")
    title = "The stack's bill, beside the pools' nodes"
    return Table(title, columns, [_row(name, one) for name, one in bill.lines.items()])


def _row(name: str, one: Line) -> Sequence[str]:
    return (
        name,
        plain(one.quantity.value),
        one.unit,
        NO_PRICE if one.unit_price is None else dollars(one.unit_price),
        NO_PRICE if one.per_month is None else cents(one.per_month),
        "all month" if one.by_use is None else "by use",
    )
