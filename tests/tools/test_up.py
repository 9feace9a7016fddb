"""The order of `make up` and `make down`, with the engine and the cluster standing in."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.tools.fakes import World
from tools import engine, local, places, toolchain, up, venv
from tools.local.cluster import PROCESSES
from tools.problem import Problem


class Stage:
    """Everything that up and down call, noting the order."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.kind = "local"
        self.deployed = True
        self.readable = True
        self.answers = True
        self.status = 0
        self.pending = False
        self.well = 0
        self.stack = "local"
        self.dead: tuple[str, ...] = ()
        self.exists = True

    @property
    def state(self) -> SimpleNamespace:
        parts = [
            SimpleNamespace(name=name, pid=7, alive=name not in self.dead, log=Path(f"logs/{name}.log"))
            for name in PROCESSES
        ]
        return SimpleNamespace(answers=self.answers, exists=self.exists, parts=parts)

    def prepare(self) -> None:
        self.order.append("prepare")

    def setting(self, path: str, default: str) -> str:
        return self.kind if path == "cluster.kind" else default

    def move_to(self, cluster: str) -> bool:
        self.order.append(f"move to {cluster}")
        return False

    def has_resources(self) -> bool:
        if not self.readable:
            raise Problem("engine: state cannot be read")
        return self.deployed

    def has_pending(self) -> bool:
        return self.pending

    def forget(self) -> None:
        self.order.append("forget")

    def run_logged(self, arguments: list[str], log: Path) -> int:
        self.order.append(arguments[0])
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("Updating\n  error: quota\n  exceeded\nResources:\n  1 errored\n")
        return self.status


@pytest.fixture
def stage(world: World, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage()

    def note(name: str, answer: object = None) -> Callable[..., object]:
        def noted(*_: object, **__: object) -> object:
            made.order.append(name)
            return answer

        return noted

    monkeypatch.setattr(engine, "local", lambda: made)
    monkeypatch.setattr(venv, "ready", lambda: True)
    monkeypatch.setattr(toolchain, "ensure", note("tools"))
    monkeypatch.setattr(local, "up", note("cluster", SimpleNamespace(uid="u1")))
    monkeypatch.setattr(local, "down", note("cluster down", True))
    monkeypatch.setattr(local, "state", lambda: made.state)
    monkeypatch.setattr(up, "_instance_types", lambda deployment: places.STATE / "instance-types.json")

    def ops(*arguments: str) -> int:
        made.order.append(" ".join(arguments))
        return made.well

    monkeypatch.setattr(up, "_ops", ops)
    return made


def test_up_goes_through_its_stages_in_order(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    assert up.up() == 0
    assert stage.order == ["tools", "prepare", "cluster", "move to u1", "up", "status --wait"]
    assert [line.split()[0] for line in capsys.readouterr().out.split("Stages:\n")[1].splitlines()] == [
        "tools",
        "cluster",
        "deploy",
        "ready",
        "in",
    ]


def test_up_starts_no_cluster_for_a_stack_that_names_its_own(stage: Stage) -> None:
    stage.kind = "kubeconfig"
    up.up()
    assert stage.order == ["tools", "prepare", "up", "status --wait"]


def test_a_failed_deploy_shows_pulumis_errors_and_its_log(stage: Stage) -> None:
    stage.status = 255
    with pytest.raises(Problem) as raised:
        up.up()
    assert str(raised.value).splitlines() == [
        "make up: stage deploy failed after 0.0s: pulumi up ended with exit status 255",
        "  cause: error: quota",
        "         exceeded",
        f"  log:   {places.LOGS / 'deploy.log'}",
        "  to do: mend the cause and run make up again: it goes on from what was deployed",
    ]
    assert "status --wait" not in stage.order


def test_what_a_killed_pulumi_left_open_is_struck_out_after_the_deploy(stage: Stage) -> None:
    stage.pending = True
    up.up()
    assert stage.order[-3:] == ["up", "refresh", "status --wait"]


def test_down_destroys_the_stack_before_the_cluster_goes(stage: Stage) -> None:
    assert up.down() == 0
    assert stage.order == ["destroy", "cluster down"]


def test_down_where_nothing_is_deployed_only_stops_the_cluster(stage: Stage) -> None:
    stage.deployed = False
    assert up.down() == 0
    assert stage.order == ["cluster down"]


def test_down_with_a_dead_cluster_forgets_instead_of_waiting_for_it(stage: Stage) -> None:
    stage.answers = False
    up.down()
    assert stage.order == ["forget", "cluster down"]


def test_down_with_an_unreadable_state_still_takes_the_cluster_away(stage: Stage) -> None:
    stage.readable = False
    up.down()
    assert stage.order == ["forget", "cluster down"]


def test_a_failed_destroy_does_not_keep_our_own_cluster(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.status = 1
    assert up.down() == 0
    assert stage.order == ["destroy", "forget", "cluster down"]
    assert "pulumi destroy ended with exit status 1" in capsys.readouterr().out


def test_a_failed_destroy_in_somebody_elses_cluster_forgets_nothing(stage: Stage) -> None:
    stage.kind, stage.status = "kubeconfig", 1
    with pytest.raises(Problem, match="pulumi destroy ended with exit status 1"):
        up.down()
    assert stage.order == ["destroy"]


def test_down_on_a_fresh_checkout_builds_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    (places.CHECKOUT / "Pulumi.yaml").write_text("name: headroom\n")
    assert up.down() == 0
    assert world.builds() == []
    assert "No local cluster was running." in capsys.readouterr().out


def test_status_before_the_first_up_says_so(world: World) -> None:
    places.LOCK_FILE.write_text("")
    with pytest.raises(Problem, match="there is no Python environment yet"):
        up.status()


def test_a_platform_that_does_not_become_well_is_a_failure(stage: Stage) -> None:
    stage.well = 1
    with pytest.raises(Problem, match="not well yet"):
        up.up()


def test_a_checkout_with_a_space_in_its_path_is_refused_before_anything_starts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "CHECKOUT", Path("/somewhere/my projects/headroom"))
    with pytest.raises(Problem, match="path has a space"):
        up.up()
    assert stage.order == []


def test_status_names_the_part_that_has_ended_what_goes_without_it_and_the_remedy(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.dead = ("karpenter", "metrics")
    assert up.status() == 1
    metrics, karpenter = capsys.readouterr().out.splitlines()
    assert karpenter.startswith(
        "karpenter of the local cluster does not run (it had the process id 7): no node is"
    )
    assert "logs/karpenter.log; run make up" in karpenter
    assert metrics.startswith("metrics of the local cluster does not run")


def test_status_has_a_word_for_every_part(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.dead = PROCESSES
    stage.well = 3
    assert up.status() == 3
    assert len(capsys.readouterr().out.splitlines()) == len(PROCESSES)


def test_status_says_nothing_of_parts_that_run_or_that_nobody_started(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert up.status() == 0
    stage.dead = PROCESSES
    stage.exists = False
    assert up.status() == 0
    stage.exists, stage.kind = True, "kubeconfig"
    assert up.status() == 0
    assert capsys.readouterr().out == ""
