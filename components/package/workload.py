"""How a pod lives, as plain inputs: resources, probes, shutdown, spread."""

from collections.abc import Mapping
from enum import Enum
from typing import TypedDict

from .. import pod
from ..policy import workload
from .reading import model, stated


class Resources(TypedDict):
    """Requests and limits of one pod."""

    cpu_request: str
    """Cores ("0.5") or millicores ("500m")."""
    cpu_limit: str | None
    """As cpuRequest. Default: none, since a limit throttles."""
    memory_request: str
    """With Ki, Mi, Gi or k, M, G: "512Mi"."""
    memory_limit: str
    """As memoryRequest; at least as much."""


class HttpProbe(TypedDict):
    """An HTTP probe on the container's port. Times in whole seconds, such as "5s"."""

    path: str | None
    """Begins with a slash. Default: /readyz for readiness, /healthz for the others."""
    port: int | None
    """Another port of the pod. Left out: the service's own."""
    initial_delay: str | None
    """How long after the start the first probe waits."""
    period: str | None
    """Time between two probes."""
    timeout: str | None
    """How long an answer may take."""
    success_threshold: int | None
    """Successes in a row that count as healthy; 1 for liveness and startup, by the Kubernetes API."""
    failure_threshold: int | None
    """Failures in a row that count as failed."""


class Probes(TypedDict):
    """The three probes. What is left out keeps its default."""

    readiness: HttpProbe | None
    """Whether the pod takes requests. It may look at the pod alone, never at a dependency that all pods share."""
    liveness: HttpProbe | None
    """Whether the process has to be killed. It never leaves the process."""
    startup: HttpProbe | None
    """Holds the other two back until the process is up."""


class Shutdown(TypedDict):
    """How a pod leaves; the grace period is the sum of the four. Durations such as "10s"."""

    pre_stop: str | None
    """Sleep before SIGTERM, until the endpoint has left every load balancer. Default: 10s."""
    longest_request: str | None
    """The longest that an open request may last. Default: 8s."""
    deregistration: str | None
    """How long a load balancer in front may go on sending after it was told. Default: 0."""
    margin: str | None
    """Room for the process to notice SIGTERM and close its pools. Default: 5s."""


class Spread(Enum):
    """How pods are kept apart."""

    TOPOLOGY = "topology-spread"
    """Evenly over zones, strictly; over hosts as far as possible."""
    SEPARATE_HOSTS = "separate-hosts"
    """Over zones and over hosts, both strictly: one pod on a host until three have one."""
    PREFERRED_ANTI_AFFINITY = "preferred-anti-affinity"
    """Hosts are preferred to differ; zones are left to chance."""


SPREADS: Mapping[Spread, pod.Spread] = {
    Spread.TOPOLOGY: pod.TopologySpread(),
    Spread.SEPARATE_HOSTS: pod.SeparateHosts(),
    Spread.PREFERRED_ANTI_AFFINITY: pod.PreferredAntiAffinity(),
}


def resources(given: Resources, field: str) -> workload.Resources:
    """The resources that are meant."""
    return model(workload.Resources, given, field)


def probes(given: Probes | None, field: str) -> workload.Probes:
    """The default probes with what is stated in the place of theirs."""
    probe_of = stated(given)
    return model(
        workload.Probes,
        {
            name: model(
                workload.HttpProbe, {**dict(default), **stated(probe_of.get(name))}, f"{field}.{name}"
            )
            for name, default in workload.Probes()
        },
        field,
    )


def shutdown(given: Shutdown | None, field: str) -> workload.Shutdown:
    """The shutdown that is meant."""
    return model(workload.Shutdown, given, field)
