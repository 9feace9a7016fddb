"""Workloads: a controller's object joined with who scales it, who protects it and how it is reached."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from ...disruption import Budget
from ..annotations import workloads as notes
from ..base import ABSENT, Maybe
from ..parse import int_or_percent
from ..platform import Dangling, Objective
from ..view import View
from ..workload import Autoscaler, Container, Probe, Rollout, Service, Workload
from . import pods
from .autoscalers import read_autoscaler
from .manifest import Manifest
from .selecting import PodIndex, Selector, read_selector
from .traffic import read_client, read_queue, read_traffic, read_variables

SCALED: Final = ("Deployment", "StatefulSet")
KINDS: Final = (*SCALED, "DaemonSet")
# Karpenter's label on its nodes.
# kubernetes.io, Deployment: spec.replicas.
DEFAULT_REPLICAS: Final = 1


@dataclass
class _Joined:
    """A workload's manifest and what refers to it."""

    manifest: Manifest
    labels: Mapping[str, str]
    autoscalers: list[Autoscaler] = field(default_factory=list)
    budgets: list[Manifest] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    service_names: list[str] = field(default_factory=list)


class Workloads:
    """The workloads of a set of objects, and the objects that refer to none."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self.dangling: list[Dangling] = []
        self._all: list[_Joined] = []
        self._by_name: dict[tuple[str, str, str], _Joined] = {}
        self._pods: PodIndex[_Joined] = PodIndex()
        for manifest in manifests:
            labels = template(manifest).view("metadata").mapping("labels")
            joined = _Joined(manifest, labels)
            self._all.append(joined)
            self._by_name[manifest.namespace, manifest.kind, manifest.name] = joined
            self._pods.add(manifest.namespace, labels, joined)

    def scale(self, manifest: Manifest) -> None:
        """Adds an autoscaler to the workload that it names."""
        kind, name, facts = read_autoscaler(manifest)
        found = self._by_name.get((manifest.namespace, kind, name))
        if found is not None:
            found.autoscalers.append(facts)
        elif kind in SCALED:
            self._miss(manifest, f"scaleTargetRef {kind} {name[:100]}")

    def protect(self, manifest: Manifest) -> None:
        """Adds a disruption budget to the workloads that it selects."""
        selector = read_selector(manifest.spec.view("selector"))
        found = list(self._pods.select(manifest.namespace, selector))
        for joined in found:
            joined.budgets.append(manifest)
        if not found:
            self._miss(manifest, "its selector")

    def expose(self, manifest: Manifest, *, ip_targets: bool | None) -> None:
        """Adds a Service to the workloads that it selects; without a selector somebody else keeps its endpoints."""
        spec = manifest.spec
        labels = spec.mapping("selector")
        if not labels:
            return
        service = Service(
            object=manifest.object,
            type=(spec.text("type") or "ClusterIP")[:60],
            client_ip=spec.text("sessionAffinity") == "ClientIP",
            ip_targets=ip_targets,
        )
        found = list(self._pods.select(manifest.namespace, Selector(labels)))
        for joined in found:
            joined.services.append(service)
            joined.service_names.append(manifest.name)
        if not found:
            self._miss(manifest, "its selector")

    def _miss(self, manifest: Manifest, refers_to: str) -> None:
        # Without any workload of its namespace the set was not meant to be whole, so nothing is known.
        if self._pods.has(manifest.namespace):
            self.dangling.append(Dangling(object=manifest.object, refers_to=refers_to, place=manifest.place))

    def facts(
        self, objectives: Mapping[str, Objective], maps: Mapping[tuple[str, str], Mapping[str, str]]
    ) -> Iterator[Workload]:
        """The facts of each workload."""
        for joined in self._all:
            objective = objectives.get(joined.manifest.namespace, Objective())
            yield _workload(joined, objective, maps)


def template(manifest: Manifest) -> View:
    """The pod template."""
    return manifest.spec.view("template")


def _workload(
    joined: _Joined, objective: Objective, maps: Mapping[tuple[str, str], Mapping[str, str]]
) -> Workload:
    manifest, spec, pod = joined.manifest, joined.manifest.spec, template(joined.manifest).view("spec")
    replicas: Maybe[int] = spec.integer("replicas") if "replicas" in spec else ABSENT
    scaler = joined.autoscalers[0] if joined.autoscalers else None
    if scaler is not None and manifest.live:
        replicas = ABSENT  # what the autoscaler has set since
    fixed = None if manifest.kind == "DaemonSet" else DEFAULT_REPLICAS if replicas is ABSENT else replicas
    budget = _budget(joined.budgets[0]) if joined.budgets else ABSENT
    pools = pods.node_pools(pod)
    return Workload(
        object=manifest.object,
        name=manifest.name,
        namespace=manifest.namespace,
        kind=manifest.kind,
        place=manifest.place,
        containers=None if pod.unknown else tuple(_containers(manifest, pod)),
        replicas=replicas,
        floor=scaler.minimum if scaler is not None else fixed,
        peak=scaler.maximum if scaler is not None else fixed,
        autoscaler=scaler if scaler is not None else ABSENT,
        autoscalers=tuple(scaler.object for scaler in joined.autoscalers),
        budget=budget,
        budgets=tuple(found.object for found in joined.budgets),
        unhealthy_eviction=_unhealthy_eviction(joined.budgets[0]) if joined.budgets else None,
        rollout=_rollout(manifest),
        grace=pods.grace(pod),
        spreads=None if pod.unknown else pods.spreads(pod, joined.labels),
        service=_service(joined.services),
        services=tuple(joined.service_names),
        node_pool=pools[0] if pools else None,
        fallback_pools=pools[1:],
        placeholder=manifest.fact(notes.PLACEHOLDER) or False,
        open_files=manifest.fact(notes.OPEN_FILES),
        traffic=read_traffic(manifest, objective),
        queue=read_queue(manifest),
        client=read_client(manifest, read_variables(pod, manifest.namespace, maps)),
    )


def _containers(manifest: Manifest, pod: View) -> Iterator[Container]:
    """The containers; what an annotation says that probes ask is said of the first container that has one."""
    readiness, liveness = manifest.fact(notes.READINESS_CHECKS), manifest.fact(notes.LIVENESS_CHECKS)
    for container in pods.containers(pod):
        if readiness is not None and isinstance(container.readiness, Probe):
            container = replace(container, readiness=replace(container.readiness, asks=readiness))
            readiness = None
        if liveness is not None and isinstance(container.liveness, Probe):
            container = replace(container, liveness=replace(container.liveness, asks=liveness))
            liveness = None
        yield container


def _budget(manifest: Manifest) -> Budget | None:
    spec = manifest.spec
    most, least = spec.parsed("maxUnavailable", int_or_percent), spec.parsed("minAvailable", int_or_percent)
    if "maxUnavailable" in spec and "minAvailable" in spec:
        spec.note("maxUnavailable", "is stated beside minAvailable; allowed: one of the two")
        return None
    if most is None and least is None:
        return None
    return Budget(max_unavailable=most, min_available=least)


def _unhealthy_eviction(manifest: Manifest) -> Maybe[str]:
    return manifest.spec.text("unhealthyPodEvictionPolicy") or ABSENT


def _service(services: list[Service]) -> Maybe[Service]:
    """The Service by which clients come from outside, else any."""
    if not services:
        return ABSENT
    return next((service for service in services if service.type != "ClusterIP"), services[0])


def _rollout(manifest: Manifest) -> Rollout | None:
    strategy = manifest.spec.view("strategy")
    if manifest.kind != "Deployment" or strategy.unknown:
        return None
    if strategy.text("type") == "Recreate":
        return Rollout(recreate=True)
    rolling = strategy.view("rollingUpdate")
    surge, away = rolling.parsed("maxSurge", int_or_percent), rolling.parsed("maxUnavailable", int_or_percent)
    default = Fraction(1, 4)
    return Rollout(surge=default if surge is None else surge, unavailable=default if away is None else away)
