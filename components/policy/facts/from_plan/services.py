"""From one service's plan to the facts of its workload, as its component is about to make it."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from ...connections import ClientPolicy
from ...events import EventFloor
from ...quantities import Milliseconds
from ...service import ServicePlan
from ...workload import AnyProbe, Probes, Resources, Shutdown
from ..base import ABSENT
from ..workload import Autoscaler, Behavior, Client, Container, Metric, Probe, Rollout, Traffic, Workload

# Files that a process in a container may open: the limit of a node's containerd (amazon-eks-ami, containerd.service).
OPEN_FILES: Final = 65_536


def service_facts(
    plan: ServicePlan,
    *,
    resources: Resources,
    probes: Probes,
    shutdown: Shutdown,
    image: str | None = None,
    client: ClientPolicy | None = None,
    namespace: str = "",
    events: Sequence[EventFloor] = (),
) -> Workload:
    """What is left out is unknown; so is what no plan holds (spread, Service), which the rendered objects show."""
    return Workload(
        object=f"services.{plan.name}",
        name=plan.name,
        namespace=namespace,
        containers=(container_facts(image, resources, probes, shutdown),),
        replicas=ABSENT,
        floor=plan.replicas.floor.value,
        peak=plan.replicas.peak.value,
        autoscaler=_autoscaler(plan, events),
        budget=plan.disruption.budget.value,
        rollout=Rollout(surge=plan.disruption.max_surge.value, unavailable=0),
        grace=plan.grace_period.value,
        services=(plan.name,),
        open_files=OPEN_FILES,
        traffic=traffic_facts(plan, shutdown, events),
        client=_client(plan, client),
    )


def traffic_facts(plan: ServicePlan, shutdown: Shutdown, events: Sequence[EventFloor] = ()) -> Traffic:
    """What the service carries and causes: what its objects have no field for, so that annotations say it."""
    model, follows = plan.queueing, plan.reaction.follows
    needed = plan.reaction.floor_that_follows
    return Traffic(
        rps_per_pod=plan.demand.rps_per_pod,
        saturation_rps=Fraction(model.saturation_rps.value) if model is not None else None,
        holds_p99_to=Fraction(model.holds_p99_to.value) if model is not None else None,
        peak_rps=plan.demand.peak_rps,
        baseline_rps=plan.demand.baseline_rps,
        share=plan.demand.share,
        calls=plan.calls,
        calls_in_turn=plan.calls_in_turn,
        redis_ops_per_request=plan.redis_ops_per_request,
        longest_request=shutdown.longest_request,
        deregistration=shutdown.deregistration,
        start_time=plan.reaction.steps["start"].value,
        leaves_within=plan.drain.leaves_within.value,
        event_floors=tuple(events) or None,
        architectures=tuple(sorted(plan.architectures)) if plan.architectures is not None else None,
        floor_for_growth=needed.value
        if needed is not None and follows is not None and not follows.value
        else None,
    )


def container_facts(image: str | None, resources: Resources, probes: Probes, shutdown: Shutdown) -> Container:
    """The one container of a pod."""
    return Container(
        image=image,
        cpu_request=resources.cpu_request,
        cpu_limit=ABSENT if resources.cpu_limit is None else resources.cpu_limit,
        memory_request=resources.memory_request,
        memory_limit=resources.memory_limit,
        readiness=_probe(probes.readiness),
        liveness=_probe(probes.liveness),
        startup=_probe(probes.startup),
        pre_stop=shutdown.pre_stop or ABSENT,
    )


def _probe(probe: AnyProbe) -> Probe:
    return Probe(
        initial_delay=probe.initial_delay,
        period=probe.period,
        timeout=probe.timeout,
        success_threshold=probe.success_threshold,
        failure_threshold=probe.failure_threshold,
        target=probe.target,
    )


def event_metrics(events: Sequence[EventFloor]) -> Iterator[Metric]:
    """What asks for the floor of each event, whatever the autoscaler calls it."""
    return (Metric(kind="External", name="event", target_type="AverageValue") for _ in events)


def _autoscaler(plan: ServicePlan, events: Sequence[EventFloor]) -> Autoscaler:
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
            *event_metrics(events),
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
        retry_backoff=policy.retry_backoff if policy is not None else None,
        breaker_timeout=policy.breaker_timeout if policy is not None else None,
        rate_limit_rps=connections.rate_limit_rps.value,
        rate_limit_burst=connections.rate_limit_burst.value,
    )
