"""What the nodes of all pools cost together: the sum of each pool's bill, and its part of the month."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .cost import Cost, CostSpec, dollars, of_the_guide, per_1000_rps, plan_cost
from .derived import Derived, derived
from .nodes import NodePlan
from .placement import Placement, on_pool
from .pod_group import PodGroup


def pool_costs(
    plans: Mapping[str, NodePlan],
    placements: Mapping[str, Placement],
    groups: Sequence[PodGroup],
    peak_rps: Fraction,
    spec: CostSpec,
    quoted: Mapping[str, Derived[Fraction]] | None = None,
) -> dict[str, Cost]:
    """The bill of each pool, by its name, for the groups that are at home there. Raises ConfigurationError as
    ``plan_cost`` does."""
    return {
        name: plan_cost(nodes, on_pool(name, placements, groups), peak_rps, spec, quoted)
        for name, nodes in plans.items()
    }


def together(costs: Mapping[str, Cost], peak_rps: Fraction) -> Cost:
    """One bill of several: of a single pool, its own."""
    by_pool = {name: cost.per_month for name, cost in costs.items()}
    of_a_node = {name: cost.per_node_hour for name, cost in costs.items()}
    if len(costs) == 1:
        (only,) = costs.values()
        return only.model_copy(update={"by_pool": by_pool, "node_hour_by_pool": of_a_node})
    at_floor = _sum({name: cost.per_hour_at_floor for name, cost in costs.items()})
    at_peak = _sum({name: cost.per_hour_at_peak for name, cost in costs.items()})
    month = _sum(by_pool)
    dearest = max((cost.per_node_hour for cost in costs.values()), key=lambda price: price.value)
    redis = next((cost for cost in costs.values() if cost.redis is not None), None)
    return Cost(
        per_node_hour=derived(dearest.value, f"of {len(costs)} pools the dearest: {dearest.because}"),
        per_hour_at_floor=at_floor,
        per_hour_at_peak=at_peak,
        per_month=month,
        per_month_per_1000_rps=per_1000_rps(month, peak_rps),
        of_the_guide=of_the_guide(month),
        by_group_at_floor=_merged(cost.by_group_at_floor for cost in costs.values()),
        by_group_at_peak=_merged(cost.by_group_at_peak for cost in costs.values()),
        by_group=_merged(cost.by_group for cost in costs.values()),
        by_pool=by_pool,
        node_hour_by_pool=of_a_node,
        redis=redis.redis if redis is not None else None,
        managed_redis=redis.managed_redis if redis is not None else None,
    )


def _sum(parts: Mapping[str, Derived[Fraction]]) -> Derived[Fraction]:
    return derived(
        sum((part.value for part in parts.values()), Fraction(0)),
        " + ".join(f"{dollars(part.value)} {name}" for name, part in parts.items()),
    )


def _merged(parts: Iterable[Mapping[str, Derived[Fraction]]]) -> dict[str, Derived[Fraction]]:
    return {name: value for part in parts for name, value in part.items()}
