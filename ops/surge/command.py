"""`ops surge`: what was asked is played by the tunnel or by the simulator, then the report is shown and written.

It decides the order; what was asked is question's, figures, faults and pictures are other modules'.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console

from config.cluster import LocalCluster
from config.kubeconfig import find
from config.loader import CHECKOUT
from config.reach import check_server

from ..tables import as_rich
from .cluster import Cluster
from .errors import BusyError
from .live import View
from .options import check_folder
from .png import as_png
from .question import Question, setup_of
from .report import Report, table, write
from .setup import Setup
from .simulated import simulated
from .tunnel import Run, Tunnel

LOCK: Final = Path(".headroom", "surge.lock")


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


def answer(question: Question, console: Console, tell: Callable[[str], None]) -> Report:
    """The whole of it: the report is shown and its files are written, also of a run that was cut short."""
    setup = setup_of(question)
    check_folder(question.out)
    for line in setup.beyond:
        tell(f"beyond the limits: {line}")
    for lane in setup.lanes:
        for line in lane.notes:
            tell(f"{lane.policy.name}: {line}")
    report = (
        Report.of_simulation(setup, simulated(setup))
        if question.simulated
        else Report.of(run(setup, console))
    )
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
    return report
