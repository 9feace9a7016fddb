"""AnyIngress: an Ingress of whatever class the cluster has (nginx, Traefik, HAProxy, a cloud's own).

What a controller is told beside the standard fields are annotations of its own, which are stated and never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from ..api import ApiObject
from ..policy.errors import ConfigurationError
from ..policy.routing import check_ingress
from .routing import PathRoute, check_routes, name_of


@dataclass(frozen=True, kw_only=True)
class AnyIngress:
    """By an Ingress. ``tls_secret`` is a Secret of type kubernetes.io/tls in the platform's namespace, there or made by
    who reads the annotations (cert-manager); without one it is plain HTTP.

    Routes are told apart by their paths alone and lead to one service each: the API knows nothing else.
    """

    class_name: pulumi.Input[str]
    hostnames: Sequence[pulumi.Input[str]]
    tls_secret: pulumi.Input[str] | None = None
    routes: Sequence[PathRoute] = ()
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.hostnames:
            raise ConfigurationError(
                field="way_in.hostnames",
                value="",
                allowed="host names, at least one: without one it answers for every name of its controller",
                remedy="state the name by which clients come",
            )
        check_routes(self.routes)
        for route in self.routes:
            services = 2 if route.is_split else 1
            check_ingress("way_in.routes", route.match, route.change, services, route.request_timeout)


def any_ingress_spec(way_in: AnyIngress, *, service: str, port: int) -> ApiObject:
    """The same paths for each host name; the longest match counts, in whatever order they stand."""
    paths = [
        _path(route.path, name_of(other), other.port, exact=route.match.exact)
        for route in way_in.routes
        for other in route.others
    ]
    paths.append(_path("/", service, port))
    tls = {} if way_in.tls_secret is None else {"tls": [_tls(way_in.hostnames, way_in.tls_secret)]}
    rules = [{"host": host, "http": {"paths": paths}} for host in way_in.hostnames]
    return {"ingressClassName": way_in.class_name, **tls, "rules": rules}


def _tls(hosts: Sequence[pulumi.Input[str]], secret: pulumi.Input[str]) -> ApiObject:
    return {"hosts": list(hosts), "secretName": secret}


def _path(path: str, service: str, port: int, *, exact: bool = False) -> ApiObject:
    backend = {"service": {"name": service, "port": {"number": port}}}
    return {"path": path, "pathType": "Exact" if exact else "Prefix", "backend": backend}
