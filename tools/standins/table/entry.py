"""One row of the table: what the stand-in knows of a resource beyond the SDK's types.

It holds data and decides nothing. Templates are filled by render.py with the resource's own inputs, with {region},
{account}, {id}, {arn}, {host} (a url without its scheme), and with {hex}, {hex16}, {digits}, {uuid} and {upper},
which are drawn from the resource's URN and so are the same in every run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.standins.policies import Use


@dataclass(frozen=True)
class Entry:
    """What a resource type is called, made by and refused for.

    `identity` and `arn` are templates; `operation` is "service.Operation" of botocore, "" where the resource is no
    single call, and `members` says where a property's name differs from the member's (limits.py). A change of one of
    `replaces` (a path) is a new resource. `autoname` is the property that is drawn from the logical name where it is
    not given, with at most `longest_name` characters, in lower case where the service knows no other (`lowercase`).
    No two live resources agree in all of `unique`. `policies` are properties that hold an IAM document. `parents` are
    properties that hold the name, not the id, of another resource: its type and which of its properties
    ("aws:iam/role:Role.name"). `computed` are outputs, by path.
    """

    identity: str
    arn: str = ""
    operation: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    autoname: str = ""
    longest_name: int = 64
    lowercase: bool = False
    unique: tuple[str, ...] = ()
    policies: Mapping[str, Use] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, Any] = field(default_factory=dict)


UNLISTED = Entry("{hex}")
"""A type that the SDK has and the table has not: its types, tags and references are judged all the same."""
