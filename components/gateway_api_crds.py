"""GatewayApiCrds: the Gateway API's own kinds, which no cluster in AWS has by itself.

From a release's standard-install.yaml that lies with the program: with Helm it would not fit into the Secret that a
release is kept in (kubernetes-sigs/aws-load-balancer-controller #4710). Decides no version and no class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi
import yaml
from pulumi_kubernetes.apiextensions import CustomResource

from .policy.errors import ConfigurationError
from .renames import with_aliases

GROUP: Final = "gateway.networking.k8s.io"
# What the ways in are made of.
_NEEDED: Final = frozenset({"GatewayClass", "Gateway", "HTTPRoute", "GRPCRoute"})
_BUNDLE: Final = f"{GROUP}/bundle-version"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class GatewayApiCrdsArgs:
    """Arguments of :class:`GatewayApiCrds`. ``file`` is a release's ``standard-install.yaml``."""

    file: str


class GatewayApiCrds(pulumi.ComponentResource):
    """The CRDs of the file, each a resource, so that an upgrade shows what it changes.

    Output: ``version``, the release, known once every kind is there. The controller of a class takes the component in
    its ``depends_on``: what starts before its kinds never looks for them again.

    Raises ConfigurationError before anything is registered for a file that is not there, or has not all kinds.
    """

    version: pulumi.Output[str]

    def __init__(
        self, name: str, args: GatewayApiCrdsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        found = _crds(f"{name}.file", args.file)
        super().__init__("headroom:index:GatewayApiCrds", name, None, with_aliases(name, opts))
        made = [
            CustomResource(
                f"{name}-{crd['spec']['names']['plural']}",
                api_version=crd["apiVersion"],
                kind=crd["kind"],
                metadata=crd["metadata"],
                spec=crd["spec"],
                opts=pulumi.ResourceOptions(parent=self),
            )
            for crd in found
        ]
        version = found[0]["metadata"].get("annotations", {}).get(_BUNDLE, "unknown")
        self.version = pulumi.Output.all(*(one.id for one in made)).apply(lambda _: str(version))
        self.register_outputs({"version": self.version})


def _crds(field: str, file: str) -> list[Mapping[str, Any]]:
    try:
        documents = list(yaml.load_all(Path(file).read_text(), _LOADER))
    except OSError as error:
        raise _refused(field, f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _refused(field, f"{file}: no YAML") from None
    found = [one for one in documents if _is_ours(one)]
    missing = sorted(_NEEDED - {str(one["spec"]["names"]["kind"]) for one in found})
    if missing:
        raise _refused(field, f"{file}: without {', '.join(missing)}")
    return found


def _is_ours(document: Any) -> bool:
    """Whether it is one of the CRDs; the release's admission policy is left to whoever upgrades by hand."""
    if not isinstance(document, Mapping) or document.get("kind") != "CustomResourceDefinition":
        return False
    spec = document.get("spec")
    return isinstance(spec, Mapping) and spec.get("group") == GROUP


def _refused(field: str, value: str) -> ConfigurationError:
    return ConfigurationError(
        field=field,
        value=value,
        allowed="the standard-install.yaml of a release of the Gateway API",
        remedy="fetch it from github.com/kubernetes-sigs/gateway-api/releases, and keep it with the program",
    )
