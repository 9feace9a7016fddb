"""How long parse and plan take for 10, 100 and 1,000 services: `python -m tests.policy.bench`. CPU seconds."""

import time
from typing import Any

from components.policy.plan import build_plan
from components.policy.platform import Platform
from tests.policy.guide_platform import service


def platform(services: int) -> dict[str, Any]:
    """An entry that calls all others, which request 777 different amounts of CPU: nothing packs alike."""
    named: dict[str, Any] = {}
    for number in range(services):
        named[f"s{number}"] = service(redis_ops_per_request=0)
        named[f"s{number}"]["resources"] |= {"cpu_request": f"{100 + number % 777}m"}
    named["s0"]["calls"] = {name: "1/3" for name in named if name != "s0"}
    return {
        "target": {"peak_rps": 30000, "baseline_rps": 6000},
        "zones": ["a", "b", "c"],
        "redis": {},
        "node_pool": {"prefix_delegation": True},
        "services": named,
    }


def main() -> None:
    """Print one line per size."""
    for services in (10, 100, 1000):
        data = platform(services)
        start = time.process_time()
        parsed = Platform.model_validate(data)
        between = time.process_time()
        build_plan(parsed)
        end = time.process_time()
        each = (end - start) / services * 1000
        print(
            f"{services:5} services: parse {between - start:.3f} s, plan {end - between:.3f} s, {each:.2f} ms each"
        )


if __name__ == "__main__":
    main()
