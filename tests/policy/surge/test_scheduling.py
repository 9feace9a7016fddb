"""What the scheduler asks of the API for pods that wait: once, and again when there is something new to say."""

from components.policy.surge.engine import Engine
from components.policy.surge.fleet import Pod

from .worlds import policy, world


def waits(pods: int) -> Engine:
    """So many pods and no node."""
    engine = Engine(world(), policy(), 0.0)
    engine.fleet.waiting = [Pod(0, 0.0) for _ in range(pods)]
    engine.fleet.pods[0] = list(engine.fleet.waiting)
    engine.schedule(engine.fleet.waiting)
    return engine


def sent_until(engine: Engine) -> float:
    """When one more request could be sent: 100 at once, then 50 a second."""
    return engine.binding.take(0.0)


def test_a_pod_that_finds_no_node_is_one_request() -> None:
    assert sent_until(waits(99)) == 0.0
    assert sent_until(waits(149)) == 1.0


def test_a_pod_that_is_looked_at_again_in_vain_is_none() -> None:
    engine = waits(149)
    for _ in range(20):
        engine.schedule(engine.fleet.waiting)
    assert sent_until(engine) == 1.0


def test_where_the_nodes_changed_it_is_said_again() -> None:
    engine = waits(149)
    engine.fleet.close(engine.fleet.add_node(0, engine.pools[0].size, 0.0, ready=True))
    engine.schedule(engine.fleet.waiting)
    assert sent_until(engine) == (2 * 149 + 1 - 100) / 50


def test_a_binding_is_one_request_and_its_event_none_of_them() -> None:
    engine = waits(0)
    node = engine.fleet.add_node(0, engine.pools[0].size, 0.0, ready=True)
    engine.fleet.waiting = [Pod(0, 0.0) for _ in range(15)]
    engine.schedule(engine.fleet.waiting)
    assert len(node.pods) == 15 and not engine.fleet.waiting
    assert engine.binding.take(0.0, 100 - 15) == 0.0
    assert engine.binding.take(0.0) == 1 / 50
