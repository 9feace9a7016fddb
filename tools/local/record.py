"""What this machine remembers of a cluster between two commands: ports, processes, and what they were made
of.

It decides nothing: it is read, changed and written back. A record that cannot be read counts as none; what
still runs is then found by its command line (leftovers).
"""

import dataclasses
import itertools
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from tools.local import process
from tools.local.home import Home
from tools.local.process import Process

COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller")
"""What kwokctl starts, by the names of its pid files."""


@dataclass
class Record:
    """`made_of` is the digest of the control plane's configuration; empty until kwokctl has once finished."""

    made_of: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> "Record":
        try:
            raw = json.loads(home.record.read_text())
            processes = {name: Process(**one) for name, one in raw.pop("processes").items()}
            return cls(processes=processes, **raw)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def write(self, home: Home) -> None:
        """All or nothing: an interrupt in the middle leaves the old record."""
        home.cluster.mkdir(parents=True, exist_ok=True)
        new = home.record.with_suffix(".new")
        new.write_text(json.dumps(dataclasses.asdict(self), indent=1))
        os.replace(new, home.record)

    def alive(self, name: str) -> bool:
        return process.alive(self.processes.get(name))


def adopt(home: Home, record: Record) -> None:
    """Take the pids that kwokctl wrote into the record, if they are this cluster's; forget the others.

    kwokctl believes any process that has the pid in its file, and would kill it: a file whose process is
    gone, or whose pid a stranger has by now, is deleted before kwokctl sees it.
    """
    ours = {found.pid: found for found in leftovers(home)}
    for name in COMPONENTS:
        file = home.control_plane / "pids" / f"{name}.pid"
        try:
            found = ours.get(int(file.read_text()))
        except (OSError, ValueError):
            found = None
        if found is None:
            file.unlink(missing_ok=True)
            record.processes.pop(name, None)
        else:
            record.processes[name] = found


def leftovers(home: Home) -> list[Process]:
    """Every running process of this cluster, recorded or not: its program lies in, or it was handed, its
    folder.

    Only the program itself and the metrics source's `--pki` count: an editor or a pager that has one of the
    cluster's files open is not ours.
    """
    programs = f"{home.control_plane / 'bin'}{os.sep}"
    pki = str(home.pki)
    found = []
    for pid, argv in process.command_lines():
        handed = any(pair == ("--pki", pki) for pair in itertools.pairwise(argv))
        if argv[0].startswith(programs) or handed:
            since = process.started(pid)
            if since is not None:
                found.append(Process(pid, since, program=os.path.basename(argv[0])))
    return found


def stop_all(processes: Iterable[Process]) -> list[Process]:
    """Stop them, etcd last: an API server without its storage takes its whole grace period to end. Returns
    those that are left."""
    everything = list(processes)
    clients = [one for one in everything if one.program != "etcd"]
    storage = [one for one in everything if one.program == "etcd"]
    return process.stop(clients) + process.stop(storage)
