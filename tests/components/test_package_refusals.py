"""What the package refuses, it refuses in the words of its inputs, before anything is registered."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pytest
from pulumi.errors import InputPropertyError

from components.package import host
from tests.components.examples import IMAGE
from tests.components.harness import run
from tests.components.test_package import DEMAND, NAME, POOL, RESOURCES, SERVICE


@pytest.fixture(scope="module")
def package() -> host.Package:
    return host.Package()


REFUSED: Final[Mapping[str, tuple[str, Mapping[str, Any], str, str]]] = {
    "a wrong unit": (
        "ScalableService",
        {**SERVICE, "resources": {**RESOURCES, "cpuRequest": "2 cores"}},
        "resources.cpuRequest",
        'resources.cpuRequest: 2 cores (unit "cores" is not known) is not usable; allowed: cores ("2", "0.5") or'
        ' millicores ("500m"); correct resources.cpuRequest',
    ),
    "no capacity": (
        "ScalableService",
        {**SERVICE, "demand": {**DEMAND, "rpsPerPod": 0.0}},
        "demand.rpsPerPod",
        "allowed: greater than 0",
    ),
    "a floor above the peak": (
        "GatewayTier",
        {"service": {**SERVICE, "demand": {**DEMAND, "baselineRps": 20_000.0}}},
        "service.demand.baselineRps",
        "service.demand.baselineRps: 20000 is not usable; allowed: at most peak_rps, 10000",
    ),
    "a fraction of a port": (
        "ScalableService",
        {**SERVICE, "container": {"image": IMAGE, "port": 80.5}},
        "container.port",
        "allowed: a whole number",
    ),
    "a moving tag": (
        "ScalableService",
        {**SERVICE, "container": {"image": "shop/api:latest"}},
        f"{NAME}.image",
        'tag "latest" moves',
    ),
    "a fan-out that is no ratio": (
        "ScalableService",
        {**SERVICE, "calls": {"inventory-api": "a third"}},
        "calls.inventory-api",
        "allowed: a number, a fraction",
    ),
    "a budget that blocks every drain": (
        "ScalableService",
        {**SERVICE, "budget": {"minAvailable": "100%"}},
        f"services.{NAME}.budget",
        "lets at least 1 of",
    ),
    "two autoscalers": (
        "ScalableService",
        {**SERVICE, "metric": "rps", "keda": {"prometheusAddress": "http://prometheus:9090"}},
        "metric",
        "leave out one of the two",
    ),
    "an environment that is an output as a whole": (
        "ScalableService",
        {**SERVICE, "container": {"image": IMAGE, "env": pulumi.UNKNOWN}},
        "container.env",
        "make its values outputs, not the map",
    ),
    "no class of node": ("KarpenterPool", {**POOL, "kwok": None}, "kwok, ec2", "exactly one of the two"),
    "two classes of node": (
        "KarpenterPool",
        {**POOL, "ec2": {"role": "nodes", "discovery": "shop", "amiAlias": "al2023@v20260101"}},
        "kwok, ec2",
        "exactly one of the two",
    ),
    "an even number of sentinels": (
        "RedisCluster",
        {"namespace": "shop", "redis": {"sentinels": 4.0}},
        "redis.sentinels",
        "redis.sentinels: 4 is not usable; allowed: 3, 5 or 7",
    ),
    "a choice that is none": (
        "RedisCluster",
        {"namespace": "shop", "redis": {"use": "queue"}},
        "redis.use",
        "Invalid value queue",
    ),
    "a missing field": (
        "KarpenterPool",
        {"zones": [], "kwok": {}},
        "groups",
        "Missing required input 'groups'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_the_input_and_what_is_allowed(package: host.Package, case: str) -> None:
    kind, inputs, field, message = REFUSED[case]
    refusals: list[InputPropertyError] = []

    def program() -> None:
        with pytest.raises(InputPropertyError) as refusal:
            package.construct(NAME, f"headroom:index:{kind}", dict(inputs))
        refusals.append(refusal.value)

    assert run(program).resources == [], "refused before anything is registered"
    assert refusals[0].property_path == field
    assert message in refusals[0].reason
