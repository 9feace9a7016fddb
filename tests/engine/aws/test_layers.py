"""The same platform in three stacks: a network, a cluster on it, the services in it, each reading the one below."""

from pathlib import Path

import pytest

from tests.engine.aws.program import UNPROTECTED, Program, at

NETWORK = {"kind": "stack", "stack": "organization/headroom/network"}
NOT_A_VPC = {"cidr": None, "nat": None, "private_prefix": None}


@pytest.fixture
def stacks(tmp_path: Path) -> list[Program]:
    """Three stacks of one backend and one account."""
    made = []
    for name in ("network", "cluster", "services"):
        program = Program(tmp_path, name)
        program.pretend_cluster()
        made.append(program)
    network, cluster, services = made
    network.state(layer="network", cluster=UNPROTECTED)
    cluster.state(layer="cluster", cluster={**UNPROTECTED, "network": {**NOT_A_VPC, **NETWORK}})
    nothing = dict.fromkeys(
        (
            *("name", "region", "kubernetes_version", "karpenter_version", "network", "endpoint", "addons"),
            *("charts", "deletion_protection", "tags", "load_balancer_controller_version"),
        )
    )
    services.state(
        cluster={**nothing, "kind": "eks-stack", "stack": "organization/headroom/cluster"},
        # The cluster's stack makes KEDA and Prometheus; this one only asks.
        inside=None,
        autoscaling={"prometheus_address": "http://prometheus-operated.monitoring.svc:9090"},
    )
    return made


def test_each_stack_makes_its_layer_and_reads_the_one_below(stacks: list[Program]) -> None:
    made = []
    for program in stacks:
        code, output = program.up()
        assert code == 0, output
        made.append(program.calls())
    assert at(made[0], "create", ":Vpc") and not at(made[0], "create", "cluster:Cluster")
    assert at(made[1], "create", "cluster:Cluster") and at(made[1], "create", ":NodePool")
    assert not at(made[1], "create", ":Vpc") and not at(made[1], "create", ":Deployment")
    assert at(made[2], "create", ":Deployment") and not [call for call in made[2] if "aws:" in call[1]]
    for program in reversed(stacks):
        code, output = program.destroy()
        assert code == 0, output
    assert stacks[0].contents().objects == {}


def test_a_stack_that_has_nothing_of_the_kind_is_refused(stacks: list[Program]) -> None:
    _, cluster, _ = stacks
    code, output = cluster.up()
    assert code != 0
    assert "organization/headroom/network" in output and "Traceback" not in output
    assert "run up there first" in output
    assert cluster.contents().objects == {}
