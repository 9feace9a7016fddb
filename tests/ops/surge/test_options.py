"""What a person asks is read whole, or refused with what is allowed."""

from pathlib import Path

import pytest

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from components.policy.surge.faults import MetricsMissing, NodesDrained, Rollout, ZoneLost
from components.policy.surge.named_policies import named_policies
from components.policy.surge.profile import Point, Profile
from ops.surge.options import (
    Asked,
    LaneAsked,
    faults_of,
    lanes_asked,
    middle_of_peak,
    policies_of,
    profile_of,
)

STEP = Profile.step(3_000, 30_000)


def test_what_is_not_said_of_the_load_is_the_plans(plan: Plan) -> None:
    found = profile_of(Asked(), plan)
    assert found == Profile.step(6_000, 30_000, hold_s=300)


def test_a_ramp_is_held_until_the_run_is_over(plan: Plan) -> None:
    found = profile_of(Asked("ramp", 3_000, 30_000, over_s=60, seconds=200), plan)
    assert found.points == (Point(0, 3_000), Point(60, 30_000), Point(200, 30_000))


def test_a_flat_load_is_at_the_top_from_the_start(plan: Plan) -> None:
    found = profile_of(Asked("flat", 3_000, 30_000), plan)
    assert (found.name, found.before_rps, found.peak_rps, found.duration_s) == ("flat", 30_000, 30_000, 300)
    assert middle_of_peak(found) == 150


def test_the_phases_are_the_plans_and_may_be_cut(plan: Plan) -> None:
    whole = profile_of(Asked("phases"), plan)
    cut = profile_of(Asked("phases", seconds=100), plan)
    assert whole.duration_s > 1_200
    assert cut.duration_s == 100
    assert cut.rps_at(50) == whole.rps_at(50)
    assert cut.rps_at(100) == whole.rps_at(100)


def test_a_recorded_load_is_read(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "friday.csv"
    path.write_text("at_s,rps\n100,3000\n160,9000\n")
    found = profile_of(Asked(f"csv:{path}"), plan)
    assert found == Profile("friday", (Point(0, 3_000), Point(60, 9_000)))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked("leap"), "--profile: leap is not usable; allowed: step, ramp, flat, phases, csv:FILE"),
        (Asked("csv:"), "--profile: csv: is not usable"),
        (Asked("csv:/no/such"), "No such file"),
        (Asked("step", from_rps=-1), "--from: -1 is not usable; allowed: a number above 0"),
        (Asked("step", to_rps=float("nan")), "--to: nan is not usable"),
        (Asked("step", seconds=0), "--seconds: 0 is not usable"),
        (
            Asked("ramp", over_s=100, seconds=100),
            r"--seconds: 100 is not usable; allowed: more than the ramp takes",
        ),
    ],
)
def test_a_load_that_is_none_is_refused(plan: Plan, asked: Asked, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        profile_of(asked, plan)


def test_a_recording_that_cannot_be_read_names_its_line(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("at_s,rps\n0,3000\n10,many\n")
    with pytest.raises(ConfigurationError, match=r"line 3: '10,many'"):
        profile_of(Asked(f"csv:{path}"), plan)


def test_a_fault_happens_in_the_middle_of_the_peak_or_when_it_is_said(plan: Plan) -> None:
    assert middle_of_peak(STEP) == 150
    assert faults_of(["zone", "rollout@20"], STEP, plan) == (ZoneLost(at_s=150), Rollout(at_s=20))


def test_a_reclaim_takes_a_zones_nodes_with_two_minutes_notice(plan: Plan) -> None:
    (fault,) = faults_of(["spot"], STEP, plan)
    assert fault == NodesDrained(at_s=150, nodes=3, within_s=120)


def test_metrics_are_missing_for_two_minutes(plan: Plan) -> None:
    assert faults_of(["metrics@10"], STEP, plan) == (MetricsMissing(at_s=10, for_s=120),)


@pytest.mark.parametrize("word", ["flood", "zone@", "zone@-1", "zone@300", "zone@soon", "zone@nan"])
def test_a_fault_that_is_none_is_refused(plan: Plan, word: str) -> None:
    with pytest.raises(ConfigurationError, match="allowed: zone, drain, rollout, spot, metrics"):
        faults_of([word], STEP, plan)


def test_policies_come_once_and_in_order(plan: Plan) -> None:
    found = policies_of(["ours", "guide", "ours"], named_policies(plan))
    assert [policy.name for policy in found] == ["ours", "guide"]


def test_a_policy_that_nobody_knows_is_refused(plan: Plan) -> None:
    with pytest.raises(ConfigurationError, match="theirs is not usable; allowed: guide, "):
        policies_of(["ours", "theirs"], named_policies(plan))


def test_faults_break_one_lane_together_or_each_a_lane_of_its_own() -> None:
    assert lanes_asked(["ours", "guide", "ours"], ["zone", "spot"], apart=False) == [
        LaneAsked("ours", ["zone", "spot"]),
        LaneAsked("guide", ["zone", "spot"]),
    ]
    assert lanes_asked(["ours", "guide"], ["zone", "spot"], apart=True) == [
        LaneAsked("ours", ["zone"], alone=True),
        LaneAsked("guide", ["zone"], alone=True),
        LaneAsked("ours", ["spot"], alone=True),
        LaneAsked("guide", ["spot"], alone=True),
    ]
    assert lanes_asked(["ours"], [], apart=True) == [LaneAsked("ours", [])]
