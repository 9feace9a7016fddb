"""The whole plan: the guide's figures, round trips, and every plan against the loss of a zone, a drain, a rollout."""

import json
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import Plan, build_plan
from components.policy.platform import Platform
from components.policy.review import review
from components.policy.service import ServicePolicy, plan_service
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


def test_nodes_and_bill_are_for_what_stands_at_the_baseline() -> None:
    """The autoscaler's floor is not where it rests, and the bill of the month is for the pods that stand there."""
    at_rest = {group.name: group.floor for group in plan_of().pod_groups}
    assert at_rest == {"gateway-api": 12, **dict.fromkeys(BACKENDS, 8), "redis": 4, "redis-sentinel": 3}


def test_one_component_alone_gets_the_plans_numbers() -> None:
    plan = plan_of()
    spec = guide().services["gateway-api"]
    policy = ServicePolicy(calls=spec.calls, redis_ops_per_request=spec.redis_ops_per_request)
    assert plan_service("gateway-api", plan.entry.demand, policy) == plan.entry


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


def test_pools_that_redis_cannot_take_are_found_beside_every_number() -> None:
    """The plan is there whole, and what is wrong with it is a finding: so it is in a what-if too."""
    for maxclients, found in ((5725, []), (5724, ["HR721"])):
        platform = guide(redis={"maxclients": maxclients})
        plan = build_plan(platform)
        assert plan.redis_connections.value == 5700
        assert [f.number for f in review(plan_facts(plan, platform))] == found


def test_a_pod_that_carries_a_fraction_of_a_request_breaks_no_rule() -> None:
    platform = guide(services={"solo": service(rps_per_pod="333.3")})
    plan = build_plan(platform)
    assert plan.services["solo"].connections.rate_limit_rps.value == 334
    assert [f for f in review(plan_facts(plan, platform)) if f.number in ("HR611", "HR612")] == []


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
        ({"zones": ["a", "a", "b"]}, "a is not usable; allowed: each zone once"),
        ({"zones": []}, "at least 1"),
        (
            {"target": {"peak_rps": 1, "baseline_rps": 2}},
            "baseline_rps: 2 is not usable; allowed: at most peak_rps, 1",
        ),
        ({"target": {"peak_rps": 0, "baseline_rps": 0}}, "greater than 0"),
        ({"target": {"peak_rps": 9, "baseline_rps": 9, "p99": "0"}}, "greater than 0"),
        (
            {"target": {"peak_rps": 9, "baseline_rps": 9, "growth": {"to_rps": 10}}},
            "growth.to_rps: 10 is not usable; allowed: at most peak_rps, 9",
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
