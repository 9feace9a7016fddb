"""From Kubernetes objects, as plain dictionaries, to facts: each object read once, then joined by what it refers to.

Whatever is handed in, nothing here raises: what cannot be read becomes a fact of its own. Kinds that no rule looks at
are counted and left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ..fleet import Fleet
from ..platform import Duplicate, Objective
from ..view import UNKNOWN
from . import workloads as joined
from .front import injects_gates, is_alb, read_load_balancer, services
from .manifest import Document, Manifest, manifests
from .nodes import read_node_class, read_pool, read_versions
from .objectives import read_alerts, read_load_test, read_objective
from .others import read_chart, read_script
from .redis import read_redis

__all__ = ["UNKNOWN", "Document", "Manifest", "Reading", "read_objects"]

# By kind, the API groups in which it is what we take it for.
READ: Final[Mapping[str, frozenset[str]]] = {
    "Deployment": frozenset({"apps"}),
    "StatefulSet": frozenset({"apps"}),
    "DaemonSet": frozenset({"apps"}),
    "HorizontalPodAutoscaler": frozenset({"autoscaling"}),
    "ScaledObject": frozenset({"keda.sh"}),
    "PodDisruptionBudget": frozenset({"policy"}),
    "Service": frozenset({""}),
    "Ingress": frozenset({"networking.k8s.io"}),
    "ConfigMap": frozenset({""}),
    "Namespace": frozenset({""}),
    "Job": frozenset({"batch"}),
    "CronJob": frozenset({"batch"}),
    "NodePool": frozenset({"karpenter.sh"}),
    "Provisioner": frozenset({"karpenter.sh"}),
    "EC2NodeClass": frozenset({"karpenter.k8s.aws"}),
    "PrometheusRule": frozenset({"monitoring.coreos.com"}),
    "TestRun": frozenset({"k6.io"}),
    "K6": frozenset({"k6.io"}),
    "HelmRelease": frozenset({"helm.toolkit.fluxcd.io"}),
    "HelmChart": frozenset({"helm.cattle.io"}),
    "Application": frozenset({"argoproj.io"}),
}
# AWS Load Balancer Controller: how it reaches the pods of an Ingress and of a Service.
TARGET_TYPE: Final = "alb.ingress.kubernetes.io/target-type"
SERVICE_TARGET_TYPE: Final = "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type"


@dataclass(frozen=True)
class Reading:
    """The facts, how many objects they came from, and how many of which kind no rule looks at."""

    fleet: Fleet
    objects: int
    skipped: Mapping[str, int]


@dataclass
class _Objects:
    by_kind: dict[str, list[Manifest]] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)

    def of(self, *kinds: str) -> list[Manifest]:
        return [manifest for kind in kinds for manifest in self.by_kind.get(kind, [])]


def read_objects(documents: Iterable[Document]) -> Reading:
    """The facts of all objects together."""
    objects = _sorted_by_kind(documents)
    maps = {(m.namespace, m.name): m for m in objects.of("ConfigMap")}
    data = {key: m.fields.mapping("data") for key, m in maps.items()}
    objectives = tuple(o for m in objects.of("Namespace") if (o := read_objective(m)) is not None)
    workloads = _join(objects)
    by_namespace: dict[str, Objective] = {objective.namespace: objective for objective in objectives}
    facts = tuple(workloads.facts(by_namespace, data))
    pairs = list(zip(objects.of(*joined.KINDS), facts, strict=True))
    load_tests = (read_load_test(m) for m in objects.of("TestRun", "K6", "ConfigMap"))
    charts = (read_chart(m) for m in objects.of("HelmRelease", "HelmChart", "Application"))
    scripts = (read_script(m) for m in objects.of("ConfigMap", "Job", "CronJob"))
    gates = {m.name: injects_gates(m) for m in objects.of("Namespace")}
    pools = objects.of("NodePool", "Provisioner")
    fleet = Fleet(
        workloads=facts,
        objectives=objectives,
        redis=tuple(read_redis(pairs, maps)),
        pools=tuple(read_pool(m) for m in pools),
        node_classes=tuple(read_node_class(m) for m in objects.of("EC2NodeClass")),
        versions=tuple(read_versions([*pools, *objects.of("Namespace")], pairs)),
        load_balancers=tuple(read_load_balancer(m, gates) for m in objects.of("Ingress") if is_alb(m)),
        alerts=tuple(alert for m in objects.of("PrometheusRule") for alert in read_alerts(m)),
        load_tests=tuple(test for test in load_tests if test is not None),
        charts=tuple(chart for chart in charts if chart is not None),
        scripts=tuple(script for script in scripts if script is not None),
        dangling=tuple(workloads.dangling),
    )
    return Reading(
        fleet=_with_problems(fleet, objects), objects=sum(objects.times.values()), skipped=objects.skipped
    )


def _sorted_by_kind(documents: Iterable[Document]) -> _Objects:
    objects = _Objects()
    for manifest in manifests(documents):
        if manifest is None:
            objects.skipped["(no kind)"] += 1
        elif manifest.group not in READ.get(manifest.kind, ()):
            objects.skipped[manifest.kind] += 1
        else:
            objects.by_kind.setdefault(manifest.kind, []).append(manifest)
            objects.times[manifest.object] += 1
    return objects


def _join(objects: _Objects) -> joined.Workloads:
    workloads = joined.Workloads(objects.of(*joined.KINDS))
    for manifest in objects.of("HorizontalPodAutoscaler", "ScaledObject"):
        # The one that KEDA makes of a ScaledObject is no second autoscaler.
        if "ScaledObject" not in manifest.owners:
            workloads.scale(manifest)
    for manifest in objects.of("PodDisruptionBudget"):
        workloads.protect(manifest)
    by_ip = {
        (ingress.namespace, name)
        for ingress in objects.of("Ingress")
        if ingress.annotations.get(TARGET_TYPE) == "ip"
        for name in services(ingress)
    }
    for manifest in objects.of("Service"):
        by_annotation = manifest.annotations.get(SERVICE_TARGET_TYPE) == "ip"
        workloads.expose(
            manifest, ip_targets=by_annotation or (manifest.namespace, manifest.name) in by_ip or None
        )
    return workloads


def _with_problems(fleet: Fleet, objects: _Objects) -> Fleet:
    every = [manifest for found in objects.by_kind.values() for manifest in found]
    first = {manifest.object: manifest for manifest in reversed(every)}
    return replace(
        fleet,
        unreadable=tuple(problem for manifest in every for problem in manifest.unreadable()),
        unknown_annotations=tuple(note for manifest in every for note in manifest.unknown_annotations()),
        duplicates=tuple(
            Duplicate(object=name, times=times, place=first[name].place)
            for name, times in objects.times.items()
            if times > 1
        ),
    )
