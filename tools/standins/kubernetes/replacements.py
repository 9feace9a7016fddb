"""Which changes of a Kubernetes object the vendor's plugin answers with a new object instead of an update.

The fields are those of pulumi-kubernetes 4.25 (provider/pkg/provider/diff.go), all of which the API server refuses to
change; ConfigMap and Secret are replaced by default so that a change reaches the pods. It compares; it stores nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.standins.values import UNKNOWN

ALWAYS: Final = ("metadata.name", "metadata.namespace")
# By API group and kind; a field stands for everything below it.
BY_KIND: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("apps", "DaemonSet"): ("spec.selector",),
    ("apps", "Deployment"): ("spec.selector",),
    ("apps", "StatefulSet"): (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    ("core", "ConfigMap"): ("binaryData", "data"),
    ("core", "PersistentVolumeClaim"): (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    ("core", "Pod"): ("spec",),
    ("core", "ResourceQuota"): ("spec.scopes",),
    ("core", "Secret"): ("type", "stringData", "data"),
    ("core", "Service"): ("spec.clusterIP",),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner"),
}
# A release is another one under another name or in another namespace (provider/pkg/provider/helm_release.go).
RELEASE: Final = ("name", "namespace")


def differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    """The paths at which two values differ, as deep as both are objects or lists of one length."""
    if before is UNKNOWN or now is UNKNOWN:
        yield path
    elif isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in sorted({*before, *now}):
            if not str(key).startswith("__"):
                yield from differences(before.get(key), now.get(key), _below(path, str(key)))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif before != now:
        yield path


def replaces(token: str, path: str) -> bool:
    """Whether a change at the path makes a new object of this type."""
    module, _, kind = token.removeprefix("kubernetes:").rpartition(":")
    group = module.partition("/")[0]
    fields = RELEASE if group == "helm.sh" else (*ALWAYS, *BY_KIND.get((group, kind), ()))
    return any(path == field or path.startswith((f"{field}.", f"{field}[")) for field in fields)


def _below(path: str, key: str) -> str:
    """As Pulumi writes paths: a key with a dot or a slash in it stands in brackets."""
    if all(char.isalnum() or char in "_-$" for char in key):
        return f"{path}.{key}" if path else key
    return f'{path}["{key}"]'
