"""`make load RPS=30000`: how many requests per second arrive at the local platform's entry.

It decides how the number is written; what follows from it is the metrics source's affair.
"""

from tools import local
from tools.problem import Problem

BASELINE = "baseline"


def offer(rps: str) -> int:
    """Offers `rps`, or each service's own baseline."""
    local.load(None if rps == BASELINE else _number(rps))
    offered = "each service's own baseline" if rps == BASELINE else f"{rps} requests per second at the entry"
    print(f"Simulated load: {offered}; see make status.")
    return 0


def _number(rps: str) -> float:
    try:
        return float(rps.replace(",", "").replace("_", ""))
    except ValueError:
        raise Problem(
            f"load: RPS is {rps!r}; it takes a number of requests per second, or {BASELINE}",
            todo="make load RPS=30000",
        ) from None
