"""What one request may wait for, and whether its caller waits as long."""

from fractions import Fraction

import pytest

from components.policy.connections import ClientPolicy
from components.policy.derived import Derived, derived
from components.policy.quantities import Milliseconds
from components.policy.timeouts import longest_wait, nest
from components.policy.workload import Shutdown

THIRDS = dict.fromkeys("abc", Fraction(1, 3))


def ms(text: str) -> Milliseconds:
    return Milliseconds.parse(text)


ONE_EACH = dict.fromkeys("abc", Fraction(1))


def test_waits_for_different_things_add_up() -> None:
    # 3 calls of 4.9 s in turn are 14.7 s, and the Redis pool's 3 s come on top.
    assert longest_wait(ONE_EACH, http_timeout=ms("4900ms")).value == 14_700
    both = longest_wait(
        ONE_EACH, http_timeout=ms("4900ms"), redis_operations=Fraction(1), redis_pool_timeout=ms("3s")
    )
    assert both.value == 17_700
    assert both.because == (
        "3 calls in turn (1 + 1 + 1) x 1 attempts of 4900ms + 1 Redis operations x 3s for the pool"
    )


def test_attempts_and_operations_add_up_too() -> None:
    # 3 attempts x 1 s + 2 x 100 ms between = 3.2 s a call; 2 calls and ceil(1.5) = 2 waits for the pool of 1 s.
    wait = longest_wait(
        {"a": Fraction(2)},
        http_timeout=ms("1s"),
        retries=2,
        retry_backoff=ms("100ms"),
        redis_operations=Fraction(3, 2),
        redis_pool_timeout=ms("1s"),
    )
    assert wait.value == 2 * 3_200 + 2 * 1_000


@pytest.mark.parametrize(
    ("calls", "in_turn", "calls_waited_for"),
    [
        # The guide: one request in three to each backend. Some request must make one call; none need make more.
        (THIRDS, None, 1),
        # 1.5 calls a request on average: some request makes two.
        (dict.fromkeys("abc", Fraction(1, 2)), None, 2),
        ({"a": Fraction(1, 3)}, None, 1),
        # The owner knows better: one request in three makes all three calls; or all three at once.
        (THIRDS, 3, 3),
        (ONE_EACH, 1, 1),
        ({}, None, 0),
        ({}, 3, 0),
    ],
)
def test_how_many_calls_one_request_waits_for(
    calls: dict[str, Fraction], in_turn: int | None, calls_waited_for: int
) -> None:
    assert longest_wait(calls, http_timeout=ms("1s"), calls_in_turn=in_turn).value == calls_waited_for * 1_000


def test_who_calls_nobody_waits_for_nobody() -> None:
    assert longest_wait({}, redis_pool_timeout=ms("3s")) == derived(Milliseconds(0), "waits for nobody")


def wait_of(text: str) -> Derived[Milliseconds]:
    return longest_wait({"x": Fraction(1)}, http_timeout=ms(text))


@pytest.mark.parametrize(
    ("own", "caller", "nested"), [("4999ms", "5s", True), ("5s", "5s", True), ("5001ms", "5s", False)]
)
def test_nobody_waits_longer_than_its_caller(own: str, caller: str, nested: bool) -> None:
    shutdown = Shutdown(longest_request="10s")
    result = nest("callee", wait_of(own), shutdown, {"caller": (ClientPolicy(http_timeout=caller), 1)})
    assert result.nested.value is nested


def test_nor_longer_than_a_drain_waits_for() -> None:
    wait = wait_of("6s")
    assert nest("entry", wait, Shutdown(longest_request="5s"), {}).nested.value is False
    patient = {"caller": (ClientPolicy(http_timeout="7s"), 1)}
    assert nest("callee", wait, Shutdown(longest_request="6s"), patient).nested.value is True
    assert nest("callee", wait, Shutdown(longest_request="5s"), patient).nested.value is False


def test_the_guides_timeouts_nest_in_its_longest_request() -> None:
    # The guide's 3 s for the pool and then 5 s for a call: 8 s.
    assert (
        longest_wait(
            THIRDS,
            http_timeout=ClientPolicy().http_timeout,
            redis_operations=Fraction(1),
            redis_pool_timeout=ClientPolicy().redis_pool_timeout,
        ).value
        == Shutdown().longest_request
        == 8_000
    )


def test_retries_multiply_along_a_path() -> None:
    # Called by one that is itself tried 3 times and tries 2 more: 3 x 3.
    result = nest("x", longest_wait({}), Shutdown(), {"c": (ClientPolicy(retries=2), 3)})
    assert result.attempts_per_request.value == 9
