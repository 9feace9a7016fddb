"""A stack's objects made into one lane of a run: a namespace of its own, nodes of its own, and a policy's autoscalers.

What is changed, and nothing else: names and namespaces, so that lanes run side by side and touch nobody; the nodes'
kind and launch time, and the pods' time to Ready, which are the run's model; and for a policy that is not the stack's
own its autoscalers, budgets and placeholders. Pure: objects in, objects out.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from components.policy.disruption import Budget
from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from components.policy.quantities import format_int_or_percent
from components.policy.surge.hpa_written import write_hpa

from .cluster import PLURALS
from .lane_model import MARK, OTHER_S, Lane, Model, delays, launch_delay
from .lane_pods import SPARE_ROOM, daemons, placeholders
from .render import ApiObject

METRIC: Final = "http_requests_per_second"
OURS: Final = "ours"
_SCALERS: Final = ("HorizontalPodAutoscaler", "ScaledObject")
_NODE_CLASSES: Final = ("KWOKNodeClass", "EC2NodeClass")
# Nothing else is of consequence where no packet flows: network policies, routes, monitors; and of some kinds the local
# cluster knows nothing.
APPLIED: Final = (*PLURALS, "EC2NodeClass")
_CLUSTER_WIDE: Final = ("Namespace", "NodePool", "PriorityClass", *_NODE_CLASSES)
NODE_POOL: Final = "karpenter.sh/nodepool"
LONGEST: Final = 63


def lane_objects(objects: Sequence[ApiObject], plan: Plan, lane: Lane, model: Model) -> list[ApiObject]:
    """The lane's objects, in an order in which they can be applied. Raises ConfigurationError for a stack that has no
    node pool: whose nodes would the run count?"""
    if not any(one["kind"] == "NodePool" for one in objects):
        raise ConfigurationError(
            field="node_pool",
            value="null",
            allowed="a stack with a node pool, whose nodes the run can buy and count",
            remedy="state headroom:node_pool, or run a stack that has one",
        )
    made = [_moved(whole(one), lane, model) for one in objects if one["kind"] in APPLIED]
    for one in made:
        if one["kind"] == "Deployment" and (name := one["metadata"]["name"]) in plan.services:
            # Where its autoscaler would bring it first.
            spec = lane.policy.services.get(name)
            floor = spec.floor if spec and not lane.own else plan.services[name].replicas.floor.value
            one["spec"]["replicas"] = floor
    if not lane.own:
        made = [one for one in made if one["kind"] not in _SCALERS and not _is_placeholder(one)]
        made = [_budgeted(one, lane.policy.budgets) for one in made]
        made += _autoscalers(plan, lane)
        for number, spare in enumerate(lane.policy.spare):
            made += list(placeholders(spare, lane, number))
    return sorted([*made, daemons(plan, lane)], key=_order)


def whole(thing: Any) -> Any:
    """With whole numbers as such: the engine's protocol knows only floats."""
    match thing:
        case dict():
            return {key: whole(value) for key, value in thing.items()}
        case list():
            return [whole(value) for value in thing]
        case float() if thing.is_integer():
            return int(thing)
    return thing


def _order(one: ApiObject) -> int:
    """Namespaces and classes before what is in them; autoscalers after what they scale."""
    first = (
        "Namespace",
        "PriorityClass",
        *_NODE_CLASSES,
        "NodePool",
        "ServiceAccount",
        "ConfigMap",
        "Secret",
    )
    kind = one["kind"]
    return first.index(kind) if kind in first else len(first) + (kind in _SCALERS)


def _moved(one: ApiObject, lane: Lane, model: Model) -> ApiObject:
    """The same object, the lane's own."""
    made = copy.deepcopy(one)
    metadata, kind = made["metadata"], made["kind"]
    metadata.setdefault("labels", {})[MARK] = lane.name
    # Of the engine's own; an object of the run is nobody's.
    metadata["annotations"] = {
        key: value
        for key, value in (metadata.get("annotations") or {}).items()
        if not key.startswith("pulumi.com/")
    }
    if kind in _CLUSTER_WIDE:
        metadata["name"] = _name_of(kind, metadata["name"], lane)
    else:
        metadata["namespace"] = lane.name
    match kind:
        case "Namespace":
            made["metadata"]["annotations"] = {}
        case "NodePool":
            _pool(made, lane)
        case "KWOKNodeClass" | "EC2NodeClass":
            made = _node_class(metadata["name"], lane, model)
        case "Deployment" | "StatefulSet":
            _workload(made, lane, model)
        case "ScaledObject":
            _queries(made, one["metadata"]["namespace"], lane.name)
    return made


def _name_of(kind: str, name: str, lane: Lane) -> str:
    """One namespace a lane; of pools, classes and priorities there may be several."""
    return lane.name if kind == "Namespace" else _beside(name, lane)


def _beside(name: str, lane: Lane) -> str:
    # Karpenter makes a label's value of a pool's name, which has at most 63 characters.
    return f"{lane.name}-{name}"[:LONGEST].rstrip("-")


def _pool(pool: ApiObject, lane: Lane) -> None:
    template = pool["spec"]["template"]
    template.setdefault("metadata", {}).setdefault("labels", {})[MARK] = lane.name
    template["spec"]["nodeClassRef"] = {
        "group": "karpenter.kwok.sh",
        "kind": "KWOKNodeClass",
        "name": _beside(template["spec"]["nodeClassRef"]["name"], lane),
    }
    template["spec"].setdefault("taints", []).append(
        {"key": MARK, "value": lane.name, "effect": "NoSchedule"}
    )


def _node_class(name: str, lane: Lane, model: Model) -> ApiObject:
    return {
        "apiVersion": "karpenter.kwok.sh/v1alpha1",
        "kind": "KWOKNodeClass",
        "metadata": {"name": name, "labels": {MARK: lane.name}},
        "spec": {"nodeRegistrationDelay": launch_delay(model.launch_s)},
    }


def _workload(made: ApiObject, lane: Lane, model: Model) -> None:
    template = made["spec"]["template"]
    meta, spec = template.setdefault("metadata", {}), template["spec"]
    meta.setdefault("labels", {})[MARK] = lane.name
    name = made["metadata"]["name"]
    meta["annotations"] = (meta.get("annotations") or {}) | delays(
        model.ready_after_s.get(name, OTHER_S), model.leaves_after_s.get(name, OTHER_S)
    )
    spec["nodeSelector"] = (spec.get("nodeSelector") or {}) | {MARK: lane.name}
    spec["tolerations"] = [
        *(spec.get("tolerations") or []),
        {"key": MARK, "operator": "Equal", "value": lane.name, "effect": "NoSchedule"},
    ]
    if "priorityClassName" in spec:
        spec["priorityClassName"] = _beside(spec["priorityClassName"], lane)
    for term in _node_terms(spec):
        for expression in term.get("matchExpressions") or ():
            if expression["key"] == NODE_POOL:
                expression["values"] = [_beside(pool, lane) for pool in expression["values"]]


def _node_terms(spec: ApiObject) -> Iterable[ApiObject]:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    return required.get("nodeSelectorTerms") or ()


def _queries(scaled: ApiObject, before: str, now: str) -> None:
    for trigger in scaled["spec"]["triggers"]:
        query = trigger["metadata"].get("query")
        if query is not None:
            trigger["metadata"]["query"] = query.replace(f'"{before}"', f'"{now}"')


def _is_placeholder(one: ApiObject) -> bool:
    """A pool's spare room (components/spare.py), its priority among it."""
    labels = one["metadata"].get("labels") or {}
    return bool(labels.get("app.kubernetes.io/component") == SPARE_ROOM and one["kind"] != "Namespace")


def _budgeted(one: ApiObject, budgets: Mapping[str, Budget]) -> ApiObject:
    budget = budgets.get(one["metadata"]["name"]) if one["kind"] == "PodDisruptionBudget" else None
    if budget is None:
        return one
    spec = {key: v for key, v in one["spec"].items() if key not in ("maxUnavailable", "minAvailable")}
    stated = (
        ("maxUnavailable", budget.max_unavailable)
        if budget.max_unavailable is not None
        else ("minAvailable", budget.min_available)
    )
    assert stated[1] is not None
    return {**one, "spec": {**spec, stated[0]: format_int_or_percent(stated[1])}}


def _autoscalers(plan: Plan, lane: Lane) -> Iterator[ApiObject]:
    for name in plan.services:
        spec = lane.policy.services.get(name)
        if spec is None:
            continue
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        yield {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": name, "namespace": lane.name, "labels": {MARK: lane.name}},
            "spec": {"scaleTargetRef": target, **write_hpa(spec, METRIC, {"service": name})},
        }
