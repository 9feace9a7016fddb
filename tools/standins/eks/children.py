"""Resources without their SDK: the eks stand-in registers aws resources by token, so that it starts in a second.

It decides how a child is registered and how a resource that was made elsewhere is looked up. It never makes anything
itself: the aws stand-in judges and makes what is registered here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.runtime.rpc import ResourceModule, register_resource_module

from tools.standins import schema


class Child(pulumi.CustomResource):
    """An aws resource; every output of its type is an attribute under its name on the wire."""

    def __init__(
        self,
        token: str,
        name: str,
        inputs: Mapping[str, Any],
        parent: pulumi.Resource,
        depends_on: Sequence[pulumi.Resource] = (),
        ignore_changes: Sequence[str] = (),
    ) -> None:
        outputs = dict.fromkeys(schema.resource(token).outputs)
        options = pulumi.ResourceOptions(
            parent=parent,
            version=schema.plugin_version("aws"),
            depends_on=list(depends_on),
            ignore_changes=list(ignore_changes),
        )
        super().__init__(token, name, {**outputs, **inputs}, options)

    def out(self, name: str) -> pulumi.Output[Any]:
        return pulumi.Output.from_input(getattr(self, name))


class Known(pulumi.CustomResource):
    """A resource that was made elsewhere, by its URN."""

    def __init__(self, token: str, urn: str, outputs: Sequence[str]) -> None:
        super().__init__(
            token, urn.rpartition("::")[2], dict.fromkeys(outputs), pulumi.ResourceOptions(urn=urn)
        )

    def out(self, name: str) -> pulumi.Output[Any]:
        return pulumi.Output.from_input(getattr(self, name))


class _Clusters(ResourceModule):
    """Makes an aws cluster that another component returned a resource again, so that what uses its name depends on it:
    without that a cluster is deleted before its node groups."""

    def version(self) -> None:
        return None

    def construct(self, name: str, typ: str, urn: str) -> pulumi.Resource:
        return Known(typ, urn, ["name", "arn"])


def register() -> None:
    """Once, when the plugin starts."""
    register_resource_module("aws", "eks/cluster", _Clusters())


class KnownComponent(pulumi.ComponentResource):
    """A component that was made elsewhere, by its URN."""

    def __init__(self, token: str, urn: str, outputs: Sequence[str]) -> None:
        super().__init__(
            token, urn.rpartition("::")[2], dict.fromkeys(outputs), pulumi.ResourceOptions(urn=urn)
        )

    def out(self, name: str) -> pulumi.Output[Any]:
        return pulumi.Output.from_input(getattr(self, name))
