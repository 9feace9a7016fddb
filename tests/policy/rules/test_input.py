"""What was handed in; and that every rule has a number, a page's worth of text, and a case of its own."""

import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from pydantic import ValidationError

from components.policy.facts import (
    Dangling,
    Duplicate,
    Fleet,
    Redis,
    UnknownAnnotation,
    Unreadable,
    UnusedIgnore,
)
from components.policy.facts.from_plan import own_names
from components.policy.ignores import Ignore
from components.policy.review import find, leave_out, review
from components.policy.rules import BY_NUMBER, MODULES, RULES

from . import (
    test_capacity,
    test_disruption,
    test_events,
    test_front,
    test_lifecycle,
    test_nodes,
    test_objectives,
    test_queues,
    test_reclaim,
    test_redis,
    test_resources,
    test_scaling,
    test_traffic,
)
from .cases import FIELDS, Case, case, check_both_sides, container, fleet, numbers, workload

NOTHING = Fleet()

RESERVING = Redis(object="redis", name="redis", own_names=own_names("redis"))

CASES = [
    case("HR001", "HR101", broken=UnusedIgnore(object="*", rule="HR101", reason="old"), right=NOTHING),
    case(
        "HR002",
        "spec.replicas",
        broken=Unreadable(object="Deployment shop", problem="spec.replicas"),
        right=NOTHING,
    ),
    case(
        "HR003",
        "rps",
        broken=UnknownAnnotation(object="Deployment shop", key="headroom.dev/rps"),
        right=NOTHING,
    ),
    case("HR004", "2 times", broken=Duplicate(object="Deployment shop", times=2), right=NOTHING),
    case(
        "HR005",
        "its selector",
        broken=Dangling(object="Service shop", refers_to="its selector"),
        right=NOTHING,
    ),
    case(
        "HR006",
        "is called as an object of redis is",
        broken=fleet(RESERVING, workload("redis-read")),
        right=fleet(RESERVING, workload("redis-reader")),
    ),
]
OTHERS = (
    test_capacity,
    test_disruption,
    test_events,
    test_front,
    test_lifecycle,
    test_nodes,
    test_objectives,
    test_queues,
    test_reclaim,
    test_redis,
    test_resources,
    test_scaling,
    test_traffic,
)


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_every_rule_has_a_case_that_breaks_it_and_one_beside() -> None:
    tried = numbers(CASES).union(*(numbers(module.CASES) for module in OTHERS))
    assert tried == set(BY_NUMBER)


def test_numbers_and_slugs_are_used_once() -> None:
    assert len(BY_NUMBER) == len(RULES) == len({rule.slug for rule in RULES})
    assert all(re.fullmatch(r"HR\d{3}", rule.number) for rule in RULES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.slug) for rule in RULES)


def test_every_module_of_the_folder_is_listed() -> None:
    from components.policy import rules

    folder = rules.__path__[0]
    names = {module.__name__.rpartition(".")[2] for module in MODULES}
    assert names == {found.name for found in pkgutil.iter_modules([folder])} - {"rule"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.number))
def test_every_rule_says_why_by_whom_and_what_to_do(rule: object) -> None:
    texts = [getattr(rule, name) for name in ("title", "why", "source", "do")]
    assert all(text and text == text.strip() and not text.endswith(".") for text in texts)


def test_every_kind_of_fact_of_a_fleet_can_be_a_subject() -> None:
    assert {field.name for field in fields(Fleet)} == set(FIELDS.values())
    assert all(NOTHING.subjects(kind) == () for kind in FIELDS)


def test_what_nothing_is_known_of_has_no_findings() -> None:
    assert review(fleet(workload(), container())) == []


def with_one_fact_unknown(facts: Any) -> Iterator[Any]:
    """The facts again and again, each time without one of those that may be unknown."""
    for field in fields(facts):
        value = getattr(facts, field.name)
        if field.default is None and value is not None:
            yield replace(facts, **{field.name: None})
        elif is_dataclass(value):
            for changed in with_one_fact_unknown(value):
                yield replace(facts, **{field.name: changed})
        elif isinstance(value, tuple):
            for place, item in enumerate(value):
                for changed in with_one_fact_unknown(item) if is_dataclass(item) else ():
                    yield replace(facts, **{field.name: (*value[:place], changed, *value[place + 1 :])})


# What it finds is that something is not stated.
ABOUT_THE_UNKNOWN = {"HR106", "HR837"}
ALL_CASES = [param for module in OTHERS for param in module.CASES]


@pytest.mark.parametrize("case", ALL_CASES)
def test_any_fact_may_be_unknown(case: Case) -> None:
    for side in (case.broken, case.right):
        for facts in with_one_fact_unknown(side):
            # What is no longer known breaks no rule that held with it, and no rule fails on it.
            assert {f.number for f in find(facts)} - ABOUT_THE_UNKNOWN <= {f.number for f in find(side)}


MOVING = fleet(container(image="shop/api:latest"))


def test_an_ignore_leaves_out_its_rule_for_its_objects() -> None:
    assert [f.number for f in review(MOVING)] == ["HR511"]
    assert review(MOVING, [Ignore(rule="HR511", object="Deployment s*", reason="a trial")]) == []


def test_an_ignore_that_matches_nothing_is_a_finding() -> None:
    left = review(MOVING, [Ignore(rule="HR511", object="Deployment x*", reason="a trial")])
    assert [f.number for f in left] == ["HR001", "HR511"]
    assert left[0].object == "Deployment x*"


def test_findings_of_several_fleets_share_one_list_of_ignores() -> None:
    ignore = Ignore(rule="HR511", object="*", reason="a trial")
    assert leave_out([*find(MOVING), *find(NOTHING)], [ignore]) == []


@pytest.mark.parametrize(
    ("rule", "near"),
    [
        (
            "HR999",
            "; near it are HR959 event-floor-unheld, HR949 event-a-year-ahead, HR961 event-backlog-too-long",
        ),
        ("hr511", "; near it are HR511 image-moves"),
        ("image-moves", "; near it are HR511 image-moves"),
        ("image-moved", "; near it are HR511 image-moves, HR812 ami-moves"),
        ("", ", such as HR833"),
    ],
)
def test_an_ignore_of_a_rule_that_does_not_exist_is_refused_with_those_that_are_near(
    rule: str, near: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Ignore(rule=rule, object="*", reason="a trial")
    (detail,) = refused.value.errors()
    assert detail["loc"] == ("rule",)
    assert str(detail["ctx"]["error"]) == (
        f"{rule} is not usable; allowed: the number of a rule{near}; write one of these, or remove the ignore"
        " (`ops rules` lists all rules)"
    )


def test_the_schema_of_an_ignore_offers_every_rule() -> None:
    assert Ignore.model_json_schema()["properties"]["rule"]["enum"] == [rule.number for rule in RULES]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("headroom.dev/rps-pr-pod", '; did you mean "rps-per-pod"?'),
        (
            "headroom.dev/ignores",
            "; an object leaves out no rule; who reviews it does, by --ignore or headroom:ignores",
        ),
        ("headroom.dev/colour", ""),
    ],
)
def test_an_annotation_that_nothing_reads_says_what_does(key: str, hint: str) -> None:
    (finding,) = review(fleet(UnknownAnnotation(object="Deployment shop", key=key)))
    assert finding.what == f'nothing reads the annotation "{key}"{hint}'


def test_an_ignore_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"):
        Ignore(rule="HR511", object="*", reason="")


def test_errors_come_first_and_all_at_once() -> None:
    bad = fleet(workload(budgets=("a", "b")), container(image="shop/api"), workload("z", budgets=("a", "b")))
    assert [f.number for f in review(bad)] == ["HR206", "HR206", "HR511"]


def test_a_finding_is_one_line_whatever_the_names_hold() -> None:
    finding = review(fleet(Unreadable(object="Deployment a\x1b[2J", problem="b\nc\ud800")))[0]
    assert (finding.object, finding.what) == ("Deployment a?[2J", "b?c?")
    assert str(finding).startswith("HR002 field-unreadable  Deployment a?[2J  b?c?  ")
