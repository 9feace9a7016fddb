"""What never fits is said before it is played, with the figure that is missing."""

from fractions import Fraction

from components.policy.surge.fits import misfits
from components.policy.surge.hpa_spec import HpaSpec, RpsPerPod
from components.policy.surge.named_policies import guide, ours
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.world import World

from ..guide_platform import plan_of

PLAN = plan_of()
WORLD = World.of_plan(PLAN)
POLICIES = (ours(PLAN), guide(PLAN))


def test_a_load_within_the_limits_fits() -> None:
    assert misfits(WORLD, POLICIES, Profile.step(3_000, 30_000)) == []


def test_a_load_beyond_the_autoscalers_or_the_pools_limits_is_named() -> None:
    found = misfits(WORLD, POLICIES, Profile.step(3_000, 99_000))
    assert any("ours: gateway-api needs 99 pods" in line and "at most 45" in line for line in found)
    assert any("guide: payment-api needs 66 pods" in line and "at most 30" in line for line in found)
    assert any(f"the pool buys at most {WORLD.nodes.most}" in line for line in found)


def test_the_last_request_that_fits_fits() -> None:
    services = {
        name: HpaSpec(
            floor=1, peak=30 if name == "gateway-api" else 20, metrics=(RpsPerPod(target=Fraction(1)),)
        )
        for name in WORLD.services
    }
    exact = [SurgePolicy(name="exact", services=services)]
    assert misfits(WORLD, exact, Profile.step(1, 30_000)) == []
    assert len(misfits(WORLD, exact, Profile.step(1, 30_001))) == 4
