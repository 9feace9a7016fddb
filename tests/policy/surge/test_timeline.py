"""What happened, to text and back, and what it comes to."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.surge.outcome import outcome
from components.policy.surge.timeline import ServiceTick, Tick, Timeline


def tick(at_s: float, offered: float, capacity: float, nodes: int = 2, cost: float = 0.0) -> Tick:
    served = min(offered, capacity)
    service = ServiceTick(wanted=4, current=3, ready=2, capacity_rps=capacity, arrives_rps=offered)
    return Tick(at_s, offered, served, offered - served, capacity, {"gateway": service}, 1, nodes, cost)


def line(*ticks: Tick) -> Timeline:
    return Timeline("guide", "step", "simulator", ticks, ("nodes are modelled",))


RUN = line(
    tick(-10, 50, 100),
    tick(0, 200, 100),
    tick(10, 200, 150, 3),
    tick(20, 200, 200),
    tick(30, 200, 250, 3, 0.5),
)


def test_a_timeline_reads_back_as_it_was() -> None:
    assert Timeline.from_json_text(RUN.to_json_text()) == RUN


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format":1,"ticks":[{}]}'])
def test_what_is_no_timeline_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="the JSON of a timeline"):
        Timeline.from_json_text(text)


def test_a_line_of_the_table_has_the_platform_and_each_service() -> None:
    header, *lines = RUN.to_csv_text().splitlines()
    assert header.startswith(
        "at_s,offered_rps,served_rps,shed_rps,capacity_rps,pending_pods,nodes,cost_usd,gateway.wanted"
    )
    assert lines[1] == "0,200,100,100,100,1,2,0,4,3,2,100,200"


def test_requests_count_from_the_start_and_nodes_from_the_first_tick() -> None:
    found = outcome(RUN)
    assert (found.offered_requests, found.shed_requests, found.shed_share) == (6000, 1500, 0.25)
    assert found.node_hours == (2 * 10 + 2 * 10 + 3 * 10 + 2 * 10) / 3600
    assert (found.peak_nodes, found.peak_pods, found.cost_usd, found.least_of_needed) == (3, 3, 0.5, 0.5)


def test_capacity_counts_when_it_stays() -> None:
    assert outcome(RUN).capacity_s == 20
    assert outcome(RUN).utilised_80_s == 30
    assert outcome(line(tick(0, 1, 2), tick(5, 3, 2), tick(9, 1, 2))).capacity_s == 9


def test_capacity_that_was_always_there_takes_no_time_and_one_that_never_comes_has_none() -> None:
    assert outcome(line(tick(-5, 9, 1), tick(0, 1, 2), tick(1, 1, 2))).capacity_s == 0
    assert outcome(line(tick(0, 3, 2), tick(1, 3, 2))).capacity_s is None
