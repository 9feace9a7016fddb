"""How many load balancer capacity units (LCU) an application load balancer uses at a rate of requests.

AWS bills the largest of four dimensions. Sizes and connections are assumed (usage); the rate is the plan's.
"""

from fractions import Fraction
from typing import Final

from ..derived import Derived, derived
from ..quantities import format_rate
from .unit_prices import plain
from .usage import GIB, UsageSpec

# Elastic Load Balancing, "Pricing", LCU details: what one unit holds, with targets that are addresses.
NEW_CONNECTIONS: Final = 25
ACTIVE_CONNECTIONS: Final = 3_000
GB_PER_HOUR: Final = 1
RULE_EVALUATIONS: Final = 1_000
# The same page: the first ten rules that a request is compared with are free.
FREE_RULES: Final = 10
_SECONDS_PER_HOUR: Final = 3_600


def capacity_units(rps: Fraction, rules: int, usage: UsageSpec) -> Derived[Fraction]:
    """LCUs at ``rps`` with ``rules`` on the listener: the largest dimension, and its name."""
    new = rps / usage.requests_per_connection
    active = new * usage.connection_lasts / 1000
    size = int(usage.request_size) + int(usage.response_size)
    gb = rps * size * _SECONDS_PER_HOUR / GIB
    evaluations = rps * max(0, rules - FREE_RULES)
    dimensions = {
        f"{plain(new)} new connections/s / {NEW_CONNECTIONS}": new / NEW_CONNECTIONS,
        f"{plain(active)} active connections / {ACTIVE_CONNECTIONS}": active / ACTIVE_CONNECTIONS,
        f"{plain(gb)} GB/h / {GB_PER_HOUR}": gb / GB_PER_HOUR,
        f"{plain(evaluations)} rule evaluations/s / {RULE_EVALUATIONS}": evaluations / RULE_EVALUATIONS,
    }
    text, units = max(dimensions.items(), key=lambda item: item[1])
    return derived(units, f"{text}, the largest of four at {format_rate(rps)} rps")
