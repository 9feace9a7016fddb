"""The one Prometheus query that the platform's autoscalers ask, answered from the model in Prometheus' place.

`GET /api/v1/query` with the requests/s of one service of one namespace. It is a model, not Prometheus: every other
query is refused with the form that it takes, so that nobody reads a figure out of it that it does not have.
"""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.local.metrics.cluster import Cluster
from tools.local.metrics.demands import demands

Json = dict[str, Any]
# Which counter has a service's requests is the stack's to say (metrics.requests_total); here they are the same.
FORM = 'sum(rate(REQUESTS_total{namespace="NAMESPACE",service="SERVICE"}[1m]))'
QUERY = re.compile(r"sum\(rate\([a-zA-Z_:][a-zA-Z0-9_:]*_total\{(?P<labels>[^}]*)\}\[\d+[smh]\]\)\)")
LABEL = re.compile(r'\s*(namespace|service)\s*=\s*"([^"]*)"\s*(?:,|$)')
PATH = "/api/v1/query"


class RefusedError(Exception):
    """Answered with 400 or 404 in Prometheus' own shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def query(cluster: Cluster, target: str, now: float) -> Json:
    """The answer to a request, whose target may be a whole address as a proxy is asked. Raises RefusedError."""
    url = urlsplit(target)
    if not url.path.endswith(PATH):
        raise RefusedError(404, f"{url.path}: this model of Prometheus answers {PATH} only")
    text = parse_qs(url.query).get("query", [""])[0]
    match = QUERY.fullmatch("".join(text.split()))
    labels = dict(LABEL.findall(match["labels"])) if match else {}
    if match is None or labels.keys() != {"namespace", "service"}:
        raise RefusedError(400, f"query {text[:200]!r}: this model of Prometheus answers only {FORM}")
    found = demands(cluster, labels["namespace"], f"service={labels['service']}", now)
    rows = [{"metric": {}, "value": [now, str(float(one.rps))]} for one in found.demands]
    return {"status": "success", "data": {"resultType": "vector", "result": rows}}


def refusal(error: RefusedError) -> Json:
    """An error as Prometheus says it."""
    return {"status": "error", "errorType": "bad_data", "error": str(error)}
