"""The pack under the real engine, over a small program of somebody else's: a finding stops it, a right one passes.

No cluster is needed: the provider renders the objects into a folder.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest

from tests.live import REPOSITORY
from tools.engine import Engine

PROGRAM: Final = """
import pulumi
import pulumi_kubernetes as kubernetes

provider = kubernetes.Provider("rendered", render_yaml_to_directory="rendered")
opts = pulumi.ResourceOptions(provider=provider)
settings = kubernetes.core.v1.ConfigMap("settings", metadata={"name": "settings"}, data={"a": "b"}, opts=opts)
labels = {"app": "shop"}
spread = [
    {
        "maxSkew": 1, "topologyKey": topology, "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": labels},
    }
    for topology in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
]
# What the id is, only an update knows.
annotations = {"made-after": settings.id}
container = {
    "name": "shop",
    "image": "shop/api:1.4.2",
    "resources": {"requests": {"cpu": CPU, "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "64Mi"}},
}
kubernetes.apps.v1.Deployment(
    "shop",
    metadata={"name": "shop", "annotations": annotations},
    spec={
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [container], "topologySpreadConstraints": spread},
        },
    },
    opts=opts,
)
kubernetes.policy.v1.PodDisruptionBudget(
    "shop",
    metadata={"name": "shop"},
    spec={BUDGET, "selector": {"matchLabels": labels}, "unhealthyPodEvictionPolicy": "AlwaysAllow"},
    opts=opts,
)
"""


@dataclass(frozen=True)
class Program:
    """The program, with an engine state of its own."""

    engine: Engine

    def write(self, *, cpu: str = '"500m"', budget: str = '"maxUnavailable": 1') -> None:
        text = PROGRAM.replace("CPU", cpu).replace("BUDGET", budget)
        (self.engine.project / "__main__.py").write_text(text)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and all output."""
        done = subprocess.run(
            [
                *self.engine.command(
                    [*arguments, "--non-interactive", "--suppress-progress", "--color", "never"]
                )
            ],
            cwd=self.engine.project,
            env=self.engine.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    @property
    def rendered(self) -> list[str]:
        """Kinds of the objects that were made."""
        folder = self.engine.project / "rendered"
        return sorted(path.name.split("-")[1] for path in folder.rglob("*.yaml"))


PACK: Final = ("--policy-pack", str(REPOSITORY / "policypack"))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("pack")
    project = folder / "program"
    project.mkdir()
    options = f"virtualenv: {json.dumps(str(REPOSITORY / '.venv'))}"
    (project / "Pulumi.yaml").write_text(f"name: shop\nruntime:\n  name: python\n  options:\n    {options}\n")
    engine = Engine(project=project, state=folder / "state", stack="trial")
    engine.prepare()
    yield Program(engine)


def test_a_right_program_passes_although_a_value_is_unknown(program: Program) -> None:
    program.write()
    code, output = program.run("preview", *PACK)
    assert code == 0, output
    assert "headroom@v" in output
    assert "mandatory" not in output
    assert "during preview" not in output, "no policy waits for the unknown annotation"


def test_a_finding_of_one_object_stops_the_preview(program: Program) -> None:
    program.write(cpu='"2"')
    code, output = program.run("preview", *PACK)
    assert code != 0
    assert "[mandatory]" in output
    assert "HR503" in output
    assert 'Deployment shop: container "shop": the CPU limit 1 is below the request 2.' in output


def test_a_finding_between_objects_stops_the_preview(program: Program) -> None:
    program.write(budget='"minAvailable": 2')
    code, output = program.run("preview", *PACK)
    assert code != 0
    assert "HR201" in output
    assert "minAvailable 2 lets none of 2 pods go at the floor" in output


def test_without_the_pack_both_would_have_passed(program: Program) -> None:
    program.write(cpu='"2"', budget='"minAvailable": 2')
    assert program.run("preview")[0] == 0


def test_an_update_is_stopped_before_the_object_is_made(program: Program) -> None:
    program.write(cpu='"2"')
    code, output = program.run("up", "--yes", "--skip-preview", *PACK)
    assert code != 0, output
    assert "HR503" in output
    assert "deployment" not in program.rendered
    program.write()
    code, output = program.run("up", "--yes", "--skip-preview", *PACK)
    assert code == 0, output
    assert "deployment" in program.rendered


def test_an_ignore_with_its_reason_lets_it_through_and_one_without_is_refused(program: Program) -> None:
    program.write(cpu='"2"')
    config = program.engine.project / "config.json"
    ignore = {"object": "Deployment shop", "reason": "a trial"}
    config.write_text(json.dumps({"HR503": {"ignore": [ignore]}}))
    code, output = program.run("preview", *PACK, "--policy-pack-config", str(config))
    assert code == 0, output
    config.write_text(json.dumps({"HR503": {"ignore": [{"object": "Deployment shop"}]}}))
    code, output = program.run("preview", *PACK, "--policy-pack-config", str(config))
    assert code != 0
    assert "reason" in output
