"""A mark on what has no namespace of its own, by which two deployments cannot both own it.

The engine's provider takes over an object that exists, and removes it with the stack. The mark is made up once and kept
in the engine's state; server-side apply changes no field that somebody else applied, so the API server refuses a second
deployment that would make the same object, with the mark as the conflict.
"""

from uuid import uuid4

import pulumi

from .policy.facts.annotations.others import OWNER


def owner_mark() -> dict[str, str]:
    """The annotation of an object that is made now; of one that is there the engine keeps the first."""
    return {OWNER.key: str(uuid4())}


def marked(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options of an object with the mark."""
    kept = pulumi.ResourceOptions(ignore_changes=[f'metadata.annotations["{OWNER.key}"]'])
    return pulumi.ResourceOptions.merge(opts, kept)
