"""What a run came to, for people and for programs: policies side by side, what was modelled, what went wrong.

Every figure is the timelines' own outcome (components.policy.surge.outcome); nothing is computed a second way here.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from components.policy.surge.faults import Fault, called
from components.policy.surge.outcome import Outcome, outcome, whole_seconds
from components.policy.surge.timeline import Timeline

from ..tables import Table, as_markdown
from .chart import picture
from .setup import Setup
from .tunnel import Run

COLUMNS: Final = (
    "policy",
    "s to capacity",
    "s to 80 %",
    "shed",
    "least of needed",
    "peak pods",
    "peak nodes",
    "node hours",
    "USD",
)


@dataclass(frozen=True)
class Report:
    """Of one run. ``void`` is why it says nothing, ``ended`` why it ended early; empty where neither is so."""

    title: str
    timelines: tuple[Timeline, ...]
    faults: tuple[str, ...]
    void: str = ""
    ended: str = ""
    clock: str = ""
    interrupted: bool = False

    @classmethod
    def of(cls, run: Run) -> "Report":
        clock = run.clock
        return cls(
            title=_title(run.setup),
            timelines=tuple(line for line in run.timelines() if len(line.ticks) > 1),
            faults=_faults(run.setup),
            void=run.void,
            ended=run.ended,
            interrupted=run.interrupted,
            clock=f"worst tick {clock.worst_s:.2f} s late, {clock.late_share:.1%} of {len(clock.lags)} ticks late,"
            f" 95 % of {len(clock.pods_late)} pods Ready within {max(0.0, clock.pods_late_s):.0f} s of the model",
        )

    @classmethod
    def of_simulation(cls, setup: Setup, timelines: Sequence[Timeline]) -> "Report":
        return cls(title=f"{_title(setup)}, simulated", timelines=tuple(timelines), faults=_faults(setup))

    @property
    def outcomes(self) -> list[tuple[Timeline, Outcome]]:
        return [(line, outcome(line)) for line in self.timelines]

    @property
    def warnings(self) -> list[str]:
        """What makes the figures less than they seem."""
        found = [f"VOID: the machine did not keep the clock: {self.void}"] if self.void else []
        return [*found, *([f"PARTIAL: {self.ended}"] if self.ended else [])]


def _title(setup: Setup) -> str:
    load = setup.profile
    return f"{setup.stack}: {load.name} from {load.before_rps:g} to {load.peak_rps:g} rps"


def _faults(setup: Setup) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_broken(lane.faults) for lane in setup.lanes if lane.faults))


def _broken(faults: Sequence[Fault]) -> str:
    return ", ".join(f"{called(fault)} at {fault.at_s:g} s" for fault in faults)


def table(report: Report) -> Table:
    """A row for each policy."""
    rows = [row(line.policy, found) for line, found in report.outcomes]
    return Table(title=report.title, columns=COLUMNS, rows=rows)


def row(policy: str, found: Outcome) -> list[str]:
    """One policy's figures, as people read them; a run that ended before its load began served none."""
    served = [
        whole_seconds(found.capacity_s),
        whole_seconds(found.utilised_80_s),
        f"{found.shed_share:.1%}",
        f"{found.least_of_needed:.0%}",
    ]
    return [
        policy,
        *(served if found.offered_requests else ["-"] * len(served)),
        str(found.peak_pods),
        str(found.peak_nodes),
        f"{found.node_hours:.2f}",
        f"{found.cost_usd:.2f}",
    ]


def markdown(report: Report) -> str:
    """The whole report as a page."""
    lines = [as_markdown(table(report)), ""]
    lines += [f"**{warning}**\n" for warning in report.warnings]
    if report.faults:
        lines += [f"Faults: {'; '.join(report.faults)}.", ""]
    lines += ["![](surge.svg)", "", "What is modelled and what is real:", ""]
    lines += [f"- {note}" for note in _notes(report.timelines)]
    lines += ["", *([f"The clock: {report.clock}.", ""] if report.clock else [])]
    return "\n".join(lines)


def _notes(timelines: Sequence[Timeline]) -> list[str]:
    """Those of every policy once, and those of one with its name."""
    if not timelines:
        return []
    common = [note for note in timelines[0].notes if all(note in line.notes for line in timelines)]
    own = [f"{line.policy}: {note}" for line in timelines for note in line.notes if note not in common]
    return [*common, *own]


def as_data(report: Report) -> dict[str, Any]:
    """For programs."""
    return {
        "title": report.title,
        "void": report.void,
        "ended": report.ended,
        "clock": report.clock,
        "faults": list(report.faults),
        "policies": {line.policy: _figures(found) for line, found in report.outcomes},
        "notes": _notes(report.timelines),
    }


def _figures(found: Outcome) -> dict[str, Any]:
    # JSON knows no infinity: of nothing that was offered there is no least part.
    least = found.least_of_needed if found.offered_requests else None
    return asdict(found) | {"shed_share": found.shed_share, "least_of_needed": least}


def write(report: Report, folder: Path) -> list[Path]:
    """The report, its picture, and each policy's timeline; the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "surge.md": markdown(report),
        "surge.json": json.dumps(as_data(report), indent=2) + "\n",
        "surge.svg": picture(report.title, report.timelines, report.faults),
    }
    for line in report.timelines:
        name = "".join(c if c.isalnum() or c in "-." else "-" for c in line.policy)
        texts[f"{name}.csv"] = line.to_csv_text()
        texts[f"{name}.timeline.json"] = line.to_json_text()
    written = []
    for name, text in texts.items():
        path = folder / name
        path.write_text(text)
        written.append(path)
    return written
