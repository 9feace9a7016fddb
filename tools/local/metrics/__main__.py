"""The metrics source as a process: `python -m tools.local.metrics --pki DIR --port N ...`.

Started and stopped by tools/local/metrics_source.py.
"""

import argparse
import threading
import time
from pathlib import Path
from typing import Any

from tools.local.api import Api
from tools.local.metrics import prometheus, watch
from tools.local.metrics.answers import answer
from tools.local.metrics.cluster import Cluster
from tools.local.metrics.keda import Adapter, asks_keda
from tools.local.metrics.server import serve, serve_prometheus


def main() -> None:
    parser = argparse.ArgumentParser(description="metrics for the HPA from a model of the load")
    parser.add_argument("--api-port", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--prometheus-port", type=int, required=True)
    parser.add_argument("--keda-port", type=int, required=True)
    parser.add_argument("--pki", type=Path, required=True)
    options = parser.parse_args()
    cluster = Cluster()
    watch.start(cluster, lambda: Api(options.api_port, options.pki))
    adapter = Adapter(options.keda_port, options.pki)

    def metrics(target: str) -> dict[str, Any]:
        return adapter.ask(target) if asks_keda(target) else answer(cluster, target)

    def queried(target: str) -> dict[str, Any]:
        with cluster.lock:
            return prometheus.query(cluster, target, time.time())

    threading.Thread(
        target=serve_prometheus, args=(options.prometheus_port, queried), name="prometheus", daemon=True
    ).start()
    serve(options.port, options.pki, metrics)


if __name__ == "__main__":
    main()
