"""Takes a run's lanes away: load, namespaces, pods, pools, nodes. Also what a run left that was killed.

It decides the order, in which nothing is made anew while it goes: autoscalers and workloads with their namespaces, then
the pools, then the nodes without asking anybody to drain them. It touches nothing that does not carry the run's mark.
"""

import time
from collections.abc import Callable
from typing import Final

from ..status.api import NoClusterError
from .cluster import Cluster
from .errors import RequestError
from .lane_model import MARK
from .offering import withdraw

PATIENCE_S: Final = 90.0
LOOK_S: Final = 0.5
_POOLS: Final = "/apis/karpenter.sh/v1/nodepools"
_CLAIMS: Final = "/apis/karpenter.sh/v1/nodeclaims"
_CLASSES: Final = "/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses"
_PRIORITIES: Final = "/apis/scheduling.k8s.io/v1/priorityclasses"
_SPACES: Final = "/api/v1/namespaces"
_NODES: Final = "/api/v1/nodes"
_EVERYTHING: Final = (_SPACES, _POOLS, _CLASSES, _CLAIMS, _NODES)


def leftovers(cluster: Cluster) -> list[str]:
    """The names of lanes of which something is still there."""
    names = {
        one["metadata"]["labels"][MARK]
        for path in _EVERYTHING
        for one in cluster.list(path, labelSelector=MARK)["items"]
    }
    return sorted(names)


def clear(cluster: Cluster, tell: Callable[[str], None]) -> bool:
    """Take every lane away; whether all of it is gone within the patience."""
    withdraw(cluster)
    for space in _names(cluster, _SPACES):
        _empty(cluster, space)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if _round(cluster):
                return True
        except NoClusterError:
            # A busy server may need longer for a hundred pods than one request waits.
            if time.monotonic() > deadline:
                raise
        if time.monotonic() > deadline:
            break
        time.sleep(LOOK_S)
    tell(f"still there after {PATIENCE_S:g} s: {', '.join(leftovers(cluster))}")
    return False


def _round(cluster: Cluster) -> bool:
    """Once over everything; whether nothing is left."""
    for path in (_POOLS, _CLASSES, _PRIORITIES):
        _delete_marked(cluster, path)
    _force_nodes(cluster)
    for space in _names(cluster, _SPACES):
        _force_pods(cluster, space)
    return not leftovers(cluster)


def _names(cluster: Cluster, path: str) -> list[str]:
    return [one["metadata"]["name"] for one in cluster.list(path, labelSelector=MARK)["items"]]


def _delete_marked(cluster: Cluster, path: str) -> None:
    for name in _names(cluster, path):
        cluster.delete(f"{path}/{name}")


def _empty(cluster: Cluster, space: str) -> None:
    """ScaledObjects first, without KEDA: what it would put right goes with the namespace."""
    keda = f"/apis/keda.sh/v1alpha1/namespaces/{space}/scaledobjects"
    for one in cluster.list(keda)["items"]:
        force(cluster, f"{keda}/{one['metadata']['name']}")
    cluster.delete(f"{_SPACES}/{space}")


def _force_pods(cluster: Cluster, space: str) -> None:
    cluster.delete_all(f"/api/v1/namespaces/{space}/pods", MARK, at_once=True)


def _force_nodes(cluster: Cluster) -> None:
    """Without a drain: nobody is served there any more."""
    for path in (_CLAIMS, _NODES):
        for name in _names(cluster, path):
            force(cluster, f"{path}/{name}")


def force(cluster: Cluster, path: str) -> None:
    """Delete an object without waiting for who wants to be asked first."""
    try:
        cluster.patch(path, {"metadata": {"finalizers": None}})
    except RequestError as error:
        if error.status != 404:
            raise
    cluster.delete(path)
