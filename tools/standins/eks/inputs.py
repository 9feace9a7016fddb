"""Inputs of a component as Pulumi's Outputs, with their unknowns, secrets and dependencies, and outputs back.

It decides the conversion only. A value that holds an unknown anywhere is unknown as a whole.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue, ResourceReference
from pulumi.resource import DependencyResource
from pulumi.runtime import rpc

from tools.standins.values import UNKNOWN, has_unknown, plain


class Inputs:
    """Reading access to a component's inputs by their names on the wire."""

    def __init__(self, values: Mapping[str, PropertyValue]) -> None:
        self._values = values

    def plain(self, name: str, default: Any = None) -> Any:
        """The value as it is, with UNKNOWN inside where it is not known; `default` for null."""
        value = plain(self._values[name]) if name in self._values else None
        return default if value is None else value

    def output(self, name: str) -> pulumi.Output[Any] | None:
        """The value as an Output, None if it is not given."""
        given = self._values.get(name)
        return None if given is None or given.value is None else as_output(given)

    def chosen(self, *names: str) -> dict[str, pulumi.Output[Any]]:
        """Those of these inputs that are given."""
        found = {name: self.output(name) for name in names}
        return {name: value for name, value in found.items() if value is not None}

    def part(self, name: str, key: str) -> Any:
        """One entry of an object, as an Output if it depends on anything; None if it is not given."""
        given = self._values.get(name)
        inner = given.value.get(key) if given is not None and isinstance(given.value, Mapping) else None
        if inner is None or inner.value is None:
            return None
        return as_output(inner.with_dependencies(inner.dependencies | given.dependencies)) if given else None

    def reference(self, name: str, key: str = "") -> str | None:
        """The URN of a resource that is given itself, at the top or as an entry of an object."""
        value = self.plain(name)
        if key:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value.urn if isinstance(value, ResourceReference) else None


def as_output(given: PropertyValue) -> pulumi.Output[Any]:
    value = plain(given)
    unknown = has_unknown(value)
    resources = {cast(pulumi.Resource, DependencyResource(urn)) for urn in given.all_dependencies()}
    return pulumi.Output(
        resources, _done(None if unknown else value), _done(not unknown), _done(given.contains_secret())
    )


async def as_values(outputs: Mapping[str, Any]) -> dict[str, PropertyValue]:
    """Outputs of a component in the engine's form, with what each depends on."""
    dependencies: dict[str, list[pulumi.Resource]] = {}
    given = {name: value for name, value in outputs.items() if value is not None}
    struct = await rpc.serialize_properties(given, dependencies)
    values = PropertyValue.unmarshal_map(struct)
    found = {}
    for name, value in values.items():
        urns = [await one.urn.future() for one in dependencies.get(name, [])]
        found[name] = value.with_dependencies([urn for urn in urns if urn])
    return found


def _done(value: Any) -> "asyncio.Future[Any]":
    future: asyncio.Future[Any] = asyncio.Future()
    future.set_result(value)
    return future


def known_or(value: Any, default: Any) -> Any:
    return default if value is UNKNOWN or value is None else value
