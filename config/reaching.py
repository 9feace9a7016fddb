"""What a stack says of whom its pods may reach, and who may reach them, beside what the call graph says.

By pods, of the platform's namespace or of another, or by addresses. Everything else stays closed.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from components.policy.cidr import block
from components.policy.derived import Frozen
from components.policy.labels import LabelKey, LabelValue

from .containers import ObjectName

Labels = dict[LabelKey, LabelValue]


def _network(cidr: str) -> str:
    return str(block(cidr))


Block = Annotated[str, AfterValidator(_network)]
Ports = Annotated[
    list[Annotated[int, Field(ge=1, le=65_535, strict=True)]], Field(min_length=1, examples=["[4317]"])
]


class _PodsByLabels(Frozen):
    kind: Literal["pods"]
    # Left out, the platform's own.
    namespace: ObjectName | None = None
    # All of them; left out, every pod of the namespace.
    labels: Labels = {}


class PodsReached(_PodsByLabels):
    """Pods that a service must reach and that are none of the stack's: a collector, a broker."""

    ports: Ports
    protocol: Literal["TCP", "UDP"] = "TCP"


class Egress(Frozen):
    """Addresses outside the cluster that a service must reach: a database, a payment provider, AWS' own API."""

    kind: Literal["addresses"] = "addresses"
    cidr: Block = Field(examples=["10.20.0.0/16"])
    ports: Ports
    protocol: Literal["TCP", "UDP"] = "TCP"


class PodsCalling(_PodsByLabels):
    """Pods that call a service and are none of the stack's."""


class Ingress(Frozen):
    """Addresses outside the cluster that call a service."""

    kind: Literal["addresses"] = "addresses"
    cidr: Block = Field(examples=["10.20.0.0/16"])


def _kind_of(value: object) -> object:
    """Without a kind they are addresses."""
    return value.get("kind", "addresses") if isinstance(value, Mapping) else getattr(value, "kind", None)


Reached = Annotated[
    Annotated[Egress, Tag("addresses")] | Annotated[PodsReached, Tag("pods")], Discriminator(_kind_of)
]
Calling = Annotated[
    Annotated[Ingress, Tag("addresses")] | Annotated[PodsCalling, Tag("pods")], Discriminator(_kind_of)
]
