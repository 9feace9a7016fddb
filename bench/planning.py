"""Plan and review of more and more services: the growth must be no worse than linear in them."""

import gc
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from components.policy.facts.from_plan import plan_facts
from components.policy.plan import build_plan
from components.policy.platform import Platform
from components.policy.review import review

from .timing import side_by_side

SIZES = (10, 100, 1000)


def platform(services: int) -> dict[str, Any]:
    """An entry that calls all others, which request 777 different amounts of CPU: nothing packs alike."""
    named = {f"s{number}": _service(number) for number in range(services)}
    # All at once, or a request would wait for one after the other.
    named["s0"] |= {"calls": {name: "1/3" for name in named if name != "s0"}, "calls_in_turn": 1}
    return {
        "target": {"peak_rps": 30000, "baseline_rps": 6000},
        "zones": ["a", "b", "c"],
        "redis": {},
        "node_pool": {"prefix_delegation": True},
        "services": named,
    }


def _service(number: int) -> dict[str, Any]:
    return {
        "image": "registry.example/service:1.0.0",
        "rps_per_pod": 500,
        "measured": "made up for this measurement",
        "resources": {
            "cpu_request": f"{100 + number % 777}m",
            "cpu_limit": "1",
            "memory_request": "256Mi",
            "memory_limit": "512Mi",
        },
    }


def plan_and_review(services: int) -> int:
    """From plain data to findings, as the program does it before anything is registered; how many there are."""
    parsed = Platform.model_validate(platform(services))
    return len(review(plan_facts(build_plan(parsed), parsed)))


def measure(rounds: int, sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    """CPU seconds, so that another process takes nothing from them, and the collector off, as timeit has it, since what
    it takes depends on what else the process holds."""
    plan_and_review(sizes[0])
    gc.collect()
    gc.disable()
    try:
        cases = {str(size): partial(plan_and_review, size) for size in sizes}
        times = side_by_side(cases, rounds, clock=time.process_time)
    finally:
        gc.enable()
    for size in sizes:
        each = times[str(size)].median / size * 1000
        yield f"{size:6} services: {times[str(size)]}, {each:.2f} ms each"
    for smaller, larger in pairwise(sizes):
        factor = times[str(larger)].median / times[str(smaller)].median
        linear = larger / smaller
        yield (
            f"{smaller} -> {larger} services: x{factor:.1f} time for x{linear:.0f} services,"
            f" {factor / linear:.2f} of linear"
        )
