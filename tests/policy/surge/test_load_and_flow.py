"""The load over time, and who gets how much of it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.errors import ConfigurationError
from components.policy.surge.flow import CallGraph, flow
from components.policy.surge.profile import Point, Profile

from ..guide_platform import BACKENDS, plan_of

GRAPH = CallGraph.of({"gateway": {"backend": Fraction(1, 2)}, "backend": {}})


def test_a_step_is_there_at_its_own_second() -> None:
    step = Profile.step(3000, 30000)
    assert (step.rps_at(-1), step.rps_at(-0.001), step.rps_at(0), step.rps_at(300)) == (
        3000,
        3000,
        30000,
        30000,
    )
    assert step.rises_at_s == 0 and step.requests == 9_000_000


def test_a_ramp_is_even_and_then_held() -> None:
    ramp = Profile.ramp(3000, 30000, 120)
    assert [ramp.rps_at(at) for at in (0, 60, 120, 200)] == [3000, 16500, 30000, 30000]
    assert ramp.duration_s == 300


def test_an_event_goes_up_and_down_again() -> None:
    event = Profile.event(100, 1000, ramp_s=60, hold_s=600)
    assert [event.rps_at(at) for at in (30, 60, 660, 690, 720)] == [550, 1000, 1000, 550, 100]


def test_the_phases_are_those_of_the_load_test() -> None:
    plan = plan_of()
    profile = Profile.phases(plan.load)
    assert profile.peak_rps == 40000
    assert profile.duration_s == sum((p.ramp.value + p.duration) / 1000 for p in plan.load.phases)


def test_a_recording_counts_from_its_first_line_and_reads_back() -> None:
    recorded = Profile.from_csv_text("at_s,rps\n1000.5,10\n1001.5,20\n\n1011.5, 30\n")
    assert recorded.points == (Point(0, 10), Point(1, 20), Point(11, 30))
    assert Profile.from_csv_text(recorded.to_csv_text()) == recorded


def test_a_spreadsheets_header_is_none_of_its_figures() -> None:
    exported = Profile.from_csv_text("\ufeffseconds,requests per second\r\n0,10\r\n86400,20\r\n")
    assert exported.points == (Point(0, 10), Point(86400, 20))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("0,1\n1,many\n", "line 2"),
        ("0,1\n", "1 points"),
        ("0,1\n5,2\n4,3\n", "4.0 s after 5.0 s"),
        ("0,1\n5,-2\n", "-2.0 rps"),
        ("0,1\n5,nan\n", "nan rps"),
        ("0,0\n5,0\n", "0.0 rps for 5.0 s"),
        ("0,1\n5,3e9\n", "rates from 0 to 2147483647"),
        ("0,1\n0.9,5\n", "5.0 rps for 0.9 s"),
        ("1733000000000,1\n1733000300000,5\n", "not milliseconds"),
        ("when;rps\n0;1\n", "line 1"),
        ("0,x1\n5,2\n", "line 1"),
    ],
)
def test_a_recording_that_is_none_is_refused_with_its_line(text: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        Profile.from_csv_text(text)


def test_a_gateway_that_sheds_hides_the_load_from_the_backend() -> None:
    found = flow(1000, {"gateway": 400, "backend": 1000}, GRAPH)
    assert tuple(found.services["gateway"]) == (1000, 400, 600)
    assert found.services["backend"].arrives_rps == 200
    assert (found.served_rps, found.shed_rps) == (400, 600)


def test_a_request_counts_where_every_service_had_room() -> None:
    found = flow(1000, {"gateway": 1000, "backend": 300}, GRAPH)
    assert found.services["gateway"].shed_rps == 0
    assert (found.served_rps, found.capacity_rps) == (600, 600)


def test_the_plans_graph_has_its_entry_and_its_shares() -> None:
    graph = CallGraph.of_plan(plan_of())
    assert graph.entries == {"gateway-api": 1.0}
    assert next(iter(graph.shares)) == "gateway-api"
    assert all(graph.shares[name] == pytest.approx(1 / 3) for name in BACKENDS)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_what_is_offered_is_served_or_shed(offered: float, gateway: float, backend: float) -> None:
    found = flow(offered, {"gateway": gateway, "backend": backend}, GRAPH)
    assert found.served_rps + found.shed_rps == pytest.approx(offered)
    for service in found.services.values():
        assert service.served_rps + service.shed_rps == pytest.approx(service.arrives_rps)
