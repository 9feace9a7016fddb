"""What the nodes cost: by the hour at the floor and at the peak, by the month from a stated profile.

Nodes only: Redis runs on them, and what it costs there stands beside the guide's managed one; what AWS bills beside
them is derived in bill. Never guesses a price (prices), and never counts on one that the pool does not pay.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from .bill.unit_prices import UnitPrice
from .bill.usage import UsageSpec
from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .node_pool import NodePoolSpec
from .nodes import NodePlan
from .pod_group import PodGroup
from .prices import on_demand_price, spot_price
from .quantities import Ratio, format_percent, format_rate
from .redis import REDIS, SENTINEL
from .regions import stated_region

# AWS, "AWS Pricing Calculator": 730 hours in a month.
HOURS_PER_MONTH: Final = 730
# guide.md section 9: 20 m5.2xlarge at $0.384 for a month are $5,606.
GUIDE_PER_MONTH: Final = 5_600
# guide.md section 9: one ElastiCache r6g.xlarge a month, "~$250"; the guide names no date and no region. It stands
# beside the nodes' bill until cost.managed_redis states another; what AWS lists of cache nodes is bill.unit_prices'.
GUIDE_MANAGED_REDIS: Final = 250


Dollars = Annotated[Ratio, Field(ge=0)]


class CostSpec(Frozen):
    """The profile and the prices, in US dollars per hour by instance type."""

    region: Annotated[str, AfterValidator(stated_region)] = "us-east-1"
    # An assumption to be replaced: sales of two hours on each of 30 days; the rest of the month at the floor.
    peak_hours: Ratio = Field(default=Fraction(60), ge=0, le=HOURS_PER_MONTH)
    # The part of the nodes that is priced as spot: what the pool's capacity_type buys, so it need not be stated. One
    # that the pool does not buy is refused; what a second, spot pool would save is `plan_cost`'s ``spot_above_floor``.
    spot_share: Ratio = Field(default=Fraction(0), ge=0, le=1)
    # One managed Redis node a month.
    managed_redis: Ratio = Field(default=Fraction(GUIDE_MANAGED_REDIS), ge=0)
    prices: dict[str, Dollars] = {}
    spot_prices: dict[str, Dollars] = {}
    # Of what is no node, where the table (bill.unit_prices) has none for the region, or you pay another.
    unit_prices: dict[UnitPrice, Dollars] = {}
    usage: UsageSpec = UsageSpec()


class Cost(Frozen):
    """US dollars."""

    per_node_hour: Derived[Ratio]
    per_hour_at_floor: Derived[Ratio]
    per_hour_at_peak: Derived[Ratio]
    per_month: Derived[Ratio]
    per_month_per_1000_rps: Derived[Ratio]
    # Part of the guide's bill: below 1 is cheaper.
    of_the_guide: Derived[Ratio]
    # Each service's part: of the hours, and of the month.
    by_group_at_floor: dict[str, Derived[Ratio]]
    by_group_at_peak: dict[str, Derived[Ratio]]
    by_group: dict[str, Derived[Ratio]]
    # Each pool's month; empty in the bill of one pool by itself.
    by_pool: dict[str, Derived[Ratio]] = {}
    # What one node of each costs by the hour.
    node_hour_by_pool: dict[str, Derived[Ratio]] = {}
    # A month of Redis: its part of the nodes, and as many managed nodes. None where no Redis is among the groups; where
    # AWS runs it, the second alone, and it is in no sum.
    redis: Derived[Ratio] | None = None
    managed_redis: Derived[Ratio] | None = None


def plan_cost(
    nodes: NodePlan,
    groups: Sequence[PodGroup],
    peak_rps: Fraction,
    spec: CostSpec,
    quoted: Mapping[str, Derived[Fraction]] | None = None,
    *,
    spot_above_floor: Fraction = Fraction(0),
) -> Cost:
    """Cost of one pool; ``spot_above_floor`` as if a second pool bought that part of the nodes above the floor as spot.

    Raises ConfigurationError for an instance type or region without a price, and for a stated share of spot that the
    pool does not buy.
    """
    _refuse_unbought(nodes.spec, spec.spot_share)
    price, extra = _node_hours(nodes.spec, spec, quoted, spot_above_floor)
    floor, peak = nodes.at_floor.value, nodes.at_peak.value
    above = max(0, peak - floor)
    at_floor = derived(floor * price.value, f"{floor} nodes x {dollars(price.value)}")
    at_peak = derived(
        at_floor.value + above * extra.value,
        f"{dollars(at_floor.value)} + {above} nodes x {dollars(extra.value)}",
    )
    month = month_of(at_floor.value, at_peak.value, spec.peak_hours)
    parts_at_floor = _parts({group.name: group.cpu * group.floor for group in groups}, at_floor.value)
    parts_at_peak = _parts({group.name: group.cpu * group.peak for group in groups}, at_peak.value)
    by_group = {
        name: month_of(part.value, parts_at_peak[name].value, spec.peak_hours)
        for name, part in parts_at_floor.items()
    }
    here, managed = _redis(groups, by_group, spec.managed_redis)
    return Cost(
        per_node_hour=price,
        per_hour_at_floor=at_floor,
        per_hour_at_peak=at_peak,
        per_month=month,
        per_month_per_1000_rps=per_1000_rps(month, peak_rps),
        of_the_guide=of_the_guide(month),
        by_group_at_floor=parts_at_floor,
        by_group_at_peak=parts_at_peak,
        by_group=by_group,
        redis=here,
        managed_redis=managed,
    )


def _node_hours(
    pool: NodePoolSpec,
    spec: CostSpec,
    quoted: Mapping[str, Derived[Fraction]] | None,
    spot_above_floor: Fraction,
) -> tuple[Derived[Fraction], Derived[Fraction]]:
    """An hour of a node of the floor, and of one above it; whichever type is bought, it costs no more than that."""
    types, all_spot = pool.instance_types, pool.capacity_type == "spot"
    on_demand = _dearest([on_demand_price(name, spec.region, spec.prices, quoted) for name in types])
    share = Fraction(1) if all_spot else spot_above_floor
    if not share:
        return on_demand, on_demand
    spot = _dearest([spot_price(name, spec.spot_prices) for name in types])
    mixed = derived(
        on_demand.value * (1 - share) + spot.value * share,
        f"{format_percent(1 - share)} at {dollars(on_demand.value)}"
        f" + {format_percent(share)} at {dollars(spot.value)}",
    )
    return (spot if all_spot else on_demand), mixed


def per_1000_rps(month: Derived[Fraction], peak_rps: Fraction) -> Derived[Fraction]:
    """Of a month's bill, what 1,000 requests/s of the peak cost."""
    return derived(
        month.value * 1000 / peak_rps, f"{dollars(month.value)} / {format_rate(peak_rps)} rps x 1000"
    )


def of_the_guide(month: Derived[Fraction]) -> Derived[Fraction]:
    """A month's bill as a part of the guide's."""
    return derived(month.value / GUIDE_PER_MONTH, f"{dollars(month.value)} / ${GUIDE_PER_MONTH}")


def _dearest(prices: Sequence[Derived[Fraction]]) -> Derived[Fraction]:
    dearest = max(prices, key=lambda price: price.value)
    if len(prices) == 1:
        return dearest
    return derived(dearest.value, f"of {len(prices)} types the dearest: {dearest.because}")


def _refuse_unbought(pool: NodePoolSpec, spot_share: Fraction) -> None:
    bought = Fraction(1) if pool.capacity_type == "spot" else Fraction(0)
    if spot_share not in (0, bought):
        raise ConfigurationError(
            field="cost.spot_share",
            value=format_percent(spot_share),
            allowed=f"{format_percent(bought)}: the pool {pool.name} buys {pool.capacity_type} only",
            remedy="state node_pool.capacity_type: spot to buy all of its nodes as spot, or leave cost.spot_share out",
        )


def _redis(
    groups: Sequence[PodGroup], by_group: Mapping[str, Derived[Fraction]], managed: Fraction
) -> tuple[Derived[Fraction] | None, Derived[Fraction] | None]:
    parts = {name: by_group[name].value for name in (REDIS, SENTINEL) if name in by_group}
    nodes = next((group.peak for group in groups if group.name == REDIS), 0)
    if not nodes:
        return None, None
    return (
        derived(
            sum(parts.values(), Fraction(0)), " + ".join(f"{dollars(p)} {name}" for name, p in parts.items())
        ),
        managed_redis(nodes, managed),
    )


def managed_redis(nodes: int, each: Fraction) -> Derived[Fraction]:
    """A month of as many managed nodes, at US dollars a month each (CostSpec.managed_redis)."""
    source = (
        "the guide's figure for one r6g.xlarge, section 9, undated"
        if each == GUIDE_MANAGED_REDIS
        else "stated"
    )
    return derived(nodes * each, f"{nodes} nodes (a master and its replicas) x {dollars(each)}: {source}")


def dollars(amount: Fraction) -> str:
    """For people: "$0.384", "$1,234.56"."""
    return f"${float(amount):,.2f}" if amount >= 10 else f"${float(amount):.4f}".rstrip("0").rstrip(".")


def month_of(at_floor: Fraction, at_peak: Fraction, peak_hours: Fraction) -> Derived[Fraction]:
    """A month of so many US dollars an hour at the floor, and for ``peak_hours`` of it at the peak."""
    rest = HOURS_PER_MONTH - peak_hours
    return derived(
        at_floor * rest + at_peak * peak_hours,
        f"{dollars(at_floor)} x {format_rate(rest)}h + {dollars(at_peak)} x {format_rate(peak_hours)}h",
    )


def _parts(cpu: Mapping[str, int], bill: Fraction) -> dict[str, Derived[Fraction]]:
    """By CPU requested: what is bought and not requested is shared in proportion."""
    total = sum(cpu.values())
    return {
        name: derived(bill * part / total, f"{float(Fraction(part, total)):.1%} of the CPU requested")
        for name, part in cpu.items()
        if total
    }
