"""The way of a request, rate limits and pools. 1,000 rps per pod and 100 ms throughout."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.facts import Client, Fleet, Objective, Service, Traffic, Workload
from components.policy.facts.from_plan import plan_facts
from components.policy.quantities import Milliseconds
from components.policy.review import review
from tests.policy.guide_platform import guide, plan_of

from .cases import Case, case, check_both_sides, client, fleet, found, workload

K = Fraction(1000)
P99 = Objective(p99=Milliseconds(100))
CALLS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


def s(seconds: float) -> Milliseconds:
    return Milliseconds(int(seconds * 1000))


def exposed(**facts: Any) -> Workload:
    return workload(service=Service(object="Service shop", client_ip=True, **facts))


def nested(pool_timeout: float, operations: int | None = 1) -> Fleet:
    """A caller that gives its callee 5 s."""
    caller = workload("gateway", traffic=Traffic(calls={"shop": K}), client=Client(http_timeout=s(5)))
    asks = Traffic(redis_ops_per_request=None if operations is None else Fraction(operations))
    return fleet(caller, workload(traffic=asks, client=Client(redis_pool_timeout=s(pool_timeout))))


def tries(retries: int, fan_out: Fraction = Fraction(1)) -> Workload:
    """Tries of 2 s each within a request of at most 4 s."""
    return workload(
        client=Client(http_timeout=s(2), retries=retries),
        traffic=Traffic(calls={"backend": fan_out}, longest_request=s(4)),
    )


def limited(limit: int, **facts: Any) -> Workload:
    """10 to 50 pods for 10,000 to 50,000 rps."""
    demand = Traffic(rps_per_pod=K, baseline_rps=10 * K, peak_rps=50 * K, **facts)
    return workload(floor=10, peak=50, traffic=demand, client=Client(rate_limit_rps=limit))


def pools(**facts: Any) -> Fleet:
    demand = Traffic(rps_per_pod=K, calls=CALLS, redis_ops_per_request=Fraction(1))
    return fleet(P99, workload(traffic=demand, client=Client(**facts)))


def files(allowed: int) -> Fleet:
    """1,000 rps within 100 ms, 50 connections to Redis and 72 to services."""
    pools = Client(redis_pool=50, http_idle_total=72)
    return fleet(P99, workload(open_files=allowed, traffic=Traffic(rps_per_pod=K), client=pools))


CASES = [
    case(
        "HR601", "NodePort", broken=exposed(type="NodePort"), right=exposed(type="NodePort", ip_targets=True)
    ),
    case("HR602", "ClientIP", broken=exposed(ip_targets=True), right=exposed()),
    case("HR603", "waits 5001ms", broken=nested(5.001), right=nested(5)),
    case("HR604", "waits 6s", broken=tries(2), right=tries(1)),
    case(
        "HR605",
        "below the HTTP timeout",
        broken=client(breaker_timeout=s(4), http_timeout=s(5)),
        right=client(breaker_timeout=s(5), http_timeout=s(5)),
    ),
    # 1,500 x 10 = 15,000 where 10,000 are carried.
    case("HR611", "admit 15000 rps where 10000 are carried", broken=limited(1500), right=limited(1000)),
    case("HR612", "10 pods at the floor admit 9990 rps", broken=limited(999), right=limited(1000)),
    # 1,000 rps x 100 ms = 100 requests; 1,000 x 1/3 x 100 ms = 34; 50 for half of the objective.
    case("HR613", "takes 101ms", broken=pools(rate_limit_burst=101), right=pools(rate_limit_burst=100)),
    case("HR614", "has 34 requests", broken=pools(http_idle_per_host=33), right=pools(http_idle_per_host=34)),
    case(
        "HR615",
        "x 3 hosts are 150",
        broken=pools(http_idle_total=149, http_idle_per_host=50),
        right=pools(http_idle_total=150, http_idle_per_host=50),
    ),
    # 128 + 2 x 100 requests + 50 + 72 in pools = 450.
    case("HR617", "has 450 files open", broken=files(449), right=files(450)),
    case("HR616", "has 50 operations", broken=pools(redis_pool=49), right=pools(redis_pool=50)),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


def test_where_saturation_is_known_the_limit_may_be_up_to_it() -> None:
    assert found("HR611", fleet(limited(1200, saturation_rps=Fraction(1200)))) == []
    assert found("HR611", fleet(limited(1201, saturation_rps=Fraction(1200)))) != []


def test_two_calls_to_one_service_take_twice_as_long() -> None:
    assert found("HR604", fleet(tries(0, Fraction(2)))) == []
    assert found("HR604", fleet(tries(0, Fraction(21, 10)))) != []


def test_waits_for_redis_and_for_services_add_up() -> None:
    """Each may end just before its time is up: 2 operations of 2 s are 4 s, and a call of 2 s more are 6 s."""
    assert found("HR603", nested(2.5, operations=2)) == []
    assert found("HR603", nested(2.501, operations=2)) != []
    assert found("HR603", nested(6, operations=0)) == []
    both = workload(
        client=Client(http_timeout=s(2), redis_pool_timeout=s(2)),
        traffic=Traffic(calls={"a": Fraction(1)}, redis_ops_per_request=Fraction(1), longest_request=s(3)),
    )
    assert "waits 4s" in found("HR604", fleet(both))[0]


def test_calls_at_once_count_as_one() -> None:
    at_once = Traffic(calls={"a": K, "b": K}, calls_in_turn=1, longest_request=s(2))
    one = workload(client=Client(http_timeout=s(2)), traffic=at_once)
    assert found("HR604", fleet(one)) == []


@pytest.mark.parametrize("timeout", ["2s", "3s", "5s", "8s"])
def test_timeouts_that_the_plan_calls_not_nested_are_found_and_no_others(timeout: str) -> None:
    services = guide().model_dump()["services"]
    for name in ("gateway-api", "payment-api"):
        services[name]["client"] = {**services[name]["client"], "http_timeout": timeout}
    platform = guide(services=services)
    plan = plan_of(services=services)
    numbers = {f.object for f in review(plan_facts(plan, platform)) if f.number in ("HR603", "HR604")}
    apart = {name for name, service in plan.services.items() if not service.timeouts.nested.value}
    # HR603 is said of the caller, since it is its timeout that is too short.
    assert bool(numbers) == bool(apart)
