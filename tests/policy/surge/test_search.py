"""The search: what it chooses sheds no more than was allowed, costs no more than it must, and can be stated."""

import pytest

from components.policy.plan import Plan
from components.policy.surge.candidates import spare_for, unannounced
from components.policy.surge.named_policies import ours
from components.policy.surge.outcome import outcome
from components.policy.surge.profile import Profile
from components.policy.surge.search import Search, search
from components.policy.surge.simulator import simulate
from components.policy.surge.world import World

from ..guide_platform import plan_of
from ..test_events import planned

PLAN = plan_of(cost={})
WORLD = World.of_plan(PLAN)
STEP = Profile.step(6000, 30000)


@pytest.fixture(scope="module")
def nothing() -> Search:
    return search(PLAN, WORLD, STEP, 0.0)


def test_what_is_chosen_sheds_nothing_at_any_moment(nothing: Search) -> None:
    for found in (nothing.chosen, nothing.announced):
        assert found is not None
        assert found.shed_share == 0
        for phase in (0.5, 4.0, 9.0, 14.0):
            assert outcome(simulate(WORLD, found.candidate.policy, STEP, phase_s=phase)).shed_requests == 0


def test_an_announcement_is_cheaper_than_standing_there_all_month(nothing: Search) -> None:
    assert nothing.chosen is not None and nothing.announced is not None
    assert nothing.announced.per_month < nothing.chosen.per_month * 0.75
    assert nothing.announced.candidate.lead_s is not None


def test_the_plan_as_it_stands_is_chosen_where_it_does() -> None:
    found = search(PLAN, WORLD, Profile.step(6000, 7000), 0.0)
    assert found.own.shed_share == 0
    assert found.chosen is not None
    assert found.chosen.candidate == found.own.candidate


def test_an_announcement_has_the_lead_and_the_floors_that_the_stack_gives_to_an_event(
    nothing: Search,
) -> None:
    """A shorter one is refused there (HR946)."""
    event = planned()
    assert nothing.announced is not None and nothing.announced.candidate.lead_s is not None
    assert nothing.announced.candidate.event == event.holds
    assert nothing.announced.candidate.lead_s * 1000 >= event.needed_lead.value
    assert nothing.announced.candidate.lead_s * 1000 < event.needed_lead.value + 60_000


def test_the_frontier_gets_dearer_and_sheds_less(nothing: Search) -> None:
    costs = [one.per_month for one in nothing.frontier]
    sheds = [one.shed_share for one in nothing.frontier]
    assert costs == sorted(costs) and sheds == sorted(sheds, reverse=True)
    assert nothing.frontier[0].per_month <= nothing.own.per_month
    assert nothing.frontier[-1].shed_share == 0


def test_a_stated_share_never_costs_more(nothing: Search) -> None:
    some = search(PLAN, WORLD, STEP, 0.15)
    assert some.chosen is not None and nothing.chosen is not None
    assert 0 < some.chosen.shed_share <= 0.15
    assert some.chosen.per_month < nothing.chosen.per_month


def test_a_load_beyond_the_peak_has_no_policy() -> None:
    found = search(PLAN, WORLD, Profile.step(6000, 90000), 0.0)
    assert found.chosen is None and found.announced is None
    assert found.frontier


def test_the_first_candidate_is_the_plan_as_it_stands() -> None:
    first = next(unannounced(PLAN, STEP))
    assert first.policy.services == ours(PLAN).services
    assert first.spare == 0


def test_what_is_chosen_can_be_stated_to_the_plan() -> None:
    def stated(plan: Plan) -> tuple[int, int]:
        service = plan.services["gateway-api"]
        return service.replicas.floor.value, service.scaling.target_rps.value

    from ..guide_platform import BACKENDS, gateway, service

    services = {"gateway-api": gateway(floor=20, scales_at_rps=327)} | {name: service() for name in BACKENDS}
    assert stated(plan_of(services=services)) == (20, 327)
    # A target above the derived one would not survive the loss of a zone.
    services["gateway-api"] = gateway(scales_at_rps=900)
    assert stated(plan_of(services=services)) == stated(PLAN)


def test_placeholders_hold_the_cpu_of_what_is_missing() -> None:
    floors = {name: one.replicas.floor.value for name, one in PLAN.services.items()}
    spare = spare_for(PLAN, floors, 30000)
    # 21 gateways of 500m, and three times 14 backends of 250m.
    assert spare is not None
    assert (spare.pods, int(spare.cpu)) == (21 + 3 * 14 // 2, 500)
