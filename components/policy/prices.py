"""What an instance costs by the hour, where this repository knows it: on-demand, Linux, US dollars.

Source: the table that Karpenter ships for a start without the Pricing API,
github.com/aws/karpenter-provider-aws v1.14.1, pkg/providers/pricing/zz_generated.pricing_aws.go, generated
2026-07-06 for us-east-1. Within a family the price is proportional to the vCPUs, so one figure per family
says all. Prices of the stack's configuration win, then those that the caller looked up; there is no spot price
here, because it changes by the hour, and none is ever guessed.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from .derived import Derived, derived
from .errors import ConfigurationError
from .instances import instance_type

PRICES_DATED: Final = "2026-07-06"
_SOURCE: Final = f"karpenter-provider-aws v1.14.1, {PRICES_DATED}"
# US dollars per vCPU and hour.
_PER_VCPU: Final = {
    "us-east-1": {
        "c5": "0.0425",
        "c6i": "0.0425",
        "c6a": "0.03825",
        "c7i": "0.044625",
        "c6g": "0.034",
        "c7g": "0.03625",
        "c8g": "0.03988",
        "m5": "0.048",
        "m6i": "0.048",
        "m6a": "0.0432",
        "m7i": "0.0504",
        "m7a": "0.05796",
        "m6g": "0.0385",
        "m7g": "0.0408",
        "m8g": "0.04488",
        "r5": "0.063",
        "r6i": "0.063",
        "r7i": "0.06615",
        "r6g": "0.0504",
        "r7g": "0.05355",
        "r8g": "0.05891",
    }
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
    family = name.partition(".")[0]
    per_vcpu = _PER_VCPU.get(region, {}).get(family)
    if per_vcpu is None:
        raise ConfigurationError(
            field=f"cost.prices.{name}",
            value="no price",
            allowed=f"US dollars per hour in {region}; the table knows {', '.join(_PER_VCPU)} and"
            f" {', '.join(_PER_VCPU['us-east-1'])}",
            remedy=f"state cost.prices.{name}, e.g. from the AWS Pricing API",
        )
    vcpus = instance_type(name).cpu // 1000
    return derived(
        vcpus * Fraction(per_vcpu), f"{name} on demand: {vcpus} vCPUs x ${per_vcpu}, {region} ({_SOURCE})"
    )


def priced_regions() -> list[str]:
    """The regions that the table knows."""
    return list(_PER_VCPU)


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
