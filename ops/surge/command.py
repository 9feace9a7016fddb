"""`ops surge`: what was asked is checked whole, then the tunnel runs, then the report is shown and written.

It decides the order and the exit code; figures, faults and pictures are other modules'.
"""

import fcntl
import math
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan, build_plan
from components.policy.prices import on_demand_price
from components.policy.surge.fits import misfits
from components.policy.surge.named_policies import with_floor
from components.policy.surge.profile import Profile
from components.policy.surge.scaling_policy import EventFloor, SurgePolicy
from components.policy.surge.search import PEAK_HOURS
from components.policy.surge.world import World
from config.cluster import LocalCluster
from config.kubeconfig import find
from config.loader import CHECKOUT, load_stack
from config.reach import check_server
from config.settings import Settings

from ..tables import as_rich
from .cluster import Cluster
from .errors import BusyError, MisfitError
from .known import expanded, known_policies
from .lane_model import Lane
from .lane_objects import OURS
from .live import View
from .options import OUT, STAGGER_S, Asked, LaneAsked, event_name, faults_of, policies_of, profile_of
from .png import as_png
from .render import other, rendered
from .report import Report, table, write
from .setup import Setup
from .tunnel import Run, Tunnel

LOCK: Final = Path(".headroom", "surge.lock")
PREFIX: Final = "surge-"
# Behind it the names of pools must fit into 63 characters.
LABEL: Final = 13
# What deploying and settling take, with as much again.
SETTLES_WITHIN_S: Final = 240.0


@dataclass(frozen=True)
class Question:
    """What was asked. Times in seconds; those that are None are the plan's own."""

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


def plan_of(stack: str) -> Plan:
    """The plan of a stack. Raises StackError or ConfigurationError."""
    return build_plan(load_stack(stack).platform)


def setup_of(question: Question) -> Setup:
    """Everything that the run is made of. Raises StackError, ConfigurationError or MisfitError."""
    settings = load_stack(question.stack)
    begins_at = None
    plan = build_plan(settings.platform)
    name = event_name(question.load)
    if name is not None and any(event.name == name for event in plan.events):
        begins_at = _soon(plan, name)
        settings = announced(settings, name, begins_at)
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
    if begins_at is not None and name is not None:
        known[OURS] = with_floor(known[OURS], _floor(plan, name, begins_at), OURS)
    setup = Setup(
        plan=plan,
        objects=tuple(rendered(settings, plan)),
        lanes=tuple(_lanes(list(expanded(question.lanes, known)), known, profile, plan)),
        profile=profile,
        world=world,
        delay_s=question.delay_s,
        stagger_s=question.stagger_s,
        begins_at=begins_at,
        prices=_prices(settings, plan),
    )
    wrong = _misfits(setup)
    # The load test's last phase goes beyond the target on purpose.
    if wrong and not question.beyond and question.load.profile != "phases":
        raise MisfitError("\n".join([*wrong, "to run it all the same: --beyond"]))
    return setup


def _misfits(setup: Setup) -> list[str]:
    return misfits(setup.world, [lane.policy for lane in setup.lanes], setup.profile)


def _lanes(
    asked: Sequence[LaneAsked], known: Mapping[str, SurgePolicy], profile: Profile, plan: Plan
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
    timings, nodes, services = world.timings, world.nodes, dict(world.services)
    if question.rate_window_s is not None:
        timings = timings.model_copy(update={"rate_window_s": question.rate_window_s})
    if question.node_launch_s is not None:
        nodes = nodes.model_copy(update={"launch_s": question.node_launch_s})
    if question.pod_ready_s is not None:
        stated = {"ready_after_s": question.pod_ready_s, "pull_s": 0.0}
        services = {name: one.model_copy(update=stated) for name, one in services.items()}
    return world.model_copy(update={"timings": timings, "nodes": nodes, "services": services})


def _label(name: str) -> str:
    """As a part of a namespace's name."""
    return "".join(c if c.isalnum() else "-" for c in name.lower())[:LABEL].strip("-")


def run(setup: Setup, console: Console) -> Run:
    """Run it on the local cluster. Raises StackError, NoClusterError, NotSettledError or BusyError."""
    kubeconfig = find(LocalCluster(kind="local"))
    check_server(kubeconfig)
    with alone(CHECKOUT / LOCK), View(console) as view:
        return Tunnel(Cluster(kubeconfig), setup, view.tell, view.show).go()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One run at a time: it takes away what it finds of another. Raises BusyError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError(
                "another surge runs on this cluster; wait for it, or end it with Ctrl-C"
            ) from None
        yield


def answer(question: Question, console: Console, tell: Callable[[str], None]) -> tuple[Report, Run]:
    """The whole of it: the report is shown and its files are written, also of a run that was cut short."""
    setup = setup_of(question)
    for line in _misfits(setup):
        tell(f"beyond the limits: {line}")
    done = run(setup, console)
    report = Report.of(done, f"Pulumi.{question.stack}.yaml")
    if report.timelines:
        console.print(as_rich(table(report)))
        written = write(report, question.out)
        png = as_png(question.out / "surge.svg")
        names = ", ".join(path.name for path in [*written, *([png] if png else [])])
        tell(f"{question.out}: {names}")
        if png is None:
            tell("no PNG: rsvg-convert is not on PATH (Debian: librsvg2-bin); the SVG is the same picture")
    for warning in report.warnings:
        tell(warning)
    return report, done
