"""The local cluster as a whole: up, down, state, load.

It decides the order of the steps; how each step makes itself right is in its own module. Every step looks
first and does nothing where all is well, so `up` again is the repair of everything and costs a second.
"""

import contextlib
import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tools import locks, toolchain
from tools.local import control_plane, crds, karpenter, keda, metrics_source, process
from tools.local import load as simulated
from tools.local.api import Api, ApiError
from tools.local.home import Home
from tools.local.record import COMPONENTS, Record, leftovers, stop_all
from tools.local.site import Progress, Site
from tools.problem import Problem

READY_AFTER_S = 3.0
"""How long a pod takes from being bound to being Ready: a small process behind the guide's probe of 5 s + 3 s
is slower, a test does not want to wait."""
ROOM_BYTES = 1_000_000_000
"""etcd preallocates 64 MB a log file and keeps snapshots: 130 MB after an hour with 50 pods; logs come on
top."""
ROOM_LEFT_BYTES = 100_000_000
"""What a cluster that exists needs to go on."""
PROCESSES = (*COMPONENTS, "metrics", "karpenter", "keda-operator", "keda-adapter")


@dataclass(frozen=True)
class LocalCluster:
    """A running cluster. `uid` is another one after a rebuild: what was deployed into another uid is gone."""

    kubeconfig: Path
    context: str
    uid: str


@dataclass(frozen=True)
class Part:
    name: str
    pid: int | None
    alive: bool
    log: Path


@dataclass(frozen=True)
class State:
    """`answers`: the API server and its storage are ready. A cluster is up if that and every part is."""

    exists: bool
    answers: bool
    parts: tuple[Part, ...]
    kubeconfig: Path
    context: str
    server: str

    @property
    def up(self) -> bool:
        return self.answers and all(part.alive for part in self.parts)


def up(
    progress: Progress,
    *,
    state_dir: Path | None = None,
    ready_after_s: float = READY_AFTER_S,
    instance_types: Path | None = None,
    tool: Callable[[str], Path] = toolchain.tool,
    crd_folder: Callable[[], Path] = toolchain.crds,
) -> LocalCluster:
    """Make the cluster run: start it, repair it, or see that all is well. Raises Problem if it cannot.

    `ready_after_s`: what a pod takes from being bound to being Ready, and up to half as long again.
    `instance_types`: a file of the types that Karpenter's KWOK provider sells, in the provider's format; by
    default the provider's own list. `tool` and `crd_folder` say where the executables and the CRDs are.
    """
    home = Home.of(state_dir)
    with _clear_disk_errors(home), _held(home, progress):
        _room(home)
        site = Site(home, Record.read(home), progress, tool, crd_folder, ready_after_s, instance_types)
        control_plane.ensure(site)
        crds.ensure(site)
        metrics_source.ensure(site)
        keda.start(site)
        # Again, in case that KEDA had to take another port.
        metrics_source.ensure(site)
        karpenter.ensure(site)
        keda.wait(site)
        site.record.write(home)
        uid = site.api().get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
        return LocalCluster(home.kubeconfig, home.context, uid)


def down(progress: Progress, *, state_dir: Path | None = None) -> bool:
    """Stop every process of the cluster and delete its data; False if there was none. Logs of ours stay."""
    home = Home.of(state_dir)
    if not home.root.exists():
        return False
    with _held(home, progress):
        recorded = [one for one in Record.read(home).processes.values() if process.alive(one)]
        running = {one.pid: one for one in [*recorded, *leftovers(home)]}
        existed = bool(running) or home.cluster.exists()
        if running:
            progress(f"stopping {len(running)} processes of the local cluster")
        left = stop_all(running.values()) + leftovers(home)
        if left:
            pids = " ".join(str(one.pid) for one in left)
            raise Problem(
                f"still running after SIGKILL: {pids}", todo="see what they hang on, then `make down` again"
            )
        shutil.rmtree(home.cluster, ignore_errors=True)
        home.kubeconfig.unlink(missing_ok=True)
        return existed


def state(*, state_dir: Path | None = None) -> State:
    """What is there and what runs; changes nothing and takes no lock."""
    home = Home.of(state_dir)
    record = Record.read(home)
    parts = []
    for name in PROCESSES:
        folder = home.control_plane / "logs" if name in COMPONENTS else home.logs
        known = record.processes.get(name)
        parts.append(Part(name, known.pid if known else None, process.alive(known), folder / f"{name}.log"))
    api = _api(home, record)
    port = record.ports.get("kube-apiserver", 0)
    return State(
        exists=bool(record.made_of),
        answers=api is not None and api.ready(),
        parts=tuple(parts),
        kubeconfig=home.kubeconfig,
        context=home.context,
        server=f"https://127.0.0.1:{port}" if port else "",
    )


def load(rps: float | None, *, state_dir: Path | None = None) -> None:
    """Offer `rps` at the platform's entry; None: each service's baseline. Raises Problem without a
    cluster."""
    home = Home.of(state_dir)
    api = _api(home, Record.read(home))
    try:
        if api is None or not api.ready():
            raise Problem("the local cluster does not run", todo="run `make up`")
        simulated.offer(api, rps)
    except ApiError as error:
        raise Problem("the simulated load cannot be set", cause=str(error), todo="run `make up`") from error
    except ValueError as error:
        raise Problem(str(error)) from error


def _api(home: Home, record: Record) -> Api | None:
    port = record.ports.get("kube-apiserver")
    return Api(port, home.pki) if port and (home.pki / "admin.key").exists() else None


def _held(home: Home, progress: Progress) -> AbstractContextManager[None]:
    def waiting(who: str) -> None:
        progress(f"another command ({who}) is at work on this cluster: waiting for it to end")

    return locks.held(home.lock, waiting)


def _room(home: Home) -> None:
    needed = ROOM_LEFT_BYTES if home.control_plane.exists() else ROOM_BYTES
    free = shutil.disk_usage(home.root).free
    if free < needed:
        raise Problem(
            f"{free / 1e6:.0f} MB free on the disk of {home.root}",
            cause=f"the local cluster needs {needed / 1e6:.0f} MB there",
            todo="free some space and run `make up` again",
        )


@contextlib.contextmanager
def _clear_disk_errors(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
        raise Problem(
            f"cannot write to {error.filename or home.root}: {error.strerror}",
            todo="make room or permission there and run `make up` again",
        ) from error
