"""What was measured on a real autoscaler, scheduler and Karpenter, and what the simulator makes of the same.

Nodes that take 45 s, pods ready 10 s after they are bound, 1,000 rps a pod, five minutes. The runs did not write down
how many nodes they started from or how late their metrics were, so the bounds are wide: three points of shed share.
The narrow comparison is that of recordings (docs/surge/validation.md).
"""

from functools import cache

import pytest

from components.policy.surge.hpa_spec import CpuUtilization, HpaSpec, RpsPerPod
from components.policy.surge.named_policies import fast
from components.policy.surge.outcome import Outcome, outcome
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import EventFloor, Spare, SurgePolicy
from components.policy.surge.simulator import simulate

from .worlds import world

PEAK = 50
SPARE = (Spare(pods=40, cpu="500m", memory="512Mi", zones="preferred"),)
FLOOR = EventFloor(pods={"gateway": 45}, lead_s=120, by="minimum")
PROFILES = {"step": Profile.step(3000, 30000), "ramp": Profile.ramp(3000, 30000, 120)}
# Metrics as a cluster has them: metrics-server's 15 s, and a rate over as long.
WORLD = world(timings={"cpu_rate_s": 15, "rate_window_s": 15})
MOMENTS = (0.5, 4.0, 7.5, 11.0, 14.5)


def gateway(metric: CpuUtilization | RpsPerPod, *, quick: bool = True) -> dict[str, HpaSpec]:
    return {
        "gateway": HpaSpec(floor=10, peak=PEAK, metrics=(metric,), behavior=fast(PEAK) if quick else None)
    }


RPS = gateway(RpsPerPod(target=650))
POLICIES = {
    "guide": SurgePolicy(name="guide", services=gateway(CpuUtilization(percent=70), quick=False)),
    "cpu": SurgePolicy(name="cpu", services=gateway(CpuUtilization(percent=50))),
    "rps": SurgePolicy(name="rps", services=RPS),
    "spare": SurgePolicy(name="spare", services=RPS, spare=SPARE),
    "floor": SurgePolicy(name="floor", services=RPS, spare=SPARE, event=FLOOR),
}
# Percent of the requests that were shed, the least and the most of the runs.
MEASURED = {
    "step": {
        "guide": (14.2, 18.6),
        "cpu": (14.6, 16.3),
        "rps": (12.7, 15.1),
        "spare": (5.3, 8.8),
        "floor": (0, 0),
    },
    "ramp": {"guide": (6.1, 8.6), "cpu": (3.5, 5.0), "rps": (5.2, 6.5), "spare": (0.9, 1.5), "floor": (0, 0)},
}


@cache
def simulated(policy: str, profile: str) -> list[Outcome]:
    return [outcome(simulate(WORLD, POLICIES[policy], PROFILES[profile], phase_s=phase)) for phase in MOMENTS]


def mean_shed(policy: str, profile: str) -> float:
    found = simulated(policy, profile)
    return 100 * sum(one.shed_share for one in found) / len(found)


@pytest.mark.parametrize("profile", MEASURED)
@pytest.mark.parametrize("policy", POLICIES)
def test_the_shed_share_is_near_what_was_measured(policy: str, profile: str) -> None:
    least, most = MEASURED[profile][policy]
    assert least - 3 <= mean_shed(policy, profile) <= most + 3


def test_the_order_of_the_policies_is_the_measured_one() -> None:
    for profile in PROFILES:
        assert mean_shed("guide", profile) > mean_shed("rps", profile) > mean_shed("spare", profile)
        assert mean_shed("spare", profile) > mean_shed("floor", profile) == 0
    # On a ramp CPU did better than requests per second: its target leaves half of the pod, the other 35 %.
    assert mean_shed("cpu", "ramp") < mean_shed("rps", "ramp")


def test_no_reactive_policy_holds_a_ten_fold_step() -> None:
    for policy in ("guide", "cpu", "rps", "spare"):
        assert all(one.shed_requests > 0 for one in simulated(policy, "step"))
