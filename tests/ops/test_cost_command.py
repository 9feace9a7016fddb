"""cost: the bill by pool and service, other types, spot; where there is no price, what to state."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from components.policy.cost import HOURS_PER_MONTH, CostSpec
from config.loader import CHECKOUT, load_stack
from config.problems import StackError
from ops.bill_view import NO_PRICE, cents
from ops.cli import app
from ops.cost.command import bill_at, billed
from ops.cost.quotes import Quotes, cache_folder
from ops.cost.tables import cost_tables, headline, notes
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


def test_an_ignore_that_another_type_has_no_use_for_makes_it_no_worse() -> None:
    # dev is spot and ignores the rules about that; on demand they find nothing.
    assert {f["family"] for f in data("-s", "dev")["families"]} >= {"m6g", "m5"}


def test_a_table_without_a_row_is_not_shown() -> None:
    settings = load_stack("local")
    found = replace(bill_at("local", settings, settings.cost, None), families=[])
    assert not [table for table in cost_tables(found) if not list(table.rows)]
    assert [line for line in notes(found) if line.startswith("by family: no type")]


def test_spot_is_priced_only_by_a_stated_price() -> None:
    assert data()["spot"] == {}
    assert "none is guessed; state headroom:cost.spot_prices.m5.2xlarge" in cost()[1]
    bill = data("--what-if", "cost.spot_prices.m5.2xlarge=0.184")
    # At half: $1.536 + 5 x ($0.384 + $0.184) / 2 = $2.956 an hour at the peak.
    by_share = {share: Fraction(value["value"]) for share, value in bill["spot"].items()}
    assert by_share["50%"] == Fraction("1.536") * 670 + Fraction("2.956") * 60
    assert by_share["0%"] == month(bill)
    assert sorted(by_share.values(), reverse=True) == list(by_share.values())


# A region of which no price is known.
ELSEWHERE = ["--what-if", "cost=null", "--what-if", "zones=[eu-west-1a, eu-west-1b, eu-west-1c]"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ELSEWHERE,
            "state headroom:cost: {region: eu-west-1, prices: {m5.2xlarge: DOLLARS_PER_HOUR}}",
        ),
        (ELSEWHERE, "m5.2xlarge in eu-west-1 has no price here; the table knows us-east-1, ap-northeast-2"),
        (
            ["-s", "prod", "--what-if", "cost.region=us-east-1"],
            "allowed: ap-northeast-2, where the cluster is",
        ),
        (
            ["--what-if", "cost.region=mars"],
            'headroom:cost.region: "mars": allowed: a region of the partitions',
        ),
        (["-s", "prod", "--what-if", "cost.usage.nat_gb=-1"], "headroom:cost.usage.nat_gb"),
        (["-s", "prod", "--what-if", "cost.usage.requests_per_connection=0"], "requests_per_connection"),
        (["-s", "prod", "--what-if", "cost.unit_prices.nat_gbs=1"], "headroom:cost.unit_prices.nat_gbs"),
        (["-s", "prod", "--what-if", "cost.unit_prices.nat_gb=-0.1"], "headroom:cost.unit_prices.nat_gb"),
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
    bill = data("--what-if", "cost={region: eu-west-1, prices: {m5.2xlarge: 1}}", *ELSEWHERE[2:])
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
    zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    settings = load_stack("local", over={"cost": None, "zones": zones})
    with pytest.raises(StackError):
        billed("local", settings, offline=True, tell=print)
    assert asked == []
    for _ in range(2):
        assert billed("local", settings, offline=False, tell=print).cost.per_node_hour.value == 2
    assert asked == ["eu-west-1"]
    assert (cache_folder() / "eu-west-1.json").exists()
    assert billed("local", settings, offline=True, tell=print).cost.per_node_hour.value == 2


def test_markdown_holds_the_same_bill() -> None:
    _, text, _ = cost("--format", "markdown")
    assert "### By pool" in text
    assert "- a month: $1,236.48 = $1.536 x 670h + $3.456 x 60h" in text


def test_a_redis_by_aws_is_a_line_of_the_bill_and_not_of_the_nodes() -> None:
    redis = {
        "kind": "elasticache",
        "node_type": "cache.r7g.large",
        "maintenance_window": "sun:18:00-sun:19:00",
    }
    settings = load_stack("prod", over={"redis": redis})
    bill = bill_at("prod", settings, CostSpec(region="ap-northeast-2", managed_redis=Fraction(365)), None)
    whole = bill.planned.plan.bill
    assert bill.cost.redis is None and whole is not None
    # A primary and three replicas, $365 a month each as stated; by the table $0.262 an hour.
    assert whole.parts["redis"].value == 4 * 365
    listed = bill_at("prod", settings, CostSpec(region="ap-northeast-2"), None).planned.plan.bill
    assert listed is not None and listed.parts["redis"].value == 4 * 730 * Fraction("0.262")
    assert not any("in no sum above" in line for line in notes(bill))


def test_the_bill_of_prod_needs_nothing_stated_and_says_what_has_no_price() -> None:
    code, text, _ = cost("-s", "prod", "--offline")
    assert code == 0
    head = text.splitlines()[0]
    assert head.startswith("Pulumi.prod.yaml: at least $") and " a month in ap-northeast-2, " in head
    assert (
        "m5.2xlarge on demand: 8 vCPUs x $0.059, ap-northeast-2 (Atom-oh/aws-ec2-benchmark, 2026-06)" in text
    )
    (line,) = (line for line in text.splitlines() if line.startswith("queue-requests: "))
    assert "no price in ap-northeast-2, so in no sum" in line
    assert "state headroom:cost.unit_prices.sqs_million_requests" in line
    whole = data("-s", "prod", "--offline", "--what-if", "cost.unit_prices.sqs_million_requests=0.4")
    assert whole["bill"]["missing"] == []
    assert data("-s", "prod", "--offline")["bill"]["missing"] == ["queue-requests"]


def test_the_bill_is_the_nodes_and_every_line_that_has_a_price() -> None:
    for stack in ("dev", "prod"):
        whole = data("-s", stack, "--offline")
        bill = whole["bill"]
        priced = [Fraction(one["per_month"]["value"]) for one in bill["lines"].values() if one["per_month"]]
        assert Fraction(bill["per_month"]["value"]) == month(whole) + sum(priced)
        parts = sum(Fraction(part["value"]) for part in bill["parts"].values())
        halves = sum(Fraction(bill[half]["value"]) for half in ("standing", "by_use"))
        assert parts == halves == Fraction(bill["per_month"]["value"])


def test_a_cluster_on_this_machine_has_no_bill_of_aws() -> None:
    assert "bill" not in data()
    assert "NAT" not in cost()[1]
    assert headline(bill_at("x", load_stack("local"), CostSpec(), None)).endswith("traffic are not in it")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_documented_bill_is_the_one_that_is_printed(stack: str) -> None:
    documented = (CHECKOUT / "docs" / "aws.md").read_text()
    bill = billed(stack, load_stack(stack), offline=True, tell=print).planned.plan.bill
    assert bill is not None
    assert f"${float(bill.standing.value / HOURS_PER_MONTH):.2f}" in documented
    for amount in (bill.per_month, bill.standing, *bill.parts.values()):
        assert cents(amount) in documented
    for name, one in bill.lines.items():
        (row,) = (line for line in documented.splitlines() if line.startswith(f"| {name} |"))
        assert (NO_PRICE if one.per_month is None else cents(one.per_month)) in row
