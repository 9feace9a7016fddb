"""One moment of one lane, from what the watches hold: pods, nodes and the flow that they make. Pure.

A pod carries requests while it is Ready, is not on its way out and its node is there: a pod object outlives its node by
up to a minute (kube-controller-manager's pod garbage collector).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from components.policy.surge.flow import CallGraph, Flow, flow
from components.policy.surge.start import NodeAtStart
from components.policy.surge.timeline import ServiceTick, Tick

from .seen import Pod, Seen

HOUR_S = 3600.0


@dataclass(frozen=True)
class Counted:
    """One lane's pods and nodes. ``bought`` are nodes that are paid for, ``there`` those that are in the cluster."""

    wanted: Mapping[str, int]
    current: Mapping[str, int]
    ready: Mapping[str, int]
    updated: Mapping[str, int]
    pending: int
    spare: int
    bought: int
    there: int


def count(seen: Seen, lane: str) -> Counted:
    """What is there of a lane; the caller holds the lock."""
    current: Counter[str] = Counter()
    ready: Counter[str] = Counter()
    pending = spare = 0
    for pod in seen.pods.values():
        if pod.lane != lane or pod.leaving:
            continue
        spare += pod.placeholder and pod.ready
        if not pod.service:
            continue
        current[pod.service] += 1
        ready[pod.service] += pod.ready and pod.node in seen.nodes
        pending += not pod.node
    scaled = [one for one in seen.deployments.values() if one.lane == lane]
    return Counted(
        wanted={one.service: one.wanted for one in scaled},
        current=current,
        ready=ready,
        updated={one.service: one.updated for one in scaled},
        pending=pending,
        spare=spare,
        bought=sum(claim.lane == lane for claim in seen.claims.values()),
        there=sum(node.lane == lane and node.ready for node in seen.nodes.values()),
    )


def fleet_of(seen: Seen, lane: str, zones: Sequence[str], services: Collection[str]) -> list[NodeAtStart]:
    """What stands where; the caller holds the lock. Daemons are no part of it: a node's size is without them."""
    on: dict[str, list[Pod]] = {node.name: [] for node in seen.nodes.values() if node.lane == lane}
    for pod in seen.pods.values():
        if pod.lane == lane and pod.node in on and not pod.leaving and (pod.service or pod.placeholder):
            on[pod.node].append(pod)
    return [
        NodeAtStart(
            zone=zones.index(seen.nodes[name].zone),
            pods=dict(Counter(pod.service for pod in pods if pod.service in services)),
            spare=sum(pod.placeholder for pod in pods),
            beside=tuple((p.cpu, p.memory) for p in pods if p.service and p.service not in services),
        )
        for name, pods in sorted(on.items())
    ]


def flow_of(counted: Counted, offered_rps: float, rps_per_pod: Mapping[str, float], graph: CallGraph) -> Flow:
    """What becomes of the load at this moment."""
    capacity = {name: counted.ready.get(name, 0) * rps for name, rps in rps_per_pod.items()}
    return flow(offered_rps, capacity, graph)


def tick(
    at_s: float, counted: Counted, found: Flow, rps_per_pod: Mapping[str, float], cost_usd: float
) -> Tick:
    """The moment as the timeline has it."""
    return Tick(
        at_s=at_s,
        offered_rps=found.offered_rps,
        served_rps=found.served_rps,
        shed_rps=found.shed_rps,
        capacity_rps=found.capacity_rps,
        services={
            name: ServiceTick(
                wanted=counted.wanted.get(name, 0),
                current=counted.current.get(name, 0),
                ready=counted.ready.get(name, 0),
                capacity_rps=counted.ready.get(name, 0) * rps,
                arrives_rps=found.services[name].arrives_rps,
            )
            for name, rps in rps_per_pod.items()
        },
        pending_pods=counted.pending,
        nodes=counted.bought,
        cost_usd=cost_usd,
    )
