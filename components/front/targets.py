"""The target groups of an Alb: the entry's, its gRPC services', and one for each service that a route leads to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from ..policy.errors import ConfigurationError
from ..policy.front import Front, front
from ..policy.routing import RequestMatch
from ..policy.service import ServicePlan
from ..policy.workload import AnyProbe
from ..ports import Port
from .alb import Alb
from .grpc import grpc_port
from .routing import PathRoute, name_of, readiness_of

# Rules of a group are asked in this order; the entry takes what remains.
_LAST: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target group, and the paths that lead to it, for requests that ``match``."""

    name: str
    service: str
    port: int
    paths: Sequence[str]
    order: int
    front: Front
    grpc: bool = False
    match: RequestMatch = RequestMatch()


def targets(
    name: str,
    alb: Alb,
    plan: ServicePlan,
    *,
    port: int,
    ports: Sequence[Port],
    readiness: AnyProbe,
) -> list[Target]:
    """The entry first. Raises ConfigurationError for a port or a probe that no load balancer can use."""
    told = front(plan.drain, readiness, alb.keep_alive, alb.withdrawn_within)
    found = [Target(name=name, service=name, port=port, paths=["/"], order=_LAST, front=told)]
    if alb.grpc is not None:
        paths = [f"/{service}/" for service in alb.grpc.services]
        number = grpc_port(alb.grpc, ports)
        found.append(
            Target(
                name=f"{name}-grpc", service=name, port=number, paths=paths, order=1, front=told, grpc=True
            )
        )
    for route in alb.routes:
        for service in route.others:
            told = front(service.plan.drain, readiness_of(service), alb.keep_alive, alb.withdrawn_within)
            found.append(
                Target(
                    name=_free(_named(name, route.path), [one.name for one in found]),
                    service=name_of(service),
                    port=service.port,
                    paths=[route.path],
                    order=_order(route),
                    front=told,
                    match=route.match,
                )
            )
    return found


def check_unsplit(routes: Sequence[PathRoute]) -> None:
    """Raises ConfigurationError for weights: of an Ingress all targets share their health check and their drain."""
    for route in routes:
        if route.is_split:
            raise ConfigurationError(
                field="way_in.routes.service",
                value=f"{len(route.parts)} services of {route.path}",
                allowed="one service for each route of an Ingress",
                remedy="use AlbGateway, whose services each have a target group of their own",
            )


def _named(name: str, path: str) -> str:
    """An object's name (an RFC 1123 subdomain) for what is below a path."""
    parts = (re.sub("[^a-z0-9.-]", "-", part).strip(".-") for part in path.lower().split("/"))
    return "-".join([name, *filter(None, parts)])


def _free(name: str, taken: Sequence[str]) -> str:
    """The same, or with a number where another route has it: paths may differ in conditions or in a slash alone."""
    tried = chain([name], (f"{name}-{nth}" for nth in count(2)))
    return next(one for one in tried if one not in taken)


def _order(route: PathRoute) -> int:
    """The longest path is asked first, and of one path the most conditions, whatever the order of the arguments."""
    asked = 8 * len(route.path) + (4 if route.match.exact else 0) + min(3, route.match.values)
    return max(2, _LAST - asked)
