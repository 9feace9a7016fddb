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
    import pulumi
    from google.protobuf import json_format
    from pulumi.runtime import mocks
    from pulumi.runtime import settings as runtime
    from pulumi.runtime import stack as stacks

    class Monitor(mocks.MockMonitor):
        def __init__(self) -> None:
            super().__init__(answers)
            self.seen: list[Registration] = []

        def SupportsFeature(self, request: Any) -> Any:  # noqa: N802
            answer = super().SupportsFeature(request)  # type: ignore[no-untyped-call]
            if request.id == "resourceReferences":
                answer.hasSupport = False
            return answer

        def RegisterResource(self, request: Any) -> Any:  # noqa: N802
            inputs = json_format.MessageToDict(request.object)
            self.seen.append(Registration(request.type, request.name, inputs))
            return super().RegisterResource(request)  # type: ignore[no-untyped-call]

    monitor = Monitor()
    # The mock monitor makes an event loop in each thread that it answers in; one thread, so that it can be closed.
    thread = ThreadPoolExecutor(
        max_workers=1, initializer=lambda: asyncio.set_event_loop(asyncio.new_event_loop())
    )

    async def main() -> None:
        asyncio.get_running_loop().set_default_executor(thread)
        mocked = mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor,
            engine=mocks.MockEngine(None),
            project="headroom",
            stack=stack,
            dry_run=preview,
        )
        pulumi.runtime.configure(mocked)
        runtime.set_root_resource(None)  # type: ignore[arg-type]

        def run() -> None:
            program()

        try:
            await stacks.run_in_stack(run)
        finally:
            await asyncio.get_running_loop().run_in_executor(thread, _close_loop)

    try:
        asyncio.run(main())
    finally:
        thread.shutdown()
    return monitor.seen


def _close_loop() -> None:
    asyncio.get_event_loop_policy().get_event_loop().close()
