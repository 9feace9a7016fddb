"""Everything that is reviewed together, and the look-ups between the parts. Facts only: nothing here judges."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from .events import Event
from .front import LoadBalancer
from .nodes import NodeClass, Pool, Versions
from .platform import (
    Alert,
    Chart,
    Dangling,
    Duplicate,
    LoadTest,
    Objective,
    Redis,
    Script,
    UnknownAnnotation,
    Unreadable,
    UnusedIgnore,
)
from .workload import Workload

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What one review looks at: the workloads, what they call, what they stand on."""

    workloads: tuple[Workload, ...] = ()
    objectives: tuple[Objective, ...] = ()
    redis: tuple[Redis, ...] = ()
    pools: tuple[Pool, ...] = ()
    node_classes: tuple[NodeClass, ...] = ()
    versions: tuple[Versions, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    alerts: tuple[Alert, ...] = ()
    load_tests: tuple[LoadTest, ...] = ()
    charts: tuple[Chart, ...] = ()
    scripts: tuple[Script, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    unknown_annotations: tuple[UnknownAnnotation, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    dangling: tuple[Dangling, ...] = ()
    unused_ignores: tuple[UnusedIgnore, ...] = ()
    events: tuple[Event, ...] = ()

    def subjects(self, kind: type[S]) -> tuple[S, ...]:
        """All facts of one kind. Raises KeyError for a kind that is none of them."""
        return cast(tuple[S, ...], self._by_kind[kind])

    @cached_property
    def _by_kind(self) -> Mapping[type, tuple[object, ...]]:
        return {
            Workload: self.workloads,
            Objective: self.objectives,
            Redis: self.redis,
            Pool: self.pools,
            NodeClass: self.node_classes,
            Versions: self.versions,
            LoadBalancer: self.load_balancers,
            Alert: self.alerts,
            LoadTest: self.load_tests,
            Chart: self.charts,
            Script: self.scripts,
            Unreadable: self.unreadable,
            UnknownAnnotation: self.unknown_annotations,
            Duplicate: self.duplicates,
            Dangling: self.dangling,
            UnusedIgnore: self.unused_ignores,
            Event: self.events,
        }

    def objective(self, namespace: str) -> Objective:
        """The objective of a namespace; all unknown where none is stated."""
        return self._objectives.get(namespace, _NO_OBJECTIVE)

    @cached_property
    def _objectives(self) -> Mapping[str, Objective]:
        return {objective.namespace: objective for objective in self.objectives}

    def workload(self, namespace: str, name: str) -> Workload | None:
        """The workload of that name."""
        return self._workloads.get((namespace, name))

    @cached_property
    def _workloads(self) -> Mapping[tuple[str, str], Workload]:
        return {(workload.namespace, workload.name): workload for workload in self.workloads}

    def callers(self, callee: Workload) -> tuple[Workload, ...]:
        """The workloads that state a call to this one."""
        return self._callers.get((callee.namespace, callee.name), ())

    @cached_property
    def _callers(self) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
        callers: dict[tuple[str, str], list[Workload]] = {}
        for caller in self.workloads:
            for callee in caller.traffic.calls or ():
                callers.setdefault((caller.namespace, callee), []).append(caller)
        return {key: tuple(found) for key, found in callers.items()}

    def behind(self, balancer: LoadBalancer) -> tuple[Workload, ...]:
        """The workloads whose Services a load balancer sends to."""
        found = (w for s in balancer.services for w in self._by_service.get((balancer.namespace, s), ()))
        return tuple({(w.kind, w.name): w for w in found}.values())

    @cached_property
    def _by_service(self) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
        found: dict[tuple[str, str], list[Workload]] = {}
        for workload in self.workloads:
            for service in workload.services or ():
                found.setdefault((workload.namespace, service), []).append(workload)
        return {key: tuple(workloads) for key, workloads in found.items()}

    def entry(self, namespace: str) -> Workload | None:
        """The workload by which every request of a namespace enters, where exactly one is known to be it."""
        return self._entries.get(namespace)

    @cached_property
    def _entries(self) -> Mapping[str, Workload | None]:
        entries: dict[str, Workload | None] = {}
        for workload in self.workloads:
            if workload.queue is not None:
                continue
            # Its share says so, or it calls others and nobody calls it.
            share, calls = workload.traffic.share, workload.traffic.calls
            if share == 1 or (share is None and calls and not self.callers(workload)):
                entries[workload.namespace] = None if workload.namespace in entries else workload
        return entries

    @cached_property
    def watched_by_capacity(self) -> frozenset[str]:
        """The namespaces with an alert on traffic against the pods that are there, or one that may be it."""
        return frozenset(alert.namespace for alert in self.alerts if alert.signal in ("capacity", None))

    def redis_of(self, workload: Workload) -> Redis | None:
        """The Redis whose pool a workload states: the named one, else the only one of its namespace."""
        here = self._redis.get(workload.namespace, ())
        if workload.client.redis is not None:
            return next((redis for redis in here if redis.name == workload.client.redis), None)
        return here[0] if len(here) == 1 else None

    @cached_property
    def _redis(self) -> Mapping[str, tuple[Redis, ...]]:
        found: dict[str, list[Redis]] = {}
        for redis in self.redis:
            found.setdefault(redis.namespace, []).append(redis)
        return {namespace: tuple(here) for namespace, here in found.items()}

    def clients_of(self, redis: Redis) -> tuple[Workload, ...]:
        """The workloads whose pools lead to a Redis."""
        return self._clients.get((redis.namespace, redis.name), ())

    @cached_property
    def _clients(self) -> Mapping[tuple[str, str], tuple[Workload, ...]]:
        clients: dict[tuple[str, str], list[Workload]] = {}
        for workload in self.workloads:
            redis = self.redis_of(workload)
            if redis is not None:
                clients.setdefault((redis.namespace, redis.name), []).append(workload)
        return {key: tuple(found) for key, found in clients.items()}

    def on_pool(self, pool: Pool) -> tuple[Workload, ...]:
        """The workloads that are known to stand on a pool: all of them where it is the only one, else those that
        name it first. DaemonSets are left out: their number follows from the nodes."""
        if len(self.pools) == 1:
            return tuple(
                w for w in self.workloads if w.kind != "DaemonSet" and w.node_pool in (None, pool.name)
            )
        return tuple(w for w in self.workloads if w.kind != "DaemonSet" and w.node_pool == pool.name)

    def may_run_on(self, workload: Workload) -> tuple[Pool, ...]:
        """The pools that a workload's pods may run on: those that they name, or any; none that is not known."""
        if workload.node_pool is None:
            return self.pools
        named = {workload.node_pool, *workload.fallback_pools}
        return tuple(pool for pool in self.pools if pool.name in named)


_NO_OBJECTIVE = Objective()
