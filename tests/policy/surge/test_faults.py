"""What faults do: a zone, drained nodes, a rollout, metrics that are missing."""

import pytest

from components.policy.disruption import Budget
from components.policy.surge.faults import Fault, MetricsMissing, NodesDrained, Rollout, ZoneLost
from components.policy.surge.faulty import Faults
from components.policy.surge.fleet import Pod
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
    timeline = run(ZoneLost(at_s=60), zones="preferred")
    assert least_ready(timeline) == 30
    assert timeline.ticks[-1].services["gateway"].ready == 45
    assert all(tick.at_s >= 60 for tick in timeline.ticks if tick.services["gateway"].ready < 45)


def test_a_strict_spread_has_nothing_bought_after_a_zone_is_lost() -> None:
    """The zone stays one to spread over and has no pod; three nodes of fifteen are full."""
    timeline = run(ZoneLost(at_s=60), zones="strict")
    last = timeline.ticks[-1]
    assert (last.services["gateway"].ready, last.pending_pods, last.nodes) == (30, 15, 2)


def test_a_strict_spread_takes_the_room_that_stands_after_a_zone_is_lost() -> None:
    """The scheduler spreads over the zones that have nodes, not over those that a pool lists."""
    timeline = run(ZoneLost(at_s=60), zones="strict", cpu=300)
    last = timeline.ticks[-1]
    assert least_ready(timeline) == 30
    assert (last.services["gateway"].ready, last.pending_pods, last.nodes) == (45, 0, 2)


def test_ten_percent_may_be_away_and_never_more() -> None:
    assert least_ready(run(NodesDrained(at_s=60), FRACTION)) == 40


def test_the_guides_budget_lets_nearly_all_go() -> None:
    assert least_ready(run(NodesDrained(at_s=60), GUIDE)) == 5


def test_the_guides_budget_comes_back_on_new_nodes_and_lets_the_last_ones_go_then() -> None:
    """What waits asks nothing of the API again while nothing has changed for it, so that it is bound at once."""
    timeline = run(NodesDrained(at_s=60), GUIDE, leaves_after_s=18)
    ready = {tick.at_s: tick.services["gateway"].ready for tick in timeline.ticks}
    # Forty are evicted within eight seconds; nodes are bought while it goes on, and take 45 s, and pods ten.
    assert ready[75] == ready[100] == 5
    again = next(at for at, pods in ready.items() if at > 75 and pods >= 30)
    assert 60 + 2 + 45 + 10 <= again <= 60 + 10 + 2 + 45 + 10 + 5
    assert min(pods for at, pods in ready.items() if at > again) < max(ready[at] for at in range(120, 140))
    assert timeline.ticks[-1].services["gateway"].ready == 45


@pytest.mark.parametrize(("per_s", "left"), [(5, 45 - 16), (2, 45 - 7)])
def test_a_drain_asks_for_one_pod_after_the_other(per_s: float, left: int) -> None:
    one = world(services={"gateway": service(budget=GUIDE)}, timings={"evict_per_s": per_s})
    timeline = simulate(one, STANDS, FLAT, faults=(NodesDrained(at_s=60),))
    assert next(t for t in timeline.ticks if t.at_s == 63).services["gateway"].ready == left


@pytest.mark.parametrize(("nodes", "ends", "again"), [(1, 62.8, 65.0), (None, 68.8, 69.0)])
def test_a_refused_eviction_is_asked_for_again_after_the_others(
    nodes: int | None, ends: float, again: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen requests are three seconds, and after five they come again; 45 are nine, and come again at once."""
    asked: list[float] = []

    def refuse(faults: Faults, pod: Pod) -> bool:
        asked.append(faults.engine.clock.now)
        return False

    monkeypatch.setattr(Faults, "_may_go", refuse)
    run(NodesDrained(at_s=60, nodes=nodes))
    pods = 15 * (nodes or 3)
    assert [asked[0], asked[pods - 1], asked[pods]] == pytest.approx([60.0, ends, again])


def test_a_drained_node_stays_until_it_is_given_back() -> None:
    timeline = run(NodesDrained(at_s=60, nodes=1), FRACTION)
    assert timeline.ticks[-1].services["gateway"].ready == 45
    nodes = {tick.at_s: tick.nodes for tick in timeline.ticks}
    emptied = max(tick.at_s for tick in timeline.ticks if tick.services["gateway"].ready < 45)
    assert nodes[0] == 3 and nodes[emptied] == nodes[emptied + 250] == 4
    assert nodes[600] == 3


def test_a_reclaimed_node_is_gone_once_it_is_empty() -> None:
    timeline = run(NodesDrained(at_s=60, nodes=1, within_s=120), GUIDE)
    nodes = {tick.at_s: tick.nodes for tick in timeline.ticks}
    # Three seconds of requests, two until the last pod has left, seen at the next round.
    assert (nodes[64], nodes[70]) == (4, 3)


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
