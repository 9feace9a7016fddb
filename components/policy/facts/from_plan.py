"""From a plan, or one service's plan, to facts: what our own program is about to deploy, before any object is made.

What the plan does not hold (spread, Service, node image) stays unknown here and is seen in the rendered objects.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from ..connections import ClientPolicy
from ..nodes import NodePlan, PodGroup
from ..plan import Plan
from ..platform import Platform
from ..quantities import Bytes, Millicores, Milliseconds
from ..redis import RedisPlan, RedisUse
from ..service import ServicePlan
from ..workload import HttpProbe, Probes, Resources, Shutdown
from .base import ABSENT
from .expression import read_expression
from .fleet import Fleet
from .nodes import NodeBudget, Pool
from .platform import Alert, LoadPhase, LoadTest, Objective, Redis
from .workload import Autoscaler, Behavior, Client, Container, Metric, Probe, Rollout, Traffic, Workload

STORES: Final = {
    RedisUse.LOCKS: frozenset({"locks", "queues"}),
    RedisUse.CACHE: frozenset({"cache"}),
    RedisUse.CACHE_AND_QUEUES: frozenset({"cache", "queues"}),
}


def plan_facts(plan: Plan, platform: Platform) -> Fleet:
    """The whole platform."""
    services = platform.services
    return Fleet(
        workloads=(
            *(
                service_facts(
                    service,
                    image=services[name].image,
                    resources=services[name].resources,
                    probes=services[name].probes,
                    shutdown=services[name].shutdown,
                    client=services[name].client,
                    calls=services[name].calls,
                    redis_ops_per_request=services[name].redis_ops_per_request,
                    start_time=platform.reaction.start,
                )
                for name, service in plan.services.items()
            ),
            *(_group(group) for group in plan.pod_groups if group.name not in plan.services),
        ),
        objectives=(_objective(plan),),
        redis=(_redis(plan.redis),),
        pools=(_pool(plan.nodes, platform),) if plan.nodes is not None else (),
        alerts=tuple(_alerts(plan)),
        load_tests=(_load(plan),),
    )


def service_facts(
    plan: ServicePlan,
    *,
    resources: Resources,
    probes: Probes,
    shutdown: Shutdown,
    image: str | None = None,
    client: ClientPolicy | None = None,
    calls: Mapping[str, Fraction] | None = None,
    redis_ops_per_request: Fraction | None = None,
    start_time: Milliseconds | None = None,
) -> Workload:
    """One service, as its component is about to make it. What is left out is unknown."""
    return Workload(
        object=f"services.{plan.name}",
        name=plan.name,
        containers=(_container(image, resources, probes, shutdown),),
        replicas=ABSENT,
        floor=plan.replicas.floor.value,
        peak=plan.replicas.peak.value,
        autoscaler=_autoscaler(plan),
        budget=plan.disruption.budget.value,
        rollout=Rollout(surge=plan.disruption.max_surge.value, unavailable=0),
        grace=plan.grace_period.value,
        traffic=Traffic(
            rps_per_pod=plan.demand.rps_per_pod,
            saturation_rps=Fraction(plan.queueing.saturation_rps.value)
            if plan.queueing is not None
            else None,
            peak_rps=plan.demand.peak_rps,
            baseline_rps=plan.demand.baseline_rps,
            share=plan.demand.share,
            calls=calls,
            redis_ops_per_request=redis_ops_per_request,
            longest_request=shutdown.longest_request,
            deregistration=shutdown.deregistration,
            start_time=start_time,
        ),
        client=_client(plan, client),
    )


def _container(image: str | None, resources: Resources, probes: Probes, shutdown: Shutdown) -> Container:
    return Container(
        image=image,
        cpu_request=resources.cpu_request,
        cpu_limit=ABSENT if resources.cpu_limit is None else resources.cpu_limit,
        memory_request=resources.memory_request,
        memory_limit=resources.memory_limit,
        readiness=_probe(probes.readiness),
        liveness=_probe(probes.liveness),
        startup=_probe(probes.startup),
        pre_stop=shutdown.pre_stop,
    )


def _probe(probe: HttpProbe) -> Probe:
    return Probe(
        initial_delay=probe.initial_delay,
        period=probe.period,
        timeout=probe.timeout,
        success_threshold=probe.success_threshold,
        failure_threshold=probe.failure_threshold,
        target=probe.path,
    )


def _autoscaler(plan: ServicePlan) -> Autoscaler:
    scaling = plan.scaling
    return Autoscaler(
        object=f"the autoscaler of {plan.name}",
        minimum=plan.replicas.floor.value,
        maximum=plan.replicas.peak.value,
        metrics=(
            Metric(
                kind="External",
                name="http_requests_per_second",
                target_type="AverageValue",
                target=Fraction(scaling.target_rps.value),
            ),
            Metric(
                kind="Resource",
                name="cpu",
                target_type="Utilization",
                target=Fraction(scaling.cpu_percent.value),
            ),
        ),
        behavior=Behavior(up_window=Milliseconds(0), down_window=scaling.scale_down_window),
    )


def _client(plan: ServicePlan, policy: ClientPolicy | None) -> Client:
    connections = plan.connections
    return Client(
        redis_pool=connections.redis_pool.value,
        redis_pool_timeout=policy.redis_pool_timeout if policy is not None else None,
        http_idle_total=connections.http_idle_total.value,
        http_idle_per_host=connections.http_idle_per_host.value,
        http_timeout=policy.http_timeout if policy is not None else None,
        retries=policy.retries if policy is not None else None,
        breaker_timeout=policy.breaker_timeout if policy is not None else None,
        rate_limit_rps=connections.rate_limit_rps.value,
        rate_limit_burst=connections.rate_limit_burst.value,
    )


def _group(group: PodGroup) -> Workload:
    """Pods that are no service's: only what they take of a node is known."""
    return Workload(
        object=group.name,
        name=group.name,
        kind="StatefulSet",
        containers=(Container(cpu_request=group.cpu, memory_request=group.memory),),
        floor=group.floor,
        peak=group.peak,
    )


def _objective(plan: Plan) -> Objective:
    target = plan.target
    return Objective(
        peak_rps=target.peak_rps,
        baseline_rps=target.baseline_rps,
        p99=target.p99,
        availability=target.availability,
        zones=len(plan.zones),
    )


def _redis(plan: RedisPlan) -> Redis:
    spec = plan.spec
    return Redis(
        object="redis",
        name="redis",
        nodes=spec.replicas + 1,
        # RedisCluster writes nothing to disk, and its start script keeps an empty node from being master.
        persistent=False,
        restart_guard=True,
        failover="sentinel",
        sentinels=spec.sentinels,
        quorum=plan.quorum.value,
        maxmemory=plan.maxmemory.value,
        memory_limit=spec.memory_limit,
        eviction=plan.eviction.value,
        stores=STORES[spec.use],
        maxclients=spec.maxclients,
        reserved_clients=spec.maxclients - plan.client_connections.value,
        min_replicas_to_write=1,
    )


def _pool(nodes: NodePlan, platform: Platform) -> Pool:
    budget = nodes.spec.disruption_budget
    return Pool(
        object=f"node_pool.{nodes.spec.name}",
        name=nodes.spec.name,
        budgets=(NodeBudget(nodes=str(budget) if isinstance(budget, int) else f"{int(budget * 100)}%"),),
        cpu_limit=Millicores(nodes.cpu_limit.value),
        memory_limit=Bytes(nodes.memory_limit.value),
        zones=tuple(platform.zones),
        instance=nodes.instance,
        planned_nodes=nodes.at_peak.value,
        termination_grace=nodes.termination_grace_period.value,
        price_region=platform.cost.region if platform.cost is not None else None,
    )


def _alerts(plan: Plan) -> Iterator[Alert]:
    stated = [(alert.name, alert.expr) for alert in plan.objectives.burn_alerts]
    stated += [(alert.name, alert.expr) for alert in plan.objectives.traffic_alerts]
    for name, expression in stated:
        found = read_expression(expression)
        yield Alert(
            object=f"objectives.{name} {found.service or plan.entry_name}",
            name=name,
            signal=found.signal,
            service=found.service,
            threshold=found.threshold,
            windows=found.windows,
        )


def _load(plan: Plan) -> LoadTest:
    phases = tuple(
        LoadPhase(virtual_users=phase.pre_allocated_vus.value, rps=Fraction(phase.rate.value))
        for phase in plan.load.phases
    )
    return LoadTest(object="load", phases=phases)
