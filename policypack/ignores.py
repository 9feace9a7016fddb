"""What a pack's configuration leaves out: by a rule's number, an object pattern and a written reason.

It is read from each policy's own configuration and kept, so that an ignore that no longer matches anything is found.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from pulumi_policy import PolicyConfigSchema

from components.policy.findings import Finding
from components.policy.ignores import Ignore

KEY: Final = "ignore"
_TEXT: Final = {"type": "string", "minLength": 1}
SCHEMA: Final = PolicyConfigSchema(
    properties={
        KEY: {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"object": _TEXT, "reason": _TEXT},
                "required": ["object", "reason"],
                "additionalProperties": False,
            },
        }
    }
)


class Ignores:
    """All ignores that the policies of one process were configured with, by rule."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_rule: dict[str, tuple[Ignore, ...]] = {}

    def of(self, rule: str, config: Mapping[str, Any] | None) -> tuple[Ignore, ...]:
        """The ignores of one rule; the engine has checked them against the schema."""
        stated: Sequence[Mapping[str, str]] = (config or {}).get(KEY, [])
        read = tuple(Ignore(rule=rule, object=item["object"], reason=item["reason"]) for item in stated)
        with self._lock:
            self._by_rule[rule] = read
        return read

    @property
    def all(self) -> list[Ignore]:
        """Every ignore that any policy was asked with."""
        with self._lock:
            return [ignore for ignores in self._by_rule.values() for ignore in ignores]


def kept(findings: Sequence[Finding], ignores: Sequence[Ignore]) -> list[Finding]:
    """The findings that no ignore means."""
    return [finding for finding in findings if not any(ignore.matches(finding) for ignore in ignores)]
