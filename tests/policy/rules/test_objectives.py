"""Alerts, load tests and what is run by hand. A target of 30,000 rps at 100 ms and 99.9 % throughout."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import (
    ABSENT,
    Alert,
    Autoscaler,
    Fleet,
    LoadPhase,
    LoadTest,
    Metric,
    Objective,
    Script,
    Traffic,
    Workload,
)
from components.policy.facts.expression import read_expression
from components.policy.quantities import Milliseconds

from .cases import Case, case, check_both_sides, fleet, found, workload

K = Fraction(1000)
TARGET = Objective(
    peak_rps=30 * K, baseline_rps=6 * K, p99=Milliseconds(100), availability=Fraction(999, 1000), zones=3
)
HPA = Autoscaler(object="HorizontalPodAutoscaler shop")
CPU_70 = Metric(kind="Resource", name="cpu", target_type="Utilization", target=Fraction(70))


def entry(**facts: Any) -> Workload:
    """10 to 45 pods of 1,000 rps."""
    known = Traffic(rps_per_pod=K, share=Fraction(1), baseline_rps=6 * K, **facts)
    return workload(floor=10, peak=45, traffic=known)


def alert(signal: str, threshold: float, windows: int = 1) -> Alert:
    return Alert(
        object="PrometheusRule shop",
        name="shop",
        signal=signal,
        threshold=Fraction(str(threshold)),
        windows=windows,
    )


def watched(*alerts: Alert, **facts: Any) -> Fleet:
    return fleet(TARGET, entry(**facts), *alerts)


def load(users: int, rps: int, arguments: str | None = None) -> Fleet:
    phases = (LoadPhase(virtual_users=users, rps=Fraction(rps)),)
    return fleet(TARGET, LoadTest(object="TestRun shop", phases=phases, arguments=arguments))


def by_hand(text: str, autoscaler: object = HPA) -> Fleet:
    return fleet(
        workload(autoscaler=autoscaler, namespace="tacos"),
        Script(object="ConfigMap runbook", namespace="tacos", text=text),
    )


RELATIVE = alert("capacity", 0.9333)

CASES = [
    case(
        "HR901",
        "baseline is 6000",
        broken=watched(alert("traffic", 6000)),
        right=watched(alert("traffic", 6001)),
    ),
    # 10 pods at the floor carry 10,000 rps.
    case(
        "HR902",
        "carries 10000",
        broken=watched(alert("traffic", 10_001)),
        right=watched(alert("traffic", 10_000)),
    ),
    # 45 pods at the peak carry 45,000 rps.
    case(
        "HR903",
        "carry 45000",
        broken=watched(RELATIVE, alert("traffic", 45_001)),
        right=watched(RELATIVE, alert("traffic", 45_000)),
    ),
    case(
        "HR904",
        "a burn of 10",
        broken=watched(alert("errors", 0.01)),
        right=watched(alert("errors", 0.01, windows=2)),
    ),
    case(
        "HR905",
        "no bucket at 100ms",
        broken=watched(latency_buckets=(Fraction(1, 20), Fraction(1, 4))),
        right=watched(latency_buckets=(Fraction(1, 20), Fraction(1, 10))),
    ),
    # 70 % x 1.1 = 77 %.
    case(
        "HR906",
        "holds 70 %",
        broken=fleet(alert("cpu", 76), workload(autoscaler=Autoscaler(object="HPA", metrics=(CPU_70,)))),
        right=fleet(alert("cpu", 77), workload(autoscaler=Autoscaler(object="HPA", metrics=(CPU_70,)))),
    ),
    # 30,000 rps x 100 ms = 3,000 users.
    case("HR911", "at 100ms it takes 3000", broken=load(2999, 30_000), right=load(3000, 30_000)),
    case(
        "HR912",
        "--rps",
        broken=load(3000, 30_000, "--tag a=b --rps 1000"),
        right=load(3000, 30_000, "--tag --rpsx=1"),
    ),
    case("HR913", "rate is 29999", broken=load(3000, 29_999), right=load(3000, 30_000)),
    case(
        "HR921",
        "HorizontalPodAutoscaler shop scales",
        broken=by_hand("kubectl scale deployment shop --replicas=40"),
        right=by_hand("kubectl scale deployment shop --replicas=40", ABSENT),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_an_error_ratio_is_at_most_one() -> None:
    assert found("HR903", watched(alert("errors", 1, windows=2))) != []


def test_a_latency_alert_above_the_largest_bucket_never_fires() -> None:
    buckets = (Fraction(1, 10), Fraction(1))
    assert found("HR903", watched(alert("latency", 1), latency_buckets=buckets)) != []
    assert found("HR903", watched(alert("latency", 0.5), latency_buckets=buckets)) == []


@pytest.mark.parametrize(
    "command",
    [
        "kubectl scale deployment/shop --replicas=40",
        "kubectl -n tacos scale deploy shop --replicas 40",
        "kubectl scale --replicas=40 deployment shop -n tacos",
        "cd /tmp && kubectl scale deployments.apps/shop --replicas=2; date",
    ],
)
def test_ways_to_scale_by_hand_are_known(command: str) -> None:
    assert found("HR921", by_hand(command)) != []


def test_another_namespace_is_another_workload() -> None:
    assert found("HR921", by_hand("kubectl scale deployment shop -n other --replicas=1")) == []


@pytest.mark.parametrize(
    ("expression", "signal", "service", "threshold", "windows"),
    [
        ('sum(rate(http_server_requests_total{service="a"}[1m])) > 28000', "traffic", "a", 28_000, 1),
        ("histogram_quantile(0.99, rate(x_bucket[5m])) > 0.1", "latency", None, 0.1, 1),
        ('rate(r_total{status_code=~"5.."}[5m]) / rate(r_total[5m]) > 0.01', "errors", None, 0.01, 1),
        ("service:http_errors:ratio_rate1h > 0.0144 and service:http_errors:ratio_rate5m > 0.0144",
         "errors", None, 0.0144, 2),
        ("job:errors:ratio[1h] > (14.4 * 0.001) and job:errors:ratio[5m] > (14.4 * 0.001)", "errors", None, 0.0144, 2),
        ('service:http_requests:rate1m / sum(kube_deployment_status_replicas_available{deployment="a"}) > 0.9',
         "capacity", "a", 0.9, 1),
        ("avg(container_cpu_usage) >= bool 80", "cpu", None, 80, 0),
        ("up == 0", None, None, None, 0),
        ("vector(0) < 5", None, None, None, 0),
    ],
)  # fmt: skip
def test_what_a_query_looks_at(
    expression: str, signal: str | None, service: str | None, threshold: float | None, windows: int
) -> None:
    read = read_expression(expression)
    assert (read.signal, read.service, read.windows) == (signal, service, windows)
    assert read.threshold == (None if threshold is None else Fraction(str(threshold)))
