"""The schema for editors knows every key of the settings and asks for none that a stack may leave out."""

from typing import Any

from config.loader import stacks
from config.schema import stack_schema
from config.settings import Settings

from .test_program import config_of


def test_every_setting_has_its_key_and_nothing_else_of_ours_is_allowed() -> None:
    config = stack_schema()["properties"]["config"]
    assert set(config["properties"]) == {
        f"headroom:{name}" for name in [*Settings.model_fields, "redis_password"]
    }
    assert config["additionalProperties"] is False


def test_nothing_is_required_but_the_kind_that_says_what_the_rest_is() -> None:
    definitions: dict[str, Any] = stack_schema()["$defs"]
    assert {tuple(d["required"]) for d in definitions.values() if "required" in d} == {("kind",)}


def test_null_is_allowed_where_it_removes_a_key() -> None:
    gateway = stack_schema()["$defs"]["Service"]["properties"]
    assert {"type": "null"} in gateway["image"]["anyOf"]
    (pattern,) = (
        gateway["calls"].get("anyOf", [gateway["calls"]])[0].get("patternProperties", {"": gateway["calls"]})
    )
    assert isinstance(pattern, str)


def test_every_key_of_the_shipped_stacks_is_known() -> None:
    known = set(stack_schema()["properties"]["config"]["properties"])
    for stack in stacks():
        assert set(config_of(stack)) <= known
