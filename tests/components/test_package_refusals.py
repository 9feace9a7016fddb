"""What the package refuses, it refuses in the words of its inputs, before anything is registered."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pytest
from pulumi.errors import InputPropertyError
from pydantic import BaseModel

from components.package import host
from components.package.reading import camel, model
from components.policy.errors import ConfigurationError
from components.policy.events_watch import WatchedEvent
from components.policy.service import ServicePolicy, Surroundings
from components.policy.worker import WorkerPolicy
from tests.components.examples import IMAGE, QUEUE
from tests.components.harness import run
from tests.components.test_package import DEMAND, NAME, PAIRS, POOL, RESOURCES, SERVICE, WORKER
from tests.config.test_wording import RAW, bad_values

ROUTE: Final = {"gateway": "shop", "gatewayNamespace": "gateways", "hostnames": ["shop.example.com"]}
# All that is read from plain inputs as a whole.
MODELS: Final = sorted(
    {own for _, own in PAIRS if issubclass(own, BaseModel)}
    | {ServicePolicy, Surroundings, WatchedEvent, WorkerPolicy},
    key=lambda kind: kind.__name__,
)


@pytest.fixture(scope="module")
def package() -> host.Package:
    return host.Package()


REFUSED: Final[Mapping[str, tuple[str, Mapping[str, Any], str, str]]] = {
    "a wrong unit": (
        "ScalableService",
        {**SERVICE, "resources": {**RESOURCES, "cpuRequest": "2 cores"}},
        "resources.cpuRequest",
        'resources.cpuRequest: 2 cores (unit "cores" is not known) is not usable; allowed: cores ("2", "0.5") or'
        ' millicores ("500m"); write e.g. "2"',
    ),
    "no capacity": (
        "ScalableService",
        {**SERVICE, "demand": {**DEMAND, "rpsPerPod": 0.0}},
        "demand.rpsPerPod",
        "demand.rpsPerPod: 0 is not usable; allowed: more than 0; correct demand.rpsPerPod",
    ),
    "a floor above the peak": (
        "GatewayTier",
        {"service": {**SERVICE, "demand": {**DEMAND, "baselineRps": 20_000.0}}},
        "service.demand.baselineRps",
        "service.demand.baselineRps: 20000 is not usable; allowed: at most peakRps, 10000",
    ),
    "a duration in words": (
        "GatewayTier",
        {"service": SERVICE, "httpRoute": {**ROUTE, "requestTimeout": "5 seconds"}},
        "httpRoute.requestTimeout",
        'such as "100ms" or "5m"; write e.g. "5s"',
    ),
    "an affinity of more than a day": (
        "ScalableService",
        {**SERVICE, "nodePort": {"clientIpTimeout": "25h"}},
        "nodePort.clientIpTimeout",
        "nodePort.clientIpTimeout: 25h is not usable; allowed: whole seconds, 1s to 24h: the API server takes no other",
    ),
    "samples that are too far apart": (
        "ScalableService",
        {**SERVICE, "metrics": {"by": {"namespace": "monitoring"}, "monitor": {"interval": "1m"}}},
        "metrics.monitor.interval",
        "whole seconds, 1s to 30s: the rates",
    ),
    "KEDA without a pause": (
        "ScalableService",
        {**SERVICE, "keda": {"prometheusAddress": "http://prometheus:9090", "polling": "0"}},
        "keda.polling",
        "whole seconds, 1s to 596523h: KEDA would ask without a pause",
    ),
    "a timeout that no route takes": (
        "GatewayTier",
        {"service": SERVICE, "httpRoute": {**ROUTE, "requestTimeout": "100000h"}},
        "httpRoute.requestTimeout",
        "1ms to 99999h: the Gateway API takes no other; write e.g. 99999h",
    ),
    "a message that SQS does not hide for so long": (
        "QueueWorker",
        {**WORKER, "visibilityTimeout": "13h"},
        "visibilityTimeout",
        "visibilityTimeout: 13h is not usable; allowed: whole seconds, 1s to 12h: SQS hides a message no longer",
    ),
    "a worker whose health nobody can ask for": (
        "QueueWorker",
        {key: value for key, value in WORKER.items() if key != "httpHealth"},
        "httpHealth, healthCommand",
        "exactly one of the two",
    ),
    "a port of root's": (
        "QueueWorker",
        {**WORKER, "httpHealth": {"port": 80.0}},
        "httpHealth.port",
        "httpHealth.port: 80 is not usable; allowed: 1024 to 65535; correct httpHealth.port",
    ),
    "a queue that is none": (
        "QueueWorker",
        {**WORKER, "queue": {"url": "https://mails.example.com", "region": QUEUE.region}},
        f"{NAME}.queue.url",
        f"https://sqs.{QUEUE.region}.amazonaws.com/ACCOUNT/NAME",
    ),
    "a node that never comes": (
        "KarpenterPool",
        {**POOL, "kwok": {"registrationDelay": "16m"}},
        "kwok.registrationDelay",
        "0s to 15m: Karpenter gives up a node",
    ),
    "an image of nodes that moves": (
        "KarpenterPool",
        {**POOL, "kwok": None, "ec2": {"role": "nodes", "discovery": "shop", "amiAlias": "al2023@latest"}},
        "ec2.amiAlias",
        "ec2.amiAlias: al2023@latest is not usable; allowed: one release",
    ),
    "more connections than a node has": (
        "RedisCluster",
        {"namespace": "shop", "redis": {"maxclients": 200_000.0}},
        "redis.maxclients",
        "redis.maxclients: 200000 is not usable; allowed: 64 to 100000; correct redis.maxclients",
    ),
    "a fraction of a port": (
        "ScalableService",
        {**SERVICE, "container": {"image": IMAGE, "port": 80.5}},
        "container.port",
        "allowed: a whole number",
    ),
    "a closed zone that is none of the pool's": (
        "KarpenterPool",
        {**POOL, "closedZones": ["zone-b", "zone-x"]},
        "closedZones[1]",
        "closedZones[1]: zone-x is not usable; allowed: each of zone-a, zone-b, zone-c once at most",
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
    "an ignore of a rule that does not exist": (
        "ScalableService",
        {**SERVICE, "ignores": [{"rule": "image-moves", "object": "*", "reason": "a trial"}]},
        "ignores[0].rule",
        "ignores[0].rule: image-moves is not usable; allowed: the number of a rule; near it are HR511 image-moves;",
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


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_whatever_is_refused_is_told_as_a_stack_tells_it_by_the_name_of_its_input(
    kind: type[BaseModel],
) -> None:
    refused: set[str] = set()
    for given in bad_values(kind):
        try:
            model(kind, given, "here")
        except ConfigurationError as error:
            assert not RAW.search(str(error)), error
            assert error.allowed and error.remedy, error
            refused.add(error.field)
    assert {field.split(".")[0] for field in refused} == {"here"}
    assert not {f"here.{name}" for name in kind.model_fields if camel(name) != name} & refused
