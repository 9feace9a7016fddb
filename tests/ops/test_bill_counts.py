"""What the bill counts is what the program makes: each count against the resources that a preview registers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import pytest

from components.policy.bill.stack import BilledStack
from components.policy.plan import build_plan
from config.aws import EksCluster
from config.billed import billed
from config.loader import load_stack
from config.settings import Settings
from ops.mock_engine import Registration
from ops.permissions.registered import registered
from tests.apps.deployed import deployed

# Everything at once that AWS bills.
LARGE: Final[Mapping[str, Any]] = {
    "redis": {
        "kind": "elasticache",
        "node_type": "cache.r7g.large",
        "maintenance_window": "sun:18:00-sun:19:00",
    },
    "services": {
        "gateway-api": {
            "exposure": {
                "hostnames": ["tickets.example.com", "www.example.com"],
                "routes": {"/pay": "payment-api"},
                "firewall": {"kind": "new", "rate": {"rps_per_client": 2, "clients_per_address": 500}},
            }
        }
    },
    "workers": {
        "mailer": {
            "image": "registry.example.com/mailer:1.0.0",
            "messages": {"payment-api": 1},
            "messages_per_pod": 50,
            "measured": "an example",
            "queue": {"kind": "new-sqs"},
            "health": {"kind": "http", "port": 8000},
            "longest_message": "10s",
            "work_off": "60s",
            "resources": {"cpu_request": "250m", "memory_request": "256Mi", "memory_limit": "512Mi"},
        }
    },
    "inside": {"prometheus": {"long_term": {"kind": "new-workspace"}}},
}
# Types of which a stack pays nothing by itself: what they hold or send is counted with what makes it.
FREE: Final = {
    "aws:amp/workspacePolicy:WorkspacePolicy",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/tag:Tag",
    "aws:ec2/vpc:Vpc",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws:eks/addon:Addon",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:elasticache/parameterGroup:ParameterGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:kms/alias:Alias",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
}
BILLED: Final = {
    "aws:amp/workspace:Workspace",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:eks/cluster:Cluster",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:sqs/queue:Queue",
    "aws:wafv2/webAcl:WebAcl",
}
STACKS: Final = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "large": ("prod", LARGE),
    "network": ("prod", {"layer": "network"}),
    "cluster": ("prod", {"layer": "cluster"}),
}


@cache
def stack(name: str) -> tuple[Settings, BilledStack, Sequence[Registration]]:
    file, over = STACKS[name]
    settings = load_stack(file, over=over)
    assert isinstance(settings.cluster, EksCluster)
    counted = billed(settings)
    assert counted is not None
    return settings, counted, registered(settings, settings.cluster).resources


@pytest.mark.parametrize("name", STACKS)
def test_the_counts_are_what_the_program_registers(name: str) -> None:
    settings, counted, resources = stack(name)
    kinds = Counter(one.type.rpartition(":")[2] for one in resources)
    interfaces = [one for one in resources if one.inputs.get("vpcEndpointType") == "Interface"]
    assert counted.nat_gateways == kinds["NatGateway"] == kinds["Eip"]
    assert counted.interface_endpoints == len(interfaces)
    assert all(len(one.inputs["subnetIds"]) == len(settings.zones) for one in interfaces)
    assert counted.clusters == kinds["Cluster"]
    assert counted.keys == kinds["Key"]
    assert counted.workspaces == kinds["Workspace"]
    # Each worker's queue has a dead-letter queue, to which nothing is sent on an ordinary day.
    assert counted.interruption_queues + 2 * len(counted.worker_queues) == kinds["Queue"]
    assert sum(one.web_acl == "new" for one in counted.load_balancers) == kinds["WebAcl"]


@pytest.mark.parametrize("name", STACKS)
def test_the_system_nodes_are_the_managed_group(name: str) -> None:
    _, counted, resources = stack(name)
    groups = [one.inputs for one in resources if one.type.endswith(":NodeGroup")]
    assert len(groups) == counted.clusters
    for group in groups:
        assert counted.system_nodes is not None
        assert group["instanceTypes"] == [counted.system_nodes.instance_type]
        assert group["scalingConfig"]["desiredSize"] == counted.system_nodes.nodes


@pytest.mark.parametrize("name", STACKS)
def test_logs_are_kept_as_long_as_the_groups_say(name: str) -> None:
    _, counted, resources = stack(name)
    days = {
        one.name.rpartition("-")[0]: one.inputs["retentionInDays"]
        for one in resources
        if one.type.endswith(":LogGroup")
    }
    assert days.get("network-flow-log") == counted.flow_log_days
    assert days.get("eks-control-plane") == counted.control_plane_log_days


@pytest.mark.parametrize("name", STACKS)
def test_whatever_else_the_program_makes_costs_nothing_by_itself(name: str) -> None:
    """A new type is here, in one of the two lists, or the bill may lack it."""
    _, _, resources = stack(name)
    assert {one.type for one in resources} <= FREE | BILLED


@pytest.mark.parametrize("name", ["prod", "large"])
def test_load_balancers_and_volumes_are_those_of_the_clusters_objects(name: str) -> None:
    settings, counted, _ = stack(name)
    resources = deployed(settings, secret="x" * 16).resources
    ingresses = [one.inputs for one in resources if one.type.endswith(":Ingress")]
    key = "alb.ingress.kubernetes.io/group.name"
    balancers = {ingress["metadata"]["annotations"][key] for ingress in ingresses}
    rules = [
        path for ingress in ingresses for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]
    ]
    assert len(counted.load_balancers) == len(balancers)
    assert sum(one.rules for one in counted.load_balancers) == len(rules)
    nodes = [one.inputs["spec"] for one in resources if one.type.endswith(":EC2NodeClass")]
    sizes = [spec["blockDeviceMappings"][0]["ebs"]["volumeSize"] for spec in nodes]
    assert sorted(map(str, counted.pool_volumes.values())) == sorted(sizes)


def test_the_replicas_of_redis_are_those_of_the_replication_group() -> None:
    settings, _, resources = stack("large")
    (group,) = (one.inputs for one in resources if one.type.endswith(":ReplicationGroup"))
    assert settings.redis.kind == "elasticache"
    assert group["numCacheClusters"] == settings.redis.replicas + 1
    assert group["nodeType"] == settings.redis.node_type


def test_what_is_made_in_three_stacks_costs_what_it_costs_in_one() -> None:
    """Each layer pays for its own: nothing twice, nothing left out."""
    above = {"kind": "stack", "stack": "organization/headroom/network"}
    vpc = dict.fromkeys(("cidr", "nat", "flow_log_days", "private_prefix"))
    # Of prod's cluster the stack of the services states nothing but where it is.
    own = dict.fromkeys(load_stack("prod").cluster.model_fields_set)
    layers: list[dict[str, Any]] = [
        {"layer": "network"},
        {"layer": "cluster", "cluster": {"network": {**vpc, **above}}},
        {
            "cluster": {**own, "kind": "eks-stack", "stack": "organization/headroom/cluster"},
            "inside": None,
            "autoscaling": {"prometheus_address": "http://prometheus.monitoring:9090"},
        },
    ]
    sums: Counter[str] = Counter()
    for over in layers:
        sums.update(quantities(load_stack("prod", over=over)))
    assert sums == quantities(load_stack("prod"))


def quantities(settings: Settings) -> Counter[str]:
    """Of each line of the stack's bill."""
    bill = build_plan(settings.platform).bill
    assert bill is not None
    return Counter({name: one.quantity.value for name, one in bill.lines.items()})


def test_the_nodes_of_pools_are_paid_where_they_are_made() -> None:
    bill = build_plan(load_stack("prod", over={"layer": "network"}).platform).bill
    assert bill is not None and bill.parts["nodes"].value == 0
    whole = build_plan(load_stack("prod").platform)
    assert whole.bill is not None and whole.cost is not None
    assert whole.bill.parts["nodes"].value == whole.cost.per_month.value > 0


def test_a_cluster_of_somebody_else_costs_nothing_here() -> None:
    assert billed(load_stack("local")) is None
