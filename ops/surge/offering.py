"""Tells the local cluster's metrics source what each lane's metrics show: the contract of tools/local/metrics/load.py.

It decides how that is written: one merge patch a second for all lanes, so that what others say in it stays.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from .cluster import Cluster
from .errors import RequestError

NAMESPACE: Final = "kube-system"
NAME: Final = "simulated-load"
PATH: Final = f"/api/v1/namespaces/{NAMESPACE}/configmaps/{NAME}"
PREFIX: Final = "surge-"


@dataclass(frozen=True)
class Shown:
    """What a lane's metrics show, by service: requests/s, and the load of a ready pod (1 is its capacity).

    Until ``missing_until``, in Unix seconds, there is no metric."""

    rps: Mapping[str, float]
    used: Mapping[str, float]
    missing_until: float = 0.0


def keys(lane: str, shown: Shown, delay_s: float) -> dict[str, str]:
    """The ConfigMap's keys of a lane."""
    return {
        **{f"rps.{lane}.{name}": f"{rps:.3f}" for name, rps in shown.rps.items()},
        **{f"used.{lane}.{name}": f"{used:.5f}" for name, used in shown.used.items()},
        f"delay.{lane}": f"{delay_s:g}",
        f"missing-until.{lane}": f"{shown.missing_until:.3f}",
    }


def offer(cluster: Cluster, data: Mapping[str, str]) -> None:
    """Show it from now on."""
    try:
        cluster.patch(PATH, {"data": dict(data)})
    except RequestError as error:
        if error.status != 404:
            raise
        cluster.apply(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": NAME, "namespace": NAMESPACE},
                "data": dict(data),
            }
        )


def withdraw(cluster: Cluster) -> None:
    """Take every lane's keys out, also those of a run that could not."""
    try:
        data = cluster.get(PATH).get("data") or {}
    except RequestError as error:
        if error.status != 404:
            raise
        return
    ours = of_lanes(data)
    if ours:
        cluster.patch(PATH, {"data": dict.fromkeys(ours)})


def of_lanes(data: Iterable[str]) -> list[str]:
    """The keys that some run wrote."""
    return [key for key in data if key.partition(".")[2].startswith(PREFIX)]
