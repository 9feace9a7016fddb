"""The policies that every comparison has."""

import pytest

from components.policy.surge.hpa_spec import CpuUtilization, HpaSpec, RpsPerPod
from components.policy.surge.named_policies import named_policies
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.world import World

from ..guide_platform import plan_of

PLAN = plan_of()


def test_the_guides_is_as_the_guide_has_it() -> None:
    gateway = named_policies(PLAN)["guide"].services["gateway-api"]
    assert gateway == HpaSpec(floor=10, peak=50, metrics=(CpuUtilization(percent=70),))
    assert gateway.behavior is None


def test_the_quick_one_scales_at_650_of_1000() -> None:
    quick = named_policies(PLAN)["rps-650-fast"]
    assert quick.services["gateway-api"].metrics == (RpsPerPod(target=650),)
    assert quick.services["payment-api"].metrics == (RpsPerPod(target=325),)


def test_ours_is_the_plans() -> None:
    ours = named_policies(PLAN)["ours"].services["gateway-api"]
    planned = PLAN.services["gateway-api"]
    assert (ours.floor, ours.peak) == (planned.replicas.floor.value, planned.replicas.peak.value)
    assert ours.metrics[0] == RpsPerPod(target=planned.scaling.target_rps.value)


@pytest.mark.parametrize("policy", named_policies(PLAN).values(), ids=lambda p: p.name)
def test_a_policy_reads_back_as_it_was(policy: SurgePolicy) -> None:
    assert SurgePolicy.model_validate_json(policy.model_dump_json()) == policy


def test_a_floor_above_the_peak_is_refused() -> None:
    with pytest.raises(ValueError, match="above peak"):
        HpaSpec(floor=3, peak=2, metrics=(CpuUtilization(percent=50),))


def test_the_plans_spare_room_is_in_ours_and_takes_no_room_beside_it() -> None:
    plan = plan_of(spare={"kind": "pods", "pods": 7})
    assert [one.pods for one in named_policies(plan)["ours"].spare] == [7]
    assert World.of_plan(plan).beside == World.of_plan(PLAN).beside
