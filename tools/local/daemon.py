"""A process of ours beside the control plane: kept if it is well and up to date, else started anew.

It decides that for Karpenter, KEDA and the metrics source alike; what they are started with is in their own
modules.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import places
from tools.links import replace_link
from tools.local import ports, process
from tools.local.site import Site
from tools.problem import Problem, last_lines

WELL_S = 60
"""As long as a cold start of the control plane may take on busy cores (kwokctl.START_S)."""
POLL_S = 0.3


@dataclass(frozen=True)
class Daemon:
    """`command` and `env` are asked for once its ports are known; `made_of` changes when its code does."""

    name: str
    ports: tuple[str, ...]
    command: Callable[[Site], Sequence[str]]
    env: Callable[[Site], Mapping[str, str]]
    well: Callable[[Site], bool]
    made_of: Callable[[Site], str]


def program(site: Site, name: str) -> Path:
    """A tool as its daemon starts it: by a link in the cluster's folder, so that a command line says whose it is."""
    return site.home.control_plane / "bin" / name


def link(site: Site, name: str) -> None:
    place = program(site, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    replace_link(place, site.tool(name))


def ensure(site: Site, daemon: Daemon) -> bool:
    """Make it run and be well. True if it had to be started."""
    record = site.record
    known = all(port in record.ports for port in daemon.ports)
    if known and record.alive(daemon.name):
        if record.processes[daemon.name].spec == _spec(site, daemon) and daemon.well(site):
            return False
        site.progress(f"{daemon.name} is out of date or does not answer; starting it again")
    stop(site, daemon.name)
    _choose_ports(site, daemon)
    start(site, daemon)
    return True


def reserve(site: Site, names: Sequence[str]) -> None:
    """Give a port to each name that has none yet, for those who have to be told before the daemon starts."""
    recorded = site.record.ports
    missing = [name for name in names if name not in recorded]
    recorded.update(ports.choose(missing, cluster=site.home.name, taken=list(recorded.values())))


def start(site: Site, daemon: Daemon) -> None:
    log = log_file(site, daemon.name)
    site.record.processes[daemon.name] = process.spawn(
        daemon.command(site), log=log, env=daemon.env(site), cwd=places.CHECKOUT, spec=_spec(site, daemon)
    )
    site.record.write(site.home)


def wait(site: Site, daemon: Daemon) -> None:
    """Until it is well; a Problem with the end of its log if it ends first or takes too long."""
    deadline = time.monotonic() + WELL_S
    while not daemon.well(site):
        ended = not site.record.alive(daemon.name)
        if ended or time.monotonic() > deadline:
            log = log_file(site, daemon.name)
            what = f"{daemon.name} {'ended' if ended else f'is not well after {WELL_S} s'}"
            raise Problem(
                what,
                cause=last_lines(log, 5),
                log=log,
                todo="run `make up` again; if it stays, `make down` first",
            )
        time.sleep(POLL_S)


def stop(site: Site, name: str) -> None:
    running = site.record.processes.pop(name, None)
    if running is not None and process.stop([running]):
        raise Problem(f"{name} (pid {running.pid}) cannot be stopped")


def log_file(site: Site, name: str) -> Path:
    return site.home.logs / f"{name}.log"


def _choose_ports(site: Site, daemon: Daemon) -> None:
    recorded = site.record.ports
    lost = [name for name in daemon.ports if name not in recorded or not ports.is_free(recorded[name])]
    for name in lost:
        if name in recorded:
            site.progress(f"port {recorded[name]} of {name} is used by another program; choosing another")
    taken = [port for name, port in recorded.items() if name not in lost]
    recorded.update(ports.choose(lost, cluster=site.home.name, taken=taken))


def _spec(site: Site, daemon: Daemon) -> str:
    # Without the program itself: another Python does as well.
    parts = [*daemon.command(site)[1:], daemon.made_of(site)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
