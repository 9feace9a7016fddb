"""What was asked of a run, made into all that it is made of: plan, load, world, lanes. Nothing is started here.

Every wrong word is refused before the stack's objects are rendered, which takes a second or two.
"""

import math
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan, build_plan
from components.policy.prices import on_demand_price
from components.policy.surge.fits import misfits
from components.policy.surge.named_policies import with_floor
from components.policy.surge.policy_written import Written
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import EventFloor, SurgePolicy
from components.policy.surge.search import PEAK_HOURS
from components.policy.surge.world import World
from config.loader import load_stack
from config.settings import Settings

from ..what_if import changed
from .errors import MisfitError
from .known import expanded, known_policies
from .lane_model import Lane
from .lane_objects import OURS
from .options import (
    OUT,
    STAGGER_S,
    Asked,
    LaneAsked,
    check_times,
    event_name,
    faults_of,
    policies_of,
    profile_of,
)
from .playable import playable
from .policy_files import written_policies
from .render import other, rendered
from .setup import Setup

PREFIX: Final = "surge-"
# Behind it the names of pools must fit into 63 characters.
LABEL: Final = 13
# What deploying and settling take, with as much again.
SETTLES_WITHIN_S: Final = 240.0


@dataclass(frozen=True)
class Question:
    """What was asked. Times in seconds; those that are None are the plan's own.

    ``files`` are policies that are read from files, by name, and ``cron_lead_s`` how long before the load the windows
    of their cron triggers open. ``figures`` are other figures for the stack. ``simulated``: no cluster is asked.
    """

    stack: str
    load: Asked
    lanes: Sequence[LaneAsked]
    out: Path = OUT
    beyond: bool = False
    node_launch_s: float | None = None
    pod_ready_s: float | None = None
    rate_window_s: float | None = None
    delay_s: float = 0.0
    stagger_s: float = STAGGER_S
    files: Mapping[str, str] = field(default_factory=dict)
    cron_lead_s: float | None = None
    figures: Sequence[str] = ()
    simulated: bool = False

    @property
    def times(self) -> dict[str, float | None]:
        """By their options."""
        return {
            "--node-launch": self.node_launch_s,
            "--pod-ready": self.pod_ready_s,
            "--rate-window": self.rate_window_s,
            "--metrics-delay": self.delay_s,
            "--stagger": self.stagger_s,
            "--cron-lead": self.cron_lead_s,
        }


def plan_of(stack: str) -> Plan:
    """The plan of a stack. Raises StackError or ConfigurationError."""
    return build_plan(load_stack(stack).platform)


def setup_of(question: Question) -> Setup:
    """Everything that the run is made of. Raises StackError, WrongFigureError, ConfigurationError or MisfitError."""
    check_times(question.times)
    name, settings = _stack(question)
    begins_at = None
    plan = build_plan(settings.platform)
    event = event_name(question.load)
    if event is not None and any(one.name == event for one in plan.events):
        begins_at = _soon(plan, event)
        settings = announced(settings, event, begins_at)
        plan = build_plan(settings.platform)
    if plan.nodes is None:
        raise ConfigurationError(
            field="node_pool",
            value="null",
            allowed="a stack with a node pool, whose nodes the run can buy and count",
            remedy="state headroom:node_pool, or run a stack that has one",
        )
    profile = profile_of(question.load, plan)
    world = _world(plan, question)
    hours = PEAK_HOURS if settings.cost is None else float(settings.cost.peak_hours)
    known = dict(known_policies(plan, world, profile, question.lanes, hours))
    written = written_policies(question.files, known, known[OURS], question.cron_lead_s)
    if not question.simulated:
        written = {word: playable(one) for word, one in written.items()}
    known |= {word: one.policy for word, one in written.items()}
    if begins_at is not None and event is not None:
        known[OURS] = with_floor(known[OURS], _floor(plan, event, begins_at), OURS)
    lanes = tuple(_lanes(list(expanded(question.lanes, known)), known, profile, plan, written))
    wrong = misfits(world, [lane.policy for lane in lanes], profile)
    # The load test's last phase goes beyond the target on purpose.
    if wrong and not question.beyond and question.load.profile != "phases":
        raise MisfitError("\n".join([*wrong, "to run it all the same: --beyond"]))
    return Setup(
        stack=name,
        plan=plan,
        objects=() if question.simulated else tuple(rendered(settings, plan)),
        lanes=lanes,
        profile=profile,
        world=world,
        stagger_s=question.stagger_s,
        begins_at=begins_at,
        prices=_prices(settings, plan),
        beyond=tuple(wrong),
    )


def _stack(question: Question) -> tuple[str, Settings]:
    if question.figures:
        return changed(question.stack, question.figures)
    return f"Pulumi.{question.stack}.yaml", load_stack(question.stack)


def _lanes(
    asked: Sequence[LaneAsked],
    known: Mapping[str, SurgePolicy],
    profile: Profile,
    plan: Plan,
    written: Mapping[str, Written],
) -> Iterator[Lane]:
    """Each with a name that no other run has: a node that an earlier one was still waiting for may come after that run
    was taken away, and belongs to no lane of this one."""
    policies_of([lane.policy for lane in asked], known)
    mark = secrets.token_hex(2)
    for number, lane in enumerate(asked):
        yield Lane(
            name=f"{PREFIX}{number}-{_label(lane.policy)}-{mark}",
            policy=known[lane.policy],
            own=lane.policy == OURS,
            faults=faults_of(lane.faults, profile, plan),
            alone=lane.alone,
            notes=written[lane.policy].notes if lane.policy in written else (),
        )


def announced(settings: Settings, name: str, begins_at: float) -> Settings:
    """The stack as if its event were to start then, and no other: what it deploys for that is what runs."""
    start = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(begins_at))
    events = [
        event.model_copy(update={"start": start, "time_zone": "UTC", "valid_until": {}})
        for event in settings.events
        if event.name == name
    ]
    return other(settings, events=events)


def _soon(plan: Plan, name: str) -> float:
    """The first whole minute that leaves time to settle and for the event's lead."""
    (event,) = [event for event in plan.events if event.name == name]
    lead_s = event.lead.value / 1000
    return math.ceil((time.time() + SETTLES_WITHIN_S + lead_s) / 60 + 1) * 60.0


def _floor(plan: Plan, name: str, begins_at: float) -> EventFloor:
    (event,) = [event for event in plan.events if event.name == name]
    floors = {service: event.floor_of(service) for service in event.services}
    return EventFloor(
        pods={service: floor.pods for service, floor in floors.items()},
        lead_s=max(0.0, begins_at - event.floors_from.value),
        ends_s=event.floors_until.value - begins_at,
        by="cron",
    )


def _prices(settings: Settings, plan: Plan) -> dict[str, float]:
    """US dollars an hour of every type that some pool may buy; none where the stack has no prices."""
    if settings.cost is None:
        return {}
    kinds = {name for pool in plan.pools.values() for name in pool.spec.instance_types}
    return {
        name: float(on_demand_price(name, settings.cost.region, settings.cost.prices).value) for name in kinds
    }


def _world(plan: Plan, question: Question) -> World:
    world = World.of_plan(plan)
    timings = world.timings.model_copy(update={"metric_delay_s": question.delay_s})
    (first, *others), services = world.pools, dict(world.services)
    if question.rate_window_s is not None:
        timings = timings.model_copy(update={"rate_window_s": question.rate_window_s})
    if question.node_launch_s is not None:
        launch = {"launch_s": question.node_launch_s}
        first, *others = [pool.model_copy(update=launch) for pool in world.pools]
    if question.pod_ready_s is not None:
        stated = {"ready_after_s": question.pod_ready_s, "pull_s": 0.0}
        services = {name: one.model_copy(update=stated) for name, one in services.items()}
    changes = {"timings": timings, "nodes": first, "more_nodes": tuple(others), "services": services}
    return world.model_copy(update=changes)


def _label(name: str) -> str:
    """As a part of a namespace's name."""
    return "".join(c if c.isalnum() else "-" for c in name.lower())[:LABEL].strip("-")
