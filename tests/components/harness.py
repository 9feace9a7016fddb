"""Runs a component under Pulumi mocks and gives back what it registered.

The mocks answer with what they were given; they check that every registration is well formed, so a component cannot
pass here by handing the engine something that the engine would refuse.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, settings, stack


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


@dataclass
class Recorder(mocks.Mocks):
    """Answers every registration with its own inputs; in a preview what only the cluster knows stays unknown."""

    calls: list[mocks.MockCallArgs] = field(default_factory=list)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", {**dict(args.inputs), **written_by_a_controller(args)}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        self.calls.append(args)
        return {}, None


# Where a load balancer is found, once its controller has made it.
LOAD_BALANCER: Final = "k8s-shop-1234567890.ap-northeast-2.elb.amazonaws.com"


def written_by_a_controller(args: mocks.MockResourceArgs) -> dict[str, Any]:
    """The status that an object has when its registration is done; in a preview nobody has written it yet."""
    if args.typ != "kubernetes:networking.k8s.io/v1:Ingress" or pulumi.runtime.is_dry_run():
        return {}
    return {"status": {"loadBalancer": {"ingress": [{"hostname": LOAD_BALANCER}]}}}


class RecordingMonitor(mocks.MockMonitor):
    """The SDK's mock monitor, keeping parents, providers and dependencies, which ``Mocks`` is not shown."""

    def __init__(self) -> None:
        super().__init__(Recorder())
        self.requests: list[Any] = []
        self.outputs: dict[str, dict[str, Any]] = {}

    def SupportsFeature(self, request: Any) -> Any:
        answer = super().SupportsFeature(request)  # type: ignore[no-untyped-call]
        if request.id == "resourceReferences":
            answer.hasSupport = False
        return answer

    def RegisterResource(self, request: Any) -> Any:
        self.requests.append(request)
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    def RegisterResourceOutputs(self, request: Any) -> Any:
        assert request.urn not in self.outputs, f"{request.urn}: outputs registered twice"
        self.outputs[request.urn] = dict(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


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
    monitor = RecordingMonitor()
    results: list[Any] = []

    # The mock monitor makes an event loop in each thread that it answers in; one thread, so that it can be closed.
    thread = ThreadPoolExecutor(
        max_workers=1, initializer=lambda: asyncio.set_event_loop(asyncio.new_event_loop())
    )

    async def main() -> None:
        asyncio.get_running_loop().set_default_executor(thread)
        mocked = mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor, engine=mocks.MockEngine(None), project="headroom", stack="test", dry_run=preview
        )
        pulumi.runtime.configure(mocked)
        settings.set_root_resource(None)  # type: ignore[arg-type]
        returned: list[Any] = []
        await stack.run_in_stack(lambda: returned.append(program()))
        if isinstance(returned[0], (pulumi.Output, dict)):
            results.append(await pulumi.Output.from_input(returned[0]).future(with_unknowns=False))

    try:
        asyncio.run(_closing(main(), thread))
    finally:
        thread.shutdown()
    return Run(
        resources=[
            _registered(request) for request in monitor.requests if request.type != "pulumi:pulumi:Stack"
        ],
        outputs=monitor.outputs,
        result=results[0] if results else None,
    )


async def _closing(work: Coroutine[Any, Any, None], thread: ThreadPoolExecutor) -> None:
    try:
        await work
    finally:
        await asyncio.get_running_loop().run_in_executor(thread, _close_loop_of_thread)


def _close_loop_of_thread() -> None:
    asyncio.get_event_loop_policy().get_event_loop().close()


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
    )
