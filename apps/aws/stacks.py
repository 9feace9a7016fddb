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
    def read(cls, stack: str, here: Mapping[str, Any]) -> Self:
        """From another stack. Raises StackError, before anything is registered, for an output that is not there, and
        for one of ``here`` (what this stack states) that differs.
        """
        names = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        _check(stack, names, here)
        reference = pulumi.StackReference(stack)
        return cls(**{name: reference.require_output(name) for name in names})


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
    """The network of ``stack``, which lies where this stack is."""
    return NetworkOutputs.read(stack, {"zones": list(zones), "region": place.region})


def read_cluster(stack: str, zones: Sequence[str]) -> ClusterOutputs:
    """The cluster of ``stack``, which has this stack's zones."""
    return ClusterOutputs.read(stack, {"zones": list(zones)})


def _check(stack: str, names: Sequence[str], here: Mapping[str, Any]) -> None:
    there = _outputs(stack)
    missing = [name for name in names if there.get(name) is None]
    problems = [
        problem_line(
            "cluster",
            f"has no output {', '.join(missing)}; allowed: a stack whose headroom:layer made it; run up there first",
            stack,
        )
    ] * bool(missing)
    problems += [
        problem_line(name, f"allowed: {there[name]}, where stack {stack} is; state the same", ours)
        for name, ours in here.items()
        if name not in missing and there[name] != ours
    ]
    if problems:
        raise StackError(f"stack {pulumi.get_stack()}", problems)


def _outputs(stack: str) -> Mapping[str, Any]:
    """What the engine knows of the other stack now. Secrets among it are looked at for being there, nothing else."""
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": stack}).value
    except Exception as error:
        # The SDK raises what the engine said as a plain Exception.
        reason = (str(error).strip().splitlines() or ["no answer"])[-1]
        problem = f"cannot be read: {reason}; allowed: ORGANIZATION/PROJECT/STACK of a stack that is up"
        raise StackError(f"stack {pulumi.get_stack()}", [problem_line("cluster", problem, stack)]) from None
    return dict((answer or {}).get("outputs") or {})
