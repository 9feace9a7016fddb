"""The facts of Karpenter's objects, and of the versions that objects betray."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ...errors import ConfigurationError
from ...instances import InstanceType, instance_type
from ..annotations import others as notes
from ..base import ABSENT, Maybe
from ..nodes import NodeBudget, NodeClass, Pool, Versions
from ..parse import cpu, duration, memory
from ..view import View
from ..workload import Workload
from .manifest import Manifest

ZONE: Final = "topology.kubernetes.io/zone"
INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
ARCHITECTURE: Final = "kubernetes.io/arch"
CAPACITY_TYPE: Final = "karpenter.sh/capacity-type"
# The repository of the vendor's image, whatever registry it was copied to.
_KARPENTER_IMAGE: Final = re.compile(r"(?:^|/)karpenter/controller:v?(\d{1,3})\.(\d{1,3})\.\d{1,3}")


def read_pool(manifest: Manifest) -> Pool:
    """A NodePool, or the Provisioner that it was before."""
    spec = manifest.spec
    disruption, node = spec.view("disruption"), spec.view("template").view("spec")
    limits, requirements = spec.view("limits"), node.views("requirements")
    types = _required(requirements, INSTANCE_TYPE)
    prefixes = manifest.fact(notes.PREFIX_DELEGATION) or False
    return Pool(
        object=manifest.object,
        name=manifest.name,
        api_version=manifest.api_version,
        place=manifest.place,
        consolidation_policy=disruption.text("consolidationPolicy")
        or _missing(disruption, "consolidationPolicy"),
        # The API requires it as soon as there is a disruption block.
        consolidate_after=disruption.text("consolidateAfter")
        or (_missing(disruption, "consolidateAfter") if "disruption" in spec else None),
        budgets=tuple(_budgets(disruption)) if "budgets" in disruption else None,
        expiry_under_disruption="expireAfter" in disruption,
        cpu_limit=limits.parsed("cpu", cpu) if "cpu" in limits else ABSENT,
        memory_limit=limits.parsed("memory", memory) if "memory" in limits else ABSENT,
        zones=_required(requirements, ZONE),
        instance=_instance(types[0], prefixes) if types is not None and len(types) == 1 else None,
        planned_nodes=manifest.fact(notes.PLANNED_NODES),
        planned_zones=manifest.fact(notes.PLANNED_ZONES),
        termination_grace=node.parsed("terminationGracePeriod", duration)
        if "terminationGracePeriod" in node
        else ABSENT,
        price_region=manifest.fact(notes.PRICE_REGION),
        architectures=_required(requirements, ARCHITECTURE),
        capacity_types=_required(requirements, CAPACITY_TYPE),
        spot_share=manifest.fact(notes.SPOT_SHARE),
    )


def _missing(view: View, name: str) -> Maybe[str]:
    return None if name in view else ABSENT


def _budgets(disruption: View) -> Iterator[NodeBudget]:
    for view in disruption.views("budgets"):
        nodes = view.raw("nodes")
        yield NodeBudget(
            nodes=nodes[:100] if isinstance(nodes, str) else str(view.integer("nodes") or 0),
            reasons=tuple(reason[:60] for reason in view.texts("reasons")),
            schedule=view.text("schedule"),
            duration=view.text("duration"),
        )


def _required(requirements: Sequence[View], key: str) -> tuple[str, ...] | None:
    found = [view for view in requirements if view.raw("key") == key and view.raw("operator") == "In"]
    return found[0].texts("values") or None if found else None


def _instance(name: str, prefix_delegation: bool) -> InstanceType | None:
    try:
        return instance_type(name[:100], prefix_delegation=prefix_delegation)
    except ConfigurationError:
        return None


def read_node_class(manifest: Manifest) -> NodeClass:
    """An EC2NodeClass."""
    spec = manifest.spec
    return NodeClass(
        object=manifest.object,
        name=manifest.name,
        place=manifest.place,
        ami_terms=tuple(_ami_terms(spec)) if "amiSelectorTerms" in spec else ABSENT,
        ami_family=spec.text("amiFamily"),
        user_data=(spec.text("userData") or "")[:100_000] or None,
        http_tokens=spec.view("metadataOptions").text("httpTokens"),
    )


def _ami_terms(spec: View) -> Iterator[str]:
    for term in spec.views("amiSelectorTerms"):
        yield (term.text("alias") or term.text("id") or term.text("name") or "tags")[:100]


def read_versions(
    stated: Sequence[Manifest], workloads: Sequence[tuple[Manifest, Workload]]
) -> Iterator[Versions]:
    """What annotations state, and Karpenter's version by its controller's image."""
    for manifest in stated:
        kubernetes, karpenter = (
            manifest.fact(notes.KUBERNETES_VERSION),
            manifest.fact(notes.KARPENTER_VERSION),
        )
        if kubernetes is not None or karpenter is not None:
            yield Versions(
                object=manifest.object, place=manifest.place, kubernetes=kubernetes, karpenter=karpenter
            )
    for manifest, workload in workloads:
        for container in workload.containers or ():
            found = _KARPENTER_IMAGE.search((container.image or "")[:1000])
            if found is not None:
                version = int(found[1]), int(found[2])
                yield Versions(object=manifest.object, place=manifest.place, karpenter=version)
