"""Queue workers during an event: what piles up against a clock that counts messages, and when a floor is needed."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.policy.events_plan import EventPlan
from components.policy.events_time import Instant
from components.policy.events_worker import EventWorker
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import Plan, build_plan
from components.policy.review import review
from tests.policy.guide_platform import guide
from tests.policy.test_events import event
from tests.policy.test_worker import GROWTH, worker

MAILER = "ticket-mailer"


def plan_of(of_the_worker: dict[str, Any] | None = None, **announced: Any) -> Plan:
    workers = {MAILER: worker(**(of_the_worker or {}))}
    return build_plan(guide(workers=workers, target=GROWTH, events=[event(**announced).model_dump()]))


def planned(of_the_worker: dict[str, Any] | None = None, **announced: Any) -> tuple[EventPlan, EventWorker]:
    (found,) = plan_of(of_the_worker, **announced).events
    return found, found.workers[MAILER]


def counted(plan: Plan) -> tuple[Fraction, int | None]:
    """The most that waits, and after how many seconds from the start nothing does: second by second."""
    own, found = plan.workers[MAILER], plan.events[0].workers[MAILER]
    each, most = own.demand.rps_per_pod, own.replicas.peak.value
    reacts = sum(step.value for step in own.reaction.values()) + own.reaction["node_launch"].value
    lasts = plan.events[0].at.ends - plan.events[0].at.starts
    waiting, most_waiting, second = Fraction(0), Fraction(0), 0
    while second < 40 * lasts:
        pods = found.floor.value if second * 1000 < min(reacts, lasts * 1000) else most
        comes = found.demand.value if second < lasts else own.demand.baseline_rps
        waiting = max(Fraction(0), waiting + comes - pods * each)
        most_waiting = max(most_waiting, waiting)
        second += 1
        if not waiting and second * 1000 >= reacts:
            return most_waiting, second
    return most_waiting, None


def test_a_queue_that_holds_what_comes_meanwhile_needs_no_floor() -> None:
    found, mails = planned({"work_off": "10m"})
    assert (mails.raised, mails.floor.value) == (False, 15)
    assert "the queue holds what comes meanwhile" in mails.floor.because
    assert mails.waits.value <= mails.work_off
    assert MAILER not in found.holds
    assert found.needed_lead.because.startswith("gateway-api is the slowest") or mails.lead.value == 0


def test_a_promise_that_pods_come_too_late_for_raises_the_floor_as_far_as_it_must() -> None:
    found, mails = planned({"work_off": "60s"})
    # 10,000 a second less 200 x the floor, for 236 s, worked off by 75 pods in 60 s.
    assert 15 < mails.floor.value < 50
    assert found.holds[MAILER] == mails.floor.value
    assert mails.waits.value <= mails.work_off
    assert mails.lead.value == found.needed_lead.value


@given(st.integers(1, 40_000), st.sampled_from(["10s", "60s", "5m", "20m"]), st.sampled_from(["7m", "1h"]))
def test_what_is_derived_is_what_a_clock_counts(rps: int, work_off: str, duration: str) -> None:
    plan = plan_of({"work_off": work_off}, expected_rps=rps, duration=duration)
    found = plan.events[0].workers[MAILER]
    own = plan.workers[MAILER]
    piled, over = counted(plan)
    assert own.replicas.floor.value <= found.floor.value <= own.replicas.peak.value
    # The reaction is no whole number of seconds.
    assert abs(found.messages.value - piled) <= found.demand.value + 1
    assert found.worked_off_by is not None and over is not None
    if found.messages.value:
        late = found.worked_off_by.value - plan.events[0].at.starts
        assert abs(late - over) <= 3 + over / 50
    if rps <= 30_000:
        assert found.waits.value <= found.work_off, "the floor keeps the promise where the peak can"
    if found.raised:
        one_less = own.replicas.peak.value * own.demand.rps_per_pod * Fraction(found.work_off, 1000)
        reacts = Fraction(
            sum(s.value for s in own.reaction.values()) + own.reaction["node_launch"].value, 1000
        )
        fewer = (found.demand.value - (found.floor.value - 1) * own.demand.rps_per_pod) * reacts
        assert fewer > one_less or found.floor.value == own.replicas.peak.value, "a lower one would do"


def test_what_never_ends_is_said() -> None:
    """A peak that works off just what comes every day has nothing left for what an event left behind."""
    platform = guide(
        workers={MAILER: worker(headroom=1)},
        target={"peak_rps": 30_000, "baseline_rps": 30_000},
        events=[event(expected_rps=60_000).model_dump()],
    )
    found = build_plan(platform).events[0].workers[MAILER]
    assert found.worked_off_by is None


def test_its_nodes_are_counted_and_the_way_back_waits_for_the_queue() -> None:
    without = build_plan(guide(target=GROWTH, events=[event().model_dump()])).events[0]
    found, mails = planned({"work_off": "10m", "messages_per_pod": 40}, expected_rps=60_000)
    assert without.nodes is not None and found.nodes is not None
    assert found.nodes.at_event.value > without.nodes.at_event.value
    assert mails.worked_off_by is not None and mails.worked_off_by.value > found.floors_until.value
    assert found.back_by.value > mails.worked_off_by.value


def said(plan: Plan, **of_the_worker: Any) -> list[str]:
    platform = guide(workers={MAILER: worker(**of_the_worker)}, target=GROWTH)
    return [f.what for f in review(plan_facts(plan, platform, "shop")) if f.number == "HR961"]


def test_a_backlog_that_outlives_the_event_is_found_and_one_that_the_floor_holds_is_not() -> None:
    (what,) = said(plan_of(expected_rps=60_000))
    assert "after the event" in what and "1m is promised" in what
    assert said(plan_of(expected_rps=30_000)) == []


def test_the_floor_is_a_fact_of_the_workload() -> None:
    plan = plan_of()
    platform = guide(workers={MAILER: worker()}, target=GROWTH)
    found = plan_facts(plan, platform, "shop").workload("shop", MAILER)
    assert found is not None
    (floor,) = found.traffic.event_floors or ()
    assert (floor.pods, str(floor.ends)) == (plan.events[0].holds[MAILER], "2026-11-27T12:00:00Z")
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_instants_are_whole_seconds() -> None:
    _, mails = planned(expected_rps=31_111)
    assert mails.worked_off_by is not None and isinstance(mails.worked_off_by.value, Instant)


@pytest.mark.parametrize("duration", ["1s", "1m"])
def test_an_event_shorter_than_the_reaction_piles_up_no_longer_than_it_lasts(duration: str) -> None:
    found, mails = planned({"work_off": "60s", "messages_per_pod": 200}, duration=duration)
    assert mails.messages.value <= mails.demand.value * (found.at.ends - found.at.starts)
