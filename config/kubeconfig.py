"""Finds the cluster that a stack names, before anything is registered.

It opens no kubeconfig but the one that the stack names or, for the local cluster, the checkout's own. Whether
the server answers is asked by config.reach.
"""

import base64
import binascii
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from .aws import EksCluster, EksStack
from .cluster import Cluster, KubeconfigCluster, LocalCluster
from .loader import CHECKOUT
from .problems import StackError, problem_line
from .yaml_text import YamlError, read_yaml

LOCAL: Final = Path(".headroom", "kubeconfig")
# Where the kubeconfig of a cluster in AWS is looked for, under the cluster's name.
EXPORTED: Final = Path(".headroom", "clusters")


@dataclass(frozen=True)
class Kubeconfig:
    """A context of a kubeconfig, and how its server is reached and recognised."""

    path: Path
    context: str
    server: str
    authority: str | None = None
    """PEM; None stands for the system's authorities."""
    server_name: str | None = None
    verified: bool = True
    proxy: str | None = None
    remedy: str = "start it, or name another context"
    user: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """How one logs in: credentials, or the command that gives them."""

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.server)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def find(cluster: Cluster, root: Path = CHECKOUT) -> Kubeconfig:
    """The file and context of ``cluster``. Raises StackError where they are not there or no kubeconfig."""
    match cluster:
        case LocalCluster():
            path = root / LOCAL
            if not path.exists():
                raise _problem("kind", "local", "the local cluster is not there; run make up")
            data = _read(path, "kind", "local")
            return _context(
                data, path, str(data.get("current-context", "")), "run make up", ("kind", "local")
            )
        case KubeconfigCluster(path=stated, context=context):
            path = _expanded(stated, root)
            data = _read(path, "path", stated)
            return _context(data, path, context, Kubeconfig.remedy, ("context", context))
        case EksCluster(name=name):
            return _exported(name, "eks", root)
        case EksStack(stack=stack):
            return _exported(stack.rpartition("/")[2], "eks-stack", root)


def _exported(name: str, kind: str, root: Path) -> Kubeconfig:
    """The kubeconfig of a cluster that the program makes, where a person has put it: the engine alone knows it."""
    path = root / EXPORTED / f"{name}.yaml"
    write = f"pulumi stack output kubeconfig --show-secrets -s STACK > {EXPORTED / path.name}"
    if not path.exists():
        raise _problem(
            "kind", kind, f"its kubeconfig is not there; once the stack is up: mkdir -p {EXPORTED}; {write}"
        )
    data = _read(path, "kind", kind)
    return _context(
        data, path, str(data.get("current-context", "")), f"write it again: {write}", ("kind", kind)
    )


def _expanded(stated: str, root: Path) -> Path:
    try:
        return root / Path(stated).expanduser()
    except RuntimeError:
        raise _problem("path", stated, "no such user; allowed: ~/ or a path that exists") from None


def _read(path: Path, field: str, value: str) -> Mapping[str, Any]:
    try:
        data = read_yaml(path.read_bytes(), surprising=None)
    except FileNotFoundError:
        raise _problem(
            field, value, "no such file; allowed: a kubeconfig; write it or name another"
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, YamlError):
            raise _problem(field, value, f"is no kubeconfig: {error}; name another file") from None
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _problem(field, value, f"cannot be read: {reason}; allowed: a readable kubeconfig") from None
    if not isinstance(data, Mapping) or not all(
        isinstance(data.get(key), list) for key in ("clusters", "contexts")
    ):
        raise _problem(field, value, "is no kubeconfig: it has no clusters and contexts; name another file")
    return data


def _context(
    data: Mapping[str, Any], path: Path, name: str, remedy: str, stated: tuple[str, str]
) -> Kubeconfig:
    contexts, users = _by_name(data["contexts"], "context"), data.get("users")
    if name not in contexts:
        known = ", ".join(sorted(contexts)) or "none; the file has no context"
        raise _problem(*stated, f"context {name} is not in the file; allowed: {known}")
    cluster = _by_name(data["clusters"], "cluster").get(str(contexts[name].get("cluster")))
    server = str(cluster.get("server", "")) if cluster else ""
    if cluster is None or not _is_address(server):
        raise _problem(*stated, f"context {name} has no cluster with a server address; mend the kubeconfig")
    return Kubeconfig(
        path=path,
        context=name,
        server=server,
        authority=_authority(cluster, path, stated),
        server_name=cluster.get("tls-server-name"),
        verified=cluster.get("insecure-skip-tls-verify") is not True,
        proxy=cluster.get("proxy-url"),
        remedy=remedy,
        user=_by_name(users if isinstance(users, list) else [], "user").get(
            str(contexts[name].get("user")), {}
        ),
    )


def _is_address(server: str) -> bool:
    try:
        parts = urlsplit(server)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _by_name(entries: list[Any], kind: str) -> dict[str, Mapping[str, Any]]:
    return {
        str(entry["name"]): entry[kind]
        for entry in entries
        if isinstance(entry, Mapping) and "name" in entry and isinstance(entry.get(kind), Mapping)
    }


def _authority(cluster: Mapping[str, Any], path: Path, stated: tuple[str, str]) -> str | None:
    """The cluster's certificate authority as PEM; the data wins over the file, as in client-go."""
    data, file = cluster.get("certificate-authority-data"), cluster.get("certificate-authority")
    try:
        if data:
            pem = base64.b64decode(str(data), validate=True).decode()
        elif file:
            pem = (path.parent / str(file)).read_text()
        else:
            return None
        ssl.create_default_context(cadata=pem)
    except (OSError, ValueError, binascii.Error):
        raise _problem(*stated, "its certificate authority cannot be read; mend the kubeconfig") from None
    return pem


def _problem(field: str, value: str, problem: str) -> StackError:
    return StackError("the stack's cluster", [problem_line(f"cluster.{field}", problem, value)])
