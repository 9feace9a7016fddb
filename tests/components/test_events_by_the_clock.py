"""Events by the minute: what KEDA, Karpenter and Prometheus make of the windows, against Python's zoneinfo.

The oracle counts real minutes and asks what a local clock shows at each; it shares no arithmetic with the product.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from components.autoscaling import event_trigger
from components.policy.events import EventSpec
from components.policy.events_plan import EventPlan
from components.policy.events_watch import FLOOR_PODS, rules, watched
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import Plan, build_plan
from components.policy.review import review
from components.time_zones import event, occurrence
from tests.components.clocks import karpenter_holds, keda_pods, recorded
from tests.policy.guide_platform import guide

ZONES = (
    "America/New_York", "Europe/Berlin", "Asia/Seoul", "Etc/UTC", "Australia/Lord_Howe", "America/St_Johns",
    "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia",
)  # fmt: skip
MINUTE, HOUR, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=365)
# Days on which clocks change, that not every year has, or on which a year or a month ends.
ODD_DAYS = (
    "2026-03-08", "2026-11-01", "2027-03-28", "2026-10-25", "2027-04-04", "2028-02-28", "2028-02-29", "2028-03-01",
    "2026-12-31", "2027-01-01", "2027-02-28", "2027-11-30",
)  # fmt: skip
LOCAL = st.builds(
    lambda day, hour, minute, second: f"{day}T{hour:02}:{minute:02}:{second:02}",
    st.one_of(
        st.sampled_from(ODD_DAYS), st.dates(datetime(2026, 1, 1).date(), datetime(2031, 12, 31).date())
    ),
    st.one_of(st.sampled_from([0, 1, 2, 3, 23]), st.integers(0, 23)),
    st.integers(0, 59),
    st.sampled_from([0, 0, 0, 1, 59]),
)
MINUTES = st.one_of(st.sampled_from([1, 60, 1439, 1440, 1441, 3 * 1440]), st.integers(1, 20_000))


def planned(
    start: str, zone: str, minutes: int, lead: int | None, name: str = "sale"
) -> tuple[Plan, EventPlan]:
    stated: dict[str, Any] = {
        "name": name, "start": start, "time_zone": zone, "duration": f"{minutes}m", "expected_rps": 20_000,
    }  # fmt: skip
    if lead is not None:
        stated["lead"] = f"{lead}m"
    plan = build_plan(guide(events=[event(EventSpec.model_validate(stated)).model_dump()]))
    return plan, plan.events[0]


def shows(zone: str, start: str) -> list[datetime]:
    """Every instant at which clocks in the zone show the local time: none, one or two."""
    local = datetime.fromisoformat(start)
    first = local.replace(tzinfo=UTC) - timedelta(hours=26)
    there = ZoneInfo(zone)
    seconds = (first + MINUTE * n for n in range(52 * 60))
    return [now for now in seconds if now.astimezone(there).replace(tzinfo=None) == local]


def around(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Every minute near a bound, every hour in between, and every day of the rest of the year: cron has no other."""
    for bound in (begins, ends):
        yield from (bound + MINUTE * n for n in range(-90, 91))
        yield from (bound + timedelta(seconds=n) for n in (-1, 1, 59))
    yield from (begins + HOUR * n for n in range(int((ends - begins) / HOUR)))
    rest = (begins + YEAR - ends).days - 1  # A day for what the freeze begins before the floors.
    yield from (ends + timedelta(days=n, minutes=7) for n in range(1, rest))
    yield from (ends - YEAR + timedelta(days=n, minutes=7) for n in range(1, 365))


def whole_minute(moment: datetime, *, up: bool) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor + MINUTE if up and floor != moment else floor


@given(LOCAL, st.sampled_from(ZONES))
def test_an_instant_is_what_the_clocks_there_show(start: str, zone: str) -> None:
    start = start[:17] + "00"
    found = occurrence(EventSpec(name="sale", start=start, time_zone=zone, duration="2h", expected_rps=1))
    at = shows(zone, start)
    assert found.written == {0: "never", 1: "once", 2: "twice"}[len(at)]
    if at:
        assert found.starts == at[0].timestamp()


@settings(deadline=None)
@given(LOCAL, st.sampled_from(ZONES), MINUTES, st.one_of(st.none(), st.integers(1, 2_000)))
@example("2028-02-29T10:00:00", "Etc/UTC", 3 * 1440, 1)
@example("2028-02-29T00:30:00", "Etc/UTC", 60, 60)
@example("2028-03-01T00:30:00", "Etc/UTC", 60, 60)
@example("2027-01-01T00:00:00", "Asia/Seoul", 90, 30)
@example("2027-03-28T02:30:00", "Europe/Berlin", 60, None)
@example("2026-11-01T01:30:00", "America/New_York", 1441, None)
def test_floors_and_freeze_are_up_in_their_window_and_at_no_other_minute_of_the_year(
    start: str, zone: str, minutes: int, lead: int | None
) -> None:
    plan, found = planned(start, zone, minutes, lead)
    # By zoneinfo alone: fold 0 is the first of two, and what a skipped time is taken for.
    starts = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    needs = timedelta(milliseconds=found.lead.value)
    assert lead is None or needs == MINUTE * lead
    begins, ends = whole_minute(starts - needs, up=False), whole_minute(starts + MINUTE * minutes, up=True)
    trigger = event_trigger(found.floor_of("gateway-api"))
    (floor,) = [
        rule.expr for rule in rules(watched(plan, found))
        if rule.record == FLOOR_PODS and rule.labels["service"] == "gateway-api"
    ]  # fmt: skip
    assert found.nodes is not None and plan.nodes is not None
    budget = found.nodes.freeze.budget.fields()
    grace = timedelta(milliseconds=plan.nodes.termination_grace_period.value)
    frozen = whole_minute(begins - grace, up=False)
    pods = found.holds["gateway-api"]
    # A leap day's start comes again only after its end has: KEDA's floor rises by a day at most too early instead.
    leap = (begins.month, begins.day) == (2, 29) and (ends.month, ends.day) != (2, 29)
    early = begins.replace(day=28, hour=23, minute=59) if leap else begins
    for now in around(begins, ends):
        assert recorded(floor, now) == (pods if begins <= now < ends else 0), now
        assert keda_pods(trigger, now) == (pods if early <= now < ends else 0), now
        assert karpenter_holds(budget, now) is (frozen <= now < ends), now


def test_a_leap_day_does_not_stay() -> None:
    """KEDA takes a window for open whose end comes before its start: here for four years."""
    _, found = planned("2028-02-29T20:00:00", "Etc/UTC", 8 * 60, 30)
    trigger = event_trigger(found.floor_of("gateway-api"))
    assert trigger["metadata"]["start"] == "59 23 28 2 *"
    assert keda_pods(trigger, datetime(2028, 6, 1, tzinfo=UTC)) == 0
    naive = {"metadata": trigger["metadata"] | {"start": "30 19 29 2 *"}}
    assert keda_pods(naive, datetime(2028, 6, 1, tzinfo=UTC)) > 0, "the clock of this test tells them apart"


@given(st.lists(st.integers(1, 600), min_size=2, max_size=6))
@settings(deadline=None, max_examples=20)
def test_events_back_to_back_leave_no_minute_between_their_windows(lengths: list[int]) -> None:
    starts = [datetime(2026, 12, 31, 18, 0)]
    for length in lengths:
        starts.append(starts[-1] + MINUTE * length)
    stated = [
        event(EventSpec(name=f"e{n}", start=at.isoformat(), time_zone="Asia/Seoul", duration=f"{length}m",
                        expected_rps=20_000)).model_dump()
        for n, (at, length) in enumerate(zip(starts, lengths, strict=False))
    ]  # fmt: skip
    plan = build_plan(guide(events=stated))
    triggers = [event_trigger(floor) for floor in plan.event_floors("gateway-api")]
    first, last = plan.events[0].floors_from.value, plan.events[-1].floors_until.value
    for second in range(first, last, 60):
        now = datetime.fromtimestamp(second, UTC)
        assert max(keda_pods(trigger, now) for trigger in triggers) > 0, now
    for one, other in pairwise(plan.events):
        assert one.floors_until.value > other.floors_from.value, "the lead reaches into the one before"
    numbers = {f.number for f in review(plan_facts(plan, guide(events=stated), "shop"))}
    assert "HR947" in numbers


def many(count: int) -> set[str]:
    stated = [
        event(EventSpec(name=f"sale-{n}", start=f"2027-{n % 12 + 1:02}-{n // 12 + 1:02}T19:00",
                        time_zone="Asia/Seoul", duration="2h", expected_rps=20_000)).model_dump()
        for n in range(count)
    ]  # fmt: skip
    platform = guide(events=stated)
    return {finding.number for finding in review(plan_facts(build_plan(platform), platform, "shop"))}


def test_more_events_than_a_pool_takes_budgets_for_are_refused_before_the_api_does() -> None:
    """The pool's own budget is one of its 50."""
    assert "HR839" not in many(49)
    assert "HR839" in many(50)


@pytest.mark.parametrize(
    "name", ["Sale", "1sale", "sale-", "-sale", "s" * 42, "sale.x", "sale_x", "", "sale\n", "säle"]
)
def test_a_name_that_no_object_can_have_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        planned("2026-11-27T19:00", "Etc/UTC", 60, None, name)


def test_the_longest_name_makes_objects_that_the_api_takes() -> None:
    _, found = planned("2026-11-27T19:00", "Etc/UTC", 60, None, "s" * 41)
    assert len(f"event-{found.name}-announced") <= 63
    assert event_trigger(found.floor_of("gateway-api"))["name"] == f"event-{'s' * 41}"
