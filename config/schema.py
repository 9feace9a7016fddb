"""The JSON Schema of a Pulumi.<stack>.yaml, for editors: made from the settings, with no rule of its own."""

from typing import Any, Final

from .loader import SECRETS, TOP_LEVEL
from .problems import PROJECT
from .settings import Settings

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def stack_schema() -> dict[str, Any]:
    """A stack states only what differs from platform.yaml, so nothing is required, and null removes a key."""
    schema = Settings.model_json_schema()
    definitions = {name: _partial(definition) for name, definition in schema["$defs"].items()}
    keys = {f"{PROJECT}:{name}": _or_null(value) for name, value in _partial(schema)["properties"].items()}
    encrypted = {"type": "object", "required": ["secure"], "properties": {"secure": {"type": "string"}}}
    keys |= {f"{PROJECT}:{name}": encrypted for name in sorted(SECRETS)}
    return {
        "$schema": _DIALECT,
        "title": f"A stack of {PROJECT}",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{name: {} for name in TOP_LEVEL},
            "config": {
                "type": "object",
                "properties": keys,
                "patternProperties": {f"^(?!{PROJECT}:)[^:]+:": {}},
                "additionalProperties": False,
            },
        },
        "$defs": definitions,
    }


def _partial(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a part of the object; only the kind, which says what the rest is, stays required."""
    result = {key: value for key, value in schema.items() if key != "required"}
    if "kind" in schema.get("required", []):
        result["required"] = ["kind"]
    if isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = _or_null(schema["additionalProperties"])
    if "patternProperties" in schema:
        result["patternProperties"] = {
            pattern: _or_null(value) for pattern, value in schema["patternProperties"].items()
        }
    if "properties" in schema:
        result["properties"] = {
            name: value if name == "kind" else _or_null(value) for name, value in schema["properties"].items()
        }
    return result


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    partial = _partial(schema)
    if "anyOf" in partial and {"type": "null"} in partial["anyOf"]:
        return partial
    described: dict[str, Any] = {
        key: partial.pop(key) for key in ("title", "description", "default") if key in partial
    }
    return {**described, "anyOf": [partial, {"type": "null"}]}
