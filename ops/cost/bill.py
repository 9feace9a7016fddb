"""The bill of a stack, and the bills of the same fleet on other types and with spot, each kept to the same rules.

Every figure is components.policy's; this decides which are put side by side.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from components.policy.cheapest import Option, cheapest
from components.policy.cost import Cost, CostSpec, managed_redis, plan_cost
from components.policy.derived import Derived
from components.policy.elasticache import ElastiCachePlan
from components.policy.facts.from_plan import plan_facts
from components.policy.fleet_cost import pool_costs, together
from components.policy.ignores import Ignore
from components.policy.instances import instance_type
from components.policy.nodes import NodePlan
from components.policy.plan import build_plan
from components.policy.platform import Platform
from components.policy.review import find

from ..plan.planned import Planned

Prices = Mapping[str, Derived[Fraction]]
SPOT_SHARES: Final = tuple(Fraction(quarter, 4) for quarter in range(5))
_ARCHITECTURES: Final[tuple[Literal["amd64", "arm64"], ...]] = ("amd64", "arm64")


@dataclass(frozen=True)
class Family:
    """The cheapest type of a family that keeps all rules."""

    name: str
    architecture: str
    option: Option


@dataclass(frozen=True)
class Bill:
    """What was planned, what it costs, and what else it could cost, a month, cheapest first."""

    planned: Planned
    spec: CostSpec
    # Each pool with its own bill, and all of them together.
    pools: Mapping[str, tuple[NodePlan, Cost]]
    cost: Cost
    families: Sequence[Family]
    # By the part of the nodes above the floor; empty where no spot price is stated, or the pool is spot as a whole.
    spot: Mapping[Fraction, Cost]

    @property
    def only(self) -> NodePlan | None:
        """The pool, where there is one alone."""
        plans = [nodes for nodes, _ in self.pools.values()]
        return plans[0] if len(plans) == 1 else None

    def cheapest(self, architecture: str) -> Family | None:
        """The cheapest packing that keeps all rules."""
        return next((f for f in self.families if f.architecture == architecture), None)


def bill(planned: Planned, platform: Platform, spec: CostSpec, quoted: Prices) -> Bill:
    """The bills. ``platform`` has ``spec`` as its cost. Raises ConfigurationError for the stated types' prices.

    Other types and spot are compared for a single pool: several say themselves what is bought how.
    """
    plan = planned.plan
    costs = pool_costs(plan.pools, plan.placements, plan.pod_groups, plan.target.peak_rps, spec, quoted)
    pools = {name: (nodes, costs[name]) for name, nodes in plan.pools.items()}
    cost = together(costs, plan.target.peak_rps)
    if isinstance(plan.redis, ElastiCachePlan):
        managed = managed_redis(plan.redis.spec.replicas + 1, spec.managed_redis)
        cost = cost.model_copy(update={"managed_redis": managed})
    if len(pools) > 1:
        return Bill(planned, spec, pools, cost, [], {})
    ((nodes, _),) = pools.values()
    shares: dict[Fraction, Cost] = {}
    if nodes.spec.instance_type in spec.spot_prices and nodes.spec.capacity_type == "on-demand":
        for share in SPOT_SHARES:
            shares[share] = plan_cost(
                nodes, plan.pod_groups, plan.target.peak_rps, spec, quoted, spot_above_floor=share
            )
    families = sorted(
        _families(planned, platform, spec, nodes, quoted), key=lambda f: f.option.per_month.value
    )
    return Bill(planned, spec, pools, cost, families, shares)


def _families(
    planned: Planned, platform: Platform, spec: CostSpec, nodes: NodePlan, quoted: Prices
) -> Iterator[Family]:
    """On demand, so that the families are compared on one footing."""
    here = {(finding.number, finding.object) for finding in planned.findings}
    ignores = planned.settings.ignores
    groups, zones = planned.plan.pod_groups, len(platform.zones)
    for architecture in _ARCHITECTURES:
        found: set[str] = set()
        for option in cheapest(nodes.spec, groups, zones, spec, architecture=architecture, quoted=quoted):
            family = option.instance_type.partition(".")[0]
            if family not in found and _adds_no_finding(platform, option, quoted, ignores, here):
                found.add(family)
                yield Family(family, architecture, option)


def _adds_no_finding(
    platform: Platform,
    option: Option,
    quoted: Prices,
    ignores: Sequence[Ignore],
    here: set[tuple[str, str]],
) -> bool:
    (pool,) = platform.pools
    # Spot would ask for this type's spot price; the families are compared on demand, and with images for them.
    on_demand = {
        "instance_type": option.instance_type,
        "other_instance_types": [],
        "capacity_type": "on-demand",
    }
    built = [instance_type(option.instance_type).architecture]
    services = {
        name: service.model_copy(update={"architectures": built})
        for name, service in platform.services.items()
    }
    spec = platform.cost.model_copy(update={"spot_share": Fraction(0)}) if platform.cost else None
    pools = [pool.model_copy(update=on_demand)]
    other = platform.model_copy(update={"node_pools": pools, "services": services, "cost": spec})
    # That an ignore matches nothing here says something of the stack's own pool, and nothing of this type.
    found = find(plan_facts(build_plan(other, quoted), other))
    return {(f.number, f.object) for f in found if not any(i.matches(f) for i in ignores)} <= here
