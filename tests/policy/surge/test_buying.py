"""What Karpenter buys: in which zones a strict spread lets it, and what counts against a pool's limit."""

import pytest

from components.policy.disruption import Budget
from components.policy.surge.buying import Bought, Stock, nodes_to_buy
from components.policy.surge.faults import NodesDrained
from components.policy.surge.fleet import Fleet, Kind, Node, Pod
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Point, Profile
from components.policy.surge.simulator import simulate

from .worlds import policy, service, world

FLAT = Profile("flat", (Point(0, 20000), Point(300, 20000)))
# Four pods fill a node.
SIZE = (2000, 0, 110)


def fleet(*, strict: bool = True, zones: int = 3) -> Fleet:
    return Fleet([Kind("gateway", 500, 0, strict)], zones)


def stands(of: Fleet, zone: int, pods: int) -> Node:
    """A node that is ready, with so many pods on it."""
    node = of.add_node(zone, SIZE, 0.0, ready=True)
    for _ in range(pods):
        pod = Pod(0, 0.0)
        of.pods[0].append(pod)
        of.bind(pod, node)
    return node


def comes(of: Fleet, cpu: int) -> Node:
    """A node under way that was bought for so much CPU."""
    node = of.add_node(1, SIZE, 0.0, ready=False)
    node.bought_for = cpu
    return node


def buys(of: Fleet, pods: int, stock: Stock, *, zones: tuple[int, ...] = (0, 1, 2)) -> list[Bought]:
    return nodes_to_buy(of, [Pod(0, 1.0) for _ in range(pods)], [stock], zones)


def test_a_lost_zone_without_pods_has_nothing_bought_for_a_strict_spread() -> None:
    """As Karpenter said it: counts = zone-a: 0, zone-b: 14, zone-c: 15, nodeDomains In [zone-b zone-c]."""
    here = fleet()
    stands(here, 1, 4), stands(here, 2, 4)
    assert buys(here, 3, Stock(SIZE, None), zones=(1, 2)) == []
    assert [one.zone for one in buys(here, 3, Stock(SIZE, None))] == [0], "it is what the zones are even by"


def test_one_pod_more_than_in_the_lost_zone_is_within_the_skew() -> None:
    here = fleet()
    assert sorted(one.zone for one in buys(here, 9, Stock(SIZE, None), zones=(1, 2))) == [1, 2]


def test_a_spread_that_is_preferred_buys_where_it_can() -> None:
    here = fleet(strict=False)
    stands(here, 1, 4), stands(here, 2, 4)
    assert [one.cpu for one in buys(here, 3, Stock(SIZE, None), zones=(1, 2))] == [1500]


def test_pods_on_closed_nodes_count_in_no_spread() -> None:
    """One zone's node is closed: the next pods go there, though as many stand there as elsewhere."""
    here = fleet()
    old = stands(here, 0, 4)
    stands(here, 1, 4), stands(here, 2, 4)
    here.close(old)
    assert here.in_zone == [[0, 4, 4]]
    assert [one.zone for one in buys(here, 4, Stock(SIZE, None))] == [0]
    for pod in list(old.pods):
        here.leave(pod)
    assert here.in_zone == [[0, 4, 4]], "they were counted out when the node was closed"


def test_a_closed_node_is_no_zone_to_the_scheduler() -> None:
    here = fleet(zones=2)
    old, other = stands(here, 0, 0), stands(here, 1, 1)
    assert here.place(0) is old
    here.close(old)
    assert here.place(0) is other


@pytest.mark.parametrize(("most", "bought"), [(2, 0), (3, 1), (4, 2), (None, 3)])
def test_closed_nodes_and_those_under_way_count_against_the_limit(most: int | None, bought: int) -> None:
    here = fleet(strict=False)
    here.close(stands(here, 0, 4))
    comes(here, 500)
    # Four pods go on the node that comes.
    assert len(buys(here, 16, Stock(SIZE, most))) == bought


def test_a_node_without_a_machine_counts_what_it_was_bought_for_until_it_is_there() -> None:
    """Karpenter's KWOK provider: of four nodes one is closed, a quarter of one is under way, two may be bought."""
    here = fleet(strict=False)
    here.close(stands(here, 0, 4))
    coming = comes(here, 500)
    kwok = Stock(SIZE, 4, by_requests=True)
    assert len(buys(here, 16, kwok)) == 2
    comes(here, 1500)
    assert len(buys(here, 16, kwok)) == 2, "a closed node and two halves: just two are left"
    here.open(coming, 50.0)
    assert len(buys(here, 16, kwok)) == 1


def test_without_machines_a_pool_sells_a_little_beyond_its_limit() -> None:
    """Six of nine nodes are closed: the first batch buys one in each zone, for few pods, and three more follow."""
    limited = world(
        services={"gateway": service(zones="strict", budget=Budget(min_available=5))},
        nodes={"most": 9},
        timings={"batch_most_s": 2},
    )
    for of, most in ((limited, 9), (limited.without_machines(), 12)):
        run = simulate(of, policy(floor=90, peak=100), FLAT, faults=(NodesDrained(at_s=60),))
        assert outcome(run).peak_nodes == most
