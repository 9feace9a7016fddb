"""plan --what-if and --diff: what changes and why, by the YAML's own paths; a wrong path is one clear message."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.cli import app
from ops.what_if import WrongFigureError, parse


def plan(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["plan", *arguments])
    return result.exit_code, result.stdout, result.stderr


def changes(*arguments: str) -> dict[str, Any]:
    code, text, error = plan(*arguments, "--format", "json")
    # 1 where the new figures bring errors.
    assert code in (0, 1), error
    answer: dict[str, Any] = json.loads(text)
    return answer


def test_doubling_the_target_shows_both_derivations() -> None:
    code, text, error = plan("--what-if", "target.peak_rps=60000")
    assert code == 1 and "the rules found 2 errors: HR721 redis" in error
    # 30,000 / 1,000 = 30 and half of it again for a zone; 60,000 / 1,000 = 60 likewise.
    assert (
        "gateway-api.replicas.peak\n"
        "  - 45 = 30 + ceil(30 / 2): one of 3 zones may be lost\n"
        "  + 90 = 60 + ceil(60 / 2): one of 3 zones may be lost\n"
    ) in text
    assert "gateway-api.replicas.floor" not in text, "the baseline is what it was"


def test_a_contradiction_that_the_figure_brings_is_a_new_finding() -> None:
    # (90 + 23) x 50 + 3 x (60 + 15) x 25 = 5,650 + 5,625 = 11,275 connections of 9,975.
    found = changes("--what-if", "target.peak_rps=60000")["findings"]
    # 60,000 + 60,000 operations/s on a master that answers 70,000.
    said = {finding["number"]: finding["what"] for finding in found["new"]}
    assert set(said) == {"HR721", "HR724"}
    assert "11275 connections" in said["HR721"]
    assert "120000 operations/s" in said["HR724"]
    assert found["gone"] == []


def test_a_second_figure_takes_it_away_again() -> None:
    found = changes(
        *("--what-if", "target.peak_rps=60000"),
        *("--what-if", "redis.maxclients=12000"),
        *("--what-if", "redis.ops_per_node=130000"),
    )
    assert found["findings"] == {"new": [], "gone": []}
    assert "redis.client_connections" in {change["path"] for change in found["changes"]}


def test_the_same_figure_changes_nothing() -> None:
    code, text, _ = plan("--what-if", "target.peak_rps=30000")
    assert (code, text.splitlines()[2]) == (0, "nothing changes")


def test_explain_narrows_it_to_one_number() -> None:
    found = changes("--what-if", "target.peak_rps=60000", "--explain", "payment-api.replicas.peak")
    (only,) = found["changes"]
    assert (only["path"], only["before"]["value"], only["after"]["value"]) == (
        "services.payment-api.replicas.peak",
        30,
        60,
    )


def test_null_removes_what_the_stack_states() -> None:
    gone = {c["path"]: c for c in changes("--what-if", "node_pool=null")["changes"]}
    nodes = gone["pools.tacos-app-on-demand-critical.at_peak"]
    assert nodes["after"] is None
    assert nodes["before"]["value"] == 9


def test_a_key_may_hold_dots() -> None:
    assert parse("cost.prices.m5.2xlarge=0.4") == (["cost", "prices", "m5.2xlarge"], 0.4)
    assert parse("services.gateway-api.calls.payment-api=1/2")[0] == [
        "services",
        "gateway-api",
        "calls",
        "payment-api",
    ]
    assert parse("headroom:target.peak_rps=1")[0] == ["target", "peak_rps"]
    price = {c["path"]: c for c in changes("--what-if", "cost.prices.m5.2xlarge=0.4")["changes"]}
    assert price["cost.per_node_hour"]["after"]["because"] == "m5.2xlarge as stated in cost.prices"


def test_markdown_is_a_table_of_before_and_after() -> None:
    _, text, _ = plan("--what-if", "services.payment-api.rps_per_pod=1000", "--format", "markdown")
    # 10,000 / 1,000 = 10, + 5.
    assert (
        "| `payment-api.replicas.peak` | 30 = 20 + ceil(20 / 2): one of 3 zones may be lost | 15 = 10 +"
        in text
    )


def test_two_stacks_differ_by_number_and_by_reason() -> None:
    code, text, _ = plan("--diff", "dev", "prod")
    assert code == 0
    assert text.startswith("from Pulumi.dev.yaml\nto   Pulumi.prod.yaml\n")
    # dev: 1,500 / 1,000 = 2, + 1 for a zone of three.
    assert "gateway-api.replicas.peak\n  - 3 = 2 + ceil(2 / 2): one of 3 zones may be lost\n  + 45 =" in text


def test_a_stack_does_not_differ_from_itself() -> None:
    assert "nothing changes" in plan("--diff", "prod", "prod")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--what-if", "target.peek_rps=1"], 'did you mean "peak_rps"?'),
        (["--what-if", "targt.peak_rps=1"], 'did you mean "target"?'),
        (["--what-if", "services.gatway-api.floor=3"], 'did you mean "gateway-api"?'),
        (["--what-if", "target.peak_rps=many"], 'headroom:target.peak_rps: "many"'),
        (["--what-if", "target.peak_rps=-1"], "headroom:target.peak_rps: -1"),
        (["--what-if", "target.peak_rps.more=1"], "headroom:target.peak_rps"),
        (["--what-if", "target.baseline_rps=60000"], "baseline_rps: 60000: allowed: at most peak_rps, 30000"),
        (["--what-if", "zones.0=a"], "allowed: a list"),
        (["--what-if", "target.peak_rps"], "allowed: PATH=VALUE"),
        (["--what-if", "=1"], "allowed: PATH=VALUE"),
        (["--what-if", "target..peak_rps=1"], "allowed: PATH=VALUE"),
        (["--what-if", "target.peak_rps=[1"], "no YAML"),
        (["--what-if", "target.peak_rps=!!python/none"], "no YAML"),
        (["--what-if", "node_pool.instance_type=m9.large"], '"m9.large": allowed: families c5'),
        (["--what-if", "redis_password=x"], "unknown key"),
        (["--what-if", "target.peak_rps=60000", "--explain", "nothing.there"], "such as"),
        (["--diff", "dev", "nowhere"], "there is no Pulumi.nowhere.yaml; allowed: "),
        (["--diff", "dev", "prod", "-s", "local"], "--diff A B names both stacks"),
        (["--diff", "dev", "prod", "--what-if", "target.peak_rps=1"], "--diff A B names both stacks"),
    ],
)
def test_what_cannot_be_answered_is_one_message(arguments: list[str], says: str) -> None:
    code, text, error = plan(*arguments)
    assert (code, text) == (2, "")
    assert says in error
    assert "Traceback" not in error
    assert len(error.splitlines()) <= 3


@pytest.mark.parametrize("text", ["", "=", "a", ".=1", "a.=1"])
def test_no_path_or_no_value_is_refused(text: str) -> None:
    with pytest.raises(WrongFigureError, match="allowed: PATH=VALUE"):
        parse(text)
