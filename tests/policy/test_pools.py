"""Several pools: who is planned where, what falls back, what it costs together, and the room that is kept."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.fleet_cost import pool_costs
from components.policy.node_pool import NodePoolSpec
from components.policy.nodes import plan_nodes
from components.policy.placement import Placement, place
from components.policy.plan import Plan
from components.policy.pod_group import PodGroup
from components.policy.quantities import Bytes, Millicores, parse_ratio
from tests.policy.guide_platform import BACKENDS, gateway, guide, plan_of, service

STEADY: dict[str, Any] = {"name": "steady"}
SPOT: dict[str, Any] = {"name": "spot", "capacity_type": "spot", "weight": 10}
ARM: dict[str, Any] = {"name": "arm", "instance_type": "m7g.2xlarge", "weight": 20}
EITHER = ["amd64", "arm64"]


def group(**facts: Any) -> PodGroup:
    return PodGroup(
        name="g", floor=3, peak=30, surge=0, cpu=Millicores(500), memory=Bytes.parse("512Mi"), **facts
    )


def placed(one: PodGroup, *pools: dict[str, Any]) -> Placement:
    return place([one], [NodePoolSpec(**pool) for pool in pools])["g"]


def with_backends(*pools: dict[str, Any], backend: dict[str, Any] | None = None, **changes: Any) -> Plan:
    """The guide's platform on these pools, with backends that stand a reclaim unless they say otherwise."""
    stated = {"tolerates_reclaim": True} if backend is None else backend
    services = {"gateway-api": gateway()} | {name: service(**stated) for name in BACKENDS}
    return plan_of(node_pools=list(pools), services=services, **changes)


@pytest.mark.parametrize(
    ("facts", "pools"),
    [
        ({}, ["steady"]),
        ({"tolerates_reclaim": True}, ["spot", "steady"]),
        ({"architectures": EITHER}, ["arm", "steady"]),
        ({"architectures": EITHER, "tolerates_reclaim": True}, ["arm", "spot", "steady"]),
        ({"architectures": ["arm64"], "tolerates_reclaim": True}, ["arm"]),
    ],
)
def test_pods_go_to_the_heaviest_pool_that_they_may_run_on(facts: dict[str, Any], pools: list[str]) -> None:
    assert placed(group(**facts), STEADY, SPOT, ARM).pools == pools


def test_between_pools_of_one_weight_what_is_cheaper_comes_first_then_what_was_named_first() -> None:
    tolerant = group(tolerates_reclaim=True)
    light = {**SPOT, "weight": None}
    assert placed(tolerant, STEADY, light).pools == ["spot", "steady"]
    assert placed(tolerant, STEADY, {"name": "other"}).pools == ["steady", "other"]


def test_where_there_is_only_spot_everything_is_on_it() -> None:
    other = {**SPOT, "name": "other"}
    assert placed(group(), SPOT, other).pools == ["spot", "other"]
    assert placed(group(), SPOT).pools == ["spot"]


def test_an_image_that_nobody_described_goes_to_amd64_where_there_is_some() -> None:
    assert placed(group(), STEADY, ARM).pools == ["steady"]
    assert placed(group(), ARM).pools == ["arm"]


@pytest.mark.parametrize("pools", [(STEADY,), (STEADY, SPOT)])
def test_an_image_that_runs_on_no_pool_is_refused(pools: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(ConfigurationError, match="steady buys amd64") as caught:
        placed(group(architectures=["arm64"]), *pools)
    assert caught.value.field == "services.g.architectures"


def test_an_image_for_one_kind_does_not_go_to_a_pool_that_buys_both() -> None:
    mixed = {"name": "mixed", "other_instance_types": ["m6g.2xlarge"], "weight": 50}
    assert placed(group(architectures=["amd64"]), STEADY, mixed).pools == ["steady"]
    assert placed(group(architectures=EITHER), STEADY, mixed).pools == ["mixed", "steady"]


def test_each_group_is_packed_into_its_own_pool() -> None:
    plan = with_backends(STEADY, SPOT)
    on_spot = [group for group in plan.pod_groups if group.name in BACKENDS]
    alone = plan_nodes(NodePoolSpec(**SPOT), on_spot, 3)
    assert plan.pools["spot"].at_peak == alone.at_peak
    assert plan.pools["spot"].at_floor == alone.at_floor
    assert set(plan.pools["steady"].pods_per_host) == {"gateway-api", "redis", "redis-sentinel"}
    assert plan.nodes is plan.pools["steady"], "the entry's"
    assert plan.pods_per_host("payment-api") == 7, "38 pods at the peak of a rollout on 6 nodes"


def test_a_pool_may_buy_for_what_falls_back_on_it() -> None:
    # The whole guide takes 9 nodes, and 3 of a lost zone count until they are gone: 12 x 8 cores.
    plan = with_backends(STEADY, SPOT)
    assert plan.pools["steady"].at_peak.value == 6
    assert plan.pools["steady"].cpu_limit.value == Millicores.parse(96)
    assert "payment-api" in plan.pools["steady"].cpu_limit.because
    # Nothing falls back on spot: its own 6 and 2.
    assert plan.pools["spot"].cpu_limit.value == Millicores.parse(64)


def test_one_pool_is_as_it_was() -> None:
    one, named = plan_of(), plan_of(node_pools=[{}])
    assert one == named
    assert list(one.pools) == ["on-demand-critical"]
    assert one.placements["gateway-api"].pools == ["on-demand-critical"]


def test_pools_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="allowed: each pool's name once"):
        guide(node_pools=[STEADY, STEADY])


def test_the_bill_is_the_sum_of_the_pools() -> None:
    spec = {"spot_prices": {"m5.2xlarge": "0.1"}, "peak_hours": 0}
    cost = with_backends(STEADY, SPOT, cost=spec).cost
    assert cost is not None
    # 4 nodes at $0.384 and 3 at $0.1, for 730 hours.
    assert cost.per_month.value == (4 * parse_ratio("0.384") + 3 * parse_ratio("0.1")) * 730
    assert {name: part.value for name, part in cost.by_pool.items()} == {
        "steady": 4 * parse_ratio("0.384") * 730,
        "spot": 3 * parse_ratio("0.1") * 730,
    }
    assert sum(part.value for part in cost.by_group.values()) == cost.per_month.value
    assert cost.redis is not None


def test_of_several_types_the_dearest_is_counted() -> None:
    pools = [{"other_instance_types": ["m6a.2xlarge", "m7i.2xlarge"]}]
    plan = plan_of(node_pools=pools, cost={})
    assert plan.cost is not None
    assert plan.cost.per_node_hour.value == 8 * parse_ratio("0.0504"), "m7i"
    costs = pool_costs(plan.pools, plan.placements, plan.pod_groups, Fraction(30_000), guide(cost={}).cost)  # type: ignore[arg-type]
    assert costs["on-demand-critical"].per_month == plan.cost.per_month
