"""What tells requests apart, at its bounds."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.routing import (
    MOST_ROUTES,
    RequestChange,
    RequestMatch,
    check_alb,
    check_apart,
    check_route,
)

PLAIN = RequestMatch()
KEPT = RequestChange()


def test_one_path_may_be_there_twice_for_requests_that_differ() -> None:
    apart = [RequestMatch(exact=True), RequestMatch(headers={"a": "1"}), RequestMatch(headers={"a": "2"})]
    check_apart("routes", [("/x", match, KEPT) for match in (PLAIN, *apart, RequestMatch(methods=["GET"]))])
    same = [RequestMatch(headers={"X-A": "1"}), RequestMatch(headers={"x-a": "1"})]
    with pytest.raises(ConfigurationError, match="/x twice"):
        check_apart("routes", [("/x", match, KEPT) for match in same])


def test_a_route_has_room_for_so_many_and_no_more() -> None:
    paths = [(f"/{number}", PLAIN, KEPT) for number in range(MOST_ROUTES + 1)]
    check_apart("routes", paths[:-1])
    with pytest.raises(ConfigurationError, match="16 rules"):
        check_apart("routes", paths)


@pytest.mark.parametrize(("exact", "change", "rules"), [(False, "/y", 2), (True, "/y", 1), (False, None, 1)])
def test_each_method_of_a_rewritten_prefix_takes_one_of_them(
    exact: bool, change: str | None, rules: int
) -> None:
    others = [(f"/{number}", PLAIN, KEPT) for number in range(MOST_ROUTES - rules)]
    route = ("/x", RequestMatch(exact=exact, methods=["GET", "PUT"]), RequestChange(rewrite=change))
    check_apart("routes", [*others, route])
    with pytest.raises(ConfigurationError, match=f"{MOST_ROUTES + 1} of them"):
        check_apart("routes", [*others, ("/z", PLAIN, KEPT), route])


@pytest.mark.parametrize(
    ("match", "weights"),
    [(RequestMatch(exact=True), [1]), (RequestMatch(methods=["PUT"]), [1]), (PLAIN, [0, 1])],
)
def test_the_root_is_led_elsewhere_for_some_of_the_requests(match: RequestMatch, weights: list[int]) -> None:
    check_route("routes", "/", match, weights)
    with pytest.raises(ConfigurationError, match="below the root"):
        check_route("routes", "/", PLAIN, [1])


@pytest.mark.parametrize("weights", [[], [0], [0, 0]])
def test_somebody_gets_the_requests(weights: list[int]) -> None:
    with pytest.raises(ConfigurationError, match="a weight above 0"):
        check_route("routes", "/x", PLAIN, weights)


@pytest.mark.parametrize(
    ("exact", "hosts", "room"), [(False, True, 2), (False, False, 3), (True, True, 3), (True, False, 4)]
)
def test_a_rule_of_an_alb_has_five_values(exact: bool, hosts: bool, room: int) -> None:
    def asks(values: int) -> RequestMatch:
        return RequestMatch(exact=exact, query={str(number): "x" for number in range(values)})

    check_alb("rules[0]", asks(room), RequestChange(), hosts=hosts)
    with pytest.raises(ConfigurationError, match=f"{room} at most"):
        check_alb("rules[0]", asks(room + 1), RequestChange(), hosts=hosts)
