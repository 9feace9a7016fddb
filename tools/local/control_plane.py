"""The real control plane as host processes, by kwokctl: created, repaired, or built anew.

It decides when a control plane is good as it is, when a restart of what died is enough, and when only a new
one helps. A change of ports, binaries or Stages keeps the data: kwokctl makes its configuration anew around
the same etcd folder and certificates. It never deletes data without saying so.
"""

import os
import shutil
from pathlib import Path

from tools.local import kwokctl, ports
from tools.local.config import digest, render
from tools.local.home import Home
from tools.local.record import COMPONENTS, adopt, leftovers, stop_all
from tools.local.site import Site
from tools.problem import Problem, last_lines

ATTEMPTS = 3
"""A port that was free can be taken before it is used; more than three in a row is something else."""


def ensure(site: Site) -> None:
    """Make the control plane run and answer; the least that does it."""
    home, record = site.home, site.record
    adopt(home, record)
    known = record.made_of and all(name in record.ports for name in ports.CONTROL_PLANE)
    if not known and not _has_data(home):
        _wipe(site)
        _create(site)
        return
    if not known:
        site.progress("an earlier start did not finish, or its record cannot be read; going on from there")
    outdated = not known or record.made_of != digest(site)
    dead = [name for name in COMPONENTS if not record.alive(name)]
    if not dead and not outdated and kwokctl.well(site):
        return
    try:
        _repair(site, dead, outdated)
    except Problem as problem:
        site.progress(f"the control plane does not come back: {problem.what}")
        site.progress("building a new one: everything that was in the cluster is lost, deploy it again")
        _wipe(site)
        _create(site)


def _repair(site: Site, dead: list[str], outdated: bool) -> None:
    record = site.record
    if dead and not outdated:
        site.progress(f"not running: {', '.join(dead)}; starting again")
    elif not outdated:
        site.progress("the control plane runs but does not answer; restarting it")
        _stop(site)
        dead = list(COMPONENTS)
    stolen = {
        name: port
        for name, port in record.ports.items()
        if name in ports.CONTROL_PLANE and name.removesuffix("-peer") in dead and not ports.is_free(port)
    }
    for name, port in stolen.items():
        site.progress(f"port {port} of {name} is used by another program; choosing another")
    if outdated or stolen or not _kwok_yaml(site.home).exists():
        site.progress("configuring the control plane anew; what is in the cluster stays")
        _create(site)
        return
    _bring_up(site, "start", "cluster")


def _create(site: Site) -> None:
    """kwokctl create, around whatever data and certificates are there; other ports if one was taken
    meanwhile."""
    home, record = site.home, site.record
    for attempt in range(1, ATTEMPTS + 1):
        _stop(site)
        _shelter(home)
        _kwok_yaml(home).unlink(missing_ok=True)
        home.kubeconfig.unlink(missing_ok=True)
        _choose_ports(site)
        home.cluster.mkdir(parents=True, exist_ok=True)
        home.config.write_text(render(site))
        record.write(home)
        port = record.ports["kube-apiserver"]
        site.progress(f"starting etcd, API server (port {port}), controller-manager, scheduler, kwok")
        try:
            _bring_up(site, "create", "cluster", "--kubeconfig", str(home.kubeconfig))
        except Problem:
            if attempt == ATTEMPTS or not _lost_a_port(home):
                raise
            site.progress("a port was taken in the meantime; trying others")
            continue
        os.chmod(home.kubeconfig, 0o600)
        record.made_of = digest(site)
        record.write(home)
        return


def _bring_up(site: Site, *command: str) -> None:
    """Run the command until all of the control plane runs: on a busy machine a controller can give up waiting
    for the API server, and a second start is all it takes."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            kwokctl.run(site, *command)
            kwokctl.wait(site)
            return
        except Problem as problem:
            if attempt == ATTEMPTS or _lost_a_port(site.home):
                raise
            site.progress(f"{problem.what}; trying again ({attempt + 1} of {ATTEMPTS})")


def _has_data(home: Home) -> bool:
    """Whether a first start got so far that there is something to keep."""
    return all((home.pki / name).exists() for name in ("ca.crt", "admin.crt", "admin.key"))


def _kwok_yaml(home: Home) -> Path:
    return home.control_plane / "kwok.yaml"


def _shelter(home: Home) -> None:
    """Move data and certificates to where kwokctl only has a link to: a create that fails or is interrupted
    makes it delete its whole folder (the links go, what they point to stays)."""
    for name in ("etcd", "pki"):
        link, kept = home.control_plane / name, home.kept / name
        if link.is_dir() and not link.is_symlink():
            home.kept.mkdir(parents=True, exist_ok=True)
            link.rename(kept)
        if kept.exists() and not link.is_symlink():
            home.control_plane.mkdir(parents=True, exist_ok=True)
            link.symlink_to(kept)


def _choose_ports(site: Site) -> None:
    recorded = site.record.ports
    lost = [name for name in ports.CONTROL_PLANE if name not in recorded or not ports.is_free(recorded[name])]
    taken = [port for name, port in recorded.items() if name not in lost]
    recorded.update(ports.choose(lost, cluster=site.home.name, taken=taken))


def _lost_a_port(home: Home) -> bool:
    logs = home.control_plane / "logs"
    return any(
        "address already in use" in line
        for name in COMPONENTS
        for line in last_lines(logs / f"{name}.log", 40)
    )


def _stop(site: Site) -> None:
    left = stop_all(leftovers(site.home))
    if left:
        raise Problem(
            f"processes {[one.pid for one in left]} cannot be stopped", todo="see what they hang on"
        )
    site.record.processes.clear()
    adopt(site.home, site.record)
    site.record.write(site.home)


def _wipe(site: Site) -> None:
    """Everything of the cluster but the record."""
    _stop(site)
    shutil.rmtree(site.home.control_plane, ignore_errors=True)
    shutil.rmtree(site.home.kept, ignore_errors=True)
    site.record.made_of = ""
