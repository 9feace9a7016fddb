"""Which subnets an announced event's pods lie in: of a cluster that the program makes, those of its network.

A pool's own subnets (NodePlan.subnets) are what it needs at least; a network may be stated larger, and system nodes lie
in it too. What only an account or another stack knows stays unknown: it is neither guessed nor judged.
"""

from collections.abc import Sequence
from dataclasses import replace

from components.policy.errors import ConfigurationError
from components.policy.facts import Event
from components.policy.plan import Plan
from components.policy.subnets import Subnets
from config.aws import EksCluster, EksStack
from config.network import NewVpc
from config.network_fit import subnets_of
from config.settings import Settings


def in_its_network(events: Sequence[Event], settings: Settings, plan: Plan) -> tuple[Event, ...]:
    """The events with the addresses of the network that their pods are in."""
    if not isinstance(settings.cluster, EksCluster | EksStack):
        return tuple(events)
    network = _network(settings, settings.cluster, plan)
    pools = [pool.subnets for pool in plan.pools.values()]
    return tuple(_within(event, network, pools) for event in events)


def _within(event: Event, network: Subnets | None, pools: Sequence[Subnets]) -> Event:
    if network is None or event.addresses is None:
        return replace(event, addresses=None, addresses_in_zone=None)
    # In place of what the pools need at their peak, what they need in the event; the rest of the network stays.
    rest = network.per_zone.value - sum(pool.per_zone.value for pool in pools)
    return replace(
        event,
        addresses=event.addresses + rest,
        addresses_in_zone=network.count.value * 2 ** (32 - network.prefix.value),
    )


def _network(settings: Settings, cluster: EksCluster | EksStack, plan: Plan) -> Subnets | None:
    if not isinstance(cluster, EksCluster) or not isinstance(cluster.network, NewVpc):
        return None
    try:
        return subnets_of(settings, cluster, plan)
    except ConfigurationError:
        # The program refuses such a network by itself, in its own words.
        return None
