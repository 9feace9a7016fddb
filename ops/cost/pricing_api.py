"""The AWS Pricing API: on-demand prices of a region, in US dollars per hour by instance type.

boto3 is optional (the extra ``aws``) and loaded only here and only when asked. Without it, or without
credentials, there is no one to ask, which is no error.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from importlib import import_module
from typing import Any, Final

# The API answers in three regions only, for all of them; AWS, "AWS Price List Query API endpoints".
_ENDPOINT_REGION: Final = "us-east-1"
# Linux, shared tenancy, nothing pre-installed, in use: what karpenter-provider-aws asks for (pkg/providers/pricing).
_FILTERS: Final = {
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
    "marketoption": "OnDemand",
}
_PER_PAGE: Final = 100
# A region has about a thousand types; an answer that goes on beyond this is none.
_MOST_PAGES: Final = 100
_SECONDS_TO_CONNECT: Final = 5

Ask = Callable[[str], Mapping[str, Fraction]]


class PricingApiError(Exception):
    """The API could not be asked, or answered with something else than prices; one line."""


def asker() -> Ask | None:
    """Asks for a region's prices; None where boto3 or credentials are missing."""
    try:
        boto3 = import_module("boto3")
    except ImportError:
        return None
    session = boto3.Session()
    if session.get_credentials() is None:
        return None
    config = import_module("botocore.config").Config(
        connect_timeout=_SECONDS_TO_CONNECT, retries={"total_max_attempts": 2}
    )
    client = session.client("pricing", region_name=_ENDPOINT_REGION, config=config)
    errors = import_module("botocore.exceptions")
    return lambda region: _asked(client, region, (errors.BotoCoreError, errors.ClientError))


def _asked(client: Any, region: str, errors: tuple[type[Exception], ...]) -> dict[str, Fraction]:
    try:
        return prices(client, region)
    except errors as error:
        raise PricingApiError(" ".join(str(error).split())) from None


def prices(client: Any, region: str) -> dict[str, Fraction]:
    """All types of the region that have one price. Raises PricingApiError for an answer that holds none."""
    found: dict[str, set[Fraction]] = {}
    for product in _products(client, region):
        name, dollars = _price(product)
        if name and dollars:
            found.setdefault(name, set()).add(dollars)
    # Two prices for one type would mean that the filters let something else through: neither is taken.
    single = {name: min(amounts) for name, amounts in sorted(found.items()) if len(amounts) == 1}
    if not single:
        raise PricingApiError(f"no on-demand price for {region}; is that a region?")
    return single


def _products(client: Any, region: str) -> Iterator[Any]:
    matches = {"regionCode": region, **_FILTERS}
    filters = [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in matches.items()]
    more: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = client.get_products(
            ServiceCode="AmazonEC2", Filters=filters, FormatVersion="aws_v1", MaxResults=_PER_PAGE, **more
        )
        for text in page.get("PriceList", []):
            try:
                yield json.loads(text)
            except ValueError:
                raise PricingApiError("the answer is no JSON") from None
        token = page.get("NextToken")
        if not token:
            return
        more = {"NextToken": token}
    raise PricingApiError(f"more than {_MOST_PAGES} pages for {region}")


def _price(product: Any) -> tuple[str, Fraction]:
    """The type and its hourly price; an empty name or zero for anything else, such as a reservation's fee."""
    try:
        name = str(product["product"]["attributes"]["instanceType"])
        (term,) = product["terms"]["OnDemand"].values()
        (dimension,) = term["priceDimensions"].values()
        hourly = str(dimension["unit"]).lower() in ("hrs", "hours")
        return name, Fraction(dimension["pricePerUnit"]["USD"]) if hourly else Fraction(0)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        return "", Fraction(0)
