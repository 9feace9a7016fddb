"""plan: the tables, one number explained, JSON; wrong input is one message and exit code 2."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from components.policy.diff import explain
from components.policy.plan import Plan
from config.loader import CHECKOUT, load_stack, plan_of, stacks
from ops.cli import app
from ops.numbers import derived_numbers, path, sentence


def plan(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("stack", stacks())
def test_shows_every_service_and_every_derivation(stack: str) -> None:
    code, text, _ = plan("-s", stack)
    assert code == 0
    lines = {tuple(line.split(maxsplit=1)) for line in text.splitlines()}
    for number in derived_numbers(plan_of(load_stack(stack), stack)):
        assert (path(number), sentence(number)) in lines


def test_no_table_is_cut_where_there_is_no_terminal() -> None:
    _, text, _ = plan()
    assert "…" not in text
    assert "maxUnavailable 10%" in text


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_ends_with_1_where_the_rules_found_errors(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = load_stack("local", over={"target": {"peak_rps": 60_000}})
    monkeypatch.setattr("ops.plan.planned.load_stack", lambda stack: other)
    code, text, error = plan("--format", form)
    assert code == 1
    assert "the rules found 2 errors: HR721 redis, HR724 redis" in error
    assert json.loads(text)["services"] if form == "json" else "error: HR721" in text


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
    assert error.startswith("path: gateway-api.replica is not usable; allowed: a path of the plan, such as ")
    assert "gateway-api.replicas" in error
    assert error.count("\n") == 1


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
    assert (only["path"], only["value"]) == ("services.gateway-api.replicas.floor", 9)


def test_every_derived_number_is_found_by_the_path_that_it_is_shown_with() -> None:
    planned = plan_of(load_stack("local"), "local")
    every = derived_numbers(planned)
    assert len({path(number) for number in every}) == len(every) > 200
    for number in every:
        assert number in explain(planned, path(number))


def test_markdown_has_every_derivation_in_a_table() -> None:
    code, text, _ = plan("--format", "markdown")
    assert code == 0
    assert "| `gateway-api.replicas.peak` | 45 | 30 + ceil(30 / 2): one of 3 zones may be lost |" in text
    assert "### Services" in text
    assert text.rstrip().endswith("no findings")


def test_money_is_in_dollars_and_a_part_in_percent() -> None:
    _, text, _ = plan("--explain", "cost")
    values = dict(line.split(maxsplit=1) for line in text.splitlines())
    # 4 nodes x $0.384 = $1.536; 670 h at it and 60 h at 9 x $0.384 = $3.456 are $1,029.12 + $207.36.
    assert values["cost.per_hour_at_floor"].startswith("$1.536 = 4 nodes")
    assert values["cost.per_month"].startswith("$1,236.48 = ")
    assert values["cost.of_the_guide"].startswith("22.08% = ")


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
    assert all(
        word in text for word in ("plan", "cost", "check", "rules", "status", "schema", "Exit codes: 0")
    )


def test_the_schema_is_json() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert "config" in json.loads(result.stdout)["properties"]


@pytest.mark.parametrize(
    ("figure", "field"),
    [
        ("cluster.network.cidr=10.0.0.0/19", "cluster.network.cidr"),
        ("cluster.network.private_prefix=28", "cluster.network.private_prefix"),
        ("cluster.addons.vpc_cni=latest", "cluster.addons.vpc_cni"),
    ],
)
def test_what_the_program_would_refuse_is_refused_by_the_plan(figure: str, field: str) -> None:
    code, text, error = plan("-s", "prod", "--what-if", figure)
    assert (code, text) == (2, "")
    assert f"  headroom:{field}: " in error


def test_a_stack_in_aws_shows_its_bill_by_part_and_one_on_this_machine_none() -> None:
    _, text, _ = plan("-s", "dev")
    assert "The stack's bill, by part" in text
    code, told, _ = plan("-s", "dev", "--explain", "bill.lines.nat-gateways.per_month")
    assert code == 0
    assert "$32.85 = 730 x $0.045 (AWS Price List, AmazonEC2, us-east-1, 2026-08-31)" in told
    assert "The stack's bill" not in plan("-s", "local")[1]
