"""Runs the program under the SDK's mock engine: no plugin, account or cluster is asked.

It decides nothing about what is registered; the caller says what the mocks answer.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi.runtime import mocks


@dataclass(frozen=True)
class Registration:
    """One resource as the program asks for it."""

    type: str
    name: str
    inputs: dict[str, Any]


def registrations(
    program: Callable[[], object], answers: "mocks.Mocks", *, stack: str, preview: bool = False
) -> list[Registration]:
    """What ``program`` registers, in its order. In a preview what the mocks do not answer is unknown."""
    from google.protobuf import json_format

    seen: list[Registration] = []

    def keep(request: Any) -> None:
        seen.append(Registration(request.type, request.name, json_format.MessageToDict(request.object)))

    def without_result() -> None:
        program()

    run(without_result, answers, keep, stack=stack, preview=preview)
    return seen


def run(
    program: Callable[[], object],
    answers: "mocks.Mocks",
    registered: Callable[[Any], None],
    outputs: Callable[[Any], None] = lambda _: None,
    *,
    stack: str,
    preview: bool = False,
) -> Any:
    """What ``program`` returns, with outputs resolved (None where unknown).

    ``registered`` and ``outputs`` are shown the engine's requests for each resource and for each component's outputs.
    """
    import pulumi
    from pulumi.runtime import mocks
    from pulumi.runtime import settings as runtime
    from pulumi.runtime import stack as stacks

    # The mock monitor makes an event loop in each thread that it answers in; one thread, so that it can be closed.
    thread = ThreadPoolExecutor(
        max_workers=1, initializer=lambda: asyncio.set_event_loop(asyncio.new_event_loop())
    )

    async def main() -> Any:
        asyncio.get_running_loop().set_default_executor(thread)
        mocked = mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=_monitor(answers, registered, outputs),
            engine=mocks.MockEngine(None),
            project="headroom",
            stack=stack,
            dry_run=preview,
        )
        pulumi.runtime.configure(mocked)
        runtime.set_root_resource(None)  # type: ignore[arg-type]
        returned: list[Any] = []
        try:
            await stacks.run_in_stack(lambda: returned.append(program()))
            if isinstance(returned[0], (pulumi.Output, dict)):
                return await pulumi.Output.from_input(returned[0]).future(with_unknowns=False)
        finally:
            await asyncio.get_running_loop().run_in_executor(thread, _close_loop)

    try:
        return asyncio.run(main())
    finally:
        thread.shutdown()


def _monitor(
    answers: "mocks.Mocks", registered: Callable[[Any], None], outputs: Callable[[Any], None]
) -> "mocks.MockMonitor":
    """The SDK's own, which does not show ``Mocks`` parents, providers and dependencies."""
    from pulumi.runtime import mocks

    class Monitor(mocks.MockMonitor):
        def SupportsFeature(self, request: Any) -> Any:  # noqa: N802
            answer = super().SupportsFeature(request)  # type: ignore[no-untyped-call]
            # A reference that is deserialised twice never resolves.
            if request.id == "resourceReferences":
                answer.hasSupport = False
            return answer

        def RegisterResource(self, request: Any) -> Any:  # noqa: N802
            registered(request)
            return super().RegisterResource(request)  # type: ignore[no-untyped-call]

        def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
            outputs(request)
            return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]

    return Monitor(answers)


def _close_loop() -> None:
    asyncio.get_event_loop_policy().get_event_loop().close()
