"""What every rule is tried with: facts that break it, and facts that are right just beside the boundary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from components.policy.facts import (
    Alert,
    Autoscaler,
    Chart,
    Client,
    Container,
    Dangling,
    Duplicate,
    Event,
    Fleet,
    LoadBalancer,
    LoadTest,
    NodeClass,
    Objective,
    Pool,
    Redis,
    Script,
    Traffic,
    UnknownAnnotation,
    Unreadable,
    UnusedIgnore,
    Versions,
    Workload,
)
from components.policy.rules import BY_NUMBER

FIELDS: dict[type, str] = {
    Workload: "workloads",
    Objective: "objectives",
    Redis: "redis",
    Pool: "pools",
    NodeClass: "node_classes",
    Versions: "versions",
    LoadBalancer: "load_balancers",
    Alert: "alerts",
    LoadTest: "load_tests",
    Chart: "charts",
    Script: "scripts",
    Unreadable: "unreadable",
    UnknownAnnotation: "unknown_annotations",
    Duplicate: "duplicates",
    Dangling: "dangling",
    UnusedIgnore: "unused_ignores",
    Event: "events",
}


@dataclass(frozen=True)
class Case:
    """``says`` is what the finding must hold: the figure that the arithmetic gives."""

    rule: str
    says: str
    broken: Fleet
    right: Fleet


def fleet(*facts: object) -> Fleet:
    """A fleet of these facts."""
    fields: dict[str, tuple[object, ...]] = {}
    for fact in facts:
        name = FIELDS[type(fact)]
        fields[name] = (*fields.get(name, ()), fact)
    return Fleet(**fields)  # type: ignore[arg-type]


def case(rule: str, says: str, *, broken: object, right: object) -> Any:
    """A case by its rule's number; single facts are wrapped into a fleet."""
    sides = [side if isinstance(side, Fleet) else fleet(side) for side in (broken, right)]
    return pytest.param(Case(rule, says, *sides), id=rule)


def workload(name: str = "shop", **facts: Any) -> Workload:
    """A Deployment; only what is stated is known."""
    return Workload(object=f"Deployment {name}", name=name, **facts)


def container(**facts: Any) -> Workload:
    """A Deployment with one container."""
    return workload(containers=(Container(**facts),))


def scaled(**facts: Any) -> Workload:
    """A Deployment with an autoscaler."""
    return workload(autoscaler=Autoscaler(object="HorizontalPodAutoscaler shop", **facts))


def traffic(**facts: Any) -> Workload:
    """A Deployment of which the traffic is known."""
    return workload(traffic=Traffic(**facts))


def client(**facts: Any) -> Workload:
    """A Deployment of which the pools, timeouts and limits are known."""
    return workload(client=Client(**facts))


def found(rule: str, facts: Fleet) -> list[str]:
    """What one rule finds."""
    return [finding.what for finding in BY_NUMBER[rule].findings(facts)]


def check_both_sides(case: Case) -> None:
    """The broken facts are found, with the figure; the right ones are not."""
    broken = found(case.rule, case.broken)
    assert broken, f"{case.rule} finds nothing in what breaks it"
    assert any(case.says in what for what in broken), f"{case.rule} says {broken}"
    assert found(case.rule, case.right) == []


def numbers(cases: Sequence[Any]) -> set[str]:
    """The rules that the cases are of."""
    return {param.values[0].rule for param in cases}
