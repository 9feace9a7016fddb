"""What a stack says of every way in for HTTP: host names, gRPC services, and what leads past the entry.

Which way in it is, and what only that knows, is config.exposure's.
"""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, model_validator

from components.policy.bounds import ROUTE
from components.policy.derived import Frozen
from components.policy.platform import ServiceName
from components.policy.quantities import Milliseconds
from components.policy.routing import (
    Path,
    RequestChange,
    RequestMatch,
    Weight,
    check_apart,
    check_route,
)

# Kubernetes, "Object Names and IDs": an RFC 1123 subdomain.
_NAME: Final = r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"
Name = Annotated[
    str,
    Field(
        pattern=_NAME,
        description="at most 253 lower-case letters, digits, dashes and dots",
        examples=["public"],
    ),
]
# Gateway API, Hostname: a name in lower case, whose first label may be a star.
HostName = Annotated[
    str,
    Field(
        pattern=r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        description="a host name in lower case, without scheme, port and path",
        examples=["tickets.example.com"],
    ),
]
UrlPath = Annotated[
    str,
    Field(
        pattern=r"^(/[A-Za-z0-9._~-]+)+$",
        description="a path that begins with a slash and does not end with one",
        examples=["/refunds"],
    ),
]
# protobuf: a package and a service.
GrpcService = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$",
        description="a gRPC service by its full name, package and service",
        examples=["shop.v1.Tickets"],
    ),
]
# How long a proxy gives one request.
RequestTimeout = Annotated[Milliseconds, AfterValidator(ROUTE.of_the_value)]


class Grpc(Frozen):
    """gRPC services that the entry serves beside HTTP, on one of its ports of kind grpc."""

    services: list[GrpcService] = Field(min_length=1)
    port: str = "grpc"


class Rule(RequestMatch, RequestChange):
    """Requests that are told apart by more than their path, or that go to several services by weight (a canary)."""

    path: Path = "/"
    # Services by their weights; the entry may be one of them.
    to: dict[ServiceName, Weight] = Field(min_length=1, examples=["{payment-api: 95, payment-next: 5}"])
    # Instead of the way in's.
    request_timeout: RequestTimeout | None = None


class Routed(Frozen):
    """What ways in for HTTP have in common. ``routes`` lead paths past the entry to other services, ``rules`` requests
    that are told apart by more."""

    hostnames: list[HostName] = []
    grpc: Grpc | None = None
    routes: dict[UrlPath, ServiceName] = {}
    rules: list[Rule] = []

    @property
    def led_to(self) -> list[tuple[str, str]]:
        """Every service that is led to past the entry, after the field that says so."""
        return [
            *((f"routes.{path}", name) for path, name in self.routes.items()),
            *(
                (f"rules[{index}].to.{name}", name)
                for index, rule in enumerate(self.rules)
                for name in rule.to
            ),
        ]

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        for index, rule in enumerate(self.rules):
            check_route(f"rules[{index}]", rule.path, rule, list(rule.to.values()))
        paths = [(path, RequestMatch(), RequestChange()) for path in self.routes]
        rules = [(rule.path, rule, rule) for rule in self.rules]
        check_apart("rules" if self.rules else "routes", [*paths, *rules])
        return self
