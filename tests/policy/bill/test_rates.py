"""Prices: as published, falling with the quantity, and none where nobody says one."""

from fractions import Fraction

import pytest

from components.policy.bill.unit_prices import UNIT_PRICES, Rate, Tier, UnitPrice, unit_price
from components.policy.quantities import parse_ratio

FALLING = Rate(
    tiers=[Tier(upto=Fraction(10), dollars=Fraction(3)), Tier(upto=None, dollars=Fraction(1))], source="x"
)


@pytest.mark.parametrize(("quantity", "dollars"), [(0, 0), (9, 27), (10, 30), (11, 31), (30, 50)])
def test_only_what_is_beyond_a_tier_costs_the_next_price(quantity: int, dollars: int) -> None:
    assert FALLING.of(Fraction(quantity)).value == dollars


def test_each_tier_stands_in_the_reason() -> None:
    assert FALLING.of(Fraction(30)).because == "10 x $3 + 20 x $1 (x)"


@pytest.mark.parametrize(
    ("name", "region", "dollars"),
    [
        ("eks_cluster_hour", "us-east-1", "0.10"),
        ("nat_gateway_hour", "us-east-1", "0.045"),
        ("alb_hour", "ap-northeast-2", "0.0225"),
        ("nat_gb", "ap-northeast-2", "0.059"),
        ("endpoint_hour", "ap-northeast-2", "0.013"),
        ("gp3_gb_month", "ap-northeast-2", "0.0912"),
        ("log_gb", "ap-northeast-2", "0.76"),
    ],
)
def test_prices_are_as_published(name: UnitPrice, region: str, dollars: str) -> None:
    rate = unit_price(name, region, {}).rate
    assert rate is not None and rate.first == parse_ratio(dollars)
    assert region in rate.source


def test_internet_traffic_falls_at_the_published_quantities() -> None:
    rate = unit_price("internet_gb", "us-east-1", {}).rate
    assert rate is not None
    # 10 TB at $0.09, 40 at $0.085, 100 at $0.07, and one GB at $0.05.
    assert rate.of(Fraction(153_601)).value == 10_240 * Fraction("0.09") + 40_960 * Fraction(
        "0.085"
    ) + 102_400 * Fraction("0.07") + Fraction("0.05")


def test_a_stated_price_wins_and_says_that_it_was_stated() -> None:
    price = unit_price("nat_gb", "us-east-1", {"nat_gb": Fraction(7)})
    assert price.rate is not None and price.rate.of(Fraction(2)).value == 14
    assert "stated in cost.unit_prices.nat_gb" in price.rate.source


def test_where_nobody_says_a_price_there_is_none() -> None:
    assert all(unit_price(name, "eu-west-1", {}).rate is None for name in UNIT_PRICES)
    assert unit_price("web_acl_month", "ap-northeast-2", {}).rate is None
