"""Any plan against the loss of a zone, a drain, a rollout; monotone; the same after a round trip."""

from fractions import Fraction
from math import ceil
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from components.policy.facts.from_plan import plan_facts
from components.policy.findings import has_errors
from components.policy.plan import Plan, build_plan
from components.policy.platform import Platform
from components.policy.review import review
from tests.policy.guide_platform import guide, service

platforms = st.fixed_dictionaries(
    {
        "peak": st.integers(100, 100_000),
        "part": st.fractions(Fraction(1, 20), 1, max_denominator=20),
        "zones": st.integers(2, 5),
        "per_pod": st.lists(st.integers(50, 2000), min_size=1, max_size=4),
        "fan_out": st.fractions(Fraction(1, 4), 2, max_denominator=4),
    }
)


def build(draw: dict[str, Any]) -> tuple[Platform, Plan]:
    """A chain of services, each calling the next."""
    names = [f"s{i}" for i in range(len(draw["per_pod"]))]
    services = {
        name: service(
            rps_per_pod=per_pod,
            redis_ops_per_request=0,
            calls={names[i + 1]: str(draw["fan_out"])} if i + 1 < len(names) else {},
        )
        for i, (name, per_pod) in enumerate(zip(names, draw["per_pod"], strict=True))
    }
    platform = guide(
        target={"peak_rps": draw["peak"], "baseline_rps": str(draw["peak"] * draw["part"])},
        zones=[f"z{i}" for i in range(draw["zones"])],
        services=services,
    )
    return platform, build_plan(platform)


@settings(max_examples=60, deadline=None)
@given(platforms)
def test_every_plan_that_passes_the_rules_survives_a_zone_a_drain_and_a_rollout(draw: dict[str, Any]) -> None:
    platform, plan = build(draw)
    assume(not has_errors(review(plan_facts(plan, platform))))
    zones = len(platform.zones)
    for s in plan.services.values():
        for pods in range(s.replicas.floor.value, s.replicas.peak.value + 1):
            # The most that the autoscaler stands still at; at its maximum, all that is ever offered.
            stands_still = pods * s.scaling.target_rps.value * Fraction(11, 10)
            at_peak = pods == s.replicas.peak.value
            rps = min(s.demand.peak_rps, stands_still) if not at_peak else s.demand.peak_rps
            in_zone = [pods // zones + (z < pods % zones) for z in range(zones)]
            for lost in (0, *in_zone):
                # A rollout adds pods and takes none; drain and consolidation share what the budget grants, of which a
                # lost zone's pods have used their part.
                allowed = s.disruption.budget.value.allowed(pods)
                assert 1 <= allowed < pods
                left = pods - lost - max(0, allowed - lost)
                assert left * s.demand.rps_per_pod >= rps


@settings(max_examples=40, deadline=None)
@given(platforms)
def test_floors_and_peaks_carry_each_other_along_the_path(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert plan.carries_at_floor.value >= plan.target.baseline_rps
    assert plan.carries_at_peak.value >= plan.target.peak_rps


@settings(max_examples=40, deadline=None)
@given(platforms, st.integers(2, 50))
def test_scaling_the_target_and_every_pod_together_changes_no_count(
    draw: dict[str, Any], factor: int
) -> None:
    _, plan = build(draw)
    _, scaled = build(
        draw | {"peak": draw["peak"] * factor, "per_pod": [n * factor for n in draw["per_pod"]]}
    )
    for before, after in zip(plan.services.values(), scaled.services.values(), strict=True):
        assert before.replicas.floor.value == after.replicas.floor.value
        assert before.replicas.peak.value == after.replicas.peak.value
        assert before.disruption == after.disruption
    assert plan.nodes is not None
    assert scaled.nodes is not None
    assert plan.nodes.at_peak.value == scaled.nodes.at_peak.value


@settings(max_examples=40, deadline=None)
@given(platforms, st.integers(1, 100_000))
def test_a_higher_target_never_needs_fewer_pods_or_nodes_per_service(draw: dict[str, Any], more: int) -> None:
    _, plan = build(draw)
    _, larger = build(draw | {"peak": draw["peak"] + more})
    for before, after in zip(plan.services.values(), larger.services.values(), strict=True):
        assert before.replicas.floor.value <= after.replicas.floor.value
        assert before.replicas.peak.value <= after.replicas.peak.value


@settings(max_examples=30, deadline=None)
@given(platforms)
def test_a_drawn_plan_reads_back_as_the_same(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@settings(max_examples=30, deadline=None)
@given(platforms)
def test_the_pool_buys_what_the_peak_requests_during_a_rollout(draw: dict[str, Any]) -> None:
    _, plan = build(draw)
    assert plan.nodes is not None
    requested = sum((g.peak + g.surge) * g.cpu for g in plan.pod_groups)
    assert plan.nodes.at_peak.value >= ceil(Fraction(requested, plan.nodes.instance.allocatable_cpu.value))
    assert plan.nodes.cpu_limit.value > plan.nodes.at_peak.value * plan.nodes.instance.cpu
