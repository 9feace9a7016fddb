"""What the wind tunnel recorded, as a page with its pictures: a table for each load, policies side by side.

Every figure is a recording's own outcome; the page is made anew from the recordings and edited by nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from components.policy.surge.faults import called
from components.policy.surge.outcome import Outcome, outcome, whole_seconds
from components.policy.surge.search import month
from components.policy.surge.validation import Recording

from ..tables import Table, as_markdown
from .chart import picture

PAGE: Final = "result.md"
HEAD: Final = """# What the wind tunnel measured

Made by `make surge-validate` from the recordings in this folder; not edited by hand. The real API server, autoscaler,
scheduler, disruption controller and Karpenter; {modelled}.
What is modelled and how to run it: [surge.md](../surge.md); the simulator beside it: [validation.md](validation.md).

`ours` is what the stack deploys, `guide` the guide's autoscalers and budgets; `frontier` are the policies that
`plan --optimise surge` found for the load, the cheapest first. A month's money is nodes at rest all of it, and nodes at
the peak for 60 hours (a sale of two hours on each of 30 days).
"""


@dataclass(frozen=True)
class Played:
    """A recording with what it came to."""

    recording: Recording
    came_to: Outcome

    @property
    def at_rest(self) -> int:
        """Nodes at the first tick."""
        return self.recording.timeline.ticks[0].nodes

    @property
    def per_month(self) -> float:
        """US dollars."""
        lead_s = max(0.0, -self.recording.timeline.ticks[0].at_s) if self.recording.policy.event else 0.0
        per_hour = self.recording.world.nodes.per_hour
        return month(self.at_rest, self.came_to.peak_nodes, lead_s, per_hour)


Column = Callable[[Played], str]
COMMON: Final[Mapping[str, Column]] = {
    "shed": lambda one: f"{one.came_to.shed_share:.2%}",
    "least of needed": lambda one: f"{one.came_to.least_of_needed:.0%}",
}
RISING: Final[Mapping[str, Column]] = {
    "s to capacity": lambda one: whole_seconds(one.came_to.capacity_s),
    **COMMON,
    "pods at most": lambda one: str(one.came_to.peak_pods),
    "nodes at rest": lambda one: str(one.at_rest),
    "nodes at most": lambda one: str(one.came_to.peak_nodes),
    "a month": lambda one: f"${one.per_month:,.2f}",
}
BROKEN: Final[Mapping[str, Column]] = {
    **COMMON,
    "requests shed": lambda one: f"{one.came_to.shed_requests:,.0f}",
    "s until all is carried": lambda one: whole_seconds(_after(one)),
}


def write_result(recordings: Mapping[str, Recording], folder: Path) -> list[Path]:
    """The page and a picture for each load, ``recordings`` by their file's name without its ending; the files."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = _groups(recordings)
    first = next(iter(recordings.values()))
    parts, written = [HEAD.format(modelled=_modelled(first))], []
    for (title, picture_name), group in groups.items():
        file = folder / f"{picture_name}.svg"
        lines = [one.recording.timeline for one in group]
        file.write_text(picture(title, lines), encoding="utf-8")
        parts += [as_markdown(_table(title, group), level=2), f"![{title}]({file.name})"]
        written.append(file)
    page = folder / PAGE
    page.write_text("\n\n".join(part.rstrip() for part in parts) + "\n", encoding="utf-8")
    return [page, *written]


def _groups(recordings: Mapping[str, Recording]) -> dict[tuple[str, str], list[Played]]:
    """By load, those with faults apart; under the title and the picture's name."""
    found: dict[tuple[str, str], list[Played]] = {}
    for name, one in recordings.items():
        key = _title(name, one), _file_name(name, one)
        found.setdefault(key, []).append(Played(one, outcome(one.timeline)))
    return dict(sorted(found.items()))


def _title(name: str, one: Recording) -> str:
    load, where = one.load, name.rpartition("/")[0]
    rises = f"{load.before_rps:,.0f} to " if load.before_rps < load.peak_rps else ""
    fault = ", and a fault" if one.faults else ""
    return f"{one.profile}, {rises}{load.peak_rps:,.0f} rps{fault}" + (f", nodes {where}" if where else "")


def _table(title: str, group: Sequence[Played]) -> Table:
    columns = BROKEN if group[0].recording.faults else RISING
    rows = [[_row(one), *(column(one) for column in columns.values())] for one in group]
    return Table(title, ["policy", *columns], rows)


def _row(one: Played) -> str:
    return ", ".join([*(called(fault) for fault in one.recording.faults), one.recording.policy.name])


def _after(one: Played) -> float | None:
    """Seconds from the fault until the load was carried for good."""
    at = one.came_to.capacity_s
    first = min(fault.at_s for fault in one.recording.faults)
    return at if at is None else max(0.0, at - first)


def _modelled(one: Recording) -> str:
    services, nodes = one.world.services.values(), one.world.nodes
    ready = sorted({service.ready_after_s for service in services})
    pods = " to ".join(f"{at:g}" for at in dict.fromkeys((ready[0], ready[-1])))
    return f"nodes that take {nodes.launch_s:g} s to launch, pods ready {pods} s after binding"


def _file_name(name: str, one: Recording) -> str:
    """The load's name and what distinguishes it."""
    where = name.rpartition("/")[0]
    return "-".join([one.profile, *(["faults"] if one.faults else []), *([where] if where else [])])
