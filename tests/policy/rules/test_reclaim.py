"""What is reclaimed, and what images run on: pools of spot and of arm64 against the workloads that they are for."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import Fleet, Pool, Redis, Traffic, Workload
from components.policy.quantities import Milliseconds

from .cases import Case, case, check_both_sides, fleet, found, workload


def pool(name: str, bought: str = "spot", architectures: tuple[str, ...] = ("amd64",)) -> Pool:
    return Pool(object=f"NodePool {name}", name=name, capacity_types=(bought,), architectures=architectures)


SPOT, STEADY = pool("spot"), pool("steady", "on-demand")
ENTRY, BACKEND = Traffic(share=Fraction(1)), Traffic(share=Fraction(1, 3))


def on(*pools: str, **facts: Any) -> Workload:
    return workload(node_pool=pools[0], fallback_pools=pools[1:], **facts)


def both(one: Workload) -> Fleet:
    return fleet(SPOT, STEADY, one)


def on_arm(**known: Any) -> Fleet:
    return fleet(
        pool("arm", "on-demand", ("arm64",)), workload(traffic=Traffic(rps_per_pod=Fraction(1), **known))
    )


CASES = [
    case(
        "HR833",
        "may run on spot only, which buys spot alone; every request enters by it",
        broken=both(on("spot", traffic=ENTRY)),
        right=both(on("spot", "steady", traffic=ENTRY)),
    ),
    case(
        "HR834",
        "may run on spot only",
        broken=both(on("spot", traffic=BACKEND)),
        right=both(on("spot", "steady", traffic=BACKEND)),
    ),
    case(
        "HR835",
        "its grace period is 121s; spot is reclaimed within 2m",
        broken=fleet(SPOT, workload(grace=Milliseconds.parse("121s"))),
        right=fleet(SPOT, workload(grace=Milliseconds.parse("120s"))),
    ),
    case(
        "HR836",
        "is built for amd64; arm buys arm64",
        broken=on_arm(architectures=("amd64",)),
        right=on_arm(architectures=("amd64", "arm64")),
    ),
    case(
        "HR837",
        "may run on arm, which buys arm64",
        broken=on_arm(),
        right=on_arm(architectures=("arm64",)),
    ),
    case("HR838", "no pods may run on it", broken=both(on("steady")), right=both(on("steady", "spot"))),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_redis_is_as_critical_as_the_entry() -> None:
    redis = Redis(object="redis", name="redis")
    held = Workload(object="StatefulSet redis", name="redis", kind="StatefulSet")
    assert "no copy elsewhere" in found("HR833", fleet(SPOT, redis, held))[0]
    assert found("HR834", fleet(SPOT, redis, held)) == []


def test_where_pods_name_no_pool_they_may_run_on_any() -> None:
    assert found("HR834", fleet(SPOT, workload(traffic=BACKEND))) != []
    assert found("HR834", both(workload(traffic=BACKEND))) == []
    assert found("HR838", both(workload())) == []


def test_placeholders_and_daemons_may_be_reclaimed() -> None:
    assert (
        found(
            "HR834",
            fleet(SPOT, workload(placeholder=True, traffic=BACKEND), workload("log", kind="DaemonSet")),
        )
        == []
    )


def test_a_pool_that_buys_either_is_a_fallback_of_its_own() -> None:
    mixed = Pool(object="NodePool a", name="a", capacity_types=("spot", "on-demand"))
    assert found("HR834", fleet(mixed, workload(traffic=BACKEND))) == []


def test_an_unstated_image_is_no_matter_on_amd64() -> None:
    assert found("HR837", fleet(STEADY, workload(traffic=Traffic(rps_per_pod=Fraction(1))))) == []
