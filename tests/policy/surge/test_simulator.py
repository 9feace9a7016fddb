"""The simulator: each step of the way from a load to a pod that carries it, and what must hold for any policy."""

import time
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.policy.errors import ConfigurationError
from components.policy.surge.hpa_spec import DEFAULT_UP, Behavior, CpuUtilization, RpsPerPod
from components.policy.surge.named_policies import named_policies, ours
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import EventFloor, Spare
from components.policy.surge.simulator import nodes_at_rest, simulate
from components.policy.surge.timeline import Timeline
from components.policy.surge.world import World

from ..guide_platform import plan_of
from .worlds import MIB, by_cpu, policy, service, world

STEP = Profile.step(3000, 30000)
SPARE = (Spare(pods=40, cpu="500m", memory="512Mi", zones="preferred"),)
TWO = world(services={"gateway": service(), "backend": service()}, calls={"gateway": {"backend": 1}})


def at(run: Timeline, second: float) -> int:
    """Ready pods of the gateway."""
    return next(tick for tick in run.ticks if tick.at_s == second).services["gateway"].ready


def test_a_step_waits_for_sync_batch_node_and_readiness() -> None:
    run = simulate(world(), policy(), STEP, phase_s=5)
    wanted = [tick.at_s for tick in run.ticks if tick.services["gateway"].wanted == 47]
    # The autoscaler looks at 5 s, where 30,000 / 650 = 47 pods; fifteen fit, the others wait for two more nodes.
    assert wanted[0] == 5
    assert (at(run, 14), at(run, 20)) == (10, 15)
    bought = next(tick.at_s for tick in run.ticks if tick.nodes > 1)
    # A second to wait for more pods, one to make the claims, and what the API's clients may send in a second.
    assert 7 <= bought <= 10
    # Then the node's 45 s, 1.5 s until it is bound to, 10 s until the pods are ready.
    assert outcome(run).capacity_s == pytest.approx(bought + 45 + 1.5 + 10, abs=2)


def test_before_the_profile_nothing_moves() -> None:
    run = simulate(world(), policy(), STEP)
    before = [tick for tick in run.ticks if tick.at_s < 0]
    assert {tick.services["gateway"].ready for tick in before} == {10}
    assert {tick.nodes for tick in before} == {1}
    assert all(tick.shed_rps == 0 for tick in before)


def test_the_same_run_is_the_same() -> None:
    assert simulate(TWO, policy(services=("gateway", "backend")), STEP) == simulate(
        TWO, policy(services=("gateway", "backend")), STEP
    )


def test_a_backend_sees_the_load_only_once_its_gateway_carries_it() -> None:
    run = simulate(TWO, policy(services=("gateway", "backend")), STEP)
    first = {
        name: next(tick.at_s for tick in run.ticks if tick.services[name].wanted >= 45)
        for name in TWO.services
    }
    assert first["backend"] >= first["gateway"] + 10


def test_placeholders_give_way_at_once_and_are_bought_again() -> None:
    run = simulate(world(), policy(spare=SPARE), STEP)
    assert outcome(run).capacity_s == pytest.approx(7.5 + 3 + 10, abs=4)
    assert run.ticks[0].nodes == 4
    assert outcome(run).peak_nodes == 6


def test_a_floor_that_is_set_in_time_sheds_nothing() -> None:
    event = EventFloor(pods={"gateway": 45}, lead_s=120, by="minimum")
    found = outcome(simulate(world(), policy(event=event), STEP))
    assert (found.shed_requests, found.capacity_s) == (0, 0)


def test_a_schedule_needs_the_steps_of_the_behaviour_too() -> None:
    legacy = (
        policy(services=("gateway",)).services["gateway"].model_copy(update={"behavior": None, "floor": 3})
    )
    for lead, sheds in ((60, True), (150, False)):
        event = EventFloor(pods={"gateway": 45}, lead_s=lead)
        run = simulate(
            world(), policy(event=event).model_copy(update={"services": {"gateway": legacy}}), STEP
        )
        assert (outcome(run).shed_requests > 0) == sheds


def test_after_the_event_the_floor_is_what_it_was() -> None:
    event = EventFloor(pods={"gateway": 45}, lead_s=60, ends_s=100, by="minimum")
    run = simulate(world(), policy(event=event), Profile.step(3000, 3000.5, hold_s=600))
    assert run.ticks[-1].services["gateway"].wanted == 10


def test_cpu_waits_for_the_pods_that_come() -> None:
    run = simulate(world(), policy(metric=by_cpu(), services=("gateway",)), STEP, phase_s=5)
    # 300 % of the request on ten pods against 70: 43 of them (replica_calculator.go).
    assert next(t.services["gateway"].wanted for t in run.ticks if t.services["gateway"].wanted > 10) == 43


def test_a_mean_over_a_minute_shows_a_step_late() -> None:
    seen_at = []
    for window in (0, 60):
        run = simulate(world(timings={"rate_window_s": window}), policy(), STEP)
        seen_at.append(next(tick.at_s for tick in run.ticks if tick.services["gateway"].wanted >= 42))
    assert seen_at[1] >= seen_at[0] + 45


def test_nodes_that_come_at_once_are_filled_in_one_pass() -> None:
    """A pod a node: 27 nodes more. At 5 s it is looked, a second for the pods, one to wait, one for the claims; then a
    node's 45 s, 1.5 s to be bound to and 10 s to be ready. Were all that wait told off at each of the 27 nodes, the
    scheduler's 50 requests a second would take 13 s more.
    """
    large = world(nodes={"cpu": 500})
    exact = policy(floor=3, metric=RpsPerPod(target=1000))
    found = outcome(simulate(large, exact, STEP, phase_s=5))
    assert found.peak_nodes == 30
    assert found.capacity_s == pytest.approx(5 + 1 + 1 + 1 + 45 + 1.5 + 10, abs=1.5)


def test_a_pod_uses_no_more_cpu_than_its_limit() -> None:
    """Ten pods at 300 % of their request would be 75 at 40 %; a limit of twice the request makes it 50."""
    wanted = []
    for most in (None, 2.0):
        limited = world(services={"gateway": service(cpu_at_most=most)})
        run = simulate(limited, policy(peak=100, metric=CpuUtilization(percent=40)), STEP, phase_s=5)
        wanted.append(next(t.services["gateway"].wanted for t in run.ticks if t.at_s == 5))
    assert wanted == [75, 50]
    # guide.md, section 4: 500m and 2000m.
    assert World.of_plan(plan_of()).services["gateway-api"].cpu_at_most == 4


def test_an_autoscaler_that_never_scales_up_rests_at_its_floor() -> None:
    stuck = Behavior(up=DEFAULT_UP.model_copy(update={"select": "Disabled"}))
    run = simulate(world(), policy(floor=2, behavior=stuck), STEP)
    assert {tick.services["gateway"].wanted for tick in run.ticks} == {2}


def test_what_stays_apart_takes_a_node_each() -> None:
    """Redis: a master and three replicas, which fit a node together."""
    redis = ((4, 500, 1024 * MIB),)
    worlds = [world(beside=redis, beside_per_host=most) for most in ((), (1,))]
    assert [nodes_at_rest(one, policy(), STEP) for one in worlds] == [1, 4]
    plan = plan_of()
    assert plan.nodes is not None
    found = nodes_at_rest(World.of_plan(plan), ours(plan), Profile.step(6000, 30000))
    assert found == plan.nodes.at_floor.value


def test_karpenter_buys_for_the_spread_over_hosts_that_pods_prefer() -> None:
    """Fifteen fit a node; of 27 more pods, with at most five on one, the scheduler would fill what stands first."""
    exact = policy(floor=3, metric=RpsPerPod(target=1000))
    peaks = []
    for most in (None, 5):
        spread = world(services={"gateway": service(per_host=most)})
        peaks.append(outcome(simulate(spread, exact, STEP)).peak_nodes)
    # Twelve stand beside the three, fifteen wait.
    assert peaks == [2, 1 + 3]


def test_a_pools_limit_holds() -> None:
    run = simulate(world(nodes={"most": 2}), policy(), STEP)
    assert outcome(run).peak_nodes == 2
    assert outcome(run).capacity_s is not None
    assert run.ticks[-1].pending_pods == 47 - 30


def test_an_image_is_pulled_once_a_node() -> None:
    slow = world(services={"gateway": service(pull_s=20)})
    quick, pulled = (outcome(simulate(one, policy(), STEP)).capacity_s for one in (world(), slow))
    assert quick is not None and pulled is not None
    assert pulled == pytest.approx(quick + 20, abs=1)


def test_a_strict_spread_buys_in_every_zone() -> None:
    strict = world(services={"gateway": service(zones="strict")})
    assert simulate(strict, policy(), STEP).ticks[0].nodes == 3


def test_nodes_cost_from_the_purchase() -> None:
    run = simulate(world(), policy(), Profile.step(3000, 3001))
    assert outcome(run).cost_usd == pytest.approx(0.36 * (300 + 15) / 3600)
    assert outcome(run).node_hours == pytest.approx((300 + 15) / 3600)


def test_a_service_without_an_autoscaler_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="no autoscaler for backend"):
        simulate(TWO, policy(), STEP)


def test_a_pod_that_no_node_holds_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="placeholder pod: 8 CPU"):
        simulate(world(), policy(spare=(Spare(pods=1, cpu=8, memory="1Gi"),)), STEP)


def test_five_minutes_of_the_platform_take_well_under_a_second() -> None:
    plan = plan_of()
    model = World.of_plan(plan)
    started = time.process_time()
    for one in named_policies(plan).values():
        simulate(model, one, STEP)
    assert (time.process_time() - started) / len(named_policies(plan)) < 0.5


loads = st.tuples(st.integers(500, 5000), st.integers(5000, 40000)).map(lambda two: Profile.step(*two))
phases = st.floats(0, 14.9)


@settings(max_examples=30, deadline=None)
@given(loads, st.integers(3, 40), st.integers(0, 10), phases)
def test_a_higher_floor_never_sheds_more(load: Profile, floor: int, more: int, phase: float) -> None:
    less, higher = (
        outcome(simulate(world(), policy(floor=pods), load, phase_s=phase)).shed_requests
        for pods in (floor, floor + more)
    )
    # The rest of a node that one more pod leaves over may be a pod less for those that come.
    assert higher <= less * 1.05 + 1


@settings(max_examples=30, deadline=None)
@given(loads, st.integers(1, 40), phases)
def test_spare_room_never_sheds_more(load: Profile, pods: int, phase: float) -> None:
    spare = (Spare(pods=pods, cpu="500m", memory="512Mi"),)
    without, roomy = (
        outcome(simulate(world(), one, load, phase_s=phase)) for one in (policy(), policy(spare=spare))
    )
    assert roomy.shed_requests <= without.shed_requests + 3 * load.peak_rps


@settings(max_examples=30, deadline=None)
@given(loads, st.integers(3, 20), st.integers(20, 60), phases)
def test_what_holds_at_every_second(load: Profile, floor: int, peak: int, phase: float) -> None:
    run = simulate(world(), policy(floor=floor, peak=peak), load, phase_s=phase)
    for tick in run.ticks:
        gateway = tick.services["gateway"]
        assert floor <= gateway.wanted <= peak
        assert 0 <= gateway.ready <= gateway.current
        assert tick.served_rps + tick.shed_rps == pytest.approx(tick.offered_rps)
        assert gateway.current <= tick.nodes * 15 + tick.pending_pods
    assert run.ticks[-1].at_s == load.duration_s


@pytest.mark.parametrize(("phase_s", "percent"), [(0.0, 300), (1.0, (14 * 30 + 300) / 15)])
def test_a_sample_of_cpu_ends_where_the_next_begins(phase_s: float, percent: float) -> None:
    """Ten pods at 30 % until the step, then at 300 %; what the autoscaler sees at 15.5 s ended at 15 or at 1 s."""
    run = simulate(
        world(timings={"cpu_rate_s": 15, "cpu_phase_s": phase_s}),
        policy(peak=100, metric=CpuUtilization(percent=40)),
        Profile.step(3000, 30000),
        phase_s=0.5,
    )
    wanted = next(tick.services["gateway"].wanted for tick in run.ticks if tick.at_s == 16)
    assert wanted == ceil(10 * int(percent) / 40)
