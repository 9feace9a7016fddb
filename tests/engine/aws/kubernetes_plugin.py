"""A stand-in for the Kubernetes plugin where no API server is wanted: it takes every object and notes in which order.

It judges nothing: what an API server makes of the objects is asked of a real one (test_admitted.py). It writes to the
same log as the stand-ins for AWS, so that one order is seen over both.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue

from tools.standins.store import STATE_VARIABLE, Store
from tools.standins.values import has_unknown, plain_map, wrap

BALANCER: Final = "internal-sale-1.ap-northeast-2.elb.amazonaws.com"
REPOSITORY: Final = Path(__file__).resolve().parents[3]


def launcher(folder: Path) -> Path:
    """An executable that the engine takes for the plugin."""
    path = folder / "pulumi-resource-kubernetes"
    code = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r}); from {__name__} import serve; serve()"
    path.write_text(f'#!/bin/sh\nexec "{REPOSITORY}/.venv/bin/python" -P -c "{code}" "$@"\n')
    path.chmod(0o755)
    return path


def serve() -> None:
    """Answers the engine until it is told to stop."""
    from tools.standins.serve import main

    main(Everything(Store(Path(os.environ[STATE_VARIABLE]))), "4.25.0")


class Everything(protocol.Provider):
    """Every object is right, and what was put in is what is there; an Ingress has got its load balancer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        return protocol.CheckResponse(request.new_inputs, [])

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        return protocol.DiffResponse(changes=False)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        return protocol.CheckResponse(request.new_inputs, [])

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        before, now = plain_map(request.old_state), plain_map(request.new_inputs)
        changed = [
            name
            for name in sorted({*before, *now})
            if not name.startswith("__")
            and name != "status"
            and (before.get(name) != now.get(name) or has_unknown(now.get(name)))
        ]
        return protocol.DiffResponse(changes=bool(changed), diffs=changed)

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        if request.preview:
            return protocol.CreateResponse(None, request.properties)
        name = request.urn.rpartition("::")[2]
        self._store.log(f"create {_kind(request.urn)} {name} {name}")
        return protocol.CreateResponse(name, _answered(request.urn, request.properties))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        if not request.preview:
            self._store.log(f"update {_kind(request.urn)} {request.resource_id} {request.resource_id}")
        return protocol.UpdateResponse(_answered(request.urn, request.news))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        return protocol.ReadResponse(request.resource_id, request.properties, request.inputs)

    async def delete(self, request: protocol.DeleteRequest) -> None:
        self._store.log(f"delete {_kind(request.urn)} {request.resource_id} {request.resource_id}")


def _kind(urn: str) -> str:
    """kubernetes:core/v1:Namespace."""
    return urn.split("::")[-2].rpartition("$")[2]


def _answered(urn: str, properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """With the status that a controller would have written."""
    if not _kind(urn).endswith(":Ingress"):
        return dict(properties)
    return {**properties, "status": wrap({"loadBalancer": {"ingress": [{"hostname": BALANCER}]}})}
