"""The facts of an autoscaler: a HorizontalPodAutoscaler, or a KEDA ScaledObject, which makes one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from ...quantities import Milliseconds
from ..base import ABSENT, Maybe
from ..parse import quantity, seconds
from ..view import View
from ..workload import Autoscaler, Behavior, Metric
from .manifest import Manifest

# kubernetes.io, HorizontalPodAutoscaler: minReplicas, and the metric where none is stated.
HPA_MINIMUM: Final = 1
HPA_METRIC: Final = Metric(kind="Resource", name="cpu", target_type="Utilization", target=quantity(80))
# KEDA, ScaledObject specification.
KEDA_MINIMUM: Final = 0
KEDA_MAXIMUM: Final = 100
# KEDA, the triggers of which the target is known: the field that holds it, and its default.
_TARGETS: Final = {"prometheus": ("threshold", None), "aws-sqs-queue": ("queueLength", quantity(5))}
# The same, annotations; and Go's strconv.ParseBool, by which they are read.
_PAUSED: Final = "autoscaling.keda.sh/paused"
_FALSE: Final = frozenset({"0", "f", "F", "false", "False", "FALSE"})


def read_autoscaler(manifest: Manifest) -> tuple[str, str, Autoscaler]:
    """Kind and name of what it scales, and its facts."""
    target = manifest.spec.view("scaleTargetRef")
    facts = _scaled_object(manifest) if manifest.kind == "ScaledObject" else _hpa(manifest)
    return target.text("kind") or "Deployment", target.text("name") or "", facts


def _or_default(value: int | None, view: View, name: str, default: int | None) -> int | None:
    return value if name in view else default


def _hpa(manifest: Manifest) -> Autoscaler:
    spec = manifest.spec
    return Autoscaler(
        object=manifest.object,
        minimum=_or_default(spec.integer("minReplicas"), spec, "minReplicas", HPA_MINIMUM),
        maximum=spec.integer("maxReplicas"),
        metrics=_hpa_metrics(manifest),
        behavior=_behavior(spec),
    )


def _hpa_metrics(manifest: Manifest) -> tuple[Metric, ...] | None:
    spec = manifest.spec
    if manifest.api_version == "autoscaling/v1":
        percent = spec.parsed("targetCPUUtilizationPercentage", quantity)
        stated = Metric(kind="Resource", name="cpu", target_type="Utilization", target=percent)
        return (HPA_METRIC if percent is None else stated,)
    if manifest.api_version not in ("autoscaling/v2", "autoscaling/v2beta2"):
        return None
    return tuple(_hpa_metric(view) for view in spec.views("metrics")) or (HPA_METRIC,)


def _hpa_metric(view: View) -> Metric:
    kind = view.text("type") or ""
    source = view.view(kind[:1].lower() + kind[1:])
    target = source.view("target")
    fields = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}
    target_type = target.text("type")
    return Metric(
        kind=kind[:60],
        name=(source.text("name") or source.view("metric").text("name") or "")[:253],
        target_type=target_type,
        target=target.parsed(fields.get(target_type or "", "value"), quantity),
    )


def _scaled_object(manifest: Manifest) -> Autoscaler:
    spec = manifest.spec
    return Autoscaler(
        object=manifest.object,
        minimum=_or_default(spec.integer("minReplicaCount"), spec, "minReplicaCount", KEDA_MINIMUM),
        maximum=_or_default(spec.integer("maxReplicaCount"), spec, "maxReplicaCount", KEDA_MAXIMUM),
        metrics=tuple(_triggers(spec)),
        behavior=_paused(_behavior(spec.view("advanced").view("horizontalPodAutoscalerConfig")), manifest),
    )


def _paused(behavior: Maybe[Behavior], manifest: Manifest) -> Maybe[Behavior]:
    up, down = pauses(manifest.annotations)
    if behavior is None or not (up or down):
        return behavior
    written = behavior if isinstance(behavior, Behavior) else Behavior()
    return replace(
        written, up_disabled=written.up_disabled or up, down_disabled=written.down_disabled or down
    )


def pauses(annotations: Mapping[str, str]) -> tuple[bool, bool]:
    """Whether the way up and the way down of a ScaledObject are paused: KEDA writes either into its HPA as Disabled
    (controllers/keda/hpa.go); what is no boolean counts as true (scaledobject_types.go, getBoolAnnotation)."""
    up, down, both = (
        annotations.get(f"{_PAUSED}{way}", "false") not in _FALSE for way in ("-scale-out", "-scale-in", "")
    )
    both = both or f"{_PAUSED}-replicas" in annotations
    return up or both, down or both


def _triggers(spec: View) -> Iterator[Metric]:
    for trigger in spec.views("triggers"):
        kind, metadata = trigger.text("type") or "", trigger.view("metadata")
        if kind in ("cpu", "memory"):
            yield Metric(
                kind="Resource",
                name=kind,
                target_type=trigger.text("metricType") or "Utilization",
                target=metadata.parsed("value", quantity),
            )
        else:
            yield Metric(
                kind="External",
                name=kind[:253],
                target_type=trigger.text("metricType") or "AverageValue",
                target=_target(kind, metadata),
                query=(metadata.text("query") or "")[:10_000] if kind == "prometheus" else None,
            )


def _target(kind: str, metadata: View) -> Fraction | None:
    field, default = _TARGETS.get(kind, ("", None))
    return metadata.parsed(field, quantity) if field in metadata else default


def _behavior(view: View) -> Maybe[Behavior]:
    if "behavior" not in view:
        return ABSENT
    if view.view("behavior").unknown:
        return None
    up, down = view.view("behavior").view("scaleUp"), view.view("behavior").view("scaleDown")
    return Behavior(
        up_window=_window(up),
        up_disabled=up.text("selectPolicy") == "Disabled",
        down_window=_window(down),
        down_disabled=down.text("selectPolicy") == "Disabled",
    )


def _window(direction: View) -> Milliseconds | None:
    return direction.parsed("stabilizationWindowSeconds", seconds)
