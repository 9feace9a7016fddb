"""Announced events: 45 pods from 9:56 until 12:00 in UTC for one that starts at 10:00."""

from fractions import Fraction
from typing import Any

import pytest

from components.policy.events import EventFloor
from components.policy.events_time import Instant
from components.policy.facts import (
    Autoscaler,
    Event,
    EventService,
    EventWorker,
    Fleet,
    Metric,
    Redis,
    Traffic,
    Workload,
)
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import build_plan
from components.policy.quantities import Milliseconds
from components.policy.review import review
from tests.policy.guide_platform import guide
from tests.policy.test_events import event as announced

from .cases import Case, case, check_both_sides, fleet, found, numbers, workload

STARTS = Instant.parse("2026-11-27T10:00:00Z")
OPENS, ENDS = Instant.parse("2026-11-27T09:56:00Z"), Instant.parse("2026-11-27T12:00:00Z")
LEAD = Milliseconds.parse("235s")
DAY = 86_400


def event(name: str = "sale", **facts: Any) -> Event:
    when = {"starts": STARTS, "ends": ENDS, "opens": OPENS, "closes": ENDS, "needed_lead": LEAD}
    return Event(object=f"events.{name}", name=name, **(when | facts))


def gateway(**facts: Any) -> Event:
    known: dict[str, Any] = {
        "name": "api", "wanted": 45, "maximum": 45, "admits": 45_000, "demand": Fraction(45_000)
    }  # fmt: skip
    return event(services=(EventService(**(known | facts)),))


def queue(waits: int) -> Event:
    mails = EventWorker(
        name="mails",
        messages=7,
        waits=Milliseconds(waits * 1000),
        work_off=Milliseconds.parse("60s"),
        worked_off_by=Instant(ENDS + 1),
    )
    return event(workers=(mails,))


def holding(pods: int, *metrics: str) -> Workload:
    floor = EventFloor(event="sale", pods=pods, begins=OPENS, ends=ENDS)
    scaler = Autoscaler(
        object="HorizontalPodAutoscaler shop",
        maximum=45,
        metrics=tuple(Metric(kind="External", name=name) for name in metrics),
    )
    return workload(autoscaler=scaler, traffic=Traffic(event_floors=(floor,)))


CASES = [
    case("HR941", "is skipped", broken=event(written="never"), right=event(written="once")),
    case("HR942", "comes twice", broken=event(written="twice"), right=event(written="once")),
    case(
        "HR943",
        "it comes again on 2027-11-27T09:56:00Z",
        broken=event(now=ENDS),
        right=event(now=Instant(ENDS - 1)),
    ),
    case("HR944", "forward by 1h", broken=event(clocks_change=3600), right=event(clocks_change=0)),
    case(
        "HR945",
        "in 234s; it takes 235s",
        broken=event(now=Instant(STARTS - 234)),
        right=event(now=Instant(STARTS - 235)),
    ),
    case(
        "HR946",
        "a lead of 234s; it takes 235s",
        broken=event(lead=Milliseconds.parse("234s")),
        right=event(lead=LEAD),
    ),
    case(
        "HR947",
        "are up together",
        broken=fleet(event(), event("show", opens=Instant(ENDS - 1), closes=Instant(ENDS + DAY))),
        right=fleet(event(), event("show", opens=ENDS, closes=Instant(ENDS + DAY))),
    ),
    case(
        "HR948",
        "its certificate lasts until 2026-11-27T11:59:59Z",
        broken=event(valid_until={"certificate": Instant(ENDS - 1)}),
        right=event(valid_until={"certificate": ENDS}),
    ),
    case(
        "HR949",
        "a year or more from",
        broken=event(now=Instant(ENDS - 365 * DAY)),
        right=event(now=Instant(ENDS - 365 * DAY + 1)),
    ),
    case(
        "HR950",
        "lasts 234s",
        broken=event(ends=Instant(STARTS + 234)),
        right=event(ends=Instant(STARTS + 235)),
    ),
    case("HR951", "should have 46 pods", broken=gateway(wanted=46), right=gateway(wanted=45)),
    case("HR952", "admits 44999 rps", broken=gateway(admits=44_999), right=gateway(admits=45_000)),
    case(
        "HR953",
        "Redis accepts 9975",
        broken=event(redis_connections=9976, redis_accepts=9975),
        right=event(
            redis_connections=9975, redis_accepts=9975, redis_operations=Fraction(7), redis_answers=7
        ),
    ),
    case(
        "HR954",
        "takes 13 nodes",
        broken=event(nodes=13, nodes_allowed=12),
        right=event(nodes=12, nodes_allowed=12, addresses=256, addresses_in_zone=256),
    ),
    case("HR955", "spot", broken=event(capacity_type="spot"), right=event(capacity_type="on-demand")),
    case(
        "HR956",
        "expire after 124m",
        broken=event(expire_after=Milliseconds.parse("124m")),
        right=event(expire_after=Milliseconds.parse("125m")),
    ),
    case(
        "HR957",
        "the baseline is 6000",
        broken=event(expected_rps=Fraction(6000), baseline_rps=Fraction(6000)),
        right=event(expected_rps=Fraction(6001), baseline_rps=Fraction(6000)),
    ),
    case(
        "HR958",
        "sale asks for 46 pods",
        broken=holding(46, "headroom_event_floor_pods"),
        right=holding(45, "headroom_event_floor_pods"),
    ),
    case(
        "HR959",
        "1 events have floors",
        broken=holding(45, "http_requests_per_second"),
        right=holding(45, "http_requests_per_second", "cron"),
    ),
    case(
        "HR960",
        "may be restarted in fri:11:00-fri:12:00, during sale",
        broken=fleet(event(), Redis(object="redis", name="redis", maintenance_window="fri:11:00-fri:12:00")),
        right=fleet(event(), Redis(object="redis", name="redis", maintenance_window="fri:12:00-fri:13:00")),
    ),
    case(
        "HR961",
        "7 messages wait for mails, the last of them 61s, where 1m is promised;"
        " worked off by 2026-11-27T12:00:01Z, after the event",
        broken=queue(61),
        right=queue(60),
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_what_breaks_it_is_found_and_what_is_right_beside_it_is_not(case: Case) -> None:
    check_both_sides(case)


def test_every_rule_of_events_has_a_case() -> None:
    assert numbers(CASES) == {f"HR9{number}" for number in range(41, 62)}


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"redis_operations": Fraction(70_001), "redis_answers": 70_000}, "70001 operations a second"),
        ({"clocks_change": -3600}, "back by 1h"),
        ({"frozen_from": Instant(ENDS - 365 * DAY)}, "until 2026-11-27T12:00:00Z, a year or more"),
        ({"addresses": 257, "addresses_in_zone": 256}, "takes 257 addresses in a zone"),
    ],
)
def test_the_other_way_to_break_it(facts: dict[str, Any], says: str) -> None:
    said = [
        what for rule in ("HR953", "HR944", "HR949", "HR954") for what in found(rule, fleet(event(**facts)))
    ]
    assert len(said) == 1
    assert says in said[0]


def planned(**changes: Any) -> Fleet:
    platform = guide(events=[announced(**changes).model_dump()])
    return plan_facts(build_plan(platform), platform, now=Instant(STARTS - DAY))


def test_an_event_that_the_platform_was_built_for_has_no_finding() -> None:
    assert [str(finding) for finding in review(planned()) if finding.number >= "HR94"] == []


def test_one_that_is_twice_the_target_says_all_that_is_in_its_way() -> None:
    findings = {
        finding.number for finding in review(planned(expected_rps=60_000)) if finding.number >= "HR94"
    }
    assert findings == {"HR951", "HR952", "HR953", "HR954"}
