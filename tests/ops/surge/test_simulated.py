"""ops surge --simulate: the question of a run, answered without a cluster."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.cli import app

from .test_policy_files import CRON, HPA

PODS_METRIC = HPA.replace(
    "maxReplicas: 60",
    "maxReplicas: 60, metrics: [{type: Pods, pods: {metric: {name: rps},"
    " target: {type: AverageValue, averageValue: '500'}}}]",
)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(HPA)
    return file


def surge(tmp_path: Path, *arguments: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, what was said beside the table, and the policies of the report."""
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["surge", "--out", str(out), *arguments])
    report = out / "surge.json"
    return result.exit_code, result.stderr, json.loads(report.read_text()) if report.exists() else {}


def test_ones_own_autoscalers_stand_beside_the_stacks(tmp_path: Path, mine: Path) -> None:
    code, told, found = surge(tmp_path, "--simulate", "--policy", f"mine={mine}", "--compare", "ours,guide")
    assert code == 0
    assert list(found["policies"]) == ["mine", "ours", "guide"]
    assert "mine: reservation-api, inventory-api, payment-api: not in it, so as the stack scales" in told
    assert found["title"] == "Pulumi.local.yaml: step from 6000 to 30000 rps, simulated"
    assert found["notes"][0].startswith("simulated: ") and (found["void"], found["clock"]) == ("", "")
    # CPU at 80 % and no behaviour, from one pod: slower than what the stack has.
    assert found["policies"]["mine"]["shed_share"] > found["policies"]["ours"]["shed_share"] > 0
    for name in ("surge.md", "surge.svg", "mine.csv", "mine.timeline.json"):
        assert (tmp_path / "out" / name).stat().st_size > 500
    assert "The clock" not in (tmp_path / "out" / "surge.md").read_text()


def test_faults_times_and_other_figures_are_simulated_too(tmp_path: Path) -> None:
    slow = surge(tmp_path, "--simulate", "--node-launch", "200")[2]["policies"]["ours"]
    quick = surge(tmp_path, "--simulate", "--node-launch", "5")[2]["policies"]["ours"]
    late = surge(tmp_path, "--simulate", "--node-launch", "5", "--metrics-delay", "60")[2]["policies"]["ours"]
    assert quick["shed_share"] < late["shed_share"] < slow["shed_share"]
    lost = surge(
        tmp_path, "--simulate", "--profile", "flat", "--fault", "zone", "--fault", "drain", "--apart"
    )[2]
    assert list(lost["policies"]) == ["ours, zone-lost", "ours, nodes-drained"]
    assert lost["policies"]["ours, zone-lost"]["least_of_needed"] < 1.5
    other = surge(tmp_path, "--simulate", "--what-if", "target.baseline_rps=20000")[2]
    assert "from 20000 to 30000" in other["title"]


def test_cron_triggers_open_before_the_load(tmp_path: Path) -> None:
    file = tmp_path / "payment.yaml"
    file.write_text(CRON)
    asked = ("--simulate", "--policy", f"mine={file}")
    _, told, found = surge(tmp_path, *asked)
    assert not found and "--cron-lead" in told
    assert surge(tmp_path, *asked, "--cron-lead", "300")[0] == 0
    lines = (tmp_path / "out" / "mine.csv").read_text().splitlines()
    ready = lines[0].split(",").index("payment-api.ready")
    at = {float(line.split(",")[0]): int(line.split(",")[ready]) for line in lines[1:]}
    assert at[-301.0] < 30
    assert at[0.0] >= 27, "all but what the tolerance lets be missing"


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        (PODS_METRIC, (), "a Pods metric of gateway-api is not usable"),
        (CRON, ("--cron-lead", "60"), "a cron trigger is not usable"),
        (HPA, ("--to", "90000", "--simulate"), "gateway-api needs 90 pods"),
        (HPA.replace("gateway-api", "gate"), ("--simulate",), "scaleTargetRef Deployment gate is not usable"),
        (HPA, ("--simulate", "--what-if", "nothing"), "allowed: PATH=VALUE"),
        (
            HPA,
            ("--simulate", "--node-launch", "nan"),
            "--node-launch: nan is not usable; allowed: 0 to 3600 s",
        ),
        (HPA, ("--simulate", "--pod-ready", "-4"), "--pod-ready: -4 is not usable"),
        (HPA, ("--simulate", "--rate-window", "1e12"), "--rate-window: 1e+12 is not usable"),
        (
            HPA,
            ("--simulate", "--metrics-delay", "601"),
            "--metrics-delay: 601 is not usable; allowed: 0 to 600",
        ),
        (HPA, ("--simulate", "--cron-lead", "-1"), "--cron-lead: -1 is not usable"),
        (HPA, ("--simulate", "--seconds", "1e12"), "a load above 0 for 1 to 86400 s"),
    ],
)
def test_what_cannot_be_played_is_one_message(
    tmp_path: Path, mine: Path, text: str, arguments: tuple[str, ...], said: str
) -> None:
    mine.write_text(text)
    code, told, found = surge(tmp_path, "--policy", f"mine={mine}", *arguments)
    assert (code, found) == (2, {})
    assert said in told


def test_a_report_without_a_place_is_refused_before_the_run(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    result = CliRunner().invoke(app, ["surge", "--simulate", "--out", str(taken / "out")])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--out: " in result.stderr and "allowed: a folder that can be written" in result.stderr


def test_an_event_of_the_stack_is_there_in_time(tmp_path: Path) -> None:
    event = 'events=[{name: sale, start: "2030-12-01T19:00", time_zone: Asia/Seoul, duration: 2h, expected_rps: 30000}]'
    asked = ("--simulate", "--profile", "event:sale", "--what-if", event, "--compare", "guide")
    code, _, found = surge(tmp_path, *asked)
    assert code == 0
    assert found["policies"]["ours"]["shed_requests"] == 0
    assert found["policies"]["guide"]["shed_share"] > 0.1
