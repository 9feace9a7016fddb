"""Asks a cluster's API server for single objects, with the credentials of the context that the stack names.

It reads only. Where it cannot ask (a proxy, a login that it does not know, a right that is missing) it says that it
does not know, and never that something is not there.
"""

import base64
import json
import os
import ssl
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Final

from .kubeconfig import Kubeconfig
from .reach import TIMEOUT_S, proxied, tls

# client-go, "Credential plugins": a login may ask a cloud for a token, which takes a second or two.
LOGIN_TIMEOUT_S: Final = 15.0
NOT_FOUND: Final = 404
OK: Final = 200


class Unknown(Exception):
    """Nobody can say from here whether an object is there."""


def objects(found: Kubeconfig, paths: Iterable[str]) -> dict[str, Mapping[str, Any] | None]:
    """The object at each path; None where there is none, or no such kind. Raises Unknown."""
    if proxied(found):
        raise Unknown("behind a proxy")
    try:
        with _connection(found) as (connection, headers):
            return {path: _get(connection, path, headers) for path in paths}
    except (OSError, ValueError, HTTPException, subprocess.SubprocessError, KeyError, TypeError) as error:
        raise Unknown(str(error)) from None


def _get(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> Mapping[str, Any] | None:
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read()
    if response.status == NOT_FOUND:
        return None
    if response.status != OK:
        raise Unknown(f"{path}: {response.status}")
    answer: Mapping[str, Any] = json.loads(body)
    return answer


@contextmanager
def _connection(found: Kubeconfig) -> Iterator[tuple[HTTPConnection, Mapping[str, str]]]:
    host, port = found.address
    user = _logged_in(found)
    if not found.server.startswith("https:"):
        plain = HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            yield plain, _headers(user, found.path)
        finally:
            plain.close()
        return
    context = tls(found)
    with tempfile.TemporaryDirectory() as folder:
        pair = [_file(user, name, found.path, Path(folder)) for name in ("client-certificate", "client-key")]
        if pair[0] is not None:
            context.load_cert_chain(pair[0], pair[1])
    secure = _Named(host, port, context, found.server_name or host)
    try:
        yield secure, _headers(user, found.path)
    finally:
        secure.close()


class _Named(HTTPSConnection):
    """Checks the certificate for the name that the kubeconfig states (tls-server-name)."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext, name: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S, context=context)
        self._own, self._name = context, name

    def connect(self) -> None:
        HTTPConnection.connect(self)
        self.sock = self._own.wrap_socket(self.sock, server_hostname=self._name)


def _headers(user: Mapping[str, Any], kubeconfig: Path) -> dict[str, str]:
    token = user.get("token")
    if token is None and user.get("tokenFile"):
        token = (kubeconfig.parent / str(user["tokenFile"])).read_text().strip()
    return {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}


def _file(user: Mapping[str, Any], name: str, kubeconfig: Path, folder: Path) -> Path | None:
    """The certificate or key as a file, which is all that OpenSSL takes; what is written is gone at once."""
    data, file = user.get(f"{name}-data"), user.get(name)
    if not data:
        return kubeconfig.parent / str(file) if file else None
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(base64.b64decode(str(data)))
    return path


def _logged_in(found: Kubeconfig) -> Mapping[str, Any]:
    """The user of the context; where a credential plugin gives the credentials, with what it gave."""
    plugin = found.user.get("exec")
    if not isinstance(plugin, Mapping):
        return found.user
    version = str(plugin.get("apiVersion", "client.authentication.k8s.io/v1"))
    asked = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}
    stated = {str(pair["name"]): str(pair["value"]) for pair in plugin.get("env") or ()}
    done = subprocess.run(
        [str(plugin["command"]), *map(str, plugin.get("args") or ())],
        capture_output=True,
        check=True,
        timeout=LOGIN_TIMEOUT_S,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **stated, "KUBERNETES_EXEC_INFO": json.dumps(asked)},
    )
    status = json.loads(done.stdout)["status"]
    pair = {"client-certificate": "clientCertificateData", "client-key": "clientKeyData"}
    given = {
        f"{name}-data": base64.b64encode(status[key].encode())
        for name, key in pair.items()
        if status.get(key)
    }
    return {"token": status.get("token"), **{name: data.decode() for name, data in given.items()}}
