"""What moto makes: refusals that only it gives, what it answers on reading back, and that it is there again later.

Each of these fails if moto is not asked: the stand-in's own tables and rules know nothing of what is tested here.
"""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.live import REPOSITORY
from tests.tools.standins.examples import EIP, GATEWAY, ROLE, SUBNET, VPC, Town, document, statement, trust
from tools.standins.account import Account
from tools.standins.errors import Refused
from tools.standins.moto_calls.world import World

REGION = "ap-northeast-2"
QUEUE = "aws:sqs/queue:Queue"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def others(town: Town, operation: str, **parameters: Any) -> Any:
    """What somebody else does in the same account."""
    with town.account.store.look():
        return town.account._world.change(REGION, operation, parameters, "others")


def asked(town: Town, operation: str, **parameters: Any) -> Any:
    with town.account.store.look():
        return town.account._world.ask(REGION, operation, parameters)


def test_a_subnet_lies_within_its_vpc_and_beside_the_others(town: Town) -> None:
    vpc, _ = town.network()
    town.make(SUBNET, "c", vpcId=vpc.id, cidrBlock="10.0.2.0/24", availabilityZone="ap-northeast-2d")
    with pytest.raises(
        Refused, match=r"InvalidSubnet.Range: aws:ec2/subnet:Subnet out cidrBlock: .*10\.1\.0\.0"
    ):
        town.make(SUBNET, "out", vpcId=vpc.id, cidrBlock="10.1.0.0/24")
    with pytest.raises(Refused, match=r"InvalidSubnet.Conflict.*10\.0\.1\.0/25"):
        town.make(SUBNET, "over", vpcId=vpc.id, cidrBlock="10.0.1.0/25")
    with pytest.raises(Refused, match=r"availabilityZone: Value \(ap-northeast-2e\)"):
        town.make(SUBNET, "zone", vpcId=vpc.id, cidrBlock="10.0.3.0/24", availabilityZone="ap-northeast-2e")
    town.make(
        "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        "more",
        vpcId=vpc.id,
        cidrBlock="10.1.0.0/16",
    )
    town.make(SUBNET, "in", vpcId=vpc.id, cidrBlock="10.1.0.0/24")


def test_what_somebody_else_made_is_in_the_way(town: Town) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    theirs = others(town, "ec2.CreateSubnet", VpcId=vpc.id, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    with pytest.raises(Refused, match=r"InvalidSubnet.Conflict"):
        town.make(SUBNET, "a", vpcId=vpc.id, cidrBlock="10.0.9.0/25")
    others(town, "ec2.CreateSecurityGroup", GroupName="theirs", Description="-", VpcId=vpc.id)
    with pytest.raises(Refused, match=r"InvalidGroup.Duplicate"):
        town.make(GROUP, "g", name="theirs", description="-", vpcId=vpc.id)
    with pytest.raises(Refused, match=f"DependencyViolation: {VPC} vpc: .*{vpc.id}.* has dependencies"):
        town.drop(vpc)
    assert town.account.read(VPC, vpc.id, "vpc") is not None
    others(town, "ec2.DeleteSubnet", SubnetId=theirs)


def test_what_a_vpc_brings_with_it_is_motos(town: Town) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True, tags={"Name": "shop"})
    (found,) = asked(town, "ec2.DescribeVpcs", VpcIds=[vpc.id])["Vpcs"]
    assert found["Tags"] == [{"Key": "Name", "Value": "shop"}]
    answer = asked(town, "ec2.DescribeVpcAttribute", VpcId=vpc.id, Attribute="enableDnsHostnames")
    assert answer["EnableDnsHostnames"]["Value"]
    tables = asked(town, "ec2.DescribeRouteTables", RouteTableIds=[vpc.computed["mainRouteTableId"]])
    assert tables["RouteTables"][0]["VpcId"] == vpc.id
    groups = asked(town, "ec2.DescribeSecurityGroups", GroupIds=[vpc.computed["defaultSecurityGroupId"]])
    assert groups["SecurityGroups"][0]["VpcId"] == vpc.id


def test_a_queues_policy_is_read_back_also_when_it_is_another_now(town: Town) -> None:
    queue = town.make(QUEUE, "orders", name="orders", messageRetentionSeconds=300)
    policy = document(statement(Principal={"Service": "events.amazonaws.com"}))
    kind = "aws:sqs/queuePolicy:QueuePolicy"
    made = town.make(kind, "policy", queueUrl=queue.id, policy=policy)
    attributes = asked(town, "sqs.GetQueueAttributes", QueueUrl=queue.id, AttributeNames=["All"])[
        "Attributes"
    ]
    assert json.loads(attributes["Policy"]) == json.loads(policy)
    assert attributes["MessageRetentionPeriod"] == "300"
    assert queue.computed["arn"] == attributes["QueueArn"]
    same = town.account.read(kind, made.id, "policy")
    assert same is not None and same.properties["policy"] == policy
    less = document(statement(Principal={"Service": "events.amazonaws.com"}, Action="sqs:ReceiveMessage"))
    others(town, "sqs.SetQueueAttributes", QueueUrl=queue.id, Attributes={"Policy": less})
    changed = town.account.read(kind, made.id, "policy")
    assert changed is not None and json.loads(changed.properties["policy"]) == json.loads(less)


def test_what_somebody_deleted_is_gone(town: Town) -> None:
    address = town.make(EIP, "nat", domain="vpc")
    assert address.computed["publicIp"] == asked(town, "ec2.DescribeAddresses")["Addresses"][0]["PublicIp"]
    others(town, "ec2.ReleaseAddress", AllocationId=address.id)
    assert town.account.read(EIP, address.id, "nat") is None
    town.drop(address)


def test_a_change_is_made_there_too(town: Town) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16", tags={"a": "1", "b": "2"})
    group = town.make(GROUP, "nodes", name="nodes", description="-", vpcId=vpc.id)
    ports = {"ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/16", "fromPort": 443, "toPort": 443}
    rule = town.make(RULE, "https", securityGroupId=group.id, **ports)
    assert (
        rule.id
        == asked(town, "ec2.DescribeSecurityGroupRules", SecurityGroupRuleIds=[rule.id])[
            "SecurityGroupRules"
        ][0]["SecurityGroupRuleId"]
    )
    town.change(vpc, tags={"a": "3"}, enableDnsHostnames=True)
    (found,) = asked(town, "ec2.DescribeVpcs", VpcIds=[vpc.id])["Vpcs"]
    assert found["Tags"] == [{"Key": "a", "Value": "3"}]
    role = town.make(ROLE, "node", name="node", assumeRolePolicy=trust())
    town.change(role, assumeRolePolicy=trust(Principal={"Service": "pods.eks.amazonaws.com"}))
    answer = asked(town, "iam.GetRole", RoleName="node")["Role"]["AssumeRolePolicyDocument"]
    assert answer["Statement"][0]["Principal"] == {"Service": "pods.eks.amazonaws.com"}


def test_a_firewall_is_changed_and_deleted_with_the_token_of_its_last_answer(town: Town) -> None:
    seen = {"cloudwatchMetricsEnabled": True, "metricName": "m", "sampledRequestsEnabled": True}
    rate = {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}}
    rule = {"name": "r", "priority": 1, "action": {"block": {}}, "statement": rate, "visibilityConfig": seen}
    inputs = {"name": "acl", "scope": "REGIONAL", "defaultAction": {"allow": {}}, "visibilityConfig": seen}
    one = town.make("aws:wafv2/webAcl:WebAcl", "acl", **inputs, rules=[rule])
    first = one.computed["lockToken"]
    one = town.change(one, description="slower")
    answer = asked(town, "wafv2.GetWebACL", Name="acl", Scope="REGIONAL", Id=one.id)
    assert answer["WebACL"]["Description"] == "slower"
    assert answer["WebACL"]["Rules"][0]["Statement"]["RateBasedStatement"]["Limit"] == 2000
    assert one.computed["lockToken"] == answer["LockToken"] != first
    town.drop(one)


def test_a_create_that_is_refused_half_way_leaves_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    vpc = town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    change = World.change

    def attached(self: World, region: str, operation: str, *rest: Any) -> Any:
        if operation == "ec2.AttachInternetGateway":
            raise Refused("Resource.AlreadyAssociated", f"{vpc.id} has another")
        return change(self, region, operation, *rest)

    monkeypatch.setattr(World, "change", attached)
    with pytest.raises(Refused, match=f"AlreadyAssociated: {GATEWAY} gateway vpcId: {vpc.id} has another"):
        town.make(GATEWAY, "gateway", vpcId=vpc.id)
    monkeypatch.undo()
    assert asked(town, "ec2.DescribeInternetGateways")["InternetGateways"] == []
    assert town.account.store.read().of(GATEWAY) == []


def test_the_next_process_finds_what_this_one_made(town: Town, tmp_path: Path) -> None:
    vpc, subnets = town.network()
    town.drop(subnets[1])
    Town(tmp_path / "another").make(VPC, "vpc", cidrBlock="10.9.0.0/16")
    program = (
        "import sys; from pathlib import Path; from tests.tools.standins.examples import Town;"
        "from tools.standins.errors import Refused\n"
        "town = Town(Path(sys.argv[1]))\n"
        "with town.account.store.look():\n"
        "    found = town.account._world.ask('ap-northeast-2', 'ec2.DescribeSubnets',"
        " {'Filters': [{'Name': 'vpc-id', 'Values': [sys.argv[2]]}]})\n"
        "print([one['SubnetId'] for one in found['Subnets']])\n"
    )
    assert run(program, tmp_path, vpc.id) == str([subnets[0].id])
    again = Account(town.account.store, REGION)
    assert again.read(SUBNET, subnets[0].id, "a") is not None
    assert (tmp_path / "moto.jsonl").stat().st_mode & 0o077 == 0


def test_what_another_moto_made_is_not_taken_for_ones_own(town: Town, tmp_path: Path) -> None:
    town.make(VPC, "vpc", cidrBlock="10.0.0.0/16")
    journal = tmp_path / "moto.jsonl"
    journal.write_text(journal.read_text().replace(version("moto"), "0.0.1", 1))
    with pytest.raises(Refused, match=f"{tmp_path} was made with moto .*0.0.1.*: remove it"):
        town.make(VPC, "other", cidrBlock="10.1.0.0/16")


def test_a_preview_needs_no_moto_and_an_update_says_that_it_does(tmp_path: Path) -> None:
    """In a process that has none."""
    program = (
        "import sys; sys.modules['moto'] = None\n"
        "import asyncio; from pathlib import Path\n"
        "from pulumi.provider.experimental import provider as protocol\n"
        "from tests.tools.standins.examples import VPC, Town, urn\n"
        "from tools.standins.aws import AwsProvider\n"
        "from tools.standins.values import wrap_map\n"
        "given = wrap_map({'cidrBlock': '10.0.0.0/16'}, {})\n"
        "request = protocol.CreateRequest(urn(f'a:b:C${VPC}', 'vpc'), given, 0, True)\n"
        "print('previewed', sorted(asyncio.run(AwsProvider().create(request)).properties)[0])\n"
        "Town(Path(sys.argv[1])).make(VPC, 'vpc', cidrBlock='10.0.0.0/16')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=REPOSITORY, env={"HEADROOM_STANDINS_STATE": str(tmp_path)}, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("previewed arn"), done.stderr
    assert "NotInstalled" in done.stderr and "make venv" in done.stderr


def test_a_process_that_begins_with_iam_knows_the_policies_of_aws(town: Town, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.tools.standins.examples import ATTACHMENT, ROLE, Town, trust\n"
        "town = Town(Path(sys.argv[1]))\n"
        "town.make(ROLE, 'node', name='node', assumeRolePolicy=trust())\n"
        "policy = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly'\n"
        "print(town.make(ATTACHMENT, 'pull', role='node', policyArn=policy).id)\n"
    )
    assert run(program, tmp_path).startswith("node/arn:aws:iam::aws:policy/")


def run(program: str, *arguments: object) -> str:
    """In another process."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
