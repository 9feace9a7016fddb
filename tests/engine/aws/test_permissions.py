"""The rights that `ops permissions` writes, against what an account has after an update of a whole stack.

Every AWS resource that stands there was made by a call of AWS's own models on a name that only the update drew: the
rights have to hold for that call on that name, and for the one that takes it away again.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from config.aws import EksCluster
from config.loader import load_stack
from config.settings import Settings
from ops.permissions.registered import registered
from ops.permissions.statements import Statement, statements, where
from tests.apps.test_inside import WORKER, worker
from tests.engine.aws.program import ACCOUNT, UNPROTECTED, Program
from tools.standins import limits
from tools.standins.store import Object, Store
from tools.standins.table import row_of

REGION: Final = "ap-northeast-2"
ZONE: Final = "Z0123456789ABCDEFGHIJ"
# Everything that a stack may state beside what prod has.
WHOLE: Final[dict[str, Any]] = {
    "redis": {
        "kind": "elasticache",
        "node_type": "cache.r7g.large",
        "maintenance_window": "sun:18:00-sun:19:00",
    },
    "inside": {
        "keda": {"version": "2.20.2"},
        "prometheus": {
            "version": "87.16.1",
            "crds_version": "31.0.1",
            "long_term": {"kind": "new-workspace"},
        },
        "external_secrets": {
            "version": "1.2.0",
            "secrets": [f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:redis-??????"],
        },
    },
    "workers": {WORKER: worker(queue={"kind": "new-sqs"})},
    "services": {
        "gateway-api": {
            "exposure": {
                "firewall": {"kind": "new", "rate": {"rps_per_client": 2, "clients_per_address": 500}},
                "alias": {"zone_id": ZONE, "names": ["tickets.example.com"]},
            }
        }
    },
}
# botocore's names of services, where IAM's prefix is another.
PREFIXES: Final = {"amp": "aps"}
# What is no single operation of the stand-ins' table: the call that makes it (the vendor's provider).
CALLS: Final = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "ec2.RevokeSecurityGroupEgress",
    "aws:ec2/internetGateway:InternetGateway": "ec2.CreateInternetGateway",
    "aws:ec2/natGateway:NatGateway": "ec2.CreateNatGateway",
    "aws:ec2/route:Route": "ec2.CreateRoute",
    "aws:ec2/routeTable:RouteTable": "ec2.CreateRouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "ec2.AssociateRouteTable",
    "aws:ec2/tag:Tag": "ec2.CreateTags",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ec2.AuthorizeSecurityGroupIngress",
    "aws:iam/rolePolicy:RolePolicy": "iam.PutRolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "iam.AttachRolePolicy",
    "aws:cloudwatch/eventTarget:EventTarget": "events.PutTargets",
    "aws:sqs/queuePolicy:QueuePolicy": "sqs.SetQueueAttributes",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": "sqs.SetQueueAttributes",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "wafv2.PutLoggingConfiguration",
    "aws:route53/record:Record": "route53.ChangeResourceRecordSets",
}
# Outputs that hold the ARN of the thing itself.
ARNS: Final = ("arn", "associationArn", "accessEntryArn")


@pytest.fixture
def program(program: Program) -> Program:
    with Store(program.account).change() as account:
        properties = {"name": "example.com"}
        computed = {"zoneId": ZONE, "arn": f"arn:aws:route53:::hostedzone/{ZONE}"}
        account.put(Object("aws:route53/zone:Zone", ZONE, "somebody-elses", properties, computed))
    token = program.encrypted("headroom:redis_password", "a-token-of-16-or-more")
    program.state(cluster=UNPROTECTED, redis_password=token, **WHOLE)
    return program


def rights(settings: Settings) -> list[Statement]:
    assert isinstance(settings.cluster, EksCluster)
    return statements(registered(settings, settings.cluster), where(settings.cluster, ACCOUNT, "aws"))


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def allowed(found: Sequence[Statement], action: str, arn: str | None, one: Object) -> bool:
    """As IAM evaluates it, for the condition keys that the statements use."""
    tags = one.properties.get("tags", {})
    known = {
        "aws:RequestedRegion": REGION,
        "iam:PolicyARN": one.properties.get("policyArn"),
        **{f"aws:ResourceTag/{key}": value for key, value in tags.items()},
    }
    return any(
        action in listed(statement["Action"])
        and any(
            resource == "*" or (arn and fnmatchcase(arn, resource))
            for resource in listed(statement["Resource"])
        )
        and all(
            any(fnmatchcase(str(known.get(key)), wanted) for wanted in listed(values))
            for terms in statement.get("Condition", {}).values()
            for key, values in terms.items()
        )
        for statement in found
    )


def calls(one: Object) -> Iterator[tuple[str, str]]:
    """The call that makes a thing and the one that takes it away, each as IAM names it."""
    service, _, operation = (row_of(one.token).operation or CALLS[one.token]).partition(".")
    prefix = PREFIXES.get(service, service)
    yield "make", f"{prefix}:{operation}"
    names = limits.service(service).operation_names
    verb = next((verb for verb in ("Create", "Put") if operation.startswith(verb)), None)
    if verb:
        thing = operation.removeprefix(verb)
        yield from (
            ("end", f"{prefix}:Delete{name}") for name in (thing, f"{thing}s") if f"Delete{name}" in names
        )


def arn_of(one: Object, by_name: Mapping[str, str]) -> str | None:
    """The ARN of what the call is about: its own, or that of what it is a part of."""
    for part in ("role", "rule", "queueUrl", "resourceArn", "zoneId"):
        if part in one.properties and one.token in CALLS:
            return by_name.get(one.properties[part], str(one.properties[part]))
    return next((str(one.computed[name]) for name in ARNS if one.computed.get(name)), None)


def test_the_rights_of_a_whole_stack_hold_for_every_call_that_made_it(program: Program) -> None:
    code, output = program.up()
    assert code == 0, output
    objects = [one for one in program.contents().objects.values() if one.urn != "somebody-elses"]
    with_arn = [
        one for one in program.contents().objects.values() if isinstance(one.computed.get("arn"), str)
    ]
    by_name = {
        handle: str(one.computed["arn"])
        for one in with_arn
        for handle in (one.id, one.properties.get("name"))
        if isinstance(handle, str)
    }
    found = rights(load_stack("prod", over=WHOLE))
    asked = [(one, action) for one in objects for _, action in calls(one)]
    assert len(asked) > len(objects) > 100
    missing = {
        f"{action} on {arn_of(one, by_name)}"
        for one, action in asked
        if not allowed(found, action, arn_of(one, by_name), one)
    }
    assert missing == set()


def test_a_stack_in_a_vpc_that_is_there_may_neither_make_nor_delete_a_network() -> None:
    subnets = {
        f"{kind}_subnets": {f"{REGION}{zone}": [f"subnet-{number}{zone * 16}"] for zone in "abc"}
        for number, kind in enumerate(("private", "public"))
    }
    network = {"kind": "existing", "vpc_id": "vpc-0123456789abcdef0", "tags": "set-by-us", **subnets}
    gone = {"cidr": None, "nat": None, "private_prefix": None}
    found = rights(load_stack("prod", over={**WHOLE, "cluster": {"network": {**gone, **network}}}))
    actions = {action for statement in found for action in listed(statement["Action"])}
    assert {"ec2:DescribeSubnets", "ec2:DescribeVpcs", "ec2:CreateTags"} <= actions
    assert {"elasticache:CreateReplicationGroup", "wafv2:CreateWebACL", "aps:CreateWorkspace"} <= actions
    assert not actions & {"ec2:CreateVpc", "ec2:DeleteVpc", "ec2:CreateSubnet", "ec2:CreateNatGateway"}
