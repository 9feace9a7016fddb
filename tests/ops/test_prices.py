"""The AWS Pricing API as it answers, and the quotes that are kept of it; no account and no network is needed."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from config.loader import CHECKOUT
from ops.cost import pricing_api
from ops.cost.pricing_api import PricingApiError, prices
from ops.cost.quotes import FRESH_DAYS, Quotes, look_up

DAY = date(2026, 11, 20)
REGION = "ap-northeast-2"


def product(name: str, usd: str, unit: str = "Hrs") -> str:
    """One entry of a PriceList, as text, as the API gives it (AWS, "Reading a service price list")."""
    return json.dumps(
        {
            "product": {"productFamily": "Compute Instance", "attributes": {"instanceType": name}},
            "serviceCode": "AmazonEC2",
            "terms": {
                "OnDemand": {
                    "SKU.TERM": {
                        "priceDimensions": {"SKU.TERM.RATE": {"unit": unit, "pricePerUnit": {"USD": usd}}}
                    }
                }
            },
        }
    )


class Client:
    """Answers page after page, and keeps what it was asked."""

    def __init__(self, *pages: list[str]) -> None:
        self.pages = pages
        self.requests: list[dict[str, Any]] = []

    def get_products(self, **request: Any) -> Mapping[str, Any]:
        self.requests.append(request)
        page = int(request.get("NextToken", "0"))
        more = {"NextToken": str(page + 1)} if page + 1 < len(self.pages) else {}
        return {"FormatVersion": "aws_v1", "PriceList": self.pages[page], **more}


def test_all_pages_are_read_and_all_filters_sent() -> None:
    client = Client([product("m5.2xlarge", "0.4720000000")], [product("c6i.large", "0.096")])
    assert prices(client, REGION) == {"m5.2xlarge": Fraction("0.472"), "c6i.large": Fraction("0.096")}
    first, second = client.requests
    fields = {item["Field"]: item["Value"] for item in first["Filters"]}
    assert fields["regionCode"] == REGION
    assert (fields["operatingSystem"], fields["tenancy"], fields["preInstalledSw"]) == (
        "Linux",
        "Shared",
        "NA",
    )
    assert first["ServiceCode"] == "AmazonEC2"
    assert second["NextToken"] == "1"


def test_what_is_no_hourly_price_is_left_out_and_two_prices_are_none() -> None:
    client = Client(
        [
            product("m5.large", "0.1"),
            product("m5.xlarge", "9", unit="Quantity"),
            product("m5.2xlarge", "0"),
            product("m5.4xlarge", "1"),
            product("m5.4xlarge", "2"),
            product("m5.8xlarge", "many"),
            json.dumps({"product": {"attributes": {"instanceType": "m5.12xlarge"}}, "terms": {}}),
            json.dumps([1]),
        ]
    )
    assert prices(client, REGION) == {"m5.large": Fraction("0.1")}


@pytest.mark.parametrize(
    ("pages", "says"),
    [([[]], "no on-demand price for ap-northeast-2"), ([["{"]], "no JSON")],
)
def test_an_answer_without_prices_is_an_error(pages: list[list[str]], says: str) -> None:
    with pytest.raises(PricingApiError, match=says):
        prices(Client(*pages), REGION)


def test_an_answer_without_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing_api, "_MOST_PAGES", 3)
    with pytest.raises(PricingApiError, match="more than 3 pages"):
        prices(Client(*[[product("m5.large", "1")]] * 4), REGION)


def test_quotes_are_kept_while_they_are_fresh(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(region: str) -> dict[str, Fraction]:
        asked.append(region)
        return {"m5.large": Fraction(len(asked))}

    def at(days: int) -> Quotes | None:
        return look_up(REGION, folder=tmp_path, today=DAY + timedelta(days=days), ask=ask, tell=print)

    assert at(0) == at(FRESH_DAYS - 1) == Quotes(REGION, DAY, {"m5.large": Fraction(1)})
    renewed = at(FRESH_DAYS)
    assert renewed == Quotes(REGION, DAY + timedelta(days=FRESH_DAYS), {"m5.large": Fraction(2)})
    assert asked == [REGION, REGION]


def test_old_quotes_are_used_with_a_word_where_the_api_does_not_answer(tmp_path: Path) -> None:
    told: list[str] = []

    def fails(_: str) -> dict[str, Fraction]:
        raise PricingApiError("Could not connect")

    def at(folder: Path) -> Quotes | None:
        later = DAY + timedelta(days=100)
        return look_up(REGION, folder=folder, today=later, ask=fails, tell=told.append)

    old = look_up(
        REGION, folder=tmp_path, today=DAY, ask=lambda _: {"m5.large": Fraction(1)}, tell=told.append
    )
    assert at(tmp_path) == old
    assert told == [f"AWS Pricing API: Could not connect; prices of {DAY} are used"]
    assert at(tmp_path / "empty") is None
    assert told[1].endswith("not used")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"region": "x"}', '{"region": "ap-northeast-2", "day": "x", "prices": {}}']
)
def test_a_broken_cache_is_asked_for_again(tmp_path: Path, content: str) -> None:
    (tmp_path / f"{REGION}.json").write_text(content)
    found = look_up(REGION, folder=tmp_path, today=DAY, ask=lambda _: {"m5.large": Fraction(1)}, tell=print)
    assert found is not None
    assert look_up(REGION, folder=tmp_path, today=DAY, ask=None, tell=print) == found


def test_a_cache_that_cannot_be_written_is_a_word_and_no_more(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "file").write_text("")
    found = look_up(
        REGION, folder=tmp_path / "file", today=DAY, ask=lambda _: {"m5.large": Fraction(1)}, tell=told.append
    )
    assert found is not None
    assert "cannot be kept" in told[0]


def test_without_boto3_there_is_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert pricing_api.asker() is None


def test_no_command_loads_boto3_unless_it_asks() -> None:
    code = (
        "import sys; from ops.cli import app\n"
        "try: app(['cost', '--offline'])\n"
        "except SystemExit: pass\n"
        "print({'boto3', 'botocore', 'pulumi'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "set()"


def test_the_request_and_the_answer_are_those_of_botocores_own_model() -> None:
    """The real client with its network stubbed: an unknown parameter or a wrong type would be refused."""
    boto3: Any = pytest.importorskip("boto3", reason="boto3 is not installed (pip install boto3)")
    stubs: Any = pytest.importorskip("botocore.stub")
    client = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    expected = {
        "ServiceCode": "AmazonEC2",
        "Filters": stubs.ANY,
        "FormatVersion": "aws_v1",
        "MaxResults": 100,
    }
    with stubs.Stubber(client) as stub:
        stub.add_response(
            "get_products", {"PriceList": [product("m5.large", "0.1")], "NextToken": "n"}, expected
        )
        stub.add_response(
            "get_products", {"PriceList": [product("m5.xlarge", "0.2")]}, {**expected, "NextToken": "n"}
        )
        assert prices(client, REGION) == {"m5.large": Fraction("0.1"), "m5.xlarge": Fraction("0.2")}
        stub.assert_no_pending_responses()
        stub.add_client_error("get_products", "AccessDeniedException", "no\nentry")
        errors: Any = pytest.importorskip("botocore.exceptions")
        with pytest.raises(PricingApiError, match="AccessDeniedException"):
            pricing_api._asked(client, REGION, (errors.BotoCoreError, errors.ClientError))
