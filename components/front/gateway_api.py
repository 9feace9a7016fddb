"""The Gateway API's ways in: a route on somebody else's Gateway, a Gateway of our own of any class, and one that the
AWS Load Balancer Controller makes an application load balancer of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pulumi

from ..api import ApiObject
from ..policy.bounds import ROUTE
from ..policy.errors import ConfigurationError
from ..policy.quantities import Milliseconds
from ..policy.routing import RequestChange, RequestMatch, is_rule_a_method
from .alb import Alb, PlainHttp
from .grpc import Grpc
from .routing import PathRoute, check_routes, name_of

VERSION: Final = "gateway.networking.k8s.io/v1"
# Section names of our own Gateways.
HTTP: Final = "http"
HTTPS: Final = "https"


@dataclass(frozen=True, kw_only=True)
class Routed:
    """What a route is made of, on whosoever's Gateway; with ``grpc`` a GRPCRoute stands beside the HTTPRoute.

    ``request_timeout`` is the whole time that the proxy gives one request (Gateway API, GEP-1742), where its class
    knows timeouts.
    """

    hostnames: Sequence[pulumi.Input[str]]
    grpc: Grpc | None = None
    routes: Sequence[PathRoute] = ()
    request_timeout: Milliseconds | None = None

    def __post_init__(self) -> None:
        check_routes(self.routes)
        if self.request_timeout is not None:
            ROUTE.check("way_in.request_timeout", self.request_timeout)


@dataclass(frozen=True, kw_only=True)
class HttpRoute(Routed):
    """By a Gateway that somebody else keeps. ``section`` is the listener to attach to; any by default."""

    gateway: pulumi.Input[str]
    gateway_namespace: pulumi.Input[str]
    section: str | None = None


@dataclass(frozen=True, kw_only=True)
class SecretCertificates:
    """TLS by Secrets of type kubernetes.io/tls in the platform's namespace; plain HTTP is redirected."""

    names: Sequence[pulumi.Input[str]]

    def __post_init__(self) -> None:
        if not self.names:
            raise ConfigurationError(
                field="way_in.tls.names",
                value="",
                allowed="names of Secrets of type kubernetes.io/tls, at least one",
                remedy="name a Secret, or say PlainHttp",
            )


@dataclass(frozen=True, kw_only=True)
class OwnGateway(Routed):
    """By a Gateway that is made here, of any class that the cluster has."""

    class_name: pulumi.Input[str]
    tls: SecretCertificates | PlainHttp


@dataclass(frozen=True, kw_only=True)
class AlbGateway:
    """By a Gateway of the AWS Load Balancer Controller's class, with what an :class:`Alb` says; its certificates are
    ACM's. It takes no alias: the engine does not see a Gateway's address.
    """

    alb: Alb
    class_name: pulumi.Input[str] = "alb"

    def __post_init__(self) -> None:
        if self.alb.alias is not None:
            raise ConfigurationError(
                field="way_in.alb.alias",
                value=", ".join(self.alb.alias.names),
                allowed="no alias: a Gateway's address is not among the outputs of its registration",
                remedy="use Alb, whose Ingress tells it, or external-dns",
            )
        if self.alb.annotations:
            raise ConfigurationError(
                field="way_in.alb.annotations",
                value=", ".join(sorted(self.alb.annotations)),
                allowed="none: the controller reads a Gateway's own objects, and no annotation",
                remedy="use Alb, or leave them out",
            )


def gateway_spec(
    class_name: pulumi.Input[str], tls: SecretCertificates | PlainHttp | Literal["acm"]
) -> ApiObject:
    """Two listeners with TLS, one without. Certificates of ACM are the load balancer's, not the listener's."""
    own: ApiObject = {"allowedRoutes": {"namespaces": {"from": "Same"}}}
    listeners: list[ApiObject] = [{"name": HTTP, "port": 80, "protocol": "HTTP", **own}]
    if not isinstance(tls, PlainHttp):
        secure: ApiObject = {"name": HTTPS, "port": 443, "protocol": "HTTPS", **own}
        if isinstance(tls, SecretCertificates):
            secure["tls"] = {
                "mode": "Terminate",
                "certificateRefs": [{"kind": "Secret", "name": name} for name in tls.names],
            }
        listeners.append(secure)
    return {"gatewayClassName": class_name, "listeners": listeners}


def parent(gateway: pulumi.Input[str], namespace: pulumi.Input[str] | None, section: str | None) -> ApiObject:
    """Where a route attaches."""
    return {
        "name": gateway,
        **({"namespace": namespace} if namespace is not None else {}),
        **({"sectionName": section} if section is not None else {}),
    }


def http_route_spec(
    parents: Sequence[ApiObject],
    hostnames: Sequence[pulumi.Input[str]],
    *,
    service: str,
    port: int,
    routes: Sequence[PathRoute] = (),
    request_timeout: Milliseconds | None = None,
) -> ApiObject:
    """Paths to other services first, the rest to the entry."""
    below = [
        {
            "matches": matches,
            **_filters(route.change, exact=route.match.exact),
            "backendRefs": _backends(route, service, port),
            **_timeouts(route.request_timeout or request_timeout),
        }
        for route in routes
        for matches in _rules(route)
    ]
    rest = {**_to(service, port), **_timeouts(request_timeout)}
    return {**_attached(parents, hostnames), "rules": [*below, rest]}


def _timeouts(request: Milliseconds | None) -> ApiObject:
    return {} if request is None else {"timeouts": {"request": _duration(request)}}


def _rules(route: PathRoute) -> list[list[ApiObject]]:
    """The matches of each rule that the route takes."""
    matches = _matches(route.path, route.match)
    return [[one] for one in matches] if is_rule_a_method(route.match, route.change) else [matches]


def _matches(path: str, match: RequestMatch) -> list[ApiObject]:
    """One for each method: a match has one at most, and one of the matches is enough."""
    found: ApiObject = {"path": {"type": "Exact" if match.exact else "PathPrefix", "value": path}}
    for key, named in (("headers", match.headers), ("queryParams", match.query)):
        if named:
            found[key] = [{"type": "Exact", "name": name, "value": value} for name, value in named.items()]
    return [{**found, "method": method} for method in match.methods] or [found]


def _filters(change: RequestChange, *, exact: bool) -> ApiObject:
    filters: list[ApiObject] = []
    if change.rewrite is not None:
        kind, field = (
            ("ReplaceFullPath", "replaceFullPath") if exact else ("ReplacePrefixMatch", "replacePrefixMatch")
        )
        rewrite = {"path": {"type": kind, field: change.rewrite}}
        filters.append({"type": "URLRewrite", "urlRewrite": rewrite})
    headers: ApiObject = {}
    if change.set_headers:
        headers["set"] = [{"name": name, "value": value} for name, value in change.set_headers.items()]
    if change.remove_headers:
        headers["remove"] = list(change.remove_headers)
    if headers:
        filters.append({"type": "RequestHeaderModifier", "requestHeaderModifier": headers})
    return {"filters": filters} if filters else {}


def _backends(route: PathRoute, entry: str, port: int) -> list[ApiObject]:
    refs = [
        {"name": entry, "port": port}
        if isinstance(part.service, str)
        else {"name": name_of(part.service), "port": part.service.port}
        for part in route.parts
    ]
    if not route.is_split:
        return refs
    return [{**ref, "weight": part.weight} for ref, part in zip(refs, route.parts, strict=True)]


def _duration(time: Milliseconds) -> str:
    """As the Gateway API reads it: the largest units first, since each takes at most five digits (GEP-2257)."""
    parts, left = [], int(time)
    for unit in time.shown:
        amount, left = divmod(left, time.units[unit])
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts)


def redirect_spec(parents: Sequence[ApiObject], hostnames: Sequence[pulumi.Input[str]]) -> ApiObject:
    """Plain HTTP leads to HTTPS, for good."""
    to_https = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    return {**_attached(parents, hostnames), "rules": [{"filters": [to_https]}]}


def grpc_route_spec(
    parents: Sequence[ApiObject],
    hostnames: Sequence[pulumi.Input[str]],
    grpc: Grpc,
    *,
    service: str,
    port: int,
) -> ApiObject:
    """All methods of the stated services."""
    matches = [{"method": {"type": "Exact", "service": name}} for name in grpc.services]
    return {**_attached(parents, hostnames), "rules": [{"matches": matches, **_to(service, port)}]}


def _attached(parents: Sequence[ApiObject], hostnames: Sequence[pulumi.Input[str]]) -> ApiObject:
    return {"parentRefs": list(parents), **({"hostnames": list(hostnames)} if hostnames else {})}


def _to(service: str, port: int) -> ApiObject:
    return {"backendRefs": [{"name": service, "port": port}]}
