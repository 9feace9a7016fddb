"""What the rendered files say, and what they never say."""

import shutil
import subprocess
from pathlib import Path

import pytest

from components.policy.redis import RedisSpec, RedisUse, plan_redis
from components.redis.render import Names, digest, render


def files(**stated: object) -> dict[str, str]:
    return render(plan_redis(RedisSpec.model_validate(stated)), Names())


def directives(text: str) -> dict[str, str]:
    """The lines of a redis.conf, by directive."""
    lines = [line.partition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {key: value for key, _, value in lines}


def test_nothing_is_written_to_disk_as_in_the_guide() -> None:
    conf = directives(files()["redis.conf"])
    assert conf["save"] == '""'
    assert conf["appendonly"] == "no"


def test_the_guides_maxmemory_is_in_bytes() -> None:
    assert directives(files(maxmemory="512Mi")["redis.conf"])["maxmemory"] == str(512 * 1024**2)


@pytest.mark.parametrize(
    ("use", "policy"),
    [
        (RedisUse.LOCKS, "noeviction"),
        (RedisUse.CACHE, "allkeys-lru"),
        (RedisUse.CACHE_AND_QUEUES, "volatile-lru"),
    ],
)
def test_what_is_stored_decides_what_may_be_evicted(use: RedisUse, policy: str) -> None:
    assert directives(files(use=use)["redis.conf"])["maxmemory-policy"] == policy


def test_a_node_begins_mute_and_unelectable() -> None:
    conf = directives(files()["redis.conf"])
    assert conf["replica-priority"] == "0"
    assert conf["replica-serve-stale-data"] == "no"


def test_a_master_that_is_cut_off_stops_writing_before_another_is_elected() -> None:
    for down_after in (5, 6, 10, 60):
        stated = {"down_after": f"{down_after}s", "failover_timeout": "60s"}
        conf = directives(files(**stated)["redis.conf"])
        assert conf["min-replicas-to-write"] == "1"
        assert 2 <= int(conf["min-replicas-max-lag"]) + 2 < down_after


def test_names_are_resolved_before_a_name_is_monitored() -> None:
    lines = files()["sentinel.conf"].splitlines()
    resolves = lines.index("sentinel resolve-hostnames yes")
    monitors = next(number for number, line in enumerate(lines) if line.startswith("sentinel monitor"))
    assert resolves < monitors
    assert "sentinel announce-hostnames yes" in lines


def test_the_quorum_is_a_majority_of_the_sentinels() -> None:
    assert "sentinel monitor headroom @MASTER@ 6379 3" in files(sentinels=5)["sentinel.conf"]
    assert "QUORUM=3" in files(sentinels=5)["settings.sh"]


def test_a_change_of_any_file_is_another_digest_and_the_same_files_are_the_same() -> None:
    assert digest(files()) == digest(files())
    assert digest(files()) != digest(files(maxclients=9_000))
    assert digest({"a": "b", "c": ""}) != digest({"a": "", "c": "b"})


@pytest.mark.parametrize("name", [name for name in files() if name.endswith(".sh")])
def test_every_script_is_posix_shell(name: str, tmp_path: Path) -> None:
    shell = shutil.which("dash") or shutil.which("busybox")
    if shell is None:
        pytest.skip("needs dash or busybox: a shell that knows no more than POSIX")
    script = tmp_path / name
    script.write_text(files()[name])
    words = [shell, "sh"] if shell.endswith("busybox") else [shell]
    checked = subprocess.run([*words, "-n", str(script)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
