"""The life of prod by one program: made, made again, changed, refused to be taken away, and taken away in order."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.engine.aws.program import DEPLOYER, UNPROTECTED, Program, at, summary

OLDER = {"kubernetes_version": "1.35", "addons": {"kube_proxy": "v1.35.0-eksbuild.2"}}
CLUSTER = "aws:eks/cluster:Cluster"
GROUP = "aws:eks/nodeGroup:NodeGroup"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("prod"))
    program.pretend_cluster()
    program.state(cluster={**DEPLOYER, **OLDER})
    code, output = program.up()
    assert code == 0, output
    yield program


def at_name(calls: list[list[str]], operation: str, kind: str, name: str) -> list[int]:
    """The places of an operation on those of a type whose name begins so."""
    return [place for place in at(calls, operation, kind) if calls[place][2].startswith(name)]


def kept(program: Program, kind: str) -> Any:
    (one,) = program.contents().of(kind)
    return one


def test_what_lives_longer_is_made_first(deployed: Program) -> None:
    calls = deployed.calls()
    order = [
        *(min(at(calls, "create", kind)) for kind in (":Vpc", CLUSTER, GROUP)),
        max(at_name(calls, "create", ":Release", "karpenter")),
        max(at(calls, "create", ":NodePool")),
        # What the services ask for their figures is there before they are, and runs on nodes that Karpenter buys.
        min(at_name(calls, "create", ":Release", "keda")),
        min(at_name(calls, "create", ":Namespace", "tacos-app")),
        min(at(calls, "create", ":Deployment")),
    ]
    assert order == sorted(order)


def test_every_resource_in_the_account_says_whose_it_is(deployed: Program) -> None:
    tagged = [one for one in deployed.contents().objects.values() if "tags" in one.properties]
    assert len(tagged) > 30
    for one in tagged:
        assert {"owner", "stack", "cost-allocation"} <= set(one.properties["tags"]), one.token


def test_deploying_again_changes_nothing_and_a_refresh_finds_no_drift(deployed: Program) -> None:
    code, output = deployed.run("preview", "--expect-no-changes")
    assert code == 0, output
    code, output = deployed.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert code == 0, output
    assert deployed.calls() == []


def test_a_new_kubernetes_version_updates_the_control_plane_then_the_nodes_in_place(
    deployed: Program,
) -> None:
    before = kept(deployed, CLUSTER).id, kept(deployed, GROUP).id
    deployed.state(cluster=DEPLOYER)
    code, output = deployed.up()
    assert code == 0, output
    assert (kept(deployed, CLUSTER).id, kept(deployed, GROUP).id) == before
    assert (
        kept(deployed, CLUSTER).properties["version"] == kept(deployed, GROUP).properties["version"] == "1.36"
    )
    calls = deployed.calls()
    assert {call[0] for call in calls} == {"update"}
    assert at(calls, "update", CLUSTER) < at(calls, "update", GROUP)


def test_another_type_of_system_node_makes_the_new_group_before_the_old_one_goes(deployed: Program) -> None:
    deployed.state(cluster={**DEPLOYER, "system_nodes": {"instance_type": "m5.xlarge"}})
    code, output = deployed.up()
    assert code == 0, output
    calls = deployed.calls()
    assert [call[:2] for call in calls if call[0] != "update"] == [["create", GROUP], ["delete", GROUP]]
    assert not at(calls, "update", ":NodePool"), "the platform's own nodes stay"


def test_a_protected_cluster_is_not_taken_away_and_nothing_else_is(deployed: Program) -> None:
    code, output = deployed.destroy()
    assert code != 0
    assert "cannot be deleted" in output and "protected" in output
    assert deployed.calls() == []


def test_without_protection_everything_goes_and_who_ends_things_goes_after_them(deployed: Program) -> None:
    deployed.state(cluster={**UNPROTECTED, "system_nodes": {"instance_type": "m5.xlarge"}})
    code, output = deployed.up()
    assert code == 0, output
    assert summary(output)["update"] == 1
    deployed.calls()
    code, output = deployed.destroy()
    assert code == 0, output
    calls = deployed.calls()
    ours = at_name(calls, "delete", ":Namespace", "tacos-app")
    order = [
        (min(places), max(places))
        for places in (
            at(calls, "delete", ":Deployment"),
            ours,
            at_name(calls, "delete", ":Release", "keda"),
            at(calls, "delete", ":NodePool"),
            at(calls, "delete", ":EC2NodeClass"),
            at_name(calls, "delete", ":Release", "karpenter"),
            at(calls, "delete", GROUP),
            at(calls, "delete", CLUSTER),
            at(calls, "delete", ":Vpc"),
        )
    ]
    assert all(last < first for (_, last), (first, _) in pairwise(order)), order
    karpenter = [calls[place][2] for place in at_name(calls, "delete", ":Release", "karpenter")]
    assert karpenter.index("karpenter-controller") < karpenter.index("karpenter-crds")
    rights = max(at(calls, "delete", ":RolePolicy"))
    assert max(at(calls, "delete", ":NodePool")) < rights, (
        "who ends instances may do so until the last is gone"
    )
    assert deployed.contents().objects == {}
