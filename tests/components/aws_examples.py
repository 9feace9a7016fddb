"""One small, valid example of every AWS component, in the form of tests.components.examples."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pulumi
import yaml

from components.charts import OciCharts
from components.eks_cluster import Addons, AllowListedEndpoint, EksCluster, EksClusterArgs
from components.front.alb import Alb, Alias, Certificates
from components.gateway_api_crds import GatewayApiCrds, GatewayApiCrdsArgs
from components.gateway_tier import GatewayTier
from components.karpenter_controller import KarpenterController, KarpenterControllerArgs
from components.load_balancer_controller import LoadBalancerController, LoadBalancerControllerArgs
from components.network import NatPerZone, Network, NetworkArgs, NewVpc
from components.platform_charts.external_secrets import (
    ExternalSecrets,
    ExternalSecretsArgs,
    ReadableSecrets,
)
from components.platform_charts.k6_operator import K6Operator, K6OperatorArgs
from components.platform_charts.keda import Keda, KedaArgs, WatchedQueues
from components.platform_charts.prometheus import (
    KubePrometheusStack,
    KubePrometheusStackArgs,
    NewWorkspace,
)
from components.policy.elasticache import ElastiCacheSpec
from components.policy.front import RateRule
from components.policy.instances import instance_type
from components.policy.place import place
from components.policy.quantities import Milliseconds
from components.policy.subnets import subnets
from components.redis_cluster import ElastiCacheArgs, RedisCluster
from components.web_acl import WebAcl, WebAclArgs
from components.work_queue import WorkQueue, WorkQueueArgs
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.examples import Builder, gateway_args

CLUSTER: Final = "sale"
PLACE: Final = place(ACCOUNT, REGION)
ZONES: Final = [f"{REGION}{letter}" for letter in "abc"]
TAGS: Final = {"owner": "platform", "stack": "prod", "cost-allocation": "tickets"}
# 9 nodes for 150 pods: what the guide's platform needs at its peak.
SUBNETS: Final = subnets(instance_type("m5.2xlarge", prefix_delegation=True), 9, 150, 3)


def network_args(**changes: Any) -> NetworkArgs:
    """A VPC of its own over three zones."""
    vpc: dict[str, Any] = {"cidr": "10.0.0.0/16", "zones": ZONES, "subnets": SUBNETS, "nat": NatPerZone()}
    stated: dict[str, Any] = {"place": PLACE, "discovery": CLUSTER, "tags": TAGS}
    for key in ("place", "discovery", "source", "tags"):
        if key in changes:
            stated[key] = changes.pop(key)
    return NetworkArgs(**{"source": NewVpc(**{**vpc, **changes}), **stated})


ADDONS: Final = Addons(
    vpc_cni="v1.21.1-eksbuild.1",
    coredns="v1.13.1-eksbuild.1",
    kube_proxy="v1.36.0-eksbuild.2",
    eks_pod_identity_agent="v1.3.10-eksbuild.1",
    metrics_server="v0.8.0-eksbuild.6",
)


def eks_args(**changes: Any) -> EksClusterArgs:
    """A cluster that one office and the VPC reach."""
    stated: dict[str, Any] = {
        "cluster": CLUSTER,
        "place": PLACE,
        "version": "1.36",
        "karpenter_version": "1.14.1",
        "vpc_id": "vpc-0123456789abcdef0",
        "private_subnet_ids": ["subnet-1", "subnet-2", "subnet-3"],
        "endpoint": AllowListedEndpoint(cidrs=["203.0.113.0/24"]),
        "addons": ADDONS,
        "tags": TAGS,
        **changes,
    }
    return EksClusterArgs(**stated)


def controller_args(namespace: pulumi.Input[str] = "kube-system", **changes: Any) -> KarpenterControllerArgs:
    """Karpenter's controller from a mirror of its charts."""
    stated: dict[str, Any] = {
        "cluster_name": CLUSTER,
        "place": PLACE,
        "kubernetes_version": "1.36",
        "version": "1.14.1",
        "charts": OciCharts(repository="oci://mirror.example.com/charts"),
        "namespace": namespace,
        "tags": TAGS,
        **changes,
    }
    return KarpenterControllerArgs(**stated)


KINDS: Final = Path(__file__).parent / "data" / "standard-install.yaml"


def gateway_api(folder: Path, *besides: Any) -> Path:
    """A release of the Gateway API in a folder, with other documents in its file."""
    file = folder / "standard-install.yaml"
    file.write_text(KINDS.read_text() + "---\n" + yaml.safe_dump_all(besides))
    return file


def balancing_args(
    namespace: pulumi.Input[str] = "kube-system", **changes: Any
) -> LoadBalancerControllerArgs:
    """The load balancer controller from a mirror of its charts."""
    stated: dict[str, Any] = {
        "cluster_name": CLUSTER,
        "vpc_id": "vpc-0123456789abcdef0",
        "place": PLACE,
        "version": "1.14.0",
        "charts": OciCharts(repository="oci://mirror.example.com/charts"),
        "namespace": namespace,
        "tags": TAGS,
        **changes,
    }
    return LoadBalancerControllerArgs(**stated)


def queue_args(**changes: Any) -> WorkQueueArgs:
    """A queue by SQS' own defaults."""
    return WorkQueueArgs(**{"tags": TAGS, **changes})


CHARTS: Final = OciCharts(repository="oci://mirror.example.com/charts")
AWS: Final[Mapping[str, Any]] = {"cluster_name": CLUSTER, "place": PLACE, "tags": TAGS}
ARN: Final = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mails"


def keda_args(namespace: pulumi.Input[str] = "keda", **changes: Any) -> KedaArgs:
    """KEDA that counts the messages of one queue."""
    stated: dict[str, Any] = {
        "charts": CHARTS,
        "version": "2.20.2",
        "namespace": namespace,
        "queues": WatchedQueues(arns=[ARN], **AWS),
        **changes,
    }
    return KedaArgs(**stated)


def prometheus_args(namespace: pulumi.Input[str] = "monitoring", **changes: Any) -> KubePrometheusStackArgs:
    """A Prometheus that keeps its samples in a workspace of its own."""
    stated: dict[str, Any] = {
        "charts": CHARTS,
        "version": "87.16.1",
        "crds_version": "30.0.0",
        "namespace": namespace,
        "long_term": NewWorkspace(**AWS),
        **changes,
    }
    return KubePrometheusStackArgs(**stated)


def external_secrets_args(
    namespace: pulumi.Input[str] = "external-secrets", **changes: Any
) -> ExternalSecretsArgs:
    """external-secrets that may read one secret."""
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:redis-??????"
    stated: dict[str, Any] = {
        "charts": CHARTS,
        "version": "1.2.0",
        "namespace": namespace,
        "secrets": ReadableSecrets(arns=[arn], **AWS),
        **changes,
    }
    return ExternalSecretsArgs(**stated)


CERTIFICATE: Final = PLACE.arn("acm", "certificate/0a1b2c3d-4e5f-6789-abcd-ef0123456789")
RATE: Final = RateRule(rps_per_client="2", clients_per_address=100)


def alb(**changes: Any) -> Alb:
    """A load balancer that faces the internet."""
    stated: dict[str, Any] = {
        "place": PLACE,
        "keep_alive": Milliseconds.parse("60s"),
        "tls": Certificates(arns=[CERTIFICATE]),
        "hostnames": ["tickets.example.com"],
        **changes,
    }
    return Alb(**stated)


def elasticache_args(namespace: pulumi.Input[str] = "shop", **changes: Any) -> ElastiCacheArgs:
    """A Redis by AWS in the subnets of that cluster."""
    stated: dict[str, Any] = {
        "namespace": namespace,
        "redis": ElastiCacheSpec(maintenance_window="sun:18:00-sun:19:00", node_type="cache.r7g.large"),
        "place": PLACE,
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_ids": ["subnet-1", "subnet-2", "subnet-3"],
        "cidrs": ["10.0.0.0/16"],
        "client_security_group": "sg-0123456789abcdef0",
        "password": "a-token-of-16-or-more",
        "tags": TAGS,
        **changes,
    }
    return ElastiCacheArgs(**stated)


AWS_EXAMPLES: Final[Mapping[str, Builder]] = {
    "Keda": lambda name, namespace, image, opts: Keda(name, keda_args(namespace), opts),
    "KubePrometheusStack": lambda name, namespace, image, opts: KubePrometheusStack(
        name, prometheus_args(namespace), opts
    ),
    "ExternalSecrets": lambda name, namespace, image, opts: ExternalSecrets(
        name, external_secrets_args(namespace), opts
    ),
    "K6Operator": lambda name, namespace, image, opts: K6Operator(
        name, K6OperatorArgs(charts=CHARTS, version="4.1.1", namespace=namespace), opts
    ),
    "WorkQueue": lambda name, namespace, image, opts: WorkQueue(name, queue_args(), opts),
    "RedisCluster": lambda name, namespace, image, opts: RedisCluster(
        name, elasticache_args(namespace), opts
    ),
    "Network": lambda name, namespace, image, opts: Network(name, network_args(), opts),
    "EksCluster": lambda name, namespace, image, opts: EksCluster(name, eks_args(), opts),
    "KarpenterController": lambda name, namespace, image, opts: KarpenterController(
        name, controller_args(namespace), opts
    ),
    "GatewayTier": lambda name, namespace, image, opts: GatewayTier(
        name,
        gateway_args(
            namespace, image, way_in=alb(alias=Alias(zone_id="Z0123456789ABC", names=["tickets.example.com"]))
        ),
        opts,
    ),
    "WebAcl": lambda name, namespace, image, opts: WebAcl(
        name, WebAclArgs(place=PLACE, rate=RATE, tags=TAGS), opts
    ),
    "GatewayApiCrds": lambda name, namespace, image, opts: GatewayApiCrds(
        name, GatewayApiCrdsArgs(file=str(KINDS)), opts
    ),
    "LoadBalancerController": lambda name, namespace, image, opts: LoadBalancerController(
        name, balancing_args(namespace), opts
    ),
}
AWS_OUTPUTS: Final[Mapping[str, set[str]]] = {
    "Keda": {"namespace", "ready"},
    "KubePrometheusStack": {"prometheus_address", "namespace", "ready"},
    "ExternalSecrets": {"store", "ready"},
    "K6Operator": {"ready"},
    "WorkQueue": {"url", "arn", "dead_letter_url", "dead_letter_arn"},
    "RedisCluster": {
        *("sentinel_addresses", "master_name", "sentinel_port", "primary_host", "read_host", "port", "tls"),
        *("client_connections", "password_secret"),
    },
    "Network": {"vpc_id", "private_subnet_ids", "public_subnet_ids", "zones"},
    "KarpenterController": {"node_role_name", "queue_name", "ready"},
    "GatewayApiCrds": {"version"},
    "LoadBalancerController": {"ready"},
    "GatewayTier": {"host", "url", "address", "port", "floor", "peak"},
    "WebAcl": {"arn"},
    "EksCluster": {
        *("kubeconfig", "cluster_name", "endpoint", "oidc_provider_arn", "oidc_provider_url"),
        *("node_security_group_id", "vpc_id", "private_subnet_ids"),
    },
}
