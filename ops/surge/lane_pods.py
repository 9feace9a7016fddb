"""Pods of a lane that serve nobody: a policy's placeholders, and what stands for the daemon sets of a node.

They take room and do nothing; how much, the policy and the plan say.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from components.policy.plan import Plan
from components.policy.surge.scaling_policy import Spare

from .lane_model import MARK, OTHER_S, Lane, delays
from .render import ApiObject

# Pods that serve nobody: placeholders, as components/spare.py labels its own, and what stands for daemon sets.
SPARE_ROOM: Final = "spare-room"
NODE_DAEMON: Final = "node-daemon"
PAUSE: Final = "registry.k8s.io/pause:3.10.2"
# As the component's (components/spare.py): below every pod that states nothing.
PLACEHOLDER_PRIORITY: Final = -10


def placeholders(spare: Spare, lane: Lane, number: int) -> Iterator[ApiObject]:
    """Pods of negative priority as large as the policy says, on the lane's nodes, even over its zones."""
    name = f"{lane.name}-spare-{number}"
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": SPARE_ROOM, MARK: lane.name}
    yield {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name, "labels": labels},
        "value": PLACEHOLDER_PRIORITY,
        "preemptionPolicy": "Never",
        "description": "placeholders of a wind tunnel",
    }
    size = {"cpu": str(spare.cpu), "memory": str(spare.memory)}
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app.kubernetes.io/name": name}},
    }
    if spare.zones == "strict":
        spread["whenUnsatisfiable"] = "DoNotSchedule"
    pod = _pause(lane, size) | {
        "priorityClassName": name,
        "terminationGracePeriodSeconds": 0,
        "topologySpreadConstraints": [spread],
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": lane.name, "labels": labels},
        "spec": {
            "replicas": spare.pods,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {
                "metadata": {
                    "labels": labels,
                    "annotations": delays(OTHER_S, 0.1),
                },
                "spec": pod,
            },
        },
    }


def daemons(plan: Plan, lane: Lane) -> ApiObject:
    """One pod a node that takes what the plan keeps for daemon sets, which the local cluster has none of."""
    assert plan.nodes is not None
    spec = plan.nodes.spec
    name = f"{lane.name}-daemons"
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/component": NODE_DAEMON, MARK: lane.name}
    size = {"cpu": str(spec.daemons_cpu), "memory": str(spec.daemons_memory)}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name, "namespace": lane.name, "labels": labels},
        "spec": {
            "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
            "template": {
                "metadata": {"labels": labels, "annotations": delays(OTHER_S, OTHER_S)},
                "spec": _pause(lane, size) | {"priorityClassName": "system-node-critical"},
            },
        },
    }


def _pause(lane: Lane, size: Mapping[str, str]) -> ApiObject:
    """A pod on the lane's nodes that does nothing and takes so much room."""
    return {
        "automountServiceAccountToken": False,
        "nodeSelector": {MARK: lane.name},
        "tolerations": [{"key": MARK, "operator": "Equal", "value": lane.name, "effect": "NoSchedule"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "pause",
                "image": PAUSE,
                "resources": {"requests": dict(size), "limits": {"memory": size["memory"]}},
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
            }
        ],
    }
