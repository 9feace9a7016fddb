"""What one stack of this program gives to another by StackReference: a network to a cluster, a cluster to workloads.

It decides the names of these outputs, and refuses what another stack does not have or has for somewhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import pulumi

from components.policy.place import Place
from config.problems import StackError, problem_line


class _Exported:
    """A set of outputs with a name in the stack's own."""

    def exported(self) -> dict[str, pulumi.Input[Any]]:
        """As the stack's outputs."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    @classmethod
    def read(cls, stack: str) -> Self:
        """From another stack. Raises StackError, when the engine knows, for an output that is not there."""
        reference = pulumi.StackReference(stack)
        return cls(**{field.name: _required(reference, stack, field.name) for field in fields(cls)})  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class NetworkOutputs(_Exported):
    """What ``headroom:layer: network`` exports."""

    vpc_id: pulumi.Input[str]
    private_subnet_ids: pulumi.Input[Any]
    public_subnet_ids: pulumi.Input[Any]
    zones: pulumi.Input[Sequence[str]]
    region: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class ClusterOutputs(_Exported):
    """What ``headroom:layer: cluster`` exports. The kubeconfig is a secret; it names the caller's own credentials."""

    kubeconfig: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    node_role_name: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    zones: pulumi.Input[Sequence[str]]
    region: pulumi.Input[str]


def read_network(stack: str, zones: Sequence[str], place: Place) -> NetworkOutputs:
    """The network of ``stack``, once it is seen to lie where this stack is."""
    read = NetworkOutputs.read(stack)
    checked = pulumi.Output.all(read.vpc_id, read.zones, read.region).apply(
        lambda known: _placed(
            stack, known[0], {"zones": (known[1], list(zones)), "region": (known[2], place.region)}
        )
    )
    return NetworkOutputs(
        vpc_id=checked,
        private_subnet_ids=read.private_subnet_ids,
        public_subnet_ids=read.public_subnet_ids,
        zones=read.zones,
        region=read.region,
    )


def read_cluster(stack: str, zones: Sequence[str]) -> ClusterOutputs:
    """The cluster of ``stack``, once it is seen to have this stack's zones."""
    read = ClusterOutputs.read(stack)
    kubeconfig = pulumi.Output.all(read.kubeconfig, read.zones).apply(
        lambda known: _placed(stack, known[0], {"zones": (known[1], list(zones))})
    )
    return ClusterOutputs(**{**read.exported(), "kubeconfig": kubeconfig})


def _placed(stack: str, value: str, facts: Mapping[str, tuple[Any, Any]]) -> str:
    for name, (theirs, ours) in facts.items():
        if theirs != ours:
            raise StackError(
                f"stack {pulumi.get_stack()}",
                [problem_line(name, f"allowed: {theirs}, where stack {stack} is; state the same", ours)],
            )
    return value


def _required(reference: pulumi.StackReference, stack: str, name: str) -> pulumi.Output[Any]:
    def there(value: Any) -> Any:
        if value is None:
            raise StackError(
                f"stack {pulumi.get_stack()}",
                [
                    problem_line(
                        "cluster",
                        f"has no output {name}; allowed: a stack whose headroom:layer made it; run up there first",
                        stack,
                    )
                ],
            )
        return value

    return reference.get_output(name).apply(there)
