"""The public API of the library, pinned: a name that goes or comes is a decision, not an accident."""

import re
import subprocess
import sys
from pathlib import Path

import components
from tests.components.harness import run

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_exported_names() -> None:
    assert components.__all__ == [
        "Anywhere",
        "Budget",
        "Bytes",
        "ClientPolicy",
        "ClusterIp",
        "ClusterOnly",
        "ConfigurationError",
        "Container",
        "Demand",
        "Ec2NodeClass",
        "Endpoint",
        "ExternalMetric",
        "GatewayTier",
        "GatewayTierArgs",
        "HttpProbe",
        "HttpRoute",
        "Identity",
        "Ignore",
        "KarpenterPool",
        "KarpenterPoolArgs",
        "Keda",
        "KwokNodeClass",
        "Millicores",
        "Milliseconds",
        "Names",
        "NodePlan",
        "NodePoolSpec",
        "NodePort",
        "Outside",
        "PodGroup",
        "Pods",
        "PreferredAntiAffinity",
        "Probes",
        "RedisCluster",
        "RedisClusterArgs",
        "RedisSpec",
        "RedisUse",
        "Resources",
        "ScalableService",
        "ScalableServiceArgs",
        "SecretKey",
        "SeparateHosts",
        "ServicePlan",
        "Shutdown",
        "TopologySpread",
        "Volume",
        "client_environment",
        "plan_nodes",
        "plan_service",
        "service_pods",
    ]


def test_every_exported_name_is_there() -> None:
    assert all(getattr(components, name) is not None for name in components.__all__)


def test_the_policy_layer_is_imported_without_pulumi() -> None:
    code = "import sys, components.policy.plan; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=README.parent, check=False).returncode == 0


def test_the_readmes_example_of_the_library_runs() -> None:
    (example,) = re.findall(r"```python\n(from headroom.*?)```", README.read_text(), flags=re.DOTALL)
    code = compile(example.replace("from headroom", "from components"), "README.md", "exec")
    made = run(lambda: exec(code, {}))
    assert made.one("HorizontalPodAutoscaler").inputs["spec"]["maxReplicas"] == 30
