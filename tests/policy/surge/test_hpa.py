"""The autoscaler against worked examples: the documentation's, KEP-853's, and those of the controller's own tests.

kubernetes.io "Horizontal Pod Autoscaling"; kubernetes.dev/resources/keps/853; k8s.io/kubernetes v1.36.1,
pkg/controller/podautoscaler/replica_calculator_test.go.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.surge.hpa import Controller
from components.policy.surge.hpa_spec import (
    Behavior,
    CpuUtilization,
    Fallback,
    HpaSpec,
    RpsPerPod,
    RpsTotal,
    ScalingRules,
    ScalingStep,
)
from components.policy.surge.replica_count import Seen

CPU_30 = CpuUtilization(percent=30)
RPS = RpsPerPod(target=100)


def spec(*metrics: object, floor: int = 1, peak: int = 1000, behavior: Behavior | None = None) -> HpaSpec:
    return HpaSpec(floor=floor, peak=peak, metrics=metrics, behavior=behavior)


def seen(pods: int, **changes: object) -> Seen:
    return Seen(pods, pods, pods, pods, None, None)._replace(**changes)  # type: ignore[arg-type]


def rules(*steps: ScalingStep, **changes: object) -> ScalingRules:
    return ScalingRules(steps=steps, **changes)


def test_twice_the_target_doubles_and_half_of_it_halves() -> None:
    """kubernetes.io, "Algorithm details": 200m against 100m doubles, 50m halves."""
    free = Behavior(down=rules(ScalingStep(type="Percent", value=100)))
    assert Controller(spec(RPS, behavior=free)).sync(0, seen(5, rps=1000)) == 10
    assert Controller(spec(RPS, behavior=free)).asks(seen(10, rps=500)) == 5


@pytest.mark.parametrize(("rps", "pods"), [(1100, 10), (1101, 12), (900, 10), (899, 9)])
def test_within_a_tenth_nothing_happens(rps: float, pods: int) -> None:
    assert Controller(spec(RPS)).asks(seen(10, rps=rps)) == pods


def test_a_direction_may_have_its_own_tolerance() -> None:
    """KEP-4951, HPAConfigurableTolerance."""
    behavior = Behavior(up=rules(ScalingStep(type="Pods", value=99), tolerance=0.01))
    assert Controller(spec(RPS, behavior=behavior)).asks(seen(10, rps=1020)) == 11
    assert Controller(spec(RPS, behavior=behavior)).asks(seen(10, rps=980)) == 10


@pytest.mark.parametrize(
    ("pods", "sampled", "mean", "wanted"),
    [
        # TestReplicaCalcScaleUp: 300, 500, 700 of 1000 against 30 %.
        (3, 3, 50.0, 5),
        # TestReplicaCalcScaleUpUnreadyLessScale: the first of them is not ready.
        (3, 2, 60.0, 4),
        # TestReplicaCalcScaleUpUnreadyNoScale: only the first is, at 400.
        (3, 1, 40.0, 3),
    ],
)
def test_pods_that_are_not_ready_count_as_idle_on_the_way_up(
    pods: int, sampled: int, mean: float, wanted: int
) -> None:
    assert Controller(spec(CPU_30)).asks(seen(pods, sampled=sampled, cpu_percent=mean)) == wanted


def test_pods_that_are_not_ready_do_not_hold_up_the_way_down() -> None:
    """TestReplicaCalcScaleDownExcludeUnreadyPods: five pods, three ready at 30 % in the mean, against 50 %."""
    controller = Controller(spec(CpuUtilization(percent=50)))
    assert controller.asks(seen(5, sampled=3, cpu_percent=30.0)) == 2


def test_of_several_metrics_the_one_that_asks_for_most_wins() -> None:
    assert Controller(spec(RPS, CPU_30)).asks(seen(10, rps=2000, cpu_percent=90.0)) == 30
    assert Controller(spec(RPS, CPU_30)).asks(seen(10, rps=2000, cpu_percent=30.0)) == 20


def test_a_metric_that_is_missing_stops_the_way_down_but_not_up() -> None:
    """computeReplicasForMetrics: "some are invalid and we would scale down"."""
    controller = Controller(spec(RPS, CPU_30))
    assert controller.asks(seen(10, rps=None, cpu_percent=90.0)) == 30
    assert controller.asks(seen(10, rps=None, cpu_percent=9.0)) is None
    assert controller.sync(0, seen(10)) == 10


@pytest.mark.parametrize(
    ("behavior", "pods", "wanted"),
    [("static", 10, 40), ("currentReplicas", 10, 10), ("currentReplicasIfHigher", 50, 50),
     ("currentReplicasIfHigher", 10, 40), ("currentReplicasIfLower", 10, 10), ("currentReplicasIfLower", 50, 40)],
)  # fmt: skip
def test_kedas_fallback_stands_in_for_what_cannot_be_read(behavior: str, pods: int, wanted: int) -> None:
    """KEDA v2.20.2, pkg/fallback/fallback.go, doFallback: target x replicas as the metric."""
    for metric in (RPS, RpsTotal(target=100)):
        fallback = Fallback.model_validate({"replicas": 40, "failures": 0, "behavior": behavior})
        one = HpaSpec(floor=1, peak=99, metrics=(metric,), behavior=Behavior(), fallback=fallback)
        assert Controller(one).asks(seen(pods), fallback.pods(pods)) == wanted, metric


def test_the_fallback_comes_after_more_failures_than_the_threshold_and_goes_with_the_first_answer() -> None:
    """GetMetricsWithFallback counts every question: the HPA's, each 15 s, and KEDA's own polls."""
    fallback = Fallback(replicas=14, failures=3, polling_s=30)
    controller = Controller(HpaSpec(floor=1, peak=99, metrics=(RPS,), behavior=Behavior(), fallback=fallback))
    path = [controller.sync(at, seen(10)) for at in (0, 15, 30, 45)]
    # One, two, three and a poll: more than three.
    assert path == [10, 10, 14, 14]
    assert controller.sync(60, seen(14, rps=1400)) == 14
    assert [controller.sync(at, seen(14)) for at in (75, 90)] == [14, 14]
    assert controller.blind_syncs == 2


def test_without_the_requests_and_no_fallback_cpu_alone_takes_nothing_away() -> None:
    fallback = Fallback(replicas=14, failures=0)
    blind = seen(20, cpu_percent=3.0)
    with_one = HpaSpec(floor=1, peak=99, metrics=(RPS, CPU_30), behavior=Behavior(), fallback=fallback)
    assert Controller(with_one).asks(blind, 14) == 14
    assert Controller(with_one).asks(blind) is None


def test_a_workload_that_a_person_scaled_to_zero_stays_there() -> None:
    assert Controller(spec(RPS)).sync(0, seen(0, rps=2000)) == 0


def test_no_pod_says_nothing_of_a_ratio() -> None:
    """getReadyPodsCount: "no pods returned by selector"."""
    assert Controller(spec(RpsTotal(target=100))).asks(seen(0, rps=2000)._replace(replicas=3)) is None


def test_an_external_value_is_a_ratio_of_the_ready_pods() -> None:
    """TestReplicaCalcScaleUpCMExternalIgnoresUnreadyPods: 8600 against 4400, one of three ready."""
    controller = Controller(spec(RpsTotal(target=4400)))
    assert controller.asks(seen(3, ready=1, rps=8600)) == 2
    assert controller.asks(seen(3, ready=3, rps=8600)) == 6


def test_without_a_behaviour_the_pods_double_at_most_and_reach_four_at_once() -> None:
    """horizontal.go, scaleUpLimitFactor 2 and scaleUpLimitMinimum 4."""
    controller, path, pods = Controller(spec(RPS)), [], 1
    for sync in range(5):
        pods = controller.sync(sync * 15, seen(pods, rps=2000))
        path.append(pods)
    assert path == [4, 8, 16, 20, 20]


def test_without_a_behaviour_five_minutes_of_high_hold_the_pods() -> None:
    controller = Controller(spec(RPS))
    assert controller.sync(0, seen(10, rps=2000)) == 20
    assert controller.sync(299, seen(20, rps=100)) == 20
    assert controller.sync(301, seen(20, rps=100)) == 1


def test_down_by_the_larger_of_ten_percent_and_four_pods() -> None:
    """kubernetes.io, "Scaling policies": from 80 by 8 to 72, by 8 again, and below 40 by 4."""
    down = rules(
        ScalingStep(type="Pods", value=4, period_s=60), ScalingStep(type="Percent", value=10, period_s=60)
    )
    controller, pods, path = Controller(spec(RPS, behavior=Behavior(down=down))), 80, []
    for minute in range(12):
        pods = controller.sync(minute * 61, seen(pods, rps=1000))
        path.append(pods)
    assert path[:3] == [72, 64, 57]
    assert all(before - after <= 4 for before, after in pairwise(path) if before <= 40)
    assert all(before - after >= 4 for before, after in pairwise(path) if after > 14)


def test_ten_fold_a_minute() -> None:
    """KEP-853, "Scale up as fast as possible": 1, 10, 100, 1000."""
    behavior = Behavior(up=rules(ScalingStep(type="Percent", value=900, period_s=60)))
    controller, pods, path = Controller(spec(RPS, peak=5000, behavior=behavior)), 1, []
    for minute in range(3):
        pods = controller.sync(minute * 61, seen(pods, rps=1_000_000))
        path.append(pods)
    assert path == [10, 100, 1000]


def test_one_pod_at_a_time() -> None:
    """KEP-853, "Scale up very gradually": one pod in ten minutes."""
    behavior = Behavior(up=rules(ScalingStep(type="Pods", value=1, period_s=600)))
    controller, pods, path = Controller(spec(RPS, behavior=behavior)), 1, []
    for sync in range(121):
        pods = controller.sync(sync * 15, seen(pods, rps=1000))
        path.append(pods)
    assert (path[0], path[39], path[40], path[120]) == (2, 2, 3, 5)


def test_a_direction_may_be_closed() -> None:
    behavior = Behavior(down=rules(ScalingStep(type="Percent", value=100), select="Disabled"))
    assert Controller(spec(RPS, behavior=behavior)).sync(0, seen(10, rps=100)) == 10


def test_min_takes_the_smaller_step() -> None:
    steps = (ScalingStep(type="Pods", value=4), ScalingStep(type="Percent", value=100))
    for select, pods in (("Max", 20), ("Min", 14)):
        behavior = Behavior(up=rules(*steps, select=select))
        assert Controller(spec(RPS, behavior=behavior)).sync(0, seen(10, rps=9000)) == pods


def test_a_window_up_takes_the_least_that_was_asked_in_it() -> None:
    behavior = Behavior(up=rules(ScalingStep(type="Pods", value=100), window_s=60))
    controller = Controller(spec(RPS, behavior=behavior))
    assert controller.sync(0, seen(10, rps=1000)) == 10
    assert [controller.sync(at, seen(10, rps=3000)) for at in (15, 59, 61)] == [10, 10, 30]


def test_a_raised_minimum_is_there_at_once_and_the_peak_is_kept() -> None:
    behavior = Behavior(up=rules(ScalingStep(type="Pods", value=1, period_s=600)))
    controller = Controller(spec(RPS, peak=50, behavior=behavior))
    assert controller.sync(0, seen(10, rps=1000), minimum=45) == 45
    assert controller.sync(15, seen(60, rps=1000)) == 50


def test_a_schedule_climbs_by_the_behaviours_steps_and_stops_within_the_tolerance() -> None:
    """KEDA's cron trigger is a metric: 45 pods asked of 41 are within a tenth."""
    controller = Controller(spec(RPS, behavior=Behavior()))
    pods, path = 3, []
    for sync in range(6):
        pods = controller.sync(sync * 15, seen(pods, rps=300, cron=45))
        path.append(pods)
    assert path == [7, 14, 28, 45, 45, 45]
    assert Controller(spec(RPS)).sync(0, seen(41, rps=300, cron=45)) == 41


@given(st.integers(1, 60), st.floats(0, 1e5), st.integers(1, 20), st.integers(20, 60))
def test_never_beyond_its_bounds(pods: int, rps: float, floor: int, peak: int) -> None:
    for behavior in (None, Behavior()):
        controller = Controller(spec(RPS, CPU_30, floor=floor, peak=peak, behavior=behavior))
        assert floor <= controller.sync(0, seen(pods, rps=rps, cpu_percent=rps / pods)) <= max(peak, floor)
