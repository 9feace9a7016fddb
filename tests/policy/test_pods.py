"""One pod: resources, probes, shutdown, images, connections, timeouts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.connections import ClientPolicy, connections
from components.policy.drain import drain
from components.policy.errors import ConfigurationError
from components.policy.images import check_image
from components.policy.quantities import Milliseconds
from components.policy.timeouts import nest, waits
from components.policy.workload import (
    BACKEND_RESOURCES,
    GATEWAY_RESOURCES,
    HttpProbe,
    Probes,
    Resources,
    Shutdown,
)

P99 = Milliseconds.parse("100ms")
THIRDS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


def test_the_guides_profiles() -> None:
    # 50 x 0.5 = 25 cores and 30 x 3 x 0.25 = 22.5 cores, guide.md section 4.
    assert 50 * GATEWAY_RESOURCES.cpu_request == 25_000
    assert 30 * 3 * BACKEND_RESOURCES.cpu_request == 22_500
    probes = Probes()
    # 2 failures x 3 s and 3 x 10 s; the startup probe allows 30 x 2 s.
    assert probes.readiness.gives_up_after == 6_000
    assert probes.liveness.gives_up_after == 30_000
    assert probes.startup.gives_up_after == 60_000


@pytest.mark.parametrize(
    "fields",
    [{"cpu_limit": "249m"}, {"memory_limit": "255Mi"}, {"cpu_request": "0"}, {"memory_request": "512mb"}],
)
def test_resources_that_the_api_server_refuses_are_refused_here(fields: dict[str, str]) -> None:
    right = {"cpu_request": "250m", "cpu_limit": "250m", "memory_request": "256Mi", "memory_limit": "256Mi"}
    Resources.model_validate(right)
    with pytest.raises(ValidationError):
        Resources.model_validate(right | fields)


@pytest.mark.parametrize(
    "fields",
    [{"period": "500ms"}, {"timeout": "0"}, {"period": "0"}, {"path": "healthz"}, {"failure_threshold": 0}],
)
def test_a_probe_that_the_kubelet_does_not_know_is_refused(fields: dict[str, object]) -> None:
    right: dict[str, object] = {"path": "/healthz", "period": "1s", "timeout": "1s", "failure_threshold": 1}
    HttpProbe.model_validate(right)
    with pytest.raises(ValidationError):
        HttpProbe.model_validate(right | fields)


def test_liveness_and_startup_succeed_once_by_the_api() -> None:
    twice = HttpProbe(path="/", period="1s", timeout="1s", failure_threshold=1, success_threshold=2)
    Probes(readiness=twice)
    with pytest.raises(ValidationError, match=r"liveness\.success_threshold 2"):
        Probes(liveness=twice)
    with pytest.raises(ValidationError, match=r"startup\.success_threshold 2"):
        Probes(startup=twice)


def test_the_kill_comes_after_the_drain() -> None:
    # preStop 10 s + longest request 5 s = 15 s of drain; + margin 5 s = 20 s of grace.
    leaves = drain(Shutdown(), Milliseconds.parse("165s"))
    assert leaves.drain_time.value == 15_000
    assert Shutdown().grace_period.value == 20_000
    assert leaves.leaves_within.value == 20_000 + 165_000


@given(*[st.integers(0, 600_000).map(Milliseconds)] * 3, st.integers(1, 600_000).map(Milliseconds))
def test_the_drain_is_always_shorter_than_the_grace_period(
    pre_stop: Milliseconds, request: Milliseconds, deregistration: Milliseconds, margin: Milliseconds
) -> None:
    shutdown = Shutdown(
        pre_stop=pre_stop, longest_request=request, deregistration=deregistration, margin=margin
    )
    assert drain(shutdown, Milliseconds(0)).drain_time.value < shutdown.grace_period.value


@pytest.mark.parametrize(
    "reference",
    [
        "docker.io/stefanprodan/podinfo:6.9.2",
        "registry.local:5000/team/app:v1",
        "app:2024-11-24",
        "app@sha256:" + "a" * 64,
        "app:latest@sha256:" + "0" * 64,
    ],
)
def test_pinned_images(reference: str) -> None:
    assert check_image(reference) == reference


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("app", "has no tag"),
        ("registry.local:5000/app", "has no tag"),
        ("app:latest", '"latest" moves'),
        ("app:stable", '"stable" moves'),
        ("app:blue", '"blue" moves'),
        ("", "not an image reference"),
        ("APP:1", "not an image reference"),
        ("app:1@sha256:abc", "not an image reference"),
        ("app:1 ", "not an image reference"),
    ],
)
def test_images_that_are_not_pinned(reference: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check_image(reference)


def test_the_guides_gateway_pools_by_littles_law() -> None:
    sizes = connections(Fraction(1000), P99, THIRDS, Fraction(1))
    # 1000 rps x 1 operation x 50 ms = 50, the guide's REDIS_POOL_SIZE.
    assert sizes.redis_pool.value == 50
    # 1000 x 1/3 x 100 ms = 33.3 -> 34; x 3 hosts = 102, beside the guide's 50 and 100.
    assert (sizes.http_idle_per_host.value, sizes.http_idle_total.value) == (34, 102)
    # 1000 rps x 100 ms = 100 in flight.
    assert (sizes.rate_limit_rps.value, sizes.rate_limit_burst.value, sizes.concurrency.value) == (
        1000,
        100,
        100,
    )
    # 128 + 2 x 100 + 50 + 102.
    assert sizes.file_descriptors.value == 480


def test_a_very_tight_objective_still_gets_a_connection() -> None:
    # 10 rps x 0.5 ms = 0.005 -> 1, where half of 1 ms cut to whole milliseconds would be none.
    assert connections(Fraction(10), Milliseconds(1), {}, Fraction(1)).redis_pool.value == 1
    assert connections(Fraction(10), Milliseconds(1), {}, Fraction(0)).redis_pool.value == 0


@pytest.mark.parametrize(("saturation", "limit"), [(None, 1000), (1400, 1200), (1000, 1000), (900, 1000)])
def test_the_rate_limit_lies_between_capacity_and_saturation(saturation: int | None, limit: int) -> None:
    sizes = connections(Fraction(1000), P99, {}, Fraction(0), saturation_rps=saturation)
    assert sizes.rate_limit_rps.value == limit


def test_what_a_service_waits_for() -> None:
    policy = ClientPolicy(http_timeout="1s", retries=2, retry_backoff="100ms", redis_pool_timeout="3s")
    # 3 attempts x 1 s + 2 x 100 ms = 3.2 s for one call; 2 calls a request = 6.4 s.
    assert waits(policy, {"a": Fraction(2)}, True).value == 6_400
    assert waits(policy, {"a": Fraction(1, 3)}, True).value == 3_200
    assert waits(policy, {}, True).value == 3_000
    assert waits(policy, {}, False).value == 0


@pytest.mark.parametrize(
    ("own", "caller", "nested"), [(4999, "5s", True), (5000, "5s", True), (5001, "5s", False)]
)
def test_nobody_waits_longer_than_its_caller(own: int, caller: str, nested: bool) -> None:
    wait = waits(ClientPolicy(http_timeout=Milliseconds(own)), {"x": Fraction(1)}, False)
    shutdown = Shutdown(longest_request="10s")
    result = nest("callee", wait, shutdown, {"caller": (ClientPolicy(http_timeout=caller), 1)})
    assert result.nested.value is nested


def test_nor_longer_than_a_drain_waits_for() -> None:
    wait = waits(ClientPolicy(http_timeout="6s"), {"x": Fraction(1)}, False)
    assert nest("entry", wait, Shutdown(longest_request="5s"), {}).nested.value is False
    patient = {"caller": (ClientPolicy(http_timeout="7s"), 1)}
    assert nest("callee", wait, Shutdown(longest_request="6s"), patient).nested.value is True
    assert nest("callee", wait, Shutdown(longest_request="5s"), patient).nested.value is False


def test_retries_multiply_along_a_path() -> None:
    # Called by one that is itself tried 3 times and tries 2 more: 3 x 3.
    result = nest("x", waits(ClientPolicy(), {}, False), Shutdown(), {"c": (ClientPolicy(retries=2), 3)})
    assert result.attempts_per_request.value == 9


def test_an_error_names_its_place() -> None:
    error = ConfigurationError(field="floor", value=3, allowed="2", remedy="lower it").within("services.a")
    assert str(error) == "services.a.floor: 3 is not usable; allowed: 2; lower it"
