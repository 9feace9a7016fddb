"""What every step of `up` is handed: where, with which tools, what is remembered, and whom to tell.

It decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.local.api import Api
from tools.local.home import Home
from tools.local.record import Record

Progress = Callable[[str], None]
"""Is told, line by line, what is being done."""
METRICS_NAMESPACE = "kube-system"
METRICS_SERVICE = "simulated-metrics"
METRICS_HOST = f"{METRICS_SERVICE}.{METRICS_NAMESPACE}.svc"
"""The name that the API server asks the metrics source's certificate for."""


@dataclass
class Site:
    home: Home
    record: Record
    progress: Progress
    tool: Callable[[str], Path]
    crds: Callable[[], Path]
    ready_after_s: float
    instance_types: Path | None = None

    def api(self) -> Api:
        """Made anew each time: ports and certificates change when a control plane is made anew."""
        return Api(self.record.ports["kube-apiserver"], self.home.pki)
