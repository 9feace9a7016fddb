"""The plan: every number of the platform, derived once from the platform's description."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from .bill.total import AwsBill
from .connections import ClientPolicy
from .cost import Cost
from .demand import Demand, shares
from .derived import Derived, Frozen, derived
from .events import EventFloor
from .events_plan import EventPlan, plan_events
from .fleet_cost import pool_costs, together
from .load import LoadPlan, plan_load
from .nodes import NodePlan
from .objectives import Objectives, objectives
from .placement import Placement
from .platform import Platform, Target
from .pod_group import PodGroup
from .pod_groups import pod_groups
from .pools import Pools, plan_pools
from .quantities import Ratio, format_rate
from .redis_place import AnyRedisPlan, groups_of, plan_any_redis
from .service import ServicePlan, Surroundings, plan_service
from .spare import SpareRoom
from .stack_bill import stack_bill
from .worker import WorkerPlan, plan_worker, worker_demand


class Plan(Frozen):
    """Frozen, printable, diffable; to JSON and back without loss.

    ``carries_*`` and ``fastest_ramp`` are requests/s at the entry: what the weakest service allows.
    """

    target: Target
    zones: list[str]
    # Requests to each service per request at the entry, along the call graph.
    shares: dict[str, Derived[Ratio]]
    services: dict[str, ServicePlan]
    workers: dict[str, WorkerPlan] = {}
    redis: AnyRedisPlan
    # The node pools by name, which pods are planned on which, and the room that is kept on each.
    pools: dict[str, NodePlan]
    placements: dict[str, Placement]
    spare: dict[str, SpareRoom]
    redis_connections: Derived[int]
    entry_name: str
    carries_at_floor: Derived[Ratio]
    carries_at_peak: Derived[Ratio]
    fastest_ramp: Derived[Ratio]
    pod_groups: list[PodGroup]
    load: LoadPlan
    objectives: Objectives
    cost: Cost | None = None
    # The nodes of cost and all that AWS bills beside them; None where the platform is not in AWS.
    bill: AwsBill | None = None
    events: list[EventPlan] = []

    @property
    def entry(self) -> ServicePlan:
        """The service that requests enter by; of several, the one that takes the largest part."""
        return self.services[self.entry_name]

    @property
    def nodes(self) -> NodePlan | None:
        """The pool that the entry is planned on; None where the cluster brings its nodes."""
        placement = self.placements.get(self.entry_name)
        return None if placement is None else self.pools[placement.home.value]

    def event_floors(self, name: str) -> list[EventFloor]:
        """What a service, or a worker, holds during each of the events that ask it for anything."""
        return [event.floor_of(name) for event in self.events if name in event.holds]

    def pods_per_host(self, group: str) -> int | None:
        """The most of a group's pods that one node holds at the peak; None where the cluster brings its nodes."""
        placement = self.placements.get(group)
        return None if placement is None else self.pools[placement.home.value].pods_per_host[group].value


def build_plan(platform: Platform, quoted: Mapping[str, Derived[Fraction]] | None = None) -> Plan:
    """Derive the plan: every number, also where they do not fit each other, which a review of the plan says (pools that
    ask more of Redis than it takes: HR721).

    ``quoted`` are prices that the caller looked up, by instance type. Raises ConfigurationError where a number cannot
    be derived at all.
    """
    specs = platform.services
    entering = {name: spec.entry_share for name, spec in specs.items() if spec.entry_share is not None}
    part = shares({name: spec.calls for name, spec in specs.items()}, entering)
    services = _services(platform, part)
    workers = _workers(platform, part)
    connections = _redis_connections(services)
    asked = {name: s.demand.peak_rps * s.redis_ops_per_request for name, s in services.items()}
    redis = plan_any_redis(platform.redis, asked, connections.value)
    groups = pod_groups(platform, services, workers) + groups_of(redis) + platform.beside
    entry = max(entering, key=lambda name: entering[name]) if entering else next(iter(part))
    target = platform.target
    pools = plan_pools(
        platform.pools,
        groups,
        len(platform.zones),
        services=services,
        spare=platform.spare,
        growth=target.growth,
        entry=entry,
    )
    at_floor = _at_entry(services, lambda one: one.carries_at_floor, "rps")
    at_peak = _at_entry(services, lambda one: one.carries_at_peak, "rps")
    ramp = _at_entry(services, lambda one: one.reaction.fastest_ramp, "rps per second")
    cost = _cost(platform, pools, quoted)
    return Plan(
        target=target,
        zones=platform.zones,
        shares={name: part[name] for name in specs},
        services=services,
        workers=workers,
        redis=redis,
        pools=pools.plans,
        placements=pools.placements,
        spare=pools.spare,
        redis_connections=connections,
        entry_name=entry,
        carries_at_floor=at_floor,
        carries_at_peak=at_peak,
        fastest_ramp=ramp,
        pod_groups=pools.groups,
        load=plan_load(
            platform.load,
            target.peak_rps,
            target.p99,
            fastest_ramp=ramp.value,
            carries=at_peak.value,
            floor_carries=at_floor.value,
        ),
        objectives=objectives(services, services[entry], target.availability, target.p99),
        cost=cost,
        bill=stack_bill(platform, cost, services, workers, pools.plans, redis, quoted),
        events=plan_events(
            platform.events,
            (services, workers),
            (target.baseline_rps, target.peak_rps),
            redis,
            (pools.with_groups, len(platform.zones)),
            cost,
        ),
    )


def _cost(platform: Platform, pools: Pools, quoted: Mapping[str, Derived[Fraction]] | None) -> Cost | None:
    if not pools.plans or platform.cost is None:
        return None
    peak = platform.target.peak_rps
    costs = pool_costs(pools.plans, pools.placements, pools.groups, peak, platform.cost, quoted)
    return together(costs, peak)


def _services(platform: Platform, part: Mapping[str, Derived[Fraction]]) -> dict[str, ServicePlan]:
    """Callers before callees, since a callee's timeouts nest in its callers'; returned as they were stated."""
    done: dict[str, ServicePlan] = {}
    callers: dict[str, dict[str, tuple[ClientPolicy, int]]] = {name: {} for name in part}
    target = platform.target
    for name, share in part.items():
        spec = platform.services[name]
        demand = Demand(
            peak_rps=target.peak_rps * share.value,
            baseline_rps=target.baseline_rps * share.value,
            rps_per_pod=spec.rps_per_pod,
            share=share.value,
        )
        around = Surroundings(
            zones=len(platform.zones),
            p99=target.p99,
            growth=target.growth,
            times=platform.reaction,
            scale_down=platform.scale_down,
            callers=callers[name],
        )
        done[name] = plan_service(name, demand, spec, around)
        for callee in spec.calls:
            callers[callee][name] = (spec.client, done[name].timeouts.attempts_per_request.value)
    return {name: done[name] for name in platform.services}


def _workers(platform: Platform, part: Mapping[str, Derived[Fraction]]) -> dict[str, WorkerPlan]:
    target = platform.target
    offered = target.peak_rps, target.baseline_rps
    received = {name: share.value for name, share in part.items()}
    return {
        name: plan_worker(
            name,
            worker_demand(name, spec, offered, received),
            spec,
            zones=len(platform.zones),
            growth=target.growth,
            times=platform.reaction,
        )
        for name, spec in platform.workers.items()
    }


def _at_entry(
    services: Mapping[str, ServicePlan], allowed: Callable[[ServicePlan], Derived[Fraction]], unit: str
) -> Derived[Fraction]:
    """What may come in where each service allows so much: each has its share of it, and the weakest decides."""
    rates = {name: allowed(one).value / one.demand.share for name, one in services.items()}
    name, rate = min(rates.items(), key=lambda item: item[1])
    return derived(rate, f"{name} is the weakest of {len(rates)} services: {format_rate(rate)} {unit}")


def _redis_connections(services: Mapping[str, ServicePlan]) -> Derived[int]:
    """Connections that Redis sees at the peak in the middle of a rollout, all pools full."""
    parts = [
        (name, s.replicas.peak.value + s.disruption.surge_pods.value, s.connections.redis_pool.value)
        for name, s in services.items()
        if s.connections.redis_pool.value
    ]
    text = " + ".join(f"{pods} {name} pods x {pool}" for name, pods, pool in parts) or "no service uses Redis"
    return derived(sum(pods * pool for _, pods, pool in parts), text)
