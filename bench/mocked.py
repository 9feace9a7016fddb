"""Runs a program under the SDK's mocks and prints what it registered as JSON: ``python -m bench.mocked PROGRAM``.

No engine and no provider: every resource answers with its own inputs.
"""

import asyncio
import json
import runpy
import sys
from typing import Any

import pulumi
from pulumi.runtime import mocks, stack


class Recorder(mocks.Mocks):
    """Keeps type, name and inputs of every resource."""

    def __init__(self) -> None:
        self.resources: list[dict[str, Any]] = []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append({"type": args.typ, "name": args.name, "inputs": dict(args.inputs)})
        return f"{args.name}-id", dict(args.inputs)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None


def main(program: str) -> None:
    """Run the program in this process and print its resources."""
    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="headroom", stack="bench", preview=True)

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    asyncio.get_event_loop().run_until_complete(stack.run_pulumi_func(run))
    print(json.dumps(recorder.resources))


if __name__ == "__main__":
    main(sys.argv[1])
