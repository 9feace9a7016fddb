"""The comparison with the wind tunnel: it takes the moments from the run, and it can disagree."""

import pytest

from components.policy.disruption import Budget
from components.policy.errors import ConfigurationError
from components.policy.surge.faults import NodesDrained, Rollout
from components.policy.surge.profile import Point, Profile
from components.policy.surge.scaling_policy import SurgePolicy
from components.policy.surge.simulator import simulate
from components.policy.surge.validation import Compared, Recording, as_markdown, compare, moments, phases

from .worlds import policy, service, world

STEP = Profile.step(3000, 30000)


def recorded(phase_s: float, played: SurgePolicy | None = None, said: SurgePolicy | None = None) -> Recording:
    """A run that the simulator itself made, in the tunnel's place."""
    run = simulate(world(), played or policy(), STEP, phase_s=phase_s)
    return Recording.of(run, said or played or policy(), world(), STEP, ())


@pytest.mark.parametrize("phase_s", [0.5, 4.0, 7.5, 14.6])
def test_a_run_that_is_the_same_agrees_whenever_the_autoscaler_looked(phase_s: float) -> None:
    found = compare(recorded(phase_s))
    assert found.time_agrees and found.shed_agrees
    assert found.simulated_s == pytest.approx(found.measured_s, abs=1)


def test_the_moment_is_where_the_wish_changed() -> None:
    assert moments(recorded(4.2).timeline, 15.0)["gateway"] == pytest.approx(4.2, abs=0.5)
    assert moments(simulate(world(), policy(floor=45), STEP), 15.0) == {}


def test_a_moment_that_was_heard_is_better_than_a_tick() -> None:
    run = recorded(4.2)
    heard = run.model_copy(update={"looks": {"gateway": 19.4}})
    assert phases(heard)["gateway"] == pytest.approx(4.4)
    assert phases(run) == moments(run.timeline, 15.0)


def test_when_cpu_was_sampled_is_the_runs() -> None:
    run = simulate(world(), policy(), STEP)
    of = Recording.of(run, policy(), world(), STEP, (), looks={"gateway": 7.2}, cpu_phase_s=13.0)
    assert (of.world.timings.cpu_phase_s, of.looks) == (13.0, {"gateway": 7.2})


def test_another_policy_than_the_one_that_ran_does_not_agree() -> None:
    found = compare(recorded(4.0, policy(floor=25), policy(floor=10)))
    assert not found.shed_agrees


def test_what_is_the_simulators_own_is_as_it_is_now() -> None:
    """A recording of when it took a node four seconds to be bound to is still compared with this simulator."""
    before = recorded(4.0)
    nodes = before.world.nodes.model_copy(update={"register_s": 4.0})
    of_then = before.model_copy(update={"world": before.world.model_copy(update={"nodes": nodes})})
    assert compare(of_then) == compare(before)


def test_a_reclaim_is_told_from_a_drain() -> None:
    drains = (NodesDrained(at_s=3), NodesDrained(at_s=9, nodes=1, within_s=120))
    assert (
        compare(recorded(4.0).model_copy(update={"faults": drains})).faults == "nodes-drained, spot-reclaim"
    )


def test_a_recording_reads_back_as_it_was() -> None:
    one = recorded(4.0).model_copy(update={"faults": (Rollout(at_s=3),)})
    assert Recording.from_json_text(one.to_json_text()) == one


@pytest.mark.parametrize("text", ["", "{}", '{"policy": 1}'])
def test_what_is_no_recording_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="the JSON of a recording"):
        Recording.from_json_text(text)


def test_where_nothing_is_pulled_once_a_node_every_pod_waits() -> None:
    slow = world(services={"gateway": service(pull_s=20)})
    played = Recording.of(simulate(slow, policy(), STEP), policy(), slow, STEP, ()).world.services["gateway"]
    assert (played.ready_after_s, played.pull_s) == (30, 0)


def test_where_no_machine_is_behind_a_node_the_limit_counts_what_it_was_bought_for() -> None:
    """So it was for the wind tunnel's runs that do not say it."""
    strict = service(zones="strict", budget=Budget(min_available=5))
    limited = world(services={"gateway": strict}, nodes={"most": 9}, timings={"batch_most_s": 2})
    flat, stands = Profile("flat", (Point(0, 20000), Point(200, 20000))), policy(floor=90, peak=100)
    drain = (NodesDrained(at_s=60),)
    run = simulate(limited.without_machines(), stands, flat, faults=drain)
    of = Recording.of(run, stands, limited, flat, drain)
    assert of.world.nodes.counts == "requests"
    for one in (of, of.model_copy(update={"world": limited})):
        found = compare(one)
        assert (found.measured_nodes, found.simulated_nodes) == (12, 12)


def compared(measured: tuple[float | None, float], simulated: tuple[float | None, float]) -> Compared:
    return Compared(
        policy="guide",
        profile="step",
        faults="-",
        measured_s=measured[0],
        simulated_s=simulated[0],
        measured_shed=measured[1],
        simulated_shed=simulated[1],
        measured_nodes=3,
        simulated_nodes=3,
    )


@pytest.mark.parametrize(
    ("measured", "simulated", "time", "shed"),
    [
        ((40, 0.100), (45, 0.110), True, True),
        ((40, 0.100), (45.1, 0.111), False, False),
        ((100, 0.100), (110, 0.091), True, True),
        ((100, 0.100), (110.1, 0.089), False, False),
        ((None, 0.2), (None, 0.2), True, True),
        ((None, 0.2), (299, 0.2), False, True),
        ((0, 0.0), (0, 0.0049), True, True),
        ((0, 0.0), (0, 0.0051), True, False),
    ],
)
def test_what_agrees(
    measured: tuple[float | None, float], simulated: tuple[float | None, float], time: bool, shed: bool
) -> None:
    found = compared(measured, simulated)
    assert (found.time_agrees, found.shed_agrees) == (time, shed)


def test_the_table_says_which_do_not() -> None:
    text = as_markdown([compared((40, 0.1), (45, 0.1)), compared((None, 0.1), (45, 0.3))])
    assert "| guide | step | - | never | 45 | no | 10.00% | 30.00% | no | 3 | 3 |" in text
    assert "1 of 2 runs agree in both." in text
