"""What a pod of several containers requests: at the moment at which it asks for the most."""

import pytest

from components.policy.pod_resources import Started, of_pod
from components.policy.workload import Resources


def stated(cpu: int, memory: int, limit: int | None = None) -> Resources:
    return Resources(
        cpu_request=f"{cpu}m",
        cpu_limit=None if limit is None else f"{limit}m",
        memory_request=f"{memory}Mi",
        memory_limit=f"{memory}Mi",
    )


APP = stated(500, 512, 1000)


def test_a_service_alone_requests_what_it_states() -> None:
    assert of_pod(APP, []) == APP


def test_sidecars_count_with_the_service() -> None:
    both = of_pod(APP, [Started(stated(100, 64, 200), stays=True)])
    assert both == stated(600, 576, 1200)


@pytest.mark.parametrize(("memory", "counts"), [(576, 576), (577, 577)])
def test_a_step_counts_only_where_it_asks_for_more_than_what_runs_afterwards(
    memory: int, counts: int
) -> None:
    proxy = Started(stated(100, 64, 200), stays=True)
    pod = of_pod(APP, [Started(stated(10, memory, 20), stays=False), proxy])
    assert pod.memory_request == stated(1, counts).memory_request
    assert pod.cpu_request == stated(600, 1).cpu_request


def test_a_step_after_a_sidecar_has_it_beside_it() -> None:
    proxy, step = Started(stated(100, 64), stays=True), Started(stated(450, 64), stays=False)
    assert of_pod(APP, [proxy, step]).cpu_request == stated(600, 1).cpu_request
    assert of_pod(stated(1, 1), [proxy, step]).cpu_request == stated(550, 1).cpu_request
    assert of_pod(stated(1, 1), [step, proxy]).cpu_request == stated(450, 1).cpu_request


def test_a_container_without_a_cpu_limit_leaves_the_pod_without_one() -> None:
    assert of_pod(APP, [Started(stated(100, 64), stays=True)]).cpu_limit is None
