"""Runs kwokctl on one cluster, and waits until what it started works.

It decides when a start has failed: kwokctl itself waits two minutes for an API server that ended at once. It
never lets kwokctl near ~/.kwok or ~/.kube, nor at a pid that a stranger has by now (record.adopt).
"""

import contextlib
import os
import subprocess
import time
from pathlib import Path

from tools.local import process
from tools.local.api import ApiError, healthy
from tools.local.home import Home
from tools.local.record import COMPONENTS, adopt
from tools.local.site import Site
from tools.problem import Problem, last_lines

START_S = 60
"""A cold start takes 4 s on two idle cores, 15 s on busy ones."""
CONTROLLERS = ("kube-controller-manager", "kube-scheduler")


def run(site: Site, *arguments: str) -> None:
    """kwokctl with these arguments; what it started is in the record even if it fails or is interrupted."""
    home = site.home
    argv = [str(site.tool("kwokctl")), "--name", home.name, "--config", str(home.config), *arguments]
    env = {
        # kwokctl takes every option from a KWOK_ variable too.
        **{name: value for name, value in os.environ.items() if not name.startswith("KWOK_")},
        "KWOK_WORKDIR": str(home.cluster),  # not ~/.kwok
        "KUBECACHEDIR": str(home.cluster / "kubectl-cache"),  # not ~/.kube/cache
        "KUBECONFIG": str(home.kubeconfig),
    }
    home.logs.mkdir(parents=True, exist_ok=True)
    log = home.logs / "kwokctl.log"
    try:
        with log.open("wb") as out:
            # A session of its own: Ctrl-C reaches us, and we end it below, after it has noted its pids.
            child = subprocess.Popen(
                argv,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = _outcome(home, child)
            finally:
                if child.poll() is None:
                    child.terminate()
                    child.wait(10)
    finally:
        adopt(home, site.record)
        site.record.write(home)
    if code != 0:
        raise Problem(f"kwokctl {arguments[0]} failed with code {code}", cause=last_lines(log, 3), log=log)


def _outcome(home: Home, child: "subprocess.Popen[bytes]") -> int:
    """kwokctl's exit code; a Problem as soon as something that it started has ended, which it would not
    notice."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(0.25)
        ended = [name for name in COMPONENTS if _ended(home.control_plane / "pids" / f"{name}.pid")]
        if ended:
            raise Problem(f"{ended[0]} ended", cause=log_of(home, ended[0]))
    raise Problem(f"the control plane did not start in {START_S} s", cause=log_of(home, "kube-apiserver"))


def _ended(pid_file: Path) -> bool:
    try:
        return process.started(int(pid_file.read_text())) is None
    except (OSError, ValueError):
        return False


def well(site: Site) -> bool:
    """Whether the API server, its storage and the controllers answer now."""
    return site.api().ready() and all(healthy(site.record.ports[name]) for name in CONTROLLERS)


def wait(site: Site) -> None:
    """Until the API server is ready, the controllers are well, and the default service account is made."""
    api = site.api()
    deadline = time.monotonic() + START_S
    while True:
        with contextlib.suppress(ApiError):
            if well(site):
                api.get("/api/v1/namespaces/default/serviceaccounts/default")
                return
        dead = [name for name in COMPONENTS if not site.record.alive(name)]
        if dead:
            raise Problem(f"{dead[0]} ended", cause=log_of(site.home, dead[0]))
        if time.monotonic() > deadline:
            cause = log_of(site.home, "kube-apiserver")
            raise Problem(f"the control plane is not ready after {START_S} s", cause=cause)
        time.sleep(0.1)


def log_of(home: Home, name: str, lines: int = 3) -> list[str]:
    """Where a component's log is, and its end."""
    file = home.control_plane / "logs" / f"{name}.log"
    return [f"(end of {file})", *last_lines(file, lines)]
