"""Resources as the engine hands them to a policy: proxies that raise on what is unknown, every number a float."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pulumi_policy import (
    Policy,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

UNKNOWN: Final = UNKNOWN_STRING_VALUE
GUIDE: Final = Path(__file__).parent.parent / "policy" / "rules" / "guide"
_OPTIONS: Final = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def guide() -> list[dict[str, Any]]:
    """The guide taken literally, as plain Kubernetes objects."""
    texts = [path.read_text() for path in sorted(GUIDE.glob("*.yaml"))]
    return [body for text in texts for body in yaml.safe_load_all(text) if body]


def urn(body: Mapping[str, Any]) -> str:
    """The URN of the resource that makes the object."""
    return f"urn:pulumi:test::shop::{token(body)}::{body.get('metadata', {}).get('name', '')}"


def token(body: Mapping[str, Any]) -> str:
    """The type of the resource that makes the object."""
    version = str(body["apiVersion"])
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{body['kind']}"


def resource(
    body: Mapping[str, Any],
    *,
    kind: str | None = None,
    name: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> ResourceValidationArgs:
    """What a resource validation is called with."""
    props = unknown_checking_proxy(_floats(body))
    kind = kind or token(body)
    name = name or str(body["metadata"]["name"])
    where = f"urn:pulumi:test::shop::{kind}::{name}"
    return ResourceValidationArgs(kind, props, where, name, _OPTIONS, None, config)


def stack(bodies: list[dict[str, Any]], config: Mapping[str, Any] | None = None) -> StackValidationArgs:
    """What a stack validation is called with."""
    resources = [
        PolicyResource(
            token(body),
            unknown_checking_proxy(_floats(body)),
            urn(body),
            str(body["metadata"]["name"]),
            _OPTIONS,
            None,
            None,
            [],
            {},
        )
        for body in bodies
    ]
    return StackValidationArgs(resources, config)


def reported(
    every: list[Policy], bodies: list[dict[str, Any]], configs: Mapping[str, Mapping[str, Any]] | None = None
) -> list[tuple[str, str, str]]:
    """Rule, URN and message of everything that the pack reports, in the order of the engine: resources, then stack."""
    found: list[tuple[str, str, str]] = []

    def reporter(policy: Policy) -> Any:
        return lambda message, where=None: found.append((policy.name, where or "", message))

    configs = configs or {}
    for body in bodies:
        for policy in every:
            if isinstance(policy, ResourceValidationPolicy):
                policy.validate(resource(body, config=configs.get(policy.name)), reporter(policy))
    for policy in every:
        if isinstance(policy, StackValidationPolicy):
            policy.validate(stack(bodies, configs.get(policy.name)), reporter(policy))
    return found


def _floats(value: Any) -> Any:
    """As the engine's protocol has it: no whole numbers, and nothing that JSON does not have."""
    if isinstance(value, Mapping):
        return {str(key): _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
