"""The stand-in aws and eks plugins under the real engine, with a small program and an account of its own.

What they refuse is in tests/tools/standins; here is what only the engine can show: unknowns, life cycle, order, and
going on after a failure.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.engine.standin_program import WHOLE, Program
from tests.live import REPOSITORY
from tools.engine import Engine
from tools.standins.store import Store

CLUSTER: Final = "aws:eks/cluster:Cluster"
GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
ADDON: Final = "aws:eks/addon:Addon"
SUBNET: Final = "aws:ec2/subnet:Subnet"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    project = tmp_path / "program"
    project.mkdir()
    options = f"virtualenv: {json.dumps(str(REPOSITORY / '.venv'))}"
    (project / "Pulumi.yaml").write_text(f"name: shop\nruntime:\n  name: python\n  options:\n    {options}\n")
    engine = Engine(project=project, state=tmp_path / "state", stack="trial")
    engine.prepare()
    made = Program(engine, tmp_path / "account")
    made.write()
    yield made


def test_a_preview_from_nothing_with_objects_in_a_cluster_that_is_not_there(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    program.write(WHOLE, INSIDE="True")
    start = time.monotonic()
    code, output = program.run("preview")
    with capsys.disabled():
        print(f" [preview of 37 resources: {time.monotonic() - start:.1f} s]", end="")
    assert code == 0, output
    for name in ("endpoint", "issuer", "server"):
        assert f"{name}: [unknown]" in " ".join(output.split()).replace(" :", ":")
    assert "aws:eks:Addon shop-coredns create" in output
    assert "kubernetes:core/v1:Namespace shop create" in output
    assert program.contents().objects == {}


def test_a_life_from_up_to_destroy(program: Program) -> None:
    program.write(WHOLE)
    code, output = program.up()
    assert code == 0, output
    cluster = program.contents().of(CLUSTER)[0]
    assert output.count(cluster.computed["endpoint"]) == 2, "core's endpoint and the kubeconfig's server"
    agent = next(one for one in program.contents().of(ADDON) if one.id.endswith(":eks-pod-identity-agent"))
    assert json.loads(agent.properties["configurationValues"]) == {"agent": {"v": 2}}
    assert len(program.contents().of("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")) == 1
    assert program.run("preview", "--expect-no-changes")[0] == 0
    code, output = program.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert code == 0, output

    program.calls()
    program.write(WHOLE, TAGS='{"Name": "shop"}')
    code, output = program.up()
    assert code == 0, output
    assert [line.split()[0] for line in program.calls()] == ["update"]

    program.write(WHOLE, TAGS='{"Name": "shop"}', TYPE='"m7g.xlarge"')
    code, output = program.run("preview", "--diff")
    assert "+-aws:eks/nodeGroup:NodeGroup: (replace)" in output
    code, output = program.up()
    assert code == 0, output
    assert [line.split()[:2] for line in program.calls()] == [["create", GROUP], ["delete", GROUP]]

    code, output = program.run("destroy", "--yes", "--skip-preview")
    assert code == 0, output
    assert program.contents().objects == {}
    deleted = [line.split()[1] for line in program.calls()]
    assert deleted.index(GROUP) < deleted.index(CLUSTER) < deleted.index(SUBNET)


def test_what_changed_behind_the_engine_is_seen_by_refresh(program: Program) -> None:
    assert program.up()[0] == 0
    with Store(program.account).change() as contents:
        contents.of("aws:ec2/vpc:Vpc")[0].properties["tags"] = {"by": "hand"}
    code, output = program.run("refresh", "--yes", "--skip-preview", "--diff")
    assert code == 0, output
    assert "by" in output and '"hand"' in output
    program.destroy()


def test_an_order_that_is_not_stated_fails_and_the_rerun_after_it_is_stated_goes_on(program: Program) -> None:
    # Without the dependency the gateway may be made before or after; here it is not made at all.
    program.write(AFTER="[]")
    program.order({"kind": "quota", "on": "aws:ec2/internetGateway:InternetGateway"})
    code, output = program.run("up", "--yes", "--skip-preview", "--continue-on-error")
    assert code != 0
    assert "LimitExceededException" in output
    assert "Gateway.NotAttached" in output
    program.write()
    code, output = program.up()
    assert code == 0, output
    program.destroy()


def test_a_refused_input_stops_the_preview_with_its_path(program: Program) -> None:
    program.write(CIDR='"10.0.0.0/8"', TYPE='"m7g.huge"')
    code, output = program.run("preview")
    assert code != 0
    assert "'10.0.0.0/8': the block is /16 to /28" in output
    assert program.contents().objects == {}


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([{"kind": "halfway", "on": CLUSTER}], "did not become ready"),
        ([{"kind": "expired", "on": SUBNET, "call": "create", "times": 2}], "ExpiredTokenException"),
        ([{"kind": "eventual", "on": "aws:iam/role:Role", "reads": 7}], "does not exist yet"),
        ([{"kind": "throttle", "on": GROUP, "times": 5}], "ThrottlingException"),
    ],
    ids=["half-way", "expired", "eventual", "throttled"],
)
def test_after_a_failure_the_same_command_goes_on_and_destroy_leaves_nothing(
    program: Program, faults: list[dict[str, Any]], said: str
) -> None:
    program.order(*faults)
    code, output = program.up()
    assert code != 0
    assert said in output
    code, output = program.up()
    assert code == 0, output
    assert program.run("preview", "--expect-no-changes")[0] == 0
    program.destroy()


def test_throttling_that_ends_is_not_noticed(program: Program) -> None:
    program.order({"kind": "throttle", "on": SUBNET, "times": 3})
    assert program.up()[0] == 0
    assert sum(line.startswith("fault throttle") for line in program.calls()) == 3
    program.destroy()


def test_a_delete_that_fails_is_tried_again_by_the_next_destroy(program: Program) -> None:
    assert program.up()[0] == 0
    program.order({"kind": "error", "on": GROUP, "call": "delete"})
    code, output = program.run("destroy", "--yes", "--skip-preview")
    assert code != 0
    assert "InternalFailure" in output
    assert len(program.contents().of(CLUSTER)) == 1, "what the node group stands on is still there"
    program.destroy()


def test_wrong_credentials_stop_everything_before_anything_is_made(program: Program) -> None:
    program.order({"kind": "expired", "call": "configure"})
    code, output = program.up()
    assert code != 0
    assert "ExpiredTokenException" in output
    assert program.contents().objects == {}


def test_a_component_that_is_not_built_is_refused_by_name(program: Program) -> None:
    program.write(WHOLE.replace("skip_default_node_group=True,", "proxy='p',"))
    code, output = program.run("preview")
    assert code != 0
    assert "eks.Cluster shop: the stand-in does not build proxy" in output
