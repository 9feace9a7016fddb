"""Queue workers: their demand along the call graph, what they scale on, what piles up while they start."""

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from components.policy.errors import ConfigurationError
from components.policy.facts.from_plan import plan_facts
from components.policy.plan import Plan, build_plan
from components.policy.review import review
from components.policy.scaling import TOLERATED
from components.policy.worker import WorkerPlan
from tests.policy.guide_platform import BACKEND_RESOURCES, IMAGE, guide

GROWTH = {"peak_rps": 30_000, "baseline_rps": 6_000}


def worker(**changes: Any) -> dict[str, Any]:
    """One message for each request to payment-api: 10,000 messages/s at the peak, 2,000 at the baseline."""
    return {
        "image": IMAGE,
        "messages": {"payment-api": 1},
        "messages_per_pod": 200,
        "measured": "an assumption of this test",
        "work_off": "60s",
        "longest_message": "20s",
        "health": {"kind": "command", "command": ["/bin/alive"]},
        "resources": BACKEND_RESOURCES.model_dump(mode="json"),
    } | changes


def plan_of(target: Any = None, **changes: Any) -> Plan:
    return build_plan(guide(workers={"ticket-mailer": worker(**changes)}, target=target or GROWTH))


def planned(**changes: Any) -> WorkerPlan:
    return plan_of(**changes).workers["ticket-mailer"]


def test_a_worker_is_sized_by_the_messages_that_the_requests_cause() -> None:
    plan = planned()
    assert [plan.demand.peak_rps, plan.demand.baseline_rps] == [10_000, 2_000]
    # 10,000 / 200 = 50 + 25 and 2,000 / 200 = 10 + 5, so that one of three zones may go.
    assert (plan.replicas.floor.value, plan.replicas.peak.value) == (15, 75)
    # What 200 messages/s work off in 60 s, less what the HPA tolerates: 12,000 / 1.1 = 10,909.1.
    assert plan.scaling.queue_length.value == 10_909
    # No endpoint to wait for: 20 s for the message and 5 s to end.
    assert plan.grace_period.value.seconds == 25


def test_messages_of_several_senders_add_up() -> None:
    plan = planned(messages={"gateway-api": "1/10", "payment-api": 2})
    assert plan.demand.peak_rps == 3_000 + 20_000


def test_where_the_autoscaler_stands_still_the_last_message_waits_no_longer_than_it_may() -> None:
    for seconds in (1, 7, 60, 601):
        plan = planned(work_off=f"{seconds}s")
        longest = plan.scaling.queue_length.value * TOLERATED / plan.demand.rps_per_pod
        assert longest <= seconds
        one_more = (plan.scaling.queue_length.value + 1) * TOLERATED / plan.demand.rps_per_pod
        assert one_more > seconds, "a lower target buys pods that nobody needs"


def test_its_pods_are_bought_and_counted() -> None:
    with_it, without = plan_of(), build_plan(guide())
    assert with_it.nodes is not None and without.nodes is not None
    daemons = (with_it.nodes.at_peak.value - without.nodes.at_peak.value) * with_it.nodes.spec.daemon_pods
    assert daemons > 0
    assert with_it.nodes.pods_at_peak.value == without.nodes.pods_at_peak.value + 75 + 19 + daemons
    assert with_it.nodes.pods_per_host["ticket-mailer"].value >= 1


def test_what_piles_up_is_said_whatever_the_growth_and_promised_only_where_one_is_stated() -> None:
    backlog = planned().backlog
    # (10,000 - 15 x 200) a second for as long as a pod takes to be there.
    assert backlog.messages.value % 7_000 == 0
    assert backlog.worked_off is None
    stepped = plan_of(target=GROWTH | {"growth": {"to_rps": 30_000}}, work_off="30s")
    [found] = [
        f
        for f in review(
            plan_facts(stepped, guide(workers={"ticket-mailer": worker(work_off="30s")}), "shop"), ()
        )
        if f.number == "HR422"
    ]
    assert "30s is promised" in found.what


def test_the_floor_that_follows_does_follow_and_one_pod_less_does_not() -> None:
    growth = GROWTH | {"growth": {"to_rps": 30_000}}
    needed = plan_of(target=growth, work_off="30s").workers["ticket-mailer"].backlog.floor_that_follows
    assert needed is not None
    for floor, follows in ((needed.value, True), (needed.value - 1, False)):
        backlog = plan_of(target=growth, work_off="30s", floor=floor).workers["ticket-mailer"].backlog
        assert backlog.worked_off is not None and backlog.worked_off.value is follows, floor


def test_a_plan_with_a_worker_goes_to_json_and_back() -> None:
    plan = plan_of()
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_the_guides_platform_with_a_worker_breaks_no_rule() -> None:
    platform = guide(workers={"ticket-mailer": worker()})
    assert review(plan_facts(build_plan(platform), platform, "tacos-app"), ()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"messages": {"printer": 1}}, "workers.ticket-mailer.messages.printer"),
        ({"messages": {"payment-api": 0}}, "more than 0 messages"),
        ({"messages_per_pod": Fraction(1, 2), "work_off": "2s"}, "workers.ticket-mailer.work_off"),
        ({"floor": 76}, "at most the peak"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_field(change: Any, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        plan_of(**change)


def test_a_worker_and_a_service_cannot_have_one_name() -> None:
    with pytest.raises(ValidationError, match=r"workers\.payment-api: .*a name that no service has"):
        guide(workers={"payment-api": worker()})
