"""Several node pools: pods go where they may, their first choice first, and each pool has its own limit and price."""

from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.surge.buying import Bought, Stock, nodes_to_buy
from components.policy.surge.fleet import Fleet, Kind, Pod
from components.policy.surge.named_policies import ours
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import Spare
from components.policy.surge.simulator import simulate
from components.policy.surge.timeline import Timeline
from components.policy.surge.world import NodeModel, World, pool_numbers
from tests.policy.test_pools import with_backends

from .worlds import MIB, policy, service, world

STEADY, SPOT = 0, 1
STEP = Profile.step(3000, 30000)


def two(backend: tuple[int, ...], *, spot: dict[str, Any] | None = None, **changes: Any) -> World:
    """A gateway on the first pool, and a backend that takes as much, on nodes of fifteen pods."""
    other = {"cpu": 7500, "memory": 30 * 1024 * MIB, "launch_s": 45, "per_hour": 0.12} | (spot or {})
    return world(
        services={"gateway": service(), "backend": service(pools=backend)},
        more_nodes=(NodeModel(**other),),
        **{"calls": {"gateway": {"backend": 1}}} | changes,
    )


def run(of: World, **changes: Any) -> Timeline:
    return simulate(of, policy(services=("gateway", "backend"), **changes), STEP)


def nodes(of: World, **changes: Any) -> tuple[int, int]:
    """At the start and at the most."""
    ticks = run(of, **changes).ticks
    return ticks[0].nodes, max(tick.nodes for tick in ticks)


def test_a_service_stands_on_its_own_pool_and_not_on_the_entrys() -> None:
    """Ten pods each fill a node each apart, and two together."""
    assert nodes(two((SPOT,)))[0] == 2
    assert nodes(two((STEADY,)))[0] == 2
    # Five pods each are one node together, and two apart.
    assert nodes(two((STEADY,)), floor=5) != nodes(two((SPOT,)), floor=5)


def test_each_node_costs_what_its_pool_costs() -> None:
    apart, together = run(two((SPOT,))).ticks, run(two((STEADY,))).ticks
    assert apart[1].cost_usd == pytest.approx((0.36 + 0.12) / 3600)
    assert together[1].cost_usd == pytest.approx(2 * 0.36 / 3600)


def test_what_a_full_pool_does_not_hold_falls_back_and_what_may_not_waits() -> None:
    """30,000 rps need thirty pods, two nodes of fifteen, of which the pool sells one."""
    full = {"most": 1}
    with_fallback = outcome(run(two((SPOT, STEADY), spot=full)))
    without = run(two((SPOT,), spot=full))
    assert with_fallback.capacity_s is not None
    assert outcome(without).capacity_s is None
    last = without.ticks[-1]
    assert last.services["backend"].ready == 15 and last.pending_pods > 0


def test_the_first_choice_is_bought_before_room_that_stands_elsewhere_is_taken() -> None:
    """Karpenter requires what a pod prefers until nothing is left of it, and fills what stands there first."""
    kinds = [Kind("backend", 500, 0, strict_zones=False, pools=(SPOT, STEADY))]
    fleet = Fleet(kinds, zones=1)
    fleet.add_node(0, (7500, 0, 110), 0.0, ready=True, pool=STEADY)
    size = (1000, 0, 110)
    stock = [Stock((7500, 0, 110), None), Stock(size, 1)]
    pods = [Pod(0, 0.0) for _ in range(5)]
    assert nodes_to_buy(fleet, pods, stock, [0]) == [Bought(SPOT, 0, cpu=1000)]
    fleet.add_node(0, size, 0.0, ready=False, pool=SPOT)
    assert nodes_to_buy(fleet, pods, stock, [0]) == [], "two on the node that comes, three on what stands"


def test_a_pool_whose_nodes_come_later_is_waited_for() -> None:
    slow = outcome(run(two((SPOT,), spot={"launch_s": 145}))).capacity_s
    quick = outcome(run(two((SPOT,)))).capacity_s
    assert slow is not None and quick is not None
    # A hundred seconds, less a look of the backend's autoscaler that the quick one had to wait for.
    assert 70 <= slow - quick <= 100


def test_spare_room_stands_on_its_pool_and_makes_way_there_alone() -> None:
    room = Spare(pods=30, cpu="500m", memory="512Mi", zones="preferred")
    # Requests come to both, so that neither waits for the other.
    both = two((SPOT,), calls={}, entries={"gateway": 0.5, "backend": 0.5})
    for pool, at_once, later in ((SPOT, "backend", "gateway"), (STEADY, "gateway", "backend")):
        kept = policy(services=("gateway", "backend"), spare=(room.model_copy(update={"pool": pool}),))
        ticks = simulate(both, kept, Profile.step(6000, 60000)).ticks
        there = {
            name: next(t.at_s for t in ticks if t.at_s > 0 and t.services[name].ready >= 30)
            for name in (at_once, later)
        }
        assert there[at_once] + 20 < there[later], "no node had to be bought for it"


def test_a_pod_must_fit_the_nodes_of_one_of_its_pools() -> None:
    small = {"cpu": 400}
    with pytest.raises(ConfigurationError, match="a backend pod"):
        run(two((SPOT,), spot=small))
    assert outcome(run(two((SPOT, STEADY), spot=small))).capacity_s is not None


def test_a_pool_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pools \[2\] of 2"):
        two((2,))
    with pytest.raises(ValueError, match="one entry for each kind"):
        two((SPOT,), beside=((1, 100, 100),), beside_pools=((0,), (1,)))


def test_a_stack_of_several_pools_is_simulated_on_all_of_them() -> None:
    steady, spot = {"name": "steady"}, {"name": "spot", "capacity_type": "spot", "weight": 10}
    plan = with_backends(steady, spot, cost={"region": "us-east-1", "spot_prices": {"m5.2xlarge": "0.15"}})
    numbers, found = pool_numbers(plan), World.of_plan(plan)
    assert len(found.pools) == len(plan.pools)
    for name, one in found.services.items():
        assert one.pools == tuple(numbers[pool] for pool in plan.placements[name].pools)
    assert (found.services["gateway-api"].pools, found.services["payment-api"].pools) == ((0,), (1, 0))
    assert [pool.per_hour for pool in found.pools] == [0.384, 0.15]
    timeline = simulate(
        found, ours(plan), Profile.step(float(plan.target.baseline_rps), float(plan.target.peak_rps))
    )
    # It gets there within both limits, on no more nodes than both are planned for.
    assert outcome(timeline).capacity_s is not None
    assert max(t.nodes for t in timeline.ticks) <= sum(pool.at_peak.value for pool in plan.pools.values())
    assert World.model_validate_json(found.model_dump_json()) == found
