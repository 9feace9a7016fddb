"""plan: the tables, one number explained, JSON; wrong input is one message and exit code 2."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from components.policy.plan import Plan
from config.loader import CHECKOUT, load_stack, plan_of, stacks
from ops.cli import app
from ops.derivations import UnknownPathError, derivations, explain


def plan(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("stack", stacks())
def test_shows_every_service_and_every_derivation(stack: str) -> None:
    code, text, _ = plan("-s", stack)
    assert code == 0
    for d in derivations(plan_of(load_stack(stack), stack)):
        assert f"{d.value} = {d.because}" in text


def test_no_table_is_cut_where_there_is_no_terminal() -> None:
    _, text, _ = plan()
    assert "…" not in text
    assert "maxUnavailable 10%" in text


def test_explains_one_number() -> None:
    code, text, _ = plan("--explain", "gateway-api.replicas.peak")
    # 30,000 / 1,000 = 30; 30 + ceil(30 / 2) = 45.
    assert (code, text) == (
        0,
        "gateway-api.replicas.peak  45 = 30 + ceil(30 / 2): one of 3 zones may be lost\n",
    )


def test_explains_all_below_a_path() -> None:
    _, text, _ = plan("--explain", "services.gateway-api.replicas")
    assert {"gateway-api.replicas.floor", "gateway-api.replicas.peak"} <= {
        line.split()[0] for line in text.splitlines()
    }


def test_an_unknown_number_names_the_nearest() -> None:
    code, text, error = plan("--explain", "gateway-api.replica")
    assert (code, text) == (2, "")
    assert error.startswith('--explain: "gateway-api.replica" is no number of this plan; allowed, e.g.: ')
    assert "gateway-api.replicas" in error


def test_an_unknown_stack_names_those_that_there_are() -> None:
    code, _, error = plan("-s", "nowhere")
    assert code == 2
    assert "there is no Pulumi.nowhere.yaml; allowed: " in error
    assert "local" in error


def test_json_comes_back_as_the_plan() -> None:
    code, text, _ = plan("--format", "json")
    assert code == 0
    assert Plan.model_validate(json.loads(text)) == plan_of(load_stack("local"), "local")


def test_json_of_one_number() -> None:
    _, text, _ = plan("--explain", "gateway-api.replicas.floor", "--format", "json")
    (only,) = json.loads(text)
    assert (only["path"], only["value"]) == ("gateway-api.replicas.floor", "9")


def test_every_path_explains_itself_alone() -> None:
    planned = plan_of(load_stack("local"), "local")
    every = derivations(planned)
    assert len({d.path for d in every}) == len(every) > 60
    for d in every:
        assert d in explain(planned, d.path)
    with pytest.raises(UnknownPathError):
        explain(planned, "")


def test_needs_no_engine_and_no_cluster_client() -> None:
    code = (
        "import sys; from ops.cli import app\n"
        "try: app(['plan'])\n"
        "except SystemExit: pass\n"
        "print({'pulumi', 'kubernetes', 'grpc'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "set()"


def test_help_names_the_commands_and_the_exit_codes() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    assert all(word in text for word in ("plan", "status", "schema", "Exit codes: 0"))


def test_the_schema_is_json() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert "config" in json.loads(result.stdout)["properties"]
