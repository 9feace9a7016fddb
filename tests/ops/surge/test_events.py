"""An announced event is run as if it were soon: its own objects, its own floor, its own load."""

import time

import pytest

from components.policy.errors import ConfigurationError
from components.policy.events import EventSpec
from components.policy.plan import build_plan
from config.loader import load_stack
from config.settings import Settings
from ops.surge import question
from ops.surge.options import Asked, LaneAsked, lanes_asked, profile_of
from ops.surge.question import Question, setup_of
from ops.surge.render import other

SALE = EventSpec(
    name="sale",
    start="2030-11-27T19:00",
    time_zone="Asia/Seoul",
    duration="2h",
    expected_rps=24_000,
    ramp="60s",
)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = load_stack("local")
    made = other(settings, events=[SALE])
    monkeypatch.setattr(question, "load_stack", lambda _: made)
    return made


def test_its_load_is_what_is_expected_for_as_long_as_tells_policies_apart(stack: Settings) -> None:
    found = profile_of(Asked("event:sale"), build_plan(stack.platform))
    assert found.before_rps == 6_000
    assert found.peak_rps == 24_000
    assert found.duration_s == 360
    assert found.rps_at(30) == 15_000


def test_an_event_that_was_not_announced_is_refused_with_those_that_were(stack: Settings) -> None:
    with pytest.raises(ConfigurationError, match="event:fair is not usable; allowed: event:sale"):
        profile_of(Asked("event:fair"), build_plan(stack.platform))
    with pytest.raises(ConfigurationError, match="the stack has no events"):
        profile_of(Asked("event:fair"), build_plan(load_stack("local").platform))


def test_it_starts_at_the_next_minute_that_leaves_time_for_its_lead(stack: Settings) -> None:
    setup = setup_of(Question("local", Asked("event:sale"), lanes_asked(["ours", "guide"], [], apart=False)))
    assert setup.begins_at is not None and setup.begins_at % 60 == 0
    ours, guide = (lane.policy for lane in setup.lanes)
    assert ours.event is not None and guide.event is None
    assert ours.event.by == "cron"
    assert ours.event.lead_s > 0
    assert ours.event.pods["gateway-api"] >= 24
    assert setup.begins_at - ours.event.lead_s > time.time() + 200, "time to settle before the floor rises"


def test_what_runs_has_the_events_own_metric(stack: Settings) -> None:
    setup = setup_of(Question("local", Asked("event:sale"), [LaneAsked("ours")]))
    (scaler,) = [
        one
        for one in setup.objects
        if one["kind"] == "HorizontalPodAutoscaler" and one["metadata"]["name"] == "gateway-api"
    ]
    metrics = [m["external"]["metric"]["name"] for m in scaler["spec"]["metrics"] if m["type"] == "External"]
    assert metrics == ["http_requests_per_second", "headroom_event_floor_pods"]
