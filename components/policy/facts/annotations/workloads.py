"""Annotations of a workload: what it carries, what it calls, how long it waits."""

from typing import Final

from ..parse import cpu, duration, whole
from .annotation import Annotation
from .values import (
    amount,
    buckets,
    calls_by_callee,
    event_floors,
    listed,
    listed_architectures,
    name,
    names,
    rate,
    written_calls,
    written_duration,
    written_event_floors,
    written_yes_or_no,
    yes_or_no,
)

ON: Final = "Deployment, StatefulSet"
ON_ENTRY: Final = f"{ON}, Namespace"

RPS_PER_POD: Final = Annotation(
    "rps-per-pod", ON, "Requests/s that one pod was measured to carry", "1000", rate
)
SATURATION_RPS: Final = Annotation(
    "saturation-rps", ON, "Requests/s at which a pod answers no more, whatever is asked of it", "1600", rate
)
PEAK_RPS: Final = Annotation(
    "peak-rps", ON_ENTRY, "Its demand at the peak, in requests/s; on a Namespace, at the entry", "30000", rate
)
BASELINE_RPS: Final = Annotation(
    "baseline-rps", ON_ENTRY, "Its demand at the baseline, in requests/s", "6000", rate
)
DEMAND_SHARE: Final = Annotation(
    "demand-share", ON, "Part of the requests at the entry that reaches it; 1 is the entry", "1/3", rate
)
CALLS: Final = Annotation(
    "calls",
    ON,
    "Requests to other workloads per request to this one",
    "reservation-api=1/3, payment-api=1/3",
    calls_by_callee,
    written_calls,
)
CALLS_IN_TURN: Final = Annotation(
    "calls-in-turn",
    ON,
    "Calls that one request makes one after the other at most; else the least that these fan-outs need",
    "2",
    whole,
)
REDIS_OPS: Final = Annotation("redis-ops-per-request", ON, "Redis operations per request", "2", amount)
REDIS_NAME: Final = Annotation(
    "redis",
    ON,
    "Which Redis of its namespace its pool leads to, where there are several",
    "redis-locks",
    name,
)
HOLDS_P99_TO: Final = Annotation(
    "holds-p99-to-rps",
    ON,
    "Requests/s of one pod up to which the P99 objective holds by the model of its calibration",
    "1200",
    rate,
)
FLOOR_FOR_GROWTH: Final = Annotation(
    "floor-for-growth",
    ON,
    "Pods that must be there before the stated growth of the demand begins, since autoscaling cannot follow it",
    "30",
    whole,
)
OPEN_FILES: Final = Annotation(
    "open-files", ON, "Files that one process of it may open (nofile)", "65536", whole
)
LEAVES_WITHIN: Final = Annotation(
    "leaves-within",
    ON,
    "From the eviction of a pod until its replacement takes requests; else its grace period is taken",
    "200s",
    duration,
    written_duration,
)
EVENT_FLOORS: Final = Annotation(
    "event-floors",
    ON,
    "Pods that it holds during announced events: event=pods@from/until, in UTC",
    "sale=45@2026-11-27T09:56:00Z/2026-11-27T12:00:00Z",
    event_floors,
    written_event_floors,
)
ARCHITECTURES: Final = Annotation(
    "architectures", ON, "What its image is built for", "amd64, arm64", listed_architectures, listed
)
PLACEHOLDER: Final = Annotation(
    "placeholder",
    ON,
    "Whether its pods only keep room for others, and leave for any of them",
    "true",
    yes_or_no,
    written_yes_or_no,
)
CPU_AT_CAPACITY: Final = Annotation("cpu-at-capacity", ON, "CPU that a pod uses at rps-per-pod", "400m", cpu)
LONGEST_REQUEST: Final = Annotation(
    "longest-request", ON, "The longest that a request may last", "5s", duration, written_duration
)
START_TIME: Final = Annotation(
    "start-time", ON, "The slowest start of a pod", "45s", duration, written_duration
)
VISIBILITY_TIMEOUT: Final = Annotation(
    "visibility-timeout",
    ON,
    "Of a worker: after how long its queue gives a message that is not done to another pod",
    "30s",
    duration,
    written_duration,
)
WORK_OFF: Final = Annotation(
    "work-off",
    ON,
    "Of a worker: how long the last message in the queue may wait",
    "30s",
    duration,
    written_duration,
)
WAITS_AFTER_GROWTH: Final = Annotation(
    "waits-after-growth",
    ON,
    "Of a worker: how long the last message waits when the demand has grown as stated",
    "20s",
    duration,
    written_duration,
)
DEREGISTRATION: Final = Annotation(
    "deregistration-delay",
    ON,
    "How long the load balancer keeps sending to a pod that leaves",
    "15s",
    duration,
    written_duration,
)
LATENCY_BUCKETS: Final = Annotation(
    "latency-buckets",
    ON,
    "Upper bounds of its latency histogram, in seconds",
    "0.05, 0.1, 0.25, 1",
    buckets,
    listed,
)
READINESS_CHECKS: Final = Annotation(
    "readiness-checks", ON, "Shared things that its readiness endpoint asks", "redis", names, listed
)
LIVENESS_CHECKS: Final = Annotation(
    "liveness-checks", ON, "Shared things that its liveness endpoint asks", "redis", names, listed
)
HTTP_TIMEOUT: Final = Annotation(
    "http-timeout",
    ON,
    "Its timeout for a call; else the variable HTTP_TIMEOUT",
    "5s",
    duration,
    written_duration,
)
RETRIES: Final = Annotation(
    "retries", ON, "How often it tries a failed call again; else HTTP_RETRIES", "1", whole
)
RETRY_BACKOFF: Final = Annotation(
    "retry-backoff",
    ON,
    "How long it waits before it does; else HTTP_RETRY_BACKOFF",
    "50ms",
    duration,
    written_duration,
)
BREAKER_TIMEOUT: Final = Annotation(
    "breaker-timeout",
    ON,
    "How long its breaker stays open; else CIRCUIT_BREAKER_TIMEOUT",
    "10s",
    duration,
    written_duration,
)
REDIS_POOL: Final = Annotation(
    "redis-pool", ON, "Redis connections of one pod; else REDIS_POOL_SIZE", "50", whole
)
REDIS_POOL_TIMEOUT: Final = Annotation(
    "redis-pool-timeout",
    ON,
    "How long it waits for one; else REDIS_POOL_TIMEOUT",
    "1s",
    duration,
    written_duration,
)
HTTP_IDLE_TOTAL: Final = Annotation(
    "http-idle-total", ON, "Idle HTTP connections of one pod; else HTTP_MAX_IDLE_CONNS", "102", whole
)
HTTP_IDLE_PER_HOST: Final = Annotation(
    "http-idle-per-host", ON, "The same to one host; else HTTP_MAX_IDLE_CONNS_PER_HOST", "34", whole
)
RATE_LIMIT: Final = Annotation(
    "rate-limit-rps", ON, "Requests/s that one pod lets in; else RATE_LIMIT_RPS", "1000", whole
)
RATE_BURST: Final = Annotation(
    "rate-limit-burst", ON, "Requests that it lets in at once; else RATE_LIMIT_BURST", "100", whole
)
