"""The metrics source as a process: `python -m tools.local.metrics --api-port N --port N --pki DIR`.

Started and stopped by tools/local/metrics_source.py.
"""

import argparse
from functools import partial
from pathlib import Path

from tools.local.api import Api
from tools.local.metrics import watch
from tools.local.metrics.answers import answer
from tools.local.metrics.cluster import Cluster
from tools.local.metrics.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(description="metrics for the HPA from a model of the load")
    parser.add_argument("--api-port", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--pki", type=Path, required=True)
    options = parser.parse_args()
    cluster = Cluster()
    watch.start(cluster, lambda: Api(options.api_port, options.pki))
    serve(options.port, options.pki, partial(answer, cluster))


if __name__ == "__main__":
    main()
