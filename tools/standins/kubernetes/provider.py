"""The stand-in for pulumi-resource-kubernetes: the engine's questions, answered without a cluster.

What is stored is what was asked for, in the shape in which the vendor's plugin stores it. Which change replaces is
decided by replacements.py.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from tools.standins.errors import Refused
from tools.standins.kubernetes.replacements import differences, replaces
from tools.standins.render import at, suffix
from tools.standins.values import UNKNOWN, plain_map, wrap

# How the vendor's plugin marks a name that was drawn (pulumi-kubernetes, provider/pkg/metadata/naming.go).
AUTONAMED: Final = "pulumi.com/autonamed"
BALANCER: Final = "stand-in.elb.amazonaws.com"


class KubernetesProvider(protocol.Provider):
    """One provider instance; it keeps nothing, since the engine's state is all that there is.

    ``log`` is told of every object that is made, changed or taken away, in the words of the account's log.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log

    async def check_config(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        return protocol.CheckResponse(request.new_inputs, [])

    async def diff_config(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        # Which kubeconfig it is says nothing about the objects: it is another file on every machine.
        return protocol.DiffResponse(changes=False)

    async def configure(self, request: protocol.ConfigureRequest) -> protocol.ConfigureResponse:
        return protocol.ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request: protocol.CheckRequest) -> protocol.CheckResponse:
        inputs = dict(request.new_inputs)
        if not _is_release(_token(request)):
            _name(inputs, request)
        return protocol.CheckResponse(inputs, [])

    async def diff(self, request: protocol.DiffRequest) -> protocol.DiffResponse:
        before, now = plain_map(request.old_state), plain_map(request.new_inputs)
        token = _token(request)
        # A controller's word, which nobody states.
        before.pop("status", None)
        changed = list(differences(before, now))
        replacing = [path for path in changed if replaces(token, path)]
        return protocol.DiffResponse(
            changes=bool(changed),
            replaces=replacing,
            delete_before_replace=bool(replacing)
            and _named(now) is not None
            and _named(before) == _named(now),
            diffs=changed,
            detailed_diff={path: PropertyDiff(_kind(path in replacing), True) for path in changed},
        )

    async def create(self, request: protocol.CreateRequest) -> protocol.CreateResponse:
        identity = None
        if not request.preview:
            identity = _identity(plain_map(request.properties), request.name)
            self._say("create", request.urn, identity)
        return protocol.CreateResponse(identity, _answered(request.urn, request.properties, request.preview))

    async def update(self, request: protocol.UpdateRequest) -> protocol.UpdateResponse:
        if not request.preview:
            self._say("update", request.urn, request.resource_id)
        return protocol.UpdateResponse(_answered(request.urn, request.news, request.preview))

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        return protocol.ReadResponse(request.resource_id, dict(request.properties), dict(request.inputs))

    async def delete(self, request: protocol.DeleteRequest) -> None:
        self._say("delete", request.urn, request.resource_id)

    async def invoke(self, request: protocol.InvokeRequest) -> protocol.InvokeResponse:
        raise Refused("NotThere", f"the stand-in for kubernetes does not answer {request.tok}")

    async def construct(self, request: protocol.ConstructRequest) -> protocol.ConstructResponse:
        raise Refused("NotThere", f"the stand-in for kubernetes does not build {request.resource_type}")

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        return protocol.GetSchemaResponse(json.dumps({"name": "kubernetes"}))

    def _say(self, operation: str, urn: str, identity: str) -> None:
        self._log(f"{operation} {_type(urn)} {urn.rpartition('::')[2]} {identity}")


def _answered(urn: str, properties: Mapping[str, PropertyValue], preview: bool) -> dict[str, PropertyValue]:
    """An Ingress, once it is there, has the load balancer that a controller would have made."""
    if preview or not _type(urn).endswith(":Ingress"):
        return dict(properties)
    return {**properties, "status": wrap({"loadBalancer": {"ingress": [{"hostname": BALANCER}]}})}


def _name(inputs: dict[str, PropertyValue], request: protocol.CheckRequest) -> None:
    """A name for an object without one, kept for as long as it lives."""
    metadata = inputs.get("metadata")
    inner: Any = metadata.value if metadata is not None else {}
    if not isinstance(inner, dict) and not hasattr(inner, "items"):
        return
    stated = dict(inner)
    if stated.get("name") is not None and stated["name"].value is not None:
        return
    kept = _kept_name(plain_map(request.old_inputs))
    annotations: Any = stated["annotations"].value if "annotations" in stated else {}
    marked = {**dict(annotations), AUTONAMED: wrap("true")} if hasattr(annotations, "items") else {}
    stated["name"] = wrap(kept or f"{request.name}-{suffix(str(request.urn))}")
    stated["annotations"] = wrap(marked)
    inputs["metadata"] = wrap(stated)


def _kind(new_object: bool) -> PropertyDiffKind:
    return PropertyDiffKind.UPDATE_REPLACE if new_object else PropertyDiffKind.UPDATE


def _kept_name(old: dict[str, Any]) -> str | None:
    metadata = old.get("metadata")
    if not isinstance(metadata, dict):
        return None
    annotations = metadata.get("annotations")
    drawn = isinstance(annotations, dict) and annotations.get(AUTONAMED) == "true"
    return str(metadata["name"]) if drawn and metadata.get("name") else None


def _named(inputs: dict[str, Any]) -> tuple[Any, Any] | None:
    """What an object is found by; None where its name was drawn, so that a new one can be made beside it."""
    if _kept_name(inputs):
        return None
    return at(inputs, "metadata.name") or inputs.get("name"), at(inputs, "metadata.namespace")


def _identity(inputs: dict[str, Any], fallback: str) -> str:
    name = at(inputs, "metadata.name") or inputs.get("name") or fallback
    namespace = at(inputs, "metadata.namespace") or inputs.get("namespace")
    found = [str(part) for part in (namespace, name) if part and part is not UNKNOWN]
    return "/".join(found)


def _is_release(token: str) -> bool:
    return token.startswith("kubernetes:helm.sh/")


def _token(request: Any) -> str:
    return str(request.type).rpartition("$")[2]


def _type(urn: str) -> str:
    """kubernetes:core/v1:Namespace, out of a URN that names the parents' types before it."""
    return urn.split("::")[-2].rpartition("$")[2]
