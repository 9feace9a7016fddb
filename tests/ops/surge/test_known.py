"""The policies that a run may name, the search's frontier among them."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from components.policy.surge.named_policies import named_policies
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.simulator import simulate
from components.policy.surge.world import World
from ops.surge.known import expanded, known_policies
from ops.surge.options import Asked, LaneAsked
from ops.surge.question import Question, setup_of

STEP = Profile.step(3_000, 30_000)


def test_only_who_asks_for_the_frontier_waits_for_it(plan: Plan) -> None:
    found = known_policies(plan, World.of_plan(plan), STEP, [LaneAsked("ours")])
    assert dict(found) == dict(named_policies(plan))


def test_the_frontier_is_a_lane_for_each_of_its_policies_and_each_sheds_less(plan: Plan) -> None:
    world, asked = World.of_plan(plan), [LaneAsked("ours"), LaneAsked("frontier", ["zone"])]
    known = known_policies(plan, world, STEP, asked)
    lanes = list(expanded(asked, known))
    assert lanes[0] == asked[0]
    assert [lane.policy for lane in lanes[1:]] == [name for name in known if name.startswith("frontier-")]
    assert all(lane.faults == ["zone"] for lane in lanes[1:])
    shed = [outcome(simulate(world, known[lane.policy], STEP)).shed_share for lane in lanes[1:]]
    assert len(shed) > 1 and shed == sorted(shed, reverse=True)


def test_one_of_it_may_be_named_and_one_that_is_not_there_is_refused() -> None:
    setup = setup_of(Question("local", Asked("step", 3_000, 30_000), [LaneAsked("frontier-1")]))
    assert [lane.title for lane in setup.lanes] == ["frontier-1"]
    with pytest.raises(ConfigurationError, match=r"--policy: frontier-99 .*frontier"):
        setup_of(Question("local", Asked("step", 3_000, 30_000), [LaneAsked("frontier-99")]))


def test_two_runs_share_no_lane_whose_late_nodes_the_second_would_count() -> None:
    question = Question(
        "local", Asked("step", 3_000, 30_000), [LaneAsked("ours"), LaneAsked("rps-650-fast+40-spare")]
    )
    names = [lane.name for _ in range(2) for lane in setup_of(question).lanes]
    assert len(set(names)) == 4
    assert all(len(f"{name}-tacos-app-on-demand-critical") <= 63 for name in names)
