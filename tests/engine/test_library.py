"""The library under the real engine, as others meet it: a wheel in an environment, a package for other languages.

No cluster is needed: the provider renders the objects into a folder.
"""

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from tests.live import REPOSITORY, environment
from tools.engine import Engine

EXAMPLE: Final = REPOSITORY / "examples" / "library"
KINDS: Final = {
    f"headroom:index:{kind}"
    for kind in (
        "EventWindow",
        "GatewayTier",
        "KarpenterPool",
        "QueueWorker",
        "RedisCluster",
        "ScalableService",
    )
}
# What a generated SDK does, in the language that is here: all it knows of a component is its token and its inputs.
OTHER_PROGRAM: Final = """
import json
import pathlib

import pulumi
import pulumi_kubernetes as kubernetes


class Remote(pulumi.ComponentResource):
    peak: pulumi.Output[int]

    def __init__(self, token, name, inputs, opts):
        super().__init__(token, name, {**inputs, "peak": None}, opts, remote=True)


provider = kubernetes.Provider("rendered", render_yaml_to_directory="rendered")
namespace = kubernetes.core.v1.Namespace("shop", opts=pulumi.ResourceOptions(provider=provider))
container = {
    "image": "shop/search:3.1.0",
    "env": {"NAMESPACE": namespace.metadata["name"], "TOKEN": pulumi.Output.secret("sesame")},
}
stated = json.loads(pathlib.Path("inputs.json").read_text())
made = Remote(
    "headroom:index:ScalableService",
    "search-api",
    {"namespace": namespace.metadata["name"], "container": container, **stated},
    pulumi.ResourceOptions(providers=[provider]),
)
pulumi.export("peak", made.peak)
"""
INPUTS: Final[Mapping[str, Any]] = {
    "demand": {"peakRps": 12000, "baselineRps": 2000, "rpsPerPod": 600},
    "resources": {"cpuRequest": "250m", "memoryRequest": "256Mi", "memoryLimit": "512Mi"},
    "spread": "separate-hosts",
}


def command(*words: str, cwd: Path) -> str:
    """What it printed; it must succeed."""
    done = subprocess.run(
        words, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pulumi(engine: Engine, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of one run of the engine."""
    done = subprocess.run(
        engine.command([*arguments, "--color", "never"]),
        cwd=engine.project,
        env=engine.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def planned(engine: Engine) -> dict[str, Any]:
    """What a preview would make, by type and name without what the engine adds to a name."""
    code, output, errors = pulumi(engine, "preview", "--json", "--non-interactive")
    assert code == 0, output + errors
    states = [step["newState"] for step in json.loads(output)["steps"]]
    return {"::".join(state["urn"].split("$")[-1].split("::")[-2:]): state for state in states}


def deployed(engine: Engine) -> dict[str, Any]:
    """The stack's outputs once the objects are rendered."""
    code, output, errors = pulumi(engine, "up", "--yes", "--skip-preview", "--non-interactive")
    assert code == 0, output + errors
    assert list((engine.project / "rendered").rglob("*deployment*.yaml"))
    outputs: dict[str, Any] = json.loads(pulumi(engine, "stack", "output", "--json")[1])
    return outputs


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the example, the wheel where the example expects it, and nothing else of this repository."""
    root = tmp_path_factory.mktemp("outside")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--disable-pip-version-check"]
    command(*build, "--wheel-dir", str(root / "dist"), str(REPOSITORY), cwd=root)
    project = root / "examples" / "library"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("venv", "Pulumi.*.yaml", "__pycache__"))
    venv.create(project / "venv", with_pip=False)
    python = project / "venv" / "bin" / "python"
    # What the wheel depends on comes from this checkout's environment: installing it again takes a minute.
    ours = command(sys.executable, "-c", "import pulumi; print(pulumi.__path__[0])", cwd=root)
    (packages(project) / "checkout.pth").write_text(f"{Path(ours.strip()).parent}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--disable-pip-version-check"]
    command(*pip, "--no-deps", "--no-index", "-r", "requirements.txt", cwd=project)
    return project


def packages(project: Path) -> Path:
    (folder,) = (project / "venv").glob("lib/python*/site-packages")
    return folder


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A program in another language, beside the package."""
    root = tmp_path_factory.mktemp("other")
    project = root / "program"
    project.mkdir()
    plugin = json.dumps({"name": "headroom", "path": str(REPOSITORY / "components")})
    text = f"name: shop\nruntime: python\nplugins:\n  providers: [{plugin}]\n"
    (project / "Pulumi.yaml").write_text(text)
    (project / "__main__.py").write_text(OTHER_PROGRAM)
    engine = Engine(project=project, state=root / "state", stack="trial")
    engine.prepare()
    return engine


def test_the_wheel_holds_the_library_and_nothing_else(outside: Path) -> None:
    (wheel,) = (outside.parents[1] / "dist").glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in held} == {"headroom", "headroom-0.1.0.dist-info"}
    assert {
        "headroom/py.typed",
        "headroom/PulumiPlugin.yaml",
        "headroom/redis/scripts/start-redis.sh",
    } <= set(held)


def test_the_example_previews_with_the_wheel_alone(outside: Path) -> None:
    (outside / "Pulumi.trial.yaml").write_text("config:\n  kubernetes:renderYamlToDirectory: rendered\n")
    engine = Engine(project=outside, state=outside.parents[1] / "state", stack="trial")
    engine.prepare()
    found = planned(engine)
    assert set(found) == {
        "pulumi:pulumi:Stack::library-example-trial",
        "headroom:index:ScalableService::search-api",
        "kubernetes:core/v1:ServiceAccount::search-api-account",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy::search-api-network",
        "kubernetes:apps/v1:Deployment::search-api-deployment",
        "kubernetes:core/v1:Service::search-api-service",
        "kubernetes:policy/v1:PodDisruptionBudget::search-api-budget",
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler::search-api-autoscaler",
    }
    # 12,000 / 600 = 20 pods, + ceil(20 / 2) for the loss of one of three zones; 2,000 / 600 -> 4 + 2.
    scaler = found["kubernetes:autoscaling/v2:HorizontalPodAutoscaler::search-api-autoscaler"]["inputs"][
        "spec"
    ]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (6, 30)
    assert "replicas" not in found["kubernetes:apps/v1:Deployment::search-api-deployment"]["inputs"]["spec"]
    outputs = deployed(engine)
    assert outputs["url"] == "http://search-api.default.svc:8000"
    assert outputs["peak"] == "30 = 20 + ceil(20 / 2): one of 3 zones may be lost"


def test_the_installed_policy_layer_is_imported_without_pulumi(outside: Path) -> None:
    code = "import sys, headroom.policy.plan; print('pulumi' in sys.modules, headroom.__file__)"
    loaded, file = command(str(outside / "venv" / "bin" / "python"), "-c", code, cwd=outside).split()
    assert loaded == "False"
    assert Path(file).is_relative_to(outside), "the wheel, not this checkout"


@pytest.mark.parametrize("place", ["checkout", "wheel"])
def test_the_package_answers_with_every_component_its_types_and_their_docs(
    other: Engine, outside: Path, place: str
) -> None:
    folder = REPOSITORY / "components" if place == "checkout" else packages(outside) / "headroom"
    code, output, errors = pulumi(other, "package", "get-schema", str(folder))
    assert code == 0, errors
    schema = json.loads(output)
    assert schema["name"] == "headroom"
    assert set(schema["resources"]) == KINDS
    service = schema["resources"]["headroom:index:ScalableService"]
    assert service["isComponent"]
    assert service["description"].startswith("A stateless service that scales on requests per second")
    assert service["requiredInputs"] == ["container", "demand", "namespace", "resources"]
    assert service["required"] == ["floor", "host", "peak", "port", "url"]
    assert service["inputProperties"]["demand"]["$ref"] == "#/types/headroom:index:Demand"
    assert service["inputProperties"]["floor"]["description"] == "Replaces the derived floor."
    demand = schema["types"]["headroom:index:Demand"]
    assert demand["required"] == ["baselineRps", "peakRps", "rpsPerPod"]
    assert demand["properties"]["rpsPerPod"]["type"] == "number"
    assert "measured to carry" in demand["properties"]["rpsPerPod"]["description"]
    assert choices(schema, "RedisUse") == ["locks", "cache", "cache-and-queues"]
    assert choices(schema, "CapacityType") == ["on-demand", "spot"]
    assert choices(schema, "Spread") == ["topology-spread", "separate-hosts", "preferred-anti-affinity"]


def choices(schema: Mapping[str, Any], kind: str) -> list[str]:
    values: list[Any] = schema["types"][f"headroom:index:{kind}"]["enum"]
    assert all(value["description"] for value in values)
    return [value["value"] for value in values]


def test_a_program_in_another_language_gets_the_same_service(other: Engine) -> None:
    (other.project / "inputs.json").write_text(json.dumps(INPUTS))
    found = planned(other)
    scaler = found["kubernetes:autoscaling/v2:HorizontalPodAutoscaler::search-api-autoscaler"]["inputs"][
        "spec"
    ]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (6, 30)
    deployment = found["kubernetes:apps/v1:Deployment::search-api-deployment"]
    assert deployment["provider"].split("::")[-2] == "rendered", "the provider of the program"
    assert "sesame" not in json.dumps(deployment), "a secret stays one"
    assert deployed(other) == {"peak": 30}


def test_what_is_wrong_with_its_inputs_is_said_in_one_line(other: Engine) -> None:
    wrong = {**INPUTS, "resources": {**INPUTS["resources"], "cpuRequest": "2 cores"}}
    (other.project / "inputs.json").write_text(json.dumps(wrong))
    code, output, errors = pulumi(other, "preview", "--non-interactive")
    assert code != 0
    (line,) = [line for line in (output + errors).splitlines() if "resources.cpuRequest:" in line]
    assert 'unit "cores" is not known' in line
    assert 'allowed: cores ("2", "0.5") or millicores ("500m")' in line
    assert "components/package" not in output + errors, "no traceback of ours"
