"""Answers the engine's Construct for the components of pulumi-eks.

It decides which component is asked for and judges its inputs by the SDK's types; what each is made of is in its own
file. Components that the stand-in does not build are refused by name.
"""

import json
from typing import Any

import pulumi
from pulumi.provider.experimental import provider as protocol

from tools.standins import schema, typed
from tools.standins.eks import children
from tools.standins.eks.addons import Addon
from tools.standins.eks.cluster import Cluster
from tools.standins.eks.inputs import Inputs, as_values
from tools.standins.eks.nodes import ManagedNodeGroup, cluster_of
from tools.standins.errors import Refused
from tools.standins.values import plain_map


class EksProvider(protocol.Provider):
    """Stateless: every construct registers its children with the engine."""

    def __init__(self) -> None:
        children.register()

    async def get_schema(self, request: protocol.GetSchemaRequest) -> protocol.GetSchemaResponse:
        return protocol.GetSchemaResponse(json.dumps({"name": "eks"}))

    async def construct(self, request: protocol.ConstructRequest) -> protocol.ConstructResponse:
        properties = schema.resource(request.resource_type).inputs
        failures = list(typed.check(plain_map(request.inputs), properties, request.resource_type))
        if failures:
            reasons = "; ".join(f"{one.path}: {one.reason}" for one in failures)
            raise Refused("InvalidProperty", f"{request.resource_type} {request.name}: {reasons}")
        made = _build(request.resource_type, request.name, Inputs(request.inputs), request.options)
        values = await as_values(made.outputs)
        urn = await made.urn.future()
        return protocol.ConstructResponse(str(urn), values, {})


def _build(token: str, name: str, inputs: Inputs, options: pulumi.ResourceOptions | None) -> Any:
    given = options or pulumi.ResourceOptions()
    match token:
        case "eks:index:Cluster":
            return Cluster(name, inputs, given)
        case "eks:index:ManagedNodeGroup":
            return ManagedNodeGroup(name, inputs, given)
        case "eks:index:Addon":
            return Addon(token, name, _addon(inputs), given)
    raise Refused("NotBuilt", f"the stand-in does not build {token}")


def _addon(inputs: Inputs) -> dict[str, Any]:
    cluster = cluster_of(inputs)[0]
    tags = inputs.output("tags")
    given = inputs.chosen(
        "addonName", "addonVersion", "preserve", "resolveConflictsOnCreate", "resolveConflictsOnUpdate",
        "serviceAccountRoleArn",
    )  # fmt: skip
    values = inputs.output("configurationValues")
    more = {
        "clusterName": cluster,
        "configurationValues": values.apply(json.dumps) if values is not None else None,
        "tags": tags.apply(lambda maps: {key: one for many in maps for key, one in many.items()})
        if tags
        else None,
    }
    return {**given, **{name: value for name, value in more.items() if value is not None}}
