"""From what a stack registers to IAM statements, and from statements to managed policies that IAM takes.

Narrowed by region, by the names that the program gives, and, for deletion, by the stack's tag. Pure.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.aws import EksCluster

from ..mock_engine import Registration
from .needed import ATTACHMENT, POD_IDENTITY, ROLE, Needed
from .registered import Registered
from .table import GLOBAL, NO_ACCOUNT, PROVIDER, QUESTIONS, TYPES

LARGEST: Final = 6144
"""Characters of a managed policy, white space not counted (IAM and STS quotas)."""
MOST: Final = 10
"""Managed policies of one role, by default (the same page)."""
STACK_TAG: Final = "stack"
# What stands for a value that only the engine will know (pulumi.runtime.rpc.UNKNOWN).
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Statement = dict[str, Any]
_Key = tuple[tuple[str, ...], bool]


class MissingError(Exception):
    """A resource type or a question that the table does not have."""


@dataclass(frozen=True)
class Where:
    """Account, region and partition of the stack, its cluster, and its tag."""

    account: str
    region: str
    partition: str
    cluster: str
    tag: str | None

    def arn(self, service: str, resource: str) -> str:
        region = "" if service in GLOBAL else self.region
        account = "" if service in NO_ACCOUNT else self.account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"


def where(target: EksCluster, account: str, partition: str) -> Where:
    return Where(account, target.region, partition, target.name, target.tags.get(STACK_TAG))


def statements(found: Registered, here: Where) -> list[Statement]:
    """The statements. Raises MissingError with everything that the table lacks."""
    missing = sorted({one.type for one in found.resources} - set(TYPES) | found.questions - set(QUESTIONS))
    if missing:
        raise MissingError(", ".join(missing))
    scopes = _scopes(found, here)
    return [*_plain(scopes, here), *_attached(found.resources, here), *_passed(found.resources, here)]


def _scopes(found: Registered, here: Where) -> Mapping[_Key, set[str]]:
    """Actions by the resources that they are for, and whether the stack's tag narrows them."""
    at: dict[str, set[str]] = defaultdict(set)
    tagged: set[str] = set()
    everywhere = {*PROVIDER, *(action for token in found.questions for action in QUESTIONS[token])}
    for kind in {one.type for one in found.resources}:
        needed, ours = TYPES[kind], [one for one in found.resources if one.type == kind]
        everywhere |= set(needed.looks)
        for action in (*needed.makes, *needed.ends):
            at[action] |= set(_at(action.partition(":")[0], needed, ours, here))
        if needed.tagged and all(_carries(one, here) for one in ours):
            tagged |= set(needed.ends)
    by_scope: dict[_Key, set[str]] = defaultdict(set)
    by_scope[("*",), False] = everywhere
    for action, resources in at.items():
        if action in everywhere:
            continue
        listed = ("*",) if "*" in resources else tuple(sorted(resources))
        by_scope[listed, action in tagged].add(action)
    return by_scope


def _at(service: str, needed: Needed, ours: Sequence[Registration], here: Where) -> Iterator[str]:
    if not needed.at:
        yield "*"
    for one in ours:
        values = {"name": _name(one, needed.name), "cluster": here.cluster, "region": here.region}
        for template in needed.at:
            yield here.arn(service, template.format(**values))


def _name(one: Registration, field: str) -> str:
    stated = one.inputs.get(field)
    if stated is None:
        return f"{one.name}-*"
    return "*" if not isinstance(stated, str) or stated == _UNKNOWN else stated


def _carries(one: Registration, here: Where) -> bool:
    tags = one.inputs.get("tags")
    return here.tag is not None and isinstance(tags, Mapping) and tags.get(STACK_TAG) == here.tag


def _plain(scopes: Mapping[_Key, set[str]], here: Where) -> Iterator[Statement]:
    for number, ((resources, tagged), actions) in enumerate(sorted(scopes.items())):
        for regional in (True, False):
            part = sorted(one for one in actions if (one.partition(":")[0] not in GLOBAL) is regional)
            if not part:
                continue
            equals = {"aws:RequestedRegion": here.region} if regional else {}
            if tagged:
                equals[f"aws:ResourceTag/{STACK_TAG}"] = here.tag or ""
            yield {
                "Sid": f"{'Region' if regional else 'Global'}{number:02}",
                "Effect": "Allow",
                "Action": part,
                "Resource": list(resources) if resources != ("*",) else "*",
                **({"Condition": {"StringEquals": equals}} if equals else {}),
            }


def _roles(resources: Sequence[Registration], here: Where) -> list[str]:
    return sorted({here.arn("iam", f"role/{_name(one, 'name')}") for one in resources if one.type == ROLE})


def _roles_of_others(resources: Sequence[Registration]) -> list[str]:
    """Roles that are there already, tied to pods; those of the program have no ARN in a preview."""
    tied = (one.inputs.get("roleArn") for one in resources if one.type == POD_IDENTITY)
    return sorted({arn for arn in tied if isinstance(arn, str) and arn.startswith("arn:")})


def _attached(resources: Sequence[Registration], here: Where) -> Iterator[Statement]:
    """Only the policies that the program attaches, to its own roles."""
    policies = sorted({str(one.inputs["policyArn"]) for one in resources if one.type == ATTACHMENT})
    if policies:
        yield {
            "Sid": "Attach",
            "Effect": "Allow",
            "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            "Resource": _roles(resources, here),
            "Condition": {"ArnLike": {"iam:PolicyARN": ["*" if p == _UNKNOWN else p for p in policies]}},
        }


def _passed(resources: Sequence[Registration], here: Where) -> Iterator[Statement]:
    kinds = {one.type for one in resources}
    services = sorted({service for kind in kinds for service in TYPES[kind].passes})
    others = _roles_of_others(resources)
    if others:
        # EKS, CreatePodIdentityAssociation: the role is looked at; for the program's own that is among its rights.
        yield {"Sid": "Look", "Effect": "Allow", "Action": "iam:GetRole", "Resource": others}
    roles = [*_roles(resources, here), *others]
    if services and roles:
        yield {
            "Sid": "Pass",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": roles,
            "Condition": {"StringEquals": {"iam:PassedToService": services}},
        }
    linked = sorted({service for kind in kinds for service in TYPES[kind].linked})
    if linked:
        yield {
            "Sid": "Linked",
            "Effect": "Allow",
            "Action": ["iam:CreateServiceLinkedRole", "iam:GetRole"],
            "Resource": [here.arn("iam", f"role/aws-service-role/{service}/*") for service in linked],
        }


def size(statements: Sequence[Statement]) -> int:
    """Characters as IAM counts them, or a few more (blanks inside of strings)."""
    return len(json.dumps(document(statements), separators=(",", ":")))


def document(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def policies(statements: Sequence[Statement], largest: int = LARGEST) -> list[list[Statement]]:
    """As few managed policies as fit, in order; a statement that is too long alone is cut by its actions."""
    packed: list[list[Statement]] = []
    for statement in statements:
        for part in _parts(statement, largest):
            room = next((one for one in packed if size([*one, part]) <= largest), None)
            if room is None:
                packed.append([part])
            else:
                room.append(part)
    return packed


def _parts(statement: Statement, largest: int) -> Iterator[Statement]:
    if size([statement]) <= largest:
        yield statement
        return
    cut = next(
        key for key in ("Resource", "Action") if isinstance(statement[key], list) and len(statement[key]) > 1
    )
    half = len(statement[cut]) // 2
    for letter, values in (("a", statement[cut][:half]), ("b", statement[cut][half:])):
        yield from _parts({**statement, "Sid": statement["Sid"] + letter, cut: values}, largest)
