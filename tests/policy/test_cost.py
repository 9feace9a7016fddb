"""Prices by published figures, bills by hand, and no price is ever guessed."""

from fractions import Fraction

import pytest

from components.policy.cheapest import cheapest
from components.policy.cost import GUIDE_PER_MONTH, HOURS_PER_MONTH, CostSpec, dollars, plan_cost
from components.policy.derived import derived
from components.policy.errors import ConfigurationError
from components.policy.instances import instance_type_names
from components.policy.node_pool import NodePoolSpec
from components.policy.nodes import plan_nodes
from components.policy.plan import build_plan
from components.policy.prices import on_demand_price
from components.policy.quantities import parse_ratio
from tests.policy.guide_platform import guide, plan_of


@pytest.mark.parametrize(
    ("name", "price"),
    # karpenter-provider-aws v1.14.1, us-east-1, one of each size and from both architectures.
    [
        ("m5.2xlarge", "0.384"),
        ("c6a.large", "0.0765"),
        ("m5.xlarge", "0.192"),
        ("c5.9xlarge", "1.53"),
        ("c5.18xlarge", "3.06"),
        ("m8g.12xlarge", "2.15424"),
        ("m7a.24xlarge", "5.56416"),
        ("r8g.8xlarge", "1.88512"),
        ("c7g.16xlarge", "2.32"),
        ("r7i.4xlarge", "1.0584"),
    ],
)
def test_prices_are_as_published(name: str, price: str) -> None:
    assert on_demand_price(name, "us-east-1", {}).value == parse_ratio(price)


def test_every_type_of_the_table_has_a_price() -> None:
    assert all(on_demand_price(name, "us-east-1", {}).value > 0 for name in instance_type_names())


def test_the_guides_own_bill() -> None:
    # 20 x $0.384 x 730 h = $5,606.40, "about $5,600".
    price = on_demand_price("m5.2xlarge", "us-east-1", {}).value
    assert 20 * price * HOURS_PER_MONTH == parse_ratio("5606.4")
    assert GUIDE_PER_MONTH == 5600


def test_the_guides_fleet_by_hand() -> None:
    cost = plan_of(cost={}).cost
    assert cost is not None
    # 4 nodes at the floor (Redis), 9 at the peak: $1.536 and $3.456 an hour; 670 h and 60 h: $1029.12 + $207.36.
    assert cost.per_hour_at_floor.value == parse_ratio("1.536")
    assert cost.per_hour_at_peak.value == parse_ratio("3.456")
    assert cost.per_month.value == parse_ratio("1236.48")
    # / 30 thousand rps.
    assert cost.per_month_per_1000_rps.value == parse_ratio("41.216")
    assert cost.of_the_guide.value == parse_ratio("1236.48") / 5600


def test_the_parts_add_up_to_the_bill() -> None:
    cost = plan_of(cost={}).cost
    assert cost is not None
    assert sum(part.value for part in cost.by_group.values()) == cost.per_month.value
    assert set(cost.by_group) >= {"gateway-api", "reservation-api", "inventory-api", "payment-api"}


def test_always_at_the_peak() -> None:
    cost = plan_of(cost={"peak_hours": 730}).cost
    assert cost is not None
    assert cost.per_month.value == parse_ratio("3.456") * 730


SPOT = CostSpec(spot_prices={"m5.2xlarge": "0.184"})


def test_a_second_pool_on_spot_above_the_floor() -> None:
    plan = plan_of()
    assert plan.nodes is not None
    half = plan_cost(plan.nodes, plan.pod_groups, Fraction(30000), SPOT, spot_above_floor=Fraction(1, 2))
    # 1.536 + 5 x (0.384 + 0.184) / 2 = 1.536 + 1.42.
    assert half.per_hour_at_floor.value == parse_ratio("1.536")
    assert half.per_hour_at_peak.value == parse_ratio("2.956")


@pytest.mark.parametrize(("capacity", "share"), [("on-demand", "50%"), ("on-demand", "1"), ("spot", "50%")])
def test_spot_that_the_pool_does_not_buy_lowers_no_bill(capacity: str, share: str) -> None:
    stated = {"spot_share": share, "spot_prices": {"m5.2xlarge": "0.184"}}
    with pytest.raises(ConfigurationError, match=r"buys .* only.*node_pool\.capacity_type: spot") as caught:
        plan_of(node_pool={"capacity_type": capacity}, cost=stated)
    assert caught.value.field == "cost.spot_share"


def test_a_spot_pool_is_spot_at_the_floor_too() -> None:
    for share in ({}, {"spot_share": 1}):
        spec = {"spot_prices": {"m5.2xlarge": "0.1"}, **share}
        cost = plan_of(node_pool={"capacity_type": "spot"}, cost=spec).cost
        assert cost is not None
        assert (cost.per_hour_at_floor.value, cost.per_hour_at_peak.value) == (
            Fraction(4, 10),
            Fraction(9, 10),
        )


def test_redis_on_the_nodes_beside_the_guides_managed_one() -> None:
    cost = plan_of(cost={}).cost
    assert cost is not None
    assert cost.redis is not None
    assert cost.managed_redis is not None
    assert cost.redis.value == cost.by_group["redis"].value + cost.by_group["redis-sentinel"].value
    # A master and three replicas x the guide's $250.
    assert cost.managed_redis.value == 1000
    assert "the guide's figure for one r6g.xlarge, section 9, undated" in cost.managed_redis.because
    stated = plan_of(cost={"managed_redis": "300"}).cost
    assert stated is not None
    assert stated.managed_redis is not None
    assert stated.managed_redis.value == 1200
    assert stated.managed_redis.because.endswith("stated")


def test_stated_prices_win() -> None:
    cost = plan_of(cost={"region": "eu-west-1", "prices": {"m5.2xlarge": "0.428"}}).cost
    assert cost is not None
    assert cost.per_node_hour.value == parse_ratio("0.428")


def test_a_stated_price_wins_over_a_quoted_one_and_that_over_the_table() -> None:
    quoted = {"m5.2xlarge": derived(Fraction(2), "asked today")}
    stated = {"m5.2xlarge": Fraction(3)}
    assert on_demand_price("m5.2xlarge", "us-east-1", stated, quoted).value == 3
    assert on_demand_price("m5.2xlarge", "us-east-1", {}, quoted) == quoted["m5.2xlarge"]
    assert on_demand_price("m5.xlarge", "us-east-1", {}, quoted).value == parse_ratio("0.192")
    # A quote is of a place that the table does not know too.
    assert on_demand_price("m5.2xlarge", "eu-west-1", {}, quoted).value == 2
    plan = build_plan(guide(cost={"region": "eu-west-1"}), quoted)
    assert plan.cost is not None
    assert plan.cost.per_node_hour.because == "asked today"


def test_a_service_costs_what_it_requests_of_the_hour_and_of_the_month() -> None:
    cost = plan_of(cost={}).cost
    assert cost is not None
    # At the peak 45 x 500m of 45 x 500m + 3 x 30 x 250m + 4 x 500m + 3 x 50m = 22,500 of 47,150.
    assert cost.by_group_at_peak["gateway-api"].value == cost.per_hour_at_peak.value * Fraction(22500, 47150)
    assert cost.by_group_at_peak["gateway-api"].because == "47.7% of the CPU requested"
    assert cost.by_group["gateway-api"].value == (
        cost.by_group_at_floor["gateway-api"].value * 670 + cost.by_group_at_peak["gateway-api"].value * 60
    )
    assert sum(part.value for part in cost.by_group_at_floor.values()) == cost.per_hour_at_floor.value


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"region": "eu-west-1"}, "cost.prices.m5.2xlarge"),
    ],
)
def test_without_a_price_there_is_an_error_with_the_remedy(spec: dict[str, str], field: str) -> None:
    with pytest.raises(ConfigurationError, match=f"state {field}") as caught:
        plan_of(cost=spec)
    assert caught.value.field == field


def test_spot_without_a_price_is_an_error_with_the_remedy() -> None:
    with pytest.raises(ConfigurationError, match=r"state cost\.spot_prices\.m5\.2xlarge"):
        plan_of(node_pool={"capacity_type": "spot"}, cost={})


def test_without_a_cost_block_the_plan_asks_for_no_price() -> None:
    assert plan_of().cost is None


def test_the_cheapest_type_is_cheapest_by_its_own_bill() -> None:
    plan, spec = plan_of(), CostSpec()
    options = cheapest(NodePoolSpec(), plan.pod_groups, 3, spec)
    assert len(options) > 50
    bills = []
    for option in options:
        pool = NodePoolSpec(instance_type=option.instance_type)
        bill = plan_cost(plan_nodes(pool, plan.pod_groups, 3), plan.pod_groups, plan.target.peak_rps, spec)
        assert bill.per_month.value == option.per_month.value
        bills.append(bill.per_month.value)
    assert bills == sorted(bills)
    assert {o.instance_type.split(".")[0][-1] for o in options}.isdisjoint({"g"})
    arm = cheapest(NodePoolSpec(), plan.pod_groups, 3, spec, architecture="arm64")
    assert arm[0].per_month.value < options[0].per_month.value


def test_dollars_for_people() -> None:
    assert [dollars(parse_ratio(a)) for a in ("0.384", "1234.5", "10", "0")] == [
        "$0.384",
        "$1,234.50",
        "$10.00",
        "$0",
    ]
