"""``plan --optimise surge``: the cheapest policy for a load, the frontier beside it, what to write into the stack."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import typer

from components.policy.cost import dollars
from components.policy.plan import Plan
from components.policy.quantities import format_rate, parse_ratio
from components.policy.surge.candidates import announced
from components.policy.surge.fits import misfits
from components.policy.surge.named_policies import ours
from components.policy.surge.profile import Profile
from components.policy.surge.search import PEAK_HOURS, Search, Tried, search
from components.policy.surge.world import World

from ..formats import Format, console, print_json, print_lines
from ..surge.options import Asked
from ..surge.options import profile_of as load_of
from ..tables import Table, as_markdown, as_rich
from .planned import Planned
from .surge import described, growth_profiles, ramp, seconds, step

# Longer than this a person wants to see that something happens.
PROGRESS_EVERY: Final = 5
# HR951.
_BEYOND: Final = "an event above target.peak_rps ({}) is refused by the stack: raise that first"


class Optimise(StrEnum):
    """What can be searched for."""

    SURGE = "surge"


class WrongQuestionError(ValueError):
    """An option that cannot be read or a stack that cannot be searched."""


@dataclass(frozen=True)
class Wanted:
    """``shed`` and ``profile`` as they were written; None for the defaults."""

    shed: str | None = None
    profile: str | None = None


def optimise(found: Planned, wanted: Wanted, form: Format, tell: Callable[[str], None]) -> None:
    """Search and print. Raises WrongQuestionError, or ConfigurationError for a load that is none."""
    plan = found.plan
    if plan.nodes is None:
        raise WrongQuestionError(
            f"{found.name}: it has no node_pool, so no node is bought; allowed: a stack with one"
        )
    profile, world, allowed = profile_of(plan, wanted.profile), World.of_plan(plan), share(wanted.shed)
    _fits(plan, world, profile, allowed, tell)
    cost = found.settings.cost
    answer = search(
        plan,
        world,
        profile,
        allowed,
        peak_hours=PEAK_HOURS if cost is None else float(cost.peak_hours),
        progress=lambda done, of: (
            tell(f"{done} of {of} tried") if done and done % PROGRESS_EVERY == 0 else None
        ),
    )
    match form:
        case Format.JSON:
            print_json(as_data(answer))
        case Format.MARKDOWN:
            typer.echo("\n\n".join([as_markdown(frontier(answer)), *lines(answer, found, profile)]))
        case Format.TEXT:
            on = console()
            on.print(as_rich(frontier(answer)))
            print_lines(on, lines(answer, found, profile))


def share(written: str | None) -> float:
    """The part of the requests that may be shed. Raises WrongQuestionError."""
    try:
        found = float(parse_ratio(written or "0%"))
    except ValueError:
        found = -1.0
    if not 0 <= found < 1:
        raise WrongQuestionError(f'--shed "{written}": allowed: a share from 0 to below 1, e.g. 5% or 0.05')
    return found


def profile_of(plan: Plan, written: str | None) -> Profile:
    """The load as `ops surge` reads it, step and ramp as the stack's growth says. Raises ConfigurationError."""
    match written:
        case None:
            return growth_profiles(plan)[0]
        case "step":
            return step(plan)
        case "ramp":
            return ramp(plan)
    return load_of(Asked(written), plan)


def _fits(plan: Plan, world: World, profile: Profile, allowed: float, tell: Callable[[str], None]) -> None:
    """What goes beyond the limits for a moment may be shed, where that is allowed; else nothing can be found."""
    wrong = misfits(world, [ours(plan)], profile)
    if wrong and not allowed:
        raise WrongQuestionError(
            "\n".join(
                [
                    *wrong,
                    "to see what can be had: allow a share to be shed (--shed), or raise target.peak_rps",
                ]
            )
        )
    for line in wrong:
        tell(f"beyond the limits: {line}")


def frontier(answer: Search) -> Table:
    """From the cheapest to the one that sheds least, with what was chosen."""
    rows = [("this plan", *_figures(answer.own, answer))]
    rows += [(f"{number}", *_figures(one, answer)) for number, one in enumerate(answer.frontier, start=1)]
    rows += [
        (name, *_figures(one, answer))
        for name, one in (("chosen", answer.chosen), ("announced", answer.announced))
        if one
    ]
    money = "a month" if answer.priced else "node hours a month"
    columns = ("policy", "carries rps at floor", "placeholders", "target", "lead s", "nodes at rest", "at peak", "shed",
               "s to capacity", money)  # fmt: skip
    return Table(f"Frontier of cost and shed requests, {answer.profile}: {answer.tried} tried", columns, rows)


def _figures(one: Tried, answer: Search) -> tuple[str, ...]:
    this = one.candidate
    return (
        f"{this.carries_rps:.0f}",
        str(this.spare),
        f"{float(this.target_part):.0%}",
        "-" if this.lead_s is None else str(this.lead_s),
        str(one.nodes_at_rest),
        str(one.peak_nodes),
        f"{one.shed_share:.2%}",
        seconds(one.capacity_s),
        _money(one.per_month, answer),
    )


def _money(amount: float, answer: Search) -> str:
    return dollars(parse_ratio(f"{amount:.2f}")) if answer.priced else f"{amount:.0f}"


def lines(answer: Search, found: Planned, profile: Profile) -> list[str]:
    """In words: what was chosen, and what to write into the stack for it."""
    limit = "nothing" if answer.allowed == 0 else f"at most {answer.allowed:.1%}"
    asked = f"{found.name}: {described(profile)}, shedding {limit}"
    if answer.chosen is None:
        said = ["unannounced: nothing that was tried sheds so little; the frontier shows what can be had"]
    else:
        said = [f"unannounced: {_said(answer.chosen, answer)}", *_written(answer.chosen, found.plan)]
    if answer.announced is None:
        said.append("announced: not even with the longest lead that was tried")
    else:
        said += [
            f"announced: {_said(answer.announced, answer)}",
            *_event(answer.announced, profile, found.plan),
        ]
    return [asked, *said]


def _said(one: Tried, answer: Search) -> str:
    more = one.per_month - answer.own.per_month
    return (
        f"sheds {one.shed_share:.2%} at worst, {_money(one.per_month, answer)} a month"
        f" ({'+' if more >= 0 else '-'}{_money(abs(more), answer)} against this plan as it stands)"
    )


def _written(one: Tried, plan: Plan) -> list[str]:
    """The lines of the stack's file; none where the plan has it already."""
    this, services = one.candidate, {}
    for name, service in plan.services.items():
        stated: dict[str, int] = {}
        if this.floors[name] > service.replicas.floor.value:
            stated["floor"] = this.floors[name]
        if this.targets[name] < service.scaling.target_rps.value:
            stated["scales_at_rps"] = this.targets[name]
        if stated:
            services[name] = stated
    written = []
    if services:
        written += [
            "  headroom:services:",
            *(f"    {name}: {_inline(one)}" for name, one in services.items()),
        ]
    if this.spare:
        written.append(f"  headroom:spare: {_inline({'kind': 'pods', 'pods': this.spare})}")
    return ["write into the stack's config:", *written] if written else ["the stack has it already"]


def _event(one: Tried, profile: Profile, plan: Plan) -> list[str]:
    spec: dict[str, Any] = {"name": "sale", "start": "2027-01-01T19:00", "time_zone": "UTC"}
    spec |= {"duration": f"{profile.duration_s:.0f}s", "expected_rps": f"{profile.peak_rps:g}"}
    if one.candidate.lead_s != next(announced(plan, profile)).lead_s:
        spec |= {"lead": f"{one.candidate.lead_s}s"}
    most = plan.target.peak_rps
    return [
        *([_BEYOND.format(format_rate(most))] if profile.peak_rps > most else []),
        "write into the stack's config, with the event's own name and time:",
        f"  headroom:events: [{_inline(spec)}]",
    ]


def _inline(values: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in values.items()) + "}"


def as_data(answer: Search) -> dict[str, Any]:
    """For programs."""
    data: dict[str, Any] = json.loads(answer.model_dump_json())
    return data
