"""Every line of the bill by hand, at prices of one dollar: what is there, what it takes, and what has no price."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.bill.billed import Billed, Prices
from components.policy.bill.lines import lines
from components.policy.bill.month import Month
from components.policy.bill.stack import BilledStack
from components.policy.bill.total import aws_bill
from components.policy.bill.unit_prices import UNIT_PRICES, Price, flat
from components.policy.bill.usage import UsageSpec
from components.policy.derived import derived
from components.policy.elasticache import ElastiCacheSpec, plan_elasticache

# 700 hours at 10 rps and 30 at 100.
MONTH = Month(rest=Fraction(700), peak=Fraction(30), baseline_rps=Fraction(10), peak_rps=Fraction(100))
REQUESTS = 10 * 700 * 3600 + 100 * 30 * 3600
USAGE = UsageSpec.model_validate({"request_size": 2**10, "response_size": 2**12})
DOLLAR = Price(field="x", rate=flat(Fraction(1), "test"))
PRICES = Prices(units=dict.fromkeys(UNIT_PRICES, DOLLAR), system_node=DOLLAR, cache_node=DOLLAR)
REDIS = ElastiCacheSpec(node_type="cache.r7g.large", maintenance_window="sun:18:00-sun:19:00")
GIB = 2**30
BALANCER = {"service": "entry", "rules": 1, "addresses": 3}


def billed(stack: dict[str, Any], **other: Any) -> Billed:
    return Billed(
        stack=BilledStack.model_validate(stack),
        month=MONTH,
        usage=USAGE,
        zones=3,
        entering={"entry": Fraction(1)},
        calls=other.pop("calls", Fraction(0)),
        messages={"mailer": Fraction(1, 2)},
        nodes={"pool": (4, 9)},
        **other,
    )


@pytest.mark.parametrize(
    ("stack", "name", "dollars"),
    [
        ({"clusters": 1}, "control-plane", 730),
        ({"keys": 2}, "keys", 2),
        ({"nat_gateways": 3}, "nat-gateways", 3 * 730),
        ({"nat_gateways": 1}, "nat-traffic", 100),
        # Three services in three zones.
        ({"interface_endpoints": 3}, "endpoints", 9 * 730),
        ({"interface_endpoints": 3}, "endpoint-traffic", 10),
        # Of two NAT gateways, and of a load balancer one in each zone.
        ({"nat_gateways": 2, "load_balancers": [BALANCER]}, "public-addresses", 5 * 730),
        ({"load_balancers": [BALANCER]}, "load-balancers", 730),
        # 10 and 100 rps x 5 KiB x 3,600 s: the bytes are the largest dimension.
        (
            {"load_balancers": [BALANCER]},
            "load-balancer-capacity",
            Fraction(10 * 5 * 1024 * 3600 * 700 + 100 * 5 * 1024 * 3600 * 30, GIB),
        ),
        ({"load_balancers": [BALANCER]}, "internet-traffic", Fraction(REQUESTS * 2**12, GIB)),
        ({"load_balancers": [{**BALANCER, "web_acl": "new"}]}, "web-acls", 1),
        ({"load_balancers": [{**BALANCER, "web_acl": "new"}]}, "web-acl-rules", 1),
        (
            {"load_balancers": [{**BALANCER, "web_acl": "existing"}]},
            "web-acl-requests",
            Fraction(REQUESTS, 10**6),
        ),
        # 4 nodes for 700 hours and 9 for 30, at 50 GiB.
        ({"pool_volumes": {"pool": "50Gi"}}, "node-volumes", Fraction((4 * 700 + 9 * 30) * 50, 730)),
        ({"volumes": {"count": 2, "size": "20Gi"}}, "node-volumes", 40),
        (
            {"system_nodes": {"instance_type": "m5.large", "nodes": 2, "volume": "30Gi"}},
            "node-volumes",
            60,
        ),
        (
            {"system_nodes": {"instance_type": "m5.large", "nodes": 2, "volume": "30Gi"}},
            "system-nodes",
            2 * 730,
        ),
        ({"control_plane_log_days": 90}, "control-plane-logs", 20),
        ({"flow_log_days": 7}, "flow-logs", 50),
        # What is written in a month, for as much of a month as it is kept.
        ({"control_plane_log_days": 90, "flow_log_days": 15}, "logs-kept", 20 * 3 + 25),
        # 100,000 series every 30 s.
        ({"workspaces": 1}, "managed-prometheus", Fraction(100_000 * 730 * 120, 10**6)),
        # A poll each 20 s.
        ({"interruption_queues": 1}, "queue-requests", Fraction(180 * 730, 10**6)),
        # A message for every second request, sent, received and deleted.
        ({"worker_queues": ["mailer"]}, "queue-requests", Fraction(REQUESTS * 3, 2 * 10**6)),
    ],
)
def test_a_line_by_hand(stack: dict[str, Any], name: str, dollars: Fraction) -> None:
    found = lines(billed(stack), PRICES)[name]
    assert found.per_month is not None and found.per_month.value == dollars == found.quantity.value


def test_calls_between_services_cross_to_another_zone_and_are_paid_at_both_ends() -> None:
    found = lines(billed({}, calls=Fraction(3)), PRICES)["between-zones"]
    assert found.quantity.value == Fraction(3 * REQUESTS * 5 * 1024 * 2 * 2, 3 * GIB)


def test_a_primary_and_its_replicas_are_paid_by_the_hour() -> None:
    found = lines(billed({}, redis=plan_elasticache(REDIS)), PRICES)["redis"]
    assert found.quantity.value == 4 * 730


def test_nothing_that_is_not_there_is_a_line() -> None:
    assert lines(billed({}), PRICES) == {}


def test_an_internal_load_balancer_has_no_public_address_and_sends_nothing_to_the_internet() -> None:
    found = lines(billed({"load_balancers": [{**BALANCER, "addresses": 0}]}), PRICES)
    assert set(found) == {"load-balancers", "load-balancer-capacity"}


def test_the_web_acl_of_somebody_else_is_not_paid_but_its_requests_are() -> None:
    found = lines(billed({"load_balancers": [{**BALANCER, "web_acl": "existing"}]}), PRICES)
    assert "web-acls" not in found and "web-acl-requests" in found


def test_what_traffic_makes_says_what_it_assumes() -> None:
    found = lines(billed({"nat_gateways": 1, "load_balancers": [BALANCER]}), PRICES)
    assert found["nat-traffic"].by_use == "usage.nat_gb 100"
    assert "usage.request_size 1Ki, usage.response_size 4Ki" in (found["load-balancer-capacity"].by_use or "")
    assert found["nat-gateways"].by_use is None


def test_the_total_is_the_nodes_and_every_line_with_a_price() -> None:
    without = PRICES.model_copy(update={"units": {**PRICES.units, "nat_gb": Price(field="y")}})
    bill = aws_bill("r", derived(Fraction(500), "nodes"), billed({"nat_gateways": 1, "keys": 1}), without)
    # The nodes, a gateway and its address for 730 hours each, a key; the traffic has no price.
    assert bill.per_month.value == 500 + 730 + 730 + 1
    assert bill.missing == ["nat-traffic"]
    assert bill.standing.value == bill.per_month.value and bill.by_use.value == 0
    assert {part: amount.value for part, amount in bill.parts.items()} == {
        "nodes": 500,
        "cluster": 1,
        "network": 1460,
    }


def test_what_stands_and_what_traffic_makes_are_apart() -> None:
    bill = aws_bill("r", derived(Fraction(500), "nodes"), billed({"nat_gateways": 1}), PRICES)
    # Nodes, gateway and address; 100 GB.
    assert bill.standing.value == 500 + 2 * 730
    assert bill.by_use.value == 100
    assert bill.per_month.value == 500 + 2 * 730 + 100 and bill.missing == []
