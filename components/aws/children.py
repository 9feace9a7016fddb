"""How the children of an AWS component are named, tagged and parented, and outputs that know what they wait for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import pulumi

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Children:
    """The names, tags and options that the children of one component share."""

    parent: pulumi.Resource
    name: str
    tags: Mapping[str, str]

    def named(self, part: str) -> str:
        """The resource name of a child."""
        return f"{self.name}-{part}"

    def tagged(self, part: str, **more: str) -> dict[str, str]:
        """The tags of a child: the stated ones and the name under which the console lists it."""
        return {**self.tags, "Name": self.named(part), **more}

    def opts(
        self, depends_on: Sequence[pulumi.Resource] = (), *, protect: bool | None = None, **more: Any
    ) -> pulumi.ResourceOptions:
        """Options of a child. ``protect`` None inherits: an explicit False would undo the caller's True."""
        return pulumi.ResourceOptions(
            parent=self.parent, depends_on=list(depends_on) or None, protect=protect, **more
        )


def known_after(value: pulumi.Input[T], resource: pulumi.Resource) -> pulumi.Output[T]:
    """``value``, which whoever takes it may use only once ``resource`` exists.

    A value that is known stays known in a preview, so that what is built from it (IAM policies, tags) can be read and
    checked there; taken from the resource itself it would be unknown.
    """
    stated = pulumi.Output.from_input(value)

    async def resources() -> set[pulumi.Resource]:
        return {resource, *await stated.resources()}

    async def content() -> T:
        # None stands for a value that is not known; is_known says so.
        return cast(T, await stated.future())

    return pulumi.Output(resources(), content(), stated.is_known(), stated.is_secret())
