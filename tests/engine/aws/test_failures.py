"""Failures at resources drawn by lot: the same command goes on, and a destroy leaves nothing behind."""

import random

import pytest

from tests.engine.aws.program import UNPROTECTED, Program

TOKENS = (
    "aws:ec2/subnet:Subnet",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:iam/role:Role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/key:Key",
    "aws:eks/cluster:Cluster",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:eks/addon:Addon",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:sqs/queue:Queue",
    "aws:cloudwatch/eventRule:EventRule",
)
KINDS = ("throttle", "halfway", "eventual", "quota", "error")
# As many runs as failures may take, one after the other.
FAILURES = 3


def failures(seed: int) -> list[dict[str, object]]:
    """Failures at resources that do not depend on how many there are."""
    drawn = random.Random(seed)
    return [
        {"kind": drawn.choice(KINDS), "on": token, "call": "create", "times": drawn.randint(1, 5), "reads": 6}
        | ({"times": 1} if number else {})
        for number, token in enumerate(drawn.sample(TOKENS, FAILURES))
    ]


@pytest.mark.parametrize("seed", [7, 20])
def test_after_failures_the_same_command_goes_on_and_destroy_leaves_nothing(
    program: Program, seed: int
) -> None:
    ordered = failures(seed)
    program.state(cluster=UNPROTECTED)
    program.order(*ordered)
    runs = 0
    while True:
        code, output = program.up()
        runs += 1
        if code == 0:
            break
        assert "Traceback" not in output
        assert runs <= 2 * FAILURES + 1, f"{ordered}\n{output}"
    met = [call[1] for call in program.calls() if call[0] == "fault"]
    assert met, f"no failure was met: {ordered}"
    code, output = program.run("preview", "--expect-no-changes")
    assert code == 0, f"{ordered}\n{output}"
    gone = random.Random(seed).choice(TOKENS)
    program.order({"kind": "error", "on": gone, "call": "delete"})
    code, output = program.destroy()
    assert code != 0 and "InternalFailure" in output, gone
    assert program.contents().objects, "what the one that failed stands on is still there"
    code, output = program.destroy()
    assert code == 0, f"{gone}\n{output}"
    assert program.contents().objects == {}


def test_what_is_made_and_not_answered_can_be_found_by_its_tags(program: Program) -> None:
    """The engine cannot know of it: the account can, by the tags that everything carries."""
    program.state(layer="network", cluster=UNPROTECTED)
    program.order({"kind": "lost", "on": "aws:ec2/eip:Eip", "name": "network-nat-ap-northeast-2b-address"})
    code, output = program.up()
    assert code != 0 and "RequestTimeout" in output
    code, output = program.up()
    assert code == 0, output
    code, output = program.destroy()
    assert code == 0, output
    (left,) = program.contents().objects.values()
    assert left.token == "aws:ec2/eip:Eip"
    assert {"owner", "stack", "cost-allocation", "Name"} <= set(left.properties["tags"])
