"""What follows from an announced event: floors, lead, windows, nodes, Redis, price."""

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.policy.events import Event, EventFloor, EventSpec
from components.policy.events_plan import EventPlan
from components.policy.events_time import Instant, Occurrence
from components.policy.plan import Plan, build_plan
from components.policy.quantities import Milliseconds
from components.policy.scaling import ScaleDown
from tests.policy.guide_platform import BACKENDS, gateway, guide, plan_of, service

START = Instant.parse("2026-11-27T10:00:00Z")


def event(**changes: Any) -> Event:
    """Two hours from 10:00 in UTC."""
    stated = {
        "name": "sale", "start": "2026-11-27T10:00", "time_zone": "Etc/UTC", "duration": "2h", "expected_rps": 30_000,
    }  # fmt: skip
    spec = EventSpec.model_validate(
        {name: value for name, value in (stated | changes).items() if value is not None}
    )
    at = Occurrence(starts=START, ends=START.later(spec.duration), offset_at_start=0, offset_at_end=0)
    return Event(spec=spec, at=at)


def planned(platform: dict[str, Any] | None = None, **changes: Any) -> EventPlan:
    (found,) = plan_of(events=[event(**changes)], **(platform or {})).events
    return found


def floors(plan: EventPlan) -> dict[str, int]:
    return {name: part.floor.value for name, part in plan.services.items()}


def test_an_event_at_the_target_holds_the_peak_along_the_whole_call_graph() -> None:
    assert floors(planned()) == {
        "gateway-api": 45,
        "reservation-api": 30,
        "inventory-api": 30,
        "payment-api": 30,
    }


def test_a_service_holds_the_part_that_reaches_it() -> None:
    services = {"gateway-api": gateway(calls={"reservation-api": "1/10"}), "reservation-api": service()}
    found = planned({"services": services}, expected_rps=20_000)
    assert found.services["reservation-api"].demand.value == 2_000
    assert found.services["reservation-api"].needed.value == 4
    assert found.services["gateway-api"].needed.value == 20


@pytest.mark.parametrize(
    ("stated", "rps"),
    [
        ({"expected_rps": 12_000}, 12_000),
        ({"expected_rps": None, "factor": 5}, 30_000),
        ({"expected_rps": None, "factor": "1/2", "factor_of": "peak"}, 15_000),
    ],
)
def test_what_is_expected_is_a_rate_or_a_factor(stated: dict[str, Any], rps: int) -> None:
    assert planned(**stated).expected.value == rps


@given(st.integers(min_value=1, max_value=60_000))
def test_the_floor_carries_what_is_expected_with_a_zone_lost_and_never_leaves_the_autoscalers_bounds(
    rps: int,
) -> None:
    plan = plan_of(events=[event(expected_rps=rps)])
    for name, part in plan.events[0].services.items():
        own = plan.services[name]
        bounds = own.replicas.floor.value, own.replicas.peak.value
        assert bounds[0] <= part.floor.value <= bounds[1]
        # The autoscaler asks for no more when the event is there, as far as it may go.
        asks = ceil(part.demand.value / own.scaling.target_rps.value)
        within = part.demand.value <= part.floor.value * own.scaling.target_rps.value * Fraction(11, 10)
        assert within or asks >= bounds[1]
        if part.wanted.value <= bounds[1]:
            left = part.floor.value - ceil(part.floor.value / 3)
            assert left * own.demand.rps_per_pod >= part.demand.value
            assert part.tolerated.value * own.demand.rps_per_pod >= part.demand.value


def test_more_than_the_peak_is_said_and_the_floor_stays_within_the_autoscalers_maximum() -> None:
    found = planned(expected_rps=60_000).services["gateway-api"]
    assert (found.wanted.value, found.floor.value) == (90, 45)
    assert "the autoscaler's maximum is the peak" in found.floor.because


def test_less_than_every_day_leaves_the_floor_of_every_day() -> None:
    assert floors(planned(expected_rps=100))["gateway-api"] == 9


def test_the_lead_is_the_reaction_on_new_nodes_and_one_launch_that_fails() -> None:
    plan = plan_of(events=[event()])
    reacts = plan.services["gateway-api"].reaction
    lead = plan.events[0].lead
    assert lead.value == reacts.on_new_nodes.value + reacts.steps["node_launch"].value
    for part in ("node_launch", "pull", "start", "readiness", "climb"):
        assert part in lead.because


def test_a_service_that_starts_slowly_makes_the_lead_longer() -> None:
    probe = {
        "path": "/readyz",
        "initial_delay": "90s",
        "period": "3s",
        "timeout": "2s",
        "failure_threshold": 2,
    }
    slow = service(probes={"readiness": probe})
    services = {"gateway-api": gateway(), **{name: service() for name in BACKENDS}, "payment-api": slow}
    found = planned({"services": services})
    assert found.lead.value == planned().lead.value + 84_000  # 90s before the first probe instead of 6s
    assert found.lead.because.startswith("payment-api is the slowest")


def test_a_stated_lead_wins_and_what_it_takes_is_said() -> None:
    found = planned(lead="1m")
    assert found.lead.value == Milliseconds.parse("1m")
    assert found.needed_lead.value > found.lead.value
    assert str(found.floors_from.value) == "2026-11-27T09:59:00Z"


def test_the_windows_are_whole_minutes_outwards_and_in_order() -> None:
    found = planned(lead="61500ms", duration="90s")
    assert str(found.floors_from.value) == "2026-11-27T09:58:00Z"
    assert str(found.floors_until.value) == "2026-11-27T10:02:00Z"
    assert found.nodes is not None
    freeze = found.nodes.freeze
    assert freeze.begins.value <= found.floors_from.value < found.floors_until.value <= found.back_by.value


def test_the_freeze_begins_so_early_that_a_disruption_begun_before_has_ended() -> None:
    plan = plan_of(events=[event()])
    assert plan.nodes is not None
    assert plan.events[0].nodes is not None
    freeze = plan.events[0].nodes.freeze
    grace = plan.nodes.termination_grace_period.value
    assert plan.events[0].floors_from.value - freeze.begins.value >= grace / 1000
    assert freeze.ends.value == plan.events[0].floors_until.value
    assert freeze.budget.fields() == {"nodes": "0", "schedule": "29 9 27 11 *", "duration": "151m"}


def test_the_price_is_that_of_the_nodes_more_until_all_is_back() -> None:
    (found,) = plan_of(events=[event()], cost={"region": "us-east-1"}).events
    assert found.nodes is not None
    assert found.nodes.price is not None
    hours = Fraction(found.back_by.value - found.floors_from.value, 3600)
    assert found.nodes.node_hours.value == found.nodes.extra.value * hours
    assert found.nodes.price.value == found.nodes.node_hours.value * Fraction("0.384")


def test_without_a_pool_there_are_no_nodes_and_no_second_launch() -> None:
    found = planned({"node_pool": None})
    assert found.nodes is None
    assert found.lead.value == planned().lead.value - 70_000


def test_redis_is_asked_for_what_the_expected_demand_asks() -> None:
    found = planned(expected_rps=60_000).redis
    assert found is not None
    assert found.busiest_operations.value == 120_000
    assert found.connections.value > found.client_connections.value


def test_the_way_back_is_the_window_and_the_steps() -> None:
    down = ScaleDown(window="30s", percent=50, period="15s")
    assert down.takes(45, 9) == Milliseconds.parse("60s")  # 45, 22, 11, 5: the first step at once.
    assert down.takes(9, 9) == Milliseconds.parse("30s")
    assert planned({"scale_down": down.model_dump()}).back_by.value < planned().back_by.value


def test_how_pods_are_taken_away_is_the_platforms_unless_a_service_says_it() -> None:
    own = {"window": "1m", "percent": 20, "period": "30s"}
    services = {"gateway-api": gateway(scale_down=own), **{name: service() for name in BACKENDS}}
    plan = plan_of(services=services, scale_down={"window": "2m"})
    assert plan.services["gateway-api"].scaling.down == ScaleDown.model_validate(own)
    assert plan.services["payment-api"].scaling.down == ScaleDown(window="2m")


def test_a_plan_with_events_goes_through_json_without_loss() -> None:
    plan = build_plan(guide(events=[event(valid_until={"certificate": "2026-12-01T00:00:00Z"}).model_dump()]))
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"factor": 2}, "both it and factor is not usable; allowed: one of the two"),
        ({"expected_rps": None}, "neither it nor factor is not usable; allowed: one"),
        ({"expected_rps": 0}, "greater than 0"),
        ({"duration": "0s"}, "greater than 0"),
        ({"ramp": "3h"}, "ramp: 3h is not usable; allowed: at most the duration, 2h"),
        ({"lead": "0s"}, "greater than 0"),
        ({"name": "Summer Sale"}, "match pattern"),
        ({"start": "2026-11-27T10:00+09:00"}, "not a local time"),
        ({"valid_until": {"certificate": "soon"}}, "not an instant"),
        ({"expected_peak": 5}, "Extra inputs"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        event(**changes)


def test_a_floor_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="is not after"):
        EventFloor(event="sale", pods=1, begins=START, ends=START)
