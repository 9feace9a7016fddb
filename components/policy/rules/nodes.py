"""Rules about what Karpenter accepts and what its nodes are: per API version, before the API server is asked."""

import re
from collections.abc import Iterator
from typing import Final

from ..facts import ABSENT, Fleet, NodeClass, Pool, Versions
from .rule import error, warning

# Karpenter 1.14, CRD of NodePool v1.
_CONSOLIDATE_AFTER: Final = re.compile(r"([0-9]+(s|m|h))+|Never")
_BUDGET_NODES: Final = re.compile(r"(100|[0-9]{1,2})%|[0-9]+")
_BUDGET_DURATION: Final = re.compile(r"(([0-9]+(h|m))|([0-9]+h[0-9]+m))(0s)?")
_REASONS: Final = frozenset({"Underutilized", "Empty", "Drifted"})
_POLICIES: Final = frozenset({"WhenEmpty", "WhenEmptyOrUnderutilized"})
BALANCED_SINCE: Final = (1, 14)
# guide.md facts: the Karpenter that each Kubernetes minor needs at least.
KARPENTER_FOR: Final = {(1, 33): (1, 5), (1, 34): (1, 6), (1, 35): (1, 9), (1, 36): (1, 13)}


def _karpenter(fleet: Fleet) -> tuple[int, int] | None:
    return next((versions.karpenter for versions in fleet.versions if versions.karpenter is not None), None)


@error(
    "HR801",
    "consolidation-policy-invalid",
    Pool,
    why="the API server refuses the NodePool, so the pool is not there when the first pod waits for it",
    source="guide.md section 8: WhenUnderutilized is refused by the v1 API; Balanced from 1.14",
    do="use WhenEmptyOrUnderutilized with budgets",
)
def consolidation_policy_invalid(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """The consolidation policy is one that this version of Karpenter knows."""
    policy, karpenter = pool.consolidation_policy, _karpenter(fleet)
    if not isinstance(policy, str) or policy in _POLICIES or pool.api_version != "karpenter.sh/v1":
        return
    if policy != "Balanced":
        yield f"consolidationPolicy {policy[:60]}; allowed: WhenEmpty, WhenEmptyOrUnderutilized, Balanced (1.14)"
    elif karpenter is not None and karpenter < BALANCED_SINCE:
        yield f"consolidationPolicy Balanced with Karpenter {karpenter[0]}.{karpenter[1]}"


@error(
    "HR802",
    "consolidate-after-invalid",
    Pool,
    why="the API server refuses the NodePool",
    source="Karpenter, NodePool v1: consolidateAfter is required, a duration or Never",
    do='write a duration such as "5m", or Never',
)
def consolidate_after_invalid(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """consolidateAfter is a duration or Never."""
    after = pool.consolidate_after
    if pool.api_version != "karpenter.sh/v1":
        return
    if isinstance(after, str) and not _CONSOLIDATE_AFTER.fullmatch(after[:100]):
        yield f'consolidateAfter "{after[:60]}" is neither a duration nor Never'
    elif after is ABSENT:
        yield "its disruption block has no consolidateAfter"


@error(
    "HR803",
    "node-budget-invalid",
    Pool,
    why="the API server refuses the NodePool",
    source="guide.md facts: nodes (int or %), reasons, schedule together with duration",
    do="write nodes as a number or percentage, reasons as Empty, Drifted or Underutilized, schedule with duration",
)
def node_budget_invalid(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A node budget is one that the API takes."""
    for budget in pool.budgets or ():
        if not _BUDGET_NODES.fullmatch(budget.nodes[:100]):
            yield f'nodes "{budget.nodes[:60]}" is neither a number nor a percentage up to 100%'
        unknown = sorted(set(budget.reasons) - _REASONS)
        if unknown:
            yield f"reason {', '.join(unknown)[:60]} is not known"
        if (budget.schedule is None) != (budget.duration is None):
            yield "schedule and duration are not stated together"
        elif budget.duration is not None and not _BUDGET_DURATION.fullmatch(budget.duration[:100]):
            yield f'duration "{budget.duration[:60]}" is not in hours and minutes'


@error(
    "HR804",
    "expiry-misplaced",
    Pool,
    why="v1 prunes the field where it stood in v1beta1, so nodes expire by the default instead of as stated",
    source="guide.md facts: expireAfter sits under template.spec",
    do="move expireAfter to spec.template.spec",
)
def expiry_misplaced(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """expireAfter stands where the v1 API reads it."""
    if pool.api_version == "karpenter.sh/v1" and pool.expiry_under_disruption:
        yield "expireAfter stands under spec.disruption"


@error(
    "HR805",
    "karpenter-api-old",
    Pool,
    why="current versions of Karpenter do not serve this API any more",
    source="Karpenter, upgrade guide: v1beta1 is dropped in 1.1",
    do="write the NodePool for karpenter.sh/v1",
)
def karpenter_api_old(pool: Pool, fleet: Fleet) -> Iterator[str]:
    """A NodePool is written for the v1 API."""
    if pool.api_version is not None and pool.api_version != "karpenter.sh/v1":
        yield f"apiVersion {pool.api_version[:60]}"


@error(
    "HR806",
    "karpenter-too-old",
    Versions,
    why="Karpenter does not know this Kubernetes version: it may not start, or buys nodes that do not join",
    source="guide.md facts: 1.33 needs >= 1.5, 1.34 >= 1.6, 1.35 >= 1.9, 1.36 >= 1.13",
    do="upgrade Karpenter before the cluster",
)
def karpenter_too_old(versions: Versions, fleet: Fleet) -> Iterator[str]:
    """Karpenter is new enough for the cluster."""
    kubernetes, karpenter = versions.kubernetes, versions.karpenter or _karpenter(fleet)
    needed = KARPENTER_FOR.get(kubernetes) if kubernetes is not None else None
    if kubernetes is not None and karpenter is not None and needed is not None and karpenter < needed:
        yield (
            f"Karpenter {karpenter[0]}.{karpenter[1]} with Kubernetes {kubernetes[0]}.{kubernetes[1]}, which needs"
            f" {needed[0]}.{needed[1]}"
        )


@error(
    "HR811",
    "ami-unselected",
    NodeClass,
    why="the v1 API has no default image: the EC2NodeClass is refused",
    source="guide.md facts: EC2NodeClass by amiSelectorTerms, alias of al2023",
    do='add amiSelectorTerms: [{alias: "al2023@v20260101"}]',
)
def ami_unselected(node_class: NodeClass, fleet: Fleet) -> Iterator[str]:
    """A node class says which image its nodes run."""
    if node_class.ami_terms is ABSENT or node_class.ami_terms == ():
        yield "has no amiSelectorTerms"


@warning(
    "HR812",
    "ami-moves",
    NodeClass,
    why="a new image drifts every node on the day that the vendor publishes it, which may be the day of the sale",
    source="Karpenter, NodeClasses: latest is not recommended for production",
    do="pin the release that was tested, such as al2023@v20260101",
)
def ami_moves(node_class: NodeClass, fleet: Fleet) -> Iterator[str]:
    """A node class pins its image."""
    for term in node_class.ami_terms if isinstance(node_class.ami_terms, tuple) else ():
        if term.endswith("@latest"):
            yield f"alias {term[:60]}"


@error(
    "HR813",
    "bootstrap-script-gone",
    NodeClass,
    why="AL2023 has no bootstrap.sh: the node starts and never joins",
    source="guide.md facts: AL2023 has no bootstrap.sh",
    do="leave userData to Karpenter, or write a NodeConfig for nodeadm",
)
def bootstrap_script_gone(node_class: NodeClass, fleet: Fleet) -> Iterator[str]:
    """User data uses what the image has."""
    terms = node_class.ami_terms if isinstance(node_class.ami_terms, tuple) else ()
    al2023 = node_class.ami_family == "AL2023" or any(term.startswith("al2023@") for term in terms)
    if al2023 and node_class.user_data is not None and "bootstrap.sh" in node_class.user_data:
        yield "userData calls bootstrap.sh on AL2023"


@warning(
    "HR814",
    "metadata-without-token",
    NodeClass,
    why="any request that a pod can be made to send reads the node's credentials",
    source="guide.md facts: IMDSv2 required",
    do="set metadataOptions.httpTokens: required",
)
def metadata_without_token(node_class: NodeClass, fleet: Fleet) -> Iterator[str]:
    """The instance metadata asks for a token."""
    if node_class.http_tokens == "optional":
        yield "metadataOptions.httpTokens is optional"
