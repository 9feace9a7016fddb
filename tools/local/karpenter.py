"""Karpenter with its KWOK provider, which buys nodes that KWOK plays.

It decides how Karpenter is started. Which nodes it may buy is for the NodePool that the program deploys.
"""

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256

from tools.local import daemon, ports
from tools.local.api import ready
from tools.local.site import Site


def ensure(site: Site) -> None:
    daemon.link(site, "karpenter")
    if daemon.ensure(site, KARPENTER):
        site.progress("starting Karpenter with its KWOK provider")
        daemon.wait(site, KARPENTER)


def _command(site: Site) -> Sequence[str]:
    metrics, health = (site.record.ports[name] for name in ports.KARPENTER)
    command = [
        str(daemon.program(site, "karpenter")),
        f"--metrics-port={metrics}",
        f"--health-probe-port={health}",
    ]
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
    return ready(site.record.ports["karpenter-health"])


def _made_of(site: Site) -> str:
    sold = site.instance_types.read_bytes() if site.instance_types is not None else b""
    return f"{site.tool('karpenter').resolve()} {site.record.made_of} {sha256(sold).hexdigest()}"


KARPENTER = daemon.Daemon("karpenter", ports.KARPENTER, _command, _env, _well, _made_of)
