"""KEDA's metrics, from KEDA's own adapter.

There can be one registration of external.metrics.k8s.io with the API server, and the metrics source has it. What is
asked for a ScaledObject (its HPA says so by a label of the metric's selector) is handed on as it came, and so is the
answer. It decides nothing else.
"""

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.local.api import client_context

MARK = "scaledobject.keda.sh/name"
PATIENCE_S = 8.0
Json = dict[str, Any]


class AdapterError(Exception):
    """An answer of the adapter that is not a success, with its status; or none at all (503)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def asks_keda(target: str) -> bool:
    """Whether a request is for a metric of a ScaledObject."""
    return MARK in parse_qs(urlsplit(target).query).get("labelSelector", [""])[0]


class Adapter:
    """KEDA's adapter on a port of this machine; it lets the cluster's administrator ask."""

    def __init__(self, port: int, pki: Path) -> None:
        self._port, self._pki = port, pki
        self._context: ssl.SSLContext | None = None

    def ask(self, target: str) -> Json:
        """The adapter's answer. Raises AdapterError."""
        self._context = self._context or client_context(self._pki)
        connection = http.client.HTTPSConnection(
            "localhost", self._port, timeout=PATIENCE_S, context=self._context
        )
        try:
            connection.request("GET", target, headers={"Accept": "application/json"})
            response = connection.getresponse()
            body = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            raise AdapterError(503, f"KEDA's metrics adapter does not answer: {error}") from None
        finally:
            connection.close()
        try:
            answer: Json = json.loads(body)
        except ValueError:
            answer = {"message": body.strip()[:300]}
        if response.status != http.client.OK:
            raise AdapterError(response.status, str(answer.get("message", body))[:300])
        return answer
