"""Which version of a managed add-on can be stated: one build, and a kube-proxy that fits the control plane.

Which builds there are only EKS knows (``aws eks describe-addon-versions``). Decides no version.
"""

import re
from typing import Final

from .errors import ConfigurationError

_VERSION: Final = re.compile(r"v\d{1,4}\.(\d{1,4})\.\d{1,4}-eksbuild\.\d{1,4}")
# Kubernetes, "Version Skew Policy", kube-proxy: up to three minors older than the API server, never newer.
KUBE_PROXY_BEHIND: Final = 3


def check_addon_version(field: str, version: str) -> None:
    """Raises ConfigurationError for text that names no build. The field's last part is the add-on, with underscores."""
    if not _VERSION.fullmatch(version):
        addon = field.rpartition(".")[2].replace("_", "-")
        raise ConfigurationError(
            field=field,
            value=version,
            allowed='one build, such as "v1.20.4-eksbuild.2"',
            remedy=f"aws eks describe-addon-versions --addon-name {addon}",
        )


def check_kube_proxy(field: str, version: str, kubernetes: str) -> None:
    """Raises ConfigurationError when kube-proxy is newer than the control plane of the minor ``kubernetes`` ("1.36"),
    or too far behind.
    """
    match = _VERSION.fullmatch(version)
    behind = int(kubernetes.partition(".")[2]) - int(match[1] if match else 0)
    if not 0 <= behind <= KUBE_PROXY_BEHIND:
        raise ConfigurationError(
            field=field,
            value=f"{version} with Kubernetes {kubernetes}",
            allowed=f"v{kubernetes}.x, at most {KUBE_PROXY_BEHIND} minors older and never newer",
            remedy="upgrade the control plane first, then kube-proxy",
        )
