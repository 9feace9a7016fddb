"""One pod: resources, probes, shutdown, images, connections, timeouts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.connections import connections
from components.policy.drain import drain
from components.policy.errors import ConfigurationError
from components.policy.images import check_image
from components.policy.quantities import Milliseconds, parse_ratio
from components.policy.workload import HttpProbe, Probes, Resources, Shutdown
from tests.policy.guide_platform import BACKEND_RESOURCES, GATEWAY_RESOURCES

P99 = Milliseconds.parse("100ms")
THIRDS = {"a": Fraction(1, 3), "b": Fraction(1, 3), "c": Fraction(1, 3)}


def test_the_guides_profiles() -> None:
    # 50 x 0.5 = 25 cores and 30 x 3 x 0.25 = 22.5 cores, guide.md section 4.
    assert 50 * GATEWAY_RESOURCES.cpu_request == 25_000
    assert 30 * 3 * BACKEND_RESOURCES.cpu_request == 22_500
    probes = Probes()
    # 2 failures x 3 s and 3 x 10 s; the startup probe allows 30 x 2 s.
    gives_up = {
        name: probe.period * probe.failure_threshold
        for name, probe in (("r", probes.readiness), ("l", probes.liveness), ("s", probes.startup))
    }
    assert gives_up == {"r": 6_000, "l": 30_000, "s": 60_000}


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
    with pytest.raises(ValidationError, match=r"liveness\.success_threshold: 2"):
        Probes(liveness=twice)
    with pytest.raises(ValidationError, match=r"startup\.success_threshold: 2"):
        Probes(startup=twice)


def test_the_kill_comes_after_the_drain() -> None:
    # preStop 10 s + longest request 8 s = 18 s of drain; + margin 5 s = 23 s of grace.
    leaves = drain(Shutdown(), Milliseconds.parse("90s"))
    assert leaves.drain_time.value == 18_000
    assert Shutdown().grace_period.value == 23_000
    assert leaves.leaves_within.value == 23_000 + 90_000


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


@pytest.mark.parametrize("per_pod", ["333.3", "1/3", "0.5", "1000.01"])
@pytest.mark.parametrize("saturation", [None, 1001])
def test_the_rate_limit_admits_all_that_a_pod_was_counted_for(per_pod: str, saturation: int | None) -> None:
    capacity = parse_ratio(per_pod)
    limit = connections(capacity, P99, {}, Fraction(0), saturation_rps=saturation).rate_limit_rps.value
    assert capacity <= limit <= (saturation or capacity + 1)


def test_an_error_names_its_place() -> None:
    error = ConfigurationError(field="floor", value=3, allowed="2", remedy="lower it").within("services.a")
    assert str(error) == "services.a.floor: 3 is not usable; allowed: 2; lower it"
