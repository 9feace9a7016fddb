"""status: against a server on loopback, by the real Kubernetes client; its words and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.kubeconfig import find
from ops import cli
from ops.status import command

from . import objects as o
from .server import Server, serving, write_stack


def status(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["status", "-s", "test", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_platform_that_is_well(folder: Path, server: Server) -> None:
    write_stack(folder, server.server_port)
    code, text, error = status()
    assert (code, error) == (0, "")
    for words in ("gateway-api", "http_requests_per_second 133.3 of 605", "9000 rps", "45000 rps", "6 m5.2xlarge",
                  "zone-a 2, zone-b 2, zone-c 2", "redis-sentinel", "all well"):  # fmt: skip
        assert words in text
    assert "<unknown>" not in text


def test_it_only_ever_lists(folder: Path, server: Server) -> None:
    write_stack(folder, server.server_port)
    status()
    assert sorted(server.asked) == sorted(o.well())


def test_what_is_not_well_is_said_and_ends_with_one(folder: Path, server: Server) -> None:
    server.lists[o.AUTOSCALERS][0] = o.hpa("gateway-api", 9, 45, rps=None)
    write_stack(folder, server.server_port)
    code, text, _ = status()
    assert code == 1
    assert "http_requests_per_second <unknown> of 605" in text
    assert "not well: gateway-api: its autoscaler has no value for http_requests_per_second" in text


def test_waiting_in_vain_says_why_pods_are_pending(folder: Path, server: Server) -> None:
    server.lists[o.DEPLOYMENTS][0]["status"]["readyReplicas"] = 8
    server.lists[o.PODS].append(o.pod("g", "gateway-api", o.unschedulable("no node fits")))
    write_stack(folder, server.server_port)
    code, text, error = status("--wait", "--timeout", "0")
    assert code == 1
    assert "gateway-api 8/9" in error
    assert "gave up after 0 s: 1 not well" in error
    assert "gateway-api: 8 of 9 pods ready (1 pod: Unschedulable: no node fits)" in text


def test_json(folder: Path, server: Server) -> None:
    write_stack(folder, server.server_port)
    code, text, _ = status("--format", "json")
    data = json.loads(text)
    assert code == 0
    assert data["carries_rps"] == {"now": 9000.0, "at_peak": 45000.0}
    assert data["not_well"] == []
    assert data["services"][1]["share"] == pytest.approx(1 / 3)


def test_a_dead_cluster_is_one_line_and_ends_with_three(folder: Path, server: Server) -> None:
    write_stack(folder, server.server_port)
    server.shutdown()
    server.server_close()
    code, text, error = status()
    assert (code, text) == (3, "")
    assert error == (
        f"http://127.0.0.1:{server.server_port} (context test): connection refused: nothing listens there;"
        " start it, or name another context\n"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [(401, "does not know us"), (403, "does not let us read /apis/apps/v1/"), (500, "with 500")],
)
def test_a_cluster_that_refuses_is_one_line(folder: Path, answer: int, words: str) -> None:
    with serving(o.well(), refuses=answer) as server:
        write_stack(folder, server.server_port)
        code, _, error = status()
    assert code == 3
    assert words in error
    assert len(error.splitlines()) == 1


def test_without_the_local_cluster_it_says_what_to_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_stack(folder, 1)
    text = (folder / "Pulumi.test.yaml").read_text()
    lines = ["  headroom:cluster: {kind: local}" if "cluster" in line else line for line in text.splitlines()]
    (folder / "Pulumi.test.yaml").write_text("\n".join(lines))
    # This checkout's own cluster may be up; the folder is a checkout that never had one.
    monkeypatch.setattr(command, "find", lambda cluster: find(cluster, folder))
    code, _, error = status()
    assert (code, error) == (
        3,
        'headroom:cluster.kind: "local": the local cluster is not there; run make up\n',
    )
