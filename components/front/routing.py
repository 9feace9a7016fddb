"""What leads past the entry: requests told apart by their path, and by what else they say, to one service or several.

Decides no share: what each service must carry is its demand's, stated where that is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..policy.bounds import ROUTE
from ..policy.errors import ConfigurationError
from ..policy.quantities import Milliseconds
from ..policy.routing import MOST_WEIGHT, RequestChange, RequestMatch, check_apart, check_route
from ..policy.workload import AnyProbe
from ..scalable_service import ScalableService

ENTRY: Final = "entry"


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """A part of the requests, ``weight`` of the sum of all weights; ``ENTRY`` is the entry itself."""

    service: ScalableService | Literal["entry"]
    weight: int


@dataclass(frozen=True, kw_only=True)
class PathRoute:
    """Requests whose path begins with ``path`` go past the entry to another service of its namespace, or to several by
    their weights (a canary).

    These services have to let them in (``ingress_from=[Anywhere()]``): a load balancer is no pod. An ALB changes no
    request, and by an Ingress each route has one service.
    """

    path: str
    service: ScalableService | Sequence[Weighted]
    match: RequestMatch = RequestMatch()
    change: RequestChange = RequestChange()
    # Instead of the way in's.
    request_timeout: Milliseconds | None = None

    def __post_init__(self) -> None:
        if self.request_timeout is not None:
            ROUTE.check("way_in.routes.request_timeout", self.request_timeout)
        if not self.path.startswith("/") or (self.path.endswith("/") and self.path != "/"):
            raise ConfigurationError(
                field="way_in.routes.path",
                value=self.path,
                allowed='a path without a slash at its end, such as "/reservations"',
                remedy="what no route leads to goes to the entry itself",
            )
        weights = [part.weight for part in self.parts]
        check_route("way_in.routes", self.path, self.match, weights)
        names = [ENTRY if part.service == ENTRY else name_of(part.service) for part in self.parts]
        if len(set(names)) < len(names) or not all(0 <= weight <= MOST_WEIGHT for weight in weights):
            raise ConfigurationError(
                field="way_in.routes.service",
                value=", ".join(f"{name} {weight}" for name, weight in zip(names, weights, strict=True)),
                allowed=f"each service once, with a weight of 0 to {MOST_WEIGHT}",
                remedy="state such weights",
            )

    @property
    def is_split(self) -> bool:
        """Whether weights say where a request goes."""
        return not isinstance(self.service, ScalableService)

    @property
    def parts(self) -> Sequence[Weighted]:
        """Where the requests go."""
        if isinstance(self.service, ScalableService):
            return [Weighted(service=self.service, weight=1)]
        return self.service

    @property
    def others(self) -> Sequence[ScalableService]:
        """The services among these that are not the entry."""
        return [part.service for part in self.parts if part.service != ENTRY]


def name_of(service: ScalableService) -> str:
    """The service's name, which its Service has too."""
    return service.pulumi_resource_name


def readiness_of(service: ScalableService) -> AnyProbe:
    """How it is asked whether it is ready."""
    return service.probes.readiness


def check_routes(routes: Sequence[PathRoute]) -> None:
    """Raises ConfigurationError where one of two routes would get nothing, and for more than there is room for."""
    check_apart("way_in.routes", [(route.path, route.match, route.change) for route in routes])
