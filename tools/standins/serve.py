"""Serves a stand-in to the engine: the SDK's server, and what that leaves out.

It ends at once on SIGINT, SIGTERM, Cancel and when the engine is gone (the engine waits five seconds for a plugin
that does not), hands on refusals in the service's own words, and says of a thing that was made and did not become
ready that it is there. It decides nothing about resources.
"""

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Iterable
from typing import Any, Final, NoReturn

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from tools.standins.errors import InitFailed, Refused
from tools.standins.values import wrap

_ORPHAN_CHECK_SECONDS: Final = 1.0
_REPLY_SECONDS: Final = 0.05
_SIGNATURE: Final = rpc._special_sig_key


def _worded(name: str) -> Any:
    """The SDK's method of this name with refusals in their own words."""
    inherited: Any = getattr(ProviderServicer, name)

    async def method(self: Any, request: Any, context: Any) -> Any:
        return await _spoken(inherited(self, request, context), context)

    return method


class Servicer(ProviderServicer):
    """pulumirpc.ResourceProvider; names are gRPC's."""

    async def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        threading.Timer(_REPLY_SECONDS, _leave).start()
        return empty_pb2.Empty()

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        # A change is one of inputs; the SDK's server passes on the old outputs only.
        request.olds.CopyFrom(request.old_inputs)
        return await _spoken(super().Diff(request, context), context)

    Check = _worded("Check")
    Create = _worded("Create")
    Update = _worded("Update")
    Read = _worded("Read")
    Delete = _worded("Delete")
    Invoke = _worded("Invoke")

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        _complete(request.inputs.fields.values())
        # Not the SDK's own method, which makes every refusal a traceback.
        async with self._lock:
            return await _spoken(self._construct(request, context), context)


def _complete(values: Iterable[Any]) -> None:
    """Fills in what the engine leaves out of an output value and the SDK's server insists on: an unknown has no
    value, and one that depends on nothing has no dependencies."""
    for value in values:
        _complete(value.list_value.values if value.HasField("list_value") else ())
        fields = value.struct_value.fields if value.HasField("struct_value") else {}
        if _SIGNATURE in fields and _is_output(fields):
            if "value" not in fields:
                fields["value"].string_value = rpc.UNKNOWN
            if "dependencies" not in fields:
                fields["dependencies"].list_value.SetInParent()
            if "secret" not in fields:
                fields["secret"].bool_value = False
        _complete(fields.values())


def _is_output(fields: Any) -> bool:
    return bool(fields[_SIGNATURE].string_value == rpc._special_output_value_sig)


async def _spoken(call: Awaitable[Any], context: Any) -> Any:
    """The call's answer, or its refusal in its own words."""
    try:
        return await call
    except Refused as refusal:
        return await context.abort(grpc.StatusCode.UNKNOWN, str(refusal))
    except InitFailed as failure:
        return await context.abort(grpc.StatusCode.UNKNOWN, str(failure), _made(failure))
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-2:])
        return await context.abort(grpc.StatusCode.INTERNAL, f"the stand-in failed: {error!r}\n{where}")


def _made(failure: InitFailed) -> tuple[tuple[str, bytes], ...]:
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.identity,
        properties=PropertyValue.marshal_map({name: wrap(one) for name, one in failure.properties.items()}),
        inputs=PropertyValue.marshal_map({name: wrap(one) for name, one in failure.inputs.items()}),
        reasons=[failure.reason],
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=failure.reason)
    status.details.add().Pack(detail)
    return (("grpc-status-details-bin", status.SerializeToString()),)


def _leave() -> NoReturn:
    os._exit(0)


def _leave_with_parent() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(_ORPHAN_CHECK_SECONDS)
    _leave()


async def _serve(provider: Provider, version: str, engine: str) -> None:
    server = grpc.aio.server(
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer([], version, provider, engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


def main(provider: Provider, version: str) -> None:
    """Serves until it is told to stop; the engine's address is the first argument."""
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _leave())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    asyncio.run(_serve(provider, version, addresses[0] if addresses else ""))
