"""Where one local cluster keeps its things, and the name that keeps two checkouts apart.

It decides paths and names from the state folder alone. It creates nothing, and nothing of it lies outside
that folder: not in ~/.kube, not in ~/.kwok.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tools import places


@dataclass(frozen=True)
class Home:
    """The state folder of one cluster: a checkout's `.headroom`, or a test's own."""

    root: Path

    @classmethod
    def of(cls, state_dir: Path | None = None) -> "Home":
        return cls((state_dir or places.STATE).resolve())

    @property
    def name(self) -> str:
        """The cluster's name, from the path: two checkouts never share one."""
        return f"headroom-{hashlib.sha256(str(self.root).encode()).hexdigest()[:8]}"

    @property
    def context(self) -> str:
        """The context in the kubeconfig; kwokctl puts its own prefix before the name."""
        return f"kwok-{self.name}"

    @property
    def kubeconfig(self) -> Path:
        return self.root / "kubeconfig"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock(self) -> Path:
        return self.root / "cluster.lock"

    @property
    def cluster(self) -> Path:
        """All that `down` deletes, and kwokctl's work folder."""
        return self.root / "cluster"

    @property
    def record(self) -> Path:
        return self.cluster / "record.json"

    @property
    def config(self) -> Path:
        """What kwokctl is asked for: ports, binaries, Stages."""
        return self.cluster / "kwokctl.yaml"

    @property
    def control_plane(self) -> Path:
        """The folder that kwokctl makes for this cluster: bin, etcd, logs, pids, pki."""
        return self.cluster / "clusters" / self.name

    @property
    def kept(self) -> Path:
        """Data and certificates while the control plane around them is made anew, and from then on."""
        return self.cluster / "kept"

    @property
    def pki(self) -> Path:
        return self.control_plane / "pki"
