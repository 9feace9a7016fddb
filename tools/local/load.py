"""The simulated load: how many requests per second arrive at the platform's entry.

It decides only what the metrics source is told; what follows from it is the model of
tools/local/metrics/model.py.
"""

import math

from tools.local.api import Api

NAMESPACE, NAME = "kube-system", "simulated-load"
PATH = f"/api/v1/namespaces/{NAMESPACE}/configmaps/{NAME}"


def offer(api: Api, rps: float | None) -> None:
    """Offer `rps` at the entry; None: back to each service's baseline."""
    if rps is None:
        api.delete(PATH)
        return
    if not math.isfinite(rps) or rps < 0:
        raise ValueError(f"rps is {rps}; it takes 0 or more requests per second")
    api.apply(
        PATH,
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": NAMESPACE},
            "data": {"rps": str(rps)},
        },
    )
