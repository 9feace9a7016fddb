"""From facts to the annotations that state them, for objects whose fields do not hold them.

The reverse of what facts.objects reads: what is written here reads back as the same. What is unknown is left out.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from ..front import LoadBalancer
from ..nodes import Pool
from ..platform import LoadTest, Objective, Redis
from ..workload import Queue, Traffic
from . import front, others, workloads
from .annotation import Annotation

Stated: TypeAlias = Traffic | Queue | Objective | Redis | Pool | LoadTest | LoadBalancer
_Table: TypeAlias = Mapping[Annotation[Any], Callable[[Any], object]]

_TRAFFIC: Final[_Table] = {
    workloads.RPS_PER_POD: lambda t: t.rps_per_pod,
    workloads.SATURATION_RPS: lambda t: t.saturation_rps,
    workloads.PEAK_RPS: lambda t: t.peak_rps,
    workloads.BASELINE_RPS: lambda t: t.baseline_rps,
    workloads.DEMAND_SHARE: lambda t: t.share,
    workloads.CALLS: lambda t: t.calls or None,
    workloads.CALLS_IN_TURN: lambda t: t.calls_in_turn,
    workloads.REDIS_OPS: lambda t: t.redis_ops_per_request,
    workloads.CPU_AT_CAPACITY: lambda t: t.cpu_at_capacity,
    workloads.LONGEST_REQUEST: lambda t: t.longest_request,
    workloads.START_TIME: lambda t: t.start_time,
    workloads.DEREGISTRATION: lambda t: t.deregistration,
    workloads.LATENCY_BUCKETS: lambda t: t.latency_buckets or None,
    workloads.HOLDS_P99_TO: lambda t: t.holds_p99_to,
    workloads.FLOOR_FOR_GROWTH: lambda t: t.floor_for_growth,
    workloads.LEAVES_WITHIN: lambda t: t.leaves_within,
    workloads.EVENT_FLOORS: lambda t: t.event_floors or None,
    workloads.ARCHITECTURES: lambda t: t.architectures,
}
_QUEUE: Final[_Table] = {
    workloads.VISIBILITY_TIMEOUT: lambda q: q.visibility_timeout,
    workloads.WORK_OFF: lambda q: q.work_off,
    workloads.WAITS_AFTER_GROWTH: lambda q: q.waits_after_growth,
}
_OBJECTIVE: Final[_Table] = {
    workloads.PEAK_RPS: lambda o: o.peak_rps,
    workloads.BASELINE_RPS: lambda o: o.baseline_rps,
    others.P99: lambda o: o.p99,
    others.AVAILABILITY: lambda o: o.availability,
    others.ZONES: lambda o: o.zones,
    others.REGION: lambda o: o.region,
}
_REDIS: Final[_Table] = {
    others.REDIS_STORES: lambda r: r.stores or None,
    others.REDIS_GUARD: lambda r: r.restart_guard,
}
_POOL: Final[_Table] = {
    others.PLANNED_NODES: lambda p: p.planned_nodes,
    others.PLANNED_ZONES: lambda p: p.planned_zones,
    others.PRICE_REGION: lambda p: p.price_region,
    others.SPOT_SHARE: lambda p: p.spot_share,
    others.PREFIX_DELEGATION: lambda p: True if p.instance and p.instance.prefix_delegation else None,
}
_LOAD: Final[_Table] = {others.LOAD_PHASES: lambda t: t.phases or None}
_FRONT: Final[_Table] = {
    front.KEEP_ALIVE: lambda b: b.keep_alive,
    front.WITHDRAWN_WITHIN: lambda b: b.withdrawn_within,
    front.BLOCKS_ABOVE: lambda b: b.blocks_above,
    front.CLIENT_SHARE: lambda b: b.client_share,
}
_TABLES: Final[Mapping[type, _Table]] = {
    Traffic: _TRAFFIC,
    Queue: _QUEUE,
    Objective: _OBJECTIVE,
    Redis: _REDIS,
    Pool: _POOL,
    LoadTest: _LOAD,
    LoadBalancer: _FRONT,
}


def annotations(facts: Stated) -> dict[str, str]:
    """Keys and texts, in the order of the documentation."""
    stated = ((annotation, get(facts)) for annotation, get in _TABLES[type(facts)].items())
    return {annotation.key: annotation.write(value) for annotation, value in stated if value is not None}
