"""What faults do: a zone, drained nodes, a rollout, metrics that are missing."""

import pytest

from components.policy.disruption import Budget
from components.policy.surge.faults import Fault, MetricsMissing, NodesDrained, Rollout, ZoneLost
from components.policy.surge.profile import Point, Profile
from components.policy.surge.simulator import simulate
from components.policy.surge.timeline import Timeline

from .worlds import policy, service, world

FLAT = Profile("flat", (Point(0, 20000), Point(600, 20000)))
STANDS = policy(floor=45)
# 45 pods on three nodes; measured on a real control plane: the first never fell below 40, the second left 5.
FRACTION = Budget(max_unavailable="10%")
GUIDE = Budget(min_available=5)


def run(fault: Fault, budget: Budget | None = None, **changes: object) -> Timeline:
    one = world(services={"gateway": service(budget=budget, **changes)})
    return simulate(one, STANDS, FLAT, faults=(fault,))


def least_ready(timeline: Timeline) -> int:
    return min(tick.services["gateway"].ready for tick in timeline.ticks)


def test_a_lost_zone_takes_its_pods_and_they_come_again_elsewhere() -> None:
    timeline = run(ZoneLost(at_s=60), zones="strict")
    assert least_ready(timeline) == 30
    assert timeline.ticks[-1].services["gateway"].ready == 45
    assert all(tick.at_s >= 60 for tick in timeline.ticks if tick.services["gateway"].ready < 45)


def test_ten_percent_may_be_away_and_never_more() -> None:
    assert least_ready(run(NodesDrained(at_s=60), FRACTION)) == 40


def test_the_guides_budget_lets_nearly_all_go() -> None:
    assert least_ready(run(NodesDrained(at_s=60), GUIDE)) == 5


def test_a_drain_ends_and_its_nodes_are_gone() -> None:
    timeline = run(NodesDrained(at_s=60, nodes=1), FRACTION)
    assert timeline.ticks[-1].services["gateway"].ready == 45
    assert max(tick.nodes for tick in timeline.ticks) >= 4
    assert timeline.ticks[-1].nodes <= 4


def test_a_reclaim_does_not_wait_for_the_budget() -> None:
    slow = {"budget": FRACTION, "ready_after_s": 200}
    timeline = run(NodesDrained(at_s=60, within_s=120), **slow)  # type: ignore[arg-type]
    assert min(t.services["gateway"].ready for t in timeline.ticks if t.at_s < 179) >= 40
    assert least_ready(timeline) < 40


def test_a_rollout_takes_no_capacity_away_and_ends() -> None:
    timeline = run(Rollout(at_s=60), surge=0.25)
    assert least_ready(timeline) == 45
    assert max(t.services["gateway"].current for t in timeline.ticks) == 45 + 12
    assert timeline.ticks[-1].services["gateway"].current == 45


def test_missing_metrics_stop_the_autoscaler_for_their_time() -> None:
    step = Profile.step(3000, 30000)
    runs = [
        simulate(world(), policy(), step, faults=(MetricsMissing(at_s=-1, for_s=seconds),))
        for seconds in (1, 61)
    ]
    first = [next(t.at_s for t in one.ticks if t.services["gateway"].wanted > 10) for one in runs]
    assert first[0] < 15 and first[1] == pytest.approx(60 + 7.5, abs=8)
