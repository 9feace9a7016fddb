"""Mappings merge, everything else replaces, null removes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.merge import merge, with_stand_in

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(st.sampled_from("abc"), JSON, max_size=3)


@pytest.mark.parametrize(
    ("below", "above", "result"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}, {"a": {"b": 1, "c": 3, "d": 4}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": None}}, {"a": {"c": 2}}),
        ({}, {"a": {"b": None}}, {"a": {}}),
        ({"a": {"b": 1}}, {"a": 5}, {"a": 5}),
        ({"a": 5}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_merges(below: dict[str, Any], above: dict[str, Any], result: dict[str, Any]) -> None:
    assert merge(below, above) == result


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_merging_the_same_again_changes_nothing(below: dict[str, Any], above: dict[str, Any]) -> None:
    once = merge(below, above)
    assert merge(once, above) == once


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(MAPPINGS)
def test_nothing_over_a_mapping_is_the_mapping(below: dict[str, Any]) -> None:
    assert merge(below, {}) == below


def test_a_service_without_an_image_runs_the_stand_in_and_keeps_what_it_says() -> None:
    raw = {
        "stand_in": {"image": "a:1", "env": {"PORT": "1", "B": "2"}},
        "services": {"x": {"env": {"B": "3"}}},
    }
    assert with_stand_in(raw)["services"]["x"] == {"image": "a:1", "env": {"PORT": "1", "B": "3"}}


def test_a_service_with_an_image_takes_nothing_from_the_stand_in() -> None:
    raw = {
        "stand_in": {"image": "a:1", "env": {"PORT": "1"}, "command": ["x"]},
        "services": {"x": {"image": "b:2"}},
    }
    assert with_stand_in(raw)["services"]["x"] == {"image": "b:2"}
