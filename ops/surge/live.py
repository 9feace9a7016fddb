"""The run as it goes, on a terminal: a table that is drawn anew every second, or a line a while where there is none."""

from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from .lane import Running
from .tunnel import Run

EVERY: Final = 15
"""Seconds between two lines where the output is no terminal."""


class View:
    """Shows a run; also tells what happens, without tearing the table."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._on_terminal = console.is_terminal
        self._shown = 0

    def __enter__(self) -> Self:
        if self._on_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on_terminal:
            self._live.stop()

    def tell(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def show(self, run: Run, progress: str) -> None:
        if self._on_terminal:
            self._live.update(drawn(run, progress), refresh=True)
        elif self._shown % EVERY == 0:
            for one in run.lanes:
                self.tell(f"{progress}: {line(one)}")
        self._shown += 1


def drawn(run: Run, progress: str) -> Table:
    """A row for each lane, and one for each of its services."""
    table = Table(title=f"{run.setup.profile.name}: {progress}", title_justify="left")
    for column in ("", "at", "offered", "capacity", "shed", "wanted", "ready", "pending", "nodes", "USD"):
        table.add_column(column, justify="right" if column else "left")
    for one in run.lanes:
        for row in _rows(one):
            table.add_row(*row)
    return table


def _rows(one: Running) -> list[list[str]]:
    counted, found = one.counted, one.found
    if counted is None or found is None:
        return [[one.lane.title]]
    names = list(one.setup.plan.services)
    at = f"{one.ticks[-1].at_s:.0f} s" if one.ticks else "settling"
    rows = [
        [
            one.lane.title,
            at,
            f"{found.offered_rps:.0f}",
            f"{found.capacity_rps:.0f}",
            f"{found.shed_rps:.0f}",
            str(sum(counted.wanted.get(name, 0) for name in names)),
            str(sum(counted.ready.get(name, 0) for name in names)),
            str(counted.pending),
            f"{counted.there}/{counted.bought}",
            f"{one.cost_usd:.2f}",
        ]
    ]
    for name in names:
        flow = found.services[name]
        capacity = counted.ready.get(name, 0) * one.setup.rps_per_pod[name]
        rows.append(
            [
                f"  {name}",
                "",
                f"{flow.arrives_rps:.0f}",
                f"{capacity:.0f}",
                f"{flow.shed_rps:.0f}",
                str(counted.wanted.get(name, 0)),
                str(counted.ready.get(name, 0)),
                "",
                "",
                "",
            ]
        )
    return rows


def line(one: Running) -> str:
    """A lane in one line."""
    own = _rows(one)[0]
    if len(own) == 1:
        return own[0]
    policy, at, offered, capacity, shed, wanted, ready, pending, nodes, cost = own
    return (
        f"{policy} at {at}: {offered} rps offered, {capacity} capacity, {shed} shed; pods {ready} ready of {wanted}"
        f" wanted, {pending} pending; {nodes} nodes, ${cost}"
    )
