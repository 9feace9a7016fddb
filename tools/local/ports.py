"""Free ports on this machine, the same ones for the same cluster as long as nobody else takes them.

It decides which port each process listens on. It never takes a port from another program.
"""

import socket
import zlib
from collections.abc import Collection, Iterable

# Below the ephemeral range (32768 up on Linux, 49152 up by IANA, RFC 6335), so that an outgoing connection of
# another program does not sit on a recorded port while the cluster is down; above what servers commonly use.
FIRST, LAST = 21_000, 28_999

CONTROL_PLANE = (
    "kube-apiserver",
    "etcd",
    "etcd-peer",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
)
KARPENTER = ("karpenter-metrics", "karpenter-health")
METRICS = ("metrics", "prometheus")
KEDA_OPERATOR = ("keda-metrics", "keda-health", "keda-service")
KEDA_ADAPTER = ("keda-adapter", "keda-adapter-metrics")


def is_free(port: int) -> bool:
    """Whether a server could listen there, on loopback and on all interfaces."""
    for host in ("127.0.0.1", ""):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True


def choose(names: Iterable[str], *, cluster: str, taken: Collection[int] = ()) -> dict[str, int]:
    """A free port for each name. The search starts at a place that follows from the cluster's name."""
    span = LAST - FIRST + 1
    at = zlib.crc32(cluster.encode()) % span
    chosen: dict[str, int] = {}
    used = set(taken)
    for name in names:
        for step in range(span):
            port = FIRST + (at + step) % span
            if port not in used and is_free(port):
                chosen[name] = port
                used.add(port)
                break
        else:
            raise OSError(f"no free port between {FIRST} and {LAST} for {name}")
    return chosen
