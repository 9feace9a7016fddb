"""What the engine's steps are read as; the recorded ones are the real engine's."""

from typing import Any

import pytest

from ops.review.changes import LONGEST_VALUE, UNKNOWN, Kind, resources, shown, value_at

from .sides import steps

URN = "urn:pulumi:prod::headroom::headroom:index:RedisCluster$kubernetes:apps/v1:StatefulSet::redis-set"


def step(operation: str, **more: Any) -> dict[str, Any]:
    return {"op": operation, "urn": URN, "before": {}, "after": {}, **more}


def test_the_recorded_preview_has_the_worst_first_and_names_what_forces_a_replacement() -> None:
    found = resources(steps())
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=list(Kind).index)
    redis = next(one for one in found if one.name == "redis-set")
    assert redis.kind is Kind.REPLACE
    assert [(field.path, field.before, field.after) for field in redis.fields if field.forces] == [
        ("spec.podManagementPolicy", '"Parallel"', '"OrderedReady"')
    ]
    assert redis.lost
    deployment = next(one for one in found if one.name == "payment-api-deployment")
    assert (deployment.kind, deployment.lost) == (Kind.DELETE, False)
    assert "headroom-dev" not in {one.name for one in found}, "what stays is no change"


def test_the_order_of_the_steps_makes_no_difference() -> None:
    assert resources(steps()) == resources(list(reversed(steps())))


@pytest.mark.parametrize("operations", [("create-replacement", "replace", "delete-replaced"), ("replace",)])
def test_the_steps_of_one_replacement_are_one_replacement(operations: tuple[str, ...]) -> None:
    (only,) = resources([step(operation) for operation in operations])
    assert only.kind is Kind.REPLACE


def test_what_the_engine_leaves_behind_is_not_lost() -> None:
    (only,) = resources([step("delete", retain=True)])
    assert (only.data is not None, only.lost) == (True, False)


def test_reading_and_staying_are_no_changes() -> None:
    assert resources([step("same"), step("read"), step("refresh")]) == []


def test_a_replacement_that_the_whole_of_a_field_forces_marks_what_is_below_it() -> None:
    (only,) = resources([step("replace", detailedDiff={"spec.serviceName": {}}, replaceReasons=["spec"])])
    assert all(field.forces for field in only.fields)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.rules[1].host", "b"),
        ('metadata.annotations["a.b/c"]', "d"),
        ("spec.rules[7].host", None),
        ("spec.nothing.there", None),
        ("spec.rules.host", None),
    ],
)
def test_a_path_of_the_engine_finds_its_value(path: str, value: object) -> None:
    inputs = {
        "spec": {"rules": [{"host": "a"}, {"host": "b"}]},
        "metadata": {"annotations": {"a.b/c": "d"}},
    }
    assert value_at(inputs, path) == value


def test_a_value_is_one_line_of_bounded_length_and_an_unknown_is_called_so() -> None:
    assert shown("a\n```\nb") is not None
    assert "\n" not in str(shown({"a": "b\nc"}))
    assert len(str(shown("x" * 10_000))) == LONGEST_VALUE
    assert shown("04da6b54-80e4-46f7-96ec-b56ff0331ba9") == UNKNOWN
    assert shown(None) is None
