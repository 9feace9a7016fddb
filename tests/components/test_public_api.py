"""The public API of the library, pinned: a name that goes or comes is a decision, not an accident."""

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import components
from tests.components.harness import run

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_exported_names() -> None:
    assert components.__all__ == [
        "ENTRY",
        "AccessLogs",
        "Addresses",
        "Alb",
        "AlbGateway",
        "Alias",
        "AllOf",
        "AnyIngress",
        "Anywhere",
        "AwsIdentity",
        "AwsRole",
        "Balancing",
        "Budget",
        "Bytes",
        "Certificates",
        "ClientPolicy",
        "ClusterIp",
        "ClusterOnly",
        "CommandHealth",
        "CommandProbe",
        "ConfigMapKey",
        "ConfigurationError",
        "Container",
        "Demand",
        "Ec2NodeClass",
        "ElastiCacheArgs",
        "ElastiCacheSpec",
        "Endpoint",
        "Event",
        "EventFloor",
        "EventSpec",
        "EventWindow",
        "EventWindowArgs",
        "ExternalMetric",
        "Firewall",
        "GatewayTier",
        "GatewayTierArgs",
        "Grpc",
        "GrpcPort",
        "GrpcProbe",
        "HttpHealth",
        "HttpProbe",
        "HttpRoute",
        "Identity",
        "Ignore",
        "InitContainer",
        "KarpenterPool",
        "KarpenterPoolArgs",
        "Keda",
        "Kubelet",
        "KwokNodeClass",
        "Millicores",
        "Milliseconds",
        "Names",
        "NoRules",
        "NodeBudget",
        "NodePlacement",
        "NodePlan",
        "NodePoolSpec",
        "NodePort",
        "Outside",
        "OwnGateway",
        "PathRoute",
        "PlainHttp",
        "PodGroup",
        "PodMonitor",
        "Pods",
        "PreferredAntiAffinity",
        "Probes",
        "Process",
        "PrometheusRules",
        "QueueWorker",
        "QueueWorkerArgs",
        "RateRule",
        "RedisCluster",
        "RedisClusterArgs",
        "RedisSpec",
        "RedisUse",
        "RequestChange",
        "RequestMatch",
        "Resources",
        "ScalableService",
        "ScalableServiceArgs",
        "Scraped",
        "SecretCertificates",
        "SecretKey",
        "SeparateHosts",
        "ServicePlan",
        "ServicePolicy",
        "Shutdown",
        "Sidecar",
        "Snapshots",
        "Spare",
        "SqsQueue",
        "Statement",
        "Surroundings",
        "Taint",
        "TcpPort",
        "TcpProbe",
        "TopologySpread",
        "Unscraped",
        "Volume",
        "WatchedEvent",
        "WatchedFloor",
        "WatchedPool",
        "Weighted",
        "WorkerPlan",
        "WorkerPolicy",
        "event",
        "grpc_probes",
        "place",
        "plan_nodes",
        "plan_service",
        "plan_worker",
        "service_pods",
    ]


def test_every_exported_name_is_there() -> None:
    """Asked for twice: a module of the same name, once imported, would stand in the place of what is exported."""
    for _ in range(2):
        found = {name: getattr(components, name) for name in components.__all__}
    assert [name for name, value in found.items() if isinstance(value, ModuleType)] == []


def test_the_policy_layer_is_imported_without_pulumi() -> None:
    code = "import sys, components.policy.plan; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=README.parent, check=False).returncode == 0


def test_the_readmes_example_of_the_library_runs() -> None:
    (example,) = re.findall(r"```python\n(from headroom.*?)```", README.read_text(), flags=re.DOTALL)
    code = compile(example.replace("from headroom", "from components"), "README.md", "exec")
    made = run(lambda: exec(code, {}))
    assert made.one("HorizontalPodAutoscaler").inputs["spec"]["maxReplicas"] == 30
