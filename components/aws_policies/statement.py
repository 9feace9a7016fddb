"""One IAM statement as a value that cannot be too wide, and the document that holds some of them.

Decides the form, never what somebody may do. A wildcard where a condition or a resource would do is refused at once;
where AWS supports neither, the reason stands in the statement.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

# The current policy language; the older one lacks policy variables (AWS, "IAM JSON policy elements: Version").
VERSION: Final = "2012-10-17"
_SID: Final = re.compile(r"[A-Za-z0-9]+")
_ACTION: Final = re.compile(r"[a-z0-9-]+:[A-Z][A-Za-z]+")

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """An Allow (or Deny) of stated actions on stated resources.

    ``services`` are the principals of a resource's policy or a role's trust; ``accounts`` are the ARNs of others.
    ``resources`` stays empty in a trust policy, whose resource is the role. A resource "*" needs ``conditions``, or
    ``unscoped_because``: why AWS allows no narrower statement. Raises ValueError for what is too wide or malformed.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    conditions: Conditions = field(default_factory=dict)
    services: Sequence[str] = ()
    accounts: Sequence[str] = ()
    unscoped_because: str | None = None
    effect: Literal["Allow", "Deny"] = "Allow"

    def __post_init__(self) -> None:
        if not _SID.fullmatch(self.sid):
            raise ValueError(f'sid "{self.sid}": allowed are letters and digits')
        if not self.actions:
            raise ValueError(f"{self.sid}: allows no action")
        for action in self.actions:
            if not _ACTION.fullmatch(action):
                raise ValueError(f'{self.sid}: action "{action}"; allowed is one action by its full name')
        if not self.resources and not (self.services or self.accounts):
            raise ValueError(f"{self.sid}: names neither a resource nor a principal")
        if "*" in self.accounts and self.effect == "Allow":
            raise ValueError(f"{self.sid}: its principal is everybody")
        if "*" in self.resources and not self.conditions and not self.unscoped_because:
            raise ValueError(f'{self.sid}: resource "*" without a condition; say why with unscoped_because')

    def render(self) -> dict[str, Any]:
        """The statement as IAM reads it."""
        principal: dict[str, Any] = {}
        if self.services:
            principal["Service"] = list(self.services)
        if self.accounts:
            principal["AWS"] = list(self.accounts)
        scope = {"Resource": list(self.resources)} if self.resources else {}
        terms = {test: dict(keys) for test, keys in self.conditions.items()}
        return {
            "Sid": self.sid,
            "Effect": self.effect,
            **({"Principal": principal} if principal else {}),
            "Action": sorted(self.actions),
            **scope,
            **({"Condition": terms} if terms else {}),
        }


def document(statements: Sequence[Statement]) -> str:
    """The policy as JSON text. Raises ValueError when two statements have one name, or there is none."""
    sids = [statement.sid for statement in statements]
    if not sids or len(set(sids)) < len(sids):
        raise ValueError(f"statements {sids}: allowed is at least one, each with a name of its own")
    return json.dumps({"Version": VERSION, "Statement": [s.render() for s in statements]}, sort_keys=True)
