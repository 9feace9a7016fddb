"""Serves the answers on loopback: the metrics APIs over TLS to the API server alone, the stand-in for Prometheus in
the clear, as Prometheus does.

It decides who may ask for metrics: whoever shows a certificate of the cluster's authority, which has signed only one,
the one that the API server shows as an aggregator. Everybody else is cut off.
"""

import http.server
import json
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.local.metrics import prometheus
from tools.local.metrics.answers import NotHere
from tools.local.metrics.keda import AdapterError

IDLE_S = 120.0
"""How long a connection may say nothing; the HPA asks every 15 s."""
Answer = Callable[[str], dict[str, Any]]


def serve(port: int, pki: Path, answer: Answer) -> None:
    """Serve the metrics APIs for ever."""
    with Server(port, pki, answer) as server:
        server.serve_forever()


def serve_prometheus(port: int, answer: Answer) -> None:
    """Serve the stand-in for Prometheus for ever."""
    with Plain(port, answer) as server:
        server.serve_forever()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, pki: Path, answer: Answer) -> None:
        self.answer = answer
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        self.context.load_verify_locations(pki / "ca.crt")
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        super().__init__(("127.0.0.1", port), Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread, so that a client that never shakes hands holds up nobody."""
        request.settimeout(IDLE_S)
        with self.context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        print(f"{client_address}: {sys.exc_info()[1]}", file=sys.stderr)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        try:
            self._reply(200, self.server.answer(self.path))
        except NotHere as error:
            self._reply(404, _status(404, str(error)))
        except ValueError as error:
            self._reply(400, _status(400, str(error)))

        except AdapterError as error:
            self._reply(error.status, _status(error.status, str(error)))

    def _reply(self, code: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: some requests a second, for as long as the cluster runs."""


class Plain(http.server.ThreadingHTTPServer):
    """The stand-in for Prometheus; also asked as a proxy, since it stands for whatever address a query goes to."""

    daemon_threads = True

    def __init__(self, port: int, answer: Answer) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", port), PlainHandler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        print(f"{client_address}: {sys.exc_info()[1]}", file=sys.stderr)


class PlainHandler(Handler):
    server: Plain  # type: ignore[assignment]
    timeout = IDLE_S

    def do_GET(self) -> None:
        try:
            self._reply(200, self.server.answer(self.path))
        except prometheus.RefusedError as error:
            self._reply(error.status, prometheus.refusal(error))


def _status(code: int, message: str) -> dict[str, Any]:
    return {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message}
