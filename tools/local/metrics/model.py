"""The model: from the load at the platform's entry to what each service and each pod carries.

- Offered load at the entry: ConfigMap kube-system/simulated-load (load.py). Absent: every service has its
  baseline.
- A service's demand is its share of the offered load: demand = share x rps, or what is stated for it alone. It does
  not depend on its replicas.
- A Ready pod carries an even part of its service's demand: carried = demand / ready pods.
- A pod's measured capacity is rps-per-pod, and its cpu request is taken for its use at that capacity: cpu =
  request x carried / rps-per-pod, and at most the cpu limit.
- Memory is half of the request, whatever the load. A pod of no annotated Deployment is idle.

What a service says of itself stands in three annotations of its Deployment; they are the contract with the
program that deploys it. This module does arithmetic and reads no cluster.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

CAPACITY = "headroom.dev/rps-per-pod"
SHARE = "headroom.dev/demand-share"
BASELINE = "headroom.dev/baseline-rps"

IDLE_CORES = Fraction(1, 1000)
"""Assumed: what a process that serves nobody still takes."""
MEMORY_PER_REQUEST = Fraction(1, 2)
"""Assumed: no autoscaler of ours looks at memory."""


@dataclass(frozen=True)
class Traffic:
    """What one service's annotations say."""

    rps_per_pod: Fraction
    share: Fraction
    baseline: Fraction


def traffic(annotations: Mapping[str, str]) -> Traffic | None:
    """None without any of the annotations. Raises ValueError if one is missing or wrong, naming it."""
    if not any(key in annotations for key in (CAPACITY, SHARE, BASELINE)):
        return None
    found = Traffic(
        _number(annotations, CAPACITY), _number(annotations, SHARE), _number(annotations, BASELINE)
    )
    if found.rps_per_pod == 0:
        raise ValueError(
            f"annotation {CAPACITY} is 0; it takes the requests/s that one pod was measured to carry"
        )
    return found


def _number(annotations: Mapping[str, str], key: str) -> Fraction:
    text = annotations.get(key, "")
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(-1)
    if value < 0:
        raise ValueError(
            f'annotation {key} is "{text}"; it takes a number or a fraction like "1/3", 0 or more'
        )
    return value


def demand(service: Traffic, rps: Fraction | None) -> Fraction:
    """Requests per second that reach the service."""
    return service.baseline if rps is None else service.share * rps


def carried(demanded: Fraction, ready: int) -> Fraction:
    """Requests per second that one Ready pod carries."""
    return demanded / ready if ready else Fraction(0)


def cores(request: Fraction, limit: Fraction | None, load: Fraction) -> Fraction:
    """CPU use of a container whose pod is at `load` (1 is the measured capacity)."""
    use = max(request * load, IDLE_CORES)
    return use if limit is None else min(use, limit)


def memory(request: Fraction) -> Fraction:
    """Bytes in use."""
    return request * MEMORY_PER_REQUEST
