"""A small client of the cluster's API server, with the cluster's own certificates.

Standard library only, because tools/ runs before there is a venv and the metrics source has to stay light. It
decides how a request is made and how a failure reads. It never reads a kubeconfig, so it cannot reach any
other cluster than the one whose folder it was given.
"""

import http.client
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

MANAGER = "headroom-local"
"""Field manager of what tools/local applies."""
PROBE_S = 3.0
"""Seconds in which what is well answers a probe."""

Json = dict[str, Any]


class Lines(Protocol):
    def readline(self) -> bytes: ...


class ApiError(Exception):
    """An answer that is not a success; `status` is 0 if there was no answer at all."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def client_context(pki: Path) -> ssl.SSLContext:
    """TLS as the cluster's administrator. kwokctl's certificate authority has 100 years and no extra
    extensions: it is checked, but not by the stricter rules that Python 3.13 made its default."""
    context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    return context


class Api:
    """The API server on a port of this machine."""

    def __init__(self, port: int, pki: Path) -> None:
        self.port = port
        self._context = client_context(pki)

    def _send(
        self, method: str, path: str, body: Json | None, content: str, timeout_s: float
    ) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=timeout_s, context=self._context
        )
        data = None if body is None else json.dumps(body).encode()
        try:
            connection.request(
                method, path, body=data, headers={"Content-Type": content, "Accept": "application/json"}
            )
            return connection, connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ApiError(0, f"no answer from the API server on port {self.port}: {error}") from error

    def text(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        content: str = "application/json",
        timeout_s: float = 10.0,
    ) -> str:
        connection, response = self._send(method, path, body, content, timeout_s)
        try:
            answer = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(0, f"the API server broke off: {error}") from error
        finally:
            connection.close()
        if response.status >= 300:
            raise ApiError(response.status, f"{method} {path}: {response.status} {_reason(answer)}")
        return answer

    def get(self, path: str, *, timeout_s: float = 10.0) -> Json:
        answer: Json = json.loads(self.text("GET", path, timeout_s=timeout_s))
        return answer

    def apply(self, path: str, thing: Json) -> Json:
        """Server-side apply, ours wins."""
        query = urlencode({"fieldManager": MANAGER, "force": "true"})
        answer: Json = json.loads(
            self.text(
                "PATCH", f"{path}?{query}", thing, content="application/apply-patch+yaml", timeout_s=30.0
            )
        )
        return answer

    def delete(self, path: str) -> None:
        """Delete; that it is not there is fine."""
        try:
            self.text("DELETE", path)
        except ApiError as error:
            if error.status != http.client.NOT_FOUND:
                raise

    def ready(self) -> bool:
        """/readyz includes the API server's own view of etcd."""
        try:
            return self.text("GET", "/readyz", timeout_s=PROBE_S) == "ok"
        except ApiError:
            return False

    def watch(self, path: str, since: str, *, seconds: int, **query: str) -> Iterator[Json]:
        """Events after resource version `since`, for at most `seconds`; ends when the server ends it."""
        options = {"watch": "true", "resourceVersion": since, "timeoutSeconds": str(seconds), **query}
        connection, response = self._send(
            "GET", f"{path}?{urlencode(options)}", None, "application/json", seconds + 15.0
        )
        try:
            if response.status >= 300:
                raise ApiError(
                    response.status, f"watch {path}: {response.status} {_reason(response.read().decode())}"
                )
            yield from _events(response)
        except (OSError, http.client.HTTPException) as error:
            raise ApiError(0, f"watch {path}: {error}") from error
        finally:
            connection.close()


def healthy(port: int) -> bool:
    """/healthz of a controller on this machine; its certificate is its own, made at each start, so not
    checked."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _says_ok(
        http.client.HTTPSConnection("127.0.0.1", port, timeout=PROBE_S, context=context), "/healthz"
    )


def ready(port: int) -> bool:
    """/readyz of a controller on this machine that answers its probes without TLS (controller-runtime)."""
    return _says_ok(http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_S), "/readyz")


def _says_ok(connection: http.client.HTTPConnection, path: str) -> bool:
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _events(lines: Lines) -> Iterator[Json]:
    while line := lines.readline():
        yield json.loads(line)


def _reason(answer: str) -> str:
    try:
        return str(json.loads(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.strip()[:300]
