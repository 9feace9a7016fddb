"""A small HTTP server on loopback that answers lists as an API server does, and a stack that names it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .objects import Object

STACK = """\
config:
  headroom:cluster: {{kind: kubeconfig, path: {path}, context: test}}
  headroom:target: {{peak_rps: 30000, baseline_rps: 6000}}
  headroom:zones: [zone-a, zone-b, zone-c]
  headroom:autoscaling: {{kind: external-metric}}
"""


class Server(ThreadingHTTPServer):
    """Answers ``lists`` by path, or every request with ``refuses``, or ``refused_paths`` each with its own."""

    daemon_threads = True

    def __init__(self, lists: dict[str, list[Object]], refuses: int | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lists = lists
        self.refuses = refuses
        self.refused_paths: dict[str, int] = {}
        self.asked: list[str] = []
        # Answered first, one each.
        self.busy: list[int] = []


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        found = self.server.lists.get(self.path)
        status = (
            self.server.refuses
            or self.server.refused_paths.get(self.path)
            or (200 if found is not None else 404)
        )
        if self.server.busy:
            status = self.server.busy.pop(0)
        body = json.dumps({"items": found} if status == 200 else {"kind": "Status", "code": status}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@contextmanager
def serving(lists: dict[str, list[Object]], refuses: int | None = None) -> Iterator[Server]:
    """The server while the block runs."""
    with Server(lists, refuses) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join(5)


def write_stack(folder: Path, port: int) -> None:
    """A stack "test" in ``folder`` whose cluster is on ``port``."""
    kubeconfig = {
        "kind": "Config",
        "apiVersion": "v1",
        "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": "none"}}],
    }
    (folder / "kubeconfig").write_text(json.dumps(kubeconfig))
    (folder / "Pulumi.test.yaml").write_text(STACK.format(path=folder / "kubeconfig"))
