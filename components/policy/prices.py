"""What an instance costs by the hour, where this repository knows it: on-demand, Linux, US dollars.

Within a family the price is proportional to the vCPUs, so one figure per family says all. Prices of the stack's
configuration win, then those that the caller looked up; there is no spot price here, because it changes by the hour,
and none is ever guessed.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from .derived import Derived, derived
from .errors import ConfigurationError
from .instances import instance_type

# The table that Karpenter ships for a start without the Pricing API,
# github.com/aws/karpenter-provider-aws v1.14.1, pkg/providers/pricing/zz_generated.pricing_aws.go.
_KARPENTER: Final = "karpenter-provider-aws v1.14.1, 2026-07-06"
# AWS' own offer file AmazonEC2/current/ap-northeast-2, published 2026-09-25, as a public catalogue read it.
_SEOUL: Final = "AWS Price List, AmazonEC2, 2026-10-01"
# github.com/Atom-oh/aws-ec2-benchmark, scripts/generate-clickhouse-report.py, on-demand prices of ap-northeast-2: a
# 4-vCPU m5.xlarge at $0.236. Its m6i, m6g, m7g and m7i are those of the offer file above.
_BENCHMARK: Final = "Atom-oh/aws-ec2-benchmark, 2026-06"
# By region and family: US dollars per vCPU and hour, and the source with its day.
_PER_VCPU: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "us-east-1": {
        "c5": ("0.0425", _KARPENTER),
        "c6i": ("0.0425", _KARPENTER),
        "c6a": ("0.03825", _KARPENTER),
        "c7i": ("0.044625", _KARPENTER),
        "c6g": ("0.034", _KARPENTER),
        "c7g": ("0.03625", _KARPENTER),
        "c8g": ("0.03988", _KARPENTER),
        "m5": ("0.048", _KARPENTER),
        "m6i": ("0.048", _KARPENTER),
        "m6a": ("0.0432", _KARPENTER),
        "m7i": ("0.0504", _KARPENTER),
        "m7a": ("0.05796", _KARPENTER),
        "m6g": ("0.0385", _KARPENTER),
        "m7g": ("0.0408", _KARPENTER),
        "m8g": ("0.04488", _KARPENTER),
        "r5": ("0.063", _KARPENTER),
        "r6i": ("0.063", _KARPENTER),
        "r7i": ("0.06615", _KARPENTER),
        "r6g": ("0.0504", _KARPENTER),
        "r7g": ("0.05355", _KARPENTER),
        "r8g": ("0.05891", _KARPENTER),
    },
    "ap-northeast-2": {
        "m5": ("0.059", _BENCHMARK),
        "m6i": ("0.059", _SEOUL),
        "m7i": ("0.06195", _SEOUL),
        "m6g": ("0.047", _SEOUL),
        "m7g": ("0.05015", _SEOUL),
    },
}


def on_demand_price(
    name: str,
    region: str,
    stated: Mapping[str, Fraction],
    quoted: Mapping[str, Derived[Fraction]] | None = None,
) -> Derived[Fraction]:
    """US dollars per hour: the stated price, else the ``quoted`` one, else the table's.

    Raises ConfigurationError where there is none.
    """
    if name in stated:
        return derived(stated[name], f"{name} as stated in cost.prices")
    if quoted is not None and name in quoted:
        return quoted[name]
    known = _PER_VCPU.get(region, {})
    family = name.partition(".")[0]
    if family not in known:
        raise ConfigurationError(
            field=f"cost.prices.{name}",
            value="no price",
            allowed=f"US dollars per hour in {region}; the table knows {_table()}",
            remedy=f"state cost.prices.{name}, e.g. from the AWS Pricing API",
        )
    per_vcpu, source = known[family]
    vcpus = instance_type(name).cpu // 1000
    return derived(
        vcpus * Fraction(per_vcpu), f"{name} on demand: {vcpus} vCPUs x ${per_vcpu}, {region} ({source})"
    )


def has_price(name: str, region: str) -> bool:
    """Whether the table knows the type there."""
    return name.partition(".")[0] in _PER_VCPU.get(region, {})


def priced_regions() -> list[str]:
    """The regions of which the table knows types."""
    return list(_PER_VCPU)


def _table() -> str:
    return "; ".join(f"{region}: {', '.join(families)}" for region, families in _PER_VCPU.items())


def spot_price(name: str, stated: Mapping[str, Fraction]) -> Derived[Fraction]:
    """US dollars per hour. Raises ConfigurationError where the configuration has none."""
    if name not in stated:
        raise ConfigurationError(
            field=f"cost.spot_prices.{name}",
            value="no price",
            allowed="US dollars per hour; spot prices change by the hour, so none is built in",
            remedy=f"state cost.spot_prices.{name}, or node_pool.capacity_type: on-demand",
        )
    return derived(stated[name], f"{name} as stated in cost.spot_prices")
