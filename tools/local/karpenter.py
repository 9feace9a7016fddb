"""Karpenter with its KWOK provider, which buys nodes that KWOK plays.

It decides how Karpenter is started. Which nodes it may buy is for the NodePool that the program deploys.
"""

import http.client
import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from tools.local import daemon, ports
from tools.local.site import Site


def ensure(site: Site) -> None:
    link = _link(site)
    link.unlink(missing_ok=True)
    link.symlink_to(site.tool("karpenter"))
    if daemon.ensure(site, KARPENTER):
        site.progress("starting Karpenter with its KWOK provider")
        daemon.wait(site, KARPENTER)


def _link(site: Site) -> Path:
    """Started through a link in the cluster's folder, so that its command line says whose it is."""
    return site.home.control_plane / "bin" / "karpenter"


def _command(site: Site) -> Sequence[str]:
    metrics, health = (site.record.ports[name] for name in ports.KARPENTER)
    command = [str(_link(site)), f"--metrics-port={metrics}", f"--health-probe-port={health}"]
    if site.instance_types is not None:
        command.append(f"--instance-types-file-path={site.instance_types.resolve()}")
    return command


def _env(site: Site) -> Mapping[str, str]:
    """Nothing else of the user's: Karpenter takes every option from variables such as LOG_LEVEL too."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "KUBECONFIG": str(site.home.kubeconfig),
        "SYSTEM_NAMESPACE": "kube-system",
        # One replica: a leader election would add its lease to every restart.
        "DISABLE_LEADER_ELECTION": "true",
    }


def _well(site: Site) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", site.record.ports["karpenter-health"], timeout=3)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _made_of(site: Site) -> str:
    sold = site.instance_types.read_bytes() if site.instance_types is not None else b""
    return f"{site.tool('karpenter').resolve()} {site.record.made_of} {sha256(sold).hexdigest()}"


KARPENTER = daemon.Daemon("karpenter", ports.KARPENTER, _command, _env, _well, _made_of)
