"""One small, valid example of every component, for the contract that all of them obey and for their own tests."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pulumi

from components import (
    Container,
    Demand,
    EventWindow,
    EventWindowArgs,
    GatewayTier,
    GatewayTierArgs,
    HttpHealth,
    KarpenterPool,
    KarpenterPoolArgs,
    KwokNodeClass,
    Milliseconds,
    Process,
    QueueWorker,
    QueueWorkerArgs,
    RedisCluster,
    RedisClusterArgs,
    ScalableService,
    ScalableServiceArgs,
    SqsQueue,
    WorkerPolicy,
)
from components.policy.events_watch import WatchedEvent, WatchedFloor, WatchedPool
from components.policy.node_pool import NodePoolSpec
from components.policy.nodes import plan_nodes
from components.policy.pod_group import PodGroup
from components.policy.quantities import Bytes, Millicores, parse_ratio
from components.policy.redis import RedisSpec
from components.policy.service import ServicePolicy, plan_service
from tests.components.aws_answers import ACCOUNT, REGION
from tests.policy.guide_platform import BACKEND_RESOURCES, GATEWAY_RESOURCES

IMAGE: Final = "docker.io/stefanprodan/podinfo:6.9.2"
GATEWAY_DEMAND: Final = Demand(peak_rps=30_000, baseline_rps=6_000, rps_per_pod=1_000)
BACKEND_DEMAND: Final = Demand(peak_rps=10_000, baseline_rps=2_000, rps_per_pod=500, share="1/3")
CALLS: Final = {"reservation-api": parse_ratio("1/3"), "inventory-api": parse_ratio("1/3")}

GATEWAY_PODS: Final = PodGroup(
    name="gateway-api", floor=9, peak=45, surge=12, cpu=Millicores(500), memory=Bytes.parse("512Mi")
)

# A builder takes the name, the namespace and the image (either may be an unknown output), and the options.
Builder = Callable[[str, pulumi.Input[str], pulumi.Input[str], pulumi.ResourceOptions | None], Any]


def service_args(
    namespace: pulumi.Input[str], image: pulumi.Input[str], **changes: Any
) -> ScalableServiceArgs:
    """Arguments of a backend by the guide."""
    stated: dict[str, Any] = {"capacity": BACKEND_DEMAND, "resources": BACKEND_RESOURCES, **changes}
    return ScalableServiceArgs(namespace=namespace, container=Container(image=image), **stated)


def gateway_args(namespace: pulumi.Input[str], image: pulumi.Input[str], **changes: Any) -> GatewayTierArgs:
    """Arguments of the gateway by the guide: it calls two backends and Redis."""
    plan = plan_service("gateway-api", GATEWAY_DEMAND, ServicePolicy(calls=CALLS, redis_ops_per_request=1))
    service = service_args(namespace, image, capacity=plan, resources=GATEWAY_RESOURCES, role="gateway")
    return GatewayTierArgs(service=service, **changes)


# One message for a tenth of 10,000 requests/s.
MESSAGES: Final = Demand(peak_rps=1_000, baseline_rps=200, rps_per_pod=20, share="1/10")
QUEUE: Final = SqsQueue(url=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/mails", region=REGION)


def worker_args(namespace: pulumi.Input[str], image: pulumi.Input[str], **changes: Any) -> QueueWorkerArgs:
    """A worker that sends mails."""
    stated: dict[str, Any] = {
        "namespace": namespace,
        "process": Process(image=image),
        "queue": QUEUE,
        "capacity": MESSAGES,
        "policy": WorkerPolicy(
            health=HttpHealth(kind="http", port=8080),
            longest_message=Milliseconds.parse("20s"),
            work_off=Milliseconds.parse("60s"),
        ),
        "resources": BACKEND_RESOURCES,
        **changes,
    }
    return QueueWorkerArgs(**stated)


def pool_args(**changes: Any) -> KarpenterPoolArgs:
    """A pool for 45 pods of the gateway."""
    stated: dict[str, Any] = {
        "nodes": plan_nodes(NodePoolSpec(), [GATEWAY_PODS], 3),
        "node_class": KwokNodeClass(),
        "zones": ["zone-a", "zone-b", "zone-c"],
        **changes,
    }
    return KarpenterPoolArgs(**stated)


SALE: Final = WatchedEvent(
    name="sale",
    entry="gateway-api",
    expected_rps=30_000,
    starts="2026-11-27T10:00:00Z",
    ends="2026-11-27T12:00:00Z",
    opens="2026-11-27T09:56:00Z",
    closes="2026-11-27T12:00:00Z",
    floors={
        "gateway-api": WatchedFloor(pods=45, rps_per_pod=1000),
        "reservation-api": WatchedFloor(pods=30, rps_per_pod=500),
    },
    pools=[WatchedPool(name="critical", frozen_from="2026-11-27T09:29:00Z", expire_after="720h")],
)

EXAMPLES: Final[Mapping[str, Builder]] = {
    "ScalableService": lambda name, namespace, image, opts: ScalableService(
        name, service_args(namespace, image), opts
    ),
    "GatewayTier": lambda name, namespace, image, opts: GatewayTier(
        name, gateway_args(namespace, image), opts
    ),
    "KarpenterPool": lambda name, namespace, image, opts: KarpenterPool(name, pool_args(), opts),
    "EventWindow": lambda name, namespace, image, opts: EventWindow(
        name, EventWindowArgs(namespace=namespace, event=SALE), opts
    ),
    "QueueWorker": lambda name, namespace, image, opts: QueueWorker(
        name, worker_args(namespace, image), opts
    ),
    "RedisCluster": lambda name, namespace, image, opts: RedisCluster(
        name, RedisClusterArgs(namespace=namespace, image=image, redis=RedisSpec()), opts
    ),
}

OUTPUTS: Final[Mapping[str, set[str]]] = {
    "ScalableService": {"host", "url", "port", "floor", "peak"},
    "GatewayTier": {"host", "url", "address", "port", "floor", "peak"},
    "KarpenterPool": {"pool", "node_class"},
    "EventWindow": {"opens", "closes"},
    "QueueWorker": {"floor", "peak"},
}
