"""Who refers to whom: refuses what refers to nothing, and the deletion of what is still referred to.

An id ("subnet-0ab..."), an ARN of this account and a queue's url are known by their shape, wherever they stand; names
that refer (a role's, a cluster's) by the table. It decides nothing about values that refer to other accounts.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from tools.standins import schema
from tools.standins.errors import Refused
from tools.standins.render import account
from tools.standins.store import Contents, Object
from tools.standins.table import row_of
from tools.standins.table.entry import Entry
from tools.standins.values import strings

_ID: Final = re.compile(
    r"(vpc|subnet|sg|igw|eigw|nat|rtb|eipalloc|vpce|lt|sgr|fl|acl|dopt|ws)-[0-9a-f][0-9a-f-]{7,40}"
)
_ARN: Final = re.compile(rf"arn:aws:[a-z0-9-]+:[a-z0-9-]*:{account()}:.+")
_AWS_POLICY: Final = "arn:aws:iam::aws:policy/"
_OWN: Final = ("arn", "url", "keyId", "zoneId", "allocationId")
_CODES: Final = {
    "vpc": "InvalidVpcID.NotFound",
    "subnet": "InvalidSubnetID.NotFound",
    "sg": "InvalidGroup.NotFound",
}
_NEWER_POLICIES: Final = frozenset(
    _AWS_POLICY + name for name in ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
)
"""Policies of AWS that the SDK's list does not have yet."""


def check(inputs: Mapping[str, Any], row: Entry, contents: Contents) -> Iterator[Refused]:
    """What of these inputs refers to nothing."""
    known = _known(contents)
    for path, value in _referring(inputs, row):
        if value.startswith(_AWS_POLICY):
            if value not in _aws_policies():
                yield Refused("NoSuchEntity", f"{path}: Policy {value} does not exist or is not attachable")
        elif _bare(value) not in known:
            kind = value.partition("-")[0]
            yield Refused(
                _CODES.get(kind, "ResourceNotFoundException"),
                f"{path}: {value} does not exist in this account",
            )
    for path, token, value in _named(inputs, row):
        if not any(_answers(one, token, value) for one in contents.of(token.partition(".")[0])):
            yield Refused(
                "NoSuchEntity", f"{path}: there is no {token.partition('.')[0]} {value!r} in this account"
            )


def hidden(inputs: Mapping[str, Any], row: Entry, contents: Contents) -> list[Object]:
    """Referred to, there, and not seen yet by every server (eventual consistency)."""
    values = {_bare(value) for _, value in _referring(inputs, row)}
    values |= {value for _, _, value in _named(inputs, row)}
    return [one for one in contents.objects.values() if one.hidden > 0 and values & _names(one)]


def holders(one: Object, contents: Contents) -> list[Object]:
    """What still refers to an object, so that it cannot go."""
    names = _names(one)
    found = []
    for other in contents.objects.values():
        if other is one:
            continue
        row = row_of(other.token)
        refers = any(_bare(value) in names for _, value in _referring(other.properties, row))
        if refers or any(_answers(one, token, value) for _, token, value in _named(other.properties, row)):
            found.append(other)
    return found


def _referring(inputs: Mapping[str, Any], row: Entry) -> Iterator[tuple[str, str]]:
    """Strings that are references by their shape. Tags and policies are text."""
    for path, value in strings({key: one for key, one in inputs.items() if key not in ("tags", "tagsAll")}):
        if path.partition("[")[0].partition(".")[0] in row.policies or path.startswith("__"):
            continue
        if _ID.fullmatch(value) or _ARN.fullmatch(value) or value.startswith((_AWS_POLICY, "https://sqs.")):
            yield path, value


def _named(inputs: Mapping[str, Any], row: Entry) -> Iterator[tuple[str, str, str]]:
    for name, token in row.parents.items():
        value = inputs.get(name)
        # ElastiCache and EventBridge come with things of their own, called default.
        if isinstance(value, str) and not value.startswith("default") and not _ARN.fullmatch(value):
            yield name, token, value


def _answers(one: Object, token: str, value: str) -> bool:
    of, _, name = token.partition(".")
    return one.token == of and value in (one.id, one.properties.get(name), one.computed.get(name))


def _names(one: Object) -> set[str]:
    """By what an object is referred to: its id, its ARN and the like, and the ids that were drawn together with it (a
    VPC's own security group)."""
    drawn = row_of(one.token).computed
    own = {
        value
        for path, value in strings(one.computed)
        if path in _OWN or (_ID.fullmatch(value) and "{hex}" in str(drawn.get(path)))
    }
    return {one.id} | own


def _known(contents: Contents) -> set[str]:
    return {name for one in contents.objects.values() for name in _names(one)}


def _bare(value: str) -> str:
    """A log group's ARN is also written with ":*" behind it."""
    return value.removesuffix(":*")


@cache
def _aws_policies() -> frozenset[str]:
    """What the SDK lists of AWS's own policies."""
    return schema.enum_values("aws/iam", "ManagedPolicy") | _NEWER_POLICIES
