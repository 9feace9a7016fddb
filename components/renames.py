"""The ledger of what was renamed or moved, and of what was replaced on purpose, so that an upgrade surprises nobody.

Without an alias the engine takes a resource under another name for a new one and deletes the old one with all that is
in it. Every component hands its options through `with_aliases`; a rename is one more line in `RENAMES`, never an alias
in a component's own code. A line stays for good: nobody knows from which version somebody upgrades.

tests/engine/test_upgrade.py previews today's program on a state that an earlier version left; it fails on every
replacement and deletion that is not in `DEPARTURES`.
"""

import copy
from dataclasses import dataclass
from datetime import date
from typing import Final

import pulumi


@dataclass(frozen=True, kw_only=True)
class Rename:
    """A resource of a component that was called otherwise, was of another type or had another parent.

    ``{name}`` in a name stands for the component's own; a component is found by its own token. Of name, type and parent
    only what changed is stated.
    """

    since: date
    # What it is today.
    type: str
    name: str
    # What it was.
    was_name: str | None = None
    was_type: str | None = None
    # It was no child of the component, but stood in the program itself.
    was_at_root: bool = False
    because: str


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A resource that an upgrade replaces or deletes on purpose: what for, and what whoever upgrades does about it."""

    since: date
    type: str
    # The whole logical name, or its end behind a component's name: "-config".
    name: str
    because: str
    what_to_do: str

    def covers(self, token: str, name: str) -> bool:
        """Whether it is this one."""
        return token == self.type and (
            name == self.name or (self.name[:1] == "-" and name.endswith(self.name))
        )


# Newest last.
RENAMES: Final[tuple[Rename, ...]] = ()
DEPARTURES: Final[tuple[Departure, ...]] = (
    Departure(
        since=date(2026, 11, 24),
        type="kubernetes:core/v1:ConfigMap",
        name="-config",
        because="its name holds the digest of its files, so another file is another map",
        what_to_do="nothing: the pods move to the new map one at a time, and the old one goes when none has it",
    ),
    *(
        Departure(
            since=date(2026, 11, 24),
            type=kind,
            name=name,
            because="a pool without a stated name is called after its namespace too, since NodePools are of the whole"
            " cluster; a NodePool cannot be renamed",
            what_to_do="to keep the pool and its nodes, state headroom:node_pool.name: on-demand-critical; left out,"
            " the new pool is made first, and Karpenter drains the nodes of the old one within its budgets",
        )
        for kind, name in (
            ("headroom:index:KarpenterPool", "on-demand-critical"),
            ("kubernetes:karpenter.sh/v1:NodePool", "on-demand-critical-pool"),
            ("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "on-demand-critical-class"),
            ("kubernetes:karpenter.kwok.sh/v1alpha1:KWOKNodeClass", "on-demand-critical-class"),
        )
    ),
)


def with_aliases(name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions | None:
    """The options under which the component of that name, and all below it, is found by its earlier names too."""
    renames = RENAMES
    if not renames:
        return opts

    def renamed(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        found = [
            _alias(one, name)
            for one in renames
            if (args.type_, args.name) == (one.type, one.name.format(name=name))
        ]
        if not found:
            return None
        # A copy, not a merge: a merge would lose what the child has of its own.
        given = copy.copy(args.opts)
        given.aliases = [*(given.aliases or []), *found]
        return pulumi.ResourceTransformationResult(props=args.props, opts=given)

    changed = copy.copy(opts) if opts is not None else pulumi.ResourceOptions()
    changed.transformations = [*(changed.transformations or []), renamed]
    return changed


def _alias(rename: Rename, name: str) -> pulumi.Alias:
    """What the resource was; only what is stated differs from what it is."""
    stated: dict[str, object] = {}
    if rename.was_name is not None:
        stated["name"] = rename.was_name.format(name=name)
    if rename.was_type is not None:
        stated["type_"] = rename.was_type
    if rename.was_at_root:
        stated["parent"] = pulumi.ROOT_STACK_RESOURCE
    return pulumi.Alias(**stated)  # type: ignore[arg-type]
