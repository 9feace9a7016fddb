"""Refuses IAM policy documents that IAM would not parse, and a few that it would take but nobody should.

The grammar is that of "Grammar of the IAM JSON policy language" (IAM User Guide); the small lint is named in
`_LINT` below. Three uses differ in what a statement must have: an identity policy has resources and no principal, a
trust policy a principal and no resource, a resource policy a principal. Existence of what is named is not judged here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from tools.standins import actions
from tools.standins.typed import Failure

Use = Literal["identity", "inline", "trust", "resource"]

LARGEST: Final[Mapping[str, int]] = {"identity": 6144, "inline": 10_240, "trust": 2048, "resource": 20480}
"""Characters without white space (IAM and STS quotas: managed policy, all of a role's own policies together, trust
policy; VPC endpoint policy). A role's own policy is an identity policy in all but its length."""
_VERSION: Final = "2012-10-17"
_KEYS: Final = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_OPERATOR: Final = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?"
    r"|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress"
    r"|Arn(Not)?(Equals|Like)|Null)(IfExists)?"
)
_ARN: Final = re.compile(r"arn:(aws[a-z-]*|\*|\$\{[^}]+\}):[^:]*:[^:]*:[^:]*:.+")


def check(path: str, document: Any, use: Use) -> Iterator[Failure]:
    """Judges a policy given as JSON text (or, as Pulumi also takes it, as the document itself)."""
    for reason in problems(document, use):
        yield Failure(path, f"malformed policy document: {reason}")


def problems(document: Any, use: Use) -> Iterator[str]:
    if isinstance(document, str):
        try:
            document = json.loads(document, object_pairs_hook=_no_duplicates)
        except ValueError as error:
            yield f"not JSON: {error}"
            return
    if not isinstance(document, Mapping):
        yield "the top is not an object"
        return
    size = len(re.sub(r"\s", "", json.dumps(document, separators=(",", ":"))))
    if size > LARGEST[use]:
        yield f"{size} characters without white space; {LARGEST[use]} are allowed for a {use} policy"
    if document.get("Version") != _VERSION:
        yield f"Version is {document.get('Version')!r}; write {_VERSION!r}, without which variables are not read"
    for key in set(document) - {"Version", "Id", "Statement"}:
        yield f"unknown element {key!r}"
    yield from _statements(document.get("Statement"), "identity" if use == "inline" else use)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON keeps the last of two equal keys silently: half a policy would be gone."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} appears twice in one object")
        found[key] = value
    return found


def _statements(given: Any, use: Use) -> Iterator[str]:
    statements = [given] if isinstance(given, Mapping) else given
    if not isinstance(statements, list) or not statements:
        yield "Statement is missing or empty"
        return
    sids = [one.get("Sid") for one in statements if isinstance(one, Mapping) and one.get("Sid")]
    for sid in {sid for sid in sids if sids.count(sid) > 1}:
        yield f"the Sid {sid!r} is used twice"
    for number, statement in enumerate(statements):
        name = f"statement {number}"
        if not isinstance(statement, Mapping):
            yield f"{name} is not an object"
            continue
        name = f"statement {statement.get('Sid') or number}"
        for reason in _statement(statement, use):
            yield f"{name}: {reason}"


def _statement(statement: Mapping[str, Any], use: Use) -> Iterator[str]:
    for key in set(statement) - _KEYS:
        yield f"unknown element {key!r}"
    if use == "identity" and not re.fullmatch(r"[A-Za-z0-9]*", statement.get("Sid") or ""):
        yield f"Sid {statement['Sid']!r} may hold letters and digits only"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"Effect is {statement.get('Effect')!r}; Allow or Deny"
    yield from _one_of(statement, "Action", "NotAction")
    for action in [*_list(statement.get("Action")), *_list(statement.get("NotAction"))]:
        wrong = actions.problem(action) if isinstance(action, str) else f"{action!r} is not a string"
        if wrong:
            yield wrong
    yield from _who(statement, use)
    yield from _what(statement, use)
    yield from _conditions(statement.get("Condition"))
    for lint in _LINT:
        yield from lint(statement, use)


def _one_of(statement: Mapping[str, Any], one: str, other: str) -> Iterator[str]:
    present = [name for name in (one, other) if name in statement]
    if len(present) != 1:
        yield f"exactly one of {one} and {other} is needed"
    elif not _list(statement[present[0]]):
        yield f"{present[0]} is empty"


def _who(statement: Mapping[str, Any], use: Use) -> Iterator[str]:
    if use == "identity":
        if "Principal" in statement or "NotPrincipal" in statement:
            yield "an identity policy has no Principal"
        return
    yield from _one_of(statement, "Principal", "NotPrincipal")
    principal = statement.get("Principal", {})
    if isinstance(principal, Mapping):
        for kind in set(principal) - {"AWS", "Service", "Federated", "CanonicalUser"}:
            yield f"unknown kind of principal {kind!r}"
        for one in _list(principal.get("Service")):
            if not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", str(one)):
                yield f"{one!r} is not a service principal such as ec2.amazonaws.com"
    elif principal != "*":
        yield f'Principal is {principal!r}; an object or "*"'


def _what(statement: Mapping[str, Any], use: Use) -> Iterator[str]:
    if use == "trust":
        if "Resource" in statement or "NotResource" in statement:
            yield "a trust policy has no Resource"
        return
    yield from _one_of(statement, "Resource", "NotResource")
    for one in [*_list(statement.get("Resource")), *_list(statement.get("NotResource"))]:
        if one != "*" and not (isinstance(one, str) and _ARN.fullmatch(one)):
            yield f'{one!r} is not a resource: "*" or arn:partition:service:region:account:resource'


def _conditions(conditions: Any) -> Iterator[str]:
    if conditions is None:
        return
    if not isinstance(conditions, Mapping):
        yield "Condition is not an object"
        return
    for operator, keys in conditions.items():
        if not _OPERATOR.fullmatch(operator):
            yield f"there is no condition operator {operator!r}"
        if not isinstance(keys, Mapping):
            yield f"the condition {operator} is not an object of keys"
            continue
        for key, values in keys.items():
            if ":" not in key:
                yield f"{key!r} is not a condition key such as aws:SourceArn"
            if not _list(values):
                yield f"the condition {operator} on {key} has no value"


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _everything(statement: Mapping[str, Any], use: Use) -> Iterator[str]:
    allows = use == "identity" and statement.get("Effect") == "Allow"
    if allows and "*" in _list(statement.get("Action")) and "*" in _list(statement.get("Resource")):
        yield "allows every action on every resource: name what is needed"


def _all_but(statement: Mapping[str, Any], _: Use) -> Iterator[str]:
    if statement.get("Effect") == "Allow" and "NotAction" in statement:
        yield "Allow with NotAction allows whatever AWS adds later: name the actions"


def _pass_role(statement: Mapping[str, Any], _: Use) -> Iterator[str]:
    passes = {one.lower() for one in _list(statement.get("Action")) if isinstance(one, str)} & {
        "iam:passrole",
        "iam:*",
    }
    if statement.get("Effect") == "Allow" and passes and "*" in _list(statement.get("Resource")):
        yield "iam:PassRole on every role lets its holder become any of them: name the role"


def _anybody(statement: Mapping[str, Any], use: Use) -> Iterator[str]:
    principal = statement.get("Principal")
    anyone = principal == "*" or (isinstance(principal, Mapping) and "*" in _list(principal.get("AWS")))
    if anyone and use == "trust" and statement.get("Effect") == "Allow" and not statement.get("Condition"):
        yield "anybody in any account may assume this role: add a condition or name the principal"


_LINT: Final = (_everything, _all_but, _pass_role, _anybody)
