"""Ports beside the HTTP one, and how Prometheus gets the metrics, as plain inputs."""

from collections.abc import Sequence
from enum import Enum
from typing import TypedDict

from .. import ports as own_ports
from .. import scraping as own
from ..policy.bounds import SCRAPE
from . import network_policy
from .reading import read, stated, whole


class Protocol(Enum):
    """What is spoken on a port."""

    GRPC = "grpc"
    """gRPC; the Service says so to the proxies that read it."""
    TCP = "tcp"
    """Anything else on TCP."""


class Port(TypedDict):
    """A port beside the one that answers HTTP."""

    name: str
    """Its name in the pod and in the Service."""
    number: int
    """The port."""
    protocol: Protocol | None
    """What is spoken on it. Default: grpc."""


class PodMonitor(TypedDict):
    """Tells the Prometheus operator of the pods."""

    labels: dict[str, str] | None
    """What the Prometheus selects its monitors by."""
    interval: str | None
    """How often a pod is asked. Default: 15s."""


class Scraped(TypedDict):
    """Who asks the pods for metrics, and where."""

    by: network_policy.Pods
    """The pods of Prometheus."""
    path: str | None
    """Where the metrics are. Default: /metrics."""
    port: int | None
    """A port that serves metrics alone. Left out: the service's own."""
    monitor: PodMonitor | None
    """Makes a PodMonitor. Left out: the pods are found in some other way."""


def ports(given: Sequence[Port] | None, field: str) -> list[own_ports.Port]:
    """The ports that are meant."""
    return [_port(port, field) for port in given or ()]


def _port(given: Port, field: str) -> own_ports.Port:
    number = whole(given["number"], f"{field}.number")
    if given.get("protocol") is Protocol.TCP:
        return own_ports.TcpPort(name=given["name"], number=number)
    return own_ports.GrpcPort(name=given["name"], number=number)


def metrics(given: Scraped | None, field: str) -> own.Metrics:
    """How the metrics are got."""
    if given is None:
        return own.Unscraped()
    fields = stated(given, "path")
    port, monitor = given.get("port"), given.get("monitor")
    if port is not None:
        fields["port"] = whole(port, f"{field}.port")
    if monitor is not None:
        said = stated(monitor, "labels")
        interval = monitor.get("interval")
        if interval is not None:
            said["interval"] = read(SCRAPE.parse, interval, f"{field}.monitor.interval")
        fields["monitor"] = own.PodMonitor(**said)
    return own.Scraped(by=network_policy.pods(given["by"]), **fields)
