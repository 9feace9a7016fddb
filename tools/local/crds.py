"""The custom resource definitions that the platform's objects need, applied and Established.

It decides when they have to be applied again: when their files changed, or when the cluster is a new one.
"""

import hashlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.local.api import ApiError
from tools.local.site import Site
from tools.problem import Problem

ESTABLISHED_S = 60
"""The API server takes seconds for all of them; a minute is a busy machine, and then it hangs."""
MARK = "/api/v1/namespaces/kube-system/configmaps/headroom-crds"


def ensure(site: Site) -> None:
    files = sorted(site.crds().rglob("*.yaml"))
    if not files:
        raise Problem(f"no CRDs in {site.crds()}", todo="run `make tools`")
    now = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    if _applied(site) == now:
        return
    site.progress(f"applying {len(files)} CRDs")
    folder = str(site.crds())
    # Not validated by the client: the API server checks them anyway, and this saves its whole OpenAPI
    # document.
    _kubectl(
        site, "apply", "--server-side", "--force-conflicts", "--validate=false", "--recursive", "-f", folder
    )
    _kubectl(site, "wait", "crd", "--all", "--for=condition=Established", f"--timeout={ESTABLISHED_S}s")
    site.api().apply(
        MARK,
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": MARK.rpartition("/")[2], "namespace": "kube-system"},
            "data": {"digest": now},
        },
    )


def _applied(site: Site) -> str:
    """The digest noted in the cluster itself, so that it goes when the cluster's data go."""
    try:
        return str(site.api().get(MARK)["data"]["digest"])
    except (ApiError, KeyError):
        return ""


def _kubectl(site: Site, *arguments: str) -> None:
    home = site.home
    own = ["--kubeconfig", str(home.kubeconfig), "--cache-dir", str(home.cluster / "kubectl-cache")]
    done = _run([str(site.tool("kubectl")), *own, *arguments])
    if done.returncode != 0:
        raise Problem(
            f"kubectl {arguments[0]} of the CRDs failed", cause=done.stderr.strip().splitlines()[-5:]
        )


def _run(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            argv, capture_output=True, text=True, timeout=2 * ESTABLISHED_S, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise Problem(
            f"{Path(argv[0]).name} did not end within {2 * ESTABLISHED_S} s",
            cause="the control plane is slow or hangs",
            todo="run the same command again; the logs are in .headroom",
        ) from None
