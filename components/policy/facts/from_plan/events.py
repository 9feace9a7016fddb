"""From an event's plan to its facts."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from ...events_plan import EventPlan
from ...events_time import Instant
from ...events_watch import WatchedEvent
from ...nodes import NodePlan
from ...plan import Plan
from ...quantities import Milliseconds
from ...subnets import RESERVED_ADDRESSES
from ..events import Event, EventService, EventWorker


def event_facts(plan: Plan, event: EventPlan, namespace: str = "", now: Instant | None = None) -> Event:
    """One event of a plan; ``now`` where somebody with a clock asks."""
    spec, at = event.spec, event.at
    return Event(
        object=f"events.{event.name}",
        name=event.name,
        namespace=namespace,
        now=now,
        starts=at.starts,
        ends=at.ends,
        opens=event.floors_from.value,
        closes=event.floors_until.value,
        written=at.written,
        clocks_change=at.offset_at_end - at.offset_at_start,
        lead=event.lead.value,
        needed_lead=event.needed_lead.value,
        valid_until=spec.valid_until,
        expected_rps=event.expected.value,
        baseline_rps=plan.target.baseline_rps,
        services=tuple(
            EventService(
                name=name,
                wanted=part.wanted.value,
                maximum=plan.services[name].replicas.peak.value,
                admits=part.admits.value,
                demand=part.demand.value,
            )
            for name, part in event.services.items()
        ),
        workers=tuple(
            EventWorker(
                name=name,
                messages=part.messages.value,
                waits=part.waits.value,
                work_off=part.work_off,
                worked_off_by=None if part.worked_off_by is None else part.worked_off_by.value,
            )
            for name, part in event.workers.items()
        ),
        **_redis(event),
        **_nodes(event, list(plan.pools.values()), len(plan.zones)),
    )


def watched_facts(event: WatchedEvent) -> Event:
    """What the window of an event knows of it."""
    lives = [pool.expire_after for pool in event.pools if pool.expire_after is not None]
    return Event(
        object=f"events.{event.name}",
        name=event.name,
        starts=event.starts,
        ends=event.ends,
        opens=event.opens,
        closes=event.closes,
        expire_after=min(lives, default=None),
    )


def _redis(event: EventPlan) -> dict[str, Any]:
    redis = event.redis
    if redis is None:
        return {}
    return {
        "redis_connections": redis.connections.value,
        "redis_accepts": redis.client_connections.value,
        "redis_operations": redis.busiest_operations.value,
        "redis_answers": redis.node_answers.value,
    }


def _nodes(event: EventPlan, pools: Sequence[NodePlan], zones: int) -> dict[str, Any]:
    if event.nodes is None:
        return {}
    lives = [pool.spec.expire_after for pool in pools]
    spot = any(pool.spec.capacity_type == "spot" for pool in pools)
    return {
        "frozen_from": event.nodes.freeze.begins.value,
        "nodes": event.nodes.wanted.value,
        "nodes_allowed": sum(_allowed(pool) for pool in pools),
        "capacity_type": "spot" if spot else "on-demand",
        "expire_after": min((life for life in lives if isinstance(life, Milliseconds)), default=None),
        **(_addresses(event.nodes.wanted.value, pools[0], zones) if len(pools) == 1 else {}),
    }


def _allowed(pool: NodePlan) -> int:
    """Nodes within a pool's limits."""
    kind = pool.instance
    return min(pool.cpu_limit.value // kind.cpu, pool.memory_limit.value // kind.memory)


def _addresses(wanted: int, pool: NodePlan, zones: int) -> dict[str, Any]:
    """Of one pool; which part of several pools' nodes is in which subnet is not known here."""
    subnets = pool.subnets
    return {
        "addresses": ceil(wanted / zones) * subnets.per_node.value + RESERVED_ADDRESSES,
        "addresses_in_zone": subnets.count.value * 2 ** (32 - subnets.prefix.value),
    }
