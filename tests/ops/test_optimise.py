"""plan --optimise surge, and the plan's own answer to whether autoscaling can follow."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.cli import app


def plan(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_plan_says_what_a_surge_makes_of_it() -> None:
    _, text, _ = plan()
    assert "Surge from 6000 rps" in text
    assert "step to 30000: ours" in text and "ramp to 30000 in 120 s: guide" in text


def test_a_stated_growth_is_what_is_asked_about() -> None:
    _, text, _ = plan(
        "--optimise", "surge", "--what-if", "target.growth={rps_per_second: 400}", "--shed", "30%"
    )
    assert "ramp to 30000 in 60 s, shedding at most 30.0%" in text


def test_says_what_was_chosen_and_what_to_write() -> None:
    code, text, progress = plan("--optimise", "surge")
    assert code == 0
    assert "shedding nothing" in text and "    gateway-api: {floor: 30}" in text
    assert "headroom:events: [{name: sale" in text
    assert "tried" in progress


def test_answers_programs() -> None:
    code, text, _ = plan("--optimise", "surge", "--shed", "0.1", "--profile", "ramp", "--format", "json")
    found = json.loads(text)
    assert code == 0
    assert found["chosen"]["shed_share"] <= 0.1
    assert found["frontier"]


def test_takes_a_recorded_load(tmp_path: Path) -> None:
    recorded = tmp_path / "friday.csv"
    recorded.write_text("at_s,rps\n0,6000\n200,7000\n")
    code, text, _ = plan("--optimise", "surge", "--profile", f"csv:{recorded}")
    assert code == 0
    assert "friday to 7000 in 200 s" in text and "the stack has it already" in text


def test_a_load_that_never_fits_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    beyond = tmp_path / "beyond.csv"
    beyond.write_text("0,6000\n2,60000\n20,60000\n")
    asked = ("--optimise", "surge", "--profile", f"csv:{beyond}")
    code, text, error = plan(*asked)
    assert (code, text) == (2, "")
    assert "gateway-api needs 60 pods" in error and "at most 45" in error and "--shed" in error
    code, text, error = plan(*asked, "--shed", "90%")
    assert code == 0 and "beyond the limits: ours: gateway-api needs 60 pods" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--optimise", "surge", "--shed", "lots"), '--shed "lots": allowed: a share from 0 to below 1'),
        (("--optimise", "surge", "--shed", "100%"), "--shed"),
        (("--optimise", "surge", "--profile", "nowhere.csv"), "allowed: step, ramp, flat, phases, csv:FILE"),
        (("--optimise", "surge", "--profile", "csv:nowhere.csv"), "No such file"),
        (("--optimise", "surge", "--explain", "nodes"), "--optimise searches one stack"),
        (("--shed", "5%"), "add it, or leave them out"),
    ],
)
def test_a_wrong_question_is_one_message(arguments: tuple[str, ...], said: str) -> None:
    code, text, error = plan(*arguments)
    assert (code, text) == (2, "")
    assert said in error and error.count("\n") == 1
