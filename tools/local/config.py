"""What kwokctl is asked for: ports, our binaries, the flags of the control plane, the Stages.

It decides the shape of the control plane. Everything is on loopback, with the real admission (Pod Security
among it), authorization and defaults; the HPA controller keeps its 15 s.
"""

import hashlib
import json
from pathlib import Path

from tools.local.site import METRICS_HOST, Site

STAGES = Path(__file__).parent / "stages.yaml"
BINARIES = {
    "etcdBinary": "etcd",
    "kubeApiserverBinary": "kube-apiserver",
    "kubeControllerManagerBinary": "kube-controller-manager",
    "kubeSchedulerBinary": "kube-scheduler",
    "kwokControllerBinary": "kwok",
    "kubectlBinary": "kubectl",
}
PORTS = {
    "kubeApiserverPort": "kube-apiserver",
    "etcdPort": "etcd",
    "etcdPeerPort": "etcd-peer",
    "kubeControllerManagerPort": "kube-controller-manager",
    "kubeSchedulerPort": "kube-scheduler",
    "kwokControllerPort": "kwok-controller",
}
# One of each runs, so a leader election only adds its 15 s lease to every restart, and ends a controller
# whose laptop slept.
FLAGS = {
    "kube-apiserver": {"service-cluster-ip-range": "10.96.0.0/16"},
    "kube-controller-manager": {"leader-elect": "false"},
    "kube-scheduler": {"leader-elect": "false"},
}

# Four Stages at once and one node's pods at a time are KWOK's defaults: when a hundred pods start together, the last
# would be Ready seconds after its time. The others are its defaults (pkg/apis/config/v1alpha1), which it fills in only
# where none of them is stated.
KWOK = {
    "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
    "kind": "KwokConfiguration",
    "options": {
        "podPlayStageParallelism": 16,
        "nodePlayStageParallelism": 8,
        "podsOnNodeSyncParallelism": 4,
        "nodeLeaseParallelism": 4,
        "cidr": "10.0.0.0/24",
        "enablePodsOnNodeSyncListPager": True,
        "enableDebuggingHandlers": True,
        "enableProfilingHandler": True,
    },
}


def stages(ready_after_s: float) -> str:
    """The Stages, with pods Ready after `ready_after_s` and up to half as long again."""
    if ready_after_s < 0:
        raise ValueError(f"ready_after_s is {ready_after_s}; it takes 0 or more seconds")
    ready_ms = round(ready_after_s * 1000)
    text = STAGES.read_text()
    return text.replace("READY_JITTER_MS", str(ready_ms * 3 // 2)).replace("READY_MS", str(ready_ms))


def render(site: Site) -> str:
    """The configuration file; JSON is YAML."""
    asked = {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "runtime": "binary",
            "bindAddress": "127.0.0.1",
            # kwokctl makes one certificate for all; the metrics source serves with it under this name.
            "kubeApiserverCertSANs": [METRICS_HOST],
            **{option: str(site.tool(name)) for option, name in BINARIES.items()},
            **{option: site.record.ports[name] for option, name in PORTS.items()},
        },
        "componentsPatches": [
            {"name": name, "extraArgs": [{"key": key, "value": value} for key, value in flags.items()]}
            for name, flags in FLAGS.items()
        ],
    }
    documents = (json.dumps(asked, indent=2), json.dumps(KWOK, indent=2), stages(site.ready_after_s))
    return "\n---\n".join(documents)


def digest(site: Site) -> str:
    """Changes when the control plane would be made differently: a new binary, a new Stage, a moved
    checkout."""
    return hashlib.sha256(f"{site.home.root}\n{render(site)}".encode()).hexdigest()
