"""The local stack's engine: its own everything, and a stack file that never gets the salt."""

import json
import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.fakes import World, executable
from tools import engine as engines
from tools import places, recipes, toolchain
from tools.engine import Engine
from tools.problem import Problem
from tools.stack_file import StackFile

PULUMI = """#!/bin/sh
echo "$@" >> "$FAKE_ROOT/pulumi-calls"
env | grep ^PULUMI >> "$FAKE_ROOT/pulumi-environment"
if [ "$1 $2" = "stack init" ]; then
  salt=$(sed -n 's/^encryptionsalt: //p' Pulumi.local.yaml 2>/dev/null)
  [ -n "$salt" ] || { salt=v1:fresh; echo "encryptionsalt: $salt" > Pulumi.local.yaml; }
  folder="${PULUMI_BACKEND_URL#file://}/.pulumi/stacks/headroom"
  mkdir -p "$folder"
  printf '{"checkpoint": {"latest": {"secrets_providers": {"state": {"salt": "%s"}}}}}' "$salt" > "$folder/local.json"
fi
if [ "$1 $2" = "config set" ]; then
  for file; do :; done
  printf 'config:\\n  headroom:y: "2"\\nencryptionsalt: v1:fresh\\n' > "$file"
fi
"""


@pytest.fixture
def engine(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The checkout's engine with a pulumi that only notes how it was called."""
    project = places.CHECKOUT
    (project / "Pulumi.yaml").write_text("name: headroom\nruntime: python\n")
    (project / "Pulumi.local.yaml").write_text("# kept\nconfig:\n  headroom:x: 1\n")
    executable(places.BIN / "pulumi", PULUMI)
    provider = executable(world.root / "provider", "")
    monkeypatch.setattr(toolchain, "ensure", lambda: None)
    monkeypatch.setattr(toolchain, "tool", lambda _: provider)
    yield engines.local()


def calls(world: World) -> list[str]:
    return (world.root / "pulumi-calls").read_text().splitlines()


def test_the_users_login_is_not_used(engine: Engine, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "the-users")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the-users")
    monkeypatch.setenv("PULUMI_HOME", "/home/user/.pulumi")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "https://api.example.com")
    engine.run(["preview"])
    seen = (world.root / "pulumi-environment").read_text()
    assert "the-users" not in seen
    assert "/home/user" not in seen
    assert "example.com" not in seen
    assert f"PULUMI_BACKEND_URL=file://{places.STATE}" in seen


def test_the_passphrase_is_for_this_user_only_and_is_made_once(engine: Engine) -> None:
    engine.prepare()
    assert stat.S_IMODE(engine.passphrase.stat().st_mode) == 0o600
    first = engine.passphrase.read_text()
    assert len(first) >= 32
    engine.prepare()
    assert engine.passphrase.read_text() == first


def test_the_stack_is_made_on_demand_and_once(engine: Engine, world: World) -> None:
    engine.run(["preview"])
    engine.run(["preview"])
    assert [call.split()[0] for call in calls(world)] == ["stack", "preview", "preview"]


def test_the_engine_gets_the_salt_and_the_checkouts_file_does_not(engine: Engine) -> None:
    before = engine.file.checked_in.read_text()
    engine.run(["up", "--yes"])
    assert engine.file.copy.read_text() == before + "encryptionsalt: v1:fresh\n"
    assert engine.file.checked_in.read_text() == before


@pytest.mark.parametrize(
    ("arguments", "with_file"),
    [
        (["up"], True),
        (["--stack", "local", "up"], True),
        (["--color=never", "config", "get", "x"], True),
        (["stack", "ls"], False),
        (["stack", "import"], False),
        (["--version"], False),
    ],
)
def test_commands_that_take_one_get_the_copy_of_the_configuration(
    engine: Engine, arguments: list[str], with_file: bool
) -> None:
    assert ("--config-file" in engine.command(arguments)) is with_file


def test_removing_the_stack_keeps_the_checkouts_file(engine: Engine) -> None:
    assert "--preserve-config" in engine.command(["stack", "rm", "--yes"])


def test_a_change_by_pulumi_config_set_reaches_the_checkout_without_the_salt(engine: Engine) -> None:
    engine.run(["config", "set", "y", "2"])
    assert engine.file.checked_in.read_text() == 'config:\n  headroom:y: "2"\n'


def test_a_stack_made_anew_keeps_its_salt(engine: Engine) -> None:
    engine.prepare()
    (engine.state / "init" / "Pulumi.local.yaml").write_text("encryptionsalt: v1:old\n")
    engine.forget()
    assert not engine.exists()
    engine.prepare()
    assert engine.salt() == "v1:old"


def test_what_is_forgotten_is_put_aside(engine: Engine) -> None:
    engine.prepare()
    engine.forget()
    assert list((engine.state / "backend.forgotten").rglob("local.json"))


@pytest.mark.parametrize("arguments", [["up", "--stack", "dev"], ["up", "--stack=dev"], ["-s", "dev", "up"]])
def test_another_stack_is_refused(engine: Engine, arguments: list[str]) -> None:
    with pytest.raises(Problem, match="--stack dev: this command is for the stack local only"):
        engine.run(arguments)


def test_its_own_stack_may_be_named(engine: Engine) -> None:
    assert engine.run(["up", "--stack", "local"]) == 0


def lock_of(engine: Engine, pid: int, host: str) -> Path:
    path = engine.backend / ".pulumi" / "locks" / "organization" / "headroom" / "local" / "x.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"pid": pid, "hostname": host, "username": "u"}))
    return path


def test_a_lock_of_a_dead_pulumi_is_removed(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    path = lock_of(engine, gone.pid, socket.gethostname())
    engine.run(["up"])
    assert not path.exists()
    captured = capsys.readouterr()
    assert f"removed the lock of a pulumi that is gone (pid {gone.pid})" in captured.err
    assert "removed" not in captured.out, "standard output belongs to pulumi"


def test_a_lock_whose_process_id_went_to_another_program_is_removed(engine: Engine) -> None:
    path = lock_of(engine, os.getpid(), socket.gethostname())
    engine.run(["up"])
    assert not path.exists()


def test_a_lock_of_a_living_pulumi_is_respected(engine: Engine, world: World) -> None:
    sleeper = executable(world.root / "pulumi", "")
    sleeper.unlink()
    sleeper.write_bytes(Path("/bin/sleep").resolve().read_bytes())
    sleeper.chmod(0o755)
    alive = subprocess.Popen([str(sleeper), "30"])
    try:
        lock_of(engine, alive.pid, socket.gethostname())
        with pytest.raises(Problem, match=f"locked by pulumi with pid {alive.pid}"):
            engine.run(["up"])
    finally:
        alive.kill()
        alive.wait()


def test_a_lock_from_another_machine_is_respected(engine: Engine) -> None:
    lock_of(engine, 1, "elsewhere")
    with pytest.raises(Problem, match="on elsewhere"):
        engine.run(["up"])


def test_an_unreadable_state_is_named_with_what_to_do(engine: Engine) -> None:
    engine.prepare()
    engine.checkpoint.write_text("{")
    with pytest.raises(Problem) as raised:
        engine.prepare()
    assert str(engine.checkpoint) in str(raised.value)
    assert "make down" in str(raised.value)


def deployed(engine: Engine) -> None:
    content = json.loads(engine.checkpoint.read_text())
    content["checkpoint"]["latest"]["resources"] = [{"urn": "u"}]
    engine.checkpoint.write_text(json.dumps(content))


def test_a_new_cluster_makes_the_engine_forget_what_the_old_one_had(engine: Engine) -> None:
    engine.prepare()
    assert not engine.move_to("first")
    deployed(engine)
    assert not engine.move_to("first")
    assert engine.has_resources()
    assert engine.move_to("second")
    assert not engine.has_resources()
    assert engine.exists(), "ready to deploy again"


def test_the_provider_lies_where_the_engine_looks_for_its_version(engine: Engine) -> None:
    engine.prepare()
    folder = engine.home / "plugins" / f"resource-kubernetes-v{recipes.PROVIDER_VERSION}"
    assert (folder / "pulumi-resource-kubernetes").is_symlink()


@pytest.mark.parametrize("text", ["", "config: {}", "encryptionsalt: v1:committed\nconfig: {}\n"])
def test_a_stack_file_is_copied_whole_with_one_salt(tmp_path: Path, text: str) -> None:
    file = StackFile(tmp_path / "Pulumi.local.yaml", tmp_path / "copy" / "Pulumi.local.yaml")
    file.checked_in.write_text(text)
    file.copy_with("v1:mine")
    lines = file.copy.read_text().splitlines()
    assert [line for line in lines if line.startswith("encryptionsalt")] == ["encryptionsalt: v1:mine"]
    assert ("config: {}" in lines) is ("config" in text)


def test_a_configuration_that_cannot_be_read_is_no_default(engine: Engine) -> None:
    """A guess would let make down forget what is deployed to somebody's real cluster."""
    executable(places.BIN / "pulumi", "#!/bin/sh\necho 'error: bad yaml' >&2\nexit 1\n")
    with pytest.raises(Problem, match="bad yaml"):
        engine.setting("cluster.kind", "local")
