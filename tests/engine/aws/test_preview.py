"""Before anything is made: a preview from nothing, and every wrong thing that only AWS can tell, in one clear error."""

import time
from typing import Any

import pytest

from tests.engine.aws.program import DEPLOYER, Program

NO_SUCH_SUBNET = {
    "kind": "existing",
    "cidr": None,
    "nat": None,
    "private_prefix": None,
    "vpc_id": "vpc-0123456789abcdef0",
    "tags": "already-there",
    **{
        f"{kind}_subnets": {f"ap-northeast-2{zone}": [f"subnet-{number}{zone * 7}"] for zone in "abc"}
        for number, kind in enumerate(("private", "public"))
    },
}


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_a_shipped_stack_is_previewed_from_nothing(
    program: Program, stack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    program.state(stack)
    start = time.monotonic()
    code, output = program.run("preview")
    with capsys.disabled():
        print(f" [{time.monotonic() - start:.1f} s]", end="")
    assert code == 0, output
    for line in (
        "aws:ec2:Vpc network-vpc create",
        "aws:eks:Cluster eks-cluster-eksCluster create",
        "kubernetes:helm.sh/v3:Release karpenter-controller create",
        "kubernetes:karpenter.sh/v1:NodePool",
        "kubernetes:apps/v1:Deployment gateway-api-deployment create",
    ):
        assert line in output
    assert "kubeconfig" in output and "apiVersion" not in output, "the kubeconfig is a secret, or not known"
    assert program.contents().objects == {}


@pytest.mark.parametrize(
    ("over", "faults", "said"),
    [
        ({"account": "999999999999"}, [], "AWS account ID not allowed: 123456789012"),
        ({}, [{"kind": "expired", "call": "configure"}], "ExpiredTokenException"),
        ({"network": NO_SUCH_SUBNET}, [], "not found in account 123456789012, ap-northeast-2"),
        (
            {"endpoint": {"cidrs": ["203.0.113.0/24"]}},
            [],
            "a block for documentation (RFC 5737), which nobody has",
        ),
        (
            {"network": {"cidr": "10.0.0.0/20"}},
            [],
            "room for 3 zones x 1 private /20 and one public /24: at least a /18",
        ),
        (
            {"network": {"private_prefix": 26}},
            [],
            "headroom:cluster.network.private_prefix",
        ),
    ],
    ids=["account", "credentials", "subnets", "endpoint", "cidr", "prefix"],
)
def test_what_is_wrong_stops_an_update_before_anything_is_made(
    program: Program, over: dict[str, Any], faults: list[dict[str, Any]], said: str
) -> None:
    program.state(cluster={**DEPLOYER, **over})
    program.order(*faults)
    code, output = program.up()
    assert code != 0
    assert said in output
    assert "Traceback" not in output
    assert program.contents().objects == {}
