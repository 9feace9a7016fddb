"""The whole plan: the guide's figures, round trips, and every plan against the loss of a zone, a drain, a rollout."""

import json
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan, build_plan, derive_plan
from components.policy.platform import Platform
from components.policy.service import plan_service
from tests.policy.guide_platform import BACKENDS, gateway, guide, plan_of, service


def test_the_guides_platform_by_hand() -> None:
    plan = plan_of()
    bounds = {n: (s.replicas.floor.value, s.replicas.peak.value) for n, s in plan.services.items()}
    assert bounds == {"gateway-api": (9, 45)} | dict.fromkeys(BACKENDS, (6, 30))
    # (45 + 12) x 50 + 3 x (30 + 8) x 25 = 2850 + 2850.
    assert plan.redis_connections.value == 5700
    # Every path carries the same: 9 x 1000, and 6 x 500 / (1/3); at the peak 45 x 1000 and 30 x 500 x 3.
    assert plan.carries_at_floor.value == 9000
    assert plan.carries_at_peak.value == 45000
    assert plan.nodes is not None
    # A zone at the peak: 19 x 500m + 3 x 13 x 250m + 2 Redis x 500m + 1 sentinel x 50m = 20.3 cores of 7.71 a node.
    # At the floor 3 nodes would hold all, but four Redis pods stay on hosts of their own.
    assert (plan.nodes.at_floor.value, plan.nodes.at_peak.value) == (4, 9)
    # (45 + 12) / 9 = 6.3 and (30 + 8) / 9 = 4.2, rounded up.
    assert {name: most.value for name, most in plan.nodes.pods_per_host.items()} == {
        "gateway-api": 7,
        **dict.fromkeys(BACKENDS, 5),
        "redis": 1,
        "redis-sentinel": 1,
    }


def test_one_component_alone_gets_the_plans_numbers() -> None:
    plan = plan_of()
    spec = guide().services["gateway-api"]
    alone = plan_service(
        "gateway-api",
        plan.entry.demand,
        calls=spec.calls,
        redis_ops_per_request=spec.redis_ops_per_request,
    )
    assert alone == plan.entry


def test_to_json_and_back_without_loss() -> None:
    calibration = {"workers": 64, "service_time": "10ms"}
    services = {"gateway-api": gateway(calibration=calibration)} | {n: service() for n in BACKENDS}
    for plan in (
        plan_of(),
        plan_of(
            services=services,
            cost={},
            target={"peak_rps": "30000.5", "baseline_rps": "1/3", "growth": {"to_rps": 9}},
        ),
        plan_of(node_pool=None),
    ):
        assert Plan.model_validate_json(plan.model_dump_json()) == plan
        json.loads(plan.model_dump_json())
    platform = guide(services=services, cost={})
    assert Platform.model_validate_json(platform.model_dump_json()) == platform


def test_nothing_in_a_plan_can_be_changed() -> None:
    plan = plan_of()
    with pytest.raises(ValidationError, match="frozen"):
        plan.entry_name = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="frozen"):
        plan.entry.replicas.floor.value = 1  # type: ignore[misc]


def test_the_entry_is_the_one_nobody_calls_even_if_another_takes_every_request() -> None:
    services = {"store": service(), "web": gateway(calls={"store": 1})}
    assert plan_of(services=services).entry.name == "web"


def test_a_second_gateway_takes_its_share() -> None:
    services = {
        "web": gateway(calls={"api": 1}, entry_share="3/4"),
        "partners": gateway(calls={"api": 1}, entry_share="1/4"),
        "api": service(),
    }
    plan = plan_of(services=services)
    # 22,500 / 1000 = 22.5 -> 23 + 12 = 35 and 7,500 / 1000 = 8 + 4 = 12; 30,000 / 500 = 60 + 30 = 90.
    assert [s.replicas.peak.value for s in plan.services.values()] == [35, 12, 90]
    assert plan.entry.name == "web"


def test_the_weakest_service_is_what_the_platform_carries() -> None:
    # One backend floored at 6 pods x 500 = 3000 rps carries 9000 of the platform; with two calls a request only 4500.
    services = {
        "gateway-api": gateway(calls={"reservation-api": "2/3"}, floor=20),
        "reservation-api": service(),
    }
    plan = plan_of(services=services)
    # 4000 / 500 = 8 + 4 = 12 pods x 500 / (2/3) = 9000, beside 20 x 1000.
    assert plan.carries_at_floor.value == 9000
    assert "reservation-api is the weakest" in plan.carries_at_floor.because


def test_pools_that_redis_cannot_take_are_refused() -> None:
    plan_of(redis={"maxclients": 5725})
    with pytest.raises(ConfigurationError, match=r"redis\.maxclients"):
        plan_of(redis={"maxclients": 5724})


def test_a_what_if_has_every_number_of_a_plan_that_asks_too_much_of_redis() -> None:
    """What refuses the plan is left to the review (HR721), so that it is seen beside all the other changes."""
    plan = derive_plan(guide(redis={"maxclients": 5724}))
    assert plan.redis_connections.value == 5700 > plan.redis.client_connections.value
    assert derive_plan(guide()) == plan_of()


def test_a_services_share_follows_from_the_call_graph_with_its_reason() -> None:
    shares = plan_of().shares
    assert shares["gateway-api"].because == "the entry carries every request"
    assert (shares["payment-api"].value, shares["payment-api"].because) == (
        Fraction(1, 3),
        "1 x 1/3 (gateway-api)",
    )


def test_timeouts_nest_along_the_path() -> None:
    assert all(s.timeouts.nested.value for s in plan_of().services.values())
    patient = {"http_timeout": "5s", "retries": 1}
    plan = plan_of(services={"gateway-api": gateway(client=patient)} | {n: service() for n in BACKENDS})
    assert plan.entry.timeouts.nested.value is False
    assert plan.services["payment-api"].timeouts.attempts_per_request.value == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"zones": ["a", "a", "b"]}, "a twice"),
        ({"zones": []}, "at least 1"),
        ({"target": {"peak_rps": 1, "baseline_rps": 2}}, "baseline_rps 2 is above peak_rps 1"),
        ({"target": {"peak_rps": 0, "baseline_rps": 0}}, "greater than 0"),
        ({"target": {"peak_rps": 9, "baseline_rps": 9, "p99": "0"}}, "greater than 0"),
        (
            {"target": {"peak_rps": 9, "baseline_rps": 9, "growth": {"to_rps": 10}}},
            "growth.to_rps 10 is above",
        ),
        ({"target": {"peak_rps": 9, "baseline_rps": 9, "growth": {"rps": 10}}}, "growth"),
        ({"services": {}}, "at least 1"),
        ({"services": {"Gateway": gateway()}}, "should match pattern"),
        ({"services": {"g": service(rps_per_pod=0)}}, "greater than 0"),
        ({"services": {"g": service(image="app")}}, "has no tag"),
        ({"services": {"g": service(colour="red")}}, "colour"),
        ({"services": {"g": service(headroom="0.9")}}, "greater than or equal to 1"),
    ],
)
def test_bad_input_is_refused_by_name(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        guide(**changes)


def test_an_error_of_one_service_names_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan_of(services={"solo": service(floor=999)})
    assert caught.value.field == "services.solo.floor"


platforms = st.fixed_dictionaries(
    {
        "peak": st.integers(100, 100_000),
        "part": st.fractions(Fraction(1, 20), 1, max_denominator=20),
        "zones": st.integers(2, 5),
        "per_pod": st.lists(st.integers(50, 2000), min_size=1, max_size=4),
        "fan_out": st.fractions(Fraction(1, 4), 2, max_denominator=4),
    }
)


def build(draw: dict[str, Any]) -> tuple[Platform, Plan]:
    """A chain of services, each calling the next."""
    names = [f"s{i}" for i in range(len(draw["per_pod"]))]
    services = {
        name: service(
            rps_per_pod=per_pod,
            redis_ops_per_request=0,
            calls={names[i + 1]: str(draw["fan_out"])} if i + 1 < len(names) else {},
        )
        for i, (name, per_pod) in enumerate(zip(names, draw["per_pod"], strict=True))
    }
    platform = guide(
        target={"peak_rps": draw["peak"], "baseline_rps": str(draw["peak"] * draw["part"])},
        zones=[f"z{i}" for i in range(draw["zones"])],
        services=services,
    )
    return platform, build_plan(platform)


@settings(max_examples=60, deadline=None)
@given(platforms)
def test_every_plan_survives_a_zone_a_drain_and_a_rollout(draw: dict[str, Any]) -> None:
    platform, plan = build(draw)
    zones = len(platform.zones)
    for s in plan.services.values():
        for pods, rps in (
            (s.replicas.floor.value, s.demand.baseline_rps),
            (s.replicas.peak.value, s.demand.peak_rps),
        ):
            in_zone = [pods // zones + (z < pods % zones) for z in range(zones)]
            for lost in in_zone:
                assert (pods - lost) * s.demand.rps_per_pod >= rps
            # A rollout adds pods and takes none; drain and consolidation share the budget.
            evicted = s.disruption.budget.value.allowed(pods)
            assert 1 <= evicted < pods
            assert (pods - evicted) * s.demand.rps_per_pod >= rps


@settings(max_examples=40, deadline=None)
@given(platforms)
def test_floors_and_peaks_carry_each_other_along_the_path(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert plan.carries_at_floor.value >= plan.target.baseline_rps
    assert plan.carries_at_peak.value >= plan.target.peak_rps


@settings(max_examples=40, deadline=None)
@given(platforms, st.integers(2, 50))
def test_scaling_the_target_and_every_pod_together_changes_no_count(
    draw: dict[str, Any], factor: int
) -> None:
    _, plan = build(draw)
    _, scaled = build(
        draw | {"peak": draw["peak"] * factor, "per_pod": [n * factor for n in draw["per_pod"]]}
    )
    for before, after in zip(plan.services.values(), scaled.services.values(), strict=True):
        assert before.replicas.floor.value == after.replicas.floor.value
        assert before.replicas.peak.value == after.replicas.peak.value
        assert before.disruption == after.disruption
    assert plan.nodes is not None
    assert scaled.nodes is not None
    assert plan.nodes.at_peak.value == scaled.nodes.at_peak.value


@settings(max_examples=40, deadline=None)
@given(platforms, st.integers(1, 100_000))
def test_a_higher_target_never_needs_fewer_pods_or_nodes_per_service(draw: dict[str, Any], more: int) -> None:
    _, plan = build(draw)
    _, larger = build(draw | {"peak": draw["peak"] + more})
    for before, after in zip(plan.services.values(), larger.services.values(), strict=True):
        assert before.replicas.floor.value <= after.replicas.floor.value
        assert before.replicas.peak.value <= after.replicas.peak.value


@settings(max_examples=30, deadline=None)
@given(platforms)
def test_a_drawn_plan_reads_back_as_the_same(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@settings(max_examples=30, deadline=None)
@given(platforms)
def test_the_pool_buys_what_the_peak_requests_during_a_rollout(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert plan.nodes is not None
    requested = sum((g.peak + g.surge) * g.cpu for g in plan.pod_groups)
    assert plan.nodes.at_peak.value >= ceil(Fraction(requested, plan.nodes.instance.allocatable_cpu.value))
    assert plan.nodes.cpu_limit.value > plan.nodes.at_peak.value * plan.nodes.instance.cpu
