"""The lines of the bill, each from what the stack makes, the plan's load and what is assumed of traffic.

A line whose quantity is nothing is left out. Nodes of pools are billed in cost; here are those that stand beside them.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from ..derived import Derived, derived
from .billed import Billed, Prices
from .line import Line, added, assumed, line
from .traffic import front, network
from .unit_prices import plain
from .usage import GIB

# Karpenter asks its queue with a long poll of 20 s (aws/karpenter-provider-aws, pkg/providers/sqs/sqs.go).
_POLLS_PER_HOUR: Final = 180
# A message is sent, received and deleted, each a request (Amazon SQS, "Pricing").
_REQUESTS_PER_MESSAGE: Final = 3
_MILLION: Final = 1_000_000
_DAYS_PER_MONTH: Final = 30


def lines(billed: Billed, prices: Prices) -> dict[str, Line]:
    """By name, in the order of a request's way and back."""
    found: dict[str, Line] = {}
    for make in (_cluster, network, front, _redis, _logs, _queues):
        found |= make(billed, prices)
    return {name: one for name, one in found.items() if one.quantity.value}


def _cluster(b: Billed, prices: Prices) -> Mapping[str, Line]:
    stack, month = b.stack, b.month
    found = {
        "control-plane": line(
            "cluster",
            # components.aws.control_plane states the upgrade policy STANDARD: extended support is never paid.
            month.standing(stack.clusters, "clusters in standard support"),
            "hours",
            prices.of("eks_cluster_hour"),
        ),
        "node-volumes": line("cluster", _volumes(b), "GB-months", prices.of("gp3_gb_month")),
        "keys": line(
            "cluster",
            derived(Fraction(stack.keys), f"KMS keys: {stack.keys}"),
            "months",
            prices.of("kms_key_month"),
        ),
    }
    if stack.system_nodes is not None:
        own = stack.system_nodes
        hours = month.standing(own.nodes, f"{own.instance_type} of the system group")
        found["system-nodes"] = line("cluster", hours, "hours", prices.system_node)
    return found


def _volumes(b: Billed) -> Derived[Fraction]:
    total, parts = Fraction(0), []
    for pool, size in b.stack.pool_volumes.items():
        at_rest, at_peak = b.nodes[pool]
        nodes = b.month.average(Fraction(at_rest), Fraction(at_peak))
        total += nodes * int(size) / GIB
        parts.append(f"{plain(nodes)} nodes of {pool} on average x {size}")
    others = [(b.stack.volumes, "volumes of Prometheus")] if b.stack.volumes is not None else []
    for volumes, what in others:
        total += Fraction(volumes.count * int(volumes.size), GIB)
        parts.append(f"{volumes.count} {what} x {volumes.size}")
    own = b.stack.system_nodes
    if own is not None:
        total += Fraction(own.nodes * int(own.volume), GIB)
        parts.append(f"{own.nodes} system nodes x {own.volume}")
    return derived(total, " + ".join(parts))


def _redis(b: Billed, prices: Prices) -> Mapping[str, Line]:
    if b.redis is None:
        return {}
    spec = b.redis.spec
    hours = b.month.standing(spec.replicas + 1, f"{spec.node_type}, the primary and its replicas")
    return {"redis": line("redis", hours, "hours", prices.cache_node)}


def _logs(b: Billed, prices: Prices) -> Mapping[str, Line]:
    kept, parts, found = Fraction(0), [], {}
    for name, field, gb, days in (
        (
            "control-plane-logs",
            "control_plane_log_gb",
            b.usage.control_plane_log_gb,
            b.stack.control_plane_log_days,
        ),
        ("flow-logs", "flow_log_gb", b.usage.flow_log_gb, b.stack.flow_log_days),
    ):
        if days is not None:
            found[name] = assumed("observability", field, gb, prices.of("log_gb"))
            kept += gb * days / _DAYS_PER_MONTH
            parts.append(f"{plain(gb)} GB x {days} of {_DAYS_PER_MONTH} days")
    found["logs-kept"] = line(
        "observability",
        derived(kept, " + ".join(parts)),
        "GB-months",
        prices.of("log_gb_month"),
        "as written; AWS stores them compressed",
    )
    samples = b.stack.workspaces * b.usage.active_series * b.month.hours * 3_600_000 / b.usage.sample_interval
    found["managed-prometheus"] = line(
        "observability",
        derived(samples / _MILLION, f"{plain(b.usage.active_series)} series each {b.usage.sample_interval}"),
        "million samples",
        prices.of("prometheus_million_samples"),
        f"usage.active_series {plain(b.usage.active_series)}, usage.sample_interval {b.usage.sample_interval}",
    )
    return found


def _queues(b: Billed, prices: Prices) -> Mapping[str, Line]:
    polls = b.stack.interruption_queues * _POLLS_PER_HOUR * b.month.hours
    parts = [
        derived(polls, f"queues of Karpenter: {b.stack.interruption_queues} x {_POLLS_PER_HOUR} polls/h")
    ]
    for worker in b.stack.worker_queues:
        sent = b.month.requests(b.messages[worker])
        parts.append(
            derived(
                sent.value * _REQUESTS_PER_MESSAGE,
                f"({sent.because}) x {_REQUESTS_PER_MESSAGE} requests a message of {worker}",
            )
        )
    total = added(parts)
    return {
        "queue-requests": line(
            "queues",
            derived(total.value / _MILLION, f"({total.because}) / 1,000,000"),
            "million requests",
            prices.of("sqs_million_requests"),
            "each message by itself: batches and empty answers are not counted",
        )
    }
