"""A cluster that the program makes, as a stack states it: what fits together, and what is refused at once."""

from pathlib import Path
from typing import Any

import pytest

from config.aws import EksCluster
from config.charts import OciCharts
from config.loader import load_stack, plan_of
from config.problems import StackError
from config.settings import Settings

PROD = "prod"


def prod(**over: Any) -> Settings:
    """The shipped prod with something over it."""
    return load_stack(PROD, over=over)


def cluster(**over: Any) -> Settings:
    return prod(cluster=over)


def test_prod_makes_its_cluster_where_the_guide_puts_it() -> None:
    made = prod().cluster
    assert isinstance(made, EksCluster)
    assert (made.region, made.network.kind, made.deletion_protection) == ("ap-northeast-2", "new-vpc", True)
    assert prod().target.peak_rps == 30_000


def test_charts_come_from_one_place_but_for_those_that_are_named() -> None:
    over = {"by_name": {"keda": {"kind": "oci", "repository": "oci://ghcr.io/kedacore/charts"}}}
    made = cluster(charts=over).cluster
    assert isinstance(made, EksCluster)
    assert made.charts.of("karpenter") == OciCharts(kind="oci", repository="oci://public.ecr.aws/karpenter")
    assert made.charts.of("keda") == OciCharts(kind="oci", repository="oci://ghcr.io/kedacore/charts")


ZONES = [f"ap-northeast-2{letter}" for letter in "abc"]


def subnet(number: int) -> str:
    return f"subnet-{number:017x}"


def there(vpc_id: str = "vpc-0123456789abcdef0", **subnets: Any) -> dict[str, Any]:
    """A VPC that is there, in the place of prod's own."""
    private = {zone: [subnet(number)] for number, zone in enumerate(ZONES)}
    public = {zone: [subnet(number + 10)] for number, zone in enumerate(ZONES)}
    gone = dict.fromkeys(("cidr", "nat", "private_prefix"))
    network = {
        "kind": "existing",
        "vpc_id": vpc_id,
        "tags": "set-by-us",
        "private_subnets": subnets.get("private", private),
        "public_subnets": subnets.get("public", public),
    }
    return {"cluster": {"network": {**gone, **network}}}


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"cluster": {"region": "ap-northeast-2a"}}, 'headroom:cluster.region: "ap-northeast-2a":'),
        ({"cluster": {"account": "12"}}, 'headroom:cluster.account: "12": allowed: 12 digits'),
        (
            {"cluster": {"kubernetes_version": "1.32"}},
            'headroom:cluster.kubernetes_version: "1.32": allowed: 1.33, 1.34, 1.35, 1.36;',
        ),
        (
            {"cluster": {"karpenter_version": "1.12.0"}},
            'headroom:cluster.karpenter_version: "1.12.0 with Kubernetes 1.36": allowed: 1.13.0 or later of 1.x;',
        ),
        (
            {"cluster": {"tags": {"owner": None}}},
            'headroom:cluster.tags.owner: "nothing": allowed: at least owner, stack, cost-allocation',
        ),
        ({"cluster": {"endpoint": {"cidrs": ["0.0.0.0/0"]}}}, "headroom:cluster.endpoint.cidrs"),
        (
            {"cluster": {"endpoint": {"kind": "open", "cidrs": None}}},
            "headroom:cluster.endpoint.reason: missing",
        ),
        (
            {"cluster": {"log_retention_days": 91}},
            "headroom:cluster.log_retention_days: 91: allowed: 1, 3, 5",
        ),
        ({"cluster": {"system_nodes": {"nodes": 1}}}, "headroom:cluster.system_nodes.nodes: 1: allowed:"),
        ({"cluster": {"name": "Sale"}}, "headroom:cluster.name"),
        (
            {"zones": ["us-east-1a", "us-east-1b"]},
            'headroom:zones[0]: "us-east-1a": allowed: zones of ap-northeast-2',
        ),
        (
            {"zones": ["ap-northeast-2a", "ap-northeast-2z"]},
            'headroom:zones[1]: "ap-northeast-2z": allowed: zones of ap-northeast-2: ap-northeast-2a, ap-northeast-2b,',
        ),
        (
            {"cluster": {"region": "ap-northest-2"}},
            'headroom:cluster.region: "ap-northest-2": allowed: a region of the partitions aws and aws-us-gov, such as'
            " ap-northeast-2",
        ),
        ({"cluster": {"tags": {"aws:x": "y"}}}, "headroom:cluster.tags.aws:x: allowed: as a key 1 to 128"),
        ({"cluster": {"tags": {"x": "y!"}}}, 'headroom:cluster.tags.x: "y!": allowed: 1 to 256 letters'),
        (
            {"cluster": {"karpenter_version": "v1.14.1"}},
            'headroom:cluster.karpenter_version: "v1.14.1": allowed: three numbers with dots between them, without a v,'
            ' such as "1.14.1"',
        ),
        ({"node_pool": None}, 'headroom:node_pool: "none": allowed: a pool, with cluster kind eks'),
        (
            {"node_pool": {"node_class": {"role": "mine"}}},
            'headroom:node_pool.node_class.role: "mine": allowed: nothing',
        ),
        (
            {"node_pool": {"node_class": {"tags": {"owner": "a", "stack": "b", "cost-allocation": "c"}}}},
            'headroom:node_pool.node_class.tags: {"owner": "a", "stack": "b", "cost-allocation": "c"}: allowed:'
            " nothing: the nodes take role, subnets and tags of the cluster",
        ),
        ({"node_pool": {"prefix_delegation": False}}, "headroom:node_pool.prefix_delegation"),
        (
            {"node_pool": {"node_class": {"kind": "kwok", "ami_alias": None, "volume_size": None}}},
            'headroom:node_pool.node_class.kind: "kwok": allowed: ec2, in a cluster in AWS',
        ),
        (
            {"cluster": {"addons": {"kube_proxy": "v1.30.0-eksbuild.2"}}},
            'headroom:cluster.addons.kube_proxy: "v1.30.0-eksbuild.2 with Kubernetes 1.36": allowed: v1.36.x,',
        ),
        (
            {"cluster": {"addons": {"vpc_cni": "latest"}}},
            'headroom:cluster.addons.vpc_cni: "latest": allowed: one build, such as "v1.20.4-eksbuild.2";'
            " aws eks describe-addon-versions --addon-name vpc-cni",
        ),
        ({"cluster": {"addons": {"aws_ebs_csi_driver": "1"}}}, "headroom:cluster.addons.aws_ebs_csi_driver"),
        (
            {"cluster": {"addons": {"coredns": None}}},
            "headroom:cluster.addons.coredns: missing; state it, e.g. coredns: v1.13.1-eksbuild.1",
        ),
        (
            {"cluster": {"endpoint": {"cidrs": ["198.51.100.7"]}}},
            'write "198.51.100.7/32" for this one address',
        ),
        (
            {"inside": {"keda": None}},
            'headroom:inside.keda: "nothing": allowed: a version of its chart, with',
        ),
        (there(vpc_id="my-vpc"), 'headroom:cluster.network.vpc_id: "my-vpc": allowed: vpc- and 8 or 17'),
        (
            there(private={"ap-northeast-2a": ["s-1"]}),
            'headroom:cluster.network.private_subnets.ap-northeast-2a[0]: "s-1": allowed: subnet- and 8 or 17',
        ),
        (
            there(public={}),
            'headroom:cluster.network.public_subnets: "zones none": allowed: the zones of the private subnets: ap-',
        ),
        (
            there(public={zone: [subnet(1)] for zone in ZONES}),
            f'headroom:cluster.network.private_subnets: "{subnet(1)}, twice": allowed: each subnet once',
        ),
        (
            {"cluster": {"network": {"cidr": "10.0.0.0/29"}}},
            'headroom:cluster.network.cidr: "10.0.0.0/29": allowed: /16 to /28',
        ),
        (
            {"cluster": {"network": {"cidr": "10.0.0.1/16"}}},
            'headroom:cluster.network.cidr: "10.0.0.1/16": allowed: an IPv4 block',
        ),
        (
            {"cluster": {"network": {"cidr": "8.8.0.0/16"}}},
            'headroom:cluster.network.cidr: "8.8.0.0/16": allowed: a part of 10.0.0.0/8',
        ),
        (
            {"cluster": {"network": {"cidr": "fd00::/56"}}},
            'headroom:cluster.network.cidr: "fd00::/56": allowed: an IPv4 block',
        ),
        (
            {"cluster": {"system_nodes": {"instance_type": "t3.nano"}}},
            'headroom:cluster.system_nodes.instance_type: "t3.nano": allowed: families c5,',
        ),
        (
            {"cluster": {"system_nodes": {"volume_size": "19Gi"}}},
            'headroom:cluster.system_nodes.volume_size: "19Gi": allowed: whole GiB, 20Gi or more',
        ),
        (
            {"node_pool": {"node_class": {"volume_size": "1Mi"}}},
            'headroom:node_pool.node_class.volume_size: "1Mi": allowed: whole GiB, 20Gi or more',
        ),
        ({"node_pool": {"node_class": {"volume_size": "0"}}}, "headroom:node_pool.node_class.volume_size: "),
        (
            {"zones": ["ap-northeast-2a"]},
            'headroom:zones: ["ap-northeast-2a"]: allowed: at least 2 zones',
        ),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_asked(over: dict[str, Any], said: str) -> None:
    with pytest.raises(StackError) as error:
        prod(**over)
    assert said in "\n".join(error.value.problems)
    assert len(error.value.problems) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"cluster": {"addons": {"kube_proxy": "v1.33.0-eksbuild.1"}}},
        {"cluster": {"network": {"cidr": "100.64.0.0/16"}}},
        {"cluster": {"system_nodes": {"volume_size": "20Gi", "instance_type": "m7g.large"}}},
        {"node_pool": {"node_class": {"volume_size": "20Gi"}}},
        {"zones": ["ap-northeast-2a", "ap-northeast-2b"]},
    ],
)
def test_what_lies_right_beside_the_boundary_is_taken(over: dict[str, Any]) -> None:
    plan_of(prod(**over), "prod")


def test_every_add_on_that_is_none_is_named_at_once() -> None:
    with pytest.raises(StackError) as error:
        cluster(addons={"vpc_cni": "latest", "coredns": "v1"})
    assert [problem.split()[0] for problem in error.value.problems] == [
        "headroom:cluster.addons.vpc_cni:",
        "headroom:cluster.addons.coredns:",
    ]


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (
            {"private_prefix": 28},
            'headroom:cluster.network.private_prefix: "/28": allowed: 1 x /23 or larger in each zone',
        ),
        # Three /20 and three /24 take 13,056 addresses.
        (
            {"cidr": "10.0.0.0/19"},
            'headroom:cluster.network.cidr: "10.0.0.0/19": allowed: room for 3 zones x 1 private /20 and one public'
            " /24: at least a /18",
        ),
    ],
)
def test_a_network_that_does_not_hold_the_plan_is_refused_with_it(network: dict[str, Any], said: str) -> None:
    settings = cluster(network=network)
    with pytest.raises(StackError) as error:
        plan_of(settings, "prod")
    assert said in str(error.value)
    plan_of(cluster(network={"cidr": "10.0.0.0/18"}), "prod")


EXISTING: dict[str, Any] = {
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


def test_an_existing_vpc_has_a_subnet_in_each_of_the_stacks_zones() -> None:
    assert cluster(network=EXISTING).zones[0] == "ap-northeast-2a"
    with pytest.raises(StackError, match=r"network\.private_subnets.*the stack's zones"):
        prod(cluster={"network": EXISTING}, zones=["ap-northeast-2a", "ap-northeast-2b"])


def test_a_layer_is_of_a_cluster_that_the_program_makes(tmp_path: Path) -> None:
    assert prod(layer="network").layer == "network"
    with pytest.raises(StackError, match=r"closed_zones.*nothing, in a stack that makes no node pool"):
        prod(layer="cluster", closed_zones=["ap-northeast-2a"])
    with pytest.raises(StackError, match=r"layer.*everything, with cluster kind local"):
        load_stack("local", over={"layer": "cluster"})
    with pytest.raises(StackError, match=r"cluster\.network\.kind.*new-vpc"):
        prod(layer="network", cluster={"network": EXISTING})
