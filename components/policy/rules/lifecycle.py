"""Rules about a pod's life: how it becomes ready, what kills it, how it leaves without losing a request."""

from collections.abc import Iterator

from ..facts import ABSENT, Container, Fleet, Probe, Workload, known
from ..quantities import Milliseconds
from .rule import error, warning


def _containers(workload: Workload) -> tuple[Container, ...]:
    return workload.containers or ()


def _probes(workload: Workload) -> Iterator[tuple[Container, str, Probe]]:
    for container in _containers(workload):
        for name, probe in (("readiness", container.readiness), ("liveness", container.liveness)):
            if isinstance(probe, Probe):
                yield container, name, probe


@warning(
    "HR301",
    "readiness-missing",
    Workload,
    why="a pod takes requests from the moment its process starts, before it can answer them",
    source="guide.md section 5",
    do="add a readinessProbe that looks at the pod alone",
)
def readiness_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service says when it is ready."""
    containers = _containers(workload)
    if workload.serves and containers and all(c.readiness is ABSENT for c in containers):
        yield "no container has a readinessProbe"


@warning(
    "HR302",
    "startup-missing",
    Workload,
    why="a liveness delay has to cover the slowest start and holds up every detection after it",
    source="guide.md section 5: a startup probe added",
    do="add a startupProbe with room for the slowest start, and drop the liveness delay",
)
def startup_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """What is watched for life is first watched for its start."""
    for container in _containers(workload):
        if isinstance(container.liveness, Probe) and container.startup is ABSENT:
            yield f'container "{container.name}" has a livenessProbe and no startupProbe'


@warning(
    "HR303",
    "probe-timeout-over-period",
    Workload,
    why="a slow answer holds up the next probe, so a failure is seen later than period x failureThreshold says",
    source="kubernetes.io, Configure Liveness, Readiness and Startup Probes",
    do="set timeoutSeconds below periodSeconds",
)
def probe_timeout_over_period(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A readiness or liveness probe gives up before the next one is due."""
    for container, name, probe in _probes(workload):
        if probe.timeout >= probe.period:
            yield f'{name} of "{container.name}": timeout {probe.timeout} is not below the period {probe.period}'


@error(
    "HR304",
    "readiness-asks-dependency",
    Workload,
    why="a hiccup of the shared thing takes every pod out at once and turns into an outage of the whole fleet",
    source="guide.md facts: a health check that pinged Redis took 18.8 s under load",
    do="let readiness look at the pod alone; degrade in the handler where a dependency fails",
)
def readiness_asks_dependency(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Readiness looks at the pod alone."""
    for container, name, probe in _probes(workload):
        if name == "readiness" and probe.asks:
            yield f'readiness of "{container.name}" asks {", ".join(probe.asks)}'


@error(
    "HR305",
    "liveness-asks-dependency",
    Workload,
    why="a hiccup of the shared thing restarts every pod at once, and they all reconnect at once",
    source="guide.md section 5: liveness must not touch shared dependencies",
    do="let liveness look at the process alone",
)
def liveness_asks_dependency(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Liveness looks at the process alone."""
    for container, name, probe in _probes(workload):
        if name == "liveness" and probe.asks:
            yield f'liveness of "{container.name}" asks {", ".join(probe.asks)}'


@warning(
    "HR306",
    "liveness-no-slower-than-readiness",
    Workload,
    why="the pod is killed before it was taken out of the endpoints, so what could have recovered is lost",
    source="kubernetes.io, Configure Liveness, Readiness and Startup Probes: a higher failureThreshold for liveness",
    do="give liveness more time than readiness",
)
def liveness_no_slower(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Readiness takes a pod out before liveness kills it."""
    for container in _containers(workload):
        ready, live = known(container.readiness), known(container.liveness)
        if ready is None or live is None or ready.target is None or ready.target != live.target:
            continue
        acts, kills = ready.period * ready.failure_threshold, live.period * live.failure_threshold
        if kills <= acts:
            yield (
                f'"{container.name}" asks {live.target} for both: liveness kills after {Milliseconds(kills)}, readiness'
                f" takes out after {Milliseconds(acts)}"
            )


@error(
    "HR307",
    "liveness-faster-than-start",
    Workload,
    why="the pod is killed while it starts, again and again, most of all under the load that made it start",
    source="kubernetes.io, Protect slow starting containers with startup probes",
    do="raise the startup probe's failureThreshold x period above the slowest start",
)
def liveness_faster_than_start(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A pod may take its whole start time."""
    start = workload.traffic.start_time
    for container in _containers(workload):
        first = container.liveness if container.startup is ABSENT else container.startup
        if start is not None and isinstance(first, Probe) and first.window < start:
            yield f'"{container.name}" is killed after {first.window} of a start that takes {start}'


@error(
    "HR311",
    "grace-too-short",
    Workload,
    why="the kubelet kills the process while requests that it accepted are still open",
    source="guide.md facts: terminationGracePeriod > preStop + longest request; deregistration tied to it",
    do="set terminationGracePeriodSeconds above preStop + deregistration + the longest request",
)
def grace_too_short(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """The grace period is longer than preStop, deregistration and the longest request together."""
    parts = (
        ("deregistration", workload.traffic.deregistration),
        ("longest request", workload.traffic.longest_request),
    )
    for container in _containers(workload):
        if workload.grace is None or container.pre_stop is None:
            continue
        times = [("preStop", known(container.pre_stop) or Milliseconds(0)), *parts]
        stated = [(name, time) for name, time in times if time]
        total = Milliseconds(sum(time for _, time in stated))
        if stated and workload.grace <= total:
            text = " + ".join(f"{name} {time}" for name, time in stated)
            yield f'grace {workload.grace} of "{container.name}" is not above {total} = {text}'


@warning(
    "HR312",
    "pre-stop-missing",
    Workload,
    why="SIGTERM and the removal from the endpoints race: requests still arrive at a process that is closing",
    source="guide.md facts: preStop sleep, built in since 1.30",
    do="add lifecycle.preStop.sleep for as long as endpoints take to be withdrawn everywhere, e.g. 10 s",
)
def pre_stop_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A service waits for its endpoint to be withdrawn before it ends."""
    containers = _containers(workload)
    # Clients of a StatefulSet know its pods by name and follow their own protocol when one goes.
    if (
        workload.serves
        and workload.kind == "Deployment"
        and containers
        and all(c.pre_stop is ABSENT for c in containers)
    ):
        yield "no container has a preStop hook"


@error(
    "HR313",
    "node-kills-drain",
    Workload,
    why="the node's terminationGracePeriod takes precedence over the pod's and passes its budget by",
    source="Karpenter, NodePool: terminationGracePeriod bypasses blocked PDBs",
    do="set the node's terminationGracePeriod above the pods' grace period, or leave it out",
)
def node_kills_drain(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A node waits for the drain of its pods."""
    for pool in fleet.pools:
        node = known(pool.termination_grace)
        on_it = len(fleet.pools) == 1 or workload.node_pool == pool.name
        if on_it and node is not None and workload.grace is not None and node <= workload.grace:
            yield f"node pool {pool.name} waits {node}, not longer than the pods' grace period {workload.grace}"
