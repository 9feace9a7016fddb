"""The load as ConfigMap kube-system/simulated-load says it: the contract with whoever drives the cluster.

| key | says |
|---|---|
| `rps` | requests/s at the entry of every platform; left out, every service has its baseline |
| `rps.NAMESPACE.SERVICE` | requests/s that arrive at one service; wins over `rps` |
| `used.NAMESPACE.SERVICE` | the load of each ready pod by its CPU, 1 is its capacity; left out, it follows |
| `delay`, `delay.NAMESPACE` | seconds by which every metric is late |
| `missing-until`, `missing-until.NAMESPACE` | Unix seconds until which there is no metric at all |

It decides how these are read; what follows from them is the model's.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

RPS, USED, DELAY, MISSING = "rps", "used", "delay", "missing-until"
EVERYWHERE = ""
MOST_DELAY_S = 600.0


@dataclass(frozen=True)
class Load:
    """`rps` None: baseline. `delays` in seconds and `missing` in Unix seconds by namespace; "" is every other."""

    rps: Fraction | None = None
    services: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    used: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)
    delays: Mapping[str, float] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)

    def delay(self, namespace: str) -> float:
        return self.delays.get(namespace, self.delays.get(EVERYWHERE, 0.0))

    def missing_until(self, namespace: str) -> float:
        return self.missing.get(namespace, self.missing.get(EVERYWHERE, 0.0))


def read(data: Mapping[str, str] | None) -> Load:
    """Raises ValueError for the first key that says no load; keys of others are left alone."""
    rps: Fraction | None = None
    services: dict[tuple[str, str], Fraction] = {}
    used: dict[tuple[str, str], Fraction] = {}
    delays: dict[str, float] = {}
    missing: dict[str, float] = {}
    for key, text in (data or {}).items():
        kind, _, rest = key.partition(".")
        namespace, _, service = rest.partition(".")
        if key == RPS:
            rps = _number(key, text, "requests per second")
        elif kind == RPS and namespace and service:
            services[namespace, service] = _number(key, text, "requests per second")
        elif kind == USED and namespace and service:
            used[namespace, service] = _number(key, text, "a part of a pod's capacity")
        elif kind == DELAY:
            delays[namespace] = _seconds(key, text, MOST_DELAY_S)
        elif kind == MISSING:
            missing[namespace] = _seconds(key, text, math.inf)
    return Load(rps, services, used, delays, missing)


def _number(key: str, text: str, what: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(-1)
    if rate < 0:
        raise ValueError(f'{key} is "{text}"; it takes {what}, 0 or more')
    return rate


def _seconds(key: str, text: str, most: float) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= most:
        raise ValueError(f'{key} is "{text}"; it takes seconds, 0 to {most:g}')
    return seconds
