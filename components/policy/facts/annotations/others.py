"""Annotations of everything but workloads: objectives, Redis, node pools, alerts, load tests."""

from typing import Final

from ...quantities import format_percent
from ..parse import duration, whole
from .annotation import Annotation
from .values import (
    availability,
    listed,
    load_phases,
    minor_version,
    name,
    one_of,
    some_of,
    written_duration,
    written_phases,
    written_version,
    written_yes_or_no,
    yes_or_no,
    zero_to_one,
)

ON_REDIS: Final = "ConfigMap with redis.conf, or the Redis workload"
ON_CLUSTER: Final = "NodePool, Namespace"
STORES: Final = ("cache", "locks", "queues")
SIGNALS: Final = ("traffic", "capacity", "errors", "latency", "cpu")

P99: Final = Annotation("p99", "Namespace", "The latency objective", "100ms", duration, written_duration)
AVAILABILITY: Final = Annotation(
    "availability", "Namespace", "The availability objective", "99.9%", availability, format_percent
)
ZONES: Final = Annotation("zones", "Namespace", "Zones that the pods are spread over", "3", whole)
REGION: Final = Annotation("region", "Namespace", "The region that the nodes are in", "ap-northeast-2", name)
OWNER: Final = Annotation(
    "owner",
    "Namespace, NodePool, node class",
    "Which deployment made it, by a mark made up once: the API server refuses another deployment's",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    name,
)
REDIS_STORES: Final = Annotation(
    "redis-stores", ON_REDIS, f"What is stored: {', '.join(STORES)}", "locks, queues", some_of(STORES), listed
)
REDIS_GUARD: Final = Annotation(
    "redis-restart-guard",
    ON_REDIS,
    "Whether an empty node is kept from being master after a restart; absent means no",
    "true",
    yes_or_no,
    written_yes_or_no,
)
REDIS_FAILOVER: Final = Annotation(
    "redis-failover",
    ON_REDIS,
    "Who elects a new master, where no sentinel is among the objects",
    "managed",
    one_of("sentinel", "cluster", "managed"),
)
REDIS_ROLE: Final = Annotation(
    "redis-role",
    "the Redis workloads",
    "Whether a workload holds data or watches",
    "data",
    one_of("data", "sentinel"),
)
PLANNED_NODES: Final = Annotation(
    "planned-nodes", "NodePool", "Nodes that are counted on at the peak", "16", whole
)
PLANNED_ZONES: Final = Annotation(
    "planned-zones",
    "NodePool",
    "Zones that its numbers are made for; it buys in fewer while one is lost",
    "3",
    whole,
)
PRICE_REGION: Final = Annotation(
    "price-region", "NodePool", "The region whose prices its cost was computed with", "us-east-1", name
)
SPOT_SHARE: Final = Annotation(
    "spot-share",
    "NodePool",
    "Part of the nodes above the floor that its cost was computed with as spot",
    "0.5",
    zero_to_one,
)
PREFIX_DELEGATION: Final = Annotation(
    "prefix-delegation",
    "NodePool",
    "Whether nodes get /28 prefixes, and so hold more pods; absent means no",
    "true",
    yes_or_no,
    written_yes_or_no,
)
KUBERNETES_VERSION: Final = Annotation(
    "kubernetes-version", ON_CLUSTER, "The cluster's version", "1.36", minor_version, written_version
)
KARPENTER_VERSION: Final = Annotation(
    "karpenter-version",
    ON_CLUSTER,
    "Karpenter's version; else the tag of its controller's image",
    "1.14",
    minor_version,
    written_version,
)
SIGNAL: Final = Annotation(
    "signal",
    "an alert's own annotations in a PrometheusRule",
    f"What it looks at: {', '.join(SIGNALS)}",
    "traffic",
    one_of(*SIGNALS),
)
LOAD_PHASES: Final = Annotation(
    "load-phases",
    "TestRun, or the ConfigMap of a k6 script",
    "Virtual users, and after @ the requests/s, of each phase",
    "100, 500@10000, 1000@30000",
    load_phases,
    written_phases,
)
