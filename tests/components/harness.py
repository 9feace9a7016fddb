"""Runs a component under Pulumi mocks and gives back what it registered.

The mocks answer with what they were given; they check that every registration is well formed, so a component cannot
pass here by handing the engine something that the engine would refuse.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks

from ops import mock_engine
from tests.components.aws_answers import answered, computed


@dataclass(frozen=True)
class Registered:
    """One registration as the engine would have seen it."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    provider: str
    depends_on: tuple[str, ...]
    protect: bool
    aliases: tuple[Any, ...]
    # How long its removal may last, such as "623s"; empty where nothing is stated.
    delete_timeout: str


class Recorder(mocks.Mocks):
    """Answers every registration with its own inputs and what AWS adds; in a preview what only the cluster knows stays
    unknown.
    """

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        added = computed(args.typ, args.name) if args.typ.startswith(("aws:", "eks:")) else {}
        return f"{args.name}-id", {**added, **dict(args.inputs), **written_by_a_controller(args)}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return answered(args.token), []


# Where a load balancer is found, once its controller has made it.
LOAD_BALANCER: Final = "k8s-shop-1234567890.ap-northeast-2.elb.amazonaws.com"


def written_by_a_controller(args: mocks.MockResourceArgs) -> dict[str, Any]:
    """The status that an object has when its registration is done; in a preview nobody has written it yet."""
    if args.typ != "kubernetes:networking.k8s.io/v1:Ingress" or pulumi.runtime.is_dry_run():
        return {}
    return {"status": {"loadBalancer": {"ingress": [{"hostname": LOAD_BALANCER}]}}}


@dataclass(frozen=True)
class Run:
    """What one program registered, and what its last expression resolved to."""

    resources: list[Registered]
    outputs: dict[str, dict[str, Any]]
    result: Any

    def one(self, kind: str) -> Registered:
        """The only resource whose type ends with ``kind``."""
        found = self.all(kind)
        assert len(found) == 1, f"{kind}: {[r.name for r in found]}"
        return found[0]

    def all(self, kind: str) -> list[Registered]:
        return [r for r in self.resources if r.type.endswith(kind)]


def run(program: Callable[[], Any], *, preview: bool = False) -> Run:
    """Run ``program`` as a stack under mocks; outputs that it returns are resolved (None where unknown)."""
    resources: list[Registered] = []
    outputs: dict[str, dict[str, Any]] = {}

    def registered(request: Any) -> None:
        if request.type != "pulumi:pulumi:Stack":
            resources.append(_registered(request))

    def told(request: Any) -> None:
        assert request.urn not in outputs, f"{request.urn}: outputs registered twice"
        outputs[request.urn] = dict(request.outputs)

    result = mock_engine.run(program, Recorder(), registered, told, stack="test", preview=preview)
    return Run(resources, outputs, result)


def whole(value: Any) -> Any:
    """The engine's numbers are all floats; the API's are not."""
    match value:
        case dict():
            return {key: whole(inner) for key, inner in value.items()}
        case list():
            return [whole(inner) for inner in value]
        case float() if value.is_integer():
            return int(value)
    return value


def unknown() -> pulumi.Output[Any]:
    """An output whose value only the cluster will know: what a preview from nothing is full of."""

    def resolved(value: Any) -> "asyncio.Future[Any]":
        future: asyncio.Future[Any] = asyncio.get_event_loop().create_future()
        future.set_result(value)
        return future

    return pulumi.Output(set(), resolved(None), is_known=resolved(False))


def _registered(request: Any) -> Registered:
    return Registered(
        type=request.type,
        name=request.name,
        inputs=json_format.MessageToDict(request.object),
        parent=request.parent,
        provider=request.provider,
        depends_on=tuple(request.dependencies),
        protect=request.protect,
        aliases=tuple(request.aliases),
        delete_timeout=request.customTimeouts.delete,
    )
