"""The load phases by Little's law, the burn rates by the workbook, the alerts by what the fleet carries."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.load import LoadPlan, LoadSpec, plan_load
from components.policy.objectives import objectives
from components.policy.quantities import Milliseconds, parse_ratio
from tests.policy.guide_platform import guide, plan_of, service

P99 = Milliseconds.parse("100ms")


def load(spec: LoadSpec, peak: int = 30000, fastest: object = 20, carries: int = 45000) -> LoadPlan:
    return plan_load(
        spec,
        Fraction(peak),
        P99,
        fastest_ramp=parse_ratio(fastest),
        carries=Fraction(carries),
        floor_carries=Fraction(9000),
    )


def test_the_guides_four_phases_by_hand() -> None:
    phases = load(LoadSpec()).phases
    # 30000 x 1/30, 1/3, 1 and 4/3; users = rate x 100 ms.
    assert [p.rate.value for p in phases] == [1000, 10000, 30000, 40000]
    assert [p.pre_allocated_vus.value for p in phases] == [100, 1000, 3000, 4000]
    assert [p.max_vus.value for p in phases] == [200, 2000, 6000, 8000]
    assert [p.duration for p in phases] == [120_000, 300_000, 600_000, 300_000]


def test_ramps_are_as_slow_as_the_autoscaler() -> None:
    # The floor carries 9,000: then 1,000 more, 20,000 and 10,000 at 20 rps/s = 50, 1000 and 500 s.
    assert [p.ramp.value for p in load(LoadSpec()).phases] == [15_000, 50_000, 1_000_000, 500_000]
    assert {p.ramp.value for p in load(LoadSpec(ramp="1m")).phases} == {60_000}
    assert {p.ramp.value for p in load(LoadSpec(), fastest=0).phases} == {15_000}


def test_a_phase_beyond_the_fleet_says_so() -> None:
    assert [p.carried.value for p in load(LoadSpec(), carries=39_999).phases] == [True, True, True, False]
    assert all(p.carried.value for p in load(LoadSpec(), carries=40_000).phases)


def test_generators_by_hand() -> None:
    # 8,000 users at 30,000 a process: 1; 40,000 rps / 1,000 a core = 40 cores; 8000 x 5 MB = 38147 MiB.
    plan = load(LoadSpec())
    assert (plan.generators.value, plan.generator_cpu.value) == (1, 40)
    assert plan.generator_memory.value == 38147 * 1024**2
    # 3,000 a process: ceil(8/3) = 3; 40 / 3 = 13.3 -> 14 cores each.
    plan = load(LoadSpec(vus_per_generator=3000))
    assert (plan.generators.value, plan.generator_cpu.value) == (3, 14)


@given(st.integers(1, 10**7), st.integers(1, 5000))
def test_the_users_can_always_make_the_rate_within_the_objective(peak: int, p99: int) -> None:
    plan = plan_load(
        LoadSpec(),
        Fraction(peak),
        Milliseconds(p99),
        fastest_ramp=Fraction(1),
        carries=Fraction(1),
        floor_carries=Fraction(1),
    )
    for phase in plan.phases:
        assert phase.pre_allocated_vus.value * 1000 >= phase.rate.value * p99
        assert phase.max_vus.value >= phase.pre_allocated_vus.value


def test_burn_rates_are_the_workbooks() -> None:
    # 2 % of 720 h in 1 h = 14.4; 5 % in 6 h = 6; 10 % in 24 h = 3; 10 % in 72 h = 1; of a budget of 0.1 %.
    alerts = [a for a in plan_of().objectives.burn_alerts if a.name == "ErrorBudgetBurn"]
    assert [float(a.burn_rate.value) for a in alerts] == [14.4, 6, 3, 1]
    assert [float(a.threshold.value) for a in alerts] == [0.0144, 0.006, 0.003, 0.001]
    assert [(a.long_window, a.short_window) for a in alerts] == [
        ("1h", "5m"),
        ("6h", "30m"),
        ("1d", "2h"),
        ("3d", "6h"),
    ]
    assert [a.severity for a in alerts] == ["critical", "critical", "warning", "warning"]
    assert alerts[0].expr == (
        'service:http_errors:ratio_rate1h{service="gateway-api"} > 0.0144'
        ' and service:http_errors:ratio_rate5m{service="gateway-api"} > 0.0144'
    )


def test_the_latency_objective_burns_one_in_a_hundred() -> None:
    alerts = [a for a in plan_of().objectives.burn_alerts if a.name == "LatencyBudgetBurn"]
    assert [float(a.threshold.value) for a in alerts] == [0.144, 0.06, 0.03, 0.01]


def test_an_alert_that_could_never_fire_is_left_out() -> None:
    plan = plan_of()
    # 14.4 x 10 % = 144 % of requests; 6 x 10 % = 60 % may.
    loose = objectives(plan.services, plan.entry, parse_ratio("90%"), P99)
    assert [float(a.burn_rate.value) for a in loose.burn_alerts if a.name == "ErrorBudgetBurn"] == [6, 3, 1]


def test_every_series_that_an_alert_reads_is_recorded() -> None:
    watched = plan_of().objectives
    recorded = {rule.record for rule in watched.rules}
    assert len(recorded) == len(watched.rules)
    expressions = [a.expr for a in watched.burn_alerts] + [a.expr for a in watched.traffic_alerts]
    for expr in expressions:
        read = {word for word in expr.replace("{", " ").split() if word.startswith("service:")}
        assert read
        assert read <= recorded


@pytest.mark.parametrize(
    ("p99", "bucket"), [("100ms", 'le="0.1"'), ("250ms", 'le="0.25"'), ("1s", r'le=~"1|1\\.0"')]
)
def test_the_latency_rule_reads_the_objectives_bucket(p99: str, bucket: str) -> None:
    solo = {"solo": service(redis_ops_per_request=0)}
    plan = plan_of(services=solo, target={"peak_rps": 30000, "baseline_rps": 6000, "p99": p99})
    rule = next(r for r in plan.objectives.rules if r.record == "service:http_slow:ratio_rate5m")
    assert f"_bucket{{{bucket}}}" in rule.expr


def test_traffic_alerts_are_the_guides_for_the_guides_fleet() -> None:
    # 30 pods x 1000 rps are left of 45 when a zone is lost: 28/30 and 29/30 of 30,000.
    alerts = [a for a in plan_of().objectives.traffic_alerts if "gateway-api" in a.expr]
    assert [a.threshold.value for a in alerts] == [28000, 29000, Fraction(28, 30), Fraction(29, 30)]


def test_traffic_alerts_follow_the_target() -> None:
    redis = {"maxclients": 20000}
    alerts = plan_of(target={"peak_rps": 60000, "baseline_rps": 6000}, redis=redis).objectives.traffic_alerts
    assert [a.threshold.value for a in alerts if "gateway-api" in a.expr][:2] == [56000, 58000]


@pytest.mark.parametrize(
    ("baseline", "thresholds"),
    [(27999, [28000, 29000]), (28000, [29000]), (28999, [29000]), (29000, []), (30000, [])],
)
def test_an_alert_that_would_fire_at_rest_is_left_out(baseline: int, thresholds: list[int]) -> None:
    plan = plan_of(target={"peak_rps": 30000, "baseline_rps": baseline})
    alerts = [a for a in plan.objectives.traffic_alerts if a.service == "gateway-api"]
    assert [a.threshold.value for a in alerts if a.name == "TrafficNearPeak"] == thresholds
    # 30 of 45 pods' capacity at rest: the fleet that is there is watched all the same.
    assert len([a for a in alerts if a.name == "FleetNearCapacity"]) == 2


def test_a_fleet_that_is_full_at_rest_has_no_alert_on_its_capacity() -> None:
    # Headroom 1: 29,500 rps on 30 pods are 98 % of what they carry, above 28/30 and 29/30.
    plan = plan_of(
        target={"peak_rps": 29500, "baseline_rps": 29500},
        services={"solo": service(rps_per_pod=1000, headroom="1", redis_ops_per_request=0)},
    )
    assert plan.objectives.traffic_alerts == []


def test_availability_is_the_targets() -> None:
    plan = plan_of(target=guide().target.model_dump(mode="json") | {"availability": "99.95%"})
    assert plan.objectives.error_budget.value == Fraction(5, 10000)
