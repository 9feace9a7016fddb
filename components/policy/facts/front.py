"""The facts of a load balancer in front of Services. Facts only: nothing here judges."""

from dataclasses import dataclass

from ..quantities import Milliseconds
from .base import Maybe, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadBalancer:
    """An application load balancer as an object asks for it. ``services`` are the Services of its namespace that it
    sends to. A field that is None is unknown.
    """

    object: str
    name: str
    namespace: str = ""
    place: Place | None = None
    services: tuple[str, ...] = ()
    internet_facing: bool | None = None
    # Whether it sends to pod addresses; to nodes otherwise.
    ip_targets: bool | None = None
    # The ports that it listens on, by protocol.
    http_ports: tuple[int, ...] | None = None
    https_ports: tuple[int, ...] | None = None
    redirects_to_https: bool | None = None
    certificates: Maybe[tuple[str, ...]] = None
    deregistration_delay: Milliseconds | None = None
    idle_timeout: Milliseconds | None = None
    health_path: Maybe[str] = None
    # How long the pods behind it keep an idle connection, where their owner says so.
    keep_alive: Milliseconds | None = None
    # From a pod's deletion until nothing new is sent to it, where its owner measured that.
    withdrawn_within: Milliseconds | None = None
    # Whether pods in its namespace wait for it before they count as ready.
    readiness_gates: bool | None = None
    # Requests from one address within five minutes: above the first they are blocked, the second is honest.
    blocks_above: int | None = None
    client_share: int | None = None
