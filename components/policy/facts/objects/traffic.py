"""What a workload carries, calls and waits for: from our annotations, else from the guide's environment variables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from ..annotations import workloads as notes
from ..annotations.annotation import Annotation
from ..parse import duration, whole
from ..platform import Objective
from ..view import View
from ..workload import Client, Queue, Traffic
from .manifest import Manifest

T = TypeVar("T")

# More than this of one variable is no number, no duration and no name.
_MOST_TEXT: Final = 100


def read_traffic(manifest: Manifest, objective: Objective) -> Traffic:
    """Its demand: as stated, else its share of the objective of its namespace."""
    share = manifest.fact(notes.DEMAND_SHARE)
    return Traffic(
        rps_per_pod=manifest.fact(notes.RPS_PER_POD),
        saturation_rps=manifest.fact(notes.SATURATION_RPS),
        peak_rps=manifest.fact(notes.PEAK_RPS) or _part(share, objective.peak_rps),
        baseline_rps=manifest.fact(notes.BASELINE_RPS) or _part(share, objective.baseline_rps),
        share=share,
        calls=manifest.fact(notes.CALLS),
        calls_in_turn=manifest.fact(notes.CALLS_IN_TURN),
        redis_ops_per_request=manifest.fact(notes.REDIS_OPS),
        cpu_at_capacity=manifest.fact(notes.CPU_AT_CAPACITY),
        longest_request=manifest.fact(notes.LONGEST_REQUEST),
        start_time=manifest.fact(notes.START_TIME),
        deregistration=manifest.fact(notes.DEREGISTRATION),
        latency_buckets=manifest.fact(notes.LATENCY_BUCKETS),
        holds_p99_to=manifest.fact(notes.HOLDS_P99_TO),
        floor_for_growth=manifest.fact(notes.FLOOR_FOR_GROWTH),
        leaves_within=manifest.fact(notes.LEAVES_WITHIN),
        event_floors=manifest.fact(notes.EVENT_FLOORS),
        architectures=manifest.fact(notes.ARCHITECTURES),
    )


def read_queue(manifest: Manifest) -> Queue | None:
    """The queue that it works off, where it says so."""
    queue = Queue(
        visibility_timeout=manifest.fact(notes.VISIBILITY_TIMEOUT),
        work_off=manifest.fact(notes.WORK_OFF),
        waits_after_growth=manifest.fact(notes.WAITS_AFTER_GROWTH),
    )
    return None if queue == Queue() else queue


def _part(share: Fraction | None, rps: Fraction | None) -> Fraction | None:
    return None if share is None or rps is None else share * rps


@dataclass(frozen=True)
class _Settings:
    """An annotation first, else the variable of that name."""

    manifest: Manifest
    variables: Mapping[str, str]

    def get(self, annotation: Annotation[T], variable: str, parse: Callable[[object], T]) -> T | None:
        stated = self.manifest.fact(annotation)
        if stated is not None or variable not in self.variables:
            return stated
        try:
            return parse(self.variables[variable][:_MOST_TEXT])
        except ValueError:
            # The variable is the program's own, so it may well mean something else there.
            return None


def read_client(manifest: Manifest, variables: Mapping[str, str]) -> Client:
    """Its pools, timeouts and limits."""
    settings = _Settings(manifest, variables)
    return Client(
        redis=manifest.fact(notes.REDIS_NAME),
        redis_pool=settings.get(notes.REDIS_POOL, "REDIS_POOL_SIZE", whole),
        redis_pool_timeout=settings.get(notes.REDIS_POOL_TIMEOUT, "REDIS_POOL_TIMEOUT", duration),
        http_idle_total=settings.get(notes.HTTP_IDLE_TOTAL, "HTTP_MAX_IDLE_CONNS", whole),
        http_idle_per_host=settings.get(notes.HTTP_IDLE_PER_HOST, "HTTP_MAX_IDLE_CONNS_PER_HOST", whole),
        http_timeout=settings.get(notes.HTTP_TIMEOUT, "HTTP_TIMEOUT", duration),
        retries=settings.get(notes.RETRIES, "HTTP_RETRIES", whole),
        retry_backoff=settings.get(notes.RETRY_BACKOFF, "HTTP_RETRY_BACKOFF", duration),
        breaker_timeout=settings.get(notes.BREAKER_TIMEOUT, "CIRCUIT_BREAKER_TIMEOUT", duration),
        rate_limit_rps=settings.get(notes.RATE_LIMIT, "RATE_LIMIT_RPS", whole),
        rate_limit_burst=settings.get(notes.RATE_BURST, "RATE_LIMIT_BURST", whole),
    )


def read_variables(
    pod: View, namespace: str, maps: Mapping[tuple[str, str], Mapping[str, str]]
) -> dict[str, str]:
    """The environment of all containers, with the ConfigMaps that it is taken from."""
    found: dict[str, str] = {}
    for container in pod.views("containers"):
        for source in container.views("envFrom"):
            prefix, name = source.text("prefix") or "", source.view("configMapRef").text("name") or ""
            found |= {prefix + key: value for key, value in maps.get((namespace, name), {}).items()}
        for variable in container.views("env"):
            reference = variable.view("valueFrom").view("configMapKeyRef")
            value = variable.text("value")
            if value is None and "name" in reference:
                here = maps.get((namespace, reference.text("name") or ""), {})
                value = here.get(reference.text("key") or "")
            if value is not None:
                found[variable.text("name") or ""] = value
    return found
