"""Who may talk to whom, as plain inputs."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, TypedDict

from .. import network_policy as own
from .reading import stated, whole


class Pods(TypedDict):
    """Pods by their labels, in the same namespace unless a namespace is named."""

    labels: dict[str, str] | None
    """Labels that they carry, all of them. Left out: every pod."""
    namespace: str | None
    """Name of their namespace."""


class Transport(Enum):
    """What is spoken on ports."""

    TCP = "TCP"
    """TCP."""
    UDP = "UDP"
    """UDP."""


class Endpoint(TypedDict):
    """Ports of some pods."""

    pods: Pods
    """The pods."""
    ports: list[int]
    """The ports."""
    protocol: Transport | None
    """What is spoken on them. Default: TCP."""


class Outside(TypedDict):
    """Ports of addresses that are no pods: a database, a payment provider."""

    cidr: str
    """The addresses, such as "10.20.0.0/16"."""
    ports: list[int]
    """The ports."""
    protocol: Transport | None
    """What is spoken on them. Default: TCP."""


def pods(given: Pods) -> own.Pods:
    """The pods that are meant."""
    return own.Pods(**stated(given))


def sources(callers: Sequence[Pods] | None, anywhere: bool | None) -> list[own.Source]:
    """Who may come in."""
    return [*map(pods, callers or ()), *([own.Anywhere()] if anywhere else [])]


def targets(endpoints: Sequence[Endpoint] | None, outside: Sequence[Outside] | None) -> list[own.Target]:
    """Where the pods may go."""
    return [
        *(
            own.Endpoint(
                pods=pods(endpoint["pods"]), ports=_ports(endpoint["ports"], "egressTo"), **_spoken(endpoint)
            )
            for endpoint in endpoints or ()
        ),
        *(
            own.Outside(
                cidr=way_out["cidr"], ports=_ports(way_out["ports"], "egressOutside"), **_spoken(way_out)
            )
            for way_out in outside or ()
        ),
    ]


def _spoken(given: Endpoint | Outside) -> dict[str, Any]:
    protocol = given.get("protocol")
    return {} if protocol is None else {"protocol": protocol.value}


def _ports(given: Sequence[int], field: str) -> list[int]:
    return [whole(port, f"{field}.ports") for port in given]
