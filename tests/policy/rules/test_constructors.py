"""Every component puts its arguments before the rules before anything is registered, itself included."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

import components
from components import (
    GatewayTier,
    KarpenterPool,
    QueueWorker,
    RedisCluster,
    RedisClusterArgs,
    RedisSpec,
    ScalableService,
)
from components.policy.derived import derived
from components.policy.findings import ReviewError
from components.policy.ignores import Ignore
from components.policy.quantities import Bytes, Milliseconds
from components.policy.service import ServicePlan, plan_service
from tests.components.examples import (
    GATEWAY_DEMAND,
    IMAGE,
    SALE,
    gateway_args,
    pool_args,
    service_args,
    worker_args,
)
from tests.components.harness import Run, run, unknown

Ignores = list[Ignore]


def overloaded(plan: ServicePlan) -> ServicePlan:
    """The plan with the guide's limit of 1,500 requests/s for pods that carry 1,000."""
    limits = plan.connections.model_copy(update={"rate_limit_rps": derived(1500, "guide.md section 3")})
    return plan.model_copy(update={"connections": limits})


def gateway(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    args = gateway_args(namespace, IMAGE)
    plan = overloaded(plan_service("gateway-api", GATEWAY_DEMAND))
    service = service_args(namespace, IMAGE, capacity=plan, ignores=ignores)
    GatewayTier("gateway-api", components.GatewayTierArgs(service=service, way_in=args.way_in))


def service(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    plan = overloaded(plan_service("gateway-api", GATEWAY_DEMAND))
    ScalableService("gateway-api", service_args(namespace, IMAGE, capacity=plan, ignores=ignores))


def pool(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    nodes = pool_args().nodes
    # 160Gi are 5 m5.2xlarge, and 6 are planned.
    small = nodes.model_copy(update={"memory_limit": derived(Bytes.parse("160Gi"), "stated")})
    args = pool_args(ignores=ignores)
    KarpenterPool("critical", components.KarpenterPoolArgs(**{**vars(args), "nodes": small}))


def redis(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    # Of 65,536 files Redis keeps 32 for itself.
    spec = RedisSpec(maxclients=65_505)
    RedisCluster("redis", RedisClusterArgs(namespace=namespace, redis=spec, ignores=ignores))


def worker(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    # The queue gives a message to another pod after 30 s.
    policy = worker_args(namespace, IMAGE).policy.model_copy(
        update={"longest_message": Milliseconds.parse("40s")}
    )
    QueueWorker("ticket-mailer", worker_args(namespace, IMAGE, policy=policy, ignores=ignores))


def event(ignores: Ignores, namespace: pulumi.Input[str] = "tacos-app") -> None:
    # The floors are up for 124 minutes.
    pools = [SALE.pools[0].model_copy(update={"expire_after": Milliseconds.parse("2h")})]
    args = components.EventWindowArgs(
        namespace=namespace, event=SALE.model_copy(update={"pools": pools}), ignores=ignores
    )
    components.EventWindow("event-sale", args)


BROKEN: dict[str, tuple[Callable[..., None], str, str]] = {
    "GatewayTier": (gateway, "HR611", "Deployment tacos-app/gateway-*"),
    "ScalableService": (service, "HR611", "Deployment tacos-app/gateway-*"),
    "KarpenterPool": (pool, "HR822", "NodePool critical"),
    "QueueWorker": (worker, "HR421", "Deployment tacos-app/ticket-*"),
    "EventWindow": (event, "HR956", "events.sale"),
    "RedisCluster": (redis, "HR723", "ConfigMap tacos-app/redis*"),
}
EVERY = pytest.mark.parametrize("kind", BROKEN)


def built(kind: str, ignores: Ignores, namespace: Callable[[], Any] = lambda: "tacos-app") -> Run:
    build = BROKEN[kind][0]

    def program() -> None:
        try:
            build(ignores, namespace())
        except ReviewError as error:
            numbers.append({finding.number for finding in error.findings})

    numbers: list[set[str]] = []
    done = run(program, preview=namespace is unknown)
    assert numbers == ([{BROKEN[kind][1]}] if not ignores else [])
    return done


def test_every_component_with_rules_is_tried() -> None:
    from tests.components.examples import EXAMPLES

    assert set(BROKEN) == set(EXAMPLES)


@EVERY
def test_what_breaks_a_rule_stops_before_anything_is_registered(kind: str) -> None:
    assert built(kind, []).resources == []


@EVERY
@pytest.mark.parametrize("namespace", [lambda: "tacos-app", unknown])
def test_an_ignore_by_the_name_of_the_object_lets_it_through(kind: str, namespace: Callable[[], Any]) -> None:
    _, number, pattern = BROKEN[kind]
    ignore = Ignore(rule=number, object=pattern, reason="a test")
    assert built(kind, [ignore], namespace).resources != []
