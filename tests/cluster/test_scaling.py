"""The simulated load goes up and the real HPA goes to the peak, Karpenter following; then both come back."""

import json

from components.policy.quantities import Millicores
from tests.live import Checkout, eventually, is_ready

PEAKS = {"gateway-api": 45, "reservation-api": 30, "inventory-api": 30, "payment-api": 30}
WINDOW_S = 60
QUICK_WAY_DOWN = f"  headroom:scale_down: {{window: {WINDOW_S}s, percent: 100, period: 15s}}\n"
FLOORS = {"gateway-api": 9, "reservation-api": 6, "inventory-api": 6, "payment-api": 6}


def test_to_the_peak_and_back(platform: Checkout) -> None:
    before = ready_nodes(platform)
    platform.make("load", "RPS=30000")
    to_peak = eventually("every service at its peak", lambda: at_least(platform, PEAKS), within=300)
    at_peak = ready_nodes(platform)
    print(f"\npeak reached {to_peak:.0f} s after the load; nodes {before} -> {at_peak}")
    assert at_peak > before, "Karpenter bought the nodes that the peak needs"
    assert at_peak <= planned_nodes(platform), "and no more than the plan has for the peak during a rollout"
    assert within_limits(platform)

    # Its own way down takes a quarter of an hour. A stack may say another; this one does: all of it at once, after a
    # window that still has to hold.
    platform.edit("Pulumi.local.yaml", "  headroom:cost:", f"{QUICK_WAY_DOWN}  headroom:cost:")
    platform.make("pulumi", "ARGS=up --yes --skip-preview")
    platform.make("load", "RPS=baseline")
    down = eventually(
        "fewer pods than at the peak", lambda: not at_least(platform, PEAKS), within=180, every=2
    )
    print(f"first pods went {down:.0f} s after the load was gone")
    assert down > WINDOW_S * 0.8, "the scale-down window held the fleet"
    back = eventually("every service rests", lambda: at_rest(platform), within=240, every=5)
    print(f"all rest {down + back:.0f} s after the load was gone")
    assert at_least(platform, FLOORS)


def at_rest(platform: Checkout) -> bool:
    """What the plan says of the baseline."""
    services = json.loads(platform.ops("plan", "--format", "json").output)["services"]
    return all(platform.ready(name) == services[name]["scaling"]["rests_at"]["value"] for name in FLOORS)


def at_least(platform: Checkout, wanted: dict[str, int]) -> bool:
    return all(platform.ready(service) >= pods for service, pods in wanted.items())


def ready_nodes(platform: Checkout) -> int:
    return sum(is_ready(node) for node in platform.get("nodes"))


def planned_nodes(platform: Checkout) -> int:
    plan = json.loads(platform.ops("plan", "--format", "json").output)
    return sum(pool["at_peak"]["value"] for pool in plan["pools"].values())


def within_limits(platform: Checkout) -> bool:
    (pool,) = platform.get("nodepools")
    used, limit = pool["status"]["resources"]["cpu"], pool["spec"]["limits"]["cpu"]
    return Millicores.parse(used) <= Millicores.parse(limit)
