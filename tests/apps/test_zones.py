"""A zone that is closed: out of every pool, and out of nothing else; by the stack and by hand it is the same."""

import copy
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from components.policy.facts.from_plan import plan_facts
from components.policy.facts.objects import Document, read_objects
from components.policy.review import review
from config.loader import load_stack, plan_of, stacks
from config.settings import Settings
from ops.status.closing import command, patch, pool_of
from tests.apps.deployed import deployed
from tests.config.examples import with_least
from tests.policy.rules.test_annotations import differences

ZONE: Final = "topology.kubernetes.io/zone"
POOLS: Final = (
    "headroom:node_pools: {critical: {node_class: {kind: kwok}}, other: {node_class: {kind: kwok}}}"
)
RUNBOOK: Final = Path(__file__).parents[2] / "docs" / "zones.md"


def closing(stack: str, *zones: str) -> Settings:
    settings = load_stack(stack)
    return load_stack(stack, over={"closed_zones": list(zones or settings.zones[:1])})


def objects(settings: Settings) -> dict[str, Any]:
    """All that is registered, by type and name, without what is made up anew each time."""
    found = {}
    for one in deployed(settings).resources:
        inputs = copy.deepcopy(one.inputs)
        inputs.get("metadata", {}).get("annotations", {}).pop("headroom.dev/owner", None)
        found[f"{one.type} {one.name}"] = inputs
    return found


def zones_of(pool: Any) -> list[str]:
    requirements = pool["spec"]["template"]["spec"]["requirements"]
    (zones,) = (one["values"] for one in requirements if one["key"] == ZONE)
    return list(zones)


def by_hand(nodepool: Any, lost: Sequence[str]) -> Any:
    """A NodePool after the patch that ops status prints, applied as RFC 6902 says."""
    changed = copy.deepcopy(nodepool)
    for step in patch(pool_of(nodepool), lost):
        *parents, last = str(step["path"]).strip("/").split("/")
        at = changed
        for name in parents:
            at = at[int(name)] if isinstance(at, list) else at[name]
        if step["op"] == "test":
            assert at[last] == step["value"]
        else:
            at[last] = step["value"]
    return changed


def test_a_closed_zone_is_out_of_every_pool_and_changes_nothing_else(tmp_path: Path) -> None:
    before = objects(with_least(tmp_path, POOLS))
    after = objects(with_least(tmp_path, f"{POOLS}\nheadroom:closed_zones: [zone-b]"))
    assert set(before) == set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert {after[name]["metadata"]["name"] for name in changed} == {"tacos-app-critical", "tacos-app-other"}
    for name in changed:
        assert zones_of(after[name]) == ["zone-a", "zone-c"]
        assert by_hand(before[name], ["zone-b"]) == after[name], "by hand it would be the same"


@pytest.mark.parametrize("stack", stacks())
def test_no_number_changes_and_one_warning_says_what_another_loss_would_leave(stack: str) -> None:
    open_, closed = load_stack(stack), closing(stack)
    plans = plan_of(open_, stack), plan_of(closed, stack)
    assert plans[0] == plans[1]
    before, after = (review(plan_facts(p, s.platform)) for p, s in zip(plans, (open_, closed), strict=True))
    new = [finding for finding in after if finding not in before]
    assert {finding.number for finding in new} == {"HR841"}
    assert len(after) == len(before) + len(closed.pools)


def test_the_cluster_says_what_the_plan_says(tmp_path: Path) -> None:
    settings = with_least(tmp_path, f"{POOLS}\nheadroom:closed_zones: [zone-b]")
    planned = plan_facts(plan_of(settings, "own"), settings.platform, settings.namespace)
    seen = read_objects([Document(body) for body in objects(settings).values() if "kind" in body]).fleet
    assert list(differences(planned.pools, seen.pools)) == []
    assert [f.what for f in review(planned)] == [f.what for f in review(seen)] != []


def test_a_pool_that_was_closed_by_hand_is_found_too() -> None:
    bodies = [body for body in objects(load_stack("local")).values() if "kind" in body]
    patched = [by_hand(body, ["zone-a"]) if body["kind"] == "NodePool" else body for body in bodies]
    found = review(read_objects(map(Document, patched)).fleet)
    assert [finding.number for finding in found] == ["HR841"]
    assert "if another is lost, 22 of 45 pods of gateway-api remain; its peak needs 30" in found[0].what


def test_the_runbooks_command_is_the_one_for_the_local_stack() -> None:
    (nodepool,) = (body for body in objects(load_stack("local")).values() if body.get("kind") == "NodePool")
    (line,) = (line for line in RUNBOOK.read_text().splitlines() if line.startswith("kubectl patch"))
    assert shlex.split(line) == shlex.split(command(pool_of(nodepool), ["zone-a"]))
