"""Spare room on a pool's nodes: pods that do nothing and leave at once when a pod that works needs their place.

The scheduler takes a placeholder's room for a real pod within seconds (preemption); the placeholder goes back to
Pending, and Karpenter buys the node that the real pod would have had to wait for. How many there should be is the
plan's to say (policy.spare).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Namespace
from pulumi_kubernetes.scheduling.v1 import PriorityClass

from .api import ApiObject
from .metadata import object_labels, selector_labels
from .placement import NodePlacement, placed
from .pod import CONTAINER_SECURITY, pod_security, zone_spread
from .policy.errors import ConfigurationError
from .policy.facts.annotations.workloads import PLACEHOLDER
from .policy.images import pinned
from .policy.node_pool import Taint
from .policy.quantities import Bytes, Millicores

# kubernetes v1.36.1, cmd/kubeadm/app/constants, PauseVersion: what every node runs for its sandboxes anyway, so it is
# there already.
PAUSE: Final = "registry.k8s.io/pause:3.10.2"
# Below every pod that states nothing (0). cluster-autoscaler, FAQ: pods from -10 on still count as a reason to buy
# nodes there; Karpenter counts every pending pod.
PRIORITY: Final = -10


@dataclass(frozen=True, kw_only=True)
class Spare:
    """``pods`` placeholders, each of the requests of the pod that should find room: ``cpu`` in millicores, ``memory``
    in bytes. Raises ConfigurationError for none of them."""

    pods: int
    cpu: Millicores
    memory: Bytes
    image: str = PAUSE

    def __post_init__(self) -> None:
        pinned("spare.image", self.image)
        for name, value in (("pods", self.pods), ("cpu", self.cpu), ("memory", self.memory)):
            if value < 1:
                raise ConfigurationError(
                    field=f"spare.{name}",
                    value=value,
                    allowed="1 or more",
                    remedy="state the size of the pods that should find room, or leave spare out",
                )


def make_spare(
    pool: str, spare: Spare, taints: Sequence[Taint], part_of: str, opts: pulumi.ResourceOptions
) -> Deployment:
    """Placeholders on the pool's own nodes, in a namespace of their own: no quota and no policy of a service counts
    them, and they are there before the services' namespace is."""
    name = f"{pool}-spare"
    labels = object_labels(name, "spare-room", part_of)
    priority = PriorityClass(
        f"{name}-priority",
        metadata={"name": name, "labels": labels},
        value=PRIORITY,
        preemption_policy="Never",
        global_default=False,
        description=f"placeholders on the nodes of {pool}: they make room for any other pod",
        opts=opts,
    )
    restricted = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    namespace = Namespace(
        f"{name}-namespace", metadata={"name": name, "labels": {**labels, **restricted}}, opts=opts
    )
    return Deployment(
        f"{name}-pods",
        metadata={
            "name": name,
            "namespace": namespace.metadata["name"],
            "labels": labels,
            # Pending until the pool has bought their nodes, and again whenever a pod took their room: no update waits.
            "annotations": {"pulumi.com/skipAwait": "true", PLACEHOLDER.key: PLACEHOLDER.write(True)},
        },
        spec={
            "replicas": spare.pods,
            "revisionHistoryLimit": 1,
            # All at once: there is nothing to keep serving.
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": selector_labels(name)},
            "template": {
                "metadata": {"labels": labels},
                "spec": _pod(pool, name, spare, taints, priority.metadata["name"]),
            },
        },
        opts=opts,
    )


def _pod(
    pool: str, name: str, spare: Spare, taints: Sequence[Taint], priority: pulumi.Input[str]
) -> ApiObject:
    size = {"cpu": str(spare.cpu), "memory": str(spare.memory)}
    pod = {
        "priorityClassName": priority,
        # Gone at once: the pod that takes their room waits for it.
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(),
        **zone_spread(selector_labels(name), "pod-template-hash"),
        "containers": [
            {
                "name": "pause",
                "image": spare.image,
                "resources": {"requests": size, "limits": {"memory": size["memory"]}},
                "securityContext": CONTAINER_SECURITY,
            }
        ],
    }
    return placed(NodePlacement(pools=[pool], tolerates=taints), pod)
