"""cost: the bill by pool and service, other types, spot; where there is no price, what to state."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from components.policy.cost import CostSpec
from config.loader import load_stack
from config.problems import StackError
from ops.cli import app
from ops.cost.command import bill_at, billed
from ops.cost.quotes import Quotes, cache_folder
from ops.cost.tables import headline, notes
from tests.ops.test_prices import DAY


@pytest.fixture(autouse=True)
def _nobody_to_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of its own, and no credentials of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("ops.cost.command.asker", lambda: None)


def cost(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["cost", *arguments])
    return result.exit_code, result.stdout, result.stderr


def data(*arguments: str) -> dict[str, Any]:
    code, text, error = cost(*arguments, "--format", "json")
    assert code == 0, error
    answer: dict[str, Any] = json.loads(text)
    return answer


def month(bill: dict[str, Any]) -> Fraction:
    return Fraction(bill["cost"]["per_month"]["value"])


def test_the_guides_fleet_by_hand_beside_the_guides_bill() -> None:
    code, text, _ = cost()
    assert code == 0
    # 4 nodes at the floor and 9 at the peak: $1.536 x 670 h + $3.456 x 60 h = $1,029.12 + $207.36.
    assert "a month: $1,236.48 = $1.536 x 670h + $3.456 x 60h" in text
    assert "per 1,000 rps: $41.22 = $1,236.48 / 30000 rps x 1000" in text
    assert "the guide: 22% of its $5,600" in text
    assert "…" not in text


def test_the_services_parts_add_up_in_every_column() -> None:
    bill = data()["cost"]
    for part, whole in (
        ("by_group_at_floor", "per_hour_at_floor"),
        ("by_group_at_peak", "per_hour_at_peak"),
        ("by_group", "per_month"),
    ):
        assert sum(Fraction(p["value"]) for p in bill[part].values()) == Fraction(bill[whole]["value"])


def test_another_type_is_a_figure_like_any_other() -> None:
    other = data("--what-if", "node_pool.instance_type=m6g.2xlarge")
    # The same size: as many nodes, $0.0385 instead of $0.048 a vCPU.
    assert month(other) == month(data()) * Fraction("0.0385") / Fraction("0.048")


def test_the_cheapest_is_the_first_of_its_architecture_and_costs_what_its_own_bill_says() -> None:
    bill = data()
    amd = [f for f in bill["families"] if f["architecture"] == "amd64"]
    assert Fraction(amd[0]["per_month"]["value"]) == min(Fraction(f["per_month"]["value"]) for f in amd)
    own = data("--what-if", f"node_pool.instance_type={amd[0]['instance_type']}")
    assert month(own) == Fraction(amd[0]["per_month"]["value"])
    assert f"{amd[0]['nodes_at_floor']} to {amd[0]['nodes_at_peak']} {amd[0]['instance_type']}" in cost()[1]


def test_a_type_that_breaks_a_rule_is_no_option() -> None:
    plain = {f["instance_type"] for f in data()["families"]}
    # The largest types leave most of what is bought idle (HR824), so none of them is named, whatever it costs.
    assert plain
    assert not any(kind.endswith((".16xlarge", ".24xlarge")) for kind in plain)


def test_spot_is_priced_only_by_a_stated_price() -> None:
    assert data()["spot"] == {}
    assert "none is guessed; state headroom:cost.spot_prices.m5.2xlarge" in cost()[1]
    bill = data("--what-if", "cost.spot_prices.m5.2xlarge=0.184")
    # At half: $1.536 + 5 x ($0.384 + $0.184) / 2 = $2.956 an hour at the peak.
    by_share = {share: Fraction(value["value"]) for share, value in bill["spot"].items()}
    assert by_share["50%"] == Fraction("1.536") * 670 + Fraction("2.956") * 60
    assert by_share["0%"] == month(bill)
    assert sorted(by_share.values(), reverse=True) == list(by_share.values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["-s", "prod"],
            "state headroom:cost: {region: ap-northeast-2, prices: {m5.2xlarge: DOLLARS_PER_HOUR}}",
        ),
        (["-s", "prod"], "m5.2xlarge in ap-northeast-2 has no price here; the table knows us-east-1"),
        (["-s", "local", "--what-if", "node_pool=null"], "headroom:node_pool: missing"),
        (["-s", "nowhere"], "there is no Pulumi.nowhere.yaml; allowed: "),
        (["--what-if", "cost.region=eu-west-1"], "state cost.prices.m5.2xlarge"),
        (["--what-if", "cost.spot_share=50%"], "state node_pool.capacity_type: spot"),
        (["--what-if", "node_pool.capacity_type=spot"], "state cost.spot_prices.m5.2xlarge"),
        (["--what-if", "cost=null"], "a region that is not stated"),
        (["--what-if", "cost.peek_hours=1"], 'did you mean "peak_hours"?'),
    ],
)
def test_without_a_price_the_message_says_what_to_state(arguments: list[str], says: str) -> None:
    code, text, error = cost(*arguments)
    assert (code, text) == (2, "")
    assert says in error
    assert "Traceback" not in error


def test_what_the_message_says_is_enough() -> None:
    bill = data("-s", "prod", "--what-if", "cost={region: ap-northeast-2, prices: {m5.2xlarge: 1}}")
    # 4 x $1 x 670 h + 9 x $1 x 60 h.
    assert month(bill) == 4 * 670 + 9 * 60
    assert {f["family"] for f in bill["families"]} == {"m5"}, "no other price is stated"


def test_a_stack_without_cost_is_billed_in_the_region_of_its_zones_by_what_was_looked_up() -> None:
    quotes = Quotes("ap-northeast-2", DAY, {"m5.2xlarge": Fraction(2)})
    bill = bill_at("prod", load_stack("prod"), CostSpec(region="ap-northeast-2"), quotes)
    assert bill.cost.per_month.value == 2 * (4 * 670 + 9 * 60)
    assert bill.cost.per_node_hour.because == (
        "m5.2xlarge on demand in ap-northeast-2 by the AWS Pricing API, 2026-11-20"
    )


def test_a_stated_price_wins_over_a_quoted_one_and_that_over_the_table() -> None:
    settings = load_stack("local", over={"cost": {"prices": {"m5.2xlarge": 3}}})
    quotes = Quotes("us-east-1", DAY, {"m5.2xlarge": Fraction(2)})
    assert bill_at("x", settings, settings.cost, quotes).cost.per_node_hour.value == 3
    plain = load_stack("local")
    assert bill_at("x", plain, plain.cost, quotes).cost.per_node_hour.value == 2
    assert bill_at("x", plain, plain.cost, None).cost.per_node_hour.value == Fraction("0.384")


def test_prices_are_asked_for_once_and_offline_never(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(region: str) -> dict[str, Fraction]:
        asked.append(region)
        return {"m5.2xlarge": Fraction(2)}

    monkeypatch.setattr("ops.cost.command.asker", lambda: ask)
    settings = load_stack("prod")
    with pytest.raises(StackError):
        billed("prod", settings, offline=True, tell=print)
    assert asked == []
    for _ in range(2):
        assert billed("prod", settings, offline=False, tell=print).cost.per_node_hour.value == 2
    assert asked == ["ap-northeast-2"]
    assert (cache_folder() / "ap-northeast-2.json").exists()
    assert billed("prod", settings, offline=True, tell=print).cost.per_node_hour.value == 2


def test_markdown_holds_the_same_bill() -> None:
    _, text, _ = cost("--format", "markdown")
    assert "### By pool" in text
    assert "- a month: $1,236.48 = $1.536 x 670h + $3.456 x 60h" in text


def test_a_redis_by_aws_is_beside_the_nodes_and_in_no_sum() -> None:
    redis = {
        "kind": "elasticache",
        "node_type": "cache.r7g.large",
        "maintenance_window": "sun:18:00-sun:19:00",
    }
    spec = CostSpec(region="us-east-1", managed_redis=Fraction(300))
    bill = bill_at("prod", load_stack("prod", over={"redis": redis}), spec, None)
    assert bill.cost.redis is None and bill.cost.managed_redis is not None
    # A primary and three replicas.
    assert bill.cost.managed_redis.value == 1200
    (line,) = (line for line in notes(bill) if line.startswith("Redis: "))
    assert "$1,200.00 a month by AWS on top of the nodes, in no sum above" in line
    assert "Redis by AWS, load balancers and traffic are not in it" in headline(bill)
