"""A node pool as its owner states it: what is bought, how the nodes are marked, and how they go again.

How many nodes that makes, and the pool's limits, follow (nodes); nothing here is derived.
"""

from fractions import Fraction
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from .bounds import NODE_LIFE, SPARE_NODE, TimeBounds
from .derived import Frozen
from .errors import ConfigurationError
from .labels import LabelKey, LabelValue
from .node_budgets import NodeBudget
from .quantities import Bytes, IntOrPercent, Millicores, Milliseconds

NEVER: Final = "Never"
# Karpenter 1.14, CRD of NodePool: domains that are its own, and the one label that is the kubelet's.
RESERVED_DOMAINS: Final = ("karpenter.sh", "karpenter.k8s.aws")
HOST_LABEL: Final = "kubernetes.io/hostname"

CapacityType = Literal["on-demand", "spot"]


def _or_never(value: object) -> object:
    try:
        return NEVER if value == NEVER else Milliseconds.parse(value)
    except ValueError as error:
        raise ValueError(f'{error}; or "{NEVER}"') from None


def _within(bounds: TimeBounds) -> AfterValidator:
    def check(value: Milliseconds | Literal["Never"]) -> Milliseconds | Literal["Never"]:
        return bounds.of_the_value(value) if isinstance(value, Milliseconds) else value

    return AfterValidator(check)


DurationOrNever = Annotated[
    Milliseconds | Literal["Never"],
    BeforeValidator(_or_never),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "description": f'{Milliseconds.allowed}, or "{NEVER}"'}),
]


class Taint(Frozen):
    """Keeps pods that do not tolerate it away from the pool's nodes."""

    key: LabelKey
    value: LabelValue = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"


class Kubelet(Frozen):
    """Settings of the kubelet on EC2 nodes. What it reserves is taken off every node before pods are counted."""

    # Beside what EKS reserves for Kubernetes by its own formula (instances).
    system_reserved_cpu: Millicores = Millicores(0)
    system_reserved_memory: Bytes = Bytes(0)
    # Left out, what the interfaces or prefixes of the type hold, or EKS' own bound.
    max_pods: int | None = Field(default=None, ge=1, le=250)
    # Left out, the kubelet's own: 85 and 80 percent of the disk.
    image_gc_high_percent: int | None = Field(default=None, ge=1, le=100)
    image_gc_low_percent: int | None = Field(default=None, ge=0, le=99)

    @model_validator(mode="after")
    def _low_below_high(self) -> Self:
        high, low = self.image_gc_high_percent or 85, self.image_gc_low_percent
        if (80 if low is None else low) >= high:
            raise ConfigurationError(
                field="image_gc_high_percent",
                value=high,
                allowed=f"more than image_gc_low_percent, {80 if low is None else low}: the API server refuses less",
                remedy="state both, low below high",
            )
        return self


class NodePoolSpec(Frozen):
    """A pool as its owner states it; guide.md section 8. Durations in milliseconds."""

    name: str = Field(
        default="on-demand-critical",
        pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
        description="at most 63 lower-case letters, digits and dashes",
        examples=["on-demand-critical"],
    )
    instance_type: str = "m5.2xlarge"
    # Other types that may be bought as well: of the same vCPUs, and at least the memory and pods, so that the counts
    # and the limits hold whichever is bought. Spot is reclaimed pool by pool of EC2: one type is one of those.
    other_instance_types: list[str] = []
    capacity_type: CapacityType = "on-demand"
    # Of the pools that a pod may run on Karpenter asks the heaviest first. Left out: last.
    weight: int | None = Field(default=None, ge=1, le=100)
    consolidation_policy: Literal["WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced"] = (
        "WhenEmptyOrUnderutilized"
    )
    consolidate_after: Annotated[DurationOrNever, _within(SPARE_NODE)] = Milliseconds.parse("5m")
    # Karpenter's own default budget, at all times; pods are protected by their own budgets besides.
    disruption_budget: IntOrPercent = Fraction(1, 10)
    # Further ones, for some reasons or some hours: the strictest that holds counts.
    budgets: list[NodeBudget] = Field(default=[], max_length=49)
    # Karpenter's own default: a node is replaced after 30 days, so that patches arrive.
    expire_after: Annotated[DurationOrNever, _within(NODE_LIFE)] = Milliseconds.parse("720h")
    labels: dict[LabelKey, LabelValue] = {}
    taints: list[Taint] = []
    kubelet: Kubelet = Kubelet()
    # Daemon sets of an EKS node: vpc-cni 50m, kube-proxy 100m, pod identity agent and node exporter the rest.
    daemons_cpu: Millicores = Millicores.parse("200m")
    daemons_memory: Bytes = Bytes.parse("400Mi")
    daemon_pods: int = Field(default=4, ge=0)
    # /28 prefixes instead of single addresses: more pods on a node, fewer calls to EC2.
    prefix_delegation: bool = False
    # The length of each zone's subnet where it is there already; left out, the smallest that fits is derived.
    subnet_prefix: int | None = Field(default=None, ge=16, le=28)

    @field_validator("labels")
    @classmethod
    def _own_labels(cls, labels: dict[str, str]) -> dict[str, str]:
        taken = sorted(
            key for key in labels if key.rpartition("/")[0].endswith(RESERVED_DOMAINS) or key == HOST_LABEL
        )
        if taken:
            raise ConfigurationError(
                field=taken[0],
                value=labels[taken[0]],
                allowed="labels of your own domain: this one is Karpenter's or Kubernetes' to set",
                remedy="rename it, such as example.com/team",
            )
        return labels

    @field_validator("other_instance_types")
    @classmethod
    def _each_type_once(cls, types: list[str]) -> list[str]:
        if len(set(types)) < len(types):
            twice = next(index for index, name in enumerate(types) if name in types[:index])
            raise ConfigurationError(
                field=f"[{twice}]", value=types[twice], allowed="each type once", remedy="remove it"
            )
        return types

    @property
    def instance_types(self) -> list[str]:
        """All that may be bought, the planned one first."""
        return [
            self.instance_type,
            *(name for name in self.other_instance_types if name != self.instance_type),
        ]

    @property
    def node_budgets(self) -> list[NodeBudget]:
        """The one that always holds, and the further ones."""
        return [NodeBudget(nodes=self.disruption_budget), *self.budgets]
