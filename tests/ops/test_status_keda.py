"""What KEDA says of its ScaledObjects is judged: a fallback holds the peak behind an HPA that looks well."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops import cli
from ops.status.judge import problems
from ops.status.keda import scaled_object
from ops.status.read import read

from . import objects as o
from .server import Server, write_stack

FALLBACK = o.condition(
    "Fallback", "True", "FallbackExists", "At least one trigger is falling back on this scaled object"
)
# Recorded on the local stack while Prometheus refused the query and the fleet stood at its peak.
REFUSED = o.scaled_object(
    "gateway-api", FALLBACK, health={"s0-prometheus": {"numberOfFailures": 6, "status": "Failing"}}
)
FALLS_BACK = "gateway-api: KEDA falls back, its pods follow no load: s0-prometheus failing (6 in a row)"
PAUSED = o.scaled_object(
    "gateway-api", o.condition("Paused", "True", "ScaledObjectPaused", "ScaledObject is paused")
)


class Cluster:
    """Lists by path; no pod runs a command."""

    def __init__(self, *scaled: o.Object) -> None:
        self.lists = {**o.well(), o.SCALED_OBJECTS: list(scaled)}

    def items(self, path: str) -> list[o.Object]:
        return self.lists[path]

    def run(self, namespace: str, pod: str, command: Sequence[str]) -> str:
        raise AssertionError(f"{command} in {namespace}/{pod}")


def judged(*scaled: o.Object) -> list[str]:
    return problems(read(Cluster(*scaled), o.NAMESPACE, ("gateway-api", *o.BACKENDS)))


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        (o.scaled_object("gateway-api"), []),
        (REFUSED, [FALLS_BACK]),
        (
            # One answers, two do not.
            o.scaled_object(
                "ticket-mailer",
                FALLBACK,
                health={
                    "s2-prometheus": {"numberOfFailures": 4, "status": "Failing"},
                    "s1-cron": {"numberOfFailures": 0, "status": "Happy"},
                    "s0-aws-sqs": {"numberOfFailures": 5, "status": "Failing"},
                },
            ),
            [
                "ticket-mailer: KEDA falls back, its pods follow no load:"
                " s0-aws-sqs failing (5 in a row), s2-prometheus failing (4 in a row)"
            ],
        ),
        (
            o.scaled_object("gateway-api", FALLBACK, health=None),
            ["gateway-api: KEDA falls back, its pods follow no load"],
        ),
        # Below the threshold KEDA does not fall back; the HPA then has no value, which is its own line.
        (
            o.scaled_object("gateway-api", health={"s0-prometheus": {"numberOfFailures": 3, "status": "Failing"}}),
            [],
        ),
        (
            o.scaled_object(
                "gateway-api",
                o.condition("Ready", "False", "ScaledObjectCheckFailed", "failed to ensure HPA:\nno  right"),
            ),
            [
                "gateway-api: its ScaledObject is not Ready:"
                " ScaledObjectCheckFailed: failed to ensure HPA: no right"
            ],
        ),
        # A cron trigger counts as active while Prometheus does not answer.
        (o.scaled_object("gateway-api", o.condition("Ready", "Unknown", "PartialTriggerError")), []),
        (PAUSED, []),
    ],
)  # fmt: skip
def test_a_fallback_and_an_object_that_is_not_ready_are_not_well(found: o.Object, lines: list[str]) -> None:
    assert judged(found) == lines


def test_one_that_keda_has_not_seen_yet_says_nothing() -> None:
    new = {key: part for key, part in o.scaled_object("gateway-api").items() if key != "status"}
    assert judged(new) == []
    assert scaled_object(new).target == "gateway-api"


def status(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli.app, ["status", "-s", "test", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("arguments", [(), ("--wait", "--timeout", "0")])
def test_a_stack_at_its_fallback_is_not_well_and_ends_with_one(
    folder: Path, server: Server, arguments: tuple[str, ...]
) -> None:
    server.lists[o.SCALED_OBJECTS] = [REFUSED]
    write_stack(folder, server.server_port)
    code, text, _ = status(*arguments)
    assert code == 1
    assert f"not well: {FALLS_BACK}\n" in text
    assert "all well" not in text


def test_programs_get_the_failures_by_trigger(folder: Path, server: Server) -> None:
    server.lists[o.SCALED_OBJECTS] = [REFUSED]
    write_stack(folder, server.server_port)
    data = json.loads(status("--format", "json")[1])
    assert data["not_well"] == [FALLS_BACK]
    assert data["scaled_objects"][0]["failing"] == {"s0-prometheus": 6}


def test_a_pause_is_told_and_all_is_well(folder: Path, server: Server) -> None:
    server.lists[o.SCALED_OBJECTS] = [PAUSED]
    write_stack(folder, server.server_port)
    code, text, _ = status()
    assert code == 0
    assert "warning: gateway-api: KEDA is paused: ScaledObjectPaused: ScaledObject is paused\n" in text
    assert "all well" in text


def test_a_cluster_without_keda_is_asked_once_and_is_well(folder: Path, server: Server) -> None:
    # The server answers 404 on what it does not list, as an API server does without the CRD.
    del server.lists[o.SCALED_OBJECTS]
    write_stack(folder, server.server_port)
    code, text, error = status()
    assert (code, error) == (0, "")
    assert "all well" in text
    assert server.asked.count(o.SCALED_OBJECTS) == 1


def test_without_the_right_to_list_them_it_is_one_line(folder: Path, server: Server) -> None:
    server.refused_paths[o.SCALED_OBJECTS] = 403
    write_stack(folder, server.server_port)
    code, text, error = status()
    assert (code, text) == (3, "")
    assert f"does not let us read {o.SCALED_OBJECTS}; ask for a role with get and list on it" in error
    assert len(error.splitlines()) == 1
