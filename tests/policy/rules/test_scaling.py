"""The autoscaler as such, and its targets. 1,000 rps per pod, a target of 30,000 and three zones throughout."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import (
    ABSENT,
    Autoscaler,
    Behavior,
    Container,
    Fleet,
    Metric,
    Objective,
    Service,
    Traffic,
    Workload,
)
from components.policy.quantities import Millicores, Milliseconds

from .cases import Case, case, check_both_sides, fleet, found, scaled, workload

HPA = Autoscaler(object="HorizontalPodAutoscaler shop")
SERVICE = Service(object="Service shop")
CPU = Metric(kind="Resource", name="cpu", target_type="Utilization", target=Fraction(80))


def rate(target: int) -> Metric:
    return Metric(
        kind="External", name="http_requests_per_second", target_type="AverageValue", target=Fraction(target)
    )


def on_metrics(*metrics: Metric, **facts: Any) -> Workload:
    return workload(autoscaler=Autoscaler(object="HorizontalPodAutoscaler shop", metrics=metrics), **facts)


def query(text: str) -> Workload:
    return on_metrics(Metric(kind="External", name="prometheus", target_type="AverageValue", query=text))


def at_target(target: int) -> Fleet:
    demand = Traffic(rps_per_pod=Fraction(1000), peak_rps=Fraction(30_000))
    return fleet(Objective(zones=3), on_metrics(rate(target), peak=45, traffic=demand))


def full_pod(request: int, limit: int = 500) -> Workload:
    """A full pod uses 400m of CPU; 80 % of 500m is just that."""
    one = Container(cpu_request=Millicores(request), cpu_limit=Millicores(limit))
    return on_metrics(CPU, containers=(one,), traffic=Traffic(cpu_at_capacity=Millicores(400)))


CASES = [
    case("HR401", "no behavior", broken=scaled(behavior=ABSENT), right=scaled(behavior=Behavior())),
    case(
        "HR402",
        "replicas is 3",
        broken=workload(autoscaler=HPA, replicas=3),
        right=workload(autoscaler=HPA, replicas=ABSENT),
    ),
    case(
        "HR403",
        "cpu only",
        broken=on_metrics(CPU, service=SERVICE),
        right=on_metrics(CPU, rate(600), service=SERVICE),
    ),
    case("HR404", "minimum 5", broken=scaled(minimum=5, maximum=4), right=scaled(minimum=4, maximum=4)),
    case("HR405", "scaled by 2", broken=workload(autoscalers=("a", "b")), right=workload(autoscalers=("a",))),
    case(
        "HR406",
        "waits 1ms",
        broken=scaled(behavior=Behavior(up_window=Milliseconds(1))),
        right=scaled(behavior=Behavior(up_window=Milliseconds(0))),
    ),
    case(
        "HR407",
        "without a window",
        broken=scaled(behavior=Behavior(down_window=Milliseconds(0))),
        right=scaled(behavior=Behavior(down_window=Milliseconds(1))),
    ),
    case(
        "HR410",
        "never scales down",
        broken=scaled(behavior=Behavior(down_disabled=True)),
        right=scaled(behavior=Behavior(up_disabled=True, down_window=Milliseconds(3_600_000))),
    ),
    case(
        "HR408",
        "minimum 0",
        broken=workload(service=SERVICE, autoscaler=Autoscaler(object="ScaledObject shop", minimum=0)),
        right=workload(service=SERVICE, autoscaler=Autoscaler(object="ScaledObject shop", minimum=1)),
    ),
    case(
        "HR409",
        "average over pods",
        broken=query("sum(rate(requests_total[1m])) / count(up)"),
        right=query("sum(rate(requests_total[1m]))"),
    ),
    # 1,000 / 1.1 = 909.09, and the target is a whole number.
    case("HR411", "lets a pod come to 1002.1", broken=at_target(911), right=at_target(910)),
    # 30,000 / (620 x 1.1) = 43.99, 44 pods; 30,000 / (619 x 1.1) = 44.06, the 45 that the loss of a zone needs.
    case("HR412", "stops at 44 pods", broken=at_target(620), right=at_target(619)),
    case(
        "HR413",
        "requests no CPU",
        broken=on_metrics(CPU, containers=(Container(cpu_request=ABSENT, cpu_limit=ABSENT),)),
        right=on_metrics(CPU, containers=(Container(cpu_request=ABSENT, cpu_limit=Millicores(1)),)),
    ),
    case("HR414", "uses 400m", broken=full_pod(499), right=full_pod(500)),
    case("HR415", "limit is 399m", broken=full_pod(300, 399), right=full_pod(300, 400)),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


@pytest.mark.parametrize(
    "text",
    [
        "avg(rate(requests_total[1m]))",
        "avg by (service) (rate(requests_total[1m]))",
        "sum(rate(requests_total[1m])) / scalar(count(up))",
        "sum(rate(requests_total[1m])) / kube_deployment_status_replicas",
    ],
)
def test_ways_to_divide_by_the_pods_are_known(text: str) -> None:
    assert found("HR409", fleet(query(text))) != []


def test_averages_in_other_units_say_nothing_about_requests() -> None:
    messages = Metric(
        kind="External", name="queue_length", target_type="AverageValue", target=Fraction(5_000)
    )
    assert found("HR411", fleet(on_metrics(messages, traffic=Traffic(rps_per_pod=Fraction(1000))))) == []
