"""What the lines of the bill are made from: the stack, its month, what is assumed, and the prices that are known."""

from ..derived import Frozen
from ..elasticache import ElastiCachePlan
from ..quantities import Ratio
from .month import Month
from .stack import BilledStack
from .unit_prices import Price, UnitPrice
from .usage import UsageSpec


class Billed(Frozen):
    """What the lines are made from beside the stack itself. Prices come by ``Prices``."""

    stack: BilledStack
    month: Month
    usage: UsageSpec
    zones: int
    # The part of what comes in that enters by each service with a load balancer.
    entering: dict[str, Ratio]
    # Calls from service to service per request that comes in.
    calls: Ratio
    # Messages per request that comes in, by worker.
    messages: dict[str, Ratio]
    # Nodes of each pool at rest and at the peak.
    nodes: dict[str, tuple[int, int]]
    redis: ElastiCachePlan | None = None


class Prices(Frozen):
    """What is known of prices: of units, of the system nodes' hour, of a node of Redis."""

    units: dict[UnitPrice, Price]
    system_node: Price
    cache_node: Price

    def of(self, name: UnitPrice) -> Price:
        """Of one unit."""
        return self.units[name]
