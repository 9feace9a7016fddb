"""The nodes' bill as tables and as data, with the stack's behind it (stack_tables).

It words figures; none is computed here but what one family saves on another.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from components.policy.cost import GUIDE_PER_MONTH, HOURS_PER_MONTH, Cost, dollars
from components.policy.quantities import format_percent, format_rate

from ..bill_view import bill_tables, cents, stack_notes
from ..plan.events import event_bill
from ..tables import Table
from .bill import Bill


def cost_tables(bill: Bill) -> list[Table]:
    """All of them."""
    families = [_families(bill)] if bill.families else []
    return [
        *bill_tables(bill.planned.plan.bill),
        _pools(bill),
        _services(bill.cost),
        *families,
        *_spot(bill),
        *event_bill(bill.planned.plan.events),
    ]


def headline(bill: Bill) -> str:
    """The profile that the month is made of."""
    hours = bill.spec.peak_hours
    profile = (
        f"{format_rate(hours)} hours of the month at the peak (cost.peak_hours) and"
        f" {format_rate(HOURS_PER_MONTH - hours)} at the floor"
    )
    whole = bill.planned.plan.bill
    if whole is not None:
        at_least = "at least " if whole.missing else ""
        total = f"{at_least}{cents(whole.per_month)} a month in {bill.spec.region}"
        return f"{bill.planned.name}: {total}, {profile}"
    redis = "Redis runs on them" if bill.cost.redis is not None else "Redis by AWS"
    return (
        f"{bill.planned.name}: nodes in {bill.spec.region}, {profile}; {redis}, load balancers and traffic are not in"
        " it"
    )


def notes(bill: Bill) -> list[str]:
    """What each figure came from, what would be cheaper, and what was left out for want of a price."""
    cost = bill.cost
    lines = [
        *stack_notes(bill.planned.plan.bill),
        f"a node: {dollars(cost.per_node_hour.value)} an hour: {cost.per_node_hour.because}",
        f"an hour at the floor: {dollars(cost.per_hour_at_floor.value)} = {cost.per_hour_at_floor.because}",
        f"an hour at the peak: {dollars(cost.per_hour_at_peak.value)} = {cost.per_hour_at_peak.because}",
        f"a month{_of_nodes(bill)}: {dollars(cost.per_month.value)} = {cost.per_month.because}",
        f"per 1,000 rps: {dollars(cost.per_month_per_1000_rps.value)} = {cost.per_month_per_1000_rps.because}",
        f"the guide: {_part(cost.of_the_guide.value)} of its ${GUIDE_PER_MONTH:,}"
        f" (15-20 m5.2xlarge all month) = {cost.of_the_guide.because}",
        *_redis(cost, billed=bill.planned.plan.bill is not None),
        *_cheapest(bill),
    ]
    if bill.only is not None and not bill.families:
        lines.append(
            "by family: no type that has a price here holds the fleet and keeps all rules, on demand"
        )
    if bill.only is None:
        lines.append("other types and spot are compared for a single pool only")
    elif not bill.spot:
        pool = bill.only.spec
        lines.append(
            "spot: the pool is spot as a whole"
            if pool.capacity_type == "spot"
            else f"spot: no price of {pool.instance_type} is stated, and none is guessed; state"
            f" headroom:cost.spot_prices.{pool.instance_type}"
        )
    return lines


def as_data(bill: Bill) -> dict[str, Any]:
    """For programs."""
    whole = bill.planned.plan.bill
    return {
        "name": bill.planned.name,
        "region": bill.spec.region,
        **({} if bill.only is None else {"instance_type": bill.only.spec.instance_type}),
        "nodes_at_floor": sum(nodes.at_floor.value for nodes, _ in bill.pools.values()),
        "nodes_at_peak": sum(nodes.at_peak.value for nodes, _ in bill.pools.values()),
        "pools": {
            name: {
                "instance_types": nodes.spec.instance_types,
                "capacity_type": nodes.spec.capacity_type,
                "nodes_at_floor": nodes.at_floor.value,
                "nodes_at_peak": nodes.at_peak.value,
                "per_month": cost.per_month.model_dump(mode="json"),
            }
            for name, (nodes, cost) in bill.pools.items()
        },
        "guide_per_month": GUIDE_PER_MONTH,
        "cost": bill.cost.model_dump(mode="json"),
        **({} if whole is None else {"bill": whole.model_dump(mode="json")}),
        "events": {
            event.name: event.nodes.model_dump(mode="json")
            for event in bill.planned.plan.events
            if event.nodes is not None
        },
        "families": [
            {"family": f.name, "architecture": f.architecture, **f.option.model_dump(mode="json")}
            for f in bill.families
        ],
        "spot": {
            format_percent(share): cost.per_month.model_dump(mode="json") for share, cost in bill.spot.items()
        },
    }


def _pools(bill: Bill) -> Table:
    rows = [
        (
            # Of the name that is shown its namespace would only take the room of the figures.
            name.removeprefix(f"{bill.planned.settings.namespace}-"),
            f"{nodes.instance.name} {nodes.spec.capacity_type}",
            str(nodes.at_floor.value),
            str(nodes.at_peak.value),
            *_money(cost),
        )
        for name, (nodes, cost) in bill.pools.items()
    ]
    if len(rows) > 1:
        floor, peak = (sum(int(row[place]) for row in rows) for place in (2, 3))
        rows.append(("all", "", str(floor), str(peak), *_money(bill.cost)))
    columns = (
        "pool", "nodes", "at floor", "at peak", "an hour at floor", "an hour at peak", "a month", "per 1,000 rps",
        f"of ${GUIDE_PER_MONTH:,}",
    )  # fmt: skip
    return Table("By pool", columns, rows)


def _money(cost: Cost) -> tuple[str, ...]:
    return (
        dollars(cost.per_hour_at_floor.value),
        dollars(cost.per_hour_at_peak.value),
        dollars(cost.per_month.value),
        dollars(cost.per_month_per_1000_rps.value),
        _part(cost.of_the_guide.value),
    )


def _services(cost: Cost) -> Table:
    rows = [
        (
            name,
            dollars(cost.by_group_at_floor[name].value),
            dollars(cost.by_group_at_peak[name].value),
            dollars(month.value),
            _part(month.value / cost.per_month.value),
        )
        for name, month in cost.by_group.items()
    ]
    return Table(
        "By service, by the CPU requested",
        ("service", "an hour at floor", "an hour at peak", "a month", "part"),
        rows,
    )


def _families(bill: Bill) -> Table:
    rows = [
        (
            f"{family.name} ({family.architecture})",
            family.option.instance_type,
            str(family.option.nodes_at_floor),
            str(family.option.nodes_at_peak),
            dollars(family.option.per_month.value),
            _part(family.option.per_month.value / bill.cost.per_month.value),
        )
        for family in bill.families
    ]
    return Table(
        "By family, on demand: its cheapest type that keeps all rules",
        ("family", "type", "at floor", "at peak", "a month", "of the bill"),
        rows,
    )


def _spot(bill: Bill) -> Iterator[Table]:
    if bill.spot:
        rows = [
            (format_percent(share), dollars(cost.per_hour_at_peak.value), dollars(cost.per_month.value))
            for share, cost in bill.spot.items()
        ]
        yield Table(
            "If a second pool bought nodes above the floor as spot",
            ("spot", "an hour at peak", "a month"),
            rows,
        )


def _of_nodes(bill: Bill) -> str:
    return "" if bill.planned.plan.bill is None else " of the pools' nodes"


def _redis(cost: Cost, *, billed: bool) -> Iterator[str]:
    if cost.redis is not None and cost.managed_redis is not None:
        yield (
            f"Redis: {dollars(cost.redis.value)} a month on the nodes = {cost.redis.because}; managed"
            f" {dollars(cost.managed_redis.value)} = {cost.managed_redis.because}"
        )
    elif cost.managed_redis is not None and not billed:
        yield (
            f"Redis: {dollars(cost.managed_redis.value)} a month by AWS on top of the nodes, in no sum above ="
            f" {cost.managed_redis.because}; headroom:cost.managed_redis states what one node costs a month"
        )


def _cheapest(bill: Bill) -> Iterator[str]:
    if bill.only is None:
        return
    own = bill.only.instance.architecture
    for architecture, condition in (
        (own, "cheapest that keeps all rules"),
        ("arm64", "with images for arm64"),
    ):
        found = bill.cheapest(architecture)
        if found is not None and (architecture != own or condition.startswith("cheapest")):
            yield (
                f"{condition}: {found.option.nodes_at_floor} to {found.option.nodes_at_peak}"
                f" {found.option.instance_type}, {dollars(found.option.per_month.value)} a month ="
                f" {found.option.per_month.because}"
            )


def _part(ratio: Fraction) -> str:
    return f"{float(ratio):.0%}"
