"""What tells the requests of one way in apart, and what a proxy changes of them: plain data, and what of it cannot be.

Decides no way in and no service.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from .derived import Frozen
from .errors import ConfigurationError
from .quantities import Milliseconds

# Gateway API, HTTPRoute: 16 rules, of which the last is the entry's; the largest weight of a backend.
MOST_ROUTES: Final = 15
MOST_WEIGHT: Final = 1_000_000
# Elastic Load Balancing, "Quotas for your Application Load Balancers": condition values of one rule.
_ALB_VALUES: Final = 5

Method = Literal["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]
# RFC 9110, "Field Names".
HeaderName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9!#$%&'*+.^_|~-]{1,256}$",
        description="the name of a header: letters, digits, dashes",
        examples=["x-canary"],
    ),
]
Path = Annotated[
    str,
    Field(
        pattern=r"^(/|(/[A-Za-z0-9._~-]+)+)$",
        description="a path that begins with a slash and does not end with one",
        examples=["/refunds"],
    ),
]
Weight = Annotated[int, Field(ge=0, le=MOST_WEIGHT, strict=True)]


class RequestMatch(Frozen):
    """What a request says beside how its path begins: all of the headers and query parameters, in full, and one of the
    methods. ``exact`` is the whole path.
    """

    exact: bool = Field(default=False, strict=True)
    headers: dict[HeaderName, str] = {}
    query: dict[str, str] = {}
    methods: list[Method] = []

    @property
    def values(self) -> int:
        """How many there are beside the path."""
        return len(self.headers) + len(self.query) + len(self.methods)


class RequestChange(Frozen):
    """What a proxy changes of a request on its way: ``rewrite`` stands in the place of the path that told it apart."""

    rewrite: Path | None = None
    set_headers: dict[HeaderName, str] = {}
    remove_headers: list[HeaderName] = []

    @property
    def stated(self) -> list[str]:
        """The fields that say something."""
        return [name for name in RequestChange.model_fields if getattr(self, name)]


def is_rule_a_method(match: RequestMatch, change: RequestChange) -> bool:
    """Whether each method takes a rule of its own: where a prefix is replaced, a rule has one match (Gateway API,
    HTTPRouteRule: "exactly one PathPrefix match must be specified")."""
    return change.rewrite is not None and not match.exact and len(match.methods) > 1


def check_apart(field: str, asked: Sequence[tuple[str, RequestMatch, RequestChange]]) -> None:
    """Raises ConfigurationError where two routes ask the same of a request, since one of them would get nothing, and
    for more of them than a route has room for. ``asked`` are paths, each with what it asks for besides and changes."""
    seen = [(path, _key(match)) for path, match, _ in asked]
    twice = sorted({path for path, key in seen if seen.count((path, key)) > 1})
    if twice:
        raise ConfigurationError(
            field=field,
            value=f"{', '.join(twice)} twice",
            allowed="each path once, but for requests that differ in exact, headers, query or methods",
            remedy="remove one, or make its path longer",
        )
    rules = sum(len(match.methods) if is_rule_a_method(match, change) else 1 for _, match, change in asked)
    if rules > MOST_ROUTES:
        raise ConfigurationError(
            field=field,
            value=f"{rules} of them",
            allowed=f"{MOST_ROUTES} at most, each method of a rewritten prefix counted: an HTTPRoute has 16 rules, and"
            " the last is the entry's",
            remedy="lead longer prefixes to one service, or let the entry tell the rest apart",
        )


def check_route(field: str, path: str, match: RequestMatch, weights: Sequence[int]) -> None:
    """Raises ConfigurationError for a route that takes everything from the entry, or leads nowhere."""
    if path == "/" and not match.exact and not match.values and len(weights) == 1:
        raise ConfigurationError(
            field=f"{field}.path",
            value=path,
            allowed="a path below the root, or the root for some of the requests: by exact, headers, query, methods or"
            " the weights of several services",
            remedy="what no route leads to goes to the entry itself",
        )
    if not any(weights):
        raise ConfigurationError(
            field=f"{field}.to",
            value="no weight above 0" if weights else "no service",
            allowed="one service with a weight above 0",
            remedy="state it, or remove the route: what no route leads to goes to the entry",
        )


def check_ingress(
    field: str, match: RequestMatch, change: RequestChange, services: int, timeout: Milliseconds | None
) -> None:
    """Raises ConfigurationError for what an Ingress of any class cannot say: it knows hosts, paths and one service."""
    stated = [name for name in ("headers", "query", "methods") if getattr(match, name)]
    stated += [*change.stated, *([] if timeout is None else ["request_timeout"])]
    if stated or services > 1:
        raise ConfigurationError(
            field=f"{field}.{stated[0] if stated else 'to'}",
            value="stated" if stated else f"{services} services",
            allowed="a path, exact or not, and one service: an Ingress knows nothing else",
            remedy="say it by annotations of the class's own controller, or come by a Gateway",
        )


def check_alb(field: str, match: RequestMatch, change: RequestChange, *, hosts: bool) -> None:
    """Raises ConfigurationError for what an application load balancer cannot ask or do."""
    if change.stated:
        raise ConfigurationError(
            field=f"{field}.{change.stated[0]}",
            value="stated",
            allowed="nothing: an ALB passes requests on as they are",
            remedy="let the service know the path that its clients use, or come by a proxy's Gateway",
        )
    stated = [*match.headers.values(), *match.query.values()]
    wild = [value for value in stated if "*" in value or "?" in value]
    if wild:
        raise ConfigurationError(
            field=field,
            value=", ".join(wild),
            allowed="headers and query parameters without * and ?: to an ALB they stand for any letters",
            remedy="tell these requests apart by another value, or in the entry",
        )
    # The controller asks for a prefix by two values: the path, and all that is below it.
    room = _ALB_VALUES - (1 if match.exact else 2) - (1 if hosts else 0)
    if match.values > room:
        raise ConfigurationError(
            field=field,
            value=f"{match.values} headers, query parameters and methods",
            allowed=f"{room} at most: a rule of an ALB has {_ALB_VALUES} values, its host and path among them",
            remedy="ask less of a request, or state exact: true",
        )


def _key(match: RequestMatch) -> object:
    headers = {name.lower(): value for name, value in match.headers.items()}
    return (match.exact, sorted(headers.items()), sorted(match.query.items()), sorted(match.methods))
