"""What each service of a namespace is asked for now, as every source of the metric sees it: the external metrics API
and the stand-in for Prometheus.

It decides who has a figure: a Deployment with the annotations, while metrics are not missing.
"""

from dataclasses import dataclass
from fractions import Fraction

from tools.local.metrics.cluster import Cluster
from tools.local.metrics.notation import matches, selector


@dataclass(frozen=True)
class Demand:
    service: str
    rps: Fraction


@dataclass(frozen=True)
class Demands:
    """`wrong` is what is wrong with the annotations of those that were asked for; `missing`: no metric is to be had."""

    demands: tuple[Demand, ...] = ()
    wrong: tuple[str, ...] = ()
    missing: bool = False


def demands(cluster: Cluster, namespace: str, labels: str, now: float) -> Demands:
    """Of the services of a namespace that match. Raises ValueError for a selector that is none."""
    wanted = selector(labels)
    if cluster.blind(namespace, now):
        return Demands(missing=True)
    found, wrong = [], []
    for one in cluster.deployments.values():
        if one.namespace != namespace or not matches(wanted, {"service": one.service}):
            continue
        if one.wrong:
            wrong.append(one.wrong)
        elif one.traffic:
            found.append(Demand(one.service, cluster.demand(one, now)))
    return Demands(tuple(found), tuple(wrong))
