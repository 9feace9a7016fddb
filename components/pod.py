"""What the pods of every workload have in common: security, spread, resources. Dictionaries in the API's own words.

Nothing here decides a number; they come from the policy layer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .api import ApiObject
from .policy.container import NON_ROOT_USER
from .policy.errors import ConfigurationError
from .policy.port_names import GRPC, HTTP
from .policy.quantities import Bytes
from .policy.workload import Resources
from .ports import Port, Speaks
from .process import Process


@dataclass(frozen=True, kw_only=True)
class TopologySpread:
    """Over zones strictly, so that the loss of one takes a Z-th of the pods; over hosts as far as possible.

    ``minDomains`` is left out on purpose: after a zone is lost the scheduler would hold back every new pod. That is
    not enough for Karpenter, to which every zone that some NodePool lists is one to spread over: a lost zone has to be
    closed (docs/zones.md). ``pods_per_host`` is the most that one host should hold; None is as many as the component
    may lose at once.
    """

    pods_per_host: int | None = None


@dataclass(frozen=True, kw_only=True)
class PreferredAntiAffinity:
    """The guide's way (section 6): hosts are preferred to differ, weight 100; zones are left to chance."""

    weight: int = 100


@dataclass(frozen=True, kw_only=True)
class SeparateHosts:
    """Over zones, and over hosts as strictly: for pods whose neighbour on the same host would defeat their purpose.

    Until there are ``hosts`` of them, none takes a second pod (``minDomains``): else the only node of a cold start
    takes all, since over one host any spread is even, and nothing moves a StatefulSet's pods afterwards. With as many
    hosts as pods no two ever share one, and the pod of a lost host waits for the next. Three are the fewest of which
    one may be lost with a majority of any odd number of pods left. Four pods come up on three; a required anti-affinity
    would leave the fourth waiting. Karpenter buys a host for each pod in any case: it takes the least on a host for 0,
    as it can always buy one more (topologygroup.go, domainMinCount). Raises ConfigurationError for less than one host.
    """

    hosts: int = 3

    def __post_init__(self) -> None:
        if self.hosts < 1:
            raise ConfigurationError(
                field="spread.hosts",
                value=self.hosts,
                allowed="1 or more: how many hosts there must be before one takes a second pod",
                remedy="leave it out to have 3",
            )


Spread = TopologySpread | PreferredAntiAffinity | SeparateHosts


@dataclass(frozen=True, kw_only=True)
class Container(Process):
    """A process that answers on ``port``, HTTP or gRPC alone, and perhaps something else on ``ports``."""

    port: int = 8000
    ports: Sequence[Port] = ()
    speaks: Speaks = "http"

    @property
    def main_port(self) -> tuple[str, int]:
        """The name and the number of the port that it answers on."""
        return (GRPC if self.speaks == "grpc" else HTTP), self.port


# The kubelet keeps five files of 10Mi of a container's log (containerLogMaxFiles, containerLogMaxSize), and a sixth
# while it rotates them.
LOGS: Final = Bytes.parse("60Mi")
# Ours: what a container may write to /tmp; one that writes more gets a volume of its own.
TMP: Final = Bytes.parse("64Mi")

ZONE: Final = "topology.kubernetes.io/zone"
HOST: Final = "kubernetes.io/hostname"

CONTAINER_SECURITY: Final[ApiObject] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def pod_security(user: int = NON_ROOT_USER) -> ApiObject:
    """The pod half of the restricted Pod Security Standard."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def spread_fields(spread: Spread, selector: Mapping[str, str], revision_label: str | None) -> ApiObject:
    """The pod spec fields of a spread. ``revision_label`` keeps an old revision's pods from counting in a rollout; None
    where they have to count, since each is replaced in its place."""
    match spread:
        case PreferredAntiAffinity(weight=weight):
            term = {"labelSelector": {"matchLabels": dict(selector)}, "topologyKey": HOST}
            preferred = [{"weight": weight, "podAffinityTerm": term}]
            return {
                "affinity": {
                    "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}
                }
            }
        case TopologySpread(pods_per_host=pods_per_host):
            host = _constraint(HOST, pods_per_host or 1, "ScheduleAnyway", selector, revision_label)
        case SeparateHosts(hosts=hosts):
            host = _constraint(HOST, 1, "DoNotSchedule", selector, revision_label) | {"minDomains": hosts}
    zone = zone_spread(selector, revision_label)["topologySpreadConstraints"]
    return {"topologySpreadConstraints": [*zone, host]}


def zone_spread(selector: Mapping[str, str], revision_label: str | None) -> ApiObject:
    """Over zones strictly, on whatever hosts."""
    return {"topologySpreadConstraints": [_constraint(ZONE, 1, "DoNotSchedule", selector, revision_label)]}


def _constraint(
    key: str, skew: int, otherwise: str, selector: Mapping[str, str], revision_label: str | None
) -> ApiObject:
    return {
        "maxSkew": skew,
        "topologyKey": key,
        "whenUnsatisfiable": otherwise,
        "labelSelector": {"matchLabels": dict(selector)},
        **({} if revision_label is None else {"matchLabelKeys": [revision_label]}),
        # The nodes of a lost zone are tainted and do not count any more.
        "nodeTaintsPolicy": "Honor",
    }


def resource_fields(resources: Resources) -> ApiObject:
    """Requests and limits as the API takes them."""
    limits = {"memory": str(resources.memory_limit)}
    if resources.cpu_limit is not None:
        limits["cpu"] = str(resources.cpu_limit)
    return {
        "requests": {"cpu": str(resources.cpu_request), "memory": str(resources.memory_request)},
        "limits": limits,
    }


def with_disk(resources: ApiObject, scratch: Bytes) -> ApiObject:
    """The same with the node's disk: ``scratch`` for volumes and room for the logs that the kubelet keeps. Without a
    request one pod fills the disk and the kubelet evicts its neighbours."""
    disk = {"ephemeral-storage": str(Bytes(scratch + LOGS))}
    return {name: {**part, **disk} for name, part in resources.items()}
