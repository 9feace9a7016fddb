"""Inputs as a call's parameters, and an answer as outputs, by botocore's model and by names.

It decides which member a property is (limits.py's rule), how tags are written to each service, and what of an answer
is taken: values and lists of values of the type that the SDK has. Everything else a table has to name. Times are not
taken: they are those of this process.
"""

import json
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from tools.standins import limits
from tools.standins.moto_calls.row import Call, Row
from tools.standins.render import at
from tools.standins.schema import Property
from tools.standins.table.entry import Entry

Facts = Mapping[str, Any]
_NAME: Final = re.compile(r"\{([A-Za-z_]+)\}")
_RESOURCE: Final = re.compile(r":ec2:[^/]*:(?P<type>[a-z-]+)/\{id\}$")
_TAGS: Final = ("tags", "tagsAll")


def parameters(call: Call, facts: Facts, entry: Entry, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if call.inputs:
        service, _, name = call.operation.partition(".")
        shape = limits.service(service).operation_model(name).input_shape
        own = {prop: value for prop, value in facts["inputs"].items() if prop not in _TAGS}
        found = _by_model(shape, own, entry.members)
        found |= _tags(shape, facts["inputs"].get("tags") or {}, row.tagged_as or _ec2_type(entry))
    for name, template in call.parameters.items():
        value = filled(template, facts)
        if value is None:
            found.pop(name, None)
        elif value or name not in found:
            found[name] = value
    return found


def filled(template: Any, facts: Facts) -> Any:
    """A template with facts in it; None where the one that it names is not there."""
    if callable(template):
        return template(facts)
    if isinstance(template, Mapping):
        if "?" in template and at(facts, template["?"]) is None:
            return None
        inner = {key: filled(one, facts) for key, one in template.items() if key != "?"}
        kept = {key: one for key, one in inner.items() if one is not None}
        return kept if kept or not template else None
    if isinstance(template, list):
        return [one for one in (filled(each, facts) for each in template) if one is not None]
    if not isinstance(template, str):
        return template
    return at(facts, template[1:]) if template.startswith("$") else text(template, facts)


def search(expression: str, answer: Any) -> Any:
    """What a JMESPath expression finds."""
    return import_module("jmespath").search(expression, answer)


def text(template: str, facts: Facts) -> str:
    return _NAME.sub(lambda found: str(facts.get(found.group(1)) or ""), template)


def _by_model(shape: Any, values: Mapping[str, Any], members: Mapping[str, str]) -> dict[str, Any]:
    """What of a property map has a member, under the member's name."""
    found: dict[str, Any] = {}
    for prop, value in values.items():
        if value is None or prop.startswith("__"):
            continue
        path = members[prop].split(".") if prop in members else [_member_name(shape, prop)]
        _put(found, shape, path, value)
    return found


def _put(found: dict[str, Any], shape: Any, path: list[str], value: Any) -> None:
    head, *rest = path
    inner = shape.members.get(head) if head else None
    if inner is None:
        return
    if inner.type_name == "list" and rest:
        return
    if rest:
        _put(found.setdefault(head, {}), inner, rest, value)
    else:
        found[head] = as_member(value, inner)


def _member_name(shape: Any, prop: str) -> str:
    wanted = limits.member(shape, prop)
    return (
        next((name for name, one in shape.members.items() if one is wanted), "") if wanted is not None else ""
    )


def as_member(value: Any, shape: Any) -> Any:
    """A value in the type of the service's model."""
    match shape.type_name:
        case "structure":
            one = value[0] if isinstance(value, list) and value else value
            return _by_model(shape, one, {}) if isinstance(one, Mapping) else {}
        case "list":
            if (
                isinstance(value, Mapping)
                and shape.member.type_name == "structure"
                and "Key" in shape.member.members
            ):
                return pairs(value)
            many = value if isinstance(value, list) else [value]
            return [as_member(one, shape.member) for one in many]
        case "map":
            # The provider says some maps as a list whose entries name their key.
            entries = {one["key"]: one for one in value} if isinstance(value, list) else value
            return {str(key): as_member(one, shape.value) for key, one in entries.items()}
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
    return str(value)


def _tags(shape: Any, tags: Mapping[str, Any], ec2_type: str) -> dict[str, Any]:
    if not tags:
        return {}
    if "TagSpecifications" in shape.members:
        return {"TagSpecifications": [{"ResourceType": ec2_type, "Tags": pairs(tags)}]}
    name = next((one for one in ("Tags", "tags") if one in shape.members), "")
    if not name:
        return {}
    member = shape.members[name]
    if member.type_name == "map":
        return {name: {key: str(value) for key, value in tags.items()}}
    key, value = member.member.members
    return {name: [{key: one, value: str(given)} for one, given in tags.items()]}


def pairs(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def _ec2_type(entry: Entry) -> str:
    found = _RESOURCE.search(entry.arn)
    return found["type"] if found else ""


def by_name(found: Mapping[str, Any], prop: str, members: Mapping[str, str]) -> Any:
    """What of an answer has the name of a property, or None."""
    plain = {limits.plain(name): value for name, value in found.items()}
    named = members.get(prop) or prop
    for name in (named, prop):
        for one in (limits.plain(name), limits.singular(limits.plain(name))):
            if one in plain:
                return plain[one]
    return None


def as_output(value: Any, prop: Property, document: bool = False) -> Any:
    """A value of an answer in the SDK's type, or None if it is of another. A `document` of IAM is a string."""
    kind = "string" if document else prop.kind.name
    simple = isinstance(value, bool | int | float | str)
    if kind == "list" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return list(value)
    if kind == "boolean" and simple:
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind in ("integer", "number") and simple and re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        return int(float(value)) if float(value).is_integer() else float(value)
    if kind == "string" and (isinstance(value, Mapping) or simple):
        return json.dumps(value) if isinstance(value, Mapping) else str(value)
    if kind == "map" and isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
        return dict(value)
    return None


def same(given: Any, answered: Any) -> bool:
    """Whether an answer says what was given: documents by what they say, lists in any order."""
    if isinstance(given, list) and isinstance(answered, list):
        return sorted(map(str, given)) == sorted(map(str, answered))
    if isinstance(given, str) and isinstance(answered, str) and given[:1] == answered[:1] == "{":
        try:
            return bool(json.loads(given) == json.loads(answered))
        except json.JSONDecodeError:
            return given == answered
    return bool(given == answered)
