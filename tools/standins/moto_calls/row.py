"""One row of a table: which calls to a service make, read, change and delete a resource of one type.

It holds data and decides nothing. In parameters, "$path" is the value of a fact (left out where there is
none), "{name}" within a text is replaced by it, an object with "?" is there if the fact named by that is, and
a function of the facts answers itself. Facts are the resource's inputs (also whole, as `inputs`), what the
account added, `id`, `urn` and `region`; when tags change also `tags`, `kms_tags`, `tag_map`, `removed` and
`removed_keys`. What is found in an answer is said in JMESPath.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """An operation ("service.Operation"); `inputs` adds every input that has a member in the operation's model, `given`
    names the fact without which the call is not made."""

    operation: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: bool = False
    given: str = ""


@dataclass(frozen=True)
class Part:
    """What the service makes by itself beside the resource, and moto does not: `output` is its id."""

    create: Call
    found: str
    output: str
    delete: Call


@dataclass(frozen=True)
class Row:
    """`identity` is where the create's answer has the id; empty, it is the stand-in's template; `prefix` is
    what stands before the id there. `found` is what of the read's answer is the resource. `sets` are calls
    after a create for a property that is given, and in an update for one that changed; `changes` are in an
    update alone; `update` is for all other changes. `outputs` are those that the answer has under another name,
    `more` those of further calls. `tagged` names how tags change (TAGGING), `tagged_as` the resource type in
    EC2's tag specifications. `kept` are inputs that moto does not keep or not as they are given: they are the
    stand-in's own, as are the outputs in `ours`."""

    create: Call
    read: Call
    found: str
    delete: tuple[Call, ...]
    identity: str = ""
    prefix: str = ""
    sets: Mapping[str, Call] = field(default_factory=dict)
    changes: Mapping[str, Call] = field(default_factory=dict)
    update: Call | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, tuple[Call, str]] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    tagged: str = ""
    tagged_as: str = ""
    kept: frozenset[str] = frozenset()
    ours: frozenset[str] = frozenset()
