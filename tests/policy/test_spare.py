"""Spare room: growth x the time that new nodes take, in placeholders that hold the pods which come."""

from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from tests.policy.guide_platform import BACKENDS, gateway, guide, plan_of, service

DERIVED = {"kind": "derived"}
POOL = "on-demand-critical"


def growing(growth: dict[str, Any] | None, **changes: Any) -> Plan:
    target = {"peak_rps": 30000, "baseline_rps": 6000, **({"growth": growth} if growth else {})}
    return plan_of(target=target, **changes)


def test_a_step_needs_all_its_pods_at_once() -> None:
    # 30 gateways - 12 at rest; 20 of each backend - 8, two of which fit where one gateway does: 18 + 3 x 6.
    room = growing({"to_rps": 30000}, spare=DERIVED).spare[POOL]
    assert {name: pods.value for name, pods in room.by_service.items()} == {
        "gateway-api": 18,
        **dict.fromkeys(BACKENDS, 12),
    }
    assert room.pods.value == 36
    assert (str(room.cpu.value), str(room.memory.value)) == ("500m", "512Mi")


def test_a_ramp_needs_the_pods_of_the_time_that_new_nodes_take() -> None:
    # 60 rps/s x 165 s / 1,000 = 9.9; a third of it x 165 s / 500 = 6.6.
    plan = growing({"rps_per_second": 60}, spare=DERIVED)
    assert plan.services["gateway-api"].reaction.on_new_nodes.value.seconds == 165
    needed = {name: pods.value for name, pods in plan.spare[POOL].by_service.items()}
    assert needed == {"gateway-api": 10, **dict.fromkeys(BACKENDS, 7)}
    assert "60 rps/s x 165s on new nodes" in plan.spare[POOL].by_service["gateway-api"].because


def test_no_more_is_kept_than_the_autoscalers_may_ask_for() -> None:
    plan = growing({"rps_per_second": 1000}, spare=DERIVED)
    gateway_pods = plan.services["gateway-api"]
    most = gateway_pods.replicas.peak.value - gateway_pods.scaling.rests_at.value
    assert plan.spare[POOL].by_service["gateway-api"].value == most


def test_a_step_that_the_pods_at_rest_carry_needs_none() -> None:
    assert growing({"to_rps": 6000}, spare=DERIVED).spare == {}


def test_none_is_kept_unless_it_is_asked_for() -> None:
    assert growing({"to_rps": 30000}).spare == {}


def test_so_many_as_stated_of_the_largest_pod() -> None:
    room = growing(None, spare={"kind": "pods", "pods": 40}).spare[POOL]
    assert room.pods.value == 40
    assert str(room.cpu.value) == "500m"


def test_without_a_growth_there_is_nothing_to_derive_it_from() -> None:
    with pytest.raises(ConfigurationError, match=r"target\.growth") as caught:
        growing(None, spare=DERIVED)
    assert caught.value.field == "spare.kind"


def test_the_pool_and_the_bill_hold_it() -> None:
    without = growing(None, cost={})
    kept = growing(None, cost={}, spare={"kind": "pods", "pods": 40})
    assert without.nodes is not None
    assert kept.nodes is not None
    # 14 of 500m more in each zone, with 15 on a node.
    assert kept.nodes.at_floor.value > without.nodes.at_floor.value
    assert kept.nodes.cpu_limit.value > without.nodes.cpu_limit.value
    assert without.cost is not None
    assert kept.cost is not None
    assert kept.cost.by_group[f"{POOL}-spare"].value > 0
    assert sum(part.value for part in kept.cost.by_group.values()) == kept.cost.per_month.value
    assert kept.cost.per_month.value > without.cost.per_month.value


def test_each_pool_keeps_room_for_its_own() -> None:
    services = {"gateway-api": gateway()} | {name: service(tolerates_reclaim=True) for name in BACKENDS}
    pools = [{"name": "steady"}, {"name": "spot", "capacity_type": "spot", "weight": 1}]
    target = {"peak_rps": 30000, "baseline_rps": 6000, "growth": {"to_rps": 30000}}
    plan = plan_of(node_pools=pools, services=services, target=target, spare=DERIVED)
    assert set(plan.spare["steady"].by_service) == {"gateway-api"}
    assert set(plan.spare["spot"].by_service) == set(BACKENDS)
    assert str(plan.spare["spot"].cpu.value) == "250m"
    stated = plan_of(node_pools=pools, services=services, spare={"kind": "pods", "pods": 5})
    assert set(stated.spare) == {"steady"}, "the entry's"


def test_it_is_read_back_as_it_was() -> None:
    plan = growing({"to_rps": 30000}, spare=DERIVED, cost={})
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert guide().spare.kind == "none"
