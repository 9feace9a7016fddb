"""What starts before a service's own container: steps that end, and sidecars that stay.

In the order in which they are stated, each after the one before it, as Kubernetes starts them. A sidecar is an init
container that is restarted always ("Sidecar Containers", since Kubernetes 1.29): it is there before the service, and
goes after it, so that the service's last request still finds its proxy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .policy.errors import ConfigurationError
from .policy.images import pinned
from .policy.pod_resources import Started, of_pod
from .policy.workload import HttpProbe, Probe, Resources
from .process import Process, Volume

APP: Final = "app"
"""The service's own container."""


@dataclass(frozen=True, kw_only=True)
class InitContainer:
    """A step that has to end well before the service starts: a migration, a configuration that is written."""

    name: str
    process: Process
    resources: Resources


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """A process beside the service for as long as its pod lives: a proxy, a collector.

    What comes after it waits for ``startup``, where it is stated; the pod takes requests while ``readiness`` agrees.
    The pod has one network: a proxy that takes the requests has the service's ``port`` as its own.
    """

    name: str
    process: Process
    resources: Resources
    startup: Probe | None = None
    readiness: Probe | None = None


def pod_resources(app: Resources, before: Sequence[InitContainer | Sidecar]) -> Resources:
    """What one pod requests with everything in it, as the scheduler counts."""
    return of_pod(app, [Started(one.resources, stays=isinstance(one, Sidecar)) for one in before])


def check_init_containers(name: str, app: Process, before: Sequence[InitContainer | Sidecar]) -> None:
    """Raises ConfigurationError for what the API server would refuse, or a tag that moves."""
    names = [APP, *(one.name for one in before)]
    _once(f"{name}.init_containers", "the name", names, f"each once; {APP} is the service's own")
    for one in before:
        field = f"{name}.init_containers.{one.name}"
        if isinstance(one.process.image, str):
            pinned(f"{field}.image", one.process.image)
        for probe_name, probe in _probes(one).items():
            if isinstance(probe, HttpProbe) and probe.port is None:
                raise ConfigurationError(
                    field=f"{field}.{probe_name}.port",
                    value="none",
                    allowed="the port that the sidecar answers on",
                    remedy="state it: only the service's own container has a port by default",
                )
    _one_source(name, [volume for one in (app, *(one.process for one in before)) for volume in one.volumes])


def _probes(one: InitContainer | Sidecar) -> dict[str, Probe | None]:
    return {"startup": one.startup, "readiness": one.readiness} if isinstance(one, Sidecar) else {}


def _once(field: str, what: str, values: Sequence[str], allowed: str) -> None:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ConfigurationError(
            field=field, value=f"{what} {', '.join(twice)} twice", allowed=allowed, remedy="choose another"
        )


def _one_source(name: str, volumes: Sequence[Volume]) -> None:
    first: dict[str, Volume] = {}
    for volume in volumes:
        if first.setdefault(volume.name, volume).source != volume.source:
            raise ConfigurationError(
                field=f"{name}.volumes.{volume.name}",
                value="two sources",
                allowed="one source for each name: containers share a volume by it",
                remedy="state the same source, or give one of them another name",
            )
