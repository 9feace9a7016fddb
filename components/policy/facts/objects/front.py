"""The facts of an Ingress that the AWS Load Balancer Controller makes an application load balancer of.

Where nothing is stated the controller's and AWS' own defaults count, since they are what will be there. What will only
be known later stays unknown.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from ...quantities import Milliseconds
from .. import cut
from ..annotations import front as notes
from ..base import ABSENT, Maybe
from ..front import LoadBalancer
from ..view import UNKNOWN
from .manifest import Manifest

CLASS: Final = "alb"
PREFIX: Final = "alb.ingress.kubernetes.io/"
# The label by which a namespace asks for readiness gates (aws-load-balancer-controller, "Pod readiness gate").
GATE_LABEL: Final = "elbv2.k8s.aws/pod-readiness-gate-inject"
GATE_VALUE: Final = "enabled"
# Elastic Load Balancing: deregistration_delay.timeout_seconds and idle_timeout.timeout_seconds by default.
DEFAULT_DELAY: Final = Milliseconds.parse("300s")
DEFAULT_IDLE: Final = Milliseconds.parse("60s")
_LARGEST_PORT: Final = 65_535

_Ports = tuple[int, ...]


def is_alb(ingress: Manifest) -> bool:
    """Whether the controller makes a load balancer of it."""
    stated = ingress.spec.text("ingressClassName") or ingress.annotations.get("kubernetes.io/ingress.class")
    return stated == CLASS or (stated is None and any(key.startswith(PREFIX) for key in ingress.annotations))


def injects_gates(namespace: Manifest) -> bool:
    """Whether pods of a namespace get readiness gates."""
    return namespace.fields.view("metadata").mapping("labels").get(GATE_LABEL) == GATE_VALUE


def services(ingress: Manifest) -> Iterator[str]:
    """The Services that it sends to."""
    paths = [path for rule in ingress.spec.views("rules") for path in rule.view("http").views("paths")]
    for backend in [path.view("backend") for path in paths] + [ingress.spec.view("defaultBackend")]:
        name = backend.view("service").text("name")
        if name:
            yield name[:253]


def read_load_balancer(ingress: Manifest, gates: Mapping[str, bool]) -> LoadBalancer:
    """``gates`` says of each namespace among the objects whether readiness gates are injected there."""
    said = _Said(ingress)
    http, https = said.ports()
    scheme, target = said.text("scheme", "internal"), said.text("target-type", "instance")
    protocol = said.text("backend-protocol-version", "HTTP1")
    return LoadBalancer(
        object=ingress.object,
        name=ingress.name,
        namespace=ingress.namespace,
        place=ingress.place,
        services=tuple(dict.fromkeys(services(ingress))),
        internet_facing=None if scheme is None else scheme == "internet-facing",
        ip_targets=None if target is None else target == "ip",
        http_ports=http,
        https_ports=https,
        redirects_to_https=said.there("ssl-redirect"),
        certificates=said.certificates(),
        deregistration_delay=said.seconds(
            "target-group-attributes", "deregistration_delay.timeout_seconds", DEFAULT_DELAY
        ),
        idle_timeout=said.seconds("load-balancer-attributes", "idle_timeout.timeout_seconds", DEFAULT_IDLE),
        # gRPC has a method where HTTP has a path.
        health_path=None if protocol in (None, "GRPC") else said.text("healthcheck-path", "/"),
        keep_alive=ingress.fact(notes.KEEP_ALIVE),
        withdrawn_within=ingress.fact(notes.WITHDRAWN_WITHIN),
        readiness_gates=gates.get(ingress.namespace),
        blocks_above=ingress.fact(notes.BLOCKS_ABOVE),
        client_share=ingress.fact(notes.CLIENT_SHARE),
    )


class _Said:
    """What the annotations of the controller say."""

    def __init__(self, ingress: Manifest) -> None:
        self._view = ingress.fields.view("metadata").view("annotations")

    def there(self, name: str) -> bool | None:
        """Whether something is said; None where that is not known."""
        return None if self._view.unknown else PREFIX + name in self._view

    def text(self, name: str, default: str) -> str | None:
        """What is said, else the default; None where it is not known."""
        raw = self._view.raw(PREFIX + name)
        if raw is UNKNOWN:
            return None
        return raw[: cut.COMMAND] if isinstance(raw, str) else default

    def listed(self, name: str) -> tuple[str, ...] | None:
        text = self.text(name, "")
        return None if text is None else tuple(part for one in text.split(",") if (part := one.strip()))

    def certificates(self) -> Maybe[tuple[str, ...]]:
        found = self.listed("certificate-arn")
        return ABSENT if found == () else found

    def seconds(self, annotation: str, key: str, default: Milliseconds) -> Milliseconds | None:
        """Seconds of one attribute in a list such as ``a=1,b=2``."""
        parts = self.listed(annotation)
        if parts is None:
            return None
        for part in parts:
            name, _, value = (half.strip() for half in part.partition("="))
            if name == key:
                if value.isascii() and value.isdigit() and len(value) < 8:
                    return Milliseconds(int(value) * 1000)
                self._view.note(PREFIX + annotation, f"{key} cannot be read; allowed: whole seconds")
                return None
        return default

    def ports(self) -> tuple[_Ports | None, _Ports | None]:
        """The ports of plain HTTP and of HTTPS; None for both where they cannot be read."""
        text = self.text("listen-ports", "")
        if text is None:
            return None, None
        if not text:
            # Controller, "Ingress annotations", listen-ports: HTTP 80, or HTTPS 443 with a certificate.
            found = self.certificates()
            return (None, None) if found is None else ((80,), ()) if found is ABSENT else ((), (443,))
        entries = _port_entries(text)
        if entries is None:
            self._view.note(
                f"{PREFIX}listen-ports", 'cannot be read; allowed: such as [{"HTTP": 80}, {"HTTPS": 443}]'
            )
            return None, None
        http = tuple(port for kind, port in entries if kind == "HTTP")
        return http, tuple(port for kind, port in entries if kind == "HTTPS")


def _port_entries(text: str) -> list[tuple[str, int]] | None:
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found: list[tuple[str, int]] = []
    for one in stated if isinstance(stated, list) else [None]:
        for kind, port in one.items() if isinstance(one, dict) else [("", None)]:
            if kind not in ("HTTP", "HTTPS") or type(port) is not int or not 0 < port <= _LARGEST_PORT:
                return None
            found.append((kind, port))
    return found
