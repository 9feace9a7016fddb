"""Requests, limits, images, charts and placement."""

import pytest

from components.policy.facts import ABSENT, Chart, Maybe, Spread, Workload
from components.policy.quantities import Bytes, Millicores

from .cases import Case, case, check_both_sides, container, fleet, found, workload

MEBI = 1024**2
ZONE = Spread(topology="topology.kubernetes.io/zone", strict=True)
HOST = Spread(topology="kubernetes.io/hostname", strict=False)
DIGEST = "sha256:" + "0" * 64


def spread(*spreads: Spread, floor: int = 2) -> Workload:
    return workload(floor=floor, spreads=spreads)


def chart(version: Maybe[str]) -> Chart:
    return Chart(object="HelmRelease redis", name="redis", version=version)


CASES = [
    case(
        "HR501",
        "no CPU",
        broken=container(cpu_request=ABSENT, cpu_limit=ABSENT, memory_request=Bytes(MEBI)),
        right=container(cpu_request=ABSENT, cpu_limit=Millicores(1), memory_request=Bytes(MEBI)),
    ),
    case(
        "HR502",
        "no memory limit",
        broken=container(memory_limit=ABSENT),
        right=container(memory_limit=Bytes(MEBI)),
    ),
    case(
        "HR503",
        "limit 499m is below the request 500m",
        broken=container(cpu_request=Millicores(500), cpu_limit=Millicores(499)),
        right=container(cpu_request=Millicores(500), cpu_limit=Millicores(500)),
    ),
    # "512m" is half a byte, rounded up to one by the API.
    case(
        "HR504",
        "is 1 bytes",
        broken=container(memory_limit=Bytes(1)),
        right=container(memory_limit=Bytes(MEBI)),
    ),
    case(
        "HR511",
        '"latest" moves',
        broken=container(image="shop/api:latest"),
        right=container(image=f"shop/api@{DIGEST}"),
    ),
    case("HR512", "no version", broken=chart(ABSENT), right=chart("1.14.1")),
    case("HR521", "over kubernetes.io/hostname", broken=spread(HOST), right=spread(HOST, ZONE)),
    case("HR522", "share one node", broken=spread(ZONE), right=spread(HOST, ZONE)),
    case(
        "HR523",
        "does not select its own",
        broken=spread(Spread(topology="kubernetes.io/hostname", strict=True, own_pods=False)),
        right=spread(HOST),
    ),
    case(
        "HR524",
        "all revisions",
        broken=spread(Spread(topology="topology.kubernetes.io/zone", strict=True, per_revision=False)),
        right=spread(Spread(topology="topology.kubernetes.io/zone", strict=False, per_revision=False)),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_both_sides_of_the_boundary(case: Case) -> None:
    check_both_sides(case)


@pytest.mark.parametrize("version", ["^1.2.3", "1.x", "1.2", ">=1.0.0", "*", "HEAD", ""])
def test_a_range_of_chart_versions_is_no_version(version: str) -> None:
    assert found("HR512", fleet(chart(version))) != []


@pytest.mark.parametrize("version", ["1.2.3", "v1.2.3", "1.2.3-rc.1", "1.2.3+build.5"])
def test_one_chart_version_is(version: str) -> None:
    assert found("HR512", fleet(chart(version))) == []


def test_one_pod_needs_no_spread() -> None:
    assert found("HR521", fleet(spread(floor=1))) == []
