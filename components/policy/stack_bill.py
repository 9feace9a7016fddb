"""The bill of a stack from its plan: which of the plan's numbers and which prices the lines of the bill take.

Nodes of pools are billed before (cost). Raises nothing: what has no price is a line without one.
"""

from collections.abc import Mapping
from fractions import Fraction

from .bill.billed import Billed, Prices
from .bill.month import Month
from .bill.stack import BilledStack
from .bill.total import AwsBill, aws_bill
from .bill.unit_prices import UNIT_PRICES, Price, cache_node_rate, flat, unit_price
from .cost import GUIDE_MANAGED_REDIS, HOURS_PER_MONTH, Cost, CostSpec
from .derived import Derived, derived
from .elasticache import ElastiCachePlan
from .errors import ConfigurationError
from .nodes import NodePlan
from .platform import Platform
from .prices import on_demand_price
from .redis_place import AnyRedisPlan
from .service import ServicePlan
from .worker import WorkerPlan


def stack_bill(
    platform: Platform,
    cost: Cost | None,
    services: Mapping[str, ServicePlan],
    workers: Mapping[str, WorkerPlan],
    pools: Mapping[str, NodePlan],
    redis: AnyRedisPlan,
    quoted: Mapping[str, Derived[Fraction]] | None = None,
) -> AwsBill | None:
    """The bill; None where the platform is not in AWS, or its cost is not asked."""
    stack, spec = platform.billed, platform.cost
    if stack is None or spec is None or cost is None:
        return None
    target, entries = platform.target, {n: s.entry_share for n, s in platform.services.items()}
    stated = {name: share for name, share in entries.items() if share is not None}
    shares = {name: service.demand.share for name, service in services.items()}
    entering = sum(stated.values(), Fraction(0)) or Fraction(1)
    managed = redis if isinstance(redis, ElastiCachePlan) and stack.services else None
    billed = Billed(
        stack=stack,
        month=Month(
            rest=HOURS_PER_MONTH - spec.peak_hours,
            peak=spec.peak_hours,
            baseline_rps=target.baseline_rps,
            peak_rps=target.peak_rps,
        ),
        usage=spec.usage,
        zones=len(platform.zones),
        entering={**shares, **stated},
        calls=sum(shares.values(), Fraction(0)) - entering if stack.services else Fraction(0),
        messages={name: worker.demand.share for name, worker in workers.items()},
        nodes={name: (nodes.at_floor.value, nodes.at_peak.value) for name, nodes in pools.items()},
        redis=managed,
    )
    # Of several layers, that of the cluster makes the pools.
    nodes = cost.per_month if stack.clusters else derived(Fraction(0), "another stack's pools")
    return aws_bill(spec.region, nodes, billed, _prices(spec, stack, managed, quoted))


def _prices(
    spec: CostSpec,
    stack: BilledStack,
    redis: ElastiCachePlan | None,
    quoted: Mapping[str, Derived[Fraction]] | None,
) -> Prices:
    return Prices(
        units={name: unit_price(name, spec.region, spec.unit_prices) for name in UNIT_PRICES},
        system_node=_node_hour(stack, spec, quoted),
        cache_node=_cache_hour("" if redis is None else redis.spec.node_type, spec),
    )


def _node_hour(stack: BilledStack, spec: CostSpec, quoted: Mapping[str, Derived[Fraction]] | None) -> Price:
    kind = "" if stack.system_nodes is None else stack.system_nodes.instance_type
    field = f"cost.prices.{kind}"
    if not kind:
        return Price(field=field)
    try:
        price = on_demand_price(kind, spec.region, spec.prices, quoted)
    except ConfigurationError:
        return Price(field=field)
    return Price(field=field, rate=flat(price.value, price.because))


def _cache_hour(node_type: str, spec: CostSpec) -> Price:
    """What the stack states, else the table's. The guide's figure is of another node, and stands beside the bill."""
    field = "cost.managed_redis"
    if spec.managed_redis != GUIDE_MANAGED_REDIS:
        hour = spec.managed_redis / HOURS_PER_MONTH
        return Price(field=field, rate=flat(hour, f"a month as stated in {field}"))
    return Price(field=field, rate=cache_node_rate(node_type, spec.region))
