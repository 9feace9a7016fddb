"""The fleet that a run begins with, packed or as it stood."""

from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.simulator import simulate
from components.policy.surge.start import NodeAtStart

from .worlds import policy, world

STEP = Profile.step(3000, 30000)


def nodes(*pods: int) -> list[NodeAtStart]:
    return [NodeAtStart(zone=zone % 3, pods={"gateway": count}) for zone, count in enumerate(pods)]


def test_what_stood_is_where_the_run_begins() -> None:
    first = simulate(world(), policy(floor=10), STEP, nodes=nodes(4, 3, 3, 0)).ticks[0]
    assert (first.nodes, first.services["gateway"].ready, first.pending_pods) == (4, 10, 0)


def test_a_fleet_with_room_sheds_less_than_one_without() -> None:
    tight = outcome(simulate(world(), policy(floor=10), STEP, nodes=nodes(10)))
    roomy = outcome(simulate(world(), policy(floor=10), STEP, nodes=nodes(10, 0, 0)))
    assert roomy.shed_share < tight.shed_share


def test_others_on_a_node_take_their_room() -> None:
    size = world().nodes.size
    full = [one.model_copy(update={"beside": ((size.cpu, size.memory),)}) for one in nodes(0, 0, 0)]
    beside = world(beside=((3, size.cpu, size.memory),))
    empty = simulate(beside, policy(floor=10), STEP, nodes=[*nodes(10), *nodes(0, 0, 0)])
    taken = simulate(beside, policy(floor=10), STEP, nodes=[*nodes(10), *full])
    assert outcome(empty).shed_share < outcome(taken).shed_share


def test_a_pod_of_a_size_that_the_world_has_not_is_left_out() -> None:
    [node, *_] = nodes(4, 3, 3)
    odd = [node.model_copy(update={"beside": ((1, 1),)}), *nodes(4, 3, 3)[1:]]
    assert simulate(world(), policy(floor=10), STEP, nodes=odd) == simulate(
        world(), policy(floor=10), STEP, nodes=nodes(4, 3, 3)
    )
